// Package acctest is what tests of the provider share: a tenant for each test,
// provider factories that reach it, and checks on what the tenant holds and was
// asked.
package acctest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

// shared is the one emulator of a test process; each test has tenants of its own.
var shared = sync.OnceValues(func() (*emulator.Emulator, error) { return emulator.Start(options()) })

// options give tenants the rate limits of the largest plan: answers carry the headers, and tests about something else do
// not wait.
func options() emulator.Options {
	limits, err := emulator.Plan("private-10000")
	if err != nil {
		panic(err) // the name is right
	}
	return emulator.Options{Behavior: emulator.Behavior{Limits: limits}}
}

var tenants atomic.Int64

// Tenant is a tenant that belongs to one test, and a client that may do
// everything there: the provider's own.
type Tenant struct {
	*emulator.Tenant

	t        testing.TB
	emulator *emulator.Emulator
	// Own is the provider's own client.
	Own emulator.Client
	// Wrap, if it is set, changes how provider servers reach the emulator.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// ProviderScopes are all scopes that the provider's own client can need.
var ProviderScopes = []string{
	"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
	"read:flows", "create:flows", "update:flows", "delete:flows",
	"read:email_provider", "read:phone_providers",
	"read:users", "create:users", "update:users", "delete:users",
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"delete:sessions", "delete:refresh_tokens",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
}

// New returns a new tenant.
func New(t testing.TB) *Tenant {
	t.Helper()
	e, err := shared()
	if err != nil {
		t.Fatalf("starting the emulator: %v", err)
	}
	return newTenant(t, e)
}

// NewInProcess returns a new tenant that is reached without a network. Called inside of synctest.Test, it lives in
// virtual time: waits take no time, and a request that is never answered ends with its client's timeout.
func NewInProcess(t testing.TB) *Tenant {
	t.Helper()
	e, err := emulator.New(options())
	if err != nil {
		t.Fatalf("creating the emulator: %v", err)
	}
	return newTenant(t, e)
}

func newTenant(t testing.TB, e *emulator.Emulator) *Tenant {
	t.Helper()
	tenant := &Tenant{Tenant: e.Tenant(fmt.Sprintf("test-%d.eu.auth0.com", tenants.Add(1))), t: t, emulator: e}
	tenant.Own = tenant.Client("provider", ProviderScopes...)
	return tenant
}

// Client adds a client with a grant for the tenant's Management API.
func (t *Tenant) Client(name string, scopes ...string) emulator.Client {
	client := t.AddClient(emulator.Client{Name: name})
	t.Grant(client.ID, scopes...)
	return client
}

// Factories returns provider factories that reach every tenant of the emulator.
func (t *Tenant) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"auth0vault": func() (tfprotov6.ProviderServer, error) { return t.Server(), nil },
	}
}

// Server returns a provider server that reaches every tenant of the emulator.
func (t *Tenant) Server() tfprotov6.ProviderServer {
	return provider.NewServer("test", func(o *auth0.Options) {
		o.Transport = t.emulator.Transport()
		if t.Wrap != nil {
			o.Transport = t.Wrap(o.Transport)
		}
	})()
}

// Config returns a configuration: a provider block for the tenant, with further
// arguments if any are given, and the rest. In the rest, TENANT stands for the
// tenant's domain.
func (t *Tenant) Config(rest string, arguments ...string) string {
	return fmt.Sprintf(`
provider "auth0vault" {
  domain        = %q
  client_id     = %q
  client_secret = %q
  %s
}
`, t.Domain(), t.Own.ID, t.Own.Secret, strings.Join(arguments, "\n  ")) + strings.ReplaceAll(rest, "TENANT", t.Domain())
}

// Asked returns the requests since the last call of ForgetRequests that are of a
// method and whose path begins with the given one, below /api/v2; an empty
// method is any.
func (t *Tenant) Asked(method, path string) []emulator.Request {
	return slices.DeleteFunc(t.Requests(), func(r emulator.Request) bool {
		return method != "" && r.Method != method || !strings.HasPrefix(r.Path, "/api/v2"+path)
	})
}

// Tokens returns the requests to the token endpoint.
func (t *Tenant) Tokens() []emulator.Request {
	return slices.DeleteFunc(t.Requests(), func(r emulator.Request) bool { return r.Path != "/oauth/token" })
}

// Summary counts the requests by method and path, ids left out, for messages.
func (t *Tenant) Summary() string {
	counts := map[string]int{}
	for _, r := range t.Requests() {
		parts := strings.Split(strings.TrimPrefix(r.Path, "/api/v2"), "/")
		for i, part := range parts {
			if strings.Contains(part, "|") || strings.HasPrefix(part, "ac_") {
				parts[i] = "{id}"
			}
		}
		counts[fmt.Sprintf("%s %s %d", r.Method, strings.Join(parts, "/"), r.Status)]++
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%4d %s", counts[key], key))
	}
	return strings.Join(lines, "\n")
}
