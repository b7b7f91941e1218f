package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// sensitive is in every attribute of these configurations, as a sensitive variable
// could be. No message shows password either.
const (
	sensitive = "sensitive-value"
	password  = "Sensitive-value-9-password"
)

// testObjects are a tenant with something sensitive in every object.
type testObjects struct {
	tenant     *acctest.Tenant
	client     emulator.Client
	user       emulator.User
	flow       emulator.Flow
	connection emulator.VaultConnection
}

func newTestObjects(t *testing.T) *testObjects {
	t.Helper()
	tenant := acctest.NewInProcess(t)
	tenant.SetEmailProvider(&emulator.EmailProvider{Name: "smtp", Enabled: true})
	tenant.AddPhoneProvider(emulator.PhoneProvider{Name: "twilio",
		Configuration: map[string]any{"delivery_methods": []any{"text"}, "sid": sensitive}})
	return &testObjects{
		tenant: tenant,
		client: tenant.Client("forms", "read:users", "create:users", "update:users", "delete:users", "delete:sessions"),
		user: tenant.AddUser(emulator.User{
			Email: sensitive + "@example.com", Name: sensitive, UserMetadata: map[string]any{"note": sensitive},
			AppMetadata: map[string]any{"note": sensitive},
		}),
		flow: tenant.AddFlow(emulator.Flow{Name: sensitive + "-flow", Actions: []any{map[string]any{
			"id": "a1", "type": "EMAIL", "action": "VERIFY_EMAIL", "params": map[string]any{"email": sensitive},
		}}}),
		connection: tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: sensitive + "-connection"}),
	}
}

func (o *testObjects) vaultConnection() attributes {
	return attributes{"domain": o.tenant.Domain(), "client_id": o.client.ID, "client_secret": o.client.Secret}
}

// An objectRow has the configurations of one object: the one that every test uses,
// others that ask for the same in other requests, and a change for a resource.
type objectRow struct {
	config, change attributes
	others         []attributes
}

// row returns the row of a registered object. A missing row fails the test.
func (o *testObjects) row(t *testing.T, kind, name string) objectRow {
	t.Helper()
	row, ok := o.rows()[kind+" "+name]
	if !ok {
		t.Fatalf("the %s %s has no row", kind, name)
	}
	return row
}

func (o *testObjects) rows() map[string]objectRow {
	flowActions := []any{
		attributes{"id": "other", "json": fmt.Sprintf(`{"type":"JSON","action":"PARSE_JSON","params":{"json":%q}}`, sensitive)},
		attributes{"id": "tell", "send_email": attributes{"to": "{{x}}", "subject": sensitive, "body": sensitive,
			"custom_vars": fmt.Sprintf(`{"a":%q}`, sensitive)}},
	}
	byVaultConnection := func(config attributes) attributes {
		return config.With(attributes{"vault_connection": o.vaultConnection()})
	}
	of := func(config attributes, others ...attributes) objectRow {
		return objectRow{config: config, others: others}
	}
	return map[string]objectRow{
		"resource auth0vault_application": {
			config: attributes{"name": sensitive, "description": sensitive, "actions": []string{"GET_USER"}},
			change: attributes{"name": sensitive + "-2"},
		},
		"resource auth0vault_connection": {
			config: o.vaultConnection().With(attributes{"name": sensitive, "reconnect_triggers": map[string]any{"a": sensitive}}),
			change: attributes{"name": sensitive + "-2", "reconnect_triggers": map[string]any{"a": sensitive + "-2"}},
			others: []attributes{o.vaultConnection().Without("client_secret").With(
				attributes{"name": sensitive, "client_secret_wo": o.client.Secret})},
		},
		"resource auth0vault_flow": {
			config: attributes{"name": sensitive, "actions": flowActions},
			change: attributes{"name": sensitive + "-2", "actions": flowActions[1:]},
		},
		"resource auth0vault_user": {
			config: byVaultConnection(attributes{
				"email": sensitive + "-new@example.com", "name": sensitive, "password": password,
				"user_metadata": fmt.Sprintf(`{ "note" : %q }`, sensitive), "app_metadata": fmt.Sprintf(`{ "note" : %q }`, sensitive),
			}),
			change: attributes{"name": sensitive + "-2", "password": password + "-2",
				"user_metadata": fmt.Sprintf(`{"note":%q}`, sensitive+"-2")},
			others: []attributes{{"email": sensitive + "-wo@example.com", "password_wo": password}},
		},
		"data source auth0vault_access":        of(attributes{"client_id": o.client.ID, "actions": []string{"GET_USER"}}),
		"data source auth0vault_connection":    of(attributes{"name": o.connection.Name}, attributes{"id": o.connection.ID}),
		"data source auth0vault_connections":   {},
		"data source auth0vault_flow":          of(attributes{"name": o.flow.Name}, attributes{"id": o.flow.ID}),
		"data source auth0vault_flows":         {},
		"data source auth0vault_notifications": {},
		"data source auth0vault_user": of(byVaultConnection(attributes{"email": o.user.Email}),
			byVaultConnection(attributes{"id": o.user.ID})),
		"data source auth0vault_users":                of(byVaultConnection(attributes{"query": "name:" + sensitive})),
		"ephemeral resource auth0vault_access_token":  of(attributes{"client_id": o.client.ID, "client_secret": o.client.Secret}, attributes{}),
		"ephemeral resource auth0vault_client_secret": of(attributes{"client_id": o.client.ID}),
		"list resource auth0vault_application":        {},
		"list resource auth0vault_connection":         {},
		"list resource auth0vault_flow":               {},
		"list resource auth0vault_user":               {},
		"action auth0vault_revoke_user_access": of(byVaultConnection(attributes{"user_id": o.user.ID}),
			attributes{"user_id": o.user.ID, "session_id": "session1"}),
		"action auth0vault_send_verification_email": of(attributes{"user_id": o.user.ID}),
		"action auth0vault_verify_connection":       of(attributes{"vault_connection": o.vaultConnection(), "actions": []string{"GET_USER"}}),
	}
}

// use does what Terraform does with an object that is not a resource, and returns
// the result.
func use(run *acctest.Run, kind, name string, config attributes) (any, []*tfprotov6.Diagnostic) {
	switch kind {
	case "data source":
		state, diags := run.Data(name, config)
		return acctest.Get(state), diags
	case "ephemeral resource":
		result, diags := run.Open(name, config)
		return acctest.Get(result), diags
	case "list resource":
		var found []any
		var diags []*tfprotov6.Diagnostic
		for listed := range run.List(config, acctest.ListOptions{IncludeResource: true}) {
			found = append(found, acctest.Get(listed.Resource))
			diags = append(diags, listed.Diagnostics...)
		}
		return found, diags
	case "action":
		invoked := run.Invoke(name, config)
		return invoked.Progress, invoked.Diagnostics
	}
	panic("unknown kind " + kind)
}
