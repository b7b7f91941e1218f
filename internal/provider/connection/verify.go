package connection

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

// patience is how long a client, a grant or a secret that was made a moment ago
// may take to be seen by the token endpoint. Tests shorten it.
var patience = 10 * time.Second

// need is a scope that the connection's client must have.
type need struct {
	scope string
	// attribute asks for it, because of what "which …" says.
	attribute, because string
}

// needs returns the scopes that actions and required_scopes ask for, each once.
func (m *model) needs(ctx context.Context) (needs []need, diags diag.Diagnostics) {
	var actions, required []string
	diags.Append(m.Actions.ElementsAs(ctx, &actions, false)...)
	diags.Append(m.RequiredScopes.ElementsAs(ctx, &required, false)...)
	for _, action := range actions {
		scopes, _ := auth0.ScopesFromActions(action) // the schema lets no other names in
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

// verify exchanges the credentials of the plan for a token and compares its
// scopes with the needed ones. It returns the granted scopes; errors are on the
// attribute they concern, and then nothing may be written.
func (r *Resource) verify(ctx context.Context, plan *model, secret types.String) (types.Set, diag.Diagnostics) {
	none := types.SetNull(types.StringType)
	needs, diags := plan.needs(ctx)
	if diags.HasError() {
		return none, diags
	}
	needed := []string{}
	for _, n := range needs {
		needed = append(needed, n.scope)
	}
	setup := plan.setup(secret)
	client := &providerdata.Client{
		Client: r.provider.Pool.Client(auth0.Credentials{
			Domain: setup.Domain, ClientID: setup.ClientID, ClientSecret: setup.ClientSecret, Audience: setup.Audience,
		}),
		Role:              "the vault connection's client",
		CredentialsSource: "client_id and client_secret (or client_secret_wo) of this resource",
	}
	token, err := client.Verify(auth0.WithAuthRetry(ctx, patience), needed)
	if err != nil {
		summary, waited := "The vault connection's credentials could not be tried", ""
		var refusal *auth0.TokenError
		if errors.As(err, &refusal) {
			summary = "The vault connection's credentials were refused"
			if refusal.MayBePropagationDelay() {
				waited = fmt.Sprintf(" They were tried for up to %d seconds, because a client, a grant or a secret that was made a moment ago may not be known everywhere.",
					int(patience.Seconds()))
			}
		}
		diags.AddAttributeError(refusedAttribute(err, plan), summary, client.Explain(err)+"\n\nNothing was written to the vault."+waited)
		return none, diags
	}
	if !token.ScopesKnown {
		if len(needs) > 0 {
			diags.AddAttributeWarning(path.Root(needs[0].attribute), "The scopes of the vault connection's client could not be checked",
				fmt.Sprintf("The credentials of client %q were accepted, but the access token does not tell its scopes.", setup.ClientID))
		}
		return none, diags
	}
	for _, n := range needs {
		if !slices.Contains(token.Scopes, n.scope) {
			diags.AddAttributeError(path.Root(n.attribute), "The vault connection's client lacks a scope",
				fmt.Sprintf("Client %q is not granted the scope %s at the audience %q, which %s. It is granted: %s.\n\n"+
					"Add the scope to the client's grant. Nothing was written to the vault.",
					setup.ClientID, n.scope, setup.Audience, n.because, listed(token.Scopes)))
		}
	}
	told := !plan.Actions.IsNull() || !plan.RequiredScopes.IsNull()
	if _, excess := auth0.CompareScopes(token.Scopes, needed); told && len(excess) > 0 && !diags.HasError() {
		diags.AddAttributeWarning(path.Root("client_id"), "The vault connection's client may do more than it needs",
			fmt.Sprintf("Client %q is granted scopes at the audience %q that neither actions nor required_scopes ask for: %s.\n\n"+
				"Whoever can edit a flow can use them: remove them from the client's grant.",
				setup.ClientID, setup.Audience, listed(excess)))
	}
	granted, d := types.SetValueFrom(ctx, types.StringType, orEmpty(token.Scopes))
	diags.Append(d...)
	return granted, diags
}

func orEmpty(scopes []string) []string {
	if scopes == nil {
		return []string{}
	}
	return scopes
}

func listed(scopes []string) string {
	if len(scopes) == 0 {
		return "none"
	}
	return strings.Join(scopes, ", ")
}

// refusedAttribute returns the attribute that a refused exchange concerns.
func refusedAttribute(err error, plan *model) path.Path {
	var unreachable *auth0.UnreachableError
	if errors.As(err, &unreachable) {
		return path.Root("domain")
	}
	var refusal *auth0.TokenError
	if !errors.As(err, &refusal) {
		return path.Root("domain")
	}
	switch refusal.Refusal() {
	case auth0.RefusedClient:
		if plan.ClientSecret.IsNull() {
			return path.Root("client_secret_wo")
		}
		return path.Root("client_secret")
	case auth0.RefusedAudience:
		return path.Root("audience")
	case auth0.RefusedGrant, auth0.RefusedGrantType:
		return path.Root("client_id")
	default:
		return path.Root("domain")
	}
}
