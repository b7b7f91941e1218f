package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// listedType is a list resource, and how a tenant gets objects for it.
type listedType struct {
	objects string // what messages call them
	path    string // of the request that lists them
	// filter is the argument, some a value that chooses the objects 10 to 19 of 130.
	filter, some string
	// somePages is how many pages that takes.
	somePages int
	// add adds the object of a number, and returns its ID and display name.
	add func(tenant *acctest.Tenant, i int) (id, displayName string)
	// addVariants adds objects of all sorts.
	addVariants func(tenant *acctest.Tenant)
	// planned are the changes that the plan of an imported object shows, by display name; none for most.
	planned map[string][]string
	// readEach says that each is read by its ID for a list with resources.
	readEach bool
}

func listedTypes() map[string]listedType {
	mail := map[string]any{"id": "mail", "type": "AUTH0", "action": "SEND_EMAIL",
		"params": map[string]any{"to": "ada@example.com", "subject": "S", "body": "B"}}
	machine := func(tenant *acctest.Tenant, name string) emulator.Client {
		return tenant.AddClient(emulator.Client{Name: name, AppType: "non_interactive",
			TokenEndpointAuthMethod: "client_secret_post", GrantTypes: []string{"client_credentials"}})
	}
	return map[string]listedType{
		"auth0vault_application": {
			objects: "applications", path: "/clients", filter: "name_prefix", some: "x-01", somePages: 2,
			add: func(tenant *acctest.Tenant, i int) (string, string) {
				app := machine(tenant, fmt.Sprintf("x-%03d", i))
				tenant.Grant(app.ID, "read:users")
				return app.ID, app.Name
			},
			addVariants: func(tenant *acctest.Tenant) {
				machine(tenant, "without a grant")
				tenant.AddClient(emulator.Client{Name: "of another type", AppType: "spa"})
			},
			planned: map[string][]string{"provider": {"token_endpoint_auth_method"}, "without a grant": {"grant_id", "granted_scopes"}},
		},
		"auth0vault_connection": {
			objects: "vault connections", path: "/flows/vault/connections", filter: "name_prefix", some: "x-01", somePages: 2,
			add: func(tenant *acctest.Tenant, i int) (string, string) {
				c := tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: fmt.Sprintf("x-%03d", i),
					Setup: map[string]any{"type": "OAUTH_APP"}})
				return c.ID, c.Name
			},
			addVariants: func(tenant *acctest.Tenant) {
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "empty"})
				tenant.AddVaultConnection(emulator.VaultConnection{AppID: "SLACK", Name: "of another app"})
			},
		},
		"auth0vault_flow": {
			objects: "flows", path: "/flows", filter: "name_prefix", some: "x-01", somePages: 2, readEach: true,
			add: func(tenant *acctest.Tenant, i int) (string, string) {
				f := tenant.AddFlow(emulator.Flow{Name: fmt.Sprintf("x-%03d", i), Actions: []any{mail}})
				return f.ID, f.Name
			},
			addVariants: func(tenant *acctest.Tenant) {
				tenant.AddFlow(emulator.Flow{Name: "nothing"})
				tenant.AddFlow(emulator.Flow{Name: "two actions", Actions: []any{mail,
					map[string]any{"id": "rest", "alias": "Rest", "type": "FLOW", "action": "DO_NOTHING"}}})
			},
		},
		"auth0vault_user": {
			objects: "users", path: "/users", filter: "query", some: "email:x-01*", somePages: 1,
			add: func(tenant *acctest.Tenant, i int) (string, string) {
				u := tenant.AddUser(emulator.User{ID: fmt.Sprintf("auth0|u%03d", i), Email: fmt.Sprintf("x-%03d@example.com", i),
					CreatedAt: time.Date(2025, 1, 1, 0, i, 0, 0, time.UTC)})
				return u.ID, u.Email
			},
			addVariants: func(tenant *acctest.Tenant) {
				blocked := true
				tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
				tenant.AddUser(emulator.User{Email: "full@example.com", Username: "full", EmailVerified: true, Name: "N", GivenName: "G",
					FamilyName: "F", Blocked: &blocked, AppMetadata: map[string]any{"deep": map[string]any{"list": []any{1, nil, "x"}}}})
				tenant.AddUser(emulator.User{Username: "bob", Name: "Bob"})
				tenant.AddUser(emulator.User{Connection: "sms", Provider: "sms", PhoneNumber: "+15550101", Name: "Cy"})
			},
		},
	}
}

// eachList runs a test for each list resource.
func eachList(t *testing.T, test func(t *testing.T, tenant *acctest.Tenant, typeName string, list listedType)) {
	t.Helper()
	types := listedTypes()
	if rows := slices.Sorted(maps.Keys(types)); !slices.Equal(rows, registered(t)["list resource"]) {
		t.Errorf("listedTypes has %v, the provider %v", rows, registered(t)["list resource"])
	}
	for typeName, list := range types {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.Configure(func(b *emulator.Behavior) { b.OldestFirst = true })
			test(t, tenant, typeName, list)
		})
	}
}

// Pages are requested only as far as their objects are consumed.
func TestLists(t *testing.T) {
	eachList(t, func(t *testing.T, tenant *acctest.Tenant, typeName string, list listedType) {
		names := map[any]string{}
		if typeName == "auth0vault_application" {
			names[tenant.Own.ID] = "provider" // the provider's own application is one of them
		}
		for i := range 130 - len(names) {
			id, name := list.add(tenant, i)
			names[id] = name
		}
		for name, test := range map[string]struct {
			filter        any
			perPage, stop int
			limit         int64
			listed, pages int
		}{
			"all":                     {listed: 130, pages: 2},
			"the first":               {stop: 1, listed: 1, pages: 1},
			"the first page":          {stop: 100, listed: 100, pages: 1},
			"a limit of one page":     {limit: 100, listed: 100, pages: 1},
			"a limit of one more":     {limit: 101, listed: 101, pages: 2},
			"a limit beyond":          {limit: 1000, listed: 130, pages: 2},
			"small pages":             {perPage: 50, listed: 130, pages: 4}, // the first is refused
			"some":                    {filter: list.some, listed: 10, pages: list.somePages},
			"none":                    {filter: strings.Replace(list.some, "x-01", "y", 1), listed: 0, pages: list.somePages},
			"the first of small ones": {perPage: 50, stop: 50, listed: 50, pages: 2},
		} {
			tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = test.perPage })
			tenant.ForgetRequests()
			results := acctest.NewRun(t, tenant, typeName).List(attributes{list.filter: test.filter}, acctest.ListOptions{Limit: test.limit})
			if n := len(tenant.Asked("", "")); n > 0 {
				t.Errorf("%s: %d requests were sent before an object was consumed", name, n)
			}
			seen := map[any]bool{}
			for one := range results {
				acctest.RequireNoError(t, one.Diagnostics)
				id := one.Identity["id"]
				if one.DisplayName == "" || one.DisplayName != names[id] || one.Identity["domain"] != tenant.Domain() ||
					one.Resource.Type() != nil || seen[id] {
					t.Errorf("%s: listed %v", name, one)
				}
				if seen[id] = true; len(seen) == test.stop {
					break
				}
			}
			if pages := len(tenant.Asked("GET", list.path)); len(seen) != test.listed || pages != test.pages {
				t.Errorf("%s: listed %d with %d pages, expected %d with %d", name, len(seen), pages, test.listed, test.pages)
			}
		}
	})
}

// A listed object has the state of an imported one, and its generated configuration plans empty.
func TestLists_includeResource(t *testing.T) {
	for _, behavior := range []func(*emulator.Behavior){
		func(*emulator.Behavior) {},
		func(b *emulator.Behavior) { b.ActionDefaults = true },
		func(b *emulator.Behavior) { b.EmptyActions = true },
	} {
		eachList(t, func(t *testing.T, tenant *acctest.Tenant, typeName string, list listedType) {
			tenant.Configure(behavior)
			list.add(tenant, 0)
			list.addVariants(tenant)
			r := acctest.NewRun(t, tenant, typeName)
			listed := slices.Collect(r.List(nil, acctest.ListOptions{IncludeResource: true}))
			reads := 0
			for _, request := range tenant.Asked("GET", list.path+"/") {
				if request.Path != "/api/v2"+list.path {
					reads++
				}
			}
			if want := map[bool]int{true: len(listed)}[list.readEach]; reads != want || len(listed) < 2 {
				t.Errorf("listed %d and read %d, expected %d", len(listed), reads, want)
			}
			for _, one := range listed {
				acctest.RequireNoError(t, one.Diagnostics)
				imported, diags := r.TryImport("", one.Identity)
				acctest.RequireNoError(t, diags)
				if !imported.State.Equal(one.Resource) {
					t.Errorf("%s is listed as %v and imported as %v", one.DisplayName, acctest.Get(one.Resource), acctest.Get(imported.State))
				}
				config := r.Generated(one.Resource)
				acctest.RequireNoError(t, r.Validate(config))
				if changed := r.Plan(imported, config).Changed(); !slices.Equal(changed, list.planned[one.DisplayName]) {
					t.Errorf("the plan for %s changes %v, expected %v", one.DisplayName, changed, list.planned[one.DisplayName])
				}
			}
		})
	}
}

func TestLists_errors(t *testing.T) {
	eachList(t, func(t *testing.T, tenant *acctest.Tenant, typeName string, list listedType) {
		for i := range 130 {
			list.add(tenant, i)
		}
		failed := "Unable to list " + list.objects
		tenant.Fail(emulator.Fault{Method: "GET", Path: "/api/v2" + list.path, Skip: 1, Times: 1, Status: http.StatusForbidden,
			Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: a:b","errorCode":"insufficient_scope"}`})
		for name, test := range map[string]struct {
			r      *acctest.Run
			filter any
			listed int
			on     string
			words  []string
		}{
			"the second page fails": {acctest.NewRun(t, tenant, typeName), nil, 100, "", []string{failed, "a:b"}},
			"an empty filter":       {acctest.NewRun(t, tenant, typeName), "", 0, list.filter, nil},
			"not configured":        {acctest.NewBareRun(t.Context(), t, tenant, typeName), nil, 0, "", []string{failed, "not known"}},
			"not known yet": {acctest.NewRun(t, tenant, typeName, attributes{"client_secret": acctest.Unknown}), nil, 0, "",
				[]string{failed, "not known"}},
			"no domain": {acctest.NewRun(t, tenant, typeName, attributes{"domain": nil}), nil, 0, "", []string{"AUTH0_DOMAIN"}},
		} {
			listed := slices.Collect(test.r.List(attributes{list.filter: test.filter}, acctest.ListOptions{}))
			if len(listed) != test.listed+1 {
				t.Fatalf("%s: listed %d and the error, expected %d", name, len(listed)-1, test.listed)
			}
			acctest.ExpectError(t, listed[test.listed].Diagnostics, test.on, test.words...)
		}
	})
}
