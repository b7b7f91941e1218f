package auth0

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// Token is an access token for the Management API.
type Token struct {
	// AccessToken is the bearer token. It is a secret.
	AccessToken string
	// Scopes are the scopes granted, sorted.
	Scopes []string
	// ScopesKnown is false when neither the answer nor the token tells its scopes.
	ScopesKnown bool
	// ExpiresAt is when it expires; zero for a ready token.
	ExpiresAt time.Time

	obtained time.Time
	// sameScopesAsPrevious marks a token that was requested because the one before
	// lacked a scope, and that has no other scopes than that one.
	sameScopesAsPrevious bool
}

const (
	// expiryMargin is how long before its end a token is replaced; one that lasts
	// only a few minutes is used for three quarters of its time.
	expiryMargin = time.Minute
	// maxTokenLifetime bounds what is believed of a lifetime, so that it can be added to a time.
	maxTokenLifetime = 30 * 24 * time.Hour
	// failureTTL is how long a refusal, or an endpoint that did not answer, stands for
	// everybody who asks with the same credentials.
	failureTTL = 5 * time.Second
	// tokenRetryWindow is for how long a token is requested while nothing is answered.
	tokenRetryWindow = 15 * time.Second
	// assertionLifetime is how long a signed assertion is valid; Auth0 allows five minutes.
	assertionLifetime = 2 * time.Minute
)

// tokenBounds bound a response of the token endpoint.
var tokenBounds = transport.Bounds{Response: 10 * time.Second, Whole: 20 * time.Second, Body: maxErrorBody, ErrorBody: maxErrorBody}

// tokenSource keeps the one token of a client. It is requested by the first
// request that needs it.
type tokenSource struct {
	client *Client
	// sem lets one caller in at a time, and others stop waiting when they are canceled.
	sem chan struct{}

	token    *Token
	failure  error // why there is none; it stands for all who ask within failureTTL
	failedAt time.Time
	// requestedAt is when the token, or the failure, was requested.
	requestedAt time.Time
	// retriesExhausted is set once waiting for new credentials did not help: no caller waits
	// for the same ones twice.
	retriesExhausted bool
}

func newTokenSource(c *Client) *tokenSource {
	s := &tokenSource{client: c, sem: make(chan struct{}, 1)}
	if c.credentials.Token != "" {
		scopes, known := scopesOf(c.credentials.Token)
		s.token = &Token{AccessToken: c.credentials.Token, Scopes: scopes, ScopesKnown: known}
	}
	return s
}

// Token returns the client's access token, asking for one if there is none or if
// it is about to expire. The error is a *TokenError, an *UnreachableError, an
// *UnexpectedResponseError or the context's.
func (c *Client) Token(ctx context.Context) (*Token, error) { return c.tokens.get(ctx, c.authRetry) }

// Verify exchanges the credentials for a new token, which later requests use. A
// refusal, and a token that lacks one of the required scopes, is retried as
// WithAuthRetry says: a client, grant or secret that was created a moment ago may not
// be seen yet.
//
// Scopes that are missing in the end are not an error: compare with Token.Scopes. The
// errors are those of Token.
func (c *Client) Verify(ctx context.Context, required []string) (*Token, error) {
	return c.tokens.verify(ctx, c.authRetry, required)
}

func (s *tokenSource) lock(ctx context.Context) error {
	select {
	case s.sem <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *tokenSource) unlock() { <-s.sem }

// get returns the token, or requests one. A refusal is retried for up to authRetry.
func (s *tokenSource) get(ctx context.Context, authRetry time.Duration) (*Token, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.unlock()
	if s.usable() {
		return s.token, nil
	}
	if s.failure != nil && time.Since(s.failedAt) < failureTTL && !s.shouldRetry(authRetry, s.failure) {
		return nil, s.failure
	}
	return s.obtain(ctx, authRetry, nil)
}

// verify requests a new token, as Client.Verify describes.
func (s *tokenSource) verify(ctx context.Context, authRetry time.Duration, required []string) (*Token, error) {
	started := time.Now()
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.unlock()
	if s.client.credentials.Token != "" {
		return s.token, nil
	}
	// What another caller has requested since is as new as what this call would request.
	if !s.requestedAt.Before(started) {
		if s.failure != nil && !s.shouldRetry(authRetry, s.failure) {
			return nil, s.failure
		}
		if s.token != nil && len(s.token.missing(required)) == 0 {
			return s.token, nil
		}
	}
	return s.obtain(ctx, authRetry, required)
}

func (s *tokenSource) usable() bool {
	if s.token == nil || s.token.ExpiresAt.IsZero() {
		return s.token != nil
	}
	margin := min(expiryMargin, s.token.ExpiresAt.Sub(s.token.obtained)/4)
	return time.Until(s.token.ExpiresAt) > margin
}

// missing returns the required scopes that the token is known to lack.
func (t *Token) missing(required []string) []string {
	if !t.ScopesKnown {
		return nil
	}
	missing, _ := CompareScopes(t.Scopes, required)
	return missing
}

// shouldRetry reports whether to wait for a refusal to heal.
func (s *tokenSource) shouldRetry(authRetry time.Duration, failure error) bool {
	return authRetry > 0 && !s.retriesExhausted && mayBePropagationDelay(failure)
}

// obtain requests a token until one with the required scopes is given, or authRetry is
// over. The caller holds sem.
func (s *tokenSource) obtain(ctx context.Context, authRetry time.Duration, required []string) (*Token, error) {
	if s.retriesExhausted {
		authRetry = 0
	}
	deadline := time.Now().Add(authRetry)
	for wait := 250 * time.Millisecond; ; wait = min(wait*2, 3*time.Second) {
		requestedAt := time.Now()
		token, err := s.client.requestToken(ctx)
		if err != nil && ctx.Err() != nil {
			return nil, ctx.Err() // which says nothing about the credentials
		}
		if err != nil && !mayBePropagationDelay(err) {
			s.remember(token, err, requestedAt)
			return nil, err
		}
		left := time.Until(deadline)
		done := err == nil && len(token.missing(required)) == 0
		if done || left <= 0 {
			s.retriesExhausted = s.retriesExhausted || !done && authRetry > 0
			s.remember(token, err, requestedAt)
			return token, err
		}
		if err := pause(ctx, min(wait, left)); err != nil {
			return nil, err
		}
	}
}

// remember keeps a failure as well as a token.
func (s *tokenSource) remember(token *Token, err error, requestedAt time.Time) {
	s.token, s.failure, s.failedAt, s.requestedAt = token, err, time.Now(), requestedAt
}

// requestTokens gives the requests of a client their tokens.
type requestTokens struct {
	*tokenSource

	authRetry time.Duration
}

// AccessToken implements transport.TokenSource.
func (s requestTokens) AccessToken(ctx context.Context) (string, error) {
	token, err := s.get(ctx, s.authRetry)
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

// Invalidate implements transport.TokenSource. A ready token cannot be replaced.
func (s *tokenSource) Invalidate(ctx context.Context, accessToken string) bool {
	if s.client.credentials.Token != "" || s.lock(ctx) != nil {
		return false
	}
	defer s.unlock()
	if s.token != nil && s.token.AccessToken == accessToken {
		s.token = nil
	}
	return true
}

// RefreshForNewScopes implements transport.TokenSource. If the new token has the same
// scopes, another one is requested only after a while.
func (s *tokenSource) RefreshForNewScopes(ctx context.Context, accessToken string) bool {
	if s.client.credentials.Token != "" || s.lock(ctx) != nil {
		return false
	}
	defer s.unlock()
	if s.token == nil || s.token.AccessToken != accessToken {
		return s.token == nil || !s.token.sameScopesAsPrevious // it was replaced meanwhile
	}
	if s.token.sameScopesAsPrevious && time.Since(s.token.obtained) < failureTTL {
		return false
	}
	renewed, err := s.client.requestToken(ctx)
	if err != nil {
		return false
	}
	renewed.sameScopesAsPrevious = slices.Equal(renewed.Scopes, s.token.Scopes)
	s.token = renewed
	return !renewed.sameScopesAsPrevious
}

func mayBePropagationDelay(err error) bool {
	var refusal *TokenError
	return errors.As(err, &refusal) && refusal.MayBePropagationDelay()
}

// MayBePropagationDelay reports refusals that a client, grant or secret made a moment ago can
// cause before every part of Auth0 has seen it.
func (e *TokenError) MayBePropagationDelay() bool {
	switch e.Refusal() {
	case RefusedClient, RefusedGrant, RefusedGrantType:
		return true
	default:
		return false
	}
}

// getToken completes "the attempt to …".
const getToken = "get an access token"

// requestToken requests a token, more than once only while the endpoint fails or
// limits. The error is a *TokenError, an *UnreachableError, an
// *UnexpectedResponseError or the context's.
func (c *Client) requestToken(ctx context.Context) (*Token, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+c.Domain()+"/oauth/token", http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", c.pool.options.UserAgent)
	endpoint := &c.tenant.tokenEndpoint
	secrets := c.credentials.secrets()
	attempt := &transport.Attempt{Base: c.pool.transport, Availability: endpoint, Bounds: tokenBounds, Interruptible: true}
	retry := &transport.Retry{
		Base: attempt, Availability: endpoint, Window: tokenRetryWindow,
		Prepare: func(req *http.Request) (*http.Request, error) {
			// An assertion is used once, and is a secret for as long as it is valid.
			form, err := c.credentials.tokenRequest(c.Audience(), time.Now())
			if err != nil {
				return nil, err
			}
			secrets = append(secrets, form.Get("client_assertion"))
			body := form.Encode()
			out := req.Clone(req.Context())
			out.Body, out.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			return out, nil
		},
	}
	resp, err := retry.RoundTrip(req)
	if err != nil {
		err = withOperation(err, getToken)
		var unreachable *UnreachableError
		if errors.As(err, &unreachable) {
			unreachable.OutcomeUnknown = false // an unused token changes nothing
		}
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	c.tenant.pace.SetClock(resp.Header)
	resp.Request = req
	r, err := readResponse(resp, operation{name: getToken}, secrets)
	if err != nil {
		return nil, err
	}
	if r.status < 200 || r.status > 299 {
		return nil, c.tokenError(r)
	}
	return newToken(r)
}

// newToken reads a token from the successful response to a request for one.
func newToken(r *response) (*Token, error) {
	var body struct {
		AccessToken string      `json:"access_token"`
		ExpiresIn   json.Number `json:"expires_in"`
		Scope       *string     `json:"scope"`
	}
	switch err := json.Unmarshal(r.body, &body); {
	case !isJSON(r.header):
		return nil, r.unexpected("its content type is not JSON")
	case err != nil:
		return nil, r.unexpected(bodyProblem(r.body, err))
	case body.AccessToken == "":
		return nil, r.unexpected("it has no access token")
	case !IsTokenText(body.AccessToken):
		return nil, r.unexpected("its access token has characters that no token can have")
	}
	token := &Token{AccessToken: body.AccessToken, obtained: time.Now()}
	if seconds, err := body.ExpiresIn.Float64(); err == nil && seconds > 0 {
		token.ExpiresAt = token.obtained.Add(time.Duration(min(seconds, maxTokenLifetime.Seconds())) * time.Second)
	}
	if body.Scope != nil {
		token.Scopes, token.ScopesKnown = splitScopes(*body.Scope), true
	} else {
		token.Scopes, token.ScopesKnown = scopesOf(body.AccessToken)
	}
	return token, nil
}

// IsTokenText reports whether a text can be sent as an access token in a header:
// visible ASCII characters only.
func IsTokenText(token string) bool {
	return token != "" && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// tokenError reads a refusal of the token endpoint.
func (c *Client) tokenError(r *response) *TokenError {
	e := &TokenError{Domain: c.Domain(), ClientID: c.ClientID(), Audience: c.Audience(), Status: r.status}
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Message     string `json:"message"` // as the Management API has it: of what stands in front of the endpoint
	}
	if isJSON(r.header) && json.Unmarshal(r.body, &body) == nil {
		e.Code = printable(body.Error, maxExcerpt, r.secrets...)
		e.Description = printable(cmp.Or(body.Description, body.Message), maxMessage, r.secrets...)
	}
	if location := r.header.Get("Location"); location != "" {
		e.Description = fmt.Sprintf("it redirects to %s, which is not followed", cut(quote(redact(location, r.secrets...)), maxExcerpt))
	}
	if e.Description == "" {
		e.Description = excerpt(r.body, r.secrets...)
	}
	if e.Description == "" {
		e.Description = http.StatusText(r.status)
	}
	return e
}

// scopesOf reads the scopes from a token that is a JWT, unverified: it is ours
// to send, not ours to trust.
func scopesOf(accessToken string) (scopes []string, known bool) {
	parsed, err := jwt.ParseInsecure([]byte(accessToken))
	if err != nil {
		return nil, false
	}
	scope, _ := parsed.Get("scope")
	text, _ := scope.(string)
	return splitScopes(text), true
}

// tokenRequest returns the form that requests a token.
func (c Credentials) tokenRequest(audience string, now time.Time) (url.Values, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "audience": {audience}}
	if c.PrivateKey == "" && c.Assertion == "" {
		form.Set("client_secret", c.ClientSecret)
		return form, nil
	}
	assertion, err := c.assertion(now)
	if err != nil {
		return nil, err
	}
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", assertion)
	return form, nil
}

// assertion returns the given assertion, or signs one.
// Source: https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
func (c Credentials) assertion(now time.Time) (string, error) {
	if c.Assertion != "" {
		return c.Assertion, CheckAssertion(c.Assertion, c.ClientID, now)
	}
	key, alg, err := parsePrivateKey(c.PrivateKey, c.SigningAlg)
	if err != nil {
		return "", err
	}
	token, err := jwt.NewBuilder().
		Issuer(c.ClientID).Subject(c.ClientID).Audience([]string{"https://" + strings.ToLower(c.Domain) + "/"}).
		IssuedAt(now).Expiration(now.Add(assertionLifetime)).JwtID(uuid.NewString()).
		Build()
	if err != nil {
		return "", err
	}
	signed, err := jwt.Sign(token, jwt.WithKey(alg, key))
	return string(signed), err
}

// SigningAlgorithms returns the algorithms that Auth0 accepts for a signed
// assertion; the first is the default.
func SigningAlgorithms() []string { return []string{"RS256", "RS384", "PS256"} }

// CheckPrivateKey returns why a PEM encoded key cannot sign with the given
// algorithm (empty: the default), or nil. The error does not quote the key.
func CheckPrivateKey(key, alg string) error {
	_, _, err := parsePrivateKey(key, alg)
	return err
}

func parsePrivateKey(text, alg string) (jwk.Key, jwa.SignatureAlgorithm, error) {
	if alg == "" {
		alg = SigningAlgorithms()[0]
	}
	if !slices.Contains(SigningAlgorithms(), alg) {
		return nil, "", fmt.Errorf("unknown signing algorithm %q: Auth0 accepts %s", alg, strings.Join(SigningAlgorithms(), ", "))
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, "", errors.New("it is not a PEM encoded key: it must begin with a line such as -----BEGIN PRIVATE KEY-----")
	}
	raw, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		raw2, err2 := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err2 != nil {
			return nil, "", errors.New("it is not an RSA private key in PKCS #1 or PKCS #8 form")
		}
		raw = raw2
	}
	key, err := jwk.FromRaw(raw)
	if err != nil || key.KeyType() != jwa.RSA {
		return nil, "", errors.New("it is not an RSA private key")
	}
	return key, jwa.SignatureAlgorithm(alg), nil
}
