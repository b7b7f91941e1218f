// Package flow holds the flow whose actions use vault connections.
package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

var (
	_ resource.Resource                = (*Resource)(nil)
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithMoveState   = (*Resource)(nil)
)

// Resource is auth0vault_flow.
type Resource struct{ provider *providerdata.Data }

// NewResource makes an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_flow"
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	r.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Create implements resource.Resource.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "create flow")
		return
	}
	sent := encode(plan.Actions)
	made, err := client.CreateFlow(ctx, plan.Name.ValueString(), sent)
	if err != nil {
		addError(&resp.Diagnostics, client, "create flow", err, &plan)
		return
	}
	plan.complete(made)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), made.ID)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, echoKey, newEchoes(sent, made.Actions))...)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	last, diags := tfkit.ReadPrivate[echoes](ctx, req.Private, echoKey)
	resp.Diagnostics.Append(diags...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.DomainOrEmpty(), state.ID.ValueString())...)
	if client == nil {
		return // the state stands until the provider's configuration is known
	}
	found, err := client.GetFlow(ctx, state.ID.ValueString())
	if auth0.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		client.AddError(&resp.Diagnostics, "read flow", err)
		return
	}
	now, diags := state.refresh(found, last)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, echoKey, now)...)
}

// Update implements resource.Resource.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "update flow")
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	plan.CreatedAt, plan.UpdatedAt = state.CreatedAt, state.UpdatedAt
	if todo := changes(ctx, &plan, &state); todo.name || todo.actions {
		var name *string
		if todo.name {
			name = plan.Name.ValueStringPointer()
		}
		var sent []json.RawMessage
		if todo.actions {
			sent = encode(plan.Actions)
		}
		written, err := client.UpdateFlow(ctx, state.ID.ValueString(), name, sent)
		if auth0.IsNotFound(err) {
			resp.State.RemoveResource(ctx)
			resp.Diagnostics.AddError("Unable to update flow",
				fmt.Sprintf("The flow %s does not exist any more: it was deleted outside of Terraform after it was last read. "+
					"It is out of the state now; plan again to create it anew.", state.ID.ValueString()))
			return
		}
		if err != nil {
			addError(&resp.Diagnostics, client, "update flow", err, &plan)
			return
		}
		plan.UpdatedAt = orNull(written.UpdatedAt)
		if todo.actions {
			resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, echoKey, newEchoes(sent, written.Actions))...)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "delete flow")
		return
	}
	if err := client.DeleteFlow(ctx, state.ID.ValueString()); err != nil {
		client.AddError(&resp.Diagnostics, "delete flow", err)
	}
}
