package emulator

import (
	"net/url"
	"strconv"
	"testing"
	"time"
)

// run takes n requests at once and returns how many got through.
func run(l *limiter, method, path string, n int, at time.Time) (through int, left, reset string) {
	for range n {
		h, ok := l.take(method, path, at)
		if ok {
			through++
		}
		left, reset = h.Get("X-RateLimit-Remaining"), h.Get("X-RateLimit-Reset")
	}
	return through, left, reset
}

func TestBucketsPerSecond(t *testing.T) {
	limits, err := Plan("enterprise")
	if err != nil {
		t.Fatal(err)
	}
	l := newLimiter(limits)
	start := time.Unix(1000, 400e6)
	n, left, reset := run(l, "GET", "/api/v2/users", 60, start)
	if n != 50 || left != "0" || reset != "1001" {
		t.Error(n, left, reset)
	}
	if n, _, _ := run(l, "GET", "/api/v2/users", 60, time.Unix(1000, 999e6)); n != 0 {
		t.Error("refilled within the window", n)
	}
	if n, _, _ := run(l, "GET", "/api/v2/flows", 60, time.Unix(1001, 0)); n != 16 {
		t.Error(n)
	}
	if n, _, _ := run(l, "GET", "/api/v2/users", 60, time.Unix(1003, 500e6)); n != 32 {
		t.Error(n)
	}
	if n, left, _ := run(l, "GET", "/api/v2/users", 1, time.Unix(1100, 0)); n != 1 || left != "49" {
		t.Error("more than the burst", left)
	}
	if n, _, _ := run(l, "POST", "/oauth/token", 120, start); n != 100 {
		t.Error("the token endpoint has a bucket of its own", n)
	}
}

func TestBucketsPerMinute(t *testing.T) {
	limits, err := Plan("essentials")
	if err != nil {
		t.Fatal(err)
	}
	l := newLimiter(limits)
	total := 0
	for s := range 60 {
		n, _, _ := run(l, "GET", "/api/v2/flows", 20, time.Unix(6000+int64(s), 0))
		if n > 10 {
			t.Fatal("more than the burst in a second", n)
		}
		total += n
	}
	if total != 150 {
		t.Error(total)
	}
	if _, left, reset := run(l, "GET", "/api/v2/flows", 1, time.Unix(6059, 0)); left != "0" || reset != "6060" {
		t.Error(left, reset)
	}
	if n, _, _ := run(l, "GET", "/api/v2/flows", 20, time.Unix(6060, 0)); n != 10 {
		t.Error(n)
	}
	for _, c := range []struct {
		method, path string
		burst        int
	}{
		{"GET", "/api/v2/users/auth0|1", 40}, {"POST", "/api/v2/users", 20}, {"DELETE", "/api/v2/users/x", 20}, {"GET", "/api/v2/clients", 5}, {"POST", "/api/v2/clients", 10},
	} {
		l := newLimiter(limits)
		if n, _, _ := run(l, c.method, c.path, 100, time.Unix(6000, 0)); n != c.burst {
			t.Error(c, n)
		}
	}
	l = newLimiter(limits)
	run(l, "POST", "/api/v2/users", 15, time.Unix(6000, 0))
	if n, _, _ := run(l, "PATCH", "/api/v2/users/x", 15, time.Unix(6000, 0)); n != 5 {
		t.Error("POST and PATCH share a bucket", n)
	}
	run(l, "GET", "/api/v2/users", 30, time.Unix(6000, 0))
	if n, _, _ := run(l, "GET", "/api/v2/users-by-email", 30, time.Unix(6000, 0)); n != 10 {
		t.Error("/users and /users-by-email share a bucket", n)
	}

	limits.Smooth = true
	l = newLimiter(limits)
	if n, _, _ := run(l, "GET", "/api/v2/flows", 20, time.Unix(6000, 0)); n != 10 {
		t.Error(n)
	}
	if n, _, _ := run(l, "GET", "/api/v2/flows", 20, time.Unix(6002, 0)); n != 5 {
		t.Error("2.5 tokens come each second", n)
	}
}

func TestResetWhenFull(t *testing.T) {
	l := newLimiter(Limits{Management: Bucket{Burst: 10, Sustained: 2}, ResetWhenFull: true, RetryAfter: true})
	if _, _, reset := run(l, "GET", "/api/v2/flows", 10, time.Unix(1000, 0)); reset != "1005" {
		t.Error(reset)
	}
	h, ok := l.take("GET", "/api/v2/flows", time.Unix(1000, 0))
	if ok || h.Get("Retry-After") != "5" {
		t.Error(ok, h)
	}
}

func TestPlans(t *testing.T) {
	for _, name := range Plans() {
		if _, err := Plan(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := Plan("private-7"); err == nil {
		t.Error("want an error")
	}
	if l, _ := Plan("private-20"); l.Management.Burst != 20 || l.Token.Burst != 20 {
		t.Error(l)
	}
}

func TestRateLimitAnswers(t *testing.T) {
	w := newWorld(t, Options{})
	if a := w.send("GET", usersPath, ""); a.header.Get("X-RateLimit-Limit") != "" {
		t.Error("without limits there are no headers", a.header)
	}
	w.tenant.Configure(func(b *Behaviour) {
		b.Limits = Limits{Management: Bucket{Burst: 3, Sustained: 1, Per: time.Hour}, Token: Bucket{Burst: 1, Sustained: 1, Per: time.Hour}}
	})
	for i := range 5 {
		a := w.send("GET", usersPath, "")
		reset, err := strconv.ParseInt(a.header.Get("X-RateLimit-Reset"), 10, 64)
		if err != nil || reset <= time.Now().Unix()-1 {
			t.Error(a.header)
		}
		if (i == 0) != (a.status == 200) {
			t.Error(i, a.status)
		}
		if a.status == 429 && a.raw != `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}` {
			t.Error(a.raw)
		}
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}, "audience": {w.tenant.Audience()}}
	if a := w.askToken(form); a.status != 200 {
		t.Error(a.raw)
	}
	if a := w.askToken(form); a.status != 429 || a.raw != `{"error":"too_many_requests","error_description":"Rate limit exceeded. Please retry after some time."}` {
		t.Error(a.raw)
	}
	w.tenant.Configure(func(b *Behaviour) { b.Latency.Median = time.Millisecond })
	if a := w.send("GET", usersPath, ""); a.status != 429 {
		t.Error("another switch must not refill the buckets", a.status)
	}
	w.tenant.Configure(func(b *Behaviour) { b.Limits = Limits{} })
	if a := w.send("GET", usersPath, ""); a.status != 200 {
		t.Error(a.status)
	}
}
