package flow

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// diff is what an update has to send.
type diff struct{ name, actions bool }

func (d diff) empty() bool { return d == diff{} }

// newDiff compares the plan with the state by meaning, for the plan and the apply
// alike. Actions that are not known yet count as changed; the apply compares again.
func newDiff(ctx context.Context, plan, state *model) diff {
	return diff{
		name:    !plan.Name.Equal(state.Name),
		actions: !isKnown(ctx, plan.Actions) || !slices.EqualFunc(encode(plan.Actions), encode(state.Actions), sameAction),
	}
}

// isKnown reports whether everything in a list is known.
func isKnown(ctx context.Context, list types.List) bool {
	value, err := list.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// ModifyPlan implements resource.ResourceWithModifyPlan: it plans what the
// configuration leaves out, the scopes, and whether an update moves updated_at.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	_, diags := r.Provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	var config, plan model
	state := model{Actions: types.ListNull(actionType)}
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	create := req.State.Raw.IsNull()
	if !create {
		resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	}
	owned, diags := readOwnership(ctx, req.Private, state.Actions)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	plan.Actions, diags = planActions(config.Actions, plan.Actions, state.Actions, owned)
	resp.Diagnostics.Append(diags...)
	plan.RequiredScopes = requiredScopes(plan.Actions)
	if !create {
		plan.UpdatedAt = state.UpdatedAt
		switch d := newDiff(ctx, &plan, &state); {
		case !d.empty():
			plan.UpdatedAt = types.StringUnknown()
		case state.RequiredScopes.IsNull():
			// Written by a version that had no such attribute, and not refreshed since.
			plan.RequiredScopes = state.RequiredScopes
		}
	}
	if !plan.Actions.Equal(proposed.Actions) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("actions"), plan.Actions)...)
	}
	if !plan.RequiredScopes.Equal(proposed.RequiredScopes) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("required_scopes"), plan.RequiredScopes)...)
	}
	if !plan.UpdatedAt.Equal(proposed.UpdatedAt) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), plan.UpdatedAt)...)
	}
}

// sameJSON is a plan modifier that keeps the JSON text of the state while the one of
// the configuration means the same.
type sameJSON struct{}

var _ planmodifier.String = sameJSON{}

// Description describes the modifier.
func (sameJSON) Description(context.Context) string {
	return "White space, the order of keys and the notation of numbers do not matter."
}

// MarkdownDescription describes the modifier.
func (m sameJSON) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (sameJSON) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if jsontext.Equal([]byte(req.StateValue.ValueString()), []byte(req.ConfigValue.ValueString())) {
		resp.PlanValue = req.StateValue
	}
}
