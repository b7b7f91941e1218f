package user_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// What can be refused without a request is refused at plan, on the attribute, with the
// corrected value where there is one.
func TestUserResource_invalid(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Base = attributes{"email": "ada@example.com", "password_wo": strong}
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, test := range []struct {
		change attributes
		on     string
		words  []string
	}{
		{attributes{"email": nil}, "email", []string{"email", "phone_number", "username"}},
		{attributes{"email": "ada"}, "email", []string{`not an e-mail address: "ada"`}},
		{attributes{"email": "ada@"}, "email", []string{"not an e-mail address"}},
		{attributes{"email": "Ada <ada@example.com>"}, "email", []string{"not an e-mail address"}},
		{attributes{"email": " ada@example.com"}, "email", []string{"not an e-mail address"}},
		{attributes{"email": long(65) + "@example.com"}, "email", []string{"is too long"}},
		{attributes{"email": "ada@" + long(63) + "." + long(63) + "." + long(63) + "." + long(63) + ".com"}, "email", []string{"is too long"}},

		{attributes{"phone_number": "+49 (151) 123-45/678"}, "phone_number", []string{"E.164", `did you mean "+4915112345678"?`}},
		{attributes{"phone_number": "0049 151 12345678"}, "phone_number", []string{`did you mean "+4915112345678"?`}},
		{attributes{"phone_number": "4915112345678"}, "phone_number", []string{`did you mean "+4915112345678"?`, "quote it"}},
		{attributes{"phone_number": "0151-12345678"}, "phone_number", []string{"E.164", "+4915112345678"}},
		{attributes{"phone_number": "+"}, "phone_number", []string{"E.164"}},
		{attributes{"phone_number": "+1234567890123456"}, "phone_number", []string{"E.164"}},

		{attributes{"username": long(129)}, "username", []string{"128"}},

		{attributes{"name": strings.Repeat("ü", 301)}, "name", []string{"has 301 characters", "at most 300"}},
		{attributes{"nickname": long(301)}, "nickname", []string{"has 301 characters", "at most 300"}},
		{attributes{"given_name": long(151)}, "given_name", []string{"has 151 characters"}},
		{attributes{"picture": "ada.png"}, "picture", []string{"absolute URL"}},
		{attributes{"picture": "https://example.com/ada lovelace.png"}, "picture", []string{"absolute URL"}},

		{attributes{"user_id": "auth0|ada"}, "user_id", []string{"the prefix that Auth0 adds", `did you mean "ada"?`}},
		{attributes{"user_id": "ada lovelace"}, "user_id", []string{"has a space"}},
		{attributes{"user_id": "ada\tlovelace"}, "user_id", []string{"has a space"}},
		{attributes{"user_id": long(256)}, "user_id", []string{"255"}},
		{attributes{"on_destroy": "drop"}, "on_destroy", []string{"delete", "block", "retain"}},

		{attributes{"user_metadata": "gold"}, "user_metadata", []string{"not a JSON object"}},
		{attributes{"user_metadata": ""}, "user_metadata", []string{"not a JSON object"}},
		{attributes{"user_metadata": `["a"]`}, "user_metadata", []string{"not a JSON object", "jsonencode"}},
		{attributes{"user_metadata": `null`}, "user_metadata", []string{"not a JSON object"}},
		{attributes{"user_metadata": `{"a":1} {"b":2}`}, "user_metadata", []string{"not a JSON object"}},
		{attributes{"user_metadata": `{"a":1,}`}, "user_metadata", []string{"not a JSON object"}},
		{attributes{"app_metadata": `12`}, "app_metadata", []string{"not a JSON object"}},

		{attributes{"password": strong}, "password", []string{"password_wo"}},
		{attributes{"password_wo": nil, "password_wo_version": 1}, "password_wo_version", []string{"password_wo"}},
		{attributes{"password_wo": nil, "password": strong, "password_wo_version": 1}, "password_wo_version", []string{"password_wo"}},
	} {
		u.Run(step{Set: test.change, PlanOnly: true, Error: at(test.on, test.words...)})
	}
	for _, name := range []string{"email", "phone_number", "username", "name", "given_name", "family_name", "nickname", "picture", "user_id",
		"connection_name", "password_wo"} {
		u.Run(step{Set: attributes{name: ""}, PlanOnly: true, Error: at(name, "is empty; leave it out or write null.")})
	}
	if n := len(u.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// What is unusual but valid is accepted, and what is not known yet waits.
func TestUserResource_valid(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, given := range []attributes{
		u.Base,
		full(),
		{"phone_number": "+1", "connection_name": "sms"},
		{"username": "a"},
		{"username": strings.Repeat("Z", 128), "password": " "},
		{"username": "a@^$.!`-#+'~_9"},
		{"email": "o'hara+tag@sub.example.co.uk"},
		{"email": strings.Repeat("a", 64) + "@example.com", "name": strings.Repeat("ü", 300), "given_name": strings.Repeat("🔑", 150)},
		{"email": "ada@example.com", "user_metadata": `{}`, "app_metadata": ` { "a" : { "email" : "nested", "user_id": 1 } } `},
		{"email": "ada@example.com", "user_metadata": `{"email":"x","blocked":true,"":1}`},
		{"email": "ada@example.com", "user_id": "google-oauth2-123", "picture": "http://example.com/ä?x=1#y"},
		{"email": unknown, "phone_number": unknown, "username": unknown, "password": unknown,
			"password_wo_version": unknown, "password_wo": unknown},
		{"email": unknown, "user_id": unknown, "connection_name": unknown, "name": unknown, "picture": unknown,
			"user_metadata": unknown, "app_metadata": unknown,
			"on_destroy": unknown, "vault_connection": unknown, "blocked": unknown, "email_verified": unknown, "verify_email": unknown},
		{"email": "ada@example.com", "vault_connection": attributes{"domain": unknown, "client_id": unknown,
			"client_secret": unknown, "audience": unknown}},
		{"phone_number": unknown},
		{"username": unknown},
	} {
		if diags := u.NewRun().Validate(given); len(diags) > 0 {
			t.Errorf("%v: %s", given, acctest.Format(diags))
		}
	}
	u.Run(step{PlanOnly: true, Config: attributes{"email": unknown, "user_metadata": unknown,
		"vault_connection": unknown, "password_wo": unknown}})
}
