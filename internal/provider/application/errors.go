package application

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// errNoGrant means that a grant was gone when it was to be changed.
var errNoGrant = errors.New("the client grant no longer exists: it was deleted outside of Terraform after it was last read. " +
	"Run terraform plan again: the plan creates it again")

// otherScopesError means that Auth0 granted other scopes than it was asked for.
type otherScopesError struct {
	grant           *auth0.Grant
	missing, excess []string
}

// Error names the scopes that differ.
func (e *otherScopesError) Error() string {
	text := fmt.Sprintf("Auth0 granted other scopes than it was asked for with the client grant %s", e.grant.ID)
	if len(e.missing) > 0 {
		text += ", it left out " + strings.Join(e.missing, ", ")
	}
	if len(e.excess) > 0 {
		text += ", it added " + strings.Join(e.excess, ", ")
	}
	if e.grant.AllowAllScopes {
		text += ", it allows all scopes"
	}
	return text + fmt.Sprintf(". Check that the API %q has these scopes", e.grant.Audience)
}

// hiddenSecretError means that Auth0 does not show a secret.
type hiddenSecretError struct{ id string }

// Error says what to do.
func (e *hiddenSecretError) Error() string {
	return fmt.Sprintf("Auth0 does not show the secret of application %q to the provider's own client: that takes the scope "+
		"read:client_keys. Add it to the client's grant, give the application a new secret with rotate_triggers (which takes "+
		"update:client_keys), or keep the secret out of the state with store_client_secret = false", e.id)
}

// isNoSuchAPI reports that the tenant has no API with the audience.
func isNoSuchAPI(err error) bool {
	var refusal *auth0.Error
	return errors.As(err, &refusal) && refusal.Kind() == auth0.NotFound &&
		(refusal.Code == "inexistent_resource_server" || strings.Contains(strings.ToLower(refusal.Message), "resource server"))
}

// isUnknownOutcome reports that it cannot be told whether a create was carried out.
func isUnknownOutcome(err error) bool {
	var unknown *auth0.UnknownOutcomeError
	return errors.As(err, &unknown)
}

// addError adds the error for a request that failed, on the attribute that it is
// about, if it is about one. note is a further paragraph, if there is one.
func addError(diags *diag.Diagnostics, client *providerdata.Client, action string, err error, plan *model, note string) {
	var paragraphs []string
	for _, text := range []string{client.Explain(err), advice(err, plan), note} {
		if text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	detail := strings.Join(paragraphs, "\n\n")
	if attribute := attributeForError(err, plan); !attribute.Equal(path.Empty()) {
		diags.AddAttributeError(attribute, "Unable to "+action, detail)
		return
	}
	diags.AddError("Unable to "+action, detail)
}

func advice(err error, plan *model) string {
	var refusal *auth0.Error
	if !errors.As(err, &refusal) {
		return ""
	}
	text := strings.ToLower(refusal.Message)
	switch {
	case isNoSuchAPI(err):
		return fmt.Sprintf("The tenant has no API with the identifier %q. The Management API's is https://<tenant domain>/api/v2/, with the "+
			"slash at its end and the tenant's canonical domain even where a custom domain is used.", plan.Audience.ValueString())
	case strings.Contains(text, "limit of entities"):
		return "The tenant has as many applications or client grants as its plan allows. Delete some that are no longer used, or change the plan."
	case strings.Contains(text, "grant types"):
		return "The tenant does not allow machine-to-machine applications of this kind. Check the settings of the tenant, and whether its plan " +
			"includes them."
	}
	return ""
}

// attributeForError returns the attribute that an error is about. Auth0 names it
// only in its messages.
func attributeForError(err error, plan *model) path.Path {
	scopes := scopesPath
	if plan.Scopes.IsNull() {
		scopes = actionsPath
	}
	var other *otherScopesError
	if errors.As(err, &other) {
		return scopes
	}
	var hidden *hiddenSecretError
	if errors.As(err, &hidden) {
		return storePath
	}
	var refusal *auth0.Error
	if !errors.As(err, &refusal) {
		return path.Empty()
	}
	text := strings.ToLower(refusal.Message)
	switch {
	case isNoSuchAPI(err):
		return audiencePath
	case len(refusal.ExpectedScopes()) > 0: // of the provider's own client
		return path.Empty()
	case strings.Contains(text, "on property name"):
		return namePath
	case strings.Contains(text, "on property description"):
		return descriptionPath
	case strings.Contains(text, "on property audience"):
		return audiencePath
	case strings.Contains(text, "scope"):
		return scopes
	}
	return path.Empty()
}

// wrongType is the error for an application that cannot be managed by this resource.
func wrongType(a *auth0.Application) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Not a machine-to-machine application",
		fmt.Sprintf("The application %q (%s) has the type %q. This resource would change it to a machine-to-machine application, "+
			"and users could no longer log in with it.\n\nImport an application of the type %s.", a.Name, a.ID, a.AppType, auth0.AppTypeMachine))
}

// importHint returns what to say of a create that was refused because the name is
// taken.
func importHint(ctx context.Context, client *providerdata.Client, err error, name string) string {
	return providerdata.ImportHint(err, "auth0vault_application", func() (string, error) {
		found, err := client.FindApplicationByName(ctx, name)
		if err != nil {
			return "", err
		}
		return found.ID, nil
	})
}
