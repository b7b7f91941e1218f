package user_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// split is a change of a user's configuration and the requests that it takes.
type split struct {
	change attributes
	sent   []string
	// rest is what the plan shows after the first of the requests, after the second
	// and so on.
	rest [][]string
}

// splits are the changes that Auth0 refuses in one request, and some that it takes in one.
var splits = map[string]split{
	"password and email": {
		change: attributes{"password": second, "email": "countess@example.com"},
		sent:   []string{`{"email":"countess@example.com"}`, `{"password":"Another-horse-8"}`},
		rest:   [][]string{{"password"}},
	},
	"password and email_verified": {
		change: attributes{"password": second, "email_verified": true},
		sent:   []string{`{"email_verified":true}`, `{"password":"Another-horse-8"}`},
		rest:   [][]string{{"password"}},
	},
	"username and email": {
		change: attributes{"username": "countess", "email": "countess@example.com"},
		sent:   []string{`{"email":"countess@example.com"}`, `{"username":"countess"}`},
		rest:   [][]string{{"username"}},
	},
	"username and email_verified": {
		change: attributes{"username": "countess", "email_verified": true},
		sent:   []string{`{"email_verified":true}`, `{"username":"countess"}`},
		rest:   [][]string{{"username"}},
	},
	"username and password": {
		change: attributes{"username": "countess", "password": second},
		sent:   []string{`{"username":"countess"}`, `{"password":"Another-horse-8"}`},
		rest:   [][]string{{"password"}},
	},
	"all of them": {
		change: attributes{
			"username": "countess", "password": second, "email": "countess@example.com", "email_verified": true, "verify_email": false,
			"nickname": "countess", "blocked": true, "user_metadata": `{"a":2}`, "app_metadata": nil, "given_name": nil, "on_destroy": "retain",
		},
		sent: []string{
			`{"app_metadata":{"b":null},"blocked":true,"email":"countess@example.com","email_verified":true,"given_name":null,` +
				`"nickname":"countess",` +
				`"user_metadata":{"a":2},"verify_email":false}`,
			`{"username":"countess"}`, `{"password":"Another-horse-8"}`,
		},
		rest: [][]string{{"on_destroy", "password", "username"}, {"on_destroy", "password"}},
	},
	"the username is removed": {
		change: attributes{"username": nil, "email": "countess@example.com", "name": "Countess"},
		sent:   []string{`{"email":"countess@example.com","name":"Countess"}`, `{"username":null}`},
		rest:   [][]string{{"username"}},
	},
	"the username is removed, with a password": {
		change: attributes{"username": nil, "given_name": nil, "password": second},
		sent:   []string{`{"given_name":null,"username":null}`, `{"password":"Another-horse-8"}`},
		rest:   [][]string{{"password"}},
	},
	"the address is removed": {
		change: attributes{"email": nil, "username": "countess", "password": second},
		sent:   []string{`{"email":null}`, `{"username":"countess"}`, `{"password":"Another-horse-8"}`},
		rest:   [][]string{{"password", "username"}, {"password"}},
	},
	"email and email_verified": {
		change: attributes{"email": "countess@example.com", "email_verified": true},
		sent:   []string{`{"email":"countess@example.com","email_verified":true}`},
	},
	"password and the profile": {
		change: attributes{"password": second, "name": "Countess", "blocked": true, "user_metadata": `{"a":2}`, "phone_number": "+15550100"},
		sent:   []string{`{"blocked":true,"name":"Countess","password":"Another-horse-8","phone_number":"+15550100","user_metadata":{"a":2}}`},
	},
	"username and the profile": {
		change: attributes{"username": "countess", "name": "Countess", "app_metadata": `{"b":2}`, "given_name": nil},
		sent:   []string{`{"app_metadata":{"b":2},"given_name":null,"name":"Countess","username":"countess"}`},
	},
}

// splitUser is a user that has a value for whatever the splits change.
func splitUser(t *testing.T) *acctest.Resource {
	t.Helper()
	u := newUser(t)
	u.Base = attributes{
		"email": "ada@example.com", "username": "ada", "password": strong, "given_name": "Ada",
		"user_metadata": `{"a":1}`, "app_metadata": `{"b":1}`,
	}
	u.Run(step{})
	return u
}

// refuse makes the tenant refuse one update after some others.
func refuse(u *acctest.Resource, skip int) func() {
	return func() {
		u.Fail(emulator.Fault{Method: "PATCH", Skip: skip, Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
	}
}

// Each change takes the requests that Auth0 accepts. A failure in the middle leaves the
// state at what was done, and the next plan shows the rest and nothing but the rest.
func TestUserResource_splitUpdates(t *testing.T) {
	t.Parallel()
	for name, test := range splits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			splitUser(t).Run(step{Set: test.change, Sent: patch(test.sent...)})
		})
		for failing := range test.sent {
			t.Run(fmt.Sprintf("%s, request %d fails", name, failing+1), func(t *testing.T) {
				t.Parallel()
				u := splitUser(t)
				sent := patch(test.sent[:failing+1]...)
				sent[failing] = strings.Replace(sent[failing], " 200", " 400", 1)
				rest := step{Set: test.change, Sent: patch(test.sent[failing:]...)}
				if failing > 0 {
					rest.Plan = test.rest[failing-1]
					if slices.Contains(rest.Plan, "password") {
						rest.Plan = append(slices.Clone(rest.Plan), "password_set_at")
					}
				}
				u.Run(step{
					Before: refuse(u, failing), Set: test.change, Sent: sent, Unchanged: failing == 0, Error: at("", "Unable to update user", "Not today"),
				}, rest)
			})
		}
	}
}

// An e-mail is not sent twice because what came after it failed, and the new vault
// connection of a failed update is that of the user.
func TestUserResource_splitUpdateFails(t *testing.T) {
	t.Parallel()
	u := splitUser(t)
	u.Base = u.Base.With(attributes{
		"email": "countess@example.com", "verify_email": true, "username": "countess",
		"vault_connection": through(u.Tenant, u.Client("forms", userScopes...)),
	})
	u.Run(
		step{Before: refuse(u, 1), Error: at("", "Not today")},
		step{Plan: []string{"username"}, Sent: patch(`{"username":"countess"}`)},
	)
}
