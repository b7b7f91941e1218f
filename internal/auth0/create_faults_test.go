package auth0

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// faultyCreates is how many objects of each kind TestCreate_randomFaults creates,
// unless the environment variable TEST_FAULTY_CREATES says otherwise.
const faultyCreates = 25

// maxApplies is how many applies it may take to create all of them.
const maxApplies = 2

// creationKind is a kind of objects to create, the i-th of which is one object.
type creationKind struct {
	prepare func(*emulator.Tenant)
	create  func(ctx context.Context, c *Client, i int) (id string, err error)
	// finish does what comes after the create; it is repeated by the next apply.
	finish func(ctx context.Context, c *Client, id string) error
	// others adds objects of other people that look like the i-th.
	others func(tenant *emulator.Tenant, i int, created time.Time)
	// lags says that the search for one lags behind writes.
	lags bool
	// max is how many of them a tenant can have; 0 for any number.
	max int
	// held lists what the tenant holds, one line for each object, which begins with its ID.
	held func(*emulator.Tenant) []string
}

func creationKinds() map[string]creationKind {
	distinct := func(i int) string { return fmt.Sprintf("name %d", i) }
	same := func(int) string { return "forms" }
	vault := func(name func(int) string) creationKind {
		return creationKind{
			create: func(ctx context.Context, c *Client, i int) (string, error) {
				made, err := c.CreateVaultConnection(ctx, name(i),
					&VaultConnectionSetup{Domain: "acme.eu.auth0.com", ClientID: "c", ClientSecret: "a secret"})
				if err != nil {
					return "", err
				}
				return made.ID, nil
			},
			others: func(tenant *emulator.Tenant, i int, created time.Time) {
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: name(i), CreatedAt: created})
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: name(i)})
			},
			held: func(tenant *emulator.Tenant) (lines []string) {
				for _, v := range tenant.VaultConnections() {
					lines = append(lines, fmt.Sprintln(v.ID, v.AppID, v.Name, v.UpdatedAt))
				}
				return lines
			},
		}
	}
	flow := func(name func(int) string) creationKind {
		return creationKind{
			create: func(ctx context.Context, c *Client, i int) (string, error) {
				made, err := c.CreateFlow(ctx, name(i), rawActions)
				if err != nil {
					return "", err
				}
				if len(made.Actions) != len(rawActions) {
					return "", fmt.Errorf("a flow with %d actions", len(made.Actions))
				}
				return made.ID, nil
			},
			max: 450, // with those of others, 500 at most
			others: func(tenant *emulator.Tenant, i int, created time.Time) {
				tenant.AddFlow(emulator.Flow{Name: name(i), CreatedAt: created})
			},
			held: func(tenant *emulator.Tenant) (lines []string) {
				for _, f := range tenant.Flows() {
					lines = append(lines, fmt.Sprintln(f.ID, f.Name, f.UpdatedAt))
				}
				return lines
			},
		}
	}
	user := func(options UserOptions, lags bool, identifiers func(i int) UserAttributes) creationKind {
		return creationKind{
			lags: lags,
			prepare: func(tenant *emulator.Tenant) {
				tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
				tenant.AddDatabase(emulator.Database{Name: "names", RequiresUsername: true, OptionalEmail: true})
				tenant.AddDatabase(emulator.Database{Name: "others", RequiresUsername: true})
				tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = 3 * time.Second })
			},
			create: func(ctx context.Context, c *Client, i int) (string, error) {
				a, options := identifiers(i), options
				if options.Connection != "sms" {
					a.Password = ptr("correct horse battery 1A")
				}
				if options.UserID != "" {
					options.UserID += fmt.Sprint(i)
				}
				made, err := c.CreateUser(ctx, options, a)
				if err != nil {
					return "", err
				}
				return made.ID, nil
			},
			others: func(tenant *emulator.Tenant, i int, _ time.Time) {
				a := identifiers(i)
				u := emulator.User{Connection: "others", Username: fmt.Sprint("other", i)}
				for to, from := range map[*string]*string{&u.Email: a.Email, &u.Username: a.Username, &u.PhoneNumber: a.PhoneNumber} {
					if from != nil {
						*to = strings.ToLower(*from)
					}
				}
				tenant.AddUser(u)
			},
			held: func(tenant *emulator.Tenant) (lines []string) {
				for _, u := range tenant.Users() {
					lines = append(lines, fmt.Sprintln(u.ID, u.Connection, u.UpdatedAt))
				}
				return lines
			},
		}
	}
	address := func(i int) UserAttributes {
		return UserAttributes{Profile: Profile{Email: ptr(fmt.Sprintf("User-%d@Example.com", i))}}
	}
	number := func(i int) UserAttributes {
		return UserAttributes{Profile: Profile{PhoneNumber: ptr(fmt.Sprintf("+49151%07d", i))}}
	}
	username := func(i int) UserAttributes {
		return UserAttributes{Profile: Profile{Username: ptr(fmt.Sprintf("User-%d", i))}}
	}
	return map[string]creationKind{
		"vault connections":             vault(distinct),
		"vault connections of one name": vault(same),
		"flows":                         flow(distinct),
		"flows of one name":             flow(same),
		"users by e-mail address":       user(UserOptions{Connection: emulator.DefaultDatabase}, false, address),
		"users by phone number":         user(UserOptions{Connection: "sms"}, true, number),
		"users by username":             user(UserOptions{Connection: "names"}, true, username),
		"users by ID":                   user(UserOptions{Connection: "sms", UserID: "id-"}, false, number),
		"applications with grants": {
			create: func(ctx context.Context, c *Client, i int) (string, error) {
				made, err := c.CreateApplication(ctx, distinct(i), "")
				if err != nil {
					return "", err
				}
				return made.ID, nil
			},
			finish: func(ctx context.Context, c *Client, id string) error {
				_, err := c.LookupGrant(ctx, id, "https://"+c.Domain()+"/api/v2/") // as a refresh does
				if errors.Is(err, ErrNoGrant) {
					_, err = c.CreateGrant(ctx, id, "https://"+c.Domain()+"/api/v2/", []string{"read:users"})
				}
				return err
			},
			others: func(tenant *emulator.Tenant, i int, _ time.Time) {
				tenant.AddClient(emulator.Client{Name: distinct(i), AppType: AppTypeMachine, TokenEndpointAuthMethod: AuthMethodSecretPost,
					GrantTypes: []string{GrantTypeClientCredentials}})
			},
			held: func(tenant *emulator.Tenant) (lines []string) {
				for _, client := range tenant.Clients() {
					lines = append(lines, fmt.Sprintln(client.ID, client.Name))
				}
				return lines
			},
		},
	}
}

// TestCreate_randomFaults: of every kind, many objects are created while requests of
// any kind fail in ways that leave open whether they were carried out. Each exists once
// in the end, nothing else does, and what belongs to others is as it was.
func TestCreate_randomFaults(t *testing.T) {
	t.Parallel()
	n := faultyCreates
	if text := os.Getenv("TEST_FAULTY_CREATES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for name, kind := range creationKinds() {
		virtualTime(t, name, func(t *testing.T) {
			for left, seed := n, uint64(1); left > 0; seed++ {
				batch := left
				if kind.max > 0 {
					batch = min(left, kind.max)
				}
				createWithRandomFaults(t, kind, batch, seed)
				left -= batch
			}
		})
	}
}

func createWithRandomFaults(t *testing.T, kind creationKind, n int, seed uint64) {
	tenant, client := newVirtualTenant(t)
	if kind.prepare != nil {
		kind.prepare(tenant)
	}
	for i := range min(n, 20) {
		kind.others(tenant, i, time.Now().Add(-time.Hour))
	}
	others := kind.held(tenant)
	time.Sleep(time.Minute)
	tenant.Chaos(seed)

	ids := make([]string, n)
	done := make([]bool, n)
	var announced []error
	applies := 0
	for left := n; left > 0 && applies < maxApplies; applies++ {
		client := another(client) // another run
		var mu sync.Mutex
		parallel(10, n, func(i int) {
			if done[i] {
				return
			}
			var err error
			if ids[i] == "" {
				ids[i], err = kind.create(t.Context(), client, i)
			}
			if err == nil && kind.finish != nil {
				err = kind.finish(t.Context(), client, ids[i])
			}
			mu.Lock()
			defer mu.Unlock()
			var unknown *UnknownOutcomeError
			switch {
			case err == nil:
				done[i] = true
				left--
			case errors.As(err, &unknown):
				announced = append(announced, err)
			}
			if err != nil {
				t.Logf("apply %d, object %d: %v", applies+1, i, err)
			}
		})
		time.Sleep(time.Minute)
	}

	held := kind.held(tenant)
	duplicates := map[string]bool{}
	for i, id := range ids {
		if !done[i] || duplicates[id] {
			t.Errorf("object %d is %q, done: %t", i, id, done[i])
		}
		duplicates[id] = true
	}
	if orphans := len(held) - len(others) - n; orphans != 0 {
		t.Errorf("%d objects that are in no state; there were announced: %v", orphans, announced)
	}
	text := strings.Join(held, "")
	for _, other := range others {
		if id, _, _ := strings.Cut(other, " "); !strings.Contains(text, other) || duplicates[id] {
			t.Errorf("an object of others was taken or changed: %s", other)
		}
	}
	faults := 0
	for _, r := range tenant.Requests() {
		if r.Fault != "" {
			faults++
		}
	}
	t.Logf("%d objects by %d applies: %d requests, %d of them faulty, %d outcomes unknown", n, applies,
		len(tenant.Requests()), faults, len(announced))
}

// parallel calls f for 0 to n-1, some at a time.
func parallel(workers, n int, f func(i int)) {
	next := make(chan int)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}
