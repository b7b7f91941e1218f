package function

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

var _ function.Function = (*ScopesFromActions)(nil)

// ScopesFromActions is the function scopes_from_actions.
type ScopesFromActions struct{}

// NewScopesFromActions returns the function.
func NewScopesFromActions() function.Function { return &ScopesFromActions{} }

// Metadata implements function.Function.
func (f *ScopesFromActions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "scopes_from_actions"
}

// Definition implements function.Function.
func (f *ScopesFromActions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Scopes that flow actions need",
		MarkdownDescription: "Returns the scopes of the Management API that a vault connection's client needs for the given flow actions, " +
			"sorted and without repetition: `GET_USER` needs `read:users`, `CREATE_USER` needs `create:users`, `UPDATE_USER` needs " +
			"`update:users`. Actions that a condition nests in its branches count as well.\n\n" +
			"Custom API requests (`send_request`) are not covered: their scopes depend on what they request, and the result contains none for " +
			"them. Add these scopes to `required_scopes` of `auth0vault_connection`. Other actions need no scope.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name: "actions", AllowUnknownValues: true,
				MarkdownDescription: "A list or set of action names (`GET_USER`, `CREATE_USER`, `UPDATE_USER`), or of flow actions: " +
					"objects as in `actions` of `auth0vault_flow`, such as `flow_actions` returns them. Their vault connections may be unknown.",
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

// Run implements function.Function.
func (f *ScopesFromActions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var actions types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &actions); resp.Error != nil {
		return
	}
	elements, known, ok := elementsOf(actions.UnderlyingValue())
	if !ok {
		resp.Error = argumentError(0, "The value is not a list or a set of actions.")
		return
	}
	var names []string
	for i, element := range elements {
		found, complete, problem := actionNames(element)
		if problem != "" {
			resp.Error = argumentError(0, fmt.Sprintf("The action at index %d %s", i, problem))
			return
		}
		known = known && complete
		names = append(names, found...)
	}
	if !known {
		resp.Error = resp.Result.Set(ctx, types.ListUnknown(types.StringType))
		return
	}
	scopes, _ := auth0.ScopesFromActions(names...)
	if scopes == nil {
		scopes = []string{}
	}
	resp.Error = resp.Result.Set(ctx, scopes)
}

// elementsOf returns the elements of a list, set or tuple, and whether they are known.
func elementsOf(value attr.Value) (elements []attr.Value, known, ok bool) {
	if value == nil || value.IsUnknown() {
		return nil, false, true
	}
	switch value := value.(type) {
	case types.List:
		return value.Elements(), true, !value.IsNull()
	case types.Set:
		return value.Elements(), true, !value.IsNull()
	case types.Tuple:
		return value.Elements(), true, !value.IsNull()
	}
	return nil, false, false
}

// actionNames returns the actions of the app AUTH0 that an element is or contains.
// It is not complete if the element is not known. The problem completes "the action".
func actionNames(element attr.Value) (names []string, complete bool, problem string) {
	if dynamic, ok := element.(types.Dynamic); ok && dynamic.UnderlyingValue() != nil {
		element = dynamic.UnderlyingValue()
	}
	switch {
	case element.IsUnknown():
		return nil, false, ""
	case element.IsNull():
		return nil, false, "is null. Leave it out."
	}
	switch element := element.(type) {
	case types.String:
		name := element.ValueString()
		if _, unknown := auth0.ScopesFromActions(name); len(unknown) == 0 {
			return []string{name}, true, ""
		}
		return nil, false, fmt.Sprintf("is unknown. Unknown action %q: the actions whose scopes follow from the name are %s.",
			name, strings.Join(auth0.Actions(), ", "))
	case types.Object:
		return namesIn(element.Attributes())
	}
	return nil, false, "is neither the name of an action nor a flow action."
}

// namesIn is actionNames for the attributes of a flow action.
func namesIn(action map[string]attr.Value) (names []string, complete bool, problem string) {
	complete = true
	for _, t := range flowaction.Types {
		switch value := action[t.Attribute]; {
		case value == nil || value.IsNull():
		case value.IsUnknown():
			complete = false
		default:
			return onlyKnown(t.Action), true, ""
		}
	}
	switch text := action[flowaction.AttrJSON]; {
	case text == nil || text.IsNull():
	case text.IsUnknown():
		complete = false
	default:
		value, problem := parseJSON(flowaction.Text(text))
		if problem != "" {
			return nil, false, "has an invalid json. " + problem
		}
		flowaction.VisitNested(value, func(name string, _ map[string]any) { names = append(names, onlyKnown(name)...) })
		return names, true, ""
	}
	if complete {
		return nil, false, "sets no action type, such as get_user or json."
	}
	return nil, false, ""
}

// onlyKnown returns the name of an action that needs a scope; nothing for others.
func onlyKnown(name string) []string {
	if _, unknown := auth0.ScopesFromActions(name); len(unknown) > 0 {
		return nil
	}
	return []string{name}
}
