package user_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A refusal is an error on the attribute that it is about, with Auth0's own words and
// with what to do. It changes nothing.
func TestUserResource_refused(t *testing.T) {
	t.Parallel()
	in := func(connection string) attributes { return attributes{"connection_name": connection} }
	passwordless := attributes{"connection_name": "sms", "email": nil, "password": nil, "phone_number": "+15550199"}
	for name, test := range map[string]struct {
		// before is a configuration that is applied first, and change what changes it.
		before, change attributes
		on             string
		words          []string
	}{
		"weak password": {
			nil, attributes{"password": "weak"}, "password",
			[]string{"Unable to create user", "400", "PasswordStrengthError", "Password Policy", "stronger"},
		},
		"weak write-only password": {nil, attributes{"password": nil, "password_wo": "weak"}, "password_wo",
			[]string{"PasswordStrengthError", "Password Policy"}},
		"weak new password": {
			attributes{}, attributes{"password": "weak", "name": "Ada"}, "password",
			[]string{"Unable to update user", "PasswordStrengthError", "Password Policy"},
		},
		"common password": {nil, in("Strict").With(attributes{"password": "Common-horse-7"}), "password",
			[]string{"PasswordDictionaryError", "Password Policy"}},
		"personal password": {
			nil, in("Strict").With(attributes{"password": "Lovelace-1815", "family_name": "Lovelace"}), "password",
			[]string{"PasswordNoUserInfoError", "Password Policy"},
		},
		"former password": {in("Strict"), attributes{"password": nil, "password_wo": strong, "password_wo_version": 2}, "password_wo",
			[]string{"PasswordHistoryError", "used before", "Choose another"}},
		"no password": {nil, attributes{"password": nil}, "password", []string{"Missing required property: password"}},
		"no address":  {nil, attributes{"username": "ada", "email": nil}, "email", []string{"Missing required property: email"}},
		"no number": {nil, in("sms").With(attributes{"password": nil}), "phone_number",
			[]string{"Missing required property: phone_number"}},
		"no username": {nil, in("Staff"), "username", []string{"Missing required property: username"}},
		"existing address": {nil, attributes{"email": "Grace@example.com"}, "email",
			[]string{"409", "auth0|grace", "import it", "on_destroy"}},
		"existing number": {nil, passwordless.With(attributes{"phone_number": "+15550100"}), "phone_number",
			[]string{"409", "sms|1", "import it"}},
		"existing id": {nil, attributes{"user_id": "grace"}, "email", []string{"409", "already exists"}},
		"address of another": {attributes{}, attributes{"email": "grace@example.com"}, "email",
			[]string{"The specified new email already exists", "another user"}},
		"username of another": {attributes{"username": "ada"}, attributes{"username": "grace"}, "username",
			[]string{"in use already", "another user"}},
		"unknown connection": {nil, in("Nowhere"), "connection_name",
			[]string{"Connection does not exist", "Check connection_name", "not its id"}},
		"disabled connection": {nil, in("Disabled"), "connection_name", []string{"Connection is disabled", "Enable the connection"}},
		"no user creation": {nil, in("Imported"), "connection_name",
			[]string{"does not support user creation", "database or passwordless connection", "connection_name"}},
		"social connection": {nil, in("google"), "connection_name", []string{"does not support user creation"}},
		"connection not enabled for the client": {
			nil, in("Closed"), "connection_name", []string{"must be enabled for this client", "Authentication > Database", "Applications", "CLIENT"},
		},
		"no usernames": {nil, in("Plain").With(attributes{"username": "ada"}), "username", []string{"requires_username", "no usernames"}},
		"long username": {nil, attributes{"username": "abcdefghijklmnopq"}, "username",
			[]string{"400 invalid_body", "on property username"}},
		"first username":     {attributes{}, attributes{"username": "ada"}, "username", []string{"without an username already set", "-replace"}},
		"passwordless":       {nil, in("email"), "password", []string{"Cannot set password"}},
		"address of a phone": {passwordless, attributes{"email": "a@example.com"}, "email", []string{"Cannot update email"}},
		"verified phone": {passwordless, attributes{"email_verified": true}, "email_verified",
			[]string{"Email verification is not supported"}},
		"password of phone": {passwordless, attributes{"password": strong}, "connection_name", []string{"not supported for this operation"}},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			u := newUser(t)
			u.Secrets = append(u.Secrets, "Lovelace-1815", "Common-horse-7")
			addDatabases(u.Tenant,
				emulator.Database{Name: "Strict", PasswordDictionary: []string{"Common-horse-7"}, NoPersonalInfo: true, PasswordHistory: 5},
				emulator.Database{Name: "Staff", RequiresUsername: true},
				emulator.Database{Name: "Disabled", Disabled: true},
				emulator.Database{Name: "Imported", NoUserCreation: true},
				emulator.Database{Name: "google", Strategy: "google-oauth2"},
				emulator.Database{Name: "Closed", EnabledClients: []string{"another"}},
				emulator.Database{Name: "Plain"},
				emulator.Database{Name: "email", Strategy: "email"},
				emulator.Database{Name: "sms", Strategy: "sms"},
			)
			u.AddUser(emulator.User{ID: "auth0|grace", Email: "grace@example.com", Username: "grace"})
			u.AddUser(emulator.User{ID: "sms|1", Connection: "sms", PhoneNumber: "+15550100"})
			u.Base = u.Base.With(test.before)
			if test.before != nil {
				u.Run(step{})
			}
			users := len(u.Users())
			for i := range test.words {
				test.words[i] = strings.ReplaceAll(test.words[i], "CLIENT", u.Own.ID)
			}
			refused := step{Set: test.change, Error: at(test.on, test.words...), Unchanged: true}
			if name == "password of phone" {
				refused.Warning = at("password", "set by the next apply")
			}
			u.Run(refused)
			if len(u.Users()) != users {
				t.Error("a user was created")
			}
			if test.before != nil {
				u.Run(step{Sent: none})
			}
		})
	}
}

// Auth0's tenants differ: an address that is taken may be a conflict in an update too.
func TestUserResource_conflictOnUpdate(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Configure(func(b *emulator.Behavior) { b.ConflictOnUpdate = true })
	u.AddUser(emulator.User{ID: "auth0|grace", Email: "grace@example.com", Username: "grace", PhoneNumber: "+15550100"})
	u.Base["username"] = "ada"
	u.Run(step{})
	for attribute, value := range map[string]string{"email": "grace@example.com", "username": "grace", "phone_number": "+15550100"} {
		u.Run(step{Set: attributes{attribute: value}, Error: at(attribute, "Unable to update user", "409", "another user")})
	}
}

// Several custom domains are a conflict that says nothing about the user. The header
// that it asks for goes with writes of users only.
func TestUserResource_customDomain(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		label, _, _ := strings.Cut(u.Domain(), ".")
		custom := "login." + label + ".example.com"
		u.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{custom, "id." + label + ".example.com"} })
		u.Run(step{Unchanged: true, Error: at("", "Unable to create user", "409 custom_domain_conflict", "custom_domain_header",
			"AUTH0_CUSTOM_DOMAIN_HEADER",
			"does not mean that the object exists")})

		header, headers := attributes{"custom_domain_header": custom}, map[string]int{}
		count := func() {
			for _, r := range u.Requests() {
				if got := r.Header.Get("Auth0-Custom-Domain"); got != "" {
					headers[r.Method+" "+strings.TrimPrefix(r.Path, "/api/v2")[:6]+" "+got]++
				}
			}
		}
		u.Run(
			step{Provider: header},
			step{Before: count, Provider: header, Set: attributes{"name": "Ada"}},
			step{Before: count, Set: attributes{"name": "Countess"}, Error: at("", "Unable to update user", "custom_domain_header")},
			step{Provider: header, Destroy: true},
			step{Before: count, Provider: attributes{"custom_domain_header": "unknown.example.com"}, Error: at("", "custom domain does not exist")},
		)
		if len(headers) != 2 || headers["POST /users "+custom] != 1 || headers["PATCH /users "+custom] != 1 {
			t.Errorf("the header was sent with %v", headers)
		}
	})
}

// The client is that of the vault connection: the message names it, and where it is enabled.
func TestUserResource_connectionNotEnabled(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		enable := func(id string) func() {
			return func() {
				u.AddDatabase(emulator.Database{Name: emulator.DefaultDatabase, EnabledClients: []string{id}})
			}
		}
		u.Run(
			step{Before: enable(u.Own.ID), Error: at("connection_name", "Enable the connection for the application \""+client.ID+"\"",
				"Authentication > Database")},
			step{Before: enable(client.ID)},
		)
	})
}

// Credentials that do not work are an error on the vault connection. For the
// provider's own client, the error names the arguments that they come from.
func TestUserResource_credentialsRefused(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		ungranted := u.AddClient(emulator.Client{Name: "ungranted"})
		u.Secrets = append(u.Secrets, "wrong-secret-1234")
		for _, test := range []struct {
			change attributes
			words  []string
		}{
			{attributes{"client_secret": "wrong-secret-1234"}, []string{u.Domain(), client.ID, "does not accept", "vault_connection"}},
			{attributes{"client_id": "nobody"}, []string{"nobody", "does not accept"}},
			{through(u.Tenant, ungranted), []string{ungranted.ID, "Create a client grant", u.Audience()}},
			{attributes{"audience": "https://nowhere/api/v2/"}, []string{"https://nowhere/api/v2/", "no API with the identifier"}},
		} {
			u.Run(step{
				Set: attributes{"vault_connection": through(u.Tenant, client).With(test.change)}, Unchanged: true,
				Error: at("vault_connection", append(test.words, "Unable to create user")...),
			})
		}
		u.Run(step{
			Set:   attributes{"vault_connection": through(u.Tenant, client).With(attributes{"domain": "acme.example.com"})}, // it does not answer
			Error: at("", "acme.example.com", "Unable to create user"),
		}, step{
			Set: attributes{"vault_connection": nil}, Provider: attributes{"client_secret": "wrong-secret-1234"},
			Error: at("", "Unable to create user", u.Domain(), u.Own.ID, "client_secret", "arguments domain, client_id and client_secret"),
		})
	})
}

// A missing scope is an error that names it, the client that lacks it and the
// audience. Nothing is half-done.
func TestUserResource_missingScope(t *testing.T) {
	t.Parallel()
	for missing, test := range map[string]struct {
		on, action string
		step       step
	}{
		"create:users": {"vault_connection", "Unable to create user", step{Set: attributes{"email": "grace@example.com"}}},
		"update:users": {"vault_connection", "Unable to update user", step{Set: attributes{"name": "Ada"}}},
		"delete:users": {"", "Unable to delete user", step{Destroy: true}},
		"block":        {"", "Unable to block user", step{Destroy: true}},
	} {
		acctest.Subtest(t, missing, func(t *testing.T) {
			u, client := withClient(t)
			u.Run(step{})
			if missing == "block" {
				missing = "update:users"
				u.Run(step{Set: attributes{"on_destroy": "block"}})
			}
			created := u.Object
			if missing == "create:users" {
				u.Object = nil
			}
			var granted []string
			for _, scope := range userScopes {
				if scope != missing {
					granted = append(granted, scope)
				}
			}
			u.Grant(client.ID, granted...)
			before := onlyUser(t, u.Tenant)
			test.step.Unchanged = true
			test.step.Error = at(test.on, test.action, "The vault connection's client lacks the scope",
				"client \""+client.ID+"\" needs "+missing+" at the audience \""+u.Audience()+"\"")
			u.Run(test.step)
			if after := onlyUser(t, u.Tenant); !after.UpdatedAt.Equal(before.UpdatedAt) || after.ID != acctest.Get(created.State, "id") {
				t.Error("the user was changed")
			}
		})
	}
	acctest.Subtest(t, "own client", func(t *testing.T) {
		u := newUser(t)
		u.Grant(u.Own.ID, "read:users")
		u.Run(step{Error: at("", "Unable to create user", "The provider's own client lacks the scope", u.Own.ID, "create:users", u.Audience())})
	})
	acctest.Subtest(t, "metadata only", func(t *testing.T) {
		u, client := withClient(t, "read:users", "update:users_app_metadata")
		u.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
		u.Base = attributes{"email": "ada@example.com", "app_metadata": `{"plan":"gold"}`, "vault_connection": through(u.Tenant, client)}
		u.Run(
			step{Import: "auth0|1", Sent: patch(`{"app_metadata":{"plan":"gold"}}`)},
			step{Set: attributes{"name": "Ada"}, Error: at("vault_connection", "needs update:users at the audience")},
		)
	})
}

// A token has the scopes of the moment it was issued. For a grant that is widened in
// the same run it is requested again, once.
func TestUserResource_grantWidened(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t, "read:users", "create:users")
		r := u.NewRun()
		o := r.Apply(nil, u.Base)
		u.Grant(client.ID, "read:users", "create:users", "update:users")
		u.ForgetRequests()
		o = r.Apply(o, u.Base.With(attributes{"name": "Ada"}))
		o = r.Apply(o, u.Base.With(attributes{"name": "Countess"}))
		if n := len(u.Tokens()); n != 1 {
			t.Errorf("%d tokens were requested, want the one that has the new scope", n)
		}
		// A scope that stays away costs one more token, not one for each user.
		u.ForgetRequests()
		for range 3 {
			acctest.ExpectError(t, r.Destroy(o), "", "delete:users")
		}
		if n := len(u.Tokens()); n > 1 {
			t.Errorf("%d tokens were requested for a scope that is not granted", n)
		}
	})
}

// Blocking instead of deleting needs the scope for updates only, and retaining none.
func TestUserResource_leastPrivilege(t *testing.T) {
	t.Parallel()
	u, client := withClient(t, "read:users", "create:users", "update:users")
	u.Run(step{Set: attributes{"on_destroy": "block"}}, step{Destroy: true})
	if user := onlyUser(t, u.Tenant); user.Blocked == nil || !*user.Blocked {
		t.Error("the user is not blocked")
	}
	u.Run(step{Set: attributes{"email": "grace@example.com", "on_destroy": "retain"}},
		step{Before: func() { u.Grant(client.ID) }, Destroy: true})
	if n := len(u.Requests()); n > 0 {
		t.Errorf("retaining a user took %d requests", n)
	}
}

// Where the outcome stays unknown, the message says so. A tenant that goes on failing
// is an error in the end.
func TestUserResource_unknownOutcome(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, _ := withClient(t, "create:users") // and not read:users
		u.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Drop: true, AfterCommit: true})
		u.Run(step{Error: at("", "may have been created", "Look in Auth0's dashboard", "read:users")})
		if got := len(u.Asked("POST", usersPath)); got != 1 {
			t.Errorf("%d creates were sent", got)
		}

		u = newUser(t)
		u.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Status: 503, Times: -1})
		u.Run(step{Unchanged: true, Error: at("", "Unable to create user", "503", "Run again later")})
		if len(u.Users()) > 0 {
			t.Error("a user was created")
		}
		u.ForgetFaults()
		u.Run(step{})
	})
}
