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
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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
	tenant := acctest.New(t)
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
				acctest.AtTenant(func() error { return notInFolder(folder, passwords...) }),
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
			// A new value is noticed by itself.
			step(configured(quoted("name", "Ada")), second, second, plancheck.ResourceActionUpdate, passwordSent(second)),
			// With a version, the version decides.
			step(configured(quoted("name", "Ada"), "password_wo_version = 1"), third, third, plancheck.ResourceActionUpdate, passwordSent(third)),
			step(configured(quoted("name", "Ada"), "password_wo_version = 1"), strong, third, plancheck.ResourceActionNoop),
			step(configured(quoted("name", "Ada"), "password_wo_version = 2"), strong, strong, plancheck.ResourceActionUpdate, passwordSent(strong)),
		},
	})
}

// One that is kept in the state is marked there as a secret.
func TestUserResource_passwordInState(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	configured := func(password string) string {
		return hcl(tenant, quoted("email", "ada@example.com"), quoted("password", password))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           configured(strong),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ExpectSensitiveValue(address, tfjsonpath.New("password"))),
				ConfigStateChecks: []statecheck.StateCheck{
					has("password", knownvalue.StringExact(strong)), statecheck.ExpectSensitiveValue(address, tfjsonpath.New("password")),
				},
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            configured(second),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{onlyWrote(tenant, passwordSent(second))},
			},
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
			{attributes{"password": strong, "name": "Ada"}, "", ""},
			{attributes{"password": second, "name": "Ada"}, second, ""},
			{attributes{"password": second}, "", ""},
		},
		"by itself": {
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
			{attributes{"password_wo": strong}, "", ""},
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
			{attributes{"password": third}, "", ""},
		},
		"it leaves and comes back": {
			{attributes{"password": strong}, strong, ""},
			{attributes{}, "", ""},
			{attributes{"name": "Ada"}, "", ""},
			// Nobody knows whether it still is the same.
			{attributes{"password": strong}, strong, "password"},
			{attributes{}, "", ""},
			{attributes{"password_wo": second}, second, "password_wo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			var made *object
			for i, s := range steps {
				given := attributes{"email": "ada@example.com"}.with(s.given)
				r := newRun(t, tenant)
				if made != nil {
					made = r.read(made)
				}
				tenant.ForgetRequests()
				plan, diags := r.tryPlan(made, given)
				mustSucceed(t, diags)
				if s.warn != "" {
					expectWarning(t, diags, s.warn, "set by the next apply")
				} else if len(diags) > 0 {
					t.Errorf("the plan says %s", said(diags))
				}
				made, diags = r.tryApply(plan, given)
				mustSucceed(t, diags)
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
				if got := get(t, made.state, "password"); got != s.given["password"] {
					t.Errorf("step %d: the state has the password %v", i, got)
				}
				quiet(t, tenant, made, given)
			}
		})
	}
}

// A password that only the apply knows: each plan has to announce what the apply
// may have to do, and the apply does it only where it must.
func TestUserResource_passwordUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	for _, attribute := range []string{"password", "password_wo"} {
		r := newRun(t, tenant)
		known := attributes{"email": "ada@example.com", attribute: strong}
		notYet := known.with(attributes{attribute: unknown})
		made, diags := r.tryApply(r.plan(nil, notYet), known)
		mustSucceed(t, diags)

		tenant.ForgetRequests()
		plan := r.plan(made, notYet)
		if got := get(t, plan.state, "updated_at"); got != unknown {
			t.Errorf("%s: the plan expects updated_at to stay %v", attribute, got)
		}
		made, diags = r.tryApply(plan, known) // the same after all
		mustSucceed(t, diags)
		mustHaveWritten(t, tenant)

		known = known.with(attributes{attribute: second})
		made, diags = r.tryApply(r.plan(made, notYet), known)
		mustSucceed(t, diags)
		mustHaveWritten(t, tenant, passwordSent(second))
		quiet(t, tenant, made, known)
		mustSucceed(t, r.destroy(made))
	}
}

// A write-only value may be another one in the apply than in the plan. Where the
// plan has an update for another reason, it goes along.
func TestUserResource_passwordOfTheApply(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", userScopes...)
	for name, change := range map[string]attributes{
		"profile":          {"name": "Ada"},
		"on_destroy":       {"on_destroy": "retain"},
		"vault_connection": {"vault_connection": through(tenant, client)},
		"verify_email":     {"verify_email": false},
		"metadata":         {"user_metadata": `{}`},
		"from password":    {"password": nil, "password_wo": strong},
		"version goes":     {"password": nil, "password_wo": strong, "password_wo_version": nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, tenant)
			base := ada()
			switch name {
			case "from password":
				base = attributes{"email": "ada@example.com", "password": strong}
			case "version goes":
				base = base.with(attributes{"password_wo_version": 1})
			}
			made := r.apply(nil, base)
			tenant.ForgetRequests()
			given := base.with(change)
			made, diags := r.tryApply(r.plan(made, given), given.with(attributes{"password_wo": second}))
			mustSucceed(t, diags)
			if user := mustStore(t, tenant); user.Password != second {
				t.Errorf("the password is %q", user.Password)
			}
			mustSucceed(t, r.destroy(r.apply(made, given.with(attributes{"password_wo": second, "on_destroy": "delete"}))))
		})
	}
}

// A failed change of the password never counts as done: the next plan shows it
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
				tenant := acctest.New(t)
				base := attributes{"email": "ada@example.com"}
				made := newRun(t, tenant).apply(nil, base.with(configure(strong, 1)))
				tenant.ForgetRequests()
				next := base.with(configure(second, 2))
				strike := fault
				strike.Method = "PATCH"
				tenant.Fail(strike)

				left, diags := newRun(t, tenant).fail(made, next)
				if !strings.Contains(said(diags), "Unable to update user") || strings.Contains(said(diags), second) {
					t.Errorf("the message is %s", said(diags))
				}
				if !left.state.Equal(made.state) {
					t.Errorf("the state was changed from %v to %v", made.state, left.state)
				}
				if n := len(tenant.Asked("PATCH", usersPath)); n != 1 {
					t.Errorf("the password was sent %d times", n)
				}

				r := newRun(t, tenant)
				plan := r.plan(r.read(left), next)
				if !slices.Contains(plan.changed(), "updated_at") {
					t.Fatalf("the next plan does not show the change, but %v", plan.changed())
				}
				tenant.ForgetRequests()
				made, diags = r.tryApply(plan, next)
				mustSucceed(t, diags)
				mustHaveWritten(t, tenant, passwordSent(second))
				quiet(t, tenant, made, next)
			})
		}
	}
}

// Neither state, plan nor private state holds a write-only password, nor
// anything that two users with the same password would share.
func TestUserResource_passwordPrivate(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant)
	plan := r.plan(nil, ada())
	made := r.apply(nil, ada())
	twin := r.apply(nil, ada().with(attributes{"email": "grace@example.com"}))
	changed := r.apply(made, ada().with(attributes{"password_wo": second}))
	kept := r.apply(changed, attributes{"email": "ada@example.com", "password": third})
	for what, text := range map[string]string{
		"the plan": plan.state.String() + string(plan.private), "created": made.state.String() + string(made.private),
		"changed": changed.state.String() + string(changed.private), "kept in state": string(kept.private),
	} {
		for _, password := range []string{strong, second, third} {
			if strings.Contains(text, password) {
				t.Errorf("%s: state or private state holds the password", what)
			}
		}
	}
	if string(made.private) == "" || string(made.private) == string(twin.private) {
		t.Error("the same password looks the same in private state")
	}
}

// A server that repeats the password in its refusal repeats it to nobody else.
func TestUserResource_passwordEchoed(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	for _, attribute := range []string{"password", "password_wo"} {
		tenant.Fail(emulator.Fault{
			Method: "POST", Path: "/api/v2/users", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"the password ` + strong + ` is bad"}`,
		})
		left, diags := newRun(t, tenant).fail(nil, attributes{"email": "ada@example.com", attribute: strong})
		if left != nil || strings.Contains(said(diags), strong) {
			t.Errorf("the message holds the password: %s", said(diags))
		}
		expectError(t, diags, attribute, "Unable to create user", "the password", "is bad")
	}
}
