package providerdata

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// byName introduces the name of an object where an id is expected.
const byName = "name:"

// Import carries out an import by id, by a name after "name:", or by identity.
// object names the kind of object, idName what people know its id as, and find
// returns the id that belongs to a name. Errors are in the response.
func (p *Data) Import(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
	object, idName string, find func(ctx context.Context, client *Client, name string) (id string, err error),
) {
	action := "import " + object
	client := p.RequireOwnClient(action, &resp.Diagnostics)
	if client == nil {
		return
	}
	id, diags := ImportID(ctx, req, client.Domain())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if name, ok := strings.CutPrefix(id, byName); ok {
		found, err := find(ctx, client, name)
		var ambiguous *auth0.MultipleMatchesError
		switch {
		case errors.As(err, &ambiguous):
			resp.Diagnostics.AddError("Unable to "+action, client.Explain(err)+"\n\nNames need not be unique: import by "+idName+".")
			return
		case err != nil:
			client.AddError(&resp.Diagnostics, action, err)
			return
		}
		id = found
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(SetImportedIdentity(ctx, resp.Identity, client.Domain(), id)...)
}
