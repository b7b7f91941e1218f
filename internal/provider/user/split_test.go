package user_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// split is a change of a user's configuration and the bodies of the requests that it takes.
type split struct {
	change attributes
	sent   []string
}

const (
	newEmail    = `{"email":"countess@example.com"}`
	newUsername = `{"username":"countess"}`
	newPassword = `{"password":"` + second + `"}`
)

// splits are the changes that Auth0 refuses in one request, and some that it takes in one.
func splits() map[string]split {
	email, verify := attributes{"email": "countess@example.com"}, attributes{"email_verified": true}
	username, password := attributes{"username": "countess"}, attributes{"password": second}
	return map[string]split{
		"password and email": {password.With(email), []string{newEmail, newPassword}},
		"username and email": {username.With(email), []string{newEmail, newUsername}},
		"all of them": {
			username.With(password).With(email).With(verify).With(attributes{"verify_email": false, "nickname": "countess", "blocked": true,
				"user_metadata": `{"a":2}`, "app_metadata": nil, "given_name": nil, "on_destroy": "retain"}),
			[]string{`{"app_metadata":{"b":null},"blocked":true,"email":"countess@example.com","email_verified":true,"given_name":null,` +
				`"nickname":"countess","user_metadata":{"a":2},"verify_email":false}`, newUsername, newPassword},
		},
		"the username is removed, with a password": {password.With(attributes{"username": nil, "given_name": nil}),
			[]string{`{"given_name":null,"username":null}`, newPassword}},
		"the address is removed": {username.With(password).With(attributes{"email": nil}), []string{`{"email":null}`, newUsername, newPassword}},

		"password and the profile": {
			password.With(attributes{"name": "Countess", "blocked": true, "user_metadata": `{"a":2}`, "phone_number": "+15550100"}),
			[]string{`{"blocked":true,"name":"Countess","password":"Another-horse-8","phone_number":"+15550100","user_metadata":{"a":2}}`},
		},
	}
}

// rest returns the attributes that the next plan changes when some requests were not sent.
func (s split) rest(unsent []string) []string {
	var names []string
	for _, body := range unsent {
		var members map[string]any
		_ = json.Unmarshal([]byte(body), &members)
		names = slices.AppendSeq(names, maps.Keys(members))
		if body == newPassword {
			names = append(names, "password_set_at")
		}
	}
	if s.change["on_destroy"] != nil {
		names = append(names, "on_destroy")
	}
	return names
}

// splitUser is a user that has a value for whatever the splits change.
func splitUser(t *testing.T) *acctest.Resource {
	t.Helper()
	u := newUser(t)
	u.Base = u.Base.With(attributes{"username": "ada", "given_name": "Ada", "user_metadata": `{"a":1}`, "app_metadata": `{"b":1}`})
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
	for name, test := range splits() {
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
					rest.Plan = test.rest(test.sent[failing:])
				}
				u.Run(step{Before: refuse(u, failing), Set: test.change, Sent: sent, Unchanged: failing == 0,
					Error: at("", "Unable to update user", "Not today")}, rest)
			})
		}
	}
}

// An e-mail is not sent twice because what came after it failed, and the new vault
// connection of a failed update is that of the user.
func TestUserResource_splitUpdateFails(t *testing.T) {
	t.Parallel()
	u := splitUser(t)
	u.Base = u.Base.With(attributes{"email": "countess@example.com", "verify_email": true, "username": "countess",
		"vault_connection": through(u.Tenant, u.Client("forms", userScopes...))})
	u.Run(
		step{Before: refuse(u, 1), Error: at("", "Not today")},
		step{Plan: []string{"username"}, Sent: patch(`{"username":"countess"}`)},
	)
}
