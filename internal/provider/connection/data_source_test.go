package connection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const listName = "auth0vault_connections"

func TestConnectionDataSource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http"})
	tenant.Configure(func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true })
	text := hcl(tenant, quoted("name", "forms"), quoted("domain", tenant.Domain()), quoted("client_id", client.ID), quoted("client_secret", client.Secret)) + `
data "auth0vault_connection" "id" { id = auth0vault_connection.test.id }
data "auth0vault_connection" "name" {
  name       = "forms"
  depends_on = [auth0vault_connection.test]
}
data "auth0vault_connections" "all" { depends_on = [auth0vault_connection.test] }
data "auth0vault_connections" "auth0" {
  app_id     = "AUTH0"
  depends_on = [auth0vault_connection.test]
}
`
	var checks []statecheck.StateCheck
	for _, name := range []string{"id", "name", "account_name", "ready", "fingerprint", "created_at", "updated_at", "refreshed_at"} {
		for _, source := range []string{"id", "name"} {
			checks = append(checks, statecheck.CompareValuePairs(address, tfjsonpath.New(name),
				"data."+address[:len(address)-len("test")]+source, tfjsonpath.New(name), compare.ValuesSame()))
		}
		checks = append(checks, statecheck.CompareValuePairs(address, tfjsonpath.New(name),
			"data.auth0vault_connections.auth0", tfjsonpath.New("connections").AtSliceIndex(0).AtMapKey(name), compare.ValuesSame()))
	}
	checks = append(checks,
		statecheck.ExpectKnownValue("data.auth0vault_connections.all", tfjsonpath.New("connections"), knownvalue.ListSizeExact(2)),
		statecheck.ExpectKnownValue("data.auth0vault_connections.auth0", tfjsonpath.New("connections"), knownvalue.ListSizeExact(1)),
		acctest.NotInState("setup"))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps:                    []resource.TestStep{{Config: text, ConfigStateChecks: checks}},
	})
}

func TestConnectionDataSource_refused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms")
	one, two := addRemote(tenant, "twin", client), addRemote(tenant, "twin", client)
	http := tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http"})
	r := newRun(t, tenant)
	for name, test := range map[string]struct {
		config    acctest.Attributes
		attribute string
		words     []string
	}{
		"no such id":      {acctest.Attributes{"id": "ac_driHxZHbTWt3zCyXRqsDFo"}, "id", []string{"ac_driHxZHbTWt3zCyXRqsDFo", "Connection not found"}},
		"no such name":    {acctest.Attributes{"name": "nobody"}, "name", []string{`"nobody"`}},
		"several":         {acctest.Attributes{"name": "twin"}, "name", []string{`"twin"`, one.ID, two.ID, "Choose one by its ID"}},
		"other app":       {acctest.Attributes{"id": http.ID}, "", []string{"Not a vault connection for Auth0", `"http"`, http.ID, "HTTP"}},
		"other app, name": {acctest.Attributes{"name": "http"}, "name", []string{`"http"`, "AUTH0"}},
		"no id":           {acctest.Attributes{"id": "forms"}, "", []string{"Unable to read vault connection", "forms"}},
	} {
		_, diags := r.Data(typeName, test.config)
		t.Log(name)
		acctest.ExpectError(t, diags, test.attribute, test.words...)
	}
	for name, test := range map[string]struct {
		source    string
		config    acctest.Attributes
		attribute string
		words     []string
	}{
		"both":        {typeName, acctest.Attributes{"id": "ac_1", "name": "forms"}, "id", []string{"Exactly one of id and name", "Both are"}},
		"none":        {typeName, acctest.Attributes{}, "id", []string{"Exactly one of id and name", "Neither is"}},
		"empty id":    {typeName, acctest.Attributes{"id": ""}, "id", nil},
		"empty name":  {typeName, acctest.Attributes{"name": ""}, "name", nil},
		"empty app":   {listName, acctest.Attributes{"app_id": ""}, "app_id", nil},
		"unknown app": {listName, acctest.Attributes{"app_id": strings.Repeat("A", 56)}, "app_id", nil},
	} {
		t.Log(name)
		acctest.ExpectError(t, r.ValidateData(test.source, test.config), test.attribute, test.words...)
	}
	for _, config := range []acctest.Attributes{{"id": acctest.Unknown}, {"name": acctest.Unknown}, {"id": acctest.Unknown, "name": "forms"}} {
		if diags := r.ValidateData(typeName, config); len(diags) > 0 {
			t.Errorf("%v: %s", config, acctest.Said(diags))
		}
	}

	// Without the scope, and without a configured provider.
	tenant.Grant(tenant.Own.ID, "read:users")
	r = newRun(t, tenant)
	_, diags := r.Data(typeName, acctest.Attributes{"name": "twin"})
	acctest.ExpectError(t, diags, "", "Unable to read vault connection", "read:flows_vault_connections", tenant.Own.ID, tenant.Audience())
	_, diags = r.Data(listName, acctest.Attributes{})
	acctest.ExpectError(t, diags, "", "Unable to list vault connections", "read:flows_vault_connections", tenant.Own.ID, tenant.Audience())
	r = newRun(t, tenant, acctest.Attributes{"domain": acctest.Unknown})
	_, diags = r.Data(typeName, acctest.Attributes{"name": "twin"})
	acctest.ExpectError(t, diags, "", "Unable to read vault connection", "not known before they are applied")
	_, diags = r.Data(listName, acctest.Attributes{})
	acctest.ExpectError(t, diags, "", "Unable to list vault connections", "not known before they are applied")
	r = newRun(t, tenant, acctest.Attributes{"client_id": nil})
	_, diags = r.Data(listName, acctest.Attributes{})
	acctest.ExpectError(t, diags, "", "AUTH0_CLIENT_ID")
}

func listed(t *testing.T, v tftypes.Value) []string {
	t.Helper()
	var inside map[string]tftypes.Value
	if err := v.As(&inside); err != nil {
		t.Fatal(err)
	}
	var elements []tftypes.Value
	if err := inside["connections"].As(&elements); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, element := range elements {
		names = append(names, get(t, element, "name").(string))
	}
	return names
}

// All pages are read, whichever page size the tenant allows, oldest first.
func TestConnectionsDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		behavior func(*emulator.Behavior)
		requests int
	}{
		"pages of 100":  {func(*emulator.Behavior) {}, 3},
		"pages of 50":   {func(b *emulator.Behavior) { b.MaxPerPage = 50 }, 1 + 5},
		"oldest first":  {func(b *emulator.Behavior) { b.OldestFirst = true }, 3},
		"pages of 1000": {func(b *emulator.Behavior) { b.MaxPerPage = 1000 }, 3},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			tenant.Configure(test.behavior)
			want := []string{}
			start := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
			for i := range 230 {
				c := emulator.VaultConnection{AppID: "AUTH0", Name: fmt.Sprintf("c%03d", i), CreatedAt: start.Add(time.Duration(i) * time.Second)}
				if i%23 == 0 {
					c.AppID = "HTTP"
				}
				tenant.AddVaultConnection(c)
				want = append(want, c.Name)
			}
			r := newRun(t, tenant)
			got, diags := r.Data(listName, acctest.Attributes{})
			acctest.MustSucceed(t, diags)
			if names := listed(t, got); !slices.Equal(names, want) {
				t.Errorf("listed %v", names)
			}
			got, diags = r.Data(listName, acctest.Attributes{"app_id": "HTTP"})
			acctest.MustSucceed(t, diags)
			if names := listed(t, got); len(names) != 10 || names[1] != "c023" {
				t.Errorf("listed %v for HTTP", names)
			}
			got, diags = r.Data(listName, acctest.Attributes{"app_id": "SLACK"})
			acctest.MustSucceed(t, diags)
			if names := listed(t, got); len(names) != 0 {
				t.Errorf("listed %v for SLACK", names)
			}
			got, diags = r.Data(typeName, acctest.Attributes{"name": "c117"})
			acctest.MustSucceed(t, diags)
			if get(t, got, "name") != "c117" {
				t.Errorf("found %v", got)
			}
			// All of that with one listing.
			if n := len(tenant.Asked("GET", vaultPath)); n != test.requests {
				t.Errorf("took %d requests, want %d\n%s", n, test.requests, tenant.Summary())
			}
		})
	}
}

// What the run writes itself is seen by its next read, without another request.
func TestConnectionsDataSource_seesOwnWrites(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	addRemote(tenant, "other", client)
	config := minimalConfig(tenant, client)
	r := newRun(t, tenant)
	names := func(want ...string) {
		t.Helper()
		got, diags := r.Data(listName, acctest.Attributes{})
		acctest.MustSucceed(t, diags)
		if names := listed(t, got); !slices.Equal(names, want) {
			t.Errorf("listed %v, want %v", names, want)
		}
	}
	names("other")
	created := r.Apply(nil, config)
	names("other", "forms")
	created = r.Apply(created, config.With(acctest.Attributes{"name": "renamed"}))
	names("other", "renamed")
	_, diags := r.Data(typeName, acctest.Attributes{"name": "forms"})
	acctest.ExpectError(t, diags, "name", `"forms"`)
	acctest.MustSucceed(t, r.Destroy(created))
	names("other")
	if n := len(tenant.Asked("GET", vaultPath)); n != 1 {
		t.Errorf("took %d requests\n%s", n, tenant.Summary())
	}
}
