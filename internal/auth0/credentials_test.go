package auth0

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// keyPair is an RSA key in every form in which it is needed.
type keyPair struct{ pkcs1, pkcs8, public string }

func newKeyPair() keyPair {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	return keyPair{
		pkcs1:  pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		pkcs8:  pemText("PRIVATE KEY", pkcs8),
		public: pemText("PUBLIC KEY", public),
	}
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

var ourKey, otherKey = sync.OnceValue(newKeyPair), sync.OnceValue(newKeyPair)

// form returns the parameters of a request to the token endpoint.
func form(t *testing.T, r emulator.Request) url.Values {
	t.Helper()
	values, err := url.ParseQuery(string(r.RequestBody))
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// TestToken_secret: the secret goes into the body and the audience is the tenant's.
func TestToken_secret(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	if _, err := client.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	asked := tokenRequests(tenant)
	if len(asked) != 1 {
		t.Fatalf("%d tokens were asked for, expected 1", len(asked))
	}
	got := form(t, asked[0])
	want := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {client.ClientID()},
		"client_secret": {client.credentials.ClientSecret}, "audience": {"https://" + tenant.Domain() + "/api/v2/"},
	}
	if got.Encode() != want.Encode() {
		t.Errorf("sent %v, expected %v", got, want)
	}
	if header := asked[0].Header; header.Get("Authorization") != "" || header.Get("User-Agent") != "test" {
		t.Errorf("sent Authorization %q and User-Agent %q", header.Get("Authorization"), header.Get("User-Agent"))
	}
}

// TestToken_privateKey: each algorithm, with the key in either form; the
// secret that came along is not sent.
func TestToken_privateKey(t *testing.T) {
	t.Parallel()
	tenant, first := newTenant(t)
	app := tenant.AddClient(emulator.Client{PublicKeys: []string{ourKey().public}})
	tenant.Grant(app.ID, "read:users")
	for _, test := range []struct{ name, key, alg, want string }{
		{"PKCS #8, default algorithm", ourKey().pkcs8, "", "RS256"},
		{"PKCS #1, default algorithm", ourKey().pkcs1, "", "RS256"},
		{"PKCS #8, RS256", ourKey().pkcs8, "RS256", "RS256"},
		{"PKCS #8, RS384", ourKey().pkcs8, "RS384", "RS384"},
		{"PKCS #1, RS384", ourKey().pkcs1, "RS384", "RS384"},
		{"PKCS #8, PS256", ourKey().pkcs8, "PS256", "PS256"},
		{"PKCS #1, PS256", ourKey().pkcs1, "PS256", "PS256"},
		{"white space around it", "\n  \n" + ourKey().pkcs8 + "\n", "", "RS256"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tenant.ForgetRequests()
			client := another(first, Credentials{
				Domain: tenant.Domain(), ClientID: app.ID, ClientSecret: "not this one", PrivateKey: test.key, SigningAlg: test.alg,
			})
			if _, err := client.GetUser(t.Context(), "auth0|nobody"); !IsNotFound(err) {
				t.Fatalf("the token is of no use: %v", err)
			}
			sent := form(t, tokenRequests(tenant)[0])
			checkAssertion(t, sent.Get("client_assertion"), app.ID, tenant.Domain(), test.want)
			if kind := sent.Get("client_assertion_type"); kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
				t.Errorf("client_assertion_type is %q", kind)
			}
			if sent.Has("client_secret") {
				t.Error("the secret was sent along with the assertion")
			}
		})
	}
}

// checkAssertion looks at what an assertion says; the emulator has checked its signature.
func checkAssertion(t *testing.T, assertion, clientID, domain, alg string) {
	t.Helper()
	var header struct{ Alg, Typ string }
	var claims struct {
		Iss, Sub, Jti string
		Aud           any
		Iat, Exp      int64
	}
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		t.Fatalf("no JWT: %q", assertion)
	}
	for i, into := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	if header.Alg != alg {
		t.Errorf("signed with %s, expected %s", header.Alg, alg)
	}
	if claims.Iss != clientID || claims.Sub != clientID {
		t.Errorf("issuer %q and subject %q, expected the client %q", claims.Iss, claims.Sub, clientID)
	}
	if aud := fmt.Sprint(claims.Aud); strings.Trim(aud, "[]") != "https://"+domain+"/" {
		t.Errorf("the assertion is meant for %s", aud)
	}
	if claims.Jti == "" {
		t.Error("the assertion has no id: it could be used again")
	}
	if lifetime := time.Duration(claims.Exp-claims.Iat) * time.Second; lifetime <= 0 || lifetime > 5*time.Minute {
		t.Errorf("the assertion is valid for %v; Auth0 takes five minutes at most", lifetime)
	}
}

// TestToken_refused: what is wrong with the credentials is told apart, by the error alone.
func TestToken_refused(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	right := client.credentials
	keyed := tenant.AddClient(emulator.Client{PublicKeys: []string{ourKey().public}})
	tenant.Grant(keyed.ID, "read:users")
	bare := tenant.AddClient(emulator.Client{})
	web := tenant.AddClient(emulator.Client{GrantTypes: []string{"authorization_code"}})
	for name, test := range map[string]struct {
		change func(*Credentials)
		want   Refusal
	}{
		"wrong secret":      {func(c *Credentials) { c.ClientSecret = "wrong" }, RefusedClient},
		"unknown client":    {func(c *Credentials) { c.ClientID = "nobody" }, RefusedClient},
		"wrong key":         {func(c *Credentials) { c.ClientID, c.PrivateKey = keyed.ID, otherKey().pkcs8 }, RefusedClient},
		"secret for a key":  {func(c *Credentials) { c.ClientID, c.ClientSecret = keyed.ID, keyed.Secret }, RefusedClient},
		"key for a secret":  {func(c *Credentials) { c.PrivateKey = ourKey().pkcs8 }, RefusedClient},
		"no grant":          {func(c *Credentials) { c.ClientID, c.ClientSecret = bare.ID, bare.Secret }, RefusedGrant},
		"no such grant":     {func(c *Credentials) { c.ClientID, c.ClientSecret = web.ID, web.Secret }, RefusedGrantType},
		"unknown audience":  {func(c *Credentials) { c.Audience = "https://elsewhere.example/api/" }, RefusedAudience},
		"audience, no '/'":  {func(c *Credentials) { c.Audience = strings.TrimSuffix(tenant.Audience(), "/") }, RefusedAudience},
		"another's secret":  {func(c *Credentials) { c.ClientSecret = bare.Secret }, RefusedClient},
		"the secret padded": {func(c *Credentials) { c.ClientSecret += " " }, RefusedClient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			credentials := right
			test.change(&credentials)
			_, err := another(client, credentials).GetUser(t.Context(), "auth0|nobody")
			var refusal *TokenError
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, expected a *TokenError", err)
			}
			if refusal.Refusal() != test.want {
				t.Errorf("refused %v, expected %v: %v", refusal.Refusal(), test.want, err)
			}
			if !IsDenied(err) {
				t.Errorf("not counted as a matter of credentials: %v", err)
			}
			if refusal.Domain != tenant.Domain() || refusal.ClientID != credentials.ClientID || refusal.Audience != credentials.audience() {
				t.Errorf("the error does not say who asked for what: %+v", refusal)
			}
			for _, secret := range credentials.secrets() {
				if secret != "" && strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds a secret: %v", err)
				}
			}
		})
	}
}

// TestToken_ready: it is used as it is, without a request for another.
func TestToken_ready(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	token := tenant.Token(client.ClientID(), "read:users")
	ready := another(client, Credentials{Domain: tenant.Domain(), Token: token})
	if _, err := ready.GetUser(t.Context(), "auth0|nobody"); !IsNotFound(err) {
		t.Fatalf("the token was not accepted: %v", err)
	}
	got, err := ready.Verify(t.Context(), []string{"read:users", "create:users"})
	if err != nil {
		t.Fatal(err)
	}
	if !got.ScopesKnown || fmt.Sprint(got.Scopes) != "[read:users]" || !got.ExpiresAt.IsZero() {
		t.Errorf("got %+v, expected the scopes that the token tells", got)
	}
	if asked := tokenRequests(tenant); len(asked) != 0 {
		t.Errorf("%d tokens were asked for", len(asked))
	}
}

// TestToken_readyRefused: it cannot be renewed, and the first refusal is the answer.
func TestToken_readyRefused(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	expired := tenant.Token(client.ClientID(), "read:users")
	tenant.ExpireTokens()
	for name, test := range map[string]struct {
		token  string
		status int
	}{
		"expired":        {expired, http.StatusUnauthorized},
		"of no tenant":   {"eyJhbGciOiJub25lIn0.e30.", http.StatusUnauthorized},
		"too few rights": {tenant.Token(client.ClientID(), "read:flows"), http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			tenant.ForgetRequests()
			_, err := another(client, Credentials{Domain: tenant.Domain(), Token: test.token}).GetUser(t.Context(), "auth0|nobody")
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Status != test.status || !IsDenied(err) {
				t.Errorf("got %v, expected a refusal with status %d", err, test.status)
			}
			if asked := tenant.Requests(); len(asked) != 1 {
				t.Errorf("%d requests were sent, expected 1", len(asked))
			}
			if strings.Contains(err.Error(), test.token) {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

// TestAudience: the default is made of the domain, in lower case as Auth0 writes
// identifiers and compares them; a given one is used as it is.
func TestAudience(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ domain, audience, want string }{
		{"acme.eu.auth0.com", "", "https://acme.eu.auth0.com/api/v2/"},
		{"ACME.eu.auth0.com", "", "https://acme.eu.auth0.com/api/v2/"},
		{"localhost:3000", "", "https://localhost:3000/api/v2/"},
		{"login.acme.com", "https://acme.eu.auth0.com/api/v2/", "https://acme.eu.auth0.com/api/v2/"},
		{"acme.eu.auth0.com", "https://ACME.example/Api", "https://ACME.example/Api"},
	} {
		if got := (Credentials{Domain: test.domain, Audience: test.audience}).audience(); got != test.want {
			t.Errorf("domain %q and audience %q: got %q, expected %q", test.domain, test.audience, got, test.want)
		}
	}
}

// TestDomains: a host name means the same in any case. With the canonical audience, a
// custom domain serves the tokens and the requests.
func TestDomains(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	custom := "login." + tenant.Domain()
	tenant.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{custom} })
	app := tenant.AddClient(emulator.Client{PublicKeys: []string{ourKey().public}})
	tenant.Grant(app.ID, "read:users")
	id, secret := client.ClientID(), client.credentials.ClientSecret
	for name, test := range map[string]struct {
		credentials Credentials
		accepted    bool
	}{
		"in capitals, with a secret": {Credentials{Domain: strings.ToUpper(tenant.Domain()), ClientID: id, ClientSecret: secret}, true},
		"in capitals, with a key": {Credentials{Domain: strings.ToUpper(tenant.Domain()), ClientID: app.ID,
			PrivateKey: ourKey().pkcs8}, true},
		"custom": {Credentials{Domain: custom, ClientID: id, ClientSecret: secret}, false},
		"custom, with the canonical audience": {Credentials{Domain: custom, ClientID: id, ClientSecret: secret, Audience: tenant.Audience()},
			true},
	} {
		if _, err := another(client, test.credentials).GetUser(t.Context(), "auth0|nobody"); IsNotFound(err) != test.accepted ||
			IsDenied(err) == test.accepted {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheckPrivateKey: what cannot sign is refused before it is used, in words that do not quote it.
func TestCheckPrivateKey(t *testing.T) {
	t.Parallel()
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecPKCS8, err := x509.MarshalPKCS8PrivateKey(elliptical)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ key, alg, want string }{
		"PKCS #8":           {ourKey().pkcs8, "", ""},
		"PKCS #1, PS256":    {ourKey().pkcs1, "PS256", ""},
		"text before it":    {"Bag Attributes\n    friendlyName: forms\n" + ourKey().pkcs8, "RS384", ""},
		"nothing":           {"", "", "not a PEM encoded key"},
		"no PEM":            {"MIIEvQIBADANBg", "", "not a PEM encoded key"},
		"on one line":       {strings.ReplaceAll(ourKey().pkcs8, "\n", " "), "", "not a PEM encoded key"},
		"public key":        {ourKey().public, "", "not an RSA private key"},
		"elliptic, PKCS #8": {pemText("PRIVATE KEY", ecPKCS8), "", "not an RSA private key"},
		"garbage":           {pemText("PRIVATE KEY", []byte("garbage")), "", "not an RSA private key"},
		"HMAC":              {ourKey().pkcs8, "HS256", `unknown signing algorithm "HS256": Auth0 accepts RS256, RS384, PS256`},
		"lower case":        {ourKey().pkcs8, "rs256", `unknown signing algorithm "rs256"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckPrivateKey(test.key, test.alg)
			if test.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, expected %q", err, test.want)
			}
			for line := range strings.Lines(test.key) {
				if line = strings.TrimSpace(line); len(line) > 20 && !strings.HasPrefix(line, "-----") && strings.Contains(err.Error(), line) {
					t.Errorf("the error quotes the key: %v", err)
				}
			}
		})
	}
}

// TestPoolKnowsCredentials: one client for the same credentials, another for any other.
func TestPoolKnowsCredentials(t *testing.T) {
	t.Parallel()
	_, client := newTenant(t)
	pool := client.pool
	base := Credentials{Domain: "acme.eu.auth0.com", ClientID: "id", ClientSecret: "secret"}
	first := pool.Client(base)
	for name, same := range map[string]Credentials{
		"again":              base,
		"domain in capitals": {Domain: "ACME.eu.auth0.com", ClientID: "id", ClientSecret: "secret"},
		"default audience": {Domain: "acme.eu.auth0.com", ClientID: "id", ClientSecret: "secret",
			Audience: "https://acme.eu.auth0.com/api/v2/"},
	} {
		if pool.Client(same) != first {
			t.Errorf("%s: another client for the same credentials", name)
		}
	}
	seen := map[*Client]string{first: "base"}
	for name, change := range map[string]func(*Credentials){
		"domain":      func(c *Credentials) { c.Domain = "other.eu.auth0.com" },
		"client id":   func(c *Credentials) { c.ClientID = "id2" },
		"secret":      func(c *Credentials) { c.ClientSecret = "secret2" },
		"key":         func(c *Credentials) { c.PrivateKey = "secret" },
		"algorithm":   func(c *Credentials) { c.SigningAlg = "PS256" },
		"token":       func(c *Credentials) { c.Token = "secret" },
		"audience":    func(c *Credentials) { c.Audience = "https://other/" },
		"moved quote": func(c *Credentials) { c.ClientID, c.ClientSecret = `id" "sec`, "ret" },
	} {
		credentials := base
		change(&credentials)
		client := pool.Client(credentials)
		if other, ok := seen[client]; ok {
			t.Errorf("the client of %s is that of %s", name, other)
		}
		seen[client] = name
		if same := client.tenant == first.tenant; same != (name != "domain") {
			t.Errorf("%s: shares the tenant: %v", name, same)
		}
	}
}
