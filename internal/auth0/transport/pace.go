package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is an http.RoundTripper that sends each request when the tenant's rate limit
// allows it, in the order in which requests come.
type Pace struct {
	// Base sends the requests.
	Base http.RoundTripper
	// Pacer keeps the rate limit, for everybody who sends requests to the tenant.
	Pacer *Pacer
}

// RoundTrip implements http.RoundTripper. The error is Base's, or the context's if
// that ends while the request waits.
func (t *Pace) RoundTrip(req *http.Request) (*http.Response, error) {
	ticket, err := t.Pacer.acquire(req)
	if err != nil {
		return nil, err
	}
	resp, err := t.Base.RoundTrip(req)
	ticket.release(req.Context(), resp)
	return resp, err
}

// Pacer keeps the rate limit of one tenant. Its methods may be called concurrently.
//
// Auth0 counts with token buckets: one holds as many requests as X-RateLimit-Limit
// says, each takes one out, and they come back over time. X-RateLimit-Remaining is
// on every response. X-RateLimit-Reset was recorded to be the second in which the
// bucket is full again, and buckets refill continuously, so one response tells the
// rate at which they do. The documentation can also be read as if it were the time
// of the next refill. The pacer is right under both readings:
//
//   - Requests are sent as long as the last response, less what is in flight, leaves
//     more than the headroom and one request.
//   - That last request is sent alone, when by the first reading another one has come
//     back. If none has, the headroom is still untouched, and nothing is sent before
//     the reset.
//
// Neither costs more than it must if the rate is taken for too low: the next
// response shows what has come back, and that is sent at once.
//
// Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
type Pacer struct {
	tenant   string
	headroom float64
	limiter  *rate.Limiter // nil: no cap of our own

	mu      sync.Mutex
	groups  map[string]*bucket // by endpoint group
	buckets map[int]*bucket    // by limit
	skew    time.Duration      // the tenant's clock less ours
	stats   stats
}

// bucket is one token bucket of the tenant, as far as it is known.
type bucket struct {
	limit     int // 0: not known yet
	unlimited bool
	remaining int
	inFlight  int
	probing   bool
	updatedAt time.Time // when remaining was last learned
	sentAt    time.Time // when the request was sent that it was learned from
	resetAt   time.Time // when it is worth asking again once it is used up, by our clock
	// perSecond is how many requests come back in a second, as far as our clock tells
	// (0: not known), minPerSecond how many do at least, by the server's whole seconds.
	perSecond, minPerSecond float64
	settled                 bool // perSecond was tried and found too high
	// resetWhenFull is true once a reset was seen that cannot be that of the next refill.
	resetWhenFull   bool
	consecutive429s int

	queue []*waiter
	timer *time.Timer // runs while the first of the queue waits for a time
}

// waiter is a request that waits for its turn.
type waiter struct {
	ctx      context.Context
	group    string
	since    time.Time
	limited  bool // held back by a limit, not only until the limit is known
	admitted chan *ticket
}

// ticket lets one request out; it is given back with the response.
type ticket struct {
	pacer *Pacer
	group string
	probe bool
	sent  time.Time
	// remaining is what was believed to be left when it was sent.
	remaining int
}

const (
	// rateStep is the factor by which the rate is corrected when a probe finds more, or
	// less, than was expected.
	rateStep = 1.25

	// maxReset bounds what is believed of a reset, or of a Retry-After.
	maxReset = 2 * time.Minute
	// resetMargin is added to a reset, which has whole seconds.
	resetMargin = 30 * time.Millisecond
)

// NewPacer returns a pacer for a tenant. It sends at most perSecond requests in a
// second (0: as many as the tenant allows), and leaves the headroom, a share of the
// tenant's limit from 0 to 0.9, to other clients of the tenant.
func NewPacer(tenant string, perSecond, headroom float64) *Pacer {
	p := &Pacer{
		tenant: tenant, headroom: headroom,
		groups: map[string]*bucket{}, buckets: map[int]*bucket{},
		stats: stats{lowest: -1},
	}
	if perSecond > 0 {
		p.limiter = rate.NewLimiter(rate.Limit(perSecond), 1)
	}
	return p
}

// endpointGroup names the endpoints that may share a bucket. On self-service plans
// users and clients have limits of their own.
func endpointGroup(req *http.Request) string {
	_, path, _ := strings.Cut(req.URL.Path, "/api/v2/")
	first, _, _ := strings.Cut(path, "/")
	write := req.Method != http.MethodGet
	switch {
	case strings.HasPrefix(first, "users") && req.Method == http.MethodDelete:
		return "users/delete"
	case strings.HasPrefix(first, "users") && write:
		return "users/write"
	case strings.HasPrefix(first, "users"):
		return "users/read"
	case first == "clients" && !write:
		return "clients/read"
	}
	return "other"
}

// acquire waits until the request may be sent. The error is the context's.
func (p *Pacer) acquire(req *http.Request) (*ticket, error) {
	ctx := req.Context()
	w := &waiter{ctx: ctx, group: endpointGroup(req), since: time.Now(), admitted: make(chan *ticket, 1)}
	if p.limiter != nil {
		if err := p.waitForCap(w); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	b := p.groups[w.group]
	if b == nil {
		b = &bucket{}
		p.groups[w.group] = b
	}
	b.queue = append(b.queue, w)
	p.dispatch(b)
	p.mu.Unlock()
	select {
	case t := <-w.admitted:
		return t, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b = p.groups[w.group]
	if i := slices.Index(b.queue, w); i >= 0 {
		b.queue = slices.Delete(b.queue, i, i+1)
		p.endWait(w)
	} else { // it was admitted in the same moment
		b.inFlight--
		if t := <-w.admitted; t.probe {
			b.probing = false
		}
	}
	p.dispatch(b) // another client may be the first now
	return nil, ctx.Err()
}

// waitForCap keeps to the cap of our own.
func (p *Pacer) waitForCap(w *waiter) error {
	reservation := p.limiter.Reserve()
	delay := reservation.Delay()
	if delay == 0 {
		return nil
	}
	p.mu.Lock()
	p.beginWait(w, delay)
	p.mu.Unlock()
	err := Sleep(w.ctx, delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		reservation.Cancel()
	} else {
		p.stats.held++
	}
	p.endWait(w)
	return err
}

// dispatch lets out as many requests of a queue as the bucket allows, and looks
// again when that may have changed. The caller holds mu.
func (p *Pacer) dispatch(b *bucket) {
	for len(b.queue) > 0 {
		w, now := b.queue[0], time.Now()
		wait, probe, ok := b.admit(now, p.headroom)
		if !ok {
			if wait > 0 {
				p.dispatchAfter(b, wait)
				for _, w := range b.queue {
					p.beginWait(w, wait)
				}
			}
			return
		}
		b.queue = b.queue[1:]
		b.inFlight++
		b.probing = b.probing || probe
		p.stats.requests++
		if p.stats.waiting > 0 {
			p.stats.held++
		}
		p.endWait(w)
		w.admitted <- &ticket{pacer: p, group: w.group, probe: probe, sent: now, remaining: b.remaining}
	}
}

func (p *Pacer) dispatchAfter(b *bucket, wait time.Duration) {
	if b.timer == nil {
		b.timer = time.AfterFunc(wait, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.dispatch(b)
		})
		return
	}
	b.timer.Reset(wait)
}

// admit reports whether one more request may go out; if not, how long to wait at
// most (0: until a response comes).
func (b *bucket) admit(now time.Time, headroom float64) (wait time.Duration, probe, ok bool) {
	available := b.remaining - b.inFlight - int(headroom*float64(b.limit))
	switch {
	case b.unlimited:
		return 0, false, true
	case b.limit == 0 && b.consecutive429s == 0: // nothing known: one request finds out
		return 0, b.inFlight == 0, b.inFlight == 0
	case available > 1:
		return 0, false, true
	case b.probing:
		return 0, false, false
	}
	at := b.resetAt
	switch {
	case b.consecutive429s > 0:
	case available == 1 && b.perSecond > 0:
		at = earlier(at, b.sentAt.Add(seconds(1/b.perSecond)+resetMargin))
	case b.resetWhenFull:
		// The second request that has come back is one more than is kept.
		at = earlier(at, b.updatedAt.Add(seconds(float64(2-available)/b.minPerSecond)))
	}
	if now.Before(at) {
		return at.Sub(now), false, false
	}
	return 0, true, true
}

// release gives the ticket back with the response, or with nil if there was none.
func (t *ticket) release(ctx context.Context, resp *http.Response) {
	p := t.pacer
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.groups[t.group]
	b.inFlight--
	if t.probe {
		b.probing = false
	}
	if resp != nil {
		p.updateFromResponse(t, resp, time.Now())
	}
	p.dispatch(p.groups[t.group])
	p.scheduleStats(ctx)
}

// updateFromResponse learns what a response says about the limit.
func (p *Pacer) updateFromResponse(t *ticket, resp *http.Response, now time.Time) {
	p.setSkew(resp.Header, now)
	b := p.groups[t.group]
	limit, okLimit := headerInt(resp.Header, "X-RateLimit-Limit")
	remaining, okRemaining := headerInt(resp.Header, "X-RateLimit-Remaining")
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		p.stats.limited++
		if now.After(b.resetAt) || b.consecutive429s == 0 {
			b.consecutive429s++
			b.resetAt = now.Add(LimitPause(resp.Header, now.Add(p.skew), b.consecutive429s))
		}
		b.remaining = 0
		return
	case !okLimit || !okRemaining || limit <= 0:
		// A tenant without limits, or a response that does not speak of them.
		if b.limit == 0 {
			b.unlimited = true
		}
		return
	}
	b.consecutive429s = 0
	b.unlimited = false
	if b.limit == 0 {
		b = p.join(t.group, limit)
	}
	if b.limit != limit {
		b.limit, b.perSecond, b.settled = limit, 0, false
	}
	if p.stats.lowest < 0 || remaining < p.stats.lowest {
		p.stats.lowest = remaining
	}
	// Responses overtake each other: only one that was asked for after the last came
	// can tell of more than that one.
	if t.sent.After(b.updatedAt) {
		b.remaining, b.updatedAt, b.sentAt = remaining, now, t.sent
	} else {
		b.remaining = min(b.remaining, remaining)
	}
	p.setReset(b, t, resp.Header, remaining, now)
}

// join puts an endpoint group whose limit has just become known to the others of
// that limit: they probably count together, and if not, no harm is done.
func (p *Pacer) join(group string, limit int) *bucket {
	own := p.groups[group]
	known, ok := p.buckets[limit]
	if !ok {
		p.buckets[limit] = own
		return own
	}
	known.queue = append(known.queue, own.queue...)
	known.inFlight += own.inFlight
	own.queue = nil
	for name, b := range p.groups {
		if b == own {
			p.groups[name] = known
		}
	}
	return known
}

// setReset learns when the bucket will hold more, and how fast it fills, from a
// response after which so many requests remain in it.
func (p *Pacer) setReset(b *bucket, t *ticket, header http.Header, remaining int, now time.Time) {
	missing := b.limit - remaining
	there := now.Add(p.skew)
	at := there.Truncate(time.Second).Add(time.Second)
	if unix, ok := headerInt(header, "X-RateLimit-Reset"); ok {
		reset := time.Unix(int64(unix), 0)
		if reset.After(there) && reset.Sub(there) <= maxReset {
			at = reset
		}
		date, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			date = there.Truncate(time.Second)
		}
		// If the reset is when the bucket is full, it is rounded up to a whole second, so
		// it takes no longer to fill than until then. The best of all responses counts.
		if full := reset.Sub(date); full > 0 && missing > 0 {
			b.minPerSecond = float64(missing) / full.Seconds()
			byOurClock := max(reset.Sub(t.sent.Add(p.skew)), 10*time.Millisecond)
			switch {
			case t.probe && remaining < t.remaining: // nothing had come back yet
				b.perSecond, b.settled = b.perSecond/rateStep, true
			case !b.settled:
				if t.probe {
					b.perSecond *= rateStep
				}
				b.perSecond = max(b.perSecond, float64(missing)/byOurClock.Seconds())
			}
			b.perSecond = max(b.perSecond, b.minPerSecond)
			// Refills come at the top of a second or of a minute.
			b.resetWhenFull = b.resetWhenFull || full >= 3*time.Second && unix%60 != 0
		}
	}
	b.resetAt = at.Add(resetMargin - p.skew)
}

// setSkew learns the tenant's clock from the Date header. That has whole seconds,
// so a difference of less than two is taken for none.
func (p *Pacer) setSkew(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	skew := date.Add(500 * time.Millisecond).Sub(now)
	if skew.Abs() < 2*time.Second {
		skew = 0
	}
	p.skew = skew
}

// SetClock learns the tenant's clock from a response that was not paced.
func (p *Pacer) SetClock(header http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setSkew(header, time.Now())
}

// ServerTime returns a time of our clock as the tenant's clock shows it.
func (p *Pacer) ServerTime(t time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return t.Add(p.skew)
}

// LimitPause returns how long to wait after the n-th 429 in a row: what the response
// says, else a second, doubled each time; with some jitter, and bounded. now is by
// the server's clock.
func LimitPause(header http.Header, now time.Time, n int) time.Duration {
	wait := time.Second << min(n-1, 5)
	if seconds, ok := headerInt(header, "Retry-After"); ok && seconds > 0 {
		wait = time.Duration(min(seconds, int(maxReset/time.Second))) * time.Second
	} else if reset, ok := headerInt(header, "X-RateLimit-Reset"); ok {
		if until := time.Unix(int64(reset), 0).Sub(now); until > 0 && n == 1 {
			wait = until
		}
	}
	wait = min(wait, maxReset)
	return wait + resetMargin + rand.N(wait/10+1) //nolint:gosec // no secret
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func headerInt(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	return n, err == nil
}

// Sleep waits, or returns the context's error at once when that ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
