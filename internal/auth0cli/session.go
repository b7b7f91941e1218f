// Package auth0cli reads the session of the Auth0 CLI on this machine: the access
// token that "auth0 login" has stored for a tenant. It never writes.
//
// Formats: github.com/auth0/auth0-cli, internal/keyring and internal/config.
package auth0cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwt"
	"github.com/zalando/go-keyring"
)

const (
	// keyringService and a number are the service of an entry; its user is the
	// tenant's domain. A long token is split over several entries.
	keyringService = "Auth0 CLI Access Token"
	maxChunks      = 50
)

// Token returns the access token of the CLI's session for a tenant domain. The CLI
// stores it in the system keyring or, on machines without one, in its
// configuration file. The error says what was found and how to log in; it never
// quotes the token. A keyring that waits for its user is given up on when ctx ends.
func Token(ctx context.Context, domain string) (string, error) {
	token, keyringErr := fromKeyring(ctx, domain)
	if token == "" {
		var err error
		if token, err = fromFile(domain); err != nil {
			return "", err
		}
	}
	login := fmt.Sprintf("log in with: auth0 login --domain %s", domain)
	if token == "" {
		if keyringErr != nil && !errors.Is(keyringErr, keyring.ErrNotFound) {
			return "", fmt.Errorf("the system keyring is not available (%w), and the Auth0 CLI's configuration file has no session for %s; %s",
				keyringErr, domain, login)
		}
		return "", fmt.Errorf("the Auth0 CLI has no session for %s on this machine; %s", domain, login)
	}
	if problem := tokenProblem(token, time.Now()); problem != "" {
		return "", fmt.Errorf("the Auth0 CLI's session for %s %s; %s", domain, problem, login)
	}
	return token, nil
}

// tokenProblem returns why a token cannot be used, or nothing.
func tokenProblem(token string, now time.Time) string {
	parsed, err := jwt.ParseInsecure([]byte(token))
	// The parser also takes claims that are not in a token, and white space around one.
	if err != nil || strings.Count(token, ".") != 2 || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "is not an access token"
	}
	if expiry := parsed.Expiration(); !expiry.IsZero() && !now.Before(expiry) {
		return "expired at " + expiry.UTC().Format(time.RFC3339)
	}
	return ""
}

func fromKeyring(ctx context.Context, domain string) (string, error) {
	type result struct {
		token string
		err   error
	}
	done := make(chan result, 1)
	go func() { // a locked keyring asks its user, for as long as it takes
		var token strings.Builder
		for i := range maxChunks {
			chunk, err := keyring.Get(fmt.Sprintf("%s %d", keyringService, i), domain)
			if err != nil {
				if i > 0 && errors.Is(err, keyring.ErrNotFound) {
					break
				}
				done <- result{"", err}
				return
			}
			token.WriteString(chunk)
		}
		done <- result{strings.TrimSpace(token.String()), nil}
	}()
	select {
	case r := <-done:
		return r.token, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// fromFile returns the token of the CLI's configuration file, empty if it has none.
func fromFile(domain string) (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", nil //nolint:nilerr // no home, no file
	}
	name := filepath.Join(home, ".config", "auth0", "config.json")
	content, err := os.ReadFile(name) //nolint:gosec // the CLI's own file
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the Auth0 CLI's configuration file cannot be read: %w", err)
	}
	token, ok := tokenInFile(content, domain)
	if !ok { // the parser's error could quote a token
		return "", fmt.Errorf("the Auth0 CLI's configuration file %s is not valid JSON", name)
	}
	return token, nil
}

// tokenInFile returns the token that the content of the configuration file has for a
// tenant, empty if it has none. It reports whether the content has the file's format.
func tokenInFile(content []byte, domain string) (token string, ok bool) {
	var config struct {
		Tenants map[string]struct {
			AccessToken string `json:"access_token"`
		} `json:"tenants"`
	}
	if json.Unmarshal(content, &config) != nil {
		return "", false
	}
	return strings.TrimSpace(config.Tenants[domain].AccessToken), true
}
