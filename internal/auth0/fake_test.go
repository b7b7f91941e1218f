package auth0

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// fakeTenant is a transport that answers without a server, for what the emulator cannot
// show: time that passes at once (inside of synctest.Test), networks that break,
// and answers that Auth0 does not give.
type fakeTenant struct {
	// token and api answer the n-th request of their kind, from 1 on. Without token,
	// every request for one is answered with another token, of all scopes; without api,
	// every other request with a user.
	token, api func(r *http.Request, n int) (*http.Response, error)

	mu            sync.Mutex
	tokens, calls int
	sent          []sentRequest
}

// sentRequest is a request as the fake received it.
type sentRequest struct {
	method, path, body string
	header             http.Header
}

// RoundTrip implements http.RoundTripper.
func (f *fakeTenant) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.sent = append(f.sent, sentRequest{method: r.Method, path: r.URL.Path, body: string(body), header: r.Header.Clone()})
	answer, n := f.api, 0
	if r.URL.Path == "/oauth/token" {
		f.tokens++
		answer, n = f.token, f.tokens
		if answer == nil {
			answer = func(_ *http.Request, n int) (*http.Response, error) { return tokenReply(n, scopesOfUsers) }
		}
	} else {
		f.calls++
		n = f.calls
	}
	f.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	if answer == nil {
		return reply(http.StatusOK, `{"user_id":"auth0|1"}`)
	}
	return answer(r, n)
}

// counts returns how many tokens and how much else was asked for.
func (f *fakeTenant) counts() (tokens, calls int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tokens, f.calls
}

// requests lists what was sent to the Management API, without the prefix of its paths.
func (f *fakeTenant) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []string
	for _, r := range f.sent {
		if path, ok := strings.CutPrefix(r.path, "/api/v2"); ok {
			lines = append(lines, r.method+" "+path)
		}
	}
	return lines
}

const scopesOfUsers = "read:users create:users update:users delete:users"

// reply is an answer in JSON; the header lines are names and values in turn.
func reply(status int, body string, header ...string) (*http.Response, error) {
	resp := &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
	for i := 0; i+1 < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp, nil
}

// tokenReply gives the n-th token, which lasts a day.
func tokenReply(n int, scope string) (*http.Response, error) {
	return reply(http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","scope":%q,"expires_in":86400,"token_type":"Bearer"}`, n, scope))
}

// tokenRefusal is the token endpoint's refusal of a wrong secret.
func tokenRefusal() (*http.Response, error) {
	return reply(http.StatusUnauthorized, `{"error":"access_denied","error_description":"Unauthorized"}`)
}

// fakeClient returns a client that talks to the fake.
func fakeClient(t testing.TB, f *fakeTenant, change ...func(*Credentials)) *Client {
	t.Helper()
	pool, err := NewPool(Options{Transport: f, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	credentials := Credentials{Domain: "fake.eu.auth0.com", ClientID: "id", ClientSecret: "a secret"}
	for _, edit := range change {
		edit(&credentials)
	}
	return pool.Client(credentials)
}

// tokenRequests returns the requests to the token endpoint.
func tokenRequests(tenant *emulator.Tenant) []emulator.Request {
	var out []emulator.Request
	for _, r := range tenant.Requests() {
		if r.Path == "/oauth/token" {
			out = append(out, r)
		}
	}
	return out
}
