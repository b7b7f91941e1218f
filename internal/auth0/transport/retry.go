package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	// MaxAttempts bounds how often a request is sent while the server or the network fails.
	MaxAttempts = 4
	// MaxLimited bounds how often a request is sent while it is answered with 429, with
	// and without a pacer.
	MaxLimited        = 12
	maxLimitedUnpaced = 5
	// maxLimitPause bounds for how long that is waited for without a pacer.
	maxLimitPause = 2 * time.Minute
	// retryWindow bounds for how long a request is sent again while the host answers
	// nothing, retryWindowAnswered while it answers something. With the bounds of an
	// attempt they bound a request to about two minutes, not counting the rate limit.
	retryWindow         = 10 * time.Second
	retryWindowAnswered = 45 * time.Second
)

// Retry is an http.RoundTripper that sends a request again when the network or the
// server failed, or when the rate limit was used up. What may have been carried out
// is sent again only if doing it twice is doing it once.
type Retry struct {
	// Base sends the requests.
	Base http.RoundTripper
	// Availability is what is known of whether the host answers.
	Availability *Availability
	// Pacer counts the repetitions, and holds them back while the rate limit is used up.
	// Without one, that is waited for here, as long as the responses say.
	Pacer *Pacer
	// Prepare returns the request for the next attempt; nil sends the same again.
	Prepare func(*http.Request) (*http.Request, error)
	// Window bounds for how long the request is sent again while the host answers
	// nothing; 0 means ten seconds.
	Window time.Duration
	// Once is true when a second request would do something else than the first.
	Once bool
	// GiveUpEarly is true where there is another way: a failure is not worth repeating.
	GiveUpEarly bool
}

// RoundTrip implements http.RoundTripper. The error is an *Error, or the context's.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	prepare := t.Prepare
	if prepare == nil {
		prepare = rewind
	}
	var busy time.Duration // spent in attempts and in pauses between them
	first := time.Now()
	for attempts, failures, limited := 1, 0, 0; ; attempts++ {
		if attempts > 1 && t.Pacer != nil {
			t.Pacer.repeated()
		}
		out, err := prepare(req)
		if err != nil {
			return nil, err
		}
		sent := time.Now()
		resp, err := t.Base.RoundTrip(out)
		switch {
		case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return nil, err
		case err == nil && resp.StatusCode == http.StatusTooManyRequests:
			limited++
			if again, err := t.waitForLimit(ctx, resp, limited, time.Since(first)); !again || err != nil {
				return resp, err
			}
			continue
		case err == nil && !IsRetryableStatus(resp.StatusCode):
			return resp, nil
		}

		failures++
		busy += time.Since(sent)
		if t.mayRepeat(err, failures, busy, sent) {
			wait := Backoff(failures)
			busy += wait
			if err := Sleep(ctx, wait); err != nil {
				return nil, err
			}
			continue
		}
		if err == nil {
			return resp, nil
		}
		failure := newError(req.URL.Host, attempts, err)
		// A single failure of what is not repeated proves nothing; silence does.
		if failure.Attempts > 0 && (failures > 1 || !IsTransient(err) || isTimeout(err)) {
			t.Availability.noteOutage(failure, first)
		}
		return nil, failure
	}
}

// mayRepeat reports whether to send a request again after so many failures, of which
// err, or nil for a status, is the last.
func (t *Retry) mayRepeat(err error, failures int, busy time.Duration, sent time.Time) bool {
	var outage *OutageError
	switch {
	case t.GiveUpEarly, failures >= MaxAttempts, errors.As(err, &outage):
		return false
	case t.Once && (err == nil || mayHaveReachedServer(err)), err != nil && !IsTransient(err):
		return false
	case t.Availability.respondedSince(sent):
		return busy < retryWindowAnswered
	}
	return busy < cmp.Or(t.Window, retryWindow)
}

// waitForLimit reports whether to send a request again that was answered with 429 for
// the n-th time.
func (t *Retry) waitForLimit(ctx context.Context, resp *http.Response, n int, elapsed time.Duration) (bool, error) {
	if t.Pacer != nil {
		return n < MaxLimited, nil // it has seen the response and holds the next attempt back
	}
	wait := LimitPause(resp.Header, time.Now(), n)
	if n >= maxLimitedUnpaced || elapsed+wait > maxLimitPause {
		return false, nil
	}
	return true, Sleep(ctx, wait)
}

// rewind returns the request as it is sent once more.
func rewind(req *http.Request) (*http.Request, error) {
	out := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	return out, nil
}

// Error means that a host gave no response, or not all of one.
type Error struct {
	// Host is the host that was asked.
	Host string
	// Attempts is how often the request was sent; 0 if it was not, because the host
	// did not answer another a moment ago.
	Attempts int
	// OutcomeUnknown is true when the request may have been carried out anyway.
	OutcomeUnknown bool
	// Partial is true when the response had begun.
	Partial bool
	// Err is the reason as the network gave it.
	Err error
}

func newError(host string, attempts int, err error) *Error {
	e := &Error{Host: host, Attempts: attempts, OutcomeUnknown: mayHaveReachedServer(err), Partial: isPartial(err), Err: withoutURL(err)}
	var outage *OutageError
	if errors.As(err, &outage) {
		e.Attempts, e.OutcomeUnknown, e.Partial = 0, false, false
	}
	return e
}

// Error gives the reason, which includes the time limit if there was one, and the
// number of attempts.
func (e *Error) Error() string {
	switch e.Attempts {
	case 0:
		return e.Err.Error()
	case 1:
		return e.Err.Error() + " (1 attempt)"
	}
	return fmt.Sprintf("%v (%d attempts)", e.Err, e.Attempts)
}

// Unwrap returns the network's error.
func (e *Error) Unwrap() error { return e.Err }

// IsRetryableStatus reports statuses that say nothing about the request itself.
func IsRetryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status <= 527 // of the network in front of Auth0
}

// mayHaveReachedServer reports whether a request that failed with err may have reached
// the server: not when there was no connection to begin with.
func mayHaveReachedServer(err error) bool {
	var dns *net.DNSError
	var proxy *ProxyError
	if errors.As(err, &dns) || errors.As(err, &proxy) || isConnectError(err) {
		return false
	}
	return IsTransient(err)
}

// isConnectError reports that there was no connection to send a request on.
func isConnectError(err error) bool {
	var op *net.OpError
	var timeout *timeoutError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &timeout) && timeout.connecting
}

// IsTransient reports whether trying again could help: it cannot where a name does
// not exist, a certificate is not trusted, TLS is not spoken, or a proxy has its rules.
func IsTransient(err error) bool {
	var dns *net.DNSError
	var proxy *ProxyError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound,
		errors.As(err, &proxy) && !IsRetryableStatus(proxy.Status),
		errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return false
	}
	return !IsCertificateError(err)
}

// IsCertificateError reports whether a host could not prove who it is.
func IsCertificateError(err error) bool {
	var invalid *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	return errors.As(err, &invalid) || errors.As(err, &unknown) || errors.As(err, &name)
}

// ProxyError means that a proxy does not connect to a host: no request has left.
type ProxyError struct {
	// Proxy is the proxy's host, Status what it answered.
	Proxy  string
	Status int
}

// Error names both.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s does not connect to it: %d %s", e.Proxy, e.Status, http.StatusText(e.Status))
}

// withoutURL drops what net/http puts before an error: the method and the URL, which
// the message around it names in better words.
func withoutURL(err error) error {
	for wrapped := (*url.Error)(nil); errors.As(err, &wrapped); {
		err = wrapped.Err
	}
	return err
}

// Backoff returns the pause after the n-th failure: half a second, doubled each
// time, with up to a quarter more so that many do not come back together.
func Backoff(n int) time.Duration {
	d := 500 * time.Millisecond << (n - 1)
	return d + rand.N(d/4) //nolint:gosec // no secret
}
