package user_test

import (
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Auth0 returns at most 1,000 users, which a warning says.
func TestUserList_pages(t *testing.T) {
	t.Parallel()
	for _, users := range []int{1000, 1010} {
		tenant := acctest.NewInProcess(t)
		addUsers(tenant, users)
		listed := slices.Collect(acctest.NewRun(t, tenant, typeName).List(nil, acctest.ListOptions{}))
		if pages := len(tenant.Asked("GET", usersPath)); len(listed) != 1000 || pages != 10 {
			t.Errorf("listed %d of %d with %d pages", len(listed), users, pages)
		}
		last := listed[len(listed)-1].Diagnostics
		if users == 1000 {
			acctest.RequireNoError(t, last)
		} else {
			acctest.ExpectWarning(t, last, "", "Not all users", "1000")
		}
	}
}

// Users are listed by the first of what they have: an address, a username, a phone number.
func TestUserList_displayName(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	want := []string{"+15550101", "ada@example.com", "bob"}
	tenant.AddUser(emulator.User{Email: "ada@example.com", Username: "ada", Name: "Ada"})
	tenant.AddUser(emulator.User{Username: "bob", Name: "Bob"})
	tenant.AddUser(emulator.User{Connection: "sms", Provider: "sms", PhoneNumber: "+15550101", Name: "Cy"})
	r := acctest.NewRun(t, tenant, typeName)
	var names []string
	for one := range r.List(nil, acctest.ListOptions{}) {
		names = append(names, one.DisplayName)
	}
	if slices.Sort(names); !slices.Equal(names, want) {
		t.Errorf("listed %v, want %v", names, want)
	}
	listed := slices.Collect(r.List(attributes{"query": "name:/[/"}, acctest.ListOptions{}))
	acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list users", "invalid_query_string")
}
