package user_test

import (
	"fmt"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// Auth0 stores addresses and usernames in lower case. Upper case in the configuration
// makes no difference, neither at first nor later.
func TestUserResource_case(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(
		step{Set: attributes{"email": "Ada@Example.com", "username": "ADA"}, State: attributes{"email": "Ada@Example.com", "username": "ADA"}},
		step{Set: attributes{"email": "ada@example.com", "username": "Ada"}, Plan: none, State: attributes{"email": "Ada@Example.com"}},
		step{Set: attributes{"email": "Grace@Example.com", "username": "Grace"},
			Sent: patch(`{"email":"Grace@Example.com"}`, `{"username":"Grace"}`)},
	)
	if user := onlyUser(t, u.Tenant); user.Email != "grace@example.com" || user.Username != "grace" {
		t.Errorf("the tenant holds %s, %s", user.Email, user.Username)
	}
}

// Whether a new address is still verified, Auth0 does not document. Either way,
// what the configuration says holds, and what it does not say is read.
func TestUserResource_emailChange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verified any
		sent     string
		state    [2]any // where the tenant unverifies a new address, and where it does not
	}{
		{nil, `{"email":"countess@example.com"}`, [2]any{false, true}},
		{true, `{"email":"countess@example.com","email_verified":true}`, [2]any{true, true}},
		{false, `{"email":"countess@example.com","email_verified":false}`, [2]any{false, false}},
	} {
		for i, unverifies := range []bool{true, false} {
			t.Run(fmt.Sprintf("%v, unverifies %v", test.verified, unverifies), func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				u.Configure(func(b *emulator.Behavior) { b.EmailChangeUnverifies = unverifies })
				u.Run(
					step{Set: attributes{"email_verified": true}},
					step{
						Set:  attributes{"email": "countess@example.com", "email_verified": test.verified},
						Sent: patch(test.sent), State: attributes{"email_verified": test.state[i]},
					},
				)
				if onlyUser(t, u.Tenant).EmailVerified != test.state[i] {
					t.Error("the tenant holds another email_verified")
				}
			})
		}
	}
}

// verify_email says when a verification e-mail is sent.
func TestUserResource_verifyEmail(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for name, test := range map[string]struct {
		create attributes
		emails int
	}{
		"not configured":               {attributes{}, 1},
		"verified":                     {attributes{"email_verified": true}, 0},
		"verified, but wanted":         {attributes{"email_verified": true, "verify_email": true}, 1},
		"not verified, not wanted":     {attributes{"email_verified": false, "verify_email": false}, 0},
		"not verified, not configured": {attributes{"email_verified": false}, 1},
	} {
		u.Run(step{Set: test.create})
		if got := onlyUser(t, u.Tenant).VerificationEmails; got != test.emails {
			t.Errorf("%s: %d e-mails were sent, want %d", name, got, test.emails)
		}
		u.Run(step{Destroy: true})
	}
	emails := 0
	for _, test := range []struct {
		step step
		more int
	}{
		{step{Set: attributes{"verify_email": false}}, 0},
		{step{Sent: none}, 0},
		{step{Set: attributes{"verify_email": true}, Sent: patch(`{"verify_email":true}`)}, 1},
		{step{Set: attributes{"verify_email": true, "name": "Ada"}, Sent: patch(`{"name":"Ada"}`)}, 0},
		{step{Set: attributes{"verify_email": true, "email": "countess@example.com"}}, 1},
		{step{Set: attributes{"verify_email": true, "email": "COUNTESS@example.com"}, Sent: none}, 0},
		{step{Set: attributes{"verify_email": false}}, 0},
		{step{Set: attributes{"verify_email": false, "password": second}}, 0},
		{step{Set: attributes{"password": second}, Sent: none}, 0},
	} {
		u.Run(test.step)
		if emails += test.more; onlyUser(t, u.Tenant).VerificationEmails != emails {
			t.Fatalf("%v: %d e-mails were sent, want %d", test.step.Set, onlyUser(t, u.Tenant).VerificationEmails, emails)
		}
	}
}

// Users of passwordless connections, and of databases with usernames.
func TestUserResource_connections(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		database emulator.Database
		create   attributes
		created  string
		change   attributes
		updated  string
	}{
		{
			emulator.Database{Name: "email", Strategy: "email"},
			attributes{"email": "Ada@example.com", "email_verified": true},
			`POST {"connection":"email","email":"Ada@example.com","email_verified":true} 201`,
			attributes{"name": "Ada", "email_verified": false}, `{"email_verified":false,"name":"Ada"}`,
		},
		{
			emulator.Database{Name: "sms", Strategy: "sms"},
			attributes{"phone_number": "+4915112345678", "phone_verified": true, "user_id": "ada"},
			`POST {"connection":"sms","phone_number":"+4915112345678","phone_verified":true,"user_id":"ada"} 201`,
			attributes{"phone_number": "+15550100", "phone_verified": false}, `{"phone_number":"+15550100","phone_verified":false}`,
		},
		{
			emulator.Database{Name: "Staff", RequiresUsername: true},
			attributes{"email": "ada@example.com", "username": "ada", "password": strong},
			`POST {"connection":"Staff","email":"ada@example.com","password":"Correct-horse-7","username":"ada"} 201`,
			attributes{"username": "countess"}, `{"username":"countess"}`,
		},
	} {
		u := newUser(t)
		u.AddDatabase(test.database)
		u.Base = test.create.With(attributes{"connection_name": test.database.Name})
		u.Run(step{Sent: []string{test.created}})
		u.Run(step{Set: test.change, Sent: patch(test.updated), State: attributes{"id": onlyUser(t, u.Tenant).ID}}, step{Destroy: true})
	}
}

// Where Auth0 does not let an attribute be removed, the message names it.
func TestUserResource_refuseNull(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Configure(func(b *emulator.Behavior) { b.RefuseNull = true })
	u.Base = full()
	u.Run(
		step{},
		step{Set: attributes{"family_name": nil, "given_name": nil}, Unchanged: true, Error: at("family_name", "Unable to update user",
			"cannot be removed: family_name, given_name", "Username-Password-Authentication", "Give", "a value")},
		step{Plan: none},
	)
}

// Whether what Auth0 made of an address or a number follows it, is not
// documented. Should it, the plan has said so.
func TestUserResource_derivedAttributes(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(step{Set: attributes{"phone_number": "+15550100"}})
	u.OnRequest(func(r emulator.Request) {
		if r.Method == "PATCH" {
			u.EditUser(u.ID(), func(user *emulator.User) {
				user.Name, user.Nickname, user.Picture = "followed", "followed", "https://example.com/followed.png"
				user.EmailVerified, user.PhoneVerified = true, ptr(false)
			})
		}
	})
	reset := func() { u.EditUser(u.ID(), func(user *emulator.User) { user.Name, user.PhoneVerified = "", nil }) }
	u.Run(
		step{Before: reset, Set: attributes{"phone_number": "+15550100", "email": "countess@example.com"}, State: attributes{
			"name": "followed", "nickname": "followed", "picture": "https://example.com/followed.png", "email_verified": true,
		}},
		step{Before: reset, Set: attributes{"phone_number": "+15550199", "email": "countess@example.com"},
			State: attributes{"name": "followed", "phone_verified": false}},
	)
}
