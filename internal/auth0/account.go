package auth0

import (
	"context"
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
// what it was asked is written. A provider is not told when a run ends.
const accountIdle = 200 * time.Millisecond

// closeAccount writes the account once nothing is asked any more. The caller
// holds the lock.
func (p *pacer) closeAccount(ctx context.Context) {
	if p.account.closing != nil {
		p.account.closing.Stop()
	}
	ctx = context.WithoutCancel(ctx)
	p.account.closing = time.AfterFunc(accountIdle, func() {
		p.mu.Lock()
		a := p.account
		p.mu.Unlock()
		tflog.Info(ctx, "Requests to the tenant so far", map[string]any{
			"tenant": p.domain, "requests": a.requests, "limited": a.limited, "repeated": a.repeated,
			"waited_seconds": a.waited.Seconds(), "lowest_remaining": a.lowest,
		})
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
