package token_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	accessToken  = "auth0vault_access_token"
	clientSecret = "auth0vault_client_secret"
)

type attributes = acctest.Attributes

// newRun starts a run of Terraform in a tenant.
func newRun(t *testing.T, tenant *acctest.Tenant) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, "auth0vault_user")
}

func TestAccessToken(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	r := newRun(t, tenant)
	for _, test := range []struct {
		config attributes
		scopes int
	}{
		{attributes{}, len(acctest.ProviderScopes)},
		{attributes{"client_id": client.ID, "client_secret": client.Secret}, 1},
		{attributes{"client_id": client.ID, "client_secret": client.Secret, "domain": tenant.Domain()}, 1},
	} {
		result, diags := r.Open(accessToken, test.config)
		acctest.RequireNoError(t, diags)
		token, _ := acctest.Get(result, "access_token").(string)
		expires, _ := acctest.Get(result, "expires_at").(string)
		if !regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`).MatchString(token) ||
			!regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`).MatchString(expires) {
			t.Errorf("%v: the token is %q and expires at %q", test.config, token, expires)
		}
		if scopes := acctest.Get(result, "scopes").([]any); len(scopes) != test.scopes || test.scopes == 1 && scopes[0] != "read:users" {
			t.Errorf("%v: the scopes are %v", test.config, scopes)
		}
	}
	// One token for each client, however many ephemeral resources want it.
	if n := len(tenant.Tokens()); n != 2 {
		t.Errorf("%d tokens were requested, want 2", n)
	}
}

func TestAccessToken_errors(t *testing.T) {
	t.Parallel()
	const id, secret = "client_id", "client_secret"
	for name, test := range map[string]struct {
		config attributes
		on     string
		words  []string
	}{
		"id without secret": {attributes{id: "a"}, id, []string{secret, `must be specified when "client_id" is specified`}},
		"secret without id": {attributes{secret: "a"}, secret, []string{id, `must be specified when "client_secret" is specified`}},
		"domain alone": {attributes{"domain": "acme.eu.auth0.com"}, "domain",
			[]string{`"client_id" must be specified when "domain" is specified`}},
		"domain with URL": {attributes{"domain": "https://acme.eu.auth0.com", id: "a", secret: "b"}, "domain",
			[]string{`did you mean "acme.eu.auth0.com"`}},
		"wrong secret":     {attributes{id: "FORMS", secret: "wrong"}, secret, []string{"Unable to get access token", "does not accept client"}},
		"no grant":         {attributes{id: "BARE", secret: "BARE"}, id, []string{"Create a client grant"}},
		"unknown audience": {attributes{"audience": "https://unknown.example.com/"}, "", []string{"has no API with the identifier"}},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			tenant := acctest.NewInProcess(t)
			forms, bare := tenant.Client("forms", "read:users"), tenant.AddClient(emulator.Client{Name: "no grant"})
			for name, value := range test.config {
				switch {
				case value == "FORMS":
					test.config[name] = forms.ID
				case value == "BARE" && name == id:
					test.config[name] = bare.ID
				case value == "BARE":
					test.config[name] = bare.Secret
				}
			}
			r := newRun(t, tenant)
			tenant.ForgetRequests()
			diags := r.ValidateEphemeral(accessToken, test.config)
			if len(diags) == 0 {
				_, diags = r.Open(accessToken, test.config)
			}
			acctest.ExpectError(t, diags, test.on, test.words...)
			if n := len(tenant.Requests()); n > 0 && strings.Contains(name, "domain") {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// The secret of the provider's own client goes to no other domain.
func TestAccessToken_otherDomain(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	_, diags := r.Open(accessToken, attributes{"domain": "other.eu.auth0.com"})
	acctest.ExpectError(t, diags, "domain", tenant.Domain(), "other.eu.auth0.com", "client_id")
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
	_, diags = r.Open(accessToken, attributes{"domain": strings.ToUpper(tenant.Domain())})
	acctest.RequireNoError(t, diags)
}

func TestClientSecret(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	result, diags := newRun(t, tenant).Open(clientSecret, attributes{"client_id": client.ID})
	acctest.RequireNoError(t, diags)
	if got := acctest.Get(result, "client_secret"); got != client.Secret {
		t.Errorf("the secret is %v", got)
	}
	_, diags = newRun(t, tenant).Open(clientSecret, attributes{"client_id": "unknown"})
	acctest.ExpectError(t, diags, "client_id", "No such application", "unknown")
	tenant.Grant(tenant.Own.ID, "read:clients")
	_, diags = newRun(t, tenant).Open(clientSecret, attributes{"client_id": client.ID})
	acctest.ExpectError(t, diags, "client_id", "needs the scope read:client_keys")
	tenant.Grant(tenant.Own.ID, "read:users")
	_, diags = newRun(t, tenant).Open(clientSecret, attributes{"client_id": client.ID})
	acctest.ExpectError(t, diags, "", "Unable to read client secret", "read:clients")
}

// With Terraform: application, secret and vault connection in one apply, with the
// secret in no plan and no state, and the access token in what Terraform passes on.
func TestEphemeral_withTerraform(t *testing.T) {
	t.Parallel()
	tenant, folder := acctest.NewInProcess(t), t.TempDir()
	factories := tenant.Factories()
	factories["echo"] = echoprovider.NewProviderServer()
	config := tenant.Config(`
resource "auth0vault_application" "forms" {
  name                = "Forms vault"
  actions             = ["GET_USER"]
  store_client_secret = false
}

ephemeral "auth0vault_client_secret" "forms" {
  client_id = auth0vault_application.forms.client_id
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "TENANT"
  client_id        = auth0vault_application.forms.client_id
  client_secret_wo = ephemeral.auth0vault_client_secret.forms.client_secret
  actions          = ["GET_USER"]
}

ephemeral "auth0vault_access_token" "own" {}

provider "echo" {
  data = ephemeral.auth0vault_access_token.own
}

resource "echo" "it" {}
`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories, WorkingDir: folder,
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.it", tfjsonpath.New("data").AtMapKey("scopes"), knownvalue.SetSizeExact(len(acctest.ProviderScopes))),
				acctest.AtTenant(func() error {
					all := tenant.VaultConnections()
					if len(all) != 1 || len(fmt.Sprint(all[0].Setup["client_secret"])) < 20 {
						return fmt.Errorf("the tenant holds %v", all)
					}
					return acctest.NotInFolder(folder, fmt.Sprint(all[0].Setup["client_secret"]))
				}),
			},
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		}},
	})
}
