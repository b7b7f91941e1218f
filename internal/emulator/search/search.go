// Package search is the query language of Auth0's user search: a part of Lucene's syntax, and what it matches.
package search

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minLiterals is how many plain characters a value with a leading wildcard needs.
const minLiterals = 3

// Document is what a query is matched with.
type Document interface {
	// Values yields the values of a field, such as "email" or "user_metadata.plan": strings, numbers, booleans and times,
	// of arrays each element. Of "user_metadata." and "app_metadata." it yields all values below.
	Values(field string) iter.Seq[any]
}

// bareFields are searched by a term without a field; user_metadata is not among them.
var bareFields = []string{
	"user_id", "email", "username", "name", "nickname", "given_name", "family_name", "phone_number",
	"identities.connection", "identities.provider", "identities.user_id",
}

// Compile reads a query and returns its test. An empty query matches every document.
func Compile(text string) (func(Document) bool, error) {
	q, err := parse(text)
	if err != nil {
		return nil, err
	}
	return compile(q)
}

func compile(q query) (func(Document) bool, error) {
	switch q := q.(type) {
	case queryAnd:
		all, err := compileAll(q)
		return func(d Document) bool {
			for _, f := range all {
				if !f(d) {
					return false
				}
			}
			return true
		}, err
	case queryOr:
		if field, set := sameField(q); set != nil {
			return func(d Document) bool { return hasOneOf(d, field, set) }, nil
		}
		all, err := compileAll(q)
		return func(d Document) bool {
			for _, f := range all {
				if f(d) {
					return true
				}
			}
			return false
		}, err
	case queryNot:
		f, err := compile(q.of)
		return func(d Document) bool { return !f(d) }, err
	case queryExists:
		return func(d Document) bool { return has(d, q.field) }, nil
	case queryRange:
		return compileRange(q)
	case queryTerm:
		return compileTerm(q)
	default:
		return nil, fmt.Errorf("unknown kind of query %T", q)
	}
}

func compileAll(qs []query) ([]func(Document) bool, error) {
	var all []func(Document) bool
	for _, q := range qs {
		f, err := compile(q)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func has(d Document, field string) bool {
	if field == "user_metadata" || field == "app_metadata" {
		field += "."
	}
	for range d.Values(field) {
		return true
	}
	return false
}

// sameField collects alternatives of exact values of one plain field, so that long lists of ids are looked up at once.
func sameField(qs queryOr) (string, map[string]bool) {
	first, ok := qs[0].(queryTerm)
	if !ok || first.field == "" || caseless(first.field) && first.field != "email" {
		return "", nil
	}
	set := make(map[string]bool, len(qs))
	for _, q := range qs {
		t, ok := q.(queryTerm)
		if !ok || t.field != first.field || t.pattern != nil {
			return "", nil
		}
		if t.field == "email" {
			t.value = strings.ToLower(t.value)
		}
		set[t.value] = true
	}
	return first.field, set
}

func hasOneOf(d Document, field string, set map[string]bool) bool {
	for v := range d.Values(field) {
		s, ok := v.(string)
		if !ok {
			s = scalar(v)
		}
		if field == "email" {
			s = strings.ToLower(s)
		}
		if set[s] {
			return true
		}
	}
	return false
}

func scalar(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func compileTerm(q queryTerm) (func(Document) bool, error) {
	fields := bareFields
	if q.field != "" {
		fields = []string{q.field}
	}
	if q.pattern != nil {
		if q.value == "*" {
			return func(d Document) bool {
				return slices.ContainsFunc(fields, func(field string) bool { return has(d, field) })
			}, nil
		}
		if isMetadata(q.field) {
			return nil, fmt.Errorf("wildcards are not supported on metadata fields")
		}
		if q.pattern[0].wild && q.pattern.literals() < minLiterals {
			return nil, fmt.Errorf("a value with a leading wildcard needs at least %d other characters", minLiterals)
		}
	}
	when, isDate := parseDate(q.value)
	lower, lowerPattern := strings.ToLower(q.value), q.pattern.lower()
	one := func(field string, v any) bool {
		switch v := v.(type) {
		case string:
			want, wildcards, got := q.value, q.pattern, v
			if caseless(field) {
				want, wildcards, got = lower, lowerPattern, strings.ToLower(v)
			}
			switch {
			case q.pattern != nil:
				return wildcards.match(got)
			default:
				return got == want
			}
		case time.Time:
			return isDate && !v.Before(when.from) && v.Before(when.to)
		default:
			return scalar(v) == q.value
		}
	}
	return func(d Document) bool {
		for _, field := range fields {
			for v := range d.Values(field) {
				if one(field, v) {
					return true
				}
			}
		}
		return false
	}, nil
}

func compileRange(q queryRange) (func(Document) bool, error) {
	if q.field == "" {
		return nil, fmt.Errorf("a range needs a field")
	}
	if isMetadata(q.field) {
		return nil, fmt.Errorf("ranges are not supported on metadata fields")
	}
	inside := func(v any) bool {
		return (q.from == "*" || compareBound(v, q.from, q.fromOpen, true)) && (q.to == "*" || compareBound(v, q.to, q.toOpen, false))
	}
	return func(d Document) bool {
		for v := range d.Values(q.field) {
			if inside(v) {
				return true
			}
		}
		return false
	}, nil
}

// compareBound tells whether a value lies on the right side of one end of a range. A date that names a whole day
// (or month, or year) includes all of it.
func compareBound(v any, bound string, exclusive, isFrom bool) bool {
	var c int
	switch v := v.(type) {
	case time.Time:
		d, ok := parseDate(bound)
		if !ok {
			return false
		}
		switch {
		case isFrom && exclusive:
			return !v.Before(d.to)
		case isFrom:
			return !v.Before(d.from)
		case exclusive:
			return v.Before(d.from)
		default:
			return v.Before(d.to)
		}
	case float64:
		f, err := strconv.ParseFloat(bound, 64)
		if err != nil {
			return false
		}
		c = cmp.Compare(v, f)
	default:
		c = cmp.Compare(scalar(v), bound)
	}
	switch {
	case c == 0:
		return !exclusive
	case isFrom:
		return c > 0
	default:
		return c < 0
	}
}

// dateSpan is the time that a date names, from its first moment to the first one after it.
type dateSpan struct{ from, to time.Time }

func parseDate(s string) (dateSpan, bool) {
	for _, layout := range []struct {
		form string
		next func(time.Time) time.Time
	}{
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04:05.999Z07:00", func(t time.Time) time.Time { return t.Add(time.Millisecond) }},
	} {
		if t, err := time.Parse(layout.form, s); err == nil {
			return dateSpan{t.UTC(), layout.next(t.UTC())}, true
		}
	}
	return dateSpan{}, false
}

// Order reads an order, field:1 or field:-1, and reports whether it is one. Documents without the field come last.
func Order(s string) (order func(a, b Document) int, ok bool) {
	field, way, _ := strings.Cut(s, ":")
	metadata := strings.HasPrefix(field, "user_metadata") || strings.HasPrefix(field, "app_metadata")
	if field == "" || metadata || way != "1" && way != "-1" {
		return nil, false
	}
	key := func(d Document) (any, bool) {
		for v := range d.Values(field) {
			if s, ok := v.(string); ok && caseless(field) {
				return strings.ToLower(s), true
			}
			return v, true
		}
		return nil, false
	}
	return func(a, b Document) int {
		x, okX := key(a)
		y, okY := key(b)
		switch {
		case !okX || !okY:
			return cmp.Compare(boolInt(okY), boolInt(okX))
		case way == "-1":
			return compareValues(y, x)
		default:
			return compareValues(x, y)
		}
	}, true
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b)
		}
	case float64:
		if b, ok := b.(float64); ok {
			return cmp.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok {
			return cmp.Compare(boolInt(a), boolInt(b))
		}
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

// caseless fields are compared without regard to case.
func caseless(field string) bool {
	switch field {
	case "email", "name", "given_name", "family_name", "nickname":
		return true
	}
	return false
}

// isMetadata: fields that take neither wildcards nor ranges.
func isMetadata(field string) bool {
	return strings.HasPrefix(field, "user_metadata.") || strings.HasPrefix(field, "app_metadata.")
}
