package auth0

import (
	"context"
	"encoding/base64"
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

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// together calls f so many times at once and returns the errors.
func together(n int, f func() error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	return errs
}

// expectTokens fails unless so many tokens were requested.
func expectTokens(t *testing.T, tenant *emulator.Tenant, want int, when string) {
	t.Helper()
	if got := len(tokenRequests(tenant)); got != want {
		t.Errorf("%d tokens were requested %s, expected %d", got, when, want)
	}
}

// TestToken_shared: a token is requested when it is needed, once for all who need it,
// who need another because theirs has expired, or who need one with more scopes.
func TestToken_shared(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = 100 * time.Millisecond })
		user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
		tenant.Grant(client.ClientID(), "create:users", "read:users")
		read := func(c *Client) {
			t.Helper()
			for _, err := range together(20, func() error { return errorOf(c.GetUser(t.Context(), user.ID)) }) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		expectTokens(t, tenant, 0, "before anything was asked")
		read(client.pool.Client(client.credentials))
		read(client)
		expectTokens(t, tenant, 1, "by two clients with the same credentials")

		other := tenant.AddClient(emulator.Client{})
		tenant.Grant(other.ID, "read:users")
		read(client.pool.Client(Credentials{Domain: tenant.Domain(), ClientID: other.ID, ClientSecret: other.Secret}))
		expectTokens(t, tenant, 2, "with other credentials as well")

		tenant.ExpireTokens()
		read(client)
		expectTokens(t, tenant, 3, "after the first has expired")
		tenant.ExpireTokens()
		if _, err := client.CreateUser(t.Context(), UserOptions{Connection: emulator.DefaultDatabase}, UserAttributes{
			Profile: Profile{Email: ptr("grace@example.com")}, Password: ptr("correct horse battery 1A"), VerifyEmail: ptr(false),
		}); err != nil {
			t.Errorf("a create with an expired token: %v", err)
		}
		expectTokens(t, tenant, 4, "for a create")

		// A token carries the scopes of the day it was made.
		tenant.Grant(client.ClientID(), "create:users")
		narrow := another(client)
		if _, err := narrow.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
		tenant.Grant(client.ClientID(), "create:users", "read:users")
		read(narrow)
		expectTokens(t, tenant, 6, "after the grant was widened")
		// Another scope, added a moment later.
		tenant.Grant(client.ClientID(), "create:users", "read:users", "update:users")
		if _, err := narrow.UpdateUser(t.Context(), user.ID, UserAttributes{Profile: Profile{Nickname: ptr("countess")}}); err != nil {
			t.Errorf("a scope added right after another was gained: %v", err)
		}
	})
}

// TestToken_expiry: before it expires, by one of those who need it.
func TestToken_expiry(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		expiresIn string
		// after are times since the first request, want the tokens that the requests then carry.
		after []time.Duration
		want  []string
	}{
		"a day": {
			`,"expires_in":86400`,
			[]time.Duration{0, 12 * time.Hour, 24*time.Hour - 2*time.Minute, 24*time.Hour - 30*time.Second, 25 * time.Hour},
			[]string{"token-1", "token-1", "token-1", "token-2", "token-2"},
		},
		"half a minute": {
			`,"expires_in":30`,
			[]time.Duration{0, time.Second, 10 * time.Second, 20 * time.Second, 25 * time.Second},
			[]string{"token-1", "token-1", "token-1", "token-1", "token-2"},
		},
		"not told": {
			``,
			[]time.Duration{0, 1000 * time.Hour},
			[]string{"token-1", "token-1"},
		},
	} {
		virtualTime(t, name, func(t *testing.T) {
			var got []string
			fake := &fakeTenant{
				token: func(_ *http.Request, n int) (*http.Response, error) {
					return reply(http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","scope":"read:users","token_type":"Bearer"%s}`, n, test.expiresIn))
				},
				api: func(r *http.Request, _ int) (*http.Response, error) {
					got = append(got, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
					return reply(http.StatusOK, `{"user_id":"auth0|1"}`)
				},
			}
			client := fakeClient(t, fake)
			started := time.Now()
			for _, after := range test.after {
				time.Sleep(time.Until(started.Add(after)))
				if _, err := client.GetUser(t.Context(), "auth0|1"); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("the requests carried %v, expected %v", got, test.want)
			}
		})
	}
}

// TestToken_refusedAgain: a refusal that another token does not help against is
// the answer, after one more token where that might have helped.
func TestToken_refusedAgain(t *testing.T) {
	t.Parallel()
	const lacks = `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope%s","errorCode":"insufficient_scope"}`
	for name, test := range map[string]struct {
		status        int
		body          string
		tokens, calls int
		denied        bool
	}{
		"401 again": {401, `{"statusCode":401,"error":"Unauthorized","message":"Invalid token"}`, 2, 2, true},
		// with the same scopes nothing else would come of it
		"scope of users": {403, fmt.Sprintf(lacks, ", expected any of: read:users"), 2, 1, true},
		"scope of flows": {403, fmt.Sprintf(lacks, "; expected any of: read:users."), 2, 1, true},
		"some scope":     {403, fmt.Sprintf(lacks, ""), 2, 1, true},
		"entitlement": {403, `{"statusCode":403,"error":"Forbidden","message":"Please upgrade","errorCode":"insufficient_entitlement"}`, 1, 1,
			false},
	} {
		virtualTime(t, name, func(t *testing.T) {
			fake := &fakeTenant{
				token: func(_ *http.Request, n int) (*http.Response, error) { return tokenReply(n, "create:users") },
				api:   func(*http.Request, int) (*http.Response, error) { return reply(test.status, test.body) },
			}
			client := fakeClient(t, fake)
			ask := func(n int) {
				t.Helper()
				for _, err := range together(n, func() error { return errorOf(client.GetUser(t.Context(), "auth0|1")) }) {
					var refusal *Error
					if !errors.As(err, &refusal) || refusal.Status != test.status || IsDenied(err) != test.denied {
						t.Fatalf("got %v, expected the %d", err, test.status)
					}
				}
			}
			ask(1)
			if tokens, calls := fake.counts(); tokens != test.tokens || calls != test.calls {
				t.Errorf("%d tokens and %d requests, expected %d and %d", tokens, calls, test.tokens, test.calls)
			}
			if name != "scope of users" {
				return
			}
			// A scope that stays missing is not looked for with a token for each request.
			ask(100)
			if tokens, calls := fake.counts(); tokens != 2 || calls != 101 {
				t.Errorf("%d tokens and %d requests, expected 2 and 101", tokens, calls)
			}
			time.Sleep(failureTTL + time.Second)
			ask(100)
			if tokens, _ := fake.counts(); tokens > 4 {
				t.Errorf("%d tokens after a while, expected 3 or 4", tokens)
			}
		})
	}
}

// TestToken_canceledCaller: the caller returns at once, and others get their token.
func TestToken_canceledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeTenant{
			token: func(r *http.Request, n int) (*http.Response, error) {
				select {
				case <-r.Context().Done():
					return nil, r.Context().Err()
				case <-time.After(9 * time.Second):
					return tokenReply(n, scopesOfUsers)
				}
			},
		}
		client := fakeClient(t, fake)
		started := time.Now()
		type outcome struct {
			err  error
			took time.Duration
		}
		ask := func(ctx context.Context) <-chan outcome {
			done := make(chan outcome, 1)
			go func() {
				_, err := client.GetUser(ctx, "auth0|1")
				done <- outcome{err, time.Since(started)}
			}()
			synctest.Wait()
			return done
		}
		asking, cancelAsking := context.WithCancel(t.Context())
		waiting, cancelWaiting := context.WithCancel(t.Context())
		first, second, third := ask(asking), ask(waiting), ask(t.Context())
		time.Sleep(3 * time.Second)
		cancelWaiting()
		if got := <-second; !errors.Is(got.err, context.Canceled) || got.took != 3*time.Second {
			t.Errorf("the one who waits for another's token: %v after %v", got.err, got.took)
		}
		time.Sleep(3 * time.Second)
		cancelAsking()
		if got := <-first; !errors.Is(got.err, context.Canceled) || got.took != 6*time.Second {
			t.Errorf("the one who asks for the token: %v after %v", got.err, got.took)
		}
		if got := <-third; got.err != nil || got.took != 15*time.Second {
			t.Errorf("another caller: %v after %v, expected to get a token of its own", got.err, got.took)
		}
	})
}

// TestToken_canceledWaiter: a caller who was refused with 401 while another client
// requests the token does not wait after its context has ended.
func TestToken_canceledWaiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeTenant{
			token: func(_ *http.Request, n int) (*http.Response, error) {
				if n > 1 {
					time.Sleep(time.Hour)
				}
				return tokenReply(n, scopesOfUsers)
			},
			api: func(*http.Request, int) (*http.Response, error) {
				time.Sleep(2 * time.Second) // so that the other one has the turn by then
				return reply(http.StatusUnauthorized, `{"statusCode":401,"error":"Unauthorized","message":"Invalid token"}`)
			},
		}
		client := fakeClient(t, fake)
		ctx, cancel := context.WithCancel(t.Context())
		started := time.Now()
		time.AfterFunc(5*time.Second, cancel)
		if _, err := client.Token(ctx); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Second)
			_, _ = client.Verify(context.WithoutCancel(ctx), nil)
		}()
		_, err := client.GetUser(ctx, "auth0|1")
		if took := time.Since(started); err == nil || took != 5*time.Second {
			t.Errorf("got %v after %v, expected an end after 5s", err, took)
		}
		time.Sleep(2 * time.Hour)
	})
}

// tokensOverTime is a tenant whose token endpoint answers by the time that has passed.
func tokensOverTime(answer func(since time.Duration, n int) (*http.Response, error)) *fakeTenant {
	started := time.Now()
	return &fakeTenant{token: func(_ *http.Request, n int) (*http.Response, error) { return answer(time.Since(started), n) }}
}

// TestAuthRetry: credentials that were made a moment ago are tried again, for no longer
// than the limit of the client, and no more than once. For a moment a refusal stands
// for all who ask with the same credentials.
func TestAuthRetry(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Second
	refusal := func(status int, code, description string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return reply(status, fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, description))
		}
	}
	noGrant := refusal(403, "access_denied",
		`Client is not authorized to access "https://fake.eu.auth0.com/api/v2/". You need to create a "client-grant" associated to this API.`)
	noGrantType := refusal(403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.")
	for name, test := range map[string]struct {
		limit   time.Duration
		refuse  func() (*http.Response, error)
		seen    time.Duration // when the credentials begin to work; 0: never
		want    time.Duration // how long it takes
		refused bool
	}{
		"client seen after a second":    {limit, tokenRefusal, time.Second, 1750 * time.Millisecond, false},
		"grant seen after five seconds": {limit, noGrant, 5 * time.Second, 6750 * time.Millisecond, false},
		"grant type seen at the last":   {limit, noGrantType, 9900 * time.Millisecond, limit, false},
		"wrong secret":                  {limit, tokenRefusal, 0, limit, true},
		"no grant":                      {limit, noGrant, 0, limit, true},
		"a lower limit":                 {3 * time.Second, tokenRefusal, 0, 3 * time.Second, true},
		"no retries":                    {0, tokenRefusal, 0, 0, true},
		"an unknown audience is not retried": {limit, refusal(403, "access_denied", "Service not found: https://fake.eu.auth0.com/api/v2/"),
			time.Second, 0, true},
		"another refusal is not retried": {limit, refusal(400, "invalid_request", "Missing required parameter: audience"), time.Second, 0,
			true},
	} {
		virtualTime(t, name, func(t *testing.T) {
			started := time.Now()
			fake := tokensOverTime(func(since time.Duration, n int) (*http.Response, error) {
				if test.seen > 0 && since >= test.seen {
					return tokenReply(n, scopesOfUsers)
				}
				return test.refuse()
			})
			client := fakeClient(t, fake).WithAuthRetry(test.limit)
			ask := func() error { return errorOf(client.GetUser(t.Context(), "auth0|1")) }
			for _, err := range together(10, ask) { // the retries are shared
				var refusal *TokenError
				if errors.As(err, &refusal) != test.refused {
					t.Errorf("got %v, expected a refusal: %v", err, test.refused)
				}
			}
			tokens, _ := fake.counts()
			if took := time.Since(started); took != test.want || tokens > 8 || test.limit == 0 && tokens != 1 {
				t.Errorf("it took %v and %d requests for a token, expected %v", took, tokens, test.want)
			}
			if test.seen > 0 {
				return
			}
			// The refusal stands for a while, then it is looked at once.
			again := time.Now()
			if err := ask(); err == nil || time.Since(again) != 0 {
				t.Errorf("right after: %v after %v", err, time.Since(again))
			}
			if now, _ := fake.counts(); now != tokens {
				t.Errorf("a refusal of a moment ago was asked for again")
			}
			time.Sleep(failureTTL + time.Second)
			again = time.Now()
			_ = ask()
			if now, _ := fake.counts(); now != tokens+1 || time.Since(again) != 0 {
				t.Errorf("later: %d requests in %v, expected one at once", now-tokens, time.Since(again))
			}
		})
	}
}

// TestAuthRetry_notSpent: neither by a caller without retries, nor by one that is canceled or
// out of time.
func TestAuthRetry_notSpent(t *testing.T) {
	t.Parallel()
	for _, end := range []error{context.DeadlineExceeded, context.Canceled} {
		virtualTime(t, end.Error(), func(t *testing.T) {
			client := fakeClient(t, tokensOverTime(func(time.Duration, int) (*http.Response, error) { return tokenRefusal() }))
			retrying := client.WithAuthRetry(10 * time.Second)
			if _, err := client.GetUser(t.Context(), "auth0|1"); !IsDenied(err) {
				t.Fatalf("without retries: %v", err)
			}
			limit := 2100 * time.Millisecond
			if errors.Is(end, context.Canceled) {
				limit = time.Hour
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			time.AfterFunc(2200*time.Millisecond, cancel)
			started := time.Now()
			_, err := retrying.GetUser(ctx, "auth0|1")
			if took := time.Since(started); !errors.Is(err, end) || took != min(limit, 2200*time.Millisecond) {
				t.Errorf("got %v after %v, expected %v", err, took, end)
			}
			started = time.Now()
			_, err = retrying.GetUser(t.Context(), "auth0|1")
			if took := time.Since(started); !IsDenied(err) || took != 10*time.Second {
				t.Errorf("the next one: %v after %v, expected the refusal after 10s", err, took)
			}
		})
	}
}

// TestToken_networkBack: a network that failed stands for a moment as well.
func TestToken_networkBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := fakeClient(t, tokensOverTime(func(since time.Duration, n int) (*http.Response, error) {
			if since < 10*time.Second {
				return nil, io.ErrUnexpectedEOF
			}
			return tokenReply(n, scopesOfUsers)
		}))
		_, err := client.GetUser(t.Context(), "auth0|1")
		var unreachable *UnreachableError
		if !errors.As(err, &unreachable) || unreachable.Host != "fake.eu.auth0.com" || IsDenied(err) ||
			strings.Contains(err.Error(), "https://") {
			t.Errorf("got %v, expected an *UnreachableError without a URL", err)
		}
		time.Sleep(transport.OutageTTL)
		if _, err := client.GetUser(t.Context(), "auth0|1"); err != nil {
			t.Errorf("once the network is back: %v", err)
		}
	})
}

// TestToken_failures: what a failure or a limit costs, in requests and in time.
func TestToken_failures(t *testing.T) {
	t.Parallel()
	status := func(status int, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return reply(status, `{"error":"too_many_requests","error_description":"Rate limit exceeded."}`, header...)
		}
	}
	for name, test := range map[string]struct {
		fail        func() (*http.Response, error)
		times       int
		want        int // requests
		least, most time.Duration
	}{
		"500 once":     {status(500), 1, 2, 500 * time.Millisecond, time.Second},
		"503 for ever": {status(503), 99, transport.MaxAttempts, 3500 * time.Millisecond, 5 * time.Second},
		"408":          {status(408), 1, 2, 500 * time.Millisecond, time.Second},
		"a network that breaks": {func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, 2, 3,
			1500 * time.Millisecond, 2 * time.Second},
		"429, Retry-After":  {status(429, "Retry-After", "7"), 1, 2, 7 * time.Second, 8 * time.Second},
		"429, nothing said": {status(429), 1, 2, time.Second, 1200 * time.Millisecond},
		"429 for ever":      {status(429, "Retry-After", "3600"), 99, 1, 0, 0},
		"400":               {status(400), 1, 1, 0, 0},
	} {
		virtualTime(t, name, func(t *testing.T) {
			fake := &fakeTenant{token: func(_ *http.Request, n int) (*http.Response, error) {
				if n <= test.times {
					return test.fail()
				}
				return tokenReply(n, scopesOfUsers)
			}}
			client := fakeClient(t, fake)
			started := time.Now()
			_, err := client.Token(t.Context())
			if took := time.Since(started); took < test.least || took > test.most {
				t.Errorf("it took %v, expected from %v to %v", took, test.least, test.most)
			}
			if tokens, _ := fake.counts(); tokens != test.want {
				t.Errorf("%d requests, expected %d", tokens, test.want)
			}
			if failed := test.times >= test.want; failed != (err != nil) {
				t.Errorf("got %v", err)
			}
			if IsDenied(err) {
				t.Errorf("a failure was taken for a refusal: %v", err)
			}
		})
	}
}

// jwtOf makes an unsigned token with these claims.
func jwtOf(claims string) string {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return encode(`{"alg":"RS256","typ":"JWT"}`) + "." + encode(claims) + "." + encode("signature")
}

// TestToken_scopes: from the response, or from the token if it is a JWT; otherwise unknown.
func TestToken_scopes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		want  string
		known bool
	}{
		"in the answer": {`{"access_token":"opaque","scope":"update:users read:users","expires_in":86400,"token_type":"Bearer"}`,
			"[read:users update:users]", true},
		"odd white space": {`{"access_token":"opaque","scope":" read:users  read:users\tcreate:users ","token_type":"Bearer"}`,
			"[create:users read:users]", true},
		"none": {`{"access_token":"opaque","scope":"","token_type":"Bearer"}`, "[]", true},
		"in the token": {`{"access_token":"` + jwtOf(`{"scope":"read:users create:users"}`) + `","token_type":"Bearer"}`,
			"[create:users read:users]", true},
		"none in the token": {`{"access_token":"` + jwtOf(`{"sub":"id@clients"}`) + `","token_type":"Bearer"}`, "[]", true},
		"the answer decides": {`{"access_token":"` + jwtOf(`{"scope":"read:users"}`) + `","scope":"create:users","token_type":"Bearer"}`,
			"[create:users]", true},
		"opaque":               {`{"access_token":"opaque","token_type":"Bearer"}`, "[]", false},
		"encrypted":            {`{"access_token":"a.b.c.d.e","token_type":"Bearer"}`, "[]", false},
		"a scope that is null": {`{"access_token":"opaque","scope":null,"token_type":"Bearer"}`, "[]", false},
		"unknown keys": {`{"access_token":"opaque","scope":"read:users","token_type":"Bearer","organization_id":"org_1",` +
			`"nested":{"a":[1]}}`, "[read:users]", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{token: func(*http.Request, int) (*http.Response, error) { return reply(http.StatusOK, test.body) }}
			token, err := fakeClient(t, fake).Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(token.Scopes); got != test.want || token.ScopesKnown != test.known {
				t.Errorf("got %s (known: %v), expected %s (known: %v)", got, token.ScopesKnown, test.want, test.known)
			}
		})
	}
}

// TestVerify: a new token, whose scopes are compared with the needed ones, and
// waited for up to the limit.
func TestVerify(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		required []string
		limit    time.Duration
		scopes   func(since time.Duration) string
		want     time.Duration
		missing  string
	}{
		"all there":        {[]string{"read:users"}, 10 * time.Second, func(time.Duration) string { return scopesOfUsers }, 0, "[]"},
		"nothing required": {nil, 10 * time.Second, func(time.Duration) string { return "" }, 0, "[]"},
		"one missing": {[]string{"read:users", "create:users"}, 10 * time.Second,
			func(time.Duration) string { return "read:users" }, 10 * time.Second, "[create:users]"},
		"one missing, without retries": {[]string{"read:users", "create:users"}, 0,
			func(time.Duration) string { return "read:users" }, 0, "[create:users]"},
		"one granted a moment later": {[]string{"read:users", "create:users"}, 10 * time.Second, func(since time.Duration) string {
			if since < 3*time.Second {
				return "read:users"
			}
			return "read:users create:users"
		}, 3750 * time.Millisecond, "[]"},
	} {
		virtualTime(t, name, func(t *testing.T) {
			started := time.Now()
			fake := &fakeTenant{token: func(_ *http.Request, n int) (*http.Response, error) {
				return tokenReply(n, test.scopes(time.Since(started)))
			}}
			client := fakeClient(t, fake).WithAuthRetry(test.limit)
			verify := func() string {
				t.Helper()
				token, err := client.Verify(t.Context(), test.required)
				if err != nil {
					t.Fatal(err)
				}
				missing, _ := CompareScopes(token.Scopes, test.required)
				return fmt.Sprint(missing)
			}
			if missing := verify(); missing != test.missing {
				t.Errorf("missing %s, expected %s", missing, test.missing)
			}
			if took := time.Since(started); took != test.want {
				t.Errorf("it took %v, expected %v", took, test.want)
			}
			// Retries that did not help are not repeated for the same credentials.
			again := time.Now()
			if missing := verify(); missing != test.missing || time.Since(again) != 0 {
				t.Errorf("the second time: missing %s after %v, expected %s at once", missing, time.Since(again), test.missing)
			}
			// What was obtained is what later requests use.
			tokens, _ := fake.counts()
			if _, err := client.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			if now, _ := fake.counts(); now != tokens {
				t.Error("the verified token was not used")
			}
		})
	}
}

// TestVerify_newToken: an earlier token does not show the grant of today.
func TestVerify_newToken(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	if _, err := client.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	tenant.Grant(client.ClientID(), "read:users")
	token, err := client.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(token.Scopes) != "[read:users]" {
		t.Errorf("got %v, expected the scopes of the grant as it is now", token.Scopes)
	}
	tenant.SetClientSecret(client.ClientID(), "rotated")
	if _, err := client.Verify(t.Context(), nil); !IsDenied(err) {
		t.Errorf("the secret was changed: %v", err)
	}
}

// TestVerify_shared: one token proves the credentials to all who ask at the same
// time, and one refusal refuses them.
func TestVerify_shared(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer func(n int) (*http.Response, error)
		denied bool
	}{
		"given":   {func(n int) (*http.Response, error) { return tokenReply(n, scopesOfUsers) }, false},
		"refused": {func(int) (*http.Response, error) { return tokenRefusal() }, true},
	} {
		virtualTime(t, name, func(t *testing.T) {
			fake := &fakeTenant{token: func(_ *http.Request, n int) (*http.Response, error) {
				time.Sleep(300 * time.Millisecond)
				return test.answer(n)
			}}
			client := fakeClient(t, fake)
			for _, err := range together(10, func() error {
				_, err := client.Verify(t.Context(), []string{"read:users"})
				return err
			}) {
				if IsDenied(err) != test.denied {
					t.Error(err)
				}
			}
			if tokens, _ := fake.counts(); tokens != 1 {
				t.Errorf("%d tokens were asked for, expected 1", tokens)
			}
		})
	}
}
