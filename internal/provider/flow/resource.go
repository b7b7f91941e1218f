// Package flow holds the flow whose actions use vault connections.
package flow

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
)

// Resource is auth0vault_flow.
type Resource struct{ providerdata.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{Name: "flow", IDDescription: "ID of the flow."}}
}

// Create implements resource.Resource.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var config, plan model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	client := r.Provider.RequireOwnClient("create flow", &resp.Diagnostics)
	if client == nil {
		return
	}
	sent := encode(plan.Actions)
	created, err := client.CreateFlow(ctx, plan.Name.ValueString(), sent)
	if err != nil {
		addError(&resp.Diagnostics, client, "create flow", err, &plan, importHint(ctx, client, err, plan.Name.ValueString()))
		return
	}
	plan.setComputed(created)
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), created.ID)...)
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, normalizedKey, newNormalized(sent, created.Actions))...)
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, ownedKey, newOwnership(config.Actions, plan.Actions, ownership{}))...)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	last, diags := privatestate.Read[normalized](ctx, req.Private, normalizedKey)
	resp.Diagnostics.Append(diags...)
	owned, diags := readOwnership(ctx, req.Private, state.Actions)
	resp.Diagnostics.Append(diags...)
	client := r.StartRead(ctx, state.ID, resp)
	if client == nil {
		return
	}
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	found, err := client.GetFlow(ctx, state.ID.ValueString())
	if err != nil {
		client.AddReadError(ctx, resp, "flow", state.ID, state.Name.IsNull(), err)
		return
	}
	now, diags := state.refresh(found, last)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, normalizedKey, now)...)
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, ownedKey, owned)...)
}

// Update implements resource.Resource.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var config, plan, state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	owned, diags := readOwnership(ctx, req.Private, state.Actions)
	resp.Diagnostics.Append(diags...)
	client := r.Provider.RequireOwnClient("update flow", &resp.Diagnostics)
	if client == nil {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	plan.CreatedAt, plan.UpdatedAt = state.CreatedAt, state.UpdatedAt
	plan.setRequiredScopes()
	if d := newDiff(ctx, &plan, &state); !d.empty() {
		var name *string
		if d.name {
			name = plan.Name.ValueStringPointer()
		}
		var sent []json.RawMessage
		if d.actions {
			sent = encode(plan.Actions)
		}
		updated, err := client.UpdateFlow(ctx, state.ID.ValueString(), name, sent)
		if auth0.IsNotFound(err) {
			providerdata.AddGoneError(&resp.Diagnostics, "update flow", "flow", state.ID.ValueString())
			return
		}
		if err != nil {
			addError(&resp.Diagnostics, client, "update flow", err, &plan, "")
			return
		}
		plan.UpdatedAt = orNull(updated.UpdatedAt)
		if d.actions {
			resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, normalizedKey, newNormalized(sent, updated.Actions))...)
		}
	}
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, ownedKey, newOwnership(config.Actions, plan.Actions, owned))...)
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	client := r.Provider.RequireOwnClient("delete flow", &resp.Diagnostics)
	if client == nil {
		return
	}
	if err := client.DeleteFlow(ctx, state.ID.ValueString()); err != nil {
		client.AddError(&resp.Diagnostics, "delete flow", err)
	}
}
