package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

var _ function.Function = (*FormParts)(nil)

// FormParts is the function form_parts.
type FormParts struct{}

// formName is the part of a form that is not JSON, formJSON are the others.
const formName = "name"

var formJSON = []string{"languages", "start", "nodes", "ending", "messages", "translations", "style"}

var formTypes = func() map[string]attr.Type {
	attrTypes := map[string]attr.Type{formName: types.StringType}
	for _, part := range formJSON {
		attrTypes[part] = types.StringType
	}
	return attrTypes
}()

// NewFormParts returns the function.
func NewFormParts() function.Function { return &FormParts{} }

// Metadata implements function.Function.
func (f *FormParts) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "form_parts"
}

// Definition implements function.Function.
func (f *FormParts) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parts of an exported form",
		MarkdownDescription: "Returns the parts of a form that Auth0's dashboard or CLI exported, for a resource that manages forms, " +
			"such as `auth0_form` of the provider `auth0/auth0`. Tokens such as `#FLOW-1#`, which the export has in place of IDs, are replaced " +
			"with the IDs of your flows.\n\n" +
			"The result is an object. `name` is the form's name. `languages`, `start`, `nodes`, `ending`, `messages`, `translations` and `style` " +
			"are JSON, written as by `jsonencode`, or null if the form has no such part.\n\n" +
			"IDs can be unknown: only the parts that contain such an ID are then known after apply.",
		Parameters: []function.Parameter{
			exportParameter("The content of the file: an export of a form."),
			bindingsParameter(),
		},
		VariadicParameter: optionsParameter(),
		Return:            function.ObjectReturn{AttributeTypes: formTypes},
	}
}

// Run implements function.Function.
func (f *FormParts) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	const argBindings = 1
	var text types.String
	var bindings types.Map
	var options []string
	if resp.Error = req.Arguments.Get(ctx, &text, &bindings, &options); resp.Error != nil {
		return
	}
	if text.IsUnknown() {
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(formTypes))
		return
	}
	e, err := parseExport(text.ValueString())
	switch {
	case err != nil:
		resp.Error = err
		return
	case e.form == nil:
		resp.Error = exportError("The export has no form, only flows.")
		return
	case stringAt(e.form, formName) == "":
		resp.Error = exportError("The form in the export has no name.")
		return
	}
	b, err := newBinder(e, bindings, argBindings, options)
	if err != nil {
		resp.Error = err
		return
	}
	at := "form"
	if e.flows == nil {
		at = "" // the text is the form itself
	}
	parts := map[string]attr.Value{formName: types.StringValue(stringAt(e.form, formName))}
	for _, part := range formJSON {
		value := types.StringNull()
		if e.form[part] != nil {
			value = types.StringValue(string(flowaction.JSON(b.bind(e.form[part], part, join(at, part)))))
		}
		parts[part] = b.hideUnknown(ctx, value)
	}
	if resp.Error = b.err(); resp.Error != nil {
		return
	}
	object, diags := types.ObjectValue(formTypes, parts)
	resp.Error = function.ConcatFuncErrors(function.FuncErrorFromDiags(ctx, diags), resp.Result.Set(ctx, object))
}
