package flow

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// ownedKey is where private state keeps the ownership.
const ownedKey = "owned_actions"

// ownership says what of a flow the configuration has set. Only that is reset when
// it leaves the configuration; anything else keeps the value that Auth0 has.
type ownership struct {
	// Actions is true if the configuration has set the list of actions.
	Actions bool `json:"actions"`
	// Attributes are the optional attributes that it has set, by the ID of the action.
	Attributes map[string][]string `json:"attributes,omitempty"`
}

// actionType is the type of an action.
var actionType = types.ObjectType{AttrTypes: flowaction.AttrTypes}

// optionalAttributes are the attributes of an action that have a default, with it.
var optionalAttributes = map[string]attr.Value{
	flowaction.AttrAlias:        types.StringValue(""),
	flowaction.AttrAllowFailure: types.BoolValue(false),
	flowaction.AttrMaskOutput:   types.BoolValue(false),
}

func (o ownership) owns(actionID, attribute string) bool {
	return slices.Contains(o.Attributes[actionID], attribute)
}

// readOwnership returns the ownership from private state. actions are those of the
// prior state: a provider that recorded no ownership left in the state what the
// configuration had set.
func readOwnership(ctx context.Context, private privatestate.Reader, actions types.List) (ownership, diag.Diagnostics) {
	owned, diags := privatestate.Read[ownership](ctx, private, ownedKey)
	if owned != nil {
		return *owned, diags
	}
	return ownershipOf(actions), diags
}

// ownershipOf returns the ownership of everything in a list that is not at its default.
func ownershipOf(actions types.List) ownership {
	all := ownership{Actions: true, Attributes: map[string][]string{}}
	for id := range byID(actions) {
		all.Attributes[id] = slices.Collect(maps.Keys(optionalAttributes))
	}
	return newOwnership(types.ListNull(actionType), actions, all)
}

// newOwnership returns the ownership after actions were applied. In an apply the
// configuration also has what ignore_changes names: a value of it that was not
// applied is not its own, unless it was before.
func newOwnership(config, applied types.List, before ownership) ownership {
	owned := ownership{
		Actions:    !config.IsNull() && sameBodies(config, applied) || before.Actions && len(applied.Elements()) > 0,
		Attributes: map[string][]string{},
	}
	configured := byID(config)
	for id, action := range byID(applied) {
		for name, value := range action.Attributes() {
			initial, ok := optionalAttributes[name]
			if !ok {
				continue
			}
			set := configured[id].Attributes()[name]
			if flowaction.IsSet(set) && set.Equal(value) || before.owns(id, name) && !value.Equal(initial) {
				owned.Attributes[id] = append(owned.Attributes[id], name)
			}
		}
		slices.Sort(owned.Attributes[id])
	}
	return owned
}

// sameBodies reports whether two lists have the same actions, apart from their
// optional attributes.
func sameBodies(a, b types.List) bool {
	return slices.EqualFunc(a.Elements(), b.Elements(), func(a, b attr.Value) bool {
		return jsontext.Equal(body(a), body(b))
	})
}

func body(action attr.Value) []byte {
	object, _ := action.(types.Object)
	fields := jsontext.ParseObject(string(flowaction.Encode(object)))
	for name := range optionalAttributes {
		delete(fields, name)
	}
	return flowaction.JSON(fields)
}

// planActions returns the actions that an update to a configuration results in: what
// the configuration leaves out has the default if it is new or owned, and otherwise
// the value of the prior state. Both lists of the configuration and the plan have the
// same actions; prior is null for a create.
func planActions(config, plan, prior types.List, owned ownership) (types.List, diag.Diagnostics) {
	switch {
	case config.IsUnknown():
		return config, nil
	case config.IsNull() && !prior.IsNull() && !owned.Actions:
		return prior, nil
	case config.IsNull():
		return types.ListValue(actionType, []attr.Value{})
	}
	before := byID(prior)
	configured := config.Elements()
	planned := slices.Clone(plan.Elements())
	var diags diag.Diagnostics
	for i := range planned {
		from, ok := configured[i].(types.Object)
		to, isObject := planned[i].(types.Object)
		if !ok || !isObject || from.IsNull() || from.IsUnknown() {
			continue
		}
		action, d := planAction(from, to, before, owned)
		diags.Append(d...)
		planned[i] = action
	}
	list, d := types.ListValue(actionType, planned)
	diags.Append(d...)
	return list, diags
}

func planAction(config, plan types.Object, before map[string]types.Object, owned ownership) (types.Object, diag.Diagnostics) {
	configured, planned := config.Attributes(), plan.Attributes()
	id := configured[flowaction.AttrID]
	prior := before[flowaction.Text(id)].Attributes()
	for name, initial := range optionalAttributes {
		switch value := prior[name]; {
		case !configured[name].IsNull():
		case id.IsUnknown():
			planned[name] = unknownOf(initial)
		case flowaction.IsSet(value) && !owned.owns(flowaction.Text(id), name):
			planned[name] = value
		default:
			planned[name] = initial
		}
	}
	return types.ObjectValue(flowaction.AttrTypes, planned)
}

// unknownOf returns an unknown value of the type of an optional attribute.
func unknownOf(value attr.Value) attr.Value {
	if _, ok := value.(types.Bool); ok {
		return types.BoolUnknown()
	}
	return types.StringUnknown()
}
