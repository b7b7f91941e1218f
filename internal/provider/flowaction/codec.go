package flowaction

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// Encode returns a known action as Auth0 takes it. What has its default is left
// out.
func Encode(action types.Object) json.RawMessage {
	attributes := action.Attributes()
	encoded := Members{}
	if IsSet(attributes[AttrJSON]) {
		encoded = jsontext.ParseObject(Text(attributes[AttrJSON]))
	}
	if t, body := TypeOf(action); t != nil {
		encoded[KeyType] = JSON(auth0.AppAuth0)
		encoded[KeyAction] = JSON(t.Action)
		encoded[KeyParams] = encodeParams(t.Params, body)
	}
	if encoded == nil {
		encoded = Members{} // the schema accepts no other JSON than an object
	}
	encoded[AttrID] = JSON(Text(attributes[AttrID]))
	if alias := Text(attributes[AttrAlias]); alias != "" {
		encoded[AttrAlias] = JSON(alias)
	}
	for _, flag := range []string{AttrAllowFailure, AttrMaskOutput} {
		if value, ok := attributes[flag].(types.Bool); ok && value.ValueBool() {
			encoded[flag] = JSON(true)
		}
	}
	return JSON(encoded)
}

// TypeOf returns the type of an action and the attributes of that type; nil for an
// action that is given as JSON.
func TypeOf(action types.Object) (*Type, types.Object) {
	attributes := action.Attributes()
	for i := range Types {
		t := &Types[i]
		if body, ok := attributes[t.Attribute].(types.Object); ok && IsSet(body) {
			return t, body
		}
	}
	return nil, types.Object{}
}

func encodeParams(params []Param, body types.Object) json.RawMessage {
	encoded := Members{}
	for _, p := range params {
		switch value := body.Attributes()[p.Name]; {
		case !IsSet(value):
		case p.Parts != nil:
			if parts, ok := value.(types.Object); ok {
				encoded[p.Name] = encodeParams(p.Parts, parts)
			}
		case p.JSON != nil:
			encoded[p.Name] = json.RawMessage(Text(value))
		default:
			encoded[p.Name] = JSON(Text(value))
		}
	}
	return JSON(encoded)
}

// IsSet reports whether a value is known and not null.
func IsSet(value attr.Value) bool { return value != nil && !value.IsNull() && !value.IsUnknown() }

// Text returns the text of a string or of JSON, empty for any other value.
func Text(value attr.Value) string {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case jsontext.Value:
		return value.ValueString()
	}
	return ""
}

// Decode returns an action of Auth0 as the attributes of an object: those of its
// type if they can hold all of it, and as JSON otherwise, or if the prior value of
// the same action was given as JSON. Texts of the prior value are kept where they
// mean the same. There is no prior value if that is null.
func Decode(action json.RawMessage, prior types.Object) (types.Object, diag.Diagnostics) {
	fields := jsontext.ParseObject(string(action))
	before := prior.Attributes()
	attributes := make(map[string]attr.Value, len(AttrTypes))
	for name, t := range AttrTypes {
		attributes[name] = nullOf(t)
	}
	attributes[AttrID] = types.StringValue(StringOf(fields[AttrID]))
	attributes[AttrAlias] = types.StringValue(StringOf(fields[AttrAlias]))
	attributes[AttrAllowFailure] = types.BoolValue(string(fields[AttrAllowFailure]) == "true")
	attributes[AttrMaskOutput] = types.BoolValue(string(fields[AttrMaskOutput]) == "true")

	if !IsSet(before[AttrJSON]) {
		if t, body, ok := decodeType(fields, before); ok {
			attributes[t.Attribute] = body
			return types.ObjectValue(AttrTypes, attributes)
		}
	}
	rest := Members{}
	for name, value := range fields {
		switch name {
		case AttrID, AttrAlias, AttrAllowFailure, AttrMaskOutput:
		default:
			rest[name] = value
		}
	}
	attributes[AttrJSON] = keepText(before[AttrJSON], JSON(rest))
	return types.ObjectValue(AttrTypes, attributes)
}

// decodeType returns the type of an action and its attributes, or not ok if it has
// no type, or something that the attributes cannot hold.
func decodeType(fields Members, before map[string]attr.Value) (t *Type, body types.Object, ok bool) {
	for name := range fields {
		switch name {
		case AttrID, AttrAlias, AttrAllowFailure, AttrMaskOutput, KeyType, KeyAction, KeyParams:
		default:
			return nil, body, false
		}
	}
	if StringOf(fields[KeyType]) != auth0.AppAuth0 {
		return nil, body, false
	}
	for i := range Types {
		if t := &Types[i]; t.Action == StringOf(fields[KeyAction]) {
			own, _ := before[t.Attribute].(types.Object)
			body, ok := decodeParams(t.Params, fields[KeyParams], own)
			return t, body, ok
		}
	}
	return nil, body, false
}

// decodeParams returns params as attributes, or not ok if there are other params,
// some of another kind, or values that a configuration cannot have. Null means the same as no such param.
func decodeParams(params []Param, value json.RawMessage, prior types.Object) (types.Object, bool) {
	attrs := attrTypes(params)
	none := types.ObjectNull(attrs)
	if KindOf(value) != Object {
		return none, false
	}
	fields := jsontext.ParseObject(string(value))
	before := prior.Attributes()
	attributes := make(map[string]attr.Value, len(params))
	for _, p := range params {
		value, ok := fields[p.Name]
		delete(fields, p.Name)
		if !ok || KindOf(value) == Null {
			if p.Required {
				return none, false
			}
			attributes[p.Name] = nullOf(attrs[p.Name])
			continue
		}
		attribute, ok := p.decode(value, before[p.Name])
		if !ok {
			return none, false
		}
		attributes[p.Name] = attribute
	}
	if len(fields) > 0 {
		return none, false
	}
	object, diags := types.ObjectValue(attrs, attributes)
	return object, !diags.HasError()
}

func (p *Param) decode(value json.RawMessage, own attr.Value) (attr.Value, bool) {
	kind := KindOf(value)
	switch {
	case p.Parts != nil:
		before, _ := own.(types.Object)
		return decodeParams(p.Parts, value, before)
	case p.JSON != nil:
		text := keepText(own, value)
		return text, slices.Contains(p.JSON, kind) && p.accepts(Text(text))
	}
	text := StringOf(value)
	return types.StringValue(text), kind == String && p.accepts(text)
}

// accepts reports whether the validators of the attribute accept a value. One that
// Auth0 has and that they do not accept could not be configured.
//
//nolint:contextcheck // validators of strings do not use their context
func (p *Param) accepts(value string) bool {
	for _, v := range p.Validators {
		var resp validator.StringResponse
		v.ValidateString(context.Background(), validator.StringRequest{ConfigValue: types.StringValue(value)}, &resp)
		if resp.Diagnostics.HasError() {
			return false
		}
	}
	return true
}

// keepText returns JSON for the state: the prior text if it means the same, or one
// in the form of Terraform's jsonencode.
func keepText(before attr.Value, value json.RawMessage) attr.Value {
	if own := Text(before); IsSet(before) && jsontext.Equal([]byte(own), value) {
		return jsontext.NewValue(own)
	}
	return jsontext.NewValue(jsontext.Format(value))
}

// nullOf returns the null value of a type.
func nullOf(t attr.Type) attr.Value {
	switch t := t.(type) {
	case jsontext.Type:
		return jsontext.NewNull()
	case basetypes.BoolType:
		return types.BoolNull()
	case types.ObjectType:
		return types.ObjectNull(t.AttrTypes)
	}
	return types.StringNull()
}
