package flow_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// ownershipCase is what happens to one attribute of a flow, or of its first action.
type ownershipCase struct {
	// first and second are two values of the attribute.
	first, second any
	// kept is true for an attribute that keeps the value of others, and their value.
	kept bool
	// theirs is the value that others set.
	theirs any
}

var ownershipCases = map[string]ownershipCase{
	"name":                  {first: "Profile", second: "Other"},
	"actions":               {first: []any{sms(nil)}, second: []any{sms(attributes{"to": "2"})}, kept: true},
	"actions.id":            {first: "sms", second: "text"},
	"actions.alias":         {first: "ours", second: "other", kept: true, theirs: "theirs"},
	"actions.allow_failure": {first: true, second: false, kept: true, theirs: true},
	"actions.mask_output":   {first: true, second: false, kept: true, theirs: true},
	"actions.json": bodyCase("json", `{"type":"FLOW","action":"DELAY_FLOW","params":{"number":1,"units":"HOURS"}}`,
		`{"type":"FLOW","action":"DELAY_FLOW","params":{"number":2,"units":"HOURS"}}`),
	"actions.get_user": bodyCase("get_user", attributes{"connection_id": connectionID, "user_id": "1"},
		attributes{"connection_id": connectionID, "user_id": "2"}),
	"actions.create_user": bodyCase("create_user", attributes{"connection_id": connectionID, "payload": "{}"},
		attributes{"connection_id": connectionID, "payload": `{"a":1}`}),
	"actions.update_user": bodyCase("update_user", attributes{"connection_id": connectionID, "user_id": "1", "changes": "{}"},
		attributes{"connection_id": connectionID, "user_id": "1", "changes": `{"a":1}`}),
	"actions.send_request": bodyCase("send_request", attributes{"connection_id": connectionID, "pathname": "/a"},
		attributes{"connection_id": connectionID, "pathname": "/b"}),
	"actions.send_email": bodyCase("send_email", attributes{"to": "a@example.com", "subject": "S", "body": "B"},
		attributes{"to": "a@example.com", "subject": "T", "body": "B"}),
	"actions.send_sms":  bodyCase("send_sms", attributes{"to": "1", "message": "M"}, attributes{"to": "1", "message": "N"}),
	"actions.make_call": bodyCase("make_call", attributes{"to": "1", "message": "M"}, attributes{"to": "1", "message": "N"}),
}

// bodyCase is about the attribute of an action's type.
func bodyCase(attribute string, first, second any) ownershipCase {
	return ownershipCase{first: attributes{"id": "x", attribute: first}, second: attributes{"id": "x", attribute: second}}
}

// config is a configuration in which the attribute has a value.
func (c ownershipCase) config(name string, value any) attributes {
	attribute, nested := strings.CutPrefix(name, "actions.")
	if whole, ok := value.(attributes); ok && nested {
		return flowOf(whole)
	}
	if nested {
		return flowOf(with(sms(nil), attribute, value)) // its type does not matter
	}
	return with(flowOf(), name, value)
}

// without is a configuration that leaves the attribute out.
func (c ownershipCase) without(name string) attributes {
	if name == "actions" {
		return attributes{"name": "Profile"}
	}
	return flowOf(sms(nil))
}

// key returns the member of the body of a request that has the attribute.
func key(name string) string {
	root, _, _ := strings.Cut(name, ".")
	return root
}

func TestFlowResource_ownershipOfEveryAttribute(t *testing.T) {
	t.Parallel()
	configurable, computed := newRun(t, acctest.NewInProcess(t)).Attributes()
	for _, name := range configurable {
		if _, ok := ownershipCases[name]; !ok {
			t.Errorf("the attribute %s has no row in ownershipCases", name)
		}
	}
	// These follow from the others or are the tenant's.
	if want := []string{"created_at", "id", "required_scopes", "updated_at"}; !slices.Equal(computed, want) {
		t.Errorf("the computed attributes are %v, want %v", computed, want)
	}
}

func TestFlowResource_ownership(t *testing.T) {
	t.Parallel()
	for name, c := range ownershipCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for when, test := range map[string]func(*testing.T, *acctest.Tenant, string, ownershipCase){
				"changed":               testChanged,
				"changed and ignored":   testIgnored,
				"set and removed":       testRemoved,
				"left out of an import": testLeftOutOfImport,
				"set by others":         testSetByOthers,
			} {
				t.Run(when, func(t *testing.T) {
					t.Parallel()
					test(t, acctest.NewInProcess(t), name, c)
				})
			}
		})
	}
}

func testChanged(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	r := newRun(t, tenant)
	made := r.make(nil, c.config(name, c.first))
	tenant.ForgetRequests()
	made = r.make(made, c.config(name, c.second))
	expectRequests(t, tenant, "PATCH 200 "+key(name))
	expectEmptyPlan(t, tenant, made, c.config(name, c.second))
}

// What is ignored is neither planned nor sent, alone and beside another change.
func testIgnored(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	attribute, nested := strings.CutPrefix(name, "actions.")
	ignored := []string{name}
	if nested {
		ignored = []string{"actions", "actions[0]", "actions[0]." + attribute}
	}
	made := newRun(t, tenant).make(nil, c.config(name, c.first))
	held := tenant.Flows()[0].Actions
	for _, path := range ignored {
		r := newRun(t, tenant)
		r.Run = r.Ignoring(path)
		config := c.config(name, c.second)
		if nested {
			config = with(config, "name", acctest.Get(made.State, "name"))
		}
		if changed := r.Plan(made, config).Changed(); len(changed) > 0 {
			t.Errorf("ignoring %s, the plan changes %v", path, changed)
		}
		unrelated, want := with(config, "name", "Unrelated "+path), "PATCH 200 name"
		if name == "name" {
			unrelated, want = with(config, "actions", []any{mail(nil)}), "PATCH 200 actions"
		}
		tenant.ForgetRequests()
		made = r.Apply(made, unrelated)
		expectRequests(t, tenant, want)
		if got := tenant.Flows()[0]; name == "name" && got.Name != c.first || name != "name" && !reflect.DeepEqual(got.Actions, held) {
			t.Errorf("ignoring %s, the tenant holds %v", path, got)
		}
	}
}

func testRemoved(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	if !c.kept {
		t.Skip("it cannot be left out")
	}
	r := newRun(t, tenant)
	made := r.make(nil, c.config(name, c.first))
	tenant.ForgetRequests()
	made = r.make(r.read(made), c.without(name))
	expectRequests(t, tenant, "GET 200", "PATCH 200 actions")
	if name == "actions" {
		holds(t, tenant)
	} else {
		holds(t, tenant, `{"id":"sms","type":"AUTH0","action":"SEND_SMS","params":{"to":"+15550101","message":"M"}}`)
	}
	expectEmptyPlan(t, tenant, made, c.without(name))
}

func testLeftOutOfImport(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	if !c.kept {
		t.Skip("it cannot be left out")
	}
	newRun(t, tenant).make(nil, c.config(name, c.first))
	held := tenant.Flows()[0].Actions
	r := newRun(t, tenant)
	imported := r.imports("name:Profile")
	tenant.ForgetRequests()
	if changed := r.plan(imported, c.without(name)).Changed(); len(changed) > 0 {
		t.Errorf("the plan changes %v", changed)
	}
	// An update of something else keeps it.
	made := r.make(imported, with(c.without(name), "name", "Renamed"))
	expectRequests(t, tenant, "PATCH 200 name")
	expectEmptyPlan(t, tenant, made, with(c.without(name), "name", "Renamed"))
	if got := tenant.Flows()[0].Actions; !reflect.DeepEqual(got, held) {
		t.Errorf("the tenant holds %v, want %v", got, held)
	}
}

func testSetByOthers(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	attribute, nested := strings.CutPrefix(name, "actions.")
	if !c.kept || !nested {
		t.Skip("it cannot be left out")
	}
	made := newRun(t, tenant).make(nil, c.without(name))
	tenant.EditFlow(tenant.Flows()[0].ID, func(f *emulator.Flow) { f.Actions[0].(map[string]any)[attribute] = c.theirs })
	now := expectEmptyPlan(t, tenant, made, c.without(name))
	// It stays with the action when that is moved and changed.
	r := newRun(t, tenant)
	tenant.ForgetRequests()
	moved := flowOf(mail(nil), sms(attributes{"to": "2"}))
	made = r.make(now, moved)
	expectRequests(t, tenant, "PATCH 200 actions")
	first, second := tenant.Flows()[0].Actions[0].(map[string]any), tenant.Flows()[0].Actions[1].(map[string]any)
	if _, ok := first[attribute]; ok || second[attribute] != c.theirs {
		t.Errorf("the tenant holds %v and %v", first, second)
	}
	expectEmptyPlan(t, tenant, made, moved)
}

// An alias that was only ever kept by ignore_changes is not reset when that ends.
func TestFlowResource_ignoredAliasOfOthers(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := newRun(t, tenant).make(nil, flowOf(sms(nil)))
	tenant.EditFlow(tenant.Flows()[0].ID, func(f *emulator.Flow) { f.Actions[0].(map[string]any)["alias"] = "theirs" })
	r := newRun(t, tenant)
	r.Run = r.Ignoring("actions")
	renamed := with(flowOf(sms(nil)), "name", "Renamed")
	made = r.Apply(r.read(made), renamed)
	expectEmptyPlan(t, tenant, made, renamed)
}

// savedFlow is the flow that a saved state is about.
func savedFlow(t *testing.T, o *acctest.Object) emulator.Flow {
	t.Helper()
	at := func(attribute string) time.Time {
		parsed, err := time.Parse(time.RFC3339, acctest.Get(o.State, attribute).(string))
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	flow := emulator.Flow{
		ID: acctest.Get(o.State, "id").(string), Name: acctest.Get(o.State, "name").(string), CreatedAt: at("created_at"),
		UpdatedAt: at("updated_at"),
	}
	if flow.Name == "full" {
		flow.Actions = []any{
			meaning(t, `{"id":"load","type":"AUTH0","action":"GET_USER",`+
				`"params":{"connection_id":"`+connectionID+`","user_id":"{{context.user.user_id}}"}}`),
			meaning(t, `{"id":"tell","alias":"Tell","allow_failure":true,"mask_output":true,"type":"AUTH0","action":"SEND_EMAIL",
				"params":{"to":"{{context.user.email}}","subject":"S","body":"B","custom_vars":{"a":1}}}`),
			meaning(t, `{"id":"wait","type":"FLOW","action":"DO_NOTHING"}`),
		}
	}
	return flow
}

// A state that was written by commit bb92271 plans empty, with and without a refresh. What was set then is reset
// when it leaves the configuration, except after an import.
func TestFlowResource_upgrade(t *testing.T) {
	t.Parallel()
	load := attributes{"id": "load", "get_user": attributes{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"}}
	tell := attributes{"id": "tell", "send_email": attributes{"to": "{{context.user.email}}", "subject": "S",
		"body": "B", "custom_vars": `{"a":1}`}}
	wait := attributes{"id": "wait", "json": `{"type":"FLOW","action":"DO_NOTHING"}`}
	set := tell.With(attributes{"alias": "Tell", "allow_failure": true, "mask_output": true})
	full := attributes{"name": "full", "actions": []any{load, set, wait}}
	for name, test := range map[string]struct{ config, reset attributes }{
		"empty":          {attributes{"name": "empty"}, nil},
		"full":           {full, attributes{"name": "full", "actions": []any{load, tell, wait}}},
		"full_refreshed": {full, attributes{"name": "full"}},
		"imported":       {full, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := newRun(t, tenant).Upgrade(acctest.ReadSaved(t, tenant, "testdata/state_bb92271.json")[name])
			tenant.AddFlow(savedFlow(t, made))
			r := newRun(t, tenant)
			if changed := r.plan(made, test.config).Changed(); len(changed) > 0 {
				t.Errorf("the plan without a refresh changes %v", changed)
			}
			now := expectEmptyPlan(t, tenant, made, test.config)
			if test.reset == nil {
				return
			}
			r = newRun(t, tenant)
			tenant.ForgetRequests()
			now = r.make(now, test.reset)
			expectRequests(t, tenant, "PATCH 200 actions")
			expectEmptyPlan(t, tenant, now, test.reset)
		})
	}
}
