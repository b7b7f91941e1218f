package auth0

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	vaultPath = "/api/v2/flows/vault/connections"
	usersPath = "/api/v2/users"
)

// lost are the ways in which the answer to a request gets lost. Whether the
// request was carried out is what the client cannot see.
func lost(path string, committed bool) []emulator.Fault {
	failure := `{"statusCode":500,"error":"Internal Server Error","message":"An internal error occurred"}`
	return []emulator.Fault{
		{Method: "POST", Path: path, Status: 500, Body: failure, AfterCommit: committed},
		{Method: "POST", Path: path, Status: 504, Body: "<html>504</html>", AfterCommit: committed},
		{Method: "POST", Path: path, Drop: true, AfterCommit: committed},
	}
}

func posts(tenant *emulator.Tenant) (n int) {
	for _, r := range tenant.Requests() {
		if r.Method == "POST" && r.Path != "/oauth/token" {
			n++
		}
	}
	return n
}

func createForms(ctx context.Context, c *Client) (string, error) {
	made, err := c.CreateVaultConnection(ctx, "forms", &VaultConnectionSetup{Domain: "acme.eu.auth0.com", ClientID: "c", ClientSecret: "s"})
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

func createAda(ctx context.Context, c *Client) (string, error) {
	made, err := c.CreateUser(ctx, UserOptions{Connection: emulator.DefaultDatabase}, UserAttributes{
		Email: ptr("Ada@Example.com"), Password: ptr("correct horse battery 1A"), VerifyEmail: ptr(false),
	})
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

// held lists the ids of what the tenant holds.
func held(tenant *emulator.Tenant) (ids []string) {
	for _, v := range tenant.VaultConnections() {
		ids = append(ids, v.ID)
	}
	for _, u := range tenant.Users() {
		ids = append(ids, u.ID)
	}
	return ids
}

// TestCreateIsDoneOnce: an object whose answer got lost is found again if it was
// made, and made if it was not. There is one of it in the end.
func TestCreateIsDoneOnce(t *testing.T) {
	t.Parallel()
	all := sideBySide{t: t}
	defer all.wait()
	for name, test := range map[string]struct {
		path   string
		create func(context.Context, *Client) (string, error)
	}{
		"vault connection": {vaultPath, createForms},
		"user":             {usersPath, createAda},
	} {
		for _, committed := range []bool{true, false} {
			for i, fault := range lost(test.path, committed) {
				all.run(fmt.Sprintf("%s, committed: %v, %d", name, committed, i), func(t *testing.T) {
					tenant, client := newTenant(t)
					tenant.Fail(fault)
					id, err := test.create(t.Context(), client)
					if err != nil {
						t.Fatal(err)
					}
					if ids := held(tenant); !slices.Equal(ids, []string{id}) {
						t.Errorf("the tenant holds %v, expected %s alone", ids, id)
					}
					want := 2
					if committed {
						want = 1
					}
					if n := posts(tenant); n != want {
						t.Errorf("%d creates were sent, expected %d", n, want)
					}
				})
			}
		}
	}
}

// TestCreateOverAndOver: when every answer gets lost, one object is left at the most.
func TestCreateOverAndOver(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Drop: true, Times: -1})
	_, err := createForms(t.Context(), client)
	var unreachable *UnreachableError
	if !errors.As(err, &unreachable) || len(held(tenant)) != 0 || posts(tenant) != createAttempts {
		t.Errorf("got %v after %d creates; the tenant holds %v", err, posts(tenant), held(tenant))
	}
}

// TestCreateConflict: the first one is not seen by the search yet, and the second is
// refused because of it.
func TestCreateConflict(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.Fail(emulator.Fault{Method: "POST", Path: usersPath, Drop: true, AfterCommit: true})
	tenant.Fail(emulator.Fault{Method: "GET", Path: "/api/v2/users-by-email", Status: 200, Body: `[]`})
	id, err := createAda(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	if ids := held(tenant); !slices.Equal(ids, []string{id}) || posts(tenant) != 2 {
		t.Errorf("the tenant holds %v after %d creates, expected %s alone after 2", ids, posts(tenant), id)
	}
}

// TestCreateOfWhatExists: a conflict without a lost answer is one, and somebody
// else's object is not taken over, whatever gets lost.
func TestCreateOfWhatExists(t *testing.T) {
	t.Parallel()
	all := sideBySide{t: t}
	defer all.wait()
	for name, fault := range map[string]emulator.Fault{
		"no failure":               {},
		"the answer gets lost":     {Method: "POST", Path: usersPath, Drop: true, AfterCommit: true},
		"the request does":         {Method: "POST", Path: usersPath, Status: 503},
		"every answer gets lost":   {Method: "POST", Path: usersPath, Drop: true, AfterCommit: true, Times: 2},
		"the conflict is repeated": {Method: "POST", Path: usersPath, Status: 409, Body: `{"statusCode":409,"error":"Conflict","message":"The user already exists."}`, Times: 2},
	} {
		all.run(name, func(t *testing.T) {
			tenant, client := newTenant(t)
			tenant.AddUser(emulator.User{Email: "ada@example.com", CreatedAt: time.Now().Add(-time.Minute)})
			if name != "no failure" {
				tenant.Fail(fault)
			}
			_, err := createAda(t.Context(), client)
			if !isConflict(err) {
				t.Errorf("got %v, expected the conflict", err)
			}
			if ids := held(tenant); len(ids) != 1 {
				t.Errorf("the tenant holds %v", ids)
			}
		})
	}
}

// TestCreateBesideOthers: what is looked for is not taken for something that is
// like it: older, of another app, made by this run before, in another database.
func TestCreateBesideOthers(t *testing.T) {
	t.Parallel()
	all := sideBySide{t: t}
	defer all.wait()
	for _, committed := range []bool{true, false} {
		all.run(fmt.Sprintf("committed: %v", committed), func(t *testing.T) {
			tenant, client := newTenant(t)
			tenant.AddDatabase(emulator.Database{Name: "other"})
			ours, err := createForms(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			others := []string{
				ours,
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "forms", CreatedAt: time.Now().Add(-time.Minute)}).ID,
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "forms"}).ID,
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "Forms"}).ID,
				tenant.AddUser(emulator.User{Email: "ada@example.com", Connection: "other"}).ID,
			}
			tenant.Fail(lost(vaultPath, committed)[0])
			tenant.Fail(lost(usersPath, committed)[0])
			for _, create := range []func(context.Context, *Client) (string, error){createForms, createAda} {
				id, err := create(t.Context(), client)
				if err != nil {
					t.Fatal(err)
				}
				if slices.Contains(others, id) {
					t.Errorf("%s was taken for what was made: %v", id, others)
				}
			}
			if ids := held(tenant); len(ids) != len(others)+2 {
				t.Errorf("the tenant holds %v", ids)
			}
		})
	}
}

// TestCreateTogether: of creates of one name whose answers got lost, no two take
// the same object for theirs.
func TestCreateTogether(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, item, list string // what the fake answers, with an id and a date, or a number and items
		create           func(context.Context, *Client) (string, error)
	}{
		"vault connection": {
			vaultPath, `{"id":%q,"app_id":"AUTH0","name":"forms","created_at":%q}`, `{"total":%d,"connections":[%s]}`, createForms,
		},
		"flow": {
			"/api/v2/flows", `{"id":%q,"name":"forms","created_at":%q}`, `{"total":%d,"flows":[%s]}`,
			func(ctx context.Context, c *Client) (string, error) {
				made, err := c.CreateFlow(ctx, "forms", nil)
				if err != nil {
					return "", err
				}
				return made.ID, nil
			},
		},
		"application": {
			"/api/v2/clients",
			`{"client_id":%q,"name":"forms","app_type":"non_interactive","token_endpoint_auth_method":"client_secret_post","grant_types":["client_credentials"],"made":%q}`,
			`{"total":%d,"clients":[%s]}`,
			func(ctx context.Context, c *Client) (string, error) {
				made, err := c.CreateApplication(ctx, "forms", "")
				if err != nil {
					return "", err
				}
				return made.ID, nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 100 { // it takes two that look at the same time
				synctest.Test(t, func(t *testing.T) {
					started := time.Now()
					var mu sync.Mutex
					var items []string
					fake := &fakeTenant{api: func(r *http.Request, n int) (*http.Response, error) {
						if r.Method == http.MethodGet && r.URL.Path == test.path {
							time.Sleep(time.Until(started.Add(time.Minute)))
						}
						mu.Lock()
						defer mu.Unlock()
						switch {
						case r.Method == http.MethodPost && n == 3: // lost before it was carried out
							return nil, io.ErrUnexpectedEOF
						case r.Method == http.MethodPost:
							items = append(items, fmt.Sprintf(test.item, fmt.Sprintf("made-%d", len(items)+1), stamp(time.Now())))
							if n == 2 { // lost afterwards
								return nil, io.ErrUnexpectedEOF
							}
							return reply(http.StatusCreated, items[len(items)-1])
						case r.URL.Path == test.path:
							return reply(http.StatusOK, fmt.Sprintf(test.list, len(items), strings.Join(items, ",")))
						case r.URL.Path == "/api/v2/client-grants":
							return reply(http.StatusOK, `{"client_grants":[]}`)
						}
						_, id, _ := strings.Cut(r.URL.Path, "made-")
						for i, item := range items {
							if id == fmt.Sprint(i+1) {
								return reply(http.StatusOK, item)
							}
						}
						return failWith(http.StatusNotFound)(r)
					}}
					client := fakeClient(t, fake)
					if _, err := client.GetVaultConnection(t.Context(), "ac_0"); !IsNotFound(err) { // requests go one by one until the rate limit is known
						t.Fatal(err)
					}
					ids := make(chan string, 2)
					for _, err := range together(2, func() error {
						id, err := test.create(t.Context(), client)
						ids <- id
						return err
					}) {
						if err != nil {
							t.Error(err)
						}
					}
					if first, second := <-ids, <-ids; first == second || len(items) != 2 {
						t.Errorf("got %s and %s; the tenant holds %v", first, second, items)
					}
				})
			}
		})
	}
}

// TestCreateUnsure: where it cannot be found out, the error says so, with both reasons.
func TestCreateUnsure(t *testing.T) {
	t.Parallel()
	all := sideBySide{t: t}
	defer all.wait()
	for name, test := range map[string]struct {
		create  func(context.Context, *Client) (string, error)
		prepare func(*emulator.Tenant, *Client)
		want    []string
	}{
		"no right to look for users": {
			createAda,
			func(tenant *emulator.Tenant, c *Client) {
				tenant.Grant(c.ClientID(), "create:users")
				tenant.Fail(lost(usersPath, true)[0])
			},
			[]string{"(500)", "An internal error occurred", "read:users"},
		},
		"no right to look for vault connections": {
			createForms,
			func(tenant *emulator.Tenant, c *Client) {
				tenant.Grant(c.ClientID(), "create:flows_vault_connections")
				tenant.Fail(lost(vaultPath, true)[1])
			},
			[]string{"(504)", "read:flows_vault_connections"},
		},
		"two of that name": {
			createForms,
			func(tenant *emulator.Tenant, _ *Client) {
				tenant.OnRequest(func(r emulator.Request) {
					if r.Method == "POST" && r.Path == vaultPath {
						tenant.AddVaultConnection(emulator.VaultConnection{ID: "ac_somebodyelses", AppID: "AUTH0", Name: "forms"})
					}
				})
				tenant.Fail(lost(vaultPath, true)[2])
			},
			[]string{`several vault connections are named "forms"`, "ac_somebodyelses"},
		},
		"nothing to look for": {
			func(ctx context.Context, c *Client) (string, error) {
				_, err := c.CreateUser(ctx, UserOptions{Connection: "sms"}, UserAttributes{PhoneNumber: ptr("+4915112345678")})
				return "", err
			},
			func(tenant *emulator.Tenant, _ *Client) {
				tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
				tenant.Fail(lost(usersPath, true)[0])
			},
			[]string{"without an e-mail address"},
		},
		"an answer that says nothing": {
			createAda,
			func(tenant *emulator.Tenant, _ *Client) {
				tenant.Fail(emulator.Fault{Method: "POST", Path: usersPath, Status: 200, Body: "<html>Welcome to the hotel</html>"})
			},
			[]string{"not as Auth0 does"},
		},
	} {
		all.run(name, func(t *testing.T) {
			tenant, client := newTenant(t)
			test.prepare(tenant, client)
			_, err := test.create(t.Context(), client)
			var unsure *UnknownOutcomeError
			if !errors.As(err, &unsure) {
				t.Fatalf("got %v, expected an *UnsureError", err)
			}
			for _, want := range append(test.want, "It may have been created all the same") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if n := posts(tenant); n != 1 {
				t.Errorf("%d creates were sent, expected 1", n)
			}
		})
	}
}

// TestCreateWithoutEmail: a user with a given id is found by it.
func TestCreateWithoutEmail(t *testing.T) {
	t.Parallel()
	for _, committed := range []bool{true, false} {
		t.Run(fmt.Sprintf("committed: %v", committed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				made := false
				fake := &fakeTenant{api: func(r *http.Request, n int) (*http.Response, error) {
					if r.Method == http.MethodPost {
						made = committed || n > 1
					}
					switch {
					case n == 1:
						return failWith(http.StatusBadGateway)(r)
					case !made || strings.HasSuffix(r.URL.Path, "sms|ada"):
						return failWith(http.StatusNotFound)(r)
					}
					return reply(http.StatusOK, fmt.Sprintf(`{"user_id":"auth0|ada","created_at":%q,"identities":[{"connection":"names","user_id":"ada","provider":"auth0"}]}`, stamp(time.Now())))
				}}
				user, err := fakeClient(t, fake).CreateUser(t.Context(), UserOptions{Connection: "names", UserID: "ada"}, UserAttributes{Username: ptr("ada")})
				if err != nil || user.ID != "auth0|ada" {
					t.Errorf("got %+v, %v", user, err)
				}
				want := []string{"POST /users", "GET /users/auth0|ada", "GET /users/sms|ada"}
				if !committed {
					want = append(want, "POST /users")
				}
				if got := fake.requests(); !slices.Equal(got, want) {
					t.Errorf("sent %v, expected %v", got, want)
				}
			})
		})
	}
}

// TestCreateWithAnUnreadableAnswer: Auth0 did it, and nobody knows what; it is looked for.
func TestCreateWithAnUnreadableAnswer(t *testing.T) {
	t.Parallel()
	all := sideBySide{t: t}
	defer all.wait()
	for name, body := range map[string]string{"a page": "<html></html>", "nothing": "", "null": " null ", "a list": "[]", "cut off": `{"id":"ac_`} {
		all.run(name, func(t *testing.T) {
			tenant, client := newTenant(t)
			tenant.Fail(emulator.Fault{Method: "POST", Path: vaultPath, Status: 201, Body: body, AfterCommit: true})
			tenant.Fail(emulator.Fault{Method: "POST", Path: usersPath, Status: 201, Body: body, AfterCommit: true})
			for _, create := range []func(context.Context, *Client) (string, error){createForms, createAda} {
				id, err := create(t.Context(), client)
				if err != nil || !slices.Contains(held(tenant), id) {
					t.Errorf("got %q, %v; the tenant holds %v", id, err, held(tenant))
				}
			}
			if n := posts(tenant); n != 2 {
				t.Errorf("%d creates were sent, expected 2", n)
			}
		})
	}
}

// TestCreateByAnotherClock: what is new is told by the tenant's clock, also when the
// first that is heard of it after the token is the answer to the search.
func TestCreateByAnotherClock(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{
		"the same": 0, "an hour behind": -time.Hour, "an hour ahead": time.Hour, "five seconds behind": -5 * time.Second,
	} {
		for _, readyToken := range []string{"", "ready"} {
			if readyToken != "" && skew > 0 {
				continue // nothing tells the clock before the search
			}
			t.Run(strings.TrimSpace(name+" "+readyToken), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
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
			})
		}
	}
}
