package flow_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// sample is an action as it is configured, and as the tenant holds it.
type sample struct {
	configured attributes
	held       string
}

const connectionID = "ac_driHxZHbTWt3zCyXRqsDFo"

// samples are every action in full, and every action with as little as it takes.
var samples = map[string]sample{
	"get_user": {
		attributes{
			"id": "load", "alias": "Load it", "allow_failure": true, "mask_output": true,
			"get_user": attributes{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"},
		},
		`{"id":"load","alias":"Load it","type":"AUTH0","action":"GET_USER","allow_failure":true,"mask_output":true,
			"params":{"connection_id":"` + connectionID + `","user_id":"{{context.user.user_id}}"}}`,
	},
	"get_user, explicit defaults": {
		attributes{
			"id": "load", "alias": "", "allow_failure": false, "mask_output": false,
			"get_user": attributes{"connection_id": connectionID, "user_id": "auth0|1"},
		},
		`{"id":"load","type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + connectionID + `","user_id":"auth0|1"}}`,
	},
	"create_user": {
		attributes{"id": "make", "create_user": attributes{
			"connection_id": connectionID,
			"payload":       `{ "email" : "{{fields.email}}", "n": 1.0, "deep": {"b":[1,null,{"x":"<&>"}], "a":true} }`,
		}},
		`{"id":"make","type":"AUTH0","action":"CREATE_USER","params":{"connection_id":"` + connectionID + `",
			"payload":{"email":"{{fields.email}}","n":1,"deep":{"a":true,"b":[1,null,{"x":"<&>"}]}}}}`,
	},
	"update_user": {
		attributes{"id": "change", "update_user": attributes{
			"connection_id": connectionID, "user_id": "{{context.user.user_id}}", "changes": `{"user_metadata":{"plan":"gold"},"blocked":false}`,
		}},
		`{"id":"change","type":"AUTH0","action":"UPDATE_USER","params":{"connection_id":"` + connectionID + `",
			"user_id":"{{context.user.user_id}}","changes":{"user_metadata":{"plan":"gold"},"blocked":false}}}`,
	},
	"send_request": {
		attributes{"id": "ask", "send_request": attributes{
			"connection_id": connectionID, "pathname": "/api/v2/organizations", "method": "POST",
			"headers": `{"X-Trace":"{{context.id}}","n":[1]}`, "params": `{"page":1,"q":"{{fields.q}}","none":null,"half":0.5}`,
			"payload": `{"name":"{{fields.org}}"}`,
		}},
		`{"id":"ask","type":"AUTH0","action":"SEND_REQUEST","params":{"connection_id":"` + connectionID + `","pathname":"/api/v2/organizations",
			"method":"POST","headers":{"X-Trace":"{{context.id}}","n":[1]},"params":{"page":1,"q":"{{fields.q}}","none":null,"half":0.5},
			"payload":{"name":"{{fields.org}}"}}}`,
	},
	"send_request, at least": {
		attributes{"id": "ask", "send_request": attributes{"connection_id": connectionID, "pathname": "/api/v2/users/{{vars.id}}"}},
		`{"id":"ask","type":"AUTH0","action":"SEND_REQUEST",` +
			`"params":{"connection_id":"` + connectionID + `","pathname":"/api/v2/users/{{vars.id}}"}}`,
	},
	"send_request, payload is a string": {
		attributes{"id": "ask", "send_request": attributes{
			"connection_id": connectionID, "pathname": "/x", "method": "PATCH", "payload": `"{{vars.body}}"`, "headers": "{}", "params": "{}",
		}},
		`{"id":"ask","type":"AUTH0","action":"SEND_REQUEST","params":{"connection_id":"` + connectionID + `","pathname":"/x","method":"PATCH",
			"payload":"{{vars.body}}","headers":{},"params":{}}}`,
	},
	"send_request, payload is an array": {
		attributes{"id": "ask", "send_request": attributes{
			"connection_id": connectionID, "pathname": "/x", "method": "PUT", "payload": `[1,{"b":2,"a":1}]`,
		}},
		`{"id":"ask","type":"AUTH0","action":"SEND_REQUEST","params":{"connection_id":"` + connectionID + `","pathname":"/x","method":"PUT",
			"payload":[1,{"a":1,"b":2}]}}`,
	},
	"send_email": {
		attributes{"id": "mail", "send_email": attributes{
			"from": attributes{"name": "Acme", "email": "no-reply@acme.com"}, "to": "{{context.user.email}}",
			"subject": "Hello", "body": "<p>Hello {{vars.name}} & co</p>", "custom_vars": `{"b":1,"a":"x"}`,
		}},
		`{"id":"mail","type":"AUTH0","action":"SEND_EMAIL","params":{"from":{"name":"Acme","email":"no-reply@acme.com"},
			"to":"{{context.user.email}}","subject":"Hello","body":"<p>Hello {{vars.name}} & co</p>","custom_vars":{"a":"x","b":1}}}`,
	},
	"send_email, at least": {
		attributes{"id": "mail", "send_email": attributes{"to": "ada@example.com", "subject": "S", "body": "B"}},
		`{"id":"mail","type":"AUTH0","action":"SEND_EMAIL","params":{"to":"ada@example.com","subject":"S","body":"B"}}`,
	},
	"send_email, from without a name": {
		attributes{"id": "mail", "send_email": attributes{
			"from": attributes{"email": "{{vars.sender}}"}, "to": "ada@example.com", "subject": "S", "body": "B",
		}},
		`{"id":"mail","type":"AUTH0","action":"SEND_EMAIL","params":{"from":{"email":"{{vars.sender}}"},"to":"ada@example.com","subject":"S",` +
			`"body":"B"}}`,
	},
	"send_sms": {
		attributes{"id": "sms", "send_sms": attributes{
			"from": "+15550100", "to": "{{fields.phone}}", "message": "Your code is {{vars.code}}", "custom_vars": `{"a":1}`,
		}},
		`{"id":"sms","type":"AUTH0","action":"SEND_SMS","params":{"from":"+15550100","to":"{{fields.phone}}",
			"message":"Your code is {{vars.code}}","custom_vars":{"a":1}}}`,
	},
	"make_call, at least": {
		attributes{"id": "call", "make_call": attributes{"to": "+15550101", "message": "Hello"}},
		`{"id":"call","type":"AUTH0","action":"MAKE_CALL","params":{"to":"+15550101","message":"Hello"}}`,
	},
	"make_call": {
		attributes{"id": "call", "make_call": attributes{"from": "+15550100", "to": "+15550101", "message": "Hello", "custom_vars": "{}"}},
		`{"id":"call","type":"AUTH0","action":"MAKE_CALL","params":{"from":"+15550100","to":"+15550101","message":"Hello","custom_vars":{}}}`,
	},
	"json": {
		attributes{"id": "wait", "alias": "Wait", "allow_failure": true,
			"json": `{"type":"FLOW","action":"DELAY_FLOW","params":{"number":5,"units":"SECONDS"}}`},
		`{"id":"wait","alias":"Wait","type":"FLOW","action":"DELAY_FLOW","allow_failure":true,"params":{"number":5,"units":"SECONDS"}}`,
	},
	"json without params": {
		attributes{"id": "nothing", "mask_output": true, "json": `{"action":"DO_NOTHING","type":"FLOW"}`},
		`{"id":"nothing","type":"FLOW","action":"DO_NOTHING","mask_output":true}`,
	},
	"json for an action that has attributes": {
		attributes{"id": "load", "json": `{"type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + connectionID + `","user_id":"u"}}`},
		`{"id":"load","type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + connectionID + `","user_id":"u"}}`,
	},
}

// flowOf is the configuration of a flow.
func flowOf(actions ...any) attributes {
	return attributes{"name": "Profile", "actions": append([]any{}, actions...)}
}

// meaning decodes JSON for comparing.
func meaning(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// holds checks the actions of the one flow that the tenant holds.
func holds(t testing.TB, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	all := tenant.Flows()
	if len(all) != 1 {
		t.Fatalf("the tenant holds %d flows, want 1", len(all))
	}
	wanted := []any{}
	for _, action := range want {
		wanted = append(wanted, meaning(t, action))
	}
	if got := append([]any{}, all[0].Actions...); !reflect.DeepEqual(got, wanted) {
		t.Errorf("the tenant holds\n%v, want\n%v", got, wanted)
	}
}

// body returns the body of the last write.
func body(t testing.TB, tenant *acctest.Tenant) any {
	t.Helper()
	requests := tenant.Requests()
	for i := len(requests) - 1; i >= 0; i-- {
		if r := requests[i]; r.Method == "POST" && r.Path == "/api/v2/flows" || r.Method == "PATCH" {
			return meaning(t, string(r.RequestBody))
		}
	}
	t.Fatal("nothing was written")
	return nil
}

// requests lists what the tenant was asked since the log was last forgotten,
// tokens left out.
func requests(tenant *acctest.Tenant) []string {
	var lines []string
	for _, r := range tenant.Requests() {
		if r.Path == "/oauth/token" {
			continue
		}
		line := fmt.Sprintf("%s %d", r.Method, r.Status)
		var keys map[string]json.RawMessage
		_ = json.Unmarshal(r.RequestBody, &keys)
		for _, key := range []string{"name", "actions"} {
			if _, ok := keys[key]; ok {
				line += " " + key
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func expectRequests(t testing.TB, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	if got := requests(tenant); !reflect.DeepEqual(got, want) {
		t.Errorf("the tenant was asked %q, want %q", got, want)
	}
	tenant.ForgetRequests()
}

// Every action goes to the tenant key by key, comes back, and is quiet; after an
// import it is what was configured.
func TestFlowResource_everyAction(t *testing.T) {
	t.Parallel()
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			config := flowOf(s.configured)
			r := newRun(t, tenant)
			made := r.make(nil, config)
			expectRequests(t, tenant, "POST 201 name actions")
			holds(t, tenant, s.held)
			made = expectEmptyPlan(t, tenant, made, config)
			expectRequests(t, tenant, "GET 200")

			imported := newRun(t, tenant).imports(acctest.Get(made.State, "id").(string))
			tenant.ForgetRequests()
			if _, asJSON := s.configured["json"]; asJSON && s.configured["id"] == "load" {
				return // an import shows attributes where there are some
			}
			expectEmptyPlan(t, tenant, imported, config)

			// Whatever else Auth0 says in its place means the same.
			tenant.EditFlow(acctest.Get(made.State, "id").(string), func(f *emulator.Flow) {
				action := f.Actions[0].(map[string]any)
				for _, key := range []string{"alias", "allow_failure", "mask_output"} {
					if _, given := action[key]; !given {
						action[key] = nil
					}
				}
			})
			expectEmptyPlan(t, tenant, made, config)
		})
	}
}

// All actions together, in a flow whose body is compared as a whole.
func TestFlowResource_body(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	mail, sms := samples["send_email"], samples["send_sms"]
	newRun(t, tenant).make(nil, flowOf(mail.configured, sms.configured))
	want := meaning(t, `{"name":"Profile","actions":[`+mail.held+`,`+sms.held+`]}`)
	if got := body(t, tenant); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	// However many there are, it is one request.
	var many []any
	for i := range 30 {
		many = append(many, with(sms.configured, "id", fmt.Sprint("step_", i)))
	}
	tenant.ForgetRequests()
	newRun(t, tenant).make(nil, flowOf(many...))
	expectRequests(t, tenant, "POST 201 name actions")
	// No actions: no such key.
	newRun(t, tenant).make(nil, attributes{"name": "empty"})
	if got, want := body(t, tenant), meaning(t, `{"name":"empty"}`); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
}

func with(a attributes, key string, v any) attributes {
	out := maps.Clone(a)
	out[key] = v
	return out
}
