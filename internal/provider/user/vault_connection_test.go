package user_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Every request for a user, from the first to the last, carries the token of its vault
// connection's client, or of the provider's own without one. The provider needs no
// client of its own where every user has a vault connection.
func TestUserResource_requestsByClient(t *testing.T) {
	t.Parallel()
	for name, through := range map[string]bool{"vault connection": true, "own client": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, client := withClient(t)
			who := client.ID
			if through {
				u.Provider = attributes{"domain": nil, "client_id": nil, "client_secret": nil}
			} else {
				who = u.Own.ID
				delete(u.Base, "vault_connection")
			}
			check := func() { expectRequestsBy(t, u.Tenant, who) }
			u.Run(step{}, step{Before: check, Set: attributes{"name": "Ada"}}, step{Before: check, Destroy: true})
			check()
		})
	}
	u := newUser(t)
	u.Run(step{
		Provider: attributes{"client_id": nil}, PlanOnly: true,
		Error: at("", "Missing provider argument: client_id", "AUTH0_CLIENT_ID", "provider's own client"),
	})
}

// A client without a secret in the state takes the one of connection_secrets. One that
// is missing is an error of the plan; one that is not known yet waits for the apply.
func TestUserResource_connectionSecrets(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	other := u.Client("other", userScopes...)
	u.Base["vault_connection"] = secretless(u.Tenant, client)
	u.Secrets = append(u.Secrets, client.Secret, other.Secret)
	missing := at("vault_connection", "No secret for the vault connection's client", client.ID, "connection_secrets")
	for _, arguments := range []attributes{
		{},
		secretsOf(other),
		{"connection_secrets": map[string]string{client.ID: ""}},
		{"connection_secrets": map[string]string{}},
		{"connection_secrets": map[string]any{other.ID: nil}},
	} {
		u.Run(step{Provider: arguments, PlanOnly: true, Sent: none, Error: missing})
	}
	for _, arguments := range []attributes{
		{"connection_secrets": unknown}, {"connection_secrets": map[string]any{client.ID: unknown}},
		{"connection_secrets": map[string]any{other.ID: unknown}}, // a key may be unknown as well
	} {
		u.Run(step{Provider: arguments, PlanOnly: true, Sent: none})
	}
	// Planned while they are unknown, applied when they are known.
	plan := u.NewRun(attributes{"connection_secrets": unknown}).Plan(nil, u.Base)
	var diags []*tfprotov6.Diagnostic
	u.Object, diags = u.NewRun(secretsOf(client)).TryApply(plan, u.Base)
	acctest.RequireNoError(t, diags)
	u.ExpectEmptyPlan(u.Base, step{Provider: secretsOf(client)})
	expectRequestsBy(t, u.Tenant, client.ID)

	u.Run(
		// Not known yet at refresh: nothing to say.
		step{Provider: attributes{"connection_secrets": unknown}, RefreshOnly: true, Unchanged: true},
		// Gone: the refresh keeps the state, and the plan and the destroy say what is missing.
		step{RefreshOnly: true, Unchanged: true, Warning: at("vault_connection", client.ID, "connection_secrets")},
		step{NoRefresh: true, PlanOnly: true, Error: missing},
		step{Destroy: true, Error: missing},
		step{Provider: secretsOf(client), Destroy: true},
	)
}

// connection_secrets may have a newer secret than the state.
func TestUserResource_connectionSecretsNewerThanState(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	u.Run(step{})
	client = rotate(u.Tenant, client)
	u.EditUser(u.ID(), func(user *emulator.User) { user.Nickname = "seen" })
	u.Run(
		step{Provider: secretsOf(client), RefreshOnly: true, State: attributes{"nickname": "seen"}},
		step{Provider: secretsOf(client), Destroy: true},
	)
	if len(u.Users()) > 0 {
		t.Error("the user is still there")
	}
}

// Auth0 does not store which vault connection a user is managed through: changing it
// sends nothing.
func TestUserResource_vaultConnectionChanges(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	other := u.Client("other", userScopes...)
	u.Provider = secretsOf(client)
	delete(u.Base, "vault_connection")
	u.Run(step{})
	for _, next := range []any{
		through(u.Tenant, client),
		through(u.Tenant, client).With(attributes{"audience": u.Audience()}),
		secretless(u.Tenant, client),
		through(u.Tenant, other).With(attributes{"domain": strings.ToUpper(u.Domain()), "audience": u.Audience()}),
		nil,
	} {
		u.Run(step{Set: attributes{"vault_connection": next}, Plan: []string{"vault_connection"}, Sent: none,
			State: attributes{"vault_connection": next}})
		who := u.Own.ID
		if next, ok := next.(attributes); ok {
			who = next["client_id"].(string)
		}
		u.Run(step{Before: u.ForgetRequests, Set: attributes{"vault_connection": next}, Plan: none})
		expectRequestsBy(t, u.Tenant, who)
	}
}

// What the object has may be unknown until the apply, of a create and of an update.
func TestUserResource_vaultConnectionUnknown(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	known := attributes{"vault_connection": u.Base["vault_connection"]}
	for _, later := range []any{
		unknown,
		through(u.Tenant, client).With(attributes{"client_id": unknown, "client_secret": unknown}),
		through(u.Tenant, client).With(attributes{"domain": unknown, "audience": unknown}),
	} {
		u.Run(
			step{Set: attributes{"vault_connection": later}, Known: known},
			step{Set: attributes{"vault_connection": later, "nickname": "countess"}, Known: known},
			step{Destroy: true},
		)
		expectRequestsBy(t, u.Tenant, client.ID)
	}
}

// A client, a grant or a secret of the same apply may not be seen at once.
func TestUserResource_propagationDelay(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		u.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 400 * time.Millisecond })
		client := u.Client("forms", userScopes...)
		u.Base["vault_connection"] = through(u.Tenant, client)
		r := u.NewRun()
		created := r.Apply(nil, u.Base)

		next := u.Base.With(attributes{"vault_connection": through(u.Tenant, rotate(u.Tenant, client)), "name": "Ada"})
		u.Object = u.NewRun().Apply(created, next)
		u.ExpectEmptyPlan(next, step{})
	})
}

// Credentials in the state that no longer work are a warning, and the state stays. The
// plan goes on, to the update that brings new ones.
func TestUserResource_refusedAtRefresh(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(*acctest.Tenant, emulator.Client)
		words []string
	}{
		"secret rotated": {func(tenant *acctest.Tenant, c emulator.Client) { rotate(tenant, c) },
			[]string{"refused a token", "does not accept client"}},
		"client deleted": {func(tenant *acctest.Tenant, c emulator.Client) { tenant.DeleteClient(c.ID) }, []string{"refused a token"}},
		"grant deleted":  {func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) }, []string{"client grant"}},
		"scope withdrawn": {func(tenant *acctest.Tenant, c emulator.Client) { tenant.Grant(c.ID, "create:users", "update:users") },
			[]string{"read:users"}},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			u, client := withClient(t)
			u.Run(step{})
			test.spoil(u.Tenant, client)
			u.EditUser(u.ID(), func(user *emulator.User) { user.Nickname = "not read" })
			fresh := attributes{"vault_connection": through(u.Tenant, u.Client("fresh", userScopes...))}
			warning := at("vault_connection", append(test.words, "could not be read", client.ID, "state of these users stays as it was")...)
			u.Run(
				step{RefreshOnly: true, Unchanged: true, Warning: warning},
				step{Set: fresh, Warning: warning, Plan: []string{"vault_connection"}, Sent: none},
				step{Set: fresh, State: attributes{"nickname": "not read"}},
			)
		})
	}
}

// Credentials of the provider's own client, which no update of a user can bring, and a
// tenant that fails are errors.
func TestUserResource_failureAtRefresh(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		client := u.Client("forms", userScopes...)
		u.Run(
			step{},
			step{Before: func() { u.SetClientSecret(u.Own.ID, "the-next-secret") }, RefreshOnly: true, Unchanged: true,
				Error: at("", "Unable to read user",
					u.Domain(), u.Own.ID, "client_secret", "arguments domain, client_id and client_secret")},
			step{Before: func() {
				u.SetClientSecret(u.Own.ID, u.Own.Secret)
				u.Grant(u.Own.ID, "create:users")
			}, RefreshOnly: true, Unchanged: true, Error: at("", "Unable to read user", "read:users", u.Own.ID, u.Audience())},
			step{Before: func() { u.Grant(u.Own.ID, acctest.ProviderScopes...) }, Set: attributes{"vault_connection": through(u.Tenant, client)}},
			step{Before: func() { u.Fail(emulator.Fault{Path: "/api/v2/users*", Status: 503, Times: -1}) }, RefreshOnly: true, Unchanged: true,
				Error: at("", "Unable to read user", "503", "Run again later")},
		)
	})
}

// A destroy has only the credentials in the state. When they are refused, the message
// says what helps, and each of these helps.
func TestUserResource_refusedAtDestroy(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		for _, help := range []string{"connection_secrets", "apply"} {
			u, client := withClient(t)
			u.Run(step{})
			client = rotate(u.Tenant, client)
			u.Run(step{Destroy: true, Unchanged: true, Error: at("", "Unable to delete user", "credentials in the state",
				"connection_secrets", `on_destroy = "block"`,
				"retain", client.ID)})
			onlyUser(t, u.Tenant)
			if help == "apply" {
				u.Run(step{NoRefresh: true, Set: attributes{"vault_connection": through(u.Tenant, client)}}, step{Destroy: true})
			} else {
				u.Run(step{Provider: secretsOf(client), Destroy: true})
			}
			if len(u.Users()) > 0 {
				t.Errorf("after %s, the user is still there", help)
			}
		}
	})
}
