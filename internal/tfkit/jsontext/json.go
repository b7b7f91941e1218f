// Package jsontext compares and formats JSON texts, and has the type of Terraform
// attributes that hold one.
package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
)

// Equal reports whether two JSON texts mean the same: neither white space,
// nor the order of keys, nor the way a number is written matters. Texts that are
// not JSON are equal only if they are the same text.
func Equal(a, b []byte) bool {
	va, errA := decode(a)
	vb, errB := decode(b)
	if errA != nil || errB != nil {
		return bytes.Equal(a, b)
	}
	return sameValue(va, vb)
}

func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	// A second value, or anything else behind the first, makes it no JSON text.
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one value")
	}
	return v, nil
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, sameValue)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a.String(), b.String())
	}
	return a == b
}

// sameNumber compares in double precision, which is how most servers keep numbers:
// a difference that the other side cannot hold would be one for ever.
func sameNumber(a, b string) bool {
	fa, errA := strconv.ParseFloat(a, 64)
	fb, errB := strconv.ParseFloat(b, 64)
	return a == b || errA == nil && errB == nil && fa == fb
}

// ParseObject returns the members of a JSON object, each as it is written; nil
// for a text that is not a JSON object.
func ParseObject(text string) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil {
		return nil
	}
	return object
}

// FormatObject writes a JSON object the way Terraform's jsonencode does: no
// white space, keys in order, <, > and & escaped. Numbers stay as they are
// written, where jsonencode makes 1000 of 1e3.
func FormatObject(object map[string]json.RawMessage) string {
	text, err := json.Marshal(object)
	if err != nil {
		return "{}" // a RawMessage that is not JSON; ParseObject yields none
	}
	// What is inside a member is in the order in which it was sent: bring it in order.
	if v, err := decode(text); err == nil {
		if text, err = json.Marshal(v); err != nil {
			return "{}"
		}
	}
	return string(text)
}

// Format writes a JSON text the way FormatObject does. A text that is not JSON
// stays as it is.
func Format(text []byte) string {
	v, err := decode(text)
	if err != nil {
		return string(text)
	}
	formatted, err := json.Marshal(v)
	if err != nil {
		return string(text)
	}
	return string(formatted)
}
