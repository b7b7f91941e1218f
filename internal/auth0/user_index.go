package auth0

import (
	"slices"
	"strings"
	"sync"
)

// userIndex is what is known of users from searches and from the list of all users, and
// what to ask for to know more. It sends no requests itself.
//
// The list is read from both ends of the order of creation, as far as it is needed: the
// users of a configuration were often created together.
type userIndex struct {
	mu       sync.Mutex
	users    map[string]*User
	disabled bool // a search was refused

	// The list belongs to the one goroutine that loads batches.
	list userList
}

// userRead is a read of a user: its ID, and what the caller knows of it.
type userRead struct {
	id   string
	last LastKnown
}

// find returns what the index has of a user. conclusive is false if asking further may
// help; if it is true and the user is missing, the caller has to read it by ID.
func (x *userIndex) find(read userRead) (user *User, conclusive bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	user = x.users[read.id]
	if user == nil {
		return nil, x.disabled
	}
	if !read.last.isFresh(user) {
		return nil, true // another search would find the same
	}
	return user, true
}

// add takes in users from a search.
func (x *userIndex) add(users []User) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.users == nil {
		x.users = map[string]*User{}
	}
	for i := range users {
		x.users[users[i].ID] = &users[i]
	}
}

// disable makes every read that the index cannot answer one by ID, for the rest of the run.
func (x *userIndex) disable() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.disabled = true
}

// userList is what is known of the list of all users: pages from its newest end and
// from its oldest.
type userList struct {
	newest, oldest userListEnd
	total          int
	refused        bool
}

// userListEnd is one end of the list.
type userListEnd struct {
	sort  string
	pages int // fetched
	users int // on those pages
	edge  Timestamp
}

// nextPages returns from which end of the list to fetch how many pages for a batch: the
// n-th of the run. It returns none if searches by ID are cheaper, or if no page can have
// what the batch asks for.
func (l *userList) nextPages(reads []userRead, n, perPage int) (end *userListEnd, pages int) {
	if len(reads) == 0 || l.unusable() {
		return nil, 0
	}
	if end = l.endFor(reads); end == nil {
		return nil, 0
	}
	return end, l.pagesToFetch(end, n, perPage)
}

// pagesToFetch returns how many more pages of an end to fetch for the n-th batch. The
// first page of an end tells how far it is from there, and the last one costs no more
// than a search. As for the others, a few users in a tenant of a thousand are cheaper to
// search for, so the list grows with what is asked: to one page with the first batch, to
// three with the second, to seven, and so on.
func (l *userList) pagesToFetch(end *userListEnd, n, perPage int) int {
	left := (l.total - l.newest.users - l.oldest.users + perPage - 1) / perPage
	if end.pages == 0 || left == 1 {
		return 1
	}
	return min(left, 1<<min(n, 10)-1-l.newest.pages-l.oldest.pages)
}

// unusable reports that Auth0 refuses the list, or that it does not reach all users.
func (l *userList) unusable() bool { return l.refused || l.total > MaxSearchResults }

// endFor returns the end that is closer to the first user that may be on a page that was
// not fetched, or nil if no user of the batch can be.
func (l *userList) endFor(reads []userRead) *userListEnd {
	l.newest.sort, l.oldest.sort = "created_at:-1", "created_at:1"
	switch {
	case l.newest.pages == 0:
		return &l.newest
	case l.newest.users+l.oldest.users >= l.total:
		return nil
	}
	newest, oldest := l.newest.edge.Time(), l.oldest.edge.Time()
	for _, read := range reads {
		created := read.last.CreatedAt.Time()
		switch {
		case created.IsZero() || newest.IsZero():
			return &l.newest
		case created.After(newest), l.oldest.pages > 0 && created.Before(oldest):
			continue // fetched, and not there
		case l.oldest.pages == 0 || created.Sub(oldest) < newest.Sub(created):
			return &l.oldest
		default:
			return &l.newest
		}
	}
	return nil
}

// addPage takes in the next page of an end.
func (l *userList) addPage(end *userListEnd, page userPage) {
	l.total = page.Total
	end.pages++
	end.users += len(page.Users)
	if len(page.Users) == 0 {
		end.users = l.total // the last page
		return
	}
	inOrder := slices.IsSortedFunc(page.Users, func(a, b User) int {
		order := a.CreatedAt.Time().Compare(b.CreatedAt.Time())
		if end == &l.newest {
			return -order
		}
		return order
	})
	end.edge = "" // the order cannot be relied on
	if inOrder {
		end.edge = page.Users[len(page.Users)-1].CreatedAt
	}
}

// maxQueryLength bounds a search by IDs in bytes. Auth0 answers 414 to what is too long
// and does not say how long that is; servers commonly allow 8,000 bytes, and escaping
// can double the length.
const maxQueryLength = 3000

// searchesByID returns the queries that find users by their IDs, none of which is too
// long or finds more than a page.
func searchesByID(reads []userRead, perPage int) []string {
	var queries []string
	var terms []string
	length := 0
	flush := func() {
		if len(terms) > 0 {
			queries = append(queries, "user_id:("+strings.Join(terms, " OR ")+")")
		}
		terms, length = nil, 0
	}
	for _, read := range reads {
		term := quoteTerm(read.id)
		if len(terms) == perPage || length+len(term) > maxQueryLength {
			flush()
		}
		terms = append(terms, term)
		length += len(term) + len(" OR ")
	}
	flush()
	return queries
}

var termEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quoteTerm makes a phrase of a value, in which no character has a meaning.
func quoteTerm(value string) string { return `"` + termEscapes.Replace(value) + `"` }
