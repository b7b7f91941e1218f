package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

var (
	noSpace       = regexp.MustCompile(`^\S*$`)
	usernameChars = regexp.MustCompile("^[a-z0-9@^$.!`\\-#+'~_]+$")
	phoneNumber   = schema.Schema{Types: []string{"string"}, Pattern: regexp.MustCompile(`^\+[0-9]{1,15}$`), Description: "The phone number"}

	// exclusivePairs are the pairs that one PATCH may not change together.
	exclusivePairs = [][2]string{
		{"password", "email"}, {"password", "email_verified"}, {"username", "email"}, {"username", "email_verified"}, {"username", "password"},
	}
	// profile are the attributes that null removes.
	profile = []string{"family_name", "given_name", "name", "nickname", "picture"}
)

func updateUser(c *call) (*response, *apiError) {
	if bad := c.checkUserID(); bad != nil {
		return nil, bad
	}
	in, bad := c.body(&userUpdate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	if bad := c.mayUpdate(in); bad != nil {
		return nil, bad
	}
	if bad := c.checkCustomDomain(); bad != nil {
		return nil, bad
	}
	stored := t.users.get(c.params["id"])
	if stored == nil {
		return nil, noSuchUser()
	}
	u := stored.copy()
	if bad := u.update(in, t); bad != nil {
		return nil, bad
	}
	t.users.put(u, t.behavior.SearchDelay)
	return reply(http.StatusOK, u.body()), nil
}

// mayUpdate: a token without update:users may change the metadata that its scope names, and nothing else.
func (c *call) mayUpdate(in map[string]any) *apiError {
	switch {
	case c.token.hasAny([]string{"update:users"}):
		return nil
	case c.token.hasAny([]string{"update:users_app_metadata"}):
		for k := range in {
			if k != "app_metadata" {
				return insufficientScope(";", "update:users")
			}
		}
		return nil
	default:
		return notTheSubject()
	}
}

// update changes a user by a valid body.
func (u *User) update(in map[string]any, t *Tenant) *apiError {
	has := func(k string) bool { _, ok := in[k]; return ok }
	for _, pair := range exclusivePairs {
		if has(pair[0]) && has(pair[1]) {
			return badRequest("invalid_body", fmt.Sprintf("Cannot update %s and %s simultaneously.", pair[0], pair[1]))
		}
	}
	if bad := u.checkConnection(in, t); bad != nil {
		return bad
	}
	db := t.database(u.Connection)
	if bad := u.checkUpdate(in, db, t); bad != nil {
		return bad
	}
	before := u.UpdatedAt
	u.UpdatedAt = after(before)
	if bad := u.setIdentifiers(in, db, t); bad != nil {
		return bad
	}
	u.setProfile(in)
	for key, target := range map[string]*map[string]any{"user_metadata": &u.UserMetadata, "app_metadata": &u.AppMetadata} {
		if patch, given := in[key].(map[string]any); given {
			if bad := checkMetadata(key, patch); bad != nil {
				return bad
			}
			*target = mergeMetadata(*target, patch)
		}
	}
	if password, ok := in["password"].(string); ok {
		if bad := db.checkPassword(password, u); bad != nil {
			return bad
		}
		u.setPassword(password)
		u.LastPasswordReset = u.UpdatedAt
		u.UpdatedAt = u.UpdatedAt.Add(4 * time.Millisecond)
	}
	if in["verify_email"] == true && u.Email != "" {
		u.VerificationEmails++
	}
	if t.behavior.StoreUnknownKeys {
		u.storeUnknown(in)
	}
	return nil
}

// checkConnection: the body may name the identity that it changes, which has to be one of the user's.
func (u *User) checkConnection(in map[string]any, t *Tenant) *apiError {
	name, given := in["connection"].(string)
	switch {
	case !given || name == u.Connection:
		return nil
	case t.database(name) == nil:
		return badRequest("inexistent_connection", "Connection does not exist.")
	default:
		return badRequest("invalid_body", "Connection is not supported for this operation.")
	}
}

// checkUpdate refuses what the user's connection does not allow.
func (u *User) checkUpdate(in map[string]any, db *Database, t *Tenant) *apiError {
	has := func(k string) bool { _, ok := in[k]; return ok }
	switch {
	case has("email") && u.Provider != "auth0":
		return badRequest("invalid_body", "Cannot update email for non-database user.")
	case (has("email") || has("password")) && db != nil && db.Disabled:
		return badRequest("invalid_body", "Cannot change email or password for users in a disabled connection.")
	case has("email_verified") && u.Provider != "auth0" && u.Provider != "email":
		return badRequest("invalid_body", "Email verification is not supported for enterprise users.")
	case has("password") && (u.Provider != "auth0" || db == nil):
		return badRequest("invalid_body", "Connection is not supported for this operation.")
	case has("client_id") && !has("email") && !has("phone_number"):
		return badRequest("invalid_body", "The client_id is only valid when the email or the phone number is updated.")
	}
	var sent, removed []string
	for _, k := range profile {
		if has(k) {
			sent = append(sent, k)
			if in[k] == nil {
				removed = append(removed, k)
			}
		}
	}
	if len(sent) > 0 && db != nil && !db.updatesProfile() {
		return badRequest("invalid_body", "The following user attributes cannot be updated: "+strings.Join(sent, ", ")+
			". The connection must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) "+
			"or has disabled 'Sync user profile attributes at each login'.")
	}
	if len(removed) > 0 && t.behavior.RefuseNull {
		return badRequest("invalid_body", "The following user attributes cannot be removed: "+strings.Join(removed, ", ")+
			". The connection ("+u.Connection+") must either be a custom database connection with import mode disabled, "+
			"a social or enterprise connection.")
	}
	return nil
}

// setIdentifiers changes e-mail, username and phone number, with their flags.
func (u *User) setIdentifiers(in map[string]any, db *Database, t *Tenant) *apiError {
	for _, identifier := range []struct {
		name string
		set  func(value string, db *Database, t *Tenant) *apiError
	}{
		{"username", u.setUsername}, {"email", u.setEmail}, {"phone_number", u.setPhoneNumber},
	} {
		if v, given := in[identifier.name]; given {
			value, _ := v.(string)
			if bad := identifier.set(value, db, t); bad != nil {
				return bad
			}
		}
	}
	if v, ok := in["email_verified"].(bool); ok {
		u.EmailVerified = v
	}
	if v := boolPointer(in["phone_verified"]); v != nil {
		u.PhoneVerified = v
	}
	return nil
}

func (t *Tenant) identifierConflict(message string) *apiError {
	if t.behavior.ConflictOnUpdate {
		return &apiError{status: http.StatusConflict, code: "auth0_idp_error", message: message}
	}
	return badRequest("auth0_idp_error", message)
}

func (u *User) setUsername(name string, db *Database, t *Tenant) *apiError {
	name = strings.ToLower(name)
	switch {
	case u.Username == "":
		return badRequest("invalid_body", "Cannot update username for users without an username already set.")
	case name == "" && db != nil && db.RequiresUsername:
		return badRequest("invalid_body", "Payload validation error: 'Missing required property: username'.")
	case name != "" && db != nil:
		if bad := db.checkUsername(name); bad != nil {
			return bad
		}
	}
	u.Username = name
	if t.users.takenBy(u, "username") {
		return t.identifierConflict("The username provided is in use already.")
	}
	return nil
}

func (u *User) setEmail(email string, db *Database, t *Tenant) *apiError {
	if db != nil {
		email = db.stored(email)
	}
	if email == "" && u.Username == "" && u.PhoneNumber == "" {
		return badRequest("invalid_body", "Payload validation error: 'Missing required property: email'.")
	}
	changed := email != u.Email
	u.Email = email
	if t.users.takenBy(u, "email") {
		return t.identifierConflict("The specified new email already exists")
	}
	if changed && (email == "" || t.behavior.EmailChangeUnverifies) {
		u.EmailVerified = false
	}
	return nil
}

func (u *User) setPhoneNumber(number string, _ *Database, t *Tenant) *apiError {
	u.PhoneNumber = number
	switch {
	case number == "" && u.Provider == "sms":
		return badRequest("invalid_body", "Payload validation error: 'Missing required property: phone_number'.")
	case number == "":
		u.PhoneVerified = nil
	case t.users.takenBy(u, "phone_number"):
		return t.identifierConflict("The phone number provided is in use already.")
	}
	return nil
}

func (u *User) setProfile(in map[string]any) {
	for key, target := range map[string]*string{
		"name": &u.Name, "nickname": &u.Nickname, "given_name": &u.GivenName, "family_name": &u.FamilyName, "picture": &u.Picture,
	} {
		if v, given := in[key]; given {
			*target, _ = v.(string)
		}
	}
	if v := boolPointer(in["blocked"]); v != nil {
		u.Blocked = v
	}
}

// mergeMetadata merges at the first level: null removes a key, an empty object removes all.
func mergeMetadata(old, patch map[string]any) map[string]any {
	merged := map[string]any{}
	if len(patch) > 0 {
		maps.Copy(merged, old)
	}
	for k, v := range patch {
		if v == nil {
			delete(merged, k)
		} else {
			merged[k] = cloneValue(v)
		}
	}
	return merged
}

func (u *User) storeUnknown(in map[string]any) {
	for k, v := range in {
		known := slices.ContainsFunc(userUpdate.Properties, func(p schema.Property) bool { return p.Name == k })
		if known || slices.ContainsFunc(u.body(), func(f field) bool { return f.key == k && u.Extra[k] == nil }) {
			continue
		}
		if u.Extra == nil {
			u.Extra = map[string]any{}
		}
		u.Extra[k] = v
		if v == nil {
			delete(u.Extra, k)
		}
	}
}
