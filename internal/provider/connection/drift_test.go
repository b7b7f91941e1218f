package connection_test

import (
	"slices"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func onlyID(t *testing.T, tenant *acctest.Tenant) string {
	t.Helper()
	c, err := stored(tenant)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// A write by another client is found, explained, and corrected by sending the setup again.
func TestDrift_written(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*emulator.VaultConnection){
		"secret":      func(c *emulator.VaultConnection) { c.Setup["client_secret"] = "theirs" },
		"client":      func(c *emulator.VaultConnection) { c.Setup["client_id"] = "theirs" },
		"reset":       func(c *emulator.VaultConnection) { c.Setup, c.Ready, c.AccountName = nil, false, "" },
		"to the same": func(*emulator.VaultConnection) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, configure := range map[string]func(*acctest.Tenant, emulator.Client) acctest.Attributes{
				"in state": minimalConfig, "write-only": writeOnly,
				"versioned": func(tenant *acctest.Tenant, c emulator.Client) acctest.Attributes {
					return writeOnly(tenant, c).With(acctest.Attributes{"client_secret_wo_version": 7})
				},
			} {
				tenant := acctest.NewInProcess(t)
				client := tenant.Client("forms", "read:users")
				config := configure(tenant, client)
				created := newRun(t, tenant).Apply(nil, config)
				for range 2 { // it is found each time
					tenant.EditVaultConnection(onlyID(t, tenant), edit)
					tenant.ForgetRequests()
					r := newRun(t, tenant)
					before := r.Read(created)
					plan, diags := r.TryPlan(before, config)
					acctest.MustSucceed(t, diags)
					acctest.ExpectWarning(t, diags, "", "changed outside of Terraform", "forms", onlyID(t, tenant), get(t, before.State, "updated_at").(string))
					if changed := plan.Changed(); slices.Contains(changed, "id") || slices.Contains(changed, "created_at") {
						t.Errorf("%s: the plan changes %v", kind, changed)
					}
					created, diags = r.TryApply(plan, config)
					acctest.MustSucceed(t, diags)
					mustHaveWritten(t, tenant, "PATCH setup 200")
					mustHold(t, tenant, "forms", client)
					expectEmptyPlan(t, tenant, created, config)
				}
			}
		})
	}
}

func TestDrift_renamed(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)
	created := newRun(t, tenant).Apply(nil, config)
	tenant.EditVaultConnection(onlyID(t, tenant), func(c *emulator.VaultConnection) { c.Name = "theirs" })
	tenant.ForgetRequests()
	r := newRun(t, tenant)
	before := r.Read(created)
	if got := get(t, before.State, "name"); got != "theirs" {
		t.Errorf("the refresh shows the name %v", got)
	}
	created = r.Apply(before, config)
	// Whoever renamed it may have changed more.
	mustHaveWritten(t, tenant, "PATCH name setup 200")
	expectEmptyPlan(t, tenant, created, config)
}

// What Auth0 moves by renewing its token is not drift, whether it moves
// updated_at or not; what another client writes after that is.
func TestDrift_renewed(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"moves both dates":               func(*emulator.Behavior) {},
		"moves refreshed_at only":        func(b *emulator.Behavior) { b.RenewalKeepsUpdatedAt = true },
		"both, refreshed from the start": func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true },
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			tenant.Configure(behavior)
			client := tenant.Client("forms", "read:users")
			config := writeOnly(tenant, client)
			created := newRun(t, tenant).Apply(nil, config)
			for range 3 {
				tenant.RefreshVaultToken(onlyID(t, tenant))
				expectEmptyPlan(t, tenant, created, config)
			}
			// With what the refresh found in the state, and without.
			created = newRun(t, tenant).Read(created)
			if get(t, created.State, "refreshed_at") == nil {
				t.Error("the refresh does not show refreshed_at")
			}
			expectEmptyPlan(t, tenant, created, config)

			tenant.EditVaultConnection(onlyID(t, tenant), func(c *emulator.VaultConnection) {
				c.Setup["client_secret"] = "theirs"
				c.UpdatedAt = c.RefreshedAt.Add(time.Hour)
			})
			r := newRun(t, tenant)
			plan, diags := r.TryPlan(r.Read(created), config)
			acctest.MustSucceed(t, diags)
			acctest.ExpectWarning(t, diags, "", "changed outside of Terraform")
			created, diags = r.TryApply(plan, config)
			acctest.MustSucceed(t, diags)
			mustHold(t, tenant, "forms", client)
			expectEmptyPlan(t, tenant, created, config)
		})
	}
}
