package flow

import (
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

// paramConnection is the param with the ID of the vault connection.
const paramConnection = "connection_id"

// scopeSet is the type of the values of required_scopes.
var scopeSet = types.SetType{ElemType: types.StringType}

// requiredScopes returns the scopes that actions need, by the ID of the vault
// connection that authorizes them. Actions within the conditions of others count. A
// map cannot have an unknown key: all of it is unknown while such an ID, or what an
// action does, is unknown.
func requiredScopes(actions types.List) types.Map {
	if actions.IsUnknown() {
		return types.MapUnknown(scopeSet)
	}
	needed := scopesByConnection{}
	for _, element := range actions.Elements() {
		action, ok := element.(types.Object)
		if !ok || !needed.addAction(action) {
			return types.MapUnknown(scopeSet)
		}
	}
	sets := make(map[string]attr.Value, len(needed))
	for id, scopes := range needed {
		slices.Sort(scopes)
		elements := []attr.Value{}
		for _, scope := range slices.Compact(scopes) {
			elements = append(elements, types.StringValue(scope))
		}
		sets[id] = types.SetValueMust(types.StringType, elements)
	}
	return types.MapValueMust(scopeSet, sets)
}

// scopesByConnection collects scopes by the ID of a vault connection.
type scopesByConnection map[string][]string

// addAction adds the scopes of an action of the plan or the state. It reports false
// if they are not known yet.
func (s scopesByConnection) addAction(action types.Object) bool {
	attributes := action.Attributes()
	text := attributes[flowaction.AttrJSON]
	if action.IsUnknown() || text != nil && text.IsUnknown() {
		return false
	}
	if flowaction.IsSet(text) {
		var value any
		if json.Unmarshal([]byte(flowaction.Text(text)), &value) == nil {
			flowaction.VisitNested(value, func(name string, params map[string]any) {
				scopes, _ := auth0.ScopesFromActions(name)
				if id, _ := params[paramConnection].(string); id != "" && len(scopes) > 0 {
					s[id] = append(s[id], scopes...)
				}
			})
		}
	}
	for _, t := range flowaction.Types {
		scopes, _ := auth0.ScopesFromActions(t.Action)
		body, ok := attributes[t.Attribute].(types.Object)
		if len(scopes) == 0 || !ok || body.IsNull() {
			continue
		}
		id := body.Attributes()[paramConnection]
		if body.IsUnknown() || id.IsUnknown() {
			return false
		}
		s[flowaction.Text(id)] = append(s[flowaction.Text(id)], scopes...)
	}
	return true
}
