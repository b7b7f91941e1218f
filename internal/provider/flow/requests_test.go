package flow_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Everything that the facts leave open about an answer must be quiet, through
// the whole life of a flow, and take one request a step.
func TestFlowResource_readings(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"strict":                     func(*emulator.Behavior) {},
		"created with 200":           func(b *emulator.Behavior) { b.CreatedStatus = 200 },
		"empty actions are shown":    func(b *emulator.Behavior) { b.EmptyActions = true },
		"actions get defaults":       func(b *emulator.Behavior) { b.ActionDefaults = true },
		"never executed is null":     func(b *emulator.Behavior) { b.ExecutedAtNull = true },
		"connections are looked for": func(b *emulator.Behavior) { b.ChecksActionConnections = true },
		"any action id":              func(b *emulator.Behavior) { b.AnyActionID = true },
		"any params":                 func(b *emulator.Behavior) { b.LooseActions = true },
		"ids may repeat":             func(b *emulator.Behavior) { b.DuplicateActionIDs = true },
		"names are unique":           func(b *emulator.Behavior) { b.UniqueNames = true },
		"ids of any form":            func(b *emulator.Behavior) { b.AnyID = true },
		"general errors":             func(b *emulator.Behavior) { b.UnionErrors = true },
		"all of it": func(b *emulator.Behavior) {
			b.CreatedStatus, b.EmptyActions, b.ActionDefaults, b.ExecutedAtNull, b.ChecksActionConnections = 200, true, true, true, true
			b.AnyActionID, b.LooseActions, b.DuplicateActionIDs, b.UniqueNames = true, true, true, true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.Configure(behavior)
			tenant.AddVaultConnection(emulator.VaultConnection{ID: connectionID, AppID: "AUTH0", Name: "forms"})
			full := threeActions()
			reordered := flowOf(samples["json"].configured, samples["send_email"].configured, samples["update_user"].configured)
			none := attributes{"name": "Profile"}
			empty := flowOf()

			var made *acctest.Object
			step := func(config attributes, want string) {
				t.Helper()
				r := newRun(t, tenant)
				if made != nil {
					made = r.read(made)
				}
				tenant.ForgetRequests()
				before := made
				made = r.make(before, config)
				if want == "" {
					expectRequests(t, tenant)
				} else {
					expectRequests(t, tenant, want)
				}
				if before != nil && acctest.Get(made.State, "id") != acctest.Get(before.State, "id") {
					t.Error("the ID has changed")
				}
				if got, want := acctest.Get(made.State, "updated_at"), tenant.Flows()[0].UpdatedAt.Format("2006-01-02T15:04:05.000Z"); got != want {
					t.Errorf("it was updated at %v, want %s", got, want)
				}
				made = expectEmptyPlan(t, tenant, made, config)
				expectRequests(t, tenant, "GET 200")
			}
			created := "POST 201 name actions"
			if tenant.Behavior().CreatedStatus == 200 {
				created = "POST 200 name actions"
			}
			step(full, created)
			step(with(reordered, "name", "Renamed"), "PATCH 200 name actions")
			step(with(full, "name", "Renamed"), "PATCH 200 actions")
			step(full, "PATCH 200 name")
			step(none, "PATCH 200 actions")
			holds(t, tenant)
			step(empty, "")
			step(full, "PATCH 200 actions")
			step(empty, "PATCH 200 actions")
			holds(t, tenant)
			step(none, "")
			step(full, "PATCH 200 actions")

			id := acctest.Get(made.State, "id").(string)
			for _, by := range []string{id, "name:Profile"} {
				expectEmptyPlan(t, tenant, newRun(t, tenant).imports(by), full)
			}
			r := newRun(t, tenant)
			tenant.ForgetRequests()
			expectNoDiagnostics(t, r.Destroy(made))
			expectRequests(t, tenant, "DELETE 204")
			expectNoDiagnostics(t, r.Destroy(made)) // gone is gone
			if len(tenant.Flows()) > 0 {
				t.Error("the flow is still there")
			}
		})
	}
}

// A flow that never had actions.
func TestFlowResource_none(t *testing.T) {
	t.Parallel()
	for _, shown := range []bool{false, true} {
		tenant := acctest.NewInProcess(t)
		tenant.Configure(func(b *emulator.Behavior) { b.EmptyActions = shown })
		none, empty := attributes{"name": "Empty"}, attributes{"name": "Empty", "actions": []any{}}
		made := newRun(t, tenant).make(nil, none)
		expectRequests(t, tenant, "POST 201 name")
		expectEmptyPlan(t, tenant, made, none)
		made = expectEmptyPlan(t, tenant, made, empty)
		expectEmptyPlan(t, tenant, made, none)
		imported := newRun(t, tenant).imports("name:Empty")
		expectEmptyPlan(t, tenant, imported, none)
		expectEmptyPlan(t, tenant, imported, empty)
	}
}

// Another way to write the same action changes the state and sends no request.
func TestFlowResource_sameInOtherWords(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	typed := samples["get_user, explicit defaults"].configured
	asJSON := attributes{"id": "load", "json": `{"params":{"user_id":"auth0|1","connection_id":"` + connectionID +
		`"},"action":"GET_USER","type":"AUTH0"}`}
	r := newRun(t, tenant)
	made := r.make(nil, flowOf(typed))
	tenant.ForgetRequests()
	made = r.make(made, flowOf(asJSON))
	expectRequests(t, tenant)
	made = expectEmptyPlan(t, tenant, made, flowOf(asJSON)) // JSON stays JSON
	// The same JSON with other white space and numbers is not a change.
	request := samples["send_request"].configured
	made = r.make(made, flowOf(request))
	again := with(request, "send_request", with(request["send_request"].(attributes), "params",
		`{ "q":"{{fields.q}}", "half":5e-1, "page":1.0, "none":null }`))
	expectEmptyPlan(t, tenant, made, flowOf(again))
}

// What is unknown at plan time may turn out to be what it was.
func TestFlowResource_unknownTurnsOutTheSame(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	config := flowOf(mail(nil))
	made := r.make(nil, config)
	planned := r.plan(made, flowOf(mail(attributes{"subject": acctest.Unknown})))
	if got := planned.Changed(); len(got) != 2 || got[1] != "updated_at" {
		t.Errorf("the plan changes %q", got)
	}
	tenant.ForgetRequests()
	// Terraform plans again with what it knows now, and finds nothing to do.
	final := r.plan(made, config)
	if got := final.Changed(); len(got) > 0 {
		t.Errorf("the final plan changes %q", got)
	}
	// What is not known may also be something where there was nothing.
	planned = r.plan(made, flowOf(mail(attributes{"custom_vars": acctest.Unknown})))
	if got := planned.Changed(); len(got) != 2 || got[1] != "updated_at" {
		t.Errorf("the plan changes %q", got)
	}
	// With something else to change, only that is sent.
	renamed := with(config, "name", "Renamed")
	_, diags := r.apply(r.plan(made, with(flowOf(mail(attributes{"subject": acctest.Unknown})), "name", "Renamed")), renamed)
	expectNoDiagnostics(t, diags)
	expectRequests(t, tenant, "PATCH 200 name")
}

// A write that Auth0 refuses is an error at the attribute that its message names.
func TestFlowResource_refused(t *testing.T) {
	t.Parallel()
	good := mail(nil)
	for name, c := range map[string]struct {
		property string
		path     string
	}{
		"a string":                    {"actions[1].params.to", "actions[1].send_email.to"},
		"a part":                      {"actions[1].params.from.email", "actions[1].send_email.from.email"},
		"an unknown part":             {"actions[1].params.from.reply_to", "actions[1].send_email.from"},
		"an unknown param":            {"actions[1].params.bcc", "actions[1].send_email"},
		"the params":                  {"actions[1].params", "actions[1].send_email"},
		"the type":                    {"actions[1].type", "actions[1].send_email"},
		"an id":                       {"actions[0].id", "actions[0].id"},
		"an alias":                    {"actions[1].alias", "actions[1].alias"},
		"a flag":                      {"actions[1].allow_failure", "actions[1].allow_failure"},
		"inside free JSON":            {"actions[2].params.changes.email", "actions[2].update_user.changes"},
		"JSON":                        {"actions[0].params.number", "actions[0].json"},
		"an action":                   {"actions[2]", "actions[2]"},
		"the actions":                 {"actions", "actions"},
		"an action that is not there": {"actions[3].params.to", "actions"},
		"dots":                        {"actions.1.params.to", "actions[1].send_email.to"},
		"the name":                    {"name", "name"},
		"something else":              {"other", ""},
		"something like it":           {"names", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			config := flowOf(samples["json"].configured, with(good, "alias", "x"), samples["update_user"].configured)
			refusal := emulator.Fault{
				Method: http.MethodPost, Path: "/api/v2/flows", Status: 400,
				Body: `{"statusCode":400,"error":"Bad Request","errorCode":"invalid_body",` +
					`"message":"Payload validation error: 'It is wrong: x' on property ` +
					c.property + ` (Some description)."}`,
			}
			tenant.Fail(refusal)
			r := newRun(t, tenant)
			left, diags := r.apply(r.plan(nil, config), config)
			expect(t, diags, c.path, "Unable to create flow", `Auth0 refused to create flow "Profile" (400 invalid_body)`, "It is wrong: x")
			if left != nil {
				t.Errorf("the state holds %v", acctest.Get(left.State))
			}
			// An update says the same, and leaves the state as it was.
			made := r.make(nil, attributes{"name": "Profile"})
			refusal.Method, refusal.Path = http.MethodPatch, refusal.Path+"/*"
			refusal.Body = strings.ReplaceAll(refusal.Body, " (Some description).", ".")
			tenant.Fail(refusal)
			left, diags = r.apply(r.plan(made, config), config)
			expect(t, diags, c.path, "Unable to update flow", "Auth0 refused to update flow", "It is wrong: x")
			if left == nil || len(acctest.Get(left.State, "actions").([]any)) != 0 {
				t.Error("the state does not say what the tenant holds")
			}
		})
	}
}

// The emulator's own refusals, in both of their forms.
func TestFlowResource_refusedByTenant(t *testing.T) {
	t.Parallel()
	unknownConnection := "ac_aj9fK5JBVy9Uo1eSnwCeMS"
	for name, c := range map[string]struct {
		behavior func(*emulator.Behavior)
		config   attributes
		path     string
		words    []string
	}{
		"an id that the API does not take": {nil, flowOf(with(mail(nil), "id", "not an id")), "actions[0].id", []string{"not an id"}},
		"the same in general terms": {
			func(b *emulator.Behavior) { b.UnionErrors = true }, flowOf(sms(nil), with(mail(nil), "id", "not an id")),
			"actions[1].id", []string{"not an id"},
		},
		"a malformed connection id": {
			nil, flowOf(attributes{"id": "x", "get_user": attributes{"connection_id": "mine", "user_id": "u"}}),
			"actions[0].get_user.connection_id", nil,
		},
		"a connection that there is not": {
			func(b *emulator.Behavior) { b.ChecksActionConnections = true },
			flowOf(mail(nil), attributes{"id": "x", "get_user": attributes{"connection_id": unknownConnection, "user_id": "u"}}),
			"actions[1].get_user.connection_id", []string{unknownConnection},
		},
		"one in JSON": {
			func(b *emulator.Behavior) { b.ChecksActionConnections = true },
			flowOf(other(`{"type":"SLACK","action":"POST_MESSAGE","params":{"connection_id":"` + unknownConnection + `"}}`)),
			"actions[0].json", []string{unknownConnection},
		},
		"JSON for an action that there is not": {nil, flowOf(other(`{"type":"SLACK","action":"SHOUT","params":{}}`)),
			"actions[0].json", []string{"SHOUT"}},
		"params where there are none": {
			nil, flowOf(other(`{"type":"AUTH0","action":"SEND_SMS","params":{"connection_id":"` + unknownConnection + `","to":"1","message":"m"}}`)),
			"actions[0].json", []string{"connection_id"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			if c.behavior != nil {
				tenant.Configure(c.behavior)
			}
			r := newRun(t, tenant)
			_, diags := r.apply(r.plan(nil, c.config), c.config)
			expect(t, diags, c.path, append(c.words, "Unable to create flow")...)
			if len(tenant.Flows()) > 0 {
				t.Error("a flow was made")
			}
		})
	}
}

// A scope that is missing is named, and so is a name that is taken.
func TestFlowResource_notAllowed(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.UniqueNames = true })
	r := newRun(t, tenant)
	existing := r.make(nil, flowOf())
	twin := flowOf(mail(nil))
	_, diags := r.apply(r.plan(nil, twin), twin)
	expect(t, diags, "", "Unable to create flow", "exists already",
		fmt.Sprintf("terraform import auth0vault_flow.<name> %s", acctest.Get(existing.State, "id")))

	tenant.Own = tenant.Client("reader", "read:flows")
	r = newRun(t, tenant)
	_, diags = r.apply(r.plan(nil, twin), twin)
	expect(t, diags, "", "Unable to create flow", "create:flows", tenant.Own.ID)
}

func TestFlowResource_importRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	one, two := tenant.AddFlow(emulator.Flow{Name: "twin"}), tenant.AddFlow(emulator.Flow{Name: "twin"})
	r := newRun(t, tenant)
	_, diags := r.TryImport("name:twin", nil)
	expect(t, diags, "", "Unable to import flow", one.ID, two.ID, "import by ID")
	_, diags = r.TryImport("name:nobody", nil)
	expect(t, diags, "", "Unable to import flow", `No flow is named "nobody"`)
	_, diags = r.TryImport("nonsense", nil)
	expect(t, diags, "", "Unable to read flow", "nonsense")
	// Nothing there: Terraform itself says that it does not exist.
	if imported, diags := r.TryImport("af_aj9fK5JBVy9Uo1eSnwCeMS", nil); imported != nil || len(diags) > 0 {
		t.Errorf("imported %v, with %s", imported, acctest.Format(diags))
	}
}

// Gone at an update: an error that says so. The prior state stays until the next refresh.
func TestFlowResource_goneAtUpdate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	made := r.make(nil, flowOf(mail(nil)))
	id := acctest.Get(made.State, "id").(string)
	tenant.DeleteFlow(id)
	config := flowOf(sms(nil))
	left, diags := r.apply(r.plan(made, config), config)
	expect(t, diags, "", "Unable to update flow", id, "no longer exists", "plan again")
	if left == nil || !left.State.Equal(made.State) {
		t.Error("the prior state was not kept")
	}
	if now, _ := r.TryRead(made); now != nil {
		t.Error("the refresh keeps the flow in the state")
	}
	expectEmptyPlan(t, tenant, r.make(nil, config), config)
}

// A flow that cannot be deleted is an error, and it stays.
func TestFlowResource_deleteRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := newRun(t, tenant).make(nil, flowOf())
	tenant.Grant(tenant.Own.ID, "read:flows")
	expect(t, newRun(t, tenant).Destroy(made), "", "Unable to delete flow", "delete:flows")
	if len(tenant.Flows()) != 1 {
		t.Error("it was deleted")
	}
}
