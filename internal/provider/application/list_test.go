package application_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addApplications adds machine-to-machine applications app-000, app-001 and so on, each with a grant, and an
// application of another type.
func addApplications(tenant *acctest.Tenant, n int) (ids []string) {
	for i := range n {
		app := tenant.AddClient(emulator.Client{
			Name: fmt.Sprintf("app-%03d", i), AppType: "non_interactive", TokenEndpointAuthMethod: "client_secret_post",
			GrantTypes: []string{"client_credentials"},
		})
		tenant.Grant(app.ID, "read:users")
		ids = append(ids, app.ID)
	}
	tenant.AddClient(emulator.Client{Name: "app-spa", AppType: "spa"})
	return ids
}

func TestApplicationList(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	ids := addApplications(tenant, 120)
	r := newRun(t, tenant)
	for name, test := range map[string]struct {
		config  attributes
		options acctest.ListOptions
		want    []string // IDs
		lists   int
	}{
		"a prefix": {attributes{"name_prefix": "app-01"}, acctest.ListOptions{}, ids[10:20], 2},
		"a limit":  {attributes{"name_prefix": "app-"}, acctest.ListOptions{Limit: 3}, ids[:3], 1},
		"none":     {attributes{"name_prefix": "other"}, acctest.ListOptions{}, nil, 2},
	} {
		tenant.ForgetRequests()
		var got []string
		for listed := range r.List(test.config, test.options) {
			acctest.RequireNoError(t, listed.Diagnostics)
			if listed.Identity["domain"] != tenant.Domain() || listed.DisplayName != named(t, tenant, listed.DisplayName).Name ||
				listed.Resource.Type() != nil {
				t.Errorf("%s: listed %v", name, listed)
			}
			got = append(got, listed.Identity["id"].(string))
		}
		if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(test.want))) {
			t.Errorf("%s: listed %v, want %v", name, got, test.want)
		}
		if n := len(tenant.Asked("", "")); n != test.lists {
			t.Errorf("%s: it took %d requests, want %d:\n%s", name, n, test.lists, tenant.Summary())
		}
	}
}

// An application is listed as it is imported, and the configuration that is generated of it plans empty.
func TestApplicationList_resource(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addApplications(tenant, 2)
	tenant.AddClient(emulator.Client{Name: "app-without-grant", TokenEndpointAuthMethod: "client_secret_post"})
	r := newRun(t, tenant)
	listed := slices.Collect(r.List(attributes{"name_prefix": "app-"}, acctest.ListOptions{IncludeResource: true}))
	if len(listed) != 3 {
		t.Fatalf("listed %d applications", len(listed))
	}
	if n := len(tenant.Asked("", "/clients/")); n > 0 {
		t.Errorf("%d applications were read", n)
	}
	for _, one := range listed {
		acctest.RequireNoError(t, one.Diagnostics)
		imported, diags := r.TryImport("", one.Identity)
		acctest.RequireNoError(t, diags)
		if !imported.State.Equal(one.Resource) {
			t.Errorf("%s is listed as %v and imported as %v", one.DisplayName, acctest.Get(one.Resource), acctest.Get(imported.State))
		}
	}
}

func TestApplicationList_failures(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	addApplications(tenant, 1)
	forbidden := `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: a:b","errorCode":"insufficient_scope"}`
	for path, message := range map[string]string{"/api/v2/clients": "Unable to list applications",
		"/api/v2/client-grants": "Unable to read the client grant"} {
		tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: path, Status: http.StatusForbidden, Body: forbidden})
		listed := slices.Collect(newRun(t, tenant).List(attributes{"name_prefix": "app-"}, acctest.ListOptions{IncludeResource: true}))
		if len(listed) != 1 {
			t.Fatalf("%s: listed %v", path, listed)
		}
		acctest.ExpectError(t, listed[0].Diagnostics, "", message, "a:b")
	}
	later := newRun(t, tenant, attributes{"client_secret": acctest.Unknown})
	for listed := range later.List(nil, acctest.ListOptions{}) {
		acctest.ExpectError(t, listed.Diagnostics, "", "Unable to list applications", "not known")
	}
}
