package user_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Everything that the facts leave open about an answer must be quiet.
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
			tenant := acctest.NewInProcess(t)
			tenant.Configure(behavior)
			client := tenant.Client("forms", userScopes...)
			base := attributes{"vault_connection": through(tenant, client)}
			made := applied(t, tenant, nil, full().With(base))
			made = applied(t, tenant, made, full().With(base).With(attributes{
				"email": "countess@example.com", "username": "countess", "password_wo": second, "given_name": "Augusta", "blocked": nil,
				"user_metadata": `{"plan":null,"b":{"c":null}}`, "app_metadata": nil,
			}))
			made = applied(t, tenant, made, ada().With(base).With(attributes{"email": "countess@example.com", "password_wo": second}))
			acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
			if len(tenant.Users()) > 0 {
				t.Error("the user is still there")
			}
			if err := askedBy(tenant, client.ID); err != nil {
				t.Error(err)
			}
		})
	}
}

// Many reads at a time go together, in a search that lags behind. What was
// written is seen anyway, and who is gone is gone.
func TestUserResource_readTogether(t *testing.T) {
	t.Parallel()
	const people = 12
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	r := newRun(t, tenant)
	given := func(i int, name string) attributes {
		return attributes{"email": fmt.Sprintf("u%d@example.com", i), "password": strong, "name": name, "vault_connection": through(tenant, client)}
	}
	made := make([]*acctest.Object, people)
	for i := range made {
		made[i] = r.Apply(nil, given(i, "before"))
	}
	tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
	for i := range made {
		made[i] = r.Apply(made[i], given(i, "after"))
	}
	tenant.DeleteUser(idOf(made[3]))

	r = newRun(t, tenant)
	left, diags := make([]*acctest.Object, people), make([][]*tfprotov6.Diagnostic, people)
	var group sync.WaitGroup
	for i := range made {
		group.Go(func() { left[i], diags[i] = r.TryRead(made[i]) })
	}
	group.Wait()
	for i := range made {
		acctest.MustSucceed(t, diags[i])
		if gone := left[i] == nil; gone != (i == 3) {
			t.Errorf("user %d is gone: %v", i, gone)
			continue
		} else if gone {
			continue
		}
		if names := r.Plan(left[i], given(i, "after")).Changed(); len(names) > 0 {
			t.Errorf("the plan for user %d changes %v", i, names)
		}
	}
}

// A token that ends in the middle of a run is replaced.
func TestUserResource_tokensExpire(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	made := r.Apply(nil, ada())
	for i, do := range []func(){
		func() { made = r.Read(made) },
		func() { made = r.Apply(made, ada().With(attributes{"name": "Ada", "password_wo": second})) },
		func() { acctest.MustSucceed(t, r.Destroy(made)) },
		func() { made = r.Apply(nil, ada()) },
	} {
		tenant.ForgetRequests()
		tenant.ExpireTokens()
		if do(); len(tenant.Tokens()) != 1 {
			t.Errorf("step %d asked for %d tokens", i, len(tenant.Tokens()))
		}
	}
	if n := len(tenant.Users()); n != 1 {
		t.Errorf("the tenant holds %d users", n)
	}
}

// A limit is waited for, by writes as well as by reads, and nothing fails.
func TestUserResource_limited(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Fail(emulator.Fault{Path: "/api/v2/users*", Times: 2, Status: 429, Body: `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`})
	made := applied(t, tenant, nil, ada())
	tenant.Fail(emulator.Fault{Path: "/api/v2/users*", Status: 429, Body: `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`})
	applied(t, tenant, made, ada().With(attributes{"name": "Ada"}))
	if n := len(tenant.Users()); n != 1 {
		t.Errorf("the tenant holds %d users", n)
	}
}
