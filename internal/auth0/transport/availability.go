package transport

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// silenceBeforeProbe is how long nothing comes from a host before it is asked
	// whether it is there. Responses take 0.3 s at the median and 1 s at the 99th
	// percentile, but a list that took 36 s was recorded: silence alone proves nothing.
	silenceBeforeProbe = 10 * time.Second
	// probeTimeout bounds that question.
	probeTimeout = 6 * time.Second
	// OutageTTL is how long an outage stands for all requests without being looked at again.
	OutageTTL = 10 * time.Second
)

// Availability is what is known of whether a host answers. One request finds that
// out, and all others share it: they neither wait for it one after the other, nor
// give up on a host that is only slow. The zero value is ready for use.
type Availability struct {
	// Probe asks the host for anything, and returns an error if nothing comes. It is
	// nil for a host whose silence is bounded otherwise.
	Probe  func(context.Context) error
	probes singleflight.Group

	mu       sync.Mutex
	answered time.Time // when the last response began
	outage   *Error    // nil: none is known
	failedAt time.Time // when the outage was last seen
}

// Probe returns a function that asks a URL for nothing in particular. Whatever is
// answered, the host is there.
func Probe(base http.RoundTripper, url, userAgent string) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, http.NoBody)
		if err != nil {
			return err
		}
		req.Header.Set("User-Agent", userAgent)
		resp, err := base.RoundTrip(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}

// noteResponse notes that the host has begun to answer something.
func (a *Availability) noteResponse() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answered, a.outage = time.Now(), nil
}

// respondedSince reports whether the host has answered anything since then.
func (a *Availability) respondedSince(t time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.answered.After(t)
}

// noteOutage notes that a request, first sent at the given time, was given up. It
// is not an outage if the host has answered other requests since.
func (a *Availability) noteOutage(failure *Error, sent time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.answered.After(sent) {
		a.outage, a.failedAt = failure, time.Now()
	}
}

// check returns an *OutageError if the host did not answer another request a moment ago.
func (a *Availability) check() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.outage == nil || time.Since(a.failedAt) >= OutageTTL {
		return nil
	}
	return &OutageError{First: a.outage}
}

// OutageError means that a request was not sent, because the host did not answer
// another a moment ago.
type OutageError struct {
	// First is how that ended.
	First *Error
}

// Error says why it was not sent.
func (e *OutageError) Error() string {
	return fmt.Sprintf("not sent, because another request was not answered a moment ago: %v", e.First)
}

// Unwrap returns how the other request ended.
func (e *OutageError) Unwrap() error { return e.First }

// watch gives a request up when its host does not answer anything: after
// silenceBeforeProbe without any response from the host it is probed. It returns a
// function that ends the watch, for when the response has begun.
func (a *Availability) watch(ctx context.Context, giveUp context.CancelCauseFunc) (stop func()) {
	if a.Probe == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for from := time.Now(); Sleep(ctx, silenceBeforeProbe) == nil; from = time.Now() {
			if a.respondedSince(from) {
				continue
			}
			_, err, _ := a.probes.Do("", func() (any, error) { return nil, a.Probe(context.WithoutCancel(ctx)) })
			if err == nil {
				a.noteResponse()
			} else if ctx.Err() == nil && !a.respondedSince(from) {
				giveUp(&timeoutError{limit: silenceBeforeProbe + probeTimeout, mute: true})
				return
			}
		}
	}()
	return cancel
}
