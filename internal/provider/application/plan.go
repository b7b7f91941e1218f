package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// ModifyPlan implements resource.ResourceWithModifyPlan: it plans the application
// and its grant as they have to be, so that any drift appears as a difference.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	client, diags := r.Provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	var config, plan model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var state *model
	var private privateState
	if !req.State.Raw.IsNull() {
		state = new(model)
		resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, state)...)
		private, diags = readPrivateState(ctx, req.Private, state.Description)
		resp.Diagnostics.Append(diags...)
	}
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	if config.Audience.IsNull() {
		plan.Audience = defaultAudience(client, state)
	}
	if config.Description.IsNull() {
		plan.Description = defaultDescription(state, private)
	}
	resolvePlan(&plan, state, needed, private.imported)
	for _, a := range []struct {
		name          string
		before, after attr.Value
	}{
		{attrDescription, proposed.Description, plan.Description},
		{"audience", proposed.Audience, plan.Audience},
		{"client_secret", proposed.ClientSecret, plan.ClientSecret},
		{"grant_id", proposed.GrantID, plan.GrantID},
		{"granted_scopes", proposed.GrantedScopes, plan.GrantedScopes},
		{"app_type", proposed.AppType, plan.AppType},
		{"grant_types", proposed.GrantTypes, plan.GrantTypes},
		{"token_endpoint_auth_method", proposed.AuthMethod, plan.AuthMethod},
	} {
		if !a.after.Equal(a.before) { // each costs a copy of the whole plan
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(a.name), a.after)...)
		}
	}
	if state != nil && private.imported && state.RotateTriggers.IsNull() && !plan.RotateTriggers.IsNull() {
		resp.Diagnostics.AddAttributeWarning(triggersPath, "The secret of an imported application is not rotated at first",
			"The rotate_triggers of this configuration are recorded for the current secret of the application "+state.ID.ValueString()+
				". Change a value after they are in the state to rotate the secret.")
	}
}

// defaultAudience returns the provider's audience, or what is known of it.
func defaultAudience(client *providerdata.Client, state *model) types.String {
	switch {
	case !client.IsUnknown():
		return types.StringValue(client.Audience())
	case state != nil && !state.Audience.IsNull():
		return state.Audience
	}
	return types.StringUnknown()
}

// defaultDescription returns the description for a configuration without one: none
// for a new application and where the configuration had set one, otherwise the
// description that the application has.
func defaultDescription(state *model, private privateState) types.String {
	if state == nil || private.ownsDescription {
		return types.StringNull()
	}
	return state.Description
}

// resolvePlan makes the computed attributes of the plan what they will come to;
// state is nil for a create.
func resolvePlan(plan, state *model, needed types.Set, imported bool) {
	plan.clientSettings = machineSettings()
	plan.GrantedScopes = needed
	plan.GrantID = types.StringUnknown()
	if state != nil && plan.Audience.Equal(state.Audience) && !state.GrantID.IsNull() {
		plan.GrantID = state.GrantID
	}
	switch {
	case plan.Store.IsUnknown():
		plan.ClientSecret = types.StringUnknown()
	case !plan.Store.ValueBool():
		plan.ClientSecret = types.StringNull()
	case state == nil || state.ClientSecret.IsNull() || rotates(plan, state, imported):
		plan.ClientSecret = types.StringUnknown()
	default:
		plan.ClientSecret = state.ClientSecret
	}
}

// rotates reports whether an update gives the application a new secret. For which
// triggers the secret of an imported application was created is not known: the
// first ones are taken for those. An unknown value counts as changed; the apply
// compares again.
func rotates(plan, state *model, imported bool) bool {
	if plan.RotateTriggers.IsNull() || plan.RotateTriggers.Equal(state.RotateTriggers) {
		return false
	}
	return !imported || !state.RotateTriggers.IsNull()
}
