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

func keyring(secrets map[string]string) func(*providerdata.Data) {
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
		"none: the provider's own":              {newProvider(t), types.ObjectNull(providerdata.VaultConnectionTypes), []auth0.Credentials{{Domain: "acme.eu.auth0.com", ClientID: "own", ClientSecret: "own secret"}}, ""},
		"none, and own ones not known":          {newProvider(t, func(p *providerdata.Data) { p.CredentialsUnknown = true }), types.ObjectNull(providerdata.VaultConnectionTypes), nil, ""},
		"with its secret":                       {newProvider(t), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"with an audience":                      {newProvider(t), connection(map[string]attr.Value{"audience": types.StringValue("https://forms.eu.auth0.com/other/")}), []auth0.Credentials{withAudience}, ""},
		"own credentials are not needed":        {newProvider(t, func(p *providerdata.Data) { p.CredentialsUnknown = true; p.Credentials = auth0.Credentials{} }), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"secret from the keyring":               {newProvider(t, keyring(map[string]string{"c1": "keyring's", "c2": "other"})), connection(noSecret), []auth0.Credentials{with("keyring's")}, ""},
		"empty secret":                          {newProvider(t, keyring(map[string]string{"c1": "keyring's"})), connection(map[string]attr.Value{"client_secret": types.StringValue("")}), []auth0.Credentials{with("keyring's")}, ""},
		"the state's first":                     {newProvider(t, keyring(map[string]string{"c1": "keyring's"})), connection(nil), []auth0.Credentials{with("state's"), with("keyring's")}, ""},
		"the same in both":                      {newProvider(t, keyring(map[string]string{"c1": "state's"})), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"no secret anywhere":                    {newProvider(t, keyring(map[string]string{"c2": "other"})), connection(noSecret), nil, `connection_secrets = { "c1" = … }`},
		"no secret, keyring not known":          {newProvider(t, func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }), connection(noSecret), nil, ""},
		"secret, keyring not known":             {newProvider(t, func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }), connection(nil), []auth0.Credentials{with("state's")}, ""},
		"known in a keyring partly so":          {newProvider(t, keyring(map[string]string{"c1": "keyring's"}), func(p *providerdata.Data) { p.ConnectionSecretsUnknown = true }), connection(noSecret), []auth0.Credentials{with("keyring's")}, ""},
		"object not known":                      {newProvider(t), types.ObjectUnknown(providerdata.VaultConnectionTypes), nil, ""},
		"domain not known":                      {newProvider(t), connection(map[string]attr.Value{"domain": unknown}), nil, ""},
		"client id not known":                   {newProvider(t), connection(map[string]attr.Value{"client_id": unknown}), nil, ""},
		"secret not known":                      {newProvider(t), connection(map[string]attr.Value{"client_secret": unknown}), nil, ""},
		"audience not known":                    {newProvider(t), connection(map[string]attr.Value{"audience": unknown}), nil, ""},
		"pool not known":                        {newProvider(t, func(p *providerdata.Data) { p.Pool = nil }), connection(nil), nil, ""},
		"no secret, keyring and pool not known": {newProvider(t, func(p *providerdata.Data) { p.Pool, p.ConnectionSecretsUnknown = nil, true }), connection(noSecret), nil, ""},
		"provider not configured":               {nil, connection(nil), nil, ""},
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
	if c.Domain.ValueString() != "forms.eu.auth0.com" || c.ClientID.ValueString() != "c1" || c.ClientSecret.ValueString() != "state's" || !c.Audience.IsNull() {
		t.Errorf("got %+v", c)
	}
	if !providerdata.VaultConnectionPath.Equal(path.Root("vault_connection")) {
		t.Errorf("the path is %s", providerdata.VaultConnectionPath)
	}
}
