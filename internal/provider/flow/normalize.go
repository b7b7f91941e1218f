package flow

import (
	"encoding/json"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// normalizedKey is where private state keeps the normalized actions; the name is
// older than the type.
const normalizedKey = "echoed_actions"

// normalized are the actions that Auth0 returns in another form than the state has
// them, by ID, in that form: with an added default, for instance. Which defaults it
// adds is not documented, so nothing is assumed: the answer to a write shows the
// normalized form of the written action, and only a later difference to that is drift.
type normalized map[string]json.RawMessage

// newNormalized compares the answer to a write with what was written. An answer with
// other actions, or none, is not used: the next refresh shows what it means.
func newNormalized(sent, returned []json.RawMessage) normalized {
	forms := normalized{}
	if len(sent) != len(returned) {
		return forms
	}
	for i := range sent {
		id, ok := flowaction.ID(returned[i])
		if own, _ := flowaction.ID(sent[i]); !ok || own != id {
			return normalized{}
		}
		if !sameAction(sent[i], returned[i]) {
			forms[id] = returned[i]
		}
	}
	return forms
}

// merge returns an action of the state with the differences between its normalized
// form and the one that Auth0 returns now.
func (n normalized) merge(id string, own, now json.RawMessage) json.RawMessage {
	first, ok := n[id]
	if !ok {
		first = own
	}
	return flowaction.JSON(merged(withoutDefaults(own), withoutDefaults(first), withoutDefaults(now)))
}

// merged applies to own what has changed between first and now. Only objects are
// compared by member: a changed array is changed as a whole.
func merged(own, first, now flowaction.Members) flowaction.Members {
	result := flowaction.Members{}
	for key, value := range now {
		was, had := first[key]
		mine, have := own[key]
		switch {
		case had && jsontext.Equal(was, value):
			if have {
				result[key] = mine
			}
		case had && have && isObject(mine) && isObject(was) && isObject(value):
			result[key] = flowaction.JSON(merged(
				jsontext.ParseObject(string(mine)), jsontext.ParseObject(string(was)), jsontext.ParseObject(string(value))))
		default:
			result[key] = value
		}
	}
	for key, value := range own {
		_, had := first[key]
		if _, there := now[key]; !had && !there {
			result[key] = value // Auth0 has never returned it
		}
	}
	return result
}

func isObject(value json.RawMessage) bool { return flowaction.KindOf(value) == flowaction.Object }

// sameAction compares actions by meaning.
func sameAction(a, b json.RawMessage) bool {
	return jsontext.Equal(flowaction.JSON(withoutDefaults(a)), flowaction.JSON(withoutDefaults(b)))
}

// withoutDefaults returns the members of an action except those that mean the
// same as no such member.
func withoutDefaults(action json.RawMessage) flowaction.Members {
	fields := jsontext.ParseObject(string(action))
	for _, name := range []string{flowaction.AttrAlias, flowaction.AttrAllowFailure, flowaction.AttrMaskOutput} {
		switch string(fields[name]) {
		case `""`, "false", "null":
			delete(fields, name)
		}
	}
	return fields
}
