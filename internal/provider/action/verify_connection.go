package action

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/verification"
)

var (
	_ action.ActionWithConfigure  = (*VerifyConnection)(nil)
	_ action.ActionWithModifyPlan = (*VerifyConnection)(nil)
)

// VerifyConnection is the action auth0vault_verify_connection: it exchanges the
// credentials of a vault connection for a token, and compares its scopes with
// those that are needed.
type VerifyConnection struct{ providerdata.Action }

// NewVerifyConnection returns an unconfigured action.
func NewVerifyConnection() action.Action {
	return &VerifyConnection{providerdata.Action{Name: "verify_connection"}}
}

type verifyConnectionModel struct {
	VaultConnection types.Object `tfsdk:"vault_connection"`
	Actions         types.Set    `tfsdk:"actions"`
	RequiredScopes  types.Set    `tfsdk:"required_scopes"`
}

// Schema implements action.Action.
func (a *VerifyConnection) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Exchanges the credentials of a vault connection for an access token and checks its scopes. It changes nothing. " +
			"Invoke it after a deployment, or every night with `terraform apply -invoke`, to find a rotated secret or a changed client grant " +
			"before a flow fails. Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"vault_connection": vaultConnectionAttribute(true),
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Flow actions that use the vault connection: `GET_USER`, `CREATE_USER` and `UPDATE_USER`. The client must have " +
					"the scopes that they need.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...))},
			},
			"required_scopes": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Further scopes that the client must have.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(validate.NotEmpty())},
			},
		},
	}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *VerifyConnection) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	planVaultConnection(ctx, a.Provider, req.Config, &resp.Diagnostics)
}

// Invoke implements action.Action.
func (a *VerifyConnection) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config verifyConnectionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	credentials := a.Provider.RequireVaultCredentials(ctx, config.VaultConnection, "verify vault connection", &resp.Diagnostics)
	if credentials == nil {
		return
	}
	if credentials.Audience == "" {
		credentials.Audience = auth0.AudienceFromDomain(credentials.Domain)
	}
	progress(resp, "Requesting an access token of %s for client %s…", credentials.Domain, credentials.ClientID)
	granted, diags := verification.Run(ctx, a.Provider.Pool, verification.Request{
		Credentials: *credentials, SecretAttribute: "client_secret", Actions: config.Actions, RequiredScopes: config.RequiredScopes,
	})
	resp.Diagnostics.Append(onVaultConnection(diags)...)
	if resp.Diagnostics.HasError() {
		return
	}
	scopes := []string{}
	resp.Diagnostics.Append(granted.ElementsAs(ctx, &scopes, false)...)
	progress(resp, "The credentials work. Granted scopes: %s.", strings.Join(scopes, ", "))
}

// onVaultConnection moves diagnostics about a vault connection's own attributes to
// the attribute vault_connection, where the action has them.
func onVaultConnection(diags diag.Diagnostics) diag.Diagnostics {
	var moved diag.Diagnostics
	for _, d := range diags {
		if on, ok := d.(diag.DiagnosticWithPath); ok && !on.Path().Equal(path.Root("actions")) && !on.Path().Equal(path.Root("required_scopes")) {
			d = diag.WithPath(providerdata.VaultConnectionPath, d)
		}
		moved.Append(d)
	}
	return moved
}
