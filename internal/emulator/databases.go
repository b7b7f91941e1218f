package emulator

import (
	"slices"
	"strings"
	"unicode"
)

// DefaultDatabase is the name of the database that every tenant starts with.
const DefaultDatabase = "Username-Password-Authentication"

// Database is a connection that users belong to.
type Database struct {
	ID   string `json:"id,omitzero"` // con_…
	Name string `json:"name,omitzero"`
	// Strategy is auth0 (also when empty) for a database, email or sms for passwordless, or any other identity
	// provider's; those have users, but none can be created.
	Strategy string `json:"strategy,omitzero"`
	// Custom is a custom database without import: it keeps e-mail addresses as they are sent.
	Custom bool `json:"custom,omitzero"`
	// SyncOnCreation lets the API change the root attributes of users of another identity provider, because the
	// provider sets them at the first login only.
	SyncOnCreation bool `json:"sync_on_creation,omitzero"`
	// RequiresUsername makes a username mandatory; without it, usernames are refused.
	RequiresUsername bool `json:"requires_username,omitzero"`
	// UsernameMin and UsernameMax bound the length of usernames; 1 and 15 when zero.
	UsernameMin int `json:"username_min,omitzero"`
	UsernameMax int `json:"username_max,omitzero"`
	// OptionalUsername accepts a username without requiring it.
	OptionalUsername bool `json:"optional_username,omitzero"`
	// OptionalEmail accepts users without an e-mail address, as databases with flexible identifiers do.
	OptionalEmail bool `json:"optional_email,omitzero"`
	// PasswordPolicy is none, low, fair, good (also when empty) or excellent.
	PasswordPolicy string `json:"password_policy,omitzero"`
	// PasswordHistory is how many former passwords may not be used again.
	PasswordHistory int `json:"password_history,omitzero"`
	// PasswordDictionary are forbidden passwords.
	PasswordDictionary []string `json:"password_dictionary,omitzero"`
	// NoPersonalInfo forbids passwords that contain the user's name, username or local part of the e-mail.
	NoPersonalInfo bool `json:"no_personal_info,omitzero"`
	// Disabled refuses new users and changes of e-mail or password.
	Disabled bool `json:"disabled,omitzero"`
	// NoUserCreation refuses new users through the API although the strategy would allow them.
	NoUserCreation bool `json:"no_user_creation,omitzero"`
	// EnabledClients are the clients that may create users here. Nil: all; empty but not nil: none.
	EnabledClients []string `json:"enabled_clients,omitzero"`
}

// stored is an e-mail address as the connection keeps it: Auth0's own databases and passwordless connections in lower
// case, all others as it is sent.
func (d *Database) stored(email string) string {
	if d.Strategy == "auth0" && !d.Custom || d.passwordless() {
		return strings.ToLower(email)
	}
	return email
}

// updatesProfile reports whether the API may change root attributes of users.
func (d *Database) updatesProfile() bool {
	return d.Strategy == "auth0" || d.passwordless() || d.SyncOnCreation
}

func (d *Database) passwordless() bool { return d.Strategy == "email" || d.Strategy == "sms" }

func (d *Database) takesUsers() bool {
	return !d.NoUserCreation && (d.Strategy == "auth0" || d.passwordless())
}

func (d *Database) enabledFor(client string) bool {
	return d.EnabledClients == nil || slices.Contains(d.EnabledClients, client)
}

// maxPassword is the length at which bcrypt stops.
const maxPassword = 72

// checkPassword applies the policy. The answers say which rule failed only by the name of the error.
func (d *Database) checkPassword(password string, u *User) *apiError {
	switch lower := strings.ToLower(password); {
	case !strongEnough(d.PasswordPolicy, password) || len(password) > maxPassword:
		return badRequest("", "PasswordStrengthError: Password is too weak")
	case slices.ContainsFunc(d.PasswordDictionary, func(word string) bool { return strings.ToLower(word) == lower }):
		return badRequest("", "PasswordDictionaryError: Password is too common")
	case d.NoPersonalInfo && personal(lower, u):
		return badRequest("", "PasswordNoUserInfoError: Password contains user information")
	case d.PasswordHistory > 0 && slices.Contains(u.history[max(0, len(u.history)-d.PasswordHistory):], password):
		return badRequest("", "PasswordHistoryError: Password has previously been used")
	}
	return nil
}

func personal(password string, u *User) bool {
	local, _, _ := strings.Cut(u.Email, "@")
	for _, word := range []string{u.Name, u.GivenName, u.FamilyName, u.Nickname, u.Username, local} {
		if len(word) > 2 && strings.Contains(password, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// strongEnough knows the five levels of Auth0's password strength.
func strongEnough(policy, password string) bool {
	var lower, upper, digit, special int
	repeated, run, last := 0, 0, rune(-1)
	n := 0
	for _, r := range password {
		n++
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			special = 1
		}
		if r == last {
			run++
		} else {
			run, last = 1, r
		}
		repeated = max(repeated, run)
	}
	switch policy {
	case "none":
		return n >= 1
	case "low":
		return n >= 6
	case "fair":
		return n >= 8 && lower+upper+digit == 3
	case "excellent":
		return n >= 10 && lower+upper+digit+special >= 3 && repeated <= 2
	default:
		return n >= 8 && lower+upper+digit+special >= 3
	}
}
