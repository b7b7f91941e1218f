package user_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const listName = "auth0vault_users"

func TestUserDataSource_attributes(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	there := grace(tenant)
	client := tenant.Client("forms", "read:users")
	r := acctest.NewRun(t, tenant, typeName, secretsOf(client))
	read := func(source string, config attributes) tftypes.Value {
		v, diags := r.Data(source, config)
		acctest.RequireNoError(t, diags)
		return v
	}
	without := secretless(tenant, client)
	all := read(listName, attributes{"query": `identities.connection:"Username-Password-Authentication"`, "vault_connection": without})
	if total := acctest.Get(all, "total"); total != 1 {
		t.Errorf("total is %v", total)
	}
	for how, got := range map[string]any{
		"id":     acctest.Get(read(typeName, attributes{"id": there.ID, "vault_connection": without})),
		"email":  acctest.Get(read(typeName, attributes{"email": "grace@example.com", "vault_connection": through(tenant, client)})),
		"search": acctest.Get(all, "users", 0),
	} {
		user := got.(attributes)
		for name, want := range graceState {
			if user[name] != want {
				t.Errorf("%s: %s is %v, want %v", how, name, user[name], want)
			}
		}
		if user["picture"] == nil || user["created_at"] == nil {
			t.Errorf("%s: no picture or no date in %v", how, user)
		}
	}
	expectRequestsBy(t, tenant, client.ID)
}

// Both ways to one user are consistent: what was written a moment ago is there.
func TestUserDataSource_consistent(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Configure(func(b *emulator.Behavior) { b.SearchDelay = time.Hour })
	u.Run(step{Set: attributes{"user_metadata": `{"a":1}`}}, step{Set: attributes{"name": "Ada", "user_metadata": `{"a":2}`}})
	u.EditUser(u.ID(), func(user *emulator.User) { user.UserMetadata["theirs"] = true })
	for _, test := range []struct {
		config   attributes
		requests int
	}{
		{attributes{"id": u.ID()}, 1},
		{attributes{"email": "ada@example.com"}, 1},
		{attributes{"email": "ADA@example.com"}, 2}, // as it is written first
		{attributes{"email": "ada@example.com", "connection_name": "Username-Password-Authentication"}, 1},
	} {
		u.ForgetRequests()
		got, diags := u.NewRun().Data(typeName, test.config)
		acctest.RequireNoError(t, diags)
		if acctest.Get(got, "name") != "Ada" || acctest.Get(got, "user_metadata") != `{"a":2,"theirs":true}` {
			t.Errorf("%v: got %v", test.config, got)
		}
		if email := test.config["email"]; email != nil && acctest.Get(got, "email") != email {
			t.Errorf("the address %v became %v", email, acctest.Get(got, "email"))
		}
		if n := len(u.Asked("", usersPath)); n > test.requests {
			t.Errorf("%v: took %d requests", test.config, n)
		}
	}
}

// What cannot be read is an error on the attribute that it is about.
func TestUserDataSource_errors(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		tenant.AddDatabase(emulator.Database{Name: "Staff"})
		first := tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
		other := tenant.AddUser(emulator.User{ID: "auth0|2", Email: "ada@example.com", Connection: "Staff", Linked: []emulator.Identity{
			{UserID: "9", Connection: "google", Provider: "google-oauth2", IsSocial: true},
		}})
		r := acctest.NewRun(t, tenant, typeName)
		got, diags := r.Data(typeName, attributes{"email": "ada@example.com", "connection_name": "Staff"})
		acctest.RequireNoError(t, diags)
		if acctest.Get(got, "id") != other.ID || acctest.Get(got, "connection_name") != "Staff" || acctest.Get(got, "user_id") != "2" {
			t.Errorf("got %v", got)
		}
		tenant.ForgetRequests()
		for i, test := range []struct {
			config attributes
			want   *acctest.Message
		}{
			{attributes{}, at("id", "Exactly one of id and email", "Neither is set")},
			{attributes{"id": "auth0|1", "email": "ada@example.com"}, at("id", "Both are set")},
			{attributes{"id": ""}, at("id", "is empty; leave it out or write null.")},
			{attributes{"id": "auth0|1", "connection_name": "Staff"}, at("connection_name", "email")},
			{attributes{"email": "ada"}, at("email", "not an e-mail address")},
			{attributes{"query": ""}, at("query", "is empty")},

			{attributes{"email": "Ada@example.com"},
				at("email", "Several users", first.ID+" (Username-Password-Authentication)", other.ID+" (Staff)", "connection_name")},
			{attributes{"email": "ada@example.com", "connection_name": "Elsewhere"},
				at("email", "No such user", tenant.Domain(), "ada@example.com", `"Elsewhere"`)},
			{attributes{"email": "nobody@example.com"}, at("email", "No such user", tenant.Domain(), "nobody@example.com")},
			{attributes{"id": "auth0|nobody"}, at("id", "No such user", "auth0|nobody", "does not exist")},
			{attributes{"query": `email:"unclosed`}, at("", "Unable to search users", "400 invalid_query_string", "query")},
		} {
			source := typeName
			if test.config["query"] != nil {
				source = listName
			}
			_, diags := r.Data(source, test.config)
			acctest.ExpectError(t, diags, test.want.Path, test.want.Words...)
			if n := len(tenant.Requests()); (n == 0) != (i < 6) {
				t.Errorf("%v: %d requests were sent", test.config, n)
			}
		}
		tenant.Configure(func(b *emulator.Behavior) { b.SearchTimesOut = true })
		_, diags = acctest.NewRun(t, tenant, typeName).Data(listName, attributes{"query": "email:*"})
		acctest.ExpectError(t, diags, "", "Unable to search users", "503", "refining your search")
	})
}

// A missing scope, a missing secret and a provider that is not configured are errors.
func TestUserDataSource_refused(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		client := tenant.Client("forms", "create:users")
		tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
		for _, test := range []struct {
			source string
			config attributes
			action string
		}{
			{typeName, attributes{"id": "auth0|1"}, "Unable to read user"},
			{typeName, attributes{"email": "ada@example.com"}, "Unable to read user"},
			{listName, attributes{}, "Unable to search users"},
		} {
			read := func(provider attributes, connection any) []*tfprotov6.Diagnostic {
				_, diags := acctest.NewRun(t, tenant, typeName, provider).Data(test.source,
					test.config.With(attributes{"vault_connection": connection}))
				return diags
			}
			acctest.ExpectError(t, read(nil, through(tenant, client)), "", test.action, "The vault connection's client", client.ID,
				"needs read:users", tenant.Audience())
			acctest.ExpectError(t, read(nil, secretless(tenant, client)), "vault_connection", "No secret", client.ID, "connection_secrets")
			acctest.ExpectError(t, read(attributes{"client_id": nil}, nil), "", "AUTH0_CLIENT_ID")
		}
	})
}

// addUsers fills a tenant with users u-0000, u-0001 and so on, oldest first.
func addUsers(tenant *acctest.Tenant, n int) {
	for i := range n {
		tenant.AddUser(emulator.User{
			ID: fmt.Sprintf("auth0|u-%04d", i), Email: fmt.Sprintf("u-%04d@example.com", i), CreatedAt: time.Date(2025, 1, 1, 0, i, 0, 0, time.UTC),
			UserMetadata: map[string]any{"plan": "gold", "even": i%2 == 0},
		})
	}
}

func TestUsersDataSource_pages(t *testing.T) {
	t.Parallel()
	smallPages := func(b *emulator.Behavior) { b.MaxPerPage = 50 }
	for name, test := range map[string]struct {
		users, found, total, requests int
		behavior                      func(*emulator.Behavior)
		query                         any
	}{
		"none":                {0, 0, 0, 1, nil, nil},
		"a full page":         {100, 100, 100, 1, nil, nil},
		"small pages":         {120, 120, 120, 4, smallPages, nil}, // and one to find that out
		"half of them":        {250, 125, 125, 2, nil, "user_metadata.even:true"},
		"as many as there is": {1000, 1000, 1000, 10, nil, nil},
		"more than there is":  {1042, 1000, 1042, 10, nil, nil},
		"engine required":     {3, 3, 3, 1, func(b *emulator.Behavior) { b.SearchEngineRequired = true }, "email:*@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			addUsers(tenant, test.users)
			if test.behavior != nil {
				tenant.Configure(test.behavior)
			}
			got, diags := acctest.NewRun(t, tenant, typeName).Data(listName, attributes{"query": test.query})
			acctest.RequireNoError(t, diags)
			ids := []string{}
			for _, user := range acctest.Get(got, "users").([]any) {
				ids = append(ids, user.(attributes)["id"].(string))
			}
			sorted := slices.IsSorted(ids)
			if total := acctest.Get(got, "total"); total != test.total || !sorted || len(slices.Compact(ids)) != test.found {
				t.Errorf("found %d of %v in the order %v, want %d of %d", len(ids), total, ids, test.found, test.total)
			}
			if n := len(tenant.Asked("GET", usersPath)); n != test.requests {
				t.Errorf("took %d requests, want %d", n, test.requests)
			}
			if test.total > test.found {
				acctest.ExpectWarning(t, diags, "query", "Not all users", "1042", "first 1000", "narrower")
			} else if len(diags) > 0 {
				t.Error(acctest.Format(diags))
			}
		})
	}
}
