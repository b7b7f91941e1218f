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
)

// echo is a server whose errors repeat the request.
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

// TestLeak_everyObject: at TRACE, no log line of the provider or of the framework shows the value of an attribute, and no message
// shows a password, a client secret or a token, with a normal server and with one that repeats requests in its errors.
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
	objects := newTestObjects(t)
	row := objects.row(t, kind, name)
	log := &acctest.Log{}
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), log), log)
	var messages strings.Builder
	existing := map[int]*acctest.Object{} // by configuration
	configs := append([]attributes{row.config}, row.others...)
	for _, server := range []*echo{{}, {api: true, status: 400}, {api: true, status: 403}, {token: true, status: 401},
		{token: true, status: 400}} {
		objects.tenant.Wrap = func(next http.RoundTripper) http.RoundTripper { server.next = next; return server }
		note := func(diags []*tfprotov6.Diagnostic) {
			if !server.api && !server.token {
				acctest.RequireNoError(t, diags)
			}
			messages.WriteString(acctest.Format(diags) + "\n")
		}
		for i, config := range configs {
			run := acctest.NewRunIn(ctx, t, objects.tenant, name)
			if kind == "resource" {
				existing[i] = leakResource(run, config, row.change, existing[i], note)
				continue
			}
			result, diags := use(run, kind, name, config)
			note(diags)
			if kind == "action" {
				fmt.Fprintln(&messages, result)
			}
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
func leakResource(
	run *acctest.Run, config, change attributes, existing *acctest.Object, note func([]*tfprotov6.Diagnostic),
) *acctest.Object {
	apply := func(prior *acctest.Object, config attributes) *acctest.Object {
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
		created := apply(nil, config)
		read, diags := run.TryRead(created)
		note(diags)
		if _, isWriteOnly := config["password_wo"]; isWriteOnly {
			change = change.Without("password").With(attributes{"password_wo": change["password"]})
		}
		return apply(read, config.With(change))
	}
	_, diags := run.TryRead(existing)
	note(diags)
	apply(nil, config)
	apply(existing, config)
	note(run.Destroy(existing))
	return existing
}
