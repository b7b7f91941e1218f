package providerdata

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IdentitySchema returns the identity that all objects of a tenant have: an id,
// which is unique only in its tenant, and the tenant's domain.
func IdentitySchema(idDescription string) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id":     identityschema.StringAttribute{RequiredForImport: true, Description: idDescription},
			"domain": identityschema.StringAttribute{OptionalForImport: true, Description: "Domain of the tenant; the provider's own if left out."},
		},
	}
}

// SetIdentity sets the identity, unless Terraform has brought one along: an
// identity never changes, not even from a domain that was not known to one that
// is. Every successful create, read and update has to call it, because a
// Terraform that knows no identities brings none.
func SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, domain, id string) diag.Diagnostics {
	if identity == nil || !identity.Raw.IsNull() && identity.Raw.IsFullyKnown() {
		return nil
	}
	return SetImportedIdentity(ctx, identity, domain, id)
}

// SetImportedIdentity sets the identity of an object that is imported. The one
// that the import may name need not have a domain.
func SetImportedIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, domain, id string) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	var diags diag.Diagnostics
	value := types.StringNull()
	if domain != "" {
		value = types.StringValue(strings.ToLower(domain))
	}
	diags.Append(identity.SetAttribute(ctx, path.Root("id"), id)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("domain"), value)...)
	return diags
}

// ImportID returns the id that an import names, by ID or by identity. A
// domain in the identity must be the given one.
func ImportID(ctx context.Context, req resource.ImportStateRequest, domain string) (string, diag.Diagnostics) {
	var diags diag.Diagnostics
	if req.ID != "" || req.Identity == nil {
		return req.ID, diags
	}
	var id, wanted types.String
	diags.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(req.Identity.GetAttribute(ctx, path.Root("domain"), &wanted)...)
	if w := wanted.ValueString(); w != "" && !strings.EqualFold(w, domain) {
		diags.AddError("Another tenant's object cannot be imported",
			fmt.Sprintf("The identity names the tenant %q, and this provider is configured for %q. Use a provider configuration for the other "+
				"tenant.", w, domain))
	}
	return id.ValueString(), diags
}
