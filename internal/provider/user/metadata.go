package user

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// refreshMetadata returns what a state has of a user's metadata: the owned keys, or
// all while ownership is not known. before is kept where it means the same.
func refreshMetadata(before types.String, remote map[string]json.RawMessage, owned ownedKeys) types.String {
	after := allKeys(remote)
	if owned.known {
		after = onlyKeys(remote, owned.keys)
	}
	if before.Equal(after) || sameMetadata(before, after) {
		return before
	}
	return after
}

// onlyKeys returns the given keys of a user's metadata, null for nil.
func onlyKeys(metadata map[string]json.RawMessage, keys []string) types.String {
	if keys == nil {
		return types.StringNull()
	}
	part := map[string]json.RawMessage{}
	for _, key := range keys {
		if value, ok := metadata[key]; ok {
			part[key] = value
		}
	}
	return types.StringValue(jsontext.FormatObject(part))
}

// sameMetadata compares by meaning. A key that is null is one that is absent.
func sameMetadata(a, b types.String) bool {
	if a.Equal(b) {
		return true
	}
	return a.IsNull() == b.IsNull() &&
		maps.EqualFunc(withoutNulls(a), withoutNulls(b), func(x, y json.RawMessage) bool { return jsontext.Equal(x, y) })
}

func withoutNulls(metadata types.String) map[string]json.RawMessage {
	object := jsontext.ParseObject(metadata.ValueString())
	maps.DeleteFunc(object, func(_ string, value json.RawMessage) bool { return isNull(value) })
	return object
}

func isNull(value json.RawMessage) bool { return value == nil || string(value) == "null" }

// planMetadata returns the planned value of a metadata attribute: the
// configuration's, unless nothing has to be sent and the state means the same. After
// an import, the state may have more keys than the configuration.
func planMetadata(config, state types.String, owned ownedKeys) types.String {
	switch {
	case config.IsUnknown(), config.Equal(state), state.IsNull():
		return config
	case len(metadataUpdates(config, state, owned)) > 0:
		return config
	case !owned.known, sameMetadata(config, state):
		return state
	}
	return config
}

// metadataUpdates returns what to send: the planned keys that the state has not or
// has otherwise, and null for owned keys that have left the configuration.
func metadataUpdates(plan, state types.String, owned ownedKeys) map[string]json.RawMessage {
	if plan.IsUnknown() {
		return nil
	}
	updates := map[string]json.RawMessage{}
	wanted, has := jsontext.ParseObject(plan.ValueString()), jsontext.ParseObject(state.ValueString())
	for key, value := range wanted {
		before, inState := has[key]
		exists := inState && !isNull(before)
		// A key that is not owned may exist although the state does not have it.
		hidden := owned.known && !inState && !slices.Contains(owned.keys, key)
		switch {
		case isNull(value) && (exists || hidden):
			updates[key] = nil
		case !isNull(value) && !(exists && jsontext.Equal(before, value)):
			updates[key] = value
		}
	}
	for _, key := range owned.keys {
		// A key that is null in the state was never there.
		if _, stays := wanted[key]; !stays && !isNull(has[key]) {
			updates[key] = nil
		}
	}
	return updates
}

// warnOfKeptKeys says that keys stay that the plan no longer shows. After an import,
// the state has all keys of a user, and Terraform accepts only the configured value
// or the prior one for the plan, not both together.
func warnOfKeptKeys(name string, plan, state types.String, owned ownedKeys, diags *diag.Diagnostics) {
	if owned.known || plan.IsUnknown() || plan.Equal(state) {
		return
	}
	kept, wanted := withoutNulls(state), jsontext.ParseObject(plan.ValueString())
	maps.DeleteFunc(kept, func(key string, _ json.RawMessage) bool { _, configured := wanted[key]; return configured })
	if len(kept) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root(name), "Metadata keys that are not configured are kept",
		fmt.Sprintf("The user was imported with keys in %s that the configuration does not have: %s. The plan shows them as "+
			"removed, because the "+
			"state will have only the configured keys from now on. The apply does not remove them from the user.",
			name, strings.Join(slices.Sorted(maps.Keys(kept)), ", ")))
}
