package jsontext

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = Type{}
	_ basetypes.StringValuableWithSemanticEquals = Value{}
	_ xattr.ValidateableAttribute                = Value{}
)

// Type is the type of attributes that hold a JSON text. Two texts that mean
// the same are equal. Unlike NormalizedType of jsontypes, neither the
// framework's log nor a message about a text that is not JSON shows the value,
// which can be sensitive.
type Type struct{ basetypes.StringType }

// Value is a value of Type.
type Value struct{ basetypes.StringValue }

// NewValue returns a known value.
func NewValue(text string) Value { return Value{basetypes.NewStringValue(text)} }

// NewNull returns a null value.
func NewNull() Value { return Value{basetypes.NewStringNull()} }

// NewUnknown returns an unknown value.
func NewUnknown() Value { return Value{basetypes.NewStringUnknown()} }

// String implements attr.Type.
func (t Type) String() string { return "jsontext.Type" }

// ValueType implements attr.Type.
func (t Type) ValueType(context.Context) attr.Value { return Value{} }

// Equal implements attr.Type.
func (t Type) Equal(other attr.Type) bool {
	_, ok := other.(Type)
	return ok
}

// ValueFromString implements basetypes.StringTypable.
func (t Type) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Value{value}, nil
}

// ValueFromTerraform implements attr.Type.
func (t Type) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	text, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	return Value{text.(basetypes.StringValue)}, nil //nolint:forcetypeassert // what a StringType returns
}

// Type implements attr.Value.
func (v Value) Type(context.Context) attr.Type { return Type{} }

// String implements attr.Value. The framework logs it, so it is not the text.
func (v Value) String() string {
	if v.IsNull() || v.IsUnknown() {
		return v.StringValue.String()
	}
	return "(JSON)"
}

// Equal implements attr.Value.
func (v Value) Equal(other attr.Value) bool {
	o, ok := other.(Value)
	return ok && v.StringValue.Equal(o.StringValue)
}

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (v Value) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(Value)
	return ok && Equal([]byte(v.ValueString()), []byte(o.ValueString())), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute.
func (v Value) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if problem := jsonProblem(v.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
			fmt.Sprintf("The attribute %s %s.\n\nIt must be a JSON text, best written with jsonencode(…).", req.Path, problem))
	}
}

// jsonProblem returns why a text is not JSON, with line and column but without the
// text, or an empty string.
func jsonProblem(text string) string {
	var value any
	err := json.Unmarshal([]byte(text), &value)
	if err == nil {
		return ""
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset == 0 {
		return "is not valid JSON"
	}
	line, column := 1, 0
	for _, b := range []byte(text)[:min(int(syntax.Offset), len(text))] {
		if column++; b == '\n' {
			line, column = line+1, 0
		}
	}
	return fmt.Sprintf("is not valid JSON: line %d, column %d", line, column)
}
