package user_test

import (
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// faults are the ways in which the answer to a write gets lost.
var faults = map[string]emulator.Fault{
	"none":        {},
	"500 after":   {Status: 500, AfterCommit: true},
	"502 after":   {Status: 502, AfterCommit: true},
	"524 after":   {Status: 524, AfterCommit: true},
	"drop after":  {Drop: true, AfterCommit: true},
	"500 before":  {Status: 500},
	"drop before": {Drop: true},
}

// eachFault runs a test for each way in which an answer gets lost.
func eachFault(t *testing.T, name string, test func(t *testing.T, fault emulator.Fault)) {
	t.Helper()
	for how, fault := range faults {
		if how != "none" {
			acctest.Subtest(t, name+", "+how, func(t *testing.T) { test(t, fault) })
		}
	}
}

func onCreate(fault emulator.Fault) emulator.Fault {
	fault.Method, fault.Path = "POST", "/api/v2/users"
	return fault
}

// A create whose answer is lost is not done twice: what it created is found, and if it
// created nothing it is done again. A user who was there before is not taken over.
func TestUserResource_lostCreate(t *testing.T) {
	t.Parallel()
	phone := attributes{"connection_name": "sms", "email": nil, "password": nil, "phone_number": "+4915112345678", "user_id": "ada-1"}
	for name, test := range map[string]struct {
		change attributes
		on     string
		there  emulator.User
	}{
		"by address":        {attributes{}, "email", emulator.User{Email: "ada@example.com"}},
		"by address and id": {attributes{"user_id": "ada-1"}, "email", emulator.User{ID: "auth0|ada-1", Email: "ada@example.com"}},
		"by id":             {phone, "phone_number", emulator.User{ID: "sms|ada-1", Connection: "sms", PhoneNumber: "+4915112345678"}},
	} {
		start := func(t *testing.T, fault emulator.Fault) *acctest.Resource {
			u := newUser(t)
			u.Base = u.Base.With(test.change)
			addDatabases(u.Tenant, emulator.Database{Name: "sms", Strategy: "sms"}, emulator.Database{Name: "Other"})
			u.Fail(onCreate(fault))
			return u
		}
		eachFault(t, name, func(t *testing.T, fault emulator.Fault) {
			u := start(t, fault)
			other := u.AddUser(emulator.User{Connection: "Other", Email: "ada@example.com"}) // in another connection
			u.Run(step{})
			if users := u.Users(); len(users) != 2 || users[1].ID != u.ID() || u.ID() == other.ID {
				t.Errorf("the tenant holds %d users, and the state has %s", len(users), u.ID())
			}
		})
		eachFault(t, name+", existing", func(t *testing.T, fault emulator.Fault) {
			u := start(t, fault)
			test.there.CreatedAt = time.Now().Add(-time.Hour)
			before := u.AddUser(test.there)
			u.Run(step{Unchanged: true, Error: at(test.on, "409", "already exists", "import it")})
			if after := onlyUser(t, u.Tenant); !after.UpdatedAt.Equal(before.UpdatedAt) {
				t.Error("the user was changed")
			}
		})
	}
	// How often a create is sent.
	for how, want := range map[string]int{"500 after": 1, "drop after": 1, "500 before": 2, "drop before": 2} {
		acctest.Subtest(t, how, func(t *testing.T) {
			u := newUser(t)
			u.Fail(onCreate(faults[how]))
			u.NewRun().Apply(nil, u.Base)
			if got := len(u.Asked("POST", usersPath)); got != want {
				t.Errorf("%d creates were sent, want %d", got, want)
			}
		})
	}
}

// A user that the same run has created is not taken over either.
func TestUserResource_lostCreateOfSecond(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u := newUser(t)
		r := u.NewRun()
		first := r.Apply(nil, u.Base)
		u.Fail(onCreate(emulator.Fault{Status: 500}))
		_, diags := r.Fail(nil, u.Base)
		acctest.ExpectError(t, diags, "email", "409", "already exists")
		if onlyUser(t, u.Tenant).ID != acctest.Get(first.State, "id") {
			t.Error("the tenant holds another user")
		}
	})
}

// Where the outcome stays unknown, the message says so. A tenant that goes on failing
// is an error in the end.
func TestUserResource_unknownOutcome(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, _ := withClient(t, "create:users") // and not read:users
		u.Fail(onCreate(emulator.Fault{Drop: true, AfterCommit: true}))
		u.Run(step{Error: at("", "may have been created", "Look in Auth0's dashboard", "read:users")})
		if got := len(u.Asked("POST", usersPath)); got != 1 {
			t.Errorf("%d creates were sent", got)
		}

		u = newUser(t)
		u.Fail(onCreate(emulator.Fault{Status: 503, Times: -1}))
		u.Run(step{Unchanged: true, Error: at("", "Unable to create user", "503", "Run again later")})
		if len(u.Users()) > 0 {
			t.Error("a user was created")
		}
		u.ForgetFaults()
		u.Run(step{})
	})
}

// An update whose answer is lost is sent again.
func TestUserResource_lostUpdate(t *testing.T) {
	t.Parallel()
	eachFault(t, "update", func(t *testing.T, fault emulator.Fault) {
		u := newUser(t)
		fault.Method = "PATCH"
		u.Run(
			step{Set: attributes{"user_metadata": `{"a":1}`}},
			step{Before: func() { u.Fail(fault) }, Set: attributes{"name": "Ada", "user_metadata": `{"b":2}`}},
		)
		if got, n := toJSON(onlyUser(t, u.Tenant).UserMetadata), len(u.Asked("PATCH", usersPath)); got != `{"b":2}` || n != 2 {
			t.Errorf("the tenant holds %s after %d updates, want 2", got, n)
		}
	})
}
