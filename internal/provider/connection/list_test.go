package connection_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// stock fills a tenant with connections c-000, c-001 and so on, and lists the
// oldest first. Every fifth is another app's.
func stock(tenant *acctest.Tenant, n int) {
	tenant.Configure(func(b *emulator.Behavior) { b.OldestFirst = true })
	for i := range n {
		app := "AUTH0"
		if i%5 == 4 {
			app = "SLACK"
		}
		tenant.AddVaultConnection(emulator.VaultConnection{AppID: app, Name: fmt.Sprintf("c-%03d", i), Setup: map[string]any{"type": "OAUTH_APP"}})
	}
}

func names(listed []acctest.Listed) (names []string) {
	for _, one := range listed {
		names = append(names, one.DisplayName)
	}
	return names
}

func TestConnectionList(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 7)
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(nil, acctest.ListOptions{}))
	if got, want := names(listed), []string{"c-000", "c-001", "c-002", "c-003", "c-005", "c-006"}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	ids := map[string]string{}
	for _, c := range tenant.VaultConnections() {
		ids[c.Name] = c.ID
	}
	for _, one := range listed {
		if len(one.Diagnostics) > 0 || one.Resource.Type() != nil {
			t.Errorf("%s: %v, %s", one.DisplayName, one.Resource, acctest.Said(one.Diagnostics))
		}
		if one.Identity["id"] != ids[one.DisplayName] || one.Identity["domain"] != tenant.Domain() {
			t.Errorf("%s has the identity %v, want %s in %s", one.DisplayName, one.Identity, ids[one.DisplayName], tenant.Domain())
		}
	}
	if asked := tenant.Asked("", ""); len(asked) != 1 {
		t.Errorf("it took the requests\n%s", tenant.Summary())
	}
}

func TestConnectionList_namePrefix(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 30)
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(acctest.Attributes{"name_prefix": "c-02"}, acctest.ListOptions{}))
	if got, want := names(listed), []string{"c-020", "c-021", "c-022", "c-023", "c-025", "c-026", "c-027", "c-028"}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	if listed := slices.Collect(r.List(acctest.Attributes{"name_prefix": "C-"}, acctest.ListOptions{})); len(listed) > 0 {
		t.Errorf("capitals matter, and it listed %v", names(listed))
	}
	refused := slices.Collect(r.List(acctest.Attributes{"name_prefix": ""}, acctest.ListOptions{}))
	acctest.ExpectError(t, refused[0].Diagnostics, "name_prefix", "at least 1")
}

// Pages are fetched only as far as their results are consumed.
func TestConnectionList_pages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		perPage, stop      int
		limit              int64
		listed, wantsPages int
	}{
		"all":                   {listed: 200, wantsPages: 3},
		"the first":             {stop: 1, listed: 1, wantsPages: 1},
		"all of the first page": {stop: 80, listed: 80, wantsPages: 1},
		"one more":              {stop: 81, listed: 81, wantsPages: 2},
		"a limit":               {limit: 80, listed: 80, wantsPages: 1},
		"a limit beyond":        {limit: 1000, listed: 200, wantsPages: 3},
		"small pages":           {perPage: 50, listed: 200, wantsPages: 6}, // the first is refused
		"the first of small":    {perPage: 50, stop: 40, listed: 40, wantsPages: 2},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			stock(tenant, 250)
			tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = c.perPage })
			r := acctest.NewRun(t, tenant, typeName)
			results := r.List(nil, acctest.ListOptions{Limit: c.limit})
			if asked := tenant.Asked("", ""); len(asked) > 0 {
				t.Errorf("asked before anybody wants anything:\n%s", tenant.Summary())
			}
			listed := 0
			for one := range results {
				acctest.MustSucceed(t, one.Diagnostics)
				if listed++; listed == c.stop {
					break
				}
			}
			if pages := len(tenant.Asked(http.MethodGet, vaultPath)); listed != c.listed || pages != c.wantsPages {
				t.Errorf("listed %d with %d pages, want %d with %d", listed, pages, c.listed, c.wantsPages)
			}
		})
	}
}

// What is created between two pages, and moves the last of one to the next, lists nothing twice.
func TestConnectionList_meanwhile(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 150)
	tenant.Configure(func(b *emulator.Behavior) { b.OldestFirst = false })
	seen := map[any]bool{}
	for one := range acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{}) {
		if acctest.MustSucceed(t, one.Diagnostics); len(seen) == 0 {
			for range 3 {
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "new"})
			}
		}
		if id := one.Identity["id"]; seen[id] {
			t.Errorf("%s is listed twice", one.DisplayName)
		} else {
			seen[id] = true
		}
	}
	if len(seen) != 120 {
		t.Errorf("listed %d", len(seen))
	}
}

func TestConnectionList_includeResource(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	there := addRemote(tenant, "forms", client)
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(nil, acctest.ListOptions{IncludeResource: true}))
	if len(listed) != 1 {
		t.Fatalf("listed %v", names(listed))
	}
	acctest.MustSucceed(t, listed[0].Diagnostics)
	o := listed[0].Resource
	if acctest.Get(o, "id") != there.ID || acctest.Get(o, "name") != "forms" || acctest.Get(o, "ready") != true || acctest.Get(o, "domain") != nil {
		t.Errorf("listed %v", acctest.Get(o))
	}
	if asked := tenant.Asked("", ""); len(asked) != 1 {
		t.Errorf("it took the requests\n%s", tenant.Summary())
	}

	// What is generated of it has no setup, and is planned empty.
	config := r.Generated(o)
	if diags := r.Validate(config); len(diags) > 0 {
		t.Errorf("it said %s", acctest.Said(diags))
	}
	imported, diags := r.TryImport("", listed[0].Identity)
	acctest.MustSucceed(t, diags)
	expectEmptyPlan(t, tenant, imported, config)
}

func TestConnectionList_error(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 250)
	tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: "/api/v2" + vaultPath, Skip: 1, Status: http.StatusForbidden, Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:flows_vault_connections","errorCode":"insufficient_scope"}`})
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(nil, acctest.ListOptions{}))
	if len(listed) != 81 {
		t.Errorf("listed %d, want a page and the error", len(listed))
	}
	acctest.ExpectError(t, listed[len(listed)-1].Diagnostics, "", "Unable to list vault connections", "read:flows_vault_connections")
}

// A list cannot wait for a provider that is known later.
func TestConnectionList_provider(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for name, r := range map[string]*acctest.Run{
		"not configured": acctest.NewBareRun(t.Context(), t, tenant, typeName),
		"not known yet":  acctest.NewRun(t, tenant, typeName, acctest.Attributes{"client_secret": acctest.Unknown}),
		"no domain":      acctest.NewRun(t, tenant, typeName, acctest.Attributes{"domain": nil}),
	} {
		listed := slices.Collect(r.List(nil, acctest.ListOptions{}))
		if len(listed) != 1 || !acctest.Failed(listed[0].Diagnostics) {
			t.Errorf("%s: listed %v", name, listed)
			continue
		}
		if want := "Unable to list vault connections"; name != "no domain" && listed[0].Diagnostics[0].Summary != want {
			t.Errorf("%s: it said %s", name, acctest.Said(listed[0].Diagnostics))
		}
	}
}

func TestConnectionList_query(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	stock(tenant, 120)
	there := tenant.VaultConnections()[10]
	identity := map[string]knownvalue.Check{"id": knownvalue.StringExact(there.ID), "domain": knownvalue.StringExact(tenant.Domain())}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Queries came with Terraform 1.14. What is above runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{
				Query: true,
				Config: tenant.Config(`
list "auth0vault_connection" "some" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "c-01"
  }
}

list "auth0vault_connection" "all" {
  provider = auth0vault
  limit    = 1000
}
`),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("auth0vault_connection.some", 8),
					querycheck.ExpectLength("auth0vault_connection.all", 96),
					querycheck.ExpectIdentity("auth0vault_connection.some", identity),
					querycheck.ExpectResourceDisplayName("auth0vault_connection.some", queryfilter.ByResourceIdentity(identity), knownvalue.StringRegexp(regexp.MustCompile("^c-010$"))),
				},
			},
		},
	})
}
