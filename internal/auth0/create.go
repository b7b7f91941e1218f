package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// UnknownOutcomeError means that a create may have been carried out and that this
// cannot be found out: Auth0's answer was lost, and the search for the object that it
// may have created failed or has several results.
type UnknownOutcomeError struct {
	// Err is how the create ended.
	Err error
	// Find is why the object was not found: a *MultipleMatchesError lists the IDs of
	// the objects of which it may be one.
	Find error
}

// Error says both.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%v. It may have been created anyway, which could not be found out: %v", e.Err, e.Find)
}

// Unwrap returns how the create ended.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// AlreadyExistsError means that an object cannot be created because there is one that
// this run did not create.
type AlreadyExistsError struct {
	// What names the kind of object, ID is the ID of the one that exists.
	What, ID string
	// Err is Auth0's refusal.
	Err error
}

// Error names the object and gives Auth0's refusal.
func (e *AlreadyExistsError) Error() string {
	return fmt.Sprintf("the %s %s exists already and was left as it is: %v", e.What, e.ID, e.Err)
}

// Unwrap returns Auth0's refusal.
func (e *AlreadyExistsError) Unwrap() error { return e.Err }

// creation is a create that must not be carried out twice. An object whose create
// has no answer is searched for; it counts as created by this run only if that can
// be proved.
type creation[T object] struct {
	// what names the kind of object in the plural, name is the object's own name for messages.
	what, name string
	// send sends the request.
	send func(context.Context) (*T, error)
	// find returns the objects that the request may have created, of which nothing is
	// older than since by the tenant's clock. lags says that there may be one all the
	// same, which the search does not show yet.
	find func(ctx context.Context, since time.Time) (candidates []T, lags bool, err error)
	// ambiguousName says that the proof of an object is its name and its age, so that
	// creates of one name have to be sent one after the other.
	ambiguousName bool
}

const (
	// createAttempts bounds how often a create is sent when its answers get lost. With
	// 15 % of the requests lost before they are carried out, one create in 90,000 fails.
	createAttempts = 6
	// createWindow bounds for how long it is sent again.
	createWindow = 45 * time.Second
	// searchPatience bounds how long the search after a lost answer is repeated. A
	// search does no harm; to give it up leaves an unknown object.
	searchPatience = 2 * time.Minute
	// maxSilentSearches bounds how often in a row a search ends without any answer, after
	// several attempts each. It is a count because a tenant that answers other requests
	// is not gone; one that is gone is known to be, which makes the searches end at once.
	maxSilentSearches = 3
	// searchLag bounds how long an object that exists is waited for in the search index
	// of users. Auth0 promises nothing; seconds are usual.
	searchLag = 30 * time.Second
	// clockTolerance is how far the estimate of the tenant's clock may be off: its Date
	// header has whole seconds.
	clockTolerance = 2 * time.Second
)

// errNothingNew is why an object that must exist was not found.
var errNothingNew = errors.New("no object was found that was created since")

// do carries the create out. recovered says that its answer was lost and the object
// was found. The errors are those of send, and an *UnknownOutcomeError.
func (cr *creation[T]) do(ctx context.Context, t *tenant) (made *T, recovered bool, err error) {
	if cr.ambiguousName {
		unlock, err := t.names.lock(ctx, cr.what+"/"+cr.name)
		if err != nil {
			return nil, false, err
		}
		defer unlock()
	}
	started := time.Now()
	var lost error
	for attempt := 1; ; attempt++ {
		made, err := cr.send(ctx)
		if err == nil {
			t.created.claim((*made).objectID())
			return made, false, nil
		}
		// After a lost answer, a conflict may be one with the object that was created.
		conflict := lost != nil && isConflict(err)
		if !IsAmbiguous(err) && !conflict {
			return nil, false, err
		}
		if !conflict {
			lost = err
		}
		tflog.Warn(ctx, "The answer to a create was lost. What it may have created is searched for.", map[string]any{"objects": cr.what})
		// A commit may still be under way.
		if err := pause(ctx, backoff(min(attempt, 4))); err != nil {
			return nil, false, &UnknownOutcomeError{Err: lost, Find: err}
		}
		last := attempt == createAttempts || time.Since(started) > createWindow
		exists := conflict || isUnexpected(err)
		found, lags, findErr := cr.search(ctx, t, started, exists || last)
		switch {
		case findErr != nil:
			return nil, false, &UnknownOutcomeError{Err: lost, Find: findErr}
		case found != nil:
			return found, true, nil
		case isUnexpected(err), lags && (exists || last):
			return nil, false, &UnknownOutcomeError{Err: lost, Find: errNothingNew}
		case conflict, last:
			return nil, false, err
		}
	}
}

// search looks for the object that was created since a time by our clock. wait says to
// wait for a search that lags. The result is nil if nothing was found.
func (cr *creation[T]) search(ctx context.Context, t *tenant, started time.Time, wait bool) (found *T, lags bool, err error) {
	searching := time.Now()
	for round := 1; ; round++ {
		var candidates []T
		err := retrySearch(ctx, func() (err error) {
			candidates, lags, err = cr.findSince(ctx, t, started)
			return err
		})
		switch {
		case err != nil:
			return nil, false, err
		case len(candidates) > 1:
			return nil, false, multipleMatches(candidates, cr.what, cr.name)
		case len(candidates) == 1 && t.created.claim(candidates[0].objectID()):
			return &candidates[0], false, nil
		case !lags || !wait || time.Since(searching) > searchLag:
			return nil, lags, nil
		}
		if err := pause(ctx, backoff(min(round, 3))); err != nil {
			return nil, false, err
		}
	}
}

// retrySearch repeats a part of the search after a lost answer as long as that may help.
func retrySearch(ctx context.Context, find func() error) error {
	searching := time.Now()
	silent := 0
	for round := 1; ; round++ {
		err := find()
		if silent++; hasAnswer(err) {
			silent = 0
		}
		if err == nil || !isTemporary(err) || time.Since(searching) > searchPatience || silent == maxSilentSearches {
			return err
		}
		if err := pause(ctx, backoff(min(round, 4))); err != nil {
			return err
		}
	}
}

// findSince returns the candidates that no other create of this run has. since is
// converted to the tenant's clock, which is known from its answers, the one with the
// token at most. With a ready token, if the first answer was lost, it is known
// from the search itself.
func (cr *creation[T]) findSince(ctx context.Context, t *tenant, started time.Time) (found []T, lags bool, err error) {
	since := t.pace.ServerTime(started)
	found, lags, err = cr.findUnclaimed(ctx, t, since.Add(-clockTolerance))
	if now := t.pace.ServerTime(started); len(found) == 0 && err == nil && now.Before(since) {
		found, lags, err = cr.findUnclaimed(ctx, t, now.Add(-clockTolerance))
	}
	return found, lags, err
}

func (cr *creation[T]) findUnclaimed(ctx context.Context, t *tenant, since time.Time) (unclaimed []T, lags bool, err error) {
	found, lags, err := cr.find(ctx, since)
	for _, candidate := range found {
		if !t.created.has(candidate.objectID()) {
			unclaimed = append(unclaimed, candidate)
		}
	}
	return unclaimed, lags, err
}

// created holds the IDs of the objects that this run has created in a tenant, so that
// the search for a lost one does not find another one of this run.
type created struct{ ids sync.Map }

func (c *created) has(id string) bool { _, ok := c.ids.Load(id); return ok }

// claim adds an ID. It reports false if another create has it.
func (c *created) claim(id string) bool { _, taken := c.ids.LoadOrStore(id, true); return !taken }

// keyedLock is a lock for each key.
type keyedLock struct{ holders sync.Map }

// lock waits until the key is free, or returns the context's error.
func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	mine := make(chan struct{})
	for {
		other, held := l.holders.LoadOrStore(key, mine)
		if !held {
			return func() { l.holders.Delete(key); close(mine) }, nil
		}
		select {
		case <-other.(chan struct{}): //nolint:forcetypeassert // stored above
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// onlyMatch returns the one object of a name. The error is a *NoSuchNameError or a
// *MultipleMatchesError, which name the kind of object in the singular and the plural.
func onlyMatch[T object](found []T, what, plural, name string) (*T, error) {
	switch len(found) {
	case 0:
		return nil, &NoSuchNameError{What: what, Name: name}
	case 1:
		return &found[0], nil
	}
	return nil, multipleMatches(found, plural, name)
}

func multipleMatches[T object](found []T, what, name string) error {
	e := &MultipleMatchesError{What: what, Name: name}
	for _, match := range found {
		e.IDs = append(e.IDs, match.objectID())
	}
	return e
}

// isConflict reports a 409.
func isConflict(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusConflict
}

// isTemporary reports whether a request that failed with err may succeed later.
func isTemporary(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return transport.IsRetryableStatus(e.Status) || e.Status == http.StatusTooManyRequests
	}
	var token *TokenError
	if errors.As(err, &token) {
		return transport.IsRetryableStatus(token.Status) || token.Status == http.StatusTooManyRequests
	}
	var unreachable *UnreachableError
	return errors.As(err, &unreachable) && transport.IsTransient(unreachable.Err) || isUnexpected(err)
}

// hasAnswer reports whether err is an answer of Auth0.
func hasAnswer(err error) bool {
	var e *Error
	var token *TokenError
	return errors.As(err, &e) || errors.As(err, &token)
}
