package user

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// ownedKey is where private state keeps which keys of the metadata are owned.
const ownedKey = "owned_metadata"

// ownership lists the keys of the metadata that this resource wrote. After an
// import there is none: nothing was written, all keys are shown, none is removed.
// A list is nil, not empty, where the configuration had no such attribute.
type ownership struct {
	User []string `json:"user_metadata"`
	App  []string `json:"app_metadata"`
}

// owns returns the ownership that comes with a configuration.
func owns(config *model) ownership {
	return ownership{User: keysOf(config.UserMetadata), App: keysOf(config.AppMetadata)}
}

func keysOf(metadata jsontypes.Normalized) []string {
	if metadata.IsNull() {
		return nil
	}
	return slices.AppendSeq([]string{}, maps.Keys(tfkit.ParseObject(metadata.ValueString())))
}

// claim is the ownership of one of the two attributes.
type claim struct {
	// known is false after an import.
	known bool
	keys  []string
}

func (o *ownership) user() claim {
	if o == nil {
		return claim{}
	}
	return claim{known: true, keys: o.User}
}

func (o *ownership) app() claim {
	if o == nil {
		return claim{}
	}
	return claim{known: true, keys: o.App}
}

// refreshMetadata returns what to show of a user's metadata: the owned keys, or
// all while ownership is not known. before is kept where it means the same.
func refreshMetadata(before jsontypes.Normalized, now map[string]json.RawMessage, owned claim) jsontypes.Normalized {
	after := allKeys(now)
	if owned.known {
		after = onlyKeys(now, owned.keys)
	}
	if sameMetadata(before, after) {
		return before
	}
	return after
}

// onlyKeys returns the given keys of a user's metadata, null for nil.
func onlyKeys(metadata map[string]json.RawMessage, keys []string) jsontypes.Normalized {
	if keys == nil {
		return jsontypes.NewNormalizedNull()
	}
	part := map[string]json.RawMessage{}
	for _, key := range keys {
		if value, ok := metadata[key]; ok {
			part[key] = value
		}
	}
	return jsontypes.NewNormalizedValue(tfkit.FormatObject(part))
}

// sameMetadata compares by meaning. A key that is null is one that is absent.
func sameMetadata(a, b jsontypes.Normalized) bool {
	return maps.EqualFunc(withoutNulls(a), withoutNulls(b), func(x, y json.RawMessage) bool { return tfkit.JSONEqual(x, y) }) &&
		a.IsNull() == b.IsNull()
}

func withoutNulls(metadata jsontypes.Normalized) map[string]json.RawMessage {
	object := tfkit.ParseObject(metadata.ValueString())
	maps.DeleteFunc(object, func(_ string, value json.RawMessage) bool { return isNull(value) })
	return object
}

func isNull(value json.RawMessage) bool { return value == nil || string(value) == "null" }

// planMetadata returns the planned value of a metadata attribute. That is the
// configuration's, unless the state already has it: all of it, or, after an
// import, all that the configuration speaks of.
func planMetadata(config, state jsontypes.Normalized, owned claim) jsontypes.Normalized {
	switch {
	case config.IsUnknown():
		return config
	case !owned.known && includes(state, config):
		return state
	case sameMetadata(config, state):
		return state
	}
	return config
}

// includes reports whether all that part says is so in whole.
func includes(whole, part jsontypes.Normalized) bool {
	there := withoutNulls(whole)
	for key, value := range tfkit.ParseObject(part.ValueString()) {
		if isNull(value) {
			if _, ok := there[key]; ok {
				return false
			}
		} else if !tfkit.JSONEqual(there[key], value) {
			return false
		}
	}
	return true
}

// metadataChanges returns what to send: the configuration's keys that the state
// has otherwise, and null for owned keys that have left the configuration.
func metadataChanges(config, state jsontypes.Normalized, owned claim) map[string]json.RawMessage {
	changes := map[string]json.RawMessage{}
	wanted, shown, there := tfkit.ParseObject(config.ValueString()), tfkit.ParseObject(state.ValueString()), withoutNulls(state)
	for key, value := range wanted {
		_, exists := there[key]
		// A key that was not owned may be there although the state does not show it.
		hidden := owned.known && !slices.Contains(owned.keys, key)
		switch {
		case isNull(value) && (exists || hidden):
			changes[key] = nil
		case !isNull(value) && !(exists && tfkit.JSONEqual(there[key], value)):
			changes[key] = value
		}
	}
	for _, key := range owned.keys {
		_, stays := wanted[key]
		// A key that the state shows as null was never there. One that it does not
		// show was removed by somebody else: the request is how ownership ends.
		if value, ok := shown[key]; !stays && !(ok && isNull(value)) {
			changes[key] = nil
		}
	}
	return changes
}

// sameButForCase returns the value to keep of one that Auth0 lower-cases: the one
// before if nothing else has changed.
func sameButForCase(before, now types.String) types.String {
	if !before.IsNull() && !before.IsUnknown() && strings.EqualFold(before.ValueString(), now.ValueString()) {
		return before
	}
	return now
}
