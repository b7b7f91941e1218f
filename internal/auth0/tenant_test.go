package auth0

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// largestPlan has rate limits that tests about something else do not wait for.
func largestPlan() emulator.Options {
	limits, err := emulator.Plan("private-10000")
	if err != nil {
		panic(err) // the name is right
	}
	return emulator.Options{Behavior: emulator.Behavior{Limits: limits}}
}

var (
	// startEmulator starts the emulator of the tests that need a network.
	startEmulator = sync.OnceValues(func() (*emulator.Emulator, error) { return emulator.Start(largestPlan()) })
	// sharedEmulator is the one of all others, each of which has tenants of its own.
	sharedEmulator = sync.OnceValues(func() (*emulator.Emulator, error) { return emulator.New(largestPlan()) })

	tenantCount atomic.Int64
)

// allScopes are the scopes of the client that newTenant returns.
var allScopes = []string{
	"read:users", "create:users", "update:users", "delete:users",
	"read:flows", "create:flows", "update:flows", "delete:flows",
	"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:email_provider", "read:phone_providers",
}

// newTenant returns a tenant of the test's own, which is reached without a network, and
// a client that may do everything there.
func newTenant(t testing.TB) (*emulator.Tenant, *Client) {
	t.Helper()
	e, err := sharedEmulator()
	if err != nil {
		t.Fatal(err)
	}
	return newTenantOf(t, e, fmt.Sprintf("unit-%d.eu.auth0.com", tenantCount.Add(1)))
}

func newTenantOf(t testing.TB, e *emulator.Emulator, domain string) (*emulator.Tenant, *Client) {
	t.Helper()
	tenant := e.Tenant(domain)
	app := tenant.AddClient(emulator.Client{Name: "all"})
	tenant.Grant(app.ID, allScopes...)
	pool, err := NewPool(Options{Transport: e.Transport(), UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return tenant, pool.Client(Credentials{Domain: tenant.Domain(), ClientID: app.ID, ClientSecret: app.Secret})
}

// virtual runs a test in virtual time, with a tenant of its own and the rate limits of a small plan.
func virtual(t *testing.T, test func(t *testing.T, tenant *emulator.Tenant, client *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tenant, client := newVirtualTenant(t)
		test(t, tenant, client)
	})
}

// virtualRun is virtual for a subtest, which runs beside others.
func virtualRun(t *testing.T, name string, test func(t *testing.T, tenant *emulator.Tenant, client *Client)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		virtual(t, test)
	})
}

// virtualTime runs a subtest in virtual time, beside others.
func virtualTime(t *testing.T, name string, test func(t *testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// newVirtualTenant returns what virtual gives to a test; call it inside of synctest.Test.
func newVirtualTenant(t testing.TB) (*emulator.Tenant, *Client) {
	t.Helper()
	e, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return newTenantOf(t, e, "virtual.eu.auth0.com")
}

// another returns a client of another run, which remembers nothing, with the same
// credentials unless others are given.
func another(c *Client, credentials ...Credentials) *Client {
	pool, err := NewPool(Options{Transport: c.pool.transport.(*transport.Log).Base, UserAgent: "test"})
	if err != nil {
		panic(err) // the client's own pool had the same options
	}
	return pool.Client(append(credentials, c.credentials)[0])
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
