package tfkit

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// JSONEqual reports whether two JSON texts mean the same: neither white space,
// nor the order of keys, nor the way a number is written matters. Texts that are
// no JSON are equal only to the letter.
func JSONEqual(a, b []byte) bool {
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
	err := decoder.Decode(&v)
	return v, err
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

// longestNumber bounds what is compared by value: 1e999999999 is short to write
// and long to work out.
const longestNumber = 40

func sameNumber(a, b string) bool {
	if a == b || len(a) > longestNumber || len(b) > longestNumber {
		return a == b
	}
	fa, _, errA := big.ParseFloat(a, 10, 200, big.ToNearestEven)
	fb, _, errB := big.ParseFloat(b, 10, 200, big.ToNearestEven)
	return errA == nil && errB == nil && fa.Cmp(fb) == 0
}

// ParseObject returns the members of a JSON object, each as it is written; nil
// for a text that is none.
func ParseObject(text string) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil {
		return nil
	}
	return object
}

// FormatObject writes a JSON object the way Terraform's jsonencode does: no
// white space, keys in order.
func FormatObject(object map[string]json.RawMessage) string {
	text, err := json.Marshal(object)
	if err != nil {
		return "{}" // a RawMessage that is no JSON; ParseObject yields none
	}
	// What is inside a member is in the order in which it was sent: bring it in order.
	if v, err := decode(text); err == nil {
		if text, err = json.Marshal(v); err != nil {
			return "{}"
		}
	}
	return string(text)
}
