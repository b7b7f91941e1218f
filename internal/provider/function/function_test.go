package function_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

func TestAudienceFromDomain(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]string{
		"acme.eu.auth0.com": "https://acme.eu.auth0.com/api/v2/", "ACME.eu.auth0.com": "https://acme.eu.auth0.com/api/v2/",
	} {
		if got := acctest.Get(mustCall(t, "audience_from_domain", domain)); got != want {
			t.Errorf("%s: got %v, want %s", domain, got, want)
		}
	}
	for domain, word := range map[string]string{
		"https://acme.eu.auth0.com/": `did you mean "acme.eu.auth0.com"`, "acme.eu.auth0.com:443": `did you mean "acme.eu.auth0.com"`,
		"acme_eu.auth0.com": `is not a valid host name: "acme_eu.auth0.com"`, "": `is not a valid host name: ""`,
	} {
		_, err := call(t, "audience_from_domain", domain)
		expectError(t, err, 0, []string{word})
		if strings.HasSuffix(err.Text, ".") { // Terraform adds one
			t.Errorf("the message ends with a period: %s", err.Text)
		}
	}
}

// With Terraform: what is not known before the apply is computed then.
func TestFunctions_withTerraform(t *testing.T) {
	t.Parallel()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.NewInProcess(t).Factories(),
		Steps: []resource.TestStep{{
			Config: `
resource "terraform_data" "domain" { input = "acme.eu.auth0.com" }
output "audience" { value = provider::auth0vault::audience_from_domain(terraform_data.domain.output) }
output "scopes" { value = provider::auth0vault::scopes_from_actions(["UPDATE_USER", "GET_USER", "GET_USER"]) }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("audience", knownvalue.StringExact("https://acme.eu.auth0.com/api/v2/")),
				statecheck.ExpectKnownOutputValue("scopes", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("read:users"), knownvalue.StringExact("update:users"),
				})),
			},
		}},
	})
}
