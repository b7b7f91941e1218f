package auth0

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestStrangeTokens: what a token endpoint, or something in its place, can answer. No message quotes what may be a token, and a
// token that is accepted is requested once.
func TestStrangeTokens(t *testing.T) {
	t.Parallel()
	const secret = "eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl"
	good := `{"access_token":"` + secret + `","scope":"read:users"`
	for name, test := range map[string]struct {
		status      int
		body        string
		contentType string
		words       string // of the error; empty: the token is accepted
	}{
		"as text":              {200, good + "}", "text/plain", "content type is not JSON"},
		"on a page":            {200, "<html><pre>" + good + "}</pre>", "text/html", "content type is not JSON"},
		"page without a token": {200, "<html>Sign in to the network", "text/html", "It begins with: <html>Sign in to the network"},
		"no body":              {204, "", "application/json", "its body is empty"},
		"a list":               {200, "[" + good + "}]", "application/json", "its body is of another type (JSON array)"},
		"token is a number": {200, `{"access_token":7}`, "application/json",
			"the member access_token of its body is of another type (JSON number)"},
		"cut off": {200, good, "application/json", "its body cannot be read"},
		"line break": {200, `{"access_token":"` + secret + `\r\nX-Evil: 1"}`, "application/json",
			"its access token has characters that no token can have"},
		"white space": {200, `{"access_token":"` + secret + ` "}`, "application/json",
			"its access token has characters that no token can have"},
		"not ASCII": {200, `{"access_token":"` + secret + `é"}`, "application/json",
			"its access token has characters that no token can have"},
		"NUL": {200, `{"access_token":"` + secret + `\u0000"}`, "application/json",
			"its access token has characters that no token can have"},
		"Management API error": {403, `{"statusCode":403,"error":"Forbidden","message":"Blocked by policy"}`, "application/json",
			"(403 Forbidden): Blocked by policy"},
		"no expiry":          {200, good + "}", "application/json", ""},
		"expiry as text":     {200, good + `,"expires_in":"86400"}`, "application/json", ""},
		"expiry in ages":     {200, good + `,"expires_in":1e300}`, "application/json", ""},
		"expiry in the past": {200, good + `,"expires_in":-86400}`, "application/json", ""},
		"another member":     {200, good + `,"token_type":{"a":1}}`, "application/json; charset=utf-8", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{token: func(*http.Request, int) (*http.Response, error) {
				return reply(test.status, test.body, "Content-Type", test.contentType)
			}}
			client := fakeClient(t, fake)
			for range 3 {
				token, err := client.Token(t.Context())
				if test.words == "" {
					if err != nil || token.AccessToken != secret {
						t.Fatalf("got %v, %v", token, err)
					}
					continue
				}
				if err == nil || !strings.Contains(err.Error(), test.words) || strings.Contains(err.Error(), "eyJ") {
					t.Errorf("got %v, expected %q", err, test.words)
				}
				if IsAmbiguous(err) {
					t.Errorf("%v: an unused token changes nothing", err)
				}
			}
			if tokens, _ := fake.counts(); tokens != 1 {
				t.Errorf("%d requests for a token, expected 1", tokens)
			}
		})
	}
}

// TestNoTokenNoCreate: while the token endpoint answers nonsense nothing is created, and no message says that it may have been.
func TestNoTokenNoCreate(t *testing.T) {
	t.Parallel()
	fake := &fakeTenant{token: func(*http.Request, int) (*http.Response, error) {
		return reply(200, "<html>", "Content-Type", "text/html")
	}}
	_, err := fakeClient(t, fake).CreateFlow(t.Context(), "profile", nil)
	var unknown *UnknownOutcomeError
	if err == nil || errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
	if _, calls := fake.counts(); calls != 0 {
		t.Errorf("%d requests were sent without a token", calls)
	}
}
