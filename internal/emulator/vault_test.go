package emulator

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

const vaultPath = "/api/v2/flows/vault/connections"

func TestVaultSamples(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.expect("POST", vaultPath, `{"app_id":"HTTP","name":"test-v-connection"}`, 201, "")
	if got := strings.Join(order(t, a.raw), " "); got != "id app_id name ready created_at updated_at refreshed_at fingerprint" {
		t.Error(got)
	}
	if a.body["ready"] != false || a.body["refreshed_at"] != nil || a.body["created_at"] != a.body["updated_at"] {
		t.Error(a.raw)
	}
	id := a.body["id"].(string)
	if !regexp.MustCompile(`^ac_[1-9a-km-zA-HJ-NP-Z]{22}$`).MatchString(id) {
		t.Error(id)
	}
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).MatchString(a.body["created_at"].(string)) {
		t.Error(a.body["created_at"])
	}
	checkFingerprint(t, a.body)

	got := w.send("GET", vaultPath+"/"+id, "")
	wantKeys(t, got.body, "id app_id name ready created_at updated_at fingerprint")

	renamed := w.send("PATCH", vaultPath+"/"+id, `{"name":"renamed"}`)
	if renamed.status != 200 || renamed.body["fingerprint"] == a.body["fingerprint"] || renamed.body["created_at"] != a.body["created_at"] {
		t.Error(renamed.raw)
	}
	wantKeys(t, renamed.body, "id app_id name ready created_at updated_at refreshed_at fingerprint")
	checkFingerprint(t, renamed.body)

	bearer := w.send("POST", vaultPath, `{"app_id":"HTTP","name":"test-vault-connection","setup":{"token":"my-token","type":"BEARER"}}`)
	if got := strings.Join(order(t, bearer.raw), " "); got != "id app_id name account_name ready created_at updated_at fingerprint" {
		t.Error(got)
	}
	if bearer.body["account_name"] != "Bearer my-***ken" || bearer.body["ready"] != true {
		t.Error(bearer.raw)
	}

	list := w.send("GET", vaultPath+"?include_totals=true&per_page=50", "")
	if got := strings.Join(order(t, list.raw), " "); got != "limit start total connections" {
		t.Error(got)
	}
	if list.body["limit"] != 50.0 || list.body["start"] != 0.0 || list.body["total"] != 2.0 {
		t.Error(list.raw)
	}
	items := list.body["connections"].([]any)
	if items[1].(map[string]any)["id"] != id {
		t.Error("want the newest first")
	}
	wantKeys(t, items[1].(map[string]any), "id name app_id ready created_at updated_at fingerprint")
	if bare := w.send("GET", vaultPath, ""); len(bare.list) != 2 {
		t.Error(bare.raw)
	}

	if gone := w.send("DELETE", vaultPath+"/"+id, ""); gone.status != 204 || gone.raw != "" ||
		gone.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Error(gone.status, gone.raw, gone.header)
	}
	for _, method := range []string{"DELETE", "GET", "PATCH"} {
		body := ""
		if method == "PATCH" {
			body = `{"name":"x"}`
		}
		w.expect(method, vaultPath+"/"+id, body, 404, `{"statusCode":404,"error":"Not Found","message":"Connection not found"}`)
	}
}

func checkFingerprint(t *testing.T, body map[string]any) {
	t.Helper()
	sum := md5.Sum([]byte(body["updated_at"].(string)))
	if body["fingerprint"] != hex.EncodeToString(sum[:]) {
		t.Error("fingerprint is not the digest of updated_at")
	}
}

// validSetups has one complete setup for every variant of every app.
var validSetups = map[string][]string{
	"ACTIVECAMPAIGN": {`{"type":"API_KEY","api_key":"k","base_url":"https://a.example.com"}`},
	"AIRTABLE":       {`{"type":"API_KEY","api_key":"k"}`},
	"AUTH0": {`{"type":"OAUTH_APP","client_id":"i","client_secret":"s","domain":"acme.eu.auth0.com"}`,
		`{"type":"OAUTH_APP","client_id":"i","client_secret":"s","domain":"acme.eu.auth0.com","audience":"https://acme.eu.auth0.com/api/v2/"}`},
	"BIGQUERY":      {`{"type":"OAUTH_JWT","project_id":"p","private_key":"k","client_email":"a@example.com"}`, `{}`},
	"CLEARBIT":      {`{"type":"API_KEY","secret_key":"k"}`},
	"DOCUSIGN":      {`{"type":"OAUTH_CODE","code":"c","more":1}`},
	"GOOGLE_SHEETS": {`{"code":"c"}`},
	"HTTP": {
		`{"type":"BEARER","token":"t"}`, `{"type":"BASIC_AUTH","username":"u"}`, `{"type":"API_KEY","name":"n","value":"v","in":"HEADER"}`,
		`{"type":"OAUTH_CLIENT_CREDENTIALS","client_id":"i","client_secret":"s","token_endpoint":"https://a.example.com/t","scope":"a b"}`,
	},
	"HUBSPOT":    {`{"type":"API_KEY","api_key":"k"}`, `{"type":"OAUTH_CODE","code":"c"}`},
	"JWT":        {`{"type":"JWT","algorithm":"HS256","secret":"s"}`},
	"MAILCHIMP":  {`{"type":"API_KEY","secret_key":"k"}`, `{"type":"OAUTH_CODE"}`},
	"MAILJET":    {`{"type":"API_KEY","api_key":"k","secret_key":"s"}`},
	"PIPEDRIVE":  {`{"type":"TOKEN","token":"t"}`, `{"type":"OAUTH_CODE","code":"c"}`},
	"SALESFORCE": {`{"type":"OAUTH_CODE","code":"c"}`},
	"SENDGRID":   {`{"type":"API_KEY","api_key":"k"}`},
	"SLACK":      {`{"type":"WEBHOOK","url":"https://hooks.example.com/x"}`, `{"type":"OAUTH_CODE","code":"c"}`},
	"STRIPE":     {`{"type":"KEY_PAIR","private_key":"k","public_key":"p"}`, `{"type":"OAUTH_CODE","code":"c"}`},
	"TELEGRAM":   {`{"type":"TOKEN","token":"t"}`},
	"TWILIO":     {`{"type":"API_KEY","account_id":"a","api_key":"k"}`},
	"WHATSAPP":   {`{"type":"TOKEN","token":"t"}`},
	"ZAPIER":     {`{"type":"WEBHOOK","url":"https://hooks.example.com/x"}`},
}

func TestVaultSetupsOfEveryApp(t *testing.T) {
	w := newFixture(t, Options{})
	if len(setups) != 21 || len(validSetups) != 21 {
		t.Fatal(len(setups), len(validSetups))
	}
	post := func(app string, setup any) answer {
		body, err := json.Marshal(map[string]any{"app_id": app, "name": "n", "setup": setup})
		if err != nil {
			t.Fatal(err)
		}
		return w.send("POST", vaultPath, string(body))
	}
	for app, variants := range validSetups {
		for _, raw := range variants {
			var setup map[string]any
			if err := json.Unmarshal([]byte(raw), &setup); err != nil {
				t.Fatal(err)
			}
			if a := post(app, setup); a.status != 201 || a.body["ready"] != true || strings.Contains(a.raw, "setup") {
				t.Errorf("%s %s: %d %s", app, raw, a.status, a.raw)
			}
			kind, _ := setup["type"].(string)
			i := variantIndex(app, kind)
			if i < 0 {
				continue
			}
			v := setups[app][i]
			for _, key := range v.Required {
				less := copyWithout(setup, key)
				want := "Payload validation error: 'Missing required property: " + key + "' on property setup."
				if key == "type" && hasOptionalType(app) {
					continue
				}
				if a := post(app, less); a.status != 400 || a.body["message"] != want || a.body["errorCode"] != "invalid_body" {
					t.Errorf("%s without %s: %d %s", app, key, a.status, a.raw)
				}
			}
			for _, p := range v.Properties {
				wrong := copyWithout(setup, "")
				wrong[p.Name] = 1
				if a := post(app, wrong); a.status != 400 {
					t.Errorf("%s with a number as %s: %d", app, p.Name, a.status)
				}
			}
			more := copyWithout(setup, "")
			more["nonsense"] = "x"
			if a := post(app, more); (a.status == 201) != v.Open {
				t.Errorf("%s %s with one more: %d", app, kind, a.status)
			}
		}
		if a := w.send("POST", vaultPath, `{"app_id":"`+app+`","name":"n"}`); a.status != 201 || a.body["ready"] != false {
			t.Errorf("%s uninitialized: %d %s", app, a.status, a.raw)
		}
	}
}

func variantIndex(app, kind string) int {
	for i, v := range setups[app] {
		if v.kind == kind {
			return i
		}
	}
	return -1
}

func hasOptionalType(app string) bool {
	for _, v := range setups[app] {
		if v.typeOptional {
			return true
		}
	}
	return false
}

func copyWithout(m map[string]any, key string) map[string]any {
	c := map[string]any{}
	for k, v := range m {
		if k != key {
			c[k] = v
		}
	}
	return c
}

func TestVaultRefusals(t *testing.T) {
	w := newFixture(t, Options{})
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "AUTH0", Name: "forms"})
	long := strings.Repeat("n", 151)
	auth0 := func(key, value string) string {
		setup := map[string]any{"type": "OAUTH_APP", "client_id": "i", "client_secret": "s", "domain": "acme.eu.auth0.com"}
		setup[key] = value
		body, _ := json.Marshal(map[string]any{"app_id": "AUTH0", "name": "n", "setup": setup})
		return string(body)
	}
	for name, c := range map[string]struct {
		method, path, body, message, code string
		status                            int
	}{
		"no name": {"POST", vaultPath, `{"app_id":"HTTP"}`,
			"Payload validation error: 'Missing required property: name'.", "invalid_body", 400},
		"empty name": {"POST", vaultPath, `{"app_id":"HTTP","name":""}`,
			"Payload validation error: 'String is too short (0 chars), minimum 1' on property name (The name of the connection).", "invalid_body",
			400},
		"long name": {"POST", vaultPath, `{"app_id":"HTTP","name":"` + long + `"}`,
			"Payload validation error: 'String is too long (151 chars), maximum 150' on property name (The name of the connection).", "invalid_body",
			400},
		"unknown app": {"POST", vaultPath, `{"app_id":"FTP","name":"n"}`,
			"Payload validation error: 'No enum match for: FTP' on property app_id (The app).", "invalid_body", 400},
		"read-only key": {"POST", vaultPath, `{"app_id":"HTTP","name":"n","account_name":"a","environment":"e"}`,
			"Payload validation error: 'Additional properties not allowed: environment,account_name'.", "invalid_body", 400},
		"null setup": {"POST", vaultPath, `{"app_id":"HTTP","name":"n","setup":null}`,
			"Payload validation error: 'Expected type object but found type null' on property setup.", "invalid_body", 400},
		"empty setup": {"POST", vaultPath, `{"app_id":"AUTH0","name":"n","setup":{}}`,
			"Payload validation error: 'Missing required property: type' on property setup.", "invalid_body", 400},
		"wrong type": {"POST", vaultPath, `{"app_id":"AUTH0","name":"n","setup":{"type":"BEARER","token":"t"}}`,
			"Payload validation error: 'No enum match for: BEARER' on property setup.type (Kind of setup).", "invalid_body", 400},
		"domain with scheme": {"POST", vaultPath, auth0("domain", "https://acme.eu.auth0.com"),
			"Payload validation error: 'Object didn't pass validation for format hostname-rfc2181: https://acme.eu.auth0.com' on property " +
				"setup.domain.", "invalid_body", 400},
		"domain with port": {"POST", vaultPath, auth0("domain", "localhost:3000"),
			"Payload validation error: 'Object didn't pass validation for format hostname-rfc2181: localhost:3000' on property setup.domain.",
			"invalid_body", 400},
		"domain underscore": {"POST", vaultPath, auth0("domain", "a_b.auth0.com"),
			"Payload validation error: 'Object didn't pass validation for format hostname-rfc2181: a_b.auth0.com' on property setup.domain.",
			"invalid_body", 400},
		"http audience": {"POST", vaultPath, auth0("audience", "http://acme.eu.auth0.com/api/v2/"),
			"Payload validation error: 'Object didn't pass validation for format forms-url-https: http://acme.eu.auth0.com/api/v2/' on property " +
				"setup.audience.", "invalid_body", 400},
		"patch app_id": {"PATCH", vaultPath + "/" + v.ID, `{"app_id":"HTTP"}`,
			"Payload validation error: 'Additional properties not allowed: app_id'.", "invalid_body", 400},
		"patch other app": {"PATCH", vaultPath + "/" + v.ID, `{"setup":{"type":"BEARER","token":"t"}}`,
			"Payload validation error: 'No enum match for: BEARER' on property setup.type (Kind of setup).", "invalid_body", 400},
		"patch empty setup": {"PATCH", vaultPath + "/" + v.ID, `{"setup":{}}`,
			"Payload validation error: 'Missing required property: type' on property setup.", "invalid_body", 400},
		"partial setup": {"PATCH", vaultPath + "/" + v.ID, `{"setup":{"type":"OAUTH_APP","client_secret":"s"}}`,
			"Payload validation error: 'Missing required property: client_id' on property setup.", "invalid_body", 400},
		"long id": {"GET", vaultPath + "/" + strings.Repeat("a", 31), "",
			"Path validation error: 'String is too long (31 chars), maximum 30' on property id (The id of the connection).", "invalid_uri", 400},
		"malformed id": {"GET", vaultPath + "/nonsense", "",
			"Path validation error: 'Object didn't pass validation for format flows-vault-connections-id: nonsense' on property id (The id of the " +
				"connection).", "invalid_uri", 400},
		"per_page": {"GET", vaultPath + "?per_page=101", "",
			"Query validation error: 'Value 101 is greater than maximum 100' on property per_page (The size of a page).",
			"invalid_query_string", 400},
		"per_page 0": {"GET", vaultPath + "?per_page=0", "",
			"Query validation error: 'Value 0 is less than minimum 1' on property per_page (The size of a page).", "invalid_query_string", 400},
		"page": {"GET", vaultPath + "?page=1001", "",
			"Query validation error: 'Value 1001 is greater than maximum 1000' on property page (The page, from 0).", "invalid_query_string", 400},
		"page text": {"GET", vaultPath + "?page=x", "",
			"Query validation error: 'Expected type integer but found type string' on property page (The page, from 0).",
			"invalid_query_string", 400},
		"unknown query": {"GET", vaultPath + "?name=x", "", "Query validation error: 'Additional properties not allowed: name'.",
			"invalid_query_string", 400},
		"no JSON": {"POST", vaultPath, `{"app_id"`, "Invalid request payload JSON format", "", 400},
		"array": {"POST", vaultPath, `[]`, "Payload validation error: 'Expected type object but found type array'.", "invalid_body",
			400},
		"unknown path":   {"GET", "/api/v2/nothing", "", "Not Found", "", 404},
		"unknown method": {"PUT", vaultPath, `{}`, "Not Found", "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			a := w.send(c.method, c.path, c.body)
			if a.status != c.status || a.body["message"] != c.message {
				t.Fatalf("%d %s", a.status, a.raw)
			}
			wantOrder := "statusCode error message"
			if c.code != "" {
				wantOrder += " errorCode"
				if a.body["errorCode"] != c.code {
					t.Error(a.raw)
				}
			}
			if got := strings.Join(order(t, a.raw), " "); got != wantOrder {
				t.Error(got)
			}
			if a.body["statusCode"] != float64(c.status) || a.body["error"] != http.StatusText(c.status) {
				t.Error(a.raw)
			}
		})
	}
	w.t = t
	if all := w.tenant.VaultConnections(); len(all) != 1 || all[0].UpdatedAt != v.UpdatedAt {
		t.Error("a refused request changed something")
	}
}

func TestVaultSetupIsStoredWhole(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.send("POST", vaultPath,
		`{"app_id":"AUTH0","name":"n","setup":{"type":"OAUTH_APP","client_id":"i","client_secret":"one","domain":"acme.eu.auth0.com",`+
			`"audience":"https://x.example.com/"}}`)
	if a.body["account_name"] != "acme.eu.auth0.com" {
		t.Error(a.raw)
	}
	id := a.body["id"].(string)
	patch := `{"setup":{"type":"OAUTH_APP","client_id":"i","client_secret":"two","domain":"acme.eu.auth0.com"}}`
	b := w.send("PATCH", vaultPath+"/"+id, patch)
	wantKeys(t, b.body, "id app_id name account_name ready created_at updated_at fingerprint")
	setup := w.tenant.VaultConnections()[0].Setup
	if _, kept := setup["audience"]; kept || setup["client_secret"] != "two" {
		t.Error(setup)
	}
	w.tenant.Configure(func(b *Behavior) { b.SetupMerges = true })
	w.tenant.EditVaultConnection(id, func(v *VaultConnection) { v.Setup["audience"] = "https://y.example.com/" })
	w.send("PATCH", vaultPath+"/"+id, patch)
	if setup := w.tenant.VaultConnections()[0].Setup; setup["audience"] != "https://y.example.com/" {
		t.Error(setup)
	}
}

func TestVaultTokenRenewal(t *testing.T) {
	w := newFixture(t, Options{})
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "AUTH0", Name: "n", Setup: map[string]any{"type": "OAUTH_APP", "domain": "a.b"}})
	w.tenant.RefreshVaultToken(v.ID)
	a := w.send("GET", vaultPath+"/"+v.ID, "")
	wantKeys(t, a.body, "id app_id name account_name ready created_at updated_at refreshed_at fingerprint")
	renewed := w.tenant.VaultConnections()[0]
	if gap := renewed.UpdatedAt.Sub(renewed.RefreshedAt); gap <= 0 || gap > time.Second || renewed.UpdatedAt.Equal(v.UpdatedAt) {
		t.Error(gap)
	}
	w.tenant.Configure(func(b *Behavior) { b.RenewalKeepsUpdatedAt = true })
	w.tenant.RefreshVaultToken(v.ID)
	again := w.tenant.VaultConnections()[0]
	if !again.UpdatedAt.Equal(renewed.UpdatedAt) || !again.RefreshedAt.After(renewed.RefreshedAt) {
		t.Error(again)
	}
}

func TestVaultSwitches(t *testing.T) {
	w := newFixture(t, Options{})
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "AUTH0", Name: "oldest"})
	w.tenant.AddFlow(Flow{Name: "f", Actions: []any{map[string]any{"params": map[string]any{"connection_id": v.ID}}}})
	const setup = `"setup":{"type":"OAUTH_APP","client_id":"identifier","client_secret":"my-secret","domain":"acme.eu.auth0.com"}`
	const create = `{"app_id":"AUTH0","name":"n",` + setup + `}`
	for _, c := range []struct {
		set func(*Behavior)
		step
	}{
		{func(b *Behavior) { b.AccountName = AccountNameMask }, step{"POST", vaultPath, create, 201, `"account_name":"my-***ret"`}},
		{func(b *Behavior) { b.CreatedStatus = 200 }, step{"POST", vaultPath, create, 200, `"account_name":"acme.eu.auth0.com"`}},
		{func(b *Behavior) { b.AccountName = AccountNameAbsent }, step{"POST", vaultPath, create, 201, `"name":"n","ready":true`}},
		{func(b *Behavior) { b.UnionErrors = true }, step{"POST", vaultPath, `{"app_id":"AUTH0","name":"n","setup":{"type":"OAUTH_APP"}}`, 400,
			"None of the valid schemas were met"}},
		{func(b *Behavior) { b.AnyID = true }, step{"GET", vaultPath + "/nonsense", "", 404, ""}},
		{func(b *Behavior) { b.ChecksCredentials = true }, step{"POST", vaultPath, create, 400, ""}},
		{func(b *Behavior) { b.UniqueNames = true }, step{"POST", vaultPath, `{"app_id":"HTTP","name":"n"}`, 400, ""}},
		{func(b *Behavior) { b.MaxPerPage = 50 }, step{"GET", vaultPath + "?per_page=51", "", 400, ""}},
		{func(b *Behavior) { b.MaxPerPage = 50 }, step{"GET", vaultPath + "?include_totals=true", "", 200, `"limit":25`}},
		{func(b *Behavior) { b.OldestFirst = true }, step{"GET", vaultPath + "?include_totals=true", "", 200, `"connections":[{"id":"` + v.ID}},
		{func(*Behavior) {}, step{"GET", vaultPath + "?page=7", "", 200, "[]"}},
		{func(b *Behavior) { b.RefreshedAtWithSetup = true }, step{"PATCH", vaultPath + "/" + v.ID, "{" + setup + "}", 200, `"refreshed_at":"2`}},
		{func(b *Behavior) { b.RefuseDeleteInUse = true }, step{"DELETE", vaultPath + "/" + v.ID, "", 400, ""}},
	} {
		w.tenant.Configure(func(b *Behavior) { *b = Behavior{}; c.set(b) })
		w.steps([]step{c.step})
	}
}
