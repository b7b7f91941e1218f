// Package user holds the user that is managed through a vault connection: the
// resource, the list resource, and the data sources for one and for many.
package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

var (
	_ resource.Resource                = (*Resource)(nil)
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithMoveState   = (*Resource)(nil)
)

// Resource is auth0vault_user.
type Resource struct{ providerdata.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{Name: "user", IDDescription: "Full ID of the user, such as auth0|65a1f0c2d3e4b5a697887766."}}
}

// Create implements resource.Resource.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	diags := &resp.Diagnostics
	config, plan := readModel(ctx, req.Config.Raw, diags), readModel(ctx, req.Plan.Raw, diags)
	if diags.HasError() {
		return
	}
	client := r.Provider.RequireClient(ctx, plan.vaultConnection(), "create user", diags)
	if client == nil {
		return
	}
	request := creation(config, plan)
	options := auth0.UserOptions{Connection: plan.text("connection_name").ValueString(), UserID: plan.text("user_id").ValueString()}
	created, err := client.WithAuthRetry(authRetryTimeout).CreateUser(ctx, options, request)
	if err != nil {
		addCreateError(ctx, diags, client, err, config, plan)
		return
	}
	remote := remoteModel(created)
	if request.Password != nil {
		remote["password_set_at"] = remote["updated_at"]
	}
	plan.complete(remote)
	resp.State.Raw = plan.raw(ctx, diags)
	diags.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), created.ID)...)
	var nothingOwned *ownership
	nothingOwned.afterApply(config, plan).write(ctx, resp.Private, diags)
	keepDigest(ctx, resp.Private, config, lastPassword{}, request.Password != nil, diags)
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	state := readModel(ctx, req.State.Raw, diags)
	owned := readOwnership(ctx, req.Private, state, diags)
	if diags.HasError() {
		return
	}
	id, connection := state.text("id").ValueString(), state.vaultConnection()
	clients, d := r.Provider.Clients(ctx, connection)
	if d.HasError() && !connection.IsNull() && !providerdata.IsSecretOfOtherHost(d) {
		// The configuration may be about to bring what is missing here.
		warnStale(diags, d[0].Detail())
	} else {
		diags.Append(d...)
	}
	diags.Append(providerdata.SetIdentity(ctx, resp.Identity, r.Provider.DomainFor(ctx, connection), id)...)
	if diags.HasError() || clients.IsUnknown() {
		return // the state stands until there is a client to read with
	}
	defer r.Provider.RateLimitWarner.AddWarnings(diags)
	last := auth0.LastKnown{
		CreatedAt:  auth0.Timestamp(state.text("created_at").ValueString()),
		UpdatedAt:  auth0.Timestamp(state.text("updated_at").ValueString()),
		IsComplete: state.isComplete,
	}
	var found *auth0.User
	client, err := firstAccepted(clients, func(c *providerdata.Client) (err error) {
		found, err = c.LookupUser(ctx, id, last)
		return err
	})
	switch {
	case auth0.IsNotFound(err):
		resp.State.RemoveResource(ctx)
	case auth0.IsDenied(err) && !connection.IsNull():
		warnStale(diags, client.Explain(err))
	case err != nil:
		client.AddError(diags, "read user", err)
	default:
		if owned.afterRead(state, found) {
			owned.write(ctx, resp.Private, diags)
		}
		if now := state.withRemote(found).withMetadata(found, owned); !now.equal(state) {
			resp.State.Raw = now.raw(ctx, diags)
		}
	}
}

// warnStale says that a user was not read. Its summary and the beginning of its
// detail are the same for all users of a connection, so that Terraform can fold them.
func warnStale(diags *diag.Diagnostics, why string) {
	diags.AddAttributeWarning(providerdata.VaultConnectionPath, "Users could not be read through their vault connection",
		why+"\n\nThe state of these users stays as it was. If the vault connection's credentials were rotated, the next apply "+
			"brings the new ones.")
}

// Update implements resource.Resource. It sends what the plan shows. Of the
// configuration it uses the write-only password alone, if the plan decided to send it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	diags := &resp.Diagnostics
	config, plan, state := readModel(ctx, req.Config.Raw, diags), readModel(ctx, req.Plan.Raw, diags), readModel(ctx, req.State.Raw, diags)
	if diags.HasError() {
		return
	}
	prior := readPrior(ctx, req.Private, state, diags)
	decision, d := privatestate.TakeDecision(ctx, req.Private, resp.Private, passwordKey)
	diags.Append(d...)
	diags.Append(resp.Private.SetKey(ctx, replacedKey, nil)...)
	client := r.Provider.RequireClient(ctx, plan.vaultConnection(), "update user", diags)
	if client == nil {
		return
	}
	id := state.text("id").ValueString()
	diags.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), id)...)
	request := updates(config, plan, prior, passwordToSend(decision, config, plan, prior.password))
	applied, owned := state, prior.owned
	for _, part := range request.Split() {
		remote, err := client.WithAuthRetry(authRetryTimeout).UpdateUser(ctx, id, part)
		if err != nil {
			// What is done is in the state, whatever becomes of the rest.
			resp.State.Raw = applied.raw(ctx, diags)
			owned.write(ctx, resp.Private, diags)
			addUpdateError(diags, client, err, config, id)
			return
		}
		applied = applied.withRequest(part, plan, remote)
		if part.Password != nil {
			keepDigest(ctx, resp.Private, config, prior.password, true, diags)
		}
		owned = prior.owned.afterApply(config, applied)
		applied = applied.withMetadata(remote, owned)
	}
	plan.complete(applied)
	resp.State.Raw = plan.raw(ctx, diags)
	prior.owned.afterApply(config, plan).write(ctx, resp.Private, diags)
	if request.Password == nil {
		keepDigest(ctx, resp.Private, config, prior.password, false, diags)
	}
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	diags := &resp.Diagnostics
	state := readModel(ctx, req.State.Raw, diags)
	if user := readReplaced(ctx, req.Private, diags); user != nil {
		diags.AddWarning("The replaced user stays", user.conflict())
	}
	onDestroy := state.text("on_destroy").ValueString()
	if diags.HasError() || onDestroy == onDestroyRetain {
		return
	}
	clients, d := r.Provider.Clients(ctx, state.vaultConnection())
	diags.Append(d...)
	if diags.HasError() {
		return
	}
	action, id := "delete user", state.text("id").ValueString()
	if clients.IsUnknown() {
		providerdata.AddUnknownProviderConfigError(diags, action)
		return
	}
	do := func(c *providerdata.Client) error { return c.DeleteUser(ctx, id) }
	if onDestroy == onDestroyBlock {
		action = "block user"
		do = func(c *providerdata.Client) error {
			blocked := true
			_, err := c.UpdateUser(ctx, id, auth0.UserAttributes{Profile: auth0.Profile{Blocked: &blocked}})
			return err
		}
	}
	client, err := firstAccepted(clients, do)
	if err == nil || auth0.IsNotFound(err) {
		return
	}
	detail := client.Explain(err)
	if auth0.IsDenied(err) && !state.vaultConnection().IsNull() {
		detail += "\n\nA destroy uses the credentials in the state. If they were rotated, apply the new ones first, or add the " +
			"client's new secret to " +
			"the provider's connection_secrets. With on_destroy = \"block\" the scope update:users is enough; \"retain\" sends no request."
	}
	diags.AddError("Unable to "+action, detail)
}

// firstAccepted does something with the first of the clients whose credentials
// are accepted, and returns that client, or the last one with its error.
func firstAccepted(clients providerdata.Clients, do func(*providerdata.Client) error) (client *providerdata.Client, err error) {
	for _, client = range clients {
		if err = do(client); !auth0.IsDenied(err) {
			break
		}
	}
	return client, err
}
