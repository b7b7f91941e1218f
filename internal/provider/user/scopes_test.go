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
		do      func(t *testing.T, r *acctest.Run, made *acctest.Object, given attributes) []*tfprotov6.Diagnostic
		action  string
		on      string
	}{
		"create": {
			granted: []string{"read:users", "update:users", "delete:users"}, missing: "create:users", action: "Unable to create user", on: "vault_connection",
			do: func(t *testing.T, r *acctest.Run, _ *acctest.Object, given attributes) []*tfprotov6.Diagnostic {
				left, diags := r.Fail(nil, given.With(attributes{"email": "grace@example.com"}))
				if left != nil {
					t.Error("a state is left of nothing")
				}
				return diags
			},
		},
		"update": {
			granted: []string{"read:users", "create:users", "delete:users"}, missing: "update:users", action: "Unable to update user", on: "vault_connection",
			do: func(t *testing.T, r *acctest.Run, made *acctest.Object, given attributes) []*tfprotov6.Diagnostic {
				left, diags := r.Fail(made, given.With(attributes{"name": "Ada"}))
				if !left.State.Equal(made.State) {
					t.Error("the state was changed")
				}
				return diags
			},
		},
		"delete": {
			granted: []string{"read:users", "create:users", "update:users"}, missing: "delete:users", action: "Unable to delete user",
			do: func(t *testing.T, r *acctest.Run, made *acctest.Object, _ attributes) []*tfprotov6.Diagnostic {
				return r.Destroy(made)
			},
		},
		"block": {
			granted: []string{"read:users", "create:users", "delete:users"}, missing: "update:users", action: "Unable to block user",
			do: func(t *testing.T, r *acctest.Run, made *acctest.Object, given attributes) []*tfprotov6.Diagnostic {
				return r.Destroy(r.Apply(made, given.With(attributes{"on_destroy": "block"})))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			client := tenant.Client("forms", userScopes...)
			given := ada().With(attributes{"vault_connection": through(tenant, client)})
			made := newRun(t, tenant).Apply(nil, given)
			tenant.Grant(client.ID, test.granted...)
			before := mustStore(t, tenant)

			diags := test.do(t, newRun(t, tenant), made, given)
			acctest.ExpectError(t, diags, test.on, test.action, "The vault connection's client lacks the scope",
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
	tenant := acctest.NewInProcess(t)
	tenant.Grant(tenant.Own.ID, "read:users")
	_, diags := newRun(t, tenant).Fail(nil, ada())
	acctest.ExpectError(t, diags, "", "Unable to create user", "The provider's own client lacks the scope", tenant.Own.ID, "create:users", tenant.Audience())
}

// The scopes of a token are those of the moment it was issued. A grant that is
// widened in the same run is seen: the token is renewed, once.
func TestUserResource_grantWidened(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "create:users")
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	r := newRun(t, tenant)
	made := r.Apply(nil, given)
	tenant.Grant(client.ID, "read:users", "create:users", "update:users")
	tenant.ForgetRequests()
	made = r.Apply(made, given.With(attributes{"name": "Ada"}))
	made = r.Apply(made, given.With(attributes{"name": "Countess"}))
	if n := len(tenant.Tokens()); n != 1 {
		t.Errorf("%d tokens were asked for, want the one that has the new scope", n)
	}

	// A scope that stays away costs one more token, not one for each user.
	tenant.ForgetRequests()
	for range 3 {
		acctest.ExpectError(t, r.Destroy(made), "", "delete:users")
	}
	if n := len(tenant.Tokens()); n > 1 {
		t.Errorf("%d tokens were asked for a scope that is not granted", n)
	}
}

// Blocking instead of deleting takes no more than the scope for updates.
func TestUserResource_leastPrivilege(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "create:users", "update:users")
	given := ada().With(attributes{"vault_connection": through(tenant, client), "on_destroy": "block"})
	made := applied(t, tenant, nil, given)
	acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
	if user := mustStore(t, tenant); user.Blocked == nil || !*user.Blocked {
		t.Error("the user is not blocked")
	}
	// Not even that for one that is left alone.
	tenant.Grant(client.ID)
	retained := applied(t, tenant, nil, ada().With(attributes{"email": "grace@example.com", "on_destroy": "retain"}))
	tenant.ForgetRequests()
	acctest.MustSucceed(t, newRun(t, tenant).Destroy(retained))
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("retaining a user took %d requests", n)
	}
}

// Only the metadata may be changed: the scope for the rest is named.
func TestUserResource_metadataScopeOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "update:users_app_metadata")
	tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	r := newRun(t, tenant)
	made, diags := r.TryImport("auth0|1", nil)
	acctest.MustSucceed(t, diags)
	given := attributes{"email": "ada@example.com", "app_metadata": `{"plan":"gold"}`, "vault_connection": through(tenant, client)}
	made = r.Apply(made, given)
	expectEmptyPlan(t, tenant, made, given)
	_, diags = r.Fail(made, given.With(attributes{"name": "Ada"}))
	acctest.ExpectError(t, diags, "vault_connection", "needs update:users at the audience")
}
