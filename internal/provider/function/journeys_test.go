package function_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// journey is an export, as Go has it.
type journey struct {
	Flows map[string]struct {
		Name    string
		Actions []any
	}
}

// config is a configuration with a new vault connection, the IDs of others, all flows of an export, and the parts of its form.
func config(text string, flows journey) string {
	var out strings.Builder
	fmt.Fprintf(&out, `
resource "auth0vault_application" "forms" {
  name   = "Forms vault"
  scopes = ["read:users", "update:users", "read:roles"]
}
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "TENANT"
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
}
locals {
  export = <<-EOT
%s
EOT
  connections = { for token, id in {
    "#CONN-1#" = auth0vault_connection.forms.id
    "#CONN-2#" = "ac_1111111111111111111111"
    "#CONN-3#" = "ac_2222222222222222222222"
  } : token => id if contains(keys(jsondecode(local.export).connections), token) }
}
`, strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text))
	var all []string
	for token, flow := range flows.Flows {
		name := strings.ToLower(strings.Trim(token, "#"))
		fmt.Fprintf(&out, `
resource "auth0vault_flow" %q {
  name    = %q
  actions = provider::auth0vault::flow_actions(local.export, %q, local.connections)
}
`, name, flow.Name, token)
		all = append(all, fmt.Sprintf("%q = auth0vault_flow.%s.id", token, name))
	}
	fmt.Fprintf(&out, `
output "form" { value = provider::auth0vault::form_parts(local.export, { %s }) }
`, strings.Join(all, ", "))
	return out.String()
}

// TestJourneys: an export of the dashboard is applied at once. The first plan shows every action except the unknown IDs, the tenant's
// flows mean the same as the exported ones after the apply, and the next plan is empty.
func TestJourneys(t *testing.T) {
	t.Parallel()
	for _, path := range []string{progressiveProfiling, emailOTP, privacyConsent} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			text := readFile(t, path)
			var flows journey
			if err := json.Unmarshal([]byte(text), &flows); err != nil {
				t.Fatal(err)
			}
			var planned []plancheck.PlanCheck
			for token, flow := range flows.Flows {
				address := "auth0vault_flow." + strings.ToLower(strings.Trim(token, "#"))
				planned = append(planned, plancheck.ExpectKnownValue(address, tfjsonpath.New("actions"), knownvalue.ListSizeExact(len(flow.Actions))))
				for i, action := range flow.Actions {
					id := action.(map[string]any)["id"].(string)
					at := tfjsonpath.New("actions").AtSliceIndex(i).AtMapKey("id")
					planned = append(planned, plancheck.ExpectKnownValue(address, at, knownvalue.StringExact(id)))
				}
			}
			if path == progressiveProfiling {
				// A function: the steps of a path share memory.
				save := func() tfjsonpath.Path { return tfjsonpath.New("actions").AtSliceIndex(0).AtMapKey("update_user") }
				planned = append(planned,
					plancheck.ExpectUnknownValue("auth0vault_flow.flow-2", save().AtMapKey("connection_id")),
					plancheck.ExpectKnownValue("auth0vault_flow.flow-2", save().AtMapKey("changes"),
						knownvalue.StringExact(`{"user_metadata":{"company":"{{fields.company}}","job_title":"{{fields.job_title}}"}}`)),
					plancheck.ExpectUnknownOutputValueAtPath("form", tfjsonpath.New("nodes")),
					plancheck.ExpectKnownOutputValueAtPath("form", tfjsonpath.New("name"), knownvalue.StringExact("Progressive profiling")),
				)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{
					{
						Config:            tenant.Config(config(text, flows)),
						ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: planned},
						ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(func() error { return heldAsExported(tenant, flows) })},
					},
					{
						Config:           tenant.Config(config(text, flows)),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					},
				},
			})
		})
	}
}

// heldAsExported compares the flows of a tenant with those of an export by meaning:
// tokens apart, which are IDs there, and what is left at its default.
func heldAsExported(tenant *acctest.Tenant, exported journey) error {
	connections := tenant.VaultConnections()
	ids := strings.NewReplacer(connections[0].ID, "#CONN-1#", "ac_1111111111111111111111", "#CONN-2#", "ac_2222222222222222222222", "#CONN-3#")
	held := map[string]emulator.Flow{}
	for _, flow := range tenant.Flows() {
		held[flow.Name] = flow
	}
	for _, flow := range exported.Flows {
		text, err := json.Marshal(held[flow.Name].Actions)
		if err != nil {
			return err
		}
		var got []any
		if err := json.Unmarshal([]byte(ids.Replace(string(text))), &got); err != nil {
			return err
		}
		for _, list := range [][]any{got, flow.Actions} {
			for _, action := range list {
				dropDefaults(action.(map[string]any))
			}
		}
		if len(got)+len(flow.Actions) > 0 && !reflect.DeepEqual(got, flow.Actions) {
			return fmt.Errorf("the flow %q is\n%v, exported was\n%v", flow.Name, got, flow.Actions)
		}
	}
	return nil
}

func dropDefaults(action map[string]any) {
	for name, value := range action {
		if value == "" || value == false || value == nil {
			delete(action, name)
		}
	}
}
