package connection

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// shown are the attributes that Auth0 shows of a connection. The resource and
// both data sources have them.
type shown struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	AccountName types.String `tfsdk:"account_name"`
	Ready       types.Bool   `tfsdk:"ready"`
	Fingerprint types.String `tfsdk:"fingerprint"`
	CreatedAt   types.String `tfsdk:"created_at"`
	UpdatedAt   types.String `tfsdk:"updated_at"`
	RefreshedAt types.String `tfsdk:"refreshed_at"`
}

func (m *shown) fromAPI(c *auth0.VaultConnection) {
	*m = shown{
		ID:          types.StringValue(c.ID),
		Name:        types.StringValue(c.Name),
		AccountName: orNull(c.AccountName),
		Ready:       types.BoolValue(c.Ready),
		Fingerprint: orNull(c.Fingerprint),
		CreatedAt:   orNull(string(c.CreatedAt)),
		UpdatedAt:   orNull(string(c.UpdatedAt)),
		RefreshedAt: orNull(string(c.RefreshedAt)),
	}
}

func orNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// model is the resource: what Auth0 shows, and the setup, which it does not.
type model struct {
	shown

	Domain            types.String `tfsdk:"domain"`
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	ClientSecretWO    types.String `tfsdk:"client_secret_wo"`
	SecretVersion     types.Int64  `tfsdk:"client_secret_wo_version"`
	Audience          types.String `tfsdk:"audience"`
	Actions           types.Set    `tfsdk:"actions"`
	RequiredScopes    types.Set    `tfsdk:"required_scopes"`
	Verify            types.Bool   `tfsdk:"verify_credentials"`
	ReconnectTriggers types.Map    `tfsdk:"reconnect_triggers"`
	GrantedScopes     types.Set    `tfsdk:"granted_scopes"`
}

// refresh takes in what Auth0 shows. An account name that an answer leaves out
// although nothing has changed is kept: lists need not have it.
func (m *model) refresh(c *auth0.VaultConnection) {
	before := m.shown
	m.fromAPI(c)
	if m.AccountName.IsNull() && m.Ready.ValueBool() && m.Fingerprint.Equal(before.Fingerprint) {
		m.AccountName = before.AccountName
	}
}

// secret returns the secret that the configuration gives, from whichever
// attribute. m must be the configuration: only that has write-only values.
func (m *model) secret() types.String {
	if !m.ClientSecret.IsNull() {
		return m.ClientSecret
	}
	return m.ClientSecretWO
}

// setup returns the setup to write; m is the plan.
func (m *model) setup(secret types.String) auth0.VaultConnectionSetup {
	return auth0.VaultConnectionSetup{
		Domain:       m.Domain.ValueString(),
		ClientID:     m.ClientID.ValueString(),
		ClientSecret: secret.ValueString(),
		Audience:     m.Audience.ValueString(),
	}
}

// defaultAudience returns the audience for a domain, as soon as that is known.
func defaultAudience(domain types.String) types.String {
	if domain.IsUnknown() || domain.IsNull() {
		return types.StringUnknown()
	}
	return types.StringValue(auth0.AudienceFromDomain(domain.ValueString()))
}
