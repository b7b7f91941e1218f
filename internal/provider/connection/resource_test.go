package connection_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
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

// vaultPath is where connections are written, below /api/v2.
const vaultPath = "/flows/vault/connections"

func has(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(more, plancheck.ExpectResourceAction(address, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// stored returns the one connection that the tenant holds.
func stored(tenant *acctest.Tenant) (emulator.VaultConnection, error) {
	all := tenant.VaultConnections()
	if len(all) != 1 {
		return emulator.VaultConnection{}, fmt.Errorf("the tenant holds %d connections, want 1", len(all))
	}
	return all[0], nil
}

// holds checks name and setup of the one connection that the tenant holds.
func holds(tenant *acctest.Tenant, name string, setup map[string]any) statecheck.StateCheck {
	return acctest.AtTenant(func() error { return checkStored(tenant, name, setup) })
}

func checkStored(tenant *acctest.Tenant, name string, setup map[string]any) error {
	c, err := stored(tenant)
	if err != nil {
		return err
	}
	if c.Name != name {
		return fmt.Errorf("the tenant holds the name %q, want %q", c.Name, name)
	}
	if got, want := fmt.Sprint(c.Setup), fmt.Sprint(setup); got != want {
		return fmt.Errorf("the tenant holds the setup %s, want %s", got, want)
	}
	return nil
}

// setupOf is the setup that a client's connection has by default.
func setupOf(tenant *acctest.Tenant, clientID, secret string) map[string]any {
	return map[string]any{
		"type": "OAUTH_APP", "domain": tenant.Domain(), "client_id": clientID, "client_secret": secret,
		"audience": tenant.Audience(),
	}
}

// writes returns the keys of the bodies that were written since the log was last forgotten.
func writes(tenant *acctest.Tenant) []string {
	var out []string
	for _, r := range tenant.Asked("", vaultPath) {
		if r.Method == "GET" {
			continue
		}
		var body map[string]any
		_ = json.Unmarshal(r.RequestBody, &body)
		line := r.Method
		for _, key := range []string{"app_id", "name", "setup"} {
			if _, ok := body[key]; ok {
				line += " " + key
			}
		}
		out = append(out, fmt.Sprintf("%s %d", line, r.Status))
	}
	return out
}

func wrote(tenant *acctest.Tenant, want ...string) error {
	if got := writes(tenant); strings.Join(got, "; ") != strings.Join(want, "; ") {
		return fmt.Errorf("the tenant was written %q, want %q\n%s", got, want, tenant.Summary())
	}
	return nil
}

// onlyWrote checks what was written since the log was last forgotten.
func onlyWrote(tenant *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error { return wrote(tenant, want...) })
}

// hcl is the configuration of the one resource.
func hcl(tenant *acctest.Tenant, lines ...string) string {
	return tenant.Config("resource \"auth0vault_connection\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n")
}

func quoted(name, v string) string { return fmt.Sprintf("%s = %q", name, v) }

// detail matches words in an error although Terraform breaks its lines.
func detail(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(words)), `[\s│╷╵]+`))
}

func TestConnectionResource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "create:users")
	other := tenant.Client("other", "read:users", "update:users", "read:roles")
	tenant.Configure(func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true })
	minimal := []string{
		quoted("name", "forms"), quoted("domain", tenant.Domain()), quoted("client_id", client.ID), quoted("client_secret", client.Secret),
	}
	sameID := statecheck.CompareValue(compare.ValuesSame())
	id := func() statecheck.StateCheck { return sameID.AddStateValue(address, tfjsonpath.New("id")) }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: hcl(tenant, minimal...),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
					plancheck.ExpectKnownValue(address, tfjsonpath.New("audience"), knownvalue.StringExact(tenant.Audience()))),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					has("name", knownvalue.StringExact("forms")),
					has("audience", knownvalue.StringExact(tenant.Audience())),
					has("verify_credentials", knownvalue.Bool(true)),
					has("ready", knownvalue.Bool(true)),
					has("account_name", knownvalue.StringExact(tenant.Domain())),
					has("fingerprint", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{32}$`))),
					has("created_at", knownvalue.NotNull()),
					has("updated_at", knownvalue.NotNull()),
					has("refreshed_at", knownvalue.NotNull()),
					has("actions", knownvalue.Null()),
					has("required_scopes", knownvalue.Null()),
					has("granted_scopes", knownvalue.SetExact([]knownvalue.Check{
						knownvalue.StringExact("read:users"), knownvalue.StringExact("create:users"),
					})),
					holds(tenant, "forms", setupOf(tenant, client.ID, client.Secret)),
					onlyWrote(tenant, "POST app_id name setup 201"),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				// The setup, and what is measured with it, is shown by nobody.
				ImportStateVerifyIgnore: []string{"domain", "client_id", "client_secret", "audience", "granted_scopes", "verify_credentials"},
			},
			{
				ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
				ExpectNonEmptyPlan: true, // the setup is sent once
				ImportPlanChecks: resource.ImportPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
				},
			},
			{
				PreConfig: tenant.ForgetRequests,
				Config: hcl(tenant, quoted("name", "renamed"), quoted("domain", tenant.Domain()), quoted("client_id", other.ID),
					quoted("client_secret", other.Secret), quoted("audience", tenant.Audience()), `actions = ["GET_USER", "UPDATE_USER"]`,
					`required_scopes = ["read:roles"]`, `reconnect_triggers = { scopes = "1" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					has("granted_scopes", knownvalue.SetSizeExact(3)),
					holds(tenant, "renamed", setupOf(tenant, other.ID, other.Secret)),
					onlyWrote(tenant, "PATCH name setup 200"),
				},
			},
			{
				Config:            hcl(tenant, minimal...),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{id(), holds(tenant, "forms", setupOf(tenant, client.ID, client.Secret))},
			},
			{
				// Gone at refresh: created again.
				PreConfig: func() {
					tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
				},
				Config:            hcl(tenant, minimal...),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", setupOf(tenant, client.ID, client.Secret))},
			},
		},
	})
	if left := tenant.VaultConnections(); len(left) > 0 {
		t.Errorf("the destroy left %d connections", len(left))
	}
}

// What is deleted between refresh and update is an error; Terraform keeps the prior state.
func TestConnectionResource_goneAtUpdate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := minimalConfig(tenant, tenant.Client("forms", "read:users"))
	r := newRun(t, tenant)
	created := r.Apply(nil, config)
	tenant.DeleteVaultConnection(get(t, created.State, "id").(string))
	left, diags := r.Fail(created, config.With(acctest.Attributes{"name": "renamed"}))
	acctest.ExpectError(t, diags, "", "Unable to update vault connection", "no longer exists", "plan again")
	if !left.State.Equal(created.State) {
		t.Errorf("left %v", left.State)
	}
}

// Everything that the facts leave open about an answer must be quiet.
func TestConnectionResource_readings(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"strict":                     func(*emulator.Behavior) {},
		"created with 200":           func(b *emulator.Behavior) { b.CreatedStatus = 200 },
		"created with 201":           func(b *emulator.Behavior) { b.CreatedStatus = 201 },
		"account name is masked":     func(b *emulator.Behavior) { b.AccountName = emulator.AccountNameMask },
		"account name is absent":     func(b *emulator.Behavior) { b.AccountName = emulator.AccountNameAbsent },
		"refreshed with the setup":   func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true },
		"setups are merged":          func(b *emulator.Behavior) { b.SetupMerges = true },
		"the server checks too":      func(b *emulator.Behavior) { b.ChecksCredentials = true },
		"pages of 50":                func(b *emulator.Behavior) { b.MaxPerPage = 50 },
		"oldest first":               func(b *emulator.Behavior) { b.OldestFirst = true },
		"plain bodies":               func(b *emulator.Behavior) { b.NoGzip = true },
		"ids of any form":            func(b *emulator.Behavior) { b.AnyID = true },
		"renewals move one date":     func(b *emulator.Behavior) { b.RenewalKeepsUpdatedAt = true },
		"one authentication method":  func(b *emulator.Behavior) { b.StrictAuthMethod = true },
		"token requests need a goal": func(b *emulator.Behavior) { b.AudienceRequired = true },
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			tenant.Configure(behavior)
			config := minimalConfig(tenant, tenant.Client("forms", "read:users"))
			created := newRun(t, tenant).Apply(nil, config)
			expectEmptyPlan(t, tenant, created, config)

			renamed := config.With(acctest.Attributes{"name": "renamed"})
			r := newRun(t, tenant)
			created = r.Apply(r.Read(created), renamed)
			expectEmptyPlan(t, tenant, created, renamed)

			second := tenant.Client("second", "read:users")
			changed := renamed.With(acctest.Attributes{"client_id": second.ID, "client_secret": second.Secret})
			r = newRun(t, tenant)
			created = r.Apply(r.Read(created), changed)
			expectEmptyPlan(t, tenant, created, changed)

			if err := checkStored(tenant, "renamed", setupOf(tenant, second.ID, second.Secret)); err != nil {
				t.Error(err)
			}
			r = newRun(t, tenant)
			acctest.MustSucceed(t, r.Destroy(r.Read(created)))
			if len(tenant.VaultConnections()) > 0 {
				t.Error("the connection is still there")
			}
		})
	}
}

// minimalConfig is a connection with a client, and what is true by default.
func minimalConfig(tenant *acctest.Tenant, client emulator.Client) acctest.Attributes {
	return acctest.Attributes{
		"name": "forms", "domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret,
	}
}

// What is gone at a refresh leaves the state, with a warning that says how that was found out.
func TestConnectionResource_goneAtRefresh(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig(tenant, tenant.Client("forms")))
	tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
	left, diags := newRun(t, tenant).TryRead(created)
	if left != nil {
		t.Errorf("left %v", left)
	}
	acctest.ExpectWarning(t, diags, "", "was deleted outside of Terraform", get(t, created.State, "id").(string), "404", "Connection not found")
}

func TestConnectionResource_replacedByAnotherApp(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig(tenant, tenant.Client("forms")))
	tenant.EditVaultConnection(tenant.VaultConnections()[0].ID, func(c *emulator.VaultConnection) { c.AppID = "HTTP" })
	_, diags := newRun(t, tenant).TryRead(created)
	acctest.ExpectError(t, diags, "", "Not a vault connection for Auth0", "for the app HTTP")
}

// Identity is set by create, update and read, also by the read that finds nothing.
func TestConnectionResource_identity(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms")
	config := minimalConfig(tenant, client)
	r := newRun(t, tenant)
	check := func(when string, o *acctest.Object) {
		t.Helper()
		if o.Identity == nil {
			t.Fatalf("%s set no identity", when)
		}
		identity := r.Identified(o.Identity)
		if id, domain := identity["id"], identity["domain"]; id != get(t, o.State, "id") || domain != tenant.Domain() {
			t.Errorf("%s set the identity %v at %v", when, id, domain)
		}
	}
	created := r.Apply(nil, config)
	check("create", created)

	// A Terraform that knows no identities brings none along.
	forgotten := *created
	forgotten.Identity = nil
	check("read", r.Read(&forgotten))
	check("read with identity", r.Read(created))
	renamed := config.With(acctest.Attributes{"name": "renamed"})
	check("update", r.Apply(&forgotten, renamed))
	tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
	_, diags := newRun(t, tenant).TryRead(&forgotten) // fails itself without an identity
	acctest.MustSucceed(t, diags)
}
