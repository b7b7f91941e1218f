package user

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// byEmail introduces an e-mail address where an ID is expected.
const byEmail = "email:"

// ImportState implements resource.ResourceWithImportState. It takes a full ID, an
// e-mail address after "email:", or an identity. The user is read with the provider's
// own client: only the configuration knows the vault connection to manage it through.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := r.Provider.RequireOwnClient("import user", &resp.Diagnostics)
	if client == nil {
		return
	}
	id, diags := providerdata.ImportID(ctx, req, client.Domain())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if email, ok := strings.CutPrefix(id, byEmail); ok {
		id = idByEmail(ctx, client, email, &resp.Diagnostics)
	} else if !strings.Contains(id, "|") {
		meant := "auth0|" + id
		if strings.Contains(id, "@") {
			meant = byEmail + id
		}
		resp.Diagnostics.AddError("Unable to import user",
			fmt.Sprintf("%q is not a full user ID, which begins with the kind of connection; did you mean %q?", id, meant))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_destroy"), onDestroyDelete)...)
	resp.Diagnostics.Append(providerdata.SetImportedIdentity(ctx, resp.Identity, client.Domain(), id)...)
}

// idByEmail returns the ID of the one user with an e-mail address, or adds an error.
func idByEmail(ctx context.Context, client *providerdata.Client, email string, diags *diag.Diagnostics) string {
	found, err := client.UsersByEmail(ctx, email)
	switch {
	case err != nil:
		client.AddError(diags, "import user", err)
	case len(found) == 0:
		diags.AddError("Unable to import user", fmt.Sprintf("No user of the tenant %s has the e-mail address %q.", client.Domain(), email))
	case len(found) > 1:
		var ids []string
		for _, user := range found {
			connection, _ := user.Primary()
			ids = append(ids, fmt.Sprintf("%s (%s)", user.ID, connection))
		}
		diags.AddError("Unable to import user",
			fmt.Sprintf("Several users have the e-mail address %q: %s. Import by ID.", email, strings.Join(ids, ", ")))
	default:
		return found[0].ID
	}
	return ""
}
