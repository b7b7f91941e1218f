package flow_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const address = typeName + ".test"

func action(i int) tfjsonpath.Path { return tfjsonpath.New("actions").AtSliceIndex(i) }

func hasText(path tfjsonpath.Path, text string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, path, knownvalue.StringExact(text))
}

// planned expects an action before the apply and an empty plan after it.
func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(more, plancheck.ExpectResourceAction(address, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// The flow of the documentation: connection and flow in one apply, an empty plan,
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
	connectionOfAction := action(0).AtMapKey("get_user").AtMapKey("connection_id")
	connected := statecheck.CompareValuePairs(address, connectionOfAction, "auth0vault_connection.forms",
		tfjsonpath.New("id"), compare.ValuesSame())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ExpectUnknownValue(address, connectionOfAction)),
				ConfigStateChecks: []statecheck.StateCheck{connected, acctest.AtTenant(func() error {
					if n := len(tenant.Asked("", "/flows")); n != 2 {
						return fmt.Errorf("connection and flow took %d requests:\n%s", n, tenant.Summary())
					}
					return nil
				})},
			},
			{
				// A connection that is created again has another ID, and the flow follows it.
				PreConfig: func() {
					tenant.Configure(func(b *emulator.Behavior) { b.ChecksActionConnections = false })
					tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
				},
				Config:            config,
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{connected},
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
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{{
			Config: tenant.Config(`
resource "terraform_data" "later" {
  input = "later"
}

resource "auth0vault_flow" "test" {
  name = terraform_data.later.output
  actions = [
    terraform_data.later.output == "later" ? { id = "a", send_sms = { to = "1", message = "m" } } :
    { id = "b", send_sms = { to = "2", message = "m" } },
    { id = "s_${terraform_data.later.id}", json = jsonencode({ type = "FLOW", action = "DO_NOTHING" }) },
    { id = "c", create_user = { connection_id = "ac_driHxZHbTWt3zCyXRqsDFo",
      payload = jsonencode({ email = terraform_data.later.output }) } },
    { id = "d", alias = terraform_data.later.output, allow_failure = terraform_data.later.output == "later",
      send_sms = { to = "1", message = "m" } },
  ]
}
`),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				hasText(action(0).AtMapKey("id"), "a"),
				hasText(action(3).AtMapKey("alias"), "later"),
				statecheck.ExpectKnownValue(address, action(3).AtMapKey("allow_failure"), knownvalue.Bool(true)),
			},
		}},
	})
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
				PreConfig:        tenant.ForgetRequests,
				Config:           config("Renamed", "1", "second"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.AtTenant(func() error { expectRequests(t, tenant, "GET 200", "PATCH 200 name"); return nil }),
					hasText(action(0).AtMapKey("alias"), "first"),
				},
			},
			{
				Config:           config("Renamed", "2", "second"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					hasText(action(0).AtMapKey("alias"), "first"), hasText(action(0).AtMapKey("send_sms").AtMapKey("to"), "2"),
					hasText(action(1).AtMapKey("make_call").AtMapKey("to"), "1"),
				},
			},
		},
	})
}
