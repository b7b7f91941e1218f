package auth0

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
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
	// inVain marks a token that was asked for because the one before lacked a
	// scope, and that has no other scopes than that one.
	inVain bool
}

const (
	// expiryMargin is how long before its end a token is replaced; one that lasts
	// only a few minutes is used for three quarters of its time.
	expiryMargin = time.Minute
	// refusalTTL is how long a refusal stands for everybody who asks with the same credentials.
	refusalTTL = 5 * time.Second
	// tokenAttempts bounds how often a token is asked for while the endpoint fails or limits.
	tokenAttempts = 5
	// assertionLifetime is how long a signed assertion is valid; Auth0 allows five minutes.
	assertionLifetime = 2 * time.Minute
)

// tokenSource keeps the one token of a client. It is asked for by the first
// request that needs it.
type tokenSource struct {
	client *Client
	// turn lets one caller in at a time, and others stop waiting when they are cancelled.
	turn chan struct{}

	token     *Token
	refused   *TokenError
	refusedAt time.Time
	// askedAt is when the token, or the refusal, was asked for.
	askedAt time.Time
	// impatient is set once patience has been in vain: it is not spent on the same credentials twice.
	impatient bool
}

func newTokenSource(c *Client) *tokenSource {
	s := &tokenSource{client: c, turn: make(chan struct{}, 1)}
	if c.credentials.Token != "" {
		scopes, known := scopesOf(c.credentials.Token)
		s.token = &Token{AccessToken: c.credentials.Token, Scopes: scopes, ScopesKnown: known}
	}
	return s
}

type patienceKey struct{}

// WithAuthRetry lets the requests made with the returned context wait for
// credentials that were made a moment ago: a refusal by the token endpoint is
// tried again, with growing pauses, for that long before it counts.
func WithAuthRetry(ctx context.Context, patience time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, patience)
}

func patienceOf(ctx context.Context) time.Duration {
	patience, _ := ctx.Value(patienceKey{}).(time.Duration)
	return patience
}

// Token returns the client's access token, asking for one if there is none or if
// it is about to expire. The error is a *TokenError or an *UnreachableError.
func (c *Client) Token(ctx context.Context) (*Token, error) { return c.tokens.get(ctx) }

// Verify exchanges the credentials for a new token, which later requests use. A
// refusal, and a token that lacks one of the required scopes, is tried again
// with growing pauses as long as the context's patience lasts (see WithPatience):
// a client, grant or secret made a moment ago may not be seen yet.
//
// Scopes that are missing in the end are no error: compare with Token.Scopes.
func (c *Client) Verify(ctx context.Context, required []string) (*Token, error) {
	return c.tokens.verify(ctx, required)
}

func (s *tokenSource) lock(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *tokenSource) unlock() { <-s.turn }

func (s *tokenSource) get(ctx context.Context) (*Token, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.unlock()
	if s.usable() {
		return s.token, nil
	}
	if s.refused != nil && time.Since(s.refusedAt) < refusalTTL && !s.worthPatience(ctx, s.refused) {
		return nil, s.refused
	}
	return s.obtain(ctx, nil)
}

func (s *tokenSource) verify(ctx context.Context, required []string) (*Token, error) {
	started := time.Now()
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.unlock()
	if s.client.credentials.Token != "" {
		return s.token, nil
	}
	// What somebody else has asked for since is as new as what this call would get.
	if !s.askedAt.Before(started) {
		if s.refused != nil && !s.worthPatience(ctx, s.refused) {
			return nil, s.refused
		}
		if s.token != nil && len(s.token.missing(required)) == 0 {
			return s.token, nil
		}
	}
	return s.obtain(ctx, required)
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

// worthPatience reports whether to wait for a refusal to heal.
func (s *tokenSource) worthPatience(ctx context.Context, refusal *TokenError) bool {
	return patienceOf(ctx) > 0 && !s.impatient && refusal.MayBePropagationDelay()
}

// obtain asks for a token until it is given with the required scopes, or
// patience ends. The caller holds the turn.
func (s *tokenSource) obtain(ctx context.Context, required []string) (*Token, error) {
	patience := patienceOf(ctx)
	if s.impatient {
		patience = 0
	}
	deadline := time.Now().Add(patience)
	for wait := 250 * time.Millisecond; ; wait = min(wait*2, 3*time.Second) {
		askedAt := time.Now()
		token, err := s.client.requestToken(ctx)
		var refusal *TokenError
		if err != nil && (!errors.As(err, &refusal) || !refusal.MayBePropagationDelay()) {
			s.remember(token, err, askedAt)
			return nil, err
		}
		left := time.Until(deadline)
		done := err == nil && len(token.missing(required)) == 0
		if done || left <= 0 {
			s.impatient = s.impatient || !done && patience > 0
			s.remember(token, err, askedAt)
			return token, err
		}
		if err := pause(ctx, min(wait, left)); err != nil {
			return nil, err
		}
	}
}

// remember keeps a refusal as well as a token; a network that failed may be back
// for the next.
func (s *tokenSource) remember(token *Token, err error, askedAt time.Time) {
	s.token, s.refused, s.refusedAt, s.askedAt = token, nil, time.Now(), askedAt
	errors.As(err, &s.refused)
}

// drop forgets a token that was refused with 401. It reports whether asking
// again makes sense: not for a ready token.
func (s *tokenSource) drop(ctx context.Context, token *Token) bool {
	if s.client.credentials.Token != "" || s.lock(ctx) != nil {
		return false
	}
	defer s.unlock()
	if s.token == token {
		s.token = nil
	}
	return true
}

// gained replaces a token that lacks a scope, since a token carries the scopes
// that were granted when it was issued, and the grant may have been changed
// since. It reports whether the new one has other scopes; if not, the next is
// asked for only after a while.
func (s *tokenSource) gained(ctx context.Context, token *Token) bool {
	if s.client.credentials.Token != "" || s.lock(ctx) != nil {
		return false
	}
	defer s.unlock()
	if s.token == nil || s.token == token {
		if token.inVain && time.Since(token.obtained) < refusalTTL {
			return false
		}
		renewed, err := s.client.requestToken(ctx)
		if err != nil {
			return false
		}
		renewed.inVain = slices.Equal(renewed.Scopes, token.Scopes)
		s.token = renewed
	}
	return !slices.Equal(s.token.Scopes, token.Scopes)
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

// requestToken asks the token endpoint once; more often only while it fails or limits.
func (c *Client) requestToken(ctx context.Context) (*Token, error) {
	config := clientcredentials.Config{
		ClientID:       c.credentials.ClientID,
		ClientSecret:   c.credentials.ClientSecret,
		TokenURL:       "https://" + c.credentials.Domain + "/oauth/token",
		AuthStyle:      oauth2.AuthStyleInParams,
		EndpointParams: url.Values{"audience": {c.Audience()}},
	}
	for attempt := 1; ; attempt++ {
		if c.credentials.PrivateKey != "" {
			assertion, err := c.credentials.assertion(time.Now())
			if err != nil {
				return nil, err
			}
			config.ClientSecret = ""
			config.EndpointParams.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			config.EndpointParams.Set("client_assertion", assertion)
		}
		token, err := c.exchange(ctx, config)
		if err == nil {
			return token, nil
		}
		wait, again := tokenPause(err, attempt)
		if !again || attempt == tokenAttempts {
			return nil, c.tokenFailure(err, config.EndpointParams.Get("client_assertion"))
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func (c *Client) exchange(ctx context.Context, config clientcredentials.Config) (*Token, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	httpClient := *c.pool.http
	httpClient.Transport = tokenTransport{c}
	raw, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, &httpClient))
	if err != nil {
		return nil, err
	}
	token := &Token{AccessToken: raw.AccessToken, ExpiresAt: raw.Expiry, obtained: time.Now()}
	if scope, ok := raw.Extra("scope").(string); ok {
		token.Scopes, token.ScopesKnown = splitScopes(scope), true
	} else {
		token.Scopes, token.ScopesKnown = scopesOf(raw.AccessToken)
	}
	return token, nil
}

// tokenTransport names the program and logs the request for a token as every
// other one is logged: without its body.
type tokenTransport struct{ *Client }

// RoundTrip implements http.RoundTripper.
func (t tokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.Header.Set("User-Agent", t.pool.options.UserAgent)
	a, err := roundTrip(t.pool.http.Transport, out, maxErrorBody)
	if err != nil {
		return nil, err
	}
	t.tenant.pace.hearClock(a.header)
	return a.httpResponse(req), nil
}

// hearClock learns the tenant's clock from an answer that the pacer did not let out.
func (p *pacer) hearClock(header http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setSkew(header, time.Now())
}

// tokenPause returns how long to wait before the n-th failure is tried again,
// and whether to.
func tokenPause(err error, n int) (time.Duration, bool) {
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) {
		return backoff(n), isPassing(err) && !errors.Is(err, context.Canceled)
	}
	switch status := refusal.Response.StatusCode; {
	case status == http.StatusTooManyRequests:
		return limitPause(refusal.Response.Header, time.Now(), n), true
	case isFailure(status):
		return backoff(n), true
	}
	return 0, false
}

// tokenFailure turns the library's error into one of this package's. The
// assertion is a secret for as long as it is valid.
func (c *Client) tokenFailure(err error, assertion string) error {
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) {
		if errors.Is(err, context.Canceled) {
			return context.Canceled
		}
		return &UnreachableError{Host: c.Domain(), Op: "get an access token", Err: withoutURL(err)}
	}
	secrets := append(c.credentials.secrets(), assertion)
	e := &TokenError{
		Domain: c.Domain(), ClientID: c.ClientID(), Audience: c.Audience(),
		Status:      refusal.Response.StatusCode,
		Code:        printable(refusal.ErrorCode, maxExcerpt, secrets...),
		Description: printable(refusal.ErrorDescription, maxMessage, secrets...),
	}
	if e.Description == "" {
		e.Description = excerpt(refusal.Body, secrets...)
	}
	return e
}

// withoutURL drops what http.Client puts before an error: the method and the URL,
// which the message around it names in better words. A request for a token has it twice.
func withoutURL(err error) error {
	for wrapped := (*url.Error)(nil); errors.As(err, &wrapped); {
		err = wrapped.Err
	}
	return err
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

// assertion signs the client's statement of who it is.
// Source: https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
func (c Credentials) assertion(now time.Time) (string, error) {
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
		return nil, "", errors.New("it is no PEM encoded key: it must begin with a line such as -----BEGIN PRIVATE KEY-----")
	}
	raw, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		raw2, err2 := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err2 != nil {
			return nil, "", errors.New("it is no RSA private key in PKCS #1 or PKCS #8 form")
		}
		raw = raw2
	}
	key, err := jwk.FromRaw(raw)
	if err != nil || key.KeyType() != jwa.RSA {
		return nil, "", errors.New("it is no RSA private key")
	}
	return key, jwa.SignatureAlgorithm(alg), nil
}
