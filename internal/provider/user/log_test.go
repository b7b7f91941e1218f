package user_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// No log line at any level has a password, a client's secret or a token.
func TestUserResource_log(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		u, client := withClient(t)
		var ours, framework acctest.Log
		ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &ours), &framework)
		run := func() *acctest.Run { return acctest.NewRunIn(ctx, t, u.Tenant, typeName, secretsOf(client)) }

		u.Base = u.Base.With(attributes{"password": nil, "password_wo": strong, "user_metadata": `{"note":"private-note"}`})
		created := run().Apply(nil, u.Base)
		r := run()
		created = r.Apply(r.Read(created), u.Base.With(attributes{"password_wo": second, "name": "Ada"}))
		for _, fault := range []emulator.Fault{{Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"` + third + `"}`},
			{Drop: true}} {
			fault.Method = "PATCH"
			u.Fail(fault)
			r.Fail(created, u.Base.With(attributes{"password_wo": third, "name": "Ada"}))
		}
		_, diags := r.Data(typeName, attributes{"email": "ada@example.com", "vault_connection": secretless(u.Tenant, client)})
		acctest.RequireNoError(t, diags)
		acctest.RequireNoError(t, r.Destroy(created))
		rotate(u.Tenant, client)
		_, _ = run().TryRead(created)

		if !strings.Contains(ours.String(), "Auth0 answered") {
			t.Fatalf("nothing was logged: %s", ours.String())
		}
		// Personal data that is not secret: the framework logs it at TRACE, the provider at no level.
		if err := acctest.NotIn("the provider's log", []byte(ours.String()), "private-note", "ada@example.com", "ada%40example.com"); err != nil {
			t.Error(err)
		}
		secrets := []string{strong, second, third, client.Secret, u.Own.Secret}
		for _, request := range u.Requests() {
			if token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); ok {
				secrets = append(secrets, token)
			}
		}
		if len(secrets) < 8 {
			t.Error("no request carried a token")
		}
		if err := acctest.NotIn("the log", []byte(ours.String()+framework.String()), secrets...); err != nil {
			t.Error(err)
		}
	})
}
