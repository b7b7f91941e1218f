package emulator

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// object is a JSON object that keeps its keys in order, as Auth0's bodies do.
type object []field

type field struct {
	key   string
	value any
}

// set appends a key unless its value is absent: nil, or an empty string.
func (o *object) set(key string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	}
	*o = append(*o, field{key, value})
}

// pick keeps the keys that are (or, if include is false, are not) in the list.
func (o object) pick(keys []string, include bool) object {
	if len(keys) == 0 {
		return o
	}
	out := object{}
	for _, f := range o {
		listed := false
		for _, k := range keys {
			if k == f.key {
				listed = true
			}
		}
		if listed == include {
			out = append(out, f)
		}
	}
	return out
}

// appendJSON writes a value the way JavaScript does: nothing is escaped for HTML.
func appendJSON(dst []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		if plainText(v) {
			return append(append(append(dst, '"'), v...), '"'), nil
		}
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case object:
		dst = append(dst, '{')
		for i, f := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendJSON(dst, f.key); err != nil {
				return nil, err
			}
			dst = append(dst, ':')
			if dst, err = appendJSON(dst, f.value); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	case []object:
		dst = append(dst, '[')
		for i, o := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendJSON(dst, o); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case time.Time:
		return append(append(append(dst, '"'), timestamp(v)...), '"'), nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return append(dst, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...), nil
}

// plainText needs no escapes. Most texts are, and writing them as they are saves half of the time of a list.
func plainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// timestamp is how the API writes a time: UTC, three decimals, Z.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// str is the text under a key of a JSON object, or "".
func str(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// clone copies a JSON value, so that callers share no maps with the store.
func clone[T any](v T) T {
	c, _ := cloneValue(v).(T)
	return c
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		c := make(map[string]any, len(v))
		for k, e := range v {
			c[k] = cloneValue(e)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, e := range v {
			c[i] = cloneValue(e)
		}
		return c
	default:
		return v
	}
}
