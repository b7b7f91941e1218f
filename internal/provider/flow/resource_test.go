package flow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const address = typeName + ".test"

func has(check knownvalue.Check, attribute string, steps ...any) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(attribute, steps...), check)
}

// at is a path: actions, 1, send_email, to.
func at(attribute string, steps ...any) tfjsonpath.Path {
	p := tfjsonpath.New(attribute)
	for _, step := range steps {
		switch step := step.(type) {
		case int:
			p = p.AtSliceIndex(step)
		case string:
			p = p.AtMapKey(step)
		}
	}
	return p
}

func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(more, plancheck.ExpectResourceAction(address, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// hcl is the configuration of the one flow; HCL takes JSON for expressions.
func hcl(t testing.TB, tenant *acctest.Tenant, config attributes) string {
	t.Helper()
	var lines []string
	for name, v := range config {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, name+" = "+string(text))
	}
	return tenant.Config("resource \"auth0vault_flow\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n")
}

// detail matches words in an error although Terraform breaks its lines.
func detail(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(words)), `[\s│╷╵]+`))
}

// atTenant checks the actions that the tenant's one flow holds, by their ids.
func atTenant(tenant *acctest.Tenant, ids ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		all := tenant.Flows()
		if len(all) != 1 {
			return fmt.Errorf("the tenant holds %d flows, want 1", len(all))
		}
		var got []string
		for _, a := range all[0].Actions {
			got = append(got, a.(map[string]any)["id"].(string))
		}
		if !slices.Equal(got, ids) {
			return fmt.Errorf("the tenant holds the actions %q, want %q", got, ids)
		}
		return nil
	})
}

func expectWrites(tenant *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		got := slices.DeleteFunc(requests(tenant), func(line string) bool { return strings.HasPrefix(line, "GET") })
		if !slices.Equal(got, want) {
			return fmt.Errorf("the tenant was asked %q, want %q", got, want)
		}
		return nil
	})
}

func TestFlowResource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	var all []any
	for i, name := range []string{"get_user", "create_user", "update_user", "send_request", "send_email", "send_sms", "make_call", "json"} {
		all = append(all, with(samples[name].configured, "id", fmt.Sprintf("a%d", i)))
	}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	same := statecheck.CompareValue(compare.ValuesSame())
	id := func() statecheck.StateCheck { return same.AddStateValue(address, tfjsonpath.New("id")) }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           hcl(t, tenant, flowOf(all...)),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					has(knownvalue.StringExact("Profile"), "name"),
					has(knownvalue.NotNull(), "created_at"),
					has(knownvalue.NotNull(), "updated_at"),
					has(knownvalue.StringExact("Load it"), "actions", 0, "alias"),
					has(knownvalue.Bool(true), "actions", 0, "mask_output"),
					has(knownvalue.Bool(false), "actions", 1, "mask_output"),
					has(knownvalue.StringExact("{{context.user.email}}"), "actions", 4, "send_email", "to"),
					has(knownvalue.Null(), "actions", 4, "json"),
					atTenant(tenant, "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"),
					expectWrites(tenant, "POST 201 name actions"),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				// The text is the configuration's, and an import has Terraform's own.
				ImportStateVerifyIgnore: []string{
					"actions.1.create_user.payload", "actions.2.update_user.changes", "actions.3.send_request.params",
					"actions.4.send_email.custom_vars", "actions.7.json",
				},
			},
			{
				PreConfig:        tenant.ForgetRequests,
				Config:           hcl(t, tenant, flowOf(reversed...)),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(), atTenant(tenant, "a7", "a6", "a5", "a4", "a3", "a2", "a1", "a0"), expectWrites(tenant, "PATCH 200 actions"),
				},
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            hcl(t, tenant, with(flowOf(reversed...), "name", "Renamed")),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{id(), expectWrites(tenant, "PATCH 200 name")},
			},
			{
				PreConfig:        tenant.ForgetRequests,
				Config:           hcl(t, tenant, flowOf(all[2], with(all[4].(attributes), "mask_output", true))),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(), has(knownvalue.Bool(true), "actions", 1, "mask_output"), atTenant(tenant, "a2", "a4"), expectWrites(tenant, "PATCH 200 name actions"),
				},
			},
			{
				PreConfig:        tenant.ForgetRequests,
				Config:           hcl(t, tenant, attributes{"name": "Profile"}),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(), has(knownvalue.ListSizeExact(0), "actions"), atTenant(tenant), expectWrites(tenant, "PATCH 200 actions"),
				},
			},
			{
				Config:           hcl(t, tenant, flowOf()),
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			},
			{
				Config:            hcl(t, tenant, flowOf(all...)),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{id(), atTenant(tenant, "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7")},
			},
			{
				// Gone at refresh: created again.
				PreConfig:        func() { tenant.DeleteFlow(tenant.Flows()[0].ID) },
				Config:           hcl(t, tenant, flowOf(all[0])),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			},
		},
	})
	if left := tenant.Flows(); len(left) > 0 {
		t.Errorf("the destroy left %d flows", len(left))
	}
}

// An import plans nothing for a configuration that means the same.
func TestFlowResource_import(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	full := []sample{samples["get_user"], samples["send_request"], samples["send_email"], samples["json without params"]}
	var held, configured []any
	for _, s := range full {
		held, configured = append(held, meaning(t, s.held)), append(configured, s.configured)
	}
	// An action of the app AUTH0 that its attributes cannot hold whole is shown as JSON.
	held = append(held, meaning(t, `{"id":"more","alias":"","allow_failure":false,"mask_output":true,"type":"AUTH0","action":"SEND_SMS","params":{"to":"1","message":"m","urgent":true}}`))
	configured = append(configured, attributes{
		"id": "more", "mask_output": true, "json": `{"params":{"message":"m","to":"1","urgent":true},"action":"SEND_SMS","type":"AUTH0"}`,
	})
	there := tenant.AddFlow(emulator.Flow{Name: "Profile", Actions: held})
	config := hcl(t, tenant, flowOf(configured...))
	for _, id := range []string{there.ID, "name:Profile"} {
		tenant.ForgetRequests()
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: tenant.Factories(),
			Steps: []resource.TestStep{
				{Config: config, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
				{
					Config:           config,
					ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
					ConfigStateChecks: []statecheck.StateCheck{
						expectWrites(tenant),
						has(knownvalue.Null(), "actions", 4, "send_sms"),
						has(knownvalue.StringExact(`{"action":"DO_NOTHING","type":"FLOW"}`), "actions", 3, "json"),
					},
				},
				{Config: "removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n" + tenant.Config("")},
			},
		})
	}
	if got := tenant.Flows(); len(got) != 1 || !reflect.DeepEqual(got[0], there) {
		t.Errorf("the tenant holds %v, want %v", got, there)
	}
}

func TestFlowResource_importByIdentity(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Identities came with Terraform 1.12. TestFlowResource_identity runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: hcl(t, tenant, threeActions()), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
			}},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestFlowResource_deletedDuringApply(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	var first string
	var done atomic.Bool
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: hcl(t, tenant, threeActions()),
				ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(func() error {
					first = tenant.Flows()[0].ID
					return nil
				})},
			},
			{
				PreConfig: func() {
					tenant.OnRequest(func(r emulator.Request) {
						if r.Method == "PATCH" && done.CompareAndSwap(false, true) {
							tenant.DeleteFlow(first)
						}
					})
				},
				Config:      hcl(t, tenant, with(threeActions(), "name", "Renamed")),
				ExpectError: detail("was deleted outside of Terraform after it was last read"),
			},
			{
				Config:           hcl(t, tenant, with(threeActions(), "name", "Renamed")),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(func() error {
					if all := tenant.Flows(); len(all) != 1 || all[0].ID == first || all[0].Name != "Renamed" {
						return errors.New("no new flow was made")
					}
					return nil
				})},
			},
		},
	})
}

// The flow of the documentation: connection and flow in one apply, a quiet plan,
// an orderly end.
func TestFlowResource_withConnection(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.Configure(func(b *emulator.Behavior) {
		b.ChecksActionConnections, b.RefuseDeleteInUse, b.ActionDefaults = true, true, true
	})
	client := tenant.Client("forms", "read:users")
	config := tenant.Config(fmt.Sprintf(`
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "TENANT"
  client_id     = %q
  client_secret = %q
}

resource "auth0vault_flow" "test" {
  name = "Update profile"
  actions = [
    {
      id       = "load"
      get_user = { connection_id = auth0vault_connection.forms.id, user_id = "{{context.user.user_id}}" }
    },
    {
      id         = "tell"
      send_email = { to = "{{context.user.email}}", subject = "Hello", body = "<p>Hello</p>" }
    },
  ]
}
`, client.ID, client.Secret))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
					plancheck.ExpectUnknownValue(address, at("actions", 0, "get_user", "connection_id"))),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.CompareValuePairs(address, at("actions", 0, "get_user", "connection_id"), "auth0vault_connection.forms", at("id"), compare.ValuesSame()),
					acctest.AtTenant(func() error {
						if n := len(tenant.Asked("", "/flows")); n != 2 {
							return fmt.Errorf("connection and flow took %d requests:\n%s", n, tenant.Summary())
						}
						return nil
					}),
				},
			},
			{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			{
				// A connection that is created again has another ID, and the flow follows it.
				PreConfig: func() {
					tenant.Configure(func(b *emulator.Behavior) { b.ChecksActionConnections = false })
					tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
				},
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.CompareValuePairs(address, at("actions", 0, "get_user", "connection_id"), "auth0vault_connection.forms", at("id"), compare.ValuesSame()),
				},
			},
		},
	})
	if len(tenant.Flows())+len(tenant.VaultConnections()) > 0 {
		t.Error("the destroy left something")
	}
}

// A value that is not known may be any part of an action, and an action as a whole.
func TestFlowResource_unknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := tenant.Config(`
resource "terraform_data" "later" {
  input = "later"
}

resource "auth0vault_flow" "test" {
  name = terraform_data.later.output
  actions = [
    terraform_data.later.output == "later" ? { id = "a", send_sms = { to = "1", message = "m" } } : { id = "b", send_sms = { to = "2", message = "m" } },
    { id = "s_${terraform_data.later.id}", json = jsonencode({ type = "FLOW", action = "DO_NOTHING" }) },
    { id = "c", create_user = { connection_id = "ac_driHxZHbTWt3zCyXRqsDFo", payload = jsonencode({ email = terraform_data.later.output }) } },
    { id = "d", alias = terraform_data.later.output, allow_failure = terraform_data.later.output == "later", send_sms = { to = "1", message = "m" } },
  ]
}
`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					has(knownvalue.StringExact("a"), "actions", 0, "id"),
					has(knownvalue.StringExact("later"), "actions", 3, "alias"),
					has(knownvalue.Bool(true), "actions", 3, "allow_failure"),
				},
			},
			{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
}

// A hundred actions are one request.
func TestFlowResource_hundredActions(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(message string) string {
		return tenant.Config(fmt.Sprintf(`
resource "auth0vault_flow" "test" {
  name = "Long"
  actions = [for i in range(100) : {
    id       = "step_${i}"
    send_sms = { to = "{{fields.phone}}", message = i == 50 ? %q : "m" }
  }]
}
`, message))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config("a"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.ListSizeExact(100), "actions"), expectWrites(tenant, "POST 201 name actions")},
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            config("b"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("b"), "actions", 50, "send_sms", "message"), expectWrites(tenant, "PATCH 200 actions")},
			},
		},
	})
}

// Terraform shows the errors of validation, at plan time and before any request.
func TestFlowResource_invalidWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: hcl(t, tenant, flowOf(mail(attributes{"to": "ada"}))), PlanOnly: true, ExpectError: detail("actions[0].send_email.to is neither an e-mail address nor a template")},
			{Config: hcl(t, tenant, flowOf(mail(nil), mail(nil))), PlanOnly: true, ExpectError: detail("An ID must be unique within the flow")},
			{Config: hcl(t, tenant, flowOf(attributes{"id": "x"})), PlanOnly: true, ExpectError: detail("exactly one of get_user, create_user")},
			{Config: hcl(t, tenant, flowOf(attributes{"send_sms": sms(nil)["send_sms"]})), PlanOnly: true, ExpectError: detail("actions[0].id is missing")},
			{Config: hcl(t, tenant, flowOf(other("{"))), PlanOnly: true, ExpectError: detail("valid JSON")},
		},
	})
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Terraform itself plans without what is ignored, and the apply sends nothing of it.
func TestFlowResource_ignoreChanges(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(name, to, alias string) string {
		return tenant.Config(fmt.Sprintf(`
resource "auth0vault_flow" "test" {
  name    = %q
  actions = [
    { id = "sms", alias = %q, send_sms = { to = %q, message = "m" } },
    { id = "call", make_call = { to = %[3]q, message = "m" } },
  ]

  lifecycle { ignore_changes = [actions[0].alias, actions[1].make_call] }
}
`, name, alias, to))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config("Profile", "1", "first")},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            config("Renamed", "1", "second"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectWrites(tenant, "PATCH 200 name"), has(knownvalue.StringExact("first"), "actions", 0, "alias")},
			},
			{
				Config:           config("Renamed", "2", "second"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					has(knownvalue.StringExact("first"), "actions", 0, "alias"), has(knownvalue.StringExact("2"), "actions", 0, "send_sms", "to"),
					has(knownvalue.StringExact("1"), "actions", 1, "make_call", "to"),
				},
			},
		},
	})
}
