package connection_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	// typeName is the resource, and the data source, that these tests are about.
	typeName = "auth0vault_connection"
	// vaultPath is where vault connections are written, below /api/v2.
	vaultPath = "/flows/vault/connections"
	// unknownID is the ID of a vault connection that does not exist.
	unknownID = "ac_driHxZHbTWt3zCyXRqsDFo"
	// nextSecret is the secret after a rotation.
	nextSecret = "the-next-secret-0123456789"
)

type (
	attributes = acctest.Attributes
	step       = acctest.Step
)

var (
	unknown = acctest.Unknown
	none    = acctest.None
	at      = acctest.At
)

// TestMain keeps the environment's credentials away from the tests.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AUTH0_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// newConnection returns a vault connection in a new tenant, not created yet, with the
// credentials of a client that has some scopes, read:users if there are none.
func newConnection(t *testing.T, scopes ...string) (*acctest.Resource, emulator.Client) {
	t.Helper()
	if scopes == nil {
		scopes = []string{"read:users"}
	}
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", scopes...)
	return &acctest.Resource{
		Tenant: tenant, Type: typeName, Base: inState(tenant, client), Exactly: true, Writes: writes,
		Secrets: []string{client.Secret, nextSecret}, Volatile: []string{"fingerprint", "updated_at", "refreshed_at"},
	}, client
}

// The configurations by the kind of the secret.

func inState(tenant *acctest.Tenant, client emulator.Client) attributes {
	return attributes{"name": "forms", "domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret}
}

func writeOnly(tenant *acctest.Tenant, client emulator.Client) attributes {
	return inState(tenant, client).With(attributes{"client_secret": nil, "client_secret_wo": client.Secret})
}

func versioned(tenant *acctest.Tenant, client emulator.Client) attributes {
	return writeOnly(tenant, client).With(attributes{"client_secret_wo_version": 1})
}

var kinds = map[string]func(*acctest.Tenant, emulator.Client) attributes{"in state": inState,
	"write-only": writeOnly, "versioned": versioned}

// setupPlan are the attributes that a plan changes when the setup is sent.
var setupPlan = []string{"account_name", "client_secret_set_at", "granted_scopes", "ready"}

// sentSetup is the update that sends the setup and nothing else, and sentName the one
// that sends the name.
var (
	sentSetup = []string{"PATCH setup 200"}
	sentName  = []string{"PATCH name 200"}
)

// writes returns the writes of vault connections since the log was last forgotten:
// method, members of the body, and status.
func writes(tenant *acctest.Tenant) []string {
	out := []string{}
	for _, r := range tenant.Asked("", vaultPath) {
		if r.Method == "GET" {
			continue
		}
		var body map[string]any
		_ = json.Unmarshal(r.RequestBody, &body)
		line := r.Method
		for _, key := range []string{"app_id", "name", "setup"} {
			if _, ok := body[key]; ok {
				line += " " + key
			}
		}
		out = append(out, fmt.Sprintf("%s %d", line, r.Status))
	}
	return out
}

// onlyConnection returns the one vault connection that the tenant holds.
func onlyConnection(t *testing.T, tenant *acctest.Tenant) emulator.VaultConnection {
	t.Helper()
	all := tenant.VaultConnections()
	if len(all) != 1 {
		t.Fatalf("the tenant holds %d vault connections, want 1", len(all))
	}
	return all[0]
}

// expectStored checks name and setup of the one vault connection that the tenant holds.
func expectStored(t *testing.T, tenant *acctest.Tenant, name string, client emulator.Client) {
	t.Helper()
	c := onlyConnection(t, tenant)
	if got, want := fmt.Sprint(c.Setup), fmt.Sprint(setupOf(tenant, client)); c.Name != name || got != want {
		t.Errorf("the tenant holds %q with the setup %s, want %q with %s", c.Name, got, name, want)
	}
}

// setupOf is the setup that a client's vault connection has by default.
func setupOf(tenant *acctest.Tenant, client emulator.Client) map[string]any {
	return map[string]any{
		"type": "OAUTH_APP", "domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret, "audience": tenant.Audience(),
	}
}

// addRemote adds a vault connection that Terraform does not know yet.
func addRemote(tenant *acctest.Tenant, name string, client emulator.Client) emulator.VaultConnection {
	return tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: name, Setup: setupOf(tenant, client)})
}

// rotate gives a client a new secret.
func rotate(tenant *acctest.Tenant, client emulator.Client) emulator.Client {
	tenant.SetClientSecret(client.ID, nextSecret)
	client.Secret = nextSecret
	return client
}

// edit returns a change of the vault connection by another client.
func edit(c *acctest.Resource, change func(*emulator.VaultConnection)) func() {
	return func() { c.EditVaultConnection(c.ID(), change) }
}

// expectRequests fails unless these are the requests since the log was last forgotten,
// as acctest.Tenant.Summary shows them, and forgets them.
func expectRequests(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	if got := strings.Join(strings.Fields(tenant.Summary()), " "); got != strings.Join(want, " ") {
		t.Errorf("the tenant was asked\n%s\nwant\n%s", tenant.Summary(), strings.Join(want, "\n"))
	}
	tenant.ForgetRequests()
}
