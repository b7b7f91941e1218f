package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// simulatedBucket is a tenant with a rate limit.
type simulatedBucket struct {
	limit   int
	rate    float64
	latency time.Duration
	// stepwise refills at the top of each second (of each second second at half a
	// request a second), and X-RateLimit-Reset is the next refill. Otherwise the bucket
	// refills continuously, and it is when it is full.
	stepwise bool
	noDate   bool

	mu        sync.Mutex
	tokens    float64
	updatedAt time.Time
	limited   int // answered with 429
	lowest    float64
	order     []string
}

func newSimulatedBucket(limit int, rate float64) *simulatedBucket {
	return &simulatedBucket{limit: limit, rate: rate, latency: 100 * time.Millisecond, tokens: float64(limit),
		updatedAt: time.Now(), lowest: float64(limit)}
}

func (b *simulatedBucket) refill(now time.Time) {
	elapsed := now.Sub(b.updatedAt)
	if b.stepwise {
		elapsed = now.Truncate(b.step()).Sub(b.updatedAt.Truncate(b.step()))
	}
	b.tokens = min(float64(b.limit), b.tokens+b.rate*elapsed.Seconds())
	b.updatedAt = now
}

func (b *simulatedBucket) step() time.Duration {
	return max(time.Second, time.Duration(float64(time.Second)/b.rate))
}

func (b *simulatedBucket) reset(now time.Time) int64 {
	if b.stepwise {
		return now.Truncate(b.step()).Add(b.step()).Unix()
	}
	full := now.Add(time.Duration((float64(b.limit) - b.tokens) / b.rate * float64(time.Second)))
	return int64(math.Ceil(float64(full.UnixNano()) / 1e9))
}

// take takes a token, as any client does.
func (b *simulatedBucket) take(now time.Time) bool {
	b.refill(now)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	b.lowest = min(b.lowest, b.tokens)
	return true
}

func (b *simulatedBucket) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := Sleep(req.Context(), b.latency/2); err != nil {
		return nil, err
	}
	b.mu.Lock()
	now := time.Now()
	status := http.StatusOK
	if !b.take(now) {
		b.limited++
		status = http.StatusTooManyRequests
	}
	b.order = append(b.order, req.Header.Get("N"))
	header := http.Header{}
	header.Set("X-RateLimit-Limit", strconv.Itoa(b.limit))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(int(b.tokens)))
	header.Set("X-RateLimit-Reset", strconv.FormatInt(b.reset(now), 10))
	if !b.noDate {
		header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	b.mu.Unlock()
	if err := Sleep(req.Context(), b.latency/2); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// send sends n requests, so many at a time, and returns how long that took.
func send(t *testing.T, transport http.RoundTripper, n, parallelism int) time.Duration {
	t.Helper()
	started := time.Now()
	var wg sync.WaitGroup
	var sent atomic.Int64
	for range parallelism {
		wg.Go(func() {
			for i := sent.Add(1); i <= int64(n); i = sent.Add(1) {
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://acme.eu.auth0.com/api/v2/flows", nil)
				req.Header.Set("N", strconv.FormatInt(i, 10))
				if _, err := transport.RoundTrip(req); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(started)
}

// TestPace: no request is answered with 429 under either reading of the headers, the
// headroom is left, and it takes hardly longer than the limit demands.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, limit := range []struct {
		burst int
		rate  float64
	}{{10, 2}, {2, 2}, {10, 10}, {50, 16}, {50, 50}, {100, 50}, {5, 0.5}, {1, 1}} {
		for _, headroom := range []float64{0, 0.2, 0.5} {
			for _, latency := range []time.Duration{10 * time.Millisecond, 330 * time.Millisecond} {
				for _, start := range []time.Duration{0, 370 * time.Millisecond} {
					for _, reading := range []string{"reset when full", "no Date", "reset at next refill"} {
						name := fmt.Sprintf("%d at %v/s, headroom %v, latency %v, from %v, %s", limit.burst, limit.rate, headroom, latency, start, reading)
						t.Run(name, func(t *testing.T) {
							synctest.Test(t, func(t *testing.T) {
								time.Sleep(start)
								bucket := newSimulatedBucket(limit.burst, limit.rate)
								bucket.latency, bucket.stepwise, bucket.noDate = latency, reading == "reset at next refill", reading == "no Date"
								pacer := NewPacer("acme.eu.auth0.com", 0, headroom)
								n := limit.burst + int(25*limit.rate)
								took := send(t, &Pace{Base: bucket, Pacer: pacer}, n, 10)
								if bucket.limited > 0 {
									t.Errorf("%d responses with 429", bucket.limited)
								}
								if reserve := math.Floor(headroom * float64(limit.burst)); bucket.lowest < reserve {
									t.Errorf("the bucket went down to %v, %v were to be left", bucket.lowest, reserve)
								}
								if headroom > 0.2 || bucket.stepwise || limit.burst == 1 {
									return // less than the limit is usable at a time
								}
								usable := float64(limit.burst) - math.Floor(headroom*float64(limit.burst))
								ideal := max((float64(n)-usable)/limit.rate, float64(n)/10*latency.Seconds())
								want := 1.1*ideal + 1/limit.rate + 2*latency.Seconds() + 2 // until the rate is known
								if took.Seconds() > want {
									t.Errorf("%d requests took %v, expected at most %v s", n, took, want)
								}
							})
						})
					}
				}
			}
		}
	}
}

// TestPaceOfSixtyCreates is the goal for a small tenant: (60 - burst) / rate seconds plus at most 10 %.
func TestPaceOfSixtyCreates(t *testing.T) {
	t.Parallel()
	for _, stepwise := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			bucket := newSimulatedBucket(10, 2)
			bucket.stepwise = stepwise
			took := send(t, &Pace{Base: bucket, Pacer: NewPacer("t", 0, 0.2)}, 60, 10)
			if took > 27500*time.Millisecond || bucket.limited > 0 {
				t.Errorf("stepwise %v: it took %v with %d x 429", stepwise, took, bucket.limited)
			}
			t.Logf("stepwise %v: %v", stepwise, took)
		})
	}
}

// TestPaceWithOthers: another client of the tenant uses a part of the limit.
func TestPaceWithOthers(t *testing.T) {
	t.Parallel()
	for _, stepwise := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			bucket := newSimulatedBucket(10, 4)
			bucket.stepwise = stepwise
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				for Sleep(ctx, 500*time.Millisecond) == nil {
					bucket.mu.Lock()
					bucket.take(time.Now())
					bucket.mu.Unlock()
				}
			}()
			took := send(t, &Pace{Base: bucket, Pacer: NewPacer("t", 0, 0.2)}, 60, 10)
			cancel()
			if bucket.limited > 0 || took > 40*time.Second {
				t.Errorf("stepwise %v: it took %v with %d x 429", stepwise, took, bucket.limited)
			}
			t.Logf("stepwise %v: %v", stepwise, took)
		})
	}
}

// TestPaceIsFair: requests go out in the order in which they came.
func TestPaceIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bucket := newSimulatedBucket(3, 2)
		transport := &Pace{Base: bucket, Pacer: NewPacer("t", 0, 0)}
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://acme.eu.auth0.com/api/v2/flows", nil)
				req.Header.Set("N", fmt.Sprintf("%02d", i))
				_, _ = transport.RoundTrip(req)
			})
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		for i, n := range bucket.order {
			if n != fmt.Sprintf("%02d", i) {
				t.Fatalf("the order is %v", bucket.order)
			}
		}
	})
}

// TestPaceIsCanceledAtOnce: no request waits for a reset after the run has ended, and
// those behind get their turn.
func TestPaceIsCanceledAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bucket := newSimulatedBucket(1, 0.1)
		transport := &Pace{Base: bucket, Pacer: NewPacer("t", 0, 0)}
		request := func(ctx context.Context) (time.Duration, error) {
			started := time.Now()
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://acme.eu.auth0.com/api/v2/flows", nil)
			_, err := transport.RoundTrip(req)
			return time.Since(started), err
		}
		_, _ = request(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if took, err := request(ctx); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
				t.Errorf("got %v after %v", err, took)
			}
		})
		time.Sleep(time.Millisecond)
		wg.Go(func() {
			if took, err := request(t.Context()); err != nil || took > 12*time.Second {
				t.Errorf("the next one: %v after %v", err, took)
			}
		})
		wg.Wait()
	})
}

// TestPaceWaitsTogether: one 429 holds everybody back until its reset.
func TestPaceWaitsTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		var mu sync.Mutex
		base := roundTripper(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			requests++
			if requests == 1 {
				return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"60"}}}, nil
			}
			return &http.Response{StatusCode: 200, Header: http.Header{"X-Ratelimit-Limit": {"50"}, "X-Ratelimit-Remaining": {"40"}}}, nil
		})
		if took := send(t, &Pace{Base: base, Pacer: NewPacer("t", 0, 0)}, 10, 10); took < time.Minute || took > 67*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestPaceCap: the cap of our own holds without any limit of the tenant's, and for
// all clients of a tenant together.
func TestPaceCap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base := roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil })
		pacer := NewPacer("t", 10, 0)
		var wg sync.WaitGroup
		started := time.Now()
		for range 2 {
			wg.Go(func() { send(t, &Pace{Base: base, Pacer: pacer}, 101, 10) })
		}
		wg.Wait()
		if took := time.Since(started); took != 20100*time.Millisecond {
			t.Errorf("202 requests at 10/s took %v", took)
		}
		slow, ok := pacer.TakeSlowdown()
		if !ok || slow.Cap != 10 || slow.Waited < 20*time.Second || slow.Requests != 202 {
			t.Errorf("got %+v", slow)
		}
	})
}

// TestSlowdown: it is reported once, when no request waits any longer.
func TestSlowdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bucket := newSimulatedBucket(10, 2)
		pacer := NewPacer("acme.eu.auth0.com", 0, 0.2)
		send(t, &Pace{Base: bucket, Pacer: pacer}, 20, 10)
		if slow, ok := pacer.TakeSlowdown(); ok {
			t.Errorf("reported after 6 s: %+v", slow)
		}
		send(t, &Pace{Base: bucket, Pacer: pacer}, 40, 10)
		slow, ok := pacer.TakeSlowdown()
		if !ok || slow.Tenant != "acme.eu.auth0.com" || slow.Requests != 60 || slow.Limit != 10 || slow.PerSecond < 1.8 || slow.PerSecond > 2.2 ||
			slow.Waited < 20*time.Second || slow.Waited > 30*time.Second || slow.MaxWait > 10*time.Second {
			t.Errorf("got %+v", slow)
		}
		if _, ok := pacer.TakeSlowdown(); ok {
			t.Error("reported twice")
		}
	})
}

func TestLimitPause(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	in := func(seconds int64) string { return fmt.Sprint(now.Unix() + seconds) }
	for name, test := range map[string]struct {
		header   http.Header
		n        int
		min, max time.Duration
	}{
		"nothing said":     {http.Header{}, 1, time.Second, 1200 * time.Millisecond},
		"nothing, again":   {http.Header{}, 3, 4 * time.Second, 4500 * time.Millisecond},
		"nothing, forever": {http.Header{}, 40, 32 * time.Second, 36 * time.Second},
		"reset":            {http.Header{"X-Ratelimit-Reset": {in(5)}}, 1, 5 * time.Second, 5600 * time.Millisecond},
		"reset is past":    {http.Header{"X-Ratelimit-Reset": {in(-5)}}, 1, time.Second, 1200 * time.Millisecond},
		"retry after":      {http.Header{"Retry-After": {"3"}, "X-Ratelimit-Reset": {in(50)}}, 1, 3 * time.Second, 3400 * time.Millisecond},
		"absurd":           {http.Header{"Retry-After": {"999999999999"}}, 1, time.Second, maxReset * 2},
		"far reset":        {http.Header{"X-Ratelimit-Reset": {in(86400)}}, 1, maxReset, maxReset + maxReset/5},
	} {
		if got := LimitPause(test.header, now, test.n); got < test.min || got > test.max {
			t.Errorf("%s: %v, expected %v to %v", name, got, test.min, test.max)
		}
	}
}
