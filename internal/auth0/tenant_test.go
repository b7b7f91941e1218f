package auth0

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// startEmulator starts the one emulator of the tests. Its rate limits are those of the largest plan, so that tests about
// something else do not wait for them.
var startEmulator = sync.OnceValues(func() (*emulator.Emulator, error) {
	limits, err := emulator.Plan("private-10000")
	if err != nil {
		return nil, err
	}
	return emulator.Start(emulator.Options{Behavior: emulator.Behavior{Limits: limits}})
})

var tenantCount atomic.Int64

// newTenant returns a tenant of the test's own, and a client that may do
// everything about users and vault connections there.
func newTenant(t testing.TB) (*emulator.Tenant, *Client) {
	t.Helper()
	e, err := startEmulator()
	if err != nil {
		t.Fatal(err)
	}
	tenant := e.Tenant(fmt.Sprintf("unit-%d.eu.auth0.com", tenantCount.Add(1)))
	app := tenant.AddClient(emulator.Client{Name: "all"})
	tenant.Grant(app.ID, "read:users", "create:users", "update:users", "delete:users",
		"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections")
	return tenant, newPool(t).Client(Credentials{Domain: tenant.Domain(), ClientID: app.ID, ClientSecret: app.Secret})
}

// newPool returns a pool whose clients reach the emulator's tenants.
func newPool(t testing.TB, change ...func(*Options)) *Pool {
	t.Helper()
	e, err := startEmulator()
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Transport: e.Transport(), UserAgent: "test"}
	for _, f := range change {
		f(&options)
	}
	pool, err := NewPool(options)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// apiRequests lists the requests to the Management API, one a line.
func apiRequests(tenant *emulator.Tenant) []string {
	requests := slices.DeleteFunc(tenant.Requests(), func(r emulator.Request) bool { return r.Path == "/oauth/token" })
	lines := make([]string, len(requests))
	for i, r := range requests {
		query := r.Query.Encode()
		if len(query) > 120 {
			query = query[:120] + "…"
		}
		lines[i] = fmt.Sprintf("%s %s?%s %d", r.Method, r.Path, query, r.Status)
	}
	return lines
}

// newVirtualTenant returns a tenant that is reached without a network, and a client that
// may do everything there. Inside of synctest.Test, it lives in virtual time.
func newVirtualTenant(t testing.TB) (*emulator.Tenant, *Client) {
	t.Helper()
	e, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tenant := e.Tenant("virtual.eu.auth0.com")
	app := tenant.AddClient(emulator.Client{Name: "all"})
	tenant.Grant(app.ID, append([]string{
		"read:users", "create:users", "update:users", "delete:users",
		"read:flows", "create:flows", "update:flows", "delete:flows",
		"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
	}, applicationScopes...)...)
	pool, err := NewPool(Options{Transport: e.Transport(), UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return tenant, pool.Client(Credentials{Domain: tenant.Domain(), ClientID: app.ID, ClientSecret: app.Secret})
}

// virtual runs a test in virtual time, with a tenant of its own.
func virtual(t *testing.T, test func(t *testing.T, tenant *emulator.Tenant, client *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tenant, client := newVirtualTenant(t)
		test(t, tenant, client)
	})
}

// virtualRun is virtual for a subtest.
func virtualRun(t *testing.T, name string, test func(t *testing.T, tenant *emulator.Tenant, client *Client)) {
	t.Run(name, func(t *testing.T) { virtual(t, test) })
}
