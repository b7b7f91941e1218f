package user_test

import (
	"encoding/json"
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

// Auth0 does not document whether a new address is still verified. The configured value is sent; otherwise it is read.
func TestUserResource_emailChange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verified any
		sent     string
		// state is email_verified where the tenant unverifies a new address, and where it does not.
		state [2]any
	}{
		{nil, `{"email":"countess@example.com"}`, [2]any{false, true}},
		{true, `{"email":"countess@example.com","email_verified":true}`, [2]any{true, true}},
		{false, `{"email":"countess@example.com","email_verified":false}`, [2]any{false, false}},
	} {
		for i, unverifies := range []bool{true, false} {
			u := newUser(t)
			u.Configure(func(b *emulator.Behavior) { b.EmailChangeUnverifies = unverifies })
			u.Run(step{Set: attributes{"email_verified": true}}, step{
				Set:  attributes{"email": "countess@example.com", "email_verified": test.verified},
				Sent: patch(test.sent), State: attributes{"email_verified": test.state[i]},
			})
			if onlyUser(t, u.Tenant).EmailVerified != test.state[i] {
				t.Error("the tenant holds another email_verified")
			}
		}
	}
}

// verify_email says when a verification e-mail is sent.
func TestUserResource_verifyEmail(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, test := range []struct {
		verified, verify any
		emails           int
	}{{nil, nil, 1}, {true, nil, 0}, {true, true, 1}, {false, false, 0}, {false, nil, 1}} {
		u.Run(step{Set: attributes{"email_verified": test.verified, "verify_email": test.verify}})
		if got := onlyUser(t, u.Tenant).VerificationEmails; got != test.emails {
			t.Errorf("%v: %d e-mails were sent", test, got)
		}
		u.Run(step{Destroy: true})
	}
	emails, verify := 0, attributes{"verify_email": true}
	for _, test := range []struct {
		step step
		more int
	}{
		{step{Set: attributes{"verify_email": false}}, 0},
		{step{Sent: none}, 0},
		{step{Set: verify, Sent: patch(`{"verify_email":true}`)}, 1},
		{step{Set: verify.With(attributes{"name": "Ada"}), Sent: patch(`{"name":"Ada"}`)}, 0},
		{step{Set: verify.With(attributes{"email": "countess@example.com"})}, 1},
		{step{Set: verify.With(attributes{"email": "COUNTESS@example.com"}), Sent: none}, 0},
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
	u := newUser(t)
	addDatabases(u.Tenant, emulator.Database{Name: "email", Strategy: "email"}, emulator.Database{Name: "sms", Strategy: "sms"},
		emulator.Database{Name: "Staff", RequiresUsername: true})
	for connection, test := range map[string]struct {
		create           attributes
		created, updated string
	}{
		"email": {attributes{"email": "Ada@example.com", "email_verified": true},
			`POST {"connection":"email","email":"Ada@example.com","email_verified":true} 201`, `{"email_verified":false}`},
		"sms": {attributes{"phone_number": "+4915112345678", "phone_verified": true, "user_id": "ada"},
			`POST {"connection":"sms","phone_number":"+4915112345678","phone_verified":true,"user_id":"ada"} 201`,
			`{"phone_number":"+15550100","phone_verified":false}`},
		"Staff": {attributes{"email": "ada@example.com", "username": "ada", "password": strong},
			`POST {"connection":"Staff","email":"ada@example.com","password":"Correct-horse-7","username":"ada"} 201`, `{"username":"countess"}`},
	} {
		var change attributes
		if err := json.Unmarshal([]byte(test.updated), &change); err != nil {
			t.Fatal(err)
		}
		u.Base = test.create.With(attributes{"connection_name": connection})
		u.Run(step{Sent: []string{test.created}})
		u.Run(step{Set: change, Sent: patch(test.updated), State: attributes{"id": onlyUser(t, u.Tenant).ID}}, step{Destroy: true})
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

// Auth0 does not document whether attributes that it has derived from an address or a number follow a new one. The plan allows it.
func TestUserResource_derivedAttributes(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Run(step{Set: attributes{"phone_number": "+15550100"}})
	u.OnRequest(func(r emulator.Request) {
		if r.Method == "PATCH" {
			u.EditUser(u.ID(), func(user *emulator.User) {
				user.Name, user.Nickname, user.Picture = "followed", "followed", "https://example.com/followed.png"
				user.EmailVerified, user.PhoneVerified = true, new(false)
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
