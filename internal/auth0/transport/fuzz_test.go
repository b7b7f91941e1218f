package transport

import (
	"math"
	"net/http"
	"testing"
	"time"
)

// FuzzRateLimitHeaders: whatever a server says about its rate limit, a wait is bounded, and a request that waits is let out.
func FuzzRateLimitHeaders(f *testing.F) {
	f.Add(200, "10", "9", "1700000000", "", "Tue, 14 Nov 2023 22:13:20 GMT", 1)
	f.Add(429, "10", "0", "1700000060", "7", "", 3)
	f.Add(429, "", "", "", "Tue, 14 Nov 2023 22:13:20 GMT", "", 40)
	f.Add(200, "-1", "99999999999999999999", "-9223372036854775808", "-1", "not a date", 0)
	f.Add(200, "9223372036854775807", "-9223372036854775808", "9223372036854775807", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT", 9)
	f.Fuzz(func(t *testing.T, status int, limit, remaining, reset, retryAfter, date string, n int) {
		header := http.Header{
			"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset},
			"Retry-After": {retryAfter}, "Date": {date},
		}
		const most = maxReset + maxReset/10 + time.Second
		if n > 0 {
			if wait := LimitPause(header, time.Now(), n); wait <= 0 || wait > most {
				t.Errorf("a pause of %v", wait)
			}
		}
		p := NewPacer("acme.eu.auth0.com", 0, 0.2)
		b := &bucket{}
		p.groups["other"] = b
		for range 3 {
			ticket := &ticket{pacer: p, group: "other", sent: time.Now()}
			p.updateFromResponse(ticket, &http.Response{StatusCode: status, Header: header}, time.Now())
			b = p.groups["other"]
			if math.IsNaN(b.perSecond) || math.IsInf(b.perSecond, 0) || b.perSecond < 0 || b.minPerSecond < 0 {
				t.Errorf("a rate of %v, at least %v", b.perSecond, b.minPerSecond)
			}
			wait, probe, ok := b.admit(time.Now(), p.headroom)
			if !ok && (wait <= 0 || wait > most) {
				t.Errorf("a wait of %v, with a probe %v: %+v", wait, probe, b)
			}
			if _, _, ok := b.admit(time.Now().Add(most), p.headroom); !ok {
				t.Errorf("nothing is let out after %v: %+v", most, b)
			}
		}
	})
}
