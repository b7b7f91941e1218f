package providerdata

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// AddError adds the error for an action on an object that failed: the summary
// names the action ("create user"), the detail what Auth0 said and what to do.
func (c *Client) AddError(diags *diag.Diagnostics, action string, err error) {
	diags.AddError("Unable to "+action, c.Explain(err))
}

// Explain returns what Auth0 said to this client, and what to do about it.
func (c *Client) Explain(err error) string {
	var unsure *auth0.UnknownOutcomeError
	if errors.Is(err, context.Canceled) && !errors.As(err, &unsure) {
		return "The run was canceled before this was done."
	}
	text := capitalize(err.Error())
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	if advice := c.advice(err); advice != "" {
		text += "\n\n" + advice
	}
	return text
}

func (c *Client) advice(err error) string {
	var unsure *auth0.UnknownOutcomeError
	if errors.As(err, &unsure) {
		return "Look in Auth0's dashboard before applying again: import it if it is there."
	}
	var token *auth0.TokenError
	if errors.As(err, &token) {
		return c.tokenAdvice(token)
	}
	var assertion *auth0.AssertionError
	if errors.As(err, &assertion) {
		return c.credentialsAdvice()
	}
	var unreachable *auth0.UnreachableError
	if errors.As(err, &unreachable) {
		return fmt.Sprintf("Check that the domain %q is right and that this machine reaches it. Behind a proxy, set HTTPS_PROXY; "+
			"behind one that inspects TLS, name its certificate with the provider's ca_cert_file (or AUTH0_CA_CERT_FILE).", unreachable.Host)
	}
	var unexpected *auth0.UnexpectedResponseError
	if errors.As(err, &unexpected) {
		return foreignAdvice(unexpected.Host)
	}
	var invalid *auth0.InvalidIDError
	if errors.As(err, &invalid) {
		return idAdvice
	}
	var none *auth0.NoSuchNameError
	if errors.As(err, &none) {
		return "Check the name: upper and lower case matter."
	}
	var refusal *auth0.Error
	if errors.As(err, &refusal) {
		return c.refusalAdvice(refusal)
	}
	return ""
}

const (
	idAdvice    = "The ID is malformed. Copy it from Auth0, or import by name, as name:<name>, where the resource supports it."
	limitAdvice = "The tenant's rate limit is used up. Other clients share it: lower -parallelism, set requests_per_second, or run again " +
		"later."
	failureAdvice = "This is a failure of the server or of a proxy. Run again later."
)

// foreignAdvice is for a response that is not Auth0's.
func foreignAdvice(host string) string {
	return fmt.Sprintf("Check that the domain %q is the tenant's, and that no proxy between this machine and Auth0 answers in its place.",
		host)
}

func (c *Client) tokenAdvice(e *auth0.TokenError) string {
	switch e.Refusal() {
	case auth0.RefusedClient:
		return fmt.Sprintf("The host %s does not accept client %q with these credentials: the client ID or the secret (or key) is wrong, or "+
			"they belong to another tenant. They come from %s.", e.Domain, e.ClientID, c.CredentialsSource)
	case auth0.RefusedGrant:
		return fmt.Sprintf("Client %q is not authorized for the audience %q. Create a client grant for it, in the dashboard under Applications "+
			"> APIs > Auth0 Management API > Machine to Machine Applications, or with auth0vault_application.", e.ClientID, e.Audience)
	case auth0.RefusedGrantType:
		return fmt.Sprintf("Client %q must be a machine-to-machine application: allow it the grant type Client Credentials.", e.ClientID)
	case auth0.RefusedAudience:
		return fmt.Sprintf("The tenant at %s has no API with the identifier %q. The Management API's is https://<tenant domain>/api/v2/, with "+
			"the slash at its end and the tenant's canonical domain even where a custom domain is used.", e.Domain, e.Audience)
	}
	switch kind := e.Kind(); {
	case kind == auth0.Limited:
		return limitAdvice
	case kind == auth0.Failure:
		return failureAdvice
	case e.Code == "", kind == auth0.NotFound:
		return foreignAdvice(e.Domain)
	}
	return c.credentialsAdvice()
}

// credentialsAdvice is for a refusal that the credentials may have caused.
func (c *Client) credentialsAdvice() string {
	return fmt.Sprintf("Check the credentials of %s. They come from %s.", c.Role, c.CredentialsSource)
}

func (c *Client) refusalAdvice(e *auth0.Error) string {
	if scopes := e.ExpectedScopes(); len(scopes) > 0 {
		// Of several, the first is the one for a client; the rest are for tokens of the user itself, or allow a part.
		return fmt.Sprintf("%s lacks the scope: client %q needs %s at the audience %q. Add it to the client's grant "+
			"(Applications > APIs > Auth0 Management API > Machine to Machine Applications) and run again.",
			capitalize(c.Role), e.ClientID, scopes[0], e.Audience)
	}
	if e.Code == "insufficient_scope" {
		return fmt.Sprintf("%s lacks a scope, and Auth0 does not say which: look at the grant of client %q at the audience %q "+
			"(Applications > APIs > Auth0 Management API > Machine to Machine Applications).",
			capitalize(c.Role), e.ClientID, e.Audience)
	}
	if strings.HasPrefix(e.Path, "/api/v2/users") {
		if advice := userAdvice(e); advice != "" {
			return advice
		}
	}
	switch {
	case e.Code == "invalid_uri":
		return idAdvice
	case e.Kind() == auth0.Unauthorized:
		return fmt.Sprintf("The access token of %s was not accepted by %s. It comes from %s.", c.Role, e.Domain, c.CredentialsSource)
	case e.Kind() == auth0.Invalid && strings.Contains(strings.ToLower(e.Message), "authentication header"):
		return c.credentialsAdvice() // an access token with a character that is not allowed in a header
	case e.Code == "custom_domain_conflict":
		return "The tenant has several custom domains: say which one e-mails should use with the provider's custom_domain_header " +
			"(or AUTH0_CUSTOM_DOMAIN_HEADER), or make one of them the default. This does not mean that the object exists."
	case e.Kind() == auth0.Conflict && e.IsWrite():
		return "It exists already: import it, or choose other values."
	case e.Kind() == auth0.Limited:
		return limitAdvice
	case e.Kind() == auth0.Failure:
		return failureAdvice
	case e.Foreign && e.Location == "": // a redirect has its own advice
		return foreignAdvice(e.Domain)
	case e.Kind() == auth0.Forbidden:
		return fmt.Sprintf("Check what client %q may do at the audience %q, and the limits of the tenant's plan.", e.ClientID, e.Audience)
	case e.Gone:
		return fmt.Sprintf("Check the ID, and that it is one of the tenant %s.", e.Domain)
	case e.Kind() == auth0.NotFound && !e.IsWrite():
		return fmt.Sprintf("Check that the domain %q is the tenant's: it does not know this endpoint.", e.Domain)
	}
	return ""
}

// userAdvice is for what is refused of users alone.
func userAdvice(e *auth0.Error) string {
	text := strings.ToLower(e.Message)
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case has("already exists") && e.Method == "PATCH", has("in use already"):
		return "It belongs to another user of the same connection. Choose another value, or change that user first."
	case strings.HasPrefix(text, "passwordhistory"):
		return "The password was used before, which the policy of the database connection forbids. Choose another one."
	case strings.HasPrefix(text, "password") && has("error:"), has("password is too weak"):
		return "The password does not meet the policy of the database connection (Authentication > Database > Password Policy). Choose a " +
			"stronger one."
	case has("requires_username"):
		return "The connection has no usernames: leave username out, or switch usernames on in the dashboard under Authentication > Database > " +
			"the connection."
	case has("without an username already set"):
		return "A user who was created without a username never gets one: leave username out, or make a new user with terraform apply -replace."
	case has("attributes cannot be removed"):
		return "Auth0 does not remove these from a user of this connection. Give each a value."
	case has("connection is disabled"), has("in a disabled connection"), has("not enabled"), has("must be enabled"):
		return fmt.Sprintf("Enable the connection for the application %q: in the dashboard under Authentication > Database > the connection > "+
			"Applications.", e.ClientID)
	case has("does not support user creation"):
		return "Users can be created only in a database or passwordless connection: choose one with connection_name."
	case has("connection does not exist"):
		return "Check connection_name: it is the connection's name, not its id."
	}
	return ""
}

func capitalize(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
