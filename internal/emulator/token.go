package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

var tokenOperations = []operation{
	{method: "POST", path: "/oauth/token", open: issueToken},
	{method: "POST", path: "/oauth/token/", open: issueToken},
	{method: "GET", path: "/.well-known/jwks.json", open: func(c *call) *response {
		return reply(http.StatusOK, tenantKey(c.tenant.number).jwks())
	}},
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// tokenRequest is what a client sends to the token endpoint, from whichever place.
type tokenRequest struct {
	GrantType     string `json:"grant_type"`
	ClientID      string `json:"client_id"`
	ClientSecret  string `json:"client_secret"`
	Assertion     string `json:"client_assertion"`
	AssertionType string `json:"client_assertion_type"`
	Audience      string `json:"audience"`

	basic bool
}

func readTokenRequest(header http.Header, body []byte) (tokenRequest, error) {
	var in tokenRequest
	if strings.HasPrefix(strings.ToLower(header.Get("Content-Type")), "application/json") {
		if err := json.Unmarshal(body, &in); err != nil {
			return in, err
		}
	} else {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return in, err
		}
		in = tokenRequest{
			GrantType: form.Get("grant_type"), ClientID: form.Get("client_id"), ClientSecret: form.Get("client_secret"),
			Assertion: form.Get("client_assertion"), AssertionType: form.Get("client_assertion_type"), Audience: form.Get("audience"),
		}
	}
	if user, password, ok := (&http.Request{Header: header}).BasicAuth(); ok && in.ClientSecret == "" {
		in.basic = true
		in.ClientID, in.ClientSecret = unescaped(user), unescaped(password)
	}
	if in.ClientID == "" && in.Assertion != "" {
		in.ClientID = claimsOf(in.Assertion).Subject
	}
	return in, nil
}

// unescaped undoes the form encoding that OAuth puts on Basic credentials.
func unescaped(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// issueToken is POST /oauth/token.
func issueToken(c *call) *response {
	t := c.tenant
	answer := t.exchange(c)
	if answer.header == nil {
		answer.header = http.Header{}
	}
	answer.header.Set("Cache-Control", "no-store")
	answer.header.Set("Pragma", "no-cache")
	answer.header.Set("Content-Type", "application/json") // without a charset, as recorded
	return answer
}

func (t *Tenant) exchange(c *call) *response {
	in, err := readTokenRequest(c.Header, c.RequestBody)
	if err != nil {
		return oauthError(http.StatusBadRequest, "invalid_request", "Invalid request payload format")
	}
	if bad := in.refusal(t.behavior.AudienceRequired); bad != nil {
		return bad
	}
	if in.Audience == "https://"+c.asked+"/api/v2/" && c.asked != c.host { // of a client that knows the direct listener only
		in.Audience = t.Audience()
	}
	client, known := t.visibleClient(in.ClientID)
	if !known || !t.authenticates(&client, &in, c.host) {
		if t.behavior.InvalidClientError {
			return oauthError(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
		}
		return oauthError(http.StatusUnauthorized, "access_denied", "Unauthorized")
	}
	if !slices.Contains(client.GrantTypes, "client_credentials") {
		return reply(http.StatusForbidden, object{
			{"error", "unauthorized_client"},
			{"error_description", "Grant type 'client_credentials' not allowed for the client."},
			{"error_uri", "https://auth0.com/docs/clients/client-grant-types"},
		})
	}
	if in.Audience == "" {
		return reply(http.StatusOK, object{
			{"access_token", randomID("", 32)}, {"expires_in", int(t.behavior.tokenLifetime().Seconds())}, {"token_type", "Bearer"},
		})
	}
	api := t.api(in.Audience)
	if api == nil || api.Identifier != in.Audience {
		return oauthError(http.StatusForbidden, "access_denied", "Service not found: "+in.Audience)
	}
	grant, granted := t.visibleGrant(client.ID, in.Audience)
	if !granted {
		return t.notGranted(client.ID, in.Audience)
	}
	scopes := grant.Scope
	if grant.Settings["allow_all_scopes"] == true {
		scopes = api.Scopes
	}
	scope := strings.Join(scopes, " ")
	body := object{{"access_token", t.sign(client.ID, c.host, in.Audience, scope)}}
	body.set("scope", scope)
	body.set("expires_in", int(t.behavior.tokenLifetime().Seconds()))
	body.set("token_type", "Bearer")
	return reply(http.StatusOK, body)
}

// refusal returns the answer to a request that lacks something or asks for another grant;
// nil for none.
func (in *tokenRequest) refusal(audienceRequired bool) *response {
	missing := func(name string) *response {
		return oauthError(http.StatusBadRequest, "invalid_request", "Missing required parameter: "+name)
	}
	switch {
	case in.GrantType == "":
		return missing("grant_type")
	case in.GrantType != "client_credentials":
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "Grant type not supported")
	case in.ClientID == "":
		return missing("client_id")
	case in.ClientSecret == "" && in.Assertion == "":
		return missing("client_secret")
	case in.Assertion != "" && in.AssertionType != assertionType:
		return oauthError(http.StatusBadRequest, "invalid_request", "Unsupported client_assertion_type")
	case in.Audience == "" && audienceRequired:
		return missing("audience")
	}
	return nil
}

func (t *Tenant) notGranted(clientID, audience string) *response {
	if t.behavior.NewGrantError {
		return oauthError(http.StatusForbidden, "access_denied",
			fmt.Sprintf("Client %q is not authorized to access resource server %q.", clientID, audience))
	}
	return oauthError(http.StatusForbidden, "access_denied", fmt.Sprintf(
		`Client is not authorized to access %q. You need to create a "client-grant" associated to this API. `+
			`See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`, audience))
}

// authenticates checks a secret, or a JWT that the client signed with its private key.
func (t *Tenant) authenticates(client *Client, in *tokenRequest, host string) bool {
	if in.Assertion != "" {
		return checkAssertion(client, in.Assertion, host)
	}
	if client.TokenEndpointAuthMethod == "none" || len(client.PublicKeys) > 0 || in.ClientSecret != client.Secret {
		return false
	}
	if t.behavior.StrictAuthMethod {
		return in.basic == (client.TokenEndpointAuthMethod == "client_secret_basic")
	}
	return true
}

func checkAssertion(client *Client, assertion, host string) bool {
	for _, pem := range client.PublicKeys {
		key, err := jwk.ParseKey([]byte(pem), jwk.WithPEM(true))
		if err != nil {
			continue
		}
		for _, alg := range []jwa.SignatureAlgorithm{jwa.RS256, jwa.RS384, jwa.PS256} {
			payload, err := jws.Verify([]byte(assertion), jws.WithKey(alg, key))
			if err != nil {
				continue
			}
			var c claims
			if json.Unmarshal(payload, &c) != nil {
				return false
			}
			current := time.Unix(c.Expires, 0).After(time.Now())
			return c.Issuer == client.ID && c.Subject == client.ID && current && c.forHost(host)
		}
	}
	return false
}

// claims are those of an access token, in Auth0's order, and of an assertion.
type claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	Issued    int64    `json:"iat"`
	Expires   int64    `json:"exp"`
	Scope     string   `json:"scope,omitempty"`
	GrantType string   `json:"gty,omitempty"`
	ClientID  string   `json:"azp,omitempty"`
}

// audience is one string or several.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func (a audience) MarshalJSON() ([]byte, error) {
	if len(a) == 1 {
		return json.Marshal(a[0])
	}
	return json.Marshal([]string(a))
}

// forHost: an assertion is meant for the tenant, or for its token endpoint.
func (c *claims) forHost(host string) bool {
	root := "https://" + host
	for _, a := range c.Audience {
		if a == root || a == root+"/" || a == root+"/oauth/token" {
			return true
		}
	}
	return false
}

// claimsOf reads a JWT without trusting it.
func claimsOf(token string) claims {
	var c claims
	if parts := strings.Split(token, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &c)
		}
	}
	return c
}

// sign issues an access token. Two of the same second are the same text; one that was expired is not
// given out again, but dated a second earlier.
func (t *Tenant) sign(clientID, host, aud, scope string) string {
	for issued := time.Now(); ; issued = issued.Add(-time.Second) {
		token := t.signAt(issued, clientID, host, aud, scope)
		if !t.issued[token] {
			t.issued[token] = false
			return token
		}
	}
}

func (t *Tenant) signAt(issued time.Time, clientID, host, aud, scope string) string {
	payload, err := json.Marshal(claims{
		Issuer:    "https://" + host + "/",
		Subject:   clientID + "@clients",
		Audience:  audience{aud},
		Issued:    issued.Unix(),
		Expires:   issued.Add(t.behavior.tokenLifetime()).Unix(),
		Scope:     scope,
		GrantType: "client-credentials",
		ClientID:  clientID,
	})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	key := tenantKey(t.number)
	header := jws.NewHeaders()
	_ = header.Set("typ", "JWT")
	_ = header.Set("kid", key.id)
	token, err := jws.Sign(payload, jws.WithKey(jwa.RS256, key.private, jws.WithProtectedHeaders(header)))
	if err != nil {
		panic(err) // the key is ours
	}
	return string(token)
}

// Token issues an access token as POST /oauth/token would, without asking for a secret, with the given scopes.
func (t *Tenant) Token(clientID string, scopes ...string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sign(clientID, t.domain, t.Audience(), strings.Join(scopes, " "))
}

// ExpireTokens makes every access token given out so far an expired one.
func (t *Tenant) ExpireTokens() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for token := range t.issued {
		t.issued[token] = true
	}
}

// accessToken is what a request was authorized with.
type accessToken struct {
	clientID string
	scopes   []string
}

func (a accessToken) hasAny(scopes []string) bool {
	for _, s := range scopes {
		if slices.Contains(a.scopes, s) {
			return true
		}
	}
	return len(scopes) == 0
}

// authorize checks the access token of a request to the Management API.
func (t *Tenant) authorize(c *call) (accessToken, *apiError) {
	header := c.Header.Get("Authorization")
	if header == "" {
		return accessToken{}, &apiError{status: http.StatusUnauthorized, message: "Missing authentication",
			header: http.Header{"WWW-Authenticate": {"Bearer"}}}
	}
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || strings.Count(token, ".") != 2 {
		return accessToken{}, badRequest("Bearer", "Bad HTTP authentication header format")
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(jwa.RS256, &tenantKey(t.number).private.PublicKey))
	if err != nil {
		return accessToken{}, unauthorized("Invalid signature received for JSON Web Token validation")
	}
	var in claims
	if err := json.Unmarshal(payload, &in); err != nil {
		return accessToken{}, unauthorized("Invalid token")
	}
	switch {
	case !time.Unix(in.Expires, 0).After(time.Now()) || t.issued[token]:
		return accessToken{}, unauthorized("Expired token received for JSON Web Token validation")
	case !slices.Contains(in.Audience, t.Audience()):
		return accessToken{}, unauthorized("Bad audience: " + strings.Join(in.Audience, ","))
	case in.Issuer != "https://"+c.host+"/":
		return accessToken{}, unauthorized("Invalid token") // given out under another of the tenant's names
	}
	return accessToken{clientID: in.ClientID, scopes: strings.Fields(in.Scope)}, nil
}

// clientOf is the client behind a request, as far as the request says so itself.
func (t *Tenant) clientOf(r *http.Request, body []byte) string {
	if strings.HasPrefix(r.URL.Path, "/oauth/token") {
		in, _ := readTokenRequest(r.Header, body)
		return in.ClientID
	}
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return claimsOf(token).ClientID
}
