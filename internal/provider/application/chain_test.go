package application_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	connectionAddress = "auth0vault_connection.forms"
	userAddress       = "auth0vault_user.ada"
)

// chain is an application, a vault connection that uses it, and a user managed
// through that connection.
func chain(tenant *acctest.Tenant, applicationArguments, email string) string {
	return tenant.Config(fmt.Sprintf(`
variable "password" {
  type      = string
  ephemeral = true
}

resource "auth0vault_application" "test" {
  name    = "Forms vault"
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
  %s
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
`, applicationArguments, email))
}

var password = config.Variables{"password": config.StringVariable("correct horse battery staple 9!")}

// connected checks that the vault holds the credentials that the application has now.
func connected(tenant *acctest.Tenant) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		app, connections := only(tenant, "Forms vault"), tenant.VaultConnections()
		if len(connections) != 1 {
			return fmt.Errorf("the tenant has %d vault connections", len(connections))
		}
		if setup := connections[0].Setup; setup["client_id"] != app.ID || setup["client_secret"] != app.Secret {
			return errors.New("the vault connection has other credentials than the application")
		}
		return nil
	})
}

func TestApplicationResource_chain(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	// What was made a moment ago is not seen yet by whoever gives out tokens.
	tenant.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 2 * time.Second })
	oldSecret := ""
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		CheckDestroy: func(*terraform.State) error {
			if n := len(tenant.VaultConnections()); n > 0 {
				return fmt.Errorf("the tenant has %d vault connections", n)
			}
			if users := tenant.Users(); len(users) != 1 || users[0].Blocked == nil || !*users[0].Blocked {
				return fmt.Errorf("the user is not blocked: %+v", users)
			}
			return empty(tenant)()
		},
		Steps: []resource.TestStep{
			{
				Config: chain(tenant, `rotate_triggers = { when = "2025" }`, "ada@example.com"), ConfigVariables: password,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
					plancheck.ExpectResourceAction(connectionAddress, plancheck.ResourceActionCreate),
					plancheck.ExpectResourceAction(userAddress, plancheck.ResourceActionCreate),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					holds(tenant, "Forms vault", "create:users", "read:users", "update:users"), connected(tenant),
					statecheck.ExpectKnownValue(connectionAddress, tfjsonpath.New("granted_scopes"), set("create:users", "read:users", "update:users")),
					acctest.AtTenant(func() error {
						app := only(tenant, "Forms vault")
						oldSecret = app.Secret
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
				// A rotation reaches the connection, and the user by way of it, in the same apply.
				Config: chain(tenant, `rotate_triggers = { when = "2026" }`, "ada.lovelace@example.com"), ConfigVariables: password,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("client_secret")),
					plancheck.ExpectResourceAction(connectionAddress, plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction(userAddress, plancheck.ResourceActionUpdate),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					connected(tenant), inState(tenant, "Forms vault", true),
					stateCheck(func(state string) error {
						if strings.Contains(state, oldSecret) {
							return errors.New("the old secret is still in the state")
						}
						return nil
					}),
					statecheck.ExpectKnownValue(userAddress, tfjsonpath.New("email"), knownvalue.StringExact("ada.lovelace@example.com")),
				},
			},
			{
				// So does a secret that somebody rotated in the dashboard.
				PreConfig: func() {
					tenant.SetClientSecret(only(tenant, "Forms vault").ID, "rotated-in-the-dashboard")
				},
				Config: chain(tenant, `rotate_triggers = { when = "2026" }`, "ada.lovelace@example.com"), ConfigVariables: password,
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop,
					plancheck.ExpectResourceAction(connectionAddress, plancheck.ResourceActionUpdate),
				),
				ConfigStateChecks: []statecheck.StateCheck{connected(tenant)},
			},
		},
	})
}

func TestApplicationResource_rotation(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	var last emulator.Client
	rotated := func(want bool) statecheck.StateCheck {
		return acctest.AtTenant(func() error {
			now := only(tenant, "forms")
			defer func() { last = now }()
			switch {
			case last.ID != "" && now.ID != last.ID:
				return errors.New("it is another application")
			case (now.Secret != last.Secret) != want:
				return fmt.Errorf("the secret is another one: %t, want %t", !want, want)
			}
			return nil
		})
	}
	step := func(arguments string, rotates bool) resource.TestStep {
		return resource.TestStep{
			Config:            application(tenant, forms+"\n"+arguments),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{rotated(rotates), inState(tenant, "forms", !strings.Contains(arguments, "= false"))},
		}
	}
	first := step(`rotate_triggers = { when = "2025" }`, true) // compared with no secret at all
	first.ConfigPlanChecks = planned(plancheck.ResourceActionCreate)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			first,
			step(`rotate_triggers = { when = "2026" }`, true),
			step(``, false),
			step(`rotate_triggers = { when = "2026" }`, true),
			// Without the secret in the state it is rotated all the same, and is not in the state for it.
			step("rotate_triggers = { when = \"2027\" }\nstore_client_secret = false", true),
			step("rotate_triggers = { when = \"2028\" }\nstore_client_secret = false", true),
			step(`rotate_triggers = { when = "2029" }`, true),
		},
	})
	if n := len(tenant.Asked(http.MethodPost, "/clients/")); n != 5 {
		t.Errorf("%d rotations were asked for, want 5", n)
	}
}

func TestApplicationResource_storeClientSecret(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	with, without := application(tenant, forms), application(tenant, forms+"\nstore_client_secret = false")
	secretless := planCheck(func(plan string) error {
		for _, client := range tenant.Clients() {
			if client.Name == "forms" && strings.Contains(plan, client.Secret) {
				return errors.New("the plan holds the secret")
			}
		}
		return nil
	})
	refresh := []string{"GET clients/*", "GET client-grants"}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: without,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, tfjsonpath.New("client_secret"), knownvalue.Null())},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), secretless},
				},
				ConfigStateChecks: []statecheck.StateCheck{inState(tenant, "forms", false), value("client_secret", knownvalue.Null())},
			},
			{
				// From now on it is kept: it is read once.
				PreConfig:         tenant.ForgetRequests,
				Config:            with,
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate, plancheck.ExpectUnknownValue(address, tfjsonpath.New("client_secret"))),
				ConfigStateChecks: []statecheck.StateCheck{expectRequests(tenant, append(refresh, "GET clients/*")...), inState(tenant, "forms", true)},
			},
			{
				// No longer: nothing is asked for that.
				PreConfig:         tenant.ForgetRequests,
				Config:            without,
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate, plancheck.ExpectKnownValue(address, tfjsonpath.New("client_secret"), knownvalue.Null())),
				ConfigStateChecks: []statecheck.StateCheck{expectRequests(tenant, refresh...), inState(tenant, "forms", false)},
			},
			{
				// Auth0 does not show it to everybody.
				PreConfig: func() {
					tenant.Grant(tenant.Own.ID, slices.DeleteFunc(slices.Clone(acctest.ProviderScopes), func(s string) bool { return s == "read:client_keys" })...)
				},
				Config:      with,
				ExpectError: regexp.MustCompile(`(?s)does not\s+show\s+the\s+secret.*scope\s+read:client_keys`),
			},
			{
				// A new one is shown to whoever made it.
				Config:            application(tenant, forms+"\nrotate_triggers = { shown = \"once\" }"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{inState(tenant, "forms", true)},
			},
		},
	})
}
