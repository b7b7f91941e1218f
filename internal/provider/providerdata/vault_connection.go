package providerdata

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
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
	VaultConnectionDescription = "The vault connection whose client authorizes all requests. " +
		"It can be a whole `auth0vault_connection`. Default: the provider's own client."
	VaultConnectionDomainDescription   = "Tenant domain: a host name."
	VaultConnectionClientIDDescription = "Client ID of the vault connection's client."
	VaultConnectionSecretDescription   = "Secret of the vault connection's client. Default: the secret for this domain and client in the " +
		"provider's `connection_secrets`."
	VaultConnectionAudienceDescription = "Audience of the access token. Default: `https://<domain>/api/v2/`."
)

// SecretKey returns the key under which Data.ConnectionSecrets holds the secret of
// a client at a domain. An empty domain stands for the provider's own tenant.
func SecretKey(domain, clientID string) string {
	if domain == "" {
		return clientID
	}
	return strings.ToLower(domain) + "/" + clientID
}

// Client returns the client to use for an object with this vault_connection: that
// of the connection, or the provider's own for null. It may be unknown.
func (p *Data) Client(ctx context.Context, connection types.Object) (*Client, diag.Diagnostics) {
	clients, diags := p.Clients(ctx, connection)
	if clients.IsUnknown() {
		return unknownClient, diags
	}
	return clients[0], diags
}

// Clients are clients to try one after the other.
type Clients []*Client

// IsUnknown reports whether the clients depend on values that are not known before they
// are applied.
func (c Clients) IsUnknown() bool { return len(c) == 0 }

// Clients returns the clients that can be tried for an object whose
// vault_connection comes from the state: first with the secret in the state,
// which may be outdated, then with that of the provider's connection_secrets. The
// members of vault_connection are validated here and not in the schema, since
// they can be computed by other resources.
func (p *Data) Clients(ctx context.Context, connection types.Object) (Clients, diag.Diagnostics) {
	var clients Clients
	if p == nil || connection.IsUnknown() {
		return clients, nil
	}
	if connection.IsNull() {
		own, diags := p.OwnClient()
		if !own.IsUnknown() {
			clients = Clients{own}
		}
		return clients, diags
	}
	credentials, diags := p.vaultCredentials(ctx, connection)
	for _, c := range credentials {
		clients = append(clients, &Client{
			Client: p.Pool.Client(c.Credentials), Role: "the vault connection's client", CredentialsSource: c.source,
		})
	}
	return clients, diags
}

// vaultCredentials are the credentials of a vault connection, and where they came from.
type vaultCredentials struct {
	auth0.Credentials

	source string
}

// vaultCredentials returns the credentials that a vault_connection may have, as
// Clients tries them. While they are unknown, it returns nil and no error.
func (p *Data) vaultCredentials(ctx context.Context, connection types.Object) ([]vaultCredentials, diag.Diagnostics) {
	var found []vaultCredentials
	if p == nil || connection.IsUnknown() {
		return found, nil
	}
	var c VaultConnection
	if diags := connection.As(ctx, &c, basetypes.ObjectAsOptions{}); diags.HasError() {
		return nil, diags
	}
	if p.Pool == nil || c.Domain.IsUnknown() || c.ClientID.IsUnknown() || c.ClientSecret.IsUnknown() || c.Audience.IsUnknown() {
		return found, nil
	}
	if problem := c.problem(); problem != "" {
		return nil, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(VaultConnectionPath, "Invalid vault connection", problem)}
	}
	domain, clientID := c.Domain.ValueString(), strings.TrimSpace(c.ClientID.ValueString())
	add := func(secret, source string) {
		found = append(found, vaultCredentials{
			auth0.Credentials{Domain: domain, ClientID: clientID, ClientSecret: secret, Audience: c.Audience.ValueString()}, source,
		})
	}
	given := trimLineBreaks(c.ClientSecret.ValueString())
	if given != "" {
		add(given, "vault_connection (domain, client_id and client_secret)")
	}
	secret, known := p.connectionSecret(domain, clientID)
	switch {
	case secret != "" && secret != given:
		add(secret, "vault_connection (domain and client_id) and the provider's connection_secrets (client_secret)")
	case len(found) == 0 && known:
		return nil, diag.Diagnostics{p.noSecret(domain, clientID)}
	}
	return found, nil
}

// problem returns what is wrong with the object, or an empty string.
func (c VaultConnection) problem() string {
	const name = "vault_connection."
	switch {
	case c.Domain.ValueString() == "":
		return name + "domain is empty. It must be the tenant's domain, such as acme.eu.auth0.com."
	case !validate.IsTenantDomain(c.Domain.ValueString()):
		return validate.Sentence(name + "domain " + validate.TenantDomainProblem(c.Domain.ValueString()))
	case strings.TrimSpace(c.ClientID.ValueString()) == "":
		return name + "client_id is empty. It must be the ID of the vault connection's client."
	case !c.Audience.IsNull() && !validate.IsHTTPSURL(c.Audience.ValueString()):
		return validate.Sentence(name + "audience " + validate.HTTPSURLProblem(c.Audience.ValueString()))
	}
	return ""
}

// connectionSecret returns the secret that connection_secrets has for a client at
// a domain. It is bound to the host: a key that is only a client ID covers the
// provider's own tenant. Without a secret, known is false if it may be in a
// part of connection_secrets that is unknown.
func (p *Data) connectionSecret(domain, clientID string) (secret string, known bool) {
	if secret, ok := p.ConnectionSecrets[SecretKey(domain, clientID)]; ok {
		return secret, true
	}
	secret, ok := p.ConnectionSecrets[SecretKey("", clientID)]
	switch {
	case ok && p.DomainUnknown:
		return "", false
	case ok && p.isOwnTenant(domain):
		return secret, true
	}
	return "", !p.ConnectionSecretsUnknown
}

// isOwnTenant reports whether a host name is that of the provider's own tenant.
func (p *Data) isOwnTenant(domain string) bool {
	own := strings.TrimSuffix(p.Credentials.Domain, ":443")
	return own != "" && strings.EqualFold(domain, own)
}

// The summaries of noSecret: the client has no secret at all, or one that is not
// for this host.
const (
	summaryNoSecret  = "No secret for the vault connection's client"
	summaryOtherHost = "No secret for the vault connection's client at this domain"
)

// IsSecretOfOtherHost reports whether Clients has found a secret for the client,
// whose key is for another host. A refresh stops with this error. A secret that is
// missing altogether is only a warning there: the configuration can add it.
func IsSecretOfOtherHost(diags diag.Diagnostics) bool {
	return slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Summary() == summaryOtherHost })
}

func (p *Data) noSecret(domain, clientID string) diag.Diagnostic {
	summary, key := summaryNoSecret, SecretKey(domain, clientID)
	detail := fmt.Sprintf("The vault connection at the domain %q has no client_secret for the client %q (with client_secret_wo, an "+
		"auth0vault_connection has none), and no key of the provider's connection_secrets covers this domain and client.", domain, clientID)
	if p.isOwnTenant(domain) {
		key = SecretKey("", clientID)
	}
	for _, other := range slices.Sorted(maps.Keys(p.ConnectionSecrets)) {
		switch at := strings.LastIndexByte(other, '/'); {
		case other[at+1:] != clientID:
			continue
		case at < 0:
			detail += fmt.Sprintf(" The key %q covers the provider's own tenant only.", other)
		default:
			detail += fmt.Sprintf(" The key %q covers another domain.", other)
		}
		summary = summaryOtherHost
	}
	return diag.NewAttributeErrorDiagnostic(VaultConnectionPath, summary,
		detail+fmt.Sprintf("\n\nTo send the client's secret to %s, add it to the provider: connection_secrets = { %q = … }. The value can be "+
			"ephemeral.", domain, key))
}

// trimLineBreaks removes the line breaks that a secret has at its ends when it was
// read from a file.
func trimLineBreaks(secret string) string { return strings.Trim(secret, "\r\n") }

// DomainFor returns the domain of the tenant that an object with this
// vault_connection is in, even without a client for it; empty if that is unknown.
// An identity that was set without a domain could not get it later.
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
