package auth0

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// LastKnown is what the caller knows of a user from the last time it was read.
type LastKnown struct {
	// CreatedAt and UpdatedAt are the user's dates then; empty if not known.
	CreatedAt, UpdatedAt Timestamp
	// IsComplete reports whether a search result has everything that the caller
	// expects of the user, such as its metadata keys: Auth0 cuts profiles over 1 MB
	// in search results. nil expects nothing. It must not block, and it is not
	// asked about a user that was read by id.
	IsComplete func(*User) bool
}

// isFresh reports whether a search result can stand for the user: it is not older
// than what is known, and nothing expected of it is missing.
func (k LastKnown) isFresh(found *User) bool {
	return !found.UpdatedAt.Time().Before(k.UpdatedAt.Time()) && (k.IsComplete == nil || k.IsComplete(found))
}

// LookupUser returns a user by the full id, as GetUser does and with the same
// errors, but shares requests between callers that ask at the same time. A search
// result is returned only if it is neither older nor less complete than last says.
// Every other user is read by id: a user counts as deleted only if that read says so.
func (c *Client) LookupUser(ctx context.Context, id string, last LastKnown) (*User, error) {
	defer c.userReads.enter()()
	if user := c.userReads.read(ctx, id, last); user != nil {
		return user, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.GetUser(ctx, id)
}

const (
	// firstGather is how long the first reads of a run wait for others.
	firstGather = 10 * time.Millisecond
	// laterGather is how long later ones do: until as many are there as there ever
	// were at a time, or none has come for this long.
	laterGather = 100 * time.Millisecond
	// longestGather bounds both.
	longestGather = 300 * time.Millisecond
	// usualParallelism is how many resources Terraform reads at a time by default.
	usualParallelism = 10
	// fewReads of a run are not worth a search: by id, a user is read as it is now.
	fewReads = 3
	// longestQuery bounds a search by ids; Auth0 answers 414 to what is too long
	// and does not say how long that is.
	longestQuery = 3000
)

// userReads gathers the reads of users that come at the same time. A few are left
// to their callers, more are searched for by their ids in one request.
// Where so many come at once that more will follow, all users of a small tenant are
// listed instead: page by page, from both ends of the order of creation, as far as
// they are needed.
type userReads struct {
	client *Client

	arrival chan struct{} // a read has come

	mu      sync.Mutex
	waiting []*userRead
	busy    bool
	off     bool // a search was refused: every user is asked for by id
	known   map[string]*User
	active  int // reads that are under way
	peak    int // the most of them at a time
	asked   int // reads so far

	// The rest belongs to the one goroutine that serves batches.
	batches int
	meter   *WaitMeter // of the batch that is being served
	listing userListing
}

// userRead is one read that waits. Its answer is a user, or nil for one that has
// to be asked for by id.
type userRead struct {
	id     string
	last   LastKnown
	gone   <-chan struct{} // closed when the caller is cancelled
	meter  *WaitMeter      // the caller's
	answer chan *User
}

// enter counts a read until the returned function is called. How many there are
// at a time tells how many to wait for.
func (r *userReads) enter() (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	r.active++
	r.peak = max(r.peak, r.active)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.active--
	}
}

// read returns the user, or nil if the caller has to ask for it by id.
func (r *userReads) read(ctx context.Context, id string, last LastKnown) *User {
	read := &userRead{id: id, last: last, gone: ctx.Done(), meter: meterOf(ctx), answer: make(chan *User, 1)}
	r.mu.Lock()
	if user := r.known[id]; user != nil || r.off {
		r.mu.Unlock()
		if user != nil && last.isFresh(user) {
			return user
		}
		return nil
	}
	r.waiting = append(r.waiting, read)
	select {
	case r.arrival <- struct{}{}:
	default: // one that was not noticed yet will do
	}
	if !r.busy {
		r.busy = true
		// The batch is for everybody who waits: it does not end with this caller.
		go r.serve(context.WithoutCancel(ctx))
	}
	r.mu.Unlock()
	select {
	case user := <-read.answer:
		return user
	case <-ctx.Done():
		return nil
	}
}

// serve answers batches as long as there are reads.
func (r *userReads) serve(ctx context.Context) {
	for {
		batch := r.gather()
		if batch == nil {
			return
		}
		r.batches++
		ctx, cancel := whileWaiting(ctx, batch)
		ctx, r.meter = MeterWaits(ctx)
		left := r.fromKnown(slices.Clone(batch))
		if r.many() && (r.batches > 1 || len(batch) >= usualParallelism) {
			left = r.fromListing(ctx, left)
		}
		if r.many() && len(left) > 1 {
			left = r.fromSearch(ctx, left)
		}
		cancel()
		for _, read := range left {
			r.reply(read, nil)
		}
	}
}

// reply answers a read, and makes what the batch had to wait its own waiting.
func (r *userReads) reply(read *userRead, user *User) {
	read.meter.add(r.meter.Waited())
	read.answer <- user
}

// whileWaiting returns a context that ends when every caller of a batch is cancelled.
func whileWaiting(ctx context.Context, batch []*userRead) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for _, read := range batch {
			select {
			case <-read.gone:
			case <-ctx.Done():
				return
			}
		}
		cancel()
	}()
	return ctx, cancel
}

// gather waits for the reads that come together and returns them, or nil when
// there are none and serving ends.
func (r *userReads) gather() []*userRead {
	quiet := firstGather
	if r.batches > 0 {
		quiet = laterGather
	}
	silence := time.NewTimer(quiet)
	defer silence.Stop()
	deadline := time.NewTimer(longestGather)
	defer deadline.Stop()
	for !r.gathered() {
		select {
		case <-r.arrival:
			silence.Reset(quiet)
			continue
		case <-silence.C:
		case <-deadline.C:
		}
		break
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	batch := r.waiting
	r.waiting, r.busy = nil, len(batch) > 0
	return batch
}

// gathered reports whether there is nobody else to wait for.
func (r *userReads) gathered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	expected := r.peak
	if r.batches == 0 {
		expected = usualParallelism
	}
	return len(r.waiting) >= expected || r.off && len(r.waiting) > 0
}

// many reports whether the run reads more users than are worth reading one by one.
func (r *userReads) many() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked > fewReads
}

// fromKnown answers what can be answered from what was fetched, and returns the rest.
func (r *userReads) fromKnown(batch []*userRead) []*userRead {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(batch, func(read *userRead) bool {
		user := r.known[read.id]
		if user == nil {
			return false
		}
		if !read.last.isFresh(user) {
			user = nil // another search would find the same
		}
		r.reply(read, user)
		return true
	})
}

// keep remembers users that were fetched.
func (r *userReads) keep(users []User) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]*User{}
	}
	for i := range users {
		r.known[users[i].ID] = &users[i]
	}
}

// giveUp makes every read of the rest of the run go by id.
func (r *userReads) giveUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.off = true
}

// fromListing answers a batch from the list of all users, if there are few enough
// and the list is known as far as the batch needs it.
func (r *userReads) fromListing(ctx context.Context, batch []*userRead) []*userRead {
	l := &r.listing
	for len(batch) > 0 && !l.useless() {
		end := l.endFor(batch)
		if end == nil {
			break
		}
		pages := l.worth(end, r.batches, r.client.tenant.userPages.get())
		if pages < 1 {
			break
		}
		listed, err := r.client.userPagesFrom(ctx, end.sort, end.pages, pages)
		for _, page := range listed {
			l.took(end, page)
			r.keep(page.Users)
		}
		batch = r.fromKnown(batch)
		if err != nil {
			l.refused = true // a search by id may still do
		}
	}
	return batch
}

// userPagesFrom fetches so many pages of the list of all users at the same time.
// With an error it returns the pages before the one that failed. Who waits for
// them waits as long as the one that was held back longest.
func (c *Client) userPagesFrom(ctx context.Context, sort string, first, n int) ([]userPage, error) {
	pages, errs, waited := make([]userPage, n), make([]error, n), make([]time.Duration, n)
	var fetching sync.WaitGroup
	for i := range n {
		fetching.Go(func() {
			ctx, meter := MeterWaits(ctx)
			pages[i], errs[i] = c.userPage(ctx, userQuery{sort: sort, page: first + i, optional: true})
			waited[i] = meter.Waited()
		})
	}
	fetching.Wait()
	meterOf(ctx).add(slices.Max(waited))
	if failed := slices.IndexFunc(errs, func(err error) bool { return err != nil }); failed >= 0 {
		return pages[:failed], errs[failed]
	}
	return pages, nil
}

// fromSearch answers a batch from searches by id.
func (r *userReads) fromSearch(ctx context.Context, batch []*userRead) []*userRead {
	for _, query := range searchesByID(batch, r.client.tenant.userPages.get()) {
		page, err := r.client.userPage(ctx, userQuery{q: query, optional: true})
		if err != nil {
			r.giveUp()
			return r.fromKnown(batch)
		}
		r.keep(page.Users)
	}
	return r.fromKnown(batch)
}

// searchesByID returns the queries that find the users of a batch, none of which
// is too long or finds more than a page.
func searchesByID(batch []*userRead, perPage int) []string {
	var queries []string
	var terms []string
	length := 0
	flush := func() {
		if len(terms) > 0 {
			queries = append(queries, "user_id:("+strings.Join(terms, " OR ")+")")
		}
		terms, length = nil, 0
	}
	for _, read := range batch {
		term := quoteTerm(read.id)
		if len(terms) == perPage || length+len(term) > longestQuery {
			flush()
		}
		terms = append(terms, term)
		length += len(term) + len(" OR ")
	}
	flush()
	return queries
}

var termEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quoteTerm makes a phrase of a value, in which nothing has a meaning of its own.
func quoteTerm(value string) string { return `"` + termEscapes.Replace(value) + `"` }

// userListing is what is known of the list of all users, in the order of their
// creation, from its newest end and from its oldest.
type userListing struct {
	newest, oldest listEnd
	total          int
	refused        bool
}

// listEnd is one end of the list: the pages fetched from there on.
type listEnd struct {
	sort  string
	pages int
	users int
	edge  time.Time // creation of the last user fetched; zero if the order is not to be trusted
}

func (l *userListing) pages() int { return l.newest.pages + l.oldest.pages }

// worth returns how many more pages of an end to fetch for the n-th batch. The
// first page of an end tells how far it is from there, and the last one costs no
// more than a search. As for the others, a few users in a tenant of a thousand are
// cheaper to search for, so the list grows with what is asked: to a page with the
// first batch, to three with the next, to seven, and so on.
func (l *userListing) worth(end *listEnd, n, perPage int) int {
	left := (l.total - l.newest.users - l.oldest.users + perPage - 1) / perPage
	if end.pages == 0 || left == 1 {
		return 1
	}
	return min(left, 1<<min(n, 10)-1-l.pages())
}

// useless reports that there is no list, or that it does not reach all users.
func (l *userListing) useless() bool { return l.refused || l.total > MaxSearchResults }

// endFor returns the end from which to fetch the next page for a batch, or nil if
// no page can have what the batch asks for.
func (l *userListing) endFor(batch []*userRead) *listEnd {
	l.newest.sort, l.oldest.sort = "created_at:-1", "created_at:1"
	switch {
	case l.newest.pages == 0:
		return &l.newest
	case l.newest.users+l.oldest.users >= l.total:
		return nil
	}
	for _, read := range batch {
		created := read.last.CreatedAt.Time()
		switch {
		case created.IsZero() || l.newest.edge.IsZero():
			return &l.newest
		case created.After(l.newest.edge), l.oldest.pages > 0 && created.Before(l.oldest.edge):
			continue // fetched, and not there
		case l.oldest.pages == 0 || created.Sub(l.oldest.edge) < l.newest.edge.Sub(created):
			return &l.oldest
		default:
			return &l.newest
		}
	}
	return nil
}

// took takes in a page of an end.
func (l *userListing) took(end *listEnd, page userPage) {
	l.total = page.Total
	end.pages++
	end.users += len(page.Users)
	if len(page.Users) == 0 {
		end.users = l.total // there is no more
		return
	}
	inOrder := slices.IsSortedFunc(page.Users, func(a, b User) int {
		order := a.CreatedAt.Time().Compare(b.CreatedAt.Time())
		if end == &l.newest {
			return -order
		}
		return order
	})
	end.edge = time.Time{}
	if inOrder {
		end.edge = page.Users[len(page.Users)-1].CreatedAt.Time()
	}
}
