package emulator

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

const flowsPath = "/api/v2/flows"

func TestFlowLifecycle(t *testing.T) {
	w := newFixture(t, Options{})
	a := w.send("POST", flowsPath, `{"name":"first"}`)
	if a.status != 201 || strings.Join(order(t, a.raw), " ") != "id name created_at updated_at" {
		t.Fatal(a.status, a.raw)
	}
	id := a.body["id"].(string)
	if !regexp.MustCompile(`^af_[1-9a-km-zA-HJ-NP-Z]{22}$`).MatchString(id) {
		t.Error(id)
	}
	path := flowsPath + "/" + id
	if read := w.send("GET", path+"?hydrate=form_count&hydrate=forms", ""); read.raw != a.raw {
		t.Error(read.raw)
	}
	action := `{"id":"load","type":"AUTH0","action":"GET_USER",` +
		`"params":{"connection_id":"` + shortUUID("ac_") + `","user_id":"{{context.user.user_id}}"}}`
	b := w.send("PATCH", path, `{"actions":[`+action+`]}`)
	if b.status != 200 || strings.Join(order(t, b.raw), " ") != "id name actions created_at updated_at" ||
		b.body["updated_at"] == a.body["updated_at"] || b.body["created_at"] != a.body["created_at"] {
		t.Fatal(b.raw)
	}
	wantKeys(t, b.body["actions"].([]any)[0].(map[string]any), "id type action params")
	renamed := w.send("PATCH", path, `{"name":"renamed"}`)
	if !reflect.DeepEqual(renamed.body["actions"], b.body["actions"]) || renamed.body["name"] != "renamed" {
		t.Error(renamed.raw)
	}
	for _, none := range []string{"null", "[]"} {
		w.send("PATCH", path, `{"actions":[`+action+`]}`)
		if a := w.send("PATCH", path, `{"actions":`+none+`}`); a.status != 200 || a.body["actions"] != nil {
			t.Error(a.raw)
		}
	}
	w.send("POST", flowsPath, `{"name":"second","actions":[`+action+`]}`)
	list := w.send("GET", flowsPath+"?include_totals=true&page=0&per_page=50", "")
	if got := strings.Join(order(t, list.raw), " "); got != "limit start total flows" || list.body["total"] != 2.0 {
		t.Error(list.raw)
	}
	first := list.body["flows"].([]any)[0].(map[string]any)
	if first["name"] != "second" {
		t.Error("want the newest first")
	}
	wantKeys(t, first, "id name created_at updated_at")
	w.expect("DELETE", path, "", 204, "")
	for _, method := range []string{"DELETE", "GET", "PATCH"} {
		w.expect(method, path, map[string]string{"PATCH": "{}"}[method], 404, `{"statusCode":404,"error":"Not Found","message":"Flow not found"}`)
	}
}

func TestFlowActions(t *testing.T) {
	w := newFixture(t, Options{})
	ac := shortUUID("ac_")
	auth0 := func(action, params string) string {
		return fmt.Sprintf(`{"id":"a1","type":"AUTH0","action":%q,"params":%s}`, action, strings.ReplaceAll(params, "AC", ac))
	}
	for action, want := range map[string]string{
		auth0("GET_USER", `{"connection_id":"AC","user_id":"{{x}}"}`):                          "",
		auth0("CREATE_USER", `{"connection_id":"AC","payload":{"email":"{{fields.email}}"}}`):  "",
		auth0("UPDATE_USER", `{"connection_id":"AC","user_id":"x","changes":{"a":{"b":[1]}}}`): "",
		auth0("SEND_REQUEST", `{"connection_id":"AC","pathname":"/api/v2/users"}`):             "",
		auth0("SEND_EMAIL", `{"to":"{{context.user.email}}","subject":"s","body":"b"}`):        "",
		auth0("SEND_SMS", `{"to":"+49","message":"m","from":"x","custom_vars":{"a":1}}`):       "",
		auth0("MAKE_CALL", `{"to":"{{x}}","message":"m"}`):                                     "",
		`{"id":"x","type":"FLOW","action":"DO_NOTHING"}`:                                       "",
		`{"id":"x","type":"HTTP","action":"SEND_REQUEST","params":{"anything":[1]}}`:           "",
		`{"id":"x","type":"JSON","action":"PARSE_JSON","params":{}}`:                           "",
		auth0("GET_USER", `{"connection_id":"AC"}`): "'Missing required " +
			"property: user_id' on property actions[0].params",
		auth0("GET_USER", `{"connection_id":"ac_1","user_id":"x"}`): "'Object didn't pass " +
			"validation for format flows-vault-connections-id: ac_1' on property actions[0].params.connection_id",
		auth0("GET_USER", `{"connection_id":"AC","user_id":1}`): "'Expected type string but " +
			"found type integer' on property actions[0].params.user_id",
		auth0("CREATE_USER", `{"connection_id":"AC","payload":[]}`): "'Expected type object but " +
			"found type array' on property actions[0].params.payload",
		auth0("UPDATE_USER", `{"connection_id":"AC","user_id":"x"}`): "'Missing required " +
			"property: changes'",
		auth0("SEND_REQUEST", `{"connection_id":"AC","pathname":"/","method":"HEAD"}`): "'No enum match for: HEAD'",
		auth0("SEND_REQUEST",
			`{"connection_id":"AC","pathname":"/","params":{"a":true}}`): "on property actions[0].params.params.a",
		auth0("SEND_REQUEST",
			`{"connection_id":"AC","pathname":"/","payload":1}`): "'Expected type string,array,object but found " +
			"type integer'",
		auth0("SEND_EMAIL", `{"to":"nobody","subject":"s","body":"b"}`): "'Object didn't pass " +
			"validation for format email: nobody'",
		auth0("SEND_EMAIL", `{"to":"a@example.com","subject":"","body":"b"}`): "'String is too short (0 " +
			"chars), minimum 1'",
		auth0("SEND_EMAIL", `{"to":"a@example.com","subject":"s","body":"b",`+
			`"from":{}}`): "'Missing required property: email' on property actions[0].params.from",
		auth0("SEND_EMAIL", `{"connection_id":"AC","to":"{{x}}","subject":"s",`+
			`"body":"b"}`): "'Additional properties not allowed: connection_id'",
		auth0("SEND_SMS", `{"to":"+49","message":"`+strings.Repeat("m",
			1025)+`"}`): "'String is too long (1025 chars), maximum 1024'",
		auth0("MAKE_CALL", `{"to":"+49"}`): "'Missing required " +
			"property: message'",
		auth0("FLY", `{}`): "'No enum match for: FLY' " +
			"on property actions[0].action",
		`{"id":"x","type":"NOTHING","action":"FLY","params":{}}`: "'No enum match for: " +
			"NOTHING' on property actions[0].type",
		`{"id":"x","type":"HTTP","action":"SEND_REQUEST"}`: "'Missing required " +
			"property: params' on property actions[0]",
		`{"type":"HTTP","action":"SEND_REQUEST","params":{}}`: "'Missing required " +
			"property: id' on property actions[0]",
		`{"id":"a b","type":"HTTP","action":"SEND_REQUEST","params":{}}`: "'Object didn't pass " +
			"validation for format forms-custom-identifier: a b'",
		`{"id":"x","type":"HTTP","action":"SEND_REQUEST","params":{},"more":1}`: "'Additional properties not " +
			"allowed: more' on property actions[0]",
		`{"id":"x","alias":"` + strings.Repeat("a", 101) + `","type":"HTTP","action":"SEND_REQUEST","params":{}}`: "maximum 100",
		`{"id":"x","mask_output":"no","type":"HTTP","action":"SEND_REQUEST",` +
			`"params":{}}`: "'Expected type boolean but found type string'",
		`"text"`: "'Expected type object but found type string' on property actions[0]",
	} {
		a := w.send("POST", flowsPath, `{"name":"f","actions":[`+action+`]}`)
		message, _ := a.body["message"].(string)
		if (a.status == 201) != (want == "") || !strings.Contains(message, want) {
			t.Errorf("%s\n%d %s", action, a.status, a.raw)
		}
	}
	for body, want := range map[string]int{
		`{}`: 400, `{"name":""}`: 400, `{"name":"n","actions":null}`: 400, `{"name":"n","actions":{}}`: 400,
		`{"name":"n","description":"d"}`: 400, `{"name":"n","actions":[]}`: 201,
	} {
		w.expect("POST", flowsPath, body, want, "")
	}
	twice := auth0("SEND_SMS", `{"to":"+49","message":"m"}`)
	w.expect("POST", flowsPath, `{"name":"f","actions":[`+twice+`,`+twice+`]}`, 400, "not unique (indexes 0 and 1)")
}

func TestFlowSwitches(t *testing.T) {
	w := newFixture(t, Options{})
	w.tenant.Configure(func(b *Behavior) {
		b.EmptyActions, b.ActionDefaults, b.ExecutedAtNull = true, true, true
		b.AnyActionID, b.LooseActions, b.DuplicateActionIDs = true, true, true
		b.CreatedStatus = 200
	})
	a := w.send("POST", flowsPath, `{"name":"f"}`)
	if a.status != 200 || !reflect.DeepEqual(a.body["actions"], []any{}) {
		t.Error(a.raw)
	}
	if _, shown := a.body["executed_at"]; !shown {
		t.Error(a.raw)
	}
	loose := `{"id":"a b","type":"AUTH0","action":"GET_USER","params":{"x":1}}`
	b := w.expect("POST", flowsPath, `{"name":"f","actions":[`+loose+`,`+loose+`]}`, 200, "")
	wantKeys(t, b.body["actions"].([]any)[0].(map[string]any), "id type action params alias allow_failure mask_output")

	w.tenant.Configure(func(b *Behavior) { *b = Behavior{ChecksActionConnections: true, AnyID: true, UniqueNames: true} })
	use := func(id string) string {
		return `{"name":"g","actions":[{"id":"x","type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + id + `","user_id":"x"}}]}`
	}
	w.expect("POST", flowsPath, use("nowhere"), 400, "")
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "AUTH0", Name: "n"})
	w.expect("POST", flowsPath, use(v.ID), 201, "")
	w.expect("POST", flowsPath, use(v.ID), 400, "")
	f := w.tenant.AddFlow(Flow{Name: "edited"})
	w.tenant.EditFlow(f.ID, func(f *Flow) { f.Name = "by somebody" })
	if a := w.send("GET", flowsPath+"/"+f.ID, ""); a.body["name"] != "by somebody" || a.body["updated_at"] == timestamp(f.UpdatedAt) {
		t.Error(a.raw)
	}
	w.tenant.DeleteFlow(f.ID)
	for i := len(w.tenant.Flows()); i < maxFlows; i++ {
		w.tenant.AddFlow(Flow{Name: fmt.Sprint(i)})
	}
	w.expect("POST", flowsPath, `{"name":"one too many"}`, 403, "")
}
