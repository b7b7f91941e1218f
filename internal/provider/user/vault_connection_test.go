package user_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A client without a secret in the state takes the one of connection_secrets. One that is missing is an error of the plan; one that
// is not known yet waits for the apply.
func TestUserResource_connectionSecrets(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	other := u.Client("other", userScopes...)
	u.Base["vault_connection"] = secretless(u.Tenant, client)
	u.Secrets = append(u.Secrets, client.Secret, other.Secret)
	secrets := func(value any) attributes { return attributes{"connection_secrets": value} }
	missing := at("vault_connection", "No secret for the vault connection's client", client.ID, "connection_secrets")
	for _, arguments := range []attributes{{}, secretsOf(other), secrets(map[string]string{client.ID: ""}),
		secrets(map[string]string{}), secrets(map[string]any{other.ID: nil})} {
		u.Run(step{Provider: arguments, PlanOnly: true, Sent: none, Error: missing})
	}
	for _, value := range []any{unknown, map[string]any{client.ID: unknown}, map[string]any{other.ID: unknown}} { // keys may be unknown
		u.Run(step{Provider: secrets(value), PlanOnly: true, Sent: none})
	}
	// Planned while they are unknown, applied when they are known.
	plan := u.NewRun(secrets(unknown)).Plan(nil, u.Base)
	var diags []*tfprotov6.Diagnostic
	u.Object, diags = u.NewRun(secretsOf(client)).TryApply(plan, u.Base)
	acctest.RequireNoError(t, diags)
	u.ExpectEmptyPlan(u.Base, step{Provider: secretsOf(client)})
	expectRequestsBy(t, u.Tenant, client.ID)

	u.Run(
		step{Provider: secrets(unknown), RefreshOnly: true, Unchanged: true},
		// Gone: the refresh keeps the state, and the plan and the destroy say what is missing.
		step{RefreshOnly: true, Unchanged: true, Warning: at("vault_connection", client.ID, "connection_secrets")},
		step{NoRefresh: true, PlanOnly: true, Error: missing},
		step{Destroy: true, Error: missing},
		step{Provider: secretsOf(client), Destroy: true},
	)
}

// Auth0 does not store which vault connection a user is managed through: changing it sends nothing.
func TestUserResource_vaultConnectionChanges(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	other := u.Client("other", userScopes...)
	u.Provider = secretsOf(client)
	delete(u.Base, "vault_connection")
	u.Run(step{})
	expectRequestsBy(t, u.Tenant, u.Own.ID)
	for _, next := range []attributes{
		through(u.Tenant, client), secretless(u.Tenant, client), through(u.Tenant, client).With(attributes{"audience": u.Audience()}),
		through(u.Tenant, other).With(attributes{"domain": strings.ToUpper(u.Domain()), "audience": u.Audience()}),
	} {
		change := attributes{"vault_connection": next}
		u.Run(step{Set: change, Plan: []string{"vault_connection"}, Sent: none, State: change}, step{Set: change, Plan: none})
		expectRequestsBy(t, u.Tenant, next["client_id"].(string))
	}
	u.Run(step{Plan: []string{"vault_connection"}, Sent: none, State: attributes{"vault_connection": nil}})
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

// A client, a grant or a secret of the same apply may take up to 10 seconds to be accepted.
func TestUserResource_propagationDelay(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		u.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 9 * time.Second })
		client := u.Client("forms", userScopes...)
		u.Base["vault_connection"] = through(u.Tenant, client)
		u.Object = u.NewRun().Apply(nil, u.Base)
		next := u.Base.With(attributes{"vault_connection": through(u.Tenant, rotate(u.Tenant, client)), "name": "Ada"})
		u.Object = u.NewRun().Apply(u.Object, next)
		u.ExpectEmptyPlan(next, step{})
	})
}

// Credentials in the state that no longer work are a warning, and the state stays. The plan goes on, to the update that brings
// new ones. Where connection_secrets has a newer secret, the refresh takes it.
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
			created := u.Object
			test.spoil(u.Tenant, client)
			u.EditUser(u.ID(), func(user *emulator.User) { user.Nickname = "not read" })
			fresh := attributes{"vault_connection": through(u.Tenant, u.Client("fresh", userScopes...))}
			warning := at("vault_connection", append(test.words, "could not be read", client.ID, "state of these users stays as it was")...)
			u.Run(
				step{RefreshOnly: true, Unchanged: true, Warning: warning},
				step{Set: fresh, Warning: warning, Plan: []string{"vault_connection"}, Sent: none},
				step{Set: fresh, State: attributes{"nickname": "not read"}},
			)
			if name == "secret rotated" {
				u.Object, client.Secret = created, nextSecret
				u.Run(step{Provider: secretsOf(client), RefreshOnly: true, State: attributes{"nickname": "not read"}})
			}
		})
	}
}

// Credentials of the provider's own client, which no update of a user can bring, and a tenant that fails are errors.
func TestUserResource_failureAtRefresh(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		failed := func(before func(), words ...string) step {
			return step{Before: before, RefreshOnly: true, Unchanged: true, Error: at("", append(words, "Unable to read user")...)}
		}
		u.Run(
			step{},
			failed(func() { u.SetClientSecret(u.Own.ID, "the-next-secret") },
				u.Domain(), u.Own.ID, "client_secret", "arguments domain, client_id and client_secret"),
			failed(func() { u.SetClientSecret(u.Own.ID, u.Own.Secret); u.Grant(u.Own.ID, "create:users") }, "read:users", u.Own.ID, u.Audience()),
			failed(func() {
				u.Grant(u.Own.ID, acctest.ProviderScopes...)
				u.Fail(emulator.Fault{Path: "/api/v2/users*", Status: 503, Times: -1})
			}, "503", "Run again later"),
		)
	})
}

// A destroy has only the credentials in the state. When they are refused, the message says what helps: a secret in
// connection_secrets, or an apply of new ones.
func TestUserResource_refusedAtDestroy(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		u.Run(step{})
		created := u.Object
		client = rotate(u.Tenant, client)
		u.Run(step{Destroy: true, Unchanged: true, Error: at("", "Unable to delete user", "credentials in the state", "connection_secrets",
			`on_destroy = "block"`, "retain", client.ID)})
		onlyUser(t, u.Tenant)
		u.Run(step{Provider: secretsOf(client), Destroy: true, Sent: []string{"DELETE 204"}})

		u.AddUser(emulator.User{ID: acctest.Get(created.State, "id").(string), Email: "ada@example.com", Password: strong})
		u.Object = created
		u.Run(step{NoRefresh: true, Set: attributes{"vault_connection": through(u.Tenant, client)}}, step{Destroy: true})
	})
}
