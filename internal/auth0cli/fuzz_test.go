package auth0cli

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// FuzzSession: no content of the CLI's configuration file breaks the reading of it. What is accepted can be sent in a header and has
// not expired, and no message quotes what may be a token.
func FuzzSession(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	const live, expired = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4MDAwMDAwMDB9.c2ln", "eyJhbGciOiJub25lIn0.eyJleHAiOjE2MDAwMDAwMDB9.c2ln"
	for _, token := range []string{live, expired, live + `\n`, `{\"exp\":1800000000}`, "opaque", ""} {
		f.Add(fmt.Appendf(nil, `{"default_tenant":%q,"tenants":{%q:{"name":"acme","access_token":"%s"}}}`, domain, domain, token), domain)
	}
	f.Add([]byte(`{"tenants":[]}`), domain)
	f.Add([]byte(`{"tenants":{"":{"access_token":7}}}`), "")
	f.Add([]byte("\ufeff{}"), "")
	f.Fuzz(func(t *testing.T, content []byte, domain string) {
		token, ok := tokenInFile(content, domain)
		if !ok && token != "" {
			t.Errorf("%q has the token %q", content, token)
		}
		problem := tokenProblem(token, now)
		if problem == "" && (strings.Count(token, ".") != 2 || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })) {
			t.Errorf("the token %q is accepted", token)
		}
		if len(token) > 12 && strings.Contains(problem, token) {
			t.Errorf("%s quotes the token", problem)
		}
	})
}
