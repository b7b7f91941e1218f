package connection

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	client := r.Provider.RequireOwnClient("delete vault connection", &resp.Diagnostics)
	if client == nil {
		return
	}
	if !state.ForceDestroy.ValueBool() {
		resp.Diagnostics.Append(checkUnused(ctx, client, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if err := client.DeleteVaultConnection(ctx, state.ID.ValueString()); err != nil {
		client.AddError(&resp.Diagnostics, "delete vault connection", err)
	}
}

// maxFlowsNamed bounds how many flows a message names.
const maxFlowsNamed = 10

// checkUnused returns an error for a vault connection that flows use.
func checkUnused(ctx context.Context, client *providerdata.Client, state *model) (diags diag.Diagnostics) {
	name, id := state.Name.ValueString(), state.ID.ValueString()
	flows, err := client.LookupFlowsUsing(ctx, id)
	switch {
	case auth0.IsDenied(err):
		diags.AddAttributeWarning(path.Root("force_destroy"), "Flows that use a vault connection were not looked for",
			fmt.Sprintf("The vault connection %q (%s) is deleted, although flows may still use it: the flows could not be listed. %s\n\n"+
				"To delete vault connections without looking for flows, apply force_destroy = true first.", name, id, client.Explain(err)))
	case err != nil:
		diags.AddError("Unable to delete vault connection",
			fmt.Sprintf("The flows that use the vault connection %q (%s) could not be looked for, so it was not deleted. %s\n\n"+
				"To delete it without looking for flows, apply force_destroy = true first.", name, id, client.Explain(err)))
	case len(flows) > 0:
		var lines []string
		for _, flow := range flows[:min(len(flows), maxFlowsNamed)] {
			lines = append(lines, fmt.Sprintf("  - %q (%s)", flow.Name, flow.ID))
		}
		if more := len(flows) - maxFlowsNamed; more > 0 {
			lines = append(lines, fmt.Sprintf("  - and %d more", more))
		}
		diags.AddAttributeError(path.Root("force_destroy"), "The vault connection is in use",
			fmt.Sprintf("The vault connection %q (%s) was not deleted, because flows use it and would fail without it:\n\n%s\n\n"+
				"Delete these flows or give their actions another vault connection first. To delete it anyway, apply force_destroy = true first.",
				name, id, strings.Join(lines, "\n")))
	}
	return diags
}
