package application_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// forms is what the tests of failures make.
const forms = `
  name    = "forms"
  actions = ["GET_USER"]`

// The answer to every request that changes something gets lost once, before or
// after it was carried out: the apply ends as if nothing had been.
func TestApplicationResource_lostAnswers(t *testing.T) {
	t.Parallel()
	const changed = `
  name            = "changed"
  scopes          = ["update:users"]
  rotate_triggers = { again = "yes" }`
	for name, fault := range map[string]emulator.Fault{
		"before": {Status: http.StatusBadGateway},
		"after":  {Drop: true, AfterCommit: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			for _, request := range []string{"POST clients", "POST client-grants", "PATCH clients/*", "PATCH client-grants/*", "POST clients/*/rotate-secret"} {
				method, path, _ := strings.Cut(request, " ")
				fault.Method, fault.Path = method, "/api/v2/"+path
				tenant.Fail(fault)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				CheckDestroy:             func(*terraform.State) error { return empty(tenant)() },
				Steps: []resource.TestStep{
					{
						Config:            application(tenant, forms),
						ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
						ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users"), inState(tenant, "forms", true)},
					},
					{
						Config:            application(tenant, changed),
						ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
						ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "changed", "update:users"), inState(tenant, "changed", true)},
					},
				},
			})
			failed := slices.DeleteFunc(tenant.Requests(), func(r emulator.Request) bool { return r.Status != 0 && r.Status != fault.Status })
			if len(failed) != 5 {
				t.Errorf("%d answers got lost, want 5", len(failed))
			}
		})
	}
}

// A create that fails for good leaves nothing behind, or what it leaves is in the state.
func TestApplicationResource_createFails(t *testing.T) {
	t.Parallel()
	const refusal = `{"statusCode":403,"error":"Forbidden","message":"You reached the limit of entities of this type for this tenant.","errorCode":"x"}`
	broken := emulator.Fault{Status: http.StatusInternalServerError, Times: -1}
	on := func(f emulator.Fault, method, path string) emulator.Fault {
		f.Method, f.Path = method, "/api/v2/"+path
		return f
	}
	for name, test := range map[string]struct {
		faults  []emulator.Fault
		message string
		left    int // applications after the failed apply
	}{
		"the application is refused": {
			[]emulator.Fault{{Method: http.MethodPost, Path: "/api/v2/clients", Status: http.StatusForbidden, Body: refusal}},
			`(?s)Unable to create application.*as many applications or client\s+grants as its plan allows`, 0,
		},
		"the grant is refused": {
			[]emulator.Fault{{Method: http.MethodPost, Path: "/api/v2/client-grants", Status: http.StatusForbidden, Body: refusal}},
			`(?s)Unable to authorize application.*plan allows.*nothing of it\s+is left in the tenant`, 0,
		},
		"the grant fails for good": {
			[]emulator.Fault{on(broken, http.MethodPost, "client-grants")},
			`(?s)Unable to authorize application.*nothing of it\s+is left in the tenant`, 0,
		},
		"the grant fails, and so does the clean-up": {
			[]emulator.Fault{on(broken, http.MethodPost, "client-grants"), on(broken, http.MethodDelete, "clients/*")},
			`(?s)could\s+not\s+be\s+deleted\s+again.*stays\s+in\s+the\s+state`, 1,
		},
		"Auth0 grants something else": {
			[]emulator.Fault{{Method: http.MethodPost, Path: "/api/v2/client-grants", Status: http.StatusCreated,
				Body: `{"id":"cgr_0000000000000000","client_id":"x","audience":"y","scope":["read:clients"]}`}},
			`(?s)actions = \["GET_USER"\].*left out\s+read:users,\s+it\s+added\s+read:clients.*nothing of it\s+is left`, 0,
		},
		"the scope is refused": {
			[]emulator.Fault{{Method: http.MethodPost, Path: "/api/v2/client-grants", Status: http.StatusBadRequest,
				Body: `{"statusCode":400,"error":"Bad Request","message":"The following scopes are not defined in the API: read:users","errorCode":"invalid_body"}`}},
			`(?s)actions = \["GET_USER"\].*not\s+defined in the API`, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			for _, fault := range test.faults {
				tenant.Fail(fault)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				CheckDestroy:             func(*terraform.State) error { return empty(tenant)() },
				Steps: []resource.TestStep{
					{Config: application(tenant, forms), ExpectError: regexp.MustCompile(test.message)},
					{
						PreConfig: func() {
							if left := len(tenant.Clients()) - 1; left != test.left {
								t.Errorf("the tenant has %d applications after the failed apply, want %d", left, test.left)
							}
							tenant.ForgetFaults()
						},
						Config: application(tenant, forms),
						ConfigPlanChecks: planned(map[int]plancheck.ResourceActionType{
							0: plancheck.ResourceActionCreate, 1: plancheck.ResourceActionDestroyBeforeCreate,
						}[test.left]),
						ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")},
					},
				},
			})
		})
	}
}

// Nothing that was found, rather than created, is deleted by a rollback: it is in the state as tainted.
func TestApplicationResource_rollbackKeepsRecovered(t *testing.T) {
	t.Parallel()
	const id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
	fault := func(f emulator.Fault, path string) emulator.Fault {
		f.Method, f.Path = http.MethodPost, "/api/v2/"+path
		return f
	}
	lost := emulator.Fault{Drop: true, AfterCommit: true}
	refused := emulator.Fault{Status: http.StatusForbidden, Body: `{"statusCode":403,"error":"Forbidden","message":"no"}`}
	noSecret := emulator.Fault{Status: http.StatusCreated, Body: `{"client_id":"` + id + `","name":"forms","app_type":"non_interactive"}`}
	for name, test := range map[string]struct {
		faults []emulator.Fault
		gone   bool
	}{
		"the application was recovered": {[]emulator.Fault{fault(lost, "clients"), fault(refused, "client-grants")}, false},
		"the grant was recovered":       {[]emulator.Fault{fault(noSecret, "clients"), fault(lost, "client-grants"), fault(refused, "clients/*/rotate-secret")}, false},
		"both were created":             {[]emulator.Fault{fault(noSecret, "clients"), fault(refused, "clients/*/rotate-secret")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			if test.faults[0].Status == http.StatusCreated {
				tenant.AddClient(emulator.Client{ID: id, Name: "forms", AppType: "non_interactive"})
			}
			for _, fault := range test.faults {
				tenant.Fail(fault)
			}
			r := newRun(t, tenant)
			left, diags := r.Fail(nil, minimalConfig())
			if deleted := len(tenant.Asked(http.MethodDelete, "")); (left == nil) != test.gone || (deleted > 0) != test.gone {
				t.Errorf("after %d requests to delete, the state is left with %v, said:\n%s", deleted, left, acctest.Said(diags))
			}
			if left == nil {
				return
			}
			if id := acctest.Get(left.State, "id"); id != only(tenant, "forms").ID || !strings.Contains(acctest.Said(diags), "stays in the state") {
				t.Errorf("the state is left with %v, said:\n%s", id, acctest.Said(diags))
			}
			tenant.ForgetFaults()
			acctest.MustSucceed(t, r.Destroy(left))
			if err := empty(tenant)(); err != nil {
				t.Error(err)
			}
		})
	}
}

// While the search for a lost application fails, whether it was created is not known: it is not created again.
func TestApplicationResource_unknownOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/clients", Drop: true})
		tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: "/api/v2/clients", Status: http.StatusInternalServerError, Times: -1})
		left, diags := newRun(t, tenant).Fail(nil, minimalConfig())
		acctest.ExpectError(t, diags, "", "could not be found out", "Look in Auth0's dashboard")
		if created := len(tenant.Asked(http.MethodPost, "/clients")); left != nil || created != 1 {
			t.Errorf("%d creates left the state with %v", created, left)
		}
	})
}

// The same for a grant: the application stays in the state.
func TestApplicationResource_unknownOutcomeOfGrant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/client-grants", Drop: true, AfterCommit: true})
		tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: "/api/v2/client-grants", Status: http.StatusInternalServerError, Times: -1})
		r := newRun(t, tenant)
		left, diags := r.Fail(nil, minimalConfig())
		acctest.ExpectError(t, diags, "", "could not be found out", "stays in the state")
		tenant.ForgetFaults()
		if now := r.Read(left); acctest.Get(now.State, "grant_id") == nil {
			t.Error("the next refresh does not find the grant")
		}
	})
}

// The mark of a create is neither in the state nor drift, also if it is removed.
func TestApplicationResource_createMark(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	mark := fmt.Sprint(only(tenant, "forms").Settings["client_metadata"].(map[string]any)[auth0.CreateMark])
	if mark == "" || strings.Contains(created.State.String(), mark) || strings.Contains(string(created.Private), mark) {
		t.Errorf("the mark %q is empty or in the state", mark)
	}
	now := expectEmptyPlan(t, tenant, created, minimalConfig())
	tenant.EditClient(only(tenant, "forms").ID, func(c *emulator.Client) { delete(c.Settings, "client_metadata") })
	expectEmptyPlan(t, tenant, now, minimalConfig())
}

// The application whose answer was lost is found again, with its secret.
func TestApplicationResource_lostSecret(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		writes    []string
	}{
		"wanted":     {forms, []string{"POST clients", "POST client-grants"}},
		"not wanted": {forms + "\nstore_client_secret = false", []string{"POST clients", "POST client-grants"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/clients", Drop: true, AfterCommit: true})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{{
					Config:           application(tenant, test.arguments),
					ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
					ConfigStateChecks: []statecheck.StateCheck{
						holds(tenant, "forms", "read:users"), inState(tenant, "forms", name == "wanted"),
						acctest.AtTenant(func() error {
							if got := writes(tenant); !slices.Equal(got, test.writes) {
								return fmt.Errorf("the tenant was asked %v", got)
							}
							return nil
						}),
					},
				}},
			})
		})
	}
}

// A step of an update that fails leaves those before it done, in the tenant and in the state, and the rest to the next apply.
func TestApplicationResource_updateFails(t *testing.T) {
	t.Parallel()
	const before = `
  name            = "forms"
  actions         = ["GET_USER"]
  rotate_triggers = { when = "2025" }`
	const after = `
  name            = "changed"
  actions         = ["UPDATE_USER"]
  rotate_triggers = { when = "2026" }`
	for _, test := range []struct {
		fails   string // the request that does
		message string
		name    string
		scope   string
		rest    []string // what is left to the next apply
	}{
		{"PATCH clients/*", "Unable to update application", "forms", "read:users",
			[]string{"PATCH clients/*", "PATCH client-grants/*", "POST clients/*/rotate-secret"}},
		{"PATCH client-grants/*", "Unable to authorize application", "changed", "read:users",
			[]string{"PATCH client-grants/*", "POST clients/*/rotate-secret"}},
		{"POST clients/*/rotate-secret", "Unable to get the secret of application", "changed", "update:users",
			[]string{"POST clients/*/rotate-secret"}},
	} {
		t.Run(test.fails, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			var old emulator.Client
			method, path, _ := strings.Cut(test.fails, " ")
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{
					{Config: application(tenant, before)},
					{
						PreConfig: func() {
							old = only(tenant, "forms")
							tenant.Fail(emulator.Fault{Method: method, Path: "/api/v2/" + path, Status: http.StatusForbidden, Times: -1,
								Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: a:b","errorCode":"insufficient_scope"}`})
						},
						Config:      application(tenant, after),
						ExpectError: regexp.MustCompile(`(?s)` + test.message + `.*lacks the scope.*needs a:b`),
					},
					{
						PreConfig: func() {
							client, grants, err := stored(tenant, test.name)
							if err != nil || client.ID != old.ID || client.Secret != old.Secret || !slices.Equal(grants[0].Scope, []string{test.scope}) {
								t.Errorf("the tenant holds %+v with %+v, %v", client, grants, err)
							}
							tenant.ForgetFaults()
							tenant.ForgetRequests()
						},
						Config:           application(tenant, after),
						ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
						ConfigStateChecks: []statecheck.StateCheck{
							acctest.AtTenant(func() error {
								if got := writes(tenant); !slices.Equal(got, test.rest) {
									return fmt.Errorf("the tenant was asked %v", got)
								}
								return nil
							}),
							holds(tenant, "changed", "update:users"), inState(tenant, "changed", true),
						},
					},
				},
			})
		})
	}
}

// What disappears between the refresh and the apply is a clear error and a healed state.
func TestApplicationResource_goneAtUpdate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		outside func(*acctest.Tenant, emulator.Client)
		message string
		action  plancheck.ResourceActionType
	}{
		"the application": {
			func(tenant *acctest.Tenant, c emulator.Client) { tenant.DeleteClient(c.ID) },
			`(?s)The application \w+ no longer exists`, plancheck.ResourceActionCreate,
		},
		"the grant": {
			func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) },
			`(?s)The client grant no longer exists`, plancheck.ResourceActionUpdate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			changed := application(tenant, "name = \"forms\"\nactions = [\"UPDATE_USER\"]\ndescription = \"x\"")
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{
					{Config: application(tenant, forms)},
					{
						PreConfig: func() {
							app := only(tenant, "forms")
							tenant.OnRequest(func(r emulator.Request) {
								if r.Method == http.MethodPatch {
									tenant.OnRequest(nil)
									test.outside(tenant, app)
								}
							})
						},
						Config:      changed,
						ExpectError: regexp.MustCompile(test.message),
					},
					{
						PreConfig:         func() { tenant.OnRequest(nil) },
						Config:            changed,
						ConfigPlanChecks:  planned(test.action),
						ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "update:users")},
					},
				},
			})
		})
	}
}

// A grant that another client creates just before the apply does is not this resource's: it is left alone.
func TestApplicationResource_grantOfOthers(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		CheckDestroy:             func(*terraform.State) error { return empty(tenant)() },
		Steps: []resource.TestStep{
			{
				PreConfig: func() {
					tenant.OnRequest(func(r emulator.Request) {
						if r.Method == http.MethodPost && r.Path == "/api/v2/client-grants" {
							tenant.OnRequest(nil)
							tenant.Grant(only(tenant, "forms").ID, "read:users", "delete:users")
						}
					})
				},
				Config:      application(tenant, forms),
				ExpectError: regexp.MustCompile(`(?s)client grant\s+cgr_\w+\s+exists\s+already\s+and\s+was\s+left`),
			},
			{Config: application(tenant, forms), ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")}},
			{
				// Deleted and made again by somebody: what counts is what it allows.
				PreConfig: func() {
					id := only(tenant, "forms").ID
					tenant.Revoke(id)
					tenant.Grant(id, "read:users")
				},
				Config:           application(tenant, forms),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// Auth0's own grants are not ours to change.
func TestApplicationResource_systemGrant(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				PreConfig: func() {
					tenant.OnRequest(func(r emulator.Request) {
						if r.Method == http.MethodPost && r.Path == "/api/v2/client-grants" {
							tenant.OnRequest(nil)
							tenant.AddGrant(emulator.Grant{
								ID: "cgr_system", ClientID: only(tenant, "forms").ID, Audience: tenant.Audience(), SubjectType: "client",
								Scope: []string{"read:clients"}, Settings: map[string]any{"is_system": true},
							})
						}
					})
				},
				Config:      application(tenant, forms),
				ExpectError: regexp.MustCompile(`(?s)client grant\s+cgr_system\s+exists\s+already`),
			},
			{
				PreConfig: func() { tenant.OnRequest(nil) },
				Config:    application(tenant, forms),
			},
		},
	})
	for _, r := range tenant.Asked(http.MethodPatch, "/client-grants") {
		t.Errorf("%s was changed", r.Path)
	}
}

func TestApplicationResource_allScopes(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: application(tenant, forms)},
			{
				PreConfig: func() {
					grant := grantsOf(tenant, only(tenant, "forms").ID)[0]
					grant.Scope, grant.Settings = nil, map[string]any{"allow_all_scopes": true}
					tenant.AddGrant(grant)
				},
				Config:            application(tenant, forms),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, "forms", "read:users")},
			},
		},
	})
}

// The provider's own client lacks a scope: the message names it, and whose it is.
func TestApplicationResource_missingScopes(t *testing.T) {
	t.Parallel()
	for lacking, action := range map[string]string{
		"create:clients":       "Unable to create application",
		"create:client_grants": "Unable to authorize application",
	} {
		t.Run(lacking, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			tenant.Grant(tenant.Own.ID, slices.DeleteFunc(slices.Clone(acctest.ProviderScopes), func(s string) bool { return s == lacking })...)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: tenant.Factories(),
				Steps: []resource.TestStep{{
					Config:      application(tenant, forms),
					ExpectError: regexp.MustCompile(`(?s)` + action + `.*provider's own client lacks the scope.*` + lacking),
				}},
			})
			if err := empty(tenant)(); err != nil {
				t.Error(err)
			}
		})
	}
}
