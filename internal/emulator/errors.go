package emulator

import (
	"net/http"
	"strings"
)

// response is what an operation answers. A nil body is sent as an empty one.
type response struct {
	status int
	body   any
	header http.Header
}

func reply(status int, body any) *response { return &response{status: status, body: body} }

// apiError is an answer in the error shape of the Management API. The code is left out where Auth0 has none.
type apiError struct {
	status  int
	message string
	code    string
	// repeated says that the message is sent a second time under "attributes", as with refused tokens.
	repeated bool
	header   http.Header
}

func (e *apiError) response() *response {
	body := object{{"statusCode", e.status}, {"error", reason(e.status)}, {"message", e.message}}
	if e.code != "" {
		body = append(body, field{"errorCode", e.code})
	}
	if e.repeated {
		body = append(body, field{"attributes", object{{"error", e.message}}})
	}
	return &response{status: e.status, body: body, header: e.header}
}

// reason is the name of a status as Auth0 writes it.
func reason(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Request Entity Too Large"
	case http.StatusRequestURITooLong:
		return "Request-URI Too Large"
	}
	return http.StatusText(status)
}

func badRequest(code, message string) *apiError {
	return &apiError{status: http.StatusBadRequest, code: code, message: message}
}

func notFound(code, message string) *apiError {
	return &apiError{status: http.StatusNotFound, code: code, message: message}
}

func unauthorized(message string) *apiError {
	return &apiError{status: http.StatusUnauthorized, message: message, repeated: true}
}

func forbidden(code, message string) *apiError {
	return &apiError{status: http.StatusForbidden, code: code, message: message}
}

// insufficientScope names the scopes of which one would do. Auth0 writes a comma in some places of its
// documentation and a semicolon in others; mark tells which.
func insufficientScope(mark string, scopes ...string) *apiError {
	return forbidden("insufficient_scope", "Insufficient scope"+mark+" expected any of: "+strings.Join(scopes, ","))
}

// oauthError is an answer in the shape of the token endpoint, which differs from the Management API's.
func oauthError(status int, code, description string) *response {
	return reply(status, object{{"error", code}, {"error_description", description}})
}
