package connection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

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
	for name, test := range map[string]struct {
		behaviour func(*emulator.Behaviour)
		scopes    []string
		prepare   func(*acctest.Tenant, emulator.Client)
		edit      acctest.Attributes
		attribute string
		words     []string
	}{
		"wrong secret": {
			edit:      acctest.Attributes{"client_secret": "wrong-secret"},
			attribute: "client_secret",
			words:     []string{"CLIENT", "DOMAIN", "401", "Unauthorized"},
		},
		"wrong secret, the other answer": {
			behaviour: func(b *emulator.Behaviour) { b.InvalidClientError = true },
			edit:      acctest.Attributes{"client_secret": "wrong-secret"},
			attribute: "client_secret",
			words:     []string{"CLIENT", "DOMAIN", "invalid_client"},
		},
		"wrong write-only secret": {
			edit:      acctest.Attributes{"client_secret": nil, "client_secret_wo": "wrong-secret"},
			attribute: "client_secret_wo",
			words:     []string{"CLIENT"},
		},
		"unknown client": {
			edit:      acctest.Attributes{"client_id": "nobody"},
			attribute: "client_secret",
			words:     []string{`client "nobody"`},
		},
		"another tenant": {
			edit:      acctest.Attributes{"domain": "elsewhere.eu.auth0.com"},
			attribute: "client_secret",
			words:     []string{"elsewhere.eu.auth0.com", "belong to another tenant"},
		},
		"no grant": {
			prepare:   func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) },
			attribute: "client_id",
			words:     []string{"CLIENT", "AUDIENCE", "Create a client grant", "auth0vault_application"},
		},
		"no grant, the other answer": {
			behaviour: func(b *emulator.Behaviour) { b.NewGrantError = true },
			prepare:   func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) },
			attribute: "client_id",
			words:     []string{"CLIENT", "AUDIENCE", "Create a client grant"},
		},
		"no grant for that audience": {
			prepare: func(tenant *acctest.Tenant, _ emulator.Client) {
				tenant.AddAPI(emulator.API{Identifier: "https://api.example.com/"})
			},
			edit:      acctest.Attributes{"audience": "https://api.example.com/"},
			attribute: "client_id",
			words:     []string{"CLIENT", `"https://api.example.com/"`},
		},
		"unknown audience": {
			edit:      acctest.Attributes{"audience": "https://api.example.com/"},
			attribute: "audience",
			words:     []string{`"https://api.example.com/"`, "DOMAIN", "no API with the identifier"},
		},
		"audience without its slash": {
			edit:      acctest.Attributes{"audience": "https://elsewhere.eu.auth0.com/api/v2"},
			attribute: "audience",
			words:     []string{"https://elsewhere.eu.auth0.com/api/v2", "with the slash at its end"},
		},
		"grant type": {
			prepare: func(tenant *acctest.Tenant, c emulator.Client) {
				tenant.EditClient(c.ID, func(c *emulator.Client) { c.GrantTypes = []string{"authorization_code"} })
			},
			attribute: "client_id",
			words:     []string{"CLIENT", "Client Credentials", "machine-to-machine"},
		},
		"scope missing for an action": {
			scopes:    []string{"read:users"},
			edit:      acctest.Attributes{"actions": []string{"GET_USER", "UPDATE_USER"}},
			attribute: "actions",
			words:     []string{"CLIENT", "AUDIENCE", "scope update:users", "the action UPDATE_USER needs", "It is granted: read:users"},
		},
		"required scope missing": {
			scopes:    []string{"read:users"},
			edit:      acctest.Attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"read:users", "read:roles"}},
			attribute: "required_scopes",
			words:     []string{"CLIENT", "AUDIENCE", "scope read:roles", "required_scopes asks for"},
		},
		"no scope at all": {
			edit:      acctest.Attributes{"actions": []string{"CREATE_USER"}},
			attribute: "actions",
			words:     []string{"create:users", "It is granted: none"},
		},
		"asked for twice": {
			edit:      acctest.Attributes{"actions": []string{"CREATE_USER"}, "required_scopes": []string{"create:users"}},
			attribute: "actions",
			words:     []string{"create:users"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			if test.behaviour != nil {
				tenant.Configure(test.behaviour)
			}
			client := tenant.Client("forms", test.scopes...)
			if test.prepare != nil {
				test.prepare(tenant, client)
			}
			config := minimalConfig(tenant, client).With(test.edit)
			started := time.Now()
			left, diags := newRun(t, tenant).Fail(nil, config)
			if left != nil {
				t.Errorf("left %v in the state", left.State)
			}
			words := []string{"Nothing was written to the vault"}
			for _, word := range test.words {
				word = strings.NewReplacer("CLIENT", client.ID, "DOMAIN", tenant.Domain(), "AUDIENCE", tenant.Audience()).Replace(word)
				words = append(words, word)
			}
			acctest.ExpectError(t, diags, test.attribute, words...)
			if len(diags) != 1 {
				t.Errorf("more was said than that:\n%s", acctest.Said(diags))
			}
			if strings.Contains(acctest.Said(diags), client.Secret) || strings.Contains(acctest.Said(diags), "wrong-secret") {
				t.Errorf("the message holds the secret:\n%s", acctest.Said(diags))
			}
			untouched(t, tenant)
			// Not longer than patience (a second in tests), and a little.
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// Each missing scope is named, by the attribute that asks for it.
func TestVerify_severalScopesMissing(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms")
	_, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, client).With(acctest.Attributes{
		"actions": []string{"GET_USER", "UPDATE_USER"}, "required_scopes": []string{"read:roles"},
	}))
	if len(diags) != 3 {
		t.Errorf("want three errors:\n%s", acctest.Said(diags))
	}
	for _, scope := range []string{"read:users", "update:users", "read:roles"} {
		if !strings.Contains(acctest.Said(diags), "the scope "+scope+" at the audience") {
			t.Errorf("%s is not named:\n%s", scope, acctest.Said(diags))
		}
	}
	untouched(t, tenant)
}

func TestVerify_withTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	config := func(secret, more string) string {
		return hcl(tenant, quoted("name", "forms"), quoted("domain", tenant.Domain()), quoted("client_id", client.ID),
			quoted("client_secret", secret), more)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config("wrong-secret", ""), ExpectError: detail("The host " + tenant.Domain() + " does not accept client")},
			{
				Config:      config(client.Secret, `actions = ["GET_USER", "CREATE_USER"]`),
				ExpectError: detail("is not granted the scope create:users at the audience"),
			},
			{
				PreConfig:         func() { untouched(t, tenant) },
				Config:            config(client.Secret, `actions = ["GET_USER"]`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", setupOf(tenant, client.ID, client.Secret))},
			},
		},
	})
}

func TestVerify_excessScopes(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "delete:users", "create:users")
	config := minimalConfig(tenant, client)

	// Nothing is said to be needed, so nothing can be too much.
	r := newRun(t, tenant)
	_, diags := r.TryApply(r.Plan(nil, config), config)
	if len(diags) > 0 {
		t.Errorf("said %s", acctest.Said(diags))
	}

	config = config.With(acctest.Attributes{"actions": []string{"GET_USER"}})
	made, diags := r.TryApply(r.Plan(nil, config), config)
	acctest.MustSucceed(t, diags)
	acctest.ExpectWarning(t, diags, "client_id", "may do more than it needs", client.ID, tenant.Audience(), "create:users, delete:users")

	// Nothing at all is said to be needed.
	config = config.With(acctest.Attributes{"actions": []string{}})
	made, diags = r.TryApply(r.Plan(made, config), config)
	acctest.MustSucceed(t, diags)
	acctest.ExpectWarning(t, diags, "client_id", "create:users, delete:users, read:users")

	// required_scopes count as needed.
	config = config.With(acctest.Attributes{"actions": []string{"GET_USER"}, "required_scopes": []string{"create:users", "delete:users"}})
	_, diags = r.TryApply(r.Plan(made, config), config)
	if len(diags) > 0 {
		t.Errorf("said %s", acctest.Said(diags))
	}
}

// A token that does not tell its scopes can be stored, but not compared.
func TestVerify_scopesNotTold(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms")
	opaque := emulator.Fault{
		Method: "POST", Path: "/oauth/token", Status: 200, Body: `{"access_token":"opaque","expires_in":86400,"token_type":"Bearer"}`,
	}
	config := minimalConfig(tenant, client)
	tenant.Fail(opaque)
	r := newRun(t, tenant)
	made, diags := r.TryApply(r.Plan(nil, config), config)
	if len(diags) > 0 {
		t.Errorf("said %s", acctest.Said(diags))
	}
	if got := get(t, made.State, "granted_scopes"); got != nil {
		t.Errorf("granted_scopes = %v", got)
	}
	quiet(t, tenant, made, config)

	config = config.With(acctest.Attributes{"required_scopes": []string{"read:users"}})
	tenant.Fail(opaque)
	_, diags = r.TryApply(r.Plan(nil, config), config)
	acctest.MustSucceed(t, diags)
	acctest.ExpectWarning(t, diags, "required_scopes", "could not be checked", client.ID)
}

func TestVerify_switchedOff(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms")
	config := minimalConfig(tenant, client).With(acctest.Attributes{
		"client_secret": "not-yet-the-secret", "verify_credentials": false, "actions": []string{"GET_USER"},
	})
	r := newRun(t, tenant)
	plan := r.Plan(nil, config)
	if got := get(t, plan.State, "granted_scopes"); got != nil {
		t.Errorf("granted_scopes is planned as %v", got)
	}
	made := r.Apply(nil, config)
	if got := get(t, made.State, "granted_scopes"); got != nil {
		t.Errorf("granted_scopes = %v", got)
	}
	asked := slices.DeleteFunc(tenant.Tokens(), func(r emulator.Request) bool { return r.ClientID != client.ID })
	if len(asked) > 0 {
		t.Error("the credentials were exchanged all the same")
	}
	quiet(t, tenant, made, config)

	// Switched on, it verifies and writes nothing.
	tenant.SetClientSecret(client.ID, "not-yet-the-secret")
	tenant.Grant(client.ID, "read:users")
	tenant.ForgetRequests()
	config = config.With(acctest.Attributes{"verify_credentials": true})
	r = newRun(t, tenant)
	made = r.Apply(r.Read(made), config)
	mustHaveWritten(t, tenant)
	if got := get(t, made.State, "granted_scopes"); got == nil {
		t.Error("the scopes were not measured")
	}
	quiet(t, tenant, made, config)

	// Other actions are verified too, and what fails leaves everything as it is.
	wider := config.With(acctest.Attributes{"actions": []string{"GET_USER", "UPDATE_USER"}})
	r = newRun(t, tenant)
	left, diags := r.Fail(r.Read(made), wider)
	acctest.ExpectError(t, diags, "actions", "update:users")
	if !left.State.Equal(made.State) {
		t.Error("the failure changed the state")
	}
	mustHaveWritten(t, tenant)

	// The new secret of an update without verification has no measured scopes.
	config = config.With(acctest.Attributes{"verify_credentials": false, "client_secret": "not-yet-the-next"})
	r = newRun(t, tenant)
	made = r.Apply(r.Read(made), config)
	if got := get(t, made.State, "granted_scopes"); got != nil {
		t.Errorf("granted_scopes = %v", got)
	}
	quiet(t, tenant, made, config)
}

// verify_credentials, actions and required_scopes may be unknown at plan.
func TestVerify_unknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	base := minimalConfig(tenant, client).With(acctest.Attributes{"verify_credentials": false})
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
		made, diags := r.TryApply(r.Plan(nil, base.With(notYet)), known)
		acctest.MustSucceed(t, diags)
		quiet(t, tenant, made, known)

		made = r.Apply(nil, base)
		made, diags = r.TryApply(r.Plan(made, base.With(notYet)), known)
		acctest.MustSucceed(t, diags)
		quiet(t, tenant, made, known)
	}
}

// What was made a moment ago may not be seen yet: a refusal is tried again.
func TestVerify_patience(t *testing.T) {
	t.Parallel()
	delayed := func(t *testing.T) *acctest.Tenant {
		t.Helper()
		t.Parallel()
		return acctest.New(t)
	}
	delay := func(tenant *acctest.Tenant) {
		tenant.Configure(func(b *emulator.Behaviour) { b.PropagationDelay = 500 * time.Millisecond })
	}
	t.Run("new client", func(t *testing.T) {
		tenant := delayed(t)
		delay(tenant)
		config := minimalConfig(tenant, tenant.Client("forms", "read:users")).With(acctest.Attributes{"actions": []string{"GET_USER"}})
		quiet(t, tenant, newRun(t, tenant).Apply(nil, config), config)
	})
	t.Run("new grant", func(t *testing.T) {
		tenant := delayed(t)
		client := tenant.Client("forms")
		tenant.Revoke(client.ID)
		delay(tenant)
		tenant.Grant(client.ID, "read:users")
		newRun(t, tenant).Apply(nil, minimalConfig(tenant, client))
	})
	t.Run("wider grant", func(t *testing.T) {
		tenant := delayed(t)
		client := tenant.Client("forms", "read:users")
		delay(tenant)
		tenant.Grant(client.ID, "read:users", "update:users")
		newRun(t, tenant).Apply(nil, minimalConfig(tenant, client).With(acctest.Attributes{"actions": []string{"UPDATE_USER"}}))
	})
	t.Run("new secret", func(t *testing.T) {
		tenant := delayed(t)
		client := tenant.Client("forms", "read:users")
		made := newRun(t, tenant).Apply(nil, writeOnly(tenant, client))
		delay(tenant)
		client = rotate(tenant, client, "the-next-secret")
		r := newRun(t, tenant)
		r.Apply(r.Read(made), writeOnly(tenant, client))
		mustHold(t, tenant, "forms", client)
	})
}

// Patience ends, and is not spent twice on the same credentials.
func TestVerify_patienceEnds(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]acctest.Attributes{
		"secret": {"client_secret": "wrong-secret"},
		"scope":  {"actions": []string{"CREATE_USER"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			r := newRun(t, tenant)
			config := minimalConfig(tenant, tenant.Client("forms", "read:users")).With(edit)
			started := time.Now()
			r.Fail(nil, config)
			if took := time.Since(started); took < time.Second || took > 5*time.Second {
				t.Errorf("the refusal counted after %s", took)
			}
			started = time.Now()
			r.Fail(nil, config)
			if took := time.Since(started); took > 900*time.Millisecond {
				t.Errorf("the second time it took %s", took)
			}
			// Growing pauses: a quarter of a second, half a second, the rest.
			if n := len(tenant.Tokens()); n > 7 {
				t.Errorf("a token was asked for %d times", n)
			}
		})
	}
}

// The provider's own client is judged in its own words.
func TestVerify_ownClient(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)
	tenant.Grant(tenant.Own.ID, "read:flows_vault_connections")
	_, diags := newRun(t, tenant).Fail(nil, config)
	acctest.ExpectError(t, diags, "", "Unable to create vault connection", "The provider's own client lacks the scope", tenant.Own.ID,
		"create:flows_vault_connections", tenant.Audience())

	r := newRun(t, tenant, acctest.Attributes{"client_secret": "not-the-providers"})
	_, diags = r.Fail(nil, config)
	acctest.ExpectError(t, diags, "", "Unable to create vault connection", tenant.Domain(), tenant.Own.ID, "the arguments domain, client_id and client_secret")
	if strings.Contains(acctest.Said(diags), "not-the-providers") {
		t.Errorf("the message holds the secret:\n%s", acctest.Said(diags))
	}

	// What is missing is known at plan.
	missing := func(arguments acctest.Attributes, words ...string) {
		t.Helper()
		_, diags := newRun(t, tenant, arguments).TryPlan(nil, config)
		acctest.ExpectError(t, diags, "", words...)
	}
	missing(acctest.Attributes{"domain": nil}, "domain", "AUTH0_DOMAIN")
	missing(acctest.Attributes{"client_id": nil}, "client_id", "AUTH0_CLIENT_ID")
	missing(acctest.Attributes{"client_secret": nil}, "client_secret", "AUTH0_CLIENT_SECRET")
	if n := len(tenant.VaultConnections()); n > 0 {
		t.Errorf("the tenant holds %d connections", n)
	}
}
