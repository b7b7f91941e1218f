package connection_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A module with vault connections passes terraform test with a mocked provider,
// which computes strings of eight random characters.
func TestMock_withTerraform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the provider")
	}
	c, tenant := newCommandLine(t)
	c.write("main.tf", `
terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault" }
  }
}

resource "auth0vault_connection" "empty" {
  name = "empty"
}

resource "auth0vault_application" "forms" {
  name    = "forms"
  actions = ["GET_USER"]
}

# Everything that a setup is created of is computed.
resource "auth0vault_connection" "computed" {
  name            = auth0vault_application.forms.grant_id
  domain          = auth0vault_connection.empty.account_name
  client_id       = auth0vault_application.forms.client_id
  client_secret   = auth0vault_application.forms.client_secret
  audience        = auth0vault_connection.empty.fingerprint
  required_scopes = auth0vault_application.forms.granted_scopes
  actions         = ["GET_USER"]
}
`)
	if err := os.Mkdir(filepath.Join(c.folder, "tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	c.write("tests/mock.tftest.hcl", "mock_provider \"auth0vault\" {}\n\nrun \"plan\" {\n  command = plan\n}\n\nrun \"apply\" {}\n")
	if out := c.must("", "test", "-no-color"); !strings.Contains(out, "2 passed, 0 failed") {
		t.Error(out)
	}
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("the tenant was asked %d times", n)
	}
}
