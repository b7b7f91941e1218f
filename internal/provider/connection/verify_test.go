package connection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// untouched fails unless nothing was written to the vault.
func untouched(t *testing.T, tenant *acctest.Tenant) {
	t.Helper()
	if asked := writes(tenant); len(asked) > 0 || len(tenant.VaultConnections()) > 0 {
		t.Errorf("the tenant was written %v and holds %d connections", asked, len(tenant.VaultConnections()))
	}
}

// Whatever is wrong with the credentials is an error on the attribute that it
// concerns, says what to do, and leaves the vault as it is.
func TestVerify_refused(t *testing.T) {
	t.Parallel()
	type attributes = acctest.Attributes
	revoke := func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) }
	for name, test := range map[string]struct {
		behavior  func(*emulator.Behavior)
		scopes    []string
		prepare   func(*acctest.Tenant, emulator.Client)
		edit      acctest.Attributes
		attribute string
		words     []string
	}{
		"wrong secret": {
			edit: attributes{"client_secret": "wrong-secret"}, attribute: "client_secret",
			words: []string{"CLIENT", "DOMAIN", "401", "Unauthorized", "client_id and client_secret.", "The first attempt and the last", "up to 10 seconds"},
		},
		"wrong secret, the other answer": {
			behavior: func(b *emulator.Behavior) { b.InvalidClientError = true },
			edit:     attributes{"client_secret": "wrong-secret"}, attribute: "client_secret", words: []string{"CLIENT", "DOMAIN", "invalid_client"},
		},
		"wrong write-only secret": {
			edit:      attributes{"client_secret": nil, "client_secret_wo": "wrong-secret"},
			attribute: "client_secret_wo", words: []string{"CLIENT", "client_id and client_secret_wo."},
		},
		"unknown client": {edit: attributes{"client_id": "nobody"}, attribute: "client_secret", words: []string{`client "nobody"`}},
		"another tenant": {
			edit:      attributes{"domain": "elsewhere.eu.auth0.com"},
			attribute: "client_secret", words: []string{"elsewhere.eu.auth0.com", "belong to another tenant"},
		},
		"no grant": {prepare: revoke, attribute: "client_id", words: []string{"CLIENT", "AUDIENCE", "Create a client grant", "auth0vault_application"}},
		"no grant, the other answer": {
			behavior: func(b *emulator.Behavior) { b.NewGrantError = true },
			prepare:  revoke, attribute: "client_id", words: []string{"CLIENT", "AUDIENCE", "Create a client grant"},
		},
		"no grant for that audience": {
			prepare: func(tenant *acctest.Tenant, _ emulator.Client) {
				tenant.AddAPI(emulator.API{Identifier: "https://api.example.com/"})
			},
			edit: attributes{"audience": "https://api.example.com/"}, attribute: "client_id", words: []string{"CLIENT", `"https://api.example.com/"`},
		},
		"unknown audience": {
			edit:      attributes{"audience": "https://api.example.com/"},
			attribute: "audience", words: []string{`"https://api.example.com/"`, "DOMAIN", "no API with the identifier"},
		},
		"audience without its slash": {
			edit:      attributes{"audience": "https://elsewhere.eu.auth0.com/api/v2"},
			attribute: "audience", words: []string{"https://elsewhere.eu.auth0.com/api/v2", "with the slash at its end"},
		},
		"grant type": {
			prepare: func(tenant *acctest.Tenant, c emulator.Client) {
				tenant.EditClient(c.ID, func(c *emulator.Client) { c.GrantTypes = []string{"authorization_code"} })
			},
			attribute: "client_id", words: []string{"CLIENT", "Client Credentials", "machine-to-machine"},
		},
		"scope missing for an action": {
			scopes: []string{"read:users"}, edit: attributes{"actions": []string{"GET_USER", "UPDATE_USER"}}, attribute: "actions",
			words: []string{"CLIENT", "AUDIENCE", "scope update:users", "the action UPDATE_USER needs", "It is granted: read:users"},
		},
		"required scope missing": {
			scopes:    []string{"read:users"},
			edit:      attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"read:users", "read:roles"}},
			attribute: "required_scopes", words: []string{"CLIENT", "AUDIENCE", "scope read:roles", "required_scopes asks for"},
		},
		"no scope at all": {edit: attributes{"actions": []string{"CREATE_USER"}}, attribute: "actions", words: []string{"create:users", "It is granted: none"}},
		"asked for twice": {
			edit:      attributes{"actions": []string{"CREATE_USER"}, "required_scopes": []string{"create:users"}},
			attribute: "actions", words: []string{"create:users"},
		},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			if test.behavior != nil {
				tenant.Configure(test.behavior)
			}
			client := tenant.Client("forms", test.scopes...)
			if test.prepare != nil {
				test.prepare(tenant, client)
			}
			left, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, client).With(test.edit))
			if left != nil {
				t.Errorf("left %v in the state", left.State)
			}
			names := strings.NewReplacer("CLIENT", client.ID, "DOMAIN", tenant.Domain(), "AUDIENCE", tenant.Audience())
			words := []string{"Nothing was written to the vault"}
			for _, word := range test.words {
				words = append(words, names.Replace(word))
			}
			acctest.ExpectError(t, diags, test.attribute, words...)
			if said := acctest.Said(diags); len(diags) != 1 || strings.Contains(said, client.Secret) || strings.Contains(said, "wrong-secret") {
				t.Errorf("it said more than that, or the secret:\n%s", said)
			}
			untouched(t, tenant)
		})
	}
}

// Each missing scope is named, by the attribute that asks for it.
func TestVerify_severalScopesMissing(t *testing.T) {
	t.Parallel()
	virtually(t, func(t *testing.T, tenant *acctest.Tenant) {
		t.Helper()
		_, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, tenant.Client("forms")).With(acctest.Attributes{
			"actions": []string{"GET_USER", "UPDATE_USER"}, "required_scopes": []string{"read:roles"},
		}))
		for _, scope := range []string{"read:users", "update:users", "read:roles"} {
			if !strings.Contains(acctest.Said(diags), "the scope "+scope+" at the audience") || len(diags) != 3 {
				t.Errorf("%s is not named in one of three errors:\n%s", scope, acctest.Said(diags))
			}
		}
		untouched(t, tenant)
	})
}

func TestVerify_excessScopes(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "delete:users", "create:users")
	var created *acctest.Object
	for name, test := range []struct {
		edit   acctest.Attributes
		excess string
	}{
		{nil, ""}, // the configuration does not say what is needed
		{acctest.Attributes{"actions": []string{"GET_USER"}}, "create:users, delete:users"},
		{acctest.Attributes{"actions": []string{}}, "create:users, delete:users, read:users"},
		{acctest.Attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"create:users", "delete:users"}}, ""},
	} {
		config := minimalConfig(tenant, client).With(test.edit)
		r := newRun(t, tenant)
		next, diags := r.TryApply(r.Plan(created, config), config)
		acctest.MustSucceed(t, diags)
		created = next
		if test.excess != "" {
			acctest.ExpectWarning(t, diags, "client_id", "may do more than it needs", client.ID, tenant.Audience(), test.excess+".")
		} else if len(diags) > 0 {
			t.Errorf("%d: it said %s", name, acctest.Said(diags))
		}
	}
}

// A token that does not tell its scopes can be stored, but not compared.
func TestVerify_scopesNotTold(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms")
	opaque := emulator.Fault{
		Method: "POST", Path: "/oauth/token", Status: 200, Body: `{"access_token":"opaque","expires_in":86400,"token_type":"Bearer"}`,
	}
	config := minimalConfig(tenant, client)
	tenant.Fail(opaque)
	r := newRun(t, tenant)
	created, diags := r.TryApply(r.Plan(nil, config), config)
	if got := get(t, created.State, "granted_scopes"); got != nil || len(diags) > 0 {
		t.Errorf("granted_scopes = %v, and it said %s", got, acctest.Said(diags))
	}
	expectEmptyPlan(t, tenant, created, config)

	config = config.With(acctest.Attributes{"required_scopes": []string{"read:users"}})
	tenant.Fail(opaque)
	_, diags = r.TryApply(r.Plan(nil, config), config)
	acctest.MustSucceed(t, diags)
	acctest.ExpectWarning(t, diags, "required_scopes", "could not be checked", client.ID)
}

func TestVerify_switchedOff(t *testing.T) {
	t.Parallel()
	virtually(t, func(t *testing.T, tenant *acctest.Tenant) {
		t.Helper()
		client := tenant.Client("forms")
		config := minimalConfig(tenant, client).With(acctest.Attributes{
			"client_secret": "not-yet-the-secret", "verify_credentials": false, "actions": []string{"GET_USER"},
		})
		measured := func(o *acctest.Object, want bool) {
			t.Helper()
			if got := get(t, o.State, "granted_scopes"); (got != nil) != want {
				t.Errorf("granted_scopes = %v", got)
			}
		}
		if got := get(t, newRun(t, tenant).Plan(nil, config).State, "granted_scopes"); got != nil {
			t.Errorf("granted_scopes is planned as %v", got)
		}
		created := newRun(t, tenant).Apply(nil, config)
		measured(created, false)
		if slices.ContainsFunc(tenant.Tokens(), func(r emulator.Request) bool { return r.ClientID == client.ID }) {
			t.Error("the credentials were exchanged anyway")
		}
		expectEmptyPlan(t, tenant, created, config)

		// Switched on, it verifies and writes nothing.
		tenant.SetClientSecret(client.ID, "not-yet-the-secret")
		tenant.Grant(client.ID, "read:users")
		tenant.ForgetRequests()
		config = config.With(acctest.Attributes{"verify_credentials": true})
		r := newRun(t, tenant)
		created = r.Apply(r.Read(created), config)
		mustHaveWritten(t, tenant)
		measured(created, true)
		expectEmptyPlan(t, tenant, created, config)

		// Other actions are verified too, and what fails leaves everything as it is.
		r = newRun(t, tenant)
		left, diags := r.Fail(r.Read(created), config.With(acctest.Attributes{"actions": []string{"GET_USER", "UPDATE_USER"}}))
		acctest.ExpectError(t, diags, "actions", "update:users")
		if !left.State.Equal(created.State) {
			t.Error("the failure changed the state")
		}
		mustHaveWritten(t, tenant)

		// The new secret of an update without verification has no measured scopes.
		config = config.With(acctest.Attributes{"verify_credentials": false, "client_secret": "not-yet-the-next"})
		r = newRun(t, tenant)
		created = r.Apply(r.Read(created), config)
		measured(created, false)
		expectEmptyPlan(t, tenant, created, config)
	})
}

// verify_credentials, actions and required_scopes may be unknown at plan.
func TestVerify_unknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	base := minimalConfig(tenant, tenant.Client("forms", "read:users")).With(acctest.Attributes{"verify_credentials": false})
	for _, edit := range []acctest.Attributes{
		{"verify_credentials": true},
		{"verify_credentials": false},
		{"verify_credentials": true, "actions": []string{"GET_USER"}},
		{"verify_credentials": true, "required_scopes": []string{"read:users"}},
	} {
		notYet := acctest.Attributes{}
		for name := range edit {
			notYet[name] = acctest.Unknown
		}
		r := newRun(t, tenant)
		known := base.With(edit)
		for _, before := range []*acctest.Object{nil, r.Apply(nil, base)} {
			created, diags := r.TryApply(r.Plan(before, base.With(notYet)), known)
			acctest.MustSucceed(t, diags)
			expectEmptyPlan(t, tenant, created, known)
		}
	}
}

// What was created a moment ago may not be seen yet: a refusal is tried again.
func TestVerify_delayed(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(*acctest.Tenant, func()) emulator.Client{
		"client": func(tenant *acctest.Tenant, delay func()) emulator.Client {
			delay()
			return tenant.Client("forms", "read:users")
		},
		"grant": func(tenant *acctest.Tenant, delay func()) emulator.Client {
			client := tenant.AddClient(emulator.Client{Name: "forms"})
			delay()
			tenant.Grant(client.ID, "read:users")
			return client
		},
		"wider grant": func(tenant *acctest.Tenant, delay func()) emulator.Client {
			client := tenant.Client("forms")
			delay()
			tenant.Grant(client.ID, "read:users")
			return client
		},
		"secret": func(tenant *acctest.Tenant, delay func()) emulator.Client {
			client := tenant.Client("forms", "read:users")
			delay()
			return rotate(tenant, client, "the-next-secret")
		},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := create(tenant, func() { tenant.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 9 * time.Second }) })
			config := minimalConfig(tenant, client).With(acctest.Attributes{"actions": []string{"GET_USER"}})
			expectEmptyPlan(t, tenant, newRun(t, tenant).Apply(nil, config), config)
		})
	}
}

// The retries end after 10 seconds, and are not repeated for the same credentials.
func TestVerify_retriesEnd(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]acctest.Attributes{
		"secret": {"client_secret": "wrong-secret"},
		"scope":  {"actions": []string{"CREATE_USER"}},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			r := newRun(t, tenant)
			config := minimalConfig(tenant, tenant.Client("forms", "read:users")).With(edit)
			for i, want := range []time.Duration{10 * time.Second, 0} {
				started := time.Now()
				r.Fail(nil, config)
				if took := time.Since(started).Round(time.Second); took != want {
					t.Errorf("refusal %d counted after %s, want %s", i+1, took, want)
				}
			}
			if n := len(tenant.Tokens()); n > 9 { // with growing pauses
				t.Errorf("a token was asked for %d times", n)
			}
		})
	}
}

// A refusal of the provider's own client names that one and its arguments.
func TestVerify_ownClient(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := minimalConfig(tenant, tenant.Client("forms", "read:users"))
	tenant.Grant(tenant.Own.ID, "read:flows_vault_connections")
	_, diags := newRun(t, tenant).Fail(nil, config)
	acctest.ExpectError(t, diags, "", "Unable to create vault connection", "The provider's own client lacks the scope", tenant.Own.ID,
		"create:flows_vault_connections", tenant.Audience())

	_, diags = newRun(t, tenant, acctest.Attributes{"client_secret": "not-the-providers"}).Fail(nil, config)
	acctest.ExpectError(t, diags, "", "Unable to create vault connection", tenant.Domain(), tenant.Own.ID, "the arguments domain, client_id and client_secret")
	if strings.Contains(acctest.Said(diags), "not-the-providers") {
		t.Errorf("the message holds the secret:\n%s", acctest.Said(diags))
	}
	// What is missing is known at plan.
	for argument, variable := range map[string]string{"domain": "AUTH0_DOMAIN", "client_id": "AUTH0_CLIENT_ID", "client_secret": "AUTH0_CLIENT_SECRET"} {
		_, diags := newRun(t, tenant, acctest.Attributes{argument: nil}).TryPlan(nil, config)
		acctest.ExpectError(t, diags, "", argument, variable)
	}
	if n := len(tenant.VaultConnections()); n > 0 {
		t.Errorf("the tenant holds %d connections", n)
	}
}
