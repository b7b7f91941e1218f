package privatestate

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateState stands for Terraform's.
type privateState map[string][]byte

func (p privateState) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	var diags diag.Diagnostics
	if strings.HasPrefix(key, ".") {
		diags.AddError("Restricted key", key)
	}
	return p[key], diags
}

func (p privateState) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	var diags diag.Diagnostics
	if strings.HasPrefix(key, ".") {
		diags.AddError("Restricted key", key)
		return diags
	}
	p[key] = value
	return diags
}

type note struct {
	Text string   `json:"text"`
	Keys []string `json:"keys"`
}

func TestPrivate(t *testing.T) {
	t.Parallel()
	state := privateState{}
	want := note{Text: "<&> ä", Keys: []string{"a", "b"}}
	if diags := Write(t.Context(), state, "note", want); diags.HasError() {
		t.Fatal(diags)
	}
	got, diags := Read[note](t.Context(), state, "note")
	if diags.HasError() || got == nil || got.Text != want.Text || len(got.Keys) != 2 {
		t.Errorf("got %+v, %v", got, diags)
	}
}

// Nothing is kept of a nil value, and what was kept is removed.
func TestPrivateNil(t *testing.T) {
	t.Parallel()
	state := privateState{"note": []byte(`{"text":"old"}`)}
	var none *note
	if diags := Write(t.Context(), state, "note", none); diags.HasError() || len(state["note"]) > 0 {
		t.Errorf("kept %s, %v", state["note"], diags)
	}
}

// TestPrivateNothing: missing or unreadable private state, as after an import or from
// another version of the provider, is not an error.
func TestPrivateNothing(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]privateState{
		"no private state": nil,
		"no such key":      {"other": []byte(`{}`)},
		"empty":            {"note": {}},
		"null":             {"note": []byte(`null`)}, // as earlier versions wrote it
		"no JSON":          {"note": []byte(`{`)},
		"another shape":    {"note": []byte(`{"text":17}`)},
		"a list":           {"note": []byte(`[]`)},
	} {
		if got, diags := Read[note](t.Context(), state, "note"); got != nil || len(diags) != 0 {
			t.Errorf("%s: got %+v, %v", name, got, diags)
		}
	}
	// Keys that a later version has added are ignored.
	if got, diags := Read[note](t.Context(), privateState{"note": []byte(`{"text":"a","more":1}`)}, "note"); got == nil ||
		got.Text != "a" || len(diags) != 0 {
		t.Errorf("further keys: got %+v, %v", got, diags)
	}
}

// TestPrivateErrors: what Terraform, or the value, objects to is not lost.
func TestPrivateErrors(t *testing.T) {
	t.Parallel()
	state := privateState{}
	if diags := Write(t.Context(), state, ".reserved", note{}); !diags.HasError() {
		t.Error("writing a reserved key: no error")
	}
	if got, diags := Read[note](t.Context(), state, ".reserved"); !diags.HasError() || got != nil {
		t.Error("reading a reserved key: no error")
	}
	if diags := Write(t.Context(), state, "note", make(chan int)); !diags.HasError() || len(state) != 0 {
		t.Errorf("a value that is not JSON: %v, %v", diags, state)
	}
}
