package user_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// passwordSent is the request that sets a password and nothing else.
func passwordSent(password string) []string { return patch(`{"password":"` + password + `"}`) }

// When a password is sent, and when not.
func TestUserResource_password(t *testing.T) {
	t.Parallel()
	versioned := func(password string, version int) attributes {
		return attributes{"password_wo": password, "password_wo_version": version}
	}
	const other = third + "-2"
	for name, steps := range map[string][]step{
		"in the state": {
			{Set: attributes{"password": second}},
			{Set: attributes{"password": second, "on_destroy": "block"}, Sent: none},
			{Set: attributes{"password": third, "on_destroy": "block"}, Sent: passwordSent(third)},
			{Set: attributes{"password": third, "on_destroy": "retain"}, Sent: none},
		},
		"without a version": {
			{Set: attributes{"password_wo": second}},
			{Set: attributes{"password_wo": second, "on_destroy": "retain"}, Sent: none},
			{Set: attributes{"password_wo": third}, Sent: passwordSent(third)},
			{Set: attributes{"password_wo": second}, Sent: passwordSent(second)},
		},
		"by version": {
			{Set: versioned(second, 1)},
			{Set: versioned(third, 1), Sent: none},
			{Set: versioned(third, 1).With(attributes{"name": "Ada"}), Sent: patch(`{"name":"Ada"}`)},
			{Set: versioned(third, 7).With(attributes{"name": "Ada"}), Sent: passwordSent(third)},
			{Set: versioned(third, 2).With(attributes{"name": "Ada"}), Sent: passwordSent(third)}, // the same password, a lower version
		},
		"a version comes and goes": {
			{Set: attributes{"password_wo": second}},
			{Set: versioned(second, 1), Sent: passwordSent(second)},
			{Set: attributes{"password_wo": second}, Sent: passwordSent(second)}, // one with a version has no digest
			{Set: attributes{"password_wo": third}, Sent: passwordSent(third)},
			{Set: versioned(other, 1), Sent: passwordSent(other)},
			{Set: attributes{"password_wo": third}, Sent: passwordSent(third)},
		},
		"from one attribute to the other": {
			{Set: attributes{"password": second}},
			{Set: attributes{"password_wo": second}, Sent: none, State: attributes{"password": nil}},
			{Set: attributes{"password": second}, Sent: none, State: attributes{"password": second}},
			{Set: attributes{"password_wo": third}, Sent: passwordSent(third), State: attributes{"password": nil}},
			{Set: attributes{"password": other}, Sent: passwordSent(other)},
			{Set: versioned(other, 1), Sent: passwordSent(other)},
			{Set: attributes{"password": other}, Sent: passwordSent(other)},
		},
		// Whether it still is the same is not known when it comes back.
		"it leaves and comes back": {
			{Set: attributes{"password": second}},
			{Sent: none, State: attributes{"password": nil}},
			{Set: attributes{"on_destroy": "retain"}, Sent: none},
			{Set: attributes{"password": second}, Sent: passwordSent(second), Warning: at("password", "set by the next apply")},
			{Sent: none},
			{Set: attributes{"password_wo": third}, Sent: passwordSent(third), Warning: at("password_wo", "set by the next apply")},
		},
		"unknown": {
			{Set: attributes{"password": unknown}, Known: attributes{"password": second}},
			// the same after all
			{Set: attributes{"password": unknown}, Known: attributes{"password": second}, Plan: []string{"password", "password_set_at"}, Sent: none},
			{Set: attributes{"password": unknown}, Known: attributes{"password": third}, Sent: passwordSent(third)},
		},
		"unknown, write-only": {
			{Set: attributes{"password_wo": unknown}, Known: attributes{"password_wo": second}},
			{Set: attributes{"password_wo": unknown}, Known: attributes{"password_wo": second}, Plan: []string{"password_set_at"}, Sent: none},
			{Set: attributes{"password_wo": unknown}, Known: attributes{"password_wo": third}, Sent: passwordSent(third)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUser(t)
			u.Base = attributes{"email": "ada@example.com"}
			u.Run(steps...)
		})
	}
}

// A password that failed to be set is planned again, and sent when the cause is gone. No message shows it.
func TestUserResource_passwordFails(t *testing.T) {
	t.Parallel()
	echo := `{"statusCode":400,"error":"Bad","message":"the password ` + second + ` is bad"}`
	refused := emulator.Fault{Status: 400, Body: echo}
	for name, test := range map[string]struct {
		fault        emulator.Fault
		before, next attributes
		on           string
	}{
		"refused":             {refused, attributes{"password": strong}, attributes{"password": second}, "password"},
		"refused, write-only": {refused, attributes{"password_wo": strong}, attributes{"password_wo": second}, "password_wo"},
		"refused, versioned": {refused, attributes{"password_wo": strong, "password_wo_version": 1},
			attributes{"password_wo": second, "password_wo_version": 2}, "password_wo"},
		"failed, done": {emulator.Fault{Status: 500, AfterCommit: true}, attributes{"password": strong}, attributes{"password": second}, ""},
		"failed, not done": {emulator.Fault{Status: 500, Body: strings.ReplaceAll(echo, "400", "500")}, attributes{"password_wo": strong},
			attributes{"password_wo": second}, ""},
		"no answer, done": {emulator.Fault{Drop: true, AfterCommit: true}, attributes{"password_wo": strong, "password_wo_version": 1},
			attributes{"password_wo": second, "password_wo_version": 2}, ""},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			u := newUser(t)
			u.Base, test.fault.Method = attributes{"email": "ada@example.com"}, "PATCH"
			u.Run(
				step{Set: test.before},
				step{Before: func() { u.Fail(test.fault) }, Set: test.next, NoRefresh: true, Unchanged: true,
					Error: at(test.on, "Unable to update user")},
			)
			if n := len(u.Asked("PATCH", usersPath)); n != 1 {
				t.Errorf("the password was sent %d times", n)
			}
			u.Run(step{Set: test.next, Sent: passwordSent(second)}, step{Destroy: true})
			echo := strings.ReplaceAll(echo, second, strong)
			u.Run(step{Before: func() { u.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Status: 400, Body: echo}) },
				Set: test.before, Unchanged: true, Error: at("password"+map[bool]string{true: "_wo"}[test.before["password"] == nil],
					"Unable to create user", "the password", "is bad")})
		})
	}
}

// Two users with the same password share nothing in private state.
func TestUserResource_passwordDigest(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Base = attributes{"email": "ada@example.com", "password_wo": strong}
	u.Run(step{})
	first := string(u.Object.Private)
	u.Object = nil
	if u.Run(step{Set: attributes{"email": "grace@example.com"}}); first == "" || first == string(u.Object.Private) {
		t.Error("the same password looks the same in private state")
	}
}
