package user_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A refusal is an error on the attribute that it is about, with Auth0's own words and with what to do. It changes nothing.
func TestUserResource_refused(t *testing.T) {
	t.Parallel()
	in := func(connection string) attributes { return attributes{"connection_name": connection} }
	phone := attributes{"connection_name": "sms", "email": nil, "password": nil, "phone_number": "+15550199"}
	for name, test := range map[string]struct {
		// before is a configuration that is applied first, and change what changes it.
		before, change attributes
		want           *acctest.Message
	}{
		"weak password": {nil, attributes{"password": "weak"},
			at("password", "Unable to create user", "400", "PasswordStrengthError", "Password Policy", "stronger")},
		"weak write-only password": {nil, attributes{"password": nil, "password_wo": "weak"},
			at("password_wo", "PasswordStrengthError", "Password Policy")},
		"weak new password": {attributes{}, attributes{"password": "weak", "name": "Ada"},
			at("password", "Unable to update user", "PasswordStrengthError", "Password Policy")},
		"common password": {nil, in("Strict").With(attributes{"password": "Common-horse-7"}),
			at("password", "PasswordDictionaryError", "Password Policy")},
		"personal password": {nil, in("Strict").With(attributes{"password": "Lovelace-1815", "family_name": "Lovelace"}),
			at("password", "PasswordNoUserInfoError", "Password Policy")},
		"former password": {in("Strict"), attributes{"password": nil, "password_wo": strong, "password_wo_version": 2},
			at("password_wo", "PasswordHistoryError", "used before", "Choose another")},
		"no password":         {nil, attributes{"password": nil}, at("password", "Missing required property: password")},
		"no address":          {nil, attributes{"username": "ada", "email": nil}, at("email", "Missing required property: email")},
		"no number":           {nil, in("sms").With(attributes{"password": nil}), at("phone_number", "Missing required property: phone_number")},
		"no username":         {nil, in("Staff"), at("username", "Missing required property: username")},
		"existing address":    {nil, attributes{"email": "Grace@example.com"}, at("email", "409", "auth0|grace", "import it", "on_destroy")},
		"existing number":     {nil, phone.With(attributes{"phone_number": "+15550100"}), at("phone_number", "409", "sms|1", "import it")},
		"existing id":         {nil, attributes{"user_id": "grace"}, at("email", "409", "already exists")},
		"address of another":  {attributes{}, attributes{"email": "grace@example.com"}, at("email", "new email already exists", "another user")},
		"username of another": {attributes{"username": "ada"}, attributes{"username": "grace"}, at("username", "in use already", "another user")},
		"unknown connection":  {nil, in("Nowhere"), at("connection_name", "Connection does not exist", "Check connection_name", "not its id")},
		"disabled connection": {nil, in("Disabled"), at("connection_name", "Connection is disabled", "Enable the connection")},
		"no user creation":    {nil, in("Imported"), at("connection_name", "does not support user creation", "passwordless connection")},
		"social connection":   {nil, in("google"), at("connection_name", "does not support user creation")},
		"connection not enabled for the client": {nil, in("Closed"),
			at("connection_name", "must be enabled for this client", "Authentication > Database", "Applications", "CLIENT")},
		"no usernames":       {nil, in("Plain").With(attributes{"username": "ada"}), at("username", "requires_username", "no usernames")},
		"long username":      {nil, attributes{"username": "abcdefghijklmnopq"}, at("username", "400 invalid_body", "on property username")},
		"first username":     {attributes{}, attributes{"username": "ada"}, at("username", "without an username already set", "-replace")},
		"passwordless":       {nil, in("email"), at("password", "Cannot set password")},
		"address of a phone": {phone, attributes{"email": "a@example.com"}, at("email", "Cannot update email")},
		"verified phone":     {phone, attributes{"email_verified": true}, at("email_verified", "Email verification is not supported")},
		"password of phone":  {phone, attributes{"password": strong}, at("connection_name", "not supported for this operation")},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			u := newUser(t)
			u.Secrets = append(u.Secrets, "Lovelace-1815", "Common-horse-7")
			addDatabases(u.Tenant,
				emulator.Database{Name: "Strict", PasswordDictionary: []string{"Common-horse-7"}, NoPersonalInfo: true, PasswordHistory: 5},
				emulator.Database{Name: "Staff", RequiresUsername: true}, emulator.Database{Name: "Disabled", Disabled: true},
				emulator.Database{Name: "Imported", NoUserCreation: true}, emulator.Database{Name: "google", Strategy: "google-oauth2"},
				emulator.Database{Name: "Closed", EnabledClients: []string{"another"}}, emulator.Database{Name: "Plain"},
				emulator.Database{Name: "email", Strategy: "email"}, emulator.Database{Name: "sms", Strategy: "sms"})
			u.AddUser(emulator.User{ID: "auth0|grace", Email: "grace@example.com", Username: "grace"})
			u.AddUser(emulator.User{ID: "sms|1", Connection: "sms", PhoneNumber: "+15550100"})
			u.Base = u.Base.With(test.before)
			if test.before != nil {
				u.Run(step{})
			}
			users := len(u.Users())
			for i, word := range test.want.Words {
				test.want.Words[i] = strings.ReplaceAll(word, "CLIENT", u.Own.ID)
			}
			refused := step{Set: test.change, Error: test.want, Unchanged: true}
			if name == "password of phone" {
				refused.Warning = at("password", "set by the next apply")
			}
			if u.Run(refused); len(u.Users()) != users {
				t.Error("a user was created")
			}
			if test.before != nil {
				u.Run(step{Sent: none})
			}
		})
	}
}

// In some tenants, an address of another user is a conflict in an update too.
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

// A conflict of custom domains says nothing about the user. The header that it asks for goes with writes of users only.
func TestUserResource_customDomain(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		label, _, _ := strings.Cut(u.Domain(), ".")
		custom, headers := "login."+label+".example.com", []string{}
		u.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{custom, "id." + label + ".example.com"} })
		header := attributes{"custom_domain_header": custom}
		u.OnRequest(func(r emulator.Request) {
			if got := r.Header.Get("Auth0-Custom-Domain"); got == custom {
				headers = append(headers, r.Method+" "+strings.TrimPrefix(r.Path, "/api/v2")[:6])
			}
		})
		conflict := at("", "Unable to create user", "409 custom_domain_conflict", "custom_domain_header", "AUTH0_CUSTOM_DOMAIN_HEADER",
			"does not mean that the object exists")
		u.Run(
			step{Unchanged: true, Error: conflict},
			step{Provider: header},
			step{Provider: header, Set: attributes{"name": "Ada"}},
			step{Set: attributes{"name": "Countess"}, Error: at("", "Unable to update user", "custom_domain_header")},
			step{Provider: header, Destroy: true},
			step{Provider: attributes{"custom_domain_header": "unknown.example.com"}, Error: at("", "custom domain does not exist")},
		)
		if !slices.Equal(headers, []string{"POST /users", "PATCH /users"}) {
			t.Errorf("the header was sent with %v", headers)
		}
	})
}

// Credentials that do not work, and a connection that is not enabled, are errors that name the client: that of the vault
// connection, or the provider's own and the arguments that it comes from.
func TestUserResource_credentialsRefused(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		ungranted, disabled := u.AddClient(emulator.Client{Name: "ungranted"}), u.Client("disabled", userScopes...)
		u.AddDatabase(emulator.Database{Name: emulator.DefaultDatabase, EnabledClients: []string{client.ID, u.Own.ID}})
		u.Secrets = append(u.Secrets, "wrong-secret-1234")
		for _, test := range []struct {
			change attributes
			want   *acctest.Message
		}{
			{attributes{"client_secret": "wrong-secret-1234"}, at("vault_connection", u.Domain(), client.ID, "does not accept", "vault_connection")},
			{attributes{"client_id": "nobody"}, at("vault_connection", "nobody", "does not accept")},
			{through(u.Tenant, ungranted), at("vault_connection", ungranted.ID, "Create a client grant", u.Audience())},
			{attributes{"audience": "https://x/api/v2/"}, at("vault_connection", "https://x/api/v2/", "no API with the identifier")},
			{attributes{"domain": "acme.example.com"}, at("", "acme.example.com")}, // a host that does not exist
			{through(u.Tenant, disabled), at("connection_name", "for the application \""+disabled.ID+"\"", "Authentication > Database")},
		} {
			test.want.Words = append(test.want.Words, "Unable to create user")
			connection := through(u.Tenant, client).With(test.change)
			u.Run(step{Set: attributes{"vault_connection": connection}, Unchanged: true, Error: test.want})
		}
		u.Run(step{
			Set: attributes{"vault_connection": nil}, Provider: attributes{"client_secret": "wrong-secret-1234"},
			Error: at("", "Unable to create user", u.Domain(), u.Own.ID, "client_secret", "arguments domain, client_id and client_secret"),
		})
	})
}

// A missing scope is an error that names it, the client that lacks it and the audience. It changes nothing.
func TestUserResource_missingScope(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		lacks := func(on, action, scope string, s step) step {
			return step{
				Before: func() {
					u.Grant(client.ID, slices.DeleteFunc(slices.Clone(userScopes), func(s string) bool { return s == scope })...)
				}, Set: s.Set, Destroy: s.Destroy, Sent: s.Sent, Unchanged: true,
				Error: at(on, action, "The vault connection's client lacks the scope",
					"client \""+client.ID+"\" needs "+scope+" at the audience \""+u.Audience()+"\""),
			}
		}
		u.Run(
			lacks("vault_connection", "Unable to create user", "create:users", step{}),
			step{Before: func() { u.Grant(client.ID, userScopes...) }},
			lacks("vault_connection", "Unable to update user", "update:users", step{Set: attributes{"name": "Ada"}}),
			lacks("", "Unable to delete user", "delete:users", step{Destroy: true}),
			// A user is blocked with the scope for updates only, and retained without a scope.
			step{Set: attributes{"on_destroy": "block"}},
			lacks("", "Unable to block user", "update:users", step{Destroy: true}),
			step{Before: func() { u.Grant(client.ID, "update:users") }, Destroy: true, Sent: patch(`{"blocked":true}`)},
		)
		u.Run(
			step{Before: func() { u.Grant(client.ID, userScopes...) }, Set: attributes{"email": "grace@example.com", "on_destroy": "retain"}},
			step{Before: func() { u.Grant(client.ID) }, Destroy: true, Sent: none},
		)
		u.Run(step{Before: func() { u.Grant(u.Own.ID, "read:users") }, Set: attributes{"vault_connection": nil},
			Error: at("", "Unable to create user", "The provider's own client lacks the scope", u.Own.ID, "create:users", u.Audience())})
	})
}

// Metadata alone can be written with a scope of its own.
func TestUserResource_metadataScope(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t, "read:users", "update:users_app_metadata")
		u.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
		u.Base = attributes{"email": "ada@example.com", "app_metadata": `{"plan":"gold"}`, "vault_connection": through(u.Tenant, client)}
		u.Run(
			step{Import: "auth0|1", Sent: patch(`{"app_metadata":{"plan":"gold"}}`)},
			step{Set: attributes{"name": "Ada"}, Error: at("vault_connection", "needs update:users at the audience")},
		)
	})
}

// A token has the scopes of the moment it was issued. For a grant that is widened in the same run it is requested again, once.
// A scope that stays missing costs one more token, not one for each user.
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
		for range 3 {
			acctest.ExpectError(t, r.Destroy(o), "", "delete:users")
		}
		if n := len(u.Tokens()); n > 2 {
			t.Errorf("%d tokens were requested for a scope that is not granted", n-1)
		}
	})
}

// Where the outcome stays unknown, the message says so. A tenant that goes on failing is an error in the end.
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
		u.ForgetFaults()
		u.Run(step{})
	})
}
