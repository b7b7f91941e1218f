package connection_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// official is a connection in a state file of the official provider.
func official(c emulator.VaultConnection, setup any) acctest.Source {
	return acctest.Source{Type: "auth0_flow_vault_connection", State: map[string]any{
		"id": c.ID, "app_id": c.AppID, "name": c.Name, "account_name": nil, "environment": nil, "setup": setup,
		"ready": c.Ready, "fingerprint": c.Fingerprint(),
	}}
}

// moved is a tenant with a connection that the official provider created, and the
// configuration that keeps its secret in the state.
func moved(t *testing.T) (*acctest.Tenant, emulator.VaultConnection, acctest.Attributes) {
	t.Helper()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	there := addRemote(tenant, "forms", client)
	tenant.ForgetRequests()
	return tenant, there, acctest.Attributes{
		"name": "forms", "domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret,
	}
}

// move takes a connection over and reads it, as Terraform does.
func move(t *testing.T, r *acctest.Run, from acctest.Source) *acctest.Object {
	t.Helper()
	o, diags := r.Move(from)
	acctest.MustSucceed(t, diags)
	if len(diags) > 0 {
		t.Errorf("it said %s", acctest.Said(diags))
	}
	return r.Read(o)
}

// Whatever its shape, a setup comes along, and the plan after that is empty.
func TestConnectionResource_move(t *testing.T) {
	t.Parallel()
	tenant, there, config := moved(t)
	setup := func(extra map[string]any) map[string]any {
		out := map[string]any{
			"type": "OAUTH_APP", "domain": config["domain"], "client_id": config["client_id"], "client_secret": config["client_secret"],
		}
		maps.Copy(out, extra)
		return out
	}
	text := `{"type":"OAUTH_APP","domain":"` + tenant.Domain() + `","client_id":"` + config["client_id"].(string) + `","client_secret":"` + config["client_secret"].(string) + `"}`
	for name, from := range map[string]acctest.Source{
		"a map":                official(there, setup(nil)),
		"with the audience":    official(there, setup(map[string]any{"audience": tenant.Audience()})),
		"an empty audience":    official(there, setup(map[string]any{"audience": ""})),
		"with more in it":      official(there, setup(map[string]any{"token": nil, "expires_in": 12})),
		"a list of one":        official(there, []any{setup(nil)}),
		"JSON text":            official(there, text),
		"JSON text of a list":  official(there, "["+text+"]"),
		"ready as text":        {Type: "auth0_flow_vault_connection", State: merge(official(there, setup(nil)).State, map[string]any{"ready": "true"})},
		"from a mirror":        {Provider: "terraform.example.com/auth0/auth0", Type: "auth0_flow_vault_connection", State: official(there, setup(nil)).State},
		"attributes of later":  {Type: "auth0_flow_vault_connection", State: merge(official(there, setup(nil)).State, map[string]any{"tags": []any{"a"}, "timeouts": nil})},
		"account name as text": {Type: "auth0_flow_vault_connection", State: merge(official(there, setup(nil)).State, map[string]any{"account_name": tenant.Domain(), "environment": ""})},
	} {
		r := acctest.NewRun(t, tenant, typeName)
		o := move(t, r, from)
		if acctest.Get(o.State, "id") != there.ID || r.Identified(o.Identity)["id"] != there.ID || r.Identified(o.Identity)["domain"] != tenant.Domain() {
			t.Errorf("%s: moved to %v with the identity %v", name, acctest.Get(o.State), r.Identified(o.Identity))
		}
		planned, diags := r.TryPlan(o, config)
		if len(diags) > 0 {
			t.Fatalf("%s: the plan says %s", name, acctest.Said(diags))
		}
		if changed := planned.Changed(); len(changed) > 0 {
			t.Errorf("%s: the plan changes %v", name, changed)
		}
	}
	if wrote := tenant.Asked("PATCH", ""); len(wrote) > 0 {
		t.Errorf("there were writes:\n%s", tenant.Summary())
	}
}

func merge(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// What the configuration says otherwise is planned, and no more is sent than that.
func TestConnectionResource_moveThenChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(config acctest.Attributes, tenant *acctest.Tenant) acctest.Attributes
		planned []string
		// wrote is how many writes there are, and sent whether one carries the setup.
		wrote int
		sent  bool
	}{
		"the same secret, write-only": {
			change: func(config acctest.Attributes, _ *acctest.Tenant) acctest.Attributes {
				return config.Without("client_secret").With(acctest.Attributes{"client_secret_wo": config["client_secret"]})
			},
			planned: []string{"client_secret"},
		},
		// A version that is new to the state counts, whatever the secret.
		"the same secret, write-only, with a version": {
			change: func(config acctest.Attributes, _ *acctest.Tenant) acctest.Attributes {
				return config.Without("client_secret").With(acctest.Attributes{"client_secret_wo": config["client_secret"], "client_secret_wo_version": 1})
			},
			planned: []string{"account_name", "client_secret", "client_secret_set_at", "client_secret_wo_version", "fingerprint", "granted_scopes", "ready", "refreshed_at", "updated_at"},
			wrote:   1, sent: true,
		},
		"another secret, write-only": {
			change: func(config acctest.Attributes, tenant *acctest.Tenant) acctest.Attributes {
				tenant.SetClientSecret(config["client_id"].(string), "another-secret-0123456789")
				return config.Without("client_secret").With(acctest.Attributes{"client_secret_wo": "another-secret-0123456789"})
			},
			planned: []string{"account_name", "client_secret", "client_secret_set_at", "fingerprint", "granted_scopes", "ready", "refreshed_at", "updated_at"},
			wrote:   1, sent: true,
		},
		"another secret": {
			change: func(config acctest.Attributes, tenant *acctest.Tenant) acctest.Attributes {
				tenant.SetClientSecret(config["client_id"].(string), "another-secret-0123456789")
				return config.With(acctest.Attributes{"client_secret": "another-secret-0123456789"})
			},
			planned: []string{"account_name", "client_secret", "client_secret_set_at", "fingerprint", "granted_scopes", "ready", "refreshed_at", "updated_at"},
			wrote:   1, sent: true,
		},
		// The client is verified; nothing is written to the vault.
		"with actions": {
			change: func(config acctest.Attributes, _ *acctest.Tenant) acctest.Attributes {
				return config.With(acctest.Attributes{"actions": []string{"GET_USER"}})
			},
			planned: []string{"actions", "granted_scopes"},
		},
		"another name": {
			change: func(config acctest.Attributes, _ *acctest.Tenant) acctest.Attributes {
				return config.With(acctest.Attributes{"name": "renamed"})
			},
			planned: []string{"fingerprint", "name", "refreshed_at", "updated_at"},
			wrote:   1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, there, config := moved(t)
			r := acctest.NewRun(t, tenant, typeName)
			o := move(t, r, official(there, map[string]any{
				"type": "OAUTH_APP", "domain": config["domain"], "client_id": config["client_id"], "client_secret": config["client_secret"],
			}))
			config = c.change(config, tenant)
			planned, diags := r.TryPlan(o, config)
			if len(diags) > 0 {
				t.Fatalf("the plan says %s", acctest.Said(diags))
			}
			if changed := planned.Changed(); !slices.Equal(changed, c.planned) {
				t.Errorf("the plan changes %v, want %v", changed, c.planned)
			}
			created := r.Apply(o, config)
			wrote := tenant.Asked("PATCH", "")
			if sent := slices.ContainsFunc(wrote, containsSetup); len(wrote) != c.wrote || sent != c.sent {
				t.Errorf("%d writes, with the setup: %t; want %d, %t", len(wrote), sent, c.wrote, c.sent)
			}
			later := acctest.NewRun(t, tenant, typeName)
			planned, diags = later.TryPlan(later.Read(created), config)
			if changed := planned.Changed(); len(changed)+len(diags) > 0 {
				t.Errorf("the next plan changes %v and says %s", changed, acctest.Said(diags))
			}
		})
	}
}

// Without a setup in the old state, it is sent, as after an import.
func TestConnectionResource_moveWithoutSetup(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]any{"null": nil, "empty": map[string]any{}, "an empty list": []any{}, "no JSON": "{", "a number": 12, "nested too deep": []any{[]any{[]any{[]any{}}}}} {
		tenant, there, config := moved(t)
		r := acctest.NewRun(t, tenant, typeName)
		o := move(t, r, official(there, setup))
		_, diags := r.TryPlan(o, config)
		acctest.ExpectWarning(t, diags, "", "sent once")
		r.Apply(o, config)
		if wrote := tenant.Asked("PATCH", ""); len(wrote) != 1 || !containsSetup(wrote[0]) {
			t.Errorf("%s: it took the requests\n%s", name, tenant.Summary())
		}
	}
}

// With -refresh=false nobody reads what was moved. An apply has to get on with that.
func TestConnectionResource_moveUnread(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]acctest.Attributes{"as it is": nil, "renamed": {"name": "renamed"}, "verified": {"actions": []string{"GET_USER"}}} {
		tenant, there, config := moved(t)
		r := acctest.NewRun(t, tenant, typeName)
		o, diags := r.Move(official(there, map[string]any{"domain": config["domain"], "client_id": config["client_id"], "client_secret": config["client_secret"]}))
		acctest.MustSucceed(t, diags)
		config = config.With(change)
		if change == nil {
			if changed := r.Plan(o, config).Changed(); len(changed) > 0 {
				t.Errorf("%s: the plan changes %v", name, changed)
			}
			continue
		}
		created := r.Apply(o, config)
		later := acctest.NewRun(t, tenant, typeName)
		if changed := later.Plan(later.Read(created), config).Changed(); len(changed) > 0 {
			t.Errorf("%s: the plan after that changes %v", name, changed)
		}
	}
}

// A write after the official provider last read the vault connection is noticed.
func TestConnectionResource_moveDrifted(t *testing.T) {
	t.Parallel()
	tenant, there, config := moved(t)
	tenant.EditVaultConnection(there.ID, func(*emulator.VaultConnection) {})
	r := acctest.NewRun(t, tenant, typeName)
	o := move(t, r, official(there, map[string]any{"domain": config["domain"], "client_id": config["client_id"], "client_secret": config["client_secret"]}))
	_, diags := r.TryPlan(o, config)
	acctest.ExpectWarning(t, diags, "", "changed outside of Terraform")
}

func TestConnectionResource_moveRefused(t *testing.T) {
	t.Parallel()
	tenant, there, _ := moved(t)
	r := acctest.NewRun(t, tenant, typeName)
	other := there
	other.AppID = "SLACK"
	_, diags := r.Move(official(other, nil))
	acctest.ExpectError(t, diags, "", "Unable to move auth0_flow_vault_connection", `"SLACK"`, "AUTH0", there.ID)

	none := official(there, nil)
	none.State["id"] = nil
	_, diags = r.Move(none)
	acctest.ExpectError(t, diags, "", "Unable to move auth0_flow_vault_connection", "no id", "import")
	_, diags = r.Move(acctest.Source{Type: "auth0_flow_vault_connection"})
	acctest.ExpectError(t, diags, "", "Unable to move auth0_flow_vault_connection", "no id")

	for name, from := range map[string]acctest.Source{
		"another type":     {Type: "auth0_flow", State: official(there, nil).State},
		"another provider": {Provider: "registry.terraform.io/other/auth0", Type: "auth0_flow_vault_connection", State: official(there, nil).State},
		"a provider whose name ends like the official one's": {
			Provider: "registry.terraform.io/notauth0/auth0", Type: "auth0_flow_vault_connection", State: official(there, nil).State,
		},
	} {
		_, diags := r.Move(from)
		if len(diags) != 1 || diags[0].Summary != "Unable to Move Resource State" {
			t.Errorf("%s: it said %s", name, acctest.Said(diags))
		}
	}
}

func containsSetup(r emulator.Request) bool {
	return strings.Contains(string(r.RequestBody), `"setup"`)
}
