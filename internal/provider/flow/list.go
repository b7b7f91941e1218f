package flow

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// NewList returns the unconfigured list resource auth0vault_flow.
func NewList() list.ListResource {
	return &providerdata.List[auth0.Flow]{
		Resource: providerdata.Resource{Name: "flow"},
		Description: "Lists flows. Auth0's list does not contain their actions: `include_resource` takes one more request " +
			"for each flow.",
		Action:     "list flows",
		FilterName: providerdata.NamePrefix,
		Filter:     providerdata.NamePrefixAttribute("flows"),
		Objects: func(ctx context.Context, req providerdata.ListRequest) iter.Seq2[*auth0.Flow, error] {
			return req.Client.EachFlow(ctx)
		},
		Show: listed,
	}
}

func listed(ctx context.Context, req providerdata.ListRequest, f *auth0.Flow) (providerdata.Listed, bool) {
	if !strings.HasPrefix(f.Name, req.Filter) {
		return providerdata.Listed{}, false
	}
	listed := providerdata.Listed{ID: f.ID, DisplayName: f.Name}
	if !req.IncludeResource {
		return listed, true
	}
	whole, err := req.Client.GetFlow(ctx, f.ID)
	if auth0.IsNotFound(err) {
		return providerdata.Listed{}, false // deleted since the page was fetched
	}
	if err != nil {
		req.Client.AddError(&listed.Diagnostics, "read flow", err)
		return listed, true
	}
	m := model{Actions: types.ListNull(actionType)}
	_, listed.Diagnostics = m.refresh(whole, nil)
	listed.Resource = &m
	return listed, true
}
