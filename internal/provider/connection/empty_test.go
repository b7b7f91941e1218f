package connection_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// An empty vault connection from its creation to its setup, with Terraform.
func TestEmpty_withTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	nothing := knownvalue.Null()
	empty := func(name string, action plancheck.ResourceActionType, ready bool, wrote ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig: tenant.ForgetRequests, Config: hcl(tenant, quoted("name", name)), ConfigPlanChecks: planned(action),
			ConfigStateChecks: []statecheck.StateCheck{
				has("domain", nothing), has("audience", nothing), has("client_secret_set_at", nothing), has("granted_scopes", nothing),
				has("ready", knownvalue.Bool(ready)), onlyWrote(tenant, wrote...),
			},
		}
	}
	typed := empty("forms", plancheck.ResourceActionNoop, true)
	typed.PreConfig = func() {
		tenant.EditVaultConnection(tenant.VaultConnections()[0].ID, func(c *emulator.VaultConnection) {
			c.Setup, c.Ready = setupOf(tenant, "entered", "in-the-dashboard"), true
		})
		tenant.ForgetRequests()
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			empty("forms", plancheck.ResourceActionCreate, false, "POST app_id name 201"),
			typed,
			empty("renamed", plancheck.ResourceActionUpdate, true, "PATCH name 200"),
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				PreConfig: tenant.ForgetRequests,
				Config: hcl(tenant, quoted("name", "renamed"), quoted("domain", tenant.Domain()), quoted("client_id", client.ID),
					quoted("client_secret", client.Secret)),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					has("client_secret_set_at", knownvalue.NotNull()), onlyWrote(tenant, "PATCH setup 200"),
					holds(tenant, "renamed", setupOf(tenant, client.ID, client.Secret)),
				},
			},
			{
				Config: hcl(tenant, quoted("name", "renamed")), PlanOnly: true,
				ExpectError: detail("Auth0 cannot remove that of the vault connection"),
			},
		},
	})
}

// Adding a setup is one request. It warns if that replaces one that was entered in
// the dashboard.
func TestEmpty_addSetup(t *testing.T) {
	t.Parallel()
	for name, ready := range map[string]bool{"still empty": false, "entered in the dashboard": true} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			created := newRun(t, tenant).Apply(nil, acctest.Attributes{"name": "forms"})
			if created.Private != nil && privateText(t, created) != "" {
				t.Errorf("private state holds %s", privateText(t, created))
			}
			if ready {
				tenant.EditVaultConnection(onlyID(t, tenant), func(c *emulator.VaultConnection) {
					c.Setup, c.Ready = setupOf(tenant, "entered", "in-the-dashboard"), true
				})
			}
			expectEmptyPlan(t, tenant, created, acctest.Attributes{"name": "forms"})

			tenant.ForgetRequests()
			r := newRun(t, tenant)
			before := r.Read(created)
			planned, diags := r.TryPlan(before, writeOnly(tenant, client))
			acctest.MustSucceed(t, diags)
			if !slices.Contains(planned.Changed(), "client_secret_set_at") {
				t.Errorf("the plan changes %v", planned.Changed())
			}
			if ready {
				acctest.ExpectWarning(t, diags, "", "sent once", "does not reveal the stored setup")
			} else if len(diags) > 0 {
				t.Errorf("the plan says %s", acctest.Said(diags))
			}
			created = r.Apply(before, writeOnly(tenant, client))
			mustHaveWritten(t, tenant, "PATCH setup 200")
			mustHold(t, tenant, "forms", client)
			expectEmptyPlan(t, tenant, created, writeOnly(tenant, client))
		})
	}
}

// A setup that leaves the configuration is an error of the plan, which says what
// would happen. A part of one is an error as well.
func TestEmpty_removeSetup(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	for _, config := range []acctest.Attributes{minimalConfig(tenant, client), writeOnly(tenant, client).With(acctest.Attributes{"client_secret_wo_version": 1})} {
		created := newRun(t, tenant).Apply(nil, config)
		_, diags := newRun(t, tenant).TryPlan(created, acctest.Attributes{"name": "forms"})
		acctest.ExpectError(t, diags, "domain", "cannot be removed", "stay in the vault", get(t, created.State, "id").(string), "terraform state rm", "terraform taint")
	}
}
