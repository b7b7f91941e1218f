package flow

import (
	"encoding/json"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

func TestNormalized_merge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ own, first, now, want string }{
		"nothing has changed": {
			`{"id":"a","params":{"x":1}}`, `{"id":"a","alias":"","params":{"x":1,"y":2}}`,
			`{"id":"a","params":{"y":2.0,"x":1},"allow_failure":false}`,
			`{"id":"a","params":{"x":1}}`,
		},
		"one thing has changed": {
			`{"id":"a","params":{"x":1}}`, `{"id":"a","params":{"x":1,"y":2}}`, `{"id":"a","params":{"x":3,"y":2}}`,
			`{"id":"a","params":{"x":3}}`,
		},
		"what the server added has changed": {
			`{"id":"a","params":{"x":1}}`, `{"id":"a","params":{"x":1,"y":2}}`, `{"id":"a","params":{"x":1,"y":3}}`,
			`{"id":"a","params":{"x":1,"y":3}}`,
		},
		"what the server added is gone": {
			`{"id":"a","params":{"x":1}}`, `{"id":"a","params":{"x":1,"y":2}}`, `{"id":"a","params":{"x":1}}`,
			`{"id":"a","params":{"x":1}}`,
		},
		"what the server writes otherwise": {
			`{"id":"a","params":{"to":"Ada@example.com","x":1}}`, `{"id":"a","params":{"to":"ada@example.com","x":1}}`,
			`{"id":"a","params":{"to":"ada@example.com","x":2}}`,
			`{"id":"a","params":{"to":"Ada@example.com","x":2}}`,
		},
		"what the server never showed": {
			`{"id":"a","params":{"x":1,"hidden":true}}`, `{"id":"a","params":{"x":1}}`, `{"id":"a","params":{"x":2}}`,
			`{"id":"a","params":{"x":2,"hidden":true}}`,
		},
		"removed": {
			`{"id":"a","params":{"x":1,"z":{"b":1}}}`, `{"id":"a","params":{"x":1,"y":2,"z":{"b":1}}}`, `{"id":"a","params":{"y":2,"z":{}}}`,
			`{"id":"a","params":{"z":{}}}`,
		},
		"an array is one thing": {
			`{"id":"a","params":{"x":[1]}}`, `{"id":"a","params":{"x":[1,2]}}`, `{"id":"a","params":{"x":[1,2,3]}}`,
			`{"id":"a","params":{"x":[1,2,3]}}`,
		},
		"of another kind": {
			`{"id":"a","params":{"x":{"b":1}}}`, `{"id":"a","params":{"x":{"b":1,"c":2}}}`, `{"id":"a","params":{"x":"s"}}`,
			`{"id":"a","params":{"x":"s"}}`,
		},
	} {
		got := normalized{"a": json.RawMessage(c.first)}.merge("a", json.RawMessage(c.own), json.RawMessage(c.now))
		if !jsontext.Equal(got, []byte(c.want)) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		// Without an echo, what is shown is what is.
		if got := (normalized{}).merge("a", json.RawMessage(c.own), json.RawMessage(c.now)); !sameAction(got, json.RawMessage(c.now)) {
			t.Errorf("%s: without an echo %s, want %s", name, got, c.now)
		}
	}
}

func TestSameAction(t *testing.T) {
	t.Parallel()
	const plain = `{"id":"a","type":"FLOW","action":"X","params":{"alias":"","n":10}}`
	for text, want := range map[string]bool{
		plain: true,
		`{"params":{"n":1e1,"alias":""},"action":"X","type":"FLOW","id":"a","alias":"","allow_failure":null,"mask_output":false}`: true,
		`{"id":"a","type":"FLOW","action":"X","params":{"n":10}}`:                                                                 false,
		`{"id":"a","type":"FLOW","action":"X","params":{"alias":"","n":10},"mask_output":true}`:                                   false,
		`{"id":"a","type":"FLOW","action":"X","params":{"alias":"","n":10},"alias":"b"}`:                                          false,
		`{"id":"a","type":"FLOW","action":"X"}`:                                                                                   false,
	} {
		if got := sameAction(json.RawMessage(plain), json.RawMessage(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
