package providerdata

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	// officialProvider is how the address of the official provider ends; the host
	// before it is the registry's, or a mirror's.
	officialProvider = "/auth0/auth0"
	// officialType is the whole address as OpenTofu sends it before its releases 1.11.12
	// and 1.12.4: the type without host and namespace.
	officialType = "auth0"
)

// isOfficial reports whether an address is that of the official provider.
func isOfficial(address string) bool {
	return strings.HasSuffix(address, officialProvider) || address == officialType
}

// Official is the state of a resource of the official provider. It has come in
// several shapes, so nothing about it is taken for granted.
type Official map[string]json.RawMessage

// MoveFromOfficial returns a state mover for a resource type of the official
// provider. move sets the target's state, or adds the error why it cannot be.
func MoveFromOfficial(typeName string, move func(ctx context.Context, old Official, resp *resource.MoveStateResponse)) resource.StateMover {
	return resource.StateMover{
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if req.SourceTypeName != typeName || !isOfficial(req.SourceProviderAddress) {
				return // another client's
			}
			old := Official{}
			if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &old) != nil {
				resp.Diagnostics.AddError("Unable to move "+typeName,
					"Its state is not a JSON object, as Terraform has written states since 0.12. Remove it from the state and import the object instead.")
				return
			}
			if old.String("id").IsNull() {
				resp.Diagnostics.AddError("Unable to move "+typeName, "Its state has no id. Remove it from the state and import the object instead.")
				return
			}
			move(ctx, old, resp)
		},
	}
}

// String returns an attribute that is a string, and null for one that is missing,
// empty or of another type: the old framework kept no difference between these.
func (o Official) String(name string) types.String {
	var s string
	if json.Unmarshal(o[name], &s) != nil || s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Bool returns an attribute that is a boolean or the text of one, else null.
func (o Official) Bool(name string) types.Bool {
	switch strings.Trim(string(o[name]), `"`) {
	case "true":
		return types.BoolValue(true)
	case "false":
		return types.BoolValue(false)
	}
	return types.BoolNull()
}

// Object returns an attribute that is an object, a list of one object, or the
// JSON text of either; it is empty for anything else.
func (o Official) Object(name string) Official {
	raw := o[name]
	for range 3 { // a text, of a list, of an object
		var object Official
		if json.Unmarshal(raw, &object) == nil && object != nil {
			return object
		}
		var list []json.RawMessage
		var text string
		switch {
		case json.Unmarshal(raw, &list) == nil && len(list) == 1:
			raw = list[0]
		case json.Unmarshal(raw, &text) == nil:
			raw = json.RawMessage(text)
		}
	}
	return Official{}
}

// GoString hides the attributes, among which are secrets, from %#v.
func (o Official) GoString() string { return fmt.Sprintf("Official(%d attributes)", len(o)) }
