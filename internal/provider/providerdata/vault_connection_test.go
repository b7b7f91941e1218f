package providerdata_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

type members = map[string]attr.Value

// connection returns a vault_connection with the secret "state's", and with these members instead of its own.
func connection(change members) types.Object {
	values := members{
		"domain": types.StringValue("forms.eu.auth0.com"), "client_id": types.StringValue("c1"),
		"client_secret": types.StringValue("state's"), "audience": types.StringNull(),
	}
	maps.Copy(values, change)
	return types.ObjectValueMust(providerdata.VaultConnectionTypes, values)
}

func connectionSecrets(secrets map[string]string) func(*providerdata.Data) {
	return func(p *providerdata.Data) { p.ConnectionSecrets = secrets }
}

// TestClients: which clients are tried for an object, in which order.
func TestClients(t *testing.T) {
	t.Parallel()
	none, some := types.ObjectNull(providerdata.VaultConnectionTypes), connection(nil)
	noSecret := connection(members{"client_secret": types.StringNull()})
	unknown := func(name string) types.Object { return connection(members{name: types.StringUnknown()}) }
	secrets := connectionSecrets(map[string]string{"forms.eu.auth0.com/c1": "map's", "c2": "other"})
	emptySecret := connection(members{"client_secret": types.StringValue("")})
	sameSecret := map[string]string{"forms.eu.auth0.com/c1": "state's"}
	noPool := func(p *providerdata.Data) { p.Pool = nil }
	credentialsUnknown := func(p *providerdata.Data) { p.CredentialsUnknown, p.Credentials = true, auth0.Credentials{} }
	secretsUnknown := func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }
	for name, test := range map[string]struct {
		provider   *providerdata.Data
		connection types.Object
		secrets    []string // of the client c1; "own secret" is that of the provider's own client
		err        string
	}{
		"none: the provider's own":        {newProvider(t), none, []string{"own secret"}, ""},
		"none, own ones unknown":          {newProvider(t, credentialsUnknown), none, nil, ""},
		"secret":                          {newProvider(t), some, []string{"state's"}, ""},
		"secret, own credentials unknown": {newProvider(t, credentialsUnknown), some, []string{"state's"}, ""},
		"secret in connection_secrets":    {newProvider(t, secrets), noSecret, []string{"map's"}, ""},
		"empty secret":                    {newProvider(t, secrets), emptySecret, []string{"map's"}, ""},
		"two secrets":                     {newProvider(t, secrets), some, []string{"state's", "map's"}, ""},
		"the same in connection_secrets":  {newProvider(t, connectionSecrets(sameSecret)), some, []string{"state's"}, ""},
		"no secret":                       {newProvider(t), noSecret, nil, `connection_secrets = { "forms.eu.auth0.com/c1" = … }`},
		"no secret for this client":       {newProvider(t, connectionSecrets(map[string]string{"c2": "other"})), noSecret, nil, `No secret`},
		"no secret, map unknown":          {newProvider(t, secretsUnknown), noSecret, nil, ""},
		"secret, map unknown":             {newProvider(t, secretsUnknown), some, []string{"state's"}, ""},
		"secret in a map partly unknown":  {newProvider(t, secrets, secretsUnknown), noSecret, []string{"map's"}, ""},
		"unknown object":                  {newProvider(t), types.ObjectUnknown(providerdata.VaultConnectionTypes), nil, ""},
		"unknown domain":                  {newProvider(t), unknown("domain"), nil, ""},
		"unknown client ID":               {newProvider(t), unknown("client_id"), nil, ""},
		"unknown secret":                  {newProvider(t), unknown("client_secret"), nil, ""},
		"unknown audience":                {newProvider(t), unknown("audience"), nil, ""},
		"unknown pool":                    {newProvider(t, noPool), some, nil, ""},
		"unknown pool and map, no secret": {newProvider(t, noPool, secretsUnknown), noSecret, nil, ""},
		"provider not configured":         {nil, some, nil, ""},
		"white space at the ends of values": {newProvider(t), connection(members{"client_id": types.StringValue("c1\n"),
			"client_secret": types.StringValue("state's\r\n")}), []string{"state's"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clients, diags := test.provider.Clients(t.Context(), test.connection)
			expectText(t, diags, providerdata.VaultConnectionPath, test.err)
			if len(clients) != len(test.secrets) {
				t.Fatalf("got %d clients, expected %d", len(clients), len(test.secrets))
			}
			for i, secret := range test.secrets {
				want := auth0.Credentials{Domain: "forms.eu.auth0.com", ClientID: "c1", ClientSecret: secret}
				if secret == "own secret" {
					want = test.provider.Credentials
				}
				if clients[i].Client != test.provider.Pool.Client(want) {
					t.Errorf("client %d is not that of %+v", i, want)
				}
				if clients[i].Role == "" || clients[i].CredentialsSource == "" {
					t.Errorf("client %d has no words for messages: %+v", i, clients[i])
				}
			}
			one, diags := test.provider.Client(t.Context(), test.connection)
			expectText(t, diags, providerdata.VaultConnectionPath, test.err)
			if (one == nil) != (len(test.secrets) == 0) || one != nil && one.Client != clients[0].Client {
				t.Errorf("Client returns %v", one)
			}
		})
	}
	p, audience := newProvider(t), "https://forms.eu.auth0.com/other/"
	client, diags := p.Client(t.Context(), connection(members{"audience": types.StringValue(audience)}))
	want := auth0.Credentials{Domain: "forms.eu.auth0.com", ClientID: "c1", ClientSecret: "state's", Audience: audience}
	if client == nil || client.Client != p.Pool.Client(want) || len(diags) != 0 {
		t.Errorf("with an audience: got %v, %v", client, diags)
	}
}

// expectText fails unless there is one error with a text, on an attribute; or none for an empty text.
func expectText(t *testing.T, diags diag.Diagnostics, at path.Path, want string) {
	t.Helper()
	if want == "" {
		if diags.HasError() {
			t.Errorf("got %v", diags)
		}
		return
	}
	if diags.ErrorsCount() != 1 || !strings.Contains(text(diags), want) {
		t.Errorf("got %v, expected one error with %q", diags, want)
		return
	}
	if on, ok := diags[0].(diag.DiagnosticWithPath); !ok || !on.Path().Equal(at) {
		t.Errorf("the error is not on %s: %v", at, diags[0])
	}
}

// TestClients_secretsAreBoundToHosts: a secret is used only for the host that its key names.
func TestClients_secretsAreBoundToHosts(t *testing.T) {
	t.Parallel()
	type keys = map[string]string
	const own, evil = "acme.eu.auth0.com", "acme.eu.auth0.com.evil.example"
	ownDomain := func(domain string) func(*providerdata.Data) {
		return func(p *providerdata.Data) { p.Credentials.Domain, p.DomainUnknown = domain, domain == "unknown" }
	}
	for name, test := range map[string]struct {
		domain string
		keys   keys
		change func(*providerdata.Data)
		secret string
		words  []string // of the error; none for no error
	}{
		"client ID, own tenant":              {own, keys{"c1": "s"}, nil, "s", nil},
		"client ID, own tenant, in capitals": {"ACME.eu.auth0.com", keys{"c1": "s"}, nil, "s", nil},
		"domain and client ID, own tenant":   {own, keys{"acme.eu.auth0.com/c1": "s", "c1": "other"}, nil, "s", nil},
		"domain and client ID":               {"forms.eu.auth0.com", keys{"forms.eu.auth0.com/c1": "s"}, nil, "s", nil},
		"domain in capitals":                 {"Forms.EU.auth0.com", keys{"forms.eu.auth0.com/c1": "s"}, nil, "s", nil},
		"client ID, another tenant": {"b.example.com", keys{"c1": "s"}, nil, "",
			[]string{`"b.example.com"`, `client "c1"`, `"b.example.com/c1" = …`, "own tenant only"}},
		"another domain": {"b.example.com", keys{"forms.eu.auth0.com/c1": "s"}, nil, "",
			[]string{`"b.example.com"`, `client "c1"`, `"b.example.com/c1" = …`}},
		"another client": {own, keys{"acme.eu.auth0.com/c2": "s", "c2": "s"}, nil, "",
			[]string{`"acme.eu.auth0.com"`, `client "c1"`, `{ "c1" = … }`}},
		"own domain is a prefix":  {evil, keys{"c1": "s", "acme.eu.auth0.com/c1": "s"}, nil, "", []string{`"` + evil + `/c1" = …`}},
		"no own domain":           {own, keys{"c1": "s"}, ownDomain(""), "", []string{`"acme.eu.auth0.com/c1" = …`}},
		"own domain, port 443":    {own, keys{"c1": "s"}, ownDomain("acme.eu.auth0.com:443"), "s", nil},
		"own domain with a port":  {own, keys{"c1": "s"}, ownDomain("acme.eu.auth0.com:8443"), "", []string{`"acme.eu.auth0.com/c1" = …`}},
		"own domain is not known": {own, keys{"c1": "s"}, ownDomain("unknown"), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, connectionSecrets(test.keys))
			if test.change != nil {
				test.change(p)
			}
			clients, diags := p.Clients(t.Context(), connection(members{
				"domain": types.StringValue(test.domain), "client_secret": types.StringNull()}))
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

// TestClients_invalidMembers: values that other resources compute are validated where they are used.
func TestClients_invalidMembers(t *testing.T) {
	t.Parallel()
	str, null := types.StringValue, types.StringNull()
	for _, test := range []struct {
		member string
		value  types.String
		want   string
	}{
		{"domain", str(""), "vault_connection.domain is empty"},
		{"domain", null, "vault_connection.domain is empty"},
		{"domain", str("https://forms.eu.auth0.com"), `did you mean "forms.eu.auth0.com"?`},
		{"domain", str("forms.eu.auth0.com:8443"), "vault_connection.domain is not a valid host name"},
		{"domain", str("localhost"), "vault_connection.domain is not a tenant domain"},
		{"domain", str("127.0.0.1"), "vault_connection.domain is not a tenant domain"},
		{"domain", str("a1b2c3d4"), "vault_connection.domain is not a tenant domain"}, // of a mock
		{"client_id", str(" "), "vault_connection.client_id is empty"},
		{"client_id", null, "vault_connection.client_id is empty"},
		{"audience", str("http://forms.eu.auth0.com/api/v2/"), "vault_connection.audience is not an https URL"},
		{"audience", str("forms.eu.auth0.com/api/v2"), `did you mean "https://forms.eu.auth0.com/api/v2/"?`},
	} {
		clients, diags := newProvider(t).Clients(t.Context(), connection(members{test.member: test.value}))
		expectText(t, diags, providerdata.VaultConnectionPath, test.want)
		if text := strings.TrimSpace(text(diags)); len(clients) != 0 || strings.HasSuffix(text, "..") || strings.HasSuffix(text, "?.") {
			t.Errorf("%s %s: got %d clients, %s", test.member, test.value, len(clients), text)
		}
	}
}
