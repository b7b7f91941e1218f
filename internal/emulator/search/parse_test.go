package search

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	term := func(field, value string) queryTerm { return queryTerm{field: field, value: value} }
	phrase := func(field, value string) queryTerm { return queryTerm{field: field, value: value, quoted: true} }
	for s, want := range map[string]query{
		``:                          queryAnd{},
		`  `:                        queryAnd{},
		`a:b`:                       term("a", "b"),
		`a: b`:                      term("a", "b"),
		`a:"b c"`:                   phrase("a", "b c"),
		`a:"b\"c"`:                  phrase("a", `b"c`),
		`a:b\:c`:                    term("a", "b:c"),
		`a:b OR c:d AND e:f`:        queryOr{term("a", "b"), queryAnd{term("c", "d"), term("e", "f")}},
		`(a:b OR c:d) AND e:f`:      queryAnd{queryOr{term("a", "b"), term("c", "d")}, term("e", "f")},
		`a:(b OR "c")`:              queryOr{term("a", "b"), phrase("a", "c")},
		`a:(b c)`:                   queryOr{term("a", "b"), term("a", "c")},
		`NOT a:b`:                   queryNot{term("a", "b")},
		`NOT(a:b)`:                  queryNot{term("a", "b")},
		`a:NOTHING`:                 term("a", "NOTHING"),
		`a:b ORDER:c`:               queryOr{term("a", "b"), term("ORDER", "c")},
		`_exists_:a.b`:              queryExists{"a.b"},
		`a:[1 TO 2}`:                queryRange{field: "a", from: "1", to: "2", toOpen: true},
		`a:{"x" TO *]`:              queryRange{field: "a", from: "x", to: "*", fromOpen: true},
		`a:>=5`:                     queryRange{field: "a", from: "5", to: "*"},
		`a:<5`:                      queryRange{field: "a", from: "*", to: "5", toOpen: true},
		`user_id:auth0|5f7`:         term("user_id", "auth0|5f7"),
		`a:Über`:                    term("a", "Über"),
		`identities.connection:a-b`: term("identities.connection", "a-b"),
		`a:j*`:                      queryTerm{field: "a", value: "j*", pattern: pattern{{r: 'j'}, {r: '*', wild: true}}},
	} {
		got, err := parse(s)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v", s, got, err)
		}
	}
	for _, s := range []string{
		`a:`, `AND`, `a:b AND`, `(a:b`, `a:b)`, `a:"b`, `a:[1 TO`, `a:[1]`, `a:[ TO ]`, `a:>`, `a:b~`, `a:b^2`,
		`a:(b:c)`, `a:\`, `_exists_:`, `"`,
		strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100), strings.Repeat("NOT ", 100) + "a",
	} {
		if got, err := parse(s); err == nil {
			t.Errorf("%s: %#v", s, got)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`user_id:("auth0|1" OR "auth0|2")`, `email:*@example.com AND NOT _exists_:username`, `a:[1 TO *} OR b:>=2 (c -d) \:`, `"`, `a:"\`, `é:*?`,
	} {
		f.Add(s)
	}
	ada := document{"user_id": {"auth0|1"}, "email": {"ada@example.com"}, "user_metadata.a": {1.0, "x"}}
	f.Fuzz(func(_ *testing.T, s string) {
		if matches, err := Compile(s); err == nil {
			matches(ada)
		}
	})
}

// document has the values of its fields.
type document map[string][]any

func (d document) Values(field string) iter.Seq[any] { return slices.Values(d[field]) }

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"/a/*", "/a/b/c", true}, {"/a/*/c", "/a/b/c", true}, {"/a/*/c", "/a/b/d", false}, {"*", "", true}, {"a", "ab", false},
		{"*a*b*", "xxaxxbxx", true}, {"*a*b*", "xxbxxaxx", false}, {"a?c", "abc", false}, {"a|*", "a|1", true},
		{strings.Repeat("*a", 50), strings.Repeat("a", 2000) + "b", false},
	} {
		if got := Glob(c.pattern, c.text); got != c.want {
			t.Errorf("%s %s: %v", c.pattern, c.text, got)
		}
	}
}
