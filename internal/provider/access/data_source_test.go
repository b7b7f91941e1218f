package access_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const typeName = "auth0vault_access"

type attributes = acctest.Attributes

func newRun(t *testing.T, tenant *acctest.Tenant) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, "auth0vault_user")
}

func TestAccessDataSource(t *testing.T) {
	t.Parallel()
	scopes := func(names ...any) []any { return append([]any{}, names...) }
	for name, test := range map[string]struct {
		granted              []string // nil for no grant
		needs                attributes
		has, missing, excess []any
	}{
		"exactly": {[]string{"read:users", "create:users"}, attributes{"actions": []any{"GET_USER", "CREATE_USER"}},
			scopes("read:users", "create:users"), scopes(), scopes()},
		"one missing, one too many": {[]string{"read:users", "delete:users"}, attributes{"actions": []any{"GET_USER", "UPDATE_USER"}},
			scopes("read:users", "delete:users"), scopes("update:users"), scopes("delete:users")},
		"custom requests": {[]string{"read:users"},
			attributes{"actions": []any{"GET_USER"}, "required_scopes": []any{"read:roles", "read:users"}},
			scopes("read:users"), scopes("read:roles"), scopes()},
		"no grant":       {nil, attributes{"actions": []any{"GET_USER"}}, scopes(), scopes("read:users"), scopes()},
		"nothing needed": {[]string{"read:users"}, attributes{}, scopes("read:users"), scopes(), scopes("read:users")},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			tenant := acctest.NewInProcess(t)
			client := tenant.AddClient(emulator.Client{Name: "forms"})
			if test.granted != nil {
				tenant.Grant(client.ID, test.granted...)
			}
			config := test.needs.With(attributes{"client_id": client.ID})
			got, diags := newRun(t, tenant).Data(typeName, config)
			acctest.RequireNoError(t, diags)
			want := config.With(attributes{
				"audience": tenant.Audience(), "granted": test.granted != nil, "all_scopes": false,
				"granted_scopes": test.has, "missing_scopes": test.missing, "excess_scopes": test.excess,
			})
			if got := acctest.Get(got); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			for _, r := range tenant.Asked("", "") {
				if !strings.HasPrefix(r.Path, "/api/v2/client-grants") {
					t.Errorf("%s %s was sent: the scope read:client_grants must be sufficient", r.Method, r.Path)
				}
			}
		})
	}
}

// TestAccessDataSource_withTerraform: a precondition can require that no scope is missing.
func TestAccessDataSource_withTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users", "delete:users")
	config := func(actions string) string {
		return tenant.Config(fmt.Sprintf(`
data "auth0vault_access" "test" {
  client_id = %q
  actions   = %s
}
resource "terraform_data" "it" {
  lifecycle {
    precondition {
      condition     = length(data.auth0vault_access.test.missing_scopes) == 0
      error_message = "Missing: ${join(", ", data.auth0vault_access.test.missing_scopes)}"
    }
  }
}
`, client.ID, actions))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: config(`["GET_USER"]`)},
			{Config: config(`["GET_USER", "UPDATE_USER"]`), ExpectError: regexp.MustCompile(`Missing: update:users`)},
		},
	})
}

func TestAccessDataSource_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for _, test := range []struct {
		config attributes
		on     string
		want   string
	}{
		{attributes{"client_id": "a", "actions": []any{"SEND_EMAIL"}}, `actions["SEND_EMAIL"]`, "value must be one of"},
		{attributes{"client_id": "a", "audience": ""}, "audience", "audience is empty; leave it out"},
		{attributes{"client_id": ""}, "client_id", "client_id is empty."},
	} {
		acctest.ExpectError(t, newRun(t, tenant).ValidateData(typeName, test.config), test.on, test.want)
	}
	tenant.Grant(tenant.Own.ID, "read:users")
	_, diags := newRun(t, tenant).Data(typeName, attributes{"client_id": "a"})
	acctest.ExpectError(t, diags, "", "The provider's own client lacks", "read:client_grants")
}
