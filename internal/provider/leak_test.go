package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// sensitive is in every value that these configurations give for an attribute, as a
// sensitive variable could be; password is one that no message shows either.
const (
	sensitive = "sensitive-value"
	password  = "Sensitive-value-9-password"
)

// leakObjects are a tenant with something sensitive in every object.
type leakObjects struct {
	tenant     *acctest.Tenant
	client     emulator.Client
	user       emulator.User
	flow       emulator.Flow
	connection emulator.VaultConnection
}

func newLeakObjects(t *testing.T) *leakObjects {
	t.Helper()
	tenant := acctest.NewInProcess(t)
	return &leakObjects{
		tenant: tenant,
		client: tenant.Client("forms", "read:users", "create:users", "update:users", "delete:users", "delete:sessions"),
		user: tenant.AddUser(emulator.User{
			Email: sensitive + "@example.com", Name: sensitive, UserMetadata: map[string]any{"note": sensitive}, AppMetadata: map[string]any{"note": sensitive},
		}),
		flow: tenant.AddFlow(emulator.Flow{Name: sensitive + "-flow", Actions: []any{map[string]any{
			"id": "a1", "type": "EMAIL", "action": "VERIFY_EMAIL", "params": map[string]any{"email": sensitive},
		}}}),
		connection: tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: sensitive + "-connection"}),
	}
}

func (o *leakObjects) vaultConnection() acctest.Attributes {
	return acctest.Attributes{"domain": o.tenant.Domain(), "client_id": o.client.ID, "client_secret": o.client.Secret}
}

// A leakRow is the configuration of one object, and for a resource a change of it.
type leakRow struct{ config, change acctest.Attributes }

func (o *leakObjects) rows() map[string]leakRow {
	flowActions := []any{
		acctest.Attributes{"id": "other", "json": fmt.Sprintf(`{"type":"JSON","action":"PARSE_JSON","params":{"json":%q}}`, sensitive)},
		acctest.Attributes{"id": "tell", "send_email": acctest.Attributes{"to": "{{x}}", "subject": sensitive, "body": sensitive, "custom_vars": fmt.Sprintf(`{"a":%q}`, sensitive)}},
	}
	return map[string]leakRow{
		"resource auth0vault_application": {
			acctest.Attributes{"name": sensitive, "description": sensitive, "actions": []string{"GET_USER"}},
			acctest.Attributes{"name": sensitive + "-2"},
		},
		"resource auth0vault_connection": {
			o.vaultConnection().With(acctest.Attributes{"name": sensitive, "reconnect_triggers": map[string]any{"a": sensitive}}),
			acctest.Attributes{"name": sensitive + "-2", "reconnect_triggers": map[string]any{"a": sensitive + "-2"}},
		},
		"resource auth0vault_flow": {
			acctest.Attributes{"name": sensitive, "actions": flowActions}, acctest.Attributes{"name": sensitive + "-2", "actions": flowActions[1:]},
		},
		"resource auth0vault_user": {
			acctest.Attributes{
				"email": sensitive + "-new@example.com", "name": sensitive, "password": password, "vault_connection": o.vaultConnection(),
				"user_metadata": fmt.Sprintf(`{ "note" : %q }`, sensitive), "app_metadata": fmt.Sprintf(`{ "note" : %q }`, sensitive),
			},
			acctest.Attributes{"name": sensitive + "-2", "password": password + "-2", "user_metadata": fmt.Sprintf(`{"note":%q}`, sensitive+"-2")},
		},
		"data source auth0vault_access":               {config: acctest.Attributes{"client_id": o.client.ID, "actions": []string{"GET_USER"}}},
		"data source auth0vault_connection":           {config: acctest.Attributes{"name": o.connection.Name}},
		"data source auth0vault_connections":          {},
		"data source auth0vault_flow":                 {config: acctest.Attributes{"name": o.flow.Name}},
		"data source auth0vault_flows":                {},
		"data source auth0vault_notifications":        {},
		"data source auth0vault_user":                 {config: acctest.Attributes{"email": o.user.Email, "vault_connection": o.vaultConnection()}},
		"data source auth0vault_users":                {config: acctest.Attributes{"query": "name:" + sensitive, "vault_connection": o.vaultConnection()}},
		"ephemeral resource auth0vault_access_token":  {config: acctest.Attributes{"client_id": o.client.ID, "client_secret": o.client.Secret}},
		"ephemeral resource auth0vault_client_secret": {config: acctest.Attributes{"client_id": o.client.ID}},
		"list resource auth0vault_application":        {},
		"list resource auth0vault_connection":         {},
		"list resource auth0vault_flow":               {},
		"list resource auth0vault_user":               {},
		"action auth0vault_revoke_user_access":        {config: acctest.Attributes{"user_id": o.user.ID, "vault_connection": o.vaultConnection()}},
		"action auth0vault_send_verification_email":   {config: acctest.Attributes{"user_id": o.user.ID}},
		"action auth0vault_verify_connection":         {config: acctest.Attributes{"vault_connection": o.vaultConnection(), "actions": []string{"GET_USER"}}},
	}
}

// echo is a server that repeats what it was sent in its refusal.
type echo struct {
	next http.RoundTripper
	// api and token are the endpoints that refuse; status is that of a refusal.
	api, token bool
	status     int
}

func (e *echo) RoundTrip(r *http.Request) (*http.Response, error) {
	isToken := r.URL.Path == "/oauth/token"
	if isToken && !e.token || !isToken && !e.api {
		return e.next.RoundTrip(r)
	}
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
	}
	text := fmt.Sprintf("not %s, %s, %s", sent, r.Header.Get("Authorization"), r.URL)
	body, _ := json.Marshal(map[string]any{
		"statusCode": e.status, "error": "access_denied", "message": text, "errorCode": "invalid_body", "error_description": text,
	})
	return &http.Response{
		StatusCode: e.status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// At TRACE, no log line of the provider or of the framework shows the value of an
// attribute, and no message shows a password, a client secret or a token: for every
// object, when all is well and when a server repeats what it was sent. An object
// without a row fails.
func TestLeak_everyObject(t *testing.T) {
	setEnv(t, nil)
	for kind, names := range registered(t) {
		if kind == "function" {
			continue // functions log nothing, and have no credentials
		}
		for _, name := range names {
			t.Run(kind+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { testLeak(t, kind, name) })
			})
		}
	}
}

func testLeak(t *testing.T, kind, name string) {
	objects := newLeakObjects(t)
	row, ok := objects.rows()[kind+" "+name]
	if !ok {
		t.Fatalf("there is no row for the %s %s", kind, name)
	}
	log := &acctest.Log{}
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), log), log)
	var messages strings.Builder
	var existing *acctest.Object
	for _, server := range []*echo{{}, {api: true, status: 400}, {api: true, status: 403}, {token: true, status: 401}, {token: true, status: 400}} {
		objects.tenant.Wrap = func(next http.RoundTripper) http.RoundTripper { server.next = next; return server }
		note := func(diags []*tfprotov6.Diagnostic) {
			if !server.api && !server.token {
				acctest.MustSucceed(t, diags)
			}
			messages.WriteString(acctest.Said(diags) + "\n")
		}
		run := acctest.NewRunIn(ctx, t, objects.tenant, name)
		switch kind {
		case "resource":
			existing = leakResource(run, row, existing, note)
		case "data source":
			_, diags := run.Data(name, row.config)
			note(diags)
		case "ephemeral resource":
			_, diags := run.Open(name, row.config)
			note(diags)
		case "list resource":
			for listed := range run.List(row.config, acctest.ListOptions{IncludeResource: true}) {
				note(listed.Diagnostics)
			}
		case "action":
			invoked := run.Invoke(name, row.config)
			note(invoked.Diagnostics)
			messages.WriteString(strings.Join(invoked.Progress, "\n"))
		}
	}
	secrets := []string{objects.client.Secret, objects.tenant.Own.Secret, password, "eyJ"} // the last is how a token begins
	if err := acctest.NotIn("the log", []byte(log.String()), append(secrets, sensitive)...); err != nil {
		t.Error(err)
	}
	if err := acctest.NotIn("a message", []byte(messages.String()), secrets...); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "Calling provider defined") || !strings.Contains(log.String(), "Auth0 answered") {
		t.Error("the log was not captured")
	}
}

// leakResource creates a resource, or changes and destroys one that exists. It
// returns what exists afterwards.
func leakResource(run *acctest.Run, row leakRow, existing *acctest.Object, note func([]*tfprotov6.Diagnostic)) *acctest.Object {
	apply := func(prior *acctest.Object, config acctest.Attributes) *acctest.Object {
		change, diags := run.TryPlan(prior, config)
		note(diags)
		if change == nil {
			return prior
		}
		after, diags := run.TryApply(change, config)
		note(diags)
		return after
	}
	if existing == nil {
		created := apply(nil, row.config)
		read, diags := run.TryRead(created)
		note(diags)
		return apply(read, row.config.With(row.change))
	}
	_, diags := run.TryRead(existing)
	note(diags)
	apply(nil, row.config)
	apply(existing, row.config)
	note(run.Destroy(existing))
	return existing
}
