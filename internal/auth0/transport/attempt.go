package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Attempt is an http.RoundTripper that sends a request once, reads the response to its
// end, and gives up when that takes too long or when the host answers nothing at all.
type Attempt struct {
	// Base sends the requests.
	Base http.RoundTripper
	// Availability is what is known of whether the host answers.
	Availability *Availability
	// Bounds bound the responses.
	Bounds Bounds
	// Interruptible is true when any request may be cut short, whatever its method.
	Interruptible bool
}

// Bounds bound a response.
type Bounds struct {
	// Response is the time until it begins, Whole until it has ended.
	Response, Whole time.Duration
	// Body is how many bytes the body of a success may have, ErrorBody that of another response.
	Body, ErrorBody int64
}

// RoundTrip implements http.RoundTripper. The body of the response is in memory;
// reading it past the bound gives a *BodyTooLargeError. The error is one of the
// network, or an [*OutageError] if the request was not sent.
//
// A write that is in flight is not cut short when the context ends: it would be unknown
// whether it happened.
func (t *Attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.Availability.check(); err != nil {
		return nil, err
	}
	started := time.Now()
	caller := req.Context()
	if req.Method != http.MethodGet && !t.Interruptible {
		caller = context.WithoutCancel(caller)
	}
	ctx, giveUp := context.WithCancelCause(caller)
	defer giveUp(nil)
	timer := time.AfterFunc(t.Bounds.Response, func() { giveUp(&timeoutError{limit: t.Bounds.Response}) })
	defer timer.Stop()
	stopWatching := t.Availability.watch(ctx, giveUp)

	resp, err := t.Base.RoundTrip(req.WithContext(ctx))
	stopWatching()
	if err != nil {
		return nil, timeoutOf(ctx, err)
	}
	t.Availability.noteResponse()
	defer func() { _ = resp.Body.Close() }()
	if timer.Stop() {
		rest := time.AfterFunc(t.Bounds.Whole-time.Since(started), func() { giveUp(&timeoutError{limit: t.Bounds.Whole}) })
		defer rest.Stop()
	}
	limit := t.Bounds.Body
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		limit = t.Bounds.ErrorBody
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, &partialError{timeoutOf(ctx, err)}
	}
	buffered := *resp
	buffered.Body = io.NopCloser(bytes.NewReader(body))
	if int64(len(body)) > limit {
		buffered.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:limit]), errorReader{&BodyTooLargeError{Limit: limit}}))
	}
	return &buffered, nil
}

// BodyTooLargeError means that a body is larger than it may be.
type BodyTooLargeError struct {
	// Limit is how many bytes it may have.
	Limit int64
}

// Error says what the limit is.
func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("its body is larger than %d MiB", e.Limit>>20)
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// timeoutError means that a response did not begin, or end, in time.
type timeoutError struct {
	limit time.Duration
	mute  bool // the host answered nothing else either
	// connecting is true when there was no connection yet to send the request on.
	connecting bool
}

// timeoutOf returns the time limit that ended a request, if one did, and err otherwise.
func timeoutOf(ctx context.Context, err error) error {
	var timeout *timeoutError
	if !errors.As(context.Cause(ctx), &timeout) {
		return err
	}
	return &timeoutError{limit: timeout.limit, mute: timeout.mute, connecting: isConnectError(err)}
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

func isTimeout(err error) bool {
	var timeout *timeoutError
	return errors.As(err, &timeout)
}

// partialError means that a response began, and did not end as it should.
type partialError struct{ err error }

func (e *partialError) Error() string { return e.err.Error() }
func (e *partialError) Unwrap() error { return e.err }

func isPartial(err error) bool {
	var partial *partialError
	return errors.As(err, &partial)
}
