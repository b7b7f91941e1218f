// Package privatestate keeps typed values in the private state of a resource, among
// them what a plan decides about write-only values for the apply.
package privatestate

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Reader is what requests give access to private state with.
type Reader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// Writer is what responses give access to private state with.
type Writer interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Read returns the value that was written under a key, or nil without one, as after
// an import.
func Read[T any](ctx context.Context, private Reader, key string) (*T, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, key)
	if diags.HasError() || len(raw) == 0 {
		return nil, diags
	}
	var value *T // stays nil for null, which is nothing, not a zero value
	if err := json.Unmarshal(raw, &value); err != nil {
		// Written by another version of this provider: as good as nothing.
		return nil, diags
	}
	return value, diags
}

// Write keeps a value, which must hold no secret, under a key. A nil value removes
// what was kept.
func Write(ctx context.Context, private Writer, key string, value any) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("Unable to keep private state", "Please report this issue to the provider developers: "+err.Error())
		return diags
	}
	if string(raw) == "null" {
		raw = nil
	}
	return private.SetKey(ctx, key, raw)
}
