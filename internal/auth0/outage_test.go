package auth0

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// mute gives no answer for as long as the client waits.
func mute(r *http.Request, _ int) (*http.Response, error) { return hang(r) }

func refuseConnection(*http.Request, int) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func resetConnection(*http.Request, int) (*http.Response, error) {
	return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

// TestOutage_shared: however many resources wait for a host that does not answer,
// they fail together, as Terraform works on them: ten at a time.
func TestOutage_shared(t *testing.T) {
	t.Parallel()
	for outage, fail := range map[string]func(*http.Request, int) (*http.Response, error){
		"mute": mute, "connection refused": refuseConnection, "connections reset": resetConnection,
	} {
		for where, fake := range map[string]*fakeTenant{"token endpoint": {token: fail}, "API": {api: fail}} {
			for _, o := range apiOperations {
				virtualTime(t, fmt.Sprintf("%s %s, %s", where, outage, o.name), func(t *testing.T) {
					client := fakeClient(t, &fakeTenant{token: fake.token, api: fake.api})
					started := time.Now()
					parallel(10, 60, func(int) {
						err := o.run(t.Context(), client)
						var unreachable *UnreachableError
						if !errors.As(err, &unreachable) || !strings.Contains(err.Error(), "attempt") {
							t.Errorf("got %v, expected an *UnreachableError", err)
						}
					})
					if took := time.Since(started); took > 45*time.Second {
						t.Errorf("60 took %v", took)
					}
				})
			}
		}
	}
}

// TestOutage_manyClients: the clients of a tenant share it as well.
func TestOutage_manyClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool, err := NewPool(Options{Transport: &fakeTenant{token: mute}})
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		parallel(10, 30, func(i int) {
			client := pool.Client(Credentials{Domain: "fake.eu.auth0.com", ClientID: fmt.Sprint(i), ClientSecret: "s"})
			if _, err := client.GetUser(t.Context(), "auth0|1"); err == nil {
				t.Errorf("%d did not fail", i)
			}
		})
		if took := time.Since(started); took > 30*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestOutage_ends: a host that is back is found, by whoever asks a while later.
func TestOutage_ends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		client := fakeClient(t, &fakeTenant{api: func(r *http.Request, n int) (*http.Response, error) {
			if time.Since(started) < 20*time.Second {
				return mute(r, n)
			}
			return reply(http.StatusOK, `{"user_id":"auth0|1"}`)
		}})
		_, err := client.GetUser(t.Context(), "auth0|1")
		if took := time.Since(started); err == nil || took != 16*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
		before := time.Now()
		_, err = client.GetUser(t.Context(), "auth0|1")
		if err == nil || time.Since(before) != 0 || !strings.Contains(err.Error(), "not sent, because") {
			t.Errorf("right after: %v after %v", err, time.Since(before))
		}
		time.Sleep(transport.OutageTTL)
		if _, err := client.GetUser(t.Context(), "auth0|1"); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

// TestOutage_slowHost: a list that took 36 s was recorded. A host that answers something is waited for.
func TestOutage_slowHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := fakeClient(t, &fakeTenant{api: func(r *http.Request, _ int) (*http.Response, error) {
			if r.Method == http.MethodHead {
				return reply(http.StatusNotFound, "")
			}
			time.Sleep(36 * time.Second)
			return reply(http.StatusOK, `{"total":0,"connections":[]}`)
		}})
		if _, err := client.LookupVaultConnections(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// trickle is a body that comes a byte a second.
type trickle struct {
	ctx  context.Context
	left int
}

func (b *trickle) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	if err := pause(b.ctx, time.Second); err != nil {
		return 0, err
	}
	b.left--
	p[0] = ' '
	return 1, nil
}

func (*trickle) Close() error { return nil }

// TestOperations_bounded: about two minutes, however a response hangs or trickles,
// and the message says what the limit was.
func TestOperations_bounded(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(*http.Request) (*http.Response, error){
		"hangs": hang,
		"trickles": func(r *http.Request) (*http.Response, error) {
			resp, err := reply(http.StatusOK, "")
			resp.Body = &trickle{r.Context(), 1 << 20}
			return resp, err
		},
		"hangs, then fails": func(r *http.Request) (*http.Response, error) {
			if err := pause(r.Context(), 29*time.Second); err != nil {
				return nil, err
			}
			return failWith(503)(r)
		},
	}
	for kind, answer := range kinds {
		for _, o := range apiOperations {
			virtualTime(t, o.name+" "+kind, func(t *testing.T) {
				started := time.Now()
				err := o.run(t.Context(), fakeClient(t, o.failing(1000, answer)))
				if took := time.Since(started); err == nil || took > 125*time.Second {
					t.Errorf("got %v after %v", err, took)
				}
				if kind != "hangs, then fails" && !strings.Contains(err.Error(), "time limit of") {
					t.Errorf("%q does not say what the time limit was", err)
				}
			})
		}
	}
	for kind, answer := range kinds {
		virtualTime(t, "a token "+kind, func(t *testing.T) {
			started := time.Now()
			_, err := fakeClient(t, &fakeTenant{token: func(r *http.Request, _ int) (*http.Response, error) { return answer(r) }}).Token(t.Context())
			if took := time.Since(started); err == nil || took > 45*time.Second {
				t.Errorf("got %v after %v", err, took)
			}
		})
	}
}

// TestSlowBodies: what comes slowly but within the limits is good.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := fakeClient(t, &fakeTenant{api: func(r *http.Request, _ int) (*http.Response, error) {
			resp, err := reply(http.StatusOK, "")
			resp.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(&trickle{r.Context(), 60}, strings.NewReader(userBody)), io.NopCloser(nil)}
			return resp, err
		}})
		if _, err := client.GetUser(t.Context(), "auth0|1"); err != nil {
			t.Error(err)
		}
	})
}
