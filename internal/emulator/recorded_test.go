package emulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestClientsAsRecorded is about what recordings show of POST and PATCH of clients.
func TestClientsAsRecorded(t *testing.T) {
	w := newFixture(t, Options{})
	for body, grants := range map[string]string{
		`{"name":"a"}`: "authorization_code,implicit,refresh_token,client_credentials",
		`{"name":"a","token_endpoint_auth_method":"none"}`:                               "authorization_code,implicit,refresh_token",
		`{"name":"a","app_type":"resource_server","resource_server_identifier":"urn:x"}`: "",
		`{"name":"a","app_type":"express_configuration"}`:                                "authorization_code,client_credentials",
		`{"name":"a","app_type":"spa","grant_types":["client_credentials"]}`:             "client_credentials",
		`{"name":"a","app_type":"non_interactive","grant_types":["client_credentials"]}`: "client_credentials",
	} {
		a := w.send("POST", clientsPath, body)
		if got := strings.Join(stringsOf(a.body["grant_types"]), ","); a.status != 201 || got != grants || a.body["encrypted"] != true {
			t.Error(body, a.raw)
		}
	}
	client := clientsPath + "/" + w.tenant.AddClient(Client{Name: "b"}).ID
	w.steps([]step{
		{"PATCH", client, `{"jwt_configuration":{"alg":"RS256"}}`, 200,
			`"jwt_configuration":{"alg":"RS256","lifetime_in_seconds":36000,"secret_encoded":false}`},
		{"PATCH", client, `{"mobile":{"ios":{"team_id":"t"}}}`, 200, `"mobile":{"ios":{"team_id":"t"}}`},
		{"PATCH", client, `{"mobile":{"android":{"app_package_name":"a"}}}`, 200,
			`"mobile":{"android":{"app_package_name":"a"},"ios":{"team_id":"t"}}`},
		{"PATCH", client, `{"initiate_login_uri":"https://a.example.com/"}`, 200, `"initiate_login_uri":"https://a.example.com/"`},
		{"PATCH", client, `{"oidc_backchannel_logout":{"backchannel_logout_urls":["https://a.example.com/"]}}`, 200,
			`"oidc_logout":{"backchannel_logout_urls":["https://a.example.com/"]}`},
		{"GET", client + "?fields=name", "", 200, `"tenant":"acme"`},
		{"PATCH", client, `{"client_metadata":{"a":"1","b":"2"}}`, 200, `"client_metadata":{"a":"1","b":"2"}`},
		{"PATCH", client, `{"client_metadata":{"a":null,"c":"3"}}`, 200, `"client_metadata":{"b":"2","c":"3"}`},
		{"PATCH", client, `{"client_metadata":{"b":null,"c":null}}`, 200, `"client_metadata":{}`},
		{"PATCH", client, `{"client_metadata":{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":""}}`, 200, `"10":""`},
		{"PATCH", client, `{"client_metadata":{"11":""}}`, 400, "maximum 10"},
		{"PATCH", client, `{"client_metadata":{"1":"` + strings.Repeat("x", 256) + `"}}`, 400, "maximum 255"},
	})
	for _, body := range []string{`{"initiate_login_uri":""}`, `{"oidc_logout":null}`} {
		if a := w.send("PATCH", client, body); strings.Contains(a.raw, "login_uri") || body != `{"initiate_login_uri":""}` &&
			strings.Contains(a.raw, "logout") {
			t.Error(body, a.raw)
		}
	}
}

func TestOrdersAsRecorded(t *testing.T) {
	w := newFixture(t, Options{})
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	for _, u := range []User{
		{ID: "old", CreatedAt: day(1), UpdatedAt: day(1)}, {ID: "login", CreatedAt: day(1), LastLogin: day(3)},
		{ID: "changed", CreatedAt: day(1), UpdatedAt: day(5)}, {ID: "latest", CreatedAt: day(1), LastLogin: day(4)},
	} {
		w.tenant.AddUser(u)
	}
	var got []string
	for _, e := range w.send("GET", usersPath+"?fields=user_id", "").list {
		got = append(got, strings.TrimPrefix(e.(map[string]any)["user_id"].(string), "auth0|"))
	}
	if strings.Join(got, " ") != "latest login changed old" {
		t.Error(got)
	}
	for _, id := range []string{"cgr_b", "cgr_a"} {
		w.tenant.AddGrant(Grant{ID: id, ClientID: id})
	}
	var ids []string
	for _, e := range w.send("GET", grantsPath, "").list {
		ids = append(ids, e.(map[string]any)["id"].(string))
	}
	if !slices.IsSorted(ids) {
		t.Error(ids)
	}
}

func TestHeadersAsRecorded(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.send("DELETE", usersPath+"/auth0%7Cnobody", "")
	for name, want := range map[string]string{
		"Cache-Control": "no-cache", "Vary": "origin,accept-encoding", "X-Content-Type-Options": "nosniff",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-RateLimit-Limit": "9999",
	} {
		if a.header.Get(name) != want {
			t.Error(name, a.header)
		}
	}
	a = w.send("GET", usersPath, "", func(r *http.Request) { r.Header.Del("Authorization") })
	if a.status != 401 || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Error(a.status, a.header)
	}
	if a = w.askToken(nil); a.header.Get("Content-Type") != "application/json" {
		t.Error(a.header)
	}
}

func TestUnknownKeysAsRecorded(t *testing.T) {
	w := newFixture(t, Options{})
	w.steps([]step{
		{"POST", clientsPath, `{"name":"a","zeta":1,"alpha":{"x":1},"mid":2}`, 400, "not allowed: mid,alpha,zeta'."},
		{"POST", clientsPath, `{"name":"a","jwt_configuration":{"b":1,"a":2}}`, 400,
			"not allowed: a,b' on property jwt_configuration (The JWT settings)."},
		{"POST", vaultPath, `{"name":"a","app_id":"HTTP","b":1,"a":2}`, 400, "not allowed: a,b'."},
	})
}

func TestPictureAsRecorded(t *testing.T) {
	w := newFixture(t, Options{})
	for name, initials := range map[string]string{"Max": "ma", "": "ze"} {
		if u := w.tenant.AddUser(User{Email: "zed@example.com", Name: name}); !strings.HasSuffix(u.Picture, "%2F"+initials+".png") {
			t.Error(u.Picture)
		}
	}
}
