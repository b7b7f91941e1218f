package application_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestApplicationResource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	sameGrant := statecheck.CompareValue(compare.ValuesSame())
	sameSecret := statecheck.CompareValue(compare.ValuesSame())
	// same is for one step: a comparison takes the values of its steps in turn.
	same := func(more ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(more,
			sameID.AddStateValue(address, tfjsonpath.New("client_id")),
			sameGrant.AddStateValue(address, tfjsonpath.New("grant_id")),
			sameSecret.AddStateValue(address, tfjsonpath.New("client_secret")),
			inState(tenant, "forms", true),
		)
	}
	const minimal = `
  name    = "forms"
  actions = ["GET_USER", "CREATE_USER"]`
	minimalChecks := []statecheck.StateCheck{
		holds(tenant, "forms", "create:users", "read:users"),
		value("description", knownvalue.Null()),
		value("audience", knownvalue.StringExact(tenant.Audience())),
		value("store_client_secret", knownvalue.Bool(true)),
		value("granted_scopes", set("create:users", "read:users")),
		value("app_type", knownvalue.StringExact("non_interactive")),
		value("grant_types", set("client_credentials")),
		value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_post")),
		statecheck.CompareValuePairs(address, tfjsonpath.New("id"), address, tfjsonpath.New("client_id"), compare.ValuesSame()),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("client_secret")),
	}
	full := `
  name        = "forms"
  description = "For forms & flows"
  actions     = ["UPDATE_USER"]
  scopes      = ["read:organizations", "update:users"]
  audience    = "` + tenant.Audience() + `"`

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		CheckDestroy:             func(*terraform.State) error { return empty(tenant)() },
		Steps: []resource.TestStep{
			{
				Config: application(tenant, minimal),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
					// What depends on the scopes is known before anything is made.
					plancheck.ExpectKnownValue(address, tfjsonpath.New("granted_scopes"), set("create:users", "read:users")),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("audience"), knownvalue.StringExact(tenant.Audience())),
				),
				ConfigStateChecks: same(append(slices.Clone(minimalChecks), expectRequests(tenant, "POST clients", "POST client-grants"))...),
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"client_secret", "store_client_secret"},
			},
			{
				Config:            application(tenant, full),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: same(holds(tenant, "forms", "read:organizations", "update:users"), value("description", knownvalue.StringExact("For forms & flows"))),
			},
			{
				Config:            application(tenant, minimal),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: same(minimalChecks...),
			},
		},
	})
}

func TestApplicationResource_oneRequestPerChange(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(name, description, scopes string) string {
		return application(tenant, fmt.Sprintf("name = %q\ndescription = %q\nscopes = %s", name, description, scopes))
	}
	refresh := []string{"GET clients/*", "GET client-grants"}
	step := func(config string, want ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         tenant.ForgetRequests,
			Config:            config,
			ConfigStateChecks: []statecheck.StateCheck{expectRequests(tenant, append(want, refresh...)...)},
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config("a", "x", `["read:users"]`)},
			step(config("b", "x", `["read:users"]`), "PATCH clients/*"),
			step(config("b", "y", `["read:users"]`), "PATCH clients/*"),
			step(config("b", "y", `["read:clients"]`), "PATCH client-grants/*"),
			step(config("c", "z", `[]`), "PATCH clients/*", "PATCH client-grants/*"),
		},
	})
}

func TestApplicationResource_readsOfMany(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := tenant.Config(`
resource "auth0vault_application" "test" {
  count   = 12
  name    = "app ${count.index}"
  actions = ["GET_USER"]
}`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: tenant.ForgetRequests,
				Config:    config, PlanOnly: true,
			},
			{
				PreConfig: func() {
					lists := len(tenant.Asked("GET", "/client-grants"))
					// The step before has planned more than once, with a provider of its own each time.
					if reads := len(tenant.Asked("GET", "/clients/")); lists*12 != reads || lists == 0 {
						t.Errorf("%d reads of applications and %d lists of grants, want one list for each twelve", reads, lists)
					}
				},
				Config: config, PlanOnly: true,
			},
		},
	})
}

func TestApplicationResource_scopes(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.AddAPI(emulator.API{Identifier: "https://orders.example.com/", Scopes: []string{"read:orders"}})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				// Nothing at all, said in so many words.
				Config:            application(tenant, "name = \"forms\"\nscopes = []"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms"), value("granted_scopes", set())},
			},
			{
				// The same scope by either name, or both, is granted once.
				Config:            application(tenant, "name = \"forms\"\nscopes = [\"read:users\"]\nactions = [\"GET_USER\"]"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")},
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            application(tenant, "name = \"forms\"\nactions = [\"GET_USER\"]"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users"), expectRequests(tenant, "GET clients/*", "GET client-grants")},
			},
			{
				// Another API: the grant for the old one is gone.
				Config:           application(tenant, "name = \"forms\"\nscopes = [\"read:orders\"]\naudience = \"https://orders.example.com/\""),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plancheck.ExpectUnknownValue(address, tfjsonpath.New("grant_id"))),
				ConfigStateChecks: []statecheck.StateCheck{acctest.AtTenant(func() error {
					_, grants, err := stored(tenant, "forms")
					if err == nil && (len(grants) != 1 || grants[0].Audience != "https://orders.example.com/") {
						err = fmt.Errorf("the tenant holds %+v", grants)
					}
					return err
				})},
			},
			{
				// Without the argument it is the provider's audience again.
				Config:            application(tenant, "name = \"forms\"\nactions = [\"GET_USER\"]"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")},
			},
			{
				Config:      application(tenant, "name = \"forms\"\nactions = [\"GET_USER\"]\naudience = \"https://nowhere.example.com/\""),
				ExpectError: regexp.MustCompile(`(?s)audience = "https://nowhere.*no API with the\s+identifier "https://nowhere`),
			},
			{
				// The failure came after the old grant was deleted: the next apply goes on from there.
				Config:            application(tenant, "name = \"forms\"\nactions = [\"GET_USER\"]"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")},
			},
		},
	})
}

func TestApplicationResource_valuesKnownLater(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(scope, audience string) string {
		return tenant.Config(fmt.Sprintf(`
resource "terraform_data" "later" {
  input = { scope = %q, audience = %q, store = true, name = "forms" }
}
resource "auth0vault_application" "test" {
  name                = terraform_data.later.output.name
  scopes              = [terraform_data.later.output.scope]
  audience            = terraform_data.later.output.audience
  store_client_secret = terraform_data.later.output.store
  rotate_triggers     = { scope = terraform_data.later.output.scope }
}`, scope, audience))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config("read:users", tenant.Audience()),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate, plancheck.ExpectUnknownValue(address, tfjsonpath.New("granted_scopes"))),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users"), inState(tenant, "forms", true)},
			},
			{
				Config: config("update:users", tenant.Audience()),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plancheck.ExpectUnknownValue(address, tfjsonpath.New("granted_scopes")),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("client_secret"))),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "update:users"), inState(tenant, "forms", true)},
			},
		},
	})
}

func TestApplicationResource_disappears(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	var before emulator.Client
	steps := []resource.TestStep{{Config: application(tenant, forms)}}
	for _, test := range []outside{
		{
			"the application",
			func(c emulator.Client) { tenant.DeleteClient(c.ID) },
			plancheck.ResourceActionCreate, nil,
		},
		{
			"its grant",
			func(c emulator.Client) { tenant.Revoke(c.ID) },
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{"granted_scopes": set("read:users")},
		},
		{
			"a scope",
			func(c emulator.Client) { tenant.Grant(c.ID) },
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{"granted_scopes": set("read:users")},
		},
		{
			"least privilege",
			func(c emulator.Client) { tenant.Grant(c.ID, "read:users", "delete:users") },
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{"granted_scopes": set("read:users")},
		},
		{
			"the kind of application",
			func(c emulator.Client) {
				tenant.EditClient(c.ID, func(c *emulator.Client) {
					c.AppType, c.GrantTypes, c.TokenEndpointAuthMethod = "spa", []string{"implicit"}, "none"
				})
			},
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{
				"app_type": knownvalue.StringExact("non_interactive"), "grant_types": set("client_credentials"),
				"token_endpoint_auth_method": knownvalue.StringExact("client_secret_post"),
			},
		},
		{
			"its secret, for a key",
			func(c emulator.Client) {
				tenant.EditClient(c.ID, func(c *emulator.Client) {
					c.TokenEndpointAuthMethod = ""
					c.Settings["client_authentication_methods"] = map[string]any{"private_key_jwt": map[string]any{}}
				})
			},
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{"token_endpoint_auth_method": knownvalue.StringExact("client_secret_post")},
		},
		{
			"its name",
			func(c emulator.Client) { tenant.EditClient(c.ID, func(c *emulator.Client) { c.Name = "renamed" }) },
			plancheck.ResourceActionUpdate, map[string]knownvalue.Check{"name": knownvalue.StringExact("forms")},
		},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				before = only(tenant, "forms")
				test.outside(before)
			},
			Config:           application(tenant, forms),
			ConfigPlanChecks: planned(test.action, test.shows()...),
			ConfigStateChecks: []statecheck.StateCheck{
				holds(tenant, "forms", "read:users"), inState(tenant, "forms", true),
				acctest.AtTenant(func() error {
					after := only(tenant, "forms")
					if same := after.ID == before.ID; same != (test.action == plancheck.ResourceActionUpdate) {
						return fmt.Errorf("%s: it is the same application: %t", test.what, same)
					}
					return nil
				}),
			},
		})
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		CheckDestroy:             func(*terraform.State) error { return empty(tenant)() },
		Steps:                    steps,
	})
}

// outside is something that is done to an application outside of Terraform.
type outside struct {
	what    string
	outside func(emulator.Client)
	action  plancheck.ResourceActionType
	// shown are the attributes that the plan changes, as they are planned.
	shown map[string]knownvalue.Check
}

func (o outside) shows() (checks []plancheck.PlanCheck) {
	for attribute, check := range o.shown {
		checks = append(checks, plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
	}
	return checks
}

func TestApplicationResource_import(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	app := tenant.AddClient(emulator.Client{Name: "by hand", TokenEndpointAuthMethod: "client_secret_post", Settings: map[string]any{"description": "made by hand"}})
	tenant.Grant(app.ID, "read:users", "read:organizations")
	for range 2 {
		tenant.AddClient(emulator.Client{Name: "twice"})
	}
	spa := tenant.AddClient(emulator.Client{Name: "spa", AppType: "spa"})
	config := func(more string) string {
		return application(tenant, `
  name        = "by hand"
  description = "made by hand"
  actions     = ["GET_USER"]
  scopes      = ["read:organizations"]
  `+more)
	}
	attempt := func(id, message string) resource.TestStep {
		return resource.TestStep{
			Config: config(""), ResourceName: address, ImportState: true, ImportStateId: id,
			ExpectError: regexp.MustCompile(message),
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			attempt("name:twice", `(?s)several applications are named "twice":.*import by client ID`),
			attempt("name:nobody", `No machine-to-machine application is named "nobody"`),
			attempt("name:spa", `No machine-to-machine application is named "spa"`),
			attempt(spa.ID, `(?s)Not a machine-to-machine application.*has the\s+type\s+"spa"`),
			attempt("unknown", `Cannot import non-existent remote object`),
			{
				// The secret does not get into the state before the configuration says so.
				Config: config("store_client_secret = false"), ResourceName: address, ImportState: true, ImportStateId: "name:by hand", ImportStatePersist: true,
			},
			{
				Config:            config("store_client_secret = false"),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				ConfigStateChecks: []statecheck.StateCheck{inState(tenant, "by hand", false)},
			},
			{
				Config:            config(""),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{inState(tenant, "by hand", true), holds(tenant, "by hand", "read:organizations", "read:users")},
			},
		},
	})
}

// The application and the grant are as they were found, whatever the first configuration says of triggers.
func TestApplicationResource_importDoesNotRotate(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	app := tenant.AddClient(emulator.Client{Name: "by hand", TokenEndpointAuthMethod: "client_secret_post"})
	tenant.Grant(app.ID, "read:users")
	const bare = "name = \"by hand\"\nactions = [\"GET_USER\"]\n"
	last := app.Secret
	step := func(arguments string, rotates bool) resource.TestStep {
		return resource.TestStep{
			Config:           application(tenant, bare+arguments),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				inState(tenant, "by hand", true),
				acctest.AtTenant(func() error {
					now := only(tenant, "by hand").Secret
					defer func() { last = now }()
					if rotated := now != last; rotated != rotates {
						return fmt.Errorf("the secret was rotated: %t, want %t", rotated, rotates)
					}
					return nil
				}),
			},
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: application(tenant, bare), ResourceName: address, ImportState: true, ImportStateId: app.ID, ImportStatePersist: true},
			step(`rotate_triggers = { when = "2025" }`, false),
			step(`rotate_triggers = { when = "2026" }`, true),
			step(``, false),
			step(`rotate_triggers = { when = "2026" }`, true), // the import is long over
		},
	})
}

func TestApplicationResource_importByIdentity(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := application(tenant, "name = \"forms\"\nactions = [\"GET_USER\"]\nstore_client_secret = false")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)}, // which brought identities
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
					statecheck.ExpectIdentityValue(address, tfjsonpath.New("domain"), knownvalue.StringExact(tenant.Domain())),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Terraform itself plans without what is ignored, and the apply sends nothing of it.
func TestApplicationResource_ignoreChanges(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	config := func(name, ignored string) string {
		return application(tenant, fmt.Sprintf(`
  name            = %q
  description     = %[2]q
  scopes          = [%[2]q]
  rotate_triggers = { when = %[2]q }

  lifecycle { ignore_changes = [description, scopes, rotate_triggers] }`, name, ignored))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config("forms", "read:users")},
			{
				Config:           config("forms", "read:clients"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            config("renamed", "read:clients"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectRequests(tenant, "GET clients/*", "GET client-grants", "PATCH clients/*"), holds(tenant, "renamed", "read:users")},
			},
		},
	})
}
