package flow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// mail is a good e-mail action, with something changed.
func mail(changed attributes) attributes {
	email := attributes{"to": "ada@example.com", "subject": "S", "body": "B"}
	for name, v := range changed {
		email[name] = v
	}
	return attributes{"id": "mail", "send_email": email}
}

func request(changed attributes) attributes {
	send := attributes{"connection_id": connectionID, "pathname": "/api/v2/users"}
	for name, v := range changed {
		send[name] = v
	}
	return attributes{"id": "ask", "send_request": send}
}

func sms(changed attributes) attributes {
	send := attributes{"to": "+15550101", "message": "M"}
	for name, v := range changed {
		send[name] = v
	}
	return attributes{"id": "sms", "send_sms": send}
}

func other(text string) attributes { return attributes{"id": "other", "json": text} }

// What can be refused at plan time is, at the attribute, with what is wanted.
func TestFlowResource_invalid(t *testing.T) {
	t.Parallel()
	r := newRun(t, acctest.NewInProcess(t))
	get := attributes{"connection_id": connectionID, "user_id": "u"}
	for name, c := range map[string]struct {
		config attributes
		path   string
		words  []string
	}{
		"no name":       {attributes{"name": ""}, "name", []string{"is empty", "1 to 150"}},
		"a long name":   {attributes{"name": strings.Repeat("ä", 151)}, "name", []string{"has 151 characters", "1 to 150"}},
		"a null action": {flowOf(mail(nil), nil), "actions[1]", []string{"is null"}},
		"an action that is nothing": {
			flowOf(mail(nil), attributes{"id": "x"}), "actions[1]",
			[]string{"exactly one of get_user, create_user, update_user, send_request, send_email, send_sms, make_call, json"},
		},
		"an action that is two things": {
			flowOf(attributes{"id": "x", "get_user": get, "json": `{"type":"FLOW","action":"DO_NOTHING"}`}), "actions[0].json",
			[]string{"conflicts with get_user", "exactly one of"},
		},
		"two things, one unknown": {
			flowOf(attributes{"id": "x", "get_user": get, "send_sms": sms(nil)["send_sms"], "send_email": acctest.Unknown}),
			"actions[0].send_sms", nil,
		},
		"an id twice": {
			flowOf(mail(nil), sms(nil), with(sms(nil), "id", "mail")), "actions[2].id", []string{`"mail"`, "actions[0]", "unique within the flow"},
		},
		"an empty id":  {flowOf(with(mail(nil), "id", "")), "actions[0].id", []string{"1 to 255 characters"}},
		"a long id":    {flowOf(with(mail(nil), "id", strings.Repeat("x", 256))), "actions[0].id", []string{"1 to 255 characters"}},
		"no id":        {flowOf(with(mail(nil), "id", nil)), "actions[0].id", []string{"actions[0].id is missing", "exactly one of"}},
		"a long alias": {flowOf(with(mail(nil), "alias", strings.Repeat("x", 101))), "actions[0].alias", []string{"0 to 100 characters"}},
		"no user id": {flowOf(attributes{"id": "x", "get_user": attributes{"connection_id": connectionID}}),
			"actions[0].get_user.user_id", nil},
		"no connection": {flowOf(attributes{"id": "x", "get_user": attributes{"user_id": "u"}}), "actions[0].get_user.connection_id", nil},
		"a connection without an id": {
			flowOf(attributes{"id": "x", "get_user": attributes{"connection_id": "", "user_id": "u"}}), "actions[0].get_user.connection_id",
			[]string{"1 to 30 characters"},
		},
		"a long connection id": {
			flowOf(attributes{"id": "x", "update_user": attributes{"connection_id": strings.Repeat("a", 31), "user_id": "u", "changes": "{}"}}),
			"actions[0].update_user.connection_id", []string{"1 to 30 characters"},
		},
		"no payload": {flowOf(attributes{"id": "x", "create_user": attributes{"connection_id": connectionID}}),
			"actions[0].create_user.payload", nil},
		"a payload that is not an object": {
			flowOf(attributes{"id": "x", "create_user": attributes{"connection_id": connectionID, "payload": "[]"}}),
			"actions[0].create_user.payload", []string{"is JSON for an array", "an object", "jsonencode"},
		},
		"changes that are not an object": {
			flowOf(attributes{"id": "x", "update_user": attributes{"connection_id": connectionID, "user_id": "u", "changes": `"x"`}}),
			"actions[0].update_user.changes", []string{"is JSON for a string"},
		},
		"an unknown method": {flowOf(request(attributes{"method": "get"})), "actions[0].send_request.method",
			[]string{`"GET" "POST" "PUT" "PATCH" "DELETE"`}},
		"an empty path": {flowOf(request(attributes{"pathname": ""})), "actions[0].send_request.pathname", nil},
		"headers that are a list": {
			flowOf(request(attributes{"headers": `["a"]`})), "actions[0].send_request.headers", []string{"is JSON for an array"},
		},
		"params with a boolean": {
			flowOf(request(attributes{"params": `{"a":1,"b":true}`})), "actions[0].send_request.params",
			[]string{`"b"`, "a boolean", "numbers, strings and nulls"},
		},
		"params with an object": {flowOf(request(attributes{"params": `{"a":{}}`})), "actions[0].send_request.params",
			[]string{`"a"`, "an object"}},
		"a payload that is a number": {
			flowOf(request(attributes{"payload": "12"})), "actions[0].send_request.payload", []string{"a number", "an object, an array, a string"},
		},
		"a payload that is null": {flowOf(request(attributes{"payload": "null"})), "actions[0].send_request.payload",
			[]string{"is JSON for null"}},
		"no address": {flowOf(sms(nil), mail(attributes{"to": "ada"})), "actions[1].send_email.to",
			[]string{`"ada"`, "{{context.user.email}}"}},
		"an empty address":      {flowOf(mail(attributes{"to": ""})), "actions[0].send_email.to", nil},
		"half a template":       {flowOf(mail(attributes{"to": "{{context.user.email}"})), "actions[0].send_email.to", nil},
		"a template inside out": {flowOf(mail(attributes{"to": "}}context{{"})), "actions[0].send_email.to", nil},
		"a sender's address": {
			flowOf(mail(attributes{"from": attributes{"email": "Ada <ada@example.com>"}})), "actions[0].send_email.from.email",
			[]string{"neither an e-mail address nor a template"},
		},
		"a sender without an address": {flowOf(mail(attributes{"from": attributes{"name": "Ada"}})), "actions[0].send_email.from.email", nil},
		"a sender's empty name": {
			flowOf(mail(attributes{"from": attributes{"name": "", "email": "a@example.com"}})), "actions[0].send_email.from.name",
			[]string{"1 to 125 characters"},
		},
		"a sender's long name": {
			flowOf(mail(attributes{"from": attributes{"name": strings.Repeat("x", 126), "email": "a@example.com"}})),
			"actions[0].send_email.from.name", nil,
		},
		"an empty subject":   {flowOf(mail(attributes{"subject": ""})), "actions[0].send_email.subject", []string{"1 to 255 characters"}},
		"a long subject":     {flowOf(mail(attributes{"subject": strings.Repeat("x", 256)})), "actions[0].send_email.subject", nil},
		"an empty body":      {flowOf(mail(attributes{"body": ""})), "actions[0].send_email.body", []string{"1 to 102400 characters"}},
		"a long body":        {flowOf(mail(attributes{"body": strings.Repeat("x", 102401)})), "actions[0].send_email.body", nil},
		"custom_vars no map": {flowOf(mail(attributes{"custom_vars": "1"})), "actions[0].send_email.custom_vars", []string{"a number"}},
		"an empty sender":    {flowOf(sms(attributes{"from": ""})), "actions[0].send_sms.from", []string{"1 to 255 characters"}},
		"a long sender":      {flowOf(sms(attributes{"from": strings.Repeat("1", 256)})), "actions[0].send_sms.from", nil},
		"no recipient":       {flowOf(sms(attributes{"to": ""})), "actions[0].send_sms.to", []string{"1 to 255 characters"}},
		"an empty message":   {flowOf(sms(attributes{"message": ""})), "actions[0].send_sms.message", []string{"1 to 1024 characters"}},
		"a long message": {
			flowOf(attributes{"id": "call", "make_call": attributes{"to": "1", "message": strings.Repeat("x", 1025)}}),
			"actions[0].make_call.message", nil,
		},
		"json of nothing":      {flowOf(other("null")), "actions[0].json", []string{"is not a JSON object"}},
		"json of a list":       {flowOf(other("[]")), "actions[0].json", []string{"is not a JSON object"}},
		"json without a type":  {flowOf(other(`{"action":"DO_NOTHING"}`)), "actions[0].json", []string{`no key "type"`}},
		"json, type no string": {flowOf(other(`{"type":1,"action":"DO_NOTHING"}`)), "actions[0].json", []string{`no key "type"`}},
		"json without action":  {flowOf(other(`{"type":"FLOW"}`)), "actions[0].json", []string{`no key "action"`}},
		"json with an id": {flowOf(other(`{"type":"FLOW","action":"DO_NOTHING","id":"x"}`)), "actions[0].json",
			[]string{`"id"`, "attribute of the action itself"}},
		"json with an alias": {flowOf(other(`{"type":"FLOW","action":"DO_NOTHING","alias":""}`)), "actions[0].json", []string{`"alias"`}},
		"json with a flag": {flowOf(other(`{"type":"FLOW","action":"DO_NOTHING","mask_output":false}`)), "actions[0].json",
			[]string{`"mask_output"`}},
		"json, params no map": {flowOf(other(`{"type":"FLOW","action":"X","params":[]}`)), "actions[0].json", []string{`"params"`, "an array"}},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, r.Validate(c.config), c.path, c.words...)
		})
	}
}

// All mistakes of a flow are reported at once.
func TestFlowResource_allMistakes(t *testing.T) {
	t.Parallel()
	r := newRun(t, acctest.NewInProcess(t))
	diags := r.Validate(attributes{"name": "", "actions": []any{
		mail(attributes{"subject": ""}), sms(nil), with(sms(attributes{"message": ""}), "id", "mail"), attributes{"id": "x"},
	}})
	var got []string
	for _, d := range diags {
		got = append(got, acctest.PathText(d.Attribute))
	}
	slices.Sort(got)
	want := []string{"actions[0].send_email.subject", "actions[2].id", "actions[2].send_sms.message", "actions[3]", "name"}
	if !slices.Equal(got, want) {
		t.Errorf("the errors are at %q, want %q:\n%s", got, want, acctest.Format(diags))
	}
}

// A text that is not JSON at all is an error at its attribute.
func TestFlowResource_noJSON(t *testing.T) {
	t.Parallel()
	r := newRun(t, acctest.NewInProcess(t))
	for path, config := range map[string]attributes{
		"actions[0].json":                 flowOf(other("{{context}}")),
		"actions[0].send_request.payload": flowOf(request(attributes{"payload": "{{vars.body}}"})),
		"actions[0].send_request.params":  flowOf(request(attributes{"params": `{"a":1} x`})),
	} {
		diags := r.Validate(config)
		if !acctest.HasError(diags) {
			t.Errorf("%s: no diagnostics", path)
		}
		for _, d := range diags {
			if acctest.PathText(d.Attribute) != path {
				t.Errorf("%s: got %s", path, acctest.Format(diags))
			}
		}
	}
}

// The longest and the shortest of everything, templates in every string that
// takes them, and what is not known yet.
func TestFlowResource_valid(t *testing.T) {
	t.Parallel()
	r := newRun(t, acctest.NewInProcess(t))
	x := func(n int) string { return strings.Repeat("ä", n) }
	for name, config := range map[string]attributes{
		"lengths": {"name": x(150), "actions": []any{
			mail(attributes{"subject": x(255), "body": x(102400), "from": attributes{"name": x(125), "email": "a@example.com"}}),
			with(sms(attributes{"from": x(255), "to": x(255), "message": x(1024)}), "alias", x(100)),
			with(request(attributes{"connection_id": x(30)}), "id", x(255)),
		}},
		"templates": flowOf(
			mail(attributes{"to": "{{context.user.email}}", "from": attributes{"name": "{{vars.n}}", "email": "{{vars.e}}"},
				"subject": "{{vars.s}}", "body": "{{vars.b}}"}),
			sms(attributes{"from": "{{vars.from}}", "to": "{{fields.phone}}", "message": "{{vars.m}}"}),
			request(attributes{"pathname": "/api/v2/users/{{functions.encodeURIComponent(context.user.user_id)}}", "payload": `"{{vars.p}}"`,
				"params": `{"q":"{{vars.q}}"}`}),
		),
		"no actions":      {"name": "x", "actions": []any{}},
		"unknown":         {"name": acctest.Unknown, "actions": acctest.Unknown},
		"unknown actions": flowOf(acctest.Unknown, mail(nil)),
		"unknown forms": flowOf(
			attributes{"id": acctest.Unknown, "alias": acctest.Unknown, "allow_failure": acctest.Unknown,
				"get_user": acctest.Unknown, "json": acctest.Unknown},
			attributes{"id": acctest.Unknown, "get_user": attributes{"connection_id": acctest.Unknown, "user_id": acctest.Unknown},
				"json": acctest.Unknown},
			mail(attributes{"from": acctest.Unknown, "custom_vars": acctest.Unknown, "to": acctest.Unknown}),
		),
		"an action of tomorrow": flowOf(other(`{"type":"NEW_APP","action":"DO_IT","params":{},"more":1}`)),
	} {
		if diags := r.Validate(config); len(diags) > 0 {
			t.Errorf("%s: got %s", name, acctest.Format(diags))
		}
	}
}

// What turns out only when it becomes known is refused then, before anything is sent.
func TestFlowResource_lateValidation(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	vague := flowOf(attributes{"id": acctest.Unknown, "get_user": acctest.Unknown, "json": acctest.Unknown},
		mail(attributes{"to": acctest.Unknown}))
	planned := r.plan(nil, vague)
	if got := acctest.Get(planned.State, "actions", 0, "id"); got != acctest.Unknown {
		t.Errorf("planned the id %v", got)
	}
	for path, config := range map[string]attributes{
		"actions[0]":               flowOf(attributes{"id": "x"}, mail(nil)),
		"actions[1].id":            flowOf(with(sms(nil), "id", "mail"), mail(nil)),
		"actions[1].send_email.to": flowOf(sms(nil), mail(attributes{"to": "ada"})),
	} {
		expect(t, r.Validate(config), path)
	}
	known := flowOf(attributes{"id": "x", "json": `{"type":"FLOW","action":"DO_NOTHING"}`}, mail(nil))
	made, diags := r.apply(planned, known)
	expectNoDiagnostics(t, diags)
	holds(t, tenant, `{"id":"x","type":"FLOW","action":"DO_NOTHING"}`,
		`{"id":"mail","type":"AUTH0","action":"SEND_EMAIL","params":{"to":"ada@example.com","subject":"S","body":"B"}}`)
	expectEmptyPlan(t, tenant, made, known)
}
