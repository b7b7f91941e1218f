package flow

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var (
	_ list.ListResource              = (*List)(nil)
	_ list.ListResourceWithConfigure = (*List)(nil)
)

// List is the list resource auth0vault_flow, for terraform query.
type List struct{ provider *providerdata.Data }

// NewList makes an unconfigured list resource.
func NewList() list.ListResource { return &List{} }

// Metadata implements list.ListResource.
func (l *List) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_flow"
}

// Configure implements list.ListResourceWithConfigure.
func (l *List) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	l.provider = provider
	resp.Diagnostics.Append(diags...)
}

// ListResourceConfigSchema implements list.ListResource.
func (l *List) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists flows. Auth0's list does not show their actions: with `include_resource`, each flow is read by one more request.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only flows whose name begins with this.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List implements list.ListResource.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var prefix types.String
	if diags := req.Config.GetAttribute(ctx, path.Root("name_prefix"), &prefix); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	const action = "list flows"
	client, refused := l.provider.ListClient(action)
	if client == nil {
		stream.Results = refused
		return
	}
	stream.Results = providerdata.Results(ctx, req, client, action, client.EachFlow(ctx), func(f *auth0.Flow) (providerdata.Listed, bool) {
		if !strings.HasPrefix(f.Name, prefix.ValueString()) {
			return providerdata.Listed{}, false
		}
		shown := providerdata.Listed{ID: f.ID, DisplayName: f.Name}
		if !req.IncludeResource {
			return shown, true
		}
		whole, err := client.GetFlow(ctx, f.ID)
		if auth0.IsNotFound(err) {
			return providerdata.Listed{}, false // deleted since the page was fetched
		}
		if err != nil {
			client.AddError(&shown.Diagnostics, "read flow", err)
			return shown, true
		}
		m := model{Actions: types.ListNull(actionType)}
		_, shown.Diagnostics = m.refresh(whole, nil)
		shown.Resource = &m
		return shown, true
	})
}
