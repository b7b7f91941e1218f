package application

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// change makes the application itself what the plan wants, in one request or
// none. m is left with what the tenant holds.
func change(ctx context.Context, client *providerdata.Client, m, plan *model) error {
	var wanted auth0.ApplicationUpdate
	if !plan.Name.Equal(m.Name) {
		wanted.Name = plan.Name.ValueStringPointer()
	}
	if !plan.Description.Equal(m.Description) {
		description := plan.Description.ValueString()
		wanted.Description = &description
	}
	if !machine().equal(m.shape) {
		wanted.Machine = true
		wanted.DropAuthMethods = m.authenticatesOtherwise()
	}
	if wanted.Empty() {
		return nil
	}
	changed, err := client.UpdateApplication(ctx, m.ID.ValueString(), wanted)
	if err != nil {
		return err
	}
	m.takeApplication(changed)
	return nil
}

// authorize makes the client grant what the plan wants: there, for this API, and
// with exactly these scopes. m is left with what the tenant holds.
func authorize(ctx context.Context, client *providerdata.Client, m *model, audience types.String, needed types.Set) error {
	if !m.GrantID.IsNull() && !m.Audience.Equal(audience) {
		// The API of a grant cannot be changed. The old one goes first: left behind
		// by a failure, nobody would know of it any more.
		if err := client.DeleteGrant(ctx, m.GrantID.ValueString()); err != nil {
			return err
		}
		m.takeGrant(nil)
	}
	scopes := stringsIn(needed)
	var grant *auth0.Grant
	var err error
	switch {
	case m.GrantID.IsNull():
		grant, err = client.CreateGrant(ctx, m.ID.ValueString(), audience.ValueString(), scopes)
	case m.GrantedScopes.Equal(needed):
		return nil
	default:
		// What comes and what goes is one request, so that there is no moment with more than either.
		allowsAll := m.GrantedScopes.IsNull()
		grant, err = client.UpdateGrant(ctx, m.GrantID.ValueString(), scopes, allowsAll)
		if auth0.IsNotFound(err) {
			m.takeGrant(nil)
			return errNoGrant
		}
	}
	if err != nil {
		return err
	}
	m.Audience = audience
	m.takeGrant(grant)
	missing, excess := auth0.CompareScopes(grant.Scopes, scopes)
	if len(missing)+len(excess) > 0 || grant.AllowAllScopes {
		return &otherScopesError{grant: grant, missing: missing, excess: excess}
	}
	return nil
}

// bringSecret rotates the secret if that is asked for, and leaves in m the secret
// that belongs into the state, if any does.
func bringSecret(ctx context.Context, client *providerdata.Client, m, plan *model, rotate bool) error {
	store := plan.Store.ValueBool()
	switch {
	case rotate:
		secret, err := newSecret(ctx, client, m.ID.ValueString())
		if err != nil {
			return err
		}
		m.ClientSecret, m.RotateTriggers = secret, plan.RotateTriggers
	case store && m.ClientSecret.IsNull():
		shown, err := client.GetApplication(ctx, m.ID.ValueString())
		if err != nil {
			return err
		}
		if shown.Secret == "" {
			return &hiddenSecretError{id: shown.ID}
		}
		m.ClientSecret = types.StringValue(shown.Secret)
	}
	if !store {
		m.ClientSecret = types.StringNull()
	}
	m.Store = plan.Store
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

// remove deletes both halves. The grant goes first: whether Auth0 deletes it
// along with the application is not documented.
func remove(ctx context.Context, client *providerdata.Client, m *model) error {
	if !m.GrantID.IsNull() {
		if err := client.DeleteGrant(ctx, m.GrantID.ValueString()); err != nil {
			return err
		}
		m.takeGrant(nil)
	}
	return client.DeleteApplication(ctx, m.ID.ValueString())
}

// undoPatience bounds how long an unfinished create is cleaned up, which goes on
// when the run was cancelled.
const undoPatience = 30 * time.Second

// undo takes back a create of which only the first half succeeded. It reports
// whether nothing is left, and what to tell the user.
func undo(ctx context.Context, client *providerdata.Client, m *model, why error) (gone bool, note string) {
	const kept = "It stays in the state, marked as tainted: the next apply deletes it and makes it anew."
	if isUnsure(why) {
		// There may be a grant that nobody knows the id of yet. The next refresh finds it.
		return false, "The application " + m.ID.ValueString() + " was made. " + kept
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoPatience)
	defer cancel()
	if err := remove(ctx, client, m); err != nil {
		return false, "The application " + m.ID.ValueString() + " was made, and could not be deleted again: " + err.Error() + ". " + kept
	}
	return true, "The application was deleted again: nothing of it is left in the tenant."
}
