// Package tenant is how resources, data sources and lists reach a tenant: with
// the provider's own client, or with that of a vault connection. It also holds
// the words for what Auth0 refuses.
package tenant

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// Provider is what the provider's configuration comes to. It is handed to every
// kind of object as its provider data.
type Provider struct {
	// Pool makes the clients; nil while something that concerns all of them is not known yet.
	Pool *auth0.Pool
	// Own are the provider's own credentials.
	Own auth0.Credentials
	// OwnUnknown is true while one of them is not known yet.
	OwnUnknown bool
	// OwnMissing says which of them are missing. It is an error only for those who need them.
	OwnMissing diag.Diagnostics
	// Keyring holds the secrets of vault connections, by client id.
	Keyring map[string]string
	// KeyringUnknown is true while the keyring, or a secret in it, is not known yet.
	KeyringUnknown bool
	// Waiting watches reads that are held back.
	Waiting Waiting
}

// FromProviderData returns the provider's configuration from a Configure
// request's data. It is nil as long as the provider is not configured, which is
// no error: Terraform validates configurations without it.
func FromProviderData(data any) (*Provider, diag.Diagnostics) {
	var diags diag.Diagnostics
	if data == nil {
		return nil, diags
	}
	provider, ok := data.(*Provider)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("Expected *tenant.Provider, got: %T. Please report this issue to the provider developers.", data))
	}
	return provider, diags
}

// Client is a client of a tenant together with how the configuration names it,
// for messages.
type Client struct {
	*auth0.Client
	// Role completes "… was refused": "the provider's own client", say.
	Role string
	// Where says where the client's credentials are configured.
	Where string
}

// OwnClient returns the provider's own client. It is nil without an error while
// the provider's configuration is not known yet; an error says what is missing.
func (p *Provider) OwnClient() (*Client, diag.Diagnostics) {
	switch {
	case p == nil || p.Pool == nil || p.OwnUnknown:
		return nil, nil
	case p.OwnMissing.HasError():
		return nil, p.OwnMissing
	}
	return &Client{
		Client: p.Pool.Client(p.Own),
		Role:   "the provider's own client",
		Where: "the provider's arguments domain, client_id and client_secret (or client_assertion_private_key, or api_token), " +
			"or the environment variables AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET",
	}, nil
}

// OwnDomain returns the domain of the provider's own tenant, also where there is
// no client to ask it yet; empty if that is not known either.
func (p *Provider) OwnDomain() string {
	if p == nil {
		return ""
	}
	return p.Own.Domain
}

// NotKnownYet adds the error for something that cannot wait until the provider's
// configuration is known.
func NotKnownYet(diags *diag.Diagnostics, action string) {
	diags.AddError("Unable to "+action,
		"The provider's configuration depends on values that are not known before they are applied, and this has to be read now. "+
			"Apply what the provider depends on first (terraform apply -target=…), or give the provider known values.")
}

// DomainOrEmpty returns the tenant's domain, or nothing for no client.
func (c *Client) DomainOrEmpty() string {
	if c == nil {
		return ""
	}
	return c.Domain()
}
