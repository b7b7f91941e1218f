package user

import (
	"context"
	"fmt"

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

// List is the list resource auth0vault_user, for terraform query.
type List struct{ provider *providerdata.Data }

// NewList makes an unconfigured list resource.
func NewList() list.ListResource { return &List{} }

// Metadata implements list.ListResource.
func (l *List) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
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
		MarkdownDescription: "Lists users, oldest first. Auth0's search lags a little behind writes, and returns at most 1,000 users.",
		Attributes: map[string]schema.Attribute{
			"query": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Query in [Auth0's search syntax](https://auth0.com/docs/manage-users/user-search/user-search-query-syntax), " +
					"such as `identities.connection:\"Username-Password-Authentication\"`. Default: all users.",
				Validators: []validator.String{notEmpty()},
			},
		},
	}
}

// List implements list.ListResource.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var query types.String
	if diags := req.Config.GetAttribute(ctx, path.Root("query"), &query); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	const action = "list users"
	client, refused := l.provider.ListClient(action)
	if client == nil {
		stream.Results = refused
		return
	}
	count := 0
	users := client.EachUser(ctx, query.ValueString())
	stream.Results = providerdata.Results(ctx, req, client, action, users, func(u *auth0.User) (providerdata.Listed, bool) {
		m := remoteModel(u)
		m["on_destroy"] = types.StringValue(onDestroyDelete)
		listed := providerdata.Listed{ID: u.ID, DisplayName: displayName(m)}
		listed.Resource = m.object(ctx, &listed.Diagnostics)
		if count++; count == auth0.MaxSearchResults {
			listed.Diagnostics.AddWarning("Not all users may be listed",
				fmt.Sprintf("Auth0's search returns at most %d users, and this is the last of them. List them in parts, with a query for each.",
					auth0.MaxSearchResults))
		}
		return listed, true
	})
}

// displayName returns what people know a user by.
func displayName(m model) string {
	for _, name := range []string{"email", "username", "phone_number", "name"} {
		if value := m.text(name); !value.IsNull() {
			return value.ValueString()
		}
	}
	return m.text("id").ValueString()
}
