package user_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// The tests of this file start Terraform. The others run at its protocol.

const address = typeName + ".test"

// sent checks the writes since the log was last forgotten.
func sent(tenant *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		if got := writes(tenant); strings.Join(got, "\n") != strings.Join(want, "\n") {
			return fmt.Errorf("the tenant received %q, want %q", got, want)
		}
		return nil
	})
}

func block(lines ...string) string {
	return "resource \"auth0vault_user\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

func TestUserResource_basicWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	const minimal = "email = \"ada@example.com\"\n  password_wo = \"" + strong + "\"\n  username = \"ada\""
	const rest = `email_verified = true
  name = "Ada Lovelace"
  given_name = "Ada"
  family_name = "Lovelace"
  nickname = "countess"
  picture = "https://example.com/ada.png"
  blocked = true
  phone_number = "+4915112345678"
  phone_verified = true
  user_metadata = jsonencode({ plan = "gold", seats = 3 })
  app_metadata = jsonencode({ roles = ["a", "b"] })
  on_destroy = "delete"`
	imported := resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"password_wo", "password_set_at"}}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: tenant.Config(block(minimal)), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Has(address, "id", knownvalue.StringRegexp(regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`))),
					acctest.Has(address, "given_name", knownvalue.Null()), acctest.Has(address, "password_wo", knownvalue.Null()),
					sent(tenant, post(`,"username":"ada"`)...),
				},
			},
			imported,
			{Config: tenant.Config(block(minimal, rest)), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
			imported,
			{
				Config:            tenant.Config(block(minimal, `user_id = "ada-1"`)),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Has(address, "id", knownvalue.StringExact("auth0|ada-1"))},
			},
		},
	})
	if left := tenant.Users(); len(left) > 0 {
		t.Errorf("the destroy left %d users", len(left))
	}
}

// An ephemeral password and ignore_changes: what Terraform sends to an apply has the ignored values.
func TestUserResource_writeOnlyWithTerraform(t *testing.T) {
	t.Parallel()
	tenant, folder, secrets := acctest.NewInProcess(t), t.TempDir(), []string{strong, second, third}
	step := func(password string, action plancheck.ResourceActionType, want []string, lines ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig: tenant.ForgetRequests,
			Config: tenant.Config("variable \"password\" {\n  type      = string\n  ephemeral = true\n}\n\n" +
				block(append(lines, `email = "ada@example.com"`, "password_wo = var.password")...)),
			ConfigVariables:  config.Variables{"password": config.StringVariable(password)},
			ConfigPlanChecks: acctest.Planned(address, action, acctest.NotInPlan(secrets...)),
			ConfigStateChecks: []statecheck.StateCheck{
				sent(tenant, want...), acctest.NotInState(secrets...),
				acctest.AtTenant(func() error { return acctest.NotInFolder(folder, secrets...) }),
			},
		}
	}
	ignored := []string{"lifecycle {\n    ignore_changes = [password_wo, user_metadata]\n  }", `user_metadata = jsonencode({ plan = "tin" })`}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(), WorkingDir: folder,
		Steps: []resource.TestStep{
			step(strong, plancheck.ResourceActionCreate, post("")),
			step(second, plancheck.ResourceActionUpdate, passwordSent(second)),
			step(third, plancheck.ResourceActionNoop, nil, ignored...),
			step(third, plancheck.ResourceActionUpdate, patch(`{"name":"Countess"}`), append(ignored, `name = "Countess"`)...),
		},
	})
}

func TestUserResource_importByIdentityWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Identities came with Terraform 1.12.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config:            tenant.Config(block(`email = "ada@example.com"`, `password_wo = "`+strong+`"`, "password_wo_version = 1")),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id"))},
			},
			// The version of the password is new.
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: true},
		},
	})
}

func TestUserList_queryWithTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addUsers(tenant, 12)
	const list = "auth0vault_user.some"
	identity := map[string]knownvalue.Check{"id": knownvalue.StringExact("auth0|u-0010"), "domain": knownvalue.StringExact(tenant.Domain())}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Queries came with Terraform 1.14.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			Query: true,
			Config: tenant.Config(`
list "auth0vault_user" "some" {
  provider = auth0vault

  config {
    query = "email:u-001*"
  }
}
`),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength(list, 2),
				querycheck.ExpectIdentity(list, identity),
				querycheck.ExpectResourceDisplayName(list, queryfilter.ByResourceIdentity(identity), knownvalue.StringExact("u-0010@example.com")),
			},
		}},
	})
}
