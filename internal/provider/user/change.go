package user

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// passwordKey is where private state keeps the digest of the last password.
const passwordKey = "password"

// remembered is what private state knows about a user.
type remembered struct {
	owned    *ownership
	password *tfkit.Digest
}

// attributes returns what a create sends.
func attributes(config, plan *model) auth0.UserAttributes {
	return auth0.UserAttributes{
		Email: known(plan.Email), PhoneNumber: known(plan.PhoneNumber), Username: known(plan.Username),
		Name: known(plan.Name), GivenName: known(plan.GivenName), FamilyName: known(plan.FamilyName),
		Nickname: known(plan.Nickname), Picture: known(plan.Picture),
		EmailVerified: knownBool(plan.EmailVerified), VerifyEmail: knownBool(plan.VerifyEmail),
		PhoneVerified: knownBool(plan.PhoneVerified), Blocked: knownBool(plan.Blocked),
		Password:     known(config.password()),
		UserMetadata: metadataChanges(config.UserMetadata, nothing, claim{}),
		AppMetadata:  metadataChanges(config.AppMetadata, nothing, claim{}),
	}
}

// nothing is the metadata of a user who has none.
var nothing = jsontypes.NewNormalizedNull()

// changes returns what an update sends, and what it clears.
func changes(config, plan, state *model, past remembered) auth0.UserAttributes {
	var a auth0.UserAttributes
	text := func(name string, planned, before types.String, field **string) {
		switch {
		case planned.IsUnknown() || planned.Equal(before):
		case planned.IsNull():
			a.Clear = append(a.Clear, name)
		default:
			*field = planned.ValueStringPointer()
		}
	}
	flag := func(planned, before types.Bool, field **bool) {
		if !planned.IsUnknown() && !planned.IsNull() && !planned.Equal(before) {
			*field = planned.ValueBoolPointer()
		}
	}
	text("email", plan.Email, state.Email, &a.Email)
	text("phone_number", plan.PhoneNumber, state.PhoneNumber, &a.PhoneNumber)
	text("username", plan.Username, state.Username, &a.Username)
	text("name", plan.Name, state.Name, &a.Name)
	text("given_name", plan.GivenName, state.GivenName, &a.GivenName)
	text("family_name", plan.FamilyName, state.FamilyName, &a.FamilyName)
	text("nickname", plan.Nickname, state.Nickname, &a.Nickname)
	text("picture", plan.Picture, state.Picture, &a.Picture)
	flag(plan.EmailVerified, state.EmailVerified, &a.EmailVerified)
	flag(plan.PhoneVerified, state.PhoneVerified, &a.PhoneVerified)
	flag(plan.Blocked, state.Blocked, &a.Blocked)

	// A new address or number may lose its mark of being verified.
	if a.Email != nil {
		a.EmailVerified, a.VerifyEmail = knownBool(config.EmailVerified), knownBool(config.VerifyEmail)
	} else if plan.VerifyEmail.ValueBool() && !state.VerifyEmail.ValueBool() {
		a.VerifyEmail = plan.VerifyEmail.ValueBoolPointer()
	}
	if a.PhoneNumber != nil {
		a.PhoneVerified = knownBool(config.PhoneVerified)
	}
	if passwordChanged(config, state, past.password) {
		a.Password = known(config.password())
	}
	a.UserMetadata = metadataChanges(config.UserMetadata, state.UserMetadata, past.owned.user())
	a.AppMetadata = metadataChanges(config.AppMetadata, state.AppMetadata, past.owned.app())
	return a
}

// passwordChanged reports whether the configuration's password has to be sent. A
// version decides alone; without one the digest of the last password does, which
// takes time on purpose. A value that is not known yet counts as changed: the
// apply looks again.
func passwordChanged(config, state *model, last *tfkit.Digest) bool {
	password := config.password()
	switch {
	case password.IsNull():
		return false
	case !config.PasswordVersion.IsNull():
		return !config.PasswordVersion.Equal(state.PasswordVersion)
	case password.IsUnknown() || last == nil:
		return true
	case config.Password.Equal(state.Password) && !config.Password.IsNull():
		return false
	}
	return !last.Matches(password.ValueString())
}

// touchesMetadata reports whether a request carries metadata.
func touchesMetadata(a auth0.UserAttributes) bool { return len(a.UserMetadata)+len(a.AppMetadata) > 0 }

func isKnown(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

func known(s types.String) *string {
	if !isKnown(s) {
		return nil
	}
	return s.ValueStringPointer()
}

func knownBool(b types.Bool) *bool {
	if !isKnown(b) {
		return nil
	}
	return b.ValueBoolPointer()
}
