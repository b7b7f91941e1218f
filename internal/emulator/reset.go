package emulator

import "github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/ratelimit"

// Checkpoint remembers what the tenant holds and how it behaves, for Reset.
func (t *Tenant) Checkpoint() {
	content, behavior := t.store(), t.Behavior()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.checkpoint = &checkpoint{content, behavior}
}

type checkpoint struct {
	content  Seed
	behavior Behavior
}

// Reset brings the tenant back to its last Checkpoint, or to that of a new tenant: its content, its behavior with full
// rate limits, an empty request log, no faults and no hook. Access tokens stay valid, if their client is still there.
func (t *Tenant) Reset() {
	fresh := newTenant(t.emulator, t.domain, t.number, t.emulator.opts.Behavior)
	t.mu.Lock()
	to := t.checkpoint
	if to != nil {
		fresh.behavior = to.behavior
	}
	t.behavior, t.faults, t.dice, t.requests, t.hook = fresh.behavior, nil, nil, nil, nil
	t.limiter = ratelimit.New(t.behavior.Limits)
	t.databases, t.apis, t.roles, t.emailProvider, t.phoneProviders = fresh.databases, fresh.apis, nil, nil, nil
	t.clients, t.clientIDs, t.grants = map[string]*clientRecord{}, nil, nil
	t.vault, t.flows, t.users = nil, nil, newUserStore()
	t.mu.Unlock()
	if to == nil {
		return
	}
	// Delays of the behavior must not hold the content back.
	t.Configure(func(b *Behavior) { b.SearchDelay, b.PropagationDelay = 0, 0 })
	if err := t.Seed(to.content); err != nil {
		panic("emulator: " + err.Error()) // it was stored before
	}
	t.Configure(func(b *Behavior) { *b = to.behavior })
}
