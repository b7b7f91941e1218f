package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

func TestTokenRequests(t *testing.T) {
	w := newFixture(t, Options{})
	ungranted := w.tenant.AddClient(Client{})
	web := w.tenant.AddClient(Client{GrantTypes: []string{"authorization_code"}})
	aud := w.tenant.Audience()
	ok := url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}, "audience": {aud}}
	with := func(pairs ...string) url.Values {
		v := url.Values{}
		for k := range ok {
			v.Set(k, ok.Get(k))
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
			if pairs[i+1] == "" {
				v.Del(pairs[i])
			}
		}
		return v
	}
	for name, c := range map[string]struct {
		form   url.Values
		status int
		body   string
	}{
		"no grant type": {with("grant_type", ""), 400,
			`{"error":"invalid_request","error_description":"Missing required parameter: grant_type"}`},
		"other grant type": {with("grant_type", "magic"), 400,
			`{"error":"unsupported_grant_type","error_description":"Grant type not supported"}`},
		"no client": {with("client_id", ""), 400,
			`{"error":"invalid_request","error_description":"Missing required parameter: client_id"}`},
		"no secret": {with("client_secret", ""), 400,
			`{"error":"invalid_request","error_description":"Missing required parameter: client_secret"}`},
		"wrong secret":   {with("client_secret", "x"), 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		"unknown client": {with("client_id", "x"), 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		"unknown audience": {with("audience", "https://x/"), 403,
			`{"error":"access_denied","error_description":"Service not found: https://x/"}`},
		"no grant": {with("client_id", ungranted.ID, "client_secret", ungranted.Secret), 403,
			`{"error":"access_denied",` +
				`"error_description":"Client is not authorized to access \"https://acme.eu.auth0.com/api/v2/\". You need to create a ` +
				`\"client-grant\" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"}`},
		"grant type off": {with("client_id", web.ID, "client_secret", web.Secret), 403,
			`{"error":"unauthorized_client","error_description":"Grant type 'client_credentials' not allowed for the client.",` +
				`"error_uri":"https://auth0.com/docs/clients/client-grant-types"}`},
	} {
		if a := w.askToken(c.form); a.status != c.status || a.raw != c.body {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}

	asJSON, _ := json.Marshal(map[string]string{"grant_type": "client_credentials", "client_id": w.client.ID,
		"client_secret": w.client.Secret, "audience": aud})
	basic := with("client_id", "", "client_secret", "")
	for name, a := range map[string]answer{
		"form": w.askToken(ok),
		"trailing slash": w.send("POST", "/oauth/token/", ok.Encode(),
			func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }),
		"json":  w.send("POST", "/oauth/token", string(asJSON), func(r *http.Request) { r.Header.Del("Authorization") }),
		"basic": w.askToken(basic, func(r *http.Request) { r.SetBasicAuth(w.client.ID, w.client.Secret) }),
	} {
		if a.status != 200 {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
			continue
		}
		if got := strings.Join(order(t, a.raw), " "); got != "access_token scope expires_in token_type" {
			t.Error(got)
		}
		if a.body["expires_in"] != 86400.0 || a.body["token_type"] != "Bearer" ||
			!strings.HasPrefix(a.body["scope"].(string), "read:users create:users") {
			t.Error(a.raw)
		}
		if a.header.Get("Cache-Control") != "no-store" {
			t.Error(a.header)
		}
	}

	opaque := w.askToken(with("audience", ""))
	wantKeys(t, opaque.body, "access_token expires_in token_type")
	w.token, _ = opaque.body["access_token"].(string)
	w.expect("GET", usersPath, "", 400,
		`{"statusCode":400,"error":"Bad Request","message":"Bad HTTP authentication header format","errorCode":"Bearer"}`)

	w.tenant.Configure(func(b *Behavior) {
		b.InvalidClientError, b.NewGrantError, b.AudienceRequired, b.StrictAuthMethod = true, true, true, true
	})
	w.tenant.EditClient(w.client.ID, func(c *Client) { c.TokenEndpointAuthMethod = "client_secret_post" })
	for name, c := range map[string]struct {
		a      answer
		status int
		want   string
	}{
		"wrong secret": {w.askToken(with("client_secret", "x")), 401, "invalid_client"},
		"no grant":     {w.askToken(with("client_id", ungranted.ID, "client_secret", ungranted.Secret)), 401, ""},
		"no audience":  {w.askToken(with("audience", "")), 400, "Missing required parameter: audience"},
		"basic":        {w.askToken(basic, func(r *http.Request) { r.SetBasicAuth(w.client.ID, w.client.Secret) }), 401, "invalid_client"},
		"post":         {w.askToken(ok), 200, "access_token"},
	} {
		if name == "no grant" {
			w.tenant.EditClient(ungranted.ID, func(c *Client) { c.TokenEndpointAuthMethod = "client_secret_post" })
			c.a, c.status = w.askToken(with("client_id", ungranted.ID, "client_secret", ungranted.Secret)), 403
			c.want = "is not authorized to access resource server"
		}
		if c.a.status != c.status || !strings.Contains(c.a.raw, c.want) {
			t.Errorf("%s: %d %s", name, c.a.status, c.a.raw)
		}
	}
}

func TestAccessTokenIsASignedJWT(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.Grant(w.client.ID, "read:users")
	a := w.askToken(url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret},
		"audience": {w.tenant.Audience()}})
	set, err := jwk.Parse([]byte(w.send("GET", "/.well-known/jwks.json", "").raw))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := jws.Verify([]byte(a.body["access_token"].(string)), jws.WithKeySet(set))
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	wantKeys(t, claims, "iss sub aud iat exp scope gty azp")
	for k, want := range map[string]any{
		"iss": "https://acme.eu.auth0.com/", "sub": w.client.ID + "@clients", "aud": "https://acme.eu.auth0.com/api/v2/",
		"scope": "read:users", "gty": "client-credentials", "azp": w.client.ID,
	} {
		if claims[k] != want {
			t.Errorf("%s is %v, want %v", k, claims[k], want)
		}
	}
	if claims["exp"].(float64)-claims["iat"].(float64) != 86400 {
		t.Error(claims)
	}
}

func TestPrivateKeyJWT(t *testing.T) {
	w := newFixture(t, Options{})
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	c := w.tenant.AddClient(Client{PublicKeys: []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}})
	w.tenant.Grant(c.ID, "read:users")
	assert := func(alg jwa.SignatureAlgorithm, aud string, life time.Duration) string {
		claims, _ := json.Marshal(map[string]any{"iss": c.ID, "sub": c.ID, "aud": aud, "jti": "1", "iat": time.Now().Unix(),
			"exp": time.Now().Add(life).Unix()})
		token, err := jws.Sign(claims, jws.WithKey(alg, key))
		if err != nil {
			t.Fatal(err)
		}
		return string(token)
	}
	for name, x := range map[string]struct {
		assertion string
		status    int
	}{
		"RS256":          {assert(jwa.RS256, "https://acme.eu.auth0.com/", time.Minute), 200},
		"PS256":          {assert(jwa.PS256, "https://acme.eu.auth0.com/oauth/token", time.Minute), 200},
		"expired":        {assert(jwa.RS256, "https://acme.eu.auth0.com/", -time.Minute), 401},
		"other audience": {assert(jwa.RS256, "https://other.eu.auth0.com/", time.Minute), 401},
		"other algo":     {assert(jwa.RS512, "https://acme.eu.auth0.com/", time.Minute), 401},
		"garbage":        {"a.b.c", 400},
	} {
		a := w.askToken(url.Values{
			"grant_type": {"client_credentials"}, "audience": {w.tenant.Audience()}, "client_assertion": {x.assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		})
		if a.status != x.status {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := w.askToken(url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret},
		"audience": {w.tenant.Audience()}}); a.status != 401 {
		t.Error(a.raw)
	}
}

func TestAuthorization(t *testing.T) {
	w := newFixture(t, Options{})
	other := w.emulator.Tenant("other.eu.auth0.com")
	foreign := other.AddClient(Client{})
	get := func(header string) answer {
		return w.send("GET", usersPath, "", func(r *http.Request) {
			r.Header.Del("Authorization")
			if header != "" {
				r.Header.Set("Authorization", header)
			}
		})
	}
	refused := func(message string) string {
		return `{"statusCode":401,"error":"Unauthorized","message":"` + message + `","attributes":{"error":"` + message + `"}}`
	}
	expired := w.tenant.Token(w.client.ID, "read:users")
	w.tenant.ExpireTokens()
	w.token = w.tenant.Token(w.client.ID, "read:users")
	stranger := other.Token(foreign.ID, "read:users")
	for name, c := range map[string]struct {
		header, body string
		status       int
	}{
		"none": {"", `{"statusCode":401,"error":"Unauthorized","message":"Missing authentication"}`, 401},
		"basic": {"Basic eDp5",
			`{"statusCode":400,"error":"Bad Request","message":"Bad HTTP authentication header format","errorCode":"Bearer"}`, 400},
		"no JWT": {"Bearer abc",
			`{"statusCode":400,"error":"Bad Request","message":"Bad HTTP authentication header format","errorCode":"Bearer"}`, 400},
		"expired":      {"Bearer " + expired, refused("Expired token received for JSON Web Token validation"), 401},
		"other tenant": {"Bearer " + stranger, refused("Invalid signature received for JSON Web Token validation"), 401},
		"broken": {"Bearer " + w.token[:len(w.token)-5] + "AAAAA",
			refused("Invalid signature received for JSON Web Token validation"), 401},
		"no scope at it": {"Bearer " + w.tenant.Token(w.client.ID, "create:users"),
			`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:users","errorCode":"insufficient_scope"}`,
			403},
	} {
		if a := get(c.header); a.status != c.status || a.raw != c.body {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	w.tenant.AddAPI(API{Identifier: "https://api.example.com/"})
	w.tenant.AddGrant(Grant{ClientID: w.client.ID, Audience: "https://api.example.com/", Scope: []string{"read:users"}})
	a := w.askToken(url.Values{"grant_type": {"client_credentials"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret},
		"audience": {"https://api.example.com/"}})
	if a := get("Bearer " + a.body["access_token"].(string)); a.raw != refused("Bad audience: https://api.example.com/") {
		t.Error(a.raw)
	}
	if a := get("bearer " + w.token); a.status != 200 {
		t.Error(a.raw)
	}
}

func TestTokenLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture(t, Options{})
		w.tenant.Configure(func(b *Behavior) { b.TokenLifetime = time.Second })
		w.token = w.tenant.Token(w.client.ID, "read:users")
		w.expect("GET", usersPath, "", 200, "")
		time.Sleep(time.Second)
		w.expect("GET", usersPath, "", 401, "")
	})
}

func TestScopeOfEveryOperation(t *testing.T) {
	w := newFixture(t, Options{})
	w.token = w.tenant.Token(w.client.ID)
	for _, op := range operations {
		if op.open != nil {
			continue
		}
		path := strings.ReplaceAll(op.path, "{id}", "auth0%7Cx")
		a := w.send(op.method, path, "")
		if a.status != 403 || a.body["errorCode"] != "insufficient_scope" ||
			a.body["message"] != "Insufficient scope"+op.mark+" expected any of: "+strings.Join(op.scopes, ",") {
			t.Errorf("%s %s: %d %s", op.method, op.path, a.status, a.raw)
		}
	}
	for _, c := range []struct {
		scope, method, body string
		status              int
	}{
		{"read:current_user", "GET", "", 403}, {"delete:current_user", "DELETE", "", 403},
		{"update:current_user_metadata", "PATCH", `{"user_metadata":{}}`, 403},
		{"update:users_app_metadata", "PATCH", `{"app_metadata":{"a":1}}`, 200}, {"update:users_app_metadata", "PATCH", `{"name":"x"}`, 403},
	} {
		w.tenant.AddUser(User{ID: "x", Email: "x@example.com"})
		w.token = w.tenant.Token(w.client.ID, c.scope)
		w.expect(c.method, usersPath+"/auth0%7Cx", c.body, c.status, "")
	}
}

func TestPropagationDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture(t, Options{})
		expect := func(when string, want map[*Client]int) {
			t.Helper()
			for c, status := range want {
				form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret},
					"audience": {w.tenant.Audience()}}
				if a := w.askToken(form); a.status != status {
					t.Errorf("%s: %s with %q: %d, want %d", when, c.Name, c.Secret, a.status, status)
				}
			}
		}
		w.tenant.Configure(func(b *Behavior) { b.PropagationDelay = time.Minute })
		fresh, old, rotated := w.tenant.AddClient(Client{}), w.client, w.client
		w.tenant.Grant(fresh.ID, "read:users")
		rotated.Secret = "new"
		w.tenant.SetClientSecret(old.ID, "new")
		time.Sleep(time.Minute - time.Millisecond)
		expect("just made", map[*Client]int{&fresh: 401, &old: 200, &rotated: 401})
		time.Sleep(time.Millisecond)
		expect("seen", map[*Client]int{&fresh: 200, &old: 401, &rotated: 200})
		w.tenant.Revoke(fresh.ID)
		w.tenant.DeleteClient(old.ID)
		expect("just revoked and deleted", map[*Client]int{&fresh: 200, &rotated: 200})
		time.Sleep(time.Minute)
		expect("gone", map[*Client]int{&fresh: 403, &rotated: 401})
	})
}
