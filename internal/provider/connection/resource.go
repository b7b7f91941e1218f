// Package connection holds the vault connection: the resource, the list resource, and the data
// sources for one and for all.
package connection

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/verification"
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

// Resource is auth0vault_connection.
type Resource struct{ providerdata.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{Name: "connection", IDDescription: "ID of the vault connection."}}
}

// Create implements resource.Resource. ignore_changes does not concern a create.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var plan model
	var secretWO types.String
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_secret_wo"), &secretWO)...)
	client := r.Provider.RequireOwnClient("create vault connection", &resp.Diagnostics)
	if client == nil {
		return
	}
	secret := plan.secret(secretWO)
	plan.GrantedScopes = types.SetNull(types.StringType)
	var setup *auth0.VaultConnectionSetup
	if plan.hasSetup() {
		if plan.verifies() && !r.verify(ctx, &plan, secret, &resp.Diagnostics) {
			return
		}
		setup = plan.setup(secret)
	}
	created, err := client.CreateVaultConnection(ctx, plan.Name.ValueString(), setup)
	if err != nil {
		client.AddError(&resp.Diagnostics, "create vault connection", err)
		return
	}
	plan.fromAPI(created)
	plan.SecretSetAt = types.StringNull()
	if setup != nil {
		plan.SecretSetAt = plan.UpdatedAt
		resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, lastWriteKey, newLastWrite(created, digestOf(&plan, secret)))...)
	}
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), created.ID)...)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	client := r.StartRead(ctx, state.ID, resp)
	if client == nil {
		return
	}
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	found, err := client.LookupVaultConnection(ctx, state.ID.ValueString())
	if err != nil {
		client.AddReadError(ctx, resp, "vault connection", state.ID, false, err)
		return
	}
	if found.AppID != auth0.AppAuth0 {
		resp.Diagnostics.Append(wrongApp(found))
		return
	}
	state.refresh(found)
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
}

// Update implements resource.Resource. It does what the plan has decided: the
// configuration of an apply still has the attributes that ignore_changes names, so
// only the value of client_secret_wo is taken from it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	var plan, state model
	var secretWO types.String
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_secret_wo"), &secretWO)...)
	last, diags := privatestate.Read[lastWrite](ctx, req.Private, lastWriteKey)
	resp.Diagnostics.Append(diags...)
	setup, diags := privatestate.TakeDecision(ctx, req.Private, resp.Private, setupDecision)
	resp.Diagnostics.Append(diags...)
	verify, diags := privatestate.TakeDecision(ctx, req.Private, resp.Private, verifyDecision)
	resp.Diagnostics.Append(diags...)
	client := r.Provider.RequireOwnClient("update vault connection", &resp.Diagnostics)
	if client == nil {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	u := updates{setup: setup, verify: verify == privatestate.Send}
	if setup == privatestate.CompareAtApply {
		u = compareModels(secretWO, &plan, &state, last)
	}
	secret := plan.secret(secretWO)
	if u.mayWrite() && secret.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(path.Root(plan.secretAttribute()), "No secret for the setup of a vault connection",
			fmt.Sprintf("The setup of the vault connection %s has to be sent as a whole, and ignore_changes leaves client_secret out of it. "+
				"Remove client_secret from ignore_changes, or add domain, client_id and audience to it.\n\nNothing was sent.", plan.ID.ValueString()))
		return
	}
	plan.GrantedScopes = state.GrantedScopes
	switch {
	case u.verify && plan.Verify.ValueBool():
		if !r.verify(ctx, &plan, secret, &resp.Diagnostics) {
			return
		}
	case u.mayWrite():
		plan.GrantedScopes = types.SetNull(types.StringType) // of other credentials
	}
	resp.Diagnostics.Append(r.write(ctx, client, u, &plan, &state, secret, last, resp.Private)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	}
}

// write sends what the update changes in one request, and completes the plan with
// the answer. The secret counts as sent only once Auth0 has accepted it.
func (r *Resource) write(
	ctx context.Context, client *providerdata.Client, u updates, plan, state *model, secret types.String, last *lastWrite,
	private privatestate.Writer,
) (diags diag.Diagnostics) {
	var name *string
	if !plan.Name.Equal(state.Name) {
		name = plan.Name.ValueStringPointer()
	}
	plan.remoteAttributes, plan.SecretSetAt = state.remoteAttributes, state.SecretSetAt
	var setup *auth0.VaultConnectionSetup
	if u.mayWrite() {
		setup = plan.setup(secret)
	}
	if name != nil || setup != nil {
		written, err := client.UpdateVaultConnection(ctx, state.ID.ValueString(), name, setup)
		switch {
		case auth0.IsNotFound(err):
			providerdata.AddGoneError(&diags, "update vault connection", "vault connection", state.ID.ValueString())
			return diags
		case err != nil:
			client.AddError(&diags, "update vault connection", err)
			return diags
		}
		plan.fromAPI(written)
		if last != nil || setup != nil {
			last = newLastWrite(written, last.secret())
		}
	}
	switch {
	case last == nil: // nothing of the setup is known
		return diags
	case setup != nil:
		plan.SecretSetAt = plan.UpdatedAt
		last.Secret = digestOf(plan, secret)
	case last.Secret == nil || !plan.comparesDigest():
		// The same secret may have left the state, or come into it.
		last.Secret = digestOf(plan, state.ClientSecret)
	}
	return privatestate.Write(ctx, private, lastWriteKey, last)
}

// verify exchanges the credentials of the plan for a token and sets its granted
// scopes. It reports false if they do not work: then nothing may be written.
func (r *Resource) verify(ctx context.Context, plan *model, secret types.String, diags *diag.Diagnostics) bool {
	setup := plan.setup(secret)
	granted, d := verification.Run(ctx, r.Provider.Pool, verification.Request{
		Credentials: auth0.Credentials{
			Domain: setup.Domain, ClientID: setup.ClientID, ClientSecret: setup.ClientSecret, Audience: setup.Audience,
		},
		SecretAttribute: plan.secretAttribute(), Actions: plan.Actions, RequiredScopes: plan.RequiredScopes,
	})
	diags.Append(d...)
	plan.GrantedScopes = granted
	return !d.HasError()
}

func wrongApp(c *auth0.VaultConnection) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Not a vault connection for Auth0",
		fmt.Sprintf("The vault connection %q (%s) is for the app %s. This provider manages those for the app %s.",
			c.Name, c.ID, c.AppID, auth0.AppAuth0))
}
