package application

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// updateApplication changes the application itself to what is planned, in one
// request or none. applied is left with what the tenant holds.
func updateApplication(ctx context.Context, client *providerdata.Client, applied, plan *model) error {
	var update auth0.ApplicationUpdate
	if !plan.Name.Equal(applied.Name) {
		update.Name = plan.Name.ValueStringPointer()
	}
	if !plan.Description.Equal(applied.Description) {
		description := plan.Description.ValueString()
		update.Description = &description
	}
	if !machineSettings().equal(applied.clientSettings) {
		update.Machine = true
		update.DropAuthMethods = applied.authenticatesWithoutSecret()
	}
	if update.Empty() {
		return nil
	}
	updated, err := client.UpdateApplication(ctx, applied.ID.ValueString(), update)
	if err != nil {
		return err
	}
	applied.setApplication(updated)
	return nil
}

// authorize makes the client grant what is planned: one for this API, with exactly
// these scopes. applied is left with what the tenant holds. imported says that no
// configuration has set the API yet: then the grant for another API is left alone.
// recovered reports a grant that was found again after the answer to its create was lost.
func authorize(
	ctx context.Context, client *providerdata.Client, applied *model, audience types.String, needed types.Set, imported bool,
) (recovered bool, err error) {
	switch {
	case applied.Audience.Equal(audience):
	case imported:
		existing, err := client.LookupGrant(ctx, applied.ID.ValueString(), audience.ValueString())
		if err != nil && !errors.Is(err, auth0.ErrNoGrant) {
			return false, err
		}
		applied.Audience = audience
		applied.setGrant(existing)
	case !applied.GrantID.IsNull():
		// The API of a grant cannot be changed. The old grant is deleted first: if it
		// were left behind by a failure, nothing would refer to it.
		if err := client.DeleteGrant(ctx, applied.GrantID.ValueString()); err != nil {
			return false, err
		}
		applied.setGrant(nil)
	}
	scopes := stringsIn(needed)
	var grant *auth0.Grant
	switch {
	case applied.GrantID.IsNull():
		grant, err = client.CreateGrant(ctx, applied.ID.ValueString(), audience.ValueString(), scopes)
	case applied.GrantedScopes.Equal(needed):
		return false, nil
	default:
		// Scopes are added and removed in one request, so that the application never has more than either set.
		allowsAll := applied.GrantedScopes.IsNull()
		grant, err = client.UpdateGrant(ctx, applied.GrantID.ValueString(), scopes, allowsAll)
		if auth0.IsNotFound(err) {
			applied.setGrant(nil)
			return false, errNoGrant
		}
	}
	if err != nil {
		return false, err
	}
	applied.Audience = audience
	applied.setGrant(grant)
	missing, excess := auth0.CompareScopes(grant.Scopes, scopes)
	if len(missing)+len(excess) > 0 || grant.AllowAllScopes {
		return grant.Recovered, &otherScopesError{grant: grant, missing: missing, excess: excess}
	}
	return grant.Recovered, nil
}

// ensureSecret rotates the secret if rotate is true, and leaves in applied the
// secret that the plan keeps in the state, if any.
func ensureSecret(ctx context.Context, client *providerdata.Client, applied, plan *model, rotate bool) error {
	store := plan.Store.ValueBool()
	switch {
	case rotate:
		secret, err := newSecret(ctx, client, applied.ID.ValueString())
		if err != nil {
			return err
		}
		applied.ClientSecret, applied.RotateTriggers = secret, plan.RotateTriggers
	case store && applied.ClientSecret.IsNull():
		found, err := client.GetApplication(ctx, applied.ID.ValueString())
		if err != nil {
			return err
		}
		if found.Secret == "" {
			return &hiddenSecretError{id: found.ID}
		}
		applied.ClientSecret = types.StringValue(found.Secret)
	}
	if !store {
		applied.ClientSecret = types.StringNull()
	}
	applied.Store = plan.Store
	return nil
}

func newSecret(ctx context.Context, client *providerdata.Client, id string) (types.String, error) {
	rotated, err := client.RotateSecret(ctx, id)
	if err != nil {
		return types.StringNull(), err
	}
	if rotated.Secret == "" {
		return types.StringNull(), &hiddenSecretError{id: id}
	}
	return types.StringValue(rotated.Secret), nil
}

// remove deletes the grant and the application. The grant is deleted first: whether
// Auth0 deletes it along with the application is not documented.
func remove(ctx context.Context, client *providerdata.Client, applied *model) error {
	if !applied.GrantID.IsNull() {
		if err := client.DeleteGrant(ctx, applied.GrantID.ValueString()); err != nil {
			return err
		}
		applied.setGrant(nil)
	}
	return client.DeleteApplication(ctx, applied.ID.ValueString())
}

// rollbackTimeout bounds the rollback of an unfinished create, which continues when
// the run was canceled.
const rollbackTimeout = 30 * time.Second

// rollbackCreate deletes an application whose create could not be completed, unless
// the application or its grant was recovered: only what Auth0 has answered to be
// created is deleted. It reports whether nothing is left, and what to tell the user.
func rollbackCreate(
	ctx context.Context, client *providerdata.Client, applied *model, recovered bool, cause error,
) (gone bool, note string) {
	const kept = "It stays in the state, marked as tainted: the next apply replaces it."
	created := "The application " + applied.ID.ValueString() + " was created. "
	if recovered || isUnknownOutcome(cause) {
		// There may be a grant whose ID is not known yet. The next refresh finds it.
		return false, created + kept
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	if err := remove(ctx, client, applied); err != nil {
		return false, created + "It could not be deleted again: " + strings.TrimSuffix(err.Error(), ".") + ". " + kept
	}
	return true, "The application was deleted again: nothing of it is left in the tenant."
}
