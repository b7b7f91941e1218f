package user_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// stock fills a tenant with users u-000, u-001 and so on, each a minute younger
// than the one before.
func stock(tenant *acctest.Tenant, n int) {
	for i := range n {
		tenant.AddUser(emulator.User{
			ID: fmt.Sprintf("auth0|u-%04d", i), Email: fmt.Sprintf("u-%04d@example.com", i), CreatedAt: time.Date(2025, 1, 1, 0, i, 0, 0, time.UTC),
			UserMetadata: map[string]any{"plan": "gold", "n": i},
		})
	}
}

func TestUserList(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 130)
	r := acctest.NewRun(t, tenant, typeName)
	for query, want := range map[any]int{
		nil: 130, `email:"u-0007@example.com"`: 1, `user_id:"auth0|nobody"`: 0,
		`identities.connection:"Username-Password-Authentication" AND user_metadata.plan:"gold"`: 130,
	} {
		listed := slices.Collect(r.List(acctest.Attributes{"query": query}, acctest.ListOptions{}))
		if len(listed) != want {
			t.Fatalf("%v: listed %d, want %d: %v", query, len(listed), want, listed)
		}
		for i, one := range listed {
			there := tenant.Users()[i]
			if want == 1 {
				there = tenant.Users()[7]
			}
			if one.DisplayName != there.Email || one.Identity["id"] != there.ID || one.Identity["domain"] != tenant.Domain() || one.Resource.Type() != nil {
				t.Errorf("%v: listed %v as number %d, want %s", query, one, i, there.ID)
			}
		}
	}
	refused := slices.Collect(r.List(acctest.Attributes{"query": ""}, acctest.ListOptions{}))
	acctest.ExpectError(t, refused[0].Diagnostics, "query", "is empty")
}

func TestUserList_pages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		users, perPage, stop int
		limit                int64
		listed, pages        int
	}{
		"all":                    {users: 250, listed: 250, pages: 3},
		"the first":              {users: 250, stop: 1, listed: 1, pages: 1},
		"the first page":         {users: 250, stop: 100, listed: 100, pages: 1},
		"a limit of one page":    {users: 250, limit: 100, listed: 100, pages: 1},
		"a limit of one more":    {users: 250, limit: 101, listed: 101, pages: 2},
		"small pages":            {users: 120, perPage: 50, listed: 120, pages: 4}, // the first is refused
		"more than Auth0 gives":  {users: 1010, listed: 1000, pages: 10},
		"as many as Auth0 gives": {users: 1000, listed: 1000, pages: 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			stock(tenant, c.users)
			tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = c.perPage })
			listed := 0
			var warned []*tfprotov6.Diagnostic
			for one := range acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{Limit: c.limit}) {
				acctest.MustSucceed(t, one.Diagnostics)
				warned = append(warned, one.Diagnostics...)
				if listed++; listed == c.stop {
					break
				}
			}
			if c.listed == 1000 {
				acctest.ExpectWarning(t, warned, "", "Not all users", "1000")
			} else if len(warned) > 0 {
				t.Errorf("it said %s", acctest.Said(warned))
			}
			if pages := len(tenant.Asked(http.MethodGet, "/users")); listed != c.listed || pages != c.pages {
				t.Errorf("listed %d with %d pages, want %d with %d", listed, pages, c.listed, c.pages)
			}
		})
	}
}

func TestUserList_displayNames(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	for i, user := range []emulator.User{
		{ID: "auth0|1", Email: "ada@example.com", Username: "ada", Name: "Ada"},
		{ID: "auth0|2", Username: "bob", Name: "Bob"},
		{ID: "sms|3", Connection: "sms", Provider: "sms", PhoneNumber: "+15550101", Name: "Cy"},
	} {
		user.CreatedAt = time.Date(2025, 1, 1+i, 0, 0, 0, 0, time.UTC)
		tenant.AddUser(user)
	}
	var names []string
	for one := range acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{}) {
		names = append(names, one.DisplayName)
	}
	if want := []string{"ada@example.com", "bob", "+15550101"}; !slices.Equal(names, want) {
		t.Errorf("listed %v, want %v", names, want)
	}
}

// The configuration that is generated of a listed user is planned without a change.
func TestUserList_generated(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 1)
	blocked := true
	tenant.AddUser(emulator.User{ID: "auth0|full", Email: "Full@Example.com", Username: "full", EmailVerified: true, Name: "N", GivenName: "G", FamilyName: "F", Blocked: &blocked,
		AppMetadata: map[string]any{"deep": map[string]any{"list": []any{1, nil, "x"}}}})
	tenant.AddUser(emulator.User{ID: "auth0|bare", Email: "bare@example.com"})
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(nil, acctest.ListOptions{IncludeResource: true}))
	if len(listed) != 3 || len(tenant.Asked("", "")) != 1 {
		t.Fatalf("listed %d with\n%s", len(listed), tenant.Summary())
	}
	for _, one := range listed {
		acctest.MustSucceed(t, one.Diagnostics)
		config := r.Generated(one.Resource)
		acctest.MustSucceed(t, r.Validate(config))
		imported, diags := r.TryImport("", one.Identity)
		acctest.MustSucceed(t, diags)
		if !imported.State.Equal(one.Resource) {
			t.Errorf("%s is listed as %v and read as %v", one.DisplayName, one.Resource, imported.State)
		}
		if changed := r.Plan(imported, config).Changed(); len(changed) > 0 {
			t.Errorf("the plan for %s changes %v", one.DisplayName, changed)
		}
	}
}

func TestUserList_error(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 130)
	tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: "/api/v2/users", Skip: 1, Status: http.StatusBadRequest, Body: `{"statusCode":400,"error":"Bad Request","message":"no","errorCode":"invalid_query_string"}`})
	r := acctest.NewRun(t, tenant, typeName)
	listed := slices.Collect(r.List(nil, acctest.ListOptions{}))
	if len(listed) != 101 {
		t.Errorf("listed %d, want a page and the error", len(listed))
	}
	acctest.ExpectError(t, listed[len(listed)-1].Diagnostics, "", "Unable to list users", "invalid_query_string")

	listed = slices.Collect(r.List(acctest.Attributes{"query": "name:/[/"}, acctest.ListOptions{}))
	acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list users", "invalid_query_string")
}

func TestUserList_provider(t *testing.T) {
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
		acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list users", "not known")
	}
}

func TestUserList_query(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	stock(tenant, 12)
	identity := map[string]knownvalue.Check{"id": knownvalue.StringExact("auth0|u-0010"), "domain": knownvalue.StringExact(tenant.Domain())}
	const list = "auth0vault_user.some"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Queries came with Terraform 1.14. What is above runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{
				Query: true,
				Config: tenant.Config(`
list "auth0vault_user" "some" {
  provider = auth0vault

  config {
    query = "email:u-001*"
  }
}
`),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(list, 2),
					querycheck.ExpectIdentity(list, identity),
					querycheck.ExpectResourceDisplayName(list, queryfilter.ByResourceIdentity(identity), knownvalue.StringExact("u-0010@example.com")),
				},
			},
		},
	})
}
