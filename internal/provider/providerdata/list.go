package providerdata

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Listed is an object as a list shows it.
type Listed struct {
	ID, DisplayName string
	// Resource is the object's model; it is nil where nobody asked for it.
	Resource any
	// Diagnostics are about this object alone.
	Diagnostics diag.Diagnostics
}

// Results turns the objects of a list into list results. show says what to show
// of an object, or that it is none to be listed. Objects are fetched only as far
// as they are wanted: until Terraform's limit, or until it stops listening.
func Results[T any](
	ctx context.Context, req list.ListRequest, client *Client, action string,
	objects iter.Seq2[*T, error], show func(*T) (shown Listed, ok bool),
) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		listed := map[string]bool{}
		for object, err := range objects {
			if err != nil {
				// Set on the stream, it would be lost: only what is pushed arrives.
				var diags diag.Diagnostics
				client.AddError(&diags, action, err)
				push(list.ListResult{Diagnostics: diags})
				return
			}
			shown, ok := show(object)
			// What somebody makes meanwhile moves the rest of a list on, so that the last of a page is the first of the next.
			if !ok || listed[shown.ID] {
				continue
			}
			listed[shown.ID] = true
			result := req.NewListResult(ctx)
			result.DisplayName = shown.DisplayName
			result.Diagnostics.Append(shown.Diagnostics...)
			result.Diagnostics.Append(SetIdentity(ctx, result.Identity, client.Domain(), shown.ID)...)
			if req.IncludeResource && shown.Resource != nil {
				result.Diagnostics.Append(result.Resource.Set(ctx, shown.Resource)...)
			}
			// A limit of 0 is how a request without one arrives.
			if !push(result) || req.Limit > 0 && int64(len(listed)) >= req.Limit {
				return
			}
		}
	}
}

// ListClient returns the client for a list, or the results that say why there is none.
func (p *Data) ListClient(action string) (*Client, iter.Seq[list.ListResult]) {
	client, diags := p.OwnClient()
	if client == nil && !diags.HasError() {
		AddUnknownProviderConfigError(&diags, action)
	}
	if diags.HasError() {
		return nil, list.ListResultsStreamDiagnostics(diags)
	}
	return client, nil
}
