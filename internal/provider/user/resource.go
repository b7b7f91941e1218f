// Package user holds the user that is managed through a vault connection: the
// resource, and the data sources for one and for many.
package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// Resource is auth0vault_user.
type Resource struct{ provider *providerdata.Data }

// NewResource makes an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
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
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := r.client(ctx, &plan, "create user", &resp.Diagnostics)
	if client == nil {
		return
	}
	digest := digestOf(&config)
	options := auth0.UserOptions{Connection: plan.ConnectionName.ValueString(), UserID: config.UserID.ValueString()}
	made, err := client.CreateUser(auth0.WithAuthRetry(ctx, patience), options, attributes(&config, &plan))
	if err != nil {
		addError(&resp.Diagnostics, client, "create user", err, &config)
		return
	}
	var after shown
	after.fromAPI(made)
	plan.complete(&after)
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), made.ID)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, ownedKey, owns(&config))...)
	if digest != nil {
		resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, passwordKey, digest)...)
	}
}

// Read implements resource.Resource.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	past, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	clients, diags := r.provider.Clients(ctx, state.VaultConnection)
	if diags.HasError() && !state.VaultConnection.IsNull() && !providerdata.IsSecretOfOtherHost(diags) {
		// The configuration may be about to bring what is missing here.
		warnStale(&resp.Diagnostics, diags[0].Detail())
	} else {
		resp.Diagnostics.Append(diags...)
	}
	domain := r.provider.DomainFor(ctx, state.VaultConnection)
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, domain, state.ID.ValueString())...)
	if len(clients) == 0 || resp.Diagnostics.HasError() {
		return // the state stands until there is a client to read with
	}
	ctx, tell := r.provider.RateLimitWarner.Watch(ctx, &resp.Diagnostics)
	defer tell()
	var found *auth0.User
	client, err := firstAccepted(clients, func(c *providerdata.Client) (err error) {
		found, err = c.LookupUser(ctx, state.ID.ValueString(), auth0.LastKnown{
			CreatedAt: auth0.Timestamp(state.CreatedAt.ValueString()), UpdatedAt: auth0.Timestamp(state.UpdatedAt.ValueString()),
		})
		return err
	})
	switch {
	case auth0.IsNotFound(err):
		resp.State.RemoveResource(ctx)
	case auth0.IsDenied(err) && !state.VaultConnection.IsNull():
		warnStale(&resp.Diagnostics, client.Explain(err))
	case err != nil:
		client.AddError(&resp.Diagnostics, "read user", err)
	default:
		state.refresh(found, past.owned)
		resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &state)...)
	}
}

// warnStale says that a user was not read. Its summary and the beginning of its
// detail are the same for all users of a connection, so that Terraform can fold them.
func warnStale(diags *diag.Diagnostics, why string) {
	diags.AddAttributeWarning(providerdata.VaultConnectionPath, "Users could not be read through their vault connection",
		why+"\n\nThe state of these users stays as it was. If the vault connection's credentials were rotated, the next apply brings the new ones.")
}

// Update implements resource.Resource.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	past, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := r.client(ctx, &plan, "update user", &resp.Diagnostics)
	if client == nil {
		return
	}
	resp.Diagnostics.Append(providerdata.SetIdentity(ctx, resp.Identity, client.Domain(), state.ID.ValueString())...)
	owned := owns(&config)
	reached := state
	for _, request := range changes(&config, &plan, &state, past).Split() {
		changed, err := client.UpdateUser(auth0.WithAuthRetry(ctx, patience), state.ID.ValueString(), request)
		if err != nil {
			if auth0.IsNotFound(err) {
				resp.State.RemoveResource(ctx)
				resp.Diagnostics.AddError("Unable to update user",
					fmt.Sprintf("The user %s does not exist any more: it was deleted outside of Terraform after it was last read. "+
						"It is out of the state now; plan again to create it anew.", state.ID.ValueString()))
				return
			}
			addError(&resp.Diagnostics, client, "update user", err, &config)
			return
		}
		// What is done is in the state, whatever becomes of the rest.
		if touchesMetadata(request) {
			past.owned = &owned
			reached.UserMetadata, reached.AppMetadata = plan.UserMetadata, plan.AppMetadata
			resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, ownedKey, owned)...)
		}
		if request.Password != nil {
			resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, passwordKey, digestOf(&config))...)
			reached.Password, reached.PasswordVersion = plan.Password, plan.PasswordVersion
		}
		if request.VerifyEmail != nil {
			reached.VerifyEmail = plan.VerifyEmail // not a second e-mail for what comes after
		}
		reached.VaultConnection = plan.VaultConnection
		reached.refresh(changed, past.owned)
		resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &reached)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	plan.complete(&reached.shown)
	resp.Diagnostics.Append(tfkit.SetModel(ctx, &resp.State, &plan)...)
	resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.Private, ownedKey, owned)...)
	if config.password().IsNull() {
		// It is the user's own from now on: should it come back, it is set again.
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, passwordKey, nil)...)
	}
}

// Delete implements resource.Resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() || state.OnDestroy.ValueString() == onDestroyRetain {
		return
	}
	clients, diags := r.provider.Clients(ctx, state.VaultConnection)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	action, id := "delete user", state.ID.ValueString()
	if len(clients) == 0 {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, action)
		return
	}
	do := func(c *providerdata.Client) error { return c.DeleteUser(ctx, id) }
	if state.OnDestroy.ValueString() == onDestroyBlock {
		action = "block user"
		do = func(c *providerdata.Client) error {
			blocked := true
			_, err := c.UpdateUser(ctx, id, auth0.UserAttributes{Blocked: &blocked})
			return err
		}
	}
	client, err := firstAccepted(clients, do)
	if err == nil || auth0.IsNotFound(err) {
		return
	}
	detail := client.Explain(err)
	if auth0.IsDenied(err) && !state.VaultConnection.IsNull() {
		detail += "\n\nA destroy uses the credentials that are in the state. If they were rotated, apply the new ones first, or give the client's new secret to the " +
			"provider's connection_secrets. With on_destroy = \"block\" the scope update:users is enough; with \"retain\" the user stays as it is and nothing is asked."
	}
	resp.Diagnostics.AddError("Unable to "+action, detail)
}

// client returns the client for a write, or adds the error why there is none.
func (r *Resource) client(ctx context.Context, plan *model, action string, diags *diag.Diagnostics) *providerdata.Client {
	client, d := r.provider.Client(ctx, plan.VaultConnection)
	diags.Append(d...)
	if client == nil && !diags.HasError() {
		providerdata.AddUnknownProviderConfigError(diags, action)
	}
	if diags.HasError() {
		return nil
	}
	return client
}

// firstAccepted does something with the first of the clients whose credentials
// are accepted, and returns that client, or the last one with its error.
func firstAccepted(clients []*providerdata.Client, do func(*providerdata.Client) error) (client *providerdata.Client, err error) {
	for _, client = range clients {
		if err = do(client); !auth0.IsDenied(err) {
			break
		}
	}
	return client, err
}

// digestOf returns the digest of the configuration's password, nil if it has none.
func digestOf(config *model) *tfkit.Digest {
	password := known(config.password())
	if password == nil {
		return nil
	}
	digest := tfkit.NewDigest(*password)
	return &digest
}
