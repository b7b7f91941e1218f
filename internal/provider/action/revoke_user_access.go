package action

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var (
	_ action.ActionWithConfigure  = (*RevokeUserAccess)(nil)
	_ action.ActionWithModifyPlan = (*RevokeUserAccess)(nil)
)

// RevokeUserAccess is the action auth0vault_revoke_user_access: it ends the
// sessions of a user and revokes the refresh tokens.
type RevokeUserAccess struct{ providerdata.Action }

// NewRevokeUserAccess returns an unconfigured action.
func NewRevokeUserAccess() action.Action {
	return &RevokeUserAccess{providerdata.Action{Name: "revoke_user_access"}}
}

type revokeUserAccessModel struct {
	UserID                types.String `tfsdk:"user_id"`
	SessionID             types.String `tfsdk:"session_id"`
	PreserveRefreshTokens types.Bool   `tfsdk:"preserve_refresh_tokens"`
	VaultConnection       types.Object `tfsdk:"vault_connection"`
}

// Schema implements action.Action.
func (a *RevokeUserAccess) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Ends the sessions of a user and revokes the refresh tokens: the user has to log in again. Access tokens that " +
			"were issued before stay valid until they expire. The client needs the scopes `delete:sessions` and `delete:refresh_tokens`. " +
			"Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"user_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Full ID of the user, such as `auth0|65a1f0c2d3e4b5a697887766`.",
				Validators: []validator.String{validate.RequiredText()},
			},
			"session_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "ID of the only session to end. Default: all sessions of the user.",
				Validators: []validator.String{validate.NotEmpty()},
			},
			"preserve_refresh_tokens": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether to keep the refresh tokens that belong to the sessions. Default: `false`.",
			},
			"vault_connection": vaultConnectionAttribute(false),
		},
	}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *RevokeUserAccess) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	planVaultConnection(ctx, a.Provider, req.Config, &resp.Diagnostics)
}

// Invoke implements action.Action.
func (a *RevokeUserAccess) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	const what = "revoke user access"
	var config revokeUserAccessModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := a.Provider.RequireClient(ctx, config.VaultConnection, what, &resp.Diagnostics)
	if client == nil {
		return
	}
	id := config.UserID.ValueString()
	progress(resp, "Revoking the access of user %s…", id)
	err := client.RevokeUserAccess(ctx, id, auth0.AccessOptions{
		SessionID: config.SessionID.ValueString(), PreserveRefreshTokens: config.PreserveRefreshTokens.ValueBool(),
	})
	switch {
	case auth0.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(path.Root("user_id"), "Unable to "+what, client.Explain(err))
	case err != nil:
		client.AddError(&resp.Diagnostics, what, err)
	default:
		progress(resp, "The access of user %s is revoked.", id)
	}
}
