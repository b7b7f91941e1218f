package connection_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// validConfig is a configuration that is valid without a tenant.
var validConfig = attributes{"name": "forms", "domain": "acme.eu.auth0.com", "client_id": "client", "client_secret": "secret"}

// What is invalid is refused while a configuration is validated, on its attribute, and
// where there is one, the message shows the corrected value.
func TestConnectionResource_invalid(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	r := c.NewRun()
	for _, test := range []struct {
		edit attributes
		want *acctest.Message
	}{
		{attributes{"domain": "https://acme.eu.auth0.com"}, at("domain", `"https://acme.eu.auth0.com"`, `did you mean "acme.eu.auth0.com"?`)},
		{attributes{"domain": ""}, at("domain", "is empty; leave it out or write null")},
		{attributes{"domain": nil}, at("domain")},
		{attributes{"domain": "localhost"}, at("domain", `"localhost"`)},
		{attributes{"audience": "acme.eu.auth0.com/api/v2"}, at("audience", `did you mean "https://acme.eu.auth0.com/api/v2/"?`)},
		{attributes{"audience": ""}, at("audience", "is empty; leave it out or write null")},
		{attributes{"name": ""}, at("name", "is empty", "between 1 and 150")},
		{attributes{"name": strings.Repeat("n", 151)}, at("name", "between 1 and 150", "151")},
		{attributes{"name": nil}, at("name")},
		{attributes{"client_id": ""}, at("client_id", "is empty; leave it out or write null")},
		{attributes{"client_id": nil}, at("client_id")},
		{attributes{"client_secret": ""}, at("client_secret", "is empty; leave it out or write null")},
		{attributes{"client_secret": nil, "client_secret_wo": ""}, at("client_secret_wo", "is empty; leave it out or write null")},
		{attributes{"client_id": "client\n"}, at("client_id", "white space", "trimspace()")},
		{attributes{"client_secret": "secret\n"}, at("client_secret", "white space", "trimspace()")},
		{attributes{"client_secret": nil, "client_secret_wo": " secret"}, at("client_secret_wo", "white space", "trimspace()")},
		{attributes{"client_secret_wo": "secret"}, at("client_secret", "Exactly one of client_secret and client_secret_wo", "Both are")},
		{attributes{"domain": nil, "client_secret": unknown}, at("domain", "as a whole", "empty vault connection")},
		{attributes{"domain": unknown, "client_id": nil, "client_secret": unknown, "audience": apiAudience}, at("client_id", "as a whole")},
		{attributes{"client_secret": nil}, at("client_secret", "Exactly one of client_secret and client_secret_wo", "Neither is")},
		{attributes{"client_secret_wo_version": 1}, at("client_secret_wo_version", "client_secret_wo")},
		{attributes{"actions": []string{"GET_USER", "DELETE_USER"}}, at("actions", "DELETE_USER", "GET_USER", "CREATE_USER", "UPDATE_USER")},
		{attributes{"actions": []string{"get_user"}}, at("actions", "get_user", "GET_USER")},
		{attributes{"required_scopes": []string{""}}, at("required_scopes")},
		{attributes{"required_scopes": []string{strings.Repeat("s", 281)}}, at("required_scopes", "280")},
		{attributes{"required_scopes": []string{"a:b c:d"}}, at("required_scopes", "a:b c:d", "element of its own")},
	} {
		diags := r.Validate(validConfig.With(test.edit))
		for _, d := range diags { // of an element, on the attribute that has it
			if d.Attribute != nil {
				d.Attribute = tftypes.NewAttributePathWithSteps(d.Attribute.Steps()[:1])
			}
		}
		t.Log(test.edit)
		if acctest.ExpectError(t, diags, test.want.Path, test.want.Words...); len(diags) != 1 {
			t.Errorf("there are more messages than that:\n%s", acctest.Format(diags))
		}
	}
}

func TestConnectionResource_valid(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	for name, edit := range map[string]attributes{
		"minimal":                 {},
		"name of one character":   {"name": "n"},
		"name of 150 characters":  {"name": strings.Repeat("ü", 150)},
		"custom domain":           {"domain": "login.example.com", "audience": "https://acme.eu.auth0.com/api/v2/"},
		"capitals":                {"domain": "ACME.EU.AUTH0.COM"},
		"audience of another API": {"audience": "https://api.example.com"},
		"all actions":             {"actions": []string{"GET_USER", "CREATE_USER", "UPDATE_USER"}},
		"no actions":              {"actions": []string{}},
		"scopes":                  {"required_scopes": []string{strings.Repeat("s", 280), "https://example.com/scopes/x.y"}},
		"write-only":              {"client_secret": nil, "client_secret_wo": "secret"},
		"versioned":               {"client_secret": nil, "client_secret_wo": "secret", "client_secret_wo_version": 0},
		"empty":                   {"domain": nil, "client_id": nil, "client_secret": nil},
		"empty, or not":           {"domain": unknown, "client_id": nil, "client_secret": nil},
		"mocked":                  {"domain": "k3j9xq0a", "client_id": "k3j9xq0a", "client_secret": "k3j9xq0a", "audience": "k3j9xq0a"},
		"mocked by OpenTofu":      {"domain": "TSXATStsvZ7sd", "client_id": "4Fc1", "client_secret": "4Fc1", "audience": "6BLDtGjFG4Fc"},
		"unknown secret":          {"client_secret": unknown},
		"one of two unknown":      {"client_secret": unknown, "client_secret_wo": unknown},
		"everything unknown": {
			"name": unknown, "domain": unknown, "client_id": unknown, "client_secret": nil, "client_secret_wo": unknown,
			"client_secret_wo_version": unknown, "audience": unknown, "actions": unknown, "required_scopes": unknown,
			"verify_credentials": unknown, "reconnect_triggers": unknown,
		},
	} {
		if diags := c.NewRun().Validate(validConfig.With(edit)); len(diags) > 0 {
			t.Errorf("%s: %s", name, acctest.Format(diags))
		}
	}
}
