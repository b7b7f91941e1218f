package jsontext

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestType(t *testing.T) {
	t.Parallel()
	for _, value := range []Value{NewValue(`{"a":1}`), NewNull(), NewUnknown()} {
		raw, err := value.ToTerraformValue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		back, err := Type{}.ValueFromTerraform(t.Context(), raw)
		if err != nil || !back.Equal(value) || !back.Type(t.Context()).Equal(Type{}) {
			t.Errorf("%v: got %v, %v", value, back, err)
		}
	}
	if _, err := (Type{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("a boolean is a JSON text")
	}
	var other attr.Value = types.StringValue(`{"a":1}`)
	if NewValue(`{"a":1}`).Equal(other) || (Type{}).Equal(types.StringType) {
		t.Error("a string is equal to JSON")
	}
	for text, want := range map[string]bool{`{ "a": 1.0 }`: true, `{"a":2}`: false, `{`: false} {
		if same, diags := NewValue(`{"a":1}`).StringSemanticEquals(t.Context(), NewValue(text)); same != want || diags.HasError() {
			t.Errorf("%s: %v, %v", text, same, diags)
		}
	}
}

// Neither the log nor a message shows the text.
func TestValue_notShown(t *testing.T) {
	t.Parallel()
	if got := NewValue(`{"secret":1}`).String(); strings.Contains(got, "secret") {
		t.Errorf("the log shows %s", got)
	}
	for text, want := range map[string]string{
		`{"a":1}`:             "",
		`null`:                "",
		"{\n  \"secret\": x}": "line 2, column 13",
		`{"secret"`:           "line 1, column 9",
		``:                    "is not valid JSON",
		`{"secret":1} {}`:     "line 1, column 14",
	} {
		var resp xattr.ValidateAttributeResponse
		NewValue(text).ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: path.Root("json")}, &resp)
		if resp.Diagnostics.HasError() != (want != "") {
			t.Errorf("%q: %v", text, resp.Diagnostics)
			continue
		}
		for _, d := range resp.Diagnostics {
			if !strings.Contains(d.Detail(), want) || strings.Contains(d.Detail(), "secret") {
				t.Errorf("%q: %s", text, d.Detail())
			}
		}
	}
}
