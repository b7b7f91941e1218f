package user_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// States that commit bb92271 wrote plan empty, and what it owned is still cleared
// when it leaves the configuration.
func TestUserResource_upgrade(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/state-bb92271.json")
	if err != nil {
		t.Fatal(err)
	}
	var objects map[string]struct {
		Config  attributes
		State   json.RawMessage
		Private json.RawMessage
		User    emulator.User
	}
	if err := json.Unmarshal(text, &objects); err != nil {
		t.Fatal(err)
	}
	for name, object := range objects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.AddUser(object.User)
			if version, ok := object.Config["password_wo_version"].(float64); ok {
				object.Config["password_wo_version"] = int(version)
			}
			old := newRun(t, tenant).Upgraded(object.State, object.Private)
			expectEmptyPlan(t, tenant, old, object.Config)
			// So it does when nobody reads the user.
			if changed := newRun(t, tenant).Plan(old, object.Config).Changed(); len(changed) > 0 {
				t.Errorf("without a refresh, the plan changes %v", changed)
			}
			// Another client's attribute is not taken for one that the old version set.
			tenant.EditUser(object.User.ID, func(u *emulator.User) {
				if u.FamilyName == "" {
					u.FamilyName = "theirs"
				}
			})
			tenant.ForgetRequests()
			made := applied(t, tenant, old, object.Config.With(attributes{"on_destroy": "retain"}))
			mustHaveWritten(t, tenant)
			applied(t, tenant, made, object.Config.Without("given_name", "phone_number", "phone_verified", "name", "user_metadata"))
			want := map[string][]string{
				"full":     {`PATCH {"given_name":null,"name":null,"phone_number":null,"user_metadata":{"plan":null}} 200`},
				"password": {`PATCH {"given_name":null} 200`},
			}
			mustHaveWritten(t, tenant, want[name]...)
		})
	}
}
