// Package connection holds the vault connection: the resource, and the data
// sources for one and for all.
package connection

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
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
type Resource struct{ provider *providerdata.Data }

// NewResource makes an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connection"
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	r.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Create implements resource.Resource.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "create vault connection")
		return
	}
	secret := config.secret()
	plan.GrantedScopes = types.SetNull(types.StringType)
	if plan.Verify.ValueBool() {
		granted, diags := r.verify(ctx, &plan, secret)
		resp.Diagnostics.Append(diags...)
		if diags.HasError() {
			return
		}
		plan.GrantedScopes = granted
	}
	digest := tfkit.NewDigest(secret.ValueString())
	setup := plan.setup(secret)
	made, err := client.CreateVaultConnection(ctx, plan.Name.ValueString(), &setup)
	if err != nil {
		client.AddError(&resp.Diagnostics, "create vault connection", err)
		return
	}
	plan.fromAPI(made)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), made.ID)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, recordKey, newRecord(made, digest))...)
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
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, r.provider.OwnDomain(), state.ID.ValueString())...)
	if client == nil {
		return // the state stands until the provider's configuration is known
	}
	ctx, tell := r.provider.RateLimitWarner.Watch(ctx, &resp.Diagnostics)
	defer tell()
	found, err := client.LookupVaultConnection(ctx, state.ID.ValueString())
	if auth0.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		client.AddError(&resp.Diagnostics, "read vault connection", err)
		return
	}
	if found.AppID != auth0.AppAuth0 {
		resp.Diagnostics.Append(wrongApp(found))
		return
	}
	state.refresh(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update implements resource.Resource.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	last, diags := tfkit.ReadPrivate[record](ctx, req.Private, recordKey)
	resp.Diagnostics.Append(diags...)
	client, diags := r.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "update vault connection")
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)

	secret := config.secret()
	todo := changes(&config, &plan, &state, last)
	plan.GrantedScopes = state.GrantedScopes
	switch {
	case todo.verify:
		granted, diags := r.verify(ctx, &plan, secret)
		resp.Diagnostics.Append(diags...)
		if diags.HasError() {
			return
		}
		plan.GrantedScopes = granted
	case todo.setup:
		plan.GrantedScopes = types.SetNull(types.StringType) // of other credentials
	}
	plan.shown = state.shown
	if todo.name || todo.setup {
		written, ok := r.write(ctx, client, todo, &plan, &config, last, resp)
		if !ok {
			return
		}
		plan.fromAPI(written)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// write sends what has changed in one request and remembers it. The secret is
// remembered only once Auth0 has taken it.
func (r *Resource) write(
	ctx context.Context, client *providerdata.Client, todo change, plan, config *model, last *record, resp *resource.UpdateResponse,
) (*auth0.VaultConnection, bool) {
	var name *string
	var setup *auth0.VaultConnectionSetup
	var digest tfkit.Digest
	if last != nil {
		digest = last.Secret
	}
	if todo.name {
		name = config.Name.ValueStringPointer()
	}
	if todo.setup {
		s := plan.setup(config.secret())
		setup = &s
		digest = tfkit.NewDigest(s.ClientSecret)
	}
	written, err := client.UpdateVaultConnection(ctx, plan.ID.ValueString(), name, setup)
	if auth0.IsNotFound(err) {
		// Terraform keeps the object all the same where an apply has failed; the
		// next refresh takes it out of the state.
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.AddError("Unable to update vault connection",
			fmt.Sprintf("The vault connection %s does not exist any more: it was deleted outside of Terraform after it was last read.\n\n"+
				"Plan again: that takes it out of the state and creates it anew.", plan.ID.ValueString()))
		return nil, false
	}
	if err != nil {
		client.AddError(&resp.Diagnostics, "update vault connection", err)
		return nil, false
	}
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, recordKey, newRecord(written, digest))...)
	return written, true
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
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "delete vault connection")
		return
	}
	if err := client.DeleteVaultConnection(ctx, state.ID.ValueString()); err != nil {
		client.AddError(&resp.Diagnostics, "delete vault connection", err)
	}
}

func wrongApp(c *auth0.VaultConnection) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Not a vault connection for Auth0",
		fmt.Sprintf("The vault connection %q (%s) is for the app %s. This provider manages those for the app %s.", c.Name, c.ID, c.AppID, auth0.AppAuth0))
}
