package connection

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// change is what an update has to do.
type change struct {
	name   bool
	setup  bool
	verify bool

	imported bool // the setup is unknown
	drifted  bool // somebody else wrote
}

// any reports whether there is something to ask or tell Auth0.
func (c change) any() bool { return c.name || c.setup || c.verify }

// changes compares the configuration and the plan with the state and with what
// is remembered of the last write. Plan and apply both go by it.
func changes(config, plan, state *model, last *record) change {
	c := change{
		name:     !plan.Name.Equal(state.Name),
		imported: last == nil,
		drifted:  last != nil && last.changedByOthers(&state.shown),
	}
	// A setup that is gone is sent again. One that Auth0 never counted as stored
	// is not: there would be no end to it.
	reset := last != nil && last.Ready && !state.Ready.ValueBool()
	c.setup = c.imported || c.drifted || reset ||
		!plan.Domain.Equal(state.Domain) || !plan.ClientID.Equal(state.ClientID) || !plan.Audience.Equal(state.Audience) ||
		!plan.ReconnectTriggers.Equal(state.ReconnectTriggers) ||
		secretChanged(config, state, last)
	verifies := plan.Verify.IsUnknown() || plan.Verify.ValueBool()
	c.verify = verifies && (c.setup || !state.Verify.ValueBool() ||
		!plan.Actions.Equal(state.Actions) || !plan.RequiredScopes.Equal(state.RequiredScopes))
	return c
}

// secretChanged reports whether the configuration's secret has to be sent. A
// version decides alone; without one the digest of the last secret does. A value
// that is not known yet counts as changed: the apply looks again.
func secretChanged(config, state *model, last *record) bool {
	if !config.SecretVersion.IsNull() {
		return !config.SecretVersion.Equal(state.SecretVersion)
	}
	secret := config.secret()
	return secret.IsUnknown() || last == nil || !last.Secret.Matches(secret.ValueString())
}

// ModifyPlan implements resource.ResourceWithModifyPlan: it computes the
// audience, finds out what an update has to do, and says which attributes it moves.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	_, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Audience.IsNull() {
		plan.Audience = defaultAudience(plan.Domain)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("audience"), plan.Audience)...)
	}
	if req.State.Raw.IsNull() {
		if !plan.Verify.IsUnknown() && !plan.Verify.ValueBool() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("granted_scopes"), types.SetNull(types.StringType))...)
		}
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	last, diags := tfkit.ReadPrivate[record](ctx, req.Private, recordKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := changes(&config, &plan, &state, last)
	warn(c, &state, &resp.Diagnostics)
	if c.any() || !resp.Plan.Raw.Equal(req.State.Raw) {
		resp.Diagnostics.Append(markUnknown(ctx, c, &config, &state, resp)...)
	}
}

// warn explains an update that the configuration does not explain.
func warn(c change, state *model, diags *diag.Diagnostics) {
	switch {
	case c.imported:
		diags.AddWarning("The setup of an imported vault connection is sent once",
			fmt.Sprintf("Auth0 never shows the setup of a vault connection, so nobody can tell whether that of %q (%s) is the one in this configuration. "+
				"The next apply sends it; after that, plans are quiet.", state.Name.ValueString(), state.ID.ValueString()))
	case c.drifted:
		diags.AddWarning("A vault connection was changed outside of Terraform",
			fmt.Sprintf("The vault connection %q (%s) was changed at %s by somebody else. Auth0 does not show whether that touched its credentials, "+
				"so the next apply sends the setup of this configuration again.",
				state.Name.ValueString(), state.ID.ValueString(), state.UpdatedAt.ValueString()))
	}
}

// markUnknown marks what Auth0 computes anew in the update.
func markUnknown(ctx context.Context, c change, config, state *model, resp *resource.ModifyPlanResponse) (diags diag.Diagnostics) {
	set := func(name string, value any) {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	// A write-only value may be another one when it comes to applying, whatever
	// the update is about; the plan must leave room for that.
	setupPossible := c.setup || config.ClientSecret.IsNull() && config.SecretVersion.IsNull()
	if c.name || setupPossible {
		set("fingerprint", types.StringUnknown())
		set("updated_at", types.StringUnknown())
		set("refreshed_at", types.StringUnknown())
	}
	// What was moved here and, with -refresh=false, not read lacks some of what Auth0 shows.
	unread := state.CreatedAt.IsNull() && (c.name || setupPossible)
	if unread {
		set("created_at", types.StringUnknown())
	}
	if unread || setupPossible {
		set("account_name", types.StringUnknown())
		set("ready", types.BoolUnknown())
	}
	if c.verify || setupPossible {
		set("granted_scopes", types.SetUnknown(types.StringType))
	}
	return diags
}
