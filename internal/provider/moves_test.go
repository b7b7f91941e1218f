package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// officialSource is the source address of the official provider.
const officialSource = "auth0/auth0"

// registryHost returns the default host of source addresses: that of OpenTofu if terraform-plugin-testing uses it, or Terraform's.
func registryHost() string {
	return cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io")
}

var examplePassword = valueFor("password")

// officialState is a state file of the official provider, with a connection, a flow, a user and an application.
func officialState(
	t *testing.T, connection emulator.VaultConnection, flow emulator.Flow, user emulator.User, application emulator.Client,
) string {
	t.Helper()
	actions, err := json.Marshal(flow.Actions)
	if err != nil {
		t.Fatal(err)
	}
	var resources []any
	for address, attributes := range map[string]map[string]any{
		"auth0_flow_vault_connection.forms": {
			"id": connection.ID, "app_id": connection.AppID, "name": connection.Name, "account_name": "", "environment": "", "ready": true,
			"fingerprint": connection.Fingerprint(), "setup": connection.Setup,
		},
		"auth0_client.orders": {
			"id": application.ID, "client_id": application.ID, "name": application.Name, "description": "", "app_type": application.AppType,
			"grant_types": application.GrantTypes, "callbacks": []any{}, "oidc_conformant": true,
		},
		"auth0_flow.profile": {"id": flow.ID, "name": flow.Name, "actions": string(actions)},
		"auth0_user.ada": {
			"id": user.ID, "user_id": user.ID, "connection_name": user.Connection, "email": user.Email,
			"email_verified": false, "verify_email": false, "phone_number": "", "phone_verified": false, "username": "",
			"password": user.Password, "name": user.Name, "given_name": "", "family_name": "", "nickname": user.Nickname,
			"picture": user.Picture, "blocked": false, "user_metadata": `{"plan":"gold"}`, "app_metadata": "", "custom_domain_header": "",
		},
	} {
		typeName, name, _ := strings.Cut(address, ".")
		resources = append(resources, map[string]any{
			"mode": "managed", "type": typeName, "name": name, "provider": fmt.Sprintf("provider[%q]", registryHost()+"/"+officialSource),
			"instances": []any{map[string]any{"schema_version": 0, "attributes": attributes,
				"sensitive_attributes": []any{}, "private": "bnVsbA=="}},
		})
	}
	state, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "3f1a4b0e-7d57-4b7e-9a52-7f3e1c2d4b5a",
		"outputs": map[string]any{}, "resources": resources,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(state)
}

// sourceOfProvider is missing in the guide's configuration.
const sourceOfProvider = `
terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault" }
  }
}
`

// TestMoves: Terraform moves a state of the official provider with the guide's configuration. Nothing is replaced and nothing is
// written; with secrets that stay in the state, the plan changes nothing.
func TestMoves(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs Terraform")
	}
	terraform := newTerraform(t)

	// Terraform asks the provider of every resource in the state for its schema, so the old provider must be installed. Its answer
	// does not matter.
	plugins := t.TempDir()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"terraform-provider-auth0vault", "terraform-provider-auth0"} {
		if err := os.Symlink(binary, filepath.Join(plugins, name)); err != nil {
			t.Fatal(err)
		}
	}
	config, guide := cliConfig(t, plugins, cli.Source, officialSource), read(t, filepath.Join(examplesDir, "guides", "moving", "main.tf"))

	for name, c := range map[string]struct {
		rename *strings.Replacer
		// changed are the resources with an update; the rest is only moved.
		changed []string
	}{
		"secrets in the state": {strings.NewReplacer(), nil},
		"secrets write-only": {
			strings.NewReplacer("  client_secret =", "  client_secret_wo =", "  password ", "  password_wo "),
			[]string{"auth0vault_connection.forms", "auth0vault_user.ada"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := startTenant(t, kindApply)
			tenant := e.Tenant(exampleDomain)
			connection := tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "forms", Setup: map[string]any{
				"type": "OAUTH_APP", "client_id": exampleClientID, "client_secret": exampleSecret, "domain": exampleDomain,
			}})
			flow := tenant.AddFlow(emulator.Flow{Name: "Update profile", Actions: []any{
				map[string]any{"id": "load", "type": "AUTH0", "action": "GET_USER",
					"params": map[string]any{"connection_id": connection.ID, "user_id": "{{context.user.user_id}}"}},
				map[string]any{"id": "wait", "type": "FLOW", "action": "DELAY_FLOW", "params": map[string]any{"number_of_seconds": 1}},
			}})
			application := tenant.AddClient(emulator.Client{
				Name: "Orders", AppType: "non_interactive", GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_post",
			})
			tenant.Grant(application.ID, "read:users", "read:clients")
			user := tenant.AddUser(emulator.User{Email: "ada@example.com", Password: examplePassword, UserMetadata: map[string]any{"plan": "gold"}})

			dir := t.TempDir()
			work := workspace{t, terraform, dir, append(environment(t, e),
				config, "TF_VAR_forms_client_secret="+exampleSecret, "TF_VAR_ada_password="+examplePassword)}
			write(t, filepath.Join(dir, "main.tf"), sourceOfProvider+c.rename.Replace(guide))
			write(t, filepath.Join(dir, "terraform.tfstate"), officialState(t, connection, flow, user, application))

			work.runWithoutWarnings("plan", "-input=false", "-out=plan")
			output := work.run("show", "plan")
			for _, line := range []string{ // which the guide shows
				"# auth0_flow_vault_connection.forms has moved to auth0vault_connection.forms",
				"# auth0_flow.profile has moved to auth0vault_flow.profile",
				"# auth0_user.ada has moved to auth0vault_user.ada", "# auth0_client.orders has moved to auth0vault_application.orders",
				"Plan: 0 to add, 0 to change, 0 to destroy.",
			} {
				if c.changed == nil && !strings.Contains(output, line) {
					t.Errorf("%q is not in:\n%s", line, output)
				}
			}
			var plan tfjson.Plan
			if err := json.Unmarshal([]byte(work.run("show", "-json", "plan")), &plan); err != nil {
				t.Fatal(err)
			}
			var changed []string
			for _, change := range plan.ResourceChanges {
				if !strings.HasPrefix(change.PreviousAddress, "auth0_") {
					t.Errorf("%s was %q before", change.Address, change.PreviousAddress)
				}
				switch actions := change.Change.Actions; {
				case actions.Update():
					changed = append(changed, change.Address)
				case !actions.NoOp():
					t.Errorf("%s: %v", change.Address, actions)
				}
			}
			if slices.Sort(changed); len(plan.ResourceChanges) != 4 || !slices.Equal(changed, c.changed) {
				t.Errorf("of %d resources, %v are changed, want %v", len(plan.ResourceChanges), changed, c.changed)
			}

			work.run("apply", "-input=false", "plan")
			work.runWithoutWarnings("plan", "-input=false", "-detailed-exitcode")
			for _, request := range tenant.Requests() {
				if request.Method != "GET" && request.Path != "/oauth/token" {
					t.Errorf("Auth0 was asked to %s %s", request.Method, request.Path)
				}
			}
			state := work.run("show", "-json")
			for _, id := range []string{connection.ID, flow.ID, user.ID, application.ID} {
				if !strings.Contains(state, fmt.Sprintf("%q", id)) {
					t.Errorf("%s is not in the state", id)
				}
			}
			file := read(t, filepath.Join(dir, "terraform.tfstate"))
			for _, secret := range []string{exampleSecret, examplePassword} {
				if kept, wanted := strings.Contains(file, secret), c.changed == nil; kept != wanted {
					t.Errorf("the state holds a secret: %t, want %t", kept, wanted)
				}
			}
			if strings.Contains(file, "auth0_") {
				t.Errorf("the state still has something of the official provider:\n%s", file)
			}
		})
	}
}
