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
	for name, test := range map[string]struct {
		edit attributes
		want *acctest.Message
	}{
		"domain with scheme":       {attributes{"domain": "https://acme.eu.auth0.com"}, at("domain", `"https://acme.eu.auth0.com"`, `did you mean "acme.eu.auth0.com"?`)},
		"domain with other scheme": {attributes{"domain": "http://acme.eu.auth0.com/"}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain with port":         {attributes{"domain": "acme.eu.auth0.com:8443"}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain with path":         {attributes{"domain": "acme.eu.auth0.com/api/v2/"}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain with slash":        {attributes{"domain": "acme.eu.auth0.com/"}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain with dot":          {attributes{"domain": "acme.eu.auth0.com."}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain within spaces":     {attributes{"domain": " acme.eu.auth0.com\n"}, at("domain", `did you mean "acme.eu.auth0.com"?`)},
		"domain with space":        {attributes{"domain": "acme eu.auth0.com"}, at("domain", `"acme eu.auth0.com"`, "host name alone")},
		"domain with underscore":   {attributes{"domain": "acme_eu.auth0.com"}, at("domain", `"acme_eu.auth0.com"`, "host name alone")},
		"domain of nothing":        {attributes{"domain": ""}, at("domain", "is empty; leave it out or write null")},
		"domain with empty label":  {attributes{"domain": "acme..auth0.com"}, at("domain", "host name alone")},
		"domain too long":          {attributes{"domain": strings.Repeat("a.", 130) + "com"}, at("domain", "host name alone")},
		"domain in no letters":     {attributes{"domain": "ünïcode.auth0.com"}, at("domain", "host name alone")},
		"domain is missing":        {attributes{"domain": nil}, at("domain")},

		"domain of localhost":      {attributes{"domain": "localhost"}, at("domain", `"localhost"`)},
		"domain of a subdomain":    {attributes{"domain": "acme.localhost"}, at("domain", `"acme.localhost"`)},
		"domain of an address":     {attributes{"domain": "127.0.0.1"}, at("domain", `"127.0.0.1"`)},
		"domain of a long address": {attributes{"domain": "::1"}, at("domain", `"::1"`)},
		"domain of a hex address":  {attributes{"domain": "0x7f.1"}, at("domain", `"0x7f.1"`)},

		"audience without its slash": {attributes{"audience": "acme.eu.auth0.com/api/v2"}, at("audience", `did you mean "https://acme.eu.auth0.com/api/v2/"?`)},
		"audience with http":         {attributes{"audience": "http://acme.eu.auth0.com/api/v2/"}, at("audience", `did you mean "https://acme.eu.auth0.com/api/v2/"?`)},
		"audience without scheme":    {attributes{"audience": "acme.eu.auth0.com/api/v2/"}, at("audience", `did you mean "https://acme.eu.auth0.com/api/v2/"?`)},
		"audience is a urn":          {attributes{"audience": "urn:acme:api"}, at("audience", `"urn:acme:api"`, "begins with https://")},
		"audience with space":        {attributes{"audience": "https://acme.eu.auth0.com/api v2/"}, at("audience", "begins with https://")},
		"audience of nothing":        {attributes{"audience": ""}, at("audience", "is empty; leave it out or write null")},
		"audience without host":      {attributes{"audience": "https:///api/v2/"}, at("audience", "begins with https://")},

		"name of nothing":   {attributes{"name": ""}, at("name", "is empty", "between 1 and 150")},
		"name too long":     {attributes{"name": strings.Repeat("n", 151)}, at("name", "between 1 and 150", "151")},
		"name is missing":   {attributes{"name": nil}, at("name")},
		"client of nothing": {attributes{"client_id": ""}, at("client_id", "is empty; leave it out or write null")},
		"client is missing": {attributes{"client_id": nil}, at("client_id")},
		"secret of nothing": {attributes{"client_secret": ""}, at("client_secret", "is empty; leave it out or write null")},
		"write-only secret of nothing": {
			attributes{"client_secret": nil, "client_secret_wo": ""}, at("client_secret_wo", "is empty; leave it out or write null"),
		},
		"client with a line break": {attributes{"client_id": "client\n"}, at("client_id", "white space", "trimspace()")},
		"secret with a line break": {attributes{"client_secret": "secret\n"}, at("client_secret", "white space", "trimspace()")},
		"write-only secret with a space": {
			attributes{"client_secret": nil, "client_secret_wo": " secret"}, at("client_secret_wo", "white space", "trimspace()"),
		},

		"both secrets": {attributes{"client_secret_wo": "secret"}, at("client_secret", "Exactly one of client_secret and client_secret_wo", "Both are")},
		"no domain":    {attributes{"domain": nil, "client_secret": unknown}, at("domain", "as a whole", "empty vault connection")},
		"audience alone, unknown secret": {
			attributes{"domain": unknown, "client_id": nil, "client_secret": unknown, "audience": "https://a.example.com/"}, at("client_id", "as a whole"),
		},
		"no secret":                      {attributes{"client_secret": nil}, at("client_secret", "Exactly one of client_secret and client_secret_wo", "Neither is")},
		"version of the secret in state": {attributes{"client_secret_wo_version": 1}, at("client_secret_wo_version", "client_secret_wo")},

		"unknown action":    {attributes{"actions": []string{"GET_USER", "DELETE_USER"}}, at("actions", "DELETE_USER", "GET_USER", "CREATE_USER", "UPDATE_USER")},
		"action in small":   {attributes{"actions": []string{"get_user"}}, at("actions", "get_user", "GET_USER")},
		"scope of nothing":  {attributes{"required_scopes": []string{""}}, at("required_scopes")},
		"scope too long":    {attributes{"required_scopes": []string{strings.Repeat("s", 281)}}, at("required_scopes", "280")},
		"two scopes in one": {attributes{"required_scopes": []string{"read:users update:users"}}, at("required_scopes", "read:users update:users", "element of its own")},
	} {
		diags := r.Validate(validConfig.With(test.edit))
		for _, d := range diags { // of an element, on the attribute that has it
			if d.Attribute != nil {
				d.Attribute = tftypes.NewAttributePathWithSteps(d.Attribute.Steps()[:1])
			}
		}
		t.Log(name)
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
		"scopes":                  {"required_scopes": []string{"read:roles", "https://example.com/scopes/x.y"}},
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
