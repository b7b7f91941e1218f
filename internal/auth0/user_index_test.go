package auth0

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestUserListPages: which pages of the list are fetched for batches of users, in a
// tenant whose users were created a minute apart.
func TestUserListPages(t *testing.T) {
	t.Parallel()
	const perPage = 10
	created := func(i int) Timestamp { return stamp(time.Date(2025, 1, 1, 0, i, 0, 0, time.UTC)) }
	// page returns the n-th page from an end of a tenant with so many users.
	page := func(l *userList, end *userListEnd, users, n, total int) userPage {
		got := userPage{Total: total}
		for i := n * perPage; i < min(users, (n+1)*perPage); i++ {
			at := i
			if end == &l.newest {
				at = users - 1 - i
			}
			got.Users = append(got.Users, User{ID: fmt.Sprint(at), CreatedAt: created(at)})
		}
		return got
	}
	for name, test := range map[string]struct {
		users, total int // in the tenant, and as it says
		batches      [][]int
		fetched      string // newest/oldest pages after each batch
	}{
		"one page":                   {5, 5, [][]int{{0, 1}, {2}}, "1/0 1/0"},
		"the newest":                 {100, 100, [][]int{{99, 98}, {95}}, "1/0 1/0"},
		"the oldest":                 {100, 100, [][]int{{0, 1}, {5}}, "1/1 1/1"},
		"more with every batch":      {100, 100, [][]int{{50}, {50}, {50}}, "1/1 2/1 6/1"},
		"the last page":              {20, 20, [][]int{{0}}, "1/1"},
		"too many users":             {2000, 2000, [][]int{{50}, {50}}, "1/0 1/0"},
		"users of an unknown age":    {100, 100, [][]int{{-1}, {-1}}, "1/0 3/0"},
		"nothing in spite of totals": {0, 500, [][]int{{0}, {0}}, "1/0 1/0"},
		"a total that is too small":  {50, 1, [][]int{{0}, {0}}, "1/0 1/0"},
		"a negative total":           {50, -5, [][]int{{0}, {0}}, "1/0 1/0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &userList{}
			known := map[string]bool{}
			var fetched []string
			for n, ids := range test.batches {
				for requests := 0; ; requests++ {
					var reads []userRead
					for _, id := range ids {
						if id < 0 {
							reads = append(reads, userRead{id: "unknown"})
						} else if !known[fmt.Sprint(id)] {
							reads = append(reads, userRead{id: fmt.Sprint(id), last: LastKnown{CreatedAt: created(id)}})
						}
					}
					end, pages := l.nextPages(reads, n+1, perPage)
					if pages < 1 {
						break
					}
					if requests > 20 {
						t.Fatal("the list does not end")
					}
					for range pages {
						got := page(l, end, test.users, end.pages, test.total)
						l.addPage(end, got)
						for _, u := range got.Users {
							known[u.ID] = true
						}
					}
				}
				fetched = append(fetched, fmt.Sprintf("%d/%d", l.newest.pages, l.oldest.pages))
			}
			if got := strings.Join(fetched, " "); got != test.fetched {
				t.Errorf("fetched %s, expected %s", got, test.fetched)
			}
		})
	}
}

// TestUserIndexFind: what is old or incomplete is not searched for again.
func TestUserIndexFind(t *testing.T) {
	t.Parallel()
	x := &userIndex{}
	x.add([]User{{ID: "a", UpdatedAt: "2025-01-02T00:00:00.000Z"}})
	incomplete := func(*User) bool { return false }
	for name, test := range map[string]struct {
		read             userRead
		found, concluded bool
	}{
		"unknown":    {userRead{id: "b"}, false, false},
		"known":      {userRead{id: "a"}, true, true},
		"as new":     {userRead{id: "a", last: LastKnown{UpdatedAt: "2025-01-02T00:00:00.000Z"}}, true, true},
		"too old":    {userRead{id: "a", last: LastKnown{UpdatedAt: "2025-01-02T00:00:00.001Z"}}, false, true},
		"incomplete": {userRead{id: "a", last: LastKnown{IsComplete: incomplete}}, false, true},
	} {
		if user, conclusive := x.find(test.read); (user != nil) != test.found || conclusive != test.concluded {
			t.Errorf("%s: found %v, conclusive: %t", name, user, conclusive)
		}
	}
	x.disable()
	if user, conclusive := x.find(userRead{id: "b"}); user != nil || !conclusive {
		t.Errorf("without searches: %v, %t", user, conclusive)
	}
}

func TestSearchesByID(t *testing.T) {
	read := func(ids ...string) (reads []userRead) {
		for _, id := range ids {
			reads = append(reads, userRead{id: id})
		}
		return reads
	}
	long := strings.Repeat("x", 250)
	for name, test := range map[string]struct {
		batch   []userRead
		perPage int
		queries []string
	}{
		"two":         {read("auth0|a", "auth0|b"), 50, []string{`user_id:("auth0|a" OR "auth0|b")`}},
		"escapes":     {read(`sms|"\`), 50, []string{`user_id:("sms|\"\\")`}},
		"page size":   {read("a", "b", "c"), 2, []string{`user_id:("a" OR "b")`, `user_id:("c")`}},
		"long ids":    {read(slices.Repeat([]string{long}, 13)...), 50, nil},
		"empty batch": {nil, 50, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := searchesByID(test.batch, test.perPage)
			if name == "long ids" {
				if len(got) != 2 || len(got[0]) > maxQueryLength+100 {
					t.Fatalf("%d queries, the first of %d bytes", len(got), len(got[0]))
				}
				return
			}
			if strings.Join(got, "\n") != strings.Join(test.queries, "\n") {
				t.Errorf("got %q", got)
			}
		})
	}
}
