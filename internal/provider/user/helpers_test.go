package user_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	// typeName is the resource, and the data source, that these tests are about.
	typeName = "auth0vault_user"
	// usersPath is where users are written, below /api/v2.
	usersPath = "/users"
	// strong, second and third meet the password policy of every tenant's first database.
	strong = "Correct-horse-7"
	second = "Another-horse-8"
	third  = "Battery-staple-9"
	// nextSecret is the secret of a client after a rotation.
	nextSecret = "the-next-secret-0123456789"
)

type (
	attributes = acctest.Attributes
	step       = acctest.Step
)

var (
	unknown = acctest.Unknown
	none    = acctest.None
	at      = acctest.At
)

// userScopes are all that managing users takes.
var userScopes = []string{"read:users", "create:users", "update:users", "delete:users"}

// newUser returns a user in a new tenant, not created yet, with the least that a
// database user needs.
func newUser(t *testing.T) *acctest.Resource {
	t.Helper()
	return userOf(acctest.NewInProcess(t))
}

// userOf returns another user of a tenant.
func userOf(tenant *acctest.Tenant) *acctest.Resource {
	return &acctest.Resource{
		Tenant: tenant, Type: typeName, Base: attributes{"email": "ada@example.com", "password": strong},
		Secrets: []string{strong, second, third}, Volatile: []string{"updated_at"}, Writes: writes,
	}
}

// withClient is newUser with the vault connection of a client that may do everything.
func withClient(t *testing.T, scopes ...string) (*acctest.Resource, emulator.Client) {
	t.Helper()
	u := newUser(t)
	if scopes == nil {
		scopes = userScopes
	}
	client := u.Client("forms", scopes...)
	u.Base["vault_connection"] = through(u.Tenant, client)
	return u, client
}

// full has every attribute of the profile.
func full() attributes {
	return attributes{
		"email": "ada@example.com", "email_verified": true,
		"username": "ada", "password": strong, "name": "Ada Lovelace", "given_name": "Ada",
		"family_name": "Lovelace", "nickname": "countess", "picture": "https://example.com/ada.png", "blocked": true,
		"phone_number": "+4915112345678", "phone_verified": true, "user_metadata": `{"plan":"gold"}`, "app_metadata": `{"roles":["a"]}`,
	}
}

// grace adds a user that Terraform does not know yet.
func grace(tenant *acctest.Tenant) emulator.User {
	return tenant.AddUser(emulator.User{
		ID: "auth0|grace", Email: "grace@example.com", EmailVerified: true, Username: "grace", Name: "Grace Hopper",
		GivenName: "Grace", FamilyName: "Hopper", PhoneNumber: "+15550100", Blocked: new(true), Password: strong,
		UserMetadata: map[string]any{"plan": "gold", "seen": []any{"tour", map[string]any{"b": 1.0, "a": nil}}},
		AppMetadata:  map[string]any{"roles": []any{"admin"}},
	})
}

// graceState is what a state or data source shows of that user.
var graceState = attributes{
	"id": "auth0|grace", "user_id": "grace", "connection_name": "Username-Password-Authentication",
	"email": "grace@example.com", "email_verified": true,
	"username": "grace", "name": "Grace Hopper", "given_name": "Grace",
	"phone_number": "+15550100", "phone_verified": nil, "blocked": true,
	"user_metadata": `{"plan":"gold","seen":["tour",{"a":null,"b":1}]}`, "app_metadata": `{"roles":["admin"]}`,
}

// addDatabases adds identity sources that differ from the default one.
func addDatabases(tenant *acctest.Tenant, databases ...emulator.Database) {
	for _, database := range databases {
		tenant.AddDatabase(database)
	}
}

// through is the vault_connection of a client.
func through(tenant *acctest.Tenant, client emulator.Client) attributes {
	return attributes{"domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret}
}

// secretless is the vault_connection of a client whose secret is write-only.
func secretless(tenant *acctest.Tenant, client emulator.Client) attributes {
	return through(tenant, client).Without("client_secret")
}

// secretsOf is the provider's argument with the secrets of these clients.
func secretsOf(clients ...emulator.Client) attributes {
	secrets := map[string]string{}
	for _, client := range clients {
		secrets[client.ID] = client.Secret
	}
	return attributes{"connection_secrets": secrets}
}

// rotate gives a client a new secret.
func rotate(tenant *acctest.Tenant, client emulator.Client) emulator.Client {
	client.Secret = nextSecret
	tenant.SetClientSecret(client.ID, client.Secret)
	return client
}

// onlyUser returns the one user that the tenant holds.
func onlyUser(t *testing.T, tenant *acctest.Tenant) emulator.User {
	t.Helper()
	all := tenant.Users()
	if len(all) != 1 {
		t.Fatalf("the tenant holds %d users, want 1", len(all))
	}
	return all[0]
}

// expectRequestsBy fails unless there were requests for users since the log was last
// forgotten, all of them with the token of one client.
func expectRequestsBy(t *testing.T, tenant *acctest.Tenant, clientID string) {
	t.Helper()
	requests := tenant.Asked("", usersPath)
	if len(requests) == 0 {
		t.Error("there was no request for a user")
	}
	for _, r := range requests {
		if r.ClientID != clientID {
			t.Errorf("%s %s carried the token of %q, want %q", r.Method, r.Path, r.ClientID, clientID)
		}
	}
}

// writes returns the writes of users since the log was last forgotten: method, body
// with its keys in order, and status.
func writes(tenant *acctest.Tenant) []string {
	out := []string{}
	for _, r := range tenant.Asked("", usersPath) {
		if r.Method != "GET" {
			out = append(out, strings.Join(strings.Fields(fmt.Sprint(r.Method, " ", normalize(r.RequestBody), " ", r.Status)), " "))
		}
	}
	return out
}

// normalize brings the keys of a JSON text in order.
func normalize(text []byte) string {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return string(text)
	}
	return toJSON(v)
}

func toJSON(v any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
	return strings.TrimSpace(out.String())
}

// post is the create of a user with the least; more are further members of the body.
func post(more string) []string {
	const least = `"connection":"Username-Password-Authentication","email":"ada@example.com","password":"` + strong + `"`
	return []string{`POST {` + least + more + `} 201`}
}

// patch are the updates with these bodies.
func patch(bodies ...string) []string {
	out := []string{}
	for _, body := range bodies {
		out = append(out, "PATCH "+body+" 200")
	}
	return out
}
