package connection_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addConnections fills a tenant with vault connections c-000, c-001 and so on, and lists
// the oldest first. Every fifth is another app's.
func addConnections(tenant *acctest.Tenant, n int) {
	tenant.Configure(func(b *emulator.Behavior) { b.OldestFirst = true })
	for i := range n {
		app := "AUTH0"
		if i%5 == 4 {
			app = "SLACK"
		}
		tenant.AddVaultConnection(emulator.VaultConnection{AppID: app, Name: fmt.Sprintf("c-%03d", i),
			Setup: map[string]any{"type": "OAUTH_APP"}})
	}
}

func TestConnectionList_namePrefix(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	addConnections(c.Tenant, 30)
	ids := map[string]string{}
	for _, v := range c.VaultConnections() {
		ids[v.Name] = v.ID
	}
	for prefix, want := range map[any]int{nil: 24, "c-02": 8, "C-": 0} {
		r := c.NewRun()
		c.ForgetRequests()
		listed := slices.Collect(r.List(attributes{"name_prefix": prefix}, acctest.ListOptions{}))
		if len(listed) != want {
			t.Errorf("%v: listed %v, want %d", prefix, listed, want)
		}
		for i, one := range listed {
			if len(one.Diagnostics) > 0 || one.Resource.Type() != nil || one.Identity["id"] != ids[one.DisplayName] ||
				one.Identity["domain"] != c.Domain() ||
				i > 0 && one.DisplayName <= listed[i-1].DisplayName {
				t.Errorf("listed %v", one)
			}
		}
		if n := len(c.Asked("", "")); n != 1 {
			t.Errorf("it took the requests\n%s", c.Summary())
		}
	}
}

// Pages are requested only as far as their results are consumed.
func TestConnectionList_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		perPage, stop int
		limit         int64
		listed, pages int
	}{
		"all":                   {listed: 200, pages: 3},
		"the first":             {stop: 1, listed: 1, pages: 1},
		"all of the first page": {stop: 80, listed: 80, pages: 1},
		"one more":              {stop: 81, listed: 81, pages: 2},
		"a limit":               {limit: 80, listed: 80, pages: 1},
		"a limit beyond":        {limit: 1000, listed: 200, pages: 3},
		"small pages":           {perPage: 50, listed: 200, pages: 6}, // the first is refused
		"the first of small":    {perPage: 50, stop: 40, listed: 40, pages: 2},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, _ := newConnection(t)
			addConnections(c.Tenant, 250)
			c.Configure(func(b *emulator.Behavior) { b.MaxPerPage = test.perPage })
			results := c.NewRun().List(nil, acctest.ListOptions{Limit: test.limit})
			if n := len(c.Asked("", "")); n > 0 {
				t.Errorf("%d requests were sent before a result was consumed", n)
			}
			listed := 0
			for one := range results {
				acctest.RequireNoError(t, one.Diagnostics)
				if listed++; listed == test.stop {
					break
				}
			}
			if pages := len(c.Asked("GET", vaultPath)); listed != test.listed || pages != test.pages {
				t.Errorf("listed %d with %d pages, want %d with %d", listed, pages, test.listed, test.pages)
			}
		})
	}
}

// What is created between two pages, and moves the last of one to the next, lists nothing twice.
func TestConnectionList_createdMeanwhile(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	addConnections(c.Tenant, 150)
	c.Configure(func(b *emulator.Behavior) { b.OldestFirst = false })
	seen := map[any]bool{}
	for one := range c.NewRun().List(nil, acctest.ListOptions{}) {
		if acctest.RequireNoError(t, one.Diagnostics); len(seen) == 0 {
			for range 3 {
				c.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "new"})
			}
		}
		if seen[one.Identity["id"]] {
			t.Errorf("%s is listed twice", one.DisplayName)
		}
		seen[one.Identity["id"]] = true
	}
	if len(seen) != 120 {
		t.Errorf("listed %d", len(seen))
	}
}

// The generated configuration has no setup, and plans empty.
func TestConnectionList_includeResource(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	there := addRemote(c.Tenant, "forms", client)
	r := c.NewRun()
	listed := slices.Collect(r.List(nil, acctest.ListOptions{IncludeResource: true}))
	if len(listed) != 1 || len(c.Asked("", "")) != 1 {
		t.Fatalf("listed %v with\n%s", listed, c.Summary())
	}
	acctest.RequireNoError(t, listed[0].Diagnostics)
	for name, want := range (attributes{"id": there.ID, "name": "forms", "ready": true, "domain": nil}) {
		if got := acctest.Get(listed[0].Resource, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	c.Run(step{ImportIdentity: listed[0].Identity, Config: r.Generated(listed[0].Resource), Plan: none})
}

func TestConnectionList_errors(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	addConnections(c.Tenant, 250)
	c.Fail(emulator.Fault{Method: "GET", Path: "/api/v2" + vaultPath, Skip: 1, Times: 1, Status: 403,
		Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:flows_vault_connections",` +
			`"errorCode":"insufficient_scope"}`})
	const failed = "Unable to list vault connections"
	for _, test := range []struct {
		r      *acctest.Run
		prefix any
		listed int
		on     string
		words  []string
	}{
		{c.NewRun(), nil, 80, "", []string{failed, "read:flows_vault_connections"}}, // a page and the error
		{c.NewRun(), "", 0, "name_prefix", []string{"at least 1"}},
		{acctest.NewBareRun(t.Context(), t, c.Tenant, typeName), nil, 0, "", []string{failed}},
		{c.NewRun(attributes{"client_secret": unknown}), nil, 0, "", []string{failed}},
		{c.NewRun(attributes{"domain": nil}), nil, 0, "", []string{"AUTH0_DOMAIN"}},
	} {
		listed := slices.Collect(test.r.List(attributes{"name_prefix": test.prefix}, acctest.ListOptions{}))
		if len(listed) != test.listed+1 {
			t.Errorf("listed %d and the error, want %d", len(listed)-1, test.listed)
		}
		acctest.ExpectError(t, listed[len(listed)-1].Diagnostics, test.on, test.words...)
	}
}
