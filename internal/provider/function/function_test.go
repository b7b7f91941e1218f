package function_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

func TestFunctions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		expression string
		value      knownvalue.Check
		err        string
	}{
		"audience": {
			`provider::auth0vault::audience_from_domain("acme.eu.auth0.com")`, knownvalue.StringExact("https://acme.eu.auth0.com/api/v2/"), "",
		},
		"audience in lower case": {
			`provider::auth0vault::audience_from_domain("ACME.eu.auth0.com")`, knownvalue.StringExact("https://acme.eu.auth0.com/api/v2/"), "",
		},
		"audience, scheme": {
			`provider::auth0vault::audience_from_domain("https://acme.eu.auth0.com/")`, nil,
			`(?s)Invalid value for "domain" parameter.*did you mean\s+"acme.eu.auth0.com"`,
		},
		"audience, port": {
			`provider::auth0vault::audience_from_domain("acme.eu.auth0.com:443")`, nil, `did\s+you\s+mean\s+"acme.eu.auth0.com"`,
		},
		"audience, underscore": {`provider::auth0vault::audience_from_domain("acme_eu.auth0.com")`, nil, `(?s)is\s+not\s+a\s+valid\s+host\s+name:\s+"[^"]*"\.[^.]`},
		"audience, empty":      {`provider::auth0vault::audience_from_domain("")`, nil, `(?s)is\s+not\s+a\s+valid\s+host\s+name:\s+"[^"]*"\.[^.]`},
		"audience, null":       {`provider::auth0vault::audience_from_domain(null)`, nil, `must not be null`},
		"scopes": {`provider::auth0vault::scopes_from_actions(["UPDATE_USER", "GET_USER", "GET_USER"])`, knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact("read:users"), knownvalue.StringExact("update:users"),
		}), ""},
		"scopes of nothing": {`provider::auth0vault::scopes_from_actions([])`, knownvalue.ListExact(nil), ""},
		"scopes, unknown": {
			`provider::auth0vault::scopes_from_actions(["SEND_EMAIL"])`, nil,
			`(?s)Unknown action\s+"SEND_EMAIL".*GET_USER,\s+CREATE_USER,\s+UPDATE_USER`,
		},
		"scopes, null": {`provider::auth0vault::scopes_from_actions(null)`, nil, `must not be null`},
		"actions, no binding": {
			`provider::auth0vault::flow_actions(jsonencode([
				{ id = "a", type = "AUTH0", action = "GET_USER", params = { connection_id = "#CONN-1#" } }
			]), null, {})`,
			nil, `(?s)Invalid value for "bindings" parameter:.*no\s+binding\s+for\s+the\s+token\s+"#CONN-1#"`,
		},
		"actions, no JSON": {
			`provider::auth0vault::flow_actions("[", null, {})`, nil, `(?s)Invalid value for "export" parameter:.*line\s+1,\s+column\s+2`,
		},
		"actions, no flow": {
			`provider::auth0vault::flow_actions("{\"flows\": {}}", "x", {})`, nil, `(?s)Invalid value for "flow" parameter:.*no\s+flows`,
		},
		"actions, no option": {
			`provider::auth0vault::flow_actions("[]", null, {}, "x")`, nil, `(?s)Invalid value for "options" parameter:.*no\s+option\s+"x"`,
		},
		"form, no form":      {`provider::auth0vault::form_parts("[]", {})`, nil, `(?s)Invalid value for "export" parameter:.*no\s+form`},
		"scopes, null in it": {`provider::auth0vault::scopes_from_actions([null])`, nil, `(?s)null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := resource.TestStep{Config: `output "it" { value = ` + test.expression + ` }`}
			if test.err != "" {
				step.ExpectError = regexp.MustCompile(test.err)
			} else {
				step.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("it", test.value)}
			}
			resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.New(t).Factories(), Steps: []resource.TestStep{step}})
		})
	}
}

// TestFunctionsOfUnknown: what is not known before the apply is computed then.
func TestFunctionsOfUnknown(t *testing.T) {
	t.Parallel()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.New(t).Factories(),
		Steps: []resource.TestStep{{
			Config: `
resource "terraform_data" "domain" { input = "acme.eu.auth0.com" }
output "it" { value = provider::auth0vault::audience_from_domain(terraform_data.domain.output) }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("it", knownvalue.StringExact("https://acme.eu.auth0.com/api/v2/")),
			},
		}},
	})
}
