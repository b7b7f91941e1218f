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
	"testing"
	"unicode/utf8"
)

// TestTokenRefusal: every text that is documented or was seen, with its status.
func TestTokenRefusal(t *testing.T) {
	t.Parallel()
	const (
		older = `Client is not authorized to access "https://acme.eu.auth0.com/api/v2/". You might probably want to create a "client-grant" ` +
			`associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`
		usual = `Client is not authorized to access "https://acme.eu.auth0.com/api/v2/". You need to create a "client-grant" associated to ` +
			`this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`
		newer = `Client "Xf9aZ" is not authorized to access resource server "https://acme.eu.auth0.com/api/v2/".`
	)
	for _, test := range []struct {
		status            int
		code, description string
		want              Refusal
		heals             bool
	}{
		{400, "invalid_request", "Missing required parameter: audience", RefusedOther, false},
		{400, "unsupported_grant_type", "Grant type not supported", RefusedGrantType, true},
		{400, "invalid_grant", "", RefusedOther, false},
		{401, "invalid_client", "Client authentication failed", RefusedClient, true},
		{401, "access_denied", "Unauthorized", RefusedClient, true},
		{400, "invalid_client", "Client authentication failed", RefusedClient, true},
		{403, "access_denied", "Access denied", RefusedGrant, true},
		{403, "access_denied", older, RefusedGrant, true},
		{403, "access_denied", usual, RefusedGrant, true},
		{403, "access_denied", newer, RefusedGrant, true},
		{403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.", RefusedGrantType, true},
		{403, "access_denied", "Service not found: https://acme.eu.auth0.com/api/v2", RefusedAudience, false},
		{400, "access_denied", "Service not found: https://acme.eu.auth0.com/api/v2", RefusedAudience, false},
		{403, "access_denied", "Service not enabled within domain: https://acme.eu.auth0.com/api/v2/", RefusedAudience, false},
		{429, "too_many_requests", "Rate limit exceeded. Please retry after some time.", RefusedOther, false},
		{429, "too_many_requests", "Client quota exceeded", RefusedOther, false},
		{429, "access_denied", "Client is not authorized to access it at this rate", RefusedOther, false},
		{500, "server_error", "Unauthorized", RefusedOther, false},
		{503, "access_denied", usual, RefusedOther, false},
		// Not Auth0's: a proxy speaks no OAuth.
		{401, "", "Login required", RefusedOther, false},
		{403, "", "You are not authorized to access this page.", RefusedOther, false},
		{407, "", "Proxy Authentication Required", RefusedOther, false},
		{302, "", "Moved", RefusedOther, false},
	} {
		e := &TokenError{Domain: "acme.eu.auth0.com", ClientID: "id", Audience: "aud", Status: test.status, Code: test.code,
			Description: test.description}
		if got := e.Refusal(); got != test.want {
			t.Errorf("%d %s %q: got %v, expected %v", test.status, test.code, test.description, got, test.want)
		}
		if got := e.MayBePropagationDelay(); got != test.heals {
			t.Errorf("%d %s %q: may heal: %v, expected %v", test.status, test.code, test.description, got, test.heals)
		}
		if IsDenied(e) != (test.want != RefusedOther) {
			t.Errorf("%d %s %q: about the credentials: %v", test.status, test.code, test.description, IsDenied(e))
		}
		for _, part := range []string{"acme.eu.auth0.com", `"id"`, `"aud"`, fmt.Sprint(test.status), test.code, test.description} {
			if !strings.Contains(e.Error(), part) {
				t.Errorf("%q does not say %q", e.Error(), part)
			}
		}
	}
}

// TestExpectedScopes: from both texts, and only from a 403.
func TestExpectedScopes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status  int
		message string
		want    []string
	}{
		{403, "Insufficient scope, expected any of: read:users", []string{"read:users"}},
		{403, "Insufficient scope, expected any of: read:users,read:user_idp_tokens", []string{"read:users", "read:user_idp_tokens"}},
		{403, "Insufficient scope; expected any of: read:users, read:user_idp_tokens, read:current_user.",
			[]string{"read:users", "read:user_idp_tokens", "read:current_user"}},
		{403, "Insufficient scope; expected any of: create:flows_vault_connections.", []string{"create:flows_vault_connections"}},
		{403, "Insufficient scope, expected any of:", nil},
		{403, "Insufficient scope", nil},
		{403, "User to be acted on does not match subject in bearer token.", nil},
		{403, "Please upgrade your subscription to use bot detection", nil},
		{400, "Insufficient scope, expected any of: read:users", nil},
	} {
		e := &Error{Op: "read user", Status: test.status, Message: test.message}
		if got := e.ExpectedScopes(); !slices.Equal(got, test.want) {
			t.Errorf("%d %q: got %q, expected %q", test.status, test.message, got, test.want)
		}
		if IsDenied(e) != (len(test.want) > 0) {
			t.Errorf("%d %q: about the credentials: %v", test.status, test.message, IsDenied(e))
		}
	}
}

// TestErrorBodies: what is said of an answer, whatever it looks like.
func TestErrorBodies(t *testing.T) {
	t.Parallel()
	page := "<html>\n<head><title>403 Forbidden</title></head>\n<body>\n  <h1>Blocked by policy</h1>\n" + strings.Repeat("<p>äöü</p>",
		200) + "</body></html>"
	for name, test := range map[string]struct {
		status              int
		body                string
		message, code, text string
	}{
		"as documented": {
			404, `{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}`,
			"The user does not exist.", "inexistent_user", "Auth0 refused to read the user (404 inexistent_user): The user does not exist.",
		},
		"no code": {
			404, `{"statusCode":404,"error":"Not Found","message":"Connection not found"}`,
			"Connection not found", "", "Auth0 refused to read the user (404): Connection not found",
		},
		"further keys": {
			401, `{"statusCode":401,"error":"Unauthorized","message":"Expired token","attributes":{"error":"Expired token"}}`,
			"Expired token", "", "(401): Expired token",
		},
		"several messages": {400, `{"statusCode":400,"error":"Bad Request","message":["email is missing","name is too long"]}`,
			"email is missing; name is too long", "", "(400): email is missing; name is too long"},
		"a structure": {400, `{"message":{"email":["is missing"]}}`, `{"email":["is missing"]}`, "",
			`not as Auth0 does (400): {"email":["is missing"]}`},
		"empty message":   {400, `{"statusCode":400,"error":"Bad Request","message":""}`, "Bad Request", "", "(400): Bad Request"},
		"no message":      {400, `{"statusCode":400,"error":"Bad Request"}`, `{"statusCode":400,"error":"Bad Request"}`, "", "(400): {"},
		"null as message": {500, `{"statusCode":500,"message":null}`, "Internal Server Error", "", "(500): Internal Server Error"},
		"OAuth's shape": {400, `{"error":"invalid_request","error_description":"no"}`,
			`{"error":"invalid_request","error_description":"no"}`, "", "invalid_request"},
		"nothing":               {502, ``, "Bad Gateway", "", "not as Auth0 does (502): Bad Gateway"},
		"white space":           {504, " \r\n\t ", "Gateway Timeout", "", "not as Auth0 does (504): Gateway Timeout"},
		"an unknown status":     {599, ``, "", "", "(599)"},
		"text":                  {503, "upstream connect error", "upstream connect error", "", "not as Auth0 does (503): upstream connect error"},
		"a number":              {500, `17`, "17", "", "Auth0 does (500): 17"},
		"an array":              {500, `["a","b"]`, `["a","b"]`, "", `Auth0 does (500): ["a","b"]`},
		"error is not a string": {500, `{"error":{"code":1},"message":"no"}`, `{"error":{"code":1},"message":"no"}`, "", "(500)"},
		"cut off":               {500, `{"statusCode":500,"message":"An inter`, `{"statusCode":500,"message":"An inter`, "", "(500)"},
		"a page": {403, page, "", "",
			`Auth0 does (403): <html> <head><title>403 Forbidden</title></head> <body> <h1>Blocked by policy</h1>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newError(&response{
				op: operation{name: "read the user", id: "1"}, status: test.status, body: []byte(test.body),
				header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
			})
			if test.message != "" && e.Message != test.message || e.Code != test.code {
				t.Errorf("got message %q and code %q, expected %q and %q", e.Message, e.Code, test.message, test.code)
			}
			if !strings.Contains(e.Error(), test.text) {
				t.Errorf("%q does not say %q", e.Error(), test.text)
			}
			if utf8.RuneCountInString(e.Error()) > 400 || !utf8.ValidString(e.Error()) || strings.ContainsAny(e.Error(), "\n\t") {
				t.Errorf("too long, or no text to show: %q", e.Error())
			}
		})
	}
}

// secretsThatHurt are the ones that look different wherever they are written.
var secretsThatHurt = []string{
	"plainSecret0123456789",
	`quote"inside`, `back\slash\\twice`, "tab\tand\nnewline", `<b>&'"</b>`, "with space  twice", "plus+and/slash=and%25",
	"ümläut-пароль-密码", "\u2028line separator", "emoji 🔑 key", `{"json":"inside"}`, "(redacted)", strings.Repeat("long", 100),
}

// TestRedact: no form of a secret is left.
func TestRedact(t *testing.T) {
	t.Parallel()
	for _, secret := range secretsThatHurt {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		for name, echo := range map[string]string{
			"as it is":  secret,
			"in JSON":   strings.Trim(string(quoted), `"`),
			"in a form": url.QueryEscape(secret),
			"in a path": url.PathEscape(secret),
			"on a page": html.EscapeString(secret),
		} {
			text := "before " + echo + " after, and again:" + echo + "."
			got := redact(text, "unrelated", secret, "")
			if want := "before (redacted) after, and again:(redacted)."; got != want {
				t.Errorf("%q %s: got %q", secret, name, got)
			}
		}
	}
	if got := redact("ab abc", "ab", "abc"); got != "(redacted) (redacted)" {
		t.Errorf("a secret that is a part of another: got %q", got)
	}
	if got := redact("the secret is red", "secret", "red"); got != "the (redacted) is (redacted)" {
		t.Errorf("a secret that is a part of the replacement: got %q", got)
	}
	if got := redact("nothing", "", ""); got != "nothing" {
		t.Errorf("no secrets: got %q", got)
	}
}

// TestRedact_beginning: a server may cut what it echoes.
func TestRedact_beginning(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t<Of>Somebody"
	for text, want := range map[string]string{
		"value s3cr3t<Of>S… is wrong":        "value (redacted)… is wrong",
		`{"value":"s3cr3t\u003cOf\u003eSom`:  `{"value":"(redacted)`,
		"value=s3cr3t%3COf":                  "value=(redacted)",
		"you sent s3cr":                      "you sent (redacted)",
		"you sent s3c":                       "you sent s3c",
		"s3cr3 is not enough in the middle":  "s3cr3 is not enough in the middle",
		"twice: s3cr3t<Of>Somebo, s3cr3t<O.": "twice: (redacted), (redacted).",
	} {
		if got := redact(text, secret); got != want {
			t.Errorf("%q: got %q, expected %q", text, got, want)
		}
	}
}

// TestRedact_word: a password that begins with a word of Auth0's own messages leaves them readable.
func TestRedact_word(t *testing.T) {
	t.Parallel()
	const text = "PasswordStrengthError: Password is too weak"
	if got := redact(text, "Password123!"); got != text {
		t.Errorf("got %q", got)
	}
	if got := redact("you sent Password12…", "Password123!"); got != "you sent (redacted)…" {
		t.Errorf("got %q", got)
	}
}

// TestPrintable: no text of a server moves the cursor, rings the bell or fills the screen.
func TestPrintable(t *testing.T) {
	t.Parallel()
	hostile := "\x1b[2J\x1b]0;title\x07red\u202etxt\u0085\u009b1m " + strings.Repeat("long ", 1000)
	body, err := json.Marshal(map[string]any{"statusCode": 400, "message": hostile, "errorCode": hostile, "error": hostile,
		"error_description": hostile})
	if err != nil {
		t.Fatal(err)
	}
	for name, fake := range map[string]*fakeTenant{
		"API, JSON": {api: func(*http.Request, int) (*http.Response, error) { return reply(400, string(body)) }},
		"API, page": {api: func(*http.Request, int) (*http.Response, error) {
			return reply(400, hostile, "Content-Type", "text/html")
		}},
		"API, success":  {api: func(*http.Request, int) (*http.Response, error) { return reply(200, hostile, "Content-Type", hostile) }},
		"API, redirect": {api: func(*http.Request, int) (*http.Response, error) { return reply(302, "", "Location", hostile) }},
		"API, ID": {api: func(*http.Request, int) (*http.Response, error) {
			id, _ := json.Marshal(map[string]string{"user_id": hostile})
			return reply(200, string(id))
		}},
		"token, JSON": {token: func(*http.Request, int) (*http.Response, error) { return reply(400, string(body)) }},
		"token, page": {token: func(*http.Request, int) (*http.Response, error) {
			return reply(400, hostile, "Content-Type", "text/html")
		}},
	} {
		_, err := fakeClient(t, fake).GetUser(t.Context(), "auth0|1")
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if i := strings.IndexFunc(err.Error(), func(r rune) bool { return !strconv.IsPrint(r) }); i >= 0 {
			t.Errorf("%s: %q has a control character at %d", name, err, i)
		}
		if n := utf8.RuneCountInString(err.Error()); n > 2*maxMessage {
			t.Errorf("%s: the error has %d characters", name, n)
		}
	}
}

// echo is a server that quotes what it was sent, in one of several ways.
type echo struct {
	name string
	body func(sent string) string
}

func echoes() []echo {
	quote := func(s string) string {
		text, _ := json.Marshal(s)
		return string(text)
	}
	return []echo{
		{"in the message", func(sent string) string {
			return `{"statusCode":400,"error":"Bad Request","message":` + quote("bad value: "+sent) + `}`
		}},
		{"in a list of messages", func(sent string) string { return `{"message":["no",` + quote("bad value: "+sent) + `]}` }},
		{"in a structure", func(sent string) string { return `{"message":{"value":` + quote(sent) + `}}` }},
		{"in the code", func(sent string) string { return `{"message":"no","errorCode":` + quote(sent) + `}` }},
		{"in the error", func(sent string) string { return `{"message":"","error":` + quote(sent) + `}` }},
		{"in error_description", func(sent string) string {
			return `{"error":"invalid_request","error_description":` + quote("bad: "+sent) + `}`
		}},
		{"in OAuth's error", func(sent string) string { return `{"error":` + quote(sent) + `}` }},
		{"in JSON of another shape", func(sent string) string { return `{"received":{"value":` + quote(sent) + `}}` }},
		{"on a page", func(sent string) string { return "<html><body>You sent: " + html.EscapeString(sent) + "</body></html>" }},
		{"at the end of what is quoted", func(sent string) string { return strings.Repeat("x", 290) + " " + sent + " tail" }},
		{"as text", func(sent string) string { return "cannot read " + sent }},
	}
}

// TestErrorsHoldNoSecret: whatever a server says about a request, the error that
// comes of it has none of the secrets that were in the request.
func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	for _, echo := range echoes() {
		t.Run(echo.name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range secretsThatHurt {
				if secret == "(redacted)" {
					continue
				}
				answer := func(sent string) (*http.Response, error) { return reply(http.StatusBadRequest, echo.body(sent)) }

				// The token endpoint, with a secret.
				client := fakeClient(t, &fakeTenant{token: func(*http.Request, int) (*http.Response, error) { return answer(secret) }},
					func(c *Credentials) { c.ClientSecret = secret })
				_, err := client.Token(t.Context())
				var refusal *TokenError
				if !errors.As(err, &refusal) {
					t.Fatalf("got %v, expected a *TokenError", err)
				}
				expectNoPart(t, err, secret)

				// The Management API, with a password, a vault connection's secret, and the token itself.
				fake := &fakeTenant{
					token: func(*http.Request, int) (*http.Response, error) {
						return reply(http.StatusOK, `{"access_token":"accessToken0123456789","token_type":"Bearer"}`)
					},
					api: func(r *http.Request, _ int) (*http.Response, error) {
						return answer(secret + " " + r.Header.Get("Authorization"))
					},
				}
				client = fakeClient(t, fake)
				_, err = client.CreateUser(t.Context(), UserOptions{Connection: "db"}, UserAttributes{Password: &secret})
				expectNoPart(t, err, secret, "accessToken0123456789")
				_, err = client.UpdateUser(t.Context(), "auth0|1", UserAttributes{Password: &secret})
				expectNoPart(t, err, secret, "accessToken0123456789")
				_, err = client.CreateVaultConnection(t.Context(), "forms", &VaultConnectionSetup{Domain: "d", ClientID: "c", ClientSecret: secret})
				expectNoPart(t, err, secret, "accessToken0123456789")
				_, err = client.UpdateVaultConnection(t.Context(), "ac_1", nil, &VaultConnectionSetup{Domain: "d", ClientID: "c", ClientSecret: secret})
				expectNoPart(t, err, secret, "accessToken0123456789")
			}
		})
	}
}

// expectNoPart fails if an error, or any of its fields, holds a secret or the
// better part of one.
func expectNoPart(t *testing.T, err error, secrets ...string) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	text := fmt.Sprintf("%s %+v %#v", err, err, err)
	var refusal *Error
	if errors.As(err, &refusal) {
		text += fmt.Sprintf("%+v", *refusal)
	}
	var token *TokenError
	if errors.As(err, &token) {
		text += fmt.Sprintf("%+v", *token)
	}
	for _, secret := range secrets {
		// A part that is plain looks the same in every writing.
		for _, part := range strings.FieldsFunc(secret, func(r rune) bool {
			return r < '0' || r > 'z' || r > '9' &&
				r < 'A' || r > 'Z' && r < 'a'
		}) {
			if len(part) > 5 && strings.Contains(text, part[:6]) {
				t.Errorf("the error for %q holds a part of it: %v", secret, err)
				break
			}
		}
	}
}

// TestAssertionIsNotShown: an assertion is as good as a secret as long as it lasts.
func TestAssertionIsNotShown(t *testing.T) {
	t.Parallel()
	fake := &fakeTenant{token: func(r *http.Request, _ int) (*http.Response, error) {
		_ = r.ParseForm()
		return reply(http.StatusUnauthorized,
			`{"error":"invalid_client","error_description":"bad assertion `+r.PostForm.Get("client_assertion")+`"}`)
	}}
	_, err := fakeClient(t, fake, func(c *Credentials) { c.PrivateKey = ourKey().pkcs8 }).Token(t.Context())
	if err == nil || strings.Contains(err.Error(), "eyJ") || !strings.Contains(err.Error(), "bad assertion (redacted)") {
		t.Errorf("got %v", err)
	}
}

// TestErrorKinds: what is known of an error, wrapped or not.
func TestErrorKinds(t *testing.T) {
	t.Parallel()
	gone := &Error{Op: "read", Status: 404, Message: "no", Gone: true}
	failed := &Error{Op: "read", Status: 503, Message: "no"}
	cut := &UnreachableError{Host: "h", Op: "create user", OutcomeUnknown: true, Err: errors.New("EOF")}
	refusedConnection := &UnreachableError{Host: "h", Op: "create user", Err: errors.New("connection refused")}
	unsure := &UnknownOutcomeError{Err: cut, Find: &Error{Op: "search", Status: 403,
		Message: "Insufficient scope, expected any of: read:users"}}
	for name, test := range map[string]struct {
		err                         error
		notFound, denied, ambiguous bool
	}{
		"404":                {gone, true, false, false},
		"404, wrapped":       {fmt.Errorf("more: %w", gone), true, false, false},
		"503":                {failed, false, false, true},
		"404 of a list":      {&Error{Op: "list", Status: 404, Message: "no"}, false, false, false},
		"401 of a proxy":     {&Error{Status: 401, Foreign: true}, false, false, false},
		"another answer":     {&UnexpectedResponseError{Op: "create", Status: 200, OutcomeUnknown: true}, false, false, true},
		"no token":           {&UnexpectedResponseError{Op: getToken, Status: 200}, false, false, false},
		"409":                {&Error{Status: 409}, false, false, false},
		"429":                {&Error{Status: 429}, false, false, false},
		"cut off":            {cut, false, false, true},
		"connection refused": {refusedConnection, false, false, false},
		"unsure":             {unsure, false, false, true},
		"another":            {errors.New("other"), false, false, false},
		"none":               {nil, false, false, false},
	} {
		if got := IsNotFound(test.err); got != test.notFound {
			t.Errorf("%s: not found: %v", name, got)
		}
		if got := IsDenied(test.err); got != test.denied {
			t.Errorf("%s: denied: %v", name, got)
		}
		if got := IsAmbiguous(test.err); got != test.ambiguous {
			t.Errorf("%s: ambiguous: %v", name, got)
		}
	}
	if got := cut.Error(); got != "no answer from h to the attempt to create user: EOF" {
		t.Errorf("got %q", got)
	}
	if got := unsure.Error(); !strings.Contains(got, "It may have been created anyway") || !strings.Contains(got, "EOF") ||
		!strings.Contains(got, "read:users") {
		t.Errorf("got %q", got)
	}
	for _, err := range []error{
		&MultipleMatchesError{What: "vault connections", Name: "forms", IDs: []string{"ac_1", "ac_2"}},
		&NoSuchNameError{What: "vault connection", Name: "forms"},
	} {
		if !strings.Contains(err.Error(), `"forms"`) {
			t.Errorf("%q does not name the name", err)
		}
	}
}
