package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// created remembers the ids of the objects that this run has made in a tenant,
// so that a search for a lost one does not find another of ours.
type created struct{ ids sync.Map }

func (c *created) add(id string)      { c.ids.Store(id, true) }
func (c *created) has(id string) bool { _, ok := c.ids.Load(id); return ok }

// claim adds an id that was found. It reports false if somebody else has it: of
// two creates that lost their answers, both may find the one object that was made.
func (c *created) claim(id string) bool { _, taken := c.ids.LoadOrStore(id, true); return !taken }

// UnknownOutcomeError means that a create may have been carried out and nobody can tell:
// Auth0's answer was lost, and what it may have made could not be looked for.
type UnknownOutcomeError struct {
	// Err is how the create ended.
	Err error
	// Find is why it could not be looked for.
	Find error
}

// Error says both.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%v. It may have been created all the same, which could not be found out: %v", e.Err, e.Find)
}

// Unwrap returns how the create ended.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// createAttempts bounds how often a create is sent when its answers get lost.
const createAttempts = 3

// createOnce sends a create that must not happen twice. When an answer is lost,
// find looks for an object made since the given time, by the tenant's clock;
// only when there is none is the create sent again.
func createOnce[T any](
	ctx context.Context, t *tenant,
	send func(context.Context) (*T, error),
	find func(ctx context.Context, since time.Time) (*T, error),
) (*T, error) {
	started := time.Now()
	var lost error
	for attempt := 1; ; attempt++ {
		made, err := send(ctx)
		conflict := lost != nil && isConflict(err)
		if err == nil || !isAmbiguous(err) && !conflict {
			return made, err
		}
		if !conflict {
			lost = err
		}
		// A commit may still be under way.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return nil, &UnknownOutcomeError{Err: lost, Find: err}
		}
		found, findErr := findSince(ctx, t, started, find)
		if findErr != nil {
			return nil, &UnknownOutcomeError{Err: lost, Find: findErr}
		}
		if found != nil {
			return found, nil
		}
		if isUnexpected(err) {
			return nil, &UnknownOutcomeError{Err: err, Find: errors.New("nothing new was found")}
		}
		if conflict || attempt == createAttempts {
			return nil, err
		}
	}
}

// findSince looks for what was made since a time by our clock. The tenant's is
// known from its answers, the one with the token at the latest; with a ready
// token, and if the first answer was lost, from that to the search itself.
func findSince[T any](
	ctx context.Context, t *tenant, started time.Time, find func(ctx context.Context, since time.Time) (*T, error),
) (*T, error) {
	since := t.pace.serverTime(started)
	found, err := find(ctx, since.Add(-clockTolerance))
	if now := t.pace.serverTime(started); found == nil && err == nil && now.Before(since) {
		found, err = find(ctx, now.Add(-clockTolerance))
	}
	return found, err
}

// clockTolerance is how far our idea of the tenant's clock may be off: its Date
// header has whole seconds.
const clockTolerance = 2 * time.Second

// isConflict reports a 409, which to a repeated create says that the first one succeeded.
func isConflict(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusConflict
}
