package connection

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// updates is what an update of a vault connection does. The plan decides it.
type updates struct {
	// setup says whether the setup is sent, which includes the secret.
	setup privatestate.Decision
	// verify is whether the credentials are exchanged for a token, if only because
	// other scopes are needed.
	verify bool

	imported bool // the stored setup is unknown
	drifted  bool // another client wrote the vault connection
	ignored  bool // the configuration of the plan has no secret, because of ignore_changes
}

// mayWrite reports whether the setup is sent, or may be.
func (u updates) mayWrite() bool { return u.setup != privatestate.DoNotSend }

// compareModels returns what the update from the state to the plan does. secretWO
// is the configuration's client_secret_wo, and last is nil if this resource has
// not sent a setup yet.
func compareModels(secretWO types.String, plan, state *model, last *lastWrite) updates {
	if !plan.hasSetup() {
		return updates{}
	}
	secret := plan.secret(secretWO)
	changed := !plan.Domain.Equal(state.Domain) || !plan.ClientID.Equal(state.ClientID) || !plan.Audience.Equal(state.Audience) ||
		!plan.SecretVersion.Equal(state.SecretVersion) && !plan.SecretVersion.IsNull() ||
		!plan.ReconnectTriggers.Equal(state.ReconnectTriggers)
	if secret.IsNull() {
		// The secret is in ignore_changes, so the stored one is kept. A setup cannot
		// be sent in part: where the plan shows that it changes, it takes the secret
		// along. Of an imported vault connection nothing is known to change.
		u := updates{ignored: true}
		if changed && (!state.Domain.IsNull() || state.isEmpty()) {
			u.setup = privatestate.Send
			u.verify = plan.verifies()
		}
		return u
	}

	u := updates{
		imported: last == nil && !state.isEmpty(),
		drifted:  last != nil && last.changedByOthers(&state.remoteAttributes),
	}
	// A setup that is gone is sent again. One that Auth0 never counted as stored is
	// not: there would be no end to it.
	reset := last != nil && last.Ready && !state.Ready.ValueBool()
	switch {
	case last == nil, u.drifted, reset, changed:
		u.setup = privatestate.Send
	default:
		u.setup = compareSecrets(secretWO, plan, state, last)
	}
	u.verify = plan.verifies() && (u.mayWrite() || !state.Verify.ValueBool() ||
		!plan.Actions.Equal(state.Actions) || !plan.RequiredScopes.Equal(state.RequiredScopes))
	return u
}

// compareSecrets decides whether a secret has to be sent whose version, if it has
// one, is the same. A secret is compared with the one in the state, else with the
// digest of the last one.
func compareSecrets(secretWO types.String, plan, state *model, last *lastWrite) privatestate.Decision {
	secret := plan.secret(secretWO)
	switch {
	case plan.ClientSecret.IsNull() && !plan.SecretVersion.IsNull():
		return privatestate.DoNotSend
	case secret.IsUnknown():
		return privatestate.CompareAtApply
	case secret.Equal(state.ClientSecret):
		return privatestate.DoNotSend
	case state.ClientSecret.IsNull() && last.Secret != nil && last.Secret.Matches(secret.ValueString()):
		return privatestate.DoNotSend
	}
	return privatestate.Send
}
