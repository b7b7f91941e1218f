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
	// maxAttempts bounds how often a request is sent while the server or the network fails.
	maxAttempts = 4
	// maxLimited bounds how often a request is sent while Auth0 answers 429.
	maxLimited = 12
	// retryWindow bounds for how long a request is sent again while the host answers
	// nothing; retryWindowAnswered while it answers something. With attemptTimeout they
	// bound an operation to about two minutes, besides waiting for the rate limit.
	retryWindow         = 10 * time.Second
	retryWindowAnswered = 45 * time.Second
	// responseTimeout bounds the time until a response begins: POSTs that took 10 s
	// were recorded, and a list that took 36 s. attemptTimeout bounds all of it.
	responseTimeout     = 30 * time.Second
	listResponseTimeout = 60 * time.Second
	attemptTimeout      = 90 * time.Second
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
	var busy time.Duration // spent in attempts and in pauses between them
	var first time.Time    // when it was first sent
	available := &s.tenant.api
	// again counts a failure and waits before the next attempt, if there is to be one.
	again := func(sent time.Time, repeatable bool) (bool, error) {
		failures++
		busy += time.Since(sent)
		window := retryWindow
		if available.respondedSince(sent) {
			window = retryWindowAnswered
		}
		if !repeatable || x.optional || failures >= maxAttempts || busy >= window {
			return false, nil
		}
		wait := backoff(failures)
		busy += wait
		return true, pause(ctx, wait)
	}
	for attempts := 1; ; attempts++ {
		if attempts > 1 {
			s.tenant.pace.repeated()
		}
		token, err := s.tokens.get(ctx)
		if err != nil {
			return nil, err
		}
		answer, sent, err := s.attempt(ctx, req, x, token)
		if first.IsZero() {
			first = sent
		}
		switch {
		case errors.Is(err, context.Canceled), isSharedOutage(err):
			return nil, err

		case err != nil:
			failure := &UnreachableError{
				Host: req.URL.Host, Op: x.name, OutcomeUnknown: mayHaveArrived(err),
				Attempts: attempts, Partial: isPartial(err), Err: withoutURL(err),
			}
			passing := isPassing(err)
			if retry, err := again(sent, passing && !(x.once && failure.OutcomeUnknown)); retry || err != nil {
				if err != nil {
					return nil, err
				}
				continue
			}
			// A single failure of what is not repeated proves nothing, silence does.
			if failures > 1 || !passing || isTimeout(err) {
				available.noteOutage(failure, first)
			}
			return nil, failure

		case answer.status >= 200 && answer.status <= 299:
			x.host, x.response, x.secrets = req.URL.Host, answer, s.secrets(x, token)
			// call decodes it. The SDK would do so too, and not every answer agrees with it.
			return (&response{status: answer.status, header: answer.header, body: []byte("{}")}).httpResponse(req), nil

		case answer.status == http.StatusTooManyRequests:
			if limited++; limited >= maxLimited {
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
			if retry, err := again(sent, !x.once); retry || err != nil {
				if err != nil {
					return nil, err
				}
				continue
			}
			return nil, s.refusal(req, x, token, answer)
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

// attempt sends the request once, when the pacer lets it out. It returns when it
// was sent.
func (s sender) attempt(ctx context.Context, req *http.Request, x *exchange, token *Token) (a *response, sent time.Time, err error) {
	ticket, err := s.tenant.pace.acquire(ctx, req)
	sent = time.Now()
	if err != nil {
		return nil, sent, err
	}
	defer func() { ticket.release(ctx, a) }()
	if err := s.tenant.api.check(x.name); err != nil { // others may have found out meanwhile
		return nil, sent, err
	}
	// A write that is under way is not cut short when the run is canceled: nobody
	// would know whether it happened. Waiting is, at once.
	attemptCtx := ctx
	if req.Method != http.MethodGet && !x.interruptible {
		attemptCtx = context.WithoutCancel(ctx)
	}
	out := req.Clone(attemptCtx)
	if req.GetBody != nil {
		if out.Body, err = req.GetBody(); err != nil {
			return nil, sent, err
		}
	}
	out.Header.Set("Authorization", "Bearer "+token.AccessToken)
	out.Header.Set("User-Agent", s.pool.options.UserAgent)
	if x.customDomain && s.pool.options.CustomDomain != "" {
		out.Header.Set("Auth0-Custom-Domain", s.pool.options.CustomDomain)
	}
	limits := responseLimits{response: responseTimeout, whole: attemptTimeout, body: x.maxBody}
	if x.maxBody == maxListBody {
		limits.response = listResponseTimeout
	}
	a, err = roundTrip(s.pool.http.Transport, out, limits, &s.tenant.api)
	return a, sent, err
}

// responseLimits bound a response.
type responseLimits struct {
	// response is the time until it begins, whole until it has ended.
	response, whole time.Duration
	// body is the size of the body of a success, in bytes.
	body int64
}

// roundTrip sends a request, reads the response to its end and writes the one log
// line there is about it. A query may hold an e-mail address: it is not logged.
func roundTrip(base http.RoundTripper, req *http.Request, limits responseLimits, available *availability) (*response, error) {
	started := time.Now()
	fields := map[string]any{"method": req.Method, "host": req.URL.Host, "path": req.URL.Path}
	caller := req.Context()
	ctx, giveUp := context.WithCancelCause(caller)
	defer giveUp(nil)
	req = req.WithContext(ctx)
	timer := time.AfterFunc(limits.response, func() { giveUp(&timeoutError{limit: limits.response}) })
	defer timer.Stop()
	stopWatching := available.watch(ctx, giveUp)
	// A time limit that ended the request is the reason, whatever came of it.
	because := func(err error) error {
		var timeout *timeoutError
		if caller.Err() == nil && errors.As(context.Cause(ctx), &timeout) {
			return &timeoutError{limit: timeout.limit, mute: timeout.mute, connecting: isConnectError(err)}
		}
		return err
	}

	resp, err := base.RoundTrip(req)
	stopWatching()
	if err != nil {
		fields["duration_ms"] = time.Since(started).Milliseconds()
		tflog.Debug(caller, "Auth0 gave no answer", fields)
		return nil, because(err)
	}
	available.noteResponse()
	defer func() { _ = resp.Body.Close() }()
	if timer.Stop() {
		timer = time.AfterFunc(limits.whole-time.Since(started), func() { giveUp(&timeoutError{limit: limits.whole}) })
		defer timer.Stop()
	}
	maxBody := limits.body
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		maxBody = maxErrorBody
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	fields["status"] = resp.StatusCode
	fields["duration_ms"] = time.Since(started).Milliseconds()
	tflog.Debug(caller, "Auth0 answered", fields)
	if err != nil {
		return nil, &partialError{because(err)}
	}
	truncated := int64(len(body)) > maxBody
	return &response{status: resp.StatusCode, header: resp.Header, body: body[:min(int64(len(body)), maxBody)], truncated: truncated}, nil
}

// partialError means that a response began, and did not end as it should.
type partialError struct{ err error }

func (e *partialError) Error() string { return e.err.Error() }
func (e *partialError) Unwrap() error { return e.err }

func isPartial(err error) bool {
	var partial *partialError
	return errors.As(err, &partial)
}

func isTimeout(err error) bool {
	var timeout *timeoutError
	return errors.As(err, &timeout)
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
	var timeout *timeoutError
	if isConnectError(err) || errors.As(err, &timeout) && timeout.connecting {
		return false
	}
	return isPassing(err)
}

// isConnectError reports that there was no connection to send a request on.
func isConnectError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// isPassing reports whether trying again could help: it cannot where a name does
// not exist, a certificate is not trusted, TLS is not spoken, or a proxy has its rules.
func isPassing(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	var proxy *proxyError
	if errors.As(err, &proxy) && !isFailure(proxy.status) {
		return false
	}
	return !isCertificateError(err) && !isProtocolError(err)
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
