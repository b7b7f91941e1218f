package user_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A user is imported as it is. A configuration that says the same plans empty.
func TestUserResource_import(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	there := grace(u.Tenant)
	u.AddUser(emulator.User{ID: "samlp|okta|grace", Email: "grace@sso.example.com", Connection: "okta", Provider: "samlp"})
	u.Base = attributes{
		"user_id": "grace", "email": "grace@example.com", "email_verified": true, "username": "grace", "name": "Grace Hopper",
		"given_name": "Grace", "family_name": "Hopper", "phone_number": "+15550100", "blocked": true,
		"user_metadata": `{"seen":["tour",{"a":null,"b":1}],"plan":"gold"}`, "app_metadata": `{"roles":["admin"]}`,
	}
	for _, s := range []step{
		{Import: there.ID}, {Import: "email:grace@example.com"}, {Import: "email:Grace@Example.com"},
		{ImportIdentity: attributes{"id": there.ID}},
	} {
		u.Object, s.Plan, s.Sent = nil, none, none
		s.State = graceState.With(attributes{"on_destroy": "delete", "vault_connection": nil, "password": nil, "verify_email": nil})
		u.Run(s)
	}
	if after, _ := u.User(there.ID); !after.UpdatedAt.Equal(there.UpdatedAt) {
		t.Error("the user was changed")
	}
}

func TestUserResource_importRefused(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	there := grace(u.Tenant)
	u.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	other := u.AddUser(emulator.User{Email: "ada@example.com", Connection: "okta", Provider: "samlp"})
	u.Run(
		step{Import: "grace", Error: at("", "Unable to import user", "not a full user ID", `did you mean "auth0|grace"?`)},
		step{Import: "grace@example.com", Error: at("", "Unable to import user", `did you mean "email:grace@example.com"?`)},
		step{Import: "email:nobody@example.com", Error: at("", "Unable to import user", "No user", "nobody@example.com")},
		step{Import: "email:ada@example.com", Error: at("", "Unable to import user", "auth0|1", other.ID, "Import by ID")},
		step{ImportIdentity: attributes{"id": "grace"}, Error: at("", "Unable to import user", `"auth0|grace"`)},
		step{Import: there.ID, Provider: attributes{"client_id": unknown}, Error: at("", "Unable to import user", "not known before")},
		step{Before: func() { u.Grant(u.Own.ID, "create:users") }, Import: "email:ada@example.com",
			Error: at("", "Unable to import user", "read:users")},
	)
	u.Grant(u.Own.ID, acctest.ProviderScopes...)
	// Terraform itself says that a user who is not found does not exist.
	if imported, diags := u.NewRun().TryImport("auth0|nobody", nil); imported != nil || acctest.HasError(diags) {
		t.Errorf("imported %v, with %s", imported, acctest.Format(diags))
	}
	_, diags := u.NewRun(attributes{"client_id": nil, "client_secret": nil}).TryImport(there.ID, nil)
	if !acctest.HasError(diags) || !strings.Contains(acctest.Format(diags), "AUTH0_CLIENT_ID") {
		t.Errorf("an import without a client of its own said %s", acctest.Format(diags))
	}
}

// An imported user is taken over by a vault connection without a request. A password is set once, with a warning, unless it
// has a version.
func TestUserResource_importThenUpdate(t *testing.T) {
	t.Parallel()
	u, client := withClient(t)
	there := grace(u.Tenant)
	u.Base = attributes{"email": "grace@example.com", "username": "grace", "given_name": "Grace", "family_name": "Hopper",
		"phone_number": "+15550100", "blocked": true, "vault_connection": u.Base["vault_connection"]}
	u.Run(step{Import: there.ID, Plan: []string{"vault_connection"}, Sent: none}, step{Plan: none})
	expectRequestsBy(t, u.Tenant, client.ID)
	warning := func(attribute string) *acctest.Message {
		return at(attribute, "is set by the next apply", there.ID, "leave it out of the configuration")
	}
	for _, s := range []step{
		{Set: attributes{"password": second}, Warning: warning("password"), Sent: passwordSent(second)},
		{Set: attributes{"password_wo": third}, Warning: warning("password_wo"), Sent: passwordSent(third)},
		{Set: attributes{"password_wo": second, "password_wo_version": 1}, Sent: passwordSent(second)},
	} {
		s.Import, u.Object = there.ID, nil
		u.Run(s)
	}
}

// existing are users that were created by login, by import and by earlier rules.
var existing = []emulator.User{
	{ID: "google-oauth2|1087", Connection: "google-oauth2", Email: "G@gmail.com", GivenName: strings.Repeat("G", 200), FamilyName: "Hopper"},
	{ID: "samlp|okta|ada", Connection: "okta", Provider: "samlp", Email: "ada@corp.example.com", Picture: "/avatars/ada.png"},
	{ID: "github|99", Connection: "github", Nickname: "octo", Name: "Octo Cat"},
	{ID: "auth0|legacy-db|4711", Connection: "legacy-db", Email: "root@localhost", Username: "ada lovelace"},
	{ID: "auth0|auth0|4712", Connection: "legacy-db", Email: "müller@bücher.example", Username: "zoë"},
	{ID: "auth0|3", Email: "a@example.com", Username: "ada@example.com"},
	{ID: "auth0|4", Email: "b@example.com", UserMetadata: map[string]any{"email": "x", "a.b": 1, "$c": []any{}},
		AppMetadata: map[string]any{"email": "x", "blocked": true}},
	{ID: "sms|5", Connection: "sms", PhoneNumber: "+15550100"},
	{ID: "email|6", Connection: "email", Email: "c@example.com", EmailVerified: true},
	{ID: "samlp|okta|7", Connection: "okta", Provider: "samlp", PhoneNumber: "(555) 0100", Name: " "},
	{ID: "auth0|8", Email: "d@example.com", EmailVerified: true, Username: "d", Name: "D", GivenName: "D", FamilyName: "D", Nickname: "d",
		Picture: "data:image/png;base64,aGk=", PhoneNumber: "+15550111", PhoneVerified: new(true), Blocked: new(true)},
}

func addLegacyDatabases(tenant *acctest.Tenant) {
	addDatabases(tenant,
		emulator.Database{Name: "legacy-db", OptionalUsername: true}, emulator.Database{Name: "google-oauth2", Strategy: "google-oauth2"},
		emulator.Database{Name: "okta", Strategy: "samlp"}, emulator.Database{Name: "github", Strategy: "github"},
		emulator.Database{Name: "sms", Strategy: "sms"}, emulator.Database{Name: "email", Strategy: "email"},
	)
}

// The configuration that Terraform generates for whatever exists is valid, plans empty,
// and can be applied.
func TestUserResource_importGenerated(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	addLegacyDatabases(u.Tenant)
	for _, user := range existing {
		u.AddUser(user)
		r := u.NewRun()
		imported, diags := r.TryImport(user.ID, nil)
		acctest.RequireNoError(t, diags)
		u.Object, u.Base = nil, r.Generated(imported.State)
		if u.Base["user_id"] == nil {
			t.Errorf("%s: no user_id in %v", user.ID, u.Base)
		}
		u.Run(step{Import: user.ID, Plan: none}, step{Set: attributes{"on_destroy": "retain"}, Plan: []string{"on_destroy"}, Sent: none})
	}
}

// Rules for new users do not apply to existing ones.
func TestUserResource_rulesOfCreate(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	addLegacyDatabases(u.Tenant)
	for _, s := range []step{
		{Config: attributes{"connection_name": "github"}, Error: at("email", "at least one of email, phone_number and username")},
		{Set: attributes{"user_id": "auth0|auth0|4712"}, Error: at("user_id", `did you mean "auth0|4712"?`)},
		{Set: attributes{"connection_name": "legacy-db", "user_id": "legacy-db|4711"}},
		{Set: attributes{"username": "ada lovelace"}, Warning: at("username", "Auth0 may refuse")},
		{Set: attributes{"username": "ada@example.com"}, Warning: at("username", "Auth0 may refuse", "did you mean email")},
		{Set: attributes{"user_metadata": `{"a":{"b.c":1}}`}, Warning: at("user_metadata", "Auth0 may refuse")},
		{Set: attributes{"app_metadata": `{"email":"x"}`}, Warning: at("app_metadata", "Auth0 may refuse")},
	} {
		s.PlanOnly = true
		u.Run(s)
	}
}

// The first update after an import fails. Nothing of the user is owned by that: the
// next apply clears only what the configuration had set.
func TestUserResource_firstUpdateAfterImportFails(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	grace(u.Tenant)
	u.Base = attributes{"email": "grace@example.com", "name": "Rear Admiral"}
	u.Run(step{Import: "auth0|grace", Before: refuse(u, 0), Error: at("", "Not today")}, step{Sent: patch(`{"name":"Rear Admiral"}`)})
}
