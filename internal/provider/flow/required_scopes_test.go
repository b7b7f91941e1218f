package flow_test

import (
	"reflect"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const otherConnectionID = "ac_qG7MuiE2uHbyJKRzCAYh1W"

func TestFlowResource_requiredScopes(t *testing.T) {
	t.Parallel()
	get := func(id, connection any) attributes {
		return attributes{"id": id, "get_user": attributes{"connection_id": connection, "user_id": "1"}}
	}
	create := attributes{"id": "create", "create_user": attributes{"connection_id": connectionID, "payload": "{}"}}
	condition := `{"type":"FLOW","action":"BOOLEAN_CONDITION","params":{
		"then":[{"id":"a","type":"AUTH0","action":"UPDATE_USER",
			"params":{"connection_id":"` + otherConnectionID + `","user_id":"1","changes":{}}}],
		"else":[{"id":"b","type":"FLOW","action":"BOOLEAN_CONDITION","params":{"then":[
			{"id":"c","type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + otherConnectionID + `","user_id":"1"}}]}}]}}`
	inPayload := `{"type":"AUTH0","action":"CREATE_USER","params":{"connection_id":"` + connectionID + `","payload":` +
		`{"x":{"type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + otherConnectionID + `"}}}}}`
	for name, test := range map[string]struct {
		actions []any
		want    any // nil: none
	}{
		"no actions": {nil, attributes{}},
		"two of one connection": {[]any{get("a", connectionID), create, get("b", connectionID)},
			attributes{connectionID: []any{"create:users", "read:users"}}},
		"two connections": {[]any{get("a", otherConnectionID), create},
			attributes{connectionID: []any{"create:users"}, otherConnectionID: []any{"read:users"}}},
		"notifications and requests":       {[]any{mail(nil), sms(nil), request(nil)}, attributes{}},
		"conditions in conditions":         {[]any{other(condition)}, attributes{otherConnectionID: []any{"read:users", "update:users"}}},
		"what looks like an action inside": {[]any{other(inPayload)}, attributes{connectionID: []any{"create:users"}}},
		"an action of another app": {[]any{other(`{"type":"SLACK","action":"GET_USER","params":{"connection_id":"` +
			connectionID + `"}}`)}, attributes{}},
		"an unknown connection": {[]any{get("a", acctest.Unknown), create}, acctest.Unknown},
		"an unknown request's connection": {[]any{request(attributes{"connection_id": acctest.Unknown}), create},
			attributes{connectionID: []any{"create:users"}}},
		"unknown JSON":      {[]any{other("x").With(attributes{"json": acctest.Unknown}), create}, acctest.Unknown},
		"an unknown action": {[]any{acctest.Unknown}, acctest.Unknown},
		"what else is unknown": {[]any{mail(attributes{"to": acctest.Unknown}), get(acctest.Unknown, connectionID)},
			attributes{connectionID: []any{"read:users"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, acctest.NewInProcess(t))
			planned := r.plan(nil, flowOf(test.actions...))
			if got := acctest.Get(planned.State, "required_scopes"); !reflect.DeepEqual(got, test.want) {
				t.Errorf("planned %v, want %v", got, test.want)
			}
		})
	}
}

// The scopes follow the actions, also those that others change.
func TestFlowResource_requiredScopesFollow(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	made := r.make(nil, flowOf(samples["get_user"].configured))
	tenant.EditFlow(tenant.Flows()[0].ID, func(f *emulator.Flow) { f.Actions = []any{meaning(t, samples["update_user"].held)} })
	if got, want := acctest.Get(newRun(t, tenant).read(made).State,
		"required_scopes"), (attributes{connectionID: []any{"update:users"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	later := flowOf(attributes{"id": "a", "get_user": attributes{"connection_id": acctest.Unknown, "user_id": "1"}})
	known := flowOf(attributes{"id": "a", "get_user": attributes{"connection_id": connectionID, "user_id": "1"}})
	updated, diags := r.apply(r.plan(made, later), known)
	expectNoDiagnostics(t, diags)
	if got, want := acctest.Get(updated.State, "required_scopes"), (attributes{connectionID: []any{"read:users"}}); !reflect.DeepEqual(got,
		want) {
		t.Errorf("applied %v, want %v", got, want)
	}
}
