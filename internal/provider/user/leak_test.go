package user_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// No log line at any level holds a password, a client's secret or a token.
func TestUserResource_logs(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	var ours, framework acctest.Log
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &ours), &framework)
	run := func() *acctest.Run { return acctest.NewRunIn(ctx, t, tenant, typeName, keyring(client)) }

	given := ada().With(attributes{"vault_connection": through(tenant, client), "user_metadata": `{"note":"private-note"}`})
	made := run().Apply(nil, given)
	r := run()
	made = r.Apply(r.Read(made), given.With(attributes{"password_wo": second, "name": "Ada"}))
	tenant.Fail(emulator.Fault{Method: "PATCH", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"` + third + `"}`})
	_, _ = r.Fail(made, given.With(attributes{"password_wo": third, "name": "Ada"}))
	tenant.Fail(emulator.Fault{Method: "PATCH", Drop: true})
	_, _ = r.Fail(made, given.With(attributes{"password_wo": third, "name": "Ada"}))
	_, diags := r.Data("auth0vault_user", attributes{"email": "ada@example.com", "vault_connection": secretless(tenant, client)})
	acctest.MustSucceed(t, diags)
	acctest.MustSucceed(t, r.Destroy(made))
	rotate(tenant, client, "the-next-secret")
	_, _ = run().TryRead(made)

	text := ours.String()
	if !strings.Contains(text, "Auth0 answered") {
		t.Fatalf("nothing was logged: %s", text)
	}
	// Personal data that is not secret: the framework shows it at TRACE, the provider at no level.
	for _, private := range []string{"private-note", "ada@example.com", "ada%40example.com"} {
		if strings.Contains(text, private) {
			t.Errorf("the log holds %q", private)
		}
	}
	text += framework.String()
	secrets := []string{strong, second, third, client.Secret, tenant.Own.Secret}
	for _, request := range tenant.Requests() {
		if token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); ok {
			secrets = append(secrets, token)
		}
	}
	if len(secrets) < 8 {
		t.Error("no request carried a token")
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
