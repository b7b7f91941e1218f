package emulator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/ratelimit"
)

// Tenant is one Auth0 tenant: what it stores, how it behaves, and what it was asked. Its methods may be called
// at any time, from a hook as well.
type Tenant struct {
	emulator *Emulator
	domain   string
	number   int // of the tenant within its emulator

	mu       sync.Mutex
	behavior Behavior
	limiter  *ratelimit.Limiter
	faults   []*Fault
	dice     *rand.Rand // of random faults; nil: not seeded
	requests []Request
	hook     func(Request)

	checkpoint *checkpoint // what Reset restores; nil: nothing

	issued    map[string]bool // every access token given out; true once it was expired
	databases []*Database
	apis      []*API
	clients   map[string]*clientRecord
	clientIDs []string // oldest first
	grants    []*grantRecord
	vault     []*VaultConnection // oldest first
	flows     []*Flow            // oldest first
	users     userStore
	roles     []*Role

	emailProvider  *EmailProvider
	phoneProviders []*PhoneProvider
}

func newTenant(e *Emulator, domain string, number int, b Behavior) *Tenant {
	t := &Tenant{
		emulator: e,
		domain:   domain,
		number:   number,
		behavior: b,
		limiter:  ratelimit.New(b.Limits),
		issued:   map[string]bool{},
		clients:  map[string]*clientRecord{},
		users:    newUserStore(),
	}
	go tenantKey(number) // so that the first token does not wait for it
	t.addDatabase(Database{Name: DefaultDatabase, OptionalUsername: true})
	t.addAPI(API{Name: "Auth0 Management API", Identifier: t.Audience(), Scopes: managementScopes, System: true})
	return t
}

// Domain is the host name of the tenant, in direct mode with a port.
func (t *Tenant) Domain() string { return t.domain }

// Audience is the identifier of the tenant's Management API.
func (t *Tenant) Audience() string { return "https://" + t.domain + "/api/v2/" }

// Behavior returns the switches as they stand.
func (t *Tenant) Behavior() Behavior {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.behavior
}

// Configure changes the switches, at any time. Changed limits start with full buckets. It panics on values that
// make no sense.
func (t *Tenant) Configure(f func(*Behavior)) {
	if err := t.configure(func(b *Behavior) error { f(b); return nil }); err != nil {
		panic("emulator: " + err.Error())
	}
}

func (t *Tenant) configure(f func(*Behavior) error) error {
	t.mu.Lock()
	b := t.behavior
	b.CustomDomains = slices.Clone(b.CustomDomains)
	if err := f(&b); err != nil {
		t.mu.Unlock()
		return err
	}
	if err := b.validate(); err != nil {
		t.mu.Unlock()
		return err
	}
	if fmt.Sprint(b.Limits) != fmt.Sprint(t.behavior.Limits) {
		t.limiter = ratelimit.New(b.Limits)
	}
	t.behavior = b
	t.mu.Unlock()
	for _, d := range b.CustomDomains { // outside the tenant's lock: the emulator has its own
		t.emulator.addAlias(d, t)
	}
	return nil
}

// now is the time as Auth0 stores it, in milliseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// after is now, but later than the given time: a change always moves updated_at.
func after(earlier time.Time) time.Time {
	if n := now(); n.After(earlier) {
		return n
	}
	return earlier.Add(time.Millisecond)
}

// pause is how long the next answer takes.
func (l Latency) pause() time.Duration {
	if l.Median <= 0 || l.Sigma <= 0 {
		return l.Median
	}
	return time.Duration(float64(l.Median) * math.Exp(rand.NormFloat64()*l.Sigma))
}

// VaultConnections returns copies of the vault connections with their setup, oldest first.
func (t *Tenant) VaultConnections() []VaultConnection {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]VaultConnection, 0, len(t.vault))
	for _, v := range t.vault {
		out = append(out, v.copy())
	}
	return out
}

// AddVaultConnection stores a vault connection as it is; an empty id, times and readiness are filled in.
func (t *Tenant) AddVaultConnection(v VaultConnection) VaultConnection {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := v.copy()
	if c.ID == "" {
		c.ID = shortUUID("ac_")
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now()
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = c.CreatedAt
	}
	if c.Setup != nil {
		c.Ready = true
		if c.AccountName == "" {
			c.AccountName = accountName(t.behavior.AccountName, c.AppID, c.Setup)
		}
	}
	t.vault = append(t.vault, &c)
	return c.copy()
}

// EditVaultConnection is a write by another client: it moves updated_at, and with it the fingerprint. It panics if
// the connection does not exist.
func (t *Tenant) EditVaultConnection(id string, f func(*VaultConnection)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.vaultConnection(id)
	if v == nil {
		panic("emulator: no vault connection " + id)
	}
	c := v.copy()
	f(&c)
	if c.UpdatedAt.Equal(v.UpdatedAt) {
		c.UpdatedAt = after(v.UpdatedAt)
	}
	if c.Setup != nil {
		c.Ready = true
		if c.AccountName == v.AccountName {
			c.AccountName = accountName(t.behavior.AccountName, c.AppID, c.Setup)
		}
	}
	*v = c
}

// RefreshVaultToken is Auth0 renewing the token that a connection holds: it moves refreshed_at and, unless the
// behavior says otherwise, updated_at a few milliseconds later. It panics if the connection does not exist.
func (t *Tenant) RefreshVaultToken(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.vaultConnection(id)
	if v == nil {
		panic("emulator: no vault connection " + id)
	}
	v.RefreshedAt = after(v.UpdatedAt)
	if !t.behavior.RenewalKeepsUpdatedAt {
		v.UpdatedAt = v.RefreshedAt.Add(3 * time.Millisecond)
	}
}

// DeleteVaultConnection removes a vault connection, if it is there.
func (t *Tenant) DeleteVaultConnection(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.vault = slices.DeleteFunc(t.vault, func(v *VaultConnection) bool { return v.ID == id })
}

func (t *Tenant) vaultConnection(id string) *VaultConnection {
	for _, v := range t.vault {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// AddDatabase makes a connection for users, or replaces the one of the same name.
func (t *Tenant) AddDatabase(d Database) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.addDatabase(d)
}

func (t *Tenant) addDatabase(d Database) {
	if d.Strategy == "" {
		d.Strategy = "auth0"
	}
	if d.ID == "" {
		d.ID = randomID("con_", 16)
	}
	d.EnabledClients = slices.Clone(d.EnabledClients)
	t.databases = slices.DeleteFunc(t.databases, func(old *Database) bool { return strings.EqualFold(old.Name, d.Name) })
	t.databases = append(t.databases, &d)
}

func (t *Tenant) database(name string) *Database {
	for _, d := range t.databases {
		if d.Name == name {
			return d
		}
	}
	return nil
}
