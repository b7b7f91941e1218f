package schema

import (
	"errors"
	"net/url"
	"reflect"
	"regexp"
	"testing"
)

// setting is a schema with a bit of everything.
var setting = Closed("The setting", []string{"name"},
	Prop("name", Schema{Types: []string{"string"}, MinLength: 2, MaxLength: 4, Pattern: regexp.MustCompile(`^[^<]+$`),
		Description: "The name."}),
	Prop("kind", OneOf("", "a", "b")), Prop("size", Integer("The size", 1, 10)), Prop("on", OrNull(Boolean(""))),
	Prop("tags", ArrayOf("", Closed("", []string{"value"}, Prop("value", Text("", 1, 0))))),
	Prop("mail", Formatted("The address", "email")), Prop("free", FreeObject("")),
	Prop("texts", Schema{Types: []string{"object"}, Open: true, Values: &Schema{Types: []string{"string"}}, MinProperties: 1}),
)

func TestCheck(t *testing.T) {
	for body, message := range map[string]string{
		`{"name":"ab","on":null,"free":{"x":1},"tags":[{"value":"v"}],"mail":"a@b.co","size":10,"texts":{"a":"b"}}`: "",
		`{}`: "Payload validation error: 'Missing required property: name'.",
		`{"name":"a"}`: "Payload validation error: 'String is too short (1 chars), minimum 2' on property name (The " +
			"name).",
		`{"name":"😀😀x"}`: "Payload validation error: 'String is too long (5 chars), maximum 4' on property name (The " +
			"name).",
		`{"name":"a<"}`: "Payload validation error: 'String does not match pattern ^[^<]+$: a<' on property name (The " +
			"name).",
		`{"name":"ab","kind":"c"}`: "Payload validation error: 'No enum match for: c' on property kind.",
		`{"name":"ab","size":0}`:   "Payload validation error: 'Value 0 is less than minimum 1' on property size (The size).",
		`{"name":"ab","size":11}`:  "Payload validation error: 'Value 11 is greater than maximum 10' on property size (The size).",
		`{"name":"ab","size":1.5}`: "Payload validation error: 'Expected type integer but found type number' on property size " +
			"(The size).",
		`{"name":"ab","on":1}`:                 "Payload validation error: 'Expected type boolean,null but found type integer' on property on.",
		`{"name":"ab","tags":[{}]}`:            "Payload validation error: 'Missing required property: value' on property tags[0].",
		`{"name":"ab","tags":[{"z":1,"b":2}]}`: "Payload validation error: 'Additional properties not allowed: b,z' on property tags[0].",
		`{"name":"ab","mail":"x"}`: "Payload validation error: 'Object didn't pass validation for format email: x' on property " +
			"mail (The address).",
		`{"name":"ab","texts":{}}`:               "Payload validation error: 'Too few properties defined (0), minimum 1' on property texts.",
		`{"name":"ab","texts":{"k":1}}`:          "Payload validation error: 'Expected type string but found type integer' on property texts.k.",
		`{"c":1,"b":2,"name":"ab","a":3,"d":{}}`: "Payload validation error: 'Additional properties not allowed: d,a,b,c'.",
	} {
		in, err := setting.Parse("application/json; charset=utf-8", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if bad := setting.Check("", in); bad != nil {
			got = bad.InOrder([]byte(body)).Message("Payload")
		}
		if got != message {
			t.Errorf("%s: %s", body, got)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		contentType, body string
		want              map[string]any
		err               error
	}{
		{"", `{"name":"x"}`, map[string]any{"name": "x"}, nil},
		{"application/json", `{`, nil, ErrJSON},
		{"text/plain", `{}`, nil, ErrMediaType},
		{"application/x-www-form-urlencoded", "name=x&size=3&on=true&tags[][value]=v", map[string]any{"name": "x", "size": 3.0, "on": true}, nil},
		{"application/x-www-form-urlencoded", "%zz", nil, ErrForm},
	} {
		in, err := setting.Parse(c.contentType, []byte(c.body))
		delete(in, "tags")
		if !errors.Is(err, c.err) || !reflect.DeepEqual(in, c.want) {
			t.Errorf("%s: %v, %v", c.body, in, err)
		}
	}
	for _, body := range []string{"", "null", "[]", `"x"`} {
		_, err := setting.Parse("application/json", []byte(body))
		if bad := (*Violation)(nil); !errors.As(err, &bad) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestQuery(t *testing.T) {
	s := Closed("", nil, Prop("page", Integer("The page", 0, 5)), Prop("ids", ArrayOf("", Text("", 1, 0))), Prop("all", Boolean("")))
	for query, want := range map[string]map[string]any{
		"page=3&ids=a,b&all=false": {"page": 3.0, "ids": []any{"a", "b"}, "all": false},
		"ids[]=a&ids[]=b":          {"ids": []any{"a", "b"}},
		"ids[1]=b&ids[0]=a&page=1": {"ids": []any{"a", "b"}, "page": 1.0},
		"page=1&page=2":            {"page": 2.0},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if in, bad := s.Query(values); bad != nil || !reflect.DeepEqual(in, want) {
			t.Error(query, in, bad)
		}
	}
	for _, query := range []string{"page=x", "page=6", "page=1e0", "all=yes", "other=1", "other[0]=1", "page[0]=1"} {
		values, _ := url.ParseQuery(query)
		if _, bad := s.Query(values); bad == nil {
			t.Error(query)
		}
	}
}
