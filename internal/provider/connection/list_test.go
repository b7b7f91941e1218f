package connection_test

import (
	"fmt"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addConnections fills a tenant with vault connections c-000, c-001 and so on. Every fifth is another app's.
func addConnections(tenant *acctest.Tenant, n int) {
	for i := range n {
		tenant.AddVaultConnection(emulator.VaultConnection{AppID: map[bool]string{true: "SLACK", false: "AUTH0"}[i%5 == 4],
			Name: fmt.Sprintf("c-%03d", i), Setup: map[string]any{"type": "OAUTH_APP"}})
	}
}

// What is created between two pages, and moves the last of one to the next, lists nothing twice.
func TestConnectionList_createdMeanwhile(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	addConnections(c.Tenant, 150)
	seen := map[any]bool{}
	for one := range c.NewRun().List(nil, acctest.ListOptions{}) {
		if acctest.RequireNoError(t, one.Diagnostics); len(seen) == 0 {
			for range 3 {
				c.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "new"})
			}
		}
		if seen[one.Identity["id"]] {
			t.Errorf("%s is listed twice", one.DisplayName)
		}
		seen[one.Identity["id"]] = true
	}
	if len(seen) != 120 {
		t.Errorf("listed %d", len(seen))
	}
}
