// Package verification exchanges the credentials of a vault connection for a
// token, and compares the token's scopes with those that its actions need.
package verification

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// retryFor is how long a client, a grant or a secret that was created a moment ago
// may take to be seen by the token endpoint.
const retryFor = 10 * time.Second

// Request is what to verify. Diagnostics are on the attributes domain, client_id,
// audience, actions and required_scopes, and on SecretAttribute.
type Request struct {
	// Credentials are a domain, a client ID, a client secret and an audience.
	Credentials auth0.Credentials
	// SecretAttribute is the attribute that the secret comes from.
	SecretAttribute string
	// Actions and RequiredScopes are sets of strings: names of actions, which must
	// be valid, and scopes. Where both are null, no scope is too many.
	Actions, RequiredScopes types.Set
}

// Run verifies the credentials. A refusal that can be due to a delay is tried again
// for up to 10 seconds. It returns the granted scopes, which are null where the token
// does not tell them. An error says that the credentials do not work, or
// which scopes are missing; a warning, which scopes are not needed.
func Run(ctx context.Context, pool *auth0.Pool, req Request) (types.Set, diag.Diagnostics) {
	unknownScopes := types.SetNull(types.StringType)
	needs, diags := req.needs(ctx)
	if diags.HasError() {
		return unknownScopes, diags
	}
	needed := make([]string, 0, len(needs))
	for _, n := range needs {
		needed = append(needed, n.scope)
	}
	client := &providerdata.Client{
		Client:            pool.Client(req.Credentials),
		Role:              "the vault connection's client",
		CredentialsSource: "client_id and " + req.SecretAttribute,
	}
	token, err := client.WithAuthRetry(retryFor).Verify(ctx, needed)
	if err != nil {
		diags.Append(req.refused(client, err))
		return unknownScopes, diags
	}
	clientID, audience := req.Credentials.ClientID, req.Credentials.Audience
	if !token.ScopesKnown {
		if len(needs) > 0 {
			diags.AddAttributeWarning(path.Root(needs[0].attribute), "The scopes of the vault connection's client could not be checked",
				fmt.Sprintf("The credentials of client %q were accepted, but the access token does not tell its scopes.", clientID))
		}
		return unknownScopes, diags
	}
	missing, excess := auth0.CompareScopes(token.Scopes, needed)
	for _, n := range needs {
		if slices.Contains(missing, n.scope) {
			diags.AddAttributeError(path.Root(n.attribute), "The vault connection's client lacks a scope",
				fmt.Sprintf("Client %q is not granted the scope %s at the audience %q, which %s. It is granted: %s.\n\n"+
					"Add the scope to the client's grant. Nothing was written to the vault.",
					clientID, n.scope, audience, n.reason, list(token.Scopes)))
		}
	}
	compares := !req.Actions.IsNull() || !req.RequiredScopes.IsNull()
	if compares && len(excess) > 0 && !diags.HasError() {
		diags.AddAttributeWarning(path.Root("client_id"), "The vault connection's client may do more than it needs",
			fmt.Sprintf("Client %q is granted scopes at the audience %q that neither actions nor required_scopes ask for: %s.\n\n"+
				"Anyone who can edit a flow can use them: remove them from the client's grant.",
				clientID, audience, list(excess)))
	}
	if token.Scopes == nil {
		token.Scopes = []string{}
	}
	granted, d := types.SetValueFrom(ctx, types.StringType, token.Scopes)
	diags.Append(d...)
	return granted, diags
}

// need is a scope that the client must have.
type need struct {
	scope string
	// attribute asks for it, and reason completes "which …".
	attribute, reason string
}

// needs returns the scopes that actions and required_scopes ask for, each once.
func (req Request) needs(ctx context.Context) (needs []need, diags diag.Diagnostics) {
	var actions, required []string
	diags.Append(req.Actions.ElementsAs(ctx, &actions, false)...)
	diags.Append(req.RequiredScopes.ElementsAs(ctx, &required, false)...)
	for _, action := range actions {
		scopes, _ := auth0.ScopesFromActions(action) // fails for other names only
		for _, scope := range scopes {
			needs = append(needs, need{scope, "actions", "the action " + action + " needs"})
		}
	}
	for _, scope := range required {
		if !slices.ContainsFunc(needs, func(n need) bool { return n.scope == scope }) {
			needs = append(needs, need{scope, "required_scopes", "required_scopes asks for"})
		}
	}
	return needs, diags
}

// refused returns the error for an exchange that failed.
func (req Request) refused(client *providerdata.Client, err error) diag.Diagnostic {
	summary := "The vault connection's credentials could not be tried"
	detail := client.Explain(err) + "\n\nNothing was written to the vault."
	attribute := "domain"
	var refusal *auth0.TokenError
	if errors.As(err, &refusal) {
		summary = "The vault connection's credentials were refused"
		attribute = req.attribute(refusal)
		if refusal.MayBePropagationDelay() {
			detail += fmt.Sprintf(" The first attempt and the last, up to %d seconds later, were both refused: "+
				"a client, a grant or a secret that was created a moment ago may take that long to be known everywhere.", int(retryFor.Seconds()))
		}
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, detail)
}

// attribute returns the attribute that a refusal concerns.
func (req Request) attribute(refusal *auth0.TokenError) string {
	switch refusal.Refusal() {
	case auth0.RefusedClient:
		return req.SecretAttribute
	case auth0.RefusedAudience:
		return "audience"
	case auth0.RefusedGrant, auth0.RefusedGrantType:
		return "client_id"
	default:
		return "domain"
	}
}

func list(scopes []string) string {
	if len(scopes) == 0 {
		return "none"
	}
	return strings.Join(scopes, ", ")
}
