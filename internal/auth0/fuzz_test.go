package auth0

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwt"
)

// FuzzRedact: whatever a server makes of a text, no secret is left in it.
func FuzzRedact(f *testing.F) {
	const redacted = "(redacted)"
	f.Add("value s3cr3t<Of>Somebody is wrong", "s3cr3t<Of>Somebody")
	f.Add(`{"value":"s3cr3t\u003c"}`, "s3cr3t<")
	f.Add("ab abc", "abc")
	f.Fuzz(func(t *testing.T, text, secret string) {
		// A secret that is a part of the word that stands for it cannot be told apart from that.
		if secret == "" || strings.Contains(redacted, secret) || strings.Contains(secret, redacted) {
			return
		}
		if got := redact(text, secret); strings.Contains(strings.ReplaceAll(got, "(redacted)", "\x00"), secret) {
			t.Errorf("redact(%q, %q) = %q", text, secret, got)
		}
	})
}

// FuzzDecode: no answer breaks the reading of an object, and values of unusual types are left out alike in all of them.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `{"user_id":"auth0|1","email":{"a":1},"identities":[{"user_id":7}]}`, `{"id":"ac_1","name":7,"ready":"yes"}`,
		`{"id":"af_1","actions":{"a":1}}`, `{"client_id":"a","grant_types":"x"}`, `{"id":"cgr_1","scope":"a b"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, object := range map[string]any{
			"user": new(User), "vault connection": new(VaultConnection), "flow": new(Flow), "application": new(Application), "grant": new(Grant),
		} {
			var members map[string]json.RawMessage
			isObject := json.Unmarshal(body, &members) == nil
			if err := json.Unmarshal(body, object); err != nil && isObject && name == "user" {
				t.Errorf("%s: %q: %v", name, body, err)
			}
		}
	})
}

// FuzzToken: no answer of a token endpoint breaks the reading of it, what is taken for a token can be sent in a header and does not
// expire before it is used, and an error quotes no token.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImE6YiBjOmQifQ.c2ln","expires_in":86400,"scope":"read:users"}`,
		`{"access_token":"opaque","expires_in":"60"}`, `{"access_token":"a\nb"}`, `{"access_token":"a","expires_in":1e309}`,
		`{"access_token":"a","expires_in":-1,"scope":""}`, `{"access_token":{"a":1}}`, `[]`, ``, `<html>`,
	} {
		f.Add([]byte(seed), "application/json")
	}
	f.Add([]byte(`{"access_token":"eyJhbGciOiJub25lIn0"}`), "text/plain")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		r := &response{op: operation{name: getToken}, host: "acme.eu.auth0.com", status: 200,
			header: http.Header{"Content-Type": {contentType}}, body: body}
		token, err := newToken(r)
		if err != nil {
			var sent struct {
				AccessToken string `json:"access_token"`
			}
			// A shorter text may be a part of the message by chance.
			if json.Unmarshal(body, &sent) == nil && len(sent.AccessToken) > 12 && !strings.Contains(contentType, sent.AccessToken) &&
				strings.Contains(err.Error(), sent.AccessToken) {
				t.Errorf("%v quotes the token", err)
			}
			return
		}
		if !IsTokenText(token.AccessToken) || !token.ExpiresAt.IsZero() && token.ExpiresAt.Before(token.obtained) {
			t.Errorf("%q is %+v", body, token)
		}
	})
}

// FuzzCheckAssertion: an assertion that is accepted is about the client and has not expired; no text breaks the reading, and no
// error quotes an assertion.
func FuzzCheckAssertion(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	for _, claims := range []string{
		`{"iss":"id","sub":"id","exp":1700000060}`, `{"iss":"id","sub":"id","exp":1699999999}`, `{"iss":"id","sub":"id"}`,
		`{"iss":"id","sub":"other","exp":1e300}`, `{"iss":["id"],"sub":7,"exp":"soon"}`, `null`, `{"iss":"id","sub":"id","exp":-1e300}`,
	} {
		f.Add(claims, true)
	}
	f.Add("a.b.c", false)
	f.Add(`{"iss":"id","sub":"id","exp":1700000060}`, false) // the claims alone
	f.Add("", false)
	f.Fuzz(func(t *testing.T, text string, claims bool) {
		assertion := text
		if claims {
			assertion = jwtOf(text)
		}
		err := CheckAssertion(assertion, "id", now)
		if err != nil {
			if len(assertion) > 12 && strings.Contains(err.Error(), assertion) {
				t.Errorf("%v quotes the assertion", err)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q has control characters", err)
			}
			return
		}
		token, err := jwt.ParseInsecure([]byte(assertion))
		if err != nil || token.Subject() != "id" || token.Issuer() != "id" || !token.Expiration().After(now) {
			t.Errorf("%q was accepted", assertion)
		}
		if strings.ContainsFunc(assertion, func(r rune) bool { return r <= ' ' }) {
			t.Errorf("%q was accepted, with white space", assertion)
		}
	})
}

// FuzzTimestamp: a date is kept to the digit, and what is none is the zero time.
func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{`"2026-01-02T03:04:05.678Z"`, `"2026-01-02"`, `null`, `7`, `{"a":1}`, `""`, `"9999-12-31T23:59:59+23:59"`,
		`"2026-02-30T00:00:00Z"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var stamp Timestamp
		if !json.Valid(data) {
			return
		}
		if err := json.Unmarshal(data, &stamp); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		var text string
		if json.Unmarshal(data, &text) == nil && string(stamp) != text {
			t.Errorf("%s is kept as %q", data, stamp)
		}
		if at := stamp.Time(); !at.IsZero() {
			if again := Timestamp(at.Format(time.RFC3339Nano)); !again.Time().Equal(at) {
				t.Errorf("%q is %v, and that is %v", stamp, at, again.Time())
			}
		}
	})
}
