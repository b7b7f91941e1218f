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
			// One of the same name that is another client's, older than this run, is not ours.
			theirs := addRemote(tenant, "forms", client)
			tenant.EditVaultConnection(theirs.ID, func(c *emulator.VaultConnection) { c.CreatedAt = c.CreatedAt.Add(-time.Hour) })
			config := minimalConfig(tenant, client)
			strike := test.fault
			strike.Method, strike.Path = "POST", "/api/v2"+vaultPath
			tenant.Fail(strike)

			created := newRun(t, tenant).Apply(nil, config)
			all := tenant.VaultConnections()
			if len(all) != 2 {
				t.Fatalf("the tenant holds %d connections, want 2\n%s", len(all), tenant.Summary())
			}
			if id := get(t, created.State, "id"); id != all[1].ID {
				t.Errorf("the state has %v, want %v", id, all[1].ID)
			}
			if n := len(tenant.Asked("POST", vaultPath)); n != test.posts {
				t.Errorf("sent %d times, want %d", n, test.posts)
			}
			expectEmptyPlan(t, tenant, created, config)
		})
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
		acctest.ExpectError(t, diags, "", "Unable to create vault connection", "may have been created anyway", "Look in Auth0's dashboard")
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
				once.Do(func() { addRemote(tenant, "forms", client) })
			}
		})
		tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2" + vaultPath, Drop: true, AfterCommit: true})
		_, diags := newRun(t, tenant).Fail(nil, minimalConfig(tenant, client))
		all := tenant.VaultConnections()
		if len(all) != 2 {
			t.Fatalf("the tenant holds %d connections", len(all))
		}
		acctest.ExpectError(t, diags, "", "may have been created anyway", all[0].ID, all[1].ID)
	})
}
