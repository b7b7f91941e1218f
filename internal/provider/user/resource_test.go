package user_test

import (
	"encoding/json"
	"fmt"
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
			"connection_name": "Username-Password-Authentication", "email_verified": false, "name": "ada@example.com", "nickname": "ada",
			"given_name": nil, "username": nil, "blocked": nil, "phone_verified": nil, "user_metadata": nil, "app_metadata": nil,
			"password": strong, "password_wo": nil, "on_destroy": "delete", "vault_connection": nil,
		}},
		step{Config: full().With(attributes{"username": nil}),
			Sent: patch(`{"app_metadata":{"roles":["a"]},"blocked":true,"email_verified":true,"family_name":"Lovelace",` +
				`"given_name":"Ada","name":"Ada Lovelace","nickname":"countess","phone_number":"+4915112345678","phone_verified":true,` +
				`"picture":"https://example.com/ada.png","user_metadata":{"plan":"gold"}}`)},
		// What leaves the configuration is cleared where Auth0 can clear it.
		step{
			Sent: patch(`{"app_metadata":{"roles":null},"blocked":false,"family_name":null,"given_name":null,"name":null,"nickname":null,` +
				`"phone_number":null,"picture":null,"user_metadata":{"plan":null}}`),
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
			`"email":"ada@example.com","email_verified":true,"family_name":"Lovelace","given_name":"Ada","name":"Ada Lovelace",` +
			`"nickname":"countess","password":"Correct-horse-7","phone_number":"+4915112345678","phone_verified":true,` +
			`"picture":"https://example.com/ada.png","user_id":"ada-1","user_metadata":{"plan":"gold"},"username":"ada"} 201`},
	})
	set, updated := acctest.Get(u.Object.State, "password_set_at"), acctest.Get(u.Object.State, "updated_at")
	if set == nil || set != updated {
		t.Errorf("password_set_at is %v, want %v", set, updated)
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

// What makes a user another one replaces it. A replaced user who is not deleted keeps its address, which the plan says.
func TestUserResource_replace(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.AddDatabase(emulator.Database{Name: "Other"})
	u.Base["user_id"] = "ada-1"
	keeps := attributes{"on_destroy": "block"}
	u.Run(
		step{},
		step{PlanOnly: true, Set: attributes{"connection_name": "Other"}, Replace: []string{"connection_name"}},
		step{PlanOnly: true, Set: attributes{"user_id": "ada-2"}, Replace: []string{"user_id"}},
		step{PlanOnly: true, Set: attributes{"user_id": nil}},
		step{PlanOnly: true, Set: attributes{"connection_name": "Username-Password-Authentication"}},
		step{PlanOnly: true, Set: attributes{"connection_name": unknown}, Replace: []string{"connection_name"}},
		step{Set: keeps},
		step{PlanOnly: true, Set: keeps.With(attributes{"user_id": "lovelace"}), Replace: []string{"user_id"},
			Warning: at("on_destroy", "The replaced user keeps its address", "auth0|ada-1")},
		step{PlanOnly: true, Set: keeps.With(attributes{"name": "Ada"})},
		step{PlanOnly: true, Set: keeps.With(attributes{"connection_name": "Other"}), Replace: []string{"connection_name"}},
	)
}

// A destroy does what on_destroy says. What keeps it from that is an error; a user who is gone is destroyed.
func TestUserResource_onDestroy(t *testing.T) {
	t.Parallel()
	refused := `{"statusCode":400,"error":"Bad Request","message":"Not today"}`
	for action, test := range map[any]struct {
		sent    []string
		attempt string
		left    int
	}{
		nil:      {[]string{"DELETE 204"}, "Unable to delete user", 0},
		"delete": {[]string{"DELETE 204"}, "Unable to delete user", 0},
		"block":  {patch(`{"blocked":true}`), "Unable to block user", 1},
		"retain": {none, "", 1},
	} {
		u := newUser(t)
		u.Base["on_destroy"] = action
		if u.Run(step{}); test.attempt != "" {
			u.Fail(emulator.Fault{Times: 1, Status: 400, Path: "/api/v2/users/*", Body: refused})
			u.Run(step{Destroy: true, Error: at("", test.attempt, "Not today", u.ID())})
		}
		created := u.Object
		u.Run(step{Destroy: true, Sent: test.sent})
		if left := u.Users(); len(left) != test.left || action == "block" && !*left[0].Blocked || action == "retain" && left[0].Blocked != nil {
			t.Errorf("%v: the tenant holds %v", action, left)
		}
		u.Object = created
		u.Run(step{Before: func() { u.DeleteUser(u.ID()) }, Destroy: true})
	}
}

// 100 users through 10 connections take one request each, and one token for each client. Nothing is read after a write. A refresh
// takes few searches, which may lag behind: what was written is seen anyway, and who is gone is gone.
func TestUserResource_many(t *testing.T) {
	t.Parallel()
	const connections, people, gone = 10, 100, 3
	tenant := acctest.NewInProcess(t)
	configs, users, owners := make([]attributes, people), make([]*acctest.Object, people), map[string]string{}
	for i := range connections {
		client := tenant.Client(fmt.Sprint("forms ", i), userScopes...)
		for n := i; n < people; n += connections {
			email := fmt.Sprintf("u%d@example.com", n)
			owners[email] = client.ID
			configs[n] = attributes{"email": email, "password": strong, "user_metadata": fmt.Sprintf(`{"seat":%d}`, n),
				"vault_connection": through(tenant, client)}
		}
	}
	each := func(method string, atLeast, atMost int, do func(r *acctest.Run, i int)) {
		t.Helper()
		tenant.ForgetRequests()
		r := acctest.NewRun(t, tenant, typeName)
		var group sync.WaitGroup
		for i := range people {
			group.Go(func() { do(r, i) })
		}
		group.Wait()
		requests := tenant.Asked("", "")
		if n := len(requests); n < atLeast || n > atMost || len(tenant.Asked(method, usersPath)) != n || len(tenant.Tokens()) != connections {
			t.Errorf("the tenant was asked\n%s", tenant.Summary())
		}
		for _, request := range requests {
			var body struct{ Email string }
			_ = json.Unmarshal(request.RequestBody, &body)
			if request.ClientID == tenant.Own.ID || body.Email != "" && request.ClientID != owners[body.Email] {
				t.Errorf("%s %s of %s carried the token of %s", request.Method, request.Path, body.Email, request.ClientID)
			}
		}
	}
	each("POST", people, people, func(r *acctest.Run, i int) { users[i] = r.Apply(nil, configs[i]) })
	read := func(r *acctest.Run, i int) {
		left, diags := r.TryRead(users[i])
		acctest.RequireNoError(t, diags)
		if left == nil {
			t.Errorf("user %d is gone", i)
		} else if changed := r.Plan(left, configs[i]).Changed(); len(changed) > 0 {
			t.Errorf("the plan for user %d changes %v", i, changed)
		}
	}
	each("GET", connections, people/2, read)
	tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
	each("PATCH", people, people, func(r *acctest.Run, i int) {
		configs[i] = configs[i].With(attributes{"name": "after"})
		users[i] = r.Apply(users[i], configs[i])
	})
	tenant.DeleteUser(acctest.Get(users[gone].State, "id").(string))
	each("GET", connections, 2*people, func(r *acctest.Run, i int) {
		if i != gone {
			read(r, i)
		} else if left, diags := r.TryRead(users[i]); left != nil || acctest.HasError(diags) {
			t.Errorf("the deleted user is %v, with %s", left, acctest.Format(diags))
		}
	})
	each("DELETE", people-1, people, func(r *acctest.Run, i int) { acctest.RequireNoError(t, r.Destroy(users[i])) })
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

// A token that expires during a run is replaced.
func TestUserResource_expiredToken(t *testing.T) {
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
}
