package token_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// withEcho adds a provider whose resource shows what an ephemeral resource gave.
func withEcho(tenant *acctest.Tenant) map[string]func() (tfprotov6.ProviderServer, error) {
	factories := tenant.Factories()
	factories["echo"] = echoprovider.NewProviderServer()
	return factories
}

func echo(of string) string {
	return fmt.Sprintf("\nprovider \"echo\" { data = %s }\nresource \"echo\" \"it\" {}\n", of)
}

func echoed(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("echo.it", tfjsonpath.New("data").AtMapKey(attribute), check)
}

func TestAccessToken(t *testing.T) {
	t.Parallel()
	rfc3339 := knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))
	for name, test := range map[string]struct {
		given  bool
		scopes knownvalue.Check
	}{
		"of the provider's own client": {false, knownvalue.SetSizeExact(len(acctest.ProviderScopes))},
		"of a given client":            {true, knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("read:users")})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			client := tenant.Client("forms", "read:users")
			arguments := ""
			if test.given {
				arguments = fmt.Sprintf("client_id = %q\n client_secret = %q", client.ID, client.Secret)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: withEcho(tenant),
				Steps: []resource.TestStep{{
					Config: tenant.Config("ephemeral \"auth0vault_access_token\" \"test\" {\n" + arguments + "\n}" + echo("ephemeral.auth0vault_access_token.test")),
					ConfigStateChecks: []statecheck.StateCheck{
						echoed("access_token", knownvalue.StringRegexp(regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`))),
						echoed("scopes", test.scopes),
						echoed("expires_at", rfc3339),
					},
				}},
			})
		})
	}
}

// TestAccessToken_once: a run asks for one token per client, however many
// ephemeral resources want it.
func TestAccessToken_once(t *testing.T) {
	t.Parallel()
	tokens := func(count int) int {
		tenant := acctest.New(t)
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: withEcho(tenant),
			Steps: []resource.TestStep{{
				Config: tenant.Config(fmt.Sprintf(`ephemeral "auth0vault_access_token" "test" { count = %d }`, count) + echo("ephemeral.auth0vault_access_token.test[0]")),
			}},
		})
		return len(tenant.Tokens())
	}
	if one, five := tokens(1), tokens(5); one == 0 || one != five {
		t.Errorf("%d tokens for one ephemeral resource, %d for five", one, five)
	}
}

func TestAccessToken_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	bare := tenant.AddClient(emulator.Client{Name: "no grant"})
	for name, test := range map[string]struct{ arguments, err string }{
		"id without secret": {`client_id = "a"`, `(?s)client_secret.*must be specified when\s+"client_id" is specified`},
		"secret without id": {`client_secret = "a"`, `(?s)client_id.*must be specified when\s+"client_secret" is specified`},
		"domain alone":      {`domain = "acme.eu.auth0.com"`, `(?s)client_id.*must be specified when\s+"domain" is specified`},
		"domain":            {`domain = "https://acme.eu.auth0.com"`, `did\s+you\s+mean\s+"acme.eu.auth0.com"`},
		"wrong secret":      {fmt.Sprintf("client_id = %q\n client_secret = \"wrong\"", client.ID), `(?s)Unable to get access token.*does\s+not\s+accept\s+client`},
		"no grant":          {fmt.Sprintf("client_id = %q\n client_secret = %q", bare.ID, bare.Secret), `(?s)Create\s+a\s+client\s+grant`},
		"unknown audience":  {`audience = "https://nobody.example.com/"`, `(?s)has\s+no\s+API\s+with\s+the\s+identifier`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: withEcho(tenant),
				Steps: []resource.TestStep{{
					Config:      tenant.Config("ephemeral \"auth0vault_access_token\" \"test\" {\n" + test.arguments + "\n}" + echo("ephemeral.auth0vault_access_token.test")),
					ExpectError: regexp.MustCompile(test.err),
				}},
			})
		})
	}
}

// TestClientSecret_chain: application, secret and connection in one apply, with
// the secret in no plan and no state.
func TestClientSecret_chain(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
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
`)
	var secret string
	inVault := acctest.AtTenant(func() error {
		all := tenant.VaultConnections()
		if len(all) != 1 {
			return fmt.Errorf("%d connections", len(all))
		}
		secret, _ = all[0].Setup["client_secret"].(string)
		if secret == "" {
			return fmt.Errorf("no secret in the vault: %v", all[0].Setup)
		}
		return nil
	})
	notInState := stateCheckFunc(func(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
		acctest.NotInState(secret).CheckState(ctx, req, resp)
	})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{inVault},
				ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{notInState},
			},
		},
	})
	if secret == "" {
		t.Fatal("the secret was never seen")
	}
}

// stateCheckFunc is a state check that is made when it is run.
type stateCheckFunc func(context.Context, statecheck.CheckStateRequest, *statecheck.CheckStateResponse)

func (f stateCheckFunc) CheckState(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	f(ctx, req, resp)
}

func TestClientSecret_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	weak := tenant.Client("weak", "read:clients")
	config := func(id, arguments string) string {
		return fmt.Sprintf("ephemeral \"auth0vault_client_secret\" \"test\" { client_id = %q }", id) + echo("ephemeral.auth0vault_client_secret.test") + arguments
	}
	own := tenant.Own
	t.Run("unknown application", func(t *testing.T) {
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: withEcho(tenant),
			Steps: []resource.TestStep{{
				Config: tenant.Config(config("nobody", "")), ExpectError: regexp.MustCompile(`(?s)No such application.*nobody`),
			}},
		})
	})
	t.Run("not shown", func(t *testing.T) {
		tenant.Own = weak
		defer func() { tenant.Own = own }()
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: withEcho(tenant),
			Steps: []resource.TestStep{{
				Config: tenant.Config(config(client.ID, "")), ExpectError: regexp.MustCompile(`(?s)needs\s+the\s+scope\s+read:client_keys`),
			}},
		})
	})
	t.Run("shown", func(t *testing.T) {
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: withEcho(tenant),
			Steps: []resource.TestStep{{
				Config:            tenant.Config(config(client.ID, "")),
				ConfigStateChecks: []statecheck.StateCheck{echoed("client_secret", knownvalue.StringExact(client.Secret))},
			}},
		})
	})
}

// The secret of the provider's own client goes to no other domain.
func TestAccessToken_otherDomain(t *testing.T) {
	t.Parallel()
	tenant, other := acctest.New(t), acctest.New(t)
	run := acctest.NewRun(t, tenant, "auth0vault_user")
	_, diags := run.Open("auth0vault_access_token", acctest.Attributes{"domain": other.Domain()})
	acctest.ExpectError(t, diags, "domain", tenant.Domain(), other.Domain(), "client_id")
	if n := len(tenant.Requests()) + len(other.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	_, diags = run.Open("auth0vault_access_token", acctest.Attributes{"domain": strings.ToUpper(tenant.Domain())})
	acctest.MustSucceed(t, diags)
}
