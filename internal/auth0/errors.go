package auth0

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// Error is a response of the Management API's host that is not a success.
type Error struct {
	// Op is what was attempted, such as "create user".
	Op string
	// Method and Path are the request's; the path has no query.
	Method, Path string
	// Status is the HTTP status, Reason its name as the body gives it.
	Status int
	Reason string
	// Code is Auth0's errorCode. Many answers have none.
	Code string
	// Message is Auth0's own text, without control characters and with every known
	// secret taken out. It is cut after 1,000 characters.
	Message string
	// Foreign is true when the response does not have the form of Auth0's errors:
	// something else answered, such as a proxy. Message is an excerpt of it then.
	Foreign bool
	// Gone is true when Auth0 itself says that the object that was asked for does not exist.
	Gone bool
	// Location is where a redirect points to, which is not followed.
	Location string
	// Domain, ClientID and Audience say whose token the request carried.
	Domain, ClientID, Audience string
}

// Error gives status, code and message as Auth0 sent them.
func (e *Error) Error() string {
	switch {
	case e.Location != "":
		return fmt.Sprintf("the host %s answered the attempt to %s with a redirect to %s (%d), which is not followed. "+
			"Check that the domain is the tenant's", e.Domain, e.Op, e.Location, e.Status)
	case e.Foreign:
		return fmt.Sprintf("the host %s answered the attempt to %s, but not as Auth0 does (%d): %s", e.Domain, e.Op, e.Status, e.Message)
	}
	code := ""
	if e.Code != "" {
		code = " " + e.Code
	}
	return fmt.Sprintf("Auth0 refused to %s (%d%s): %s", e.Op, e.Status, code, e.Message)
}

// Kind sorts refusals by what can be done about them.
type Kind int

// The kinds of refusals.
const (
	// OtherRefusal is anything not listed below.
	OtherRefusal Kind = iota
	// Invalid: the request, or what it would do, is against the rules.
	Invalid
	// Unauthorized: the token is not accepted.
	Unauthorized
	// Forbidden: the token lacks a scope, or the tenant's plan does not allow it.
	Forbidden
	// NotFound: the object or the endpoint does not exist. See also IsNotFound.
	NotFound
	// Conflict: it exists already, or something else is in the way.
	Conflict
	// Limited: the rate limit is used up.
	Limited
	// Failure: of the server, or of something in front of it.
	Failure
)

// kindOf returns the kind of a refusal by its status.
func kindOf(status int) Kind {
	switch {
	case status == http.StatusBadRequest:
		return Invalid
	case status == http.StatusUnauthorized:
		return Unauthorized
	case status == http.StatusForbidden:
		return Forbidden
	case status == http.StatusNotFound:
		return NotFound
	case status == http.StatusConflict:
		return Conflict
	case status == http.StatusTooManyRequests:
		return Limited
	case status >= http.StatusInternalServerError:
		return Failure
	}
	return OtherRefusal
}

// Kind returns the kind of the refusal.
func (e *Error) Kind() Kind { return kindOf(e.Status) }

// IsWrite reports whether the request that was refused would have changed something.
func (e *Error) IsWrite() bool { return e.Method != http.MethodGet }

// ExpectedScopes returns the scopes of which Auth0 expected any, when the
// request was refused because the token has none of them.
//
// The texts vary: "Insufficient scope, expected any of: a,b" and "Insufficient
// scope; expected any of: a, b." were both seen.
func (e *Error) ExpectedScopes() []string {
	if e.Status != http.StatusForbidden {
		return nil
	}
	_, list, found := strings.Cut(e.Message, "expected any of:")
	if !found {
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '.' })
}

// lacksScope reports that the token has none of the expected scopes, whether
// Auth0 lists them or not.
func (e *Error) lacksScope() bool {
	return e.Status == http.StatusForbidden && (e.Code == "insufficient_scope" || len(e.ExpectedScopes()) > 0)
}

// TokenError is a refusal of the token endpoint.
type TokenError struct {
	// Domain is the host that refused, ClientID and Audience what it was asked for.
	Domain, ClientID, Audience string
	// Status is the HTTP status.
	Status int
	// Code and Description are OAuth's error and error_description.
	Code, Description string
}

// Kind returns the kind of the refusal.
func (e *TokenError) Kind() Kind { return kindOf(e.Status) }

// Error gives status, code and description as Auth0 sent them.
func (e *TokenError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("the host %s answered the request for a token for client %q and the audience %q, but not as Auth0 does (%d): %s",
			e.Domain, e.ClientID, e.Audience, e.Status, e.Description)
	}
	return fmt.Sprintf("the host %s refused a token to client %q for the audience %q (%d %s): %s",
		e.Domain, e.ClientID, e.Audience, e.Status, e.Code, e.Description)
}

// Refusal says which part of the credentials the token endpoint refused.
type Refusal int

// What a token endpoint can object to.
const (
	// RefusedOther is anything not listed below, such as a failure of the server.
	RefusedOther Refusal = iota
	// RefusedClient: the client id or its secret is wrong. Auth0 does not say which.
	RefusedClient
	// RefusedGrant: the client has no client grant for the audience.
	RefusedGrant
	// RefusedGrantType: the client may not use client credentials at all.
	RefusedGrantType
	// RefusedAudience: the tenant has no API of that identifier.
	RefusedAudience
)

// Refusal tells from status, code and text what was refused. Auth0 documents
// neither in full: wrong secrets were seen as 401 access_denied and as 401
// invalid_client, an unknown audience with a status that is not documented.
func (e *TokenError) Refusal() Refusal {
	text := strings.ToLower(e.Description)
	switch {
	case e.Status >= 500 || e.Status == http.StatusTooManyRequests:
		return RefusedOther
	case e.Code == "":
		return RefusedOther // not Auth0's: a proxy in between, say
	case strings.Contains(text, "service not found") || strings.Contains(text, "service not enabled"):
		return RefusedAudience
	case strings.Contains(text, "not authorized to access") || strings.Contains(text, "client-grant"):
		return RefusedGrant
	case e.Code == "unauthorized_client" || strings.Contains(text, "grant type"):
		return RefusedGrantType
	case e.Status == http.StatusUnauthorized || e.Code == "invalid_client":
		return RefusedClient
	case e.Status == http.StatusForbidden:
		return RefusedGrant
	}
	return RefusedOther
}

// UnreachableError means that a host gave no answer, or not all of one: its name is
// unknown, the connection failed or was cut, the certificate is not trusted, or time
// ran out.
type UnreachableError struct {
	// Host is the host that was asked.
	Host string
	// Op is what was attempted.
	Op string
	// OutcomeUnknown is true when the request may have been carried out anyway.
	OutcomeUnknown bool
	// Attempts is how often the request was sent; 0 if it was not, because the host
	// did not answer another a moment ago.
	Attempts int
	// Partial is true when the response had begun.
	Partial bool
	// Err is the reason as the network gave it.
	Err error
}

// Error names the host, the reason, which includes the time limit if there was one,
// and the number of attempts.
func (e *UnreachableError) Error() string {
	what := "no answer"
	if e.Partial {
		what = "no complete answer"
	}
	return fmt.Sprintf("%s from %s to the attempt to %s: %s", what, e.Host, e.Op,
		printable((&transport.Error{Attempts: e.Attempts, Err: e.Err}).Error(), maxMessage))
}

// Unwrap returns the network's error.
func (e *UnreachableError) Unwrap() error { return e.Err }

// UnexpectedResponseError means that a request was answered with a success that is
// not Auth0's answer to it: an HTML page, say, or an object with another ID. What was
// asked for may have been done.
type UnexpectedResponseError struct {
	// Host is the host that was asked, Op what was attempted.
	Host, Op string
	// Status and ContentType are the response's.
	Status      int
	ContentType string
	// OutcomeUnknown is true when the request, if Auth0 received it, changed something.
	OutcomeUnknown bool
	// Problem says what is wrong with the response.
	Problem string
	// Excerpt is the beginning of the body, up to where JSON may begin.
	Excerpt string
}

// Error says what was received, and what is wrong with it.
func (e *UnexpectedResponseError) Error() string {
	text := fmt.Sprintf("the host %s answered the attempt to %s, but not as Auth0 does: %s (status %d, content type %s)",
		e.Host, e.Op, e.Problem, e.Status, cut(quote(e.ContentType), maxExcerpt))
	if e.Excerpt != "" {
		text += ". It begins with: " + e.Excerpt
	}
	return text
}

// IsNotFound reports whether Auth0 itself says that the object that was asked for
// does not exist. A list, a page of a proxy or a missing endpoint cannot say so.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Gone
}

// IsDenied reports whether err is about the credentials rather than about the
// object: no token for them, a token that is not accepted, or a scope that it lacks.
func IsDenied(err error) bool {
	var token *TokenError
	if errors.As(err, &token) {
		return token.Refusal() != RefusedOther
	}
	var e *Error
	return errors.As(err, &e) && !e.Foreign &&
		(e.Status == http.StatusUnauthorized || e.lacksScope())
}

// newError reads the error body of the Management API. A body of another form, from
// a proxy for instance, is quoted in part. The secrets are taken out of all of it.
func newError(r *response) *Error {
	e := &Error{Op: r.op.name, Method: r.method, Path: r.path, Status: r.status, Reason: http.StatusText(r.status)}
	var parsed struct {
		StatusCode int             `json:"statusCode"`
		Error      string          `json:"error"`
		Message    json.RawMessage `json:"message"`
		ErrorCode  string          `json:"errorCode"`
	}
	readable := r.tooLarge == nil && isJSON(r.header) && json.Unmarshal(r.body, &parsed) == nil
	e.Foreign = !readable || parsed.StatusCode != r.status
	e.Gone = !e.Foreign && r.status == http.StatusNotFound && r.op.id != "" && r.header.Get("Content-Type") != ""
	if r.status >= 300 && r.status <= 399 {
		e.Location = cut(quote(redact(r.header.Get("Location"), r.secrets...)), maxExcerpt)
	}
	if readable && parsed.Message != nil {
		e.Code = printable(parsed.ErrorCode, maxExcerpt, r.secrets...)
		if parsed.Error != "" {
			e.Reason = printable(parsed.Error, maxExcerpt, r.secrets...)
		}
		e.Message = printable(messageText(parsed.Message), maxMessage, r.secrets...)
	} else {
		e.Message = excerpt(r.body, r.secrets...)
	}
	if e.Message == "" {
		e.Message = e.Reason
	}
	if r.tooLarge != nil {
		e.Message += fmt.Sprintf(" (%v)", r.tooLarge)
	}
	return e
}

// messageText returns the text of a message, which is usually a string, and may
// be a list of them.
func messageText(message json.RawMessage) string {
	var text string
	if json.Unmarshal(message, &text) == nil {
		return text
	}
	var list []string
	if json.Unmarshal(message, &list) == nil {
		return strings.Join(list, "; ")
	}
	return string(message)
}

const (
	// maxExcerpt bounds in characters what is quoted of a response that is not Auth0's.
	maxExcerpt = 300
	// maxMessage bounds in characters what is quoted of Auth0's own texts.
	maxMessage = 1000
	// minRedactedPrefix is how many characters of a secret's beginning are enough to be
	// taken out: where a text ends, and anywhere else.
	minRedactedEnd    = 4
	minRedactedPrefix = 8
	// minRedactedWord is the length from which on a beginning of letters alone is redacted as well.
	minRedactedWord = 16
)

// excerpt shortens a body that is not Auth0's to what a message can hold.
func excerpt(body []byte, secrets ...string) string {
	return printable(string(body), maxExcerpt, secrets...)
}

// printable makes a server's text fit for a message of ours: without the secrets, in
// one line, without control characters, which a terminal would obey, and cut after
// so many characters. The secrets are taken out first: half of one is still half of one.
func printable(text string, maxLength int, secrets ...string) string {
	text = strings.Join(strings.Fields(redact(text, secrets...)), " ")
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if strconv.IsPrint(r) {
			out.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	return cut(out.String(), maxLength)
}

// cut shortens a text to so many characters.
func cut(text string, maxLength int) string {
	for i := range text {
		if maxLength--; maxLength < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// redact takes every secret out of a text, in whichever way it is written there: a
// server may echo what it was sent, in JSON, in a form or on a page. It may also cut
// it, so the beginning of a secret is taken out as well.
func redact(text string, secrets ...string) string {
	const redacted = "(redacted)"
	var forms []string
	for _, secret := range secrets {
		if secret != "" {
			forms = append(forms, secret, jsonForm(secret, true), jsonForm(secret, false),
				url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret))
		}
	}
	slices.Sort(forms)
	forms = slices.Compact(forms)
	var out strings.Builder
	for i := 0; i < len(text); {
		longest := 0
		for _, form := range forms {
			n := commonPrefix(text[i:], form)
			if n == len(form) || n >= minRedactedPrefix && !isWord(form[:n]) || n >= minRedactedEnd && i+n == len(text) {
				longest = max(longest, n)
			}
		}
		if longest == 0 {
			out.WriteByte(text[i])
			i++
			continue
		}
		out.WriteString(redacted)
		i += longest
	}
	return out.String()
}

// isWord reports whether the beginning of a secret is a word that anybody may write: a password that begins with "Password" must
// not take that word out of Auth0's "PasswordStrengthError".
func isWord(prefix string) bool {
	return len(prefix) < minRedactedWord && !strings.ContainsFunc(prefix, func(r rune) bool { return !unicode.IsLetter(r) })
}

// commonPrefix returns how many bytes two texts have in common at their beginnings.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// jsonForm returns a text as it is written inside of a JSON string.
func jsonForm(text string, escapeHTML bool) string {
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(text) != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimSuffix(quoted.String(), "\n"), `"`)[1:]
}

func isUnexpected(err error) bool {
	var unexpected *UnexpectedResponseError
	return errors.As(err, &unexpected)
}

// IsAmbiguous reports whether a request that ended with err may have been
// carried out anyway.
func IsAmbiguous(err error) bool {
	var unexpected *UnexpectedResponseError
	if errors.As(err, &unexpected) {
		return unexpected.OutcomeUnknown
	}
	var unreachable *UnreachableError
	if errors.As(err, &unreachable) {
		return unreachable.OutcomeUnknown
	}
	var e *Error
	return errors.As(err, &e) && transport.IsRetryableStatus(e.Status)
}

// InvalidIDError means that an ID cannot be that of an object: no request was sent.
type InvalidIDError struct{ ID string }

// Error quotes the ID.
func (e *InvalidIDError) Error() string { return fmt.Sprintf("%q is not an ID", e.ID) }

// MultipleMatchesError means that a name belongs to several objects.
type MultipleMatchesError struct {
	// What names the kind of object in the plural, Name is the name they share.
	What, Name string
	// IDs are the ids of the objects that have it.
	IDs []string
}

// Error lists the ids.
func (e *MultipleMatchesError) Error() string {
	return fmt.Sprintf("several %s are named %q: %s", e.What, e.Name, strings.Join(e.IDs, ", "))
}

// NoSuchNameError means that a name belongs to no object.
type NoSuchNameError struct {
	// What names the kind of object, Name is the name that none has.
	What, Name string
}

// Error names both.
func (e *NoSuchNameError) Error() string { return fmt.Sprintf("no %s is named %q", e.What, e.Name) }

func quote(s string) string { return fmt.Sprintf("%q", s) }
