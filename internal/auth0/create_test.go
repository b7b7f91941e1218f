package auth0

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	vaultPath = "/api/v2/flows/vault/connections"
	usersPath = "/api/v2/users"
)

func posts(tenant *emulator.Tenant) (n int) {
	for _, r := range tenant.Requests() {
		if r.Method == "POST" && r.Path != "/oauth/token" {
			n++
		}
	}
	return n
}

func createForms(ctx context.Context, c *Client) (string, error) {
	return creationKinds()["vault connections of one name"].create(ctx, c, 0)
}

// TestCreate_lostAnswer: an object whose create has no answer that can be believed is
// found again if it was created, and created if it was not, beside others like it.
func TestCreate_lostAnswer(t *testing.T) {
	t.Parallel()
	type lost struct {
		fault     emulator.Fault
		committed bool
	}
	faults := map[string]lost{}
	for _, kind := range []string{"500", "504", "drop", "reset"} {
		faults[kind] = lost{emulator.Fault{Kind: kind}, false}
		faults[kind+" after the commit"] = lost{emulator.Fault{Kind: kind + "-after-commit"}, true}
	}
	for name, body := range map[string]string{"a page": "<html></html>", "nothing": "", "null": " null ", "a list": "[]",
		"cut off": `{"id":"ac_`, "no ID": "{}"} {
		faults["answered by "+name] = lost{emulator.Fault{Status: 201, Body: body, AfterCommit: true}, true}
	}
	for name, kind := range creationKinds() {
		for how, lost := range faults {
			virtualRun(t, name+", "+how, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
				if kind.prepare != nil {
					kind.prepare(tenant)
				}
				kind.others(tenant, 0, time.Now().Add(-time.Hour))
				if strings.HasSuffix(name, "of one name") { // one of this run
					if _, err := kind.create(t.Context(), client, 0); err != nil {
						t.Fatal(err)
					}
				}
				before := kind.held(tenant)
				sent := posts(tenant)
				lost.fault.Method, lost.fault.Path = "POST", "/api/v2/*"
				tenant.Fail(lost.fault)
				id, err := kind.create(t.Context(), client, 0)
				if err != nil {
					t.Fatal(err)
				}
				created := slices.DeleteFunc(kind.held(tenant), func(line string) bool { return slices.Contains(before, line) })
				if len(created) != 1 || !strings.HasPrefix(created[0], id+" ") {
					t.Errorf("got %s, and the tenant %q", id, created)
				}
				// Where the search lags, a second create is refused because of the first.
				want := 2
				if lost.committed && (!kind.lags || isUnexpectedBody(lost.fault)) {
					want = 1
				}
				if n := posts(tenant) - sent; n != want {
					t.Errorf("%d creates were sent, expected %d", n, want)
				}
			})
		}
	}
}

// isUnexpectedBody reports a success that cannot be read: Auth0 has done it for sure.
func isUnexpectedBody(f emulator.Fault) bool { return f.Status == 201 }

// TestCreate_conflict: a conflict is one, with or without lost answers, and the object
// that exists is left alone.
func TestCreate_conflict(t *testing.T) {
	t.Parallel()
	conflict := `{"statusCode":409,"error":"Conflict","message":"The user already exists."}`
	for _, name := range []string{"users by e-mail address", "users by ID", "users by phone number", "users by username"} {
		for how, fault := range map[string]emulator.Fault{
			"no failure":               {},
			"the answer is lost":       {Kind: "drop-after-commit"},
			"the request is lost":      {Kind: "503"},
			"every answer is lost":     {Kind: "drop-after-commit", Times: 2},
			"the conflict is repeated": {Status: 409, Body: conflict, Times: 2},
		} {
			virtualRun(t, name+", "+how, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
				kind := creationKinds()[name]
				kind.prepare(tenant)
				if _, err := kind.create(t.Context(), client, 0); err != nil {
					t.Fatal(err)
				}
				before := kind.held(tenant)
				time.Sleep(time.Minute)
				if how != "no failure" {
					fault.Method, fault.Path = "POST", usersPath
					tenant.Fail(fault)
				}
				_, err := kind.create(t.Context(), another(client), 0)
				if !isConflict(err) {
					t.Errorf("got %v, expected the conflict", err)
				}
				if after := kind.held(tenant); !slices.Equal(after, before) {
					t.Errorf("the tenant holds %q, before %q", after, before)
				}
			})
		}
	}
}

// TestCreateGrant_ofOthers: a grant with other scopes is reported and left alone.
func TestCreateGrant_ofOthers(t *testing.T) {
	t.Parallel()
	for name, grant := range map[string]emulator.Grant{
		"more scopes": {Scope: []string{"read:users", "delete:users"}},
		"all scopes":  {Settings: map[string]any{"allow_all_scopes": true}},
		"the scopes":  {Scope: []string{"read:users"}},
		"Auth0's own": {Scope: []string{"read:users"}, Settings: map[string]any{"is_system": true}},
	} {
		for _, lost := range []bool{false, true} {
			virtualRun(t, fmt.Sprintf("%s, a lost answer: %v", name, lost), func(t *testing.T, tenant *emulator.Tenant, client *Client) {
				grant := grant // the two tests of a grant run side by side
				grant.ClientID, grant.Audience = tenant.AddClient(emulator.Client{Name: "forms"}).ID, tenant.Audience()
				existing := tenant.AddGrant(grant)
				if lost {
					tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/client-grants", Kind: "500"})
				}
				made, err := client.CreateGrant(t.Context(), grant.ClientID, grant.Audience, []string{"read:users"})
				if name == "the scopes" && lost {
					// It cannot be told apart from what the create would have made.
					if err != nil || made.ID != existing.ID || !made.Recovered {
						t.Errorf("got %+v, %v", made, err)
					}
					return
				}
				var exists *AlreadyExistsError
				if !errors.As(err, &exists) || exists.ID != existing.ID || !isConflict(err) || !strings.Contains(err.Error(), existing.ID) {
					t.Errorf("got %v", err)
				}
				for _, r := range tenant.Requests() {
					if r.Method == http.MethodPatch || r.Method == http.MethodDelete {
						t.Errorf("sent %s %s", r.Method, r.Path)
					}
				}
			})
		}
	}
}

// TestCreate_unknownOutcome: where it cannot be found out, the error says so, with both
// reasons, and the create is not sent again.
func TestCreate_unknownOutcome(t *testing.T) {
	t.Parallel()
	revoke := func(scopes ...string) func(*emulator.Tenant, *Client) {
		return func(tenant *emulator.Tenant, c *Client) { tenant.Grant(c.ClientID(), scopes...) }
	}
	for name, test := range map[string]struct {
		kind    string
		prepare func(*emulator.Tenant, *Client)
		fault   emulator.Fault
		want    []string
	}{
		"no right to look for users": {
			"users by e-mail address", revoke("create:users"), emulator.Fault{Kind: "500-after-commit"},
			[]string{"(500)", "An internal server error occurred", "read:users"},
		},
		"no right to look for users by ID": {
			"users by ID", revoke("create:users"), emulator.Fault{Kind: "500-after-commit"}, []string{"(500)", "read:users"},
		},
		"no right to look for vault connections": {
			"vault connections", revoke("create:flows_vault_connections"), emulator.Fault{Kind: "504-after-commit"},
			[]string{"(504)", "read:flows_vault_connections"},
		},
		"no right to look for applications": {
			"applications with grants", revoke("create:client_grants"), emulator.Fault{Kind: "drop-after-commit"},
			[]string{"EOF", "read:clients"},
		},
		"an application of which too little is shown": {
			"applications with grants", func(tenant *emulator.Tenant, _ *Client) {
				tenant.Fail(emulator.Fault{Method: "GET", Path: "/api/v2/clients", Status: 200,
					Body: `{"total":1,"clients":[{"client_id":"c1","name":"name 0","app_type":"non_interactive"}]}`})
			}, emulator.Fault{Kind: "drop-after-commit"},
			[]string{`"c1"`, "read:clients"},
		},
		"two of that name": {
			"vault connections", func(tenant *emulator.Tenant, _ *Client) {
				tenant.OnRequest(func(r emulator.Request) {
					if r.Method == "POST" && r.Path == vaultPath {
						tenant.AddVaultConnection(emulator.VaultConnection{ID: "ac_ofanotherclient", AppID: "AUTH0", Name: "name 0"})
					}
				})
			}, emulator.Fault{Kind: "drop-after-commit"},
			[]string{`several vault connections are named "name 0"`, "ac_ofanotherclient"},
		},
		"a success that says nothing": {
			"vault connections", func(*emulator.Tenant, *Client) {}, emulator.Fault{Kind: "html-200"},
			[]string{"not as Auth0 does", "no object was found"},
		},
		"a search that lags for ever": {
			"users by phone number", func(tenant *emulator.Tenant, _ *Client) {
				tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
			}, emulator.Fault{Kind: "empty-object"},
			[]string{"no object was found"},
		},
		"nobody answers the search": {
			"vault connections", func(tenant *emulator.Tenant, _ *Client) {
				tenant.Fail(emulator.Fault{Method: "GET", Kind: "drop", Times: -1})
			}, emulator.Fault{Kind: "drop-after-commit"},
			[]string{"EOF", "list vault connections"},
		},
	} {
		virtualRun(t, name, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
			kind := creationKinds()[test.kind]
			if kind.prepare != nil {
				kind.prepare(tenant)
			}
			test.prepare(tenant, client)
			test.fault.Method, test.fault.Path = "POST", "/api/v2/*"
			tenant.Fail(test.fault)
			started := time.Now()
			_, err := kind.create(t.Context(), client, 0)
			var unknown *UnknownOutcomeError
			if !errors.As(err, &unknown) {
				t.Fatalf("got %v, expected an *UnknownOutcomeError", err)
			}
			for _, want := range append(test.want, "It may have been created anyway") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if n := posts(tenant); n != 1 {
				t.Errorf("%d creates were sent, expected 1", n)
			}
			if took := time.Since(started); took > 40*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestCreate_patientSearch: for minutes while Auth0 answers, and not once the run is canceled.
func TestCreate_patientSearch(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Kind: "drop-after-commit"})
		tenant.Fail(emulator.Fault{Method: "GET", Path: vaultPath, Kind: "503", Times: 20})
		if id, err := createForms(t.Context(), client); err != nil || id != tenant.VaultConnections()[0].ID {
			t.Errorf("got %s, %v", id, err)
		}

		tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Kind: "drop-after-commit"})
		tenant.Fail(emulator.Fault{Method: "GET", Path: vaultPath, Kind: "503", Times: -1})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := createForms(ctx, client)
		var unknown *UnknownOutcomeError
		if !errors.As(err, &unknown) || !errors.Is(unknown.Find, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// TestCreate_everyAnswerLost: when every answer is lost, the create ends, and nothing is left.
func TestCreate_everyAnswerLost(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Kind: "drop", Times: -1})
		_, err := createForms(t.Context(), client)
		var unreachable *UnreachableError
		if !errors.As(err, &unreachable) || len(tenant.VaultConnections()) != 0 || posts(tenant) != createAttempts {
			t.Errorf("got %v after %d creates", err, posts(tenant))
		}
	})
}

// TestCreate_oneName: creates of one name are sent one after the other, others are
// not. A canceled one does not wait.
func TestCreate_oneName(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		if _, err := client.LookupVaultConnections(t.Context()); err != nil { // requests go one by one until the rate limit is known
			t.Fatal(err)
		}
		tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Kind: "slow"})
		done := make(chan time.Duration, 3)
		started := time.Now()
		create := func(ctx context.Context, kind string, i int) {
			if _, err := creationKinds()[kind].create(ctx, client, i); (err != nil) != (ctx.Err() != nil) {
				t.Errorf("got %v", err)
			}
			done <- time.Since(started)
		}
		canceled, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go create(t.Context(), "vault connections of one name", 0)
		synctest.Wait()
		go create(t.Context(), "vault connections of one name", 1)
		go create(canceled, "vault connections of one name", 2)
		go create(t.Context(), "vault connections", 0)
		for i, want := range []time.Duration{0, time.Second, 5 * time.Second, 5 * time.Second} {
			if took := (<-done).Truncate(time.Second); took != want {
				t.Errorf("create %d ended after %v, expected %v", i, took, want)
			}
		}
	})
}

// TestCreate_anotherClock: what is new is told by the tenant's clock, also when the
// first that is heard of it after the token is the answer to the search.
func TestCreate_anotherClock(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{
		"the same": 0, "an hour behind": -time.Hour, "an hour ahead": time.Hour, "five seconds behind": -5 * time.Second,
	} {
		for _, readyToken := range []string{"", "ready"} {
			if readyToken != "" && skew > 0 {
				continue // nothing tells the clock before the search
			}
			virtualTime(t, strings.TrimSpace(name+" "+readyToken), func(t *testing.T) {
				there := func() time.Time { return time.Now().UTC().Add(skew) }
				item := func(id string, created time.Time) string {
					return fmt.Sprintf(`{"id":%q,"app_id":"AUTH0","name":"forms","created_at":%q}`, id, stamp(created))
				}
				dated := func(resp *http.Response, err error) (*http.Response, error) {
					resp.Header.Set("Date", there().Format(http.TimeFormat))
					return resp, err
				}
				items := []string{item("ac_older", there().Add(-time.Minute))}
				fake := &fakeTenant{
					token: func(_ *http.Request, n int) (*http.Response, error) { return dated(tokenReply(n, "")) },
					api: func(r *http.Request, _ int) (*http.Response, error) {
						if r.Method == http.MethodPost {
							items = append(items, item("ac_new", there()))
							return nil, io.ErrUnexpectedEOF
						}
						return dated(reply(http.StatusOK, fmt.Sprintf(`{"total":%d,"connections":[%s]}`, len(items), strings.Join(items, ","))))
					},
				}
				id, err := createForms(t.Context(), fakeClient(t, fake, func(c *Credentials) { c.Token = readyToken }))
				if err != nil || id != "ac_new" || len(items) != 2 {
					t.Errorf("got %q, %v after %v", id, err, fake.requests())
				}
			})
		}
	}
}

// TestCreate_outage: creates whose answers are lost because nothing answers any more
// end together, and not one after the other.
func TestCreate_outage(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"drop", "hang"} {
		virtualRun(t, kind, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
			if _, err := client.LookupVaultConnections(t.Context()); err != nil {
				t.Fatal(err)
			}
			tenant.Fail(emulator.Fault{Kind: kind, Times: -1})
			started := time.Now()
			parallel(10, 30, func(i int) {
				if _, err := creationKinds()["vault connections"].create(t.Context(), client, i); err == nil {
					t.Error("a create succeeded")
				}
			})
			if took := time.Since(started); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
