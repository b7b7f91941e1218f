package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTokenThenConnectionThenUser(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.askToken(url.Values{
		"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}, "audience": {w.tenant.Audience()},
	})
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	wantKeys(t, a.body, "access_token scope expires_in token_type")
	w.token = a.body["access_token"].(string)

	a = w.send("POST", "/api/v2/flows/vault/connections", `{"app_id":"HTTP","name":"test-v-connection"}`)
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if got := strings.Join(order(t, a.raw), " "); got != "id app_id name ready created_at updated_at refreshed_at fingerprint" {
		t.Error(got)
	}

	a = w.send("POST", "/api/v2/users",
		`{"user_id":"testaccuser","connection":"Username-Password-Authentication","email":"TestAccUser@acceptance.test.com",`+
			`"password":"passpass$12$12"}`)
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	wantKeys(t, a.body, "created_at email email_verified identities name nickname picture updated_at user_id")
	if got := a.body["picture"]; got != "https://s.gravatar.com/avatar/324ad113b0ef6dabbb2c2c4cf8a8d108"+
		"?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fte.png" {
		t.Error(got)
	}
	b := w.send("GET", "/api/v2/users/auth0%7Ctestaccuser", "")
	if b.status != http.StatusOK || b.raw != a.raw {
		t.Errorf("%d %s", b.status, b.raw)
	}
	if b.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Error(b.header)
	}
	log := w.tenant.Requests()
	last := log[len(log)-1]
	if last.Path != "/api/v2/users/auth0|testaccuser" || last.RawPath != "/api/v2/users/auth0%7Ctestaccuser" ||
		last.ClientID != w.client.ID || last.Status != 200 {
		t.Errorf("%+v", last)
	}
}

func TestHostsThatAreNoTenants(t *testing.T) {
	w := newServed(t, Options{Hosts: []string{"login.example.com"}})
	for host, served := range map[string]bool{
		"acme.eu.auth0.com": true, "other.auth0.com": true, "login.example.com": true, "example.com": false, "auth0.com": false,
		"acme.eu.auth0.com:8443": false,
	} {
		resp, err := w.http.Get("https://" + host + "/.well-known/jwks.json")
		if (err == nil) != served {
			t.Errorf("%s: %v", host, err)
		}
		if err == nil {
			resp.Body.Close()
			if resp.ProtoMajor != 2 {
				t.Error(resp.Proto)
			}
		}
	}
}
