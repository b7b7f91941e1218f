package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// forms are the attributes of which an action has exactly one.
var forms = func() []string {
	names := make([]string, 0, len(flowaction.Types)+1)
	for _, t := range flowaction.Types {
		names = append(names, t.Attribute)
	}
	return append(names, flowaction.AttrJSON)
}()

// completeAction accepts an action that has an id and is exactly one of the forms.
type completeAction struct{}

var _ validator.Object = completeAction{}

// Description says what is wanted.
func (completeAction) Description(context.Context) string {
	return "an id and exactly one of " + strings.Join(forms, ", ")
}

// MarkdownDescription says what is wanted.
func (v completeAction) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements validator.Object. What is not known yet may turn out
// to be null.
func (v completeAction) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if req.ConfigValue.Attributes()[flowaction.AttrID].IsNull() {
		at := req.Path.AtName(flowaction.AttrID)
		resp.Diagnostics.AddAttributeError(at, "Incomplete action", fmt.Sprintf("The attribute %s is missing.\n\nAn action must have %s.", at, v.Description(ctx)))
	}
	var given []string
	unknown := false
	for _, form := range forms {
		value := req.ConfigValue.Attributes()[form]
		unknown = unknown || value.IsUnknown()
		if flowaction.IsSet(value) {
			given = append(given, form)
		}
	}
	switch {
	case len(given) == 0 && !unknown:
		resp.Diagnostics.AddAttributeError(req.Path, "Incomplete action",
			fmt.Sprintf("The action at %s says nothing of what it does.\n\nAn action must have %s.", req.Path, v.Description(ctx)))
	case len(given) > 1:
		for _, form := range given[1:] {
			at := req.Path.AtName(form)
			resp.Diagnostics.AddAttributeError(at, "Several actions in one",
				fmt.Sprintf("The attribute %s stands beside %s.\n\nAn action must have %s. Add another action to the list for each.", at, given[0], v.Description(ctx)))
		}
	}
}

// distinctActions accepts actions that have ids of their own.
type distinctActions struct{}

var _ validator.List = distinctActions{}

// Description says what is wanted.
func (distinctActions) Description(context.Context) string {
	return "actions, each with an id of its own"
}

// MarkdownDescription says what is wanted.
func (v distinctActions) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements validator.List.
func (distinctActions) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]int{}
	for i, element := range req.ConfigValue.Elements() {
		at := req.Path.AtListIndex(i)
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(at, "Invalid value", fmt.Sprintf("The action at %s is null.\n\nLeave it out of the list.", at))
			continue
		}
		action, ok := element.(types.Object)
		if !ok || action.IsUnknown() {
			continue
		}
		id, ok := action.Attributes()[flowaction.AttrID].(types.String)
		if !ok || !flowaction.IsSet(id) {
			continue
		}
		if first, taken := seen[id.ValueString()]; taken {
			resp.Diagnostics.AddAttributeError(at.AtName(flowaction.AttrID), "Two actions with one id",
				fmt.Sprintf("The attribute %s is %q, as that of the action at %s is.\n\nAn id must be unique within the flow.",
					at.AtName(flowaction.AttrID), id.ValueString(), req.Path.AtListIndex(first)))
			continue
		}
		seen[id.ValueString()] = i
	}
}

// jsonOf accepts JSON of some kinds.
func jsonOf(kinds ...flowaction.Kind) validator.String {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, string(k))
	}
	wants := "JSON: " + strings.Join(names, ", ") + ", best written with jsonencode(…)"
	return tfkit.Matches(wants, func(value string) string {
		if !json.Valid([]byte(value)) {
			return "is no JSON"
		}
		if k := flowaction.KindOf([]byte(value)); !slices.Contains(kinds, k) {
			return "is JSON for " + string(k)
		}
		return ""
	})
}

// jsonAction accepts an action without what actions have attributes for.
func jsonAction() validator.String {
	const wants = `a JSON object with the strings type and action and, where the action has some, the object params, best written with jsonencode({ … })`
	return tfkit.Matches(wants, func(value string) string {
		if flowaction.KindOf([]byte(value)) != flowaction.Object || !json.Valid([]byte(value)) {
			return "is no JSON object"
		}
		fields := tfkit.ParseObject(value)
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
