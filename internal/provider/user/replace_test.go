package user_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// A user who is replaced and not deleted is in the way of the new one.
func TestUserResource_replacementStays(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := acctest.Attributes{
		"email": "ada@example.com", "password": "Correct-Horse-9-Battery", "user_id": "ada", "on_destroy": "block",
		"connection_name": "Username-Password-Authentication",
	}
	r := acctest.NewRun(t, tenant, "auth0vault_user")
	made := r.Apply(nil, config)
	_, said := r.TryPlan(made, config.With(acctest.Attributes{"user_id": "lovelace"}))
	acctest.ExpectWarning(t, said, "on_destroy", "The replaced user keeps its address", "auth0|ada")
	for name, quiet := range map[string]acctest.Attributes{
		"changed in place":   {"name": "Ada"},
		"another connection": {"connection_name": "other"},
	} {
		if _, said := r.TryPlan(made, config.With(quiet)); len(said) > 0 {
			t.Errorf("%s: %s", name, acctest.Said(said))
		}
	}
}
