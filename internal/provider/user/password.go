package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/digest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// passwordKey is where private state keeps the digest of the last write-only
// password, and the name of the decision about it.
const passwordKey = "password"

// lastPassword is what is known of the password that was sent last.
type lastPassword struct {
	// inState is the attribute password of the state.
	inState types.String
	// digest is that of a write-only password without a version; nil if there is none.
	digest *digest.Digest
}

func readLastPassword(ctx context.Context, private privatestate.Reader, state model, diags *diag.Diagnostics) lastPassword {
	digest, d := privatestate.Read[digest.Digest](ctx, private, passwordKey)
	diags.Append(d...)
	return lastPassword{inState: state.text("password"), digest: digest}
}

// is reports whether a known value is the last password. A digest takes time on purpose.
func (l lastPassword) is(value string) bool {
	if !l.inState.IsNull() {
		return l.inState.ValueString() == value
	}
	return l.digest != nil && l.digest.Matches(value)
}

// isKnown reports whether anything is known of the last password.
func (l lastPassword) isKnown() bool { return !l.inState.IsNull() || l.digest != nil }

// configuredPassword returns the attribute that has the password, and its value.
// Only configurations have write-only values.
func configuredPassword(config model) (name string, value types.String) {
	if value = config.text("password"); !value.IsNull() {
		return "password", value
	}
	return "password_wo", config.text("password_wo")
}

// decidePassword decides whether an update sends the password. A version decides
// alone; without one the value is compared.
func decidePassword(config, state model, last lastPassword) privatestate.Decision {
	version := config.passwordVersion()
	_, value := configuredPassword(config)
	switch {
	case value.IsNull():
		return privatestate.DoNotSend
	case !version.IsNull() && version.Equal(state.passwordVersion()):
		return privatestate.DoNotSend
	case !version.IsNull():
		return privatestate.Send
	case value.IsUnknown():
		return privatestate.CompareAtApply
	case last.is(value.ValueString()):
		return privatestate.DoNotSend
	}
	return privatestate.Send
}

// passwordToSend returns what an update sends by the decision of its plan, nil for
// nothing. plan has the password of the state, config the write-only one.
func passwordToSend(decision privatestate.Decision, config, plan model, last lastPassword) *string {
	value := plan.text("password")
	if value.IsNull() {
		value = config.text("password_wo")
	}
	if decision == privatestate.DoNotSend || !isKnown(value) || decision == privatestate.CompareAtApply && last.is(value.ValueString()) {
		return nil
	}
	return value.ValueStringPointer()
}

// keepDigest keeps a digest where a later plan compares it: of a write-only password
// without a version. sent says whether this apply has sent the password.
func keepDigest(ctx context.Context, private privatestate.Writer, config model, last lastPassword, sent bool, diags *diag.Diagnostics) {
	name, value := configuredPassword(config)
	switch {
	case name == "password" || value.IsNull() || !config.passwordVersion().IsNull():
		if last.digest != nil {
			diags.Append(private.SetKey(ctx, passwordKey, nil)...)
		}
	case sent, last.digest == nil && last.is(value.ValueString()):
		diags.Append(privatestate.Write(ctx, private, passwordKey, digest.New(value.ValueString()))...)
	}
}

// warnOfPassword says that a user whose password is not known, as after an import,
// gets the configuration's.
func warnOfPassword(config, state model, last lastPassword, decision privatestate.Decision, diags *diag.Diagnostics) {
	versioned := !config.passwordVersion().IsNull() || !state.passwordVersion().IsNull()
	if decision != privatestate.Send || last.isKnown() || versioned {
		return
	}
	name, _ := configuredPassword(config)
	diags.AddAttributeWarning(path.Root(name), "The password of this user is set by the next apply",
		"Auth0 never returns a password, so it is not known whether the user "+state.text("id").ValueString()+" has the one in this "+
			"configuration. "+
			"The next apply sets it. To keep the user's own password, leave it out of the configuration, or add it to ignore_changes.")
}
