// Package token holds the ephemeral resources: secrets that are fetched when they
// are needed and kept nowhere.
package token

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*AccessToken)(nil)
)

// AccessToken is the ephemeral resource auth0vault_access_token. It has nothing
// to renew or to close: Terraform asks for it again in every run, and Auth0's
// access tokens cannot be revoked.
type AccessToken struct{ providerdata.Ephemeral }

// NewAccessToken returns an unconfigured ephemeral resource.
func NewAccessToken() ephemeral.EphemeralResource {
	return &AccessToken{providerdata.Ephemeral{Name: "access_token"}}
}

type accessTokenModel struct {
	Domain       types.String `tfsdk:"domain"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	Audience     types.String `tfsdk:"audience"`
	AccessToken  types.String `tfsdk:"access_token"`
	Scopes       types.Set    `tfsdk:"scopes"`
	ExpiresAt    types.String `tfsdk:"expires_at"`
}

// Schema implements ephemeral.EphemeralResource.
func (e *AccessToken) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An access token of a client, by default the provider's own. It is in no plan and no state. " +
			"Each plan and each apply requests one token for each client, however often it is used. It is not revoked afterwards.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Domain of the tenant that issues the token: a host name. Default: the provider's domain.",
				Validators:          []validator.String{validate.TenantDomain(), stringvalidator.AlsoRequires(path.MatchRoot("client_id"))},
			},
			"client_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of the client. Default: the provider's own client.",
				Validators:          []validator.String{validate.NotEmpty(), stringvalidator.AlsoRequires(path.MatchRoot("client_secret"))},
			},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Secret of the client.",
				Validators:          []validator.String{validate.NotEmpty(), stringvalidator.AlsoRequires(path.MatchRoot("client_id"))},
			},
			"audience": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Identifier of the API that the token is for. Default: that of the tenant's Management API.",
				Validators:          []validator.String{validate.NotEmpty()},
			},
			"access_token": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The access token, for the header " +
				"`Authorization: Bearer …`."},
			"scopes": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Scopes of the token. Null if neither Auth0's answer nor the token contains them.",
			},
			"expires_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the token expires (RFC 3339). Null for a token that " +
				"was given to the provider as `api_token`."},
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *AccessToken) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var data accessTokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := e.client(&data, &resp.Diagnostics)
	if client == nil {
		return
	}
	token, err := client.Token(ctx)
	if err != nil {
		addError(&resp.Diagnostics, client, &data, err)
		return
	}
	data.AccessToken = types.StringValue(token.AccessToken)
	data.Scopes = types.SetNull(types.StringType)
	if token.ScopesKnown {
		scopes, diags := types.SetValueFrom(ctx, types.StringType, append([]string{}, token.Scopes...))
		resp.Diagnostics.Append(diags...)
		data.Scopes = scopes
	}
	if !token.ExpiresAt.IsZero() {
		data.ExpiresAt = types.StringValue(token.ExpiresAt.UTC().Format(time.RFC3339))
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
}

// client returns the client whose token is wanted. Without one, it returns nil and adds
// the reason to diags.
func (e *AccessToken) client(data *accessTokenModel, diags *diag.Diagnostics) *providerdata.Client {
	const action = "get access token"
	own := data.ClientID.IsNull()
	if e.Provider == nil || e.Provider.Pool == nil || e.Provider.CredentialsUnknown && (own || data.Domain.IsNull()) {
		providerdata.AddUnknownProviderConfigError(diags, action)
		return nil
	}
	credentials := e.Provider.Credentials
	if own && !data.Domain.IsNull() && !strings.EqualFold(data.Domain.ValueString(), credentials.Domain) {
		// The schema asks for a client_id. It was not known when the schema was checked, and is null now.
		diags.AddAttributeError(path.Root("domain"), "Unable to "+action,
			fmt.Sprintf("The provider's own credentials are for %q, and are not sent to %q. Give client_id and client_secret for another domain.",
				credentials.Domain, data.Domain.ValueString()))
		return nil
	}
	if own && data.Audience.IsNull() {
		client, d := e.Provider.OwnClient()
		diags.Append(d...)
		return client
	}
	role, where := "the provider's own client", ""
	if own {
		where = e.Provider.CredentialsSource
		diags.Append(e.Provider.MissingArguments...)
	} else {
		role, where = "the given client", "client_id and client_secret of this ephemeral resource"
		credentials = auth0.Credentials{
			Domain:       e.Provider.Credentials.Domain,
			ClientID:     strings.TrimSpace(data.ClientID.ValueString()),
			ClientSecret: strings.Trim(data.ClientSecret.ValueString(), "\r\n"),
		}
	}
	if !data.Domain.IsNull() {
		credentials.Domain = data.Domain.ValueString()
	}
	if !data.Audience.IsNull() {
		credentials.Audience = data.Audience.ValueString()
	}
	switch {
	case credentials.Domain == "":
		diags.AddAttributeError(path.Root("domain"), "Unable to "+action,
			"Neither this domain nor the provider's is given. Set one of them to the tenant's domain.")
	case credentials.Token != "":
		diags.AddAttributeError(path.Root("audience"), "Unable to "+action,
			"The provider was given an access token (api_token), which is for one audience only. Give client_id and client_secret for another.")
	}
	if diags.HasError() {
		return nil
	}
	return &providerdata.Client{Client: e.Provider.Pool.Client(credentials), Role: role, CredentialsSource: where}
}

// addError adds the error for a refused token, on the attribute it concerns if
// the credentials were given here.
func addError(diags *diag.Diagnostics, client *providerdata.Client, data *accessTokenModel, err error) {
	const action = "get access token"
	attribute := ""
	var refusal *auth0.TokenError
	if errors.As(err, &refusal) {
		switch refusal.Refusal() {
		case auth0.RefusedClient:
			attribute = "client_secret"
		case auth0.RefusedGrant, auth0.RefusedGrantType:
			attribute = "client_id"
		case auth0.RefusedAudience:
			attribute = "audience"
		}
	}
	if attribute == "" || data.ClientID.IsNull() {
		client.AddError(diags, action, err)
		return
	}
	diags.AddAttributeError(path.Root(attribute), "Unable to "+action, client.Explain(err))
}
