package access_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func value(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.auth0vault_access.test", tfjsonpath.New(attribute), check)
}

func scopes(names ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(names))
	for i, name := range names {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.SetExact(checks)
}

func TestAccessDataSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		granted              []string
		noGrant              bool
		more                 string
		grantedNow           bool
		has, missing, excess knownvalue.Check
	}{
		"exactly": {
			granted: []string{"read:users", "create:users"}, more: `actions = ["GET_USER", "CREATE_USER"]`,
			grantedNow: true, has: scopes("read:users", "create:users"), missing: scopes(), excess: scopes(),
		},
		"one missing, one too many": {
			granted: []string{"read:users", "delete:users"}, more: `actions = ["GET_USER", "UPDATE_USER"]`,
			grantedNow: true, has: scopes("read:users", "delete:users"), missing: scopes("update:users"), excess: scopes("delete:users"),
		},
		"custom requests": {
			granted: []string{"read:users"}, more: "actions = [\"GET_USER\"]\n required_scopes = [\"read:roles\", \"read:users\"]",
			grantedNow: true, has: scopes("read:users"), missing: scopes("read:roles"), excess: scopes(),
		},
		"no grant": {
			noGrant: true, more: `actions = ["GET_USER"]`,
			has: scopes(), missing: scopes("read:users"), excess: scopes(),
		},
		"nothing needed": {
			granted:    []string{"read:users"},
			grantedNow: true, has: scopes("read:users"), missing: scopes(), excess: scopes("read:users"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			var client emulator.Client
			if test.noGrant {
				client = tenant.AddClient(emulator.Client{Name: "forms"})
			} else {
				client = tenant.Client("forms", test.granted...)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{{
					Config: tenant.Config(fmt.Sprintf("data \"auth0vault_access\" \"test\" {\n client_id = %q\n %s\n}", client.ID, test.more)),
					ConfigStateChecks: []statecheck.StateCheck{
						value("audience", knownvalue.StringExact(tenant.Audience())),
						value("granted", knownvalue.Bool(test.grantedNow)),
						value("all_scopes", knownvalue.Bool(false)),
						value("granted_scopes", test.has), value("missing_scopes", test.missing), value("excess_scopes", test.excess),
					},
				}},
			})
			for _, r := range tenant.Asked("", "") {
				if !strings.HasPrefix(r.Path, "/api/v2/client-grants") {
					t.Errorf("asked for %s %s: the scope read:client_grants was to be enough", r.Method, r.Path)
				}
			}
		})
	}
}

// TestAccessDataSource_conditions: usable where configurations assert what must be so.
func TestAccessDataSource_conditions(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "delete:users")
	config := func(actions string) string {
		return tenant.Config(fmt.Sprintf(`
data "auth0vault_access" "test" {
  client_id = %q
  actions   = %s
}
resource "terraform_data" "it" {
  lifecycle {
    precondition {
      condition     = length(data.auth0vault_access.test.missing_scopes) == 0
      error_message = "Missing: ${join(", ", data.auth0vault_access.test.missing_scopes)}"
    }
  }
}
`, client.ID, actions))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config(`["GET_USER"]`)},
			{Config: config(`["GET_USER", "UPDATE_USER"]`), ExpectError: regexp.MustCompile(`Missing: update:users`)},
		},
	})
}

func TestAccessDataSource_invalid(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	for name, test := range map[string]struct{ arguments, err string }{
		"unknown action": {`client_id = "a"` + "\n" + `actions = ["SEND_EMAIL"]`, `(?s)actions.*value must be one of`},
		"audience":       {`client_id = "a"` + "\n" + `audience = ""`, `audience\s+is\s+empty;\s+leave\s+it\s+out`},
		"empty client":   {`client_id = ""`, `client_id\s+is\s+empty\.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{{
					Config: tenant.Config("data \"auth0vault_access\" \"test\" {\n" + test.arguments + "\n}"), PlanOnly: true,
					ExpectError: regexp.MustCompile(test.err),
				}},
			})
		})
	}
}

// TestAccessDataSource_forbidden: the message names the scope that the provider's own client lacks.
func TestAccessDataSource_forbidden(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.Grant(tenant.Own.ID, "read:users")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{{
			Config:      tenant.Config(`data "auth0vault_access" "test" { client_id = "a" }`),
			ExpectError: regexp.MustCompile(`(?s)The provider's own client lacks.*read:client_grants`),
		}},
	})
}
