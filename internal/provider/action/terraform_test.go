package action_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Terraform invokes every action after a create. It needs no second apply, and wrong credentials end the run.
func TestActions_withTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
	config := func(trigger, secret string) string {
		return tenant.Config(fmt.Sprintf(`
action "auth0vault_verify_connection" "it" {
  config {
    vault_connection = { domain = "TENANT", client_id = %[1]q, client_secret = %[2]q }
    actions          = ["GET_USER"]
  }
}

action "auth0vault_revoke_user_access" "it" {
  config { user_id = %[3]q }
}

action "auth0vault_send_verification_email" "it" {
  config { user_id = %[3]q }
}

resource "terraform_data" "deployment" {
  input = %[4]q
  lifecycle {
    action_trigger {
      events = [after_create, after_update]
      actions = [
        action.auth0vault_verify_connection.it, action.auth0vault_revoke_user_access.it, action.auth0vault_send_verification_email.it,
      ]
    }
  }
}
`, client.ID, secret, user.ID, trigger))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Actions came with Terraform 1.14.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{
				Config: config("one", client.Secret),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			},
			{Config: config("two", "wrong"), ExpectError: regexp.MustCompile(`credentials were\s+refused`)},
		},
	})
	for _, path := range []string{"/users/" + user.ID + "/revoke-access", "/jobs/verification-email"} {
		if n := len(tenant.Asked("POST", path)); n != 1 {
			t.Errorf("POST %s was sent %d times, want once:\n%s", path, n, tenant.Summary())
		}
	}
}
