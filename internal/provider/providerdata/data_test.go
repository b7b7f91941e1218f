package providerdata_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

func TestResource_Configure(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for name, test := range map[string]struct {
		data any
		want *providerdata.Data
		err  string
	}{
		"configured":     {p, p, ""},
		"not configured": {nil, nil, ""},
		"another type":   {"another", nil, "Expected *providerdata.Data, got: string. Please report this issue"},
	} {
		var r providerdata.Resource
		var resp resource.ConfigureResponse
		r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: test.data}, &resp)
		if r.Provider != test.want || resp.Diagnostics.HasError() != (test.err != "") || !strings.Contains(text(resp.Diagnostics), test.err) {
			t.Errorf("%s: got %v, %v", name, r.Provider, resp.Diagnostics)
		}
	}
}

// TestOwnClient: there is one when all is known and there, an error when something
// is missing, and nothing at all as long as something is not known.
func TestOwnClient(t *testing.T) {
	t.Parallel()
	missing := diag.Diagnostics{diag.NewErrorDiagnostic("Missing provider argument: domain", "Set it.")}
	for name, test := range map[string]struct {
		provider *providerdata.Data
		client   bool
		err      string
	}{
		"complete":              {newProvider(t), true, ""},
		"not configured":        {nil, false, ""},
		"pool not known":        {newProvider(t, func(p *providerdata.Data) { p.Pool = nil }), false, ""},
		"credentials not known": {newProvider(t, func(p *providerdata.Data) { p.CredentialsUnknown = true }), false, ""},
		"missing": {newProvider(t, func(p *providerdata.Data) { p.MissingArguments = missing }), false,
			"Missing provider argument: domain"},
		"missing, others unknown": {newProvider(t, func(p *providerdata.Data) { p.MissingArguments, p.CredentialsUnknown = missing, true }),
			false, ""},
	} {
		client, diags := test.provider.OwnClient()
		if (client != nil) != test.client || diags.HasError() != (test.err != "") || !strings.Contains(text(diags), test.err) {
			t.Errorf("%s: got %v, %v", name, client, diags)
		}
	}
	p := newProvider(t)
	first, _ := p.OwnClient()
	second, _ := p.OwnClient()
	if first.Client != second.Client || first.Domain() != "acme.eu.auth0.com" || first.ClientID() != "own" {
		t.Errorf("got clients %+v and %+v", first, second)
	}
}

func TestNotKnownYet(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	providerdata.AddUnknownProviderConfigError(&diags, "read user")
	if got := text(diags); !strings.HasPrefix(got, "Unable to read user: ") || !strings.Contains(got, "not known before they are applied") ||
		!strings.Contains(got, "-target") {
		t.Errorf("got %q", got)
	}
}

func TestDomains(t *testing.T) {
	t.Parallel()
	var none *providerdata.Client
	if got := none.DomainOrEmpty(); got != "" {
		t.Errorf("of no client: %q", got)
	}
	client, _ := newProvider(t).OwnClient()
	if got := client.DomainOrEmpty(); got != "acme.eu.auth0.com" {
		t.Errorf("of a client: %q", got)
	}
	var unconfigured *providerdata.Data
	if got := unconfigured.OwnDomain(); got != "" {
		t.Errorf("of no provider: %q", got)
	}
	if got := newProvider(t, func(p *providerdata.Data) { p.CredentialsUnknown = true }).OwnDomain(); got != "acme.eu.auth0.com" {
		t.Errorf("of a provider whose credentials are not known: %q", got)
	}
}

// TestOwnCredentialsStayOut: no message about a client shows its secret.
func TestOwnCredentialsStayOut(t *testing.T) {
	t.Parallel()
	client, _ := newProvider(t).OwnClient()
	for _, err := range everyError() {
		if got := client.Explain(err); strings.Contains(got, "own secret") {
			t.Errorf("%q holds the secret", got)
		}
	}
}

// everyError is one of each kind.
func everyError() map[string]error {
	token := func(status int, code, description string) error {
		return &auth0.TokenError{Domain: "acme.eu.auth0.com", ClientID: "c1", Audience: "https://acme.eu.auth0.com/api/v2/", Status: status,
			Code: code, Description: description}
	}
	api := func(status int, code, message string) error {
		return &auth0.Error{
			Op: `create vault connection "forms"`, Method: "POST", Path: "/api/v2/flows/vault/connections", Status: status,
			Code: code, Message: message,
			Domain: "acme.eu.auth0.com", ClientID: "c1", Audience: "https://acme.eu.auth0.com/api/v2/",
		}
	}
	lost := api(502, "", "Bad Gateway")
	read := auth0.Error{Op: "list flows", Method: "GET", Path: "/api/v2/flows", Domain: "acme.eu.auth0.com", Status: 404, Message: "Not Found"}
	foreign, missing, conflict := read, read, read
	foreign.Foreign, conflict.Status = true, 409
	return map[string]error{
		"wrong secret":     token(401, "access_denied", "Unauthorized"),
		"no grant":         token(403, "access_denied", `Client is not authorized to access "https://acme.eu.auth0.com/api/v2/".`),
		"grant type":       token(403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client."),
		"unknown audience": token(403, "access_denied", "Service not found: https://acme.eu.auth0.com/api/v2/"),
		"token limit":      token(429, "too_many_requests", "Rate limit exceeded."),
		"proxy for token":  token(403, "", "Blocked by policy"),
		"token 400":        token(400, "invalid_request", "Missing required parameter: client_id"),
		"header 400":       api(400, "Bearer", "Bad HTTP authentication header format"),
		"unreachable":      &auth0.UnreachableError{Host: "acme.eu.auth0.com", Op: "read user", Err: errNoHost{}},
		"another answer":   &auth0.UnexpectedResponseError{Host: "acme.eu.auth0.com", Op: "read user", Status: 200, Problem: "it has no ID"},
		"proxy":            &foreign,
		"no such endpoint": &missing,
		"conflict, read":   &conflict,
		"token 502":        token(502, "", "Bad Gateway"),
		"token 404":        token(404, "Not Found", "Not Found"),
		"unsure": &auth0.UnknownOutcomeError{Err: lost,
			Find: api(403, "insufficient_scope", "Insufficient scope, expected any of: read:flows_vault_connections")},
		"401":            api(401, "", "Expired token received for JSON Web Token validation"),
		"scope":          api(403, "insufficient_scope", "Insufficient scope; expected any of: create:flows_vault_connections."),
		"some scope":     api(403, "insufficient_scope", "Insufficient scope"),
		"other 403":      api(403, "insufficient_entitlement", "Please upgrade your subscription"),
		"custom domains": api(409, "custom_domain_conflict", "The tenant has multiple verified custom domains."),
		"conflict":       api(409, "", "The user already exists."),
		"429":            api(429, "too_many_requests", "Global limit has been reached"),
		"502":            lost,
		"400":            api(400, "invalid_body", "Payload validation error: 'String is too long' on property name"),
	}
}

type errNoHost struct{}

func (errNoHost) Error() string { return "no such host" }
