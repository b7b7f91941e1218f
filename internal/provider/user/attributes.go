package user

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// attribute is what this package knows about one attribute of a user. Schemas,
// models, plans, ownership, requests, errors and moves follow from these rows.
type attribute struct {
	field

	name string
	// description is that of the resource's argument, remoteDescription that of the
	// data sources' attribute; the latter is empty for what Auth0 does not return.
	description, remoteDescription string
	// clearing is what happens to an owned attribute that leaves the configuration.
	clearing clearing
	// ignoresCase is for what Auth0 stores in lower case.
	ignoresCase bool
	// derivedFrom are the attributes that Auth0 may derive this one from.
	derivedFrom []string
	// sentWith is the attribute with which this one is sent again when that changes,
	// because Auth0 may reset it then.
	sentWith string
	// check returns what is wrong with a value that is about to be sent, and warn
	// what Auth0 may object to. The text follows the attribute's name; empty is fine.
	// Values that a user has already are not checked.
	check, warn func(value string) string
	// words are what Auth0's messages call the attribute, in lower case.
	words string
}

// clearing says how an attribute is removed from a user.
type clearing int

const (
	// keepValue leaves the value alone: it cannot be removed, or says what is true of
	// the user whoever manages it, as email_verified does.
	keepValue clearing = iota
	// clearWithNull sends null.
	clearWithNull
	// clearWithFalse sends false if the value is true.
	clearWithFalse
)

// field is where a user and a request have an attribute.
type field struct {
	kind attr.Type
	// remote returns the value of a user; nil for what Auth0 does not return.
	remote func(*auth0.User) attr.Value
	// send puts a known value into a request.
	send func(*auth0.UserAttributes, attr.Value)
}

// text is the field of a string in the profile.
func text(in func(*auth0.Profile) **string) field {
	return field{
		kind:   types.StringType,
		remote: func(u *auth0.User) attr.Value { return stringOrNull(*in(&u.Profile)) },
		send: func(a *auth0.UserAttributes, v attr.Value) {
			if value, ok := v.(types.String); ok {
				*in(&a.Profile) = value.ValueStringPointer()
			}
		},
	}
}

// flag is the field of a boolean in the profile.
func flag(in func(*auth0.Profile) **bool) field {
	f := option(func(a *auth0.UserAttributes) **bool { return in(&a.Profile) })
	f.remote = func(u *auth0.User) attr.Value { return types.BoolPointerValue(*in(&u.Profile)) }
	return f
}

// option is the field of a boolean that is sent, and that Auth0 does not return.
func option(in func(*auth0.UserAttributes) **bool) field {
	return field{kind: types.BoolType, send: func(a *auth0.UserAttributes, v attr.Value) {
		if value, ok := v.(types.Bool); ok {
			*in(a) = value.ValueBoolPointer()
		}
	}}
}

// attributes are the attributes of a user's profile. Lengths and forms are those of
// https://auth0.com/docs/api/management/v2/users/post-users
var attributes = []attribute{
	{
		name:  "email",
		field: text(func(p *auth0.Profile) **string { return &p.Email }),
		description: "E-mail address. Databases of Auth0 store it in lower case; upper case in the configuration makes no difference. " +
			"A new user needs at least one of `email`, `phone_number` and `username`.",
		remoteDescription: "E-mail address.",
		clearing:          clearWithNull, ignoresCase: true, check: emailProblem, words: "email",
	},
	{
		name:              "email_verified",
		field:             flag(func(p *auth0.Profile) **bool { return &p.EmailVerified }),
		description:       "Whether the e-mail address is verified. It stays as it is when it leaves the configuration.",
		remoteDescription: "Whether the e-mail address is verified.",
		derivedFrom:       []string{"email"}, sentWith: "email", words: "email verification",
	},
	{
		name:  "verify_email",
		field: option(func(a *auth0.UserAttributes) **bool { return &a.VerifyEmail }),
		description: "Whether Auth0 sends a verification e-mail when the user is created or the address changes. " +
			"By default, Auth0 sends one unless `email_verified` is true. It cannot be read back. Changing it to `true` sends an e-mail.",
		sentWith: "email",
	},
	{
		name:        "phone_number",
		field:       text(func(p *auth0.Profile) **string { return &p.PhoneNumber }),
		description: "Phone number in E.164 form, such as `+4915112345678`.", remoteDescription: "Phone number.",
		clearing: clearWithNull, check: phoneNumberProblem, words: "phone",
	},
	{
		name:              "phone_verified",
		field:             flag(func(p *auth0.Profile) **bool { return &p.PhoneVerified }),
		description:       "Whether the phone number is verified. It stays as it is when it leaves the configuration.",
		remoteDescription: "Whether the phone number is verified.",
		derivedFrom:       []string{"phone_number"}, sentWith: "phone_number",
	},
	{
		name:        "username",
		field:       text(func(p *auth0.Profile) **string { return &p.Username }),
		description: "Username, for connections that use one. Auth0 stores it in lower case.", remoteDescription: "Username.",
		clearing: clearWithNull, ignoresCase: true, check: lengthProblem(128), warn: unusualUsername, words: "username",
	},
	{
		name:        "name",
		field:       text(func(p *auth0.Profile) **string { return &p.Name }),
		description: "Full name. By default, Auth0 uses the e-mail address.", remoteDescription: "Full name.",
		clearing: clearWithNull, derivedFrom: []string{"email", "phone_number"}, check: lengthProblem(300),
	},
	{
		name:        "given_name",
		field:       text(func(p *auth0.Profile) **string { return &p.GivenName }),
		description: "Given name.", remoteDescription: "Given name.",
		clearing: clearWithNull, check: lengthProblem(150),
	},
	{
		name:        "family_name",
		field:       text(func(p *auth0.Profile) **string { return &p.FamilyName }),
		description: "Family name.", remoteDescription: "Family name.",
		clearing: clearWithNull, check: lengthProblem(150),
	},
	{
		name:        "nickname",
		field:       text(func(p *auth0.Profile) **string { return &p.Nickname }),
		description: "Nickname. By default, Auth0 uses the part of the e-mail address before the @.", remoteDescription: "Nickname.",
		clearing: clearWithNull, derivedFrom: []string{"email"}, check: lengthProblem(300),
	},
	{
		name:        "picture",
		field:       text(func(p *auth0.Profile) **string { return &p.Picture }),
		description: "URL of a picture. By default, Auth0 generates one.", remoteDescription: "URL of a picture.",
		clearing: clearWithNull, derivedFrom: []string{"email"}, check: pictureProblem,
	},
	{
		name:  "blocked",
		field: flag(func(p *auth0.Profile) **bool { return &p.Blocked }),
		description: "Whether the user is blocked. A user that this resource blocked is unblocked when `blocked` leaves the configuration. " +
			"A user who was blocked by another client stays blocked unless this is `false`.",
		remoteDescription: "Whether the user is blocked. Null if it was never set.",
		clearing:          clearWithFalse,
	},
}

// wasOwnedBefore are the attributes that earlier versions of the provider cleared
// whenever the configuration did not have them; see legacyOwnership.
var wasOwnedBefore = []string{"email", "phone_number", "username", "given_name", "family_name"}

// same reports whether two values of the attribute are one to Auth0.
func (a *attribute) same(x, y attr.Value) bool {
	if a.ignoresCase {
		return sameIgnoringCase(x, y)
	}
	return x.Equal(y)
}

// isSet reports whether a value is one that clearing would remove.
func (a *attribute) isSet(v attr.Value) bool {
	if !isKnown(v) {
		return false
	}
	value, ok := v.(types.Bool)
	return !ok || a.clearing != clearWithFalse || value.ValueBool()
}

// cleared returns the planned value of an owned attribute that leaves the configuration.
func (a *attribute) cleared(state attr.Value) attr.Value {
	switch {
	case a.clearing == clearWithFalse && a.isSet(state):
		return types.BoolValue(false)
	case a.clearing == clearWithNull:
		return types.StringNull()
	}
	return state
}

// named returns the attribute of a name, nil for none.
func named(name string) *attribute {
	i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == name })
	if i < 0 {
		return nil
	}
	return &attributes[i]
}
