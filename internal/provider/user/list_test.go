package user_test

import (
	"slices"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Auth0 returns no more than 1,000 users, which a warning says.
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

// A query goes to Auth0 as it is; users are listed oldest first, by what they have.
func TestUserList_query(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	for i, user := range []emulator.User{
		{ID: "auth0|1", Email: "ada@example.com", Username: "ada", Name: "Ada"}, {ID: "auth0|2", Username: "bob", Name: "Bob"},
		{ID: "sms|3", Connection: "sms", Provider: "sms", PhoneNumber: "+15550101", Name: "Cy"},
	} {
		user.CreatedAt = time.Date(2025, 1, 1+i, 0, 0, 0, 0, time.UTC)
		tenant.AddUser(user)
	}
	r := acctest.NewRun(t, tenant, typeName)
	for query, want := range map[any][]string{
		nil: {"ada@example.com", "bob", "+15550101"}, `email:"ada@example.com"`: {"ada@example.com"}, `user_id:"auth0|x"`: nil,
		`identities.connection:"Username-Password-Authentication" AND name:Bob`: {"bob"},
	} {
		var names []string
		for one := range r.List(attributes{"query": query}, acctest.ListOptions{}) {
			acctest.RequireNoError(t, one.Diagnostics)
			names = append(names, one.DisplayName)
		}
		if !slices.Equal(names, want) {
			t.Errorf("%v: listed %v, expected %v", query, names, want)
		}
	}
	listed := slices.Collect(r.List(attributes{"query": "name:/[/"}, acctest.ListOptions{}))
	acctest.ExpectError(t, listed[0].Diagnostics, "", "Unable to list users", "invalid_query_string")
}
