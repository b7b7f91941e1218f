package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

var _ function.Function = (*FlowActions)(nil)

// FlowActions is the function flow_actions.
type FlowActions struct{}

// NewFlowActions returns the function.
func NewFlowActions() function.Function { return &FlowActions{} }

// Metadata implements function.Function.
func (f *FlowActions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "flow_actions"
}

// Definition implements function.Function.
func (f *FlowActions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Actions of an exported flow",
		MarkdownDescription: "Returns the actions of a flow that Auth0's dashboard or CLI exported, for `actions` of `auth0vault_flow`. " +
			"Tokens such as `#CONN-1#`, which the export has in place of IDs, are replaced with the IDs of your objects. " +
			"The seven actions of the app `AUTH0` have their own attributes (`get_user`, `send_email`, …), all others are `json`.\n\n" +
			"IDs can be unknown: only the attributes that contain such an ID are then known after apply. " +
			"The plan shows and validates everything else.\n\n" +
			"A token is a whole JSON string, anywhere in the actions, of any spelling. " +
			"A longer string that contains one is not a token, nor is a template `{{…}}`.",
		Parameters: []function.Parameter{
			exportParameter("The content of the file: an export of a form, a single flow (`name` and `actions`), or a list of actions."),
			function.StringParameter{
				Name: "flow", AllowNullValue: true, AllowUnknownValues: true,
				MarkdownDescription: "Token or name of the flow, such as `#FLOW-1#`. May be null if the export has one flow only.",
			},
			bindingsParameter(),
		},
		VariadicParameter: optionsParameter(),
		Return:            function.ListReturn{ElementType: types.ObjectType{AttrTypes: flowaction.AttrTypes}},
	}
}

func exportParameter(description string) function.Parameter {
	return function.StringParameter{Name: "export", AllowUnknownValues: true, MarkdownDescription: description}
}

func bindingsParameter() function.Parameter {
	return function.MapParameter{
		Name: "bindings", ElementType: types.StringType, AllowUnknownValues: true,
		MarkdownDescription: "The IDs by token, such as `{ \"#CONN-1#\" = auth0vault_connection.forms.id }`. " +
			"Every token of the flow or form must have one. " +
			"Every key must be a token of the export, but not necessarily of this flow or form: several calls can share a map.",
	}
}

func optionsParameter() function.Parameter {
	return function.StringParameter{
		Name: "options",
		MarkdownDescription: "`\"" + allowLiteralIDs + "\"` accepts IDs (`ac_…`, `af_…`) in the text of the export. " +
			"Without it they are an error, because they are valid only in the tenant that the file was exported from.",
	}
}

// Run implements function.Function.
func (f *FlowActions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	const argFlow, argBindings = 1, 2
	var text, key types.String
	var bindings types.Map
	var options []string
	if resp.Error = req.Arguments.Get(ctx, &text, &key, &bindings, &options); resp.Error != nil {
		return
	}
	objects := types.ObjectType{AttrTypes: flowaction.AttrTypes}
	if text.IsUnknown() || key.IsUnknown() {
		resp.Error = resp.Result.Set(ctx, types.ListUnknown(objects))
		return
	}
	e, err := parseExport(text.ValueString())
	if err != nil {
		resp.Error = err
		return
	}
	flow, problem := e.flow(key.ValueString())
	if problem != "" {
		resp.Error = argumentError(argFlow, problem)
		return
	}
	b, err := newBinder(e, bindings, argBindings, options)
	if err != nil {
		resp.Error = err
		return
	}
	bound, _ := b.bind(flow.actions, "", flow.at).([]any)
	if resp.Error = b.err(); resp.Error != nil {
		return
	}
	elements := make([]attr.Value, 0, len(bound))
	for _, action := range bound {
		element, diags := decodeAction(action)
		resp.Error = function.ConcatFuncErrors(resp.Error, function.FuncErrorFromDiags(ctx, diags))
		elements = append(elements, b.hideUnknown(ctx, element))
	}
	if resp.Error != nil {
		return
	}
	list, diags := types.ListValue(objects, elements)
	resp.Error = function.ConcatFuncErrors(function.FuncErrorFromDiags(ctx, diags), resp.Result.Set(ctx, list))
}

// decodeAction returns an action of an export as auth0vault_flow takes it. What the
// export leaves out is null: the flow then keeps what it has.
func decodeAction(action any) (types.Object, diag.Diagnostics) {
	object, diags := flowaction.Decode(flowaction.JSON(action), types.ObjectNull(flowaction.AttrTypes))
	if diags.HasError() {
		return object, diags
	}
	exported, _ := action.(map[string]any)
	attributes := object.Attributes()
	for name, null := range map[string]attr.Value{
		flowaction.AttrAlias: types.StringNull(), flowaction.AttrAllowFailure: types.BoolNull(), flowaction.AttrMaskOutput: types.BoolNull(),
	} {
		if exported[name] == nil {
			attributes[name] = null
		}
	}
	return types.ObjectValue(flowaction.AttrTypes, attributes)
}
