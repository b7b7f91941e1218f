package connection_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// The tests of this file start Terraform. Most others run at its protocol.

const address = typeName + ".test"

// block is the configuration of a vault connection for a client.
func block(tenant *acctest.Tenant, client emulator.Client, lines ...string) string {
	const text = "resource \"auth0vault_connection\" \"test\" {\n  domain = %q\n  client_id = %q\n  client_secret = %q\n  %s\n}\n"
	return tenant.Config(fmt.Sprintf(text, tenant.Domain(), client.ID, client.Secret, strings.Join(lines, "\n  ")))
}

func TestConnectionResource_basicWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "create:users")
	other := tenant.Client("other", "read:users", "update:users", "read:roles")
	stored := func(name string, client emulator.Client, sent ...string) statecheck.StateCheck {
		return acctest.AtTenant(func() error {
			expectStored(t, tenant, name, client)
			if got := writes(tenant); strings.Join(got, "; ") != strings.Join(sent, "; ") {
				return fmt.Errorf("the tenant received %q, want %q", got, sent)
			}
			return nil
		})
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: block(tenant, client, `name = "forms"`), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Has(address, "audience", knownvalue.StringExact(tenant.Audience())),
					acctest.Has(address, "granted_scopes", knownvalue.SetSizeExact(2)),
					stored("forms", client, "POST app_id name setup 201"),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				// The setup, and what is measured with it, cannot be read.
				ImportStateVerifyIgnore: []string{"domain", "client_id", "client_secret", "audience", "granted_scopes",
					"verify_credentials", "client_secret_set_at"},
			},
			{
				// the setup is sent once
				ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ExpectNonEmptyPlan: true,
				ImportPlanChecks: resource.ImportPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
				},
			},
			{
				PreConfig: tenant.ForgetRequests,
				Config: block(tenant, other, `name = "renamed"`, fmt.Sprintf("audience = %q", tenant.Audience()),
					`actions = ["GET_USER", "UPDATE_USER"]`,
					`required_scopes = ["read:roles"]`, `reconnect_triggers = { scopes = "1" }`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Has(address, "granted_scopes", knownvalue.SetSizeExact(3)),
					stored("renamed", other, "PATCH name setup 200")},
			},
		},
	})
	if left := tenant.VaultConnections(); len(left) > 0 {
		t.Errorf("the destroy left %d vault connections", len(left))
	}
}

func TestConnectionResource_importByIdentityWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Identities came with Terraform 1.12.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config:            block(tenant, tenant.Client("forms", "read:users"), `name = "forms"`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id"))},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: true},
		},
	})
}

func TestConnectionList_queryWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addConnections(tenant, 120)
	identity := map[string]knownvalue.Check{"id": knownvalue.StringExact(tenant.VaultConnections()[10].ID),
		"domain": knownvalue.StringExact(tenant.Domain())}
	const some = "auth0vault_connection.some"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Queries came with Terraform 1.14.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			Query: true,
			Config: tenant.Config(`
list "auth0vault_connection" "some" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "c-01"
  }
}

list "auth0vault_connection" "all" {
  provider = auth0vault
  limit    = 1000
}
`),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength(some, 8),
				querycheck.ExpectLength("auth0vault_connection.all", 96),
				querycheck.ExpectIdentity(some, identity),
				querycheck.ExpectResourceDisplayName(some, queryfilter.ByResourceIdentity(identity), knownvalue.StringExact("c-010")),
			},
		}},
	})
}
