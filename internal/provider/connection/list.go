package connection

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// NewList returns the unconfigured list resource auth0vault_connection.
func NewList() list.ListResource {
	return &providerdata.List[auth0.VaultConnection]{
		Resource: providerdata.Resource{Name: "connection"},
		Description: "Lists the vault connections of the app `AUTH0`. Their setups are not included, because Auth0 does not reveal them. " +
			"A generated configuration has no setup, and keeps the stored one.",
		Action:     "list vault connections",
		FilterName: providerdata.NamePrefix,
		Filter:     providerdata.NamePrefixAttribute("vault connections"),
		Objects: func(ctx context.Context, req providerdata.ListRequest) iter.Seq2[*auth0.VaultConnection, error] {
			return req.Client.EachVaultConnection(ctx)
		},
		Show: listed,
	}
}

func listed(_ context.Context, req providerdata.ListRequest, c *auth0.VaultConnection) (providerdata.Listed, bool) {
	if c.AppID != auth0.AppAuth0 || !strings.HasPrefix(c.Name, req.Filter) {
		return providerdata.Listed{}, false
	}
	var remote remoteAttributes
	remote.fromAPI(c)
	m := newModel(remote)
	return providerdata.Listed{ID: c.ID, DisplayName: c.Name, Resource: &m}, true
}
