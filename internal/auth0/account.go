package auth0

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// account sums up what a run asked of a tenant's Management API.
type account struct {
	requests int           // sent
	limited  int           // answered with 429
	repeated int           // sent again after a failure or a 429
	waited   time.Duration // held back, added up over all requests
	lowest   int           // least X-RateLimit-Remaining seen, -1 if none was
	closing  *time.Timer
}

// accountIdle is how long a tenant is not asked anything before the account of
// what it was asked is written.
const accountIdle = 200 * time.Millisecond

// open holds the pacers whose accounts are still to be written, with the context
// to write them in. A provider is not told when a run ends; only its program
// learns that, and that knows no pools.
var open sync.Map

// closeAccount writes the account once nothing is asked any more. The caller
// holds the lock.
func (p *pacer) closeAccount(ctx context.Context) {
	open.Store(p, context.WithoutCancel(ctx))
	if p.account.closing == nil {
		p.account.closing = time.AfterFunc(accountIdle, p.writeAccount)
	} else {
		p.account.closing.Reset(accountIdle)
	}
}

func (p *pacer) writeAccount() {
	ctx, ok := open.LoadAndDelete(p)
	if !ok {
		return
	}
	p.mu.Lock()
	a := p.account
	p.mu.Unlock()
	tflog.Info(ctx.(context.Context), "Requests to the tenant so far", map[string]any{ //nolint:forcetypeassert // stored above
		"tenant": p.domain, "requests": a.requests, "limited": a.limited, "repeated": a.repeated,
		"waited_seconds": a.waited.Seconds(), "lowest_remaining": a.lowest,
	})
}

// FlushStats writes the accounts that are still open: one line per tenant, at
// INFO, with what the run asked of it. It is for the end of the program.
func FlushStats() {
	open.Range(func(p, _ any) bool {
		p.(*pacer).writeAccount() //nolint:forcetypeassert // stored by closeAccount
		return true
	})
}

// repeated counts a request that is sent again.
func (p *pacer) repeated() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account.repeated++
}

// WaitMeter adds up how long requests were held back for a rate limit.
type WaitMeter struct{ waited atomic.Int64 }

// Waited returns the sum so far.
func (m *WaitMeter) Waited() time.Duration { return time.Duration(m.waited.Load()) }

func (m *WaitMeter) add(d time.Duration) {
	if m != nil {
		m.waited.Add(int64(d))
	}
}

type meterKey struct{}

// MeterWaits returns a context whose requests are metered, and the meter.
func MeterWaits(ctx context.Context) (context.Context, *WaitMeter) {
	m := new(WaitMeter)
	return context.WithValue(ctx, meterKey{}, m), m
}

func meterOf(ctx context.Context) *WaitMeter {
	m, _ := ctx.Value(meterKey{}).(*WaitMeter)
	return m
}
