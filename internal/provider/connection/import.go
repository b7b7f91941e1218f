package connection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// ImportState implements resource.ResourceWithImportState. It takes an ID, a
// name after "name:", or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Provider.Import(ctx, req, resp, "vault connection", "id", idByName)
}

// idByName returns the ID of the vault connection of a name.
func idByName(ctx context.Context, client *providerdata.Client, name string) (string, error) {
	found, err := client.LookupVaultConnectionByName(ctx, name)
	if err != nil {
		return "", err
	}
	return found.ID, nil
}
