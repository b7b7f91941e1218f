package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// ModifyPlan implements resource.ResourceWithModifyPlan: it plans both halves as
// they ought to be, so that whatever is otherwise shows as a difference.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	imported, diags := wasImported(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var state *model
	if !req.State.Raw.IsNull() {
		state = new(model)
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Audience.IsNull() {
		plan.Audience = defaultAudience(client, state)
	}
	settle(&plan, state, needed, imported)
	for name, value := range map[string]any{
		"audience": plan.Audience, "client_secret": plan.ClientSecret,
		"grant_id": plan.GrantID, "granted_scopes": plan.GrantedScopes,
		"app_type": plan.AppType, "grant_types": plan.GrantTypes, "token_endpoint_auth_method": plan.AuthMethod,
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	if state != nil && imported && state.RotateTriggers.IsNull() && !plan.RotateTriggers.IsNull() {
		resp.Diagnostics.AddAttributeWarning(triggersPath, "The secret of an imported application is not rotated at first",
			"The rotate_triggers of this configuration are taken as those that the secret of the application "+state.ID.ValueString()+
				" was made for. Change a value once they are in the state to rotate it.")
	}
}

// defaultAudience returns the provider's audience, or what is known of it.
func defaultAudience(client *providerdata.Client, state *model) types.String {
	switch {
	case client != nil:
		return types.StringValue(client.Audience())
	case state != nil:
		return state.Audience
	}
	return types.StringUnknown()
}

// settle makes the plan what it will come to; state is nil for a create.
func settle(plan, state *model, needed types.Set, imported bool) {
	plan.shape = machine()
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

// rotates reports whether an update gives the application a new secret. Nobody
// knows for which triggers the secret of an imported application was made: the
// first ones are taken for those. An unknown value counts as changed; the apply
// looks again.
func rotates(plan, state *model, imported bool) bool {
	if plan.RotateTriggers.IsNull() || plan.RotateTriggers.Equal(state.RotateTriggers) {
		return false
	}
	return !imported || !state.RotateTriggers.IsNull()
}

// importedKey is where private state keeps that the application was imported and
// not updated since.
const importedKey = "imported"

func wasImported(ctx context.Context, private tfkit.PrivateReader) (bool, diag.Diagnostics) {
	imported, diags := tfkit.ReadPrivate[bool](ctx, private, importedKey)
	return imported != nil && *imported, diags
}
