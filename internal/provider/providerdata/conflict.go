package providerdata

import (
	"errors"
	"fmt"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// ImportHint returns a paragraph on a create that Auth0 refused because the object
// exists: its ID, which find looks up, and the command that imports it. It is empty
// for any other error, and if the object is not found.
func ImportHint(err error, resourceType string, find func() (id string, err error)) string {
	var refusal *auth0.Error
	if !errors.As(err, &refusal) || !exists(refusal) {
		return ""
	}
	id, err := find()
	var several *auth0.MultipleMatchesError
	switch {
	case errors.As(err, &several):
		return fmt.Sprintf("There are %s. To manage one of them with this resource, run:\n\n  terraform import %s.<name> <id>",
			several, resourceType)
	case err != nil:
		return "" // the refusal itself is what matters
	}
	return fmt.Sprintf("The existing object has the ID %s. To manage it with this resource, run:\n\n  terraform import %s.<name> %s",
		id, resourceType, id)
}

// exists reports whether Auth0 refused a create because of an existing object. For
// flows and vault connections no status of such a refusal is documented.
func exists(refusal *auth0.Error) bool {
	text := strings.ToLower(refusal.Message)
	return refusal.Kind() == auth0.Conflict ||
		refusal.Kind() == auth0.Invalid && (strings.Contains(text, "already exists") || strings.Contains(text, "exists already"))
}
