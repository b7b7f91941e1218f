package user_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// full is a configuration that says everything.
func full() attributes {
	return attributes{
		"email": "ada@example.com", "email_verified": true, "username": "ada", "password_wo": strong, "name": "Ada Lovelace", "given_name": "Ada",
		"family_name": "Lovelace", "nickname": "countess", "picture": "https://example.com/ada.png", "blocked": true,
		"phone_number": "+4915112345678", "phone_verified": true, "user_metadata": `{"plan":"gold"}`, "app_metadata": `{"roles":["a"]}`,
	}
}

func TestUserResource_fullCreate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := applied(t, tenant, nil, full().With(attributes{"user_id": "ada-1"}))
	mustHaveWritten(t, tenant, `POST {"app_metadata":{"roles":["a"]},"blocked":true,"connection":"Username-Password-Authentication","email":"ada@example.com",`+
		`"email_verified":true,"family_name":"Lovelace","given_name":"Ada","name":"Ada Lovelace","nickname":"countess","password":"Correct-horse-7",`+
		`"phone_number":"+4915112345678","phone_verified":true,"picture":"https://example.com/ada.png","user_id":"ada-1","user_metadata":{"plan":"gold"},"username":"ada"} 201`)
	if id := get(made.State, "id"); id != "auth0|ada-1" {
		t.Errorf("the id is %v", id)
	}
	if users := mustStore(t, tenant); users.Email != "ada@example.com" || users.Blocked == nil {
		t.Errorf("the tenant holds %+v", users)
	}
}

// Every attribute that is changed outside is drift, and is corrected.
func TestUserResource_drift(t *testing.T) {
	t.Parallel()
	for attribute, test := range map[string]struct {
		outside func(*emulator.User)
		sent    string
	}{
		"email":          {func(u *emulator.User) { u.Email = "x@example.com" }, `{"email":"ada@example.com","email_verified":true}`},
		"email_verified": {func(u *emulator.User) { u.EmailVerified = false }, `{"email_verified":true}`},
		"username":       {func(u *emulator.User) { u.Username = "x" }, `{"username":"ada"}`},
		"name":           {func(u *emulator.User) { u.Name = "x" }, `{"name":"Ada Lovelace"}`},
		"given_name":     {func(u *emulator.User) { u.GivenName = "" }, `{"given_name":"Ada"}`},
		"family_name":    {func(u *emulator.User) { u.FamilyName = "x" }, `{"family_name":"Lovelace"}`},
		"nickname":       {func(u *emulator.User) { u.Nickname = "" }, `{"nickname":"countess"}`},
		"picture":        {func(u *emulator.User) { u.Picture = "https://example.com/x.png" }, `{"picture":"https://example.com/ada.png"}`},
		"blocked":        {func(u *emulator.User) { u.Blocked = nil }, `{"blocked":true}`},
		"phone_number":   {func(u *emulator.User) { u.PhoneNumber = "+15550100" }, `{"phone_number":"+4915112345678","phone_verified":true}`},
		"phone_verified": {func(u *emulator.User) { u.PhoneVerified = nil }, `{"phone_verified":true}`},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := applied(t, tenant, nil, full())
			tenant.EditUser(mustStore(t, tenant).ID, test.outside)
			tenant.ForgetRequests()
			r := newRun(t, tenant)
			plan := r.Plan(r.Read(made), full())
			expectChange(t, plan, attribute)
			made, diags := r.TryApply(plan, full())
			acctest.MustSucceed(t, diags)
			mustHaveWritten(t, tenant, "PATCH "+test.sent+" 200")
			expectEmptyPlan(t, tenant, made, full())
		})
	}
}

// Auth0 keeps addresses and usernames in lower case. Upper case in the
// configuration makes no difference, neither at first nor later.
func TestUserResource_case(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	configured := func(email, username string) string {
		return hcl(tenant, quoted("email", email), quoted("username", username), quoted("password_wo", strong))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            configured("Ada@Example.com", "ADA"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{has("email", knownvalue.StringExact("Ada@Example.com")), has("username", knownvalue.StringExact("ADA"))},
			},
			{
				Config:            configured("ada@example.com", "Ada"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{has("email", knownvalue.StringExact("Ada@Example.com"))},
			},
			{
				PreConfig:        tenant.ForgetRequests,
				Config:           configured("Grace@Example.com", "Grace"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					onlyWrote(tenant, `PATCH {"email":"Grace@Example.com"} 200`, `PATCH {"username":"Grace"} 200`),
					holds(tenant, func(u emulator.User) string {
						if u.Email != "grace@example.com" || u.Username != "grace" {
							return u.Email + " " + u.Username
						}
						return ""
					}),
				},
			},
		},
	})
}

// Whether a new address is still verified, Auth0 does not document. Either way,
// what the configuration says holds, and what it does not say is read.
func TestUserResource_emailChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		verified any
		sent     string
		shown    [2]any // with and without the tenant taking the mark away
	}{
		"not said":   {nil, `{"email":"countess@example.com"}`, [2]any{false, true}},
		"verified":   {true, `{"email":"countess@example.com","email_verified":true}`, [2]any{true, true}},
		"unverified": {false, `{"email":"countess@example.com","email_verified":false}`, [2]any{false, false}},
	} {
		for i, unverifies := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, unverifies %v", name, unverifies), func(t *testing.T) {
				t.Parallel()
				tenant := acctest.NewInProcess(t)
				tenant.Configure(func(b *emulator.Behavior) { b.EmailChangeUnverifies = unverifies })
				given := ada().With(attributes{"email_verified": true})
				made := applied(t, tenant, nil, given)
				tenant.ForgetRequests()
				given = given.With(attributes{"email": "countess@example.com", "email_verified": test.verified})
				made = applied(t, tenant, made, given)
				mustHaveWritten(t, tenant, "PATCH "+test.sent+" 200")
				if got := get(made.State, "email_verified"); got != test.shown[i] {
					t.Errorf("email_verified is %v, want %v", got, test.shown[i])
				}
				if mustStore(t, tenant).EmailVerified != test.shown[i] {
					t.Error("the tenant sees that otherwise")
				}
			})
		}
	}
}

// verify_email is about e-mails, not about the user: it says when one is sent.
func TestUserResource_verifyEmail(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	sent := 0
	expect := func(what string, more int) {
		t.Helper()
		sent += more
		if got := mustStore(t, tenant).VerificationEmails; got != sent {
			t.Errorf("%s: %d e-mails were sent, want %d", what, got, sent)
			sent = got
		}
	}
	given := ada()
	made := applied(t, tenant, nil, given.With(attributes{"verify_email": false}))
	expect("a create without", 0)
	tenant.ForgetRequests()
	made = applied(t, tenant, made, given)
	mustHaveWritten(t, tenant)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": true}))
	mustHaveWritten(t, tenant, `PATCH {"verify_email":true} 200`)
	expect("switched on", 1)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": true, "name": "Ada"}))
	expect("another change", 0)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": true, "name": "Ada", "email": "countess@example.com"}))
	expect("a new address", 1)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": true, "name": "Ada", "email": "COUNTESS@example.com"}))
	expect("the same address", 0)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": false}))
	expect("a new address without", 0)
	made = applied(t, tenant, made, given.With(attributes{"verify_email": false, "password_wo": second}))
	tenant.ForgetRequests()
	made = applied(t, tenant, made, given.With(attributes{"password_wo": second}))
	mustHaveWritten(t, tenant)
	expect("in the end", 0)
	acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))

	for name, test := range map[string]struct {
		attributes
		want int
	}{
		"nothing said":               {attributes{}, 1},
		"verified":                   {attributes{"email_verified": true}, 0},
		"verified, but wanted":       {attributes{"email_verified": true, "verify_email": true}, 1},
		"not verified, not wanted":   {attributes{"email_verified": false, "verify_email": false}, 0},
		"not verified, nothing said": {attributes{"email_verified": false}, 1},
	} {
		made := applied(t, tenant, nil, given.With(test.attributes))
		sent = 0
		expect(name, test.want)
		acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
	}
}

// Users of passwordless connections.
func TestUserResource_passwordless(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		database emulator.Database
		given    attributes
		created  string
		change   attributes
		patched  string
	}{
		"email": {
			emulator.Database{Name: "email", Strategy: "email"},
			attributes{"connection_name": "email", "email": "Ada@example.com", "email_verified": true},
			`POST {"connection":"email","email":"Ada@example.com","email_verified":true} 201`,
			attributes{"name": "Ada", "email_verified": false},
			`PATCH {"email_verified":false,"name":"Ada"} 200`,
		},
		"sms": {
			emulator.Database{Name: "sms", Strategy: "sms"},
			attributes{"connection_name": "sms", "phone_number": "+4915112345678", "phone_verified": true, "user_id": "ada"},
			`POST {"connection":"sms","phone_number":"+4915112345678","phone_verified":true,"user_id":"ada"} 201`,
			attributes{"phone_number": "+15550100", "phone_verified": false},
			`PATCH {"phone_number":"+15550100","phone_verified":false} 200`,
		},
		"a database with usernames": {
			emulator.Database{Name: "Staff", RequiresUsername: true},
			attributes{"connection_name": "Staff", "email": "ada@example.com", "username": "ada", "password_wo": strong},
			`POST {"connection":"Staff","email":"ada@example.com","password":"Correct-horse-7","username":"ada"} 201`,
			attributes{"username": "countess"},
			`PATCH {"username":"countess"} 200`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.AddDatabase(test.database)
			made := applied(t, tenant, nil, test.given)
			mustHaveWritten(t, tenant, test.created)
			given := test.given.With(test.change)
			made = applied(t, tenant, made, given)
			mustHaveWritten(t, tenant, test.patched)
			if id := get(made.State, "id"); id != mustStore(t, tenant).ID {
				t.Errorf("the id is %v", id)
			}
			acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
		})
	}
}

// What cannot be changed of a user makes another one.
func TestUserResource_replace(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "Other"})
	r := newRun(t, tenant)
	made := r.Apply(nil, ada().With(attributes{"user_id": "ada-1"}))
	for name, test := range map[string]struct {
		change attributes
		want   string
	}{
		"another connection": {attributes{"user_id": "ada-1", "connection_name": "Other"}, "[connection_name]"},
		"another id":         {attributes{"user_id": "ada-2"}, "[user_id]"},
		"no id":              {attributes{}, "[]"},
		"the connection":     {attributes{"connection_name": "Username-Password-Authentication"}, "[]"},
		"unknown":            {attributes{"connection_name": unknown}, "[connection_name]"},
	} {
		if got := fmt.Sprint(r.Plan(made, ada().With(test.change)).Replace); got != test.want {
			t.Errorf("%s: replaces because of %s, want %s", name, got, test.want)
		}
	}
}

// Where Auth0 does not let an attribute be removed, the message says which.
func TestUserResource_refuseNull(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.RefuseNull = true })
	made := applied(t, tenant, nil, full())
	left, diags := newRun(t, tenant).Fail(made, full().Without("family_name", "given_name"))
	acctest.ExpectError(t, diags, "family_name", "Unable to update user", "cannot be removed: family_name, given_name", "Username-Password-Authentication",
		"Give", "a value")
	expectEmptyPlan(t, tenant, left, full())
}

// Whether what Auth0 made of an address or a number follows it, is not
// documented. Should it, the plan has said so.
func TestUserResource_followsEmail(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	given := ada().With(attributes{"phone_number": "+15550100"})
	made := applied(t, tenant, nil, given)
	tenant.OnRequest(func(r emulator.Request) {
		if r.Method == "PATCH" {
			tenant.EditUser(idOf(made), func(u *emulator.User) {
				verified := false
				u.Name, u.Nickname, u.Picture, u.EmailVerified, u.PhoneVerified = "followed", "followed", "https://example.com/followed.png", true, &verified
			})
		}
	})
	for _, change := range []struct {
		attributes
		want map[string]any
	}{
		{attributes{"email": "countess@example.com"}, map[string]any{
			"name": "followed", "nickname": "followed", "picture": "https://example.com/followed.png", "email_verified": true,
		}},
		{attributes{"phone_number": "+15550199"}, map[string]any{"name": "followed", "phone_verified": false}},
	} {
		tenant.EditUser(idOf(made), func(u *emulator.User) { u.Name, u.PhoneVerified = "", nil })
		given = given.With(change.attributes)
		made = applied(t, tenant, made, given)
		for name, want := range change.want {
			if got := get(made.State, name); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
	}
}
