package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// step is one request and what its answer has to be.
type step struct {
	method, path, body string
	status             int
	says               string // in the body; empty: anything
}

func (w *fixture) steps(steps []step) {
	w.t.Helper()
	for _, s := range steps {
		w.expect(s.method, s.path, s.body, s.status, s.says)
	}
}

func TestResourceServerVerbs(t *testing.T) {
	w := newFixture(t, Options{})
	const apis = "/api/v2/resource-servers"
	w.steps([]step{
		{"POST", apis, `{"identifier":"urn:acme:api","name":"Acme"}`, 201, `"token_lifetime":86400`},
		{"POST", apis, `{"identifier":"urn:acme:api"}`, 409, "already exists"},
		{"POST", apis, `{"name":"Acme"}`, 400, "Missing required property: identifier"},
		{"GET", apis + "/urn:acme:api", "", 200, `"signing_alg":"RS256"`},
		{"PATCH", apis + "/urn:acme:api", `{"scopes":[{"value":"read:things","description":"Read"}],"token_lifetime":60}`, 200,
			`"scopes":[{"value":"read:things","description":"Read"}]`},
		{"PATCH", apis + "/urn:acme:api", `{"identifier":"x"}`, 400, "Additional properties not allowed: identifier"},
		{"GET", apis + "?identifiers=urn:acme:api&include_totals=true", "", 200, `"total":1`},
		{"PATCH", apis + "/nothing", `{}`, 404, "inexistent_resource_server"},
		{"PATCH", apis + "/" + url.PathEscape(w.tenant.Audience()), `{}`, 400, "operation_not_supported"},
		{"DELETE", apis + "/" + url.PathEscape(w.tenant.Audience()), "", 400, "operation_not_supported"},
	})
	if a := w.send("GET", apis+"/urn:acme:api", ""); strings.Contains(a.raw, `"token_lifetime":60`) == false {
		t.Error(a.raw)
	}
	w.tenant.AddGrant(Grant{ClientID: w.client.ID, Audience: "urn:acme:api"})
	w.steps([]step{
		{"DELETE", apis + "/urn:acme:api", "", 204, ""}, {"DELETE", apis + "/urn:acme:api", "", 204, ""},
		{"GET", apis + "/urn:acme:api", "", 404, ""},
	})
	if n := len(w.tenant.Grants()); n != 1 {
		t.Error("the grants of an API go with it", n)
	}
}

func TestConnections(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddDatabase(Database{ID: "con_1", Name: "google", Strategy: "google-oauth2", SyncOnCreation: true, EnabledClients: []string{"a"}})
	w.steps([]step{
		{"GET", "/api/v2/connections", "", 200, `"name":"Username-Password-Authentication"`},
		{"GET", "/api/v2/connections?strategy=google-oauth2&include_totals=true", "", 200, `"total":1`},
		{"GET", "/api/v2/connections?name=google&fields=id", "", 200, `[{"id":"con_1"}]`},
		{"GET", "/api/v2/connections?take=1", "", 200, `"next"`},
		{"GET", "/api/v2/connections/con_1", "", 200, `"set_user_root_attributes":"on_first_login"`},
		{"GET", "/api/v2/connections/con_2", "", 404, "inexistent_connection"},
		{"GET", "/api/v2/connections?strategy[0]=google-oauth2&strategy[1]=sms&fields=id", "", 200, `[{"id":"con_1"}]`},
		{"GET", "/api/v2/connections/con_1/clients", "", 200, `{"clients":[{"client_id":"a"}]}`},
		{"GET", "/api/v2/connections/con_1/clients?take=1", "", 200, `{"clients":[{"client_id":"a"}]}`},
		{"GET", "/api/v2/connections/con_2/clients", "", 404, "inexistent_connection"},
	})
}

func TestUserBlocks(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com"})
	blocks := "/api/v2/user-blocks"
	w.steps([]step{
		{"GET", blocks + "/auth0%7Cada?consider_brute_force_enablement=true", "", 200, `{"blocked_for":[]}`},
		{"GET", blocks + "/auth0%7Cx", "", 404, "inexistent_user"}, {"DELETE", blocks + "/auth0%7Cx", "", 404, "inexistent_user"},
		{"DELETE", blocks + "/auth0%7Cada", "", 204, ""},
		{"GET", blocks + "?identifier=ada@example.com", "", 200, `{"blocked_for":[]}`}, {"DELETE", blocks + "?identifier=x", "", 204, ""},
		{"GET", blocks, "", 400, "Missing required property: identifier"},
	})
}

func TestRolesAndPermissions(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddAPI(API{Identifier: "urn:api", Name: "Acme", Scopes: []string{"read:x"}})
	u := w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com"})
	role := w.tenant.AddRole(Role{Name: "Reader", Description: "Reads"})
	user := usersPath + "/auth0%7Cada"
	body := fmt.Sprintf(`{"roles":[%q]}`, role.ID)
	permission := `{"permissions":[{"permission_name":"read:x","resource_server_identifier":"urn:api"}]}`
	w.steps([]step{
		{"POST", "/api/v2/roles", `{"name":"Writer"}`, 200, `"id":"rol_`},
		{"POST", "/api/v2/roles", `{"name":"Writer"}`, 409, ""},
		{"GET", "/api/v2/roles?name_filter=writ&include_totals=true", "", 200, `"total":1`},
		{"PATCH", "/api/v2/roles/" + role.ID, `{"description":"Reads all"}`, 200, `"name":"Reader","description":"Reads all"`},
		{"GET", "/api/v2/roles/" + role.ID, "", 200, ""},
		{"GET", "/api/v2/roles/rol_nothing", "", 404, "The role does not exist."},
		{"POST", user + "/roles", body, 204, ""},
		{"POST", user + "/roles", body, 204, ""},
		{"POST", user + "/roles", `{"roles":["rol_x"]}`, 404, "The role does not exist."},
		{"GET", user + "/roles?include_totals=true", "", 200,
			`{"roles":[{"id":"` + role.ID + `","name":"Reader","description":"Reads all"}],"start":0,"limit":50,"total":1}`},
		{"POST", user + "/permissions", permission, 201, "{}"},
		{"POST", user + "/permissions", strings.Replace(permission, "read:x", "read:y", 1), 404, ""},
		{"GET", user + "/permissions", "", 200, `"sources":[{"source_id":"","source_name":"","source_type":"DIRECT"}]`},
		{"DELETE", user + "/permissions", permission, 204, ""},
		{"GET", user + "/permissions", "", 200, "[]"},
		{"POST", "/api/v2/roles/" + role.ID + "/permissions", permission, 201, "{}"},
		{"GET", "/api/v2/roles/" + role.ID + "/permissions?include_totals=true", "", 200, `"permission_name":"read:x"`},
		{"DELETE", "/api/v2/roles/" + role.ID + "/permissions", permission, 204, ""},
		{"GET", "/api/v2/roles/" + role.ID + "/permissions", "", 200, "[]"},
		{"DELETE", user + "/roles", body, 204, ""},
		{"GET", user + "/roles", "", 200, "[]"},
		{"GET", usersPath + "/auth0%7Cbob/roles", "", 404, "inexistent_user"},
		{"DELETE", "/api/v2/roles/" + role.ID, "", 200, "{}"},
		{"DELETE", "/api/v2/roles/" + role.ID, "", 404, "The role does not exist."},
	})
	if after, _ := w.tenant.User(u.ID); !after.UpdatedAt.Equal(u.UpdatedAt) {
		t.Error("roles do not move updated_at")
	}
}

func TestNotificationProviders(t *testing.T) {
	w := newFixture(t, Options{})
	const email, phone = "/api/v2/emails/provider", "/api/v2/branding/phone/providers"
	w.steps([]step{{"GET", email, "", 404, "inexistent_email_provider"}, {"GET", phone, "", 200, `{"providers":[]}`}})
	w.tenant.SetEmailProvider(&EmailProvider{Name: "smtp", Enabled: true, DefaultFromAddress: "a@example.com"})
	first := w.tenant.AddPhoneProvider(PhoneProvider{})
	w.tenant.AddPhoneProvider(PhoneProvider{Name: "custom", Disabled: true})
	w.steps([]step{
		{"GET", email, "", 200, `{"name":"smtp","enabled":true}`},
		{"GET", email + "?fields=name,default_from_address", "", 200, `{"name":"smtp","default_from_address":"a@example.com"}`},
		{"GET", phone, "", 200, `"name":"custom"`},
		{"GET", phone + "?disabled=false", "", 200, `"disabled":false`},
		{"GET", phone + "/" + first.ID, "", 200, `"name":"twilio"`},
		{"GET", phone + "/nothing", "", 404, ""},
	})
	if a := w.send("GET", phone+"?disabled=true", ""); strings.Contains(a.raw, "twilio") {
		t.Error(a.raw)
	}
	w.tenant.DeletePhoneProvider(first.ID)
	w.tenant.SetEmailProvider(nil)
	w.token = w.tenant.Token(w.client.ID, "read:users")
	w.steps([]step{{"GET", email, "", 403, "read:email_provider"}, {"GET", phone, "", 403, "read:phone_providers"}})
}

func TestUsersOfOtherIdentityProviders(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.AddDatabase(Database{Name: "legacy-db", Custom: true})
	w.tenant.AddDatabase(Database{Name: "okta", Strategy: "samlp", SyncOnCreation: true})
	for _, u := range []User{
		{ID: "google-oauth2|1087", Email: "Ada@Gmail.com", GivenName: "Ada", FamilyName: "Lovelace"},
		{ID: "samlp|okta|ada", Email: "ada@example.com"},
		{ID: "github|77", Nickname: "ada"},
		{ID: "sms|5", PhoneNumber: "+15550100"},
		{ID: "auth0|legacy-db|4711", Connection: "legacy-db", Email: "Old@Example.com"},
	} {
		w.tenant.AddUser(u)
	}
	user := func(id string) string { return usersPath + "/" + url.PathEscape(id) }
	const refused = "The following user attributes cannot be updated: family_name, given_name"
	w.steps([]step{
		{"GET", user("google-oauth2|1087"), "", 200, `"email":"Ada@Gmail.com"`},
		{"GET", user("google-oauth2|1087"), "", 200,
			`{"user_id":"1087","connection":"google-oauth2","provider":"google-oauth2","isSocial":true}`},
		{"PATCH", user("google-oauth2|1087"), `{"given_name":null,"family_name":"x"}`, 400, refused},
		{"PATCH", user("google-oauth2|1087"), `{"user_metadata":{"a":1},"blocked":true}`, 200, `"user_metadata":{"a":1}`},
		{"GET", "/api/v2/users-by-email?email=ada@gmail.com", "", 200, "[]"},
		{"GET", "/api/v2/users-by-email?email=Ada@Gmail.com", "", 200, `"user_id":"google-oauth2|1087"`},
		{"GET", usersPath + "?q=email:ada@gmail.com", "", 200, `"user_id":"google-oauth2|1087"`},
		{"GET", user("samlp|okta|ada"), "", 200, `{"user_id":"okta|ada","connection":"okta","provider":"samlp","isSocial":false}`},
		{"PATCH", user("samlp|okta|ada"), `{"given_name":"Ada"}`, 200, `"given_name":"Ada"`},
		{"GET", user("github|77"), "", 200, `"nickname":"ada"`},
		{"GET", user("sms|5"), "", 200, `"phone_number":"+15550100"`},
		{"GET", user("auth0|legacy-db|4711"), "", 200, `"email":"Old@Example.com"`},
		{"POST", usersPath, `{"connection":"legacy-db","user_id":"legacy-db|4712","email":"New@Example.com","password":"passpass$12$12"}`, 201,
			`"user_id":"auth0|legacy-db|4712"`},
		{"POST", usersPath, `{"connection":"google-oauth2","email":"a@example.com"}`, 400, "does not support user creation"},
		{"PATCH", user("auth0|legacy-db|4711"), `{"given_name":"Ada"}`, 200, ""},
	})
	if a := w.send("GET", user("github|77"), ""); strings.Contains(a.raw, "email") {
		t.Error(a.raw)
	}
}

func TestSearchOfLargeProfiles(t *testing.T) {
	w := newFixture(t, Options{})
	short, long := strings.Repeat("s", 256), strings.Repeat("l", 257)
	w.tenant.AddUser(User{ID: "big", Email: "big@example.com",
		UserMetadata: map[string]any{"short": short, "long": long, "huge": strings.Repeat("x", 1<<20)}})
	many := map[string]any{}
	for i := range 5000 {
		many[fmt.Sprint(i)] = short
	}
	w.tenant.AddUser(User{ID: "many", Email: "many@example.com", UserMetadata: many})
	w.tenant.AddUser(User{ID: "small", Email: "small@example.com", UserMetadata: map[string]any{"long": long}})
	for id, keys := range map[string][]string{"big": {"short"}, "many": nil, "small": {"long"}} {
		a := w.send("GET", usersPath+"?q=email:"+id+"@example.com", "")
		metadata, _ := a.list[0].(map[string]any)["user_metadata"].(map[string]any)
		wantKeys(t, metadata, strings.Join(keys, " "))
		if a := w.send("GET", usersPath+"/auth0%7C"+id, ""); !strings.Contains(a.raw, short[:200]) && !strings.Contains(a.raw, long) {
			t.Error("the user itself is complete", id)
		}
	}
	if a := w.send("GET", usersPath+"?q=user_metadata.long:"+long, ""); len(a.list) != 1 {
		t.Error("what is cut is not searchable", len(a.list))
	}
}

func TestReset(t *testing.T) {
	w := newServed(t, Options{})
	w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com", Password: "Correct-Horse-42"})
	w.tenant.Configure(func(b *Behavior) { b.OldestFirst = true })
	w.tenant.Checkpoint()
	w.tenant.DeleteUser("auth0|ada")
	w.tenant.AddUser(User{ID: "bob"})
	w.tenant.AddVaultConnection(VaultConnection{AppID: "HTTP", Name: "n"})
	w.tenant.Configure(func(b *Behavior) { b.OldestFirst = false })
	w.tenant.Fail(Fault{Kind: "500", Times: -1})
	if status, body := w.control("POST", "/reset", ""); status != 200 {
		t.Error(status, body)
	}
	if n := len(w.tenant.Requests()); n != 0 {
		t.Error(n)
	}
	w.steps([]step{{"GET", usersPath + "?include_totals=true", "", 200, `"total":1`},
		{"GET", usersPath + "/auth0%7Cada", "", http.StatusOK, ""}, {"GET", vaultPath, "", 200, "[]"}})
	if !w.tenant.Behavior().OldestFirst {
		t.Error("the behavior comes back")
	}
	fresh := w.emulator.Tenant("fresh.auth0.com")
	fresh.AddUser(User{ID: "ada"})
	fresh.Reset()
	if len(fresh.Users()) != 0 || len(fresh.Clients()) != 0 {
		t.Error("without a checkpoint it is a new tenant")
	}
	for _, c := range []step{{"POST", "/checkpoint", "", 200, "ok"}, {"GET", "/faults/kinds", "", 200, "html-502"},
		{"POST", "/chaos?seed=1", "", 200, "0.05"}, {"POST", "/chaos", "", 400, "seed"},
		{"POST", "/faults?seed=x", "[]", 400, "seed"}, {"POST", "/faults?seed=5", `{"kind":"500","probability":0.5}`, 200, "ok"}, {"POST",
			"/faults", `{"kind":"nonsense"}`, 400, "known are"}} {
		if status, body := w.control(c.method, c.path, c.body); status != c.status || !strings.Contains(body, c.says) {
			t.Error(c.path, status, body)
		}
	}
}
