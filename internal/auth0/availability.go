package auth0

import (
	"context"
	"errors"
	"fmt"
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
	// outageTTL is how long an outage stands for all requests without being looked at again.
	outageTTL = 10 * time.Second
)

// availability is what is known of whether a host answers. One request finds that
// out, and all others share it: they neither wait for it one after the other, nor
// give up on a host that is only slow.
type availability struct {
	// probe asks the host for anything, and returns an error if nothing comes. It is
	// nil for a host whose silence is bounded otherwise.
	probe  func(context.Context) error
	probes singleflight.Group

	mu       sync.Mutex
	answered time.Time // when the last response began
	outage   *UnreachableError
	failedAt time.Time // when the outage was last seen
}

// noteResponse notes that the host has begun to answer something.
func (a *availability) noteResponse() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answered, a.outage = time.Now(), nil
}

// respondedSince reports whether the host has answered anything since then.
func (a *availability) respondedSince(t time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.answered.After(t)
}

// noteOutage notes that a request, first sent at the given time, was given up. It
// is no outage if the host has answered others since.
func (a *availability) noteOutage(failure *UnreachableError, sent time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.answered.After(sent) {
		a.outage, a.failedAt = failure, time.Now()
	}
}

// check returns the error for an operation that need not be tried, because the
// host did not answer another a moment ago.
func (a *availability) check(op string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.outage == nil || time.Since(a.failedAt) >= outageTTL {
		return nil
	}
	return &UnreachableError{Host: a.outage.Host, Op: op, Err: &sharedOutage{*a.outage}}
}

// sharedOutage is the reason of a request that was not sent.
type sharedOutage struct{ first UnreachableError }

func (e *sharedOutage) Error() string {
	return fmt.Sprintf("not sent, because there was none to the attempt to %s a moment ago: %s", e.first.Op, e.first.reason())
}

func (e *sharedOutage) Unwrap() error { return &e.first }

func isSharedOutage(err error) bool {
	var shared *sharedOutage
	return errors.As(err, &shared)
}

// watch gives a request up when its host does not answer anything: after
// silenceBeforeProbe without any response from the host it is probed. It returns a
// function that ends the watch, for when the response has begun.
func (a *availability) watch(ctx context.Context, giveUp context.CancelCauseFunc) (stop func()) {
	if a.probe == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for from := time.Now(); ; from = time.Now() {
			if pause(ctx, silenceBeforeProbe) != nil {
				return
			}
			if a.respondedSince(from) {
				continue
			}
			_, err, _ := a.probes.Do("", func() (any, error) { return nil, a.probe(context.WithoutCancel(ctx)) })
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

// timeoutError means that a response did not begin, or end, in time.
type timeoutError struct {
	limit time.Duration
	mute  bool // the host answered nothing else either
	// connecting is true when there was no connection yet to send the request on.
	connecting bool
}

func (e *timeoutError) Error() string {
	text := fmt.Sprintf("the time limit of %v has passed", e.limit)
	if e.mute {
		text += ", and nothing else was answered either"
	}
	return text
}

// Timeout reports that it is one, as errors of the network do.
func (e *timeoutError) Timeout() bool { return true }
