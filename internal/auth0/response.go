package auth0

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// Responses are decoded and checked here, and nowhere else: a success is believed
// only if it answers the question that was asked.

// object is implemented by what Auth0 identifies with an ID.
type object interface{ objectID() string }

func (u User) objectID() string            { return u.ID }
func (c VaultConnection) objectID() string { return c.ID }
func (f Flow) objectID() string            { return f.ID }
func (a Application) objectID() string     { return a.ID }
func (g Grant) objectID() string           { return g.ID }

// lacksItems reports that a page of a list, a struct with a slice of items, has none: a
// response without the member that holds them does not say that the list is empty.
func lacksItems(page any) bool {
	v := reflect.ValueOf(page)
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.IsNil() {
			return true
		}
	}
	return false
}

// Objects are decoded with the same tolerance: an attribute that is not of its
// usual type counts as absent. Identity providers put lists and objects into
// profiles, and one such user must not keep all others from being read.

// UnmarshalJSON leaves out attributes that are not of their usual type.
func (u *User) UnmarshalJSON(data []byte) error {
	type plain User
	return unmarshalTolerant(data, (*plain)(u))
}

// UnmarshalJSON leaves out attributes that are not of their usual type.
func (c *VaultConnection) UnmarshalJSON(data []byte) error {
	type plain VaultConnection
	return unmarshalTolerant(data, (*plain)(c))
}

// UnmarshalJSON leaves out attributes that are not of their usual type.
func (f *Flow) UnmarshalJSON(data []byte) error {
	type plain Flow
	return unmarshalTolerant(data, (*plain)(f))
}

// UnmarshalJSON leaves out attributes that are not of their usual type.
func (a *Application) UnmarshalJSON(data []byte) error {
	type plain Application
	return unmarshalTolerant(data, (*plain)(a))
}

// UnmarshalJSON leaves out attributes that are not of their usual type.
func (g *Grant) UnmarshalJSON(data []byte) error {
	type plain Grant
	return unmarshalTolerant(data, (*plain)(g))
}

// unmarshalTolerant decodes an object without the members that do not fit T, which
// must have no UnmarshalJSON of its own.
func unmarshalTolerant[T any](data []byte, out *T) error {
	err := json.Unmarshal(data, out)
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	for key, value := range members {
		if member, err := json.Marshal(map[string]any{key: value}); err != nil || json.Unmarshal(member, new(T)) != nil {
			delete(members, key)
		}
	}
	fitting, err := json.Marshal(members)
	if err != nil {
		return err
	}
	*out = *new(T)
	return json.Unmarshal(fitting, out)
}

// decode turns the successful response to an operation into T: an object, a page of
// a list, a list, or struct{} for a deletion. The error is an *UnexpectedResponseError.
func decode[T any](r *response) (T, error) {
	var out T
	if problem := decodeInto(r, &out); problem != "" {
		return *new(T), r.unexpected(problem)
	}
	return out, nil
}

// decodeInto returns why the response is not one to the operation, or nothing.
func decodeInto[T any](r *response, out *T) (problem string) {
	if _, deletion := any(*out).(struct{}); deletion {
		if r.status != http.StatusNoContent {
			return "a deletion is confirmed with status 204"
		}
		return ""
	}
	if _, ok := any(*out).(accepted); ok {
		if r.status != http.StatusAccepted && r.status != http.StatusNoContent {
			return "it is confirmed with status 202"
		}
		return ""
	}
	if !isJSON(r.header) {
		return "its content type is not JSON"
	}
	if r.tooLarge != nil {
		return r.tooLarge.Error()
	}
	if err := json.Unmarshal(r.body, out); err != nil {
		return bodyProblem(r.body, err)
	}
	if strings.TrimSpace(string(r.body)) == "null" {
		return "its body is null"
	}
	if got, ok := any(*out).(object); ok {
		switch id := got.objectID(); {
		case id == "":
			return "it has no ID"
		case r.op.id != "" && id != r.op.id:
			return "it is about " + cut(quote(id), maxExcerpt)
		}
	} else if lacksItems(*out) {
		return "it has no list of items"
	}
	return ""
}

// bodyProblem says why a body cannot be decoded, without the names of Go's types.
func bodyProblem(body []byte, err error) string {
	var mismatch *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "its body is empty"
	case !errors.As(err, &mismatch):
		return "its body cannot be read: " + err.Error()
	case mismatch.Field == "":
		return fmt.Sprintf("its body is of another type (JSON %s)", mismatch.Value)
	}
	return fmt.Sprintf("the member %s of its body is of another type (JSON %s)", mismatch.Field, mismatch.Value)
}

// unexpected returns the error for a success that is not believed. Of JSON nothing
// is quoted, whatever its content type and wherever it begins: it may hold a secret
// that only Auth0 knows yet, such as the token that was asked for.
func (r *response) unexpected(problem string) *UnexpectedResponseError {
	e := &UnexpectedResponseError{
		Host: r.host, Op: r.op.name, Status: r.status, ContentType: r.header.Get("Content-Type"), Problem: problem,
		OutcomeUnknown: r.method != http.MethodGet && r.op.name != getToken, // an unused token changes nothing
	}
	if !isJSON(r.header) {
		text, _, _ := bytes.Cut(r.body, []byte("{"))
		e.Excerpt = excerpt(text, r.secrets...)
	}
	return e
}

// isJSON reports whether a response is declared to be JSON, or not declared at all.
func isJSON(header http.Header) bool {
	contentType := header.Get("Content-Type")
	if contentType == "" {
		return true
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}

// checkPath refuses a request whose path would address another object, or a whole
// collection, because an ID is empty or has a meaning in paths.
func checkPath(u *url.URL) error {
	for _, segment := range strings.Split(u.EscapedPath(), "/")[1:] {
		switch decoded, err := url.PathUnescape(segment); {
		case err != nil:
			return err
		case decoded == "", decoded == ".", decoded == "..":
			return &InvalidIDError{decoded}
		}
	}
	return nil
}
