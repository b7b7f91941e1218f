package providerdata

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// ValidateLookup adds an error to diags unless the configuration of a data source
// sets exactly one of the attributes id and other. Unknown values are accepted.
func ValidateLookup(ctx context.Context, config tfsdk.Config, other string, diags *diag.Diagnostics) {
	var id, alternative types.String
	diags.Append(config.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root(other), &alternative)...)
	if diags.HasError() || id.IsUnknown() || alternative.IsUnknown() || id.IsNull() != alternative.IsNull() {
		return
	}
	found := "Neither is set."
	if !id.IsNull() {
		found = "Both are set."
	}
	diags.AddAttributeError(path.Root("id"), "Set either id or "+other, fmt.Sprintf("Exactly one of id and %s must be set. %s", other, found))
}

// AddLookupError adds the error for an object, such as a "flow", that a data source
// cannot read. It is on the attribute that was used: id, or name if id is null.
func (c *Client) AddLookupError(diags *diag.Diagnostics, object string, id types.String, err error) {
	attribute := path.Root("id")
	if id.IsNull() {
		attribute = path.Root("name")
	}
	var several *auth0.MultipleMatchesError
	var none *auth0.NoSuchNameError
	switch {
	case errors.As(err, &several):
		diags.AddAttributeError(attribute, "Several "+object+"s have this name", c.Explain(err)+"\n\nChoose one by its ID.")
	case errors.As(err, &none), auth0.IsNotFound(err):
		diags.AddAttributeError(attribute, "No such "+object, c.Explain(err))
	default:
		c.AddError(diags, "read "+object, err)
	}
}
