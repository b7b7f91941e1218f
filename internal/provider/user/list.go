package user

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// NewList returns the unconfigured list resource auth0vault_user.
func NewList() list.ListResource {
	return &providerdata.List[auth0.User]{
		Resource:    providerdata.Resource{Name: "user"},
		Description: "Lists users, oldest first. Auth0's search does not find a user at once after a write, and returns at most 1,000 users.",
		Action:      "list users",
		FilterName:  "query",
		Filter: schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Query in [Auth0's search syntax](https://auth0.com/docs/manage-users/user-search/user-search-query-syntax), " +
				"such as `identities.connection:\"Username-Password-Authentication\"`. Default: all users.",
			Validators: []validator.String{notEmpty()},
		},
		Objects: func(ctx context.Context, req providerdata.ListRequest) iter.Seq2[*auth0.User, error] {
			return req.Client.EachUser(ctx, req.Filter)
		},
		Show: listed,
	}
}

func listed(ctx context.Context, req providerdata.ListRequest, u *auth0.User) (providerdata.Listed, bool) {
	m := remoteModel(u)
	m["on_destroy"] = types.StringValue(onDestroyDelete)
	listed := providerdata.Listed{ID: u.ID, DisplayName: displayName(m)}
	listed.Resource = m.object(ctx, &listed.Diagnostics)
	if req.Index == auth0.MaxSearchResults-1 {
		listed.Diagnostics.AddWarning("Not all users may be listed",
			fmt.Sprintf("Auth0's search returns at most %d users, and this is the last of them. List them in parts, with a query for each.",
				auth0.MaxSearchResults))
	}
	return listed, true
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
