package auth0

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/auth0/go-auth0/v3/management/option"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// operation is what a request is for.
type operation struct {
	// name completes "Auth0 refused to …".
	name string
	// id is the object that the operation is about: its response is about that object,
	// and a 404 means that it does not exist. It is empty for creates and lists.
	id string
	// secrets are the ones that the request's body holds.
	secrets []string
	// once is set where a second request would do something else than the first:
	// it is not sent again when it is unknown whether the first was carried out.
	once bool
	// interruptible is set where a write may be cut short when the run is canceled:
	// nothing in the state depends on it.
	interruptible bool
	// optional is set where there is another way: a failure is not worth repeating.
	optional bool
	// customDomain asks for the Auth0-Custom-Domain header.
	customDomain bool
}

const (
	// maxListBody bounds a page of a list: 100 users of 1 MB each.
	maxListBody = 128 << 20
	// maxObjectBody bounds the body of a response about one object.
	maxObjectBody = 8 << 20
	// maxErrorBody bounds the body of a refusal.
	maxErrorBody = 1 << 20
)

// A response of 60 s that came byte by byte is good, a POST that took 10 s and a list
// that took 36 s were recorded.
var (
	objectBounds = transport.Bounds{Response: 30 * time.Second, Whole: 90 * time.Second, Body: maxObjectBody, ErrorBody: maxErrorBody}
	listBounds   = transport.Bounds{Response: 60 * time.Second, Whole: 90 * time.Second, Body: maxListBody, ErrorBody: maxErrorBody}
)

// call has the SDK build the request of an operation, sends it and decodes the
// response into T. build calls the method of the SDK with the option that it is given,
// which keeps the request: the SDK sends nothing and decodes nothing itself. It retries
// a POST after any server error, and it loses data where a type has several shapes.
//
// The error is an *Error, a *TokenError, an *UnreachableError, an
// *UnexpectedResponseError or the context's.
func call[T any](ctx context.Context, c *Client, op operation, build func(option.RequestOption) error) (T, error) {
	var built requestBuilder
	err := build(option.WithHTTPClient(&built))
	if built.request == nil {
		return *new(T), fmt.Errorf("cannot %s: %w", op.name, err)
	}
	bounds := listBounds
	switch any(*new(T)).(type) {
	case object, struct{}, accepted:
		bounds = objectBounds
	}
	r, err := c.send(op, built.request.WithContext(ctx), bounds)
	if err != nil {
		return *new(T), err
	}
	return decode[T](r)
}

// requestBuilder stands where the SDK expects an HTTP client. It keeps the request,
// and sends nothing.
type requestBuilder struct{ request *http.Request }

// errNotSent ends the SDK's part.
var errNotSent = errors.New("the SDK sends no requests")

// Do implements the SDK's HTTPClient.
func (b *requestBuilder) Do(req *http.Request) (*http.Response, error) {
	b.request = req
	return nil, errNotSent
}

// send sends the request of an operation, and returns the response if it is a success.
func (c *Client) send(op operation, req *http.Request, bounds transport.Bounds) (*response, error) {
	if err := checkPath(req.URL); err != nil {
		return nil, fmt.Errorf("cannot %s: %w", op.name, err)
	}
	req.Header.Set("User-Agent", c.pool.options.UserAgent)
	if op.customDomain && c.pool.options.CustomDomain != "" {
		req.Header.Set("Auth0-Custom-Domain", c.pool.options.CustomDomain)
	}
	resp, err := c.transport(op, bounds).RoundTrip(req)
	if err != nil {
		return nil, withOperation(err, op.name)
	}
	defer func() { _ = resp.Body.Close() }()
	r, err := readResponse(resp, op, c.credentials.secrets())
	if err != nil {
		return nil, err
	}
	if r.status < 200 || r.status > 299 {
		e := newError(r)
		e.Domain, e.ClientID, e.Audience = c.Domain(), c.ClientID(), c.Audience()
		return nil, e
	}
	return r, nil
}

// transport returns the chain that carries the request of an operation.
func (c *Client) transport(op operation, bounds transport.Bounds) http.RoundTripper {
	attempt := &transport.Attempt{Base: c.pool.transport, Availability: &c.tenant.api, Bounds: bounds, Interruptible: op.interruptible}
	pace := &transport.Pace{Base: attempt, Pacer: c.tenant.pace}
	retry := &transport.Retry{
		Base: pace, Availability: &c.tenant.api, Pacer: c.tenant.pace, Once: op.once, GiveUpEarly: op.optional,
	}
	return &transport.Authorization{Base: retry, Source: requestTokens{c.tokens, c.authRetry}}
}

// withOperation says what was attempted when the transport failed.
func withOperation(err error, op string) error {
	var failure *transport.Error
	if !errors.As(err, &failure) {
		return err
	}
	return &UnreachableError{
		Host: failure.Host, Op: op, OutcomeUnknown: failure.OutcomeUnknown,
		Attempts: failure.Attempts, Partial: failure.Partial, Err: failure.Err,
	}
}

// response is a response that was read to its end, and what is needed to judge it.
type response struct {
	op           operation
	host         string
	method, path string
	status       int
	header       http.Header
	body         []byte
	tooLarge     *transport.BodyTooLargeError
	// secrets must not be quoted of it.
	secrets []string
}

func readResponse(resp *http.Response, op operation, secrets []string) (*response, error) {
	r := &response{op: op, status: resp.StatusCode, header: resp.Header, secrets: append(secrets, op.secrets...)}
	if sent := resp.Request; sent != nil {
		r.host, r.method, r.path = sent.URL.Host, sent.Method, sent.URL.Path
		if token, ok := strings.CutPrefix(sent.Header.Get("Authorization"), "Bearer "); ok {
			r.secrets = append(r.secrets, token)
		}
	}
	var err error
	if r.body, err = io.ReadAll(resp.Body); err != nil && !errors.As(err, &r.tooLarge) {
		return nil, err
	}
	return r, nil
}

func pause(ctx context.Context, d time.Duration) error { return transport.Sleep(ctx, d) }

func backoff(n int) time.Duration { return transport.Backoff(n) }
