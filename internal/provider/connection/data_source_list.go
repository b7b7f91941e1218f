package connection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var (
	_ datasource.DataSource              = (*ListDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)
)

// ListDataSource is the data source auth0vault_connections: the vault connections
// of a tenant.
type ListDataSource struct{ providerdata.DataSource }

// NewListDataSource returns an unconfigured data source.
func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{Name: "connections"}}
}

var appIDPath = path.Root("app_id")

// listModel is its configuration and result.
type listModel struct {
	AppID       types.String    `tfsdk:"app_id"`
	Connections []listedElement `tfsdk:"connections"`
}

type listedElement struct {
	remoteAttributes

	AppID types.String `tfsdk:"app_id"`
}

// Schema implements datasource.DataSource.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	element := remoteSchema()
	element["app_id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "App of the vault connection, such as `AUTH0`."}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The vault connections of the tenant, oldest first.",
		Attributes: map[string]schema.Attribute{
			"app_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only the vault connections of this app, such as `AUTH0`. Default: all.",
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 55)},
			},
			"connections": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The vault connections. Their setups are not included: Auth0 does not reveal them.",
				NestedObject:        schema.NestedAttributeObject{Attributes: element},
			},
		},
	}
}

// Read implements datasource.DataSource.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state listModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, appIDPath, &state.AppID)...)
	client := d.Provider.RequireOwnClient("list vault connections", &resp.Diagnostics)
	if client == nil {
		return
	}
	defer d.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	all, err := client.LookupVaultConnections(ctx)
	if err != nil {
		client.AddError(&resp.Diagnostics, "list vault connections", err)
		return
	}
	state.Connections = []listedElement{}
	for _, c := range all {
		if !state.AppID.IsNull() && state.AppID.ValueString() != c.AppID {
			continue
		}
		element := listedElement{AppID: types.StringValue(c.AppID)}
		element.fromAPI(&c)
		state.Connections = append(state.Connections, element)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}
