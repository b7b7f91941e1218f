package application_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// official is an application, with a grant, in a state file of the official provider.
func official(tenant *acctest.Tenant) (acctest.Source, emulator.Client) {
	app := tenant.AddClient(emulator.Client{
		Name: "forms", AppType: "non_interactive", TokenEndpointAuthMethod: "client_secret_post", GrantTypes: []string{"client_credentials"},
		Settings: map[string]any{"description": "theirs"},
	})
	tenant.Grant(app.ID, "read:users")
	return acctest.Source{Type: "auth0_client", State: map[string]any{
		"id": app.ID, "client_id": app.ID, "name": app.Name, "description": "theirs", "app_type": "non_interactive",
		"grant_types": []string{"client_credentials"},
	}}, app
}

// A moved application is read with its grant. Nothing is written to Auth0, and the description is kept.
func TestApplicationResource_move(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]bool{"with the secret": true, "without the secret": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, provider := range []string{"", "registry.opentofu.org/auth0/auth0", "auth0"} {
				tenant := acctest.NewInProcess(t)
				source, app := official(tenant)
				source.Provider = provider
				r := newRun(t, tenant)
				moved, diags := r.Move(source)
				acctest.RequireNoError(t, diags)
				config := minimalConfig().With(attributes{"store_client_secret": store})
				read := r.Read(moved)
				if identity := r.Identified(read.Identity); identity["id"] != app.ID || identity["domain"] != tenant.Domain() {
					t.Errorf("the identity is %v", identity)
				}
				changed := strings.Join(r.Plan(read, config).Changed(), " ")
				if want := map[bool]string{true: "client_secret store_client_secret", false: ""}[store]; changed != want {
					t.Errorf("the plan changes %q, want %q", changed, want)
				}
				updated := r.Apply(read, config)
				expectWrites(t, tenant)
				if got := acctest.Get(updated.State, "description"); got != "theirs" {
					t.Errorf("the description is %v", got)
				}
				expectEmptyPlan(t, tenant, updated, config)
			}
		})
	}
}

// With -refresh=false the grant is not read before the apply, which finds it.
func TestApplicationResource_moveUnread(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	source, app := official(tenant)
	r := newRun(t, tenant)
	moved, diags := r.Move(source)
	acctest.RequireNoError(t, diags)
	updated := r.Apply(moved, minimalConfig())
	expectEmptyPlan(t, tenant, updated, minimalConfig())
	if grants := grantsOf(tenant, app.ID); len(grants) != 1 {
		t.Errorf("the application has the grants %v", grants)
	}
}

func TestApplicationResource_moveRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	source, app := official(tenant)
	source.State["app_type"] = "spa"
	_, diags := newRun(t, tenant).Move(source)
	acctest.ExpectError(t, diags, "", "Unable to move auth0_client", app.ID, `the type "spa"`, "non_interactive")
}
