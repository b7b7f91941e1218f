package user_test

import (
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// lost are the ways in which the answer to a create gets lost.
var lost = map[string]emulator.Fault{
	"500 after":   {Status: 500, AfterCommit: true},
	"502 after":   {Status: 502, AfterCommit: true},
	"524 after":   {Status: 524, AfterCommit: true},
	"drop after":  {Drop: true, AfterCommit: true},
	"500 before":  {Status: 500},
	"drop before": {Drop: true},
}

// A create whose answer is lost is not done twice: what it made is found and
// taken over, and if it made nothing it is done again.
func TestUserResource_lostCreate(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]attributes{
		"by address":        ada(),
		"by address and id": ada().With(attributes{"user_id": "ada-1"}),
		"by id":             {"connection_name": "sms", "phone_number": "+4915112345678", "user_id": "ada-1"},
	} {
		for how, fault := range lost {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				tenant := acctest.New(t)
				tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
				tenant.AddDatabase(emulator.Database{Name: "Other"})
				// Somebody of another connection, with the same address, is another client.
				tenant.AddUser(emulator.User{Connection: "Other", Email: "ada@example.com"})
				fault.Method, fault.Path = "POST", "/api/v2/users"
				tenant.Fail(fault)
				made := applied(t, tenant, nil, given)
				users := tenant.Users()
				if len(users) != 2 || users[1].ID != idOf(made) {
					t.Errorf("the tenant holds %d users, and the state %s", len(users), idOf(made))
				}
				want := 1
				if !fault.AfterCommit {
					want = 2
				}
				if got := len(tenant.Asked("POST", usersPath)); got != want {
					t.Errorf("%d creates were sent, want %d", got, want)
				}
			})
		}
	}
}

// A user who was there before is not taken over by a create whose answer is lost.
func TestUserResource_lostButThere(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]attributes{
		"by address": ada(),
		"by id":      {"connection_name": "sms", "phone_number": "+4915112345678", "user_id": "ada-1"},
	} {
		for how, fault := range lost {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				tenant := acctest.New(t)
				tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
				hour := time.Now().Add(-time.Hour)
				if name == "by id" {
					tenant.AddUser(emulator.User{ID: "sms|ada-1", Connection: "sms", PhoneNumber: "+4915112345678", CreatedAt: hour})
				} else {
					tenant.AddUser(emulator.User{Email: "ada@example.com", CreatedAt: hour})
				}
				before := mustStore(t, tenant)
				fault.Method, fault.Path = "POST", "/api/v2/users"
				tenant.Fail(fault)
				left, diags := newRun(t, tenant).Fail(nil, given)
				if left != nil {
					t.Errorf("the state has %s", idOf(left))
				}
				on := "email"
				if name == "by id" {
					on = "phone_number"
				}
				acctest.ExpectError(t, diags, on, "409", "already exists", "import it")
				if after := mustStore(t, tenant); !after.UpdatedAt.Equal(before.UpdatedAt) {
					t.Error("the user was changed")
				}
			})
		}
	}
}

// Two users of one run with one address, in different connections: the second
// does not take the first one over.
func TestUserResource_lostBesideOwn(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant)
	first := r.Apply(nil, ada())
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Status: 500})
	_, diags := r.Fail(nil, ada())
	acctest.ExpectError(t, diags, "email", "409", "already exists")
	if mustStore(t, tenant).ID != idOf(first) {
		t.Error("another user is there")
	}
}

// Without read:users, nobody can tell whether it was created: that is what the
// message says, and nothing is sent again.
func TestUserResource_lostForGood(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "create:users")
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Drop: true, AfterCommit: true})
	_, diags := newRun(t, tenant).Fail(nil, ada().With(attributes{"vault_connection": through(tenant, client)}))
	acctest.ExpectError(t, diags, "", "may have been created", "Look in Auth0's dashboard", "read:users")
	if got := len(tenant.Asked("POST", usersPath)); got != 1 {
		t.Errorf("%d creates were sent", got)
	}
}

// A tenant that goes on failing: an error in the end, and one user at most.
func TestUserResource_lostAgainAndAgain(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/users", Status: 503, Times: -1})
	left, diags := newRun(t, tenant).Fail(nil, ada())
	acctest.ExpectError(t, diags, "", "Unable to create user", "503", "Run again later")
	if left != nil || len(tenant.Users()) > 0 {
		t.Error("something was made")
	}
	tenant.ForgetFaults()
	applied(t, tenant, nil, ada())
}

// An update whose answer is lost is sent again, unless it has a password, of
// which the history may refuse the second.
func TestUserResource_lostUpdate(t *testing.T) {
	t.Parallel()
	for how, fault := range lost {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			made := applied(t, tenant, nil, ada().With(attributes{"user_metadata": `{"a":1}`}))
			fault.Method = "PATCH"
			tenant.Fail(fault)
			tenant.ForgetRequests()
			applied(t, tenant, made, ada().With(attributes{"name": "Ada", "user_metadata": `{"b":2}`}))
			if n := len(tenant.Asked("PATCH", usersPath)); n != 2 {
				t.Errorf("%d updates were sent, want 2", n)
			}
			if got := jsonOf(t, mustStore(t, tenant).UserMetadata); got != `{"b":2}` {
				t.Errorf("the tenant holds %s", got)
			}
		})
	}
}
