package connection

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// The keys of the plan's decisions, in planned private state.
const (
	setupDecision  = "setup"
	verifyDecision = "verify"
)

// ModifyPlan implements resource.ResourceWithModifyPlan: it computes defaults,
// decides what the update sends, and marks what that changes.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	_, diags := r.Provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	var config, plan model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	validateValues(&plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	created := req.State.Raw.IsNull()
	set := func(name string, value any) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	if audience := defaultAudience(plan.Domain); config.Audience.IsNull() && !audience.Equal(plan.Audience) {
		plan.Audience = audience
		set("audience", audience)
	}
	if config.ForceDestroy.IsNull() {
		// It has no default in the schema: a state of an earlier version, where it is
		// null, needs no update.
		forceDestroy := types.BoolValue(false)
		if !created && state.ForceDestroy.IsNull() {
			forceDestroy = types.BoolNull()
		}
		if !forceDestroy.Equal(plan.ForceDestroy) { // each SetAttribute copies the plan
			set("force_destroy", forceDestroy)
		}
	}
	switch {
	case !created:
		planUpdate(ctx, req, resp, &config, &plan, &state)
	case plan.Domain.IsNull():
		set("client_secret_set_at", types.StringNull())
		set("granted_scopes", types.SetNull(types.StringType))
	case !plan.verifies():
		set("granted_scopes", types.SetNull(types.StringType))
	}
}

// planUpdate decides what an update sends, and marks what that changes.
func planUpdate(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, config, plan, state *model,
) {
	last, diags := privatestate.Read[lastWrite](ctx, req.Private, lastWriteKey)
	resp.Diagnostics.Append(diags...)
	checkSetupStays(plan, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	u := compareModels(config.ClientSecretWO, plan, state, last)
	warn(u, plan, state, &resp.Diagnostics)
	verify := privatestate.DoNotSend
	if u.verify {
		verify = privatestate.Send
	}
	resp.Diagnostics.Append(privatestate.PlanDecision(ctx, resp.Private, setupDecision, u.setup)...)
	resp.Diagnostics.Append(privatestate.PlanDecision(ctx, resp.Private, verifyDecision, verify)...)

	for _, name := range u.unknownAttributes(plan, state) {
		var value any = types.StringUnknown()
		switch name {
		case "ready":
			value = types.BoolUnknown()
		case "granted_scopes":
			value = types.SetUnknown(types.StringType)
		}
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// unknownAttributes returns the computed attributes that the update changes.
func (u updates) unknownAttributes(plan, state *model) (names []string) {
	writes := u.mayWrite() || !plan.Name.Equal(state.Name)
	if writes {
		names = append(names, "fingerprint", "updated_at", "refreshed_at")
	}
	// What was moved here and, with -refresh=false, not read lacks some remote attributes.
	unread := writes && state.CreatedAt.IsNull()
	if unread {
		names = append(names, "created_at")
	}
	if unread || u.mayWrite() {
		names = append(names, "account_name", "ready")
	}
	if u.mayWrite() {
		names = append(names, "client_secret_set_at")
	}
	if u.verify || u.mayWrite() {
		names = append(names, "granted_scopes")
	}
	return names
}

// checkSetupStays adds an error for a setup that leaves the configuration.
func checkSetupStays(plan, state *model, diags *diag.Diagnostics) {
	if state.Domain.IsNull() || !plan.Domain.IsNull() {
		return
	}
	diags.AddAttributeError(path.Root("domain"), "The setup of a vault connection cannot be removed",
		fmt.Sprintf("The configuration has no setup any more (domain, client_id, secret and audience), and Auth0 cannot remove that of the "+
			"vault connection %q (%s): the credentials would stay in the vault, flows would keep using them, and Terraform would no longer show "+
			"them.\n\n"+
			"To keep the credentials and maintain them in the dashboard, remove the resource from the state (terraform state rm, or a removed "+
			"block with destroy = false) and import it again. To get an empty vault connection, replace it with terraform taint; the new one has "+
			"another ID.",
			state.Name.ValueString(), state.ID.ValueString()))
}

// warn explains an update that the configuration does not explain.
func warn(u updates, plan, state *model, diags *diag.Diagnostics) {
	name, id := state.Name.ValueString(), state.ID.ValueString()
	switch {
	case u.imported:
		diags.AddWarning("The setup of an imported vault connection is sent once",
			fmt.Sprintf("Auth0 does not reveal the stored setup of the vault connection %q (%s), so Terraform cannot compare it with this "+
				"configuration. The next apply replaces it with the one of this configuration; after that, the plan is empty. "+
				"To keep the stored setup, leave domain, client_id, the secret and audience out of the configuration.", name, id))
	case u.drifted:
		diags.AddWarning("A vault connection was changed outside of Terraform",
			fmt.Sprintf("The vault connection %q (%s) was changed at %s by another client. Auth0 does not reveal the stored credentials, "+
				"so the next apply sends yours again.", name, id, state.UpdatedAt.ValueString()))
	case u.ignored && !u.mayWrite() && state.Domain.IsNull():
		diags.AddWarning("The setup of a vault connection is not sent",
			fmt.Sprintf("The secret is in ignore_changes, so the vault connection %q (%s) keeps the setup that is stored in Auth0. "+
				"Terraform takes over domain, client_id and audience from the configuration without comparing them: Auth0 does not reveal "+
				"them.", name, id))
	case u.ignored && !u.verify && plan.verifies() && (!plan.Actions.Equal(state.Actions) || !plan.RequiredScopes.Equal(state.RequiredScopes)):
		diags.AddWarning("The scopes of the vault connection's client are not checked",
			fmt.Sprintf("actions or required_scopes of the vault connection %q (%s) change. Its secret is in ignore_changes, so Terraform has no "+
				"credentials to check them with.",
				name, id))
	}
}
