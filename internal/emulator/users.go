package emulator

import (
	"crypto/md5"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// User is a user of a tenant.
type User struct {
	ID         string `json:"id,omitzero"` // with the prefix: auth0|…
	Connection string `json:"connection,omitzero"`
	Provider   string `json:"provider,omitzero"` // auth0, email, sms, …

	Email         string `json:"email,omitzero"`
	EmailVerified bool   `json:"email_verified,omitzero"`
	Username      string `json:"username,omitzero"`
	PhoneNumber   string `json:"phone_number,omitzero"`
	PhoneVerified *bool  `json:"phone_verified,omitzero"`
	Name          string `json:"name,omitzero"`
	Nickname      string `json:"nickname,omitzero"`
	GivenName     string `json:"given_name,omitzero"`
	FamilyName    string `json:"family_name,omitzero"`
	Picture       string `json:"picture,omitzero"`
	Blocked       *bool  `json:"blocked,omitzero"` // nil until it was sent for the first time

	UserMetadata map[string]any `json:"user_metadata,omitzero"` // nil: absent
	AppMetadata  map[string]any `json:"app_metadata,omitzero"`  // nil or empty: absent
	Extra        map[string]any `json:"extra,omitzero"`         // further root attributes

	CreatedAt         time.Time `json:"created_at,omitzero"`
	UpdatedAt         time.Time `json:"updated_at,omitzero"`
	LastPasswordReset time.Time `json:"last_password_reset,omitzero"`
	LastLogin         time.Time `json:"last_login,omitzero"`
	LastIP            string    `json:"last_ip,omitzero"`
	LoginsCount       int       `json:"logins_count,omitzero"`

	// Linked are secondary identities.
	Linked []Identity `json:"linked,omitzero"`

	// Roles are IDs of roles (or their names, in a seed); Permissions are those that the user has without a role.
	Roles       []string     `json:"roles,omitzero"`
	Permissions []Permission `json:"permissions,omitzero"`

	// Password is never returned by the API.
	Password string `json:"password,omitzero"`
	// VerificationEmails counts the verification e-mails that were sent.
	VerificationEmails int `json:"verification_emails,omitzero"`

	history []string // former passwords and the present one
}

// Identity is a secondary identity of a user.
type Identity struct {
	UserID     string         `json:"user_id,omitzero"` // without prefix
	Connection string         `json:"connection,omitzero"`
	Provider   string         `json:"provider,omitzero"`
	IsSocial   bool           `json:"is_social,omitzero"`
	Profile    map[string]any `json:"profile,omitzero"`
}

func (u *User) copy() *User {
	c := *u
	c.PhoneVerified, c.Blocked = clonePointer(u.PhoneVerified), clonePointer(u.Blocked)
	c.UserMetadata, c.AppMetadata, c.Extra = clone(u.UserMetadata), clone(u.AppMetadata), clone(u.Extra)
	c.Linked, c.history = slices.Clone(u.Linked), slices.Clone(u.history)
	c.Roles, c.Permissions = slices.Clone(u.Roles), slices.Clone(u.Permissions)
	return &c
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// enterprise are the strategies of connections that are neither social nor Auth0's own.
var enterprise = strings.Fields("ad adfs google-apps ldap oidc okta office365 pingfederate samlp sharepoint waad wsfed")

func isSocial(strategy string) bool {
	return strategy != "auth0" && strategy != "email" && strategy != "sms" && !slices.Contains(enterprise, strategy)
}

// generated reports whether Auth0 generates what a user lacks; another identity provider sends what it wants to.
func (u *User) generated() bool {
	return u.Provider == "auth0" || u.Provider == "email" || u.Provider == "sms"
}

// bareID is the id without its prefix.
func (u *User) bareID() string {
	_, id, _ := strings.Cut(u.ID, "|")
	return id
}

// body is the user as the API shows it.
func (u *User) body() object {
	o := make(object, 0, 20)
	o = append(o, field{"created_at", u.CreatedAt})
	if u.Email != "" {
		o = append(o, field{"email", u.Email}, field{"email_verified", u.EmailVerified})
	}
	o.set("family_name", u.FamilyName)
	o.set("given_name", u.GivenName)
	identities := []object{{
		{"user_id", u.bareID()}, {"connection", u.Connection}, {"provider", u.Provider}, {"isSocial", isSocial(u.Provider)},
	}}
	for _, l := range u.Linked {
		i := object{{"user_id", l.UserID}, {"connection", l.Connection}, {"provider", l.Provider}, {"isSocial", l.IsSocial}}
		if l.Profile != nil {
			i = append(i, field{"profileData", l.Profile})
		}
		identities = append(identities, i)
	}
	o = append(o, field{"identities", identities})
	o.set("name", u.Name)
	o.set("nickname", u.Nickname)
	o.set("phone_number", u.PhoneNumber)
	if u.PhoneVerified != nil {
		o = append(o, field{"phone_verified", *u.PhoneVerified})
	}
	o.set("picture", u.Picture)
	o = append(o, field{"updated_at", u.UpdatedAt}, field{"user_id", u.ID})
	o.set("username", u.Username)
	if u.UserMetadata != nil {
		o = append(o, field{"user_metadata", u.UserMetadata})
	}
	if len(u.AppMetadata) > 0 {
		o = append(o, field{"app_metadata", u.AppMetadata})
	}
	if u.Blocked != nil {
		o = append(o, field{"blocked", *u.Blocked})
	}
	if !u.LastPasswordReset.IsZero() {
		o = append(o, field{"last_password_reset", u.LastPasswordReset})
	}
	if !u.LastLogin.IsZero() {
		o = append(o, field{"last_login", u.LastLogin})
	}
	o.set("last_ip", u.LastIP)
	if u.LoginsCount > 0 {
		o = append(o, field{"logins_count", u.LoginsCount})
	}
	for _, k := range slices.Sorted(maps.Keys(u.Extra)) {
		o = append(o, field{k, u.Extra[k]})
	}
	return o
}

var (
	readUserScopes   = []string{"read:users", "read:user_idp_tokens", "read:current_user"}
	updateUserScopes = []string{"update:users", "update:users_app_metadata", "update:current_user_metadata"}
)

var userOperations = []operation{
	{method: "GET", path: "/api/v2/users", scopes: []string{"read:users"}, mark: ",", run: searchUsers},
	{method: "POST", path: "/api/v2/users", scopes: []string{"create:users"}, mark: ",", run: createUser},
	{method: "GET", path: "/api/v2/users/{id}", scopes: readUserScopes, mark: ";", run: readUser},
	{method: "PATCH", path: "/api/v2/users/{id}", scopes: updateUserScopes, mark: ";", run: updateUser},
	{method: "DELETE", path: "/api/v2/users/{id}", scopes: []string{"delete:users", "delete:current_user"}, mark: ",", run: deleteUser},
	{method: "GET", path: "/api/v2/users-by-email", scopes: []string{"read:users"}, mark: ",", run: usersByEmail},
}

var (
	fieldsQuery = []schema.Property{
		schema.Prop("fields", schema.Text("Fields to show or to hide", 0, 0)),
		schema.Prop("include_fields", schema.Boolean("Whether those fields are shown or hidden")),
	}
	readUserQuery = schema.Closed("", nil, fieldsQuery...)
	byEmailQuery  = schema.Closed("", []string{"email"}, schema.Prop("email", schema.Text("The e-mail", 0, 0))).With(fieldsQuery...)

	userCreate = schema.Closed("", []string{"connection"},
		schema.Prop("connection", schema.Text("The connection", 1, 0)),
		schema.Prop("email", schema.Formatted("The e-mail", "email")),
		schema.Prop("email_verified", schema.Boolean("Whether the e-mail is verified")),
		schema.Prop("verify_email", schema.Boolean("Whether a verification e-mail is sent")),
		schema.Prop("phone_number", phoneNumber),
		schema.Prop("phone_verified", schema.Boolean("Whether the phone number is verified")),
		schema.Prop("username", schema.Text("The username", 1, 128)),
		schema.Prop("password", schema.Text("The password", 1, 0)),
		schema.Prop("given_name", schema.Text("The given name", 1, 150)),
		schema.Prop("family_name", schema.Text("The family name", 1, 150)),
		schema.Prop("name", schema.Text("The name", 1, 300)),
		schema.Prop("nickname", schema.Text("The nickname", 1, 300)),
		schema.Prop("picture", schema.Formatted("The picture", "strict-uri")),
		schema.Prop("blocked", schema.Boolean("Whether the user is blocked")),
		schema.Prop("user_id", schema.Schema{Types: []string{"string"}, MaxLength: 255, Pattern: noSpace, Description: "The id without prefix"}),
		schema.Prop("user_metadata", schema.FreeObject("The user metadata")),
		schema.Prop("app_metadata", schema.FreeObject("The app metadata")),
	)
	userUpdate = updateSchema()
)

// updateSchema is that of POST with null for what can be removed; further keys are let through.
func updateSchema() schema.Schema {
	nullable := []string{"email", "phone_number", "username", "password", "given_name", "family_name", "name", "nickname", "picture"}
	s := schema.Schema{Types: []string{"object"}, Open: true}
	for _, p := range userCreate.Properties {
		if p.Name == "user_id" {
			continue
		}
		if slices.Contains(nullable, p.Name) {
			p.Schema = schema.OrNull(p.Schema)
		}
		s.Properties = append(s.Properties, p)
	}
	return s.With(
		schema.Prop("verify_phone_number", schema.Boolean("Whether the phone number is to be verified")),
		schema.Prop("client_id", schema.Text("The client that e-mails are sent for", 1, 0)))
}

func readUser(c *call) (*response, *apiError) {
	if bad := c.checkUserID(); bad != nil {
		return nil, bad
	}
	q, bad := c.query(&readUserQuery)
	if bad != nil {
		return nil, bad
	}
	if !c.token.hasAny([]string{"read:users", "read:user_idp_tokens"}) {
		return nil, notTheSubject()
	}
	u := c.tenant.users.get(c.params["id"])
	if u == nil {
		return nil, noSuchUser()
	}
	keys, include := fieldsOf(q)
	return reply(http.StatusOK, u.body().pick(keys, include)), nil
}

// fieldsOf reads fields and include_fields.
func fieldsOf(q map[string]any) (keys []string, include bool) {
	if s, ok := q["fields"].(string); ok && s != "" {
		keys = strings.Split(s, ",")
	}
	include = true
	if b, ok := q["include_fields"].(bool); ok {
		include = b
	}
	return keys, include
}

func noSuchUser() *apiError { return notFound("inexistent_user", "The user does not exist.") }

// notTheSubject answers a token that allows its own user only. A client has none.
func notTheSubject() *apiError {
	return forbidden("", "User to be acted on does not match subject in bearer token.")
}

func (c *call) checkUserID() *apiError {
	s := schema.Text("The id of the user", 0, 0)
	if !c.tenant.behavior.AnyID {
		s.Formats = []string{"user-id"}
	}
	if bad := s.Check("id", c.params["id"]); bad != nil {
		return badRequest("invalid_uri", bad.Message("Path"))
	}
	return nil
}

func usersByEmail(c *call) (*response, *apiError) {
	q, bad := c.query(&byEmailQuery)
	if bad != nil {
		return nil, bad
	}
	keys, include := fieldsOf(q)
	found := []object{}
	for _, u := range c.tenant.users.byEmail(str(q, "email")) {
		found = append(found, u.body().pick(keys, include))
	}
	return reply(http.StatusOK, found), nil
}

func deleteUser(c *call) (*response, *apiError) {
	if bad := c.checkUserID(); bad != nil {
		return nil, bad
	}
	if !c.token.hasAny([]string{"delete:users"}) {
		return nil, notTheSubject()
	}
	c.tenant.users.remove(c.params["id"], c.tenant.behavior.SearchDelay)
	return reply(http.StatusNoContent, nil), nil
}

func createUser(c *call) (*response, *apiError) {
	in, bad := c.body(&userCreate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	if bad := c.checkCustomDomain(); bad != nil {
		return nil, bad
	}
	db := t.database(str(in, "connection"))
	switch {
	case db == nil:
		return nil, badRequest("inexistent_connection", "Connection does not exist.")
	case !db.takesUsers():
		return nil, badRequest("invalid_body", "Connection does not support user creation through the API. "+
			"It must either be a database or passwordless connection.")
	case db.Disabled:
		return nil, badRequest("invalid_body", "Connection is disabled.")
	case !db.enabledFor(c.token.clientID):
		return nil, badRequest("invalid_body", "Connection must be enabled for this client to perform single user creation "+
			"and signup operations (client_id: "+
			c.token.clientID+" - connection: "+db.Name+")")
	}
	u := &User{Connection: db.Name, Provider: db.Strategy, CreatedAt: now()}
	u.UpdatedAt = u.CreatedAt
	if bad := u.fill(in, db, t); bad != nil {
		return nil, bad
	}
	if t.users.get(u.ID) != nil || t.users.taken(u) {
		return nil, &apiError{status: http.StatusConflict, code: "auth0_idp_error", message: "The user already exists."}
	}
	t.users.put(u, t.behavior.SearchDelay)
	return reply(http.StatusCreated, u.body()), nil
}

// fill makes a user of a valid body, with what the server adds.
func (u *User) fill(in map[string]any, db *Database, t *Tenant) *apiError {
	u.Email, u.Username = db.stored(str(in, "email")), strings.ToLower(str(in, "username"))
	u.PhoneNumber, u.Name, u.Nickname = str(in, "phone_number"), str(in, "name"), str(in, "nickname")
	u.GivenName, u.FamilyName, u.Picture = str(in, "given_name"), str(in, "family_name"), str(in, "picture")
	u.EmailVerified, _ = in["email_verified"].(bool)
	u.PhoneVerified, u.Blocked = boolPointer(in["phone_verified"]), boolPointer(in["blocked"])

	if bad := u.checkIdentifiers(in, db); bad != nil {
		return bad
	}
	for key, target := range map[string]*map[string]any{"user_metadata": &u.UserMetadata, "app_metadata": &u.AppMetadata} {
		metadata, given := in[key].(map[string]any)
		if !given {
			continue
		}
		if bad := checkMetadata(key, metadata); bad != nil {
			return bad
		}
		*target = clone(metadata)
		if !t.behavior.KeepNullMetadata {
			maps.DeleteFunc(*target, func(_ string, v any) bool { return v == nil })
		}
	}
	if password := str(in, "password"); password != "" {
		if bad := db.checkPassword(password, u); bad != nil {
			return bad
		}
		u.setPassword(password)
	}
	id := str(in, "user_id")
	if id == "" {
		id = objectID(u.CreatedAt)
	}
	u.ID = db.Strategy + "|" + id
	u.addDefaults()
	verify, given := in["verify_email"].(bool)
	if u.Email != "" && (given && verify || !given && !u.EmailVerified) {
		u.VerificationEmails++
	}
	return nil
}

// checkIdentifiers asks for what the kind of connection needs, and refuses what it does not take.
func (u *User) checkIdentifiers(in map[string]any, db *Database) *apiError {
	missing := func(key string) *apiError {
		return badRequest("invalid_body", "Payload validation error: 'Missing required property: "+key+"'.")
	}
	_, password := in["password"]
	switch {
	case u.Username != "" && !db.RequiresUsername && !db.OptionalUsername:
		return badRequest("invalid_body", "Cannot set username for connection without requires_username.")
	case u.Username == "" && db.RequiresUsername:
		return missing("username")
	case u.Username != "":
		if bad := db.checkUsername(u.Username); bad != nil {
			return bad
		}
	}
	switch {
	case db.Strategy == "sms" && u.PhoneNumber == "":
		return missing("phone_number")
	case db.Strategy != "sms" && u.Email == "" && !db.OptionalEmail:
		return missing("email")
	case db.Strategy == "auth0" && !password:
		return missing("password")
	case db.Strategy != "auth0" && password:
		return badRequest("invalid_body", "Cannot set password for a passwordless connection.")
	}
	return nil
}

// checkUsername applies the length of the connection and the characters that Auth0 allows; e-mail addresses are none.
func (d *Database) checkUsername(name string) *apiError {
	s := schema.Text("The username", max(1, d.UsernameMin), d.UsernameMax)
	if s.MaxLength == 0 {
		s.MaxLength = 15
	}
	s.Pattern = usernameChars
	bad := s.Check("username", name)
	if bad == nil && schema.IsEmail(name) {
		bad = &schema.Violation{What: "Object didn't pass validation for format username: " + name, Path: "username", Description: s.Description}
	}
	if bad != nil {
		return badRequest("invalid_body", bad.Message("Payload"))
	}
	return nil
}

// addDefaults fills in what the server generates. The initials of the picture come from the name, if one is given.
func (u *User) addDefaults() {
	initials := u.Name
	if initials == "" {
		initials, _, _ = strings.Cut(u.Email, "@")
	}
	if u.Name == "" {
		u.Name = u.Email
	}
	if u.Name == "" {
		u.Name = u.PhoneNumber
	}
	if u.Email == "" {
		return
	}
	local, _, _ := strings.Cut(u.Email, "@")
	if u.Nickname == "" {
		u.Nickname = local
	}
	if u.Picture == "" {
		u.Picture = gravatar(u.Email, initials)
	}
}

// gravatar is the picture of a user who was created without one: by the e-mail, else the first two of the given letters.
func gravatar(email, initials string) string {
	sum := md5.Sum([]byte(strings.ToLower(email)))
	two := []rune(strings.ToLower(initials))
	two = two[:min(2, len(two))]
	avatar := "https://cdn.auth0.com/avatars/" + url.PathEscape(string(two)) + ".png"
	return "https://s.gravatar.com/avatar/" + hex.EncodeToString(sum[:]) + "?s=480&r=pg&d=" + url.QueryEscape(avatar)
}

func (u *User) setPassword(password string) {
	u.Password = password
	u.history = append(u.history, password)
}

func boolPointer(v any) *bool {
	if b, ok := v.(bool); ok {
		return &b
	}
	return nil
}

// reservedAppMetadata are keys that app_metadata must not have.
var reservedAppMetadata = strings.Fields(`__tenant _id blocked clientID created_at email_verified email globalClientID global_client_id
	identities lastIP lastLogin loginsCount metadata multifactor_last_modified multifactor updated_at user_id`)

// checkMetadata refuses keys that Auth0 cannot store, at any depth, and reserved ones.
func checkMetadata(key string, metadata map[string]any) *apiError {
	if bad := dottedKey(metadata); bad != "" {
		return badRequest("invalid_body", `Fields with "." or "$" are not allowed, please remove all dotted fields. Example: `+bad)
	}
	if key == "app_metadata" {
		for _, k := range slices.Sorted(maps.Keys(metadata)) {
			if slices.Contains(reservedAppMetadata, k) {
				return badRequest("invalid_body", "Payload validation error: 'Additional properties not allowed: "+k+"' on property app_metadata.")
			}
		}
	}
	return nil
}

func dottedKey(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if strings.ContainsAny(k, ".$") {
				return k
			}
			if bad := dottedKey(v[k]); bad != "" {
				return bad
			}
		}
	case []any:
		for _, e := range v {
			if bad := dottedKey(e); bad != "" {
				return bad
			}
		}
	}
	return ""
}

// checkCustomDomain: with several verified custom domains a write to a user has to name one.
func (c *call) checkCustomDomain() *apiError {
	b := &c.tenant.behavior
	given := c.Header.Get("Auth0-Custom-Domain")
	switch {
	case given == "" && len(b.CustomDomains) > 1:
		return &apiError{status: http.StatusConflict, code: "custom_domain_conflict", message: "The tenant has multiple verified custom domains."}
	case given == "":
		return nil
	case len(given) < 3 || len(given) > 255 || !schema.IsHostname(given):
		return badRequest("", "The auth0-custom-domain header has an invalid format.")
	case !slices.Contains(b.CustomDomains, given) && given != c.tenant.domain:
		return badRequest("", "The custom domain does not exist for the tenant.")
	}
	return nil
}
