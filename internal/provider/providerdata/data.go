// Package providerdata is what the provider's configuration gives to resources,
// data sources, lists, ephemeral resources and actions: clients of tenants (the
// provider's own, or that of a vault connection), and the words for what Auth0
// refuses. It also holds what these objects share.
package providerdata

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// Data is the provider's configuration. The framework hands it to every kind of
// object as provider data.
type Data struct {
	// Pool makes the clients; nil while something that concerns all of them is not known yet.
	Pool *auth0.Pool
	// Credentials are the provider's own credentials.
	Credentials auth0.Credentials
	// CredentialsSource names the arguments and environment variables that the
	// credentials were taken from, for messages.
	CredentialsSource string
	// CredentialsUnknown is true while one of them is not known yet.
	CredentialsUnknown bool
	// DomainUnknown is true while the provider's domain is not known yet.
	DomainUnknown bool
	// MissingArguments says which of them are missing. It is an error only for
	// objects that need them.
	MissingArguments diag.Diagnostics
	// ConnectionSecrets holds the secrets of vault connections, by SecretKey.
	ConnectionSecrets map[string]string
	// ConnectionSecretsUnknown is true while the map, or a secret in it, is not known yet.
	ConnectionSecretsUnknown bool
	// RateLimitWarner warns of tenants whose rate limit held the run back.
	RateLimitWarner RateLimitWarner
}

// Client is a client of a tenant together with how the configuration names it,
// for messages.
type Client struct {
	*auth0.Client
	// Role names the client: "the provider's own client", for example.
	Role string
	// CredentialsSource completes "The credentials come from …": the arguments and
	// environment variables that were really used.
	CredentialsSource string
}

// unknownClient stands for a client that depends on values which are not known before
// they are applied, as types.StringUnknown does for a string.
var unknownClient *Client

// IsUnknown reports whether the client depends on values that are not known before they
// are applied. Such a client must not be used.
func (c *Client) IsUnknown() bool { return c == unknownClient }

// OwnClient returns the provider's own client, which is unknown while the provider's
// configuration is. An error says what is missing.
func (p *Data) OwnClient() (*Client, diag.Diagnostics) {
	switch {
	case p == nil || p.Pool == nil || p.CredentialsUnknown:
		return unknownClient, nil
	case p.MissingArguments.HasError():
		return nil, p.MissingArguments
	}
	return &Client{Client: p.Pool.Client(p.Credentials), Role: "the provider's own client", CredentialsSource: p.CredentialsSource}, nil
}

// OwnDomain returns the domain of the provider's own tenant, also where there is
// no client to ask it yet; empty if that is not known either.
func (p *Data) OwnDomain() string {
	if p == nil {
		return ""
	}
	return p.Credentials.Domain
}

// AddUnknownProviderConfigError adds the error for an action that cannot wait
// until the provider's configuration is known.
func AddUnknownProviderConfigError(diags *diag.Diagnostics, action string) {
	diags.AddError("Unable to "+action,
		"The provider's configuration depends on values that are not known before they are applied, and this needs them now. "+
			"Apply what the provider depends on first (terraform apply -target=…), or give the provider known values.")
}

// DomainOrEmpty returns the tenant's domain; an empty string for an unknown client.
func (c *Client) DomainOrEmpty() string {
	if c.IsUnknown() {
		return ""
	}
	return c.Domain()
}
