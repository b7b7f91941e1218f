package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

const usersPath = "/api/v2/users"

// TestUserSamples replays the recorded requests about users, with the tenant's clock left out.
func TestUserSamples(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.expect("POST", usersPath,
		`{"user_id":"testaccuser","connection":"Username-Password-Authentication","email":"testaccuser@acceptance.test.com",`+
			`"username":"testaccuser","password":"passpass$12$12"}`, 201, "")
	want := `{"created_at":"T","email":"testaccuser@acceptance.test.com","email_verified":false,"identities":[{"user_id":"testaccuser",` +
		`"connection":"Username-Password-Authentication","provider":"auth0","isSocial":false}],"name":"testaccuser@acceptance.test.com",` +
		`"nickname":"testaccuser",` +
		`"picture":"https://s.gravatar.com/avatar/324ad113b0ef6dabbb2c2c4cf8a8d108` +
		`?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fte.png",` +
		`"updated_at":"T","user_id":"auth0|testaccuser","username":"testaccuser"}`
	if got := strings.ReplaceAll(a.raw, a.body["created_at"].(string), "T"); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}

	b := w.expect("POST", usersPath,
		`{"connection":"Username-Password-Authentication","email":"Chuck@Example.com","username":"Chuck","password":"I have a password",`+
			`"given_name":"Chuck","family_name":"Sanchez","blocked":false,"user_metadata":{"a":1,"none":null},"app_metadata":{}}`, 201, "")
	wantKeys(t, b.body, "created_at email email_verified family_name given_name identities name nickname picture updated_at user_id "+
		"username user_metadata blocked")
	if b.body["email"] != "chuck@example.com" || b.body["username"] != "chuck" || b.body["name"] != "chuck@example.com" ||
		b.body["nickname"] != "chuck" {
		t.Error(b.raw)
	}
	id := strings.TrimPrefix(b.body["user_id"].(string), "auth0|")
	if len(id) != 24 || b.body["identities"].([]any)[0].(map[string]any)["user_id"] != id {
		t.Error(b.raw)
	}
	created, err := time.Parse(time.RFC3339, b.body["created_at"].(string))
	if err != nil || objectID(created)[:8] != id[:8] {
		t.Error("the id does not hold the time of creation", id, created)
	}
	if !reflect.DeepEqual(b.body["user_metadata"], map[string]any{"a": 1.0}) {
		t.Error(b.raw)
	}
	if read := w.send("GET", usersPath+"/"+url.PathEscape(b.body["user_id"].(string)), ""); read.raw != b.raw {
		t.Error(read.raw)
	}
	for _, email := range []string{"chuck@example.com", "nobody@example.com"} {
		a := w.send("GET", "/api/v2/users-by-email?email="+url.QueryEscape(email), "")
		if a.status != 200 || (len(a.list) == 1) != (email == "chuck@example.com") || a.raw[0] != '[' {
			t.Error(a.status, a.raw)
		}
	}
	unknown := w.send("GET", usersPath+"/auth0%7Cnobody", "")
	if unknown.status != 404 ||
		unknown.raw != `{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}` {
		t.Error(unknown.raw)
	}
	for range 2 {
		w.expect("DELETE", usersPath+"/auth0%7Ctestaccuser", "", 204, "")
	}
	for field, want := range map[string]string{
		"?fields=email,user_id": "email user_id", "?fields=email,user_id&include_fields=true": "email user_id",
		"?fields=identities,picture,created_at,updated_at,user_metadata,blocked,name,nickname&include_fields=false": "email email_verified " +
			"family_name given_name user_id username",
	} {
		wantKeys(t, w.send("GET", usersPath+"/auth0%7C"+id+field, "").body, want)
	}
}

func TestUserCreationRefused(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddDatabase(Database{Name: "plain", PasswordPolicy: "excellent",
		PasswordDictionary: []string{"Correct-Horse9"}, NoPersonalInfo: true})
	w.tenant.AddDatabase(Database{Name: "named", RequiresUsername: true})
	w.tenant.AddDatabase(Database{Name: "off", Disabled: true})
	w.tenant.AddDatabase(Database{Name: "others", EnabledClients: []string{"somebody"}})
	w.tenant.AddDatabase(Database{Name: "closed", NoUserCreation: true})
	w.tenant.AddDatabase(Database{Name: "google", Strategy: "google-oauth2"})
	w.tenant.AddDatabase(Database{Name: "mail", Strategy: "email"})
	w.tenant.AddDatabase(Database{Name: "sms", Strategy: "sms"})
	w.tenant.AddUser(User{ID: "taken", Email: "taken@example.com", Username: "taken"})
	user := func(extra ...string) string {
		m := map[string]any{"connection": DefaultDatabase, "email": "new@example.com", "password": "passpass$12$12"}
		for i := 0; i+1 < len(extra); i += 2 {
			var v any
			if err := json.Unmarshal([]byte(extra[i+1]), &v); err != nil {
				t.Fatal(extra[i+1], err)
			}
			m[extra[i]] = v
			if extra[i+1] == `"-"` {
				delete(m, extra[i])
			}
		}
		raw, _ := json.Marshal(m)
		return string(raw)
	}
	for name, c := range map[string]struct {
		body, message, code string
		status              int
	}{
		"unknown key": {user("nick", `1`, "mail", `2`),
			"Payload validation error: 'Additional properties not allowed: nick,mail'.", "invalid_body", 400},
		"no connection": {user("connection", `"-"`),
			"Payload validation error: 'Missing required property: connection'.", "invalid_body", 400},
		"unknown connection": {user("connection", `"nowhere"`), "Connection does not exist.", "inexistent_connection", 400},
		"disabled":           {user("connection", `"off"`), "Connection is disabled.", "invalid_body", 400},
		"not enabled": {user("connection", `"others"`),
			"Connection must be enabled for this client to perform single user creation and signup operations (client_id: " +
				w.client.ID + " - connection: others)", "invalid_body", 400},
		"no creation": {user("connection", `"closed"`),
			"Connection does not support user creation through the API. It must either be a database or passwordless connection.", "invalid_body",
			400},
		"social": {user("connection", `"google"`),
			"Connection does not support user creation through the API. It must either be a database or passwordless connection.", "invalid_body",
			400},
		"username": {user("connection", `"plain"`, "username", `"ada"`),
			"Cannot set username for connection without requires_username.", "invalid_body", 400},
		"no username": {user("connection", `"named"`),
			"Payload validation error: 'Missing required property: username'.", "invalid_body", 400},
		"long username": {user("username", `"abcdefghijklmnop"`),
			"Payload validation error: 'String is too long (16 chars), maximum 15' on property username (The username).", "invalid_body", 400},
		"long, elsewhere": {user("connection", `"named"`, "username", `"abcdefghijklmnop"`),
			"Payload validation error: 'String is too long (16 chars), maximum 15' on property username (The username).", "invalid_body", 400},
		"e-mail as username": {user("username", `"a@example.com"`),
			"Payload validation error: 'Object didn't pass validation for format username: a@example.com' on property username (The username).",
			"invalid_body", 400},
		"no e-mail":   {user("email", `"-"`), "Payload validation error: 'Missing required property: email'.", "invalid_body", 400},
		"no password": {user("password", `"-"`), "Payload validation error: 'Missing required property: password'.", "invalid_body", 400},
		"bad e-mail": {user("email", `"nobody"`),
			"Payload validation error: 'Object didn't pass validation for format email: nobody' on property email (The e-mail).", "invalid_body",
			400},
		"null e-mail": {user("email", `null`),
			"Payload validation error: 'Expected type string but found type null' on property email (The e-mail).", "invalid_body", 400},
		"bad phone": {user("phone_number", `"0123"`),
			`Payload validation error: 'String does not match pattern ^\+[0-9]{1,15}$: 0123' on property phone_number (The phone number).`,
			"invalid_body", 400},
		"bad picture": {user("picture", `"ada.png"`),
			"Payload validation error: 'Object didn't pass validation for format strict-uri: ada.png' on property picture (The picture).",
			"invalid_body", 400},
		"space in id": {user("user_id", `"a b"`),
			`Payload validation error: 'String does not match pattern ^\S*$: a b' on property user_id (The id without prefix).`, "invalid_body",
			400},
		"text for a flag": {user("blocked", `"yes"`),
			"Payload validation error: 'Expected type boolean but found type string' on property blocked (Whether the user is blocked).",
			"invalid_body", 400},
		"metadata no object": {user("user_metadata", `[]`),
			"Payload validation error: 'Expected type object but found type array' on property user_metadata (The user metadata).", "invalid_body",
			400},
		"dotted key": {user("user_metadata", `{"a":[{"b.c":1}]}`),
			`Fields with "." or "$" are not allowed, please remove all dotted fields. Example: b.c`, "invalid_body", 400},
		"reserved key": {user("app_metadata", `{"email":"x"}`),
			"Payload validation error: 'Additional properties not allowed: email' on property app_metadata.", "invalid_body", 400},
		"weak password": {user("password", `"password"`), "PasswordStrengthError: Password is too weak", "", 400},
		"repetition": {user("connection", `"plain"`, "password", `"Passs-word9"`),
			"PasswordStrengthError: Password is too weak", "", 400},
		"long password": {user("password", `"Aa1-`+strings.Repeat("x", 70)+`"`), "PasswordStrengthError: Password is too weak", "", 400},
		"common password": {user("connection", `"plain"`, "password", `"correct-horsE9"`),
			"PasswordDictionaryError: Password is too common", "", 400},
		"personal password": {user("connection", `"plain"`, "password", `"I-am-New-9x"`),
			"PasswordNoUserInfoError: Password contains user information", "", 400},
		"taken e-mail":   {user("email", `"Taken@example.com"`), "The user already exists.", "auth0_idp_error", 409},
		"taken username": {user("username", `"taken"`), "The user already exists.", "auth0_idp_error", 409},
		"taken id":       {user("user_id", `"taken"`), "The user already exists.", "auth0_idp_error", 409},
		"sms without number": {user("connection", `"sms"`, "password", `"-"`),
			"Payload validation error: 'Missing required property: phone_number'.", "invalid_body", 400},
		"passwordless secret": {user("connection", `"mail"`), "Cannot set password for a passwordless connection.", "invalid_body", 400},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			a := w.send("POST", usersPath, c.body)
			code, _ := a.body["errorCode"].(string)
			if a.status != c.status || a.body["message"] != c.message || code != c.code {
				t.Errorf("%d %s", a.status, a.raw)
			}
		})
	}
	w.t = t
	if n := len(w.tenant.Users()); n != 1 {
		t.Error(n)
	}
	for _, body := range []string{
		`{"connection":"mail","email":"a@example.com","email_verified":true}`, `{"connection":"sms","phone_number":"+491701234567"}`,
		user("connection", `"plain"`, "email", `"taken@example.com"`, "password", `"Sesame-open-9"`), // taken in another connection
		user("email", `"longest@example.com"`, "password", `"Aa1-`+strings.Repeat("xy", 34)+`"`),
	} {
		w.expect("POST", usersPath, body, 201, "")
	}
}

func TestVerificationEmails(t *testing.T) {
	w := newFixture(t, Options{})
	for body, want := range map[string]int{
		`"email":"a@example.com"`: 1, `"email":"b@example.com","email_verified":true`: 0,
		`"email":"c@example.com","verify_email":false`: 0, `"email":"d@example.com","email_verified":true,"verify_email":true`: 1,
	} {
		a := w.send("POST", usersPath, `{"connection":"Username-Password-Authentication","password":"passpass$12$12",`+body+`}`)
		u, _ := w.tenant.User(a.body["user_id"].(string))
		if u.VerificationEmails != want {
			t.Errorf("%s: %d e-mails", body, u.VerificationEmails)
		}
		if _, shown := a.body["verify_email"]; shown {
			t.Error(a.raw)
		}
	}
}

func TestUserUpdates(t *testing.T) {
	w := newFixture(t, Options{})
	ada := w.tenant.AddUser(User{
		ID: "ada", Email: "ada@example.com", Username: "ada", GivenName: "Ada", Password: "First-password1",
		AppMetadata:  map[string]any{"facts": []any{"a"}},
		UserMetadata: map[string]any{"baz": 1.0, "foo": "bar", "deep": map[string]any{"a": 1.0}},
	})
	path := usersPath + "/auth0%7Cada"
	patch := func(body string, says ...string) answer {
		t.Helper()
		a := w.expect("PATCH", path, body, 200, "")
		for _, text := range says { // with a ! in front: is not there
			if lacks := strings.HasPrefix(text, "!"); strings.Contains(a.raw, strings.TrimPrefix(text, "!")) == lacks {
				t.Errorf("%s: %s: %s", body, text, a.raw)
			}
		}
		return a
	}
	a := patch(`{"app_metadata":{"foo":"bar"}}`, `"app_metadata":{"facts":["a"],"foo":"bar"}`)
	if a.body["created_at"] != timestamp(ada.CreatedAt) || a.body["updated_at"] == timestamp(ada.UpdatedAt) {
		t.Error(a.raw)
	}
	patch(`{"user_metadata":{"baz":null,"foo":"bars","deep":{"b":2}}}`, `"user_metadata":{"deep":{"b":2},"foo":"bars"}`)
	patch(`{"user_metadata":{},"app_metadata":{}}`, `"user_metadata":{}`, "!app_metadata")
	patch(`{"username":"User_X_Terra"}`, `"username":"user_x_terra"`)
	a = patch(`{"connection":"Username-Password-Authentication","password":"Second-password2","app_metadata":{"x":1}}`)
	reset, _ := time.Parse(time.RFC3339, a.body["last_password_reset"].(string))
	updated, _ := time.Parse(time.RFC3339, a.body["updated_at"].(string))
	if gap := updated.Sub(reset); gap <= 0 || gap > 10*time.Millisecond {
		t.Error(gap)
	}
	if u, _ := w.tenant.User("auth0|ada"); u.Password != "Second-password2" {
		t.Error(u.Password)
	}
	patch(`{"email":"Ada@Example.org","email_verified":true,"verify_email":true,"name":"Ada","blocked":true,"nonsense":1}`,
		`"email":"ada@example.org","email_verified":true`, `"blocked":true`, "!nonsense")
	patch(`{"given_name":null,"nickname":null,"blocked":false}`, `"blocked":false`, "!given_name")
	patch(`{"email":null}`, `!"email":`, "!email_verified")
	w.tenant.Configure(func(b *Behavior) { b.StoreUnknownKeys, b.EmailChangeUnverifies = true, true })
	patch(`{"nonsense":1,"email":"new@example.com"}`, `"nonsense":1`, `"email_verified":false`)
	w.expect("GET", path, "", 200, `"nonsense":1`)
}

func TestUserUpdateRefused(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddDatabase(Database{Name: "off", Disabled: true})
	w.tenant.AddDatabase(Database{Name: "strict", PasswordHistory: 2, RequiresUsername: true})
	w.tenant.AddDatabase(Database{Name: "google", Strategy: "google-oauth2"})
	w.tenant.AddDatabase(Database{Name: "sms", Strategy: "sms"})
	w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com"})
	w.tenant.AddUser(User{ID: "bob", Email: "bob@example.com", Username: "bob"})
	w.tenant.AddUser(User{ID: "cid", Email: "cid@example.com", Connection: "off"})
	w.tenant.AddUser(User{ID: "dot", Email: "dot@example.com", Username: "dot", Connection: "strict", Password: "First-password1"})
	w.tenant.AddUser(User{ID: "eve", Email: "eve@example.com", Connection: "google"})
	w.tenant.AddUser(User{ID: "fay", PhoneNumber: "+1", Connection: "sms"})
	before := w.tenant.Users()
	for _, c := range []struct {
		id, body, message, code string
		status                  int
	}{
		{"auth0|bob", `{"password":"Some-password1","email":"x@example.com"}`,
			"Cannot update password and email simultaneously.", "invalid_body", 400},
		{"auth0|bob", `{"password":"Some-password1","email_verified":true}`,
			"Cannot update password and email_verified simultaneously.", "invalid_body", 400},
		{"auth0|bob", `{"username":"x","email":"x@example.com"}`, "Cannot update username and email simultaneously.", "invalid_body", 400},
		{"auth0|bob", `{"username":"x","email_verified":true}`, "Cannot update username and email_verified simultaneously.", "invalid_body", 400},
		{"auth0|bob", `{"username":"x","password":"Some-password1"}`, "Cannot update username and password simultaneously.", "invalid_body", 400},
		{"auth0|ada", `{"username":"ada"}`, "Cannot update username for users without an username already set.", "invalid_body", 400},
		{"auth0|bob", `{"email":"ada@example.com"}`, "The specified new email already exists", "auth0_idp_error", 400},
		{"auth0|bob", `{"password":"weak"}`, "PasswordStrengthError: Password is too weak", "", 400},
		{"auth0|bob", `{"connection":"nowhere"}`, "Connection does not exist.", "inexistent_connection", 400},
		{"auth0|bob", `{"connection":"off"}`, "Connection is not supported for this operation.", "invalid_body", 400},
		{"auth0|bob", `{"user_metadata":null}`,
			"Payload validation error: 'Expected type object but found type null' on property user_metadata (The user metadata).", "invalid_body",
			400},
		{"auth0|bob", `{"blocked":null}`,
			"Payload validation error: 'Expected type boolean but found type null' on property blocked (Whether the user is blocked).",
			"invalid_body", 400},
		{"auth0|ada", `{"email":null}`, "Payload validation error: 'Missing required property: email'.", "invalid_body", 400},
		{"auth0|cid", `{"password":"Some-password1"}`, "Cannot change email or password for users in a disabled connection.", "invalid_body",
			400},
		{"auth0|dot", `{"password":"First-password1"}`, "PasswordHistoryError: Password has previously been used", "", 400},
		{"auth0|dot", `{"username":null}`, "Payload validation error: 'Missing required property: username'.", "invalid_body", 400},
		{"google-oauth2|eve", `{"email":"x@example.com"}`, "Cannot update email for non-database user.", "invalid_body", 400},
		{"google-oauth2|eve", `{"email_verified":true}`, "Email verification is not supported for enterprise users.", "invalid_body", 400},
		{"sms|fay", `{"phone_number":null}`, "Payload validation error: 'Missing required property: phone_number'.", "invalid_body", 400},
		{"auth0|nobody", `{"name":"x"}`, "The user does not exist.", "inexistent_user", 404},
		{"nonsense", `{"name":"x"}`,
			"Path validation error: 'Object didn't pass validation for format user-id: nonsense' on property id (The id of the user).",
			"invalid_uri", 400},
	} {
		a := w.send("PATCH", usersPath+"/"+url.PathEscape(c.id), c.body)
		code, _ := a.body["errorCode"].(string)
		if a.status != c.status || a.body["message"] != c.message || code != c.code {
			t.Errorf("%s %s: %d %s", c.id, c.body, a.status, a.raw)
		}
	}
	if !reflect.DeepEqual(before, w.tenant.Users()) {
		t.Error("a refused request changed something")
	}
	w.tenant.Configure(func(b *Behavior) { b.ConflictOnUpdate, b.RefuseNull = true, true })
	w.expect("PATCH", usersPath+"/auth0%7Cbob", `{"email":"ada@example.com"}`, 409, "")
	w.expect("PATCH", usersPath+"/auth0%7Cbob", `{"given_name":null,"name":"x"}`, 400, "cannot be removed: given_name.")
	w.expect("PATCH", usersPath+"/google-oauth2%7Ceve", `{"given_name":"x"}`, 400, "cannot be updated: given_name.")
}

func TestUsersFromForms(t *testing.T) {
	w := newFixture(t, Options{})
	form := func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	a := w.send("POST", usersPath, url.Values{
		"connection": {DefaultDatabase}, "email": {"form@example.com"}, "password": {"passpass$12$12"}, "email_verified": {"true"},
		"user_metadata[plan]": {"gold"},
	}.Encode(), form)
	if a.status != 201 || a.body["email_verified"] != true || !reflect.DeepEqual(a.body["user_metadata"], map[string]any{"plan": "gold"}) {
		t.Error(a.raw)
	}
	w.expect("POST", usersPath, url.Values{"connection": {DefaultDatabase}, "blocked": {"perhaps"}}.Encode(), 400, "", form)
	w.expect("POST", usersPath, `{"connection":"x"}`, 400, "Additional properties not allowed", form)
	text := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	w.expect("POST", usersPath, `{}`, 415, `{"statusCode":415,"error":"Unsupported Media Type","message":"Unsupported Media Type"}`, text)
	big := `{"connection":"Username-Password-Authentication","user_metadata":{"a":"` + strings.Repeat("x", 1<<20) + `"}}`
	w.expect("POST", usersPath, big, 413, "Request Entity Too Large")
}

func TestCustomDomains(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.Configure(func(b *Behavior) { b.CustomDomains = []string{"login.acme.com", "id.acme.com"} })
	body := `{"connection":"Username-Password-Authentication","email":"a@example.com","password":"passpass$12$12"}`
	a := w.send("POST", usersPath, body)
	if a.status != 409 ||
		a.raw != `{"statusCode":409,"error":"Conflict","message":"The tenant has multiple verified custom domains.",`+
			`"errorCode":"custom_domain_conflict"}` {
		t.Error(a.raw)
	}
	header := func(v string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Auth0-Custom-Domain", v) }
	}
	for v, status := range map[string]int{"nope.acme.com": 400, "a b": 400, "login.acme.com": 201} {
		w.expect("POST", usersPath, body, status, "", header(v))
	}
	id := w.tenant.Users()[0].ID
	w.expect("PATCH", usersPath+"/"+url.PathEscape(id), `{"name":"x"}`, 409, "")
	// A token is good for the host that gave it out, and its audience is the canonical one.
	resp, err := w.http.PostForm("https://login.acme.com/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}, "audience": {w.tenant.Audience()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || claimsOf(got.Token).Issuer != "https://login.acme.com/" {
		t.Fatal(err, got)
	}
	w.token = got.Token
	w.expect("GET", usersPath, "", 401, "Invalid token")
	w.expect("GET", usersPath, "", 200, "", func(r *http.Request) { r.URL.Host, r.Host = "login.acme.com", "" })
}

func TestRelatedLists(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com"})
	w.expect("GET", usersPath+"/auth0%7Cada/connected-accounts?take=50", "", 200, `{"connected_accounts":[]}`)
	for _, what := range []string{"roles", "permissions", "organizations"} {
		a := w.send("GET", usersPath+"/auth0%7Cada/"+what+"?include_totals=true&per_page=100", "")
		wantKeys(t, a.body, what+" start limit total")
		w.expect("GET", usersPath+"/auth0%7Cada/"+what, "", 200, "[]")
		w.expect("GET", usersPath+"/auth0%7Cnobody/"+what, "", 404, "")
	}
}
