package user_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestUserList_query(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addUsers(tenant, 130)
	r := acctest.NewRun(t, tenant, typeName)
	for query, want := range map[any][]emulator.User{
		nil: tenant.Users(), `email:"u-0007@example.com"`: tenant.Users()[7:8], `user_id:"auth0|nobody"`: nil,
		`identities.connection:"Username-Password-Authentication" AND user_metadata.plan:"gold"`: tenant.Users(),
	} {
		listed := slices.Collect(r.List(attributes{"query": query}, acctest.ListOptions{}))
		if len(listed) != len(want) {
			t.Fatalf("%v: listed %d, want %d: %v", query, len(listed), len(want), listed)
		}
		for i, one := range listed {
			if one.DisplayName != want[i].Email || one.Identity["id"] != want[i].ID || one.Identity["domain"] != tenant.Domain() ||
				one.Resource.Type() != nil {
				t.Errorf("%v: listed %v as number %d, want %s", query, one, i, want[i].ID)
			}
		}
	}
}

// Pages are requested only as far as their users are consumed.
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
			addUsers(tenant, c.users)
			tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = c.perPage })
			listed := 0
			var warned []*tfprotov6.Diagnostic
			for one := range acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{Limit: c.limit}) {
				acctest.RequireNoError(t, one.Diagnostics)
				warned = append(warned, one.Diagnostics...)
				if listed++; listed == c.stop {
					break
				}
			}
			if c.listed == 1000 {
				acctest.ExpectWarning(t, warned, "", "Not all users", "1000")
			} else if len(warned) > 0 {
				t.Error(acctest.Format(warned))
			}
			if pages := len(tenant.Asked("GET", usersPath)); listed != c.listed || pages != c.pages {
				t.Errorf("listed %d with %d pages, want %d with %d", listed, pages, c.listed, c.pages)
			}
		})
	}
}

// A listed user has the state of an imported one, and its generated configuration
// plans empty.
func TestUserList_includeResource(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	for i, user := range []emulator.User{
		{ID: "auth0|full", Email: "full@example.com", Username: "full", EmailVerified: true, Name: "N", GivenName: "G",
			FamilyName: "F", Blocked: ptr(true),
			AppMetadata: map[string]any{"deep": map[string]any{"list": []any{1, nil, "x"}}}},
		{ID: "auth0|bare", Email: "bare@example.com"},
		{ID: "auth0|2", Username: "bob", Name: "Bob"},
		{ID: "sms|3", Connection: "sms", Provider: "sms", PhoneNumber: "+15550101", Name: "Cy"},
	} {
		user.CreatedAt = time.Date(2025, 1, 1+i, 0, 0, 0, 0, time.UTC)
		tenant.AddUser(user)
	}
	u := userOf(tenant)
	r := u.NewRun()
	var names []string
	listed := slices.Collect(r.List(nil, acctest.ListOptions{IncludeResource: true}))
	if n := len(tenant.Asked("", "")); n != 1 {
		t.Errorf("listed with %d requests", n)
	}
	for _, one := range listed {
		acctest.RequireNoError(t, one.Diagnostics)
		names = append(names, one.DisplayName)
		imported, diags := r.TryImport("", one.Identity)
		acctest.RequireNoError(t, diags)
		if !imported.State.Equal(one.Resource) {
			t.Errorf("%s is listed as %v and read as %v", one.DisplayName, one.Resource, imported.State)
		}
		u.Object = nil
		u.Run(step{ImportIdentity: one.Identity, Config: r.Generated(one.Resource), Plan: none})
	}
	if want := []string{"full@example.com", "bare@example.com", "bob", "+15550101"}; !slices.Equal(names, want) {
		t.Errorf("listed %v, want %v", names, want)
	}
}

func TestUserList_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addUsers(tenant, 130)
	tenant.Fail(emulator.Fault{Method: "GET", Path: "/api/v2/users", Skip: 1, Times: 1, Status: 400,
		Body: `{"statusCode":400,"error":"Bad Request","message":"no","errorCode":"invalid_query_string"}`})
	for _, test := range []struct {
		name   string
		r      *acctest.Run
		query  any
		listed int
		on     string
		words  []string
	}{
		{"the second page fails", acctest.NewRun(t, tenant, typeName), nil, 100, "", []string{"Unable to list users", "invalid_query_string"}},
		{"no such query", acctest.NewRun(t, tenant, typeName), "name:/[/", 0, "", []string{"Unable to list users", "invalid_query_string"}},
		{"an empty query", acctest.NewRun(t, tenant, typeName), "", 0, "query", []string{"is empty"}},
		{"not configured", acctest.NewBareRun(t.Context(), t, tenant, typeName), nil, 0, "", []string{"Unable to list users", "not known"}},
		{"not known yet", acctest.NewRun(t, tenant, typeName, attributes{"domain": unknown}), nil, 0, "",
			[]string{"Unable to list users", "not known"}},
	} {
		listed := slices.Collect(test.r.List(attributes{"query": test.query}, acctest.ListOptions{}))
		if len(listed) != test.listed+1 {
			t.Errorf("%s: listed %d and the error, want %d", test.name, len(listed)-1, test.listed)
		}
		acctest.ExpectError(t, listed[len(listed)-1].Diagnostics, test.on, test.words...)
	}
}
