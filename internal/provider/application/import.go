package application

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/tenant"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// byName introduces the name of an application where an id is expected.
const byName = "name:"

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tenant.IdentitySchema("Client id of the application.")
}

// ImportState implements resource.ResourceWithImportState. It takes a client id,
// a name after "name:", or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		tenant.NotKnownYet(&resp.Diagnostics, "import application")
		return
	}
	id, diags := tenant.ImportID(ctx, req, client.Domain())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if name, ok := strings.CutPrefix(id, byName); ok {
		found, err := client.ApplicationByName(ctx, name)
		var ambiguous *auth0.AmbiguousError
		switch {
		case errors.As(err, &ambiguous):
			resp.Diagnostics.AddError("Unable to import application", ambiguous.Error()+".\n\nNames need not be unique: import by client id.")
			return
		case err != nil:
			client.AddError(&resp.Diagnostics, "import application", err)
			return
		}
		id = found.ID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, importedKey, true)...)
	resp.Diagnostics.Append(tenant.SetImportedIdentity(ctx, resp.Identity, client.Domain(), id)...)
}
