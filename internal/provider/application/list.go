package application

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// NewList returns the unconfigured list resource auth0vault_application.
func NewList() list.ListResource {
	return &providerdata.List[auth0.Application]{
		Resource: providerdata.Resource{Name: "application"},
		Description: "Lists machine-to-machine applications. With `include_resource`, the client grants for the provider's audience " +
			"are read as well. Client secrets are not included.",
		Action:     "list applications",
		FilterName: providerdata.NamePrefix,
		Filter:     providerdata.NamePrefixAttribute("applications"),
		Objects: func(ctx context.Context, req providerdata.ListRequest) iter.Seq2[*auth0.Application, error] {
			return req.Client.EachApplication(ctx)
		},
		Show: listed,
	}
}

func listed(ctx context.Context, req providerdata.ListRequest, a *auth0.Application) (providerdata.Listed, bool) {
	if a.Global || !strings.HasPrefix(a.Name, req.Filter) {
		return providerdata.Listed{}, false
	}
	listed := providerdata.Listed{ID: a.ID, DisplayName: a.Name}
	if !req.IncludeResource {
		return listed, true
	}
	grant, err := req.Client.ListedGrant(ctx, a.ID, req.Client.Audience())
	if err != nil && !errors.Is(err, auth0.ErrNoGrant) {
		req.Client.AddError(&listed.Diagnostics, "read the client grant of application", err)
		return listed, true
	}
	listed.Resource = importedModel(a, grant, req.Client.Audience())
	return listed, true
}
