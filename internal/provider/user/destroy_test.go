package user_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// What a destroy does, and what it asks the tenant for.
func TestUserResource_onDestroy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given attributes
		want  []string
		left  func(*emulator.User) bool
	}{
		"default": {attributes{}, []string{"DELETE 204"}, func(u *emulator.User) bool { return u == nil }},
		"delete":  {attributes{"on_destroy": "delete"}, []string{"DELETE 204"}, func(u *emulator.User) bool { return u == nil }},
		"block": {attributes{"on_destroy": "block"}, []string{`PATCH {"blocked":true} 200`},
			func(u *emulator.User) bool { return u != nil && u.Blocked != nil && *u.Blocked }},
		"retain": {attributes{"on_destroy": "retain"}, nil, func(u *emulator.User) bool { return u != nil && u.Blocked == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			made := applied(t, tenant, nil, ada().With(test.given))
			tenant.ForgetRequests()
			acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
			mustHaveWritten(t, tenant, test.want...)
			var left *emulator.User
			if users := tenant.Users(); len(users) > 0 {
				left = &users[0]
			}
			if !test.left(left) {
				t.Errorf("left is %+v", left)
			}
		})
	}
}

// Changing what a destroy does asks the tenant for nothing.
func TestUserResource_onDestroyChanges(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	made := applied(t, tenant, nil, ada())
	tenant.ForgetRequests()
	for _, action := range []any{"block", "retain", "delete", nil} {
		made = applied(t, tenant, made, ada().With(attributes{"on_destroy": action}))
	}
	mustHaveWritten(t, tenant)
}

// A user who is gone is destroyed, whichever way the server says so.
func TestUserResource_destroyTwice(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"delete", "block"} {
		tenant := acctest.New(t)
		made := applied(t, tenant, nil, ada().With(attributes{"on_destroy": action}))
		tenant.DeleteUser(mustStore(t, tenant).ID)
		acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
		tenant.Fail(emulator.Fault{Method: "DELETE", Status: 404, Body: `{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}`})
		acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
	}
}

// A delete whose answer is lost is sent again: the second says that it is done.
func TestUserResource_destroyLost(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{
		"failed, not done": {Status: 500}, "failed, but done": {Status: 502, AfterCommit: true},
		"no answer, undone": {Drop: true}, "no answer, done": {Drop: true, AfterCommit: true},
	} {
		for _, action := range []string{"delete", "block"} {
			t.Run(action+" "+name, func(t *testing.T) {
				t.Parallel()
				tenant := acctest.New(t)
				made := applied(t, tenant, nil, ada().With(attributes{"on_destroy": action}))
				strike := fault
				strike.Method = map[string]string{"delete": "DELETE", "block": "PATCH"}[action]
				tenant.Fail(strike)
				acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
				users := tenant.Users()
				if gone := len(users) == 0; gone != (action == "delete") || !gone && !*users[0].Blocked {
					t.Errorf("left is %+v", users)
				}
			})
		}
	}
}

// What keeps a user from being destroyed is said, and the user stays in the state.
func TestUserResource_destroyFails(t *testing.T) {
	t.Parallel()
	for action, attempt := range map[string]string{"delete": "Unable to delete user", "block": "Unable to block user"} {
		tenant := acctest.New(t)
		made := applied(t, tenant, nil, ada().With(attributes{"on_destroy": action}))
		tenant.Fail(emulator.Fault{Times: -1, Status: 400, Path: "/api/v2/users/*", Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
		acctest.ExpectError(t, newRun(t, tenant).Destroy(made), "", attempt, "Not today", idOf(made))
	}
}
