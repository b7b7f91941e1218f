package providerdata

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ list.ListResourceWithConfigure = (*List[struct{}])(nil)

// List is a list resource, for terraform query, with one optional argument that
// chooses among the objects. T is what the API returns of an object.
type List[T any] struct {
	Resource

	// Description describes the list resource.
	Description string
	// Action names what a list does in messages, such as "list flows".
	Action string
	// FilterName is the name of the argument, and Filter its schema.
	FilterName string
	Filter     schema.StringAttribute
	// Objects returns the objects, page by page. It may use the filter.
	Objects func(ctx context.Context, req ListRequest) iter.Seq2[*T, error]
	// Show returns what to list of an object, or false to leave it out.
	Show func(ctx context.Context, req ListRequest, object *T) (Listed, bool)
}

// ListRequest is what Terraform asks of a list.
type ListRequest struct {
	Client *Client
	// Filter is the argument's value; empty if it is not set.
	Filter string
	// IncludeResource says whether Listed.Resource is needed.
	IncludeResource bool
	// Index counts the objects from 0, also those that are left out.
	Index int
}

// Listed is an object as a list shows it.
type Listed struct {
	ID, DisplayName string
	// Resource is the object's model; nil for none.
	Resource any
	// Diagnostics are about this object alone.
	Diagnostics diag.Diagnostics
}

// NamePrefix is the name of the argument that chooses objects by their names.
const NamePrefix = "name_prefix"

// NamePrefixAttribute returns the schema of NamePrefix. objects is a plural such as
// "flows".
func NamePrefixAttribute(objects string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Only " + objects + " whose name begins with this.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// ListResourceConfigSchema implements list.ListResource.
func (l *List[T]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: l.Description, Attributes: map[string]schema.Attribute{l.FilterName: l.Filter}}
}

// List implements list.ListResource. Pages are requested only as they are needed:
// until Terraform's limit, or until it stops reading.
func (l *List[T]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter types.String
	diags := req.Config.GetAttribute(ctx, path.Root(l.FilterName), &filter)
	client := l.Provider.RequireOwnClient(l.Action, &diags)
	if client == nil {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		listed := map[string]bool{}
		r := ListRequest{Client: client, Filter: filter.ValueString(), IncludeResource: req.IncludeResource}
		for object, err := range l.Objects(ctx, r) {
			if err != nil {
				// Set on the stream, it would be lost: only what is pushed arrives.
				var diags diag.Diagnostics
				client.AddError(&diags, l.Action, err)
				push(list.ListResult{Diagnostics: diags})
				return
			}
			shown, ok := l.Show(ctx, r, object)
			r.Index++
			// An object that is created meanwhile moves the others on: the last of a page is the first of the next.
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
