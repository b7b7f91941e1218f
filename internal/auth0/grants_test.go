package auth0

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// grantLists counts the lists of grants that were asked for, and how many of them for one application.
func grantLists(tenant *emulator.Tenant) (all, filtered int) {
	for _, r := range tenant.Requests() {
		if r.Method == http.MethodGet && r.Path == "/api/v2/client-grants" {
			all++
			if r.Query.Has("client_id") {
				filtered++
			}
		}
	}
	return all, filtered
}

func TestLookupGrant_oneList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, ours, lists int }{
		"alone":         {0, 1, 1},
		"a small one":   {0, 90, 1},
		"a large one":   {350, 90, 9},
		"a few of many": {350, 2, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, client := newTenant(t)
			for n := range test.before {
				tenant.Grant(tenant.AddClient(emulator.Client{Name: fmt.Sprint("other ", n)}).ID, "read:clients")
			}
			ours := make([]emulator.Client, test.ours)
			for n := range ours {
				ours[n] = tenant.AddClient(emulator.Client{Name: fmt.Sprint("ours ", n)})
				tenant.Grant(ours[n].ID, "read:users")
			}
			var wg sync.WaitGroup
			for _, app := range ours {
				wg.Go(func() {
					grant, err := client.LookupGrant(t.Context(), app.ID, tenant.Audience())
					if err != nil || grant == nil || grant.ClientID != app.ID || !slices.Equal(grant.Scopes, []string{"read:users"}) {
						t.Errorf("got %+v, %v", grant, err)
					}
				})
			}
			wg.Wait()
			if lists, _ := grantLists(tenant); lists > test.lists {
				t.Errorf("%d lists were asked for, want %d at most", lists, test.lists)
			}
		})
	}
}

func TestLookupGrant_missing(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	audience := tenant.Audience()
	without := tenant.AddClient(emulator.Client{Name: "without"})
	late := tenant.AddClient(emulator.Client{Name: "late"})
	if grant, err := client.LookupGrant(t.Context(), without.ID, audience); !errors.Is(err, ErrNoGrant) {
		t.Fatalf("got %+v, %v", grant, err)
	}
	tenant.Grant(late.ID, "read:users") // after the list was fetched
	if grant, err := client.LookupGrant(t.Context(), late.ID, audience); grant == nil || err != nil {
		t.Fatalf("got %+v, %v", grant, err)
	}
	if lists, filtered := grantLists(tenant); lists != 3 || filtered != 2 {
		t.Errorf("%d lists were asked for, %d of them for one application", lists, filtered)
	}
}

func TestLookupGrant_ownWrites(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	audience := tenant.Audience()
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	other := tenant.AddClient(emulator.Client{Name: "other"})
	tenant.Grant(other.ID, "read:users")
	read := func() string {
		t.Helper()
		grant, err := client.LookupGrant(t.Context(), app.ID, audience)
		if errors.Is(err, ErrNoGrant) {
			return "none"
		}
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(grant.Scopes, " ")
	}
	if got := read(); got != "none" {
		t.Errorf("at first: %s", got)
	}
	made, err := client.CreateGrant(t.Context(), app.ID, audience, []string{"update:users", "read:users", "read:users"})
	if err != nil {
		t.Fatal(err)
	}
	if got := read(); got != "read:users update:users" {
		t.Errorf("after the create: %s", got)
	}
	if _, err := client.UpdateGrant(t.Context(), made.ID, nil, false); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != "" {
		t.Errorf("after the update: %s", got)
	}
	if err := client.DeleteGrant(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != "none" {
		t.Errorf("after the delete: %s", got)
	}
	if _, err := client.CreateGrant(t.Context(), app.ID, audience, nil); err != nil {
		t.Fatal(err)
	}
	requests := tenant.Requests()
	if body := string(requests[len(requests)-1].RequestBody); !strings.Contains(body, `"scope":[]`) {
		t.Errorf("no scope was sent as %s", body)
	}
	if err := client.DeleteApplication(t.Context(), app.ID); err != nil {
		t.Fatal(err)
	}
	tenant.Fail(emulator.Fault{Method: http.MethodGet, Times: -1, Kind: "400"})
	if grant, _ := client.LookupGrant(t.Context(), app.ID, audience); grant != nil {
		t.Errorf("after the application was deleted: %+v", grant)
	}
}

func TestLookupGrant_subjectType(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: "/api/v2/client-grants", Times: -1, Status: http.StatusOK,
		Body: fmt.Sprintf(`{"client_grants":[{"id":"cgr_1","client_id":%q,"audience":%q,"scope":["a"],"subject_type":"user"}]}`,
			app.ID, tenant.Audience())})
	if grant, err := client.LookupGrant(t.Context(), app.ID, tenant.Audience()); !errors.Is(err, ErrNoGrant) {
		t.Errorf("got %+v, %v", grant, err)
	}
}

func TestGrantPages(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = 50 })
	for n := range 60 {
		tenant.Grant(tenant.AddClient(emulator.Client{Name: fmt.Sprint(n)}).ID, "read:users")
	}
	n := 0
	for _, err := range client.grantPages(grantFilter{audience: tenant.Audience()}).each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 61 { // with that of the client that is there from the start
		t.Errorf("got %d grants", n)
	}
}
