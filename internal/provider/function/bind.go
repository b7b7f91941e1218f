package function

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// allowLiteralIDs is the option that accepts IDs in an export.
const allowLiteralIDs = "allow_literal_ids"

// IDs in the text of an export, which are valid in one tenant only. Published IDs
// have 22 characters after the underscore and at most 30 in all.
const (
	connectionPrefix = "ac_"
	flowPrefix       = "af_"
)

// The members of JSON objects that are IDs.
const (
	keyConnectionID = "connection_id"
	keyFlowID       = "flow_id"
)

var literalID = regexp.MustCompile(`\ba[cf]_[A-Za-z0-9]{16,27}\b`)

// tokenRE is how the dashboard spells tokens (#CONN-1#), and how people do
// (__TF_VAULT__forms__).
var tokenRE = regexp.MustCompile(`^(#[A-Za-z]+-[0-9]+#|__[A-Z][A-Za-z0-9_-]*__)$`)

// unknownID is where binder.unknownID begins. It has the form of a template, which the
// validators of all params accept: with the value that will be known, an action has
// the same attributes.
const unknownID = "{{unknown}}"

func looksLikeToken(s string) bool { return tokenRE.MatchString(s) }

// binder replaces the tokens of an export with IDs, and finds what is wrong with
// the tokens, the bindings and the IDs.
type binder struct {
	export *export
	// argument is the position of the bindings among the arguments.
	argument int64
	bindings map[string]attr.Value
	// allUnknown is set when not even the keys of the bindings are known.
	allUnknown    bool
	allowLiterals bool
	// unknownID stands for a value that is not known yet. It is not part of any string of the export.
	unknownID string

	exportProblems, bindingProblems []string
}

// newBinder returns a binder for an export. The options are the variadic arguments
// that follow the bindings.
func newBinder(e *export, bindings types.Map, argument int64, options []string) (*binder, *function.FuncError) {
	b := &binder{
		export: e, argument: argument, bindings: bindings.Elements(), allUnknown: bindings.IsUnknown(), unknownID: unknownID,
	}
	for i, option := range options {
		if option != allowLiteralIDs {
			return nil, argumentError(argument+1+int64(i),
				fmt.Sprintf("The option %q does not exist. The only option is %q.", option, allowLiteralIDs))
		}
		b.allowLiterals = true
	}
	for s := range e.strings {
		for b.isUnknown(s) {
			b.unknownID += "~" // longer, it is in no string that was looked at before either
		}
	}
	for _, token := range slices.Sorted(maps.Keys(b.bindings)) {
		switch value := b.bindings[token]; {
		case !e.hasToken(token):
			b.badBinding("The export has no token %q, for which there is a binding. %s", token, e.describeTokens())
		case value.IsUnknown():
		case flowaction.Text(value) == "":
			b.badBinding("The binding of the token %s is empty or null.", e.describeToken(token))
		}
	}
	return b, nil
}

// hasToken reports whether a key of the bindings is a token of the export, be it
// in this flow or form or not: one map may serve several calls.
func (e *export) hasToken(key string) bool {
	_, isFlow := e.flows[key]
	_, isConnection := e.connections[key]
	return key != "" && (isFlow || isConnection || e.strings[key] && !flowaction.HasTemplate(key))
}

func (e *export) describeTokens() string {
	tokens := slices.Collect(maps.Keys(e.connections))
	if !e.partial {
		tokens = slices.AppendSeq(tokens, maps.Keys(e.flows))
	}
	for s := range e.strings {
		if looksLikeToken(s) && !slices.Contains(tokens, s) {
			tokens = append(tokens, s)
		}
	}
	if len(tokens) == 0 {
		return "It has no tokens at all."
	}
	slices.Sort(tokens)
	return "Its tokens are " + listOf(tokens) + "."
}

// bind returns a copy of a value of the export with its tokens replaced. name is the
// member of an object that the value is, and at is where it is in the text.
func (b *binder) bind(value any, name, at string) any {
	switch value := value.(type) {
	case map[string]any:
		b.checkApp(value, at)
		bound := make(map[string]any, len(value))
		for _, member := range slices.Sorted(maps.Keys(value)) {
			bound[member] = b.bind(value[member], member, join(at, member))
		}
		return bound
	case []any:
		bound := make([]any, 0, len(value))
		for i, element := range value {
			bound = append(bound, b.bind(element, "", fmt.Sprintf("%s[%d]", at, i)))
		}
		return bound
	case string:
		return b.bindString(value, name, at)
	}
	return value
}

// bindString replaces a string that is a token. Only a whole string is one.
func (b *binder) bindString(s, name, at string) string {
	if id, ok := b.bindings[s]; ok && b.export.hasToken(s) {
		if id.IsUnknown() {
			return b.unknownID
		}
		b.checkKind(s, flowaction.Text(id), name)
		return flowaction.Text(id)
	}
	isID := name == keyConnectionID || name == keyFlowID
	_, isFlow := b.export.flows[s]
	_, isConnection := b.export.connections[s]
	switch {
	case s == "":
	case isID && (strings.HasPrefix(s, connectionPrefix) || strings.HasPrefix(s, flowPrefix)):
		b.foundLiteral(s, at)
	case isFlow, isConnection, looksLikeToken(s), isID && !flowaction.HasTemplate(s):
		if b.allUnknown {
			return b.unknownID
		}
		b.badBinding("The token %s at %s has no binding. Add one to the map: %q = <the ID>.",
			b.export.describeToken(s), at, s)
	default:
		for _, id := range literalID.FindAllString(s, -1) {
			b.foundLiteral(id, at)
		}
	}
	return s
}

// checkKind refuses the ID of a flow for the token of a vault connection, and the
// other way round.
func (b *binder) checkKind(token, id, name string) {
	_, isFlow := b.export.flows[token]
	_, isConnection := b.export.connections[token]
	switch {
	case (isConnection || name == keyConnectionID) && strings.HasPrefix(id, flowPrefix):
		b.badBinding("The token %s stands for a vault connection, and its binding %q is the ID of a flow.",
			b.export.describeToken(token), id)
	case (isFlow || name == keyFlowID) && strings.HasPrefix(id, connectionPrefix):
		b.badBinding("The token %s stands for a flow, and its binding %q is the ID of a vault connection.",
			b.export.describeToken(token), id)
	}
}

// foundLiteral refuses an ID in the text, unless the option allows it and nothing
// shows that the ID belongs to another tenant.
func (b *binder) foundLiteral(id, at string) {
	token := ""
	for _, candidate := range slices.Sorted(maps.Keys(b.export.connections)) {
		if b.export.connections[candidate].id == id {
			token = candidate
			break
		}
	}
	bound, isBound := b.bindings[token]
	switch {
	case isBound && flowaction.IsSet(bound) && flowaction.Text(bound) != id:
		b.badExport("The file was exported from another tenant: %s is %q there, and is bound to %q. "+
			"The ID is still at %s. Replace it with the token.", b.export.describeToken(token), id, flowaction.Text(bound), at)
	case b.allowLiterals:
	case token != "":
		b.badExport("The ID %q at %s is valid only in the tenant that the file was exported from. "+
			"Replace it with the token %s.", id, at, b.export.describeToken(token))
	default:
		b.badExport("The ID %q at %s is valid only in the tenant that the file was exported from. "+
			"Replace it with a token, such as \"#CONN-1#\", or bind the ID itself. To keep it, add the argument %q.", id, at, allowLiteralIDs)
	}
}

// checkApp refuses an action with a vault connection of another app. The type of an
// action is the name of the app whose connections authorize it.
func (b *binder) checkApp(action map[string]any, at string) {
	params, _ := action[flowaction.KeyParams].(map[string]any)
	token := stringAt(params, keyConnectionID)
	app, connection := stringAt(action, flowaction.KeyType), b.export.connections[token]
	if app == "" || connection.appID == "" || app == connection.appID {
		return
	}
	b.badExport("The action at %s is of the app %s and has the vault connection %s. Choose a connection of the app %s.",
		at, app, b.export.describeToken(token), app)
}

func (b *binder) badExport(format string, args ...any) {
	b.exportProblems = append(b.exportProblems, fmt.Sprintf(format, args...))
}

func (b *binder) badBinding(format string, args ...any) {
	b.bindingProblems = append(b.bindingProblems, fmt.Sprintf(format, args...))
}

// err returns what was found wrong, nil for nothing.
func (b *binder) err() *function.FuncError {
	const maxProblems = 10
	argument, problems := int64(argExport), b.exportProblems
	if len(problems) == 0 {
		argument, problems = b.argument, b.bindingProblems
	}
	if len(problems) == 0 {
		return nil
	}
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems:maxProblems], fmt.Sprintf("There are %d more problems of this kind.", more))
	}
	return argumentError(argument, strings.Join(problems, "\n"))
}

// hideUnknown returns a value in which every text that contains an ID that is not
// known yet is unknown.
func (b *binder) hideUnknown(ctx context.Context, value attr.Value) attr.Value {
	switch value := value.(type) {
	case types.Object:
		if value.IsNull() {
			return value
		}
		attributes := value.Attributes()
		for name, attribute := range attributes {
			attributes[name] = b.hideUnknown(ctx, attribute)
		}
		return types.ObjectValueMust(value.AttributeTypes(ctx), attributes)
	case types.String:
		if b.isUnknown(value.ValueString()) {
			return types.StringUnknown()
		}
	case jsontext.Value:
		if b.isUnknown(value.ValueString()) {
			return jsontext.NewUnknown()
		}
	}
	return value
}

func (b *binder) isUnknown(text string) bool { return strings.Contains(text, b.unknownID) }
