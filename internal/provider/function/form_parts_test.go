package function_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// TestFormParts: every part is JSON as jsonencode writes it, with the flows bound.
func TestFormParts(t *testing.T) {
	t.Parallel()
	text := `{"form": {
		"name": "F", "languages": {"primary": "en", "default": "de"}, "start": {"next_node": "n"},
		"nodes": [{"id": "n", "type": "FLOW", "config": {"flow_id": "#FLOW-1#"}}], "ending": {"after_submit": {"flow_id": "#FLOW-2#"}},
		"messages": {"errors": {"A": "<a> & b"}}, "translations": {}, "style": null
	}, "flows": {"#FLOW-1#": {"name": "A"}, "#FLOW-2#": {"name": "B"}}}`
	want := attributes{
		"name": "F", "languages": `{"default":"de","primary":"en"}`, "start": `{"next_node":"n"}`,
		"nodes": `[{"config":{"flow_id":"af_1"},"id":"n","type":"FLOW"}]`, "ending": acctest.Unknown,
		"messages": `{"errors":{"A":"\u003ca\u003e \u0026 b"}}`, "translations": `{}`,
	}
	got := acctest.Get(mustCall(t, "form_parts", text, bindings{"#FLOW-1#": "af_1", "#FLOW-2#": acctest.Unknown}))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}

	got = acctest.Get(mustCall(t, "form_parts", `{"name": "F", "nodes": []}`, bindings{}))
	if want := (attributes{"name": "F", "nodes": "[]"}); !reflect.DeepEqual(got, want) {
		t.Errorf("a form alone: got %v, want %v", got, want)
	}
}

func TestFormParts_errors(t *testing.T) {
	t.Parallel()
	text := readFile(t, emailOTP)
	flows := bindings{"#FLOW-1#": "af_1", "#FLOW-2#": "af_2", "#FLOW-3#": "af_3"}
	for name, test := range map[string]struct {
		text     string
		bindings any
		argument int64
		words    []string
	}{
		"not JSON": {"{", flows, 0, []string{"line 1, column 2"}},
		"no form":  {`{"name": "Load", "actions": []}`, bindings{}, 0, []string{"no form"}},
		"no name":  {`{"form": {"nodes": []}}`, bindings{}, 0, []string{"no name"}},
		"no binding": {
			text, bindings{"#FLOW-1#": "af_1", "#FLOW-2#": "af_2"}, 1, []string{`"#FLOW-3#" (flow "Done") at form.ending.after_submit.flow_id`},
		},
		"binding without token": {
			text, bindings{"#FLOW-1#": "af_1", "#FLOW-2#": "af_2", "#FLOW-3#": "af_3", "#FLOW-4#": "af_4"}, 1, []string{`no token "#FLOW-4#"`},
		},
		"a vault connection's ID": {text, bindings{"#FLOW-1#": "ac_1", "#FLOW-2#": "af_2", "#FLOW-3#": "af_3"}, 1, []string{
			`"#FLOW-1#" (flow "Send code") stands for a flow`, `"ac_1" is the ID of a vault connection`,
		}},
		"literal ID": {
			strings.Replace(text, `"flow_id": "#FLOW-1#", "next_node"`, `"flow_id": "af_1", "next_node"`, 1), flows, 0,
			[]string{`"af_1" at form.nodes[0].config.flow_id`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(t, "form_parts", test.text, test.bindings)
			expectError(t, err, test.argument, test.words)
		})
	}
}

// TestFormParts_textChanged: a text changed in the dashboard and exported again
// changes the part that it is in, and no flow.
func TestFormParts_textChanged(t *testing.T) {
	t.Parallel()
	before := readFile(t, privacyConsent)
	after := strings.Replace(before, "I accept the", "I have read and accept the", 1)
	flows := bindings{"#FLOW-1#": "af_1"}
	was := acctest.Get(mustCall(t, "form_parts", before, flows)).(attributes)
	is := acctest.Get(mustCall(t, "form_parts", after, flows)).(attributes)
	if was["nodes"] == is["nodes"] {
		t.Error("the nodes are the same")
	}
	if !reflect.DeepEqual(was.Without("nodes"), is.Without("nodes")) {
		t.Errorf("more than the nodes changed: %v, then %v", was, is)
	}
	connections := bindings{"#CONN-1#": "ac_1", "#CONN-2#": "ac_2", "#CONN-3#": "ac_3"}
	flow := mustCall(t, "flow_actions", before, "Store consent", connections)
	if !flow.Equal(mustCall(t, "flow_actions", after, "Store consent", connections)) {
		t.Error("the flow changed")
	}
}
