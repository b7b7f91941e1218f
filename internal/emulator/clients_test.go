package emulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

const (
	clientsPath = "/api/v2/clients"
	grantsPath  = "/api/v2/client-grants"
)

func TestClientLifecycle(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.expect("POST", clientsPath, `{"name":"m2m","app_type":"non_interactive"}`, 201, "")
	wantKeys(t, a.body, `tenant client_id client_secret name app_type grant_types is_first_party is_token_endpoint_ip_header_trusted
		oidc_conformant jwt_configuration sso_disabled cross_origin_authentication custom_login_page_on refresh_token
		global callback_url_template cross_origin_auth signing_keys encrypted`)
	id := a.body["client_id"].(string)
	if len(id) != 32 || !reflect.DeepEqual(a.body["grant_types"],
		[]any{"authorization_code", "implicit", "refresh_token", "client_credentials"}) {
		t.Error(a.raw)
	}
	if !reflect.DeepEqual(a.body["jwt_configuration"], map[string]any{"secret_encoded": false, "lifetime_in_seconds": 36000.0}) {
		t.Error(a.raw)
	}
	if a.body["refresh_token"].(map[string]any)["token_lifetime"] != 2592000.0 {
		t.Error(a.raw)
	}
	post := w.send("POST", clientsPath,
		`{"name":"m2m","app_type":"non_interactive","token_endpoint_auth_method":"client_secret_post","grant_types":["client_credentials"],`+
			`"jwt_configuration":{"alg":"RS256"},"description":"","client_metadata":{"a":"1","b":"2"}}`)
	if post.body["refresh_token"].(map[string]any)["token_lifetime"] != 31557600.0 || post.body["description"] != "" {
		t.Error(post.raw)
	}
	if !reflect.DeepEqual(post.body["jwt_configuration"], map[string]any{"secret_encoded": false, "alg": "RS256"}) {
		t.Error(post.raw)
	}
	path := clientsPath + "/" + post.body["client_id"].(string)
	patched := w.send("PATCH", path,
		`{"client_metadata":{"a":null,"c":"3"},"token_endpoint_auth_method":null,"description":null,"callbacks":[],`+
			`"client_secret":"chosen-secret"}`)
	if patched.status != 200 || patched.body["client_secret"] != "chosen-secret" ||
		!reflect.DeepEqual(patched.body["client_metadata"], map[string]any{"b": "2", "c": "3"}) {
		t.Error(patched.raw)
	}
	for _, gone := range []string{"token_endpoint_auth_method", "description"} {
		if _, shown := patched.body[gone]; shown {
			t.Error(gone, patched.raw)
		}
	}
	if read := w.send("GET", path, ""); read.raw != patched.raw {
		t.Error(read.raw)
	}
	wantKeys(t, w.send("GET", path+"?fields=client_id&include_fields=true", "").body, "client_id tenant")
	rotated := w.send("POST", path+"/rotate-secret", "")
	if rotated.status != 200 || rotated.body["client_secret"] == "chosen-secret" || rotated.body["name"] != "m2m" {
		t.Error(rotated.raw)
	}
	list := w.send("GET", clientsPath+"?fields=client_id&include_totals=true&per_page=1&page=1", "")
	if got := strings.Join(order(t, list.raw), " "); got != "total start limit clients" || list.body["total"] != 3.0 ||
		list.body["start"] != 1.0 {
		t.Error(list.raw)
	}
	wantKeys(t, list.body["clients"].([]any)[0].(map[string]any), "client_id tenant")
	w.expect("GET", clientsPath+"?app_type=spa,native", "", 200, "[]")
	w.expect("GET", path+"/credentials?include_totals=true", "", 200, "[]")
	for range 2 {
		w.expect("DELETE", path, "", 204, "")
	}
	for _, method := range []string{"GET", "PATCH"} {
		a := w.send(method, path, map[string]string{"PATCH": "{}"}[method])
		if a.status != 404 ||
			a.raw != `{"statusCode":404,"error":"Not Found","message":"The client does not exist","errorCode":"inexistent_client"}` {
			t.Error(a.raw)
		}
	}
}

func TestClientSecretsNeedAScope(t *testing.T) {
	w := newFixture(t, Options{})
	path := clientsPath + "/" + w.client.ID
	for scope, secret := range map[string]bool{"read:clients": false, "read:client_keys": true, "read:client_credentials": true} {
		w.token = w.tenant.Token(w.client.ID, scope)
		a := w.send("GET", path, "")
		if _, shown := a.body["client_secret"]; a.status != 200 || shown != secret {
			t.Errorf("%s: %s", scope, a.raw)
		}
		list := w.send("GET", clientsPath, "")
		if _, shown := list.list[0].(map[string]any)["client_secret"]; shown != secret {
			t.Errorf("%s: %s", scope, list.raw)
		}
	}
	w.token = w.tenant.Token(w.client.ID, "read:client_summary")
	wantKeys(t, w.send("GET", path, "").body, "client_id name app_type")
	w.token = w.tenant.Token(w.client.ID, "create:clients", "update:clients")
	a := w.send("POST", clientsPath, `{"name":"x"}`)
	if a.body["client_secret"] == nil {
		t.Error("whoever creates a client gets its secret", a.raw)
	}
	b := w.send("PATCH", clientsPath+"/"+a.body["client_id"].(string), `{"name":"y"}`)
	if _, shown := b.body["client_secret"]; shown || b.status != 200 {
		t.Error(b.raw)
	}
}

func TestClientsRefused(t *testing.T) {
	w := newFixture(t, Options{})
	many := map[string]string{}
	for i := range 11 {
		many[fmt.Sprint(i)] = "x"
	}
	metadata, _ := json.Marshal(many)
	for body, message := range map[string]string{
		`{}`:                     "Payload validation error: 'Missing required property: name'.",
		`{"name":"a<b"}`:         "Payload validation error: 'String does not match pattern ^[^<>]+$: a<b' on property name (The name).",
		`{"name":"a","scope":1}`: "Payload validation error: 'Additional properties not allowed: scope'.",
		`{"name":"a","description":"` + strings.Repeat("d",
			141) + `"}`: "Payload validation error: 'String is too long (141 chars), maximum 140' on property " +
			"description (The description).",
		`{"name":"a","app_type":"m2m"}`: "Payload validation error: 'No enum " +
			"match for: m2m' on property app_type (The kind of application).",
		`{"name":"a","token_endpoint_auth_method":"x"}`: "Payload validation error: 'No enum " +
			"match for: x' on property token_endpoint_auth_method (How the client authenticates).",
		`{"name":"a","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}`: "Invalid grant types: client_credentials",
		`{"name":"a","client_metadata":` + string(metadata) + `}`: "Payload validation error: 'Too many " +
			"properties defined (11), maximum 10' on property client_metadata (The client metadata).",
		`{"name":"a","token_quota":{"client_credentials":{}}}`: "Payload validation error: 'Too few " +
			"properties defined (0), minimum 1' on property token_quota.client_credentials.",
		`{"name":"a","client_metadata":{"k":"` + strings.Repeat("v",
			256) + `"}}`: "Payload validation error: 'String is too long (256 chars), maximum 255' on property " +
			"client_metadata.k.",
		`{"name":"a","token_quota":{"client_credentials":{"per_day":0}}}`: "Payload validation error: 'Value 0 is " +
			"less than minimum 1' on property token_quota.client_credentials.per_day.",
		`{"name":"a","is_first_party":"yes"}`: "Payload validation error: 'Expected " +
			"type boolean but found type string' on property is_first_party.",
		`{"name":null}`: "Payload validation error: 'Expected " +
			"type string but found type null' on property name (The name).",
		`{"name":"a","jwt_configuration":{"alg":"none"}}`: "Payload validation error: 'No enum " +
			"match for: none' on property jwt_configuration.alg.",
		`{"name":"a","token_endpoint_auth_method":"client_secret_post",` +
			`"grant_types":"authorization"}`: "Payload validation error: 'Expected type array but found type string' on property grant_types (The " +
			"grant types).",
	} {
		w.expect("POST", clientsPath, body, 400, message)
	}
}

func TestGrantLifecycle(t *testing.T) {
	w := newFixture(t, Options{})
	c := w.tenant.AddClient(Client{Name: "m2m"})
	aud := w.tenant.Audience()
	a := w.expect("POST", grantsPath, `{"client_id":"`+c.ID+`","audience":"`+aud+`","scope":["read:users"]}`, 201, "")
	if got := strings.Join(order(t, a.raw), " "); got != "id client_id audience scope subject_type" || a.body["subject_type"] != "client" {
		t.Error(a.raw)
	}
	id := a.body["id"].(string)
	if !strings.HasPrefix(id, "cgr_") || len(id) != 20 {
		t.Error(id)
	}
	path := grantsPath + "/" + id
	if read := w.send("GET", path, ""); read.raw != a.raw {
		t.Error(read.raw)
	}
	ask := func(status int, says string) answer {
		t.Helper()
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret}, "audience": {aud}}
		a := w.askToken(form)
		if a.status != status || !strings.Contains(a.raw, says) {
			t.Error(a.status, a.raw)
		}
		return a
	}
	wantKeys(t, w.expect("PATCH", path, `{"allow_all_scopes":true}`, 200, "").body, "id client_id audience subject_type allow_all_scopes")
	ask(200, `"scope":"`+strings.Join(Scopes(), " ")+`"`)
	w.expect("PATCH", path, `{"allow_all_scopes":false,"scope":[]}`, 200, `"scope":[]`)
	w.expect("GET", path, "", 200, `"allow_all_scopes":false`)
	wantKeys(t, ask(200, "").body, "access_token expires_in token_type")
	w.expect("PATCH", path, `{"scope":["create:users","read:users"],"organization_usage":"allow"}`, 200, `"organization_usage":"allow"`)
	ask(200, `"scope":"create:users read:users"`)
	for body, want := range map[string]struct {
		status  int
		message string
	}{
		`{"client_id":"` + c.ID + `","audience":"` + aud + `"}`: {409, "A resource server with the same identifier already exists."},
		`{"client_id":"` + c.ID + `","audience":"https://x/"}`:  {404, "Resource server not found"},
		`{"client_id":"x","audience":"` + aud + `"}`:            {404, "Client not found"},
		`{"client_id":"x"}`:          {400, "Payload validation error: 'Missing required property: audience'."},
		`{"audience":"` + aud + `"}`: {400, "Payload validation error: 'Missing required property: client_id'."},
		`{"client_id":"x","audience":"` + aud + `","default_for":"third_party_clients"}`: {400,
			"Payload validation error: 'Additional properties not allowed: client_id'."},
		`{"client_id":"` + c.ID + `","audience":"` + aud + `","scope":"read:users"}`: {400,
			"Payload validation error: 'Expected type array but found type string' on property scope (The scopes)."},
		`{"client_id":"` + c.ID + `","audience":"` + aud + `","scopes":[]}`: {400,
			"Payload validation error: 'Additional properties not allowed: scopes'."},
		`{"client_id":"` + c.ID + `","audience":"` + aud + `","scope":[""]}`: {400,
			"Payload validation error: 'String is too short (0 chars), minimum 1' on property scope[0]."},
		`{"client_id":"` + c.ID + `","audience":"` + aud + `","subject_type":"user","scope":["a:b"]}`: {201, ""},
	} {
		w.expect("POST", grantsPath, body, want.status, want.message)
	}
	w.tenant.AddGrant(Grant{ID: "cgr_system", ClientID: "auth0", Settings: map[string]any{"is_system": true}})
	w.steps([]step{
		{"PATCH", path, `{}`, 400, ""}, {"PATCH", path, `{"audience":"x"}`, 400, ""}, {"PATCH", path, `{"scope":null}`, 200, ""},
		{"PATCH", grantsPath + "/cgr_system", `{"scope":[]}`, 400, ""},
		{"DELETE", path, "", 204, ""}, {"DELETE", path, "", 204, ""},
		{"GET", path, "", 404,
			`{"statusCode":404,"error":"Not Found","message":"The grant does not exist.","errorCode":"inexistent_client_grant"}`},
	})
	ask(403, "")
}

func TestGrantLists(t *testing.T) {
	w := newFixture(t, Options{})
	aud := url.QueryEscape(w.tenant.Audience())
	for i := range 7 {
		c := w.tenant.AddClient(Client{ID: fmt.Sprint("client", i)})
		w.tenant.Grant(c.ID, "read:users")
	}
	a := w.send("GET", grantsPath+"?include_totals=true&per_page=3&page=2", "")
	if got := strings.Join(order(t, a.raw), " "); got != "total start limit client_grants" || a.body["total"] != 8.0 ||
		a.body["start"] != 6.0 || len(a.body["client_grants"].([]any)) != 2 {
		t.Error(a.raw)
	}
	if a := w.send("GET", grantsPath+"?client_id=client3&audience="+aud, ""); len(a.list) != 1 {
		t.Error(a.raw)
	}
	w.expect("GET", grantsPath+"?subject_type=user&include_totals=true", "", 200, `{"total":0,"start":0,"limit":50,"client_grants":[]}`)
	w.expect("GET", grantsPath+"?allow_any_organization=false", "", 400, "")
	seen, from := 0, ""
	for pages := 0; ; pages++ {
		a := w.send("GET", grantsPath+"?take=3"+from, "")
		seen += len(a.body["client_grants"].([]any))
		next, more := a.body["next"].(string)
		if !more {
			wantKeys(t, a.body, "client_grants")
			if pages != 2 {
				t.Error(pages)
			}
			break
		}
		from = "&from=" + url.QueryEscape(next)
	}
	if seen != 8 {
		t.Error(seen)
	}
	for _, query := range []string{"take=101", "take=0", "from=nonsense", "per_page=0", "page=-1"} {
		w.expect("GET", grantsPath+"?"+query, "", 400, "invalid_query_string")
	}
}

func TestResourceServers(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.send("GET", "/api/v2/resource-servers/"+url.PathEscape(w.tenant.Audience()), "")
	if a.status != 200 || a.body["identifier"] != w.tenant.Audience() || a.body["is_system"] != true {
		t.Error(a.status, a.raw)
	}
	if b := w.send("GET", "/api/v2/resource-servers/"+a.body["id"].(string), ""); b.raw != a.raw {
		t.Error(b.raw)
	}
	w.expect("GET", "/api/v2/resource-servers/x", "", 404, "")
	if b := w.send("GET", "/api/v2/resource-servers", ""); len(b.list) != 1 {
		t.Error(b.raw)
	}
}
