package connection

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// remoteAttributes are what the API returns of a vault connection. The resource
// and both data sources have them.
type remoteAttributes struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	AccountName types.String `tfsdk:"account_name"`
	Ready       types.Bool   `tfsdk:"ready"`
	Fingerprint types.String `tfsdk:"fingerprint"`
	CreatedAt   types.String `tfsdk:"created_at"`
	UpdatedAt   types.String `tfsdk:"updated_at"`
	RefreshedAt types.String `tfsdk:"refreshed_at"`
}

func (m *remoteAttributes) fromAPI(c *auth0.VaultConnection) {
	*m = remoteAttributes{
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

// model is the resource: what the API returns, and the setup, which it does not.
type model struct {
	remoteAttributes

	Domain            types.String `tfsdk:"domain"`
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	ClientSecretWO    types.String `tfsdk:"client_secret_wo"`
	SecretVersion     types.Int64  `tfsdk:"client_secret_wo_version"`
	SecretSetAt       types.String `tfsdk:"client_secret_set_at"`
	Audience          types.String `tfsdk:"audience"`
	Actions           types.Set    `tfsdk:"actions"`
	RequiredScopes    types.Set    `tfsdk:"required_scopes"`
	Verify            types.Bool   `tfsdk:"verify_credentials"`
	ReconnectTriggers types.Map    `tfsdk:"reconnect_triggers"`
	GrantedScopes     types.Set    `tfsdk:"granted_scopes"`
	ForceDestroy      types.Bool   `tfsdk:"force_destroy"`
}

// newModel returns the model of a vault connection of which only the remote
// attributes are known.
func newModel(remote remoteAttributes) model {
	return model{
		remoteAttributes: remote, Verify: types.BoolValue(true), ForceDestroy: types.BoolValue(false),
		Actions: types.SetNull(types.StringType), RequiredScopes: types.SetNull(types.StringType),
		ReconnectTriggers: types.MapNull(types.StringType), GrantedScopes: types.SetNull(types.StringType),
	}
}

// refresh takes over what the API returns. An account name that an answer leaves
// out although nothing has changed is kept: lists need not have it.
func (m *model) refresh(c *auth0.VaultConnection) {
	before := m.remoteAttributes
	m.fromAPI(c)
	if m.AccountName.IsNull() && m.Ready.ValueBool() && m.Fingerprint.Equal(before.Fingerprint) {
		m.AccountName = before.AccountName
	}
	// An import and earlier versions leave these null.
	if m.Verify.IsNull() {
		m.Verify = types.BoolValue(true)
	}
	if m.ForceDestroy.IsNull() {
		m.ForceDestroy = types.BoolValue(false)
	}
}

// hasSetup reports whether a setup is configured; m is the plan. An unknown value
// counts as one. ignore_changes can leave a part of a setup, which cannot be sent.
func (m *model) hasSetup() bool { return !m.Domain.IsNull() && !m.ClientID.IsNull() }

// isEmpty reports whether neither the state nor Auth0 has a setup; m is the state.
func (m *model) isEmpty() bool {
	return m.Domain.IsNull() && !m.Ready.IsNull() && !m.Ready.ValueBool()
}

// verifies reports whether the credentials are verified, or may be; m is the plan.
func (m *model) verifies() bool { return m.Verify.IsUnknown() || m.Verify.ValueBool() }

// secret returns the secret of the setup, from whichever attribute. m is the plan,
// and secretWO is from the configuration: only that has write-only values.
func (m *model) secret(secretWO types.String) types.String {
	if !m.ClientSecret.IsNull() {
		return m.ClientSecret
	}
	return secretWO
}

// secretAttribute returns the name of the attribute with the secret; m is the plan.
func (m *model) secretAttribute() string {
	if !m.ClientSecret.IsNull() {
		return "client_secret"
	}
	return "client_secret_wo"
}

// setup returns the setup to write; m is the plan.
func (m *model) setup(secret types.String) *auth0.VaultConnectionSetup {
	return &auth0.VaultConnectionSetup{
		Domain:       m.Domain.ValueString(),
		ClientID:     m.ClientID.ValueString(),
		ClientSecret: secret.ValueString(),
		Audience:     m.Audience.ValueString(),
	}
}

// defaultAudience returns the audience for a domain, as soon as that is known.
func defaultAudience(domain types.String) types.String {
	switch {
	case domain.IsUnknown():
		return types.StringUnknown()
	case domain.IsNull():
		return types.StringNull()
	}
	return types.StringValue(auth0.AudienceFromDomain(domain.ValueString()))
}
