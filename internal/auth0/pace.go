package auth0

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/time/rate"
)

// A pacer keeps one tenant's rate limit. Auth0 counts with a token bucket: it
// holds as many requests as X-RateLimit-Limit says, each takes one out, and at
// the top of each second or minute some come back. Nobody says how many, nor
// whether X-RateLimit-Reset means the next of these or a full bucket, so the
// pacer counts on neither: it lets requests out as long as the last answer, less
// what is under way, leaves more than the headroom; then it waits for the reset,
// sends one and goes by what that is told.
// Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
type pacer struct {
	domain   string
	headroom float64
	cap      *rate.Limiter // nil: no limit of our own

	mu       sync.Mutex
	families map[string]*bucket
	buckets  map[int]*bucket
	skew     time.Duration // the tenant's clock less ours
	account  account
}

// bucket is one token bucket of the tenant, as far as it is known.
type bucket struct {
	limit     int // 0: not known yet
	unlimited bool
	remaining int
	inFlight  int
	probing   bool
	refill    time.Time // when it is worth asking again once it is used up
	heard     time.Time // when remaining was last learned
	episode   int       // 429s in a row
	changed   chan struct{}
}

const (
	// longestReset bounds what is believed of a reset, or of a Retry-After.
	longestReset = 2 * time.Minute
	// resetMargin is added to a reset, which has whole seconds.
	resetMargin = 30 * time.Millisecond
)

func newPacer(domain string, perSecond, headroom float64) *pacer {
	p := &pacer{
		domain: domain, headroom: headroom,
		families: map[string]*bucket{}, buckets: map[int]*bucket{},
		account: account{lowest: -1},
	}
	if perSecond > 0 {
		p.cap = rate.NewLimiter(rate.Limit(perSecond), 1)
	}
	return p
}

// ticket lets one request out; it is given back with the answer.
type ticket struct {
	pacer  *pacer
	bucket *bucket
	family string
	probe  bool
	sent   time.Time
}

// family names the group of endpoints that may share a bucket. On self-service
// plans users and clients have limits of their own.
func family(req *http.Request) string {
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
func (p *pacer) acquire(ctx context.Context, req *http.Request) (*ticket, error) {
	started := time.Now()
	if p.cap != nil {
		if err := p.cap.Wait(ctx); err != nil {
			return nil, err
		}
	}
	name := family(req)
	for {
		p.mu.Lock()
		b := p.families[name]
		if b == nil {
			b = &bucket{changed: make(chan struct{})}
			p.families[name] = b
		}
		wait, probe, ok := b.admit(time.Now(), p.headroom)
		if ok {
			b.inFlight++
			b.probing = b.probing || probe
			waited := time.Since(started)
			p.account.requests++
			p.account.waited += waited
			p.mu.Unlock()
			meterOf(ctx).add(waited)
			return &ticket{pacer: p, bucket: b, family: name, probe: probe, sent: time.Now()}, nil
		}
		changed := b.changed
		p.mu.Unlock()
		if err := waitFor(ctx, changed, wait); err != nil {
			return nil, err
		}
	}
}

// waitFor waits for a change, for a time (0: none) or for the context's end.
func waitFor(ctx context.Context, changed <-chan struct{}, wait time.Duration) error {
	var timeout <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-timeout:
	}
	return nil
}

// admit reports whether one more request may go out; if not, how long to wait at
// the most (0: until something changes).
func (b *bucket) admit(now time.Time, headroom float64) (wait time.Duration, probe, ok bool) {
	switch {
	case b.unlimited:
		return 0, false, true
	case b.limit == 0 && b.episode == 0: // nothing known: one request finds out
		return 0, b.inFlight == 0, b.inFlight == 0
	case b.remaining-b.inFlight > int(headroom*float64(b.limit)):
		return 0, false, true
	case b.probing:
		return 0, false, false
	case now.Before(b.refill):
		return b.refill.Sub(now), false, false
	}
	return 0, true, true
}

// release gives the ticket back with the answer, or with nil if there was none.
func (t *ticket) release(ctx context.Context, a *response) {
	p := t.pacer
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	t.bucket.inFlight--
	if t.probe {
		t.bucket.probing = false
	}
	if a != nil {
		p.learn(ctx, t, a, now)
	}
	close(t.bucket.changed)
	t.bucket.changed = make(chan struct{})
	p.closeAccount(ctx)
}

// learn takes in what an answer says about the limit.
func (p *pacer) learn(ctx context.Context, t *ticket, a *response, now time.Time) {
	p.setSkew(a.header, now)
	b := t.bucket
	limit, okLimit := headerInt(a.header, "X-RateLimit-Limit")
	remaining, okRemaining := headerInt(a.header, "X-RateLimit-Remaining")
	limited := a.status == http.StatusTooManyRequests
	switch {
	case limited:
		p.account.limited++
		if now.After(b.refill) || b.episode == 0 {
			b.episode++
			wait := limitPause(a.header, now.Add(p.skew), b.episode)
			b.refill = now.Add(wait)
			tflog.Info(ctx, "The tenant's rate limit is used up; waiting", map[string]any{
				"tenant": p.domain, "wait_ms": wait.Milliseconds(),
			})
		}
		b.remaining = 0
		return
	case !okLimit || !okRemaining || limit <= 0:
		// A tenant without limits, or an answer that does not speak of them.
		if b.limit == 0 {
			b.unlimited = true
		}
		return
	}
	b.episode = 0
	b.unlimited = false
	if b.limit == 0 {
		b = p.join(t, limit)
	}
	b.limit = limit
	if p.account.lowest < 0 || remaining < p.account.lowest {
		p.account.lowest = remaining
	}
	// Answers overtake each other: only one that was asked for after the last was
	// heard can tell of more than that one.
	if t.sent.After(b.heard) {
		b.remaining, b.heard = remaining, now
	} else {
		b.remaining = min(b.remaining, remaining)
	}
	b.refill = p.nextRefill(a.header, now)
}

// join puts a family whose limit has just become known to the others of that
// limit: they probably count together, and if not, no harm is done.
func (p *pacer) join(t *ticket, limit int) *bucket {
	known, ok := p.buckets[limit]
	if !ok {
		p.buckets[limit] = t.bucket
		return t.bucket
	}
	p.families[t.family] = known
	return known
}

// nextRefill returns when the bucket will hold more, by our own clock.
func (p *pacer) nextRefill(header http.Header, now time.Time) time.Time {
	there := now.Add(p.skew)
	at := there.Truncate(time.Second).Add(time.Second)
	if reset, ok := headerInt(header, "X-RateLimit-Reset"); ok {
		if t := time.Unix(int64(reset), 0); t.After(there) && t.Sub(there) <= longestReset {
			at = t
		}
	}
	return at.Add(resetMargin - p.skew)
}

// setSkew learns the tenant's clock from the Date header. That has whole
// seconds, so a difference of less than two is taken for none.
func (p *pacer) setSkew(header http.Header, now time.Time) {
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

// serverTime returns a time of our clock as the tenant's clock shows it.
func (p *pacer) serverTime(t time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return t.Add(p.skew)
}

// limitPause returns how long to wait after the n-th 429 in a row: what the
// answer says, else a second, doubled each time; with some jitter, and bounded.
// now is by the server's clock.
func limitPause(header http.Header, now time.Time, n int) time.Duration {
	wait := time.Second << min(n-1, 5)
	if seconds, ok := headerInt(header, "Retry-After"); ok && seconds > 0 {
		wait = time.Duration(min(seconds, int(longestReset/time.Second))) * time.Second
	} else if reset, ok := headerInt(header, "X-RateLimit-Reset"); ok {
		if until := time.Unix(int64(reset), 0).Sub(now); until > 0 && n == 1 {
			wait = until
		}
	}
	wait = min(wait, longestReset)
	return wait + resetMargin + rand.N(wait/10+1) //nolint:gosec // no secret
}

func headerInt(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	return n, err == nil
}
