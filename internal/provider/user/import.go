package user

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = providerdata.IdentitySchema("Full id of the user, such as auth0|65a1f0c2d3e4b5a697887766.")
}

// ImportState implements resource.ResourceWithImportState. It takes a full id or
// an identity. The user is read with the provider's own client: which vault
// connection it is to be managed through, only the configuration knows.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "import user")
		return
	}
	id, diags := providerdata.ImportID(ctx, req, client.Domain())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !strings.Contains(id, "|") {
		advice := fmt.Sprintf("That has the kind of connection in front, such as %q.", "auth0|"+id)
		if strings.Contains(id, "@") {
			advice = "It looks like an e-mail address: the data source auth0vault_user finds the id that belongs to it."
		}
		resp.Diagnostics.AddError("Unable to import user", fmt.Sprintf("%q is no full user id. %s", id, advice))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_destroy"), onDestroyDelete)...)
	resp.Diagnostics.Append(providerdata.SetImportedIdentity(ctx, resp.Identity, client.Domain(), id)...)
}
