package function

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// argExport is the position of the argument that holds an export.
const argExport = 0

// export is what Auth0's dashboard and CLI write when a form is exported, or a part
// of that: a form, a flow, or the actions of a flow.
type export struct {
	// form is the form, nil if the text has none.
	form map[string]any
	// flows are the flows by token. A flow that is the whole text has no token.
	flows map[string]exportedFlow
	// connections are the vault connections by token.
	connections map[string]exportedConnection
	// strings are all strings of the text, the keys of objects left out.
	strings map[string]bool
	// partial is set for a text that is a flow or a list of actions.
	partial bool
}

type exportedFlow struct {
	// at is where the actions are in the text. name is empty for a list of actions.
	at, name string
	actions  []any
}

type exportedConnection struct{ id, appID, name string }

// parseExport reads the text of an export.
func parseExport(text string) (*export, *function.FuncError) {
	text = strings.TrimPrefix(text, "\ufeff") // a byte order mark, as some editors on Windows write
	value, problem := parseJSON(text)
	if problem != "" {
		return nil, argumentError(argExport, problem)
	}
	e := &export{strings: map[string]bool{}}
	collectStrings(value, e.strings)
	switch value := value.(type) {
	case map[string]any:
		return e, e.readObject(value)
	case []any:
		e.partial = true
		e.flows = map[string]exportedFlow{"": {at: "actions", actions: value}}
		return e, checkActions("actions", value)
	case string:
		return nil, exportError("The text is a JSON string. Pass the content of the file as it is, without jsonencode: file(…).")
	}
	return nil, exportError("The text is neither a JSON object nor a list of actions.")
}

func exportError(format string, args ...any) *function.FuncError {
	return argumentError(argExport, fmt.Sprintf(format, args...))
}

func (e *export) readObject(object map[string]any) *function.FuncError {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, ok := object[name]; return ok })
	}
	switch {
	case has("form", "flows"):
		return e.readEnvelope(object)
	case has("actions"):
		flow, err := readFlow("", object)
		e.partial, e.flows = true, map[string]exportedFlow{"": flow}
		return err
	case has(formJSON...):
		e.form = object
		return nil
	}
	return exportError(`The JSON object is not an export: it must have "form" and "flows", or "actions" if it is a flow, `+
		`or "nodes" if it is a form. It has %s.`,
		orNothing(listOf(slices.Sorted(maps.Keys(object)))))
}

func (e *export) readEnvelope(envelope map[string]any) (err *function.FuncError) {
	if e.form, err = objectAt(envelope, "form", "form"); err != nil {
		return err
	}
	e.flows = map[string]exportedFlow{}
	err = eachMember(envelope, "flows", func(token, at string, object map[string]any) (err *function.FuncError) {
		e.flows[token], err = readFlow(at, object)
		return err
	})
	if err != nil {
		return err
	}
	e.connections = map[string]exportedConnection{}
	return eachMember(envelope, "connections", func(token, _ string, object map[string]any) *function.FuncError {
		e.connections[token] = exportedConnection{stringAt(object, "id"), stringAt(object, "app_id"), stringAt(object, "name")}
		return nil
	})
}

// eachMember calls read for the objects in an object of objects, until one fails.
func eachMember(
	envelope map[string]any, name string, read func(key, at string, object map[string]any) *function.FuncError,
) *function.FuncError {
	all, err := objectAt(envelope, name, name)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if err != nil {
			break
		}
		var object map[string]any
		at := fmt.Sprintf("%s[%q]", name, key)
		if object, err = objectAt(all, key, at); err == nil {
			err = read(key, at, object)
		}
	}
	return err
}

// objectAt returns a member that is an object, and an empty
// object for one that is null or missing.
func objectAt(object map[string]any, name, at string) (map[string]any, *function.FuncError) {
	switch member := object[name].(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return member, nil
	}
	return nil, exportError("The value at %s is not a JSON object.", at)
}

func readFlow(at string, object map[string]any) (exportedFlow, *function.FuncError) {
	flow := exportedFlow{at: join(at, "actions"), name: stringAt(object, "name")}
	switch actions := object["actions"].(type) {
	case nil: // Auth0 leaves out the actions of a flow that has none
	case []any:
		flow.actions = actions
	default:
		return flow, exportError("The value at %s is not a list of actions.", flow.at)
	}
	return flow, checkActions(flow.at, flow.actions)
}

// checkActions checks the members of each action that auth0vault_flow has
// attributes for. One that is null is removed: that means the same.
func checkActions(list string, actions []any) *function.FuncError {
	for i, value := range actions {
		at := fmt.Sprintf("%s[%d]", list, i)
		action, ok := value.(map[string]any)
		if !ok {
			return exportError("The action at %s is not a JSON object.", at)
		}
		for _, name := range []string{"id", "type", "action"} {
			if stringAt(action, name) == "" {
				return exportError("The action at %s lacks %q, which must be a string.", at, name)
			}
		}
		for _, optional := range []struct {
			name, kind string
			valid      func(any) bool
		}{
			{"alias", "a string", isA[string]},
			{"allow_failure", "a boolean", isA[bool]},
			{"mask_output", "a boolean", isA[bool]},
			{"params", "a JSON object", isA[map[string]any]},
		} {
			if action[optional.name] == nil {
				delete(action, optional.name)
			} else if !optional.valid(action[optional.name]) {
				return exportError("The value at %s is not %s.", join(at, optional.name), optional.kind)
			}
		}
	}
	return nil
}

// flow returns a flow by its token, or by a name that no other flow has. An empty
// key is the only flow there is. The second value says what is wrong with the key.
func (e *export) flow(key string) (flow exportedFlow, problem string) {
	if e.partial {
		flow = e.flows[""]
		// A token cannot be checked here: only an export of a form knows the tokens of flows.
		if key != "" && flow.name != "" && key != flow.name && !looksLikeToken(key) {
			problem = fmt.Sprintf("The export has no flow %q. It is the flow %q alone.", key, flow.name)
		}
		return flow, problem
	}
	if flow, ok := e.flows[key]; ok {
		return flow, ""
	}
	var found []string
	for token, flow := range e.flows {
		if key == "" || key == flow.name {
			found = append(found, token)
		}
	}
	slices.Sort(found)
	switch {
	case len(found) == 1:
		return e.flows[found[0]], ""
	case len(e.flows) == 0:
		return flow, "The export has no flows."
	case key == "":
		return flow, fmt.Sprintf("There are several flows in the export: %s. Give the name or the token of one.", e.describeFlows())
	case len(found) > 1:
		return flow, fmt.Sprintf("There are several flows named %q in the export. Give the token of one: %s.", key, listOf(found))
	}
	return flow, fmt.Sprintf("The export has no flow %q. It has %s.", key, e.describeFlows())
}

// describeFlows lists the flows by name and token.
func (e *export) describeFlows() string {
	var described []string
	for _, token := range slices.Sorted(maps.Keys(e.flows)) {
		described = append(described, fmt.Sprintf("%q (%s)", e.flows[token].name, token))
	}
	return strings.Join(described, ", ")
}

// describeToken adds to a token what it stands for, as far as the export says.
func (e *export) describeToken(token string) string {
	if connection, ok := e.connections[token]; ok {
		return fmt.Sprintf("%q (vault connection %q, app %s)", token, connection.name, connection.appID)
	}
	if flow, ok := e.flows[token]; ok {
		return fmt.Sprintf("%q (flow %q)", token, flow.name)
	}
	return fmt.Sprintf("%q", token)
}

func orNothing(list string) string {
	if list == "" {
		return "nothing"
	}
	return list
}
