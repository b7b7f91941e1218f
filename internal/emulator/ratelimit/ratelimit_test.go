package ratelimit

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// run takes n requests at once and returns how many are allowed, and the headers of the last.
func run(l *Limiter, method, path string, n int, at time.Time) (allowed int, h http.Header) {
	for range n {
		var ok bool
		if h, ok = l.Take(method, path, at); ok {
			allowed++
		}
	}
	return allowed, h
}

func plan(t *testing.T, name string) Limits {
	t.Helper()
	l, err := Plan(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// at is a time in milliseconds.
func at(ms int64) time.Time { return time.UnixMilli(ms) }

func TestBuckets(t *testing.T) {
	steps := func(l Limits) Limits { l.InSteps = true; return l }
	next := func(l Limits) Limits { l.ResetAtNextRefill = true; return l }
	type request struct {
		ms               int64
		n, allowed       int
		remaining, reset string
	}
	const flows = "/api/v2/flows"
	for name, c := range map[string]struct {
		limits       Limits
		method, path string
		requests     []request
	}{
		"production is the default": {Limits{}, "GET", flows, []request{
			{1000_400, 1, 1, "49", "1001"}, {1000_400, 59, 49, "0", "1004"}, {1000_462, 1, 0, "0", "1004"}, {1000_463, 1, 1, "0", "1004"},
			{1001_463, 60, 16, "0", "1005"}, {1100_000, 1, 1, "49", "1101"},
		}},
		"full again, in a slow bucket": {plan(t, "enterprise-non-production"), "GET", flows, []request{
			{1000_000, 5, 5, "5", "1003"}, {1000_250, 1, 1, "4", "1004"}, {1000_500, 1, 1, "4", "1004"}, {1002_500, 1, 1, "7", "1004"},
		}},
		"next refill": {next(plan(t, "enterprise-non-production")), "GET", flows, []request{
			{1000_000, 10, 10, "0", "1001"}, {1000_499, 1, 0, "0", "1001"}, {1000_500, 1, 1, "0", "1001"}, {1000_600, 1, 0, "0", "1001"},
		}},
		"in steps": {steps(Limits{}), "GET", flows, []request{
			{1000_400, 60, 50, "0", "1004"}, {1000_999, 1, 0, "0", "1004"}, {1001_000, 60, 16, "0", "1005"}, {1003_500, 60, 32, "0", "1007"},
		}},
		"in steps, next refill": {next(steps(Limits{})), "GET", flows, []request{{1000_400, 60, 50, "0", "1001"}}},
		"the token endpoint has a bucket of its own": {Limits{Management: Bucket{Burst: 1, Sustained: 1}}, "POST", "/oauth/token",
			[]request{{1000_000, 120, 100, "0", "1001"}}},
		"per minute": {plan(t, "essentials"), "GET", flows, []request{
			{6000_000, 20, 10, "0", "6004"}, {6002_000, 20, 5, "0", "6006"}, {6062_000, 20, 10, "0", "6066"},
		}},
		"per minute, in steps": {steps(plan(t, "essentials")), "GET", flows,
			[]request{{6000_000, 20, 10, "0", "6060"}, {6059_000, 20, 0, "0", "6060"}, {6060_000, 20, 10, "0", "6120"}}},
		"no limits": {plan(t, "none"), "GET", flows, []request{{1000_000, 1000, 1000, "", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := New(c.limits)
			for _, r := range c.requests {
				n, h := run(l, c.method, c.path, r.n, at(r.ms))
				if n != r.allowed || h.Get("X-RateLimit-Remaining") != r.remaining || h.Get("X-RateLimit-Reset") != r.reset {
					t.Errorf("at %d: %d allowed, %v", r.ms, n, h)
				}
			}
		})
	}
}

// TestRefillRateFromOneAnswer is what a client can learn: (limit - remaining) / (reset - now), as recorded.
func TestRefillRateFromOneAnswer(t *testing.T) {
	l := New(Limits{Management: Bucket{Burst: 100, Sustained: 4}})
	_, h := run(l, "GET", "/api/v2/users", 80, at(1000_000))
	reset, err := strconv.Atoi(h.Get("X-RateLimit-Reset"))
	if err != nil || 80/(reset-1000) != 4 {
		t.Error(h)
	}
}

func TestEndpoints(t *testing.T) {
	limits := plan(t, "essentials")
	for _, c := range []struct {
		method, path string
		burst        int
	}{
		{"GET", "/api/v2/users/auth0|1", 40}, {"POST", "/api/v2/users", 20}, {"DELETE", "/api/v2/users/x", 20}, {"GET", "/api/v2/clients", 5},
		{"POST", "/api/v2/clients", 10},
	} {
		if n, _ := run(New(limits), c.method, c.path, 100, at(6000_000)); n != c.burst {
			t.Error(c, n)
		}
	}
	l := New(limits)
	run(l, "POST", "/api/v2/users", 15, at(6000_000))
	if n, _ := run(l, "PATCH", "/api/v2/users/x", 15, at(6000_000)); n != 5 {
		t.Error("POST and PATCH share a bucket", n)
	}
	run(l, "GET", "/api/v2/users", 30, at(6000_000))
	if n, _ := run(l, "GET", "/api/v2/users-by-email", 30, at(6000_000)); n != 10 {
		t.Error("/users and /users-by-email share a bucket", n)
	}
}

func TestRetryAfter(t *testing.T) {
	l := New(Limits{Management: Bucket{Burst: 10, Sustained: 2}, RetryAfter: true})
	if _, h := run(l, "GET", "/api/v2/flows", 11, at(1000_000)); h.Get("Retry-After") != "5" {
		t.Error(h)
	}
}

func TestPlans(t *testing.T) {
	for _, name := range Plans() {
		if _, err := Plan(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"private-7", "gold", ""} {
		if _, err := Plan(name); err == nil {
			t.Error("want an error", name)
		}
	}
	if l := plan(t, "private-20"); l.Management.Burst != 20 || l.Token.Burst != 20 {
		t.Error(l)
	}
}
