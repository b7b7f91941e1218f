package emulator

import (
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Limits are the rate limits of a tenant.
type Limits struct {
	// Management is the bucket of the Management API, or of what no entry of Endpoints covers.
	Management Bucket `json:"management"`
	// Token is the bucket of /oauth/token.
	Token Bucket `json:"token"`
	// Endpoints have buckets of their own; the first that fits a request counts it.
	Endpoints []EndpointLimit `json:"endpoints"`
	// Smooth refills a bucket per minute by its share each second, instead of once at the top of the minute.
	Smooth bool `json:"smooth"`
	// ResetWhenFull lets X-RateLimit-Reset tell when the bucket is full again, instead of when it is refilled next.
	ResetWhenFull bool `json:"reset_when_full"`
	// RetryAfter adds that header to a 429; Auth0 does not promise it for the Management API.
	RetryAfter bool `json:"retry_after"`
}

// Bucket is one token bucket. The zero value has no limit.
type Bucket struct {
	Burst     int           `json:"burst"`     // how many requests it holds
	Sustained int           `json:"sustained"` // how many are added in each window
	Per       time.Duration `json:"per"`       // the window: a second (also when zero) or a minute
}

// EndpointLimit gives some endpoints a bucket of their own.
type EndpointLimit struct {
	Methods []string `json:"methods"` // none: all
	Path    string   `json:"path"`    // a path and all below it
	Bucket
}

// private lists the sizes of private development environments: requests per second in all, and for the Management API.
var private = map[string]int{"20": 20, "100": 50, "500": 250, "1500": 750, "3000": 1500, "6000": 3000, "10000": 5000}

// Plan returns the limits of one of Auth0's plans; Plans lists the names. "none" has no limits.
func Plan(name string) (Limits, error) {
	perSecond := func(burst, sustained int) Bucket { return Bucket{burst, sustained, time.Second} }
	perMinute := func(burst, sustained int) Bucket { return Bucket{burst, sustained, time.Minute} }
	switch name {
	case "", "none":
		return Limits{}, nil
	case "free":
		return Limits{Management: perSecond(2, 2), Token: perSecond(30, 30)}, nil
	case "essentials", "professional", "b2b":
		var users []EndpointLimit
		for _, path := range []string{"/api/v2/users", "/api/v2/users-by-email"} {
			users = append(users,
				EndpointLimit{[]string{"GET"}, path, perMinute(40, 500)},
				EndpointLimit{[]string{"POST", "PATCH"}, path, perMinute(20, 200)},
				EndpointLimit{[]string{"DELETE"}, path, perMinute(20, 200)})
		}
		return Limits{
			Management: perMinute(10, 150),
			Token:      perSecond(25, 25),
			Endpoints:  append(users, EndpointLimit{[]string{"GET"}, "/api/v2/clients", perMinute(5, 100)}),
		}, nil
	case "enterprise", "enterprise-production":
		return Limits{Management: perSecond(50, 16), Token: perSecond(100, 100)}, nil
	case "enterprise-non-production":
		return Limits{Management: perSecond(10, 2), Token: perSecond(100, 100)}, nil
	}
	if size, ok := strings.CutPrefix(name, "private-"); ok && private[size] > 0 {
		total, _ := strconv.Atoi(size)
		return Limits{Management: perSecond(private[size], private[size]), Token: perSecond(total, total)}, nil
	}
	return Limits{}, fmt.Errorf("no plan %q; there are %s", name, strings.Join(Plans(), ", "))
}

// Plans lists the names that Plan knows.
func Plans() []string {
	var sizes []int
	for s := range private {
		n, _ := strconv.Atoi(s)
		sizes = append(sizes, n)
	}
	sort.Ints(sizes)
	names := []string{"none", "free", "essentials", "professional", "b2b", "enterprise-production", "enterprise-non-production"}
	for _, n := range sizes {
		names = append(names, "private-"+strconv.Itoa(n))
	}
	return names
}

// limiter holds the buckets of a tenant.
type limiter struct {
	limits  Limits
	buckets map[string]*bucket
}

func newLimiter(l Limits) *limiter { return &limiter{limits: l, buckets: map[string]*bucket{}} }

// take counts a request and returns the headers of its answer; ok is false when it must be refused.
func (l *limiter) take(method, path string, now time.Time) (header http.Header, ok bool) {
	name, size := "management", l.limits.Management
	if strings.HasPrefix(path, "/oauth/") {
		name, size = "token", l.limits.Token
	} else {
		for _, e := range l.limits.Endpoints {
			if (path == e.Path || strings.HasPrefix(path, e.Path+"/")) && (len(e.Methods) == 0 || contains(e.Methods, method)) {
				name, size = e.name(), e.Bucket
				break
			}
		}
	}
	if size.Burst <= 0 {
		return nil, true
	}
	b := l.buckets[name]
	if b == nil {
		b = newBucket(size, l.limits.Smooth, now)
		l.buckets[name] = b
	}
	ok = b.take(now)
	limit, left, reset := b.status(now, l.limits.ResetWhenFull)
	header = http.Header{}
	header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	header.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	if !ok && l.limits.RetryAfter {
		header.Set("Retry-After", strconv.FormatInt(max(1, reset.Unix()-now.Unix()), 10))
	}
	return header, ok
}

// name tells the buckets of endpoints apart. Those of the users endpoints are shared by /users and /users-by-email.
func (e EndpointLimit) name() string {
	return strings.Join(e.Methods, "+") + " " + strings.TrimSuffix(e.Path, "-by-email")
}

// bucket is a token bucket that is refilled at the top of each window. A bucket with a window of a minute consists
// of two parts: one that holds the burst and is full again each second, and one that holds the minute's sum.
type bucket struct {
	parts []part
}

type part struct {
	size   int
	add    float64 // at each top of a window
	window time.Duration
	tokens float64
	top    time.Time // of the current window
}

func newBucket(b Bucket, smooth bool, now time.Time) *bucket {
	window := b.Per
	if window <= 0 {
		window = time.Second
	}
	one := func(size int, add float64, window time.Duration) part {
		return part{size: size, add: add, window: window, tokens: float64(size), top: now.Truncate(window)}
	}
	switch {
	case window <= time.Second:
		return &bucket{[]part{one(b.Burst, float64(b.Sustained), window)}}
	case smooth:
		return &bucket{[]part{one(b.Burst, float64(b.Sustained)*float64(time.Second)/float64(window), time.Second)}}
	default:
		return &bucket{[]part{one(b.Burst, float64(b.Burst), time.Second), one(b.Sustained, float64(b.Sustained), window)}}
	}
}

// take removes a token from every part, or none.
func (b *bucket) take(now time.Time) bool {
	for i := range b.parts {
		b.parts[i].refill(now)
	}
	for i := range b.parts {
		if b.parts[i].tokens < 1 {
			return false
		}
	}
	for i := range b.parts {
		b.parts[i].tokens--
	}
	return true
}

func (p *part) refill(now time.Time) {
	top := now.Truncate(p.window)
	if windows := top.Sub(p.top) / p.window; windows > 0 {
		p.tokens = min(float64(p.size), p.tokens+p.add*float64(windows))
		p.top = top
	}
}

// status describes the part that has the least left.
func (b *bucket) status(now time.Time, whenFull bool) (limit, left int, reset time.Time) {
	least := &b.parts[0]
	for i := range b.parts {
		if int(b.parts[i].tokens) < int(least.tokens) {
			least = &b.parts[i]
		}
	}
	windows := 1
	if whenFull && least.add > 0 {
		for t := least.tokens + least.add; t < float64(least.size); t += least.add {
			windows++
		}
	}
	return least.size, int(least.tokens), now.Truncate(least.window).Add(time.Duration(windows) * least.window)
}
