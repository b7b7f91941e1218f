package application_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const typeName = "auth0vault_application"

type attributes = acctest.Attributes

func minimalConfig() attributes {
	return attributes{"name": "forms", "actions": []string{"GET_USER"}, "store_client_secret": true}
}

// virtualRun runs a subtest in virtual time, with a tenant of its own, beside others.
func virtualRun(t *testing.T, name string, test func(t *testing.T, tenant *acctest.Tenant)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) { test(t, acctest.NewInProcess(t)) })
	})
}

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration. An application is never replaced, and is planned as it
// is configured.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, typeName, arguments...).Exactly()
}

// refreshed refreshes an object in a new run, which it returns as well.
func refreshed(t *testing.T, tenant *acctest.Tenant, o *acctest.Object) (*acctest.Run, *acctest.Object) {
	t.Helper()
	r := newRun(t, tenant)
	return r, r.Read(o)
}

// applied applies a configuration in a new run, with a refresh; prior is nil for a
// create. Of what the request log then has, the apply alone wrote something.
func applied(t *testing.T, tenant *acctest.Tenant, prior *acctest.Object, config attributes) *acctest.Object {
	t.Helper()
	r := newRun(t, tenant)
	if prior != nil {
		prior = r.Read(prior)
	}
	tenant.ForgetRequests()
	return expectEmptyPlan(t, tenant, r.Apply(prior, config), config)
}

// expectEmptyPlan plans in a new run, with a refresh. It returns what the refresh found.
func expectEmptyPlan(t *testing.T, tenant *acctest.Tenant, o *acctest.Object, config attributes) *acctest.Object {
	t.Helper()
	r, now := refreshed(t, tenant, o)
	if changed := r.Plan(now, config).Changed(); len(changed) > 0 {
		t.Errorf("the plan is not empty: it changes %v", changed)
	}
	return now
}

// named returns the application of a name; there must be one.
func named(t *testing.T, tenant *acctest.Tenant, name string) emulator.Client {
	t.Helper()
	found := slices.DeleteFunc(tenant.Clients(), func(c emulator.Client) bool { return c.Name != name })
	if len(found) != 1 {
		t.Fatalf("the tenant has %d applications named %q", len(found), name)
	}
	return found[0]
}

func grantsOf(tenant *acctest.Tenant, clientID string) []emulator.Grant {
	return slices.DeleteFunc(tenant.Grants(), func(g emulator.Grant) bool { return g.ClientID != clientID })
}

// expectHolds fails unless the tenant holds one application of the name, a
// machine-to-machine application with one grant of exactly these scopes.
func expectHolds(t *testing.T, tenant *acctest.Tenant, name string, scopes ...string) emulator.Client {
	t.Helper()
	client := named(t, tenant, name)
	if client.AppType != "non_interactive" || !slices.Equal(client.GrantTypes, []string{"client_credentials"}) ||
		client.TokenEndpointAuthMethod != "client_secret_post" || client.Settings["client_authentication_methods"] != nil {
		t.Errorf("it is not a machine-to-machine application: %+v", client)
	}
	grants := grantsOf(tenant, client.ID)
	if len(grants) != 1 {
		t.Fatalf("it has %d grants", len(grants))
	}
	want := slices.Sorted(slices.Values(scopes))
	if got := grants[0]; got.Audience != tenant.Audience() || !slices.Equal(slices.Sorted(slices.Values(got.Scope)), want) ||
		got.Settings["allow_all_scopes"] == true {
		t.Errorf("its grant is %+v, want the scopes %v", got, want)
	}
	return client
}

// expectSecret fails unless the state has the secret that the tenant holds now, or none.
func expectSecret(t *testing.T, tenant *acctest.Tenant, o *acctest.Object, stored bool) {
	t.Helper()
	var want any
	if stored {
		client, _ := tenant.Tenant.Client(acctest.Get(o.State, "id").(string))
		want = client.Secret
	}
	if got := acctest.Get(o.State, "client_secret"); got != want {
		t.Errorf("the secret in the state is %v, want %v", got, want)
	}
}

// expectNothing fails if the tenant has more than the provider's own client and its grant.
func expectNothing(t *testing.T, tenant *acctest.Tenant) {
	t.Helper()
	if clients, grants := len(tenant.Clients()), len(tenant.Grants()); clients != 1 || grants != 1 {
		t.Errorf("the tenant has %d applications and %d grants, want the provider's own", clients, grants)
	}
}

// expectRequests fails unless these were the requests to the Management API. A
// request is "METHOD path body", with a star for an ID; a want without a body is
// about any. It empties the log.
func expectRequests(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	expectLog(t, tenant, tenant.Asked("", ""), want)
}

// expectWrites is expectRequests for the requests that change something.
func expectWrites(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	expectLog(t, tenant, slices.DeleteFunc(tenant.Asked("", ""), func(r emulator.Request) bool { return r.Method == http.MethodGet }), want)
}

func expectLog(t *testing.T, tenant *acctest.Tenant, log []emulator.Request, want []string) {
	t.Helper()
	defer tenant.ForgetRequests()
	var got []string
	for _, r := range log {
		parts := strings.Split(strings.TrimPrefix(r.Path, "/api/v2/"), "/")
		if len(parts) > 1 {
			parts[1] = "*"
		}
		body := string(r.RequestBody)
		for _, client := range tenant.Clients() {
			body = strings.ReplaceAll(body, client.ID, "*")
		}
		got = append(got, fmt.Sprintf("%s %s %s", r.Method, strings.Join(parts, "/"), body))
	}
	matches := func(got, want string) bool {
		return got == want || strings.Count(want, " ") == 1 && strings.HasPrefix(got, want+" ")
	}
	if !slices.EqualFunc(got, want, matches) {
		t.Errorf("the tenant was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
