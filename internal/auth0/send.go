package auth0

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	// mostAttempts bounds how often a request is sent while the server or the network fails.
	mostAttempts = 4
	// mostLimited bounds how often a request is sent while Auth0 answers 429.
	mostLimited = 12
)

// sender carries the SDK's requests for a client: it authorizes, paces, logs
// and, where that is safe, repeats them.
type sender struct{ *Client }

// Do implements the SDK's HTTPClient. It returns a response only for a success;
// every refusal is an error of this package.
func (s sender) Do(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("a request without an operation")
	}
	if err := checkPath(req.URL); err != nil {
		return nil, fmt.Errorf("cannot %s: %w", x.name, err)
	}
	var failures, limited int
	var renewedAfter401 bool
	for attempts := 0; ; attempts++ {
		if attempts > 0 {
			s.tenant.pace.repeated()
		}
		token, err := s.tokens.get(ctx)
		if err != nil {
			return nil, err
		}
		answer, err := s.attempt(ctx, req, x, token)
		switch {
		case errors.Is(err, context.Canceled):
			return nil, err

		case err != nil:
			failure := &UnreachableError{Host: req.URL.Host, Op: x.name, OutcomeUnknown: mayHaveArrived(err), Err: withoutURL(err)}
			if failures++; failures >= mostAttempts || x.optional || x.once && failure.OutcomeUnknown || !isPassing(err) {
				return nil, failure
			}
			if err := pause(ctx, backoff(failures)); err != nil {
				return nil, err
			}
			continue

		case answer.status >= 200 && answer.status <= 299:
			x.host, x.response, x.secrets = req.URL.Host, answer, s.secrets(x, token)
			// call decodes it. The SDK would do so too, and not every answer agrees with it.
			return (&response{status: answer.status, header: answer.header, body: []byte("{}")}).httpResponse(req), nil

		case answer.status == http.StatusTooManyRequests:
			if limited++; limited >= mostLimited {
				return nil, s.refusal(req, x, token, answer)
			}
			continue // the pacer has seen the answer and holds the next attempt back

		case answer.status == http.StatusUnauthorized && !renewedAfter401 && s.tokens.drop(ctx, token):
			renewedAfter401 = true
			continue

		case answer.status == http.StatusForbidden:
			refusal := s.refusal(req, x, token, answer)
			if refusal.lacksScope() && s.tokens.gained(ctx, token) {
				continue
			}
			return nil, refusal

		case isFailure(answer.status):
			if failures++; failures >= mostAttempts || x.optional || x.once {
				return nil, s.refusal(req, x, token, answer)
			}
			if err := pause(ctx, backoff(failures)); err != nil {
				return nil, err
			}
			continue
		}
		return nil, s.refusal(req, x, token, answer)
	}
}

// response is a response that was read to its end.
type response struct {
	status int
	header http.Header
	body   []byte
	// truncated is true when the body was longer than was asked for.
	truncated bool
}

func (a *response) httpResponse(req *http.Request) *http.Response {
	return &http.Response{
		StatusCode: a.status, Header: a.header, Request: req,
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)),
	}
}

// attempt sends the request once, when the pacer lets it out.
func (s sender) attempt(ctx context.Context, req *http.Request, x *exchange, token *Token) (*response, error) {
	ticket, err := s.tenant.pace.acquire(ctx, req)
	if err != nil {
		return nil, err
	}
	// A write that is under way is not cut short when the run is cancelled: nobody
	// would know whether it happened. Waiting is, at once.
	attemptCtx := ctx
	if req.Method != http.MethodGet {
		attemptCtx = context.WithoutCancel(ctx)
	}
	attemptCtx, cancel := context.WithTimeout(attemptCtx, attemptTimeout)
	defer cancel()
	out := req.Clone(attemptCtx)
	if req.GetBody != nil {
		if out.Body, err = req.GetBody(); err != nil {
			ticket.release(ctx, nil)
			return nil, err
		}
	}
	out.Header.Set("Authorization", "Bearer "+token.AccessToken)
	out.Header.Set("User-Agent", s.pool.options.UserAgent)
	if x.customDomain && s.pool.options.CustomDomain != "" {
		out.Header.Set("Auth0-Custom-Domain", s.pool.options.CustomDomain)
	}
	a, err := roundTrip(s.pool.http.Transport, out, x.maxBody)
	ticket.release(ctx, a)
	return a, err
}

// roundTrip sends a request, reads the answer to its end and writes the one log
// line there is about it. A query may hold an e-mail address: it is not logged.
// The body of a success is read up to a bound.
func roundTrip(base http.RoundTripper, req *http.Request, maxBody int64) (*response, error) {
	started := time.Now()
	fields := map[string]any{"method": req.Method, "host": req.URL.Host, "path": req.URL.Path}
	resp, err := base.RoundTrip(req)
	if err != nil {
		fields["duration_ms"] = time.Since(started).Milliseconds()
		tflog.Debug(req.Context(), "Auth0 gave no answer", fields)
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		maxBody = maxErrorBody
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	fields["status"] = resp.StatusCode
	fields["duration_ms"] = time.Since(started).Milliseconds()
	tflog.Debug(req.Context(), "Auth0 answered", fields)
	if err != nil {
		return nil, err
	}
	truncated := int64(len(body)) > maxBody
	return &response{status: resp.StatusCode, header: resp.Header, body: body[:min(int64(len(body)), maxBody)], truncated: truncated}, nil
}

// refusal turns an answer into an error that holds no secret.
func (s sender) refusal(req *http.Request, x *exchange, token *Token, a *response) *Error {
	e := newError(x.operation, req.Method, req.URL.Path, a, s.secrets(x, token)...)
	e.Domain, e.ClientID, e.Audience = s.Domain(), s.ClientID(), s.Audience()
	return e
}

// secrets lists what must not be quoted of a response.
func (s sender) secrets(x *exchange, token *Token) []string {
	return append(append(s.credentials.secrets(), token.AccessToken), x.secrets...)
}

// isFailure reports statuses that say nothing about the request itself.
func isFailure(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status <= 527 // of the network in front of Auth0
}

// mayHaveArrived reports whether a request that failed with err may have reached
// the server: not when there was no connection to begin with.
func mayHaveArrived(err error) bool {
	var dns *net.DNSError
	var proxy *proxyError
	if errors.As(err, &dns) || errors.As(err, &proxy) {
		return false
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return false
	}
	return isPassing(err)
}

// isPassing reports whether trying again could help: it cannot where a name does
// not exist, a certificate is not trusted, or a proxy has its rules.
func isPassing(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	var proxy *proxyError
	if errors.As(err, &proxy) && !isFailure(proxy.status) {
		return false
	}
	return !isCertificateError(err)
}

// backoff returns the pause after the n-th failure: half a second, doubled each
// time, with up to a quarter more so that many do not come back together.
func backoff(n int) time.Duration {
	d := 500 * time.Millisecond << (n - 1)
	return d + rand.N(d/4) //nolint:gosec // no secret
}

// pause waits, or returns the context's error at once when it ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
