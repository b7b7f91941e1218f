package function_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	functions "github.com/auth0vault/terraform-provider-auth0vault/internal/provider/function"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

type (
	attributes = acctest.Attributes
	bindings   = map[string]any
)

// envelope returns an export with the actions of flows by token, and a vault
// connection for #CONN-1# and #CONN-2#.
func envelope(flows map[string]string) string {
	all := []string{}
	for token, actions := range flows {
		all = append(all, fmt.Sprintf(`%q: {"name": "Flow %s", "actions": %s}`, token, strings.Trim(token, "#"), actions))
	}
	return `{"version": "4.0.0", "form": {"name": "F", "nodes": []}, "flows": {` + strings.Join(all, ", ") + `}, "connections": {
		"#CONN-1#": {"id": "ac_5vJk2mQe8sTn1xWb7cYdRf", "app_id": "AUTH0", "name": "Forms"},
		"#CONN-2#": {"id": "ac_1dFg7hJk5lZx3cVb9nMqWe", "app_id": "TWILIO", "name": "Texts"}}}`
}

const getUser = `{"id": "load", "type": "AUTH0", "action": "GET_USER",
	"params": {"connection_id": "#CONN-1#", "user_id": "{{context.user.user_id}}"}}`

// connect changes the vault connection of the action getUser in a text.
func connect(text, connection string) string {
	return strings.ReplaceAll(text, `"connection_id": "#CONN-1#"`, fmt.Sprintf(`"connection_id": %q`, connection))
}

func getUserThrough(connection string) string { return connect("["+getUser+"]", connection) }

// An action as auth0vault_flow takes it.
func action(id string, more attributes) attributes { return attributes{"id": id}.With(more) }

func loadUser(connection any) attributes {
	return action("load", attributes{"get_user": attributes{"connection_id": connection, "user_id": "{{context.user.user_id}}"}})
}

// TestFlowActions: every form of an export, every way to name a flow, and every place and spelling of a token.
func TestFlowActions(t *testing.T) {
	t.Parallel()
	forms, loaded := bindings{"#CONN-1#": "ac_forms"}, []any{loadUser("ac_forms")}
	list, flow := "["+getUser+"]", `{"name": "Load", "actions": [`+getUser+`]}`
	two := envelope(map[string]string{"#FLOW-1#": list, "#FLOW-2#": "[]"})
	for name, test := range map[string]struct {
		text     string
		flow     any
		bindings any
		want     []any
	}{
		"export, by token": {two, "#FLOW-1#", forms, loaded},
		"export, by name":  {two, "Flow FLOW-1", forms, loaded},
		"export, the only": {envelope(map[string]string{"#FLOW-1#": list}), nil, forms, loaded},
		"flow without actions": {
			`{"flows": {"#FLOW-1#": {"name": "Empty"}}, "connections": null, "form": null}`, "Empty", bindings{}, []any{},
		},
		"flow alone, by name":  {flow, "Load", forms, loaded},
		"flow alone, by token": {flow, "#FLOW-7#", forms, loaded},
		"flow alone, unnamed":  {flow, nil, forms, loaded},
		"null of OpenTofu":     {list, noValue{}, forms, loaded},
		"list of actions":      {"\ufeff\n[" + getUser + "]\n", nil, forms, loaded},
		"list, any name":       {list, "Load", forms, loaded},
		"unknown ID":           {list, nil, bindings{"#CONN-1#": acctest.Unknown}, []any{loadUser(acctest.Unknown)}},
		"all bindings unknown": {list, nil, acctest.Unknown, []any{loadUser(acctest.Unknown)}},
		"another spelling": {
			getUserThrough("__TF_VAULT__forms__"), nil, bindings{"__TF_VAULT__forms__": "ac_forms"}, loaded,
		},
		"any word is a token": {getUserThrough("vault"), nil, bindings{"vault": "ac_forms"}, loaded},
		"an ID is bound":      {getUserThrough("ac_dev"), nil, bindings{"ac_dev": "ac_forms"}, loaded},
		"a connection from a variable of the flow": {
			getUserThrough("{{vars.connection}}"), nil, bindings{}, []any{loadUser("{{vars.connection}}")},
		},
		"a longer string is not a token": {
			`[{"id": "s", "type": "FLOW", "action": "STORE_VARS",
				"params": {"vars": {"a": "see #CONN-1#", "b": "{{#CONN-1#}}", "c": 1.50, "d": "<&>"}}}]`, nil, bindings{},
			[]any{action("s", attributes{"json": `{"action":"STORE_VARS","params":` +
				`{"vars":{"a":"see #CONN-1#","b":"{{#CONN-1#}}","c":1.50,"d":"\u003c\u0026\u003e"}},"type":"FLOW"}`})},
		},
		"nested in branches": {
			`[{"id": "if", "alias": "", "allow_failure": false, "mask_output": null, "type": "FLOW", "action": "BOOLEAN_CONDITION",
				"params": {"then": [` + getUser + `], "else": []}}]`,
			nil, forms,
			[]any{action("if", attributes{"alias": "", "allow_failure": false, "json": `{"action":"BOOLEAN_CONDITION","params":{"else":[],"then":[` +
				`{"action":"GET_USER","id":"load","params":{"connection_id":"ac_forms","user_id":"{{context.user.user_id}}"},"type":"AUTH0"}]}` +
				`,"type":"FLOW"}`})},
		},
		"a token for an address": {
			`[{"id": "m", "type": "AUTH0", "action": "SEND_EMAIL", "params": {"to": "__TO__", "subject": "S", "body": "B"}}]`, nil,
			bindings{"__TO__": acctest.Unknown},
			[]any{action("m", attributes{"send_email": attributes{"to": acctest.Unknown, "subject": "S", "body": "B"}})},
		},
		"only what contains an unknown ID is unknown": {
			envelope(map[string]string{"#FLOW-1#": `[` + getUser + `,
				{"id": "save", "mask_output": true, "type": "AUTH0", "action": "UPDATE_USER",
					"params": {"connection_id": "#CONN-1#", "user_id": "u", "changes": {"app_metadata": {"via": "#CONN-1#"}}}},
				{"id": "text", "type": "TWILIO", "action": "SEND_SMS", "params": {"connection_id": "#CONN-2#", "to": "+15550100"}},
				{"id": "again", "type": "TWILIO", "action": "SEND_SMS", "params": {"connection_id": "#CONN-1#"}},
				{"id": "stop", "type": "FLOW", "action": "DO_NOTHING", "params": null}]`}),
			"#FLOW-1#", bindings{"#CONN-1#": acctest.Unknown, "#CONN-2#": "ac_texts"},
			nil, // below
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.want == nil {
				test.text = strings.ReplaceAll(test.text, `"app_id": "AUTH0"`, `"app_id": ""`) // its app does not matter here
				test.want = []any{
					loadUser(acctest.Unknown),
					action("save", attributes{"mask_output": true, "update_user": attributes{
						"connection_id": acctest.Unknown, "user_id": "u", "changes": acctest.Unknown,
					}}),
					action("text", attributes{"json": `{"action":"SEND_SMS","params":{"connection_id":"ac_texts","to":"+15550100"},"type":"TWILIO"}`}),
					action("again", attributes{"json": acctest.Unknown}),
					action("stop", attributes{"json": `{"action":"DO_NOTHING","type":"FLOW"}`}),
				}
			}
			if got := acctest.Get(mustCall(t, "flow_actions", test.text, test.flow, test.bindings)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

// TestFlowActions_literalAllowed: with the option, IDs stay as they are.
func TestFlowActions_literalAllowed(t *testing.T) {
	t.Parallel()
	got := acctest.Get(mustCall(t, "flow_actions", getUserThrough("ac_5vJk2mQe8sTn1xWb7cYdRf"), nil, bindings{}, "allow_literal_ids"))
	if want := []any{loadUser("ac_5vJk2mQe8sTn1xWb7cYdRf")}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestFlowActions_unknownArguments: the result is unknown without the text or the flow.
func TestFlowActions_unknownArguments(t *testing.T) {
	t.Parallel()
	if got := mustCall(t, "flow_actions", acctest.Unknown, "#FLOW-1#", bindings{}); got.IsKnown() {
		t.Errorf("an unknown export gives %v", got)
	}
	if got := mustCall(t, "flow_actions", "[]", acctest.Unknown, bindings{}); got.IsKnown() {
		t.Errorf("an unknown flow gives %v", got)
	}
	if got := mustCall(t, "form_parts", acctest.Unknown, bindings{}); got.IsKnown() {
		t.Errorf("an unknown export gives %v", got)
	}
}

// TestFlowActions_errors: an error is on the argument that has to change. The message names what was found and what to write.
func TestFlowActions_errors(t *testing.T) {
	t.Parallel()
	two := envelope(map[string]string{"#FLOW-1#": "[" + getUser + "]", "#FLOW-2#": "[]"})
	forms := bindings{"#CONN-1#": "ac_forms"}
	withAction := func(members string) string {
		return `[{"id": "a", "type": "FLOW", "action": "STORE_VARS", ` + members + `}]`
	}
	const someID = "ac_5vJk2mQe8sTn1xWb7cYdRf"
	type row struct {
		text     string
		flow     any
		bindings any
		argument int64
		words    []string
		options  []any
	}
	rows := []row{
		{two, "Verify", bindings{}, 1, []string{`no flow "Verify"`, `"Flow FLOW-1" (#FLOW-1#), "Flow FLOW-2" (#FLOW-2#)`}, nil},
		{`{"form": {"name": "F"}}`, "#FLOW-1#", bindings{}, 1, []string{"no flows"}, nil},
		{two, nil, bindings{}, 1, []string{"several flows", "#FLOW-1#", "#FLOW-2#"}, nil},
		{strings.ReplaceAll(two, "Flow FLOW-1", "Flow FLOW-2"), "Flow FLOW-2", forms, 1,
			[]string{`several flows named "Flow FLOW-2"`, `"#FLOW-1#", "#FLOW-2#"`}, nil},
		{`{"name": "Load", "actions": []}`, "Save", bindings{}, 1, []string{`no flow "Save"`, `"Load"`}, nil},

		// A token without a binding.
		{two, "#FLOW-1#", bindings{}, 2, []string{`"#CONN-1#" (vault connection "Forms", app AUTH0)`,
			`flows["#FLOW-1#"].actions[0].params.connection_id`, `"#CONN-1#" = <the ID>`}, nil},
		{connect(two, "#CON1#"), "#FLOW-1#", forms, 2, []string{`"#CON1#"`}, nil},
		{withAction(`"params": {"x": ["__TF_VAULT__x__"]}`), nil, bindings{}, 2, []string{`"__TF_VAULT__x__" at actions[0].params.x[0]`}, nil},

		// A binding without a token, or of something that the token cannot be.
		{two, "#FLOW-1#", bindings{"#CONN-1#": "ac_forms", "#CONN-9#": "ac_x"}, 2,
			[]string{`no token "#CONN-9#"`, `"#CONN-1#", "#CONN-2#", "#FLOW-1#", "#FLOW-2#"`}, nil},
		{"[" + getUser + "]", nil, bindings{"#CONN-1#": "ac_forms", "{{context.user.user_id}}": "x"}, 2,
			[]string{`no token "{{context.user.user_id}}"`}, nil},
		{"[]", nil, forms, 2, []string{"It has no tokens"}, nil},
		{two, "#FLOW-1#", bindings{"#CONN-1#": ""}, 2, []string{`"#CONN-1#"`, "is empty or null"}, nil},
		{two, "#FLOW-1#", bindings{"#CONN-1#": nil}, 2, []string{`"#CONN-1#"`, "is empty or null"}, nil},
		{two, "#FLOW-1#", bindings{"#CONN-1#": "af_1"}, 2, []string{"stands for a vault connection", `"af_1" is the ID of a flow`}, nil},
		{withAction(`"params": {"flow_id": "x"}`), nil, bindings{"x": "ac_1"}, 2, []string{"stands for a flow"}, nil},

		// An ID in place of a token.
		{getUserThrough("ac_1"), nil, bindings{}, 0, []string{`"ac_1" at actions[0].params.connection_id`, `"allow_literal_ids"`}, nil},
		{withAction(`"params": {"url": "https://x/af_aj9fK5JBVy9Uo1eSnwCeMS?a"}`), nil, bindings{}, 0,
			[]string{`"af_aj9fK5JBVy9Uo1eSnwCeMS" at actions[0].params.url`}, nil},
		{connect(two, someID), "#FLOW-1#", bindings{}, 0, []string{`Replace it with the token "#CONN-1#"`}, nil},
		{connect(two, someID), "#FLOW-1#", forms, 0, []string{"another tenant", `"ac_forms"`}, []any{"allow_literal_ids"}},

		{connect(two, "#CONN-2#"), "#FLOW-1#", bindings{"#CONN-2#": acctest.Unknown}, 0, []string{
			`flows["#FLOW-1#"].actions[0] is of the app AUTH0`, `"#CONN-2#" (vault connection "Texts", app TWILIO)`}, nil},
		{"[]", nil, bindings{}, 4, []string{`option "force" does not exist`, `"allow_literal_ids"`}, []any{"allow_literal_ids", "force"}},
	}
	for text, words := range map[string][]string{ // that cannot be read
		"  \n":                      {"The text is empty"},
		"[\n  {\"id\": \"ä\", }\n]": {"not valid JSON", "line 2, column 15", "invalid character '}'"},
		"[\n  {\"id\": 1":           {"line 2, column 11", "unexpected end"},
		"[] []":                     {"line 1, column 4"},
		"forms/verify.json":         {`file("forms/verify.json")`},
		`"[]"`:                      {"is a JSON string", "without jsonencode"},
		`3`:                         {"neither a JSON object nor a list"},
		`{"id": 1, "a": 2}`:         {"is not an export", `It has "a", "id"`},
		`{}`:                        {"It has nothing"},
		"{\"flows\": {\n \"#FLOW-1#\": {},\n \"#FLOW-1#\": {}}}": {`"#FLOW-1#" twice`, "line 3, column 2"},
		`{"flows": []}`:                            {"flows is not a JSON object"},
		`{"flows": {"#FLOW-1#": "x"}}`:             {`flows["#FLOW-1#"] is not a JSON object`},
		`{"flows": {"#FLOW-1#": {"actions": {}}}}`: {`flows["#FLOW-1#"].actions is not a list`},
		`["x"]`: {"actions[0] is not a JSON object"},
		`[{"type": "FLOW", "action": "DO_NOTHING"}]`: {`actions[0] lacks "id"`},
		withAction(`"alias": 3`):                     {"actions[0].alias is not a string"},
		withAction(`"mask_output": "no"`):            {"actions[0].mask_output is not a boolean"},
		withAction(`"params": []`):                   {"actions[0].params is not a JSON object"},
	} {
		rows = append(rows, row{text, nil, bindings{}, 0, words, nil})
	}
	for _, test := range rows {
		t.Run(test.words[0], func(t *testing.T) {
			t.Parallel()
			_, err := call(t, "flow_actions", append([]any{test.text, test.flow, test.bindings}, test.options...)...)
			expectError(t, err, test.argument, test.words)
		})
	}
}

func expectError(t *testing.T, err *tfprotov6.FunctionError, argument int64, words []string) {
	t.Helper()
	if err == nil {
		t.Fatal("it succeeded")
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is on argument %v, want %d", err.FunctionArgument, argument)
	}
	for _, word := range words {
		if !strings.Contains(err.Text, word) {
			t.Errorf("%q is not in the message: %s", word, err.Text)
		}
	}
}

// TestFlowActions_manyProblems: a file with many problems does not fill the screen.
func TestFlowActions_manyProblems(t *testing.T) {
	t.Parallel()
	_, err := call(t, "flow_actions", "["+strings.Repeat(getUser+",", 30)+getUser+"]", nil, bindings{})
	expectError(t, err, 2, []string{"There are 21 more problems"})
	if lines := strings.Count(err.Text, "\n") + 1; lines != 11 {
		t.Errorf("the message has %d lines", lines)
	}
}

// TestFlowActions_twoExports: the dashboard numbers the tokens of each export from one. The numbers make no difference.
func TestFlowActions_twoExports(t *testing.T) {
	t.Parallel()
	text := readFile(t, emailOTP)
	other := strings.NewReplacer("#CONN-1#", "#CONN-2#", "#CONN-2#", "#CONN-1#", "#FLOW-1#", "#FLOW-3#", "#FLOW-3#", "#FLOW-1#").Replace(text)
	first := mustCall(t, "flow_actions", text, "Send code", bindings{"#CONN-1#": "ac_management", "#CONN-2#": "ac_mails"})
	second := mustCall(t, "flow_actions", other, "Send code", bindings{"#CONN-2#": "ac_management", "#CONN-1#": "ac_mails"})
	if !first.Equal(second) {
		t.Errorf("got %v and %v", first, second)
	}
}

// run calls flow_actions without the protocol, because a fuzz target has to be fast.
func run(ctx context.Context, text, flow string, given map[string]attr.Value) (types.List, *function.FuncError) {
	resp := function.RunResponse{Result: function.NewResultData(types.ListUnknown(types.ObjectType{AttrTypes: flowaction.AttrTypes}))}
	functions.NewFlowActions().Run(ctx, function.RunRequest{Arguments: function.NewArgumentsData([]attr.Value{
		types.StringValue(text), types.StringValue(flow), types.MapValueMust(types.StringType, given),
		types.TupleValueMust([]attr.Type{types.StringType}, []attr.Value{types.StringValue("allow_literal_ids")}),
	})}, &resp)
	list, _ := resp.Result.Value().(types.List)
	return list, resp.Error
}

// FuzzFlowActions: an invalid text is an error on an argument, and no action changes its meaning.
func FuzzFlowActions(f *testing.F) {
	for _, path := range []string{progressiveProfiling, emailOTP, privacyConsent} {
		f.Add(readFile(f, path), "#FLOW-1#", "#CONN-1#")
	}
	f.Add("["+getUser+"]", "", "#CONN-1#")
	f.Add(`{"name": "x", "actions": [{"id": "a", "type": "FLOW", "action": "DO_NOTHING", "alias": null}]}`, "x", "")
	f.Add("[1, {\"a\": \"\\ud800\"}]", "", "")
	f.Fuzz(func(t *testing.T, text, flow, token string) {
		given := map[string]attr.Value{}
		if token != "" {
			given[token] = types.StringUnknown()
		}
		if _, err := run(t.Context(), text, flow, given); err != nil && err.FunctionArgument == nil {
			t.Errorf("the error is on no argument: %s", err.Text)
		}
		// Bound to itself, a token leaves the text as it is.
		if token != "" {
			given[token] = types.StringValue(token)
		}
		list, err := run(t.Context(), text, flow, given)
		var exported []map[string]any
		if err != nil || json.Unmarshal([]byte(text), &exported) != nil {
			return // not a list of actions
		}
		for i, element := range list.Elements() {
			for _, flag := range []string{"alias", "allow_failure", "mask_output", "params"} {
				if value := exported[i][flag]; value == nil || flag != "params" && (value == "" || value == false) {
					delete(exported[i], flag)
				}
			}
			want, err := json.Marshal(exported[i])
			if err != nil {
				t.Fatal(err)
			}
			if got := withoutNullParams(flowaction.Encode(element.(types.Object))); !jsontext.Equal(got, withoutNullParams(want)) {
				t.Errorf("action %d is %s, want %s", i, got, want)
			}
		}
	})
}

// withoutNullParams drops params that are null: they mean the same as none.
func withoutNullParams(action []byte) []byte {
	fields := jsontext.ParseObject(string(action))
	params := jsontext.ParseObject(string(fields["params"]))
	for name, value := range params {
		if string(value) == "null" {
			delete(params, name)
		}
	}
	if params != nil {
		fields["params"] = flowaction.JSON(params)
	}
	return flowaction.JSON(fields)
}
