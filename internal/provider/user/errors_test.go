package user_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// What a tenant refuses is said on the attribute that it is about, with Auth0's
// own words and with what to do.
func TestUserResource_refused(t *testing.T) {
	t.Parallel()
	in := func(connection string) attributes { return ada().With(attributes{"connection_name": connection}) }
	for name, test := range map[string]struct {
		// before is a configuration that is applied first.
		before, given attributes
		on            string
		words         []string
	}{
		"weak password": {
			given: attributes{"email": "ada@example.com", "password": "weak"}, on: "password",
			words: []string{"Unable to create user", "400", "PasswordStrengthError", "Password Policy", "stronger"},
		},
		"weak write-only password": {given: ada().With(attributes{"password_wo": "weak"}), on: "password_wo", words: []string{"PasswordStrengthError", "Password Policy"}},
		"weak new password": {
			before: ada(), given: ada().With(attributes{"password_wo": "weak", "name": "Ada"}), on: "password_wo",
			words: []string{"Unable to update user", "PasswordStrengthError", "Password Policy"},
		},
		"common password": {given: in("Strict").With(attributes{"password_wo": "Common-horse-7"}), on: "password_wo", words: []string{"PasswordDictionaryError", "Password Policy"}},
		"personal password": {
			given: in("Strict").With(attributes{"password_wo": "Lovelace-1815", "family_name": "Lovelace"}), on: "password_wo",
			words: []string{"PasswordNoUserInfoError", "Password Policy"},
		},
		"password of before": {
			before: in("Strict"), given: in("Strict").With(attributes{"password_wo": strong, "password_wo_version": 2}), on: "password_wo",
			words: []string{"PasswordHistoryError", "used before", "Choose another"},
		},
		"no password":          {given: attributes{"email": "ada@example.com"}, on: "password", words: []string{"Missing required property: password"}},
		"no address":           {given: attributes{"username": "ada", "password_wo": strong}, on: "email", words: []string{"Missing required property: email"}},
		"no number":            {given: attributes{"email": "ada@example.com", "connection_name": "sms"}, on: "phone_number", words: []string{"Missing required property: phone_number"}},
		"no username":          {given: in("Staff"), on: "username", words: []string{"Missing required property: username"}},
		"existing address":     {given: attributes{"email": "Grace@example.com", "password_wo": strong}, on: "email", words: []string{"409", "auth0|grace", "import it", "on_destroy"}},
		"existing number":      {given: attributes{"phone_number": "+15550100", "connection_name": "sms"}, on: "phone_number", words: []string{"409", "sms|1", "import it"}},
		"existing id":          {given: ada().With(attributes{"user_id": "grace"}), on: "email", words: []string{"409", "already exists"}},
		"address of another":   {before: ada(), given: ada().With(attributes{"email": "grace@example.com"}), on: "email", words: []string{"The specified new email already exists", "another user"}},
		"username of another":  {before: ada().With(attributes{"username": "ada"}), given: ada().With(attributes{"username": "grace"}), on: "username", words: []string{"in use already", "another user"}},
		"connection unknown":   {given: in("Nowhere"), on: "connection_name", words: []string{"Connection does not exist", "Check connection_name", "not its id"}},
		"connection disabled":  {given: in("Disabled"), on: "connection_name", words: []string{"Connection is disabled", "Enable the connection"}},
		"no user creation":     {given: in("Imported"), on: "connection_name", words: []string{"does not support user creation", "database or passwordless connection", "connection_name"}},
		"social connection":    {given: in("google"), on: "connection_name", words: []string{"does not support user creation"}},
		"connection closed":    {given: in("Closed"), on: "connection_name", words: []string{"must be enabled for this client", "Authentication > Database", "Applications", "CLIENT"}},
		"no usernames":         {given: in("Plain").With(attributes{"username": "ada"}), on: "username", words: []string{"requires_username", "no usernames"}},
		"username too long":    {given: ada().With(attributes{"username": "abcdefghijklmnopq"}), on: "username", words: []string{"400 invalid_body", "on property username"}},
		"a username too late":  {before: ada(), given: ada().With(attributes{"username": "ada"}), on: "username", words: []string{"without an username already set", "-replace"}},
		"a passwordless one":   {given: ada().With(attributes{"connection_name": "email"}), on: "password_wo", words: []string{"Cannot set password"}},
		"address of a number":  {before: attributes{"connection_name": "sms", "phone_number": "+15550199"}, given: attributes{"connection_name": "sms", "phone_number": "+15550199", "email": "a@example.com"}, on: "email", words: []string{"Cannot update email"}},
		"a user of enterprise": {before: attributes{"connection_name": "sms", "phone_number": "+15550199"}, given: attributes{"connection_name": "sms", "phone_number": "+15550199", "email_verified": true}, on: "email_verified", words: []string{"Email verification is not supported"}},
		"verified what is not": {before: attributes{"connection_name": "sms", "phone_number": "+15550199"}, given: attributes{"connection_name": "sms", "phone_number": "+15550199", "password_wo": strong}, on: "connection_name", words: []string{"not supported for this operation"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			for _, database := range []emulator.Database{
				{Name: "Strict", PasswordDictionary: []string{"Common-horse-7"}, NoPersonalInfo: true, PasswordHistory: 5},
				{Name: "Staff", RequiresUsername: true},
				{Name: "Disabled", Disabled: true},
				{Name: "Imported", NoUserCreation: true},
				{Name: "google", Strategy: "google-oauth2"},
				{Name: "Closed", EnabledClients: []string{"another"}},
				{Name: "Plain"},
				{Name: "email", Strategy: "email"},
				{Name: "sms", Strategy: "sms"},
			} {
				tenant.AddDatabase(database)
			}
			tenant.AddUser(emulator.User{ID: "auth0|grace", Email: "grace@example.com", Username: "grace"})
			tenant.AddUser(emulator.User{ID: "sms|1", Connection: "sms", PhoneNumber: "+15550100"})
			var made *acctest.Object
			if test.before != nil {
				made = applied(t, tenant, nil, test.before)
			}
			users := len(tenant.Users())
			left, diags := newRun(t, tenant).Fail(made, test.given)
			for i := range test.words {
				test.words[i] = strings.ReplaceAll(test.words[i], "CLIENT", tenant.Own.ID)
			}
			acctest.ExpectError(t, diags, test.on, test.words...)
			for _, password := range []string{"weak", strong, "Lovelace-1815"} {
				if text := strings.ReplaceAll(acctest.Said(diags), "too weak", ""); strings.Contains(text, password) {
					t.Errorf("the message holds the password: %s", text)
				}
			}
			if made == nil && (left != nil || len(tenant.Users()) != users) {
				t.Error("something was made")
			}
			if made != nil {
				expectEmptyPlan(t, tenant, left, test.before)
			}
		})
	}
}

// Auth0's tenants differ: a name that is taken may be a conflict in an update too.
func TestUserResource_conflictOnUpdate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.ConflictOnUpdate = true })
	tenant.AddUser(emulator.User{ID: "auth0|grace", Email: "grace@example.com", Username: "grace", PhoneNumber: "+15550100"})
	given := ada().With(attributes{"username": "ada"})
	made := applied(t, tenant, nil, given)
	for attribute, value := range map[string]string{"email": "grace@example.com", "username": "grace", "phone_number": "+15550100"} {
		_, diags := newRun(t, tenant).Fail(made, given.With(attributes{attribute: value}))
		acctest.ExpectError(t, diags, attribute, "Unable to update user", "409", "another user")
	}
}

// Several custom domains: a conflict that says nothing about the user. The
// header that it asks for goes with writes of users, and with nothing else.
func TestUserResource_customDomain(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	label, _, _ := strings.Cut(tenant.Domain(), ".")
	custom := "login." + label + ".example.com"
	tenant.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{custom, "id." + label + ".example.com"} })
	given := ada()
	left, diags := newRun(t, tenant).Fail(nil, given)
	acctest.ExpectError(t, diags, "", "Unable to create user", "409 custom_domain_conflict", "custom_domain_header", "AUTH0_CUSTOM_DOMAIN_HEADER", "does not mean that the object exists")
	if left != nil || strings.Contains(acctest.Said(diags), "import it") {
		t.Errorf("it is taken for a user that exists: %s", acctest.Said(diags))
	}

	header := attributes{"custom_domain_header": custom}
	made := applied(t, tenant, nil, given, header)
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Status: 500})
	made = applied(t, tenant, made, given.With(attributes{"name": "Ada"}), header)
	_, diags = newRun(t, tenant).Fail(made, given.With(attributes{"name": "Countess"}))
	acctest.ExpectError(t, diags, "", "Unable to update user", "custom_domain_header")
	acctest.MustSucceed(t, newRun(t, tenant, header).Destroy(made))
	writes := 0
	for _, r := range tenant.Requests() {
		got := r.Header.Get("Auth0-Custom-Domain")
		switch {
		case r.Status == 409:
		case r.Method == "POST" && r.Path == "/api/v2/users" || r.Method == "PATCH":
			if writes++; got != custom {
				t.Errorf("%s %s carried the header %q", r.Method, r.Path, got)
			}
		case got != "":
			t.Errorf("%s %s carried the header", r.Method, r.Path)
		}
	}
	if writes != 2 {
		t.Errorf("%d writes", writes)
	}

	_, diags = newRun(t, tenant, attributes{"custom_domain_header": "unknown.example.com"}).Fail(nil, given)
	acctest.ExpectError(t, diags, "", "custom domain does not exist")
}

// The client is the connection's: the message names that one, and where it is enabled.
func TestUserResource_connectionClosed(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	tenant.AddDatabase(emulator.Database{Name: emulator.DefaultDatabase, EnabledClients: []string{tenant.Own.ID}})
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	_, diags := newRun(t, tenant).Fail(nil, given)
	acctest.ExpectError(t, diags, "connection_name", "Enable the connection for the application \""+client.ID+"\"", "Authentication > Database")

	tenant.AddDatabase(emulator.Database{Name: emulator.DefaultDatabase, EnabledClients: []string{client.ID}})
	applied(t, tenant, nil, given)
}

// Credentials that do not work, at create: on the connection, and for the
// provider's own client with the arguments and variables that they come from.
func TestUserResource_credentialsRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	ungranted := tenant.AddClient(emulator.Client{Name: "ungranted"})
	for name, test := range map[string]struct {
		connection attributes
		words      []string
	}{
		"wrong secret":   {through(tenant, client).With(attributes{"client_secret": "wrong-secret-1234"}), []string{tenant.Domain(), client.ID, "does not accept", "vault_connection"}},
		"wrong client":   {through(tenant, client).With(attributes{"client_id": "nobody"}), []string{"nobody", "does not accept"}},
		"no grant":       {through(tenant, ungranted), []string{ungranted.ID, "Create a client grant", tenant.Audience()}},
		"wrong audience": {through(tenant, client).With(attributes{"audience": "https://nowhere/api/v2/"}), []string{"https://nowhere/api/v2/", "no API with the identifier"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := newRun(t, tenant).Fail(nil, ada().With(attributes{"vault_connection": test.connection}))
			acctest.ExpectError(t, diags, "vault_connection", append(test.words, "Unable to create user")...)
			if strings.Contains(acctest.Said(diags), "wrong-secret-1234") {
				t.Error("the message holds the secret")
			}
		})
	}
	_, diags := newRun(t, tenant, attributes{"client_secret": "wrong-secret-1234"}).Fail(nil, ada())
	acctest.ExpectError(t, diags, "", "Unable to create user", tenant.Domain(), tenant.Own.ID, "client_secret", "arguments domain, client_id and client_secret")
}

// A host that does not answer, and a tenant that is not there.
func TestUserResource_unreachable(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	given := ada().With(attributes{"vault_connection": through(tenant, client).With(attributes{"domain": "acme.example.com"})})
	_, diags := newRun(t, tenant).Fail(nil, given)
	if text := acctest.Said(diags); !strings.Contains(text, "acme.example.com") || !strings.Contains(text, "Unable to create user") {
		t.Error(text)
	}
}
