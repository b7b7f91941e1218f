package connection_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// The setup of an imported vault connection is sent once, with a warning.
func TestConnectionResource_import(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	there := addRemote(c.Tenant, "forms", client)
	for _, s := range []step{{Import: there.ID}, {Import: "name:forms"}, {ImportIdentity: attributes{"id": there.ID}}} {
		c.Object = nil
		s.PlanOnly, s.Warning = true, at("", "setup of an imported vault connection is sent once", "forms", there.ID)
		if c.Run(s); len(c.Asked("GET", vaultPath)) != 1 {
			t.Errorf("%v: took the requests\n%s", s, c.Summary())
		}
		s.PlanOnly, s.Sent, s.State = false, sentSetup, attributes{"id": there.ID}
		c.Run(s)
	}
}

func TestConnectionResource_importRefused(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	twin, other := addRemote(c.Tenant, "twin", client), addRemote(c.Tenant, "twin", client)
	http := c.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http", Setup: map[string]any{"type": "BEARER", "token": "t"}})
	const failed = "Unable to import vault connection"
	for id, words := range map[string][]string{
		"name:twin":   {failed, "twin", twin.ID, other.ID, "import by id"},
		"name:nobody": {failed, "nobody"},
		"name:":       {failed},
		"name:http":   {failed, "AUTH0", "http"}, // only names of vault connections for Auth0
		http.ID:       {"Not a vault connection for Auth0", http.ID, "HTTP"},
		"forms":       {"Unable to read vault connection", "forms"},
	} {
		c.Run(step{Import: id, Error: at("", words...)})
	}
	// Terraform itself says that a vault connection that is not found does not exist.
	if imported, diags := c.NewRun().TryImport(unknownID, nil); imported != nil || acctest.HasError(diags) {
		t.Errorf("imported %v, with %s", imported, acctest.Format(diags))
	}
}

// moved is a vault connection that is in the state of the official provider, with a setup and further attributes.
func moved(t *testing.T, setup func(attributes) any, more map[string]any) (*acctest.Resource, emulator.Client, *acctest.Source) {
	t.Helper()
	c, client := newConnection(t)
	v := addRemote(c.Tenant, "forms", client)
	state := map[string]any{
		"id": v.ID, "app_id": v.AppID, "name": v.Name, "account_name": nil, "environment": nil, "ready": v.Ready, "fingerprint": v.Fingerprint(),
		"setup": setup(attributes{"type": "OAUTH_APP", "domain": c.Domain(), "client_id": client.ID, "client_secret": client.Secret}),
	}
	maps.Copy(state, more)
	return c, client, &acctest.Source{Type: "auth0_flow_vault_connection", State: state}
}

// asMap is a setup as the official provider has it.
func asMap(setup attributes) any { return setup }

// Whatever its form, a setup comes along, and the plan after that is empty. One that
// cannot be read is sent, as after an import.
func TestConnectionResource_move(t *testing.T) {
	t.Parallel()
	text := func(setup attributes) string {
		out, _ := json.Marshal(setup)
		return string(out)
	}
	lost := func(v any) func(attributes) any { return func(attributes) any { return v } }
	for name, test := range map[string]struct {
		setup func(attributes) any
		more  map[string]any
		sent  bool
	}{
		"a map": {setup: asMap},
		"with the audience": {setup: func(s attributes) any {
			return s.With(attributes{"audience": "https://" + s["domain"].(string) + "/api/v2/"})
		}},
		"an empty audience":    {setup: func(s attributes) any { return s.With(attributes{"audience": ""}) }},
		"with more in it":      {setup: func(s attributes) any { return s.With(attributes{"token": nil, "expires_in": 12}) }},
		"a list of one":        {setup: func(s attributes) any { return []any{s} }},
		"JSON text":            {setup: func(s attributes) any { return text(s) }},
		"JSON text of a list":  {setup: func(s attributes) any { return "[" + text(s) + "]" }},
		"ready as text":        {setup: asMap, more: map[string]any{"ready": "true"}},
		"attributes of later":  {setup: asMap, more: map[string]any{"tags": []any{"a"}, "timeouts": nil}},
		"account name as text": {setup: asMap, more: map[string]any{"account_name": "acme", "environment": ""}},
		"null":                 {setup: lost(nil), sent: true},
		"an empty map":         {setup: lost(map[string]any{}), sent: true},
		"an empty list":        {setup: lost([]any{}), sent: true},
		"not JSON":             {setup: lost("{"), sent: true},
		"a number":             {setup: lost(12), sent: true},
		"nested too deep":      {setup: lost([]any{[]any{[]any{[]any{}}}}), sent: true},
	} {
		t.Log(name)
		c, _, source := moved(t, test.setup, test.more)
		s := step{Move: source, Sent: none, State: attributes{"id": source.State["id"]}}
		if test.sent {
			s.Sent, s.Warning = sentSetup, at("", "sent once")
		} else {
			s.Plan = none
		}
		c.Run(s)
	}
}

// What the configuration has otherwise is planned, and no more is sent than that.
func TestConnectionResource_moveThenUpdate(t *testing.T) {
	t.Parallel()
	secret := func(more ...string) []string { return append(slices.Clone(setupPlan), more...) }
	writeOnly := func(secret string) attributes { return attributes{"client_secret": nil, "client_secret_wo": secret} }
	actions := attributes{"actions": []string{"GET_USER"}}
	for _, s := range []step{
		{Set: writeOnly("SECRET"), Plan: []string{"client_secret"}, Sent: none},
		{Set: writeOnly("SECRET").With(attributes{"client_secret_wo_version": 1}),
			Plan: secret("client_secret", "client_secret_wo_version"), Sent: sentSetup},
		{Set: writeOnly(nextSecret), Plan: secret("client_secret"), Sent: sentSetup},
		{Set: attributes{"client_secret": nextSecret}, Plan: secret("client_secret"), Sent: sentSetup},
		{Set: actions, Plan: []string{"actions", "granted_scopes"}, Sent: none}, // the client is verified
		{Set: attributes{"name": "renamed"}, Plan: []string{"name"}, Sent: sentName},
		{NoRefresh: true, Plan: none, Sent: none},
		{NoRefresh: true, Set: attributes{"name": "renamed"}, Sent: sentName},
		{NoRefresh: true, Set: actions, Sent: none},
		{Plan: setupPlan, Sent: sentSetup, Warning: at("", "changed outside of Terraform")}, // after it was read
	} {
		c, client, source := moved(t, asMap, nil)
		switch {
		case s.Set["client_secret_wo"] == "SECRET":
			s.Set["client_secret_wo"] = client.Secret
		case s.Set["client_secret_wo"] == nextSecret || s.Set["client_secret"] == nextSecret:
			rotate(c.Tenant, client)
		case s.Warning != nil:
			c.EditVaultConnection(source.State["id"].(string), func(*emulator.VaultConnection) {})
		}
		s.Move = source
		c.Run(s)
	}
}

func TestConnectionResource_moveRefused(t *testing.T) {
	t.Parallel()
	failed := "Unable to move auth0_flow_vault_connection"
	for _, test := range []struct {
		provider, kind string
		more           map[string]any
		words          []string
	}{
		{more: map[string]any{"app_id": "SLACK"}, words: []string{failed, `"SLACK"`, "AUTH0"}},
		{more: map[string]any{"id": nil}, words: []string{failed, "no id", "import"}},
		{kind: "auth0_flow", words: []string{"Unable to Move Resource State"}},
		{provider: "registry.terraform.io/other/auth0", words: []string{"Unable to Move Resource State"}},
		{provider: "registry.terraform.io/notauth0/auth0", words: []string{"Unable to Move Resource State"}},
	} {
		c, _, source := moved(t, asMap, test.more)
		source.Provider, source.Type = test.provider, cmp.Or(test.kind, source.Type)
		c.Run(step{Move: source, Error: at("", test.words...)})
	}
	c, _, source := moved(t, asMap, nil)
	source.Provider = "terraform.example.com/auth0/auth0" // a mirror
	c.Run(step{Move: source, Plan: none})
}

// States that commit bb92271 wrote, with their private state and the configuration
// that they were applied from, are planned empty, read or not. The next write drops
// the digest of a secret that is not compared by it.
func TestConnectionResource_upgrade(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/states_bb92271.json")
	if err != nil {
		t.Fatal(err)
	}
	var saved map[string]struct {
		acctest.SavedObject

		Config attributes
	}
	if err := json.Unmarshal(raw, &saved); err != nil {
		t.Fatal(err)
	}
	for name, old := range saved {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, _ := newConnection(t)
			for key, value := range old.Config {
				if number, ok := value.(float64); ok {
					old.Config[key] = int(number)
				}
			}
			c.Base, c.Object = old.Config, c.NewRun().Upgrade(old.SavedObject)
			updated := auth0.Timestamp(acctest.Get(c.Object.State, "updated_at").(string)).Time()
			c.AddVaultConnection(emulator.VaultConnection{
				ID: c.ID(), Name: "forms", AppID: "AUTH0", Ready: true, CreatedAt: updated, UpdatedAt: updated,
				Setup: map[string]any{"type": "OAUTH_APP", "domain": old.Config["domain"]},
			})
			c.Run(step{NoRefresh: true, Plan: none}, step{Plan: none}, step{Set: attributes{"name": "renamed"}, Sent: sentName})
			var private map[string][]byte
			if err := json.Unmarshal(c.Object.Private, &private); err != nil {
				t.Fatal(err)
			}
			compared := old.Config["client_secret_wo"] != nil && old.Config["client_secret_wo_version"] == nil
			if kept := strings.Contains(string(private["last_write"]), `"secret"`); kept != compared {
				t.Errorf("private state holds a digest: %t, want %t", kept, compared)
			}
		})
	}
}
