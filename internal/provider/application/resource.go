// Package application holds the machine-to-machine application behind a vault
// connection: the application itself and its client grant, as one resource.
package application

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var (
	_ resource.Resource                = (*Resource)(nil)
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
)

// Resource is auth0vault_application.
type Resource struct{ provider *providerdata.Data }

// NewResource makes an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_application"
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	r.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Create implements resource.Resource. It makes both halves or neither, as far
// as that is in its power.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	client := r.client("create application", &resp.Diagnostics)
	if client == nil {
		return
	}
	made, err := client.CreateApplication(ctx, plan.Name.ValueString(), plan.Description.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, client, "create application", err, &plan)
		return
	}
	state := plan
	state.takeApplication(made)
	state.takeGrant(nil)
	state.ClientSecret = types.StringNull()

	action := "authorize application"
	err = authorize(ctx, client, &state, plan.Audience, needed)
	if err == nil && plan.Store.ValueBool() {
		state.ClientSecret = orNull(made.Secret)
		if made.Secret == "" {
			// The answer to the create got lost, and Auth0 does not show the secret again.
			// Nobody knows it yet, so another one does no harm.
			action = "get the secret of application"
			state.ClientSecret, err = newSecret(ctx, client, made.ID)
		}
	}
	if err != nil {
		gone, note := undo(ctx, client, &state, err)
		if !gone {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
			resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), made.ID)...)
		}
		addError(&resp.Diagnostics, client, action, err, &plan, note)
		return
	}
	state.Name, state.Description = plan.Name, plan.Description
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), made.ID)...)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.DomainOrEmpty(), id)...)
	if client == nil {
		return // the state stands until the provider's configuration is known
	}
	ctx, tell := r.provider.RateLimitWarner.Watch(ctx, &resp.Diagnostics)
	defer tell()

	found, err := client.GetApplication(ctx, id)
	if auth0.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		client.AddError(&resp.Diagnostics, "read application", err)
		return
	}
	imported := state.Name.IsNull() // nothing but the id is there yet
	if imported {
		if found.Global || found.AppType != auth0.AppTypeMachine && found.AppType != "" {
			resp.Diagnostics.Append(wrongType(found))
			return
		}
		// A secret is not put into the state before the configuration says so.
		state.Store = types.BoolValue(false)
		state.Audience = types.StringValue(client.Audience())
	}
	grant, err := client.LookupGrant(ctx, id, state.Audience.ValueString())
	if err != nil {
		client.AddError(&resp.Diagnostics, "read the client grant of application", err)
		return
	}
	state.takeApplication(found)
	state.takeGrant(grant)
	if imported {
		state.nameScopes(grant)
	}
	if state.Store.ValueBool() && found.Secret != "" {
		state.ClientSecret = types.StringValue(found.Secret)
	}
	if grant != nil && grant.AllowAllScopes {
		resp.Diagnostics.AddAttributeWarning(scopesPath, "An application is granted all scopes",
			fmt.Sprintf("The client grant %s allows the application %q (%s) every scope of the API %q, now and in the future. "+
				"The next apply limits it to the scopes of this configuration.", grant.ID, found.Name, id, grant.Audience))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update implements resource.Resource. Every step that is done is in the state,
// whatever becomes of the next. A new secret comes last: if another step fails,
// the old one still works.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	imported, diags := wasImported(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	client := r.client("update application", &resp.Diagnostics)
	if client == nil {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	reached := state
	for _, step := range []struct {
		action string
		do     func() error
	}{
		{"update application", func() error { return change(ctx, client, &reached, &plan) }},
		{"authorize application", func() error { return authorize(ctx, client, &reached, plan.Audience, needed) }},
		{"get the secret of application", func() error {
			return bringSecret(ctx, client, &reached, &plan, rotates(&plan, &state, imported))
		}},
	} {
		err := step.do()
		resp.Diagnostics.Append(resp.State.Set(ctx, &reached)...)
		switch {
		case isGone(err):
			resp.State.RemoveResource(ctx)
			resp.Diagnostics.AddError("Unable to "+step.action,
				fmt.Sprintf("The application %s does not exist any more: it was deleted outside of Terraform after it was last read. "+
					"It is out of the state now; plan again to create it anew.", state.ID.ValueString()))
			return
		case err != nil:
			addError(&resp.Diagnostics, client, step.action, err, &plan)
			return
		}
	}
	plan.ID, plan.ClientID = reached.ID, reached.ClientID
	plan.shape, plan.granted, plan.ClientSecret = reached.shape, reached.granted, reached.ClientSecret
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.client("delete application", &resp.Diagnostics)
	if client == nil {
		return
	}
	if err := remove(ctx, client, &state); err != nil {
		client.AddError(&resp.Diagnostics, "delete application", err)
	}
}

// client returns the provider's own client, or adds the error why there is none.
func (r *Resource) client(action string, diags *diag.Diagnostics) *providerdata.Client {
	client, d := r.provider.OwnClient()
	diags.Append(d...)
	if client == nil && !diags.HasError() {
		providerdata.AddUnknownProviderConfigError(diags, action)
	}
	if diags.HasError() {
		return nil
	}
	return client
}
