package transport

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// stats sums up what a run asked of a tenant, and how long it was held back.
type stats struct {
	requests int // sent
	limited  int // answered with 429
	repeated int // sent again after a failure or a 429
	lowest   int // least X-RateLimit-Remaining seen, -1 if none was

	held         int       // sent while requests were held back
	waiting      int       // requests that are held back now
	waitingSince time.Time // since when at least one is
	waited       time.Duration
	maxWait      time.Duration // of a single request
	reported     bool

	nextLine time.Time // when another line about waiting may be logged
	timer    *time.Timer
	ctx      context.Context // of the last request; for the line that sums up
}

const (
	// waitingLineInterval is the time between two lines about waiting.
	waitingLineInterval = 10 * time.Second
	// statsDelay is how long a tenant is not asked anything before what it was asked is
	// summed up in a line.
	statsDelay = 200 * time.Millisecond
	// minSlowdown is for how long a run is held back before that is worth a warning.
	minSlowdown = 10 * time.Second
)

// beginWait notes that a request is held back by the limit. The caller holds mu.
func (p *Pacer) beginWait(w *waiter, wait time.Duration) {
	now := time.Now()
	if !w.limited {
		w.limited = true
		if p.stats.waiting++; p.stats.waiting == 1 {
			p.stats.waitingSince = now
		}
	}
	if now.Before(p.stats.nextLine) {
		return
	}
	p.stats.nextLine = now.Add(waitingLineInterval)
	tflog.Info(w.ctx, "Waiting for the rate limit of the tenant", map[string]any{
		"tenant": p.tenant, "wait_ms": wait.Milliseconds(), "waiting": p.stats.waiting,
	})
}

// endWait notes that a request is not held back any more. The caller holds mu.
func (p *Pacer) endWait(w *waiter) {
	if !w.limited {
		return
	}
	w.limited = false
	now := time.Now()
	p.stats.maxWait = max(p.stats.maxWait, now.Sub(w.since))
	if p.stats.waiting--; p.stats.waiting == 0 {
		p.stats.waited += now.Sub(p.stats.waitingSince)
	}
}

// repeated counts a request that is sent again.
func (p *Pacer) repeated() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.repeated++
}

// scheduleStats writes the line that sums up once nothing is asked any more. The
// caller holds mu.
func (p *Pacer) scheduleStats(ctx context.Context) {
	p.stats.ctx = context.WithoutCancel(ctx)
	if p.stats.timer == nil {
		p.stats.timer = time.AfterFunc(statsDelay, p.FlushStats)
	} else {
		p.stats.timer.Reset(statsDelay)
	}
}

// FlushStats writes the line that sums up what the tenant was asked since the
// program began, unless nothing was asked since the last such line.
func (p *Pacer) FlushStats() {
	p.mu.Lock()
	s := p.stats
	p.stats.ctx = nil
	p.mu.Unlock()
	if s.ctx == nil {
		return
	}
	tflog.Info(s.ctx, "Requests to the tenant so far", map[string]any{
		"tenant": p.tenant, "requests": s.requests, "limited": s.limited, "repeated": s.repeated,
		"waited_seconds": s.waited.Seconds(), "longest_wait_seconds": s.maxWait.Seconds(), "lowest_remaining": s.lowest,
	})
}

// Slowdown tells how a run was held back by a tenant's rate limit.
type Slowdown struct {
	// Tenant is the tenant's domain.
	Tenant string
	// Waited is for how long at least one request was held back, MaxWait for how
	// long a single one was.
	Waited, MaxWait time.Duration
	// Requests is how many were sent to the tenant so far.
	Requests int
	// Cap is how many requests a second the provider's own configuration allows; 0 for
	// no such cap.
	Cap float64
	// Limit is the tenant's limit, X-RateLimit-Limit: how many requests it allows at
	// once. It is 0 if it is not known; of several, it is the smallest.
	Limit int
	// PerSecond is how many requests a second were sent while others were held back.
	PerSecond float64
}

// TakeSlowdown returns how the run was held back, once: when that took more than ten
// seconds and no request waits any longer.
func (p *Pacer) TakeSlowdown() (Slowdown, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stats.reported || p.stats.waiting > 0 || p.stats.waited <= minSlowdown {
		return Slowdown{}, false
	}
	p.stats.reported = true
	s := Slowdown{
		Tenant: p.tenant, Waited: p.stats.waited, MaxWait: p.stats.maxWait, Requests: p.stats.requests,
		PerSecond: float64(p.stats.held) / p.stats.waited.Seconds(),
	}
	if p.limiter != nil {
		s.Cap = float64(p.limiter.Limit())
	}
	for limit := range p.buckets {
		if s.Limit == 0 || limit < s.Limit {
			s.Limit = limit
		}
	}
	return s, true
}
