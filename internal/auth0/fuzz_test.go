package auth0

import (
	"encoding/json"
	"strings"
	"testing"
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
