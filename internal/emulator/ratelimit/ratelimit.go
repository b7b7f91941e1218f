// Package ratelimit counts requests against the rate limits of an Auth0 tenant, and says what the X-RateLimit headers
// of the answers are.
package ratelimit

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits are the rate limits of a tenant. The zero value has those of an enterprise tenant in production.
type Limits struct {
	// None takes all limits away, and the headers with them.
	None bool `json:"none"`
	// Management is the bucket of the Management API, or of what no entry of Endpoints covers. Zero: 50, and 16 per second.
	Management Bucket `json:"management"`
	// Token is the bucket of /oauth/token. Zero: 100, and 100 per second.
	Token Bucket `json:"token"`
	// Endpoints have buckets of their own; the first that fits a request counts it.
	Endpoints []Endpoint `json:"endpoints"`
	// InSteps refills a bucket at the top of each window, as Auth0's documentation says, instead of continuously.
	InSteps bool `json:"in_steps"`
	// ResetAtNextRefill lets X-RateLimit-Reset tell when the next request is allowed, instead of when the bucket is full.
	ResetAtNextRefill bool `json:"reset_at_next_refill"`
	// RetryAfter adds that header to a 429; Auth0 does not promise it for the Management API.
	RetryAfter bool `json:"retry_after"`
}

// Bucket is one token bucket.
type Bucket struct {
	Burst     int           `json:"burst"`     // how many requests it holds
	Sustained int           `json:"sustained"` // how many are added in each window
	Per       time.Duration `json:"per"`       // the window; zero: a second
}

// Endpoint gives some endpoints a bucket of their own.
type Endpoint struct {
	Methods []string `json:"methods"` // none: all
	Path    string   `json:"path"`    // a path and all below it
	Bucket
}

var (
	productionAPI   = Bucket{Burst: 50, Sustained: 16, Per: time.Second}
	productionToken = Bucket{Burst: 100, Sustained: 100, Per: time.Second}
)

// name tells the buckets of endpoints apart. Those of the users endpoints are shared by /users and /users-by-email.
func (e Endpoint) name() string {
	return strings.Join(e.Methods, "+") + " " + strings.TrimSuffix(e.Path, "-by-email")
}

func (e Endpoint) covers(method, path string) bool {
	return (path == e.Path || strings.HasPrefix(path, e.Path+"/")) && (len(e.Methods) == 0 || slices.Contains(e.Methods, method))
}

// Limiter holds the buckets of one tenant. It is not safe for concurrent use.
type Limiter struct {
	limits  Limits
	buckets map[string]*bucket
}

// New returns a limiter whose buckets are full.
func New(l Limits) *Limiter { return &Limiter{limits: l, buckets: map[string]*bucket{}} }

// Take counts a request and returns the headers of its answer. It reports whether the request is allowed; one that is
// refused costs nothing.
func (l *Limiter) Take(method, path string, now time.Time) (header http.Header, ok bool) {
	if l.limits.None {
		return nil, true
	}
	name, size := l.bucketOf(method, path)
	b := l.buckets[name]
	if b == nil {
		b = &bucket{Bucket: size, steps: l.limits.InSteps, tokens: float64(size.Burst), at: now}
		l.buckets[name] = b
	}
	ok = b.take(now)
	remaining, reset := b.remaining(), b.full(now)
	if l.limits.ResetAtNextRefill {
		reset = b.next(now)
	}
	header = http.Header{}
	header.Set("X-RateLimit-Limit", strconv.Itoa(size.Burst))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	header.Set("X-RateLimit-Reset", strconv.FormatInt(reset, 10))
	if !ok && l.limits.RetryAfter {
		header.Set("Retry-After", strconv.FormatInt(max(1, reset-now.Unix()), 10))
	}
	return header, ok
}

func (l *Limiter) bucketOf(method, path string) (name string, size Bucket) {
	if strings.HasPrefix(path, "/oauth/") {
		return "token", l.limits.Token.or(productionToken)
	}
	for _, e := range l.limits.Endpoints {
		if e.covers(method, path) {
			return e.name(), e.or(e.Bucket)
		}
	}
	return "management", l.limits.Management.or(productionAPI)
}

// or is the bucket with what it leaves open.
func (b Bucket) or(standard Bucket) Bucket {
	if b.Burst <= 0 {
		b = standard
	}
	if b.Per <= 0 {
		b.Per = time.Second
	}
	return b
}

// bucket is a token bucket. It is refilled when it is read.
type bucket struct {
	Bucket
	steps  bool
	tokens float64
	at     time.Time // of the last refill
}

// take removes a token if there is one.
func (b *bucket) take(now time.Time) bool {
	elapsed := now.Sub(b.at)
	if b.steps {
		elapsed = now.Truncate(b.Per).Sub(b.at.Truncate(b.Per))
	}
	if elapsed > 0 {
		b.tokens = min(float64(b.Burst), b.tokens+elapsed.Seconds()*b.rate())
	}
	b.at = now
	if b.tokens < 1-1e-9 {
		return false
	}
	b.tokens--
	return true
}

// rate is how many tokens are added in a second.
func (b *bucket) rate() float64 { return float64(b.Sustained) / b.Per.Seconds() }

func (b *bucket) remaining() int { return int(b.tokens + 1e-9) }

// full is the second in which the bucket is full again, rounded up.
func (b *bucket) full(now time.Time) int64 { return b.until(now, float64(b.Burst-b.remaining())) }

// next is the second in which the next token arrives, rounded up.
func (b *bucket) next(now time.Time) int64 {
	return b.until(now, 1-(b.tokens-float64(b.remaining())))
}

// until is the second in which so many tokens have been added.
func (b *bucket) until(now time.Time, tokens float64) int64 {
	if b.Sustained <= 0 {
		return now.Unix() + 1
	}
	if b.steps {
		windows := math.Ceil(tokens / float64(b.Sustained))
		now, tokens = now.Truncate(b.Per), windows*float64(b.Sustained)
	}
	at := float64(now.UnixMicro())/1e6 + tokens/b.rate()
	return int64(math.Ceil(at - 1e-6))
}
