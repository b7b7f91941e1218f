package providerdata_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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

// TestOwnClient: the client if all arguments are known, an error if one is missing, and neither while one is unknown.
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

func TestAddUnknownProviderConfigError(t *testing.T) {
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
