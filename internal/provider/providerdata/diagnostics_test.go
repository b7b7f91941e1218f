package providerdata_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// An explained error has the words that the advice about it must contain; none for no advice.
type explained struct {
	err    error
	advice []string
}

// everyError returns an error of each kind.
func everyError() map[string]explained {
	const domain, audience = "acme.eu.auth0.com", "https://acme.eu.auth0.com/api/v2/"
	token := func(status int, code, description string, advice ...string) explained {
		return explained{&auth0.TokenError{
			Domain: domain, ClientID: "c1", Audience: audience, Status: status, Code: code, Description: description}, advice}
	}
	api := func(status int, code, message string, advice ...string) explained {
		return explained{&auth0.Error{
			Op: `create vault connection "forms"`, Method: "POST", Path: "/api/v2/flows/vault/connections", Status: status, Code: code,
			Message: message, Domain: domain, ClientID: "c1", Audience: audience,
		}, advice}
	}
	read := func(status int, foreign bool, advice ...string) explained {
		return explained{&auth0.Error{Op: "list flows", Method: "GET", Path: "/api/v2/flows", Domain: domain, Status: status,
			Message: "Not Found", Foreign: foreign}, advice}
	}
	const vaultClient = "the vault connection's client"
	return map[string]explained{
		"wrong secret": token(401, "access_denied", "Unauthorized", domain, `"c1"`, "vault_connection"),
		"no grant": token(403, "access_denied", `Client is not authorized to access "`+audience+`".`,
			`"c1"`, `"`+audience+`"`, "client grant"),
		"grant type": token(403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.",
			`"c1"`, "Client Credentials"),
		"unknown audience": token(403, "access_denied", "Service not found: "+audience, "/api/v2/", "slash", "canonical"),
		"token limit":      token(429, "too_many_requests", "Rate limit exceeded.", "-parallelism"),
		"proxy for token":  token(403, "", "Blocked by policy", `"acme.eu.auth0.com"`, "proxy"),
		"token 400":        token(400, "invalid_request", "Missing required parameter: client_id", vaultClient, "vault_connection"),
		"token 404":        token(404, "Not Found", "Not Found", `"acme.eu.auth0.com"`, "tenant's"),
		"token 502":        token(502, "", "Bad Gateway", "Run again later"),
		"header 400":       api(400, "Bearer", "Bad HTTP authentication header format", vaultClient, "vault_connection"),
		"unreachable": {&auth0.UnreachableError{Host: domain, Op: "read user", Err: errors.New("no such host")},
			[]string{`"acme.eu.auth0.com"`, "HTTPS_PROXY", "ca_cert_file", "AUTH0_CA_CERT_FILE"}},
		"unexpected response": {&auth0.UnexpectedResponseError{Host: domain, Op: "read user", Status: 200, Problem: "it has no ID"},
			[]string{`"acme.eu.auth0.com"`, "proxy"}},
		"proxy":            read(404, true, `"acme.eu.auth0.com"`, "proxy"),
		"missing endpoint": read(404, false, `"acme.eu.auth0.com"`, "endpoint"),
		"conflict, read":   read(409, false),
		"unknown outcome": {&auth0.UnknownOutcomeError{Err: api(502, "", "Bad Gateway").err,
			Find: api(403, "insufficient_scope", "Insufficient scope, expected any of: read:flows_vault_connections").err}, []string{"import it"}},
		"401": api(401, "", "Expired token received for JSON Web Token validation", "access token of "+vaultClient, domain, "vault_connection"),
		"scope": api(403, "insufficient_scope", "Insufficient scope; expected any of: create:flows_vault_connections.",
			"The vault connection's client", `"c1"`, "create:flows_vault_connections", `"`+audience+`"`),
		"some scope": api(403, "insufficient_scope", "Insufficient scope", "The vault connection's client", `"c1"`, "scope", `"`+audience+`"`),
		"other 403":  api(403, "insufficient_entitlement", "Please upgrade your subscription", `"c1"`, "plan"),
		"custom domains": api(409, "custom_domain_conflict", "The tenant has multiple verified custom domains.",
			"custom_domain_header", "AUTH0_CUSTOM_DOMAIN_HEADER", "does not mean that the object exists"),
		"conflict": api(409, "", "The user already exists.", "import it"),
		"429":      api(429, "too_many_requests", "Global limit has been reached", "-parallelism", "requests_per_second"),
		"502":      api(502, "", "Bad Gateway", "Run again later"),
		"400":      api(400, "invalid_body", "Payload validation error: 'String is too long' on property name"),
	}
}

// TestExplain: every message is the whole error, followed by advice where something can be done, and shows no secret. AddError has
// the same summary for all objects.
func TestExplain(t *testing.T) {
	t.Parallel()
	own, _ := newProvider(t).OwnClient()
	client := &providerdata.Client{Client: own.Client, Role: "the vault connection's client", CredentialsSource: "vault_connection"}
	for name, test := range everyError() {
		got := client.Explain(test.err)
		message, advice, _ := strings.Cut(got, "\n\n")
		if !strings.EqualFold(strings.TrimSuffix(message, "."), strings.TrimSuffix(test.err.Error(), ".")) {
			t.Errorf("%s: %q does not begin with %q", name, got, test.err)
		}
		if !unicode.IsUpper([]rune(got)[0]) || !strings.HasSuffix(got, ".") || strings.Contains(got, "..") {
			t.Errorf("%s: %q is not a sentence", name, got)
		}
		if (advice == "") != (len(test.advice) == 0) {
			t.Errorf("%s: the advice is %q, expected it to contain %q", name, advice, test.advice)
		}
		for _, word := range test.advice {
			if !strings.Contains(advice, word) {
				t.Errorf("%s: %q does not contain %q", name, advice, word)
			}
		}
		if strings.Contains(own.Explain(test.err), "own secret") {
			t.Errorf("%s: %q shows the secret", name, own.Explain(test.err))
		}
		var diags diag.Diagnostics
		client.AddError(&diags, "create vault connection", test.err)
		if want := (diag.Diagnostics{diag.NewErrorDiagnostic("Unable to create vault connection", got)}); !diags.Equal(want) {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	for err, want := range map[error]string{
		context.Canceled: "The run was canceled before this was done.",
		fmt.Errorf("cannot read Auth0's answer: %w", errors.New("it is null")): "Cannot read Auth0's answer: it is null.",
		errors.New("ends with a full stop."):                                   "Ends with a full stop.", //nolint:revive // servers' texts do
	} {
		if got := client.Explain(err); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

// TestExplainUsers: errors that only users have get advice of their own.
func TestExplainUsers(t *testing.T) {
	t.Parallel()
	client, _ := newProvider(t).OwnClient()
	for message, want := range map[string]string{
		"PasswordStrengthError: Password is too weak":             "Password Policy",
		"PasswordHistoryError: Password has previously been used": "used before",
		"Connection does not exist.":                              "connection_name",
		"Connection does not support user creation through the API. It must either be a database or passwordless connection.": "connection_name",
		"Connection is disabled.": `"own"`,
	} {
		err := &auth0.Error{Op: "create the user", Method: "POST", Path: "/api/v2/users", Status: 400, Message: message, ClientID: "own"}
		if got := client.Explain(err); !strings.Contains(got, want) {
			t.Errorf("%s: %q does not speak of %q", message, got, want)
		}
	}
}
