package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// TestConnectionSecrets_otherHost: a secret of connection_secrets is sent only to the host that its key names.
func TestConnectionSecrets_otherHost(t *testing.T) {
	setEnv(t, nil)
	tenant, other := acctest.New(t), acctest.New(t)
	forms := tenant.Client("forms", "read:users", "create:users", "update:users", "delete:users")
	at := func(domain string) attributes {
		return attributes{"domain": domain, "client_id": forms.ID}
	}
	config := attributes{"email": "ada@example.com", "password": "correct horse battery 1A", "vault_connection": at(tenant.Domain())}
	elsewhere := config.With(attributes{"vault_connection": at(other.Domain())})
	run := acctest.NewRun(t, tenant, "auth0vault_user", attributes{"connection_secrets": map[string]any{forms.ID: forms.Secret}})
	user := run.Apply(nil, config)
	state := acctest.Get(user.State).(attributes).With(attributes{"vault_connection": at(other.Domain())})
	moved := &acctest.Object{State: acctest.Value(t, user.State.Type(), state), Private: user.Private, Identity: user.Identity}

	for name, operation := range map[string]func() []*tfprotov6.Diagnostic{
		"plan of a create": func() []*tfprotov6.Diagnostic { _, diags := run.TryPlan(nil, elsewhere); return diags },
		"plan of a change": func() []*tfprotov6.Diagnostic { _, diags := run.TryPlan(user, elsewhere); return diags },
		"refresh":          func() []*tfprotov6.Diagnostic { _, diags := run.TryRead(moved); return diags },
		"destroy":          func() []*tfprotov6.Diagnostic { return run.Destroy(moved) },
		"data source": func() []*tfprotov6.Diagnostic {
			_, diags := run.Data("auth0vault_user", attributes{"email": "ada@example.com", "vault_connection": at(other.Domain())})
			return diags
		},
		"list data source": func() []*tfprotov6.Diagnostic {
			_, diags := run.Data("auth0vault_users", attributes{"query": "email:ada*", "vault_connection": at(other.Domain())})
			return diags
		},
	} {
		t.Run(name, func(t *testing.T) {
			tenant.ForgetRequests()
			acctest.ExpectError(t, operation(), "vault_connection", other.Domain(), forms.ID, other.Domain()+"/"+forms.ID)
			if n := len(tenant.Requests()) + len(other.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}
