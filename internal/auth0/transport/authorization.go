package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// TokenSource gives access tokens.
type TokenSource interface {
	// AccessToken returns the token to use.
	AccessToken(ctx context.Context) (string, error)
	// Invalidate takes back a token that was refused. It reports whether asking for
	// another one makes sense.
	Invalidate(ctx context.Context, accessToken string) bool
	// RefreshForNewScopes replaces a token that lacks a scope, since a token carries the
	// scopes that were granted when it was issued. It reports whether the new one has others.
	RefreshForNewScopes(ctx context.Context, accessToken string) bool
}

// Authorization is an http.RoundTripper that authorizes requests, as oauth2.Transport
// does. A token that is not accepted is replaced once, and so is one that lacks a scope
// if there is one with other scopes.
type Authorization struct {
	// Base sends the requests.
	Base http.RoundTripper
	// Source gives the tokens.
	Source TokenSource
}

// RoundTrip implements http.RoundTripper. The request of the response has the token
// that was used. The error is Source's or Base's.
func (t *Authorization) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	for invalidated, refreshed := false, false; ; {
		token, err := t.Source.AccessToken(ctx)
		if err != nil {
			return nil, err
		}
		out, err := rewind(req)
		if err != nil {
			return nil, err
		}
		out.Header.Set("Authorization", "Bearer "+token)
		resp, err := t.Base.RoundTrip(out)
		if err != nil {
			return nil, err
		}
		switch {
		case resp.StatusCode == http.StatusUnauthorized && !invalidated && t.Source.Invalidate(ctx, token):
			invalidated = true
		case resp.StatusCode == http.StatusForbidden && !refreshed && lacksScope(resp) && t.Source.RefreshForNewScopes(ctx, token):
			refreshed = true
		default:
			resp.Request = out
			return resp, nil
		}
	}
}

// lacksScope reports whether a response with status 403 is about the token's scopes.
// Its body can still be read.
func lacksScope(resp *http.Response) bool {
	body, err := io.ReadAll(resp.Body)
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, errorReader{err})
	}
	resp.Body = io.NopCloser(rest)
	return bytes.Contains(body, []byte(`"insufficient_scope"`)) || bytes.Contains(body, []byte("expected any of:"))
}
