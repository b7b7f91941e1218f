package flow

import (
	"context"
	"strings"

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

// ListDataSource is the data source auth0vault_flows: the flows of a tenant.
type ListDataSource struct{ providerdata.DataSource }

// NewListDataSource returns an unconfigured data source.
func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{Name: "flows"}}
}

var namePrefixPath = path.Root("name_prefix")

// listDataModel is its configuration and result.
type listDataModel struct {
	NamePrefix types.String  `tfsdk:"name_prefix"`
	Flows      []listedModel `tfsdk:"flows"`
}

// Schema implements datasource.DataSource.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The flows of the tenant, oldest first. Auth0's list does not contain their actions: read those with " +
			"`auth0vault_flow`.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only flows whose name begins with this. Default: all.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"flows": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The flows.",
				NestedObject: schema.NestedAttributeObject{Attributes: listedAttributes()},
			},
		},
	}
}

// Read implements datasource.DataSource.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	state := listDataModel{Flows: []listedModel{}}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, namePrefixPath, &state.NamePrefix)...)
	const action = "list flows"
	client := d.Provider.RequireOwnClient(action, &resp.Diagnostics)
	if client == nil {
		return
	}
	all, err := client.LookupFlows(ctx)
	if err != nil {
		client.AddError(&resp.Diagnostics, action, err)
		return
	}
	for _, f := range all {
		if strings.HasPrefix(f.Name, state.NamePrefix.ValueString()) {
			var listed listedModel
			listed.fromAPI(&f)
			state.Flows = append(state.Flows, listed)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}
