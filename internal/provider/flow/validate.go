package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// forms are the attributes of which an action has exactly one.
var forms = func() []string {
	names := make([]string, 0, len(typedActions)+1)
	for _, t := range typedActions {
		names = append(names, t.attribute)
	}
	return append(names, attrJSON)
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
	if req.ConfigValue.Attributes()[attrID].IsNull() {
		at := req.Path.AtName(attrID)
		resp.Diagnostics.AddAttributeError(at, "Incomplete action", fmt.Sprintf("The attribute %s is missing.\n\nAn action must have %s.", at, v.Description(ctx)))
	}
	var given []string
	unknown := false
	for _, form := range forms {
		value := req.ConfigValue.Attributes()[form]
		unknown = unknown || value.IsUnknown()
		if isGiven(value) {
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
		id, ok := action.Attributes()[attrID].(types.String)
		if !ok || !isGiven(id) {
			continue
		}
		if first, taken := seen[id.ValueString()]; taken {
			resp.Diagnostics.AddAttributeError(at.AtName(attrID), "Two actions with one id",
				fmt.Sprintf("The attribute %s is %q, as that of the action at %s is.\n\nAn id must be unique within the flow.",
					at.AtName(attrID), id.ValueString(), req.Path.AtListIndex(first)))
			continue
		}
		seen[id.ValueString()] = i
	}
}

// hasTemplate reports whether a text has a template in it. What it comes to, only
// an execution knows.
func hasTemplate(value string) bool {
	_, rest, opened := strings.Cut(value, "{{")
	return opened && strings.Contains(rest, "}}")
}

// emailOrTemplate accepts one e-mail address, or anything with a template in it.
func emailOrTemplate() validator.String {
	return tfkit.Matches("one e-mail address, such as ada@example.com, or a template, such as {{context.user.email}}", func(value string) string {
		if hasTemplate(value) || tfkit.IsEmail(value) {
			return ""
		}
		return fmt.Sprintf("is neither an e-mail address nor a template: %q", value)
	})
}

// jsonOf accepts JSON of some kinds.
func jsonOf(kinds ...kind) validator.String {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, string(k))
	}
	wants := "JSON: " + strings.Join(names, ", ") + ", best written with jsonencode(…)"
	return tfkit.Matches(wants, func(value string) string {
		if !json.Valid([]byte(value)) {
			return "is no JSON"
		}
		if k := kindOf([]byte(value)); !slices.Contains(kinds, k) {
			return "is JSON for " + string(k)
		}
		return ""
	})
}

// scalarValues accepts a JSON object whose values are numbers, strings and nulls.
func scalarValues() validator.String {
	return tfkit.Matches("a JSON object of numbers, strings and nulls", func(value string) string {
		fields := tfkit.ParseObject(value)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			switch k := kindOf(fields[name]); k {
			case scalar, text, null:
			default:
				return fmt.Sprintf("has the key %q, which is %s", name, k)
			}
		}
		return ""
	})
}

// jsonAction accepts an action without what actions have attributes for.
func jsonAction() validator.String {
	const wants = `a JSON object with the strings type and action and, where the action has some, the object params, best written with jsonencode({ … })`
	return tfkit.Matches(wants, func(value string) string {
		if kindOf([]byte(value)) != object || !json.Valid([]byte(value)) {
			return "is no JSON object"
		}
		fields := tfkit.ParseObject(value)
		for _, name := range []string{attrID, attrAlias, attrAllowFailure, attrMaskOutput} {
			if _, there := fields[name]; there {
				return fmt.Sprintf("has the key %q, which is an attribute of the action itself", name)
			}
		}
		for _, name := range []string{keyType, keyAction} {
			if stringOf(fields[name]) == "" {
				return fmt.Sprintf("has no key %q with a string", name)
			}
		}
		if params, there := fields[keyParams]; there && kindOf(params) != object {
			return fmt.Sprintf("has the key %q, which is %s", keyParams, kindOf(params))
		}
		return ""
	})
}
