package flow_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// threeActions is a flow of three actions, one of them as JSON.
func threeActions() attributes {
	return flowOf(samples["update_user"].configured, samples["send_email"].configured, samples["json"].configured)
}

// params returns the params of an action that the tenant holds.
func params(f *emulator.Flow, i int) map[string]any {
	return f.Actions[i].(map[string]any)["params"].(map[string]any)
}

// Whatever changes outside of Terraform is shown at the attribute that it
// concerns, corrected by the next apply, and quiet after that.
func TestFlowResource_drift(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*emulator.Flow)
		shown  []string
	}{
		"the name": {func(f *emulator.Flow) { f.Name = "theirs" }, []string{"name"}},
		"a string": {func(f *emulator.Flow) { params(f, 1)["subject"] = "theirs" }, []string{"actions[1].send_email.subject"}},
		"a part of a part": {
			func(f *emulator.Flow) { params(f, 1)["from"].(map[string]any)["name"] = "theirs" }, []string{"actions[1].send_email.from.name"},
		},
		"a key more in an object": {
			func(f *emulator.Flow) { params(f, 0)["changes"].(map[string]any)["email"] = "x@example.com" },
			[]string{"actions[0].update_user.changes"},
		},
		"a key less": {func(f *emulator.Flow) { delete(params(f, 1), "custom_vars") }, []string{"actions[1].send_email.custom_vars"}},
		"a part less": {
			func(f *emulator.Flow) { delete(params(f, 1), "from") },
			[]string{"actions[1].send_email.from"},
		},
		"an alias": {func(f *emulator.Flow) { f.Actions[2].(map[string]any)["alias"] = "theirs" }, []string{"actions[2].alias"}},
		"no alias": {func(f *emulator.Flow) { delete(f.Actions[2].(map[string]any), "alias") }, []string{"actions[2].alias"}},
		"a flag":   {func(f *emulator.Flow) { f.Actions[2].(map[string]any)["allow_failure"] = false }, []string{"actions[2].allow_failure"}},
		"an id":    {func(f *emulator.Flow) { f.Actions[0].(map[string]any)["id"] = "theirs" }, []string{"actions[0].id"}},
		"JSON":     {func(f *emulator.Flow) { params(f, 2)["number"] = 6.0 }, []string{"actions[2].json"}},
		"another action in its place": {
			func(f *emulator.Flow) {
				f.Actions[1] = meaning(t, `{"id":"mail","type":"AUTH0","action":"SEND_SMS","params":{"to":"1","message":"m"}}`)
			},
			[]string{"actions[1].send_email", "actions[1].send_sms"},
		},
		"a param without an attribute": {
			func(f *emulator.Flow) { params(f, 1)["bcc"] = "spy@example.com" },
			[]string{"actions[1].json", "actions[1].send_email"},
		},
		"a member without an attribute": {
			func(f *emulator.Flow) { f.Actions[1].(map[string]any)["notes"] = "x" },
			[]string{"actions[1].json", "actions[1].send_email"},
		},
		"an action less":    {func(f *emulator.Flow) { f.Actions = f.Actions[:2] }, []string{"actions[2]"}},
		"no actions at all": {func(f *emulator.Flow) { f.Actions = nil }, []string{"actions[0]", "actions[1]", "actions[2]", "required_scopes"}},
		"an action more": {func(f *emulator.Flow) { f.Actions = append(f.Actions, meaning(t, samples["send_sms"].held)) },
			[]string{"actions[3]"}},
		"an action repeated": {func(f *emulator.Flow) { f.Actions = append(f.Actions, f.Actions[0]) }, []string{"actions[3]"}},
		"another order": {
			func(f *emulator.Flow) { f.Actions[0], f.Actions[2] = f.Actions[2], f.Actions[0] },
			[]string{
				"actions[0].alias", "actions[0].allow_failure", "actions[0].id", "actions[0].json", "actions[0].update_user",
				"actions[2].alias", "actions[2].allow_failure", "actions[2].id", "actions[2].json", "actions[2].update_user",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.Configure(func(b *emulator.Behavior) { b.ActionDefaults = len(name)%2 == 0 })
			config := threeActions()
			made := newRun(t, tenant).make(nil, config)
			before := tenant.Flows()[0]
			tenant.EditFlow(acctest.Get(made.State, "id").(string), c.change)

			r := newRun(t, tenant)
			now := r.read(made)
			planned := r.plan(now, config)
			want := append(slices.Clone(c.shown), "updated_at")
			slices.Sort(want)
			if got := planned.Changed(); !reflect.DeepEqual(got, want) {
				t.Errorf("the plan changes %q, want %q", got, want)
			}
			// Accepted into the state, it stays as it is.
			if again := newRun(t, tenant).read(now); !again.State.Equal(now.State) {
				t.Errorf("the second refresh changes %v to %v", acctest.Get(now.State), acctest.Get(again.State))
			}
			tenant.ForgetRequests()
			corrected, diags := r.apply(planned, config)
			expectNoDiagnostics(t, diags)
			key := "actions"
			if name == "the name" {
				key = "name"
			}
			expectRequests(t, tenant, "PATCH 200 "+key)
			after := tenant.Flows()[0]
			if after.Name != before.Name || !reflect.DeepEqual(after.Actions, before.Actions) {
				t.Errorf("the tenant holds %v, want %v", after, before)
			}
			expectEmptyPlan(t, tenant, corrected, config)
		})
	}
}

// answer lets the next write answer that a flow has these actions, and stores
// them: what a server does that adds something of its own.
func answer(t *testing.T, tenant *acctest.Tenant, method string, flow emulator.Flow, actions string) {
	t.Helper()
	path, status := "/api/v2/flows", http.StatusCreated
	if method == http.MethodPatch {
		path, status = path+"/"+flow.ID, http.StatusOK
	}
	var list []any
	if err := json.Unmarshal([]byte(actions), &list); err != nil {
		t.Fatal(err)
	}
	tenant.EditFlow(flow.ID, func(f *emulator.Flow) { f.Actions = list })
	tenant.Fail(emulator.Fault{
		Method: method, Path: path, Status: status,
		Body: `{"id":"` + flow.ID + `","name":"Profile","actions":` + actions + `,
			"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:01.000Z"}`,
	})
}

// What the server adds when an action is written is not a difference, and
// stays hidden beside what others change.
func TestFlowResource_serverAdds(t *testing.T) {
	t.Parallel()
	const added = `[
		{"id":"ask","alias":"","type":"AUTH0","action":"SEND_REQUEST","version":2,
			"params":{"connection_id":"` + connectionID + `","pathname":"/x",
			"method":"GET","headers":{"a":"1","b":"2"},"timeout":30}},
		{"id":"mail","type":"AUTH0","action":"SEND_EMAIL",
			"params":{"to":"Ada@example.com","subject":"S","body":"B","from":{"email":"d@example.com"}}}]`
	config := flowOf(
		attributes{"id": "ask", "send_request": attributes{"connection_id": connectionID, "pathname": "/x", "headers": `{"a":"1"}`}},
		mail(nil))
	for _, method := range []string{http.MethodPost, http.MethodPatch} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			r := newRun(t, tenant)
			var made *acctest.Object
			if method == http.MethodPost {
				answer(t, tenant, method, tenant.AddFlow(emulator.Flow{Name: "Profile"}), added)
				made = r.make(nil, config)
			} else {
				empty := r.make(nil, flowOf())
				answer(t, tenant, method, tenant.Flows()[0], added)
				made = r.make(empty, config)
			}
			id := acctest.Get(made.State, "id").(string)
			now := expectEmptyPlan(t, tenant, made, config)
			if !reflect.DeepEqual(acctest.Get(now.State, "actions"), acctest.Get(made.State, "actions")) {
				t.Errorf("the refresh shows %v", acctest.Get(now.State))
			}
			now = expectEmptyPlan(t, tenant, now, config)

			// Another client changes two attributes, one of them the server's own.
			tenant.EditFlow(id, func(f *emulator.Flow) {
				params(f, 0)["pathname"] = "/theirs"
				params(f, 0)["method"] = "DELETE"
			})
			r = newRun(t, tenant)
			drifted := r.read(now)
			want := []string{"actions[0].send_request.method", "actions[0].send_request.pathname", "updated_at"}
			if got := r.plan(drifted, config).Changed(); !reflect.DeepEqual(got, want) {
				t.Errorf("the plan changes %q, want %q", got, want)
			}
			// And changes it back: even to a state that has taken it in.
			tenant.EditFlow(id, func(f *emulator.Flow) {
				params(f, 0)["pathname"] = "/x"
				params(f, 0)["method"] = "GET"
			})
			now = newRun(t, tenant).read(drifted)
			if got := acctest.Get(now.State, "actions", 0, "send_request", "pathname"); got != "/x" {
				t.Errorf("the refresh shows the path %v", got)
			}
			// A name alone leaves what is known about the actions.
			renamed := with(config, "name", "Other")
			r = newRun(t, tenant)
			tenant.ForgetRequests()
			made = r.make(r.read(made), renamed)
			expectRequests(t, tenant, "GET 200", "PATCH 200 name")
			expectEmptyPlan(t, tenant, made, renamed)
		})
	}
}

// An answer that does not show what was written says nothing: the next plan does.
func TestFlowResource_answersOtherwise(t *testing.T) {
	t.Parallel()
	for name, actions := range map[string]string{
		"fewer":       `[]`,
		"others":      `[{"id":"theirs","type":"FLOW","action":"DO_NOTHING"}]`,
		"without ids": `[{"type":"FLOW","action":"DO_NOTHING"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			seeded := tenant.AddFlow(emulator.Flow{Name: "Profile"})
			answer(t, tenant, http.MethodPost, seeded, actions)
			config := flowOf(mail(nil))
			made := newRun(t, tenant).make(nil, config)
			r := newRun(t, tenant)
			now, diags := r.TryRead(made)
			if name == "without ids" {
				expect(t, diags, "", "Unable to read flow", "action 1 is not an object with an ID")
				return
			}
			if got := r.plan(now, config).Changed(); len(got) < 2 {
				t.Errorf("the plan changes %q", got)
			}
			expectEmptyPlan(t, tenant, r.make(now, config), config)
		})
	}
}

// An answer to a write need not show the actions at all.
func TestFlowResource_answersWithoutActions(t *testing.T) {
	t.Parallel()
	for _, actions := range []string{"", `"actions":null,`} {
		tenant := acctest.NewInProcess(t)
		config := flowOf(mail(nil))
		tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/flows", AfterCommit: true, Status: 201, Body: `{"id":"af_x",` + actions + `
			"name":"Profile","created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}`})
		made := newRun(t, tenant).make(nil, config)
		if got := acctest.Get(made.State, "actions", 0, "send_email", "subject"); got != "S" {
			t.Errorf("the state has the subject %v", got)
		}
	}
}
