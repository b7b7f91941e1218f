package flow

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// change is what an update has to send.
type change struct{ name, actions bool }

// changes compares the plan with the state by meaning. Plan and apply both go by
// it. Actions that are not known yet count as changed: the apply looks again.
func changes(ctx context.Context, plan, state *model) change {
	return change{
		name:    !plan.Name.Equal(state.Name),
		actions: !isKnown(ctx, plan.Actions) || !slices.EqualFunc(encode(plan.Actions), encode(state.Actions), sameAction),
	}
}

// isKnown reports whether everything in a list is known.
func isKnown(ctx context.Context, list types.List) bool {
	value, err := list.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// ModifyPlan implements resource.ResourceWithModifyPlan: it says whether an
// update moves updated_at.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	_, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if req.State.Raw.IsNull() {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if c := changes(ctx, &plan, &state); c.name || c.actions {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), types.StringUnknown())...)
	}
}

// sameJSON is a plan modifier that keeps JSON as it is in the state while that of
// the configuration means the same.
type sameJSON struct{}

var _ planmodifier.String = sameJSON{}

// Description says what it does.
func (sameJSON) Description(context.Context) string {
	return "White space, the order of keys and the way a number is written do not matter."
}

// MarkdownDescription says what it does.
func (m sameJSON) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (sameJSON) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if tfkit.JSONEqual([]byte(req.StateValue.ValueString()), []byte(req.ConfigValue.ValueString())) {
		resp.PlanValue = req.StateValue
	}
}
