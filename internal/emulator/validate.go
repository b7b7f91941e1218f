package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// schema is the part of JSON schema that the API's contract needs.
type schema struct {
	kinds   []string // string, integer, number, boolean, object, array, null; empty: anything
	min     int      // least length of a string
	max     int      // greatest length of a string; 0: any
	least   float64  // bounds of a number, when bounded
	most    float64
	bounded bool
	enum    []string
	pattern *regexp.Regexp
	formats []string // one of them has to fit

	props    []property // of an object, in the order of the contract
	open     bool       // further properties are allowed
	values   *schema    // what further properties must be
	required []string
	minProps int

	items *schema

	desc string
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

type property struct {
	name string
	schema
}

// Constructors for the schemas that occur all the time.

func text(desc string, least, most int) schema {
	return schema{kinds: []string{"string"}, min: least, max: most, desc: desc}
}

func formatted(desc string, formats ...string) schema {
	return schema{kinds: []string{"string"}, formats: formats, desc: desc}
}

func oneOf(desc string, values ...string) schema {
	return schema{kinds: []string{"string"}, enum: values, desc: desc}
}

func boolean(desc string) schema { return schema{kinds: []string{"boolean"}, desc: desc} }

func integer(desc string, least, most float64) schema {
	return schema{kinds: []string{"integer"}, bounded: true, least: least, most: most, desc: desc}
}

func freeObject(desc string) schema { return schema{kinds: []string{"object"}, open: true, desc: desc} }

func arrayOf(desc string, items schema) schema {
	return schema{kinds: []string{"array"}, items: &items, desc: desc}
}

func closed(desc string, required []string, props ...property) schema {
	return schema{kinds: []string{"object"}, required: required, props: props, desc: desc}
}

// orNull lets a schema take null as well.
func orNull(s schema) schema {
	s.kinds = append(append([]string(nil), s.kinds...), "null")
	return s
}

func (s *schema) prop(name string) *schema {
	for i := range s.props {
		if s.props[i].name == name {
			return &s.props[i].schema
		}
	}
	return nil
}

// violation is one thing that a value does wrong: what, where, and what stands there.
type violation struct {
	what, path, desc string
	// extra are the unknown keys, if that is the violation.
	extra []string
}

// unknownKeys is the violation of a closed object that has further keys.
func unknownKeys(keys []string, path, desc string) *violation {
	return &violation{"Additional properties not allowed: " + strings.Join(keys, ","), path, desc, keys}
}

// inOrder names unknown keys as recorded: in the reverse of the order in which they were sent.
func (v *violation) inOrder(body []byte) *violation {
	if len(v.extra) < 2 {
		return v
	}
	sent := keysAt(body, v.path)
	slices.Reverse(sent)
	sent = slices.DeleteFunc(sent, func(k string) bool { return !slices.Contains(v.extra, k) })
	if len(sent) != len(v.extra) { // not JSON
		return v
	}
	return unknownKeys(sent, v.path, v.desc)
}

// keysAt lists the keys of the object at a path of a JSON text, in the order of the text.
func keysAt(text []byte, path string) (keys []string) {
	dec := json.NewDecoder(bytes.NewReader(text))
	var walk func(at string)
	walk = func(at string) {
		token, err := dec.Token()
		if err != nil {
			return
		}
		switch token {
		case json.Delim('{'):
			for dec.More() {
				token, err := dec.Token()
				key, ok := token.(string)
				if err != nil || !ok {
					return
				}
				if at == path {
					keys = append(keys, key)
				}
				walk(join(at, key))
			}
			_, _ = dec.Token()
		case json.Delim('['):
			for i := 0; dec.More(); i++ {
				walk(fmt.Sprintf("%s[%d]", at, i))
			}
			_, _ = dec.Token()
		}
	}
	walk("")
	return keys
}

// message words a violation as Auth0 does: "Payload validation error: '…' on property a.b[0].c (description).".
func (v *violation) message(where string) string {
	m := where + " validation error: '" + v.what + "'"
	if v.path != "" {
		m += " on property " + v.path
		if v.desc != "" {
			m += " (" + strings.TrimSuffix(v.desc, ".") + ")"
		}
	}
	return m + "."
}

// check returns the first violation, or nil.
func (s *schema) check(path string, v any) *violation {
	fail := func(format string, args ...any) *violation {
		return &violation{what: fmt.Sprintf(format, args...), path: path, desc: s.desc}
	}
	if len(s.kinds) > 0 && !s.accepts(v) {
		return fail("Expected type %s but found type %s", strings.Join(s.kinds, ","), kindOf(v))
	}
	switch v := v.(type) {
	case string:
		return s.checkString(v, fail)
	case float64:
		switch {
		case s.bounded && v < s.least:
			return fail("Value %s is less than minimum %s", number(v), number(s.least))
		case s.bounded && v > s.most:
			return fail("Value %s is greater than maximum %s", number(v), number(s.most))
		}
	case []any:
		return s.checkArray(path, v)
	case map[string]any:
		return s.checkObject(path, v)
	}
	return nil
}

func (s *schema) checkString(v string, fail func(string, ...any) *violation) *violation {
	n := length(v)
	switch {
	case n < s.min:
		return fail("String is too short (%d chars), minimum %d", n, s.min)
	case s.max > 0 && n > s.max:
		return fail("String is too long (%d chars), maximum %d", n, s.max)
	case s.pattern != nil && !s.pattern.MatchString(v):
		return fail("String does not match pattern %s: %s", s.pattern, v)
	}
	if len(s.enum) > 0 && !contains(s.enum, v) {
		return fail("No enum match for: %s", v)
	}
	if len(s.formats) > 0 {
		for _, f := range s.formats {
			if formats[f](v) {
				return nil
			}
		}
		return fail("Object didn't pass validation for format %s: %s", s.formats[0], v)
	}
	return nil
}

func (s *schema) checkArray(path string, v []any) *violation {
	if s.items != nil {
		for i, item := range v {
			if bad := s.items.check(fmt.Sprintf("%s[%d]", path, i), item); bad != nil {
				return bad
			}
		}
	}
	return nil
}

func (s *schema) checkObject(path string, v map[string]any) *violation {
	if !s.open {
		var extra []string
		for k := range v {
			if s.prop(k) == nil {
				extra = append(extra, k)
			}
		}
		if len(extra) > 0 {
			sort.Strings(extra)
			return unknownKeys(extra, path, s.desc)
		}
	}
	for _, k := range s.required {
		if _, ok := v[k]; !ok {
			return &violation{what: "Missing required property: " + k, path: path, desc: s.desc}
		}
	}
	if len(v) < s.minProps {
		return &violation{what: fmt.Sprintf("Too few properties defined (%d), minimum %d", len(v), s.minProps), path: path, desc: s.desc}
	}
	for i := range s.props {
		if value, ok := v[s.props[i].name]; ok {
			if bad := s.props[i].check(join(path, s.props[i].name), value); bad != nil {
				return bad
			}
		}
	}
	if s.values != nil {
		for k, value := range v {
			if s.prop(k) == nil {
				if bad := s.values.check(join(path, k), value); bad != nil {
					return bad
				}
			}
		}
	}
	return nil
}

func (s *schema) accepts(v any) bool {
	kind := kindOf(v)
	for _, k := range s.kinds {
		if k == kind || k == "number" && kind == "integer" {
			return true
		}
	}
	return false
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// length counts as JavaScript does, in UTF-16 units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func contains(list []string, v string) bool {
	for _, e := range list {
		if e == v {
			return true
		}
	}
	return false
}

// coerce turns the strings of a query or a form into the types that the schema wants. What does not fit
// stays a string and is refused by check.
func (s *schema) coerce(v any) any {
	switch v := v.(type) {
	case string:
		switch {
		case contains(s.kinds, "string"):
			return v
		case contains(s.kinds, "boolean") && (v == "true" || v == "false"):
			return v == "true"
		case contains(s.kinds, "integer") || contains(s.kinds, "number"):
			if f, err := strconv.ParseFloat(v, 64); err == nil && plainNumber.MatchString(v) {
				return f
			}
		case contains(s.kinds, "array") && s.items != nil:
			return []any{s.items.coerce(v)}
		}
	case []any:
		if s.items == nil {
			if len(v) > 0 && !contains(s.kinds, "array") {
				return s.coerce(v[len(v)-1])
			}
			return v
		}
		for i := range v {
			v[i] = s.items.coerce(v[i])
		}
	case map[string]any:
		for k, e := range v {
			if p := s.prop(k); p != nil {
				v[k] = p.coerce(e)
			}
		}
	}
	return v
}

// checkQuery reads the query string after a schema.
func (s *schema) checkQuery(q url.Values) (map[string]any, *apiError) {
	in := map[string]any{}
	for k, vs := range q {
		p := s.prop(strings.TrimSuffix(k, "[]"))
		switch {
		case p != nil && contains(p.kinds, "array"):
			var list []any
			for _, v := range vs {
				for _, e := range strings.Split(v, ",") {
					list = append(list, e)
				}
			}
			in[strings.TrimSuffix(k, "[]")] = p.coerce(list)
		case p != nil:
			in[k] = p.coerce(vs[len(vs)-1])
		default:
			in[k] = vs[len(vs)-1]
		}
	}
	if bad := s.check("", in); bad != nil {
		return nil, badRequest("invalid_query_string", bad.message("Query"))
	}
	return in, nil
}

// parseBody reads a body of either content type that the API takes.
func (s *schema) parseBody(c *call) (map[string]any, *apiError) {
	body := c.RequestBody
	media := strings.ToLower(strings.TrimSpace(strings.SplitN(c.Header.Get("Content-Type"), ";", 2)[0]))
	var v any
	switch media {
	case "application/json", "": // without a content type the body is taken for JSON
		if len(bytes.TrimSpace(body)) == 0 {
			v = nil
		} else if err := json.Unmarshal(body, &v); err != nil {
			return nil, badRequest("", "Invalid request payload JSON format")
		}
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, badRequest("", "Invalid request payload format")
		}
		v = s.coerce(unflatten(form))
	default:
		return nil, &apiError{status: http.StatusUnsupportedMediaType, message: "Unsupported Media Type"}
	}
	m, ok := v.(map[string]any)
	if !ok {
		bad := violation{what: "Expected type object but found type " + kindOf(v)}
		return nil, badRequest("invalid_body", bad.message("Payload"))
	}
	return m, nil
}

// checkBody is parseBody and check in one.
func (s *schema) checkBody(c *call) (map[string]any, *apiError) {
	m, bad := s.parseBody(c)
	if bad != nil {
		return nil, bad
	}
	if wrong := s.check("", m); wrong != nil {
		return nil, badRequest("invalid_body", wrong.inOrder(c.RequestBody).message("Payload"))
	}
	return m, nil
}

// unflatten reads the bracket notation of forms: a[b]=1&c[]=2.
func unflatten(form url.Values) map[string]any {
	root := map[string]any{}
	for key, values := range form {
		path := strings.Split(strings.ReplaceAll(key, "]", ""), "[")
		at := root
		for i, part := range path {
			switch {
			case i == len(path)-2 && path[i+1] == "":
				list := make([]any, len(values))
				for j, v := range values {
					list[j] = v
				}
				at[part] = list
			case i == len(path)-1:
				if part != "" {
					at[part] = values[len(values)-1]
				}
			default:
				next, ok := at[part].(map[string]any)
				if !ok {
					next = map[string]any{}
					at[part] = next
				}
				at = next
			}
		}
	}
	return root
}
