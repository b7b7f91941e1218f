package jsontext

import "testing"

func TestFormat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{ "b" : [1, 2.50, {"d":null, "c":"<&>"}], "a":true }`: `{"a":true,"b":[1,2.50,{"c":"\u003c\u0026\u003e","d":null}]}`,
		` "text" `:             `"text"`,
		`12345678901234567890`: `12345678901234567890`,
		`{"a":1} x`:            `{"a":1} x`,
		`{`:                    `{`,
		``:                     ``,
	} {
		if got := Format([]byte(text)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// What stands behind a JSON value makes the text none.
func TestEqual_trailing(t *testing.T) {
	t.Parallel()
	if Equal([]byte(`{"a":1}`), []byte(`{"a":1} {"b":2}`)) || Equal([]byte(`1 2`), []byte(`1 3`)) {
		t.Error("texts are equal of which one is not JSON")
	}
	if !Equal([]byte(`1 2`), []byte(`1 2`)) {
		t.Error("texts that are the same to the letter are not equal")
	}
}
