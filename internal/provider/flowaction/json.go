package flowaction

import (
	"bytes"
	"encoding/json"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// Members are the members of a JSON object, each as it is written.
type Members = map[string]json.RawMessage

// Kind is a kind of JSON value, in the words of an error message.
type Kind string

// The kinds of JSON values.
const (
	Object  Kind = "an object"
	Array   Kind = "an array"
	String  Kind = "a string"
	Number  Kind = "a number"
	Boolean Kind = "a boolean"
	Null    Kind = "null"
)

// KindOf returns the kind of a valid JSON text; an empty one counts as null.
func KindOf(value []byte) Kind {
	value = bytes.TrimLeft(value, " \t\r\n")
	if len(value) == 0 {
		return Null
	}
	switch value[0] {
	case '{':
		return Object
	case '[':
		return Array
	case '"':
		return String
	case 't', 'f':
		return Boolean
	case 'n':
		return Null
	}
	return Number
}

// JSON returns a value as JSON. A value that cannot be written, which is only one
// with a json.RawMessage that is not JSON, becomes null.
func JSON(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

// StringOf returns the string that a JSON text is, empty if it is not a string.
func StringOf(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// ID returns the ID of an action in Auth0's JSON, and whether it has one.
func ID(action json.RawMessage) (string, bool) {
	id := StringOf(jsontext.ParseObject(string(action))[AttrID])
	return id, id != ""
}
