package application_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const savedState = "testdata/state_bb92271.json"

// fullConfig is the configuration of the saved object of that name.
func fullConfig() attributes {
	return attributes{
		"name": "full", "description": "ours", "actions": []string{"GET_USER"}, "scopes": []string{"read:clients"},
		"rotate_triggers": map[string]string{"when": "2025"}, "store_client_secret": true,
	}
}

// upgraded returns a saved object, which it adds to the tenant.
func upgraded(t *testing.T, tenant *acctest.Tenant, name string) *acctest.Object {
	t.Helper()
	o := newRun(t, tenant).Upgrade(acctest.ReadSaved(t, tenant, savedState)[name])
	get := func(attribute string) string {
		text, _ := acctest.Get(o.State, attribute).(string)
		return text
	}
	client := emulator.Client{
		ID: get("id"), Name: get("name"), Secret: get("client_secret"), TokenEndpointAuthMethod: "client_secret_post",
		AppType: "non_interactive", GrantTypes: []string{"client_credentials"}, Settings: map[string]any{},
	}
	if description := get("description"); description != "" {
		client.Settings["description"] = description
	}
	scopes := []string{}
	for _, scope := range acctest.Get(o.State, "granted_scopes").([]any) {
		scopes = append(scopes, scope.(string))
	}
	tenant.AddClient(client)
	tenant.AddGrant(emulator.Grant{ID: get("grant_id"), ClientID: client.ID, Audience: tenant.Audience(), Scope: scopes})
	return o
}

// A state that was written by commit bb92271 plans empty, with and without a refresh.
func TestApplicationResource_upgrade(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		"minimal":        {"name": "minimal", "actions": []string{"GET_USER"}, "store_client_secret": true},
		"full":           fullConfig(),
		"full_refreshed": fullConfig(),
		"imported":       fullConfig().Without("rotate_triggers").With(attributes{"store_client_secret": false}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			o := upgraded(t, tenant, name)
			if changed := newRun(t, tenant).Plan(o, config).Changed(); len(changed) > 0 {
				t.Errorf("the plan without a refresh changes %v", changed)
			}
			expectEmptyPlan(t, tenant, o, config)
		})
	}
}

// Commit bb92271 did not record which description the configuration had set: one that was applied counts as set,
// one that was imported or that others have set since then does not.
func TestApplicationResource_upgradeOwnership(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		saved  string
		config attributes
		setTo  string // by others, before the first refresh
		writes []string
	}{
		"applied":  {"full", fullConfig().Without("description"), "", []string{`PATCH clients/* {"description":""}`}},
		"imported": {"imported", fullConfig().Without("description").With(attributes{"rotate_triggers": nil}), "", nil},
		"set by others": {"minimal", attributes{"name": "minimal", "actions": []string{"GET_USER"}, "store_client_secret": true},
			"theirs", nil},
		"applied, then changed": {"full", fullConfig().Without("description"), "theirs", []string{`PATCH clients/* {"description":""}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			o := upgraded(t, tenant, test.saved)
			if test.setTo != "" {
				describe(test.setTo)(tenant, tenant.Clients()[1])
			}
			r, now := refreshed(t, tenant, o)
			tenant.ForgetRequests()
			updated := r.Apply(now, test.config)
			expectWrites(t, tenant, test.writes...)
			expectEmptyPlan(t, tenant, updated, test.config)
		})
	}
}
