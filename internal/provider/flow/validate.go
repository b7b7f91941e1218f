package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// actionTypes are the attributes of which an action has exactly one.
var actionTypes = func() []string {
	names := make([]string, 0, len(flowaction.Types)+1)
	for _, t := range flowaction.Types {
		names = append(names, t.Attribute)
	}
	return append(names, flowaction.AttrJSON)
}()

// completeAction accepts an action that has an ID and exactly one action type.
type completeAction struct{}

var _ validator.Object = completeAction{}

// Description returns what an action has to have.
func (completeAction) Description(context.Context) string {
	return "an id and exactly one of " + strings.Join(actionTypes, ", ")
}

// MarkdownDescription returns what an action has to have.
func (v completeAction) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements validator.Object. An unknown value may turn out to be
// null.
func (v completeAction) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if req.ConfigValue.Attributes()[flowaction.AttrID].IsNull() {
		at := req.Path.AtName(flowaction.AttrID)
		resp.Diagnostics.AddAttributeError(at, "Incomplete action", fmt.Sprintf("The attribute %s is missing.\n\nAn action must have %s.",
			at, v.Description(ctx)))
	}
	var given []string
	unknown := false
	for _, name := range actionTypes {
		value := req.ConfigValue.Attributes()[name]
		unknown = unknown || value.IsUnknown()
		if flowaction.IsSet(value) {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0 && !unknown:
		resp.Diagnostics.AddAttributeError(req.Path, "Incomplete action",
			fmt.Sprintf("The action at %s sets no action type.\n\nAn action must have %s.", req.Path, v.Description(ctx)))
	case len(given) > 1:
		for _, name := range given[1:] {
			at := req.Path.AtName(name)
			resp.Diagnostics.AddAttributeError(at, "Conflicting action types",
				fmt.Sprintf("The attribute %s conflicts with %s.\n\nAn action must have %s. Write each as an action of its own.",
					at, given[0], v.Description(ctx)))
		}
	}
}

// ValidateConfig implements resource.ResourceWithValidateConfig. It checks the actions
// against each other. A validator of the list would hide the mistakes within them:
// the framework looks into a list only if the list itself is valid.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var actions types.List
	at := path.Root("actions")
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &actions)...)
	resp.Diagnostics.Append(duplicateIDs(at, actions)...)
}

// duplicateIDs returns an error for every action that is null or has the ID of an
// earlier one.
func duplicateIDs(list path.Path, actions types.List) diag.Diagnostics {
	var diags diag.Diagnostics
	seen := map[string]path.Path{}
	for i, element := range actions.Elements() {
		at := list.AtListIndex(i)
		action, ok := element.(types.Object)
		if !ok || action.IsUnknown() {
			continue
		}
		if action.IsNull() {
			diags.AddAttributeError(at, "Invalid value", fmt.Sprintf("The action at %s is null.\n\nLeave it out of the list.", at))
			continue
		}
		value := action.Attributes()[flowaction.AttrID]
		if !flowaction.IsSet(value) {
			continue
		}
		id := flowaction.Text(value)
		if first, ok := seen[id]; ok {
			diags.AddAttributeError(at.AtName(flowaction.AttrID), "Duplicate action ID",
				fmt.Sprintf("The attribute %s is %q, the ID of the action at %s.\n\nAn ID must be unique within the flow.",
					at.AtName(flowaction.AttrID), id, first))
			continue
		}
		seen[id] = at
	}
	return diags
}

// jsonOf accepts JSON of some kinds.
func jsonOf(kinds ...flowaction.Kind) validator.String {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, string(k))
	}
	wants := "JSON: " + strings.Join(names, ", ") + ", best written with jsonencode(…)"
	return validate.Matches(wants, func(value string) string {
		if !json.Valid([]byte(value)) {
			return "is not JSON"
		}
		if k := flowaction.KindOf([]byte(value)); !slices.Contains(kinds, k) {
			return "is JSON for " + string(k)
		}
		return ""
	})
}

// jsonAction accepts the JSON of an action without the members that are attributes.
func jsonAction() validator.String {
	const wants = "a JSON object with the strings type and action and, where the action has some, the object params, " +
		"best written with jsonencode({ … })"
	return validate.Matches(wants, func(value string) string {
		if flowaction.KindOf([]byte(value)) != flowaction.Object || !json.Valid([]byte(value)) {
			return "is not a JSON object"
		}
		fields := jsontext.ParseObject(value)
		for _, name := range []string{flowaction.AttrID, flowaction.AttrAlias, flowaction.AttrAllowFailure, flowaction.AttrMaskOutput} {
			if _, there := fields[name]; there {
				return fmt.Sprintf("has the key %q, which is an attribute of the action itself", name)
			}
		}
		for _, name := range []string{flowaction.KeyType, flowaction.KeyAction} {
			if flowaction.StringOf(fields[name]) == "" {
				return fmt.Sprintf("has no key %q with a string", name)
			}
		}
		if params, there := fields[flowaction.KeyParams]; there && flowaction.KindOf(params) != flowaction.Object {
			return fmt.Sprintf("has the key %q, which is %s", flowaction.KeyParams, flowaction.KindOf(params))
		}
		return ""
	})
}
