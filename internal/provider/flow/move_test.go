package flow_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// official is a flow in a state file of the official provider, and the flow.
func official(tenant *acctest.Tenant, actions any) (acctest.Source, emulator.Flow) {
	addFlows(tenant, 1)
	flow := tenant.Flows()[0]
	return acctest.Source{Type: "auth0_flow", State: map[string]any{"id": flow.ID, "name": flow.Name, "actions": actions}}, flow
}

// addedConfig is the configuration of a flow that addFlows adds.
var addedConfig = acctest.Attributes{"name": "f-000", "actions": []any{
	acctest.Attributes{"id": "mail", "send_email": acctest.Attributes{"to": "ada@example.com", "subject": "S", "body": "B"}},
	acctest.Attributes{"id": "rest", "alias": "Rest", "json": `{"action":"DO_NOTHING","type":"FLOW"}`},
}}

// Whatever the old state says of the actions, they are read, and the plan is empty.
func TestFlowResource_move(t *testing.T) {
	t.Parallel()
	for name, actions := range map[string]any{
		"JSON text": `[{"action":"SEND_EMAIL","id":"mail"}]`, "null": nil, "empty": "", "no JSON": "{",
		"a list": []any{map[string]any{"id": "x"}},
	} {
		tenant := acctest.NewInProcess(t)
		source, flow := official(tenant, actions)
		r := acctest.NewRun(t, tenant, typeName)
		moved, diags := r.Move(source)
		if len(diags) > 0 {
			t.Fatalf("%s: got %s", name, acctest.Format(diags))
		}
		now := r.Read(moved)
		if identity := r.Identified(now.Identity); identity["id"] != flow.ID || identity["domain"] != tenant.Domain() {
			t.Errorf("%s: the identity is %v", name, identity)
		}
		planned, diags := r.TryPlan(now, addedConfig)
		if changed := planned.Changed(); len(changed)+len(diags) > 0 {
			t.Errorf("%s: the plan changes %v and says %s", name, changed, acctest.Format(diags))
		}
		if asked := tenant.Asked("", ""); len(asked) != 1 {
			t.Errorf("%s: it took the requests\n%s", name, tenant.Summary())
		}
	}
}

// What the configuration says otherwise is an update of just that.
func TestFlowResource_moveThenChange(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	source, _ := official(tenant, nil)
	r := acctest.NewRun(t, tenant, typeName)
	moved, _ := r.Move(source)
	config := addedConfig.With(acctest.Attributes{"actions": []any{
		acctest.Attributes{"id": "mail", "send_email": acctest.Attributes{"to": "bob@example.com", "subject": "S", "body": "B"}},
		addedConfig["actions"].([]any)[1],
	}})
	if changed, want := r.Plan(r.Read(moved), config).Changed(), []string{"actions[0].send_email.to",
		"updated_at"}; !slices.Equal(changed, want) {
		t.Errorf("the plan changes %v, want %v", changed, want)
	}
}

// With -refresh=false the moved flow is not read: the actions are sent once.
func TestFlowResource_moveUnread(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	source, flow := official(tenant, nil)
	r := acctest.NewRun(t, tenant, typeName)
	moved, _ := r.Move(source)
	made := r.Apply(moved, addedConfig)
	if id := acctest.Get(made.State, "id"); id != flow.ID || len(tenant.Asked(http.MethodPatch, "/flows")) != 1 {
		t.Errorf("%v was written with\n%s", id, tenant.Summary())
	}
	later := acctest.NewRun(t, tenant, typeName)
	if changed := later.Plan(later.Read(made), addedConfig).Changed(); len(changed) > 0 {
		t.Errorf("the plan after that changes %v", changed)
	}
}

func TestFlowResource_moveRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := acctest.NewRun(t, tenant, typeName)
	_, diags := r.Move(acctest.Source{Type: "auth0_flow", State: map[string]any{"id": "", "name": "x"}})
	acctest.ExpectError(t, diags, "", "Unable to move auth0_flow", "no id")
	for name, source := range map[string]acctest.Source{
		"another type":     {Type: "auth0_form", State: map[string]any{"id": "af_1"}},
		"another provider": {Provider: "registry.terraform.io/other/auth0", Type: "auth0_flow", State: map[string]any{"id": "af_1"}},
	} {
		if _, diags := r.Move(source); len(diags) != 1 || diags[0].Summary != "Unable to Move Resource State" {
			t.Errorf("%s: got %s", name, acctest.Format(diags))
		}
	}
}
