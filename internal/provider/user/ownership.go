package user

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// ownedKey is where private state keeps what is owned. Terraform writes the whole
// state after each object, so the record is short.
const ownedKey = "owned"

// legacyOwnedKey is where earlier versions of the provider kept it.
const legacyOwnedKey = "owned_metadata"

// ownership lists what this resource has set: only that is ever cleared. After an
// import the record is missing, and nothing is owned.
type ownership struct {
	// User and App are the keys of the metadata. They are nil, not empty, where the
	// configuration had no such attribute.
	User []string `json:"user_metadata,omitzero"`
	App  []string `json:"app_metadata,omitzero"`
	// Attributes are the names of other attributes; those that cannot be cleared are
	// not recorded.
	Attributes []string `json:"attributes,omitempty"`

	// migrated is true for a record of an earlier version.
	migrated bool
}

// readOwnership returns the record, nil if there is none. state must be the one
// that the record was kept with, not a refreshed one.
func readOwnership(ctx context.Context, private privatestate.Reader, state model, diags *diag.Diagnostics) *ownership {
	owned, d := privatestate.Read[ownership](ctx, private, ownedKey)
	diags.Append(d...)
	if owned != nil {
		return owned
	}
	legacy, d := privatestate.Read[struct {
		ownership
		// Version is 0 where there are no attributes yet.
		Version int `json:"version"`
	}](ctx, private, legacyOwnedKey)
	diags.Append(d...)
	if legacy == nil {
		return nil
	}
	owned = &legacy.ownership
	owned.migrated = true
	if legacy.Version == 0 {
		// Earlier versions cleared these whenever they were not configured. So the ones
		// that a state of theirs has were configured.
		for _, name := range wasOwnedBefore {
			if isKnown(state[name]) {
				owned.Attributes = append(owned.Attributes, name)
			}
		}
	}
	return owned
}

// write keeps the record, in place of one of an earlier version.
func (o *ownership) write(ctx context.Context, private privatestate.Writer, diags *diag.Diagnostics) {
	diags.Append(privatestate.Write(ctx, private, ownedKey, o)...)
	diags.Append(private.SetKey(ctx, legacyOwnedKey, nil)...)
}

// owns reports whether an attribute of the profile is owned.
func (o *ownership) owns(name string) bool { return o != nil && slices.Contains(o.Attributes, name) }

// ownedKeys are the owned keys of one of the two metadata attributes.
type ownedKeys struct {
	// known is false after an import.
	known bool
	keys  []string
}

func (o *ownership) userKeys() ownedKeys {
	if o == nil {
		return ownedKeys{}
	}
	return ownedKeys{known: true, keys: o.User}
}

func (o *ownership) appKeys() ownedKeys {
	if o == nil {
		return ownedKeys{}
	}
	return ownedKeys{known: true, keys: o.App}
}

// afterApply returns what is owned when a plan has been applied: what was owned and
// is still set, and what the plan has from the configuration. The configuration of
// an apply may have other values, which ignore_changes took out of the plan: these
// are not set by this resource.
func (o *ownership) afterApply(config, plan model) *ownership {
	after := &ownership{
		User: o.userKeys().afterApply(config.text("user_metadata"), plan.text("user_metadata")),
		App:  o.appKeys().afterApply(config.text("app_metadata"), plan.text("app_metadata")),
	}
	for i := range attributes {
		a := &attributes[i]
		if a.clearing != keepValue && a.isSet(plan[a.name]) && (o.owns(a.name) || a.same(config[a.name], plan[a.name])) {
			after.Attributes = append(after.Attributes, a.name)
		}
	}
	return after
}

func (k ownedKeys) afterApply(config, plan types.String) []string {
	configured := jsontext.ParseObject(config.ValueString())
	var after []string
	if !config.IsNull() {
		after = []string{}
	}
	planned := jsontext.ParseObject(plan.ValueString())
	for key, value := range planned {
		own, ok := configured[key]
		if slices.Contains(k.keys, key) || ok && jsontext.Equal(own, value) {
			after = append(after, key)
		}
	}
	for key, value := range configured {
		// After an import, the plan may be the state, which lacks what is configured as null.
		if !k.known && isNull(value) && planned[key] == nil {
			after = append(after, key)
		}
	}
	slices.Sort(after)
	return after
}

// afterRead ends the ownership of what a read does not find any more: if another
// client sets it later, it is that client's. It reports whether the record has to be
// kept again.
func (o *ownership) afterRead(state model, u *auth0.User) bool {
	if o == nil {
		return false
	}
	count := len(o.User) + len(o.App) + len(o.Attributes)
	remote := remoteModel(u)
	o.Attributes = slices.DeleteFunc(o.Attributes, func(name string) bool {
		a := named(name)
		return a == nil || !a.isSet(remote[name])
	})
	o.User = withoutRemoved(o.User, state.text("user_metadata"), u.UserMetadata)
	o.App = withoutRemoved(o.App, state.text("app_metadata"), u.AppMetadata)
	return o.migrated || count != len(o.User)+len(o.App)+len(o.Attributes)
}

// withoutRemoved drops the keys that the state has and the user has not. A key that
// is configured as null stays: it is owned so that it can be removed when it appears.
func withoutRemoved(keys []string, state types.String, remote map[string]json.RawMessage) []string {
	had := withoutNulls(state)
	return slices.DeleteFunc(keys, func(key string) bool {
		_, was := had[key]
		return was && isNull(remote[key])
	})
}

// isComplete reports whether a search result has the metadata of a state: Auth0 cuts
// large profiles in search results, keys and long values inside of them. Where it
// differs, the user is read by ID before that is called drift.
func (m model) isComplete(u *auth0.User) bool {
	return hasKeys(m.text("user_metadata"), u.UserMetadata) && hasKeys(m.text("app_metadata"), u.AppMetadata)
}

func hasKeys(state types.String, remote map[string]json.RawMessage) bool {
	if state.IsNull() {
		return true
	}
	found := onlyKeys(remote, slices.Collect(maps.Keys(jsontext.ParseObject(state.ValueString()))))
	return sameMetadata(state, found)
}
