package token

import (
	"context"
	"fmt"

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
	_ ephemeral.EphemeralResourceWithConfigure = (*ClientSecret)(nil)
)

// ClientSecret is the ephemeral resource auth0vault_client_secret: the current
// secret of an application, for arguments that are write-only or ephemeral.
type ClientSecret struct{ providerdata.Ephemeral }

// NewClientSecret returns an unconfigured ephemeral resource.
func NewClientSecret() ephemeral.EphemeralResource {
	return &ClientSecret{providerdata.Ephemeral{Name: "client_secret"}}
}

type clientSecretModel struct {
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

// Schema implements ephemeral.EphemeralResource.
func (e *ClientSecret) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The secret of an application. It is in no plan and no state. Terraform reads it in each plan and apply. " +
			"The provider's own client needs the scope `read:client_keys` for it.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the application.",
				Validators:          []validator.String{validate.RequiredText()},
			},
			"client_secret": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "Secret of the application."},
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *ClientSecret) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	const action = "read client secret"
	var data clientSecretModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	client := e.Provider.RequireOwnClient(action, &resp.Diagnostics)
	if client == nil {
		return
	}
	id := data.ClientID.ValueString()
	application, err := client.GetApplication(ctx, id)
	switch {
	case auth0.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(path.Root("client_id"), "No such application", client.Explain(err))
		return
	case err != nil:
		client.AddError(&resp.Diagnostics, action, err)
		return
	case application.Secret == "":
		resp.Diagnostics.AddAttributeError(path.Root("client_id"), "Unable to "+action,
			fmt.Sprintf("Auth0 does not show the secret of the application %q to client %q: that needs the scope read:client_keys at the audience "+
				"%q, and an application that has a secret at all.", id, client.ClientID(), client.Audience()))
		return
	}
	data.ClientSecret = types.StringValue(application.Secret)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
}
