package flow_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addFlows fills a tenant with flows f-000, f-001 and so on, and lists the oldest first.
func addFlows(tenant *acctest.Tenant, n int) {
	tenant.Configure(func(b *emulator.Behavior) { b.OldestFirst = true })
	for i := range n {
		tenant.AddFlow(emulator.Flow{Name: fmt.Sprintf("f-%03d", i), Actions: []any{
			map[string]any{"id": "mail", "type": "AUTH0", "action": "SEND_EMAIL",
				"params": map[string]any{"to": "ada@example.com", "subject": "S", "body": "B"}},
			map[string]any{"id": "rest", "alias": "Rest", "type": "FLOW", "action": "DO_NOTHING"},
		}})
	}
}

// lists and reads count the requests for pages of the list and for single flows.
func lists(tenant *acctest.Tenant) (lists, reads int) {
	for _, request := range tenant.Asked(http.MethodGet, "/flows") {
		if strings.HasSuffix(request.Path, "/flows") {
			lists++
		} else {
			reads++
		}
	}
	return lists, reads
}

func TestFlowList(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addFlows(tenant, 23)
	r := acctest.NewRun(t, tenant, typeName)
	for prefix, want := range map[any]int{nil: 23, "f-01": 10, "f-999": 0} {
		listed := slices.Collect(r.List(acctest.Attributes{"name_prefix": prefix}, acctest.ListOptions{}))
		if len(listed) != want {
			t.Fatalf("%v: listed %d, want %d", prefix, len(listed), want)
		}
		for i, one := range listed {
			skipped := 0
			if prefix != nil {
				skipped = 10
			}
			there := tenant.Flows()[i+skipped]
			if one.DisplayName != there.Name || one.Identity["id"] != there.ID || one.Identity["domain"] != tenant.Domain() ||
				one.Resource.Type() != nil {
				t.Errorf("%v: listed %v as number %d, want %v", prefix, one, i, there)
			}
		}
	}
	if pages, reads := lists(tenant); pages != 3 || reads != 0 {
		t.Errorf("it took the requests\n%s", tenant.Summary())
	}
}

// A flow is read when its turn comes, and nothing after somebody has stopped.
func TestFlowList_lazily(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config          acctest.Attributes
		options         acctest.ListOptions
		perPage, stop   int
		listed          int
		lists, getsEach int
	}{
		"all": {listed: 130, lists: 2},
		"all, whole": {config: acctest.Attributes{"name_prefix": "f-12"}, options: acctest.ListOptions{IncludeResource: true},
			listed: 10, lists: 2, getsEach: 10},
		"the first page":      {stop: 100, listed: 100, lists: 1},
		"the first, whole":    {stop: 1, options: acctest.ListOptions{IncludeResource: true}, listed: 1, lists: 1, getsEach: 1},
		"a limit, whole":      {options: acctest.ListOptions{IncludeResource: true, Limit: 2}, listed: 2, lists: 1, getsEach: 2},
		"a limit of one page": {options: acctest.ListOptions{Limit: 100}, listed: 100, lists: 1},
		"small pages":         {perPage: 50, listed: 130, lists: 4}, // the first is refused
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			addFlows(tenant, 130)
			tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = c.perPage })
			listed := 0
			for one := range acctest.NewRun(t, tenant, typeName).List(c.config, c.options) {
				acctest.RequireNoError(t, one.Diagnostics)
				if listed++; listed == c.stop {
					break
				}
			}
			if pages, reads := lists(tenant); listed != c.listed || pages != c.lists || reads != c.getsEach {
				t.Errorf("listed %d with %d lists and %d reads, want %d with %d and %d", listed, pages, reads, c.listed, c.lists, c.getsEach)
			}
		})
	}
}

// The configuration that is generated of a listed flow is planned without a change.
func TestFlowList_generated(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*emulator.Behavior){
		"plain":         func(*emulator.Behavior) {},
		"with defaults": func(b *emulator.Behavior) { b.ActionDefaults = true },
		"empty actions": func(b *emulator.Behavior) { b.EmptyActions = true },
	} {
		tenant := acctest.NewInProcess(t)
		tenant.Configure(change)
		addFlows(tenant, 1)
		tenant.AddFlow(emulator.Flow{Name: "nothing"})
		r := acctest.NewRun(t, tenant, typeName)
		for one := range r.List(nil, acctest.ListOptions{IncludeResource: true}) {
			acctest.RequireNoError(t, one.Diagnostics)
			config := r.Generated(one.Resource)
			acctest.RequireNoError(t, r.Validate(config))
			imported, diags := r.TryImport("", one.Identity)
			acctest.RequireNoError(t, diags)
			if !imported.State.Equal(one.Resource) {
				t.Errorf("%s: %s is listed as %v and read as %v", name, one.DisplayName, one.Resource, imported.State)
			}
			if changed := r.Plan(imported, config).Changed(); len(changed) > 0 {
				t.Errorf("%s: the plan for %s changes %v", name, one.DisplayName, changed)
			}
		}
	}
}

// A flow that cannot be read does not hide the others; one that is gone is not listed.
func TestFlowList_failures(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addFlows(tenant, 3)
	flows := tenant.Flows()
	tenant.Fail(emulator.Fault{Path: "/api/v2/flows/" + flows[0].ID, Status: http.StatusForbidden,
		Body: `{"statusCode":403,"error":"Forbidden","message":"no"}`})
	tenant.Fail(emulator.Fault{Path: "/api/v2/flows/" + flows[1].ID, Status: http.StatusNotFound,
		Body: `{"statusCode":404,"error":"Not Found","message":"gone"}`})
	listed := slices.Collect(acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{IncludeResource: true}))
	if len(listed) != 2 || listed[1].DisplayName != "f-002" {
		t.Fatalf("listed %v", listed)
	}
	acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to read flow", flows[0].ID)
	acctest.RequireNoError(t, listed[1].Diagnostics)

	tenant.Fail(emulator.Fault{Path: "/api/v2/flows", Status: http.StatusForbidden,
		Body: `{"statusCode":403,"error":"Forbidden","message":"no"}`})
	listed = slices.Collect(acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{}))
	if len(listed) != 1 {
		t.Fatalf("listed %v", listed)
	}
	acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list flows")
}

func TestFlowList_provider(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for name, r := range map[string]*acctest.Run{
		"not configured": acctest.NewBareRun(t.Context(), t, tenant, typeName),
		"not known yet":  acctest.NewRun(t, tenant, typeName, acctest.Attributes{"domain": acctest.Unknown}),
	} {
		listed := slices.Collect(r.List(nil, acctest.ListOptions{}))
		if len(listed) != 1 {
			t.Fatalf("%s: listed %v", name, listed)
		}
		acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list flows", "not known")
	}
}

func TestFlowList_query(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	addFlows(tenant, 12)
	there := tenant.Flows()[10]
	identity := map[string]knownvalue.Check{"id": knownvalue.StringExact(there.ID), "domain": knownvalue.StringExact(tenant.Domain())}
	const list = "auth0vault_flow.some"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Queries came with Terraform 1.14. What is above runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{
				Query: true,
				Config: tenant.Config(`
list "auth0vault_flow" "some" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "f-01"
  }
}
`),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(list, 2),
					querycheck.ExpectIdentity(list, identity),
					querycheck.ExpectResourceDisplayName(list, queryfilter.ByResourceIdentity(identity), knownvalue.StringExact("f-010")),
					querycheck.ExpectResourceKnownValues(list, queryfilter.ByResourceIdentity(identity), []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("actions").AtSliceIndex(0).AtMapKey("send_email").AtMapKey("to"),
							KnownValue: knownvalue.StringExact("ada@example.com")},
					}),
				},
			},
		},
	})
}
