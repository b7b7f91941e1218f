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

// UnsureError means that a create may have been carried out and nobody can tell:
// Auth0's answer was lost, and what it may have made could not be looked for.
type UnsureError struct {
	// Err is how the create ended.
	Err error
	// Find is why it could not be looked for.
	Find error
}

// Error says both.
func (e *UnsureError) Error() string {
	return fmt.Sprintf("%v. It may have been created all the same, which could not be found out: %v", e.Err, e.Find)
}

// Unwrap returns how the create ended.
func (e *UnsureError) Unwrap() error { return e.Err }

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
	since := t.pace.serverTime(time.Now()).Add(-clockTolerance)
	var lost error
	for attempt := 1; ; attempt++ {
		made, err := send(ctx)
		conflict := lost != nil && isConflict(err)
		if err == nil || ctx.Err() != nil || !isAmbiguous(err) && !conflict {
			return made, err
		}
		if !conflict {
			lost = err
		}
		// A commit may still be under way.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return nil, err
		}
		found, findErr := find(ctx, since)
		if findErr != nil {
			return nil, &UnsureError{Err: lost, Find: findErr}
		}
		if found != nil {
			return found, nil
		}
		if conflict || attempt == createAttempts {
			return nil, err
		}
	}
}

// clockTolerance is how far our idea of the tenant's clock may be off: its Date
// header has whole seconds.
const clockTolerance = 2 * time.Second

// isConflict reports a 409, which to a repeated create says that the first one succeeded.
func isConflict(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusConflict
}
