package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// TestOtherReadings tries the switches that no test of their topic tries.
func TestOtherReadings(t *testing.T) {
	w := newWorld(t, Options{})
	people(w)
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "HTTP", Name: "n"})
	f := w.tenant.AddFlow(Flow{Name: "f"})
	text := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	scopeless := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+w.tenant.Token(w.client.ID)) }
	query := func(q string) string { return usersPath + "?include_totals=true&q=" + url.QueryEscape(q) }
	user := func(extra string) string {
		return `{"connection":"Username-Password-Authentication","email":"zoe@example.com","password":"passpass$12$12",` + extra + `}`
	}
	for _, c := range []struct {
		name               string
		set                func(*Behaviour)
		method, path, body string
		edit               func(*http.Request)
		before, after      int
		says               string // by the answer after the switch
	}{
		{"content type", func(b *Behaviour) { b.BadRequestForType = true }, "POST", usersPath, "{}", text, 415, 400, "Unsupported Media Type"},
		{"scope", func(b *Behaviour) { b.ScopeErrorsByComma = true }, "GET", vaultPath, "", scopeless, 403, 403, "Insufficient scope, expected any of: read:flows_vault_connections"},
		{"empty vault PATCH", func(b *Behaviour) { b.RefuseEmptyPatch = true }, "PATCH", vaultPath + "/" + v.ID, "{}", nil, 200, 400, "Too few properties"},
		{"empty flow PATCH", func(b *Behaviour) { b.RefuseEmptyPatch = true }, "PATCH", flowsPath + "/" + f.ID, "{}", nil, 200, 400, "Too few properties"},
		{"implicit AND", func(b *Behaviour) { b.ImplicitAnd = true }, "GET", query(`email:*example.com (name:"ada lovelace" OR blocked:true) NOT blocked:true`), "", nil, 200, 200, `"total":1`},
		{"client secret", func(b *Behaviour) { b.RefuseClientSecret = true }, "POST", clientsPath, `{"name":"x","client_secret":"s"}`, nil, 201, 400, "not allowed: client_secret"},
		{"page beyond", func(b *Behaviour) { b.CapOnlyBeyond = true }, "GET", usersPath + "?page=20", "", nil, 400, 200, "[]"},
		{"metadata keys", func(b *Behaviour) { b.AnyMetadataKey = true }, "POST", usersPath, user(`"app_metadata":{"email":"x","a.b":1},"name":"Max"`), nil, 400, 201, `"a.b":1`},
	} {
		w.tenant.Configure(func(b *Behaviour) { *b = Behaviour{Limits: Limits{None: true}} })
		edit := []func(*http.Request){}
		if c.edit != nil {
			edit = append(edit, c.edit)
		}
		if a := w.send(c.method, c.path, c.body, edit...); a.status != c.before {
			t.Errorf("%s: %d %s", c.name, a.status, a.raw)
		}
		w.tenant.Configure(c.set)
		if a := w.send(c.method, c.path, c.body, edit...); a.status != c.after || !strings.Contains(a.raw, c.says) {
			t.Errorf("%s, switched: %d %s", c.name, a.status, a.raw)
		}
	}

	w.tenant.Configure(func(b *Behaviour) {
		*b = Behaviour{Limits: Limits{None: true}, UnknownAudienceStatus: 400, TotalCapped: true}
	})
	for i := range 1001 {
		w.tenant.AddUser(User{ID: fmt.Sprint(i)})
	}
	if a := w.send("GET", usersPath+"?include_totals=true", ""); a.body["total"] != 1000.0 {
		t.Error(a.body["total"])
	}
	w.tenant.Configure(func(b *Behaviour) { b.CapOnlyBeyond = true })
	if a := w.send("GET", usersPath+"?page=20", ""); a.status != 400 {
		t.Error(a.status)
	}
	if u := w.tenant.AddUser(User{Email: "zed@example.com", Name: "Max"}); !strings.HasSuffix(u.Picture, "%2Fma.png") {
		t.Error(u.Picture)
	}
	if a := w.askToken(url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}, "audience": {"x"}}); a.status != 400 {
		t.Error(a.raw)
	}
}

// TestEverySwitchIsExplained holds doc.go and Behaviour together.
func TestEverySwitchIsExplained(t *testing.T) {
	doc := docText(t)
	for _, name := range fieldNames(reflect.TypeFor[Behaviour]()) {
		switch name {
		case "Limits", "Latency", "SearchDelay", "PropagationDelay", "TokenLifetime", "CustomDomains", "DefaultCustomDomain":
			continue // no readings, but settings
		}
		if !strings.Contains(doc, name) {
			t.Errorf("doc.go does not say what %s is for", name)
		}
	}
}
