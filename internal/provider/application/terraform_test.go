package application_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	address           = "auth0vault_application.test"
	connectionAddress = "auth0vault_connection.forms"
	userAddress       = "auth0vault_user.ada"
)

// chain is an application, a vault connection that uses it, and a user managed
// through that connection.
func chain(tenant *acctest.Tenant, year, email string) string {
	return tenant.Config(fmt.Sprintf(`
variable "password" {
  type      = string
  ephemeral = true
}

resource "auth0vault_application" "test" {
  name            = "Forms vault"
  actions         = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
  rotate_triggers = { when = %q }
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "TENANT"
  client_id     = auth0vault_application.test.client_id
  client_secret = auth0vault_application.test.client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "ada" {
  vault_connection = auth0vault_connection.forms
  connection_name  = "Username-Password-Authentication"
  email            = %q
  password_wo      = var.password
  user_metadata    = jsonencode({ plan = "gold" })
  on_destroy       = "block"
}
`, year, email))
}

// planned expects an action for each resource of the chain before the apply, and an empty plan after it.
func planned(application, connection, user plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply: append(more,
			plancheck.ExpectResourceAction(address, application),
			plancheck.ExpectResourceAction(connectionAddress, connection),
			plancheck.ExpectResourceAction(userAddress, user),
		),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// Terraform creates, rotates and destroys what depends on one another in the same apply.
func TestApplicationResource_chain(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	// What was made a moment ago is not seen yet by whoever gives out tokens.
	tenant.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 500 * time.Millisecond })
	password := config.Variables{"password": config.StringVariable("correct horse battery staple 9!")}
	scopes := []string{"create:users", "read:users", "update:users"}
	var app emulator.Client
	// connected checks that the vault and the state hold the credentials that the application has now.
	connected := func() error {
		app = expectHolds(t, tenant, "Forms vault", scopes...)
		if held := tenant.VaultConnections(); len(held) != 1 || held[0].Setup["client_id"] != app.ID ||
			held[0].Setup["client_secret"] != app.Secret {
			return fmt.Errorf("the vault holds other credentials than the application: %+v", held)
		}
		return nil
	}
	secret := func() statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New("client_secret"), knownvalue.StringFunc(func(got string) error {
			if got != app.Secret {
				return fmt.Errorf("the secret is not the tenant's")
			}
			return nil
		}))
	}
	later := chain(tenant, "2026", "ada.lovelace@example.com")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: chain(tenant, "2025", "ada@example.com"), ConfigVariables: password,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.AtTenant(connected), secret(),
					statecheck.ExpectSensitiveValue(address, tfjsonpath.New("client_secret")),
					statecheck.ExpectKnownValue(connectionAddress, tfjsonpath.New("granted_scopes"), knownvalue.SetSizeExact(len(scopes))),
					acctest.AtTenant(func() error {
						for _, r := range tenant.Asked("", "/users") {
							if r.ClientID != app.ID {
								return fmt.Errorf("%s %s was sent by the client %s", r.Method, r.Path, r.ClientID)
							}
						}
						return nil
					}),
				},
			},
			{
				// A rotation reaches the connection, and the user by way of it.
				Config: later, ConfigVariables: password,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate,
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("client_secret"))),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.AtTenant(func() error {
						old := app.Secret
						if err := connected(); err != nil || app.Secret == old {
							return fmt.Errorf("the secret was not rotated: %w", err)
						}
						return nil
					}),
					secret(),
					statecheck.ExpectKnownValue(userAddress, tfjsonpath.New("email"), knownvalue.StringExact("ada.lovelace@example.com")),
				},
			},
			{
				// So does a secret that was rotated in the dashboard.
				PreConfig: func() { tenant.SetClientSecret(app.ID, "rotated-in-the-dashboard") },
				Config:    later, ConfigVariables: password,
				ConfigPlanChecks:  planned(plancheck.ResourceActionNoop, plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(connected), secret()},
			},
		},
	})
	expectNothing(t, tenant)
	if users := tenant.Users(); len(tenant.VaultConnections()) > 0 || len(users) != 1 || users[0].Blocked == nil || !*users[0].Blocked {
		t.Errorf("the tenant holds the vault connections %+v and the users %+v", tenant.VaultConnections(), users)
	}
}

// Terraform itself plans without what is ignored, and the apply sends nothing of it.
func TestApplicationResource_ignoreChanges(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(name, ignored string) string {
		return tenant.Config(fmt.Sprintf(`
resource "auth0vault_application" "test" {
  name            = %q
  description     = %[2]q
  scopes          = [%[2]q]
  rotate_triggers = { when = %[2]q }

  lifecycle { ignore_changes = [description, scopes, rotate_triggers] }
}
`, name, ignored))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config("forms", "read:users")},
			{
				PreConfig: tenant.ForgetRequests,
				Config:    config("renamed", "read:clients"),
				ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(func() error {
					expectWrites(t, tenant, `PATCH clients/* {"name":"renamed"}`)
					expectHolds(t, tenant, "renamed", "read:users")
					return nil
				})},
			},
		},
	})
}
