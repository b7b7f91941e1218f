package auth0

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/batch"
)

// LastKnown is what the caller knows of a user from the last time it was read.
type LastKnown struct {
	// CreatedAt and UpdatedAt are the user's dates then; empty if not known.
	CreatedAt, UpdatedAt Timestamp
	// IsComplete reports whether a search result has everything that the caller
	// expects of the user, such as its metadata keys: Auth0 cuts profiles over 1 MB
	// in search results. nil expects nothing. It must not block, and it is not
	// asked about a user that was read by ID.
	IsComplete func(*User) bool
}

// isFresh reports whether a search result can stand for the user: it is not older
// than what is known, and nothing expected of it is missing.
func (k LastKnown) isFresh(found *User) bool {
	return !found.UpdatedAt.Time().Before(k.UpdatedAt.Time()) && (k.IsComplete == nil || k.IsComplete(found))
}

// LookupUser returns a user by the full ID, as GetUser does and with the same
// errors, but shares requests between callers that ask at the same time. A search
// result is returned only if it is neither older nor less complete than last says.
// Every other user is read by ID: a user counts as deleted only if that read says so.
func (c *Client) LookupUser(ctx context.Context, id string, last LastKnown) (*User, error) {
	r := c.userReads
	r.asked.Add(1)
	read := userRead{id: id, last: last}
	user, conclusive := r.index.find(read)
	if !conclusive {
		var err error
		if user, err = r.loader.Load(ctx, read); err != nil {
			return nil, err
		}
	}
	if user != nil {
		return user, nil
	}
	return c.GetUser(ctx, id)
}

// parallelism is how many resources Terraform reads at a time by default.
const parallelism = 10

// userReadTiming was measured with Terraform 1.11 on two processors. A plan begins its
// first reads within 2 ms. A worker that has its answer asks for the next user after
// 2 ms, and after up to 60 ms while the others plan large resources. Max bounds what a
// read can lose to a plan in which nothing follows.
var userReadTiming = batch.Timing{
	FirstSize:  parallelism,
	FirstQuiet: 10 * time.Millisecond,
	Quiet:      100 * time.Millisecond,
	Max:        300 * time.Millisecond,
}

// minSharedReads is how many reads of a run are worth a search. Fewer are read by ID,
// which costs as many requests at the same time, and is never behind.
const minSharedReads = 4

// userReads answers reads of users that come together. A few are left to their callers.
// More are searched for by their IDs in one request. Where so many come that more will
// follow, all users of a small tenant are listed instead.
type userReads struct {
	client *Client
	loader *batch.Loader[userRead, *User]
	index  userIndex
	asked  atomic.Int64

	batches int // the loader loads one at a time
}

func newUserReads(c *Client) *userReads {
	r := &userReads{client: c}
	r.loader = batch.New(userReadTiming, r.load)
	return r
}

type userCall = batch.Call[userRead, *User]

// load answers a batch: nil for a user that has to be read by ID.
func (r *userReads) load(ctx context.Context, calls []*userCall) {
	r.batches++
	left := r.answerKnown(slices.Clone(calls))
	if r.areMany() && (r.batches > 1 || len(calls) >= parallelism) {
		left = r.answerFromList(ctx, left)
	}
	if r.areMany() && len(left) > 1 {
		left = r.answerFromSearch(ctx, left)
	}
	for _, call := range left {
		call.Answer(nil)
	}
}

// areMany reports whether the run reads so many users that searches pay off.
func (r *userReads) areMany() bool { return r.asked.Load() >= minSharedReads }

// answerKnown answers what can be answered from the index, and returns the rest.
func (r *userReads) answerKnown(calls []*userCall) []*userCall {
	return slices.DeleteFunc(calls, func(call *userCall) bool {
		user, conclusive := r.index.find(call.Key)
		if conclusive {
			call.Answer(user)
		}
		return conclusive
	})
}

// answerFromList answers a batch from the list of all users, as far as that is worth
// its requests, and returns the rest.
func (r *userReads) answerFromList(ctx context.Context, calls []*userCall) []*userCall {
	list := &r.index.list
	for {
		end, n := list.nextPages(keys(calls), r.batches, r.client.tenant.userPages.get())
		if n < 1 {
			return calls
		}
		pages, err := r.client.userPagesFrom(ctx, end.sort, end.pages, n)
		for _, page := range pages {
			list.addPage(end, page)
			r.index.add(page.Users)
		}
		calls = r.answerKnown(calls)
		if err != nil {
			list.refused = true // a search by ID may still work
		}
	}
}

// answerFromSearch answers a batch from searches by ID, and returns the rest.
func (r *userReads) answerFromSearch(ctx context.Context, calls []*userCall) []*userCall {
	for _, query := range searchesByID(keys(calls), r.client.tenant.userPages.get()) {
		page, err := r.client.userPage(ctx, userQuery{q: query, optional: true})
		if err != nil {
			r.index.disable()
			break
		}
		r.index.add(page.Users)
	}
	return r.answerKnown(calls)
}

func keys(calls []*userCall) []userRead {
	reads := make([]userRead, len(calls))
	for i, call := range calls {
		reads[i] = call.Key
	}
	return reads
}

// userPagesFrom fetches so many pages of the list of all users at the same time.
// With an error it returns the pages before the one that failed.
func (c *Client) userPagesFrom(ctx context.Context, sort string, first, n int) ([]userPage, error) {
	pages, errs := make([]userPage, n), make([]error, n)
	var fetching sync.WaitGroup
	for i := range n {
		fetching.Go(func() {
			pages[i], errs[i] = c.userPage(ctx, userQuery{sort: sort, page: first + i, optional: true})
		})
	}
	fetching.Wait()
	if failed := slices.IndexFunc(errs, func(err error) bool { return err != nil }); failed >= 0 {
		return pages[:failed], errs[failed]
	}
	return pages, nil
}
