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

// A flow is read when it is consumed, and none after that.
func TestFlowList_lazily(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prefix               any
		limit                int64
		stop                 int
		listed, lists, reads int
	}{
		"all of a prefix": {prefix: "f-12", listed: 10, lists: 2, reads: 10},
		"the first":       {stop: 1, listed: 1, lists: 1, reads: 1},
		"a limit":         {limit: 2, listed: 2, lists: 1, reads: 2},
	} {
		tenant := acctest.NewInProcess(t)
		addFlows(tenant, 130)
		listed := 0
		for one := range acctest.NewRun(t, tenant, typeName).List(acctest.Attributes{"name_prefix": c.prefix},
			acctest.ListOptions{IncludeResource: true, Limit: c.limit}) {
			acctest.RequireNoError(t, one.Diagnostics)
			if listed++; listed == c.stop {
				break
			}
		}
		if lists, reads := lists(tenant); listed != c.listed || lists != c.lists || reads != c.reads {
			t.Errorf("%s: listed %d with %d lists and %d reads, expected %+v", name, listed, lists, reads, c)
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
