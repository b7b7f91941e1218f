package flow

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/tenant"
)

// byName introduces the name of a flow where an id is expected.
const byName = "name:"

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tenant.IdentitySchema("Id of the flow.")
}

// ImportState implements resource.ResourceWithImportState. It takes an id, a
// name after "name:", or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		tenant.NotKnownYet(&resp.Diagnostics, "import flow")
		return
	}
	id, diags := tenant.ImportID(ctx, req, client.Domain())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if name, ok := strings.CutPrefix(id, byName); ok {
		found, err := client.FlowByName(ctx, name)
		var ambiguous *auth0.AmbiguousError
		switch {
		case errors.As(err, &ambiguous):
			resp.Diagnostics.AddError("Unable to import flow", ambiguous.Error()+".\n\nNames need not be unique: import by id.")
			return
		case err != nil:
			client.AddError(&resp.Diagnostics, "import flow", err)
			return
		}
		id = found.ID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(tenant.SetImportedIdentity(ctx, resp.Identity, client.Domain(), id)...)
}
