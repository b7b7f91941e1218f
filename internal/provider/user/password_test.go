package user_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	second = "Another-horse-8"
	third  = "Battery-staple-9"
)

// passwordSent is the request that sets a password and nothing else.
func passwordSent(password string) string { return `PATCH {"password":"` + password + `"} 200` }

// A write-only password from an ephemeral variable, from the first apply to the last.
func TestUserResource_passwordWriteOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	passwords := []string{strong, second, third}
	configured := func(lines ...string) string {
		return "variable \"password\" {\n  type = string\n  ephemeral = true\n}\n" +
			hcl(tenant, append([]string{quoted("email", "ada@example.com"), "password_wo = var.password"}, lines...)...)
	}
	folder := t.TempDir()
	step := func(text, password, holdsPassword string, action plancheck.ResourceActionType, wrote ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig: tenant.ForgetRequests,
			Config:    text, ConfigVariables: config.Variables{"password": config.StringVariable(password)},
			ConfigPlanChecks: planned(action, acctest.NotInPlan(passwords...)),
			ConfigStateChecks: []statecheck.StateCheck{
				has("password", knownvalue.Null()), has("password_wo", knownvalue.Null()), acctest.NotInState(passwords...),
				onlyWrote(tenant, wrote...),
				holds(tenant, func(u emulator.User) string {
					if u.Password != holdsPassword {
						return "it has the password " + u.Password
					}
					return ""
				}),
				acctest.AtTenant(func() error { return acctest.NotInFolder(folder, passwords...) }),
			},
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		WorkingDir:               folder,
		Steps: []resource.TestStep{
			step(configured(), strong, strong, plancheck.ResourceActionCreate, created("")),
			// An unrelated change sends no password.
			step(configured(quoted("name", "Ada")), strong, strong, plancheck.ResourceActionUpdate, `PATCH {"name":"Ada"} 200`),
			// A new value is noticed automatically.
			step(configured(quoted("name", "Ada")), second, second, plancheck.ResourceActionUpdate, passwordSent(second)),
			// With a version, the version decides.
			step(configured(quoted("name", "Ada"), "password_wo_version = 1"), third, third, plancheck.ResourceActionUpdate, passwordSent(third)),
			step(configured(quoted("name", "Ada"), "password_wo_version = 1"), strong, third, plancheck.ResourceActionNoop),
			step(configured(quoted("name", "Ada"), "password_wo_version = 2"), strong, strong, plancheck.ResourceActionUpdate, passwordSent(strong)),
		},
	})
}

// When a password is sent, and when not.
func TestUserResource_passwordSteps(t *testing.T) {
	t.Parallel()
	type step struct {
		given attributes
		// sent is the password that is written, empty for none.
		sent string
		warn string
	}
	for name, steps := range map[string][]step{
		"kept": {
			{attributes{"password": strong}, strong, ""},
			{attributes{"password": strong, "on_destroy": "block"}, "", ""},
			{attributes{"password": second, "on_destroy": "block"}, second, ""},
			{attributes{"password": second, "on_destroy": "retain"}, "", ""},
		},
		"without a version": {
			{attributes{"password_wo": strong}, strong, ""},
			{attributes{"password_wo": strong, "on_destroy": "retain"}, "", ""},
			{attributes{"password_wo": second, "on_destroy": "delete"}, second, ""},
			{attributes{"password_wo": strong}, strong, ""},
		},
		"by version": {
			{attributes{"password_wo": strong, "password_wo_version": 1}, strong, ""},
			{attributes{"password_wo": second, "password_wo_version": 1}, "", ""},
			{attributes{"password_wo": second, "password_wo_version": 1, "name": "Ada"}, "", ""},
			{attributes{"password_wo": second, "password_wo_version": 7}, second, ""},
			{attributes{"password_wo": second, "password_wo_version": 8}, second, ""}, // the same once more
			{attributes{"password_wo": second, "password_wo_version": 2}, second, ""}, // another version, not a higher one
		},
		"a version comes and goes": {
			{attributes{"password_wo": strong}, strong, ""},
			{attributes{"password_wo": strong, "password_wo_version": 1}, strong, ""},
			{attributes{"password_wo": strong}, strong, ""}, // there is no digest of one with a version
			{attributes{"password_wo": second}, second, ""},
			{attributes{"password_wo": third, "password_wo_version": 1}, third, ""},
			{attributes{"password_wo": second}, second, ""},
		},
		"from one attribute to the other": {
			{attributes{"password": strong}, strong, ""},
			{attributes{"password_wo": strong}, "", ""},
			{attributes{"password": strong}, "", ""},
			{attributes{"password_wo": second}, second, ""},
			{attributes{"password": third}, third, ""},
			{attributes{"password_wo": third, "password_wo_version": 1}, third, ""},
			{attributes{"password": third}, third, ""},
		},
		"it leaves and comes back": {
			{attributes{"password": strong}, strong, ""},
			{attributes{}, "", ""},
			{attributes{"on_destroy": "retain"}, "", ""},
			// Nobody knows whether it still is the same.
			{attributes{"password": strong}, strong, "password"},
			{attributes{}, "", ""},
			{attributes{"password_wo": second}, second, "password_wo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			var made *acctest.Object
			for i, s := range steps {
				given := attributes{"email": "ada@example.com"}.With(s.given)
				r := newRun(t, tenant)
				if made != nil {
					made = r.Read(made)
				}
				tenant.ForgetRequests()
				plan, diags := r.TryPlan(made, given)
				acctest.MustSucceed(t, diags)
				if s.warn != "" {
					acctest.ExpectWarning(t, diags, s.warn, "set by the next apply")
				} else if len(diags) > 0 {
					t.Errorf("the plan says %s", acctest.Said(diags))
				}
				made, diags = r.TryApply(plan, given)
				acctest.MustSucceed(t, diags)
				var sent []string
				for _, w := range writes(tenant) {
					if _, after, ok := strings.Cut(w, `"password":"`); ok {
						sent = append(sent, strings.Split(after, `"`)[0])
					}
				}
				if strings.Join(sent, " ") != s.sent {
					t.Fatalf("step %d sent %q, want %q", i, sent, s.sent)
				}
				if s.given["name"] == nil && s.sent == "" && len(writes(tenant)) > 0 {
					t.Errorf("step %d wrote %q", i, writes(tenant))
				}
				if got := get(made.State, "password"); got != s.given["password"] {
					t.Errorf("step %d: the state has the password %v", i, got)
				}
				expectEmptyPlan(t, tenant, made, given)
			}
		})
	}
}

// A password that only the apply knows: each plan has to announce what the apply
// may have to do, and the apply does it only where it must.
func TestUserResource_passwordUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for _, attribute := range []string{"password", "password_wo"} {
		r := newRun(t, tenant)
		known := attributes{"email": "ada@example.com", attribute: strong}
		notYet := known.With(attributes{attribute: unknown})
		made, diags := r.TryApply(r.Plan(nil, notYet), known)
		acctest.MustSucceed(t, diags)

		tenant.ForgetRequests()
		plan := r.Plan(made, notYet)
		if got := get(plan.State, "updated_at"); got != unknown {
			t.Errorf("%s: the plan expects updated_at to stay %v", attribute, got)
		}
		made, diags = r.TryApply(plan, known) // the same after all
		acctest.MustSucceed(t, diags)
		mustHaveWritten(t, tenant)

		known = known.With(attributes{attribute: second})
		made, diags = r.TryApply(r.Plan(made, notYet), known)
		acctest.MustSucceed(t, diags)
		mustHaveWritten(t, tenant, passwordSent(second))
		expectEmptyPlan(t, tenant, made, known)
		acctest.MustSucceed(t, r.Destroy(made))
	}
}

// again, and once the cause is gone the next apply makes it.
func TestUserResource_passwordFails(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(password string, version int) attributes{
		"in state":   func(password string, _ int) attributes { return attributes{"password": password} },
		"write-only": func(password string, _ int) attributes { return attributes{"password_wo": password} },
		"versioned": func(password string, version int) attributes {
			return attributes{"password_wo": password, "password_wo_version": version}
		},
	}
	echo := `{"statusCode":STATUS,"error":"Bad","message":"the password ` + second + ` is bad"}`
	for name, fault := range map[string]emulator.Fault{
		"refused":           {Status: 400, Body: strings.ReplaceAll(echo, "STATUS", "400")},
		"failed, not done":  {Status: 500, Body: strings.ReplaceAll(echo, "STATUS", "500")},
		"failed, but done":  {Status: 500, AfterCommit: true},
		"no answer, undone": {Drop: true},
		"no answer, done":   {Drop: true, AfterCommit: true},
	} {
		for kind, configure := range kinds {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				tenant := acctest.NewInProcess(t)
				base := attributes{"email": "ada@example.com"}
				made := newRun(t, tenant).Apply(nil, base.With(configure(strong, 1)))
				tenant.ForgetRequests()
				next := base.With(configure(second, 2))
				strike := fault
				strike.Method = "PATCH"
				tenant.Fail(strike)

				left, diags := newRun(t, tenant).Fail(made, next)
				if !strings.Contains(acctest.Said(diags), "Unable to update user") || strings.Contains(acctest.Said(diags), second) {
					t.Errorf("the message is %s", acctest.Said(diags))
				}
				if !left.State.Equal(made.State) {
					t.Errorf("the state was changed from %v to %v", made.State, left.State)
				}
				if n := len(tenant.Asked("PATCH", usersPath)); n != 1 {
					t.Errorf("the password was sent %d times", n)
				}

				r := newRun(t, tenant)
				plan := r.Plan(r.Read(left), next)
				if !slices.Contains(plan.Changed(), "updated_at") {
					t.Fatalf("the next plan does not show the change, but %v", plan.Changed())
				}
				tenant.ForgetRequests()
				made, diags = r.TryApply(plan, next)
				acctest.MustSucceed(t, diags)
				mustHaveWritten(t, tenant, passwordSent(second))
				expectEmptyPlan(t, tenant, made, next)
			})
		}
	}
}

// Neither state, plan nor private state holds a write-only password, nor
// anything that two users with the same password would share.
func TestUserResource_passwordPrivate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	plan := r.Plan(nil, ada())
	made := r.Apply(nil, ada())
	twin := r.Apply(nil, ada().With(attributes{"email": "grace@example.com"}))
	changed := r.Apply(made, ada().With(attributes{"password_wo": second}))
	kept := r.Apply(changed, attributes{"email": "ada@example.com", "password": third})
	for what, text := range map[string]string{
		"the plan": plan.State.String() + string(plan.Private), "created": made.State.String() + string(made.Private),
		"changed": changed.State.String() + string(changed.Private), "kept in state": string(kept.Private),
	} {
		for _, password := range []string{strong, second, third} {
			if strings.Contains(text, password) {
				t.Errorf("%s: state or private state holds the password", what)
			}
		}
	}
	if string(made.Private) == "" || string(made.Private) == string(twin.Private) {
		t.Error("the same password looks the same in private state")
	}
}

// A server that repeats the password in its refusal repeats it to nobody else.
func TestUserResource_passwordEchoed(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for _, attribute := range []string{"password", "password_wo"} {
		tenant.Fail(emulator.Fault{
			Method: "POST", Path: "/api/v2/users", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"the password ` + strong + ` is bad"}`,
		})
		left, diags := newRun(t, tenant).Fail(nil, attributes{"email": "ada@example.com", attribute: strong})
		if left != nil || strings.Contains(acctest.Said(diags), strong) {
			t.Errorf("the message holds the password: %s", acctest.Said(diags))
		}
		acctest.ExpectError(t, diags, attribute, "Unable to create user", "the password", "is bad")
	}
}
