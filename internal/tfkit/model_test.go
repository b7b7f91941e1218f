package tfkit_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

type address struct {
	Street types.String `tfsdk:"street"`
}

type person struct {
	address

	Age      types.Int64    `tfsdk:"age"`
	Metadata jsontext.Value `tfsdk:"metadata"`
	Friend   types.Object   `tfsdk:"friend"`
	note     string         // no attribute
}

var personSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"street":   schema.StringAttribute{Optional: true},
	"age":      schema.Int64Attribute{Optional: true},
	"metadata": schema.StringAttribute{Optional: true, CustomType: jsontext.Type{}},
	"friend": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true},
	}},
}}

func personState(t *testing.T, street any) tfsdk.State {
	t.Helper()
	kind, ok := personSchema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is of no object")
	}
	return tfsdk.State{Schema: personSchema, Raw: tftypes.NewValue(kind, map[string]tftypes.Value{
		"street":   tftypes.NewValue(tftypes.String, street),
		"age":      tftypes.NewValue(tftypes.Number, 42),
		"metadata": tftypes.NewValue(tftypes.String, `{"a":1}`),
		"friend": tftypes.NewValue(kind.AttributeTypes["friend"], map[string]tftypes.Value{
			"name": tftypes.NewValue(tftypes.String, nil),
		}),
	})}
}

// TestModel: a model is read and written as the framework reads and writes it.
func TestModel(t *testing.T) {
	t.Parallel()
	for name, street := range map[string]any{"known": "Main Street", "null": nil, "unknown": tftypes.UnknownValue} {
		state := personState(t, street)
		ours, theirs := person{note: "kept"}, person{note: "kept"}
		if diags := tfkit.GetModel(t.Context(), state, &ours); diags.HasError() {
			t.Fatalf("%s: %v", name, diags)
		}
		if diags := state.Get(t.Context(), &theirs); diags.HasError() {
			t.Fatalf("%s: %v", name, diags)
		}
		if !ours.Street.Equal(theirs.Street) || !ours.Age.Equal(theirs.Age) || !ours.Metadata.Equal(theirs.Metadata) ||
			!ours.Friend.Equal(theirs.Friend) || ours.note != "kept" {
			t.Errorf("%s: got %+v, the framework %+v", name, ours, theirs)
		}
		written := tfsdk.State{Schema: personSchema, Raw: tftypes.NewValue(state.Raw.Type(), nil)}
		if diags := tfkit.SetModel(t.Context(), &written, &ours); diags.HasError() || !written.Raw.Equal(state.Raw) {
			t.Errorf("%s: wrote %s, expected %s; %v", name, written.Raw, state.Raw, diags)
		}
	}
}

// TestModelOfNothing: null leaves the model as it is.
func TestModelOfNothing(t *testing.T) {
	t.Parallel()
	model := person{note: "kept"}
	state := tfsdk.State{Schema: personSchema, Raw: tftypes.NewValue(personSchema.Type().TerraformType(t.Context()), nil)}
	if diags := tfkit.GetModel(t.Context(), state, &model); diags.HasError() || !model.Age.IsNull() || model.note != "kept" {
		t.Errorf("got %+v, %v", model, diags)
	}
}

// TestModelThatDoesNotFit: a field that the schema contradicts, or lacks, is an error that names the attribute.
func TestModelThatDoesNotFit(t *testing.T) {
	t.Parallel()
	state := personState(t, "Main Street")
	var wrong struct {
		Street types.String `tfsdk:"street"`
		Age    types.String `tfsdk:"age"`
		Shoes  types.Int64  `tfsdk:"shoes"`
	}
	diags := tfkit.GetModel(t.Context(), state, &wrong)
	if text := joined(diags); diags.ErrorsCount() != 2 || !strings.Contains(text, "attribute age ") ||
		!strings.Contains(text, "attribute shoes ") {
		t.Errorf("got %v", diags)
	}
	if diags := tfkit.SetModel(t.Context(), &state, &wrong); !diags.HasError() {
		t.Error("a model that lacks attributes was written")
	}
}

func joined(diags diag.Diagnostics) (text string) {
	for _, d := range diags {
		text += d.Summary() + ": " + d.Detail() + "\n"
	}
	return text
}
