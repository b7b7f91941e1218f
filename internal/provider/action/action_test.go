package action_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	verifyConnection      = "auth0vault_verify_connection"
	revokeUserAccess      = "auth0vault_revoke_user_access"
	sendVerificationEmail = "auth0vault_send_verification_email"
)

type attributes = acctest.Attributes

func vaultConnection(tenant *acctest.Tenant, client emulator.Client) attributes {
	return attributes{"domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret}
}

func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, "auth0vault_user", arguments...)
}

// expectProgress fails unless an action has succeeded and reported the last of its
// messages with these words.
func expectProgress(t *testing.T, invoked acctest.Invoked, words ...string) {
	t.Helper()
	if len(invoked.Diagnostics) > 0 || len(invoked.Progress) < 2 {
		t.Fatalf("got %q, %s", invoked.Progress, acctest.Format(invoked.Diagnostics))
	}
	for _, word := range words {
		if last := invoked.Progress[len(invoked.Progress)-1]; !strings.Contains(last, word) {
			t.Errorf("%q does not say %q", last, word)
		}
	}
}

func TestVerifyConnection(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	config := attributes{"vault_connection": vaultConnection(tenant, client), "actions": []string{"GET_USER"}}

	tenant.ForgetRequests()
	expectProgress(t, newRun(t, tenant).Invoke(verifyConnection, config), "read:users")
	if requests := tenant.Requests(); len(requests) != 1 || len(tenant.Tokens()) != 1 {
		t.Errorf("expected one request for a token:\n%s", tenant.Summary())
	}

	fromMap := config.With(attributes{"vault_connection": vaultConnection(tenant, client).Without("client_secret")})
	secrets := attributes{"connection_secrets": map[string]any{client.ID: client.Secret}}
	expectProgress(t, newRun(t, tenant, secrets).Invoke(verifyConnection, fromMap), "read:users")

	tenant.Grant(client.ID, "read:users", "delete:users")
	acctest.ExpectWarning(t, newRun(t, tenant).Invoke(verifyConnection, config).Diagnostics, "vault_connection", "delete:users")
}

func TestVerifyConnection_errors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a refusal is tried again for 10 seconds
		tenant := acctest.NewInProcess(t)
		client := tenant.Client("forms", "read:users")
		config := attributes{"vault_connection": vaultConnection(tenant, client)}
		credentials := vaultConnection(tenant, client)
		through := func(credentials attributes) attributes { return attributes{"vault_connection": credentials} }
		for _, test := range []struct {
			config attributes
			path   string
			words  []string
		}{
			{config.With(attributes{"actions": []string{"UPDATE_USER"}}), "actions", []string{"update:users"}},
			{config.With(attributes{"required_scopes": []string{"read:organizations"}}), "required_scopes", []string{"read:organizations"}},
			{through(credentials.With(attributes{"client_secret": "wrong"})), "vault_connection", []string{"refused", client.ID}},
			{through(credentials.Without("client_secret")), "vault_connection", []string{"No secret", client.ID}},
			{config.With(attributes{"actions": []string{"DELETE_USER"}}), `actions["DELETE_USER"]`, nil},
		} {
			acctest.ExpectError(t, newRun(t, tenant).Invoke(verifyConnection, test.config).Diagnostics, test.path, test.words...)
		}
	})
}

// expectRequest invokes an action, which must send one request to a path with this body.
func expectRequest(t *testing.T, tenant *acctest.Tenant, action string, config attributes, path, body string, progress ...string) {
	t.Helper()
	tenant.ForgetRequests()
	expectProgress(t, newRun(t, tenant).Invoke(action, config), progress...)
	if sent := tenant.Asked("POST", path); len(sent) != 1 || string(sent[0].RequestBody) != body {
		t.Errorf("expected one POST %s with %s:\n%s", path, body, tenant.Summary())
	}
}

func TestRevokeUserAccess(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
	path := "/users/" + user.ID + "/revoke-access"
	all, one := attributes{"user_id": user.ID}, attributes{"user_id": user.ID, "session_id": "s1", "preserve_refresh_tokens": true}
	expectRequest(t, tenant, revokeUserAccess, all, path, `{}`, user.ID)
	expectRequest(t, tenant, revokeUserAccess, one, path, `{"session_id":"s1","preserve_refresh_tokens":true}`, user.ID)
}

func TestRevokeUserAccess_errors(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
	weak := tenant.Client("forms", "read:users")
	diags := newRun(t, tenant).Invoke(revokeUserAccess, attributes{"user_id": "auth0|65a1f0c2d3e4b5a697887700"}).Diagnostics
	acctest.ExpectError(t, diags, "user_id", "Unable to revoke user access")
	diags = newRun(t, tenant).Invoke(revokeUserAccess,
		attributes{"user_id": user.ID, "vault_connection": vaultConnection(tenant, weak)}).Diagnostics
	acctest.ExpectError(t, diags, "", "delete:sessions", weak.ID)
	diags = newRun(t, tenant).Invoke(revokeUserAccess, attributes{"user_id": ""}).Diagnostics
	acctest.ExpectError(t, diags, "user_id", "is empty")
}

func TestSendVerificationEmail(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
	client := tenant.Client("forms", "update:users")
	config, body := attributes{"user_id": user.ID}, `{"user_id":"`+user.ID+`"`
	for _, test := range []struct {
		more attributes
		body string
	}{
		{nil, body + `}`},
		{attributes{"client_id": client.ID}, body + `,"client_id":"` + client.ID + `"}`},
		{attributes{"vault_connection": vaultConnection(tenant, client)}, body + `}`},
	} {
		expectRequest(t, tenant, sendVerificationEmail, config.With(test.more), "/jobs/verification-email", test.body, user.ID, "job_")
	}
}

// A second e-mail is not sent because the response to the first request was lost.
func TestSendVerificationEmail_lost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
		run := newRun(t, tenant)
		tenant.Fail(emulator.Fault{Path: "/api/v2/jobs*", Status: 502, AfterCommit: true})
		diags := run.Invoke(sendVerificationEmail, attributes{"user_id": user.ID}).Diagnostics
		if !acctest.HasError(diags) || len(tenant.Asked("POST", "/jobs/verification-email")) != 1 {
			t.Errorf("got %s\n%s", acctest.Format(diags), tenant.Summary())
		}
	})
}

// A canceled run does not wait for a tenant that does not answer.
func TestActions_canceled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{revokeUserAccess, sendVerificationEmail, verifyConnection} {
		acctest.Subtest(t, name, func(t *testing.T) {
			tenant := acctest.NewInProcess(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			run := acctest.NewRunIn(ctx, t, tenant, "auth0vault_user")
			config, fault := attributes{"user_id": "auth0|65a1f0c2d3e4b5a697887766"}, emulator.Fault{Path: "/api/v2/*", Hang: true, Times: -1}
			if name == verifyConnection { // it asks the token endpoint alone
				fault.Path = ""
				config = attributes{"vault_connection": attributes{"domain": tenant.Domain(), "client_id": "c1", "client_secret": "s"}}
			}
			tenant.Fail(fault)
			time.AfterFunc(time.Second, cancel)
			started := time.Now()
			invoked := run.Invoke(name, config)
			if !acctest.HasError(invoked.Diagnostics) || time.Since(started) > 2*time.Second {
				t.Errorf("after %v: %s", time.Since(started), acctest.Format(invoked.Diagnostics))
			}
		})
	}
}

// An action whose vault_connection has no secret for its host sends nothing.
func TestActions_otherHost(t *testing.T) {
	t.Parallel()
	tenant, other := acctest.New(t), acctest.New(t)
	client := tenant.Client("forms", "read:users")
	run := newRun(t, tenant, attributes{"connection_secrets": map[string]any{client.ID: client.Secret}})
	elsewhere := attributes{"domain": other.Domain(), "client_id": client.ID}
	for name, config := range map[string]attributes{
		verifyConnection: {"vault_connection": elsewhere}, revokeUserAccess: {"user_id": "auth0|1", "vault_connection": elsewhere},
		sendVerificationEmail: {"user_id": "auth0|1", "vault_connection": elsewhere},
	} {
		tenant.ForgetRequests()
		acctest.ExpectError(t, run.Invoke(name, config).Diagnostics, "vault_connection", other.Domain()+"/"+client.ID)
		if n := len(tenant.Requests()) + len(other.Requests()); n != 0 {
			t.Errorf("%s: %d requests were sent", name, n)
		}
	}
}
