package providerdata_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

func connection(change map[string]attr.Value) types.Object {
	values := map[string]attr.Value{
		"domain": types.StringValue("forms.eu.auth0.com"), "client_id": types.StringValue("c1"),
		"client_secret": types.StringValue("state's"), "audience": types.StringNull(),
	}
	for name, value := range change {
		values[name] = value
	}
	return types.ObjectValueMust(providerdata.VaultConnectionTypes, values)
}

func connectionSecrets(secrets map[string]string) func(*providerdata.Data) {
	return func(p *providerdata.Data) { p.ConnectionSecrets = secrets }
}

// TestClients: which clients are tried for an object, in which order.
func TestClients(t *testing.T) {
	t.Parallel()
	base := auth0.Credentials{Domain: "forms.eu.auth0.com", ClientID: "c1"}
	with := func(secret string) auth0.Credentials {
		c := base
		c.ClientSecret = secret
		return c
	}
	withAudience := with("state's")
	withAudience.Audience = "https://forms.eu.auth0.com/other/"
	noSecret := map[string]attr.Value{"client_secret": types.StringNull()}
	unknown := types.StringUnknown()
	for name, test := range map[string]struct {
		provider   *providerdata.Data
		connection types.Object
		want       []auth0.Credentials
		err        string
	}{
		"none: the provider's own": {newProvider(t), types.ObjectNull(providerdata.VaultConnectionTypes),
			[]auth0.Credentials{{Domain: "acme.eu.auth0.com", ClientID: "own", ClientSecret: "own secret"}}, ""},
		"none, and own ones not known": {newProvider(t, func(p *providerdata.Data) { p.CredentialsUnknown = true }),
			types.ObjectNull(providerdata.VaultConnectionTypes), nil, ""},
		"with its secret": {newProvider(t), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"with an audience": {newProvider(t),
			connection(map[string]attr.Value{"audience": types.StringValue("https://forms.eu.auth0.com/other/")}),
			[]auth0.Credentials{withAudience}, ""},
		"own credentials are not needed": {newProvider(t,
			func(p *providerdata.Data) { p.CredentialsUnknown = true; p.Credentials = auth0.Credentials{} }), connection(
			nil), []auth0.Credentials{with("state's")}, ""},
		"secret from the connection_secrets": {newProvider(t, connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "map's",
			"c2": "other"})), connection(noSecret), []auth0.Credentials{with("map's")}, ""},
		"empty secret": {newProvider(t,
			connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "map's"})), connection(
			map[string]attr.Value{"client_secret": types.StringValue("")}), []auth0.Credentials{with("map's")}, ""},
		"the state's first": {newProvider(t,
			connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "map's"})), connection(nil), []auth0.Credentials{with("state's"),
			with("map's")}, ""},
		"the same in both": {newProvider(t,
			connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "state's"})), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"no secret anywhere": {newProvider(t, connectionSecrets(map[string]string{"c2": "other"})),
			connection(noSecret), nil, `connection_secrets = { "forms.eu.auth0.com/c1" = … }`},
		"no secret, connection_secrets not known": {newProvider(t, func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }),
			connection(noSecret), nil, ""},
		"secret, connection_secrets not known": {newProvider(t, func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }),
			connection(nil), []auth0.Credentials{with("state's")}, ""},
		"known in a connection_secrets partly so": {newProvider(t,
			connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "map's"}),
			func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }), connection(noSecret), []auth0.Credentials{with("map's")}, ""},
		"object not known":    {newProvider(t), types.ObjectUnknown(providerdata.VaultConnectionTypes), nil, ""},
		"domain not known":    {newProvider(t), connection(map[string]attr.Value{"domain": unknown}), nil, ""},
		"client id not known": {newProvider(t), connection(map[string]attr.Value{"client_id": unknown}), nil, ""},
		"secret not known": {newProvider(t),
			connection(map[string]attr.Value{"client_secret": unknown}), nil, ""},
		"audience not known": {newProvider(t), connection(map[string]attr.Value{"audience": unknown}), nil, ""},
		"pool not known": {newProvider(t, func(p *providerdata.Data) { p.Pool = nil }), connection(nil), nil,
			""},
		"no secret, connection_secrets and pool not known": {newProvider(t,
			func(p *providerdata.Data) { p.Pool, p.ConnectionSecretsUnknown = nil, true }), connection(noSecret), nil, ""},
		"provider not configured": {nil, connection(nil), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clients, diags := test.provider.Clients(t.Context(), test.connection)
			if diags.HasError() != (test.err != "") || !strings.Contains(text(diags), test.err) {
				t.Errorf("got %v, expected %q", diags, test.err)
			}
			if len(clients) != len(test.want) {
				t.Fatalf("got %d clients, expected %d", len(clients), len(test.want))
			}
			for i, want := range test.want {
				if clients[i].Client != test.provider.Pool.Client(want) {
					t.Errorf("client %d is not that of %+v", i, want)
				}
				if clients[i].Role == "" || clients[i].CredentialsSource == "" {
					t.Errorf("client %d has no words for messages: %+v", i, clients[i])
				}
			}
			one, diags := test.provider.Client(t.Context(), test.connection)
			if diags.HasError() != (test.err != "") || (one == nil) != (len(test.want) == 0) || one != nil && one.Client != clients[0].Client {
				t.Errorf("the one client is %v, %v", one, diags)
			}
		})
	}
}

// TestNoSecretIsSaidOnTheAttribute: where the user can do something about it.
func TestNoSecretIsSaidOnTheAttribute(t *testing.T) {
	t.Parallel()
	_, diags := newProvider(t).Client(t.Context(), connection(map[string]attr.Value{"client_secret": types.StringNull()}))
	if len(diags) != 1 {
		t.Fatalf("got %v", diags)
	}
	if on, ok := diags[0].(diag.DiagnosticWithPath); !ok || !on.Path().Equal(path.Root("vault_connection")) {
		t.Errorf("got %v", diags[0])
	}
}

// TestVaultConnectionTypes: the object is what the model wants.
func TestVaultConnectionTypes(t *testing.T) {
	t.Parallel()
	var c providerdata.VaultConnection
	if diags := connection(nil).As(t.Context(), &c, basetypes.ObjectAsOptions{}); diags.HasError() {
		t.Fatal(diags)
	}
	if c.Domain.ValueString() != "forms.eu.auth0.com" || c.ClientID.ValueString() != "c1" ||
		c.ClientSecret.ValueString() != "state's" || !c.Audience.IsNull() {
		t.Errorf("got %+v", c)
	}
	if !providerdata.VaultConnectionPath.Equal(path.Root("vault_connection")) {
		t.Errorf("the path is %s", providerdata.VaultConnectionPath)
	}
}

// A secret goes only to the host that its key names.
func TestClients_secretsAreBoundToHosts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		domain string
		keys   map[string]string
		change func(*providerdata.Data)
		secret string
		// words are what the error names; none for no error.
		words []string
	}{
		"client ID, own tenant":              {domain: "acme.eu.auth0.com", keys: map[string]string{"c1": "s"}, secret: "s"},
		"client ID, own tenant, in capitals": {domain: "ACME.eu.auth0.com", keys: map[string]string{"c1": "s"}, secret: "s"},
		"domain and client ID, own tenant": {domain: "acme.eu.auth0.com",
			keys: map[string]string{"acme.eu.auth0.com/c1": "s", "c1": "other"}, secret: "s"},
		"domain and client ID": {domain: "forms.eu.auth0.com",
			keys: map[string]string{"forms.eu.auth0.com/c1": "s"}, secret: "s"},
		"domain in capitals": {domain: "Forms.EU.auth0.com",
			keys: map[string]string{"forms.eu.auth0.com/c1": "s"}, secret: "s"},
		"client ID, another tenant": {domain: "other.example.com", keys: map[string]string{"c1": "s"},
			words: []string{`"other.example.com"`, `client "c1"`, `"other.example.com/c1" = …`, "own tenant only"}},
		"another domain": {domain: "other.example.com", keys: map[string]string{"forms.eu.auth0.com/c1": "s"},
			words: []string{`"other.example.com"`, `client "c1"`, `"other.example.com/c1" = …`}},
		"another client": {domain: "acme.eu.auth0.com", keys: map[string]string{"acme.eu.auth0.com/c2": "s", "c2": "s"},
			words: []string{`"acme.eu.auth0.com"`, `client "c1"`, `{ "c1" = … }`}},
		"a domain that begins the same": {domain: "acme.eu.auth0.com.evil.example",
			keys: map[string]string{"c1": "s", "acme.eu.auth0.com/c1": "s"}, words: []string{`"acme.eu.auth0.com.evil.example/c1" = …`}},
		"no domain of the provider": {domain: "acme.eu.auth0.com", keys: map[string]string{"c1": "s"},
			change: func(p *providerdata.Data) { p.Credentials.Domain = "" }, words: []string{`"acme.eu.auth0.com/c1" = …`}},
		"domain of the provider with port 443": {domain: "acme.eu.auth0.com", keys: map[string]string{"c1": "s"},
			change: func(p *providerdata.Data) { p.Credentials.Domain = "acme.eu.auth0.com:443" }, secret: "s"},
		"domain of the provider with a port": {domain: "acme.eu.auth0.com", keys: map[string]string{"c1": "s"},
			change: func(p *providerdata.Data) { p.Credentials.Domain = "acme.eu.auth0.com:8443" }, words: []string{`"acme.eu.auth0.com/c1" = …`}},
		"domain of the provider unknown": {domain: "acme.eu.auth0.com", keys: map[string]string{"c1": "s"},
			change: func(p *providerdata.Data) { p.Credentials.Domain, p.DomainUnknown = "", true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, connectionSecrets(test.keys))
			if test.change != nil {
				test.change(p)
			}
			clients, diags := p.Clients(t.Context(), connection(map[string]attr.Value{"domain": types.StringValue(test.domain),
				"client_secret": types.StringNull()}))
			switch {
			case test.secret != "":
				want := p.Pool.Client(auth0.Credentials{Domain: test.domain, ClientID: "c1", ClientSecret: test.secret})
				if len(clients) != 1 || clients[0].Client != want || len(diags) != 0 {
					t.Errorf("got %d clients, %v", len(clients), diags)
				}
			case len(clients) != 0 || diags.HasError() != (test.words != nil):
				t.Errorf("got %d clients, %v", len(clients), diags)
			}
			for _, word := range test.words {
				if !strings.Contains(text(diags), word) {
					t.Errorf("the error does not name %s: %v", word, diags)
				}
			}
		})
	}
}

// Values that other resources compute are checked where they are used.
func TestClients_invalidMembers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change map[string]attr.Value
		want   string
	}{
		"domain, empty": {map[string]attr.Value{"domain": types.StringValue("")}, "vault_connection.domain is empty"},
		"domain, null":  {map[string]attr.Value{"domain": types.StringNull()}, "vault_connection.domain is empty"},
		"domain, URL": {map[string]attr.Value{"domain": types.StringValue("https://forms.eu.auth0.com")},
			`did you mean "forms.eu.auth0.com"?`},
		"domain, port": {map[string]attr.Value{"domain": types.StringValue("forms.eu.auth0.com:8443")},
			"vault_connection.domain is not a valid host name"},
		"domain, localhost": {map[string]attr.Value{"domain": types.StringValue("localhost")},
			"vault_connection.domain is not a tenant domain"},
		"domain, address": {map[string]attr.Value{"domain": types.StringValue("127.0.0.1")},
			"vault_connection.domain is not a tenant domain"},
		"domain, mocked":   {map[string]attr.Value{"domain": types.StringValue("a1b2c3d4")}, "vault_connection.domain is not a tenant domain"},
		"client ID, empty": {map[string]attr.Value{"client_id": types.StringValue(" ")}, "vault_connection.client_id is empty"},
		"client ID, null":  {map[string]attr.Value{"client_id": types.StringNull()}, "vault_connection.client_id is empty"},
		"audience, http": {map[string]attr.Value{"audience": types.StringValue("http://forms.eu.auth0.com/api/v2/")},
			"vault_connection.audience is not an https URL"},
		"audience, no scheme": {map[string]attr.Value{"audience": types.StringValue("forms.eu.auth0.com/api/v2")},
			`did you mean "https://forms.eu.auth0.com/api/v2/"?`},
	} {
		clients, diags := newProvider(t).Clients(t.Context(), connection(test.change))
		if len(clients) != 0 || diags.ErrorsCount() != 1 || !strings.Contains(text(diags), test.want) {
			t.Errorf("%s: got %d clients, %v", name, len(clients), diags)
			continue
		}
		if on, ok := diags[0].(diag.DiagnosticWithPath); !ok || !on.Path().Equal(providerdata.VaultConnectionPath) {
			t.Errorf("%s: the error is not on the attribute: %v", name, diags[0])
		}
		if detail := diags[0].Detail(); strings.HasSuffix(detail, "..") || strings.HasSuffix(detail, "?.") {
			t.Errorf("%s: the error ends with two marks: %s", name, detail)
		}
	}
}

// White space that a file has added to an ID or a secret is not sent.
func TestClients_whiteSpace(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	clients, diags := p.Clients(t.Context(), connection(map[string]attr.Value{"client_id": types.StringValue("c1\n"),
		"client_secret": types.StringValue("state's\r\n")}))
	want := p.Pool.Client(auth0.Credentials{Domain: "forms.eu.auth0.com", ClientID: "c1", ClientSecret: "state's"})
	if len(clients) != 1 || clients[0].Client != want || len(diags) != 0 {
		t.Errorf("got %d clients, %v", len(clients), diags)
	}
}
