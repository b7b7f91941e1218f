package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// control sends a request to the control endpoint.
func (w *fixture) control(method, path, body string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequest(method, w.emulator.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestControl(t *testing.T) {
	w := newServed(t, Options{})
	seed := `{
		"databases": [{"name": "staff", "enabled_clients": []}],
		"apis": [{"identifier": "https://api.example.com/"}],
		"clients": [{"id": "one", "secret": "s1", "scopes": ["read:users"]}],
		"vault_connections": [{"app_id": "AUTH0", "name": "forms",
			"setup": {"type": "OAUTH_APP", "client_id": "one", "client_secret": "s1", "domain": "acme.eu.auth0.com"}}],
		"flows": [{"name": "flow", "actions": [{"id": "a"}]}],
		"users": [{"id": "ada", "email": "ada@example.com", "user_metadata": {"delay": "not a duration"}}],
		"plan": "free",
		"behavior": {"search_delay": "1.5s", "account_name": "mask"}
	}`
	if status, body := w.control("POST", "/seed?tenant=acme.eu.auth0.com", seed); status != 200 {
		t.Fatal(status, body)
	}
	b := w.tenant.Behavior()
	if b.SearchDelay != 1500*time.Millisecond || b.AccountName != AccountNameMask || b.Limits.Management.Burst != 2 {
		t.Error(b)
	}
	if u, ok := w.tenant.User("auth0|ada"); !ok || u.UserMetadata["delay"] != "not a duration" {
		t.Error(u)
	}
	if status, _ := w.control("POST", "/plan?name=none", ""); status != 200 {
		t.Error(status)
	}
	a := w.askToken(url.Values{"grant_type": {"client_credentials"}, "client_id": {"one"}, "client_secret": {"s1"},
		"audience": {w.tenant.Audience()}})
	if a.body["scope"] != "read:users" {
		t.Error(a.raw)
	}
	status, store := w.control("GET", "/store", "")
	if status != 200 || !strings.Contains(store, `"client_secret": "s1"`) || !strings.Contains(store, `"enabled_clients": []`) {
		t.Error(status, store)
	}
	// What the store shows makes the same tenant somewhere else.
	copied := newServed(t, Options{})
	if status, body := copied.control("POST", "/seed", store); status != 200 {
		t.Fatal(status, body)
	}
	_, again := copied.control("GET", "/store", "")
	for _, part := range []string{`"client_secret": "s1"`, `"not a duration"`, `"read:users"`, w.tenant.Users()[0].ID,
		w.tenant.VaultConnections()[0].ID, w.tenant.Flows()[0].ID} {
		if !strings.Contains(again, part) {
			t.Error("lost", part)
		}
	}

	if status, body := w.control("POST", "/seed",
		`[{"tenant": "two.auth0.com", "users": [{"id": "bob"}]}, {"tenant": `+
			`"three.auth0.com"}]`); status != 200 || len(w.emulator.Tenant("two.auth0.com").Users()) != 1 {
		t.Error(status, body)
	}

	if status, body := w.control("POST", "/faults",
		`[{"path": "/api/v2/users*", "status": 500, "delay": "1ms"}, {"status": 502, "times": 2}]`); status != 200 {
		t.Error(status, body)
	}
	w.expect("GET", usersPath, "", 500, "")
	if status, body := w.control("GET", "/faults", ""); status != 200 || !strings.Contains(body, "502") || strings.Contains(body, "users") {
		t.Error(status, body)
	}
	if status, _ := w.control("DELETE", "/faults", ""); status != 200 {
		t.Error(status)
	}
	status, log := w.control("GET", "/requests", "")
	var entries []map[string]any
	if err := json.Unmarshal([]byte(log), &entries); err != nil || status != 200 || len(entries) != 2 || entries[1]["status"] != 500.0 ||
		entries[0]["client_id"] != "one" {
		t.Error(status, log, err)
	}
	if _, err := time.ParseDuration(entries[1]["duration"].(string)); err != nil {
		t.Error(err)
	}
	w.control("DELETE", "/requests", "")
	if n := len(w.tenant.Requests()); n != 0 {
		t.Error(n)
	}
	if status, body := w.control("POST", "/behavior", `{"search_delay":"0s","max_per_page":50,"latency":{"median":"1ms"}}`); status != 200 ||
		!strings.Contains(body, `"max_per_page": 50`) || !strings.Contains(body, `"median": "1ms"`) {
		t.Error(status, body)
	}
	if b := w.tenant.Behavior(); b.MaxPerPage != 50 || b.AccountName != AccountNameMask {
		t.Error("a switch that is not named must stay", b)
	}
	if status, _ := w.control("POST", "/tokens/expire", ""); status != 200 {
		t.Error(status)
	}
	w.expect("GET", usersPath, "", 401, "")
	v := w.tenant.VaultConnections()[0]
	if status, _ := w.control("POST", "/vault/refresh?id="+v.ID, ""); status != 200 || w.tenant.VaultConnections()[0].RefreshedAt.IsZero() {
		t.Error(status)
	}
	if status, _ := w.control("DELETE", "/users?id=auth0%7Cada", ""); status != 200 || len(w.tenant.Users()) != 0 {
		t.Error(status)
	}
	status, body := w.control("GET", "", "")
	if status != 200 || !strings.Contains(body, "POST /emulator/seed") || !strings.Contains(body, "acme.eu.auth0.com") {
		t.Error(status, body)
	}
	if status, body := w.control("GET", "/ca", ""); status != 200 || !bytes.Equal([]byte(body), w.emulator.CACertPEM()) {
		t.Error(status, body)
	}
	for _, bad := range [][3]string{
		{"POST", "/seed", `{"user": []}`}, {"POST", "/seed", `{"plan": "gold"}`}, {"POST", "/seed", `{"vault_connections": [{"name": "n"}]}`},
		{"POST", "/seed", `{"behavior": {"search_delay": "soon"}}`}, {"POST", "/behavior", `{"created_status": 204}`},
		{"POST", "/behavior", `[]`},
		{"POST", "/behavior", `{"nonsense": true}`}, {"POST", "/faults", `{"code": 1}`}, {"GET", "/nothing", ""}, {"POST", "/plan?name=x", ""},
		{"GET", "/store?tenant=example.com", ""}, {"POST", "/vault/refresh?id=x", ""}, {"POST", "/seed", `{"databases":[{}]}`},
		{"POST", "/seed", `{"apis":[{}]}`},
	} {
		if status, body := w.control(bad[0], bad[1], bad[2]); status != 400 && status != 404 || !strings.Contains(body, `"error"`) {
			t.Error(bad, status, body)
		}
	}
}

func TestProxyItself(t *testing.T) {
	w := newServed(t, Options{})
	resp, err := http.Get(w.emulator.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 404 {
		t.Error(resp.StatusCode)
	}
}

func TestDirect(t *testing.T) {
	e, err := Start(Options{Direct: "beta.eu.auth0.com"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	tenant := e.Tenant("beta.eu.auth0.com")
	c := tenant.AddClient(Client{})
	tenant.Grant(c.ID, "read:users")
	direct := &http.Transport{TLSClientConfig: e.Transport().(*http.Transport).TLSClientConfig.Clone(), ForceAttemptHTTP2: true}
	req, _ := http.NewRequest("GET", e.DirectURL()+"/api/v2/users", nil)
	req.Header.Set("Authorization", "Bearer "+tenant.Token(c.ID, "read:users"))
	resp, err := direct.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || len(tenant.Requests()) != 1 {
		t.Error(resp.Status)
	}
	// A client that takes the address for the tenant's domain asks for a token with it.
	resp, err = (&http.Client{Transport: direct}).PostForm(e.DirectURL()+"/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret}, "audience": {e.DirectURL() + "/api/v2/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Error(resp.Status)
	}
	direct.CloseIdleConnections()
}

func TestStartRefusesNonsense(t *testing.T) {
	for _, o := range []Options{{Addr: "nowhere"}, {DirectAddr: "nowhere"}, {Behavior: Behavior{CreatedStatus: 1}}} {
		if e, err := Start(o); err == nil {
			_ = e.Close()
			t.Errorf("%+v", o)
		}
	}
}

func TestControlIsGuarded(t *testing.T) {
	w := newServed(t, Options{Advertise: "emulator.test", ControlToken: "secret"})
	address := w.emulator.proxy.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	for name, c := range map[string]struct {
		path, host, origin, authorization string
		status                            int
	}{
		"bearer":                  {"/store", address, "", "Bearer secret", 200},
		"basic":                   {"/store", address, "", "Basic " + base64.StdEncoding.EncodeToString([]byte("any:secret")), 200},
		"localhost":               {"/store", "localhost:" + port, "", "Bearer secret", 200},
		"advertised":              {"/store", "emulator.test:" + port, "", "Bearer secret", 200},
		"its own origin":          {"/store", address, "http://" + address, "Bearer secret", 200},
		"no token":                {"/store", address, "", "", 401},
		"another token":           {"/store", address, "", "Bearer other", 401},
		"the list needs it, too":  {"", address, "", "", 401},
		"the CA needs no token":   {"/ca", address, "", "", 200},
		"a name that is rebound":  {"/store", "attacker.example.com:" + port, "", "Bearer secret", 403},
		"a page in a browser":     {"/store", address, "https://attacker.example.com", "Bearer secret", 403},
		"an opaque origin":        {"/ca", address, "null", "", 403},
		"another port's own page": {"/store", address, "http://127.0.0.1:1", "Bearer secret", 403},
	} {
		req, _ := http.NewRequest("GET", "http://"+address+"/emulator"+c.path, nil)
		req.Host = c.host
		for k, v := range map[string]string{"Origin": c.origin, "Authorization": c.authorization} {
			if v != "" {
				req.Header.Set(k, v)
			}
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Error(name, resp.Status)
		}
	}
	if u := w.emulator.ControlURL(); u != "http://emulator:secret@emulator.test:"+port+"/emulator" || w.emulator.ControlToken() != "secret" {
		t.Error(u)
	}
}

func TestPublicAddresses(t *testing.T) {
	for _, o := range []Options{{Addr: "0.0.0.0:0"}, {Addr: ":0"}, {DirectAddr: "[::]:0"}, {Addr: "192.0.2.1:0"}, {Addr: "example.com:0"}} {
		if e, err := Start(o); err == nil || !strings.Contains(err.Error(), "other machines") {
			if e != nil {
				_ = e.Close()
			}
			t.Error(o, err)
		}
	}
	e, err := Start(Options{Addr: ":0", AllowPublic: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	if !strings.HasPrefix(e.ProxyURL(), "http://127.0.0.1:") {
		t.Error("not an address that a client can use:", e.ProxyURL())
	}
	resp, err := http.Get(e.ControlURL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Error(resp.Status)
	}
}
