package connection

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

// List is the list resource auth0vault_connection, for terraform query.
type List struct{ provider *providerdata.Data }

// NewList returns an unconfigured list resource.
func NewList() list.ListResource { return &List{} }

// Metadata implements list.ListResource.
func (l *List) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connection"
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
		MarkdownDescription: "Lists the vault connections of the app `AUTH0`. Their setups are not included: Auth0 does not reveal them. A generated configuration " +
			"has no setup either, and keeps the stored one.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only vault connections whose name begins with this.",
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
	const action = "list vault connections"
	client, refused := l.provider.ListClient(action)
	if client == nil {
		stream.Results = refused
		return
	}
	stream.Results = providerdata.Results(ctx, req, client, action, client.EachVaultConnection(ctx), func(c *auth0.VaultConnection) (providerdata.Listed, bool) {
		if c.AppID != auth0.AppAuth0 || !strings.HasPrefix(c.Name, prefix.ValueString()) {
			return providerdata.Listed{}, false
		}
		var remote remoteAttributes
		remote.fromAPI(c)
		m := newModel(remote)
		return providerdata.Listed{ID: c.ID, DisplayName: c.Name, Resource: &m}, true
	})
}
