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
type ownership struct {
	User []string `json:"user_metadata"`
	App  []string `json:"app_metadata"`
}

// owns returns the ownership that comes with a configuration.
func owns(config *model) ownership {
	return ownership{User: keysOf(config.UserMetadata), App: keysOf(config.AppMetadata)}
}

func keysOf(metadata jsontypes.Normalized) []string {
	return slices.AppendSeq([]string{}, maps.Keys(tfkit.ParseObject(metadata.ValueString())))
}

// user returns the owned keys of user_metadata, nil if ownership is not known.
func (o *ownership) user() []string {
	if o == nil {
		return nil
	}
	return o.User
}

// app returns the owned keys of app_metadata, nil if ownership is not known.
func (o *ownership) app() []string {
	if o == nil {
		return nil
	}
	return o.App
}

// refreshMetadata returns what to show of a user's metadata: the owned keys, or
// all while ownership is not known. before is kept where it means the same.
func refreshMetadata(before jsontypes.Normalized, now map[string]json.RawMessage, owned []string) jsontypes.Normalized {
	if owned == nil {
		if now := allKeys(now); !sameMetadata(before, now) {
			return now
		}
		return before
	}
	part := map[string]json.RawMessage{}
	for _, key := range owned {
		if value, ok := now[key]; ok {
			part[key] = value
		}
	}
	switch after := jsontypes.NewNormalizedValue(tfkit.FormatObject(part)); {
	case sameMetadata(before, after):
		return before
	case len(owned) == 0:
		return jsontypes.NewNormalizedNull()
	default:
		return after
	}
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
func planMetadata(config, state jsontypes.Normalized, owned []string) jsontypes.Normalized {
	switch {
	case config.IsUnknown():
		return config
	case owned == nil && includes(state, config):
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
func metadataChanges(config, state jsontypes.Normalized, owned []string) map[string]json.RawMessage {
	changes := map[string]json.RawMessage{}
	wanted, there := tfkit.ParseObject(config.ValueString()), withoutNulls(state)
	for key, value := range wanted {
		_, exists := there[key]
		switch {
		case isNull(value) && exists:
			changes[key] = nil
		case !isNull(value) && !(exists && tfkit.JSONEqual(there[key], value)):
			changes[key] = value
		}
	}
	for _, key := range owned {
		if _, ok := wanted[key]; !ok {
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
