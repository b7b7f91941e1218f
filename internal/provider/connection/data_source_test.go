package connection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const listName = "auth0vault_connections"

// data reads a data source.
func data(t *testing.T, r *acctest.Run, source string, config attributes) tftypes.Value {
	t.Helper()
	v, diags := r.Data(source, config)
	acctest.RequireNoError(t, diags)
	return v
}

// namesOf returns the names of listed vault connections.
func namesOf(v tftypes.Value) []string {
	names := []string{}
	for _, element := range acctest.Get(v, "connections").([]any) {
		names = append(names, element.(attributes)["name"].(string))
	}
	return names
}

// The data sources show what the resource shows, and no setup.
func TestConnectionDataSource_attributes(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http"})
	c.Configure(func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true })
	c.Run(step{State: attributes{"ready": true, "account_name": c.Domain(), "verify_credentials": true,
		"actions": nil, "required_scopes": nil}})
	r := c.NewRun()
	state, auth0 := r.Read(c.Object).State, data(t, r, listName, attributes{"app_id": "AUTH0"})
	for _, name := range []string{"id", "name", "account_name", "ready", "fingerprint", "created_at", "updated_at", "refreshed_at"} {
		want := acctest.Get(state, name)
		for how, got := range map[string]any{
			"id":   acctest.Get(data(t, r, typeName, attributes{"id": c.ID()}), name),
			"name": acctest.Get(data(t, r, typeName, attributes{"name": "forms"}), name),
			"list": acctest.Get(auth0, "connections", 0, name),
		} {
			if got == nil || got != want {
				t.Errorf("by %s, %s is %v, want %v", how, name, got, want)
			}
		}
	}
	all := data(t, r, listName, attributes{})
	if names := namesOf(all); len(names) != 2 || len(namesOf(auth0)) != 1 || strings.Contains(all.String(), "setup") {
		t.Errorf("listed %v", all)
	}
}

func TestConnectionDataSource_errors(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	one, two := addRemote(c.Tenant, "twin", client), addRemote(c.Tenant, "twin", client)
	http := c.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http"})
	r := c.NewRun()
	for _, test := range []struct {
		source string
		config attributes
		want   *acctest.Message
	}{
		{typeName, attributes{"id": unknownID}, at("id", unknownID, "Connection not found")},
		{typeName, attributes{"name": "nobody"}, at("name", `"nobody"`)},
		{typeName, attributes{"name": "twin"}, at("name", `"twin"`, one.ID, two.ID, "Choose one by its ID")},
		{typeName, attributes{"id": http.ID}, at("", "Not a vault connection for Auth0", `"http"`, http.ID, "HTTP")},
		{typeName, attributes{"name": "http"}, at("name", `"http"`, "AUTH0")},
		{typeName, attributes{"id": "forms"}, at("", "Unable to read vault connection", "forms")},
		{typeName, attributes{"id": "ac_1", "name": "forms"}, at("id", "Exactly one of id and name", "Both are")},
		{typeName, attributes{}, at("id", "Exactly one of id and name", "Neither is")},
		{typeName, attributes{"id": ""}, at("id")},
		{typeName, attributes{"name": ""}, at("name")},
		{listName, attributes{"app_id": ""}, at("app_id")},
		{listName, attributes{"app_id": strings.Repeat("A", 56)}, at("app_id")},
	} {
		_, diags := r.Data(test.source, test.config)
		acctest.ExpectError(t, diags, test.want.Path, test.want.Words...)
	}
	for _, config := range []attributes{{"id": unknown}, {"name": unknown}, {"id": unknown, "name": "forms"}} {
		if diags := r.ValidateData(typeName, config); len(diags) > 0 {
			t.Errorf("%v: %s", config, acctest.Format(diags))
		}
	}
	c.Grant(c.Own.ID, "read:users")
	for source, action := range map[string]string{typeName: "Unable to read vault connection", listName: "Unable to list vault connections"} {
		config := map[string]attributes{typeName: {"name": "twin"}}[source]
		_, diags := c.NewRun().Data(source, config)
		acctest.ExpectError(t, diags, "", action, "read:flows_vault_connections", c.Own.ID, c.Audience())
		_, diags = c.NewRun(attributes{"client_id": nil}).Data(source, config)
		acctest.ExpectError(t, diags, "", "AUTH0_CLIENT_ID")
	}
}

// All pages are read once, whichever page size the tenant allows, oldest first.
func TestConnectionsDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		behavior func(*emulator.Behavior)
		requests int
	}{
		"pages of 100": {func(*emulator.Behavior) {}, 3},
		"pages of 50":  {func(b *emulator.Behavior) { b.MaxPerPage = 50 }, 1 + 5}, // the first is refused
		"oldest first": {func(b *emulator.Behavior) { b.OldestFirst = true }, 3},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, _ := newConnection(t)
			c.Configure(test.behavior)
			want := map[any][]string{nil: {}, "HTTP": {}, "SLACK": {}}
			for i := range 230 {
				v := emulator.VaultConnection{AppID: "AUTH0", Name: fmt.Sprintf("c%03d", i), CreatedAt: time.Date(2025, 1, 1, 0, 0, i, 0, time.UTC)}
				if i%23 == 0 {
					v.AppID = "HTTP"
					want["HTTP"] = append(want["HTTP"], v.Name)
				}
				c.AddVaultConnection(v)
				want[nil] = append(want[nil], v.Name)
			}
			r := c.NewRun()
			for app, names := range want {
				if got := namesOf(data(t, r, listName, attributes{"app_id": app})); !slices.Equal(got, names) {
					t.Errorf("listed %v for %v, want %v", got, app, names)
				}
			}
			if got := acctest.Get(data(t, r, typeName, attributes{"name": "c117"}), "name"); got != "c117" {
				t.Errorf("found %v", got)
			}
			if n := len(c.Asked("GET", vaultPath)); n != test.requests {
				t.Errorf("took %d requests, want %d\n%s", n, test.requests, c.Summary())
			}
		})
	}
}

// What the run writes itself is seen by its next read, without another request.
func TestConnectionsDataSource_seesOwnWrites(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	addRemote(c.Tenant, "other", client)
	r := c.NewRun()
	names := func(want ...string) {
		t.Helper()
		if names := namesOf(data(t, r, listName, attributes{})); !slices.Equal(names, want) {
			t.Errorf("listed %v, want %v", names, want)
		}
	}
	names("other")
	created := r.Apply(nil, c.Base)
	names("other", "forms")
	created = r.Apply(created, c.Base.With(attributes{"name": "renamed"}))
	names("other", "renamed")
	_, diags := r.Data(typeName, attributes{"name": "forms"})
	acctest.ExpectError(t, diags, "name", `"forms"`)
	acctest.RequireNoError(t, r.Destroy(created))
	names("other")
	if n := len(c.Asked("GET", vaultPath)); n != 1 {
		t.Errorf("took %d requests\n%s", n, c.Summary())
	}
}
