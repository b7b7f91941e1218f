package flow

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// members are the members of a JSON object, each as it is written.
type members = map[string]json.RawMessage

// The members of an action that say what it does.
const (
	keyType   = "type"
	keyAction = "action"
	keyParams = "params"
)

// kind is a kind of JSON value.
type kind string

const (
	object kind = "an object"
	array  kind = "an array"
	text   kind = "a string"
	scalar kind = "a number"
	truth  kind = "a boolean"
	null   kind = "null"
)

// kindOf returns the kind of a valid JSON text.
func kindOf(value []byte) kind {
	value = bytes.TrimLeft(value, " \t\r\n")
	if len(value) == 0 {
		return null
	}
	switch value[0] {
	case '{':
		return object
	case '[':
		return array
	case '"':
		return text
	case 't', 'f':
		return truth
	case 'n':
		return null
	}
	return scalar
}

// encode returns actions as Auth0 takes them; they must be known. The list is
// never nil: an empty one clears the actions of a flow.
func encode(actions types.List) []json.RawMessage {
	encoded := make([]json.RawMessage, 0, len(actions.Elements()))
	for _, element := range actions.Elements() {
		if action, ok := element.(types.Object); ok {
			encoded = append(encoded, encodeAction(action))
		}
	}
	return encoded
}

// encodeAction returns an action as Auth0 takes it. What is left at its default
// is left out.
func encodeAction(action types.Object) json.RawMessage {
	attributes := action.Attributes()
	encoded := members{}
	if isGiven(attributes[attrJSON]) {
		encoded = tfkit.ParseObject(stringIn(attributes[attrJSON]))
	}
	if t, form := formOf(action); t != nil {
		encoded[keyType] = raw(auth0.AppAuth0)
		encoded[keyAction] = raw(t.action)
		encoded[keyParams] = encodeParams(t.params, form)
	}
	if encoded == nil {
		encoded = members{} // the schema lets no other JSON in than an object
	}
	encoded[attrID] = raw(stringIn(attributes[attrID]))
	if alias := stringIn(attributes[attrAlias]); alias != "" {
		encoded[attrAlias] = raw(alias)
	}
	for _, flag := range []string{attrAllowFailure, attrMaskOutput} {
		if value, ok := attributes[flag].(types.Bool); ok && value.ValueBool() {
			encoded[flag] = raw(true)
		}
	}
	return raw(encoded)
}

// formOf returns which typed action an action is, and its attributes; nil for
// one that is given as JSON.
func formOf(action types.Object) (*typed, types.Object) {
	attributes := action.Attributes()
	for i := range typedActions {
		t := &typedActions[i]
		if form, ok := attributes[t.attribute].(types.Object); ok && isGiven(form) {
			return t, form
		}
	}
	return nil, types.Object{}
}

func encodeParams(params []param, form types.Object) json.RawMessage {
	encoded := members{}
	for _, p := range params {
		switch value := form.Attributes()[p.name]; {
		case !isGiven(value):
		case p.parts != nil:
			if parts, ok := value.(types.Object); ok {
				encoded[p.name] = encodeParams(p.parts, parts)
			}
		case p.json != nil:
			encoded[p.name] = json.RawMessage(stringIn(value))
		default:
			encoded[p.name] = raw(stringIn(value))
		}
	}
	return raw(encoded)
}

func isGiven(value attr.Value) bool { return value != nil && !value.IsNull() && !value.IsUnknown() }

func stringIn(value attr.Value) string {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case jsontypes.Normalized:
		return value.ValueString()
	}
	return ""
}

// raw returns a value as JSON. Nothing that is given to it here can fail, JSON
// texts apart, which the schema checks.
func raw(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

// decode returns the actions that Auth0 shows as a list for the state, and the
// echoes that go with it. before are the actions that the state has, if any, and
// last the echoes that went with them.
func decode(shown []json.RawMessage, before types.List, last echoes) (types.List, echoes, diag.Diagnostics) {
	var diags diag.Diagnostics
	known := byID(before)
	now := echoes{}
	elements := make([]attr.Value, 0, len(shown))
	for i, action := range shown {
		id, ok := idOf(action)
		if !ok {
			diags.AddError("Unable to read flow",
				fmt.Sprintf("Auth0 shows a flow whose action %d is no object with an id. Please report this issue to the provider developers.", i+1))
			return before, nil, diags
		}
		own, found := known[id]
		delete(known, id) // two actions of one id are possible outside of Terraform: the first is ours
		value := action
		if found {
			value = last.merge(id, encodeAction(own), action)
			if !sameAction(value, action) {
				now[id] = action
			}
		}
		element, d := decodeAction(value, own)
		diags.Append(d...)
		elements = append(elements, element)
	}
	list, d := types.ListValue(types.ObjectType{AttrTypes: actionTypes}, elements)
	diags.Append(d...)
	return list, now, diags
}

// byID returns the actions of a list by id, of several with one id the first.
func byID(list types.List) map[string]types.Object {
	actions := make(map[string]types.Object, len(list.Elements()))
	for _, element := range list.Elements() {
		action, ok := element.(types.Object)
		if !ok {
			continue
		}
		id := stringIn(action.Attributes()[attrID])
		if _, taken := actions[id]; !taken {
			actions[id] = action
		}
	}
	return actions
}

// decodeAction returns an action as the state has it: in the form of its own type
// if that can hold all of it, and as JSON otherwise, or if own, the same action
// before, was given as JSON. Texts of own are kept where they mean the same.
func decodeAction(action json.RawMessage, own types.Object) (types.Object, diag.Diagnostics) {
	fields := tfkit.ParseObject(string(action))
	before := own.Attributes()
	attributes := make(map[string]attr.Value, len(actionTypes))
	for name, t := range actionTypes {
		attributes[name] = nullOf(t)
	}
	attributes[attrID] = types.StringValue(stringOf(fields[attrID]))
	attributes[attrAlias] = types.StringValue(stringOf(fields[attrAlias]))
	attributes[attrAllowFailure] = types.BoolValue(string(fields[attrAllowFailure]) == "true")
	attributes[attrMaskOutput] = types.BoolValue(string(fields[attrMaskOutput]) == "true")

	if !isGiven(before[attrJSON]) {
		if t, form, ok := decodeForm(fields, before); ok {
			attributes[t.attribute] = form
			return types.ObjectValue(actionTypes, attributes)
		}
	}
	rest := members{}
	for name, value := range fields {
		switch name {
		case attrID, attrAlias, attrAllowFailure, attrMaskOutput:
		default:
			rest[name] = value
		}
	}
	attributes[attrJSON] = keepText(before[attrJSON], raw(rest))
	return types.ObjectValue(actionTypes, attributes)
}

// decodeForm returns the attributes of a typed action, or not ok if it is none,
// or has something that the attributes cannot hold.
func decodeForm(fields members, before map[string]attr.Value) (t *typed, form types.Object, ok bool) {
	for name := range fields {
		switch name {
		case attrID, attrAlias, attrAllowFailure, attrMaskOutput, keyType, keyAction, keyParams:
		default:
			return nil, form, false
		}
	}
	if stringOf(fields[keyType]) != auth0.AppAuth0 {
		return nil, form, false
	}
	for i := range typedActions {
		if t := &typedActions[i]; t.action == stringOf(fields[keyAction]) {
			own, _ := before[t.attribute].(types.Object)
			form, ok := decodeParams(t.params, fields[keyParams], own)
			return t, form, ok
		}
	}
	return nil, form, false
}

// decodeParams returns params as attributes, or not ok if there are others, or
// of another kind. One that is null is one that is not there.
func decodeParams(params []param, value json.RawMessage, own types.Object) (types.Object, bool) {
	shape := attrTypes(params)
	none := types.ObjectNull(shape)
	if kindOf(value) != object {
		return none, false
	}
	fields := tfkit.ParseObject(string(value))
	before := own.Attributes()
	attributes := make(map[string]attr.Value, len(params))
	for _, p := range params {
		value, there := fields[p.name]
		delete(fields, p.name)
		if !there || kindOf(value) == null {
			if p.required {
				return none, false
			}
			attributes[p.name] = nullOf(shape[p.name])
			continue
		}
		attribute, ok := p.decode(value, before[p.name])
		if !ok {
			return none, false
		}
		attributes[p.name] = attribute
	}
	if len(fields) > 0 {
		return none, false
	}
	made, diags := types.ObjectValue(shape, attributes)
	return made, !diags.HasError()
}

func (p *param) decode(value json.RawMessage, own attr.Value) (attr.Value, bool) {
	switch {
	case p.parts != nil:
		before, _ := own.(types.Object)
		return decodeParams(p.parts, value, before)
	case p.json != nil:
		for _, k := range p.json {
			if kindOf(value) == k {
				return keepText(own, value), true
			}
		}
		return nil, false
	}
	return types.StringValue(stringOf(value)), kindOf(value) == text
}

// keepText returns JSON for the state: the text that was there before if it means
// the same, or one in the form of Terraform's jsonencode.
func keepText(before attr.Value, value json.RawMessage) attr.Value {
	if own := stringIn(before); isGiven(before) && tfkit.JSONEqual([]byte(own), value) {
		return jsontypes.NewNormalizedValue(own)
	}
	return jsontypes.NewNormalizedValue(tfkit.Format(value))
}

// stringOf returns the string that a JSON text is, empty if it is none.
func stringOf(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// idOf returns the id of an action.
func idOf(action json.RawMessage) (string, bool) {
	id := stringOf(tfkit.ParseObject(string(action))[attrID])
	return id, id != ""
}

// nullOf returns null of a type.
func nullOf(t attr.Type) attr.Value {
	switch t := t.(type) {
	case jsontypes.NormalizedType:
		return jsontypes.NewNormalizedNull()
	case basetypes.BoolType:
		return types.BoolNull()
	case types.ObjectType:
		return types.ObjectNull(t.AttrTypes)
	}
	return types.StringNull()
}
