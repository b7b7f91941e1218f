package application_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// What exists is accepted: the configuration that Terraform generates for an imported application is valid, and plans
// empty, or what makes it no machine-to-machine application.
func TestApplicationResource_generated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		client  emulator.Client
		scopes  []string // nil: no grant
		changes []string
	}{
		"usual":           {client: emulator.Client{Name: "m2m"}, scopes: []string{"read:users", "read:clients"}},
		"without scopes":  {client: emulator.Client{Name: "m2m"}, scopes: []string{}},
		"without a grant": {client: emulator.Client{Name: "m2m"}, changes: []string{"grant_id", "granted_scopes"}},
		"unusual scopes":  {client: emulator.Client{Name: "m2m"}, scopes: []string{"read all", strings.Repeat("ä", 280)}},
		"a long name":     {client: emulator.Client{Name: strings.Repeat("n ü", 200)}, scopes: []string{"read:users"}},
		"white space":     {client: emulator.Client{Name: " m2m "}, scopes: []string{"read:users"}},
		"a description": {client: emulator.Client{Name: "m2m", Settings: map[string]any{"description": strings.Repeat("ü", 140)}},
			scopes: []string{"read:users"}},
		"empty description": {client: emulator.Client{Name: "m2m", Settings: map[string]any{"description": ""}}, scopes: []string{"read:users"}},
		"the API's default": {client: emulator.Client{
			Name: "m2m", GrantTypes: []string{"authorization_code", "implicit", "refresh_token", "client_credentials"},
		}, scopes: []string{"read:users"}, changes: []string{"grant_types"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			client := test.client
			client.AppType, client.TokenEndpointAuthMethod = "non_interactive", "client_secret_post"
			if client.GrantTypes == nil {
				client.GrantTypes = []string{"client_credentials"}
			}
			id := tenant.AddClient(client).ID
			if test.scopes != nil {
				tenant.AddGrant(emulator.Grant{ClientID: id, Audience: tenant.Audience(), Scope: test.scopes})
			}
			r := newRun(t, tenant)
			imported, diags := r.TryImport(id, nil)
			acctest.RequireNoError(t, diags)
			config := r.Generated(imported.State)
			acctest.RequireNoError(t, r.Validate(config))
			if changed := r.Plan(imported, config).Changed(); strings.Join(changed, " ") != strings.Join(test.changes, " ") {
				t.Errorf("the plan changes %v, want %v", changed, test.changes)
			}
		})
	}
}
