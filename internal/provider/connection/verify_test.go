package connection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Whatever is wrong with the credentials is an error on the attribute that it
// concerns, says what to do, and leaves the vault as it is.
func TestConnectionResource_verifyRefused(t *testing.T) {
	t.Parallel()
	revoke := func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) }
	for name, test := range map[string]struct {
		behavior func(*emulator.Behavior)
		scopes   []string
		prepare  func(*acctest.Tenant, emulator.Client)
		edit     attributes
		want     *acctest.Message
	}{
		"wrong secret": {edit: attributes{"client_secret": "wrong-secret"}, want: at("client_secret", "CLIENT", "DOMAIN", "401", "Unauthorized",
			"client_id and client_secret.", "The first attempt and the last", "up to 10 seconds")},
		"wrong secret, the other answer": {behavior: func(b *emulator.Behavior) { b.InvalidClientError = true },
			edit: attributes{"client_secret": "wrong-secret"}, want: at("client_secret", "CLIENT", "DOMAIN", "invalid_client")},
		"wrong write-only secret": {edit: attributes{"client_secret": nil, "client_secret_wo": "wrong-secret"},
			want: at("client_secret_wo", "CLIENT", "client_id and client_secret_wo.")},
		"unknown client": {edit: attributes{"client_id": "nobody"}, want: at("client_secret", `client "nobody"`)},
		"another tenant": {edit: attributes{"domain": "elsewhere.eu.auth0.com"},
			want: at("client_secret", "elsewhere.eu.auth0.com", "belong to another tenant")},
		"no grant": {prepare: revoke, want: at("client_id", "CLIENT", "AUDIENCE", "Create a client grant", "auth0vault_application")},
		"no grant, the other answer": {behavior: func(b *emulator.Behavior) { b.NewGrantError = true }, prepare: revoke,
			want: at("client_id", "CLIENT", "AUDIENCE", "Create a client grant")},
		"no grant for that audience": {
			prepare: func(tenant *acctest.Tenant, _ emulator.Client) { tenant.AddAPI(emulator.API{Identifier: apiAudience}) },
			edit:    attributes{"audience": apiAudience}, want: at("client_id", "CLIENT", `"`+apiAudience+`"`)},
		"unknown audience": {edit: attributes{"audience": apiAudience},
			want: at("audience", `"`+apiAudience+`"`, "DOMAIN", "no API with the identifier")},
		"audience without its slash": {edit: attributes{"audience": "https://elsewhere.eu.auth0.com/api/v2"},
			want: at("audience", "https://elsewhere.eu.auth0.com/api/v2", "with the slash at its end")},
		"grant type": {prepare: func(tenant *acctest.Tenant, c emulator.Client) {
			tenant.EditClient(c.ID, func(c *emulator.Client) { c.GrantTypes = []string{"authorization_code"} })
		}, want: at("client_id", "CLIENT", "Client Credentials", "machine-to-machine")},
		"scope missing for an action": {scopes: []string{"read:users"}, edit: attributes{"actions": []string{"GET_USER", "UPDATE_USER"}},
			want: at("actions", "CLIENT", "AUDIENCE", "scope update:users", "the action UPDATE_USER needs", "It is granted: read:users")},
		"required scope missing": {scopes: []string{"read:users"},
			edit: attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"read:users", "read:roles"}},
			want: at("required_scopes", "CLIENT", "AUDIENCE", "scope read:roles", "required_scopes asks for")},
		"no scope at all": {edit: attributes{"actions": []string{"CREATE_USER"}}, want: at("actions", "create:users", "It is granted: none")},
		"asked for twice": {edit: attributes{"actions": []string{"CREATE_USER"}, "required_scopes": []string{"create:users"}},
			want: at("actions", "create:users")},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t, append([]string{}, test.scopes...)...)
			if test.behavior != nil {
				c.Configure(test.behavior)
			}
			if test.prepare != nil {
				test.prepare(c.Tenant, client)
			}
			c.Secrets = append(c.Secrets, "wrong-secret")
			names := strings.NewReplacer("CLIENT", client.ID, "DOMAIN", c.Domain(), "AUDIENCE", c.Audience())
			words := []string{"Nothing was written to the vault"}
			for _, word := range test.want.Words {
				words = append(words, names.Replace(word))
			}
			c.Run(step{Set: test.edit, Sent: none, Unchanged: true, Error: at(test.want.Path, words...)})
		})
	}
	// Each missing scope is named, by the attribute that asks for it.
	acctest.Subtest(t, "several scopes missing", func(t *testing.T) {
		c, _ := newConnection(t, "")
		_, diags := c.NewRun().Fail(nil, c.Base.With(attributes{"actions": []string{"GET_USER", "UPDATE_USER"},
			"required_scopes": []string{"read:roles"}}))
		for _, scope := range []string{"read:users", "update:users", "read:roles"} {
			if !strings.Contains(acctest.Format(diags), "the scope "+scope+" at the audience") || len(diags) != 3 {
				t.Errorf("%s is not named in one of three errors:\n%s", scope, acctest.Format(diags))
			}
		}
		if sent := writes(c.Tenant); len(sent) > 0 {
			t.Errorf("the tenant received %v", sent)
		}
	})
}

// Scopes that the configuration does not need are a warning.
func TestConnectionResource_excessScopes(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t, "read:users", "delete:users", "create:users")
	for _, test := range []struct {
		change attributes
		excess string
	}{
		{nil, ""}, // the configuration does not say what is needed
		{attributes{"actions": []string{"GET_USER"}}, "create:users, delete:users"},
		{attributes{"actions": []string{}}, "create:users, delete:users, read:users"},
		{attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"create:users", "delete:users"}}, ""},
	} {
		s := step{Set: test.change, State: attributes{"granted_scopes": []any{"create:users", "delete:users", "read:users"}}}
		if test.excess != "" {
			s.Warning = at("client_id", "may do more than it needs", client.ID, c.Audience(), test.excess+".")
		}
		c.Run(s)
	}
}

// A token that does not tell its scopes can be stored, but not compared.
func TestConnectionResource_opaqueToken(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	opaque := func() {
		c.Fail(emulator.Fault{Method: "POST", Path: "/oauth/token", Status: 200,
			Body: `{"access_token":"opaque","expires_in":86400,"token_type":"Bearer"}`})
	}
	opaque()
	r := c.NewRun()
	var diags []*tfprotov6.Diagnostic
	c.Object, diags = r.TryApply(r.Plan(nil, c.Base), c.Base)
	if got := acctest.Get(c.Object.State, "granted_scopes"); got != nil || len(diags) > 0 {
		t.Errorf("granted_scopes = %v, and the diagnostics %s", got, acctest.Format(diags))
	}
	c.Run(step{Plan: none})
	opaque()
	c.Run(step{NoRefresh: true, Set: attributes{"required_scopes": []string{"read:users"}},
		Warning: at("required_scopes", "could not be checked", client.ID)})
}

// verify_credentials switches the exchange of the credentials off and on.
func TestConnectionResource_verifySwitched(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		c, client := newConnection(t, "")
		c.Base = c.Base.With(attributes{"client_secret": nextSecret, "verify_credentials": false, "actions": []string{"GET_USER"}})
		unmeasured, measured := attributes{"granted_scopes": nil}, attributes{"granted_scopes": []any{"read:users"}}
		c.Run(step{PlanOnly: true, State: unmeasured}, step{State: unmeasured})
		if slices.ContainsFunc(c.Tokens(), func(r emulator.Request) bool { return r.ClientID == client.ID }) {
			t.Error("the credentials were exchanged anyway")
		}
		rotate(c.Tenant, client)
		c.Grant(client.ID, "read:users")
		on := attributes{"verify_credentials": true}
		c.Run(
			step{Set: on, Sent: none, State: measured}, // it verifies and writes nothing
			// Other actions are verified too, and what fails leaves everything as it is.
			step{Set: on.With(attributes{"actions": []string{"GET_USER", "UPDATE_USER"}}), Sent: none, Unchanged: true,
				Error: at("actions", "update:users")},
			// The new secret of an update without verification has no measured scopes.
			step{Set: attributes{"client_secret": "not-yet-the-next"}, Sent: sentSetup, State: unmeasured},
		)
	})
}

// verify_credentials, actions and required_scopes may be unknown at plan.
func TestConnectionResource_verifyUnknown(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.Base["verify_credentials"] = false
	for _, known := range []attributes{
		{"verify_credentials": true},
		{"verify_credentials": false},
		{"verify_credentials": true, "actions": []string{"GET_USER"}},
		{"verify_credentials": true, "required_scopes": []string{"read:users"}},
	} {
		notYet := attributes{}
		for name := range known {
			notYet[name] = unknown
		}
		s := step{Set: notYet, Known: known}
		c.Object = nil
		c.Run(s, step{}, s)
	}
}

// A client, a grant or a secret that was created a moment ago may take up to 10 seconds to be accepted.
func TestConnectionResource_propagationDelay(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(*acctest.Tenant, emulator.Client) emulator.Client{
		"client": func(tenant *acctest.Tenant, _ emulator.Client) emulator.Client {
			return tenant.Client("other", "read:users")
		},
		"wider grant": func(tenant *acctest.Tenant, c emulator.Client) emulator.Client {
			tenant.Grant(c.ID, "read:users")
			return c
		},
		"secret": rotate,
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t, map[string]string{"secret": "read:users"}[name])
			c.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 9 * time.Second })
			c.Base = inState(c.Tenant, create(c.Tenant, client)).With(attributes{"actions": []string{"GET_USER"}})
			c.Run(step{})
		})
	}
}

// The retries end after 10 seconds, and are not repeated for the same credentials.
func TestConnectionResource_retriesEnd(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]attributes{"secret": {"client_secret": "wrong-secret"},
		"scope": {"actions": []string{"CREATE_USER"}}} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, _ := newConnection(t)
			r := c.NewRun()
			for i, want := range []time.Duration{10 * time.Second, 0} {
				started := time.Now()
				r.Fail(nil, c.Base.With(change))
				if took := time.Since(started).Round(time.Second); took != want {
					t.Errorf("refusal %d counted after %s, want %s", i+1, took, want)
				}
			}
			if n := len(c.Tokens()); n > 9 { // with growing pauses
				t.Errorf("a token was requested %d times", n)
			}
		})
	}
}

// A refusal of the provider's own client names that one and its arguments. What is
// missing is known at plan.
func TestConnectionResource_ownClientRefused(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		c, _ := newConnection(t)
		c.Secrets = append(c.Secrets, "not-the-providers")
		c.Grant(c.Own.ID, "read:flows_vault_connections")
		c.Run(
			step{Error: at("", "Unable to create vault connection", "The provider's own client lacks the scope", c.Own.ID,
				"create:flows_vault_connections", c.Audience())},
			step{Provider: attributes{"client_secret": "not-the-providers"}, Error: at("", "Unable to create vault connection", c.Domain(), c.Own.ID,
				"the arguments domain, client_id and client_secret")},
		)
		for argument, variable := range map[string]string{"domain": "AUTH0_DOMAIN", "client_id": "AUTH0_CLIENT_ID",
			"client_secret": "AUTH0_CLIENT_SECRET"} {
			c.Run(step{Provider: attributes{argument: nil}, PlanOnly: true, Sent: none, Error: at("", argument, variable)})
		}
		if n := len(c.VaultConnections()); n > 0 {
			t.Errorf("the tenant holds %d vault connections", n)
		}
	})
}
