// Package application holds the machine-to-machine application behind a vault
// connection: the application itself and its client grant, as one resource.
package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// Resource is auth0vault_application.
type Resource struct{ providerdata.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{Name: "application", IDDescription: "Client ID of the application."}}
}

// Create implements resource.Resource. It creates the application and its grant, or
// neither, as far as it can.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var plan model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	client := r.Provider.RequireOwnClient("create application", &resp.Diagnostics)
	if client == nil {
		return
	}
	created, err := client.CreateApplication(ctx, plan.Name.ValueString(), plan.Description.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, client, "create application", err, &plan, importHint(ctx, client, err, plan.Name.ValueString()))
		return
	}
	state := plan
	state.setApplication(created)
	state.setGrant(nil)
	state.ClientSecret = types.StringNull()

	action := "authorize application"
	recovered, err := authorize(ctx, client, &state, plan.Audience, needed, false)
	if err == nil && plan.Store.ValueBool() {
		state.ClientSecret = orNull(created.Secret)
		if created.Secret == "" {
			// The answer to the create was lost, and Auth0 does not show the secret to this
			// client. Nothing uses it yet, so that a new one does no harm.
			action = "get the secret of application"
			state.ClientSecret, err = newSecret(ctx, client, created.ID)
		}
	}
	if err != nil {
		gone, note := rollbackCreate(ctx, client, &state, created.Recovered || recovered, err)
		if !gone {
			resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
			resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), created.ID)...)
		}
		addError(&resp.Diagnostics, client, action, err, &plan, note)
		return
	}
	state.Name, state.Description = plan.Name, plan.Description
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), created.ID)...)
	private := privateState{ownsDescription: !plan.Description.IsNull()}
	resp.Diagnostics.Append(private.writeOwnership(ctx, resp.Private)...)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	private, diags := readPrivateState(ctx, req.Private, state.Description)
	resp.Diagnostics.Append(diags...)
	client := r.StartRead(ctx, state.ID, resp)
	if client == nil {
		return
	}
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	id := state.ID.ValueString()

	imported := state.Audience.IsNull() // only what an import or a moved block brings is in the state
	found, err := client.GetApplication(ctx, id)
	if err != nil {
		client.AddReadError(ctx, resp, "application", state.ID, imported, err)
		return
	}
	audience := state.Audience.ValueString()
	if imported {
		if found.Global || found.AppType != auth0.AppTypeMachine && found.AppType != "" {
			resp.Diagnostics.Append(wrongType(found))
			return
		}
		audience = client.Audience()
	}
	grant, err := client.LookupGrant(ctx, id, audience)
	if err != nil && !errors.Is(err, auth0.ErrNoGrant) {
		client.AddError(&resp.Diagnostics, "read the client grant of application", err)
		return
	}
	if imported {
		state = *importedModel(found, grant, audience)
	}
	state.setApplication(found)
	state.setGrant(grant)
	if state.Store.ValueBool() && found.Secret != "" {
		state.ClientSecret = types.StringValue(found.Secret)
	}
	if grant != nil && grant.AllowAllScopes {
		resp.Diagnostics.AddAttributeWarning(scopesPath, "An application is granted all scopes",
			fmt.Sprintf("The client grant %s allows the application %q (%s) every scope of the API %q, now and in the future. "+
				"The next apply limits it to the scopes of this configuration.", grant.ID, found.Name, id, grant.Audience))
	}
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(private.writeOwnership(ctx, resp.Private)...)
}

// Update implements resource.Resource. Every completed step is in the state, also if
// a later one fails. The secret is rotated last: if another step fails, the old one
// still works.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var config, plan, state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	private, diags := readPrivateState(ctx, req.Private, state.Description)
	resp.Diagnostics.Append(diags...)
	needed, diags := plan.neededScopes(ctx)
	resp.Diagnostics.Append(diags...)
	client := r.Provider.RequireOwnClient("update application", &resp.Diagnostics)
	if client == nil {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	applied := state
	for _, step := range []struct {
		action string
		do     func() error
	}{
		{"update application", func() error { return updateApplication(ctx, client, &applied, &plan) }},
		{"authorize application", func() error {
			_, err := authorize(ctx, client, &applied, plan.Audience, needed, private.imported)
			return err
		}},
		{"get the secret of application", func() error {
			return ensureSecret(ctx, client, &applied, &plan, rotates(&plan, &state, private.imported))
		}},
	} {
		err := step.do()
		resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &applied)...)
		private.ownsDescription = ownsDescription(&config, &applied, private)
		resp.Diagnostics.Append(private.writeOwnership(ctx, resp.Private)...)
		switch {
		case auth0.IsNotFound(err): // the application; a grant that is gone has an error of its own
			providerdata.AddGoneError(&resp.Diagnostics, step.action, "application", state.ID.ValueString())
			return
		case err != nil:
			addError(&resp.Diagnostics, client, step.action, err, &plan, "")
			return
		}
	}
	plan.ID, plan.ClientID = applied.ID, applied.ClientID
	plan.clientSettings, plan.clientGrant, plan.ClientSecret = applied.clientSettings, applied.clientGrant, applied.ClientSecret
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	client := r.Provider.RequireOwnClient("delete application", &resp.Diagnostics)
	if client == nil {
		return
	}
	if err := remove(ctx, client, &state); err != nil {
		client.AddError(&resp.Diagnostics, "delete application", err)
	}
}
