package tfkit

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// GetModel reads a configuration, plan or state into a model: a pointer to a
// struct whose fields are framework values with tfsdk tags. It does what the
// framework's own Get does, without compiling a regular expression for each
// field, which was nearly half of what reading a user cost the provider. Null
// leaves the model as it is.
func GetModel(ctx context.Context, from interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, model any) diag.Diagnostics {
	var object types.Object
	diags := from.Get(ctx, &object)
	if diags.HasError() || object.IsNull() {
		return diags
	}
	attributes := object.Attributes()
	target := reflect.ValueOf(model).Elem()
	for name, index := range fieldsOf(target.Type()) {
		field := target.FieldByIndex(index)
		value := reflect.ValueOf(attributes[name])
		if !value.IsValid() || !value.Type().AssignableTo(field.Type()) {
			diags.AddError("Unexpected type of an attribute",
				fmt.Sprintf("The attribute %s is a %T, and its field in the provider a %s. Please report this issue to the provider developers.",
					name, attributes[name], field.Type()))
			continue
		}
		field.Set(value)
	}
	return diags
}

// SetModel writes a model to a state, as the framework's own Set does; see GetModel.
func SetModel(ctx context.Context, state *tfsdk.State, model any) diag.Diagnostics {
	var diags diag.Diagnostics
	kind, ok := state.Schema.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		diags.AddError("Unexpected type of a state",
			fmt.Sprintf("It is a %T. Please report this issue to the provider developers.", state.Schema.Type()))
		return diags
	}
	source := reflect.ValueOf(model).Elem()
	attributes := map[string]attr.Value{}
	for name, index := range fieldsOf(source.Type()) {
		if value, ok := source.FieldByIndex(index).Interface().(attr.Value); ok {
			attributes[name] = value
		}
	}
	object, diags := types.ObjectValue(kind.AttributeTypes(), attributes)
	if !diags.HasError() {
		diags.Append(state.Set(ctx, object)...)
	}
	return diags
}

// modelFields remembers the fields of models: a map[string][]int by reflect.Type.
var modelFields sync.Map

// fieldsOf returns where a struct, or a struct embedded in it, has the attributes.
func fieldsOf(model reflect.Type) map[string][]int {
	if known, ok := modelFields.Load(model); ok {
		return known.(map[string][]int) //nolint:forcetypeassert // stored below
	}
	fields := map[string][]int{}
	for _, field := range reflect.VisibleFields(model) {
		if name, ok := field.Tag.Lookup("tfsdk"); ok {
			fields[name] = field.Index
		}
	}
	modelFields.Store(model, fields)
	return fields
}
