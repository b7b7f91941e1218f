package application

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

// List is the list resource auth0vault_application, for terraform query.
type List struct{ provider *providerdata.Data }

// NewList returns an unconfigured list resource.
func NewList() list.ListResource { return &List{} }

// Metadata implements list.ListResource.
func (l *List) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_application"
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
		MarkdownDescription: "Lists machine-to-machine applications. With `include_resource`, the client grants for the provider's audience are listed as well. " +
			"Client secrets are never read.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only applications whose name begins with this.",
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
	const action = "list applications"
	client, refused := l.provider.ListClient(action)
	if client == nil {
		stream.Results = refused
		return
	}
	stream.Results = providerdata.Results(ctx, req, client, action, client.EachApplication(ctx), func(a *auth0.Application) (providerdata.Listed, bool) {
		if a.Global || !strings.HasPrefix(a.Name, prefix.ValueString()) {
			return providerdata.Listed{}, false
		}
		listed := providerdata.Listed{ID: a.ID, DisplayName: a.Name}
		if !req.IncludeResource {
			return listed, true
		}
		grant, err := client.LookupGrant(ctx, a.ID, client.Audience())
		if err != nil {
			client.AddError(&listed.Diagnostics, "read the client grant of application", err)
			return listed, true
		}
		listed.Resource = importedModel(a, grant, client.Audience())
		return listed, true
	})
}
