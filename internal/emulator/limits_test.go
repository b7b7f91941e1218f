package emulator

import (
	"net/url"
	"strconv"
	"testing"
	"time"
)

func TestRateLimitAnswers(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.Configure(func(b *Behavior) { b.Limits = Limits{} })
	for _, path := range []string{usersPath, usersPath + "/auth0%7Cnobody", "/api/v2/nothing"} {
		if a := w.send("GET", path, ""); a.header.Get("X-RateLimit-Limit") != "50" {
			t.Error("the limits of production are the default, on every answer", path, a.header)
		}
	}
	w.tenant.Configure(func(b *Behavior) {
		b.Limits = Limits{Management: Bucket{Burst: 1, Sustained: 1, Per: time.Hour}, Token: Bucket{Burst: 1, Sustained: 1, Per: time.Hour}}
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
		if a.status == 429 &&
			a.raw != `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}` {
			t.Error(a.raw)
		}
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret},
		"audience": {w.tenant.Audience()}}
	if a := w.askToken(form); a.status != 200 {
		t.Error(a.raw)
	}
	if a := w.askToken(form); a.status != 429 ||
		a.raw != `{"error":"too_many_requests","error_description":"Rate limit exceeded. Please retry after some time."}` {
		t.Error(a.raw)
	}
	w.tenant.Configure(func(b *Behavior) { b.Latency.Median = time.Millisecond })
	w.expect("GET", usersPath, "", 429, "")
	w.tenant.Configure(func(b *Behavior) { b.Limits = Limits{None: true} })
	for range 60 {
		if a := w.send("GET", usersPath, ""); a.status != 200 || a.header.Get("X-RateLimit-Limit") != "" {
			t.Error(a.status, a.header)
		}
	}
}
