package function_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// tuple returns what Terraform makes of a list that is written down.
func tuple(elements ...tftypes.Value) tftypes.Value {
	kinds := []tftypes.Type{}
	for _, element := range elements {
		kinds = append(kinds, element.Type())
	}
	return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, elements)
}

func str(s any) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// object returns an object of strings and objects.
func object(members map[string]any) tftypes.Value {
	kinds, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, member := range members {
		value, ok := member.(tftypes.Value)
		if !ok {
			value = str(member)
		}
		kinds[name], values[name] = value.Type(), value
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, values)
}

// TestScopesFromActions: names and flow actions, in whatever collection Terraform
// makes of them.
func TestScopesFromActions(t *testing.T) {
	t.Parallel()
	known := func(scopes ...any) any { return append([]any{}, scopes...) }
	setOfStrings := tftypes.Set{ElementType: tftypes.String}
	getUser := object(map[string]any{"connection_id": tftypes.UnknownValue, "user_id": "u"})
	for name, test := range map[string]struct {
		actions tftypes.Value
		want    any
		problem string
	}{
		"names":                  {tuple(str("UPDATE_USER"), str("GET_USER"), str("GET_USER")), known("read:users", "update:users"), ""},
		"a set of names":         {acctest.Value(t, setOfStrings, []string{"CREATE_USER"}), known("create:users"), ""},
		"nothing":                {tuple(), known(), ""},
		"its connection unknown": {tuple(object(map[string]any{"id": "load", "get_user": getUser})), known("read:users"), ""},
		"actions and a name": {
			tuple(
				object(map[string]any{"id": "load", "get_user": getUser}),
				object(map[string]any{"id": "m", "send_email": object(map[string]any{"to": "a"})}),
				str("CREATE_USER"),
			),
			known("create:users", "read:users"), "",
		},
		"a custom request": {
			tuple(object(map[string]any{"send_request": object(map[string]any{"pathname": "/api/v2/roles"})})), known(), "",
		},
		"nested in a condition": {
			tuple(object(map[string]any{"json": `{"type":"FLOW","action":"BOOLEAN_CONDITION","params":{"then":` +
				`[{"type":"AUTH0","action":"UPDATE_USER"}],"else":[{"type":"TWILIO","action":"GET_USER"}]}}`})),
			known("update:users"), "",
		},
		"everything unknown":      {tftypes.NewValue(tftypes.DynamicPseudoType, tftypes.UnknownValue), acctest.Unknown, ""},
		"an unknown action":       {tuple(str("GET_USER"), str(tftypes.UnknownValue)), acctest.Unknown, ""},
		"an action, json unknown": {tuple(object(map[string]any{"json": tftypes.UnknownValue})), acctest.Unknown, ""},

		"another name":     {tuple(str("SEND_EMAIL")), nil, `Unknown action "SEND_EMAIL"`},
		"the names":        {tuple(str("SEND_EMAIL")), nil, "GET_USER, CREATE_USER, UPDATE_USER"},
		"null in it":       {tuple(str(nil)), nil, "index 0 is null"},
		"untyped null":     {tuple(tftypes.NewValue(tftypes.DynamicPseudoType, nil)), nil, "index 0 is null"},
		"no type":          {tuple(object(map[string]any{"id": "x", "json": nil})), nil, "sets no action type"},
		"json that is not": {tuple(object(map[string]any{"json": "{"})), nil, "line 1, column 2"},
		"a list of lists":  {tuple(tuple()), nil, "neither the name"},
		"a string":         {str("GET_USER"), nil, "not a list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := call(t, "scopes_from_actions", test.actions)
			if test.problem != "" {
				expectError(t, err, 0, []string{test.problem})
				return
			}
			if err != nil {
				t.Fatal(err.Text)
			}
			if scopes := acctest.Get(got); !reflect.DeepEqual(scopes, test.want) {
				t.Errorf("got %v, want %v", scopes, test.want)
			}
		})
	}
}

// TestScopesFromActions_ofExport: bound to themselves, tokens give the scopes of a
// flow before there is a vault connection.
func TestScopesFromActions_ofExport(t *testing.T) {
	t.Parallel()
	actions := mustCall(t, "flow_actions", readFile(t, emailOTP), "Verify code", bindings{"#CONN-1#": "#CONN-1#"})
	if got := acctest.Get(mustCall(t, "scopes_from_actions", actions)); !reflect.DeepEqual(got, []any{"update:users"}) {
		t.Errorf("got %v", got)
	}
}
