package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// ask sends so many reads with so many callers at a time and returns how long it took.
func ask(t *testing.T, c *Client, n, parallelism int, err *error) time.Duration {
	t.Helper()
	started := time.Now()
	var wg sync.WaitGroup
	var left atomic.Int64
	left.Store(int64(n))
	for range parallelism {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, e := c.GetUser(context.Background(), "auth0|nobody"); e != nil && !IsNotFound(e) {
					t.Errorf("a read failed: %v", e)
					*err = e
				}
			}
		})
	}
	wg.Wait()
	return time.Since(started)
}

func limits(burst, sustained int, change ...func(*emulator.Limits)) func(*emulator.Behaviour) {
	return func(b *emulator.Behaviour) {
		b.Limits = emulator.Limits{Management: emulator.Bucket{Burst: burst, Sustained: sustained}}
		for _, f := range change {
			f(&b.Limits)
		}
	}
}

// TestPaceKeepsTheLimit: no request is sent of which it is known that it would be
// answered with 429, and none waits much longer than the limit asks for. The
// bounds are wide, since the race detector may be watching on a busy machine.
func TestPaceKeepsTheLimit(t *testing.T) {
	none := func(l *emulator.Limits) { l.None = true }
	next := func(l *emulator.Limits) { l.ResetAtNextRefill = true }
	steps := func(l *emulator.Limits) { l.InSteps, l.ResetAtNextRefill = true, true }
	for name, test := range map[string]struct {
		limits   func(*emulator.Behaviour)
		headroom float64
		requests int
		most     time.Duration
	}{
		"no limit":                    {limits(0, 0, none), 0.2, 100, 10 * time.Second},
		"free":                        {limits(2, 2), 0.2, 8, 12 * time.Second},
		"non-production":              {limits(10, 2), 0.2, 16, 14 * time.Second},
		"non-production, next refill": {limits(10, 2, next), 0.2, 16, 14 * time.Second},
		"non-production, in steps":    {limits(10, 2, steps), 0.2, 16, 14 * time.Second},
		"production":                  {limits(50, 16), 0.2, 80, 12 * time.Second},
		"no headroom":                 {limits(10, 5), 0, 30, 13 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, client := newTenant(t)
			client = newPool(t, func(o *Options) { o.Headroom = test.headroom }).Client(client.credentials)
			tenant.Configure(test.limits)
			tenant.Configure(func(b *emulator.Behaviour) { b.Latency.Median = 30 * time.Millisecond })
			var err error
			took := ask(t, client, test.requests, 10, &err)
			if n := limited(tenant); n > 0 {
				t.Errorf("%d requests were answered with 429", n)
			}
			if took > test.most {
				t.Errorf("it took %v, expected at most %v", took, test.most)
			}
			t.Logf("%v", took)
		})
	}
}

// TestPaceLeavesHeadroom: the bucket never falls below the share that is left to others.
func TestPaceLeavesHeadroom(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	client = newPool(t, func(o *Options) { o.Headroom = 0.5 }).Client(client.credentials)
	tenant.Configure(limits(20, 5))
	var err error
	ask(t, client, 25, 10, &err)
	if lowest := client.tenant.pace.account.lowest; lowest < 10 {
		t.Errorf("the bucket of 20 went down to %d, 10 were to be left", lowest)
	}
}

// TestPaceWithOthers: another client uses the limit up; we slow down, nothing fails.
func TestPaceWithOthers(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	client = newPool(t, func(o *Options) { o.Headroom = 0.2 }).Client(client.credentials)
	tenant.Configure(limits(10, 10))
	other := newPool(t).Client(client.credentials)
	token, err := other.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 3 { // they know no pace
		go func() {
			for ctx.Err() == nil {
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+tenant.Domain()+"/api/v2/users/auth0%7Cnobody", nil)
				req.Header.Set("Authorization", "Bearer "+token.AccessToken)
				if resp, err := other.pool.http.Do(req); err == nil {
					_ = resp.Body.Close()
				}
				_ = pause(ctx, 50*time.Millisecond)
			}
		}()
	}
	time.Sleep(300 * time.Millisecond)
	took := ask(t, client, 10, 5, &err)
	if err != nil {
		t.Error("a read failed although it only had to wait")
	}
	t.Logf("%v", took)
}

// TestPaceOwnCap: requests_per_second holds without any limit of the tenant's.
func TestPaceOwnCap(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	client = newPool(t, func(o *Options) { o.RequestsPerSecond = 10 }).Client(client.credentials)
	tenant.Configure(limits(0, 0))
	var err error
	if took := ask(t, client, 11, 10, &err); took < 900*time.Millisecond {
		t.Errorf("11 requests at 10 a second took only %v", took)
	}
}

// TestPaceIsCancelledAtOnce: nobody waits for a reset after the run has ended.
func TestPaceIsCancelledAtOnce(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.Fail(emulator.Fault{Path: "/api/v2/*", Times: -1, Status: 429, Header: http.Header{"Retry-After": {"60"}}})
	if _, err := client.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	started := time.Now()
	_, err := client.GetUser(ctx, "auth0|nobody")
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > 3*time.Second {
		t.Errorf("after %v: %v", time.Since(started), err)
	}
	if n := len(apiRequests(tenant)); n != 1 {
		t.Errorf("%d requests although the first said to wait a minute", n)
	}
}

// TestPaceWaitsTogether: one 429 holds everybody back until its reset.
func TestPaceWaitsTogether(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	reset := strconv.FormatInt(time.Now().Add(2*time.Second).Unix(), 10)
	tenant.Fail(emulator.Fault{Path: "/api/v2/*", Status: 429, Header: http.Header{
		"X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {reset},
	}})
	var err error
	took := ask(t, client, 10, 10, &err)
	if took < 900*time.Millisecond || took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := limited(tenant); n != 1 {
		t.Errorf("%d answers with 429", n)
	}
}

func TestLimitPause(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	in := func(seconds int64) string { return fmt.Sprint(now.Unix() + seconds) }
	for name, test := range map[string]struct {
		header      http.Header
		n           int
		least, most time.Duration
	}{
		"nothing said":     {http.Header{}, 1, time.Second, 1200 * time.Millisecond},
		"nothing, again":   {http.Header{}, 3, 4 * time.Second, 4500 * time.Millisecond},
		"nothing, forever": {http.Header{}, 40, 32 * time.Second, 36 * time.Second},
		"reset":            {http.Header{"X-Ratelimit-Reset": {in(5)}}, 1, 5 * time.Second, 5600 * time.Millisecond},
		"reset is past":    {http.Header{"X-Ratelimit-Reset": {in(-5)}}, 1, time.Second, 1200 * time.Millisecond},
		"retry after":      {http.Header{"Retry-After": {"3"}, "X-Ratelimit-Reset": {in(50)}}, 1, 3 * time.Second, 3400 * time.Millisecond},
		"absurd":           {http.Header{"Retry-After": {"999999999999"}}, 1, time.Second, longestReset * 2},
		"far reset":        {http.Header{"X-Ratelimit-Reset": {in(86400)}}, 1, longestReset, longestReset + longestReset/5},
	} {
		if got := limitPause(test.header, now, test.n); got < test.least || got > test.most {
			t.Errorf("%s: %v, expected %v to %v", name, got, test.least, test.most)
		}
	}
}
