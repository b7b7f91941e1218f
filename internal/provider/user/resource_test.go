package user_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// From the least to everything and back.
func TestUserResource_lifecycle(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(
		step{Sent: post(""), State: attributes{
			"connection_name": "Username-Password-Authentication", "email_verified": false, "name": "ada@example.com",
			"nickname": "ada", "given_name": nil,
			"username": nil, "blocked": nil, "phone_verified": nil, "user_metadata": nil, "app_metadata": nil,
			"password": strong, "password_wo": nil,
			"on_destroy": "delete", "vault_connection": nil,
		}},
		step{Config: full().With(attributes{"username": nil}),
			Sent: patch(`{"app_metadata":{"roles":["a"]},"blocked":true,"email_verified":true,"family_name":"Lovelace",` +
				`"given_name":"Ada","name":"Ada Lovelace","nickname":"countess","phone_number":"+4915112345678","phone_verified":true,` +
				`"picture":"https://example.com/ada.png","user_metadata":{"plan":"gold"}}`)},
		// What leaves the configuration is cleared where Auth0 can clear it.
		step{
			Sent: patch(`{"app_metadata":{"roles":null},"blocked":false,"family_name":null,"given_name":null,"name":null,"nickname":null,` +
				`"phone_number":null,` +
				`"picture":null,"user_metadata":{"plan":null}}`),
			State: attributes{"name": nil, "email_verified": true, "phone_number": nil, "blocked": false, "user_metadata": nil},
		},
		step{Destroy: true, Sent: []string{"DELETE 204"}},
	)
}

func TestUserResource_createWithEverything(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(step{
		Config: full(), Set: attributes{"user_id": "ada-1"}, State: attributes{"id": "auth0|ada-1"},
		Sent: []string{`POST {"app_metadata":{"roles":["a"]},"blocked":true,"connection":"Username-Password-Authentication",` +
			`"email":"ada@example.com",` +
			`"email_verified":true,"family_name":"Lovelace","given_name":"Ada","name":"Ada Lovelace","nickname":"countess",` +
			`"password":"Correct-horse-7",` +
			`"phone_number":"+4915112345678","phone_verified":true,"picture":"https://example.com/ada.png","user_id":"ada-1",` +
			`"user_metadata":{"plan":"gold"},"username":"ada"} 201`},
	})
	set, updated := acctest.Get(u.Object.State, "password_set_at"), acctest.Get(u.Object.State, "updated_at")
	if set == nil || set != updated {
		t.Errorf("password_set_at is %v, want %v", set, updated)
	}
	if user := onlyUser(t, u.Tenant); user.Email != "ada@example.com" || user.Blocked == nil {
		t.Errorf("the tenant holds %+v", user)
	}
}

// A user who is gone is created again; one who goes between refresh and update is an error.
func TestUserResource_deletedOutside(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(step{})
	first := u.ID()
	u.Run(step{Before: func() { u.DeleteUser(first) }, Gone: true, Sent: post("")})
	if u.ID() == first {
		t.Error("it is the same user")
	}
	var once atomic.Bool
	u.OnRequest(func(r emulator.Request) {
		if r.Method == "PATCH" && once.CompareAndSwap(false, true) {
			u.DeleteUser(u.ID())
		}
	})
	u.Run(
		step{Set: attributes{"name": "Ada"}, Unchanged: true, Error: at("", "was deleted outside of Terraform after it was last read")},
		step{RefreshOnly: true, Gone: true},
	)
}

// What makes a user another one replaces it.
func TestUserResource_replace(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.AddDatabase(emulator.Database{Name: "Other"})
	u.Base["user_id"] = "ada-1"
	u.Run(step{})
	for name, test := range map[string]struct {
		change  attributes
		replace []string
	}{
		"another connection": {attributes{"connection_name": "Other"}, []string{"connection_name"}},
		"another id":         {attributes{"user_id": "ada-2"}, []string{"user_id"}},
		"no id":              {attributes{"user_id": nil}, nil},
		"the connection":     {attributes{"connection_name": "Username-Password-Authentication"}, nil},
		"unknown":            {attributes{"connection_name": unknown}, []string{"connection_name"}},
	} {
		t.Log(name)
		u.Run(step{PlanOnly: true, Set: test.change, Replace: test.replace})
	}
}

// A user who is replaced and not deleted is in the way of the new one.
func TestUserResource_replaceWithoutDelete(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Base = u.Base.With(attributes{"user_id": "ada", "on_destroy": "block", "connection_name": "Username-Password-Authentication"})
	u.Run(
		step{},
		step{PlanOnly: true, Set: attributes{"user_id": "lovelace"}, Replace: []string{"user_id"},
			Warning: at("on_destroy", "The replaced user keeps its address", "auth0|ada")},
		step{PlanOnly: true, Set: attributes{"name": "Ada"}},
		step{PlanOnly: true, Set: attributes{"connection_name": "other"}, Replace: []string{"connection_name"}},
	)
}

func TestUserResource_onDestroy(t *testing.T) {
	t.Parallel()
	for action, sent := range map[any][]string{nil: {"DELETE 204"}, "delete": {"DELETE 204"},
		"block": patch(`{"blocked":true}`), "retain": {}} {
		u := newUser(t)
		u.Base["on_destroy"] = action
		u.Run(step{}, step{Destroy: true, Sent: sent})
		if action == nil || action == "delete" {
			if n := len(u.Users()); n > 0 {
				t.Errorf("%v: the tenant holds %d users", action, n)
			}
		} else if blocked := onlyUser(t, u.Tenant).Blocked; (blocked != nil && *blocked) != (action == "block") {
			t.Errorf("%v: blocked is %v", action, blocked)
		}
	}
}

// A user who is gone is destroyed, and what keeps one from being destroyed is an error.
func TestUserResource_destroyFails(t *testing.T) {
	t.Parallel()
	for action, attempt := range map[string]string{"delete": "Unable to delete user", "block": "Unable to block user"} {
		u := newUser(t)
		u.Base["on_destroy"] = action
		u.Run(step{})
		id := u.ID()
		u.Fail(emulator.Fault{Times: 1, Status: 400, Path: "/api/v2/users/*",
			Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
		u.Run(
			step{Destroy: true, Error: at("", attempt, "Not today", id)},
			step{Before: func() { u.DeleteUser(id) }, Destroy: true},
		)
	}
	u := newUser(t)
	u.Run(step{})
	u.Fail(emulator.Fault{Method: "DELETE", Status: 404,
		Body: `{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}`})
	u.Run(step{Destroy: true})
}

// 200 users through 10 connections: one request each, and one token for each client.
// Nothing is read after a write, and a refresh searches.
func TestUserResource_many(t *testing.T) {
	t.Parallel()
	const connections, people = 10, 200
	tenant := acctest.NewInProcess(t)
	configs, owners := make([]attributes, people), make([]string, people)
	for i := range connections {
		client := tenant.Client(fmt.Sprint("forms ", i), userScopes...)
		for n := i; n < people; n += connections {
			owners[n] = client.ID
			configs[n] = attributes{
				"email": fmt.Sprintf("u%d@example.com", n), "password": strong, "user_metadata": fmt.Sprintf(`{"seat":%d}`, n),
				"vault_connection": through(tenant, client),
			}
		}
	}
	users := make([]*acctest.Object, people)
	each := func(do func(r *acctest.Run, i int)) {
		r := acctest.NewRun(t, tenant, typeName)
		var group sync.WaitGroup
		for i := range people {
			group.Go(func() { do(r, i) })
		}
		group.Wait()
	}
	expect := func(method string, atLeast, atMost int) {
		t.Helper()
		requests := tenant.Asked("", "")
		if n := len(requests); n < atLeast || n > atMost || len(tenant.Asked(method, usersPath)) != n || len(tenant.Tokens()) != connections {
			t.Errorf("the tenant was asked\n%s", tenant.Summary())
		}
		for _, r := range requests {
			if r.ClientID == tenant.Own.ID {
				t.Fatalf("%s %s carried the token of the provider's own client", r.Method, r.Path)
			}
		}
	}
	each(func(r *acctest.Run, i int) { users[i] = r.Apply(nil, configs[i]) })
	expect("POST", people, people)
	for _, r := range tenant.Asked("POST", usersPath) {
		var n int
		if _, err := fmt.Sscanf(normalize(r.RequestBody)[strings.Index(normalize(r.RequestBody), `"email":"u`)+len(`"email":"u`):], "%d",
			&n); err != nil || owners[n] != r.ClientID {
			t.Errorf("user %d was created by %s, want %s", n, r.ClientID, owners[n])
		}
	}
	tenant.ForgetRequests()
	each(func(r *acctest.Run, i int) {
		if changed := r.Plan(r.Read(users[i]), configs[i]).Changed(); len(changed) > 0 {
			t.Errorf("the plan for user %d changes %v", i, changed)
		}
	})
	expect("GET", connections, people/2)
	tenant.ForgetRequests()
	each(func(r *acctest.Run, i int) { acctest.RequireNoError(t, r.Destroy(users[i])) })
	expect("DELETE", people, people)
}

// Many reads at a time go together, in a search that lags behind. What was
// written is seen anyway, and who is gone is gone.
func TestUserResource_readTogether(t *testing.T) {
	t.Parallel()
	const people = 12
	u, client := withClient(t)
	r := u.NewRun()
	config := func(i int, name string) attributes {
		return attributes{"email": fmt.Sprintf("u%d@example.com", i), "password": strong, "name": name,
			"vault_connection": through(u.Tenant, client)}
	}
	users := make([]*acctest.Object, people)
	for i := range users {
		users[i] = r.Apply(nil, config(i, "before"))
	}
	u.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
	for i := range users {
		users[i] = r.Apply(users[i], config(i, "after"))
	}
	u.DeleteUser(acctest.Get(users[3].State, "id").(string))

	r = u.NewRun()
	var group sync.WaitGroup
	for i := range users {
		group.Go(func() {
			left, diags := r.TryRead(users[i])
			acctest.RequireNoError(t, diags)
			if gone := left == nil; gone != (i == 3) {
				t.Errorf("user %d is gone: %v", i, gone)
			} else if !gone && len(r.Plan(left, config(i, "after")).Changed()) > 0 {
				t.Errorf("the plan for user %d is not empty", i)
			}
		})
	}
	group.Wait()
}

// Whatever of Auth0's answers is not documented, plans stay empty.
func TestUserResource_readings(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"strict":                        func(*emulator.Behavior) {},
		"plain bodies":                  func(b *emulator.Behavior) { b.NoGzip = true },
		"pages of 50":                   func(b *emulator.Behavior) { b.MaxPerPage = 50 },
		"search far behind":             func(b *emulator.Behavior) { b.SearchDelay = time.Hour },
		"search times out":              func(b *emulator.Behavior) { b.SearchTimesOut = true },
		"search engine required":        func(b *emulator.Behavior) { b.SearchEngineRequired = true },
		"ids of any form":               func(b *emulator.Behavior) { b.AnyID = true },
		"null metadata is kept":         func(b *emulator.Behavior) { b.KeepNullMetadata = true },
		"unknown keys are kept":         func(b *emulator.Behavior) { b.StoreUnknownKeys = true },
		"a new address is not verified": func(b *emulator.Behavior) { b.EmailChangeUnverifies = true },
		"conflicts on update":           func(b *emulator.Behavior) { b.ConflictOnUpdate = true },
		"one authentication method":     func(b *emulator.Behavior) { b.StrictAuthMethod = true },
		"token requests need a goal":    func(b *emulator.Behavior) { b.AudienceRequired = true },
		"short tokens":                  func(b *emulator.Behavior) { b.TokenLifetime = time.Second },
		"one custom domain":             func(b *emulator.Behavior) { b.CustomDomains = []string{"login.example.com"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, client := withClient(t)
			u.Configure(behavior)
			requests := func() { expectRequestsBy(t, u.Tenant, client.ID) }
			u.Run(
				step{Set: full()},
				step{Before: requests, Set: full().With(attributes{
					"email": "countess@example.com", "username": "countess", "password": second, "given_name": "Augusta", "blocked": nil,
					"user_metadata": `{"plan":null,"b":{"c":null}}`, "app_metadata": nil,
				})},
				step{Before: requests, Set: attributes{"email": "countess@example.com", "password": second}},
				step{Before: requests, Destroy: true},
			)
			if len(u.Users()) > 0 {
				t.Error("the user is still there")
			}
		})
	}
}

// A token that expires during a run is replaced, and a rate limit is waited for.
func TestUserResource_expiredTokenAndRateLimit(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	r := u.NewRun()
	o := r.Apply(nil, u.Base)
	for i, do := range []func(){
		func() { o = r.Read(o) },
		func() { o = r.Apply(o, u.Base.With(attributes{"name": "Ada", "password": second})) },
		func() { acctest.RequireNoError(t, r.Destroy(o)) },
		func() { o = r.Apply(nil, u.Base) },
	} {
		u.ForgetRequests()
		u.ExpireTokens()
		if do(); len(u.Tokens()) != 1 {
			t.Errorf("step %d asked for %d tokens", i, len(u.Tokens()))
		}
	}
	acctest.RequireNoError(t, r.Destroy(o))
	limit := emulator.Fault{Path: "/api/v2/users*", Status: 429, Times: 1,
		Body: `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`}
	u.Fail(limit)
	u.Run(step{}, step{Before: func() { u.Fail(limit) }, Set: attributes{"name": "Ada"}})
	onlyUser(t, u.Tenant)
}
