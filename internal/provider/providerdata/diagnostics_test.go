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

// TestExplain: every message begins with what was said, whole, and goes on with
// what to do where there is something to be done.
func TestExplain(t *testing.T) {
	t.Parallel()
	own, _ := newProvider(t).OwnClient()
	client := &providerdata.Client{Client: own.Client, Role: "the vault connection's client", CredentialsSource: "vault_connection"}
	advice := map[string][]string{
		"wrong secret":     {"acme.eu.auth0.com", `"c1"`, "vault_connection"},
		"no grant":         {`"c1"`, `"https://acme.eu.auth0.com/api/v2/"`, "client grant"},
		"grant type":       {`"c1"`, "Client Credentials"},
		"unknown audience": {"/api/v2/", "slash", "canonical"},
		"token limit":      {"-parallelism"},
		"token 502":        {"Run again later"},
		"token 404":        {`"acme.eu.auth0.com"`, "tenant's"},
		"proxy for token":  {`"acme.eu.auth0.com"`, "proxy"},
		"another answer":   {`"acme.eu.auth0.com"`, "proxy"},
		"proxy":            {`"acme.eu.auth0.com"`, "proxy"},
		"no such endpoint": {`"acme.eu.auth0.com"`, "endpoint"},
		"conflict, read":   nil,
		"token 400":        {"the vault connection's client", "vault_connection"},
		"header 400":       {"the vault connection's client", "vault_connection"},
		"unreachable":      {`"acme.eu.auth0.com"`, "HTTPS_PROXY", "ca_cert_file", "AUTH0_CA_CERT_FILE"},
		"unsure":           {"import it"},
		"401":              {"access token of the vault connection's client", "acme.eu.auth0.com", "vault_connection"},
		"scope":            {"The vault connection's client", `"c1"`, "create:flows_vault_connections", `"https://acme.eu.auth0.com/api/v2/"`},
		"some scope":       {"The vault connection's client", `"c1"`, "scope", `"https://acme.eu.auth0.com/api/v2/"`},
		"other 403":        {`"c1"`, "plan"},
		"custom domains":   {"custom_domain_header", "AUTH0_CUSTOM_DOMAIN_HEADER", "does not mean that the object exists"},
		"conflict":         {"import it"},
		"429":              {"-parallelism", "requests_per_second"},
		"502":              {"Run again later"},
		"400":              nil,
	}
	for name, err := range everyError() {
		got := client.Explain(err)
		said, todo, _ := strings.Cut(got, "\n\n")
		if !strings.EqualFold(strings.TrimSuffix(said, "."), strings.TrimSuffix(err.Error(), ".")) {
			t.Errorf("%s: %q does not begin with %q", name, got, err)
		}
		if !unicode.IsUpper([]rune(got)[0]) || !strings.HasSuffix(got, ".") || strings.Contains(got, "..") {
			t.Errorf("%s: %q is not a sentence", name, got)
		}
		words, known := advice[name]
		if !known || (todo == "") != (len(words) == 0) {
			t.Errorf("%s: the advice is %q, expected it to speak of %q", name, todo, words)
		}
		for _, word := range words {
			if !strings.Contains(todo, word) {
				t.Errorf("%s: %q does not speak of %q", name, todo, word)
			}
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

// TestExplainUsers: what is refused of users has advice of its own.
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

// TestAddError: the summary is the same for all objects; what is particular is in the detail.
func TestAddError(t *testing.T) {
	t.Parallel()
	client, _ := newProvider(t).OwnClient()
	for name, err := range everyError() {
		var diags diag.Diagnostics
		client.AddError(&diags, "create vault connection", err)
		if len(diags) != 1 || diags[0].Severity() != diag.SeverityError || diags[0].Summary() != "Unable to create vault connection" ||
			diags[0].Detail() != client.Explain(err) {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}
