package flow

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// addError adds the error for a write that failed, on the attribute that Auth0's
// message is about, if it is about one. hint is a further paragraph, if there is one.
func addError(diags *diag.Diagnostics, client *providerdata.Client, action string, err error, plan *model, hint string) {
	detail := strings.TrimSpace(client.Explain(err) + "\n\n" + hint)
	var refusal *auth0.Error
	if errors.As(err, &refusal) {
		if at, ok := attributeFromMessage(refusal.Message, plan.Actions); ok {
			diags.AddAttributeError(at, "Unable to "+action, detail)
			return
		}
	}
	diags.AddError("Unable to "+action, detail)
}

// importHint returns what to say of a create that was refused because the name is
// taken.
func importHint(ctx context.Context, client *providerdata.Client, err error, name string) string {
	return providerdata.ImportHint(err, "auth0vault_flow", func() (string, error) {
		found, err := client.FindFlowByName(ctx, name)
		if err != nil {
			return "", err
		}
		return found.ID, nil
	})
}

// propertyRE finds the property that a refusal of a body is about. Auth0 names it
// only in its text, "… validation error: '…' on property actions[0].params.to (…)",
// and ends the text with a dot.
var propertyRE = regexp.MustCompile(`' on property ((?:name|actions)\b[^\s(]*)`)

// attributeFromMessage returns the attribute that a message is about.
func attributeFromMessage(message string, actions types.List) (path.Path, bool) {
	found := propertyRE.FindStringSubmatch(message)
	if found == nil {
		return path.Empty(), false
	}
	parts := strings.FieldsFunc(found[1], func(r rune) bool { return strings.ContainsRune(".[]", r) })
	at := path.Root(parts[0])
	if parts[0] != "actions" || len(parts) == 1 {
		return at, true
	}
	i, err := strconv.Atoi(parts[1])
	elements := actions.Elements()
	if err != nil || i < 0 || i >= len(elements) {
		return at, true
	}
	action, _ := elements[i].(types.Object)
	return withinAction(at.AtListIndex(i), action, parts[2:]), true
}

// withinAction follows a property into an action, as far as there are attributes.
func withinAction(at path.Path, action types.Object, parts []string) path.Path {
	if len(parts) == 0 {
		return at
	}
	switch parts[0] {
	case flowaction.AttrID, flowaction.AttrAlias, flowaction.AttrAllowFailure, flowaction.AttrMaskOutput:
		return at.AtName(parts[0])
	}
	t, _ := flowaction.TypeOf(action)
	if t == nil {
		return at.AtName(flowaction.AttrJSON)
	}
	at = at.AtName(t.Attribute)
	if parts[0] != flowaction.KeyParams {
		return at
	}
	params := t.Params
	for _, name := range parts[1:] {
		inner, ok := paramNamed(params, name)
		if !ok {
			break
		}
		at, params = at.AtName(name), inner.Parts
	}
	return at
}

func paramNamed(params []flowaction.Param, name string) (flowaction.Param, bool) {
	for _, p := range params {
		if p.Name == name {
			return p, true
		}
	}
	return flowaction.Param{}, false
}
