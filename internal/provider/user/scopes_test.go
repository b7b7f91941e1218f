package user_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A scope that is missing is named, with the client that lacks it and the
// audience, on the connection if there is one. Nothing is half-done.
func TestUserResource_missingScope(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		granted []string
		missing string
		do      func(r *run, made *object, given attributes) []*tfprotov6.Diagnostic
		action  string
		on      string
	}{
		"create": {
			granted: []string{"read:users", "update:users", "delete:users"}, missing: "create:users", action: "Unable to create user", on: "vault_connection",
			do: func(r *run, _ *object, given attributes) []*tfprotov6.Diagnostic {
				left, diags := r.fail(nil, given.with(attributes{"email": "grace@example.com"}))
				if left != nil {
					r.t.Error("a state is left of nothing")
				}
				return diags
			},
		},
		"update": {
			granted: []string{"read:users", "create:users", "delete:users"}, missing: "update:users", action: "Unable to update user", on: "vault_connection",
			do: func(r *run, made *object, given attributes) []*tfprotov6.Diagnostic {
				left, diags := r.fail(made, given.with(attributes{"name": "Ada"}))
				if !left.state.Equal(made.state) {
					r.t.Error("the state was changed")
				}
				return diags
			},
		},
		"delete": {
			granted: []string{"read:users", "create:users", "update:users"}, missing: "delete:users", action: "Unable to delete user",
			do: func(r *run, made *object, _ attributes) []*tfprotov6.Diagnostic { return r.destroy(made) },
		},
		"block": {
			granted: []string{"read:users", "create:users", "delete:users"}, missing: "update:users", action: "Unable to block user",
			do: func(r *run, made *object, given attributes) []*tfprotov6.Diagnostic {
				return r.destroy(r.apply(made, given.with(attributes{"on_destroy": "block"})))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			client := tenant.Client("forms", userScopes...)
			given := ada().with(attributes{"vault_connection": through(tenant, client)})
			made := newRun(t, tenant).apply(nil, given)
			tenant.Grant(client.ID, test.granted...)
			before := mustStore(t, tenant)

			diags := test.do(newRun(t, tenant), made, given)
			expectError(t, diags, test.on, test.action, "The vault connection's client lacks the scope",
				"client \""+client.ID+"\" needs "+test.missing+" at the audience \""+tenant.Audience()+"\"")
			if after := mustStore(t, tenant); !after.UpdatedAt.Equal(before.UpdatedAt) {
				t.Error("the user was changed")
			}
		})
	}
}

// The provider's own client is named as such.
func TestUserResource_missingScopeOfOwnClient(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.Grant(tenant.Own.ID, "read:users")
	_, diags := newRun(t, tenant).fail(nil, ada())
	expectError(t, diags, "", "Unable to create user", "The provider's own client lacks the scope", tenant.Own.ID, "create:users", tenant.Audience())
}

// The scopes of a token are those of the moment it was issued. A grant that is
// widened in the same run is seen: the token is renewed, once.
func TestUserResource_grantWidened(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "create:users")
	given := ada().with(attributes{"vault_connection": through(tenant, client)})
	r := newRun(t, tenant)
	made := r.apply(nil, given)
	tenant.Grant(client.ID, "read:users", "create:users", "update:users")
	tenant.ForgetRequests()
	made = r.apply(made, given.with(attributes{"name": "Ada"}))
	made = r.apply(made, given.with(attributes{"name": "Countess"}))
	if n := len(tenant.Tokens()); n != 1 {
		t.Errorf("%d tokens were asked for, want the one that has the new scope", n)
	}

	// A scope that stays away costs one more token, not one for each user.
	tenant.ForgetRequests()
	for range 3 {
		expectError(t, r.destroy(made), "", "delete:users")
	}
	if n := len(tenant.Tokens()); n > 1 {
		t.Errorf("%d tokens were asked for a scope that is not granted", n)
	}
}

// Blocking instead of deleting takes no more than the scope for updates.
func TestUserResource_leastPrivilege(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "create:users", "update:users")
	given := ada().with(attributes{"vault_connection": through(tenant, client), "on_destroy": "block"})
	made := applied(t, tenant, nil, given)
	mustSucceed(t, newRun(t, tenant).destroy(made))
	if user := mustStore(t, tenant); user.Blocked == nil || !*user.Blocked {
		t.Error("the user is not blocked")
	}
	// Not even that for one that is left alone.
	tenant.Grant(client.ID)
	retained := applied(t, tenant, nil, ada().with(attributes{"email": "grace@example.com", "on_destroy": "retain"}))
	tenant.ForgetRequests()
	mustSucceed(t, newRun(t, tenant).destroy(retained))
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("retaining a user took %d requests", n)
	}
}

// Only the metadata may be changed: the scope for the rest is named.
func TestUserResource_metadataScopeOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "update:users_app_metadata")
	tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	r := newRun(t, tenant)
	made, diags := r.tryImport(importByID("auth0|1"))
	mustSucceed(t, diags)
	given := attributes{"email": "ada@example.com", "app_metadata": `{"plan":"gold"}`, "vault_connection": through(tenant, client)}
	made = r.apply(made, given)
	quiet(t, tenant, made, given)
	_, diags = r.fail(made, given.with(attributes{"name": "Ada"}))
	expectError(t, diags, "vault_connection", "needs update:users at the audience")
}
