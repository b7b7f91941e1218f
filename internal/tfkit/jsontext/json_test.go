package jsontext

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`{}`, ` { } `, true},
		{`{"a":1,"b":[1,2]}`, "{\n \"b\" : [ 1, 2 ],\t\"a\": 1 }", true},
		{`{"a":{"x":1,"y":{"p":null,"q":true}}}`, `{"a":{"y":{"q":true,"p":null},"x":1}}`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,1]`, false},
		{`{"a":1}`, `{"a":1,"b":null}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":1}`, `{"b":1}`, false},
		{`{"a":{}}`, `{"a":[]}`, false},
		{`null`, `false`, false},
		{`0`, `false`, false},
		{`"1"`, `1`, false},
		{`""`, `null`, false},
		// Numbers by value.
		{`1`, `1.0`, true},
		{`1e3`, `1000`, true},
		{`-0`, `0`, true},
		{`1E+21`, `1000000000000000000000`, true},
		{`0.1`, `0.10000`, true},
		{`0.1`, `0.2`, false},
		{`1e400`, `1e400`, true},
		{`1e400`, `2e400`, false},
		{`1e999999999`, `1e999999998`, false},
		// Strings by what they say.
		{`"<&>"`, `"\u003c\u0026\u003e"`, true},
		{`"ä🔑"`, `"\u00e4\ud83d\udd11"`, true},
		{`"a/b"`, `"a\/b"`, true},
		{`"ä"`, `"a\u0308"`, false}, // other bytes for the same letter
		{`"a"`, `"A"`, false},
		// What is not JSON is compared as text.
		{``, ``, true},
		{`{a}`, `{a}`, true},
		{`{a}`, `{a} `, false},
		{`{"a":1}`, `{"a":1`, false},
		{`{"a":1}`, `{"a":1} {}`, false},
		{`{"a":1}`, `{"a":1} x`, false},
		{`[1,]`, `[1]`, false},
		{`1 2`, `1 2`, true},
		{`1 2`, `1 3`, false},
		// What is short to write but long to work out.
		{`1e-999999999`, `1e-999999999`, true},
		{`1` + strings.Repeat("0", 100_000), `1` + strings.Repeat("0", 100_000) + ` `, true},
		{strings.Repeat("[", 5000) + strings.Repeat("]", 5000), strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + ` `, true},
		{strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `2e999999999`, false},
	} {
		if got := Equal([]byte(test.a), []byte(test.b)); got != test.want {
			t.Errorf("%.40s and %.40s: %v", test.a, test.b, got)
		}
		if got := Equal([]byte(test.b), []byte(test.a)); got != test.want {
			t.Errorf("%.40s and %.40s: %v", test.b, test.a, got)
		}
	}
}

// FuzzEqual: a text is equal to itself, to itself with its keys in another
// order and other white space, and to nothing else that differs by one value.
func FuzzEqual(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1,"b":{"c":[1,2.50,{"d":null,"e":"<&>"}]},"f":"\u2028"}`, `[1e3,-0,0.10]`, `{"a":1,"a":2}`, `1e400`, `"\ud800"`, `{`,
		``, `{"a":1} {}`, "\"\xff\"",
	} {
		f.Add(seed, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !Equal([]byte(text), []byte(text)) {
			t.Fatalf("%q is not equal to itself", text)
		}
		v, err := decode([]byte(text))
		if err != nil {
			if Equal([]byte(text), []byte(text+" ")) {
				t.Errorf("%q, which is not JSON, is equal to another text", text)
			}
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		other := shuffled(v, r)
		if !Equal([]byte(text), []byte(other)) || !Equal([]byte(other), []byte(text)) {
			t.Errorf("%q is not equal to %q", text, other)
		}
		more := `[` + text + `,null]`
		if Equal([]byte(text), []byte(more)) || Equal([]byte(more), []byte(`[`+text+`]`)) {
			t.Errorf("%q is equal to %q", text, more)
		}
		if formatted := Format([]byte(text)); !Equal([]byte(text), []byte(formatted)) || Format([]byte(formatted)) != formatted {
			t.Errorf("%q is formatted as %q", text, formatted)
		}
	})
}

// shuffled writes a value with its keys in any order and white space anywhere.
func shuffled(v any, r *rand.Rand) string {
	space := strings.Repeat(" ", r.IntN(2)) + strings.Repeat("\n", r.IntN(2))
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		var parts []string
		for _, key := range keys {
			name, _ := json.Marshal(key)
			parts = append(parts, space+string(name)+space+":"+shuffled(v[key], r))
		}
		return "{" + strings.Join(parts, ",") + space + "}"
	case []any:
		var parts []string
		for _, element := range v {
			parts = append(parts, shuffled(element, r))
		}
		return space + "[" + strings.Join(parts, space+",") + "]"
	}
	text, _ := json.Marshal(v)
	return space + string(text) + space
}

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

// TestFormatObjectIsJSONEncode: the right-hand sides are what Terraform 1.11's
// jsonencode returns for the same values.
func TestFormatObjectIsJSONEncode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"html":"<b>&'\"</b>","key<>":1}`:                        `{"html":"\u003cb\u003e\u0026'\"\u003c/b\u003e","key\u003c\u003e":1}`,
		`{"uni":"ümläut 🔑 \u2028 \u2029 \u0007 \u007f"}`:          "{\"uni\":\"ümläut 🔑 \\u2028 \\u2029 \\u0007 \u007f\"}",
		`{"uni":"\u00fcml\u00e4ut \ud83d\udd11"}`:                 `{"uni":"ümläut 🔑"}`,
		`{ "tab\there" : "line\nbreak\\" , "z" : "" }`:            `{"tab\there":"line\nbreak\\","z":""}`,
		`{"nested":{"b":null,"a":[true,{},[]]}}`:                  `{"nested":{"a":[true,{},[]],"b":null}}`,
		`{"n":[1,1.5,0.1,-0,12345678.12345678,9007199254740993]}`: `{"n":[1,1.5,0.1,-0,12345678.12345678,9007199254740993]}`,
		`{"n":123456789012345678901234567890}`:                    `{"n":123456789012345678901234567890}`,
		`{"b":1,"a":{"y":1,"x":2},"B":3,"ä":4}`:                   `{"B":3,"a":{"x":2,"y":1},"b":1,"ä":4}`,
		`{}`:                                                      `{}`,
	} {
		if got := FormatObject(ParseObject(text)); got != want {
			t.Errorf("%s: got %s, expected %s", text, got, want)
		}
	}
	// A number in another writing than Terraform's keeps it, and is equal to Terraform's.
	for text, want := range map[string]string{
		`{"n":[1.0,1.50,1e3,1e21,1e-7]}`: `{"n":[1,1.5,1000,1000000000000000000000,0.0000001]}`,
	} {
		if got := FormatObject(ParseObject(text)); got != text || !Equal([]byte(got), []byte(want)) {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestParseObject(t *testing.T) {
	t.Parallel()
	object := ParseObject(` {"a": {"n": 1.50}, "b": null, "a": 2} `)
	if len(object) != 2 || string(object["a"]) != "2" || string(object["b"]) != "null" {
		t.Errorf("got %s", object)
	}
	if object := ParseObject(`{}`); object == nil || len(object) != 0 {
		t.Errorf("an empty object: %#v", object)
	}
	for _, text := range []string{``, `null`, `[]`, `1`, `"a"`, `{`, `{"a":1} x`} {
		if object := ParseObject(text); object != nil {
			t.Errorf("%q: got %s", text, object)
		}
	}
	if got := FormatObject(map[string]json.RawMessage{"a": json.RawMessage(`{`)}); got != "{}" {
		t.Errorf("a member that is not JSON: got %s", got)
	}
	if got := FormatObject(nil); !slices.Contains([]string{"{}", "null"}, got) {
		t.Errorf("nothing: got %s", got)
	}
}
