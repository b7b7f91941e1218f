package flow_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestFlowDataSource: a flow that is managed elsewhere, every action in the form that the
// resource has it.
func TestFlowDataSource(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddFlow(emulator.Flow{Name: "Other"})
	flow := tenant.AddFlow(emulator.Flow{Name: "Profile", Actions: []any{
		map[string]any{"id": "load", "type": "AUTH0", "action": "GET_USER",
			"params": map[string]any{"connection_id": connectionID, "user_id": "u"}},
		map[string]any{"id": "mail", "type": "AUTH0", "action": "SEND_EMAIL", "allow_failure": true, "params": map[string]any{
			"from": map[string]any{"email": "a@b.com"}, "to": "c@d.com", "subject": "S", "body": "B", "custom_vars": map[string]any{"x": 1},
		}},
		map[string]any{"id": "stop", "type": "FLOW", "action": "DO_NOTHING"},
	}})
	want := []any{
		attributes{"id": "load", "alias": "", "allow_failure": false, "mask_output": false,
			"get_user": attributes{"connection_id": connectionID, "user_id": "u"}},
		attributes{"id": "mail", "alias": "", "allow_failure": true, "mask_output": false, "send_email": attributes{
			"from": attributes{"email": "a@b.com"}, "to": "c@d.com", "subject": "S", "body": "B", "custom_vars": `{"x":1}`,
		}},
		attributes{"id": "stop", "alias": "", "allow_failure": false, "mask_output": false, "json": `{"action":"DO_NOTHING","type":"FLOW"}`},
	}
	run := acctest.NewRun(t, tenant, typeName)
	for name, config := range map[string]attributes{"id": {"id": flow.ID}, "name": {"name": "Profile"}} {
		got, diags := run.Data(typeName, config)
		acctest.RequireNoError(t, diags)
		if id, name := acctest.Get(got, "id"), acctest.Get(got, "name"); id != flow.ID || name != "Profile" {
			t.Errorf("by %s: got %v, %v", name, id, name)
		}
		if actions := acctest.Get(got, "actions"); !reflect.DeepEqual(actions, want) {
			t.Errorf("by %s: got  %v\nwant %v", name, actions, want)
		}
	}
	got, diags := run.Data(typeName, attributes{"name": "Other"})
	acctest.RequireNoError(t, diags)
	if actions := acctest.Get(got, "actions"); !reflect.DeepEqual(actions, []any{}) {
		t.Errorf("a flow without actions has %v", actions)
	}
	// By name: one list for all of them, and one read for each.
	if n := len(tenant.Asked("GET", "/flows")); n != 4 {
		t.Errorf("took %d requests\n%s", n, tenant.Summary())
	}
}

func TestFlowDataSource_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddFlow(emulator.Flow{ID: "af_1111111111111111111111", Name: "Twice"})
	tenant.AddFlow(emulator.Flow{ID: "af_2222222222222222222222", Name: "Twice"})
	run := acctest.NewRun(t, tenant, typeName)
	for _, test := range []struct {
		config attributes
		at     string
		words  []string
	}{
		{attributes{}, "id", []string{"Exactly one of id and name", "Neither is set."}},
		{attributes{"id": "af_1", "name": "x"}, "id", []string{"Exactly one of id and name", "Both are set."}},
		{attributes{"id": ""}, "id", []string{"length"}},
		{attributes{"id": "af_3333333333333333333333"}, "id", []string{"No such flow", "404"}},
		{attributes{"name": "Never"}, "name", []string{"No such flow", `"Never"`}},
		{attributes{"name": "Twice"}, "name", []string{"af_1111111111111111111111", "af_2222222222222222222222", "by its ID"}},
	} {
		_, diags := run.Data(typeName, test.config)
		acctest.ExpectError(t, diags, test.at, test.words...)
	}
	acctest.RequireNoError(t, run.ValidateData(typeName, attributes{"id": acctest.Unknown}))

	none := tenant.Client("none")
	run = acctest.NewRun(t, tenant, typeName, attributes{"client_id": none.ID, "client_secret": none.Secret})
	for name, config := range map[string]attributes{typeName: {"name": "Twice"}, "auth0vault_flows": {}} {
		_, diags := run.Data(name, config)
		acctest.ExpectError(t, diags, "", "Unable to", "read:flows")
	}
}

// TestFlowsDataSource: oldest first, from one list per run, which sees what the run writes.
func TestFlowsDataSource(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for i := range 7 {
		tenant.AddFlow(emulator.Flow{Name: fmt.Sprintf("Flow %d", i), CreatedAt: time.Date(2026, 1, 20-i, 0, 0, 0, 0, time.UTC)})
	}
	tenant.AddFlow(emulator.Flow{Name: "Other"})
	run := acctest.NewRun(t, tenant, typeName)
	names := func(config attributes) (names []any) {
		t.Helper()
		got, diags := run.Data("auth0vault_flows", config)
		acctest.RequireNoError(t, diags)
		for i := range acctest.Get(got, "flows").([]any) {
			names = append(names, acctest.Get(got, "flows", i, "name"))
		}
		return names
	}
	if got := names(attributes{"name_prefix": "Flow"}); !reflect.DeepEqual(got,
		[]any{"Flow 6", "Flow 5", "Flow 4", "Flow 3", "Flow 2", "Flow 1", "Flow 0"}) {
		t.Errorf("got %v", got)
	}
	if got := names(attributes{"name_prefix": "X"}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	made := run.Apply(nil, attributes{"name": "X"})
	if got := names(attributes{"name_prefix": "X"}); !reflect.DeepEqual(got, []any{"X"}) {
		t.Errorf("got %v", got)
	}
	acctest.RequireNoError(t, run.Destroy(made))
	if got := names(attributes{"name_prefix": "X"}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if n := len(tenant.Asked("GET", "/flows")); n != 1 {
		t.Errorf("took %d requests\n%s", n, tenant.Summary())
	}
}
