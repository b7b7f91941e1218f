package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var (
	_ datasource.DataSource              = (*ListDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)
)

// ListDataSource is the data source auth0vault_users: the users that match a query.
type ListDataSource struct{ provider *providerdata.Data }

// NewListDataSource makes an unconfigured data source.
func NewListDataSource() datasource.DataSource { return &ListDataSource{} }

type listModel struct {
	Query           types.String `tfsdk:"query"`
	VaultConnection types.Object `tfsdk:"vault_connection"`
	Total           types.Int64  `tfsdk:"total"`
	Users           []shown      `tfsdk:"users"`
}

// Metadata implements datasource.DataSource.
func (d *ListDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *ListDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	d.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Schema implements datasource.DataSource.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The users that match a query, oldest first. Auth0's search lags a little behind writes, and gives 1,000 users at the most.",
		Attributes: map[string]schema.Attribute{
			"query": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Query in [Auth0's search syntax](https://auth0.com/docs/manage-users/user-search/user-search-query-syntax), " +
					"such as `identities.connection:\"Username-Password-Authentication\" AND blocked:true`. Default: all users.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"vault_connection": vaultConnectionAttribute(),
			"total":            schema.Int64Attribute{Computed: true, MarkdownDescription: "How many users match."},
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users.",
				NestedObject:        schema.NestedAttributeObject{Attributes: shownAttributes()},
			},
		},
	}
}

// Read implements datasource.DataSource.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state listModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("query"), &state.Query)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, providerdata.VaultConnectionPath, &state.VaultConnection)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := readClient(ctx, d.provider, state.VaultConnection, "search users", &resp.Diagnostics)
	if client == nil {
		return
	}
	found, total, err := client.SearchUsers(ctx, state.Query.ValueString())
	if err != nil {
		client.AddError(&resp.Diagnostics, "search users", err)
		return
	}
	if total > len(found) && len(found) >= auth0.MaxSearchResults {
		resp.Diagnostics.AddAttributeWarning(path.Root("query"), "Not all users that match are listed",
			fmt.Sprintf("%d users match, and Auth0's search gives the first %d. Make the query narrower.", total, len(found)))
	}
	state.Total = types.Int64Value(int64(total))
	state.Users = make([]shown, len(found))
	for i := range found {
		state.Users[i].fromAPI(&found[i])
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}
