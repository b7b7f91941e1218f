package application_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const otherAPI = "urn:acme:api"

// ownershipCase is what happens to one attribute of a configuration.
type ownershipCase struct {
	// first and second are two values of the attribute.
	first, second any
	// changed are the requests that write when the value changes.
	changed []string
	// instead is configured in place of the attribute where it is left out.
	instead attributes
	// leftOut are the requests that write when the attribute is removed after it was set.
	leftOut []string
	// imported are the requests that write in the first apply after the import of an
	// application that has the first value, with a configuration that leaves it out.
	imported []string
	// byOthers changes the attribute outside of Terraform; nil for one that only Terraform has.
	byOthers func(*acctest.Tenant, emulator.Client)
	// corrected are the requests that write after byOthers, with a configuration that leaves the attribute out.
	corrected []string
	// required is true for an attribute that cannot be left out.
	required bool
}

var ownershipCases = map[string]ownershipCase{
	"name": {
		first: "forms", second: "other", required: true,
		changed: []string{`PATCH clients/* {"name":"other"}`},
	},
	"description": {
		first: "ours", second: "other",
		changed:  []string{`PATCH clients/* {"description":"other"}`},
		leftOut:  []string{`PATCH clients/* {"description":""}`},
		byOthers: describe("theirs"),
	},
	"actions": {
		first: []string{"GET_USER"}, second: []string{"CREATE_USER"},
		instead:   attributes{"scopes": []string{"read:users"}},
		changed:   []string{`PATCH client-grants/* {"scope":["create:users"]}`},
		byOthers:  func(tenant *acctest.Tenant, c emulator.Client) { tenant.Grant(c.ID, "delete:users") },
		corrected: []string{`PATCH client-grants/* {"scope":["read:users"]}`},
	},
	"scopes": {
		first: []string{"read:clients"}, second: []string{"read:clients", "update:clients"},
		instead:   attributes{"actions": []string{"GET_USER"}},
		changed:   []string{`PATCH client-grants/* {"scope":["read:clients","read:users","update:clients"]}`},
		leftOut:   []string{`PATCH client-grants/* {"scope":["read:users"]}`},
		imported:  []string{`PATCH client-grants/* {"scope":["read:users"]}`},
		byOthers:  func(tenant *acctest.Tenant, c emulator.Client) { tenant.Grant(c.ID, "delete:users") },
		corrected: []string{`PATCH client-grants/* {"scope":["read:users"]}`},
	},
	"audience": {
		first: "", second: otherAPI, // the first one is the tenant's own
		changed: []string{`DELETE client-grants/* `, `POST client-grants {"client_id":"*","audience":"urn:acme:api","scope":["read:users"]}`},
	},
	"store_client_secret": {first: true, second: false},
	"rotate_triggers": {
		first: map[string]string{"when": "2025"}, second: map[string]string{"when": "2026"},
		changed: []string{`POST clients/*/rotate-secret `},
	},
}

func describe(text string) func(*acctest.Tenant, emulator.Client) {
	return func(tenant *acctest.Tenant, c emulator.Client) {
		tenant.EditClient(c.ID, func(c *emulator.Client) { c.Settings["description"] = text })
	}
}

func TestApplicationResource_ownershipOfEveryAttribute(t *testing.T) {
	t.Parallel()
	configurable, computed := newRun(t, acctest.NewInProcess(t)).Attributes()
	for _, name := range configurable {
		if _, ok := ownershipCases[name]; !ok {
			t.Errorf("the attribute %s has no row in ownershipCases", name)
		}
	}
	// They follow from the others, are known to the tenant alone, or have a test of their drift in TestApplicationResource_drift.
	want := []string{"app_type", "client_id", "client_secret", "grant_id", "grant_types", "granted_scopes", "id", "token_endpoint_auth_method"}
	if slices.Sort(computed); !slices.Equal(computed, want) {
		t.Errorf("the computed attributes are %v, want %v", computed, want)
	}
}

func TestApplicationResource_ownership(t *testing.T) {
	t.Parallel()
	for name, c := range ownershipCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for when, test := range map[string]func(*testing.T, *acctest.Tenant, string, ownershipCase){
				"changed":                testChanged,
				"changed and ignored":    testIgnored,
				"set and removed":        testRemoved,
				"left out of an import":  testLeftOutOfImport,
				"set outside, never set": testSetByOthers,
			} {
				t.Run(when, func(t *testing.T) {
					t.Parallel()
					tenant := acctest.NewInProcess(t)
					tenant.AddAPI(emulator.API{Identifier: otherAPI, Scopes: []string{"read:users", "read:clients"}})
					c := c
					if c.first == "" {
						c.first = tenant.Audience()
					}
					test(t, tenant, name, c)
				})
			}
		})
	}
}

func (c *ownershipCase) config(name string, value any) attributes {
	return minimalConfig().With(attributes{name: value})
}

func (c *ownershipCase) without(name string) attributes {
	return minimalConfig().Without(name).With(c.instead)
}

func testChanged(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	created := newRun(t, tenant).Apply(nil, c.config(name, c.first))
	r, now := refreshed(t, tenant, created)
	tenant.ForgetRequests()
	updated := r.Apply(now, c.config(name, c.second))
	expectWrites(t, tenant, c.changed...)
	expectEmptyPlan(t, tenant, updated, c.config(name, c.second))
}

// An ignored attribute is neither planned nor sent, alone and beside another change.
func testIgnored(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	created := newRun(t, tenant).Apply(nil, c.config(name, c.first))
	r, now := refreshed(t, tenant, created)
	r = r.Ignoring(name)
	config := c.config(name, c.second)
	if changed := r.Plan(now, config).Changed(); len(changed) > 0 {
		t.Errorf("the plan changes %v", changed)
	}

	unrelated, want := attributes{"description": "unrelated"}, []string{`PATCH clients/* {"description":"unrelated"}`}
	if name == "description" {
		unrelated, want = attributes{"name": "unrelated"}, []string{`PATCH clients/* {"name":"unrelated"}`}
	}
	tenant.ForgetRequests()
	updated := r.Apply(now, config.With(unrelated))
	expectWrites(t, tenant, want...)
	if got, want := acctest.Get(updated.State, name), acctest.Get(created.State, name); !reflect.DeepEqual(got, want) {
		t.Errorf("the state has %v, want %v", got, want)
	}
	r, now = refreshed(t, tenant, updated)
	if changed := r.Ignoring(name).Plan(now, config.With(unrelated)).Changed(); len(changed) > 0 {
		t.Errorf("the next plan changes %v", changed)
	}
}

func testRemoved(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	if c.required {
		t.Skip("it cannot be left out")
	}
	created := newRun(t, tenant).Apply(nil, c.config(name, c.first))
	r, now := refreshed(t, tenant, created)
	tenant.ForgetRequests()
	updated := r.Apply(now, c.without(name))
	expectWrites(t, tenant, c.leftOut...)
	expectEmptyPlan(t, tenant, updated, c.without(name))
}

func testLeftOutOfImport(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	if c.required {
		t.Skip("it cannot be left out")
	}
	newRun(t, tenant).Apply(nil, c.config(name, c.first))
	r := newRun(t, tenant)
	imported, diags := r.TryImport(named(t, tenant, "forms").ID, nil)
	acctest.RequireNoError(t, diags)
	tenant.ForgetRequests()
	updated := r.Apply(imported, c.without(name))
	expectWrites(t, tenant, c.imported...)
	now := expectEmptyPlan(t, tenant, updated, c.without(name))
	if name == "description" && acctest.Get(now.State, name) != c.first {
		t.Errorf("the description is %v", acctest.Get(now.State, name))
	}
}

func testSetByOthers(t *testing.T, tenant *acctest.Tenant, name string, c ownershipCase) {
	if c.byOthers == nil || c.required {
		t.Skip("no other client can set it, or it cannot be left out")
	}
	created := newRun(t, tenant).Apply(nil, c.without(name))
	c.byOthers(tenant, named(t, tenant, "forms"))
	r, now := refreshed(t, tenant, created)
	if changed := r.Plan(now, c.without(name)).Changed(); len(c.corrected) == 0 && len(changed) > 0 {
		t.Errorf("the plan changes %v", changed)
	}
	tenant.ForgetRequests()
	updated := r.Apply(now, c.without(name))
	expectWrites(t, tenant, c.corrected...)
	// It is still not ours when something else changes.
	tenant.ForgetRequests()
	r, now = refreshed(t, tenant, updated)
	r.Apply(now, c.without(name).With(attributes{"name": "renamed"}))
	expectWrites(t, tenant, `PATCH clients/* {"name":"renamed"}`)
}

// A description that was only ever kept by ignore_changes is not cleared when that ends.
func TestApplicationResource_ignoredDescriptionOfOthers(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	describe("theirs")(tenant, named(t, tenant, "forms"))
	r, now := refreshed(t, tenant, created)
	config := minimalConfig().With(attributes{"name": "renamed"})
	updated := r.Ignoring("description").Apply(now, config)
	expectEmptyPlan(t, tenant, updated, config)
}

// The grant for the API of the configuration is taken over after an import, and the one for the provider's is left alone.
func TestApplicationResource_importWithAnotherAPI(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddAPI(emulator.API{Identifier: otherAPI, Scopes: []string{"read:orders"}})
	app := tenant.AddClient(emulator.Client{
		Name: "forms", AppType: "non_interactive", TokenEndpointAuthMethod: "client_secret_post", GrantTypes: []string{"client_credentials"},
	})
	tenant.Grant(app.ID, "read:users")
	other := tenant.AddGrant(emulator.Grant{ClientID: app.ID, Audience: otherAPI, Scope: []string{"read:orders"}})
	r := newRun(t, tenant)
	imported, diags := r.TryImport(app.ID, nil)
	acctest.RequireNoError(t, diags)
	config := attributes{"name": "forms", "audience": otherAPI, "scopes": []string{"read:orders"}, "store_client_secret": false}
	updated := r.Apply(imported, config)
	expectWrites(t, tenant)
	if got := acctest.Get(updated.State, "grant_id"); got != other.ID {
		t.Errorf("the grant is %v, want %s", got, other.ID)
	}
	expectEmptyPlan(t, tenant, updated, config)
}
