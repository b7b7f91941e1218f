package connection_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// Bad input is refused while a configuration is validated, on its attribute, and
// where there is one, the message shows the corrected value.
func TestInvalid(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant)
	good := attributes{"name": "forms", "domain": "acme.eu.auth0.com", "client_id": "client", "client_secret": "secret"}
	for name, test := range map[string]struct {
		edit      attributes
		attribute string
		words     []string
	}{
		"domain with scheme":       {attributes{"domain": "https://acme.eu.auth0.com"}, "domain", []string{`"https://acme.eu.auth0.com"`, `did you mean "acme.eu.auth0.com"?`}},
		"domain with other scheme": {attributes{"domain": "http://acme.eu.auth0.com/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with port":         {attributes{"domain": "acme.eu.auth0.com:8443"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with path":         {attributes{"domain": "acme.eu.auth0.com/api/v2/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with slash":        {attributes{"domain": "acme.eu.auth0.com/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with dot":          {attributes{"domain": "acme.eu.auth0.com."}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain within spaces":     {attributes{"domain": " acme.eu.auth0.com\n"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with space":        {attributes{"domain": "acme eu.auth0.com"}, "domain", []string{`"acme eu.auth0.com"`, "host name alone"}},
		"domain with underscore":   {attributes{"domain": "acme_eu.auth0.com"}, "domain", []string{`"acme_eu.auth0.com"`, "host name alone"}},
		"domain of nothing":        {attributes{"domain": ""}, "domain", []string{"host name alone"}},
		"domain with empty label":  {attributes{"domain": "acme..auth0.com"}, "domain", []string{"host name alone"}},
		"domain too long":          {attributes{"domain": strings.Repeat("a.", 130) + "com"}, "domain", []string{"host name alone"}},
		"domain in no letters":     {attributes{"domain": "ünïcode.auth0.com"}, "domain", []string{"host name alone"}},
		"domain is missing":        {attributes{"domain": nil}, "domain", nil},

		"audience with http":      {attributes{"audience": "http://acme.eu.auth0.com/api/v2/"}, "audience", []string{`did you mean "https://acme.eu.auth0.com/api/v2/"?`}},
		"audience without scheme": {attributes{"audience": "acme.eu.auth0.com/api/v2/"}, "audience", []string{`did you mean "https://acme.eu.auth0.com/api/v2/"?`}},
		"audience is a urn":       {attributes{"audience": "urn:acme:api"}, "audience", []string{`"urn:acme:api"`, "begins with https://"}},
		"audience with space":     {attributes{"audience": "https://acme.eu.auth0.com/api v2/"}, "audience", []string{"begins with https://"}},
		"audience of nothing":     {attributes{"audience": ""}, "audience", []string{"begins with https://"}},
		"audience without host":   {attributes{"audience": "https:///api/v2/"}, "audience", []string{"begins with https://"}},

		"name of nothing":    {attributes{"name": ""}, "name", []string{"between 1 and 150", "got: 0"}},
		"name too long":      {attributes{"name": strings.Repeat("n", 151)}, "name", []string{"between 1 and 150", "got: 151"}},
		"name is missing":    {attributes{"name": nil}, "name", nil},
		"client of nothing":  {attributes{"client_id": ""}, "client_id", nil},
		"client is missing":  {attributes{"client_id": nil}, "client_id", nil},
		"secret of nothing":  {attributes{"client_secret": ""}, "client_secret", nil},
		"secret of nothing,": {attributes{"client_secret": nil, "client_secret_wo": ""}, "client_secret_wo", nil},

		"both secrets": {attributes{"client_secret_wo": "secret"}, "client_secret", []string{"Exactly one of client_secret and client_secret_wo", "Both are"}},
		"no secret":    {attributes{"client_secret": nil}, "client_secret", []string{"Exactly one of client_secret and client_secret_wo", "Neither is"}},
		"version of the secret in state": {
			attributes{"client_secret_wo_version": 1}, "client_secret_wo_version", []string{"client_secret_wo"},
		},

		"unknown action":    {attributes{"actions": []string{"GET_USER", "DELETE_USER"}}, "actions", []string{"DELETE_USER", "GET_USER", "CREATE_USER", "UPDATE_USER"}},
		"action in small":   {attributes{"actions": []string{"get_user"}}, "actions", []string{"get_user", "GET_USER"}},
		"scope of nothing":  {attributes{"required_scopes": []string{""}}, "required_scopes", nil},
		"scope too long":    {attributes{"required_scopes": []string{strings.Repeat("s", 281)}}, "required_scopes", []string{"280"}},
		"two scopes in one": {attributes{"required_scopes": []string{"read:users update:users"}}, "required_scopes", []string{"read:users update:users", "element of its own"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := r.validate(good.with(test.edit))
			if !hasError(diags) {
				t.Fatal("it was accepted")
			}
			expectError(t, onAttributes(diags), test.attribute, test.words...)
			if len(diags) != 1 {
				t.Errorf("more was said than that:\n%s", said(diags))
			}
		})
	}
}

func TestInvalid_valid(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant)
	good := attributes{"name": "forms", "domain": "acme.eu.auth0.com", "client_id": "client", "client_secret": "secret"}
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
		"unknown secret":          {"client_secret": unknown},
		"one of two unknown":      {"client_secret": unknown, "client_secret_wo": unknown},
		"everything unknown": {
			"name": unknown, "domain": unknown, "client_id": unknown, "client_secret": nil, "client_secret_wo": unknown,
			"client_secret_wo_version": unknown, "audience": unknown, "actions": unknown, "required_scopes": unknown,
			"verify_credentials": unknown, "reconnect_triggers": unknown,
		},
	} {
		if diags := r.validate(good.with(edit)); len(diags) > 0 {
			t.Errorf("%s: %s", name, said(diags))
		}
	}
}

func TestInvalid_withTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	config := func(domain string, more ...string) string {
		return hcl(tenant, append([]string{quoted("name", "forms"), quoted("domain", domain), quoted("client_id", client.ID)}, more...)...)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config("https://"+tenant.Domain(), `client_secret = "s"`), PlanOnly: true,
				ExpectError: detail(`did you mean "` + tenant.Domain() + `"?`),
			},
			{Config: config(tenant.Domain()), PlanOnly: true, ExpectError: detail("client_secret")},
			{
				// None of the two secrets, which only the apply finds out.
				Config: `resource "terraform_data" "none" { input = "none" }` + "\n" +
					config(tenant.Domain(), `client_secret = terraform_data.none.output == "none" ? null : "secret"`),
				ExpectError: detail("Exactly one of client_secret and client_secret_wo"),
			},
		},
	})
	untouched(t, tenant)
}
