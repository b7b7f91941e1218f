package user_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	one  = "auth0vault_user"
	many = "auth0vault_users"
)

func TestUserDataSource_basic(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	there := grace(tenant)
	client := tenant.Client("forms", "read:users")
	seen := func(address string) []statecheck.StateCheck {
		var checks []statecheck.StateCheck
		for name, want := range map[string]knownvalue.Check{
			"id": knownvalue.StringExact(there.ID), "user_id": knownvalue.StringExact("grace"), "email": knownvalue.StringExact("grace@example.com"),
			"connection_name": knownvalue.StringExact("Username-Password-Authentication"), "email_verified": knownvalue.Bool(true),
			"username": knownvalue.StringExact("grace"), "given_name": knownvalue.StringExact("Grace"), "phone_number": knownvalue.StringExact("+15550100"),
			"phone_verified": knownvalue.Null(), "blocked": knownvalue.Bool(true), "picture": knownvalue.NotNull(), "created_at": knownvalue.NotNull(),
			"user_metadata": knownvalue.StringExact(`{"plan":"gold","seen":["tour",{"a":null,"b":1}]}`), "app_metadata": knownvalue.StringExact(`{"roles":["admin"]}`),
		} {
			checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want))
		}
		return checks
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{{
			Config: tenant.Config(fmt.Sprintf(`
data "auth0vault_user" "id" {
  id               = %q
  vault_connection = { domain = %q, client_id = %q }
}

data "auth0vault_user" "email" {
  email            = "grace@example.com"
  vault_connection = { domain = %[2]q, client_id = %[3]q, client_secret = %[4]q }
}

data "auth0vault_users" "all" {
  query            = "identities.connection:\"Username-Password-Authentication\""
  vault_connection = { domain = %[2]q, client_id = %[3]q }
}
`, there.ID, tenant.Domain(), client.ID, client.Secret), fmt.Sprintf("connection_secrets = { %q = %q }", client.ID, client.Secret)),
			ConfigStateChecks: append(append(seen("data."+one+".id"), seen("data."+one+".email")...),
				statecheck.ExpectKnownValue("data."+many+".all", tfjsonpath.New("total"), knownvalue.Int64Exact(1)),
				statecheck.ExpectKnownValue("data."+many+".all", tfjsonpath.New("users").AtSliceIndex(0).AtMapKey("email"), knownvalue.StringExact("grace@example.com")),
				onlyAskedBy(tenant, client.ID),
			),
		}},
	})
}

// Both ways to one user are consistent: what was written a moment ago is there.
func TestUserDataSource_consistent(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
	r := newRun(t, tenant)
	made := r.Apply(nil, ada().With(attributes{"user_metadata": `{"a":1}`}))
	made = r.Apply(made, ada().With(attributes{"name": "Ada", "user_metadata": `{"a":2}`}))
	tenant.EditUser(idOf(made), func(u *emulator.User) { u.UserMetadata["theirs"] = true })
	for name, given := range map[string]attributes{
		"id": {"id": idOf(made)}, "email": {"email": "ada@example.com"}, "email in capitals": {"email": "ADA@example.com"},
		"email and connection": {"email": "ada@example.com", "connection_name": "Username-Password-Authentication"},
	} {
		tenant.ForgetRequests()
		got, diags := newRun(t, tenant).Data(one, given)
		acctest.MustSucceed(t, diags)
		if get(got, "name") != "Ada" || get(got, "user_metadata") != `{"a":2,"theirs":true}` {
			t.Errorf("%s: got %v", name, got)
		}
		if email := given["email"]; email != nil && get(got, "email") != email {
			t.Errorf("%s: the address that was asked for became %v", name, get(got, "email"))
		}
		// An address is looked up as it is written first.
		if n, lower := len(tenant.Asked("", usersPath)), given["email"] != "ADA@example.com"; lower && n != 1 || n > 2 {
			t.Errorf("%s: took %d requests", name, n)
		}
	}
}

func TestUserDataSource_choice(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "Staff"})
	first := tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	other := tenant.AddUser(emulator.User{ID: "auth0|2", Email: "ada@example.com", Connection: "Staff", Linked: []emulator.Identity{
		{UserID: "9", Connection: "google", Provider: "google-oauth2", IsSocial: true},
	}})
	r := newRun(t, tenant)
	_, diags := r.Data(one, attributes{"email": "Ada@example.com"})
	acctest.ExpectError(t, diags, "email", "Several users", first.ID+" (Username-Password-Authentication)", other.ID+" (Staff)", "connection_name")
	got, diags := r.Data(one, attributes{"email": "ada@example.com", "connection_name": "Staff"})
	acctest.MustSucceed(t, diags)
	if get(got, "id") != other.ID || get(got, "connection_name") != "Staff" || get(got, "user_id") != "2" {
		t.Errorf("got %v", got)
	}

	_, diags = r.Data(one, attributes{"email": "ada@example.com", "connection_name": "Elsewhere"})
	acctest.ExpectError(t, diags, "email", "No such user", tenant.Domain(), "ada@example.com", `"Elsewhere"`)
	_, diags = r.Data(one, attributes{"email": "nobody@example.com"})
	acctest.ExpectError(t, diags, "email", "No such user", tenant.Domain(), "nobody@example.com")
	_, diags = r.Data(one, attributes{"id": "auth0|nobody"})
	acctest.ExpectError(t, diags, "id", "No such user", "auth0|nobody", "does not exist")
}

func TestUserDataSource_invalid(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	for _, test := range []struct {
		given attributes
		on    string
		words []string
	}{
		{attributes{}, "id", []string{"Exactly one of id and email", "Neither is set"}},
		{attributes{"id": "auth0|1", "email": "ada@example.com"}, "id", []string{"Both are set"}},
		{attributes{"id": ""}, "id", []string{"is empty; leave it out or write null."}},
		{attributes{"id": "auth0|1", "connection_name": "Staff"}, "connection_name", []string{"email"}},
		{attributes{"email": "ada"}, "email", []string{"not an e-mail address"}},
	} {
		_, diags := r.Data(one, test.given)
		if acctest.ExpectError(t, diags, test.on, test.words...); t.Failed() {
			t.Fatalf("for %v", test.given)
		}
	}
	_, diags := r.Data(many, attributes{"query": ""})
	acctest.ExpectError(t, diags, "query", "is empty")
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// What a data source may not do, or cannot do yet, it says.
func TestUserDataSource_refused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	blind := tenant.Client("blind", "create:users")
	there := tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	for name, given := range map[string]struct {
		source string
		attributes
		action string
	}{
		"by id":    {one, attributes{"id": there.ID}, "Unable to read user"},
		"by email": {one, attributes{"email": there.Email}, "Unable to read user"},
		"search":   {many, attributes{}, "Unable to search users"},
	} {
		r := newRun(t, tenant)
		_, diags := r.Data(given.source, given.With(attributes{"vault_connection": through(tenant, blind)}))
		acctest.ExpectError(t, diags, "", given.action, "The vault connection's client", blind.ID, "needs read:users", tenant.Audience())
		_, diags = r.Data(given.source, given.With(attributes{"vault_connection": secretless(tenant, blind)}))
		acctest.ExpectError(t, diags, "vault_connection", "No secret", blind.ID, "connection_secrets")
		_, diags = newRun(t, tenant, attributes{"client_secret": unknown}).Data(given.source, given.attributes)
		acctest.ExpectError(t, diags, "", given.action, "not known before they are applied")
		if _, diags = newRun(t, tenant, attributes{"client_id": nil}).Data(given.source, given.attributes); !strings.Contains(acctest.Said(diags), "AUTH0_CLIENT_ID") {
			t.Errorf("%s: %s", name, acctest.Said(diags))
		}
	}
}

// crowd fills a tenant with users, oldest first.
func crowd(tenant *acctest.Tenant, n int) {
	start := time.Now().Add(-time.Hour)
	for i := range n {
		tenant.AddUser(emulator.User{
			ID: fmt.Sprintf("auth0|%05d", i), Email: fmt.Sprintf("u%d@example.com", i), CreatedAt: start.Add(time.Duration(i) * time.Second),
			UserMetadata: map[string]any{"even": i%2 == 0},
		})
	}
}

// users returns the ids of a search's users, in their order.
func users(t *testing.T, v tftypes.Value) []string {
	t.Helper()
	ids := []string{}
	for _, user := range get(v, "users").([]any) {
		ids = append(ids, user.(attributes)["id"].(string))
	}
	return ids
}

func TestUsersDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		crowd, found, total int
		requests            int
		behavior            func(*emulator.Behavior)
		query               any
	}{
		"none":                {0, 0, 0, 1, nil, nil},
		"one page":            {99, 99, 99, 1, nil, nil},
		"a full page":         {100, 100, 100, 1, nil, nil},
		"several pages":       {250, 250, 250, 3, nil, nil},
		"small pages":         {120, 120, 120, 4, func(b *emulator.Behavior) { b.MaxPerPage = 50 }, nil}, // and one to find that out
		"half of them":        {250, 125, 125, 2, nil, "user_metadata.even:true"},
		"as many as there is": {1000, 1000, 1000, 10, nil, nil},
		"more than there is":  {1042, 1000, 1042, 10, nil, nil},
		"more, small pages":   {1042, 1000, 1042, 21, func(b *emulator.Behavior) { b.MaxPerPage = 50 }, nil},
		"nobody":              {3, 0, 0, 1, nil, `email:"nobody@example.com"`},
		"engine required":     {3, 3, 3, 1, func(b *emulator.Behavior) { b.SearchEngineRequired = true }, "email:*@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			crowd(tenant, test.crowd)
			if test.behavior != nil {
				tenant.Configure(test.behavior)
			}
			got, diags := newRun(t, tenant).Data(many, attributes{"query": test.query})
			acctest.MustSucceed(t, diags)
			ids := users(t, got)
			if total := get(got, "total"); len(ids) != test.found || total != test.total {
				t.Errorf("found %d of %v, want %d of %d", len(ids), total, test.found, test.total)
			}
			for i := range ids {
				if i > 0 && ids[i] <= ids[i-1] {
					t.Fatalf("%s comes after %s", ids[i], ids[i-1])
				}
			}
			if n := len(tenant.Asked("GET", usersPath)); n != test.requests {
				t.Errorf("took %d requests, want %d", n, test.requests)
			}
			if test.total > test.found {
				acctest.ExpectWarning(t, diags, "query", "Not all users", "1042", "first 1000", "narrower")
			} else if len(diags) > 0 {
				t.Error(acctest.Said(diags))
			}
		})
	}
}

func TestUsersDataSource_refusedQuery(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	_, diags := newRun(t, tenant).Data(many, attributes{"query": `email:"unclosed`})
	acctest.ExpectError(t, diags, "", "Unable to search users", "400 invalid_query_string", "query")

	tenant.Configure(func(b *emulator.Behavior) { b.SearchTimesOut = true })
	_, diags = newRun(t, tenant).Data(many, attributes{"query": "email:*"})
	acctest.ExpectError(t, diags, "", "Unable to search users", "503", "refining your search")
}
