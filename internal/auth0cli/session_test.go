package auth0cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"
	"github.com/zalando/go-keyring"
)

const domain = "acme.eu.auth0.com"

func accessToken(t *testing.T, expiry time.Time, scope string) string {
	t.Helper()
	token, err := jwt.NewBuilder().Expiration(expiry).Claim("scope", scope).Build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Sign(token, jwt.WithKey(jwa.HS256, []byte("any key")))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The tests share the mocked keyring, so they are not parallel.
func TestToken(t *testing.T) {
	valid := accessToken(t, time.Now().Add(time.Hour), "read:users")
	long := accessToken(t, time.Now().Add(time.Hour), strings.Repeat("read:users ", 1000))
	expired := accessToken(t, time.Now().Add(-time.Hour), "read:users")
	unavailable := errors.New("no message bus")
	file := func(token string) string {
		return fmt.Sprintf(`{"install_id":"1","default_tenant":%q,"tenants":{%q:{"name":"acme","domain":%q,"access_token":%q}}}`,
			domain, domain, domain, token)
	}
	for name, test := range map[string]struct {
		keyring string
		err     error
		file    string
		want    string
		words   []string
	}{
		"keyring":              {keyring: valid, want: valid},
		"keyring, in chunks":   {keyring: long, want: long},
		"keyring and file":     {keyring: valid, file: file(expired), want: valid},
		"file":                 {file: file(valid), want: valid},
		"file, no keyring":     {err: unavailable, file: file(valid), want: valid},
		"file, edited by hand": {file: strings.Replace(file(valid), valid, valid+`\n`, 1), want: valid},
		"file with claims alone": {file: strings.Replace(file(valid), valid, `{\"exp\":99999999999}`, 1),
			words: []string{"is not an access token"}},
		"expired": {keyring: expired, words: []string{domain, "expired at", "auth0 login --domain " + domain}},
		"none":    {words: []string{"has no session for " + domain, "auth0 login"}},
		"none, another tenant": {file: strings.ReplaceAll(file(valid), domain, "other.eu.auth0.com"),
			words: []string{"has no session for " + domain}},
		"none, no keyring":        {err: unavailable, words: []string{"keyring is not available", "no message bus", domain, "auth0 login"}},
		"file that is not JSON":   {file: "{" + valid, words: []string{"config.json", "is not valid JSON"}},
		"something else in there": {keyring: "opaque", words: []string{"is not an access token"}},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			t.Setenv("HOME", home)
			keyring.MockInit()
			if test.err != nil {
				keyring.MockInitWithError(test.err)
			}
			for i := 0; len(test.keyring) > i*2048; i++ {
				if err := keyring.Set(fmt.Sprintf("Auth0 CLI Access Token %d", i), domain,
					test.keyring[i*2048:min(len(test.keyring), (i+1)*2048)]); err != nil {
					t.Fatal(err)
				}
			}
			if test.file != "" {
				name := filepath.Join(home, ".config", "auth0", "config.json")
				if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(test.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Token(t.Context(), domain)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Fatalf("got %q, %v", got, err)
			}
			for _, word := range test.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("the error does not say %q: %v", word, err)
				}
			}
			for _, secret := range []string{valid, expired} {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("the error quotes the token: %v", err)
				}
			}
		})
	}
}

func TestToken_canceled(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	keyring.MockInit()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Token(ctx, domain); err == nil {
		t.Error("a canceled call has returned a token")
	}
}
