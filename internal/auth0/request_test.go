package auth0

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const userBody = `{"user_id":"auth0|1","email":"ada@example.com"}`

func failWith(status int) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return reply(status, fmt.Sprintf(`{"statusCode":%d,"error":"Failure","message":"An internal error occurred"}`, status))
	}
}

func breakWith(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hang gives no answer for as long as the client waits.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestRetries: how often each kind of request is sent when it goes on failing.
// Reads, and writes that do the same when they are done again, are repeated. A
// create is repeated only after nothing was found; a password only if its change
// cannot have happened.
func TestRetries(t *testing.T) {
	t.Parallel()
	// How often: reads and repeatable writes, creates, passwords.
	type counts struct{ repeatable, create, password int }
	var (
		onFailure  = counts{transport.MaxAttempts, createAttempts, 1}
		onHang     = counts{2, 2, 1} // the host answers other requests
		notArrived = counts{transport.MaxAttempts, transport.MaxAttempts, transport.MaxAttempts}
		onLimit    = counts{transport.MaxLimited, transport.MaxLimited, transport.MaxLimited}
		not        = counts{1, 1, 1}
	)
	for _, failure := range []struct {
		name string
		fail func(*http.Request) (*http.Response, error)
		want counts
	}{
		{"408", failWith(408), onFailure},
		{"500", failWith(500), onFailure},
		{"502", failWith(502), onFailure},
		{"503", failWith(503), onFailure},
		{"504", failWith(504), onFailure},
		{"520", failWith(520), onFailure},
		{"524", failWith(524), onFailure},
		{"cut off", breakWith(io.ErrUnexpectedEOF), onFailure},
		{"reset", breakWith(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}), onFailure},
		{"no answer in time", hang, onHang},
		{"connection refused", breakWith(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}), notArrived},
		{"proxy refuses the connection", breakWith(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: syscall.ECONNREFUSED}), notArrived},
		{"name server fails", breakWith(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}),
			notArrived},
		{"unknown host", breakWith(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}), not},
		{"plain HTTP at the port", breakWith(http.ErrSchemeMismatch), not},
		{"no TLS at the port", breakWith(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), not},
		{"certificate not trusted", breakWith(x509.UnknownAuthorityError{}), not},
		{"certificate of another host", breakWith(x509.HostnameError{Host: "fake", Certificate: &x509.Certificate{}}), not},
		{"429", failWith(429), onLimit},
		{"400", failWith(400), not},
		{"402", failWith(402), not},
		{"404", failWith(404), not},
		{"409", failWith(409), not},
		{"413", failWith(413), not},
		{"414", failWith(414), not},
		{"501", failWith(501), not},
		{"301", failWith(301), not},
		{"307", failWith(307), not},
	} {
		for _, operation := range oneOfEachKind() {
			virtualTime(t, failure.name+", "+operation.name, func(t *testing.T) {
				want := failure.want.repeatable
				switch {
				case operation.isCreate():
					want = failure.want.create
				case operation.isPassword():
					want = failure.want.password
				}
				fake := operation.failing(1000, failure.fail)
				err := operation.run(t.Context(), fakeClient(t, fake))
				if gone := failure.name == "404" && operation.isDelete(); gone != (err == nil) {
					t.Errorf("got %v", err)
				}
				own, others := operation.sent(fake)
				if own != want {
					t.Errorf("sent %d times, expected %d: %v", own, want, fake.requests())
				}
				if looked := operation.isCreate() && (failure.want == onFailure || failure.want == onHang); looked &&
					others != want || !looked && others != 0 {
					t.Errorf("%d other requests: %v", others, fake.requests())
				}
				if err != nil && strings.Contains(err.Error(), "https://") {
					t.Errorf("the error shows a URL: %v", err)
				}
			})
		}
	}
}

// TestRetries_succeed: one failure is not seen by the caller, and costs little time.
func TestRetries_succeed(t *testing.T) {
	t.Parallel()
	for _, failure := range []struct {
		name string
		fail func(*http.Request) (*http.Response, error)
		most time.Duration
	}{
		{"503", failWith(503), 1300 * time.Millisecond},
		{"connection refused", breakWith(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}), time.Second},
		{"429", failWith(429), 2 * time.Second},
	} {
		for _, operation := range oneOfEachKind() {
			virtualTime(t, failure.name+", "+operation.name, func(t *testing.T) {
				fake := operation.failing(1, failure.fail)
				started := time.Now()
				err := operation.run(t.Context(), fakeClient(t, fake))
				own, _ := operation.sent(fake)
				if operation.isPassword() && failure.name == "503" {
					if err == nil || own != 1 {
						t.Errorf("sent %d times: %v", own, err)
					}
					return
				}
				if took := time.Since(started); err != nil || own != 2 || took > failure.most {
					t.Errorf("sent %d times in %v: %v", own, took, err)
				}
				// What is sent again is the whole request.
				var bodies []string
				for _, sent := range fake.sent {
					if sent.method+" "+strings.TrimPrefix(sent.path, "/api/v2") == operation.method+" "+operation.path {
						bodies = append(bodies, sent.body)
					}
				}
				if len(slices.Compact(bodies)) != 1 {
					t.Errorf("the bodies differ: %q", bodies)
				}
			})
		}
	}
}

// TestRetries_brokenConnection: the same with connections that really break, before and after the tenant has done
// what it was asked.
func TestRetries_brokenConnection(t *testing.T) {
	t.Parallel()
	for _, committed := range []bool{false, true} {
		t.Run(fmt.Sprintf("after it was done: %t", committed), func(t *testing.T) {
			t.Parallel()
			e, err := startEmulator()
			if err != nil {
				t.Fatal(err)
			}
			tenant, client := newTenantOf(t, e, fmt.Sprintf("broken-%t.eu.auth0.com", committed))
			for _, method := range []string{"POST", "PATCH", "DELETE"} {
				tenant.Fail(emulator.Fault{Method: method, Path: vaultPath + "*", Drop: true, AfterCommit: committed})
			}
			made, err := client.CreateVaultConnection(t.Context(), "forms", &setupUnderTest)
			if err != nil {
				t.Fatal(err)
			}
			err = errorOf(client.UpdateVaultConnection(t.Context(), made.ID, ptr("renamed"), nil))
			if held := tenant.VaultConnections(); err != nil || len(held) != 1 || held[0].ID != made.ID || held[0].Name != "renamed" {
				t.Fatalf("the tenant holds %+v, expected %s alone: %v", held, made.ID, err)
			}
			if err := client.DeleteVaultConnection(t.Context(), made.ID); err != nil || len(tenant.VaultConnections())+len(tenant.Faults()) > 0 {
				t.Errorf("the tenant holds %+v, and faults that did not strike are %+v: %v", tenant.VaultConnections(), tenant.Faults(), err)
			}
			if _, err := another(client).LookupVaultConnection(t.Context(), made.ID); !IsNotFound(err) {
				t.Errorf("a read of what is gone: %v", err)
			}
		})
	}
}

// realTransport is the one that the provider uses, with one thing changed.
func realTransport(t *testing.T, change func(*http.Transport)) http.RoundTripper {
	t.Helper()
	base, err := transport.NewBase(nil)
	if err != nil {
		t.Fatal(err)
	}
	base.Proxy = nil
	change(base)
	t.Cleanup(base.CloseIdleConnections)
	return base
}

// TestUnreachable: what the network says of hosts that cannot be reached, and
// that nothing of it leaves a create in doubt.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	_ = listener.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Fail") != "" {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		http.Error(w, "no", http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)

	for name, test := range map[string]struct {
		host   string
		change func(*http.Transport)
		again  bool
		want   string
	}{
		"connection refused": {closed, func(*http.Transport) {}, true, "connection refused"},
		"unknown host": {"nowhere.eu.auth0.com", func(tr *http.Transport) {
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp",
					Err: &net.DNSError{Err: "no such host", Name: "nowhere.eu.auth0.com", IsNotFound: true}}
			}
		}, false, "no such host"},
		"certificate not trusted": {strings.TrimPrefix(untrusted.URL, "https://"), func(*http.Transport) {}, false, "certificate"},
		"proxy that refuses": {"acme.eu.auth0.com", func(tr *http.Transport) {
			tr.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
		}, false, "does not connect to it: 403 Forbidden"},
		"proxy that fails": {"acme.eu.auth0.com", func(tr *http.Transport) {
			tr.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
			tr.GetProxyConnectHeader = func(context.Context, *url.URL, string) (http.Header, error) {
				return http.Header{"Fail": {"502"}}, nil
			}
		}, true, "does not connect to it: 502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dials := 0
			base := realTransport(t, func(tr *http.Transport) {
				test.change(tr)
				dial := tr.DialContext
				tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					dials++
					return dial(ctx, network, address)
				}
			})
			pool, err := NewPool(Options{Transport: base})
			if err != nil {
				t.Fatal(err)
			}
			client := pool.Client(Credentials{Domain: test.host, Token: "ready"})
			_, err = client.CreateVaultConnection(t.Context(), "forms", &VaultConnectionSetup{ClientSecret: "s"})
			var unreachable *UnreachableError
			if !errors.As(err, &unreachable) || unreachable.Host != test.host || unreachable.OutcomeUnknown {
				t.Fatalf("got %v, expected an *UnreachableError for %s that leaves no doubt", err, test.host)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "https://") {
				t.Errorf("%q does not say %q, or shows a URL", err, test.want)
			}
			if (dials > 1) != test.again {
				t.Errorf("tried %d times", dials)
			}
		})
	}
}

// TestRedirects: a redirect is not Auth0's answer, and no secret is sent to another host.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			elsewhere := func(*http.Request, int) (*http.Response, error) {
				return reply(status, "", "Location", "https://elsewhere.example/api/v2/users/auth0%7C1")
			}
			fake := &fakeTenant{api: elsewhere}
			client := fakeClient(t, fake)
			for _, operation := range oneOfEachKind() {
				err := operation.run(t.Context(), client)
				var refusal *Error
				if !errors.As(err, &refusal) || refusal.Status != status {
					t.Errorf("%s: got %v, expected an error with status %d", operation.name, err, status)
				}
			}
			if tokens, calls := fake.counts(); tokens != 1 || calls != len(oneOfEachKind()) {
				t.Errorf("%d tokens and %d requests, expected one for each operation", tokens, calls)
			}
			fake = &fakeTenant{token: elsewhere}
			_, err := fakeClient(t, fake).Token(t.Context())
			var refusal *TokenError
			if !errors.As(err, &refusal) || refusal.Status != status || IsDenied(err) {
				t.Errorf("a token: got %v, expected an error with status %d", err, status)
			}
			if tokens, calls := fake.counts(); tokens != 1 || calls != 0 {
				t.Errorf("%d tokens and %d requests, expected one request for a token", tokens, calls)
			}
		})
	}
}

// TestCancellation_waiting: whatever a request waits for, the end of the run ends it.
func TestCancellation_waiting(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*http.Request) (*http.Response, error){
		"for the next attempt":            failWith(503),
		"for the rate limit":              func(*http.Request) (*http.Response, error) { return reply(429, `{}`, "Retry-After", "100") },
		"for a network that is not there": breakWith(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}),
	} {
		for _, operation := range oneOfEachKind() {
			virtualTime(t, name+", "+operation.name, func(t *testing.T) {
				fake := operation.failing(1000, fail)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(300*time.Millisecond, cancel)
				started := time.Now()
				err := operation.run(ctx, fakeClient(t, fake))
				own, others := operation.sent(fake)
				if name == "for the next attempt" && operation.isPassword() {
					return // is not sent again, and so waits for nothing
				}
				if took := time.Since(started); took != 300*time.Millisecond || own != 1 || others != 0 {
					t.Errorf("it took %v and %d requests: %v", took, own+others, err)
				}
				// Of a create that may have happened, this is said.
				var unsure *UnknownOutcomeError
				if doubt := name == "for the next attempt" && operation.isCreate(); errors.As(err, &unsure) != doubt {
					t.Errorf("got %v", err)
				}
				if !errors.As(err, &unsure) && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, expected the cancellation", err)
				}
			})
		}
	}
}

// TestCancellation_inFlight: a read is given up at once. A write that is under way is
// waited for, and what comes of it counts; if that is a failure, it is neither sent
// again nor looked for, and of a create the error says that it may exist.
func TestCancellation_inFlight(t *testing.T) {
	t.Parallel()
	for _, operation := range oneOfEachKind() {
		for _, fails := range []bool{false, true} {
			virtualTime(t, fmt.Sprintf("%s, fails: %t", operation.name, fails), func(t *testing.T) {
				fake := operation.failing(1000, func(r *http.Request) (*http.Response, error) {
					if err := pause(r.Context(), 10*time.Second); err != nil {
						return nil, err
					}
					if fails {
						return failWith(502)(r)
					}
					return operation.success()
				})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				started := time.Now()
				err := operation.run(ctx, fakeClient(t, fake))
				took := time.Since(started)
				if operation.isRead() {
					if !errors.Is(err, context.Canceled) || took != time.Second {
						t.Errorf("got %v after %v, expected the cancellation after 1s", err, took)
					}
					return
				}
				if own, others := operation.sent(fake); (err != nil) != fails || took != 10*time.Second || own != 1 || others != 0 {
					t.Errorf("got %v after %v and %d requests", err, took, own+others)
				}
				var unsure *UnknownOutcomeError
				if errors.As(err, &unsure) != (fails && operation.isCreate()) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestHeaders: who asks is in every request; the custom domain only where a user
// may be sent an e-mail.
func TestHeaders(t *testing.T) {
	t.Parallel()
	tenant, first := newTenant(t)
	pool, err := NewPool(Options{
		Transport: first.pool.transport.(*transport.Log).Base, UserAgent: "terraform-provider-auth0vault/1.2.3 (Terraform/1.11.4)",
		CustomDomain: "login.acme.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	client := pool.Client(first.credentials)
	tenant.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{"login.acme.com", "login.acme.org"} })

	ctx := t.Context()
	user, err := client.CreateUser(ctx, UserOptions{Connection: emulator.DefaultDatabase}, UserAttributes{
		Profile: Profile{Email: ptr("ada@example.com")}, Password: ptr("correct horse battery 1A"), VerifyEmail: ptr(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateVaultConnection(ctx, "forms", &setupUnderTest)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		errorOf(client.GetUser(ctx, user.ID)),
		errorOf(client.UsersByEmail(ctx, "ada@example.com")),
		errorOf(client.UpdateUser(ctx, user.ID, UserAttributes{Profile: Profile{Nickname: ptr("a")}})),
		client.DeleteUser(ctx, user.ID),
		errorOf(client.LookupVaultConnections(ctx)),
		errorOf(client.UpdateVaultConnection(ctx, made.ID, ptr("b"), nil)),
		client.DeleteVaultConnection(ctx, made.ID),
	); err != nil {
		t.Error(err)
	}
	for _, r := range tenant.Requests() {
		if got := r.Header.Get("User-Agent"); got != "terraform-provider-auth0vault/1.2.3 (Terraform/1.11.4)" {
			t.Errorf("%s %s: User-Agent %q", r.Method, r.Path, got)
		}
		want := ""
		if strings.HasPrefix(r.Path, "/api/v2/users") && (r.Method == "POST" || r.Method == "PATCH") {
			want = "login.acme.com"
		}
		if got := r.Header.Get("Auth0-Custom-Domain"); got != want {
			t.Errorf("%s %s: Auth0-Custom-Domain %q, expected %q", r.Method, r.Path, got, want)
		}
	}
	// Without the setting, none is sent.
	tenant.ForgetRequests()
	_, err = first.CreateUser(ctx, UserOptions{Connection: emulator.DefaultDatabase},
		UserAttributes{Profile: Profile{Email: ptr("b@example.com")}, Password: ptr("correct horse battery 1A")})
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "custom_domain_conflict" {
		t.Errorf("got %v, expected custom_domain_conflict", err)
	}
	for _, r := range tenant.Requests() {
		if _, ok := r.Header["Auth0-Custom-Domain"]; ok {
			t.Errorf("%s %s: sent Auth0-Custom-Domain", r.Method, r.Path)
		}
	}
}
