package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func respond(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func request(t *testing.T, method string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method,
		"https://acme.eu.auth0.com/api/v2/flows?q=ada%40example.com", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// TestRetry: what is sent again, and how often.
func TestRetry(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, test := range map[string]struct {
		retry          Retry
		status         int
		err            error
		attempts       int
		outcomeUnknown bool
	}{
		"success":                      {Retry{}, 200, nil, 1, false},
		"refusal":                      {Retry{}, 400, nil, 1, false},
		"failure":                      {Retry{}, 503, nil, MaxAttempts, false},
		"failure, once":                {Retry{Once: true}, 503, nil, 1, false},
		"failure, give up early":       {Retry{GiveUpEarly: true}, 503, nil, 1, false},
		"reset":                        {Retry{}, 0, reset, MaxAttempts, true},
		"reset, once":                  {Retry{Once: true}, 0, reset, 1, true},
		"not connected, once":          {Retry{Once: true}, 0, refused, MaxAttempts, false},
		"certificate":                  {Retry{}, 0, &ProxyError{Proxy: "p", Status: 403}, 1, false},
		"rate limit without a pacer":   {Retry{}, 429, nil, maxLimitedUnpaced, false},
		"outage that another has seen": {Retry{}, 0, &OutageError{First: &Error{Err: refused}}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				retry := &test.retry
				retry.Availability = new(Availability)
				retry.Base = roundTripper(func(req *http.Request) (*http.Response, error) {
					attempts++
					if body, _ := io.ReadAll(req.Body); string(body) != "{}" {
						t.Errorf("attempt %d has the body %q", attempts, body)
					}
					if test.err != nil {
						return nil, test.err
					}
					return respond(test.status, ""), nil
				})
				resp, err := retry.RoundTrip(request(t, http.MethodPost))
				if attempts != test.attempts {
					t.Errorf("%d attempts, expected %d", attempts, test.attempts)
				}
				var failure *Error
				switch {
				case test.err == nil && (err != nil || resp.StatusCode != test.status):
					t.Errorf("got %v, %v", resp, err)
				case test.err != nil && (!errors.As(err, &failure) || failure.OutcomeUnknown != test.outcomeUnknown || !errors.Is(err, test.err)):
					t.Errorf("got %#v", err)
				}
			})
		})
	}
}

// TestAttempt: a response is bounded in time and size.
func TestAttempt(t *testing.T) {
	t.Parallel()
	bounds := Bounds{Response: 30 * time.Second, Whole: 90 * time.Second, Body: 1 << 20, ErrorBody: 10}
	send := func(t *testing.T, base roundTripper, change ...func(*Attempt)) (body string, err error) {
		attempt := &Attempt{Base: base, Availability: new(Availability), Bounds: bounds}
		for _, f := range change {
			f(attempt)
		}
		resp, err := attempt.RoundTrip(request(t, http.MethodPost))
		if err != nil {
			return "", err
		}
		read, err := io.ReadAll(resp.Body)
		return string(read), err
	}
	hang := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	synctest.Test(t, func(t *testing.T) {
		if body, err := send(t, func(*http.Request) (*http.Response, error) { return respond(200, "0123456789!"), nil }); err != nil ||
			body != "0123456789!" {
			t.Errorf("got %q, %v", body, err)
		}
		var tooLarge *BodyTooLargeError
		body, err := send(t, func(*http.Request) (*http.Response, error) { return respond(500, "0123456789!"), nil })
		if !errors.As(err, &tooLarge) || body != "0123456789" {
			t.Errorf("an error body: got %q, %v", body, err)
		}
		started := time.Now()
		if _, err := send(t, hang); !isTimeout(err) || time.Since(started) != bounds.Response {
			t.Errorf("no response: %v after %v", err, time.Since(started))
		}
		started = time.Now()
		probed := 0
		_, err = send(t, hang, func(a *Attempt) {
			a.Availability.Probe = func(context.Context) error { probed++; return errors.New("nothing") }
		})
		if !isTimeout(err) || time.Since(started) != silenceBeforeProbe || probed != 1 {
			t.Errorf("a host that is mute: %v after %v", err, time.Since(started))
		}
		started = time.Now()
		_, err = send(t, func(req *http.Request) (*http.Response, error) {
			resp := respond(200, "")
			resp.Body = io.NopCloser(readFunc(func([]byte) (int, error) { <-req.Context().Done(); return 0, req.Context().Err() }))
			return resp, nil
		})
		if !isTimeout(err) || !isPartial(err) || time.Since(started) != bounds.Whole {
			t.Errorf("a body that hangs: %v after %v", err, time.Since(started))
		}
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// testTokens gives tokens from a list.
type testTokens struct{ tokens []string }

func (s *testTokens) AccessToken(context.Context) (string, error) { return s.tokens[0], nil }

func (s *testTokens) Invalidate(ctx context.Context, token string) bool {
	return s.RefreshForNewScopes(ctx, token)
}

func (s *testTokens) RefreshForNewScopes(_ context.Context, token string) bool {
	if len(s.tokens) == 1 || s.tokens[0] != token {
		return false
	}
	s.tokens = s.tokens[1:]
	return true
}

// TestAuthorization: a token that is refused is replaced once for each reason.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	const scope = `{"statusCode":403,"errorCode":"insufficient_scope"}`
	for name, test := range map[string]struct {
		tokens []string
		status map[string]int // by token
		want   string         // the token whose response counts
	}{
		"accepted":            {[]string{"a", "b"}, map[string]int{"a": 200}, "a"},
		"expired":             {[]string{"a", "b"}, map[string]int{"a": 401, "b": 200}, "b"},
		"never accepted":      {[]string{"a", "b", "c"}, map[string]int{"a": 401, "b": 401, "c": 200}, "b"},
		"lacks a scope":       {[]string{"a", "b"}, map[string]int{"a": 403, "b": 200}, "b"},
		"lacks another":       {[]string{"a", "b", "c"}, map[string]int{"a": 403, "b": 403, "c": 200}, "b"},
		"expired, then lacks": {[]string{"a", "b", "c"}, map[string]int{"a": 401, "b": 403, "c": 200}, "c"},
		"only one":            {[]string{"a"}, map[string]int{"a": 401}, "a"},
	} {
		base := roundTripper(func(req *http.Request) (*http.Response, error) {
			return respond(test.status[strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")], scope), nil
		})
		req := request(t, http.MethodGet)
		resp, err := (&Authorization{Base: base, Source: &testTokens{test.tokens}}).RoundTrip(req)
		if err != nil || resp.Request.Header.Get("Authorization") != "Bearer "+test.want || resp.StatusCode != test.status[test.want] {
			t.Errorf("%s: got %v, %v", name, resp, err)
			continue
		}
		if body, _ := io.ReadAll(resp.Body); string(body) != scope {
			t.Errorf("%s: the body was used up: %q", name, body)
		}
		if req.Header.Get("Authorization") != "" {
			t.Errorf("%s: the caller's request was changed", name)
		}
	}
}

// TestLog: one line, without the query.
func TestLog(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	for _, base := range []roundTripper{
		func(*http.Request) (*http.Response, error) { return respond(200, "secret"), nil },
		func(*http.Request) (*http.Response, error) { return nil, errors.New("cut") },
	} {
		req := request(t, http.MethodGet)
		resp, err := (&Log{Base: base}).RoundTrip(req.WithContext(tflogtest.RootLogger(t.Context(), &buf)))
		if err == nil {
			_, _ = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			_ = resp.Body.Close()
		}
	}
	lines, err := tflogtest.MultilineJSONDecode(&buf)
	if err != nil || len(lines) != 2 || lines[0]["status"] != 200.0 || lines[0]["path"] != "/api/v2/flows" ||
		lines[1]["@message"] != "Auth0 gave no answer" {
		t.Errorf("got %v, %v", lines, err)
	}
}
