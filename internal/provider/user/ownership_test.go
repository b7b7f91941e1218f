package user_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// argument says how one argument of the resource is owned.
type argument struct {
	// value and other are two configured values; with is what has to be configured with them.
	value, other any
	with         attributes
	// cleared is the request when the argument leaves the configuration after this resource has set it; empty for none. left is
	// the state's value after that.
	cleared string
	left    any
	// changed is another client's change of a value that is configured as full has it, and corrected the request that corrects it.
	changed   func(*emulator.User)
	corrected string
	// set is another client's setting of the attribute, where that differs from changed.
	set func(*emulator.User)
}

// text is the argument of a text that can be cleared.
func text(name string, value, other any, changed func(*emulator.User)) argument {
	return argument{value: value, other: other, changed: changed, cleared: fmt.Sprintf(`{%q:null}`, name),
		corrected: fmt.Sprintf(`{%q:%q}`, name, full()[name])}
}

// arguments has each argument of the resource.
var arguments = map[string]argument{
	"email": {
		value: "ada@example.com", other: "countess@example.com", with: attributes{"username": "ada"}, cleared: `{"email":null}`,
		changed: func(u *emulator.User) { u.Email = "x@example.com" }, corrected: `{"email":"ada@example.com","email_verified":true}`,
	},
	"phone_number": {
		value: "+4915112345678", other: "+4915187654321", cleared: `{"phone_number":null}`,
		changed: func(u *emulator.User) { u.PhoneNumber = "+15550100" }, corrected: `{"phone_number":"+4915112345678","phone_verified":true}`,
	},
	"username":    text("username", "ada", "countess", func(u *emulator.User) { u.Username = "x" }),
	"name":        text("name", "Ada", "Countess", func(u *emulator.User) { u.Name = "x" }),
	"family_name": text("family_name", "Lovelace", "Byron", func(u *emulator.User) { u.FamilyName = "x" }),
	"given_name": {
		value: "Ada", other: "Augusta", cleared: `{"given_name":null}`, corrected: `{"given_name":"Ada"}`,
		changed: func(u *emulator.User) { u.GivenName = "" }, set: func(u *emulator.User) { u.GivenName = "x" },
	},
	"nickname": text("nickname", "countess", "ada1", func(u *emulator.User) { u.Nickname = "x" }),
	"picture": text("picture", "https://example.com/1.png", "https://example.com/2.png",
		func(u *emulator.User) { u.Picture = "/relative.png" }),
	"blocked": {
		value: true, other: false, cleared: `{"blocked":false}`, left: false,
		changed: func(u *emulator.User) { u.Blocked = nil }, corrected: `{"blocked":true}`, set: func(u *emulator.User) { u.Blocked = new(true) },
	},
	// These flags keep their value when they leave the configuration.
	"email_verified": {
		value: true, other: false, left: true, changed: func(u *emulator.User) { u.EmailVerified = false },
		corrected: `{"email_verified":true}`, set: func(u *emulator.User) { u.EmailVerified = true },
	},
	"phone_verified": {
		value: true, other: false, left: true, with: attributes{"phone_number": "+4915112345678"},
		changed: func(u *emulator.User) { u.PhoneVerified = nil }, corrected: `{"phone_verified":true}`,
		set: func(u *emulator.User) { u.PhoneVerified = new(true) },
	},
	"verify_email": {value: false, other: true},
	"user_metadata": {value: `{"plan":"gold"}`, other: `{"plan":"tin"}`, cleared: `{"user_metadata":{"plan":null}}`,
		set: func(u *emulator.User) { u.UserMetadata = map[string]any{"theirs": "x"} }},
	"app_metadata": {value: `{"seats":1}`, other: `{"seats":2}`, cleared: `{"app_metadata":{"seats":null}}`,
		set: func(u *emulator.User) { u.AppMetadata = map[string]any{"theirs": "x"} }},
	"password":    {value: strong, other: second},
	"password_wo": {value: strong, other: second, with: attributes{"password": nil}},
	// A password with a version has no digest: without the version, the password is sent once.
	"password_wo_version": {value: 1, other: 2, with: attributes{"password": nil, "password_wo": strong},
		cleared: `{"password":"` + strong + `"}`},
	"user_id":          {value: "ada-1", other: "ada-2", left: "ada-1"},
	"connection_name":  {value: "Username-Password-Authentication", other: "Staff", left: "Username-Password-Authentication"},
	"on_destroy":       {value: "block", other: "retain", left: "delete"},
	"vault_connection": {}, // see vault_connection_test.go: it is not the user's
}

// TestUserResource_arguments fails for an argument without a row.
func TestUserResource_arguments(t *testing.T) {
	t.Parallel()
	names, _ := newUser(t).NewRun().Attributes()
	slices.Sort(names)
	if rows := slices.Sorted(maps.Keys(arguments)); !slices.Equal(names, rows) {
		t.Errorf("the resource has the arguments %v, the table has %v", names, rows)
	}
}

// eachArgument runs a test for each argument, with a user whose configuration has it.
func eachArgument(t *testing.T, test func(t *testing.T, u *acctest.Resource, name string, a argument)) {
	t.Helper()
	t.Parallel()
	for name, a := range arguments {
		if a.value != nil {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				u.Base = u.Base.With(a.with).With(attributes{name: a.value})
				u.Run(step{})
				test(t, u, name, a)
			})
		}
	}
}

// An argument that is ignored and changed, together with an unrelated change: only
// the latter is planned and sent. Nor is anything sent for the ignored change alone.
func TestUserResource_ignoreChanges(t *testing.T) {
	eachArgument(t, func(_ *testing.T, u *acctest.Resource, name string, a argument) {
		unrelated := "family_name"
		if name == unrelated {
			unrelated = "given_name"
		}
		for _, value := range []any{a.other, nil} {
			ignoring := []string{name}
			u.Run(
				step{Ignore: ignoring, Set: attributes{name: value}, Plan: none, Sent: none},
				step{Ignore: ignoring, Set: attributes{name: value, unrelated: "King"}, Plan: []string{unrelated},
					Sent: patch(fmt.Sprintf(`{%q:"King"}`, unrelated))},
			)
			if value != nil {
				u.Run(step{Set: attributes{unrelated: "King"}, Plan: none, Sent: none}) // what was applied
			}
			u.Run(step{Ignore: ignoring, Set: attributes{name: value}, Sent: patch(fmt.Sprintf(`{%q:null}`, unrelated))})
		}
	})
}

// What this resource has set is cleared when it leaves the configuration. What it has
// not set, and another client has, is not drift, until the configuration sets it.
func TestUserResource_ownership(t *testing.T) {
	eachArgument(t, func(_ *testing.T, u *acctest.Resource, name string, a argument) {
		cleared := none
		if a.cleared != "" {
			cleared = patch(a.cleared)
		}
		u.Run(step{Set: attributes{name: nil}, Sent: cleared, State: attributes{name: a.left}})
		set := a.set
		if set == nil {
			set = a.changed
		}
		if set != nil {
			u.Run(
				step{Before: func() { u.EditUser(u.ID(), set) }, Set: attributes{name: nil}, Plan: none},
				step{Set: attributes{name: nil, "on_destroy": "retain"}, Sent: none},
				step{Set: attributes{name: nil}, Sent: none},
				step{},
			)
		}
	})
}

// Every configured attribute that another client changes is drift, and is corrected.
func TestUserResource_drift(t *testing.T) {
	t.Parallel()
	for name, a := range arguments {
		if a.corrected != "" {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				u.Base = full()
				u.Run(step{}, step{Before: func() { u.EditUser(u.ID(), a.changed) }, Plan: []string{name}, Sent: patch(a.corrected)})
			})
		}
	}
}

// With a new address, an ignored flag is not sent, and one that is configured is.
func TestUserResource_ignoreFlags(t *testing.T) {
	t.Parallel()
	for flag, address := range map[string][3]string{
		"email_verified": {"email", "ada@example.com", "new@example.com"}, "verify_email": {"email", "ada@example.com", "new@example.com"},
		"phone_verified": {"phone_number", "+15550100", "+15550199"},
	} {
		after := flag == "verify_email"
		for sent, ignored := range map[string][]string{fmt.Sprintf(`,%q:%v`, flag, after): nil, "": {flag}} {
			newUser(t).Run(
				step{Set: attributes{address[0]: address[1], flag: !after}},
				step{Set: attributes{address[0]: address[2], flag: after}, Ignore: ignored,
					Sent: patch(fmt.Sprintf(`{%q:%q%s}`, address[0], address[2], sent))},
			)
		}
	}
}

// After an import, what the configuration leaves out stays as it is, also through later applies.
func TestUserResource_importLeavesAlone(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	before := u.AddUser(emulator.User{
		ID: "auth0|ada-1", Email: "ada@example.com", EmailVerified: true, Username: "ada", Name: "Ada", GivenName: "Ada", FamilyName: "Lovelace",
		Nickname: "countess", Picture: "https://example.com/1.png", PhoneNumber: "+4915112345678", PhoneVerified: new(true),
		Blocked: new(true), Password: third, UserMetadata: map[string]any{"plan": "gold"}, AppMetadata: map[string]any{"seats": 1},
	})
	u.Base = attributes{"on_destroy": "retain"}
	u.Run(
		step{Import: before.ID, Config: attributes{}, Plan: none, Sent: none},
		step{Sent: none},
		step{Set: attributes{"family_name": "King"}, Sent: patch(`{"family_name":"King"}`)},
		step{Sent: patch(`{"family_name":null}`)},
	)
	after, _ := u.User(before.ID)
	after.FamilyName, after.UpdatedAt = before.FamilyName, before.UpdatedAt
	if got, want := toJSON(after), toJSON(before); got != want {
		t.Errorf("the user became\n%s\nfrom\n%s", got, want)
	}
}

// A user who was blocked by another client stays blocked, and a block that this
// resource has lifted before is not lifted again.
func TestUserResource_blockedByOthers(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	block := func() { u.EditUser(u.ID(), func(user *emulator.User) { user.Blocked = new(true) }) }
	u.Run(
		step{Set: attributes{"blocked": false}},
		step{},
		step{Before: block, Plan: none, Sent: none},
		step{Set: attributes{"blocked": false}, Sent: patch(`{"blocked":false}`)},
		step{Before: block, Plan: none, Sent: none}, // false was ours, this true is not
		step{Set: attributes{"name": "Ada"}, Sent: patch(`{"name":"Ada"}`)},
	)
}

// What another client has removed is not owned any more: when it sets it again, it
// is that client's.
func TestUserResource_ownershipEnds(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	without := attributes{"user_metadata": `{"a":1}`}
	u.Run(
		step{Set: attributes{"given_name": "Ada", "user_metadata": `{"a":1,"b":2}`}},
		step{Before: func() {
			u.EditUser(u.ID(), func(user *emulator.User) { user.GivenName = ""; delete(user.UserMetadata, "b") })
		}, RefreshOnly: true},
		step{Set: without, PlanOnly: true, Plan: none},
		step{Before: func() {
			u.EditUser(u.ID(), func(user *emulator.User) { user.GivenName, user.UserMetadata["b"] = "theirs", "theirs" })
		}, Set: without, Plan: none, Sent: none},
	)
}

// A user of another identity provider has attributes that Auth0 refuses to change.
// Only what is configured is sent, and a refusal says how to leave it alone.
func TestUserResource_federated(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.AddDatabase(emulator.Database{Name: "google-oauth2", Strategy: "google-oauth2"})
	u.AddUser(emulator.User{ID: "google-oauth2|1087", Connection: "google-oauth2", Email: "g@gmail.com", GivenName: "Grace",
		FamilyName: "Hopper", UserMetadata: map[string]any{"theirs": "x"}})
	u.Base = attributes{"connection_name": "google-oauth2", "email": "g@gmail.com", "user_metadata": `{"ours":1}`}
	u.Run(step{
		Import: "google-oauth2|1087", Plan: []string{"user_metadata"}, Sent: patch(`{"user_metadata":{"ours":1}}`),
		Warning: at("user_metadata", "kept", "theirs", "does not remove"),
	})
	if user := onlyUser(t, u.Tenant); toJSON(user.UserMetadata) != `{"ours":1,"theirs":"x"}` {
		t.Errorf("the tenant holds %v", user.UserMetadata)
	}
	u.Run(step{
		Set:   attributes{"family_name": "Murray", "user_metadata": `{"ours":2}`},
		Sent:  []string{`PATCH {"family_name":"Murray","user_metadata":{"ours":2}} 400`},
		Error: at("family_name", "cannot be updated: family_name", "remove family_name from the configuration", "Sync user profile attributes"),
	})
}
