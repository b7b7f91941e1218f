// Package schema is the part of JSON schema that Auth0's published contract needs, with the words of its validation errors.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Schema says what a value has to be. The zero value is a closed object without properties, or anything else.
type Schema struct {
	Types     []string // string, integer, number, boolean, object, array, null; empty: anything
	MinLength int      // of a string
	MaxLength int      // of a string; 0: any
	Bounded   bool     // whether a number has bounds
	Minimum   float64
	Maximum   float64
	Enum      []string
	Pattern   *regexp.Regexp
	Formats   []string // one of them has to fit

	Properties    []Property // of an object, in the order of the contract
	Open          bool       // further properties are allowed
	Values        *Schema    // what further properties must be
	Required      []string
	MinProperties int

	Items *Schema // of an array

	Description string // stands in brackets in a message
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// Property is a property of an object.
type Property struct {
	Name string
	Schema
}

// Prop is a property of an object.
func Prop(name string, s Schema) Property { return Property{name, s} }

// AnyProps are properties of which any value is taken.
func AnyProps(names string) (props []Property) {
	for _, name := range strings.Fields(names) {
		props = append(props, Property{name, Schema{Open: true}})
	}
	return props
}

// Text is a string of a length within bounds, in UTF-16 units; a maximum of 0 is none.
func Text(desc string, minLength, maxLength int) Schema {
	return Schema{Types: []string{"string"}, MinLength: minLength, MaxLength: maxLength, Description: desc}
}

// Formatted is a string in one of the formats.
func Formatted(desc string, formats ...string) Schema {
	return Schema{Types: []string{"string"}, Formats: formats, Description: desc}
}

// OneOf is one of the texts.
func OneOf(desc string, values ...string) Schema {
	return Schema{Types: []string{"string"}, Enum: values, Description: desc}
}

// Boolean is true or false.
func Boolean(desc string) Schema { return Schema{Types: []string{"boolean"}, Description: desc} }

// Integer is a whole number within bounds.
func Integer(desc string, minimum, maximum float64) Schema {
	return Schema{Types: []string{"integer"}, Bounded: true, Minimum: minimum, Maximum: maximum, Description: desc}
}

// FreeObject is an object with any properties.
func FreeObject(desc string) Schema {
	return Schema{Types: []string{"object"}, Open: true, Description: desc}
}

// ArrayOf is an array of such items.
func ArrayOf(desc string, items Schema) Schema {
	return Schema{Types: []string{"array"}, Items: &items, Description: desc}
}

// Closed is an object with no other properties.
func Closed(desc string, required []string, props ...Property) Schema {
	return Schema{Types: []string{"object"}, Required: required, Properties: props, Description: desc}
}

// With returns the schema of an object with more properties.
func (s Schema) With(more ...Property) Schema {
	s.Properties = append(slices.Clip(s.Properties), more...)
	return s
}

// OrNull lets a schema take null as well.
func OrNull(s Schema) Schema {
	s.Types = append(append([]string(nil), s.Types...), "null")
	return s
}

// Property returns the schema of a property, or nil.
func (s *Schema) Property(name string) *Schema {
	for i := range s.Properties {
		if s.Properties[i].Name == name {
			return &s.Properties[i].Schema
		}
	}
	return nil
}

// Violation is the first thing that is wrong with a value. It is an error.
type Violation struct {
	What        string // such as "No enum match for: x"
	Path        string // such as a.b[0].c; empty for the whole
	Description string // of the schema at the path
	// extra are the unknown keys, if that is the violation.
	extra []string
}

// unknownKeys is the violation of a closed object that has further keys.
func unknownKeys(keys []string, path, desc string) *Violation {
	return &Violation{"Additional properties not allowed: " + strings.Join(keys, ","), path, desc, keys}
}

// Error implements error.
func (v *Violation) Error() string { return v.Message("Schema") }

// InOrder names unknown keys as recorded: in the reverse of the order in which they were sent.
func (v *Violation) InOrder(body []byte) *Violation {
	if len(v.extra) < 2 {
		return v
	}
	sent := keysAt(body, v.Path)
	slices.Reverse(sent)
	sent = slices.DeleteFunc(sent, func(k string) bool { return !slices.Contains(v.extra, k) })
	if len(sent) != len(v.extra) { // not JSON
		return v
	}
	return unknownKeys(sent, v.Path, v.Description)
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

// Message words a violation as Auth0 does: "Payload validation error: '…' on property a.b[0].c (description).".
func (v *Violation) Message(where string) string {
	m := where + " validation error: '" + v.What + "'"
	if v.Path != "" {
		m += " on property " + v.Path
		if v.Description != "" {
			m += " (" + strings.TrimSuffix(v.Description, ".") + ")"
		}
	}
	return m + "."
}

// Check returns the first violation of a value, or nil. The path names the value in messages.
func (s *Schema) Check(path string, v any) *Violation {
	fail := func(format string, args ...any) *Violation {
		return &Violation{What: fmt.Sprintf(format, args...), Path: path, Description: s.Description}
	}
	if len(s.Types) > 0 && !s.accepts(v) {
		return fail("Expected type %s but found type %s", strings.Join(s.Types, ","), kindOf(v))
	}
	switch v := v.(type) {
	case string:
		return s.checkString(v, fail)
	case float64:
		switch {
		case s.Bounded && v < s.Minimum:
			return fail("Value %s is less than minimum %s", number(v), number(s.Minimum))
		case s.Bounded && v > s.Maximum:
			return fail("Value %s is greater than maximum %s", number(v), number(s.Maximum))
		}
	case []any:
		return s.checkArray(path, v)
	case map[string]any:
		return s.checkObject(path, v)
	}
	return nil
}

func (s *Schema) checkString(v string, fail func(string, ...any) *Violation) *Violation {
	n := Length(v)
	switch {
	case n < s.MinLength:
		return fail("String is too short (%d chars), minimum %d", n, s.MinLength)
	case s.MaxLength > 0 && n > s.MaxLength:
		return fail("String is too long (%d chars), maximum %d", n, s.MaxLength)
	case s.Pattern != nil && !s.Pattern.MatchString(v):
		return fail("String does not match pattern %s: %s", s.Pattern, v)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return fail("No enum match for: %s", v)
	}
	if len(s.Formats) > 0 {
		for _, f := range s.Formats {
			if formats[f](v) {
				return nil
			}
		}
		return fail("Object didn't pass validation for format %s: %s", s.Formats[0], v)
	}
	return nil
}

func (s *Schema) checkArray(path string, v []any) *Violation {
	if s.Items != nil {
		for i, item := range v {
			if bad := s.Items.Check(fmt.Sprintf("%s[%d]", path, i), item); bad != nil {
				return bad
			}
		}
	}
	return nil
}

func (s *Schema) checkObject(path string, v map[string]any) *Violation {
	if !s.Open {
		var extra []string
		for k := range v {
			if s.Property(k) == nil {
				extra = append(extra, k)
			}
		}
		if len(extra) > 0 {
			sort.Strings(extra)
			return unknownKeys(extra, path, s.Description)
		}
	}
	for _, k := range s.Required {
		if _, ok := v[k]; !ok {
			return &Violation{What: "Missing required property: " + k, Path: path, Description: s.Description}
		}
	}
	if len(v) < s.MinProperties {
		what := fmt.Sprintf("Too few properties defined (%d), minimum %d", len(v), s.MinProperties)
		return &Violation{What: what, Path: path, Description: s.Description}
	}
	for i := range s.Properties {
		if value, ok := v[s.Properties[i].Name]; ok {
			if bad := s.Properties[i].Check(join(path, s.Properties[i].Name), value); bad != nil {
				return bad
			}
		}
	}
	if s.Values != nil {
		for k, value := range v {
			if s.Property(k) == nil {
				if bad := s.Values.Check(join(path, k), value); bad != nil {
					return bad
				}
			}
		}
	}
	return nil
}

func (s *Schema) accepts(v any) bool {
	kind := kindOf(v)
	for _, k := range s.Types {
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

// Length counts as JavaScript does, in UTF-16 units.
func Length(s string) int {
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

// coerce turns the strings of a query or a form into the types that the schema wants. What does not fit
// stays a string and is refused by check.
func (s *Schema) coerce(v any) any {
	switch v := v.(type) {
	case string:
		switch {
		case slices.Contains(s.Types, "string"):
			return v
		case slices.Contains(s.Types, "boolean") && (v == "true" || v == "false"):
			return v == "true"
		case slices.Contains(s.Types, "integer") || slices.Contains(s.Types, "number"):
			if f, err := strconv.ParseFloat(v, 64); err == nil && plainNumber.MatchString(v) {
				return f
			}
		case slices.Contains(s.Types, "array") && s.Items != nil:
			return []any{s.Items.coerce(v)}
		}
	case []any:
		if s.Items == nil {
			if len(v) > 0 && !slices.Contains(s.Types, "array") {
				return s.coerce(v[len(v)-1])
			}
			return v
		}
		for i := range v {
			v[i] = s.Items.coerce(v[i])
		}
	case map[string]any:
		for k, e := range v {
			if p := s.Property(k); p != nil {
				v[k] = p.coerce(e)
			}
		}
	}
	return v
}

// elementOf matches the ways of naming an element of an array in a query string: ids[] and ids[0], as the Auth0 CLI and
// go-auth0 write them.
var elementOf = regexp.MustCompile(`\[\d*]$`)

// Query reads a query string. An array is a list with commas, the same name several times, or the elements of one.
func (s *Schema) Query(q url.Values) (map[string]any, *Violation) {
	in := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(q)) {
		vs, name := q[k], elementOf.ReplaceAllString(k, "")
		switch p := s.Property(name); {
		case p != nil && slices.Contains(p.Types, "array"):
			list, _ := in[name].([]any)
			for _, v := range vs {
				for _, e := range strings.Split(v, ",") {
					list = append(list, e)
				}
			}
			in[name] = p.coerce(list)
		case p != nil && name == k:
			in[k] = p.coerce(vs[len(vs)-1])
		default:
			in[k] = vs[len(vs)-1]
		}
	}
	return in, s.Check("", in)
}

// The errors of Parse.
var (
	ErrJSON      = errors.New("the body is not valid JSON")
	ErrForm      = errors.New("the body is not a valid form")
	ErrMediaType = errors.New("the body is neither JSON nor a form")
)

// Parse reads a body that is JSON or a form, by its content type; one without a content type is taken for JSON. The error
// is ErrJSON, ErrForm, ErrMediaType, or the Violation of a body that is not an object. It does not check the object.
func (s *Schema) Parse(contentType string, body []byte) (map[string]any, error) {
	var v any
	switch strings.ToLower(strings.TrimSpace(strings.SplitN(contentType, ";", 2)[0])) {
	case "application/json", "":
		if len(bytes.TrimSpace(body)) > 0 && json.Unmarshal(body, &v) != nil {
			return nil, ErrJSON
		}
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, ErrForm
		}
		v = s.coerce(unflatten(form))
	default:
		return nil, ErrMediaType
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, &Violation{What: "Expected type object but found type " + kindOf(v)}
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
