package connection_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// States that commit bb92271 wrote, with their private state and the configuration
// that they were applied from, are planned empty, read or not. The next write drops
// the digest of a secret that is not compared by it.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/states_bb92271.json")
	if err != nil {
		t.Fatal(err)
	}
	var states map[string]struct {
		Config  acctest.Attributes
		State   json.RawMessage
		Private json.RawMessage
	}
	if err := json.Unmarshal(raw, &states); err != nil {
		t.Fatal(err)
	}
	for name, old := range states {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			for key, value := range old.Config {
				if number, ok := value.(float64); ok {
					old.Config[key] = int(number)
				}
			}
			r := newRun(t, tenant)
			o := r.Upgraded(old.State, old.Private)
			updated := auth0.Timestamp(get(t, o.State, "updated_at").(string)).Time()
			tenant.AddVaultConnection(emulator.VaultConnection{
				ID: get(t, o.State, "id").(string), Name: "forms", AppID: "AUTH0", Ready: true, CreatedAt: updated, UpdatedAt: updated,
				Setup: map[string]any{"type": "OAUTH_APP", "domain": old.Config["domain"]},
			})
			for _, object := range []*acctest.Object{o, r.Read(o)} {
				planned, diags := r.TryPlan(object, old.Config)
				acctest.MustSucceed(t, diags)
				if changed := planned.Changed(); len(changed)+len(diags) > 0 {
					t.Errorf("the plan changes %v and says %s", changed, acctest.Said(diags))
				}
			}
			expectEmptyPlan(t, tenant, o, old.Config)

			renamed := old.Config.With(acctest.Attributes{"name": "renamed"})
			created := r.Apply(r.Read(o), renamed)
			mustHaveWritten(t, tenant, "PATCH name 200")
			expectEmptyPlan(t, tenant, created, renamed)
			compared := old.Config["client_secret_wo"] != nil && old.Config["client_secret_wo_version"] == nil
			if kept := strings.Contains(privateText(t, created), `"secret"`); kept != compared {
				t.Errorf("private state holds a digest: %t, want %t", kept, compared)
			}
		})
	}
}
