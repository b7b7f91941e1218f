package user_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
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

const (
	address = typeName + ".test"
	// usersPath is where users are written, below /api/v2.
	usersPath = "/users"
	// strong meets the password policy of every tenant's first database.
	strong = "Correct-horse-7"
)

func has(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(more, plancheck.ExpectResourceAction(address, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// stored returns the one user that the tenant holds.
func stored(tenant *acctest.Tenant) (emulator.User, error) {
	all := tenant.Users()
	if len(all) != 1 {
		return emulator.User{}, fmt.Errorf("the tenant holds %d users, want 1", len(all))
	}
	return all[0], nil
}

// mustStore returns the one user that the tenant holds.
func mustStore(t *testing.T, tenant *acctest.Tenant) emulator.User {
	t.Helper()
	user, err := stored(tenant)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// holds checks the one user that the tenant holds. The function says what is wrong with it.
func holds(tenant *acctest.Tenant, wrong func(emulator.User) string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		user, err := stored(tenant)
		if err != nil {
			return err
		}
		if problem := wrong(user); problem != "" {
			return errors.New("the user at the tenant: " + problem)
		}
		return nil
	})
}

// writes returns the writes of users since the log was last forgotten: method,
// body with its keys in order, and status.
func writes(tenant *acctest.Tenant) []string {
	var out []string
	for _, r := range tenant.Asked("", usersPath) {
		if r.Method != "GET" {
			out = append(out, strings.Join(strings.Fields(fmt.Sprint(r.Method, " ", ordered(r.RequestBody), " ", r.Status)), " "))
		}
	}
	return out
}

// ordered brings the keys of a JSON text in order.
func ordered(text []byte) string {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return string(text)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
	return strings.TrimSpace(out.String())
}

func wrote(tenant *acctest.Tenant, want ...string) error {
	if got := writes(tenant); strings.Join(got, "\n") != strings.Join(want, "\n") {
		return fmt.Errorf("the tenant was written\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	return nil
}

// onlyWrote checks what was written since the log was last forgotten.
func onlyWrote(tenant *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error { return wrote(tenant, want...) })
}

// mustHaveWritten checks what was written since the log was last forgotten, and forgets it.
func mustHaveWritten(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	if err := wrote(tenant, want...); err != nil {
		t.Error(err)
	}
	tenant.ForgetRequests()
}

// hcl is the configuration of the one resource.
func hcl(tenant *acctest.Tenant, lines ...string) string {
	return tenant.Config(block(lines...))
}

func block(lines ...string) string {
	return "resource \"auth0vault_user\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

func quoted(name, v string) string { return fmt.Sprintf("%s = %q", name, v) }

// detail matches words in an error although Terraform breaks its lines.
func detail(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(words)), `[\s│╷╵]+`))
}

// ada is a configuration with the least that a database user needs.
func ada() attributes {
	return attributes{"email": "ada@example.com", "password_wo": strong}
}

// From the least to everything and back, with Terraform.
func TestUserResource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	minimal := []string{quoted("email", "ada@example.com"), quoted("password_wo", strong)}
	full := append([]string{
		`email_verified = true`, quoted("username", "ada"), quoted("name", "Ada Lovelace"), quoted("given_name", "Ada"), quoted("family_name", "Lovelace"),
		quoted("nickname", "countess"), quoted("picture", "https://example.com/ada.png"), `blocked = true`, quoted("phone_number", "+4915112345678"),
		`phone_verified = true`, `user_metadata = jsonencode({ plan = "gold", seats = 3 })`, `app_metadata = jsonencode({ roles = ["a", "b"] })`,
		`on_destroy = "delete"`,
	}, minimal...)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	id := func() statecheck.StateCheck { return sameID.AddStateValue(address, tfjsonpath.New("id")) }
	newID := statecheck.CompareValue(compare.ValuesDiffer())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           hcl(tenant, append(minimal, quoted("username", "ada"))...),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					newID.AddStateValue(address, tfjsonpath.New("id")),
					has("id", knownvalue.StringRegexp(regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`))),
					has("user_id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{24}$`))),
					has("connection_name", knownvalue.StringExact("Username-Password-Authentication")),
					has("email", knownvalue.StringExact("ada@example.com")),
					has("email_verified", knownvalue.Bool(false)),
					has("name", knownvalue.StringExact("ada@example.com")),
					has("nickname", knownvalue.StringExact("ada")),
					has("picture", knownvalue.StringRegexp(regexp.MustCompile(`^https://s\.gravatar\.com/`))),
					has("username", knownvalue.StringExact("ada")),
					has("given_name", knownvalue.Null()),
					has("blocked", knownvalue.Null()),
					has("phone_verified", knownvalue.Null()),
					has("user_metadata", knownvalue.Null()),
					has("app_metadata", knownvalue.Null()),
					has("password", knownvalue.Null()),
					has("password_wo", knownvalue.Null()),
					has("on_destroy", knownvalue.StringExact("delete")),
					has("vault_connection", knownvalue.Null()),
					has("created_at", knownvalue.NotNull()),
					has("updated_at", knownvalue.NotNull()),
					onlyWrote(tenant, `POST {"connection":"Username-Password-Authentication","email":"ada@example.com","password":"Correct-horse-7","username":"ada"} 201`),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"password_wo", "password_set_at"},
			},
			{
				PreConfig:        tenant.ForgetRequests,
				Config:           hcl(tenant, full...),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					has("name", knownvalue.StringExact("Ada Lovelace")),
					has("user_metadata", knownvalue.StringExact(`{"plan":"gold","seats":3}`)),
					onlyWrote(tenant, `PATCH {"app_metadata":{"roles":["a","b"]},"blocked":true,"email_verified":true,"family_name":"Lovelace","given_name":"Ada",`+
						`"name":"Ada Lovelace","nickname":"countess","phone_number":"+4915112345678","phone_verified":true,"picture":"https://example.com/ada.png",`+
						`"user_metadata":{"plan":"gold","seats":3}} 200`),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"password_wo", "password_set_at"},
			},
			{
				// What leaves the configuration is cleared where Auth0 can clear it.
				PreConfig:        tenant.ForgetRequests,
				Config:           hcl(tenant, append(minimal, quoted("username", "ada"))...),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					id(),
					has("name", knownvalue.Null()),
					has("email_verified", knownvalue.Bool(true)),
					has("given_name", knownvalue.Null()),
					has("phone_number", knownvalue.Null()),
					has("blocked", knownvalue.Bool(false)),
					has("user_metadata", knownvalue.Null()),
					onlyWrote(tenant, `PATCH {"app_metadata":{"roles":null},"blocked":false,"family_name":null,"given_name":null,"name":null,"nickname":null,"phone_number":null,"picture":null,`+
						`"user_metadata":{"plan":null,"seats":null}} 200`),
				},
			},
			{
				// Gone at refresh: created again.
				PreConfig:         func() { tenant.DeleteUser(tenant.Users()[0].ID) },
				Config:            hcl(tenant, minimal...),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{newID.AddStateValue(address, tfjsonpath.New("id")), has("username", knownvalue.Null())},
			},
			{
				// What makes a user another one replaces it.
				Config:            hcl(tenant, append(minimal, quoted("user_id", "ada-1"))...),
				ConfigPlanChecks:  planned(plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{has("id", knownvalue.StringExact("auth0|ada-1"))},
			},
		},
	})
	if left := tenant.Users(); len(left) > 0 {
		t.Errorf("the destroy left %d users", len(left))
	}
}

func TestUserResource_deletedDuringApply(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := func(name string) string {
		return hcl(tenant, quoted("email", "ada@example.com"), quoted("password_wo", strong), quoted("name", name))
	}
	var first string
	var done atomic.Bool
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config("Ada"),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, func(u emulator.User) string { first = u.ID; return "" })},
			},
			{
				PreConfig: func() {
					tenant.OnRequest(func(r emulator.Request) {
						if r.Method == "PATCH" && done.CompareAndSwap(false, true) {
							tenant.DeleteUser(first)
						}
					})
				},
				Config:      config("Countess"),
				ExpectError: detail("was deleted outside of Terraform after it was last read"),
			},
			{
				Config:           config("Countess"),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, func(u emulator.User) string {
					if u.ID == first || u.Name != "Countess" {
						return "no new one was made"
					}
					return ""
				})},
			},
		},
	})
}

func TestUserResource_goneAtRefresh(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := newRun(t, tenant).Apply(nil, ada())
	tenant.DeleteUser(mustStore(t, tenant).ID)
	if left, diags := newRun(t, tenant).TryRead(made); left != nil || len(diags) > 0 {
		t.Errorf("left %v and said %s", left, acctest.Said(diags))
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
