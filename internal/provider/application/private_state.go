package application

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// The keys of private state.
const (
	// importedKey is true from an import or a move until the first update.
	importedKey = "imported"
	// ownedKey lists the optional attributes that this resource has set.
	ownedKey = "owned_attributes"
)

// privateState is what private state holds about an application.
type privateState struct {
	// imported is true while the application was imported or moved here and not
	// updated since.
	imported bool
	// ownsDescription is true if a configuration of this resource has set the
	// description. Only then is it cleared when it leaves the configuration.
	ownsDescription bool
}

// readPrivateState returns what private state holds. description is the one of the
// prior state: private state of a provider that recorded no ownership belongs to a
// state whose description was set by the configuration, unless it was imported.
func readPrivateState(ctx context.Context, private privatestate.Reader, description types.String) (privateState, diag.Diagnostics) {
	imported, diags := privatestate.Read[bool](ctx, private, importedKey)
	owned, d := privatestate.Read[[]string](ctx, private, ownedKey)
	diags.Append(d...)
	p := privateState{imported: imported != nil && *imported}
	if owned == nil {
		p.ownsDescription = !p.imported && !description.IsNull()
	} else {
		p.ownsDescription = slices.Contains(*owned, attrDescription)
	}
	return p, diags
}

// writeOwnership records the ownership.
func (p privateState) writeOwnership(ctx context.Context, private privatestate.Writer) diag.Diagnostics {
	owned := []string{}
	if p.ownsDescription {
		owned = append(owned, attrDescription)
	}
	return privatestate.Write(ctx, private, ownedKey, owned)
}

// ownsDescription reports whether the applied description belongs to the
// configuration. In an apply the configuration also has what ignore_changes names: a
// description that was not applied is not its own, unless it was before.
func ownsDescription(config, applied *model, private privateState) bool {
	if applied.Description.IsNull() {
		return false
	}
	return private.ownsDescription || config.Description.Equal(applied.Description)
}
