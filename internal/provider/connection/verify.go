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
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/tenant"
)

// patience is how long a client, a grant or a secret that was made a moment ago
// may take to be seen by the token endpoint. Tests shorten it.
var patience = 10 * time.Second

// verify exchanges the credentials of the plan for a token and compares its
// scopes with the needed ones. It returns the granted scopes; errors are on the
// attribute they concern, and then nothing may be written.
func (r *Resource) verify(ctx context.Context, plan *model, secret types.String) (types.Set, diag.Diagnostics) {
	none := types.SetNull(types.StringType)
	forActions, required, diags := plan.neededScopes(ctx)
	if diags.HasError() {
		return none, diags
	}
	needed := slices.Concat(forActions, required)
	setup := plan.setup(secret)
	client := &tenant.Client{
		Client: r.provider.Pool.Client(auth0.Credentials{
			Domain: setup.Domain, ClientID: setup.ClientID, ClientSecret: setup.ClientSecret, Audience: setup.Audience,
		}),
		Role:  "the vault connection's client",
		Where: "client_id and client_secret (or client_secret_wo) of this resource",
	}
	token, err := client.Verify(auth0.WithPatience(ctx, patience), needed)
	if err != nil {
		diags.AddAttributeError(refusedAttribute(err, plan), "The vault connection's credentials were refused",
			client.Explain(err)+"\n\nNothing was written to the vault.")
		return none, diags
	}
	if !token.ScopesKnown {
		diags.AddAttributeWarning(path.Root("actions"), "The scopes of the vault connection's client could not be checked",
			fmt.Sprintf("The credentials of client %q were accepted, but the access token does not tell its scopes.", setup.ClientID))
		return none, diags
	}
	missing, excess := auth0.CompareScopes(token.Scopes, needed)
	for _, scope := range missing {
		attribute := "actions"
		if !slices.Contains(forActions, scope) {
			attribute = "required_scopes"
		}
		diags.AddAttributeError(path.Root(attribute), "The vault connection's client lacks a scope",
			fmt.Sprintf("Client %q is not granted the scope %s at the audience %q, which %s needs. It is granted: %s.\n\n"+
				"Add the scope to the client's grant. Nothing was written to the vault.",
				setup.ClientID, scope, setup.Audience, attribute, listed(token.Scopes)))
	}
	if len(excess) > 0 && len(missing) == 0 && (!plan.Actions.IsNull() || !plan.RequiredScopes.IsNull()) {
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
