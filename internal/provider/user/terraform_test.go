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
				Config:           tenant.Config(block(minimal)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Has(address, "id", knownvalue.StringRegexp(regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`))),
					acctest.Has(address, "name", knownvalue.StringExact("ada@example.com")), acctest.Has(address, "given_name", knownvalue.Null()), acctest.Has(address, "password_wo", knownvalue.Null()),
					sent(tenant, post(`,"username":"ada"`)...),
				},
			},
			imported,
			{PreConfig: tenant.ForgetRequests, Config: tenant.Config(block(minimal, rest)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
			imported,
			{
				Config: tenant.Config(block(minimal, `user_id = "ada-1"`)), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Has(address, "id", knownvalue.StringExact("auth0|ada-1"))},
			},
		},
	})
	if left := tenant.Users(); len(left) > 0 {
		t.Errorf("the destroy left %d users", len(left))
	}
}

// Ephemeral secrets of the user and of its vault connection, with ignore_changes: what
// Terraform sends to an apply has the ignored values.
func TestUserResource_writeOnlyWithTerraform(t *testing.T) {
	t.Parallel()
	tenant, folder := acctest.NewInProcess(t), t.TempDir()
	client := tenant.Client("forms", userScopes...)
	next := "the-next-secret-0123456789"
	secrets := []string{strong, second, third, client.Secret, next}
	step := func(password, secret string, action plancheck.ResourceActionType, want []string, lines ...string) resource.TestStep {
		text := fmt.Sprintf(`
variable "password" {
  type      = string
  ephemeral = true
}

variable "secret" {
  type      = string
  ephemeral = true
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "TENANT"
  client_id        = %q
  client_secret_wo = var.secret
}
`, client.ID) + block(append(lines, `email = "ada@example.com"`,
			"password_wo = var.password", "vault_connection = auth0vault_connection.forms")...)
		return resource.TestStep{
			PreConfig: func() {
				tenant.SetClientSecret(client.ID, secret)
				tenant.ForgetRequests()
			},
			Config:           tenant.Config(text, fmt.Sprintf("connection_secrets = { %q = var.secret }", client.ID)),
			ConfigVariables:  config.Variables{"password": config.StringVariable(password), "secret": config.StringVariable(secret)},
			ConfigPlanChecks: acctest.Planned(address, action, acctest.NotInPlan(secrets...)),
			ConfigStateChecks: []statecheck.StateCheck{
				sent(tenant, want...), acctest.NotInState(secrets...),
				acctest.AtTenant(func() error { expectRequestsBy(t, tenant, client.ID); return acctest.NotInFolder(folder, secrets...) }),
			},
		}
	}
	const ignored = "lifecycle {\n    ignore_changes = [password_wo, user_metadata]\n  }"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(), WorkingDir: folder,
		Steps: []resource.TestStep{
			step(strong, client.Secret, plancheck.ResourceActionCreate, post("")),
			step(second, client.Secret, plancheck.ResourceActionUpdate, patch(`{"password":"`+second+`"}`)),
			// A rotation is the vault connection's: the user finds the new secret in connection_secrets.
			step(second, next, plancheck.ResourceActionNoop, nil),
			step(third, next, plancheck.ResourceActionNoop, nil, ignored, `user_metadata = jsonencode({ plan = "tin" })`),
			step(third, next, plancheck.ResourceActionUpdate, patch(`{"name":"Countess"}`), ignored,
				`user_metadata = jsonencode({ plan = "tin" })`, `name = "Countess"`),
		},
	})
	for _, r := range tenant.Asked("", "/flows") {
		if r.ClientID != tenant.Own.ID {
			t.Errorf("%s %s carried the token of %q", r.Method, r.Path, r.ClientID)
		}
	}
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
