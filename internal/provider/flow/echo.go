package flow

import (
	"encoding/json"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// echoKey is where private state keeps the echoes.
const echoKey = "echoed_actions"

// echoes are the actions that Auth0 shows otherwise than they are in the state,
// by id, as it shows them: with a default added, say. Which it adds is not
// documented, so nothing is assumed: what the answer to a write shows is what the
// written action looks like, and only what moves away from that is a change.
type echoes map[string]json.RawMessage

// newEchoes compares the answer to a write with what was written. An answer that
// is no answer to that, with other actions or none, says nothing: what it means
// is for the next refresh to find out.
func newEchoes(sent, shown []json.RawMessage) echoes {
	made := echoes{}
	if len(sent) != len(shown) {
		return made
	}
	for i := range sent {
		id, ok := flowaction.ID(shown[i])
		if own, _ := flowaction.ID(sent[i]); !ok || own != id {
			return echoes{}
		}
		if !sameAction(sent[i], shown[i]) {
			made[id] = shown[i]
		}
	}
	return made
}

// merge returns an action of the state with what has changed at Auth0 since it
// was shown there first.
func (e echoes) merge(id string, own, now json.RawMessage) json.RawMessage {
	first, ok := e[id]
	if !ok {
		first = own
	}
	return flowaction.JSON(merged(withoutDefaults(own), withoutDefaults(first), withoutDefaults(now)))
}

// merged carries over to own what has changed between first and now. Only
// objects are looked into: a changed array is changed as a whole.
func merged(own, first, now flowaction.Members) flowaction.Members {
	result := flowaction.Members{}
	for key, value := range now {
		was, had := first[key]
		mine, have := own[key]
		switch {
		case had && tfkit.JSONEqual(was, value):
			if have {
				result[key] = mine
			}
		case had && have && flowaction.KindOf(mine) == flowaction.Object && flowaction.KindOf(was) == flowaction.Object && flowaction.KindOf(value) == flowaction.Object:
			result[key] = flowaction.JSON(merged(tfkit.ParseObject(string(mine)), tfkit.ParseObject(string(was)), tfkit.ParseObject(string(value))))
		default:
			result[key] = value
		}
	}
	for key, value := range own {
		_, had := first[key]
		if _, there := now[key]; !had && !there {
			result[key] = value // never shown
		}
	}
	return result
}

// sameAction compares actions by meaning.
func sameAction(a, b json.RawMessage) bool {
	return tfkit.JSONEqual(flowaction.JSON(withoutDefaults(a)), flowaction.JSON(withoutDefaults(b)))
}

// withoutDefaults returns the members of an action except those that mean the
// same as no such member.
func withoutDefaults(action json.RawMessage) flowaction.Members {
	fields := tfkit.ParseObject(string(action))
	for _, name := range []string{flowaction.AttrAlias, flowaction.AttrAllowFailure, flowaction.AttrMaskOutput} {
		switch string(fields[name]) {
		case `""`, "false", "null":
			delete(fields, name)
		}
	}
	return fields
}
