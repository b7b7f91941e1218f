package auth0

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// readers reads all users with so many callers at a time, each asking for the
// next as soon as it has an answer, as Terraform does.
func readers(t *testing.T, c *Client, users []emulator.User, parallelism int, thinking time.Duration) map[string]*User {
	t.Helper()
	jobs := make(chan emulator.User)
	var mu sync.Mutex
	got := map[string]*User{}
	var wg sync.WaitGroup
	for range parallelism {
		wg.Go(func() {
			for u := range jobs {
				last := LastKnown{CreatedAt: stamp(u.CreatedAt), UpdatedAt: stamp(u.UpdatedAt)}
				user, err := c.LookupUser(context.Background(), u.ID, last)
				if err != nil && !IsNotFound(err) {
					t.Errorf("reading %s: %v", u.ID, err)
				}
				mu.Lock()
				got[u.ID] = user
				mu.Unlock()
				time.Sleep(rand.N(thinking)) // Terraform plans what it has read
			}
		})
	}
	for _, u := range users {
		jobs <- u
	}
	close(jobs)
	wg.Wait()
	return got
}

// How long Terraform takes at most between two reads of a worker.
const (
	quick = 2 * time.Millisecond
	slow  = 60 * time.Millisecond
)

func stamp(at time.Time) Timestamp { return Timestamp(at.UTC().Format("2006-01-02T15:04:05.000Z")) }

// crowd adds users that were made one second after the other, from the given
// number of seconds after a fixed date on.
func crowd(tenant *emulator.Tenant, prefix string, from, n int) []emulator.User {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	users := make([]emulator.User, n)
	for i := range users {
		at := start.Add(time.Duration(from+i) * time.Second)
		name := fmt.Sprintf("%s%d", prefix, i)
		users[i] = tenant.AddUser(emulator.User{ID: "auth0|" + name, Email: name + "@example.com", CreatedAt: at, UpdatedAt: at})
	}
	return users
}

func TestLookupUser_sharesRequests(t *testing.T) {
	for name, test := range map[string]struct {
		before, ours, after int
		most                int // requests
		thinking            time.Duration
	}{
		"alone":                        {0, 1, 0, 1, quick},
		"a small tenant, all ours":     {0, 200, 0, 2, quick},
		"a thousand users, ours last":  {800, 200, 0, 5, quick},
		"a thousand users, ours first": {0, 200, 800, 5, quick},
		"a thousand users, ours among": {400, 200, 400, 10, quick},
		"few of a thousand":            {500, 9, 491, 1, quick},
		"a large tenant":               {1000, 200, 1000, 22, quick},
		"a small tenant, slowly":       {0, 200, 0, 2, slow},
		"a large tenant, slowly":       {1000, 200, 1000, 22, slow},
	} {
		virtualRun(t, name, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
			crowd(tenant, "before", 0, test.before)
			ours := crowd(tenant, "ours", test.before, test.ours)
			crowd(tenant, "after", test.before+test.ours, test.after)
			tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = 20 * time.Millisecond })

			got := readers(t, client, ours, 10, test.thinking)
			for _, u := range ours {
				if got[u.ID] == nil || got[u.ID].ID != u.ID {
					t.Fatalf("%s was not read", u.ID)
				}
			}
			if asked := apiRequests(tenant); len(asked) > test.most {
				t.Errorf("%d requests, expected at most %d:\n%s", len(asked), test.most, strings.Join(asked, "\n"))
			} else {
				t.Logf("%d requests", len(asked))
			}
		})
	}
}

func TestLookupUser_seesBehindTheSearch(t *testing.T) {
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		users := crowd(tenant, "u", 0, 20)
		tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Minute })
		tenant.EditUser(users[3].ID, func(u *emulator.User) { u.Nickname = "new" })
		tenant.DeleteUser(users[4].ID)
		changed, _ := tenant.User(users[3].ID)
		users[3].UpdatedAt = changed.UpdatedAt
		added := tenant.AddUser(emulator.User{ID: "auth0|added", Email: "added@example.com"})

		got := readers(t, client, append(users, added), 10, quick)
		if user := got[users[3].ID]; user == nil || user.Nickname == nil || *user.Nickname != "new" {
			t.Errorf("the search was believed although we have seen a later change: %+v", user)
		}
		if got["auth0|added"] == nil {
			t.Error("a user whom the search does not have yet was taken for missing")
		}
	})
}

// TestLookupUser_readsIncompleteHitsByID: a hit without what the caller expects is
// not searched for again but read by id, whatever that has.
func TestLookupUser_readsIncompleteHitsByID(t *testing.T) {
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		users := crowd(tenant, "u", 0, 20)
		var wg sync.WaitGroup
		for i, u := range users {
			wg.Go(func() {
				last := LastKnown{IsComplete: func(found *User) bool { return found.ID != u.ID || i != 7 }}
				if user, err := client.LookupUser(t.Context(), u.ID, last); err != nil || user.ID != u.ID {
					t.Errorf("got %v, %v", user, err)
				}
			})
		}
		wg.Wait()
		want := []string{"GET /api/v2/users?", "GET /api/v2/users/" + users[7].ID + "?"}
		asked := apiRequests(tenant)
		if len(asked) != len(want) || !strings.HasPrefix(asked[0], want[0]) || !strings.HasPrefix(asked[1], want[1]) {
			t.Errorf("sent\n%s\nexpected\n%s", strings.Join(asked, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestLookupUser_findsOutWhoIsGone(t *testing.T) {
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		users := crowd(tenant, "u", 0, 30)
		tenant.DeleteUser(users[2].ID)
		tenant.DeleteUser(users[25].ID)
		got := readers(t, client, users, 10, quick)
		for i, u := range users {
			if gone := i == 2 || i == 25; (got[u.ID] == nil) != gone {
				t.Errorf("user %d: %v, gone should be %t", i, got[u.ID], gone)
			}
		}
	})
}

func TestLookupUser_withoutASearch(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"times out": {Method: "GET", Path: "/api/v2/users", Times: -1, Status: 503,
			Body: `{"statusCode":503,"error":"Service Unavailable","message":"The query exceeded the timeout."}`},
		"too long": {Method: "GET", Path: "/api/v2/users", Times: -1, Status: 414, Body: "Request-URI Too Large"},
		"refused": {Method: "GET", Path: "/api/v2/users", Times: -1, Status: 400,
			Body: `{"statusCode":400,"error":"Bad Request","message":"no","errorCode":"invalid_query_string"}`},
	} {
		virtualRun(t, name, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
			users := crowd(tenant, "u", 0, 30)
			tenant.Fail(fault)
			started := time.Now()
			got := readers(t, client, users, 10, quick)
			for _, u := range users {
				if got[u.ID] == nil {
					t.Errorf("%s was not read", u.ID)
				}
			}
			// One list and one search are tried, each with the smaller page where that may be the reason.
			if asked := apiRequests(tenant); len(asked) > 34 {
				t.Errorf("%d requests for 30 users:\n%s", len(asked), strings.Join(asked, "\n"))
			}
			if took := time.Since(started); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestLookupUser_isCanceledAtOnce(t *testing.T) {
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		users := crowd(tenant, "u", 0, 2)
		tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = 5 * time.Second })
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		started := time.Now()
		var wg sync.WaitGroup
		for _, u := range users {
			wg.Go(func() {
				if _, err := client.LookupUser(ctx, u.ID, LastKnown{}); err == nil {
					t.Error("a canceled read has a result")
				}
			})
		}
		wg.Wait()
		if took := time.Since(started); took > time.Second {
			t.Errorf("it took %v to cancel", took)
		}
	})
}
