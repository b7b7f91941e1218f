package connection_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// A create whose answer is lost is neither done twice nor forgotten.
func TestRetry_lostCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		posts int
	}{
		"cut off after the commit":  {emulator.Fault{Drop: true, AfterCommit: true}, 1},
		"cut off before the commit": {emulator.Fault{Drop: true}, 2},
		"500 after the commit":      {emulator.Fault{Status: 500, AfterCommit: true}, 1},
		"500 before the commit":     {emulator.Fault{Status: 500}, 2},
		"502 after the commit":      {emulator.Fault{Status: 502, Body: "<html>Bad Gateway</html>", AfterCommit: true}, 1},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			// Somebody else's of the same name, older than this run, is not ours.
			theirs := foreign(tenant, "forms", client)
			tenant.EditVaultConnection(theirs.ID, func(c *emulator.VaultConnection) { c.CreatedAt = c.CreatedAt.Add(-time.Hour) })
			config := minimalConfig(tenant, client)
			strike := test.fault
			strike.Method, strike.Path = "POST", "/api/v2"+vaultPath
			tenant.Fail(strike)

			made := newRun(t, tenant).Apply(nil, config)
			all := tenant.VaultConnections()
			if len(all) != 2 {
				t.Fatalf("the tenant holds %d connections, want 2\n%s", len(all), tenant.Summary())
			}
			if id := get(t, made.State, "id"); id != all[1].ID {
				t.Errorf("the state has %v, want %v", id, all[1].ID)
			}
			if n := len(tenant.Asked("POST", vaultPath)); n != test.posts {
				t.Errorf("sent %d times, want %d", n, test.posts)
			}
			quiet(t, tenant, made, config)
		})
	}
}

// Two connections of one name made at the same time, and both answers lost: each
// is found, none twice.
func TestRetry_lostTogether(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)
	r := newRun(t, tenant)
	first := r.Apply(nil, config)
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2" + vaultPath, Drop: true, AfterCommit: true})
	second := r.Apply(nil, config)
	if get(t, first.State, "id") == get(t, second.State, "id") || len(tenant.VaultConnections()) != 2 {
		t.Errorf("%d connections; the states have %v and %v", len(tenant.VaultConnections()), get(t, first.State, "id"), get(t, second.State, "id"))
	}
}

// Where nobody can tell, the message says so.
func TestRetry_unsure(t *testing.T) {
	t.Parallel()
	inBubble(t, "the list fails too", func(t *testing.T, tenant *acctest.Tenant) {
		t.Helper()
		client := tenant.Client("forms", "read:users")
		tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2" + vaultPath, Status: 500, AfterCommit: true})
		tenant.Fail(emulator.Fault{Method: "GET", Status: 403, Times: -1, Body: `{"statusCode":403,"error":"Forbidden","message":"no"}`})
		_, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, client))
		acctest.ExpectError(t, diags, "", "Unable to create vault connection", "may have been created all the same", "Look in Auth0's dashboard")
		if n := len(tenant.VaultConnections()); n != 1 {
			t.Errorf("the tenant holds %d connections", n)
		}
	})
	inBubble(t, "two may be it", func(t *testing.T, tenant *acctest.Tenant) {
		t.Helper()
		client := tenant.Client("forms", "read:users")
		var once sync.Once
		tenant.OnRequest(func(r emulator.Request) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.Path, vaultPath) {
				once.Do(func() { foreign(tenant, "forms", client) })
			}
		})
		tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2" + vaultPath, Drop: true, AfterCommit: true})
		_, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, client))
		all := tenant.VaultConnections()
		if len(all) != 2 {
			t.Fatalf("the tenant holds %d connections", len(all))
		}
		acctest.ExpectError(t, diags, "", "may have been created all the same", all[0].ID, all[1].ID)
	})
}

// Limits, failures that pass and expired tokens are no concern of the user's.
func TestRetry_passing(t *testing.T) {
	t.Parallel()
	limited := emulator.Fault{
		Status: 429, Header: http.Header{"Retry-After": {"1"}},
		Body: `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`,
	}
	at := func(f emulator.Fault, method, path string) emulator.Fault {
		f.Method, f.Path = method, path
		return f
	}
	for name, prepare := range map[string]func(*acctest.Tenant){
		"429 to writes": func(tenant *acctest.Tenant) {
			tenant.Fail(at(limited, "POST", "/api/v2/*"))
			tenant.Fail(at(limited, "PATCH", "*"))
			tenant.Fail(at(limited, "DELETE", "*"))
		},
		"429 to reads and tokens": func(tenant *acctest.Tenant) {
			tenant.Fail(at(limited, "POST", "/oauth/token"))
			tenant.Fail(at(limited, "GET", "*"))
		},
		"failures": func(tenant *acctest.Tenant) {
			tenant.Fail(at(emulator.Fault{Status: 503}, "POST", "/oauth/token"))
			tenant.Fail(at(emulator.Fault{Status: 500}, "GET", "*"))
			tenant.Fail(at(emulator.Fault{Drop: true, AfterCommit: true}, "PATCH", "*"))
			// The second DELETE finds nothing any more.
			tenant.Fail(at(emulator.Fault{Status: 502, AfterCommit: true}, "DELETE", "*"))
		},
		"expired tokens": func(tenant *acctest.Tenant) {
			var seen sync.Map
			tenant.OnRequest(func(r emulator.Request) {
				if r.Path == "/oauth/token" {
					return
				}
				if _, again := seen.LoadOrStore(r.Method, true); !again {
					tenant.ExpireTokens()
				}
			})
		},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			prepare(tenant)
			config := minimalConfig(tenant, client)
			made := newRun(t, tenant).Apply(nil, config)
			config = config.With(acctest.Attributes{"name": "renamed"})
			r := newRun(t, tenant)
			made = r.Apply(r.Read(made), config)
			mustHold(t, tenant, "renamed", client)
			quiet(t, tenant, made, config)
			acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
			if n := len(tenant.VaultConnections()); n != 0 {
				t.Errorf("the tenant holds %d connections", n)
			}
			if left := tenant.Faults(); len(left) > 0 {
				t.Errorf("these faults did not strike: %v", left)
			}
		})
	}
}
