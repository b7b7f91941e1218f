package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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
type ListDataSource struct{ providerdata.DataSource }

// NewListDataSource returns an unconfigured data source.
func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{Name: "users"}}
}

// Schema implements datasource.DataSource.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The users that match a query, oldest first. Auth0's search does not find a user at once after a write, returns " +
			"at most 1,000 users, and leaves out long metadata values of profiles larger than 1 MB; " +
			"the data source `auth0vault_user` reads one user in full.",
		Attributes: map[string]schema.Attribute{
			"query": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Query in [Auth0's search syntax](https://auth0.com/docs/manage-users/user-search/user-search-query-syntax), " +
					"such as `identities.connection:\"Username-Password-Authentication\" AND blocked:true`. Default: all users.",
				Validators: []validator.String{notEmpty()},
			},
			"vault_connection": vaultConnectionAttribute(),
			"total":            schema.Int64Attribute{Computed: true, MarkdownDescription: "How many users match."},
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users.",
				NestedObject:        schema.NestedAttributeObject{Attributes: remoteAttributes()},
			},
		},
	}
}

// Read implements datasource.DataSource.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var query types.String
	var connection types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("query"), &query)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, providerdata.VaultConnectionPath, &connection)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := d.Provider.RequireClient(ctx, connection, "search users", &resp.Diagnostics)
	if client == nil {
		return
	}
	found, total, err := client.SearchUsers(ctx, query.ValueString())
	if err != nil {
		client.AddError(&resp.Diagnostics, "search users", err)
		return
	}
	if total > len(found) && len(found) >= auth0.MaxSearchResults {
		resp.Diagnostics.AddAttributeWarning(path.Root("query"), "Not all users that match are listed",
			fmt.Sprintf("%d users match, and Auth0's search returns only the first %d. Make the query narrower.", total, len(found)))
	}
	kind := types.ObjectType{AttrTypes: remoteTypes()}
	users := make([]attr.Value, len(found))
	for i := range found {
		user, diags := types.ObjectValue(kind.AttrTypes, remoteModel(&found[i]))
		resp.Diagnostics.Append(diags...)
		users[i] = user
	}
	list, diags := types.ListValue(kind, users)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("query"), query)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, providerdata.VaultConnectionPath, connection)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("total"), int64(total))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("users"), list)...)
}
