package connection_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// Bad input is refused while a configuration is validated, on its attribute, and
// where there is one, the message shows the corrected value.
func TestInvalid(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	good := acctest.Attributes{"name": "forms", "domain": "acme.eu.auth0.com", "client_id": "client", "client_secret": "secret"}
	for name, test := range map[string]struct {
		edit      acctest.Attributes
		attribute string
		words     []string
	}{
		"domain with scheme":       {acctest.Attributes{"domain": "https://acme.eu.auth0.com"}, "domain", []string{`"https://acme.eu.auth0.com"`, `did you mean "acme.eu.auth0.com"?`}},
		"domain with other scheme": {acctest.Attributes{"domain": "http://acme.eu.auth0.com/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with port":         {acctest.Attributes{"domain": "acme.eu.auth0.com:8443"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with path":         {acctest.Attributes{"domain": "acme.eu.auth0.com/api/v2/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with slash":        {acctest.Attributes{"domain": "acme.eu.auth0.com/"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with dot":          {acctest.Attributes{"domain": "acme.eu.auth0.com."}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain within spaces":     {acctest.Attributes{"domain": " acme.eu.auth0.com\n"}, "domain", []string{`did you mean "acme.eu.auth0.com"?`}},
		"domain with space":        {acctest.Attributes{"domain": "acme eu.auth0.com"}, "domain", []string{`"acme eu.auth0.com"`, "host name alone"}},
		"domain with underscore":   {acctest.Attributes{"domain": "acme_eu.auth0.com"}, "domain", []string{`"acme_eu.auth0.com"`, "host name alone"}},
		"domain of nothing":        {acctest.Attributes{"domain": ""}, "domain", []string{"is empty; leave it out or write null"}},
		"domain with empty label":  {acctest.Attributes{"domain": "acme..auth0.com"}, "domain", []string{"host name alone"}},
		"domain too long":          {acctest.Attributes{"domain": strings.Repeat("a.", 130) + "com"}, "domain", []string{"host name alone"}},
		"domain in no letters":     {acctest.Attributes{"domain": "ünïcode.auth0.com"}, "domain", []string{"host name alone"}},
		"domain is missing":        {acctest.Attributes{"domain": nil}, "domain", nil},

		"domain of localhost":      {acctest.Attributes{"domain": "localhost"}, "domain", []string{`"localhost"`}},
		"domain of a subdomain":    {acctest.Attributes{"domain": "acme.localhost"}, "domain", []string{`"acme.localhost"`}},
		"domain of an address":     {acctest.Attributes{"domain": "127.0.0.1"}, "domain", []string{`"127.0.0.1"`}},
		"domain of a long address": {acctest.Attributes{"domain": "::1"}, "domain", []string{`"::1"`}},
		"domain of a hex address":  {acctest.Attributes{"domain": "0x7f.1"}, "domain", []string{`"0x7f.1"`}},

		"audience without its slash": {acctest.Attributes{"audience": "acme.eu.auth0.com/api/v2"}, "audience", []string{`did you mean "https://acme.eu.auth0.com/api/v2/"?`}},
		"audience with http":         {acctest.Attributes{"audience": "http://acme.eu.auth0.com/api/v2/"}, "audience", []string{`did you mean "https://acme.eu.auth0.com/api/v2/"?`}},
		"audience without scheme":    {acctest.Attributes{"audience": "acme.eu.auth0.com/api/v2/"}, "audience", []string{`did you mean "https://acme.eu.auth0.com/api/v2/"?`}},
		"audience is a urn":          {acctest.Attributes{"audience": "urn:acme:api"}, "audience", []string{`"urn:acme:api"`, "begins with https://"}},
		"audience with space":        {acctest.Attributes{"audience": "https://acme.eu.auth0.com/api v2/"}, "audience", []string{"begins with https://"}},
		"audience of nothing":        {acctest.Attributes{"audience": ""}, "audience", []string{"is empty; leave it out or write null"}},
		"audience without host":      {acctest.Attributes{"audience": "https:///api/v2/"}, "audience", []string{"begins with https://"}},

		"name of nothing":   {acctest.Attributes{"name": ""}, "name", []string{"is empty", "between 1 and 150"}},
		"name too long":     {acctest.Attributes{"name": strings.Repeat("n", 151)}, "name", []string{"between 1 and 150", "151"}},
		"name is missing":   {acctest.Attributes{"name": nil}, "name", nil},
		"client of nothing": {acctest.Attributes{"client_id": ""}, "client_id", []string{"is empty; leave it out or write null"}},
		"client is missing": {acctest.Attributes{"client_id": nil}, "client_id", nil},
		"secret of nothing": {acctest.Attributes{"client_secret": ""}, "client_secret", []string{"is empty; leave it out or write null"}},
		"write-only secret of nothing": {
			acctest.Attributes{"client_secret": nil, "client_secret_wo": ""}, "client_secret_wo", []string{"is empty; leave it out or write null"},
		},
		"client with a line break": {acctest.Attributes{"client_id": "client\n"}, "client_id", []string{"white space", "trimspace()"}},
		"secret with a line break": {acctest.Attributes{"client_secret": "secret\n"}, "client_secret", []string{"white space", "trimspace()"}},
		"write-only secret with a space": {
			acctest.Attributes{"client_secret": nil, "client_secret_wo": " secret"}, "client_secret_wo", []string{"white space", "trimspace()"},
		},

		"both secrets": {acctest.Attributes{"client_secret_wo": "secret"}, "client_secret", []string{"Exactly one of client_secret and client_secret_wo", "Both are"}},
		"no domain":    {acctest.Attributes{"domain": nil, "client_secret": acctest.Unknown}, "domain", []string{"as a whole", "empty vault connection"}},
		"audience alone, unknown secret": {
			acctest.Attributes{"domain": acctest.Unknown, "client_id": nil, "client_secret": acctest.Unknown, "audience": "https://a.example.com/"}, "client_id", []string{"as a whole"},
		},
		"no secret": {acctest.Attributes{"client_secret": nil}, "client_secret", []string{"Exactly one of client_secret and client_secret_wo", "Neither is"}},
		"version of the secret in state": {
			acctest.Attributes{"client_secret_wo_version": 1}, "client_secret_wo_version", []string{"client_secret_wo"},
		},

		"unknown action":    {acctest.Attributes{"actions": []string{"GET_USER", "DELETE_USER"}}, "actions", []string{"DELETE_USER", "GET_USER", "CREATE_USER", "UPDATE_USER"}},
		"action in small":   {acctest.Attributes{"actions": []string{"get_user"}}, "actions", []string{"get_user", "GET_USER"}},
		"scope of nothing":  {acctest.Attributes{"required_scopes": []string{""}}, "required_scopes", nil},
		"scope too long":    {acctest.Attributes{"required_scopes": []string{strings.Repeat("s", 281)}}, "required_scopes", []string{"280"}},
		"two scopes in one": {acctest.Attributes{"required_scopes": []string{"read:users update:users"}}, "required_scopes", []string{"read:users update:users", "element of its own"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := r.Validate(good.With(test.edit))
			if !acctest.Failed(diags) {
				t.Fatal("it was accepted")
			}
			acctest.ExpectError(t, onAttributes(diags), test.attribute, test.words...)
			if len(diags) != 1 {
				t.Errorf("more was said than that:\n%s", acctest.Said(diags))
			}
		})
	}
}

func TestInvalid_valid(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	good := acctest.Attributes{"name": "forms", "domain": "acme.eu.auth0.com", "client_id": "client", "client_secret": "secret"}
	for name, edit := range map[string]acctest.Attributes{
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
		"empty, or not":           {"domain": acctest.Unknown, "client_id": nil, "client_secret": nil},
		"mocked":                  {"domain": "k3j9xq0a", "client_id": "k3j9xq0a", "client_secret": "k3j9xq0a", "audience": "k3j9xq0a"},
		"unknown secret":          {"client_secret": acctest.Unknown},
		"one of two unknown":      {"client_secret": acctest.Unknown, "client_secret_wo": acctest.Unknown},
		"everything unknown": {
			"name": acctest.Unknown, "domain": acctest.Unknown, "client_id": acctest.Unknown, "client_secret": nil, "client_secret_wo": acctest.Unknown,
			"client_secret_wo_version": acctest.Unknown, "audience": acctest.Unknown, "actions": acctest.Unknown, "required_scopes": acctest.Unknown,
			"verify_credentials": acctest.Unknown, "reconnect_triggers": acctest.Unknown,
		},
	} {
		if diags := r.Validate(good.With(edit)); len(diags) > 0 {
			t.Errorf("%s: %s", name, acctest.Said(diags))
		}
	}
}
