package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// ImportState implements resource.ResourceWithImportState. It takes a client ID,
// a name after "name:", or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Provider.Import(ctx, req, resp, "application", "client ID", idByName)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, importedKey, true)...)
	}
}

// idByName returns the ID of the application of a name.
func idByName(ctx context.Context, client *providerdata.Client, name string) (string, error) {
	found, err := client.FindApplicationByName(ctx, name)
	if err != nil {
		return "", err
	}
	return found.ID, nil
}
