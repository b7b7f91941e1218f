package providerdata

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// VaultConnectionPath is where resources and data sources have the object that
// says through which vault connection they work.
var VaultConnectionPath = path.Root("vault_connection")

// VaultConnection is that object: the credentials of a vault connection. A whole
// auth0vault_connection can be given for it, since Terraform drops what it lacks.
type VaultConnection struct {
	Domain       types.String `tfsdk:"domain"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	Audience     types.String `tfsdk:"audience"`
}

// VaultConnectionTypes are the types of its attributes.
var VaultConnectionTypes = map[string]attr.Type{
	"domain":        types.StringType,
	"client_id":     types.StringType,
	"client_secret": types.StringType,
	"audience":      types.StringType,
}

// Descriptions of the object and its attributes, for every schema that has it.
const (
	VaultConnectionDescription = "The vault connection through which this is done: all requests are authorized with its client, and with nothing stronger. " +
		"A whole `auth0vault_connection` can be given. Without it, the provider's own client is used."
	VaultConnectionDomainDescription   = "Tenant domain, a host name."
	VaultConnectionClientIDDescription = "Id of the connection's client."
	VaultConnectionSecretDescription   = "Secret of the connection's client. Without it, the provider's `connection_secrets` is asked for the client's."
	VaultConnectionAudienceDescription = "Audience of the access token. Default: `https://<domain>/api/v2/`."
)

// Client returns the client to use for an object with this vault_connection: that
// of the connection, or the provider's own for null. It is nil without an error
// while something about it is not known yet.
func (p *Data) Client(ctx context.Context, connection types.Object) (*Client, diag.Diagnostics) {
	clients, diags := p.Clients(ctx, connection)
	if len(clients) == 0 {
		return nil, diags
	}
	return clients[0], diags
}

// Clients returns the clients that can be tried for an object whose
// vault_connection comes from the state: with the secret that is kept there
// first, which may be outdated, then with the keyring's.
func (p *Data) Clients(ctx context.Context, connection types.Object) ([]*Client, diag.Diagnostics) {
	if p == nil || connection.IsUnknown() {
		return nil, nil
	}
	if connection.IsNull() {
		own, diags := p.OwnClient()
		if own == nil {
			return nil, diags
		}
		return []*Client{own}, diags
	}
	var c VaultConnection
	if diags := connection.As(ctx, &c, basetypes.ObjectAsOptions{}); diags.HasError() {
		return nil, diags
	}
	if p.Pool == nil || c.Domain.IsUnknown() || c.ClientID.IsUnknown() || c.ClientSecret.IsUnknown() || c.Audience.IsUnknown() {
		return nil, nil
	}
	secrets, known := p.secretsFor(c)
	if len(secrets) == 0 {
		if !known {
			return nil, nil
		}
		var diags diag.Diagnostics
		diags.AddAttributeError(VaultConnectionPath, "No secret for the vault connection's client",
			fmt.Sprintf("The vault connection gives no client_secret for client %q, as one whose secret is write-only does, and the provider's "+
				"connection_secrets has none for it either.\n\nAdd it there: connection_secrets = { %q = … }. It may be ephemeral.",
				c.ClientID.ValueString(), c.ClientID.ValueString()))
		return nil, diags
	}
	clients := make([]*Client, 0, len(secrets))
	for _, secret := range secrets {
		clients = append(clients, &Client{
			Client: p.Pool.Client(auth0.Credentials{
				Domain: c.Domain.ValueString(), ClientID: c.ClientID.ValueString(), ClientSecret: secret, Audience: c.Audience.ValueString(),
			}),
			Role:              "the vault connection's client",
			CredentialsSource: "vault_connection, and its secret from there or from the provider's connection_secrets",
		})
	}
	return clients, nil
}

// DomainFor returns the domain of the tenant that an object with this
// vault_connection is in, also where there is no client to ask it; empty if that
// is not known. An identity that was set without it could not get it later.
func (p *Data) DomainFor(ctx context.Context, connection types.Object) string {
	var c VaultConnection
	if !connection.IsNull() && !connection.IsUnknown() && !connection.As(ctx, &c, basetypes.ObjectAsOptions{}).HasError() {
		return c.Domain.ValueString()
	}
	if p == nil {
		return ""
	}
	return p.Credentials.Domain
}

func (p *Data) secretsFor(c VaultConnection) (secrets []string, known bool) {
	if secret := c.ClientSecret.ValueString(); secret != "" {
		secrets = append(secrets, secret)
	}
	kept, ok := p.ConnectionSecrets[c.ClientID.ValueString()]
	if ok && (len(secrets) == 0 || kept != secrets[0]) {
		secrets = append(secrets, kept)
	}
	return secrets, !p.ConnectionSecretsUnknown
}
