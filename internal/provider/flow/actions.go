package flow

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

// encode returns actions as Auth0 takes them; they must be known. The list is
// never nil: an empty one clears the actions of a flow.
func encode(actions types.List) []json.RawMessage {
	encoded := make([]json.RawMessage, 0, len(actions.Elements()))
	for _, element := range actions.Elements() {
		if action, ok := element.(types.Object); ok {
			encoded = append(encoded, flowaction.Encode(action))
		}
	}
	return encoded
}

// decode returns the actions that Auth0 returns as a list for the state, and the
// normalized actions that belong to it. before are the actions of the prior state, if
// any, and last the normalized actions that belong to those.
func decode(returned []json.RawMessage, before types.List, last normalized) (types.List, normalized, diag.Diagnostics) {
	var diags diag.Diagnostics
	known := byID(before)
	now := normalized{}
	elements := make([]attr.Value, 0, len(returned))
	for i, action := range returned {
		id, ok := flowaction.ID(action)
		if !ok {
			diags.AddError("Unable to read flow",
				fmt.Sprintf("Auth0 returned a flow whose action %d is not an object with an ID. Please report this issue to the provider developers.",
					i+1))
			return before, nil, diags
		}
		own, found := known[id]
		delete(known, id) // outside of Terraform, two actions can have one ID: the first is ours
		value := action
		if found {
			value = last.merge(id, flowaction.Encode(own), action)
			if !sameAction(value, action) {
				now[id] = action
			}
		}
		element, d := flowaction.Decode(value, own)
		diags.Append(d...)
		elements = append(elements, element)
	}
	list, d := types.ListValue(actionType, elements)
	diags.Append(d...)
	return list, now, diags
}

// byID returns the actions of a list by ID, of several with one ID the first.
func byID(list types.List) map[string]types.Object {
	actions := make(map[string]types.Object, len(list.Elements()))
	for _, element := range list.Elements() {
		action, ok := element.(types.Object)
		if !ok {
			continue
		}
		id := flowaction.Text(action.Attributes()[flowaction.AttrID])
		if _, taken := actions[id]; !taken {
			actions[id] = action
		}
	}
	return actions
}
