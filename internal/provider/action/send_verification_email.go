package action

import (
	"context"
	"errors"
	"strings"

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
	_ action.ActionWithConfigure  = (*SendVerificationEmail)(nil)
	_ action.ActionWithModifyPlan = (*SendVerificationEmail)(nil)
)

// SendVerificationEmail is the action auth0vault_send_verification_email.
type SendVerificationEmail struct{ providerdata.Action }

// NewSendVerificationEmail returns an unconfigured action.
func NewSendVerificationEmail() action.Action {
	return &SendVerificationEmail{providerdata.Action{Name: "send_verification_email"}}
}

type sendVerificationEmailModel struct {
	UserID          types.String `tfsdk:"user_id"`
	ClientID        types.String `tfsdk:"client_id"`
	VaultConnection types.Object `tfsdk:"vault_connection"`
}

// Schema implements action.Action.
func (a *SendVerificationEmail) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends a user the e-mail with the link that verifies the e-mail address. The client needs the scope " +
			"`update:users`. Each invocation sends an e-mail. Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"user_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Full ID of the user, such as `auth0|65a1f0c2d3e4b5a697887766`.",
				Validators: []validator.String{validate.RequiredText()},
			},
			"client_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "ID of the application whose name and settings the e-mail uses. Default: those of the tenant.",
				Validators: []validator.String{validate.NotEmpty()},
			},
			"vault_connection": vaultConnectionAttribute(false),
		},
	}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *SendVerificationEmail) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	planVaultConnection(ctx, a.Provider, req.Config, &resp.Diagnostics)
}

// Invoke implements action.Action.
func (a *SendVerificationEmail) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	const what = "send verification e-mail"
	var config sendVerificationEmailModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := a.Provider.RequireClient(ctx, config.VaultConnection, what, &resp.Diagnostics)
	if client == nil {
		return
	}
	id := config.UserID.ValueString()
	progress(resp, "Requesting a verification e-mail for user %s…", id)
	job, err := client.SendVerificationEmail(ctx, id, config.ClientID.ValueString())
	var refusal *auth0.Error
	switch {
	case auth0.IsAmbiguous(err):
		resp.Diagnostics.AddError("Unable to "+what, client.Explain(err)+"\n\n"+
			"The e-mail may have been sent anyway. Look in the tenant's logs (Monitoring > Logs) before invoking the action again.")
		return
	case errors.As(err, &refusal) && refusal.Kind() == auth0.NotFound && !refusal.Foreign:
		attribute, advice := path.Root("user_id"), "Check user_id: it must be the full ID of a user of this tenant, such as "+
			"auth0|65a1f0c2d3e4b5a697887766."
		if strings.Contains(strings.ToLower(refusal.Message), "client") {
			attribute, advice = path.Root("client_id"), "Check client_id: the tenant has no application with it."
		}
		resp.Diagnostics.AddAttributeError(attribute, "Unable to "+what, client.Explain(err)+"\n\n"+advice)
		return
	case err != nil:
		client.AddError(&resp.Diagnostics, what, err)
		return
	}
	progress(resp, "Auth0 sends the e-mail to user %s (job %s).", id, job)
}
