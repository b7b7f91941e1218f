package user_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// patch is a change of ada's configuration and the requests that it takes.
type patch struct {
	change attributes
	want   []string
	// rest is what the plan shows after the first of the requests; the last
	// attributes of a plan after each further one are a tail of it.
	rest [][]string
}

// patches are the changes that Auth0 refuses in one request, and some that it takes in one.
var patches = map[string]patch{
	"password and email": {
		change: attributes{"password": "Another-horse-7", "email": "countess@example.com"},
		want:   []string{`{"email":"countess@example.com"}`, `{"password":"Another-horse-7"}`},
		rest:   [][]string{{"password"}},
	},
	"password and email_verified": {
		change: attributes{"password": "Another-horse-7", "email_verified": true},
		want:   []string{`{"email_verified":true}`, `{"password":"Another-horse-7"}`},
		rest:   [][]string{{"password"}},
	},
	"username and email": {
		change: attributes{"username": "countess", "email": "countess@example.com"},
		want:   []string{`{"email":"countess@example.com"}`, `{"username":"countess"}`},
		rest:   [][]string{{"username"}},
	},
	"username and email_verified": {
		change: attributes{"username": "countess", "email_verified": true},
		want:   []string{`{"email_verified":true}`, `{"username":"countess"}`},
		rest:   [][]string{{"username"}},
	},
	"username and password": {
		change: attributes{"username": "countess", "password": "Another-horse-7"},
		want:   []string{`{"username":"countess"}`, `{"password":"Another-horse-7"}`},
		rest:   [][]string{{"password"}},
	},
	"all of them": {
		change: attributes{
			"username": "countess", "password": "Another-horse-7", "email": "countess@example.com", "email_verified": true, "verify_email": false,
			"nickname": "countess", "blocked": true, "user_metadata": `{"a":2}`, "app_metadata": nil, "given_name": nil, "on_destroy": "retain",
		},
		want: []string{
			`{"app_metadata":{"b":null},"blocked":true,"email":"countess@example.com","email_verified":true,"given_name":null,"nickname":"countess",` +
				`"user_metadata":{"a":2},"verify_email":false}`,
			`{"username":"countess"}`, `{"password":"Another-horse-7"}`,
		},
		rest: [][]string{{"on_destroy", "password", "username"}, {"on_destroy", "password"}},
	},
	"the username is removed": {
		change: attributes{"username": nil, "email": "countess@example.com", "name": "Countess"},
		want:   []string{`{"email":"countess@example.com","name":"Countess"}`, `{"username":null}`},
		rest:   [][]string{{"username"}},
	},
	"the username is removed, with a password": {
		change: attributes{"username": nil, "given_name": nil, "password": "Another-horse-7"},
		want:   []string{`{"given_name":null,"username":null}`, `{"password":"Another-horse-7"}`},
		rest:   [][]string{{"password"}},
	},
	"the address is removed": {
		change: attributes{"email": nil, "username": "countess", "password": "Another-horse-7"},
		want:   []string{`{"email":null}`, `{"username":"countess"}`, `{"password":"Another-horse-7"}`},
		rest:   [][]string{{"password", "username"}, {"password"}},
	},
	"email and email_verified": {
		change: attributes{"email": "countess@example.com", "email_verified": true},
		want:   []string{`{"email":"countess@example.com","email_verified":true}`},
	},
	"password and the profile": {
		change: attributes{"password": "Another-horse-7", "name": "Countess", "blocked": true, "user_metadata": `{"a":2}`, "phone_number": "+15550100"},
		want:   []string{`{"blocked":true,"name":"Countess","password":"Another-horse-7","phone_number":"+15550100","user_metadata":{"a":2}}`},
	},
	"username and the profile": {
		change: attributes{"username": "countess", "name": "Countess", "app_metadata": `{"b":2}`, "given_name": nil},
		want:   []string{`{"app_metadata":{"b":2},"given_name":null,"name":"Countess","username":"countess"}`},
	},
}

// everything is a configuration that has a value for whatever the patches change.
func everything() attributes {
	return attributes{
		"email": "ada@example.com", "username": "ada", "password": strong, "given_name": "Ada",
		"user_metadata": `{"a":1}`, "app_metadata": `{"b":1}`,
	}
}

func patched(bodies []string, status ...int) []string {
	var out []string
	for i, body := range bodies {
		code := 200
		if i < len(status) {
			code = status[i]
		}
		out = append(out, fmt.Sprintf("PATCH %s %d", body, code))
	}
	return out
}

func TestUserResource_patches(t *testing.T) {
	t.Parallel()
	for name, test := range patches {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := applied(t, tenant, nil, everything())
			tenant.ForgetRequests()
			given := everything().With(test.change)
			applied(t, tenant, made, given)
			mustHaveWritten(t, tenant, patched(test.want)...)
			for _, request := range tenant.Asked("PATCH", usersPath) {
				if strings.Contains(string(request.RequestBody), "{}") {
					t.Errorf("an empty object was sent: %s", request.RequestBody)
				}
			}
		})
	}
}

// A failure in the middle leaves the state at what was done, and the next plan
// shows the rest and nothing but the rest.
func TestUserResource_patchFails(t *testing.T) {
	t.Parallel()
	for name, test := range patches {
		for failing := 1; failing < len(test.want); failing++ {
			t.Run(fmt.Sprintf("%s, request %d", name, failing+1), func(t *testing.T) {
				t.Parallel()
				tenant := acctest.NewInProcess(t)
				made := applied(t, tenant, nil, everything())
				tenant.ForgetRequests()
				given := everything().With(test.change)
				tenant.Fail(emulator.Fault{
					Method: "PATCH", Skip: failing, Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`,
				})
				left, diags := newRun(t, tenant).Fail(made, given)
				acctest.ExpectError(t, diags, "", "Unable to update user", "Not today")
				want := patched(test.want[:failing+1])
				want[failing] = strings.Replace(want[failing], " 200", " 400", 1)
				mustHaveWritten(t, tenant, want...)

				r := newRun(t, tenant)
				plan := r.Plan(r.Read(left), given)
				rest := test.rest[failing-1]
				if slices.Contains(rest, "password") {
					rest = append(slices.Clone(rest), "password_set_at")
				}
				expectChange(t, plan, rest...)
				made, diags = r.TryApply(plan, given)
				acctest.MustSucceed(t, diags)
				mustHaveWritten(t, tenant, patched(test.want[failing:])...)
				expectEmptyPlan(t, tenant, made, given)
			})
		}
		t.Run(name+", request 1", func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := applied(t, tenant, nil, everything())
			tenant.Fail(emulator.Fault{Method: "PATCH", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
			given := everything().With(test.change)
			left, _ := newRun(t, tenant).Fail(made, given)
			if !left.State.Equal(made.State) {
				t.Errorf("the state was changed from %v to %v", made.State, left.State)
			}
			tenant.ForgetRequests()
			applied(t, tenant, left, given)
			mustHaveWritten(t, tenant, patched(test.want)...)
		})
	}
}

// An e-mail is not sent twice because what came after it failed.
func TestUserResource_patchFailsAfterVerification(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := applied(t, tenant, nil, everything())
	given := everything().With(attributes{"email": "countess@example.com", "verify_email": true, "username": "countess"})
	tenant.Fail(emulator.Fault{Method: "PATCH", Skip: 1, Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
	left, _ := newRun(t, tenant).Fail(made, given)
	tenant.ForgetRequests()
	applied(t, tenant, left, given)
	mustHaveWritten(t, tenant, `PATCH {"username":"countess"} 200`)
}
