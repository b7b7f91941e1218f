package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const domain = "acme.eu.auth0.com"

// ownScopes are the scopes of the provider's own client. It has none for users, as the demo shows.
var ownScopes = []string{
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
	"read:flows", "create:flows", "update:flows", "delete:flows",
}

// tenant is the demo's tenant.
type tenant struct {
	*emulator.Tenant

	own emulator.Client // the provider's own client
}

func newTenant(e *emulator.Emulator) *tenant {
	t := &tenant{Tenant: e.Tenant(domain)}
	t.own = t.AddClient(emulator.Client{Name: "Terraform", AppType: "non_interactive"})
	t.Grant(t.own.ID, ownScopes...)
	return t
}

// environment configures the provider for the tenant, as it would for one at Auth0 behind a company's proxy, and sets the
// variables of the configuration.
func (t *tenant) environment(e *emulator.Emulator, dir string) ([]string, error) {
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, e.CACertPEM(), 0o600); err != nil {
		return nil, err
	}
	return []string{
		"HTTPS_PROXY=" + e.ProxyURL(),
		"AUTH0_CA_CERT_FILE=" + ca,
		"AUTH0_DOMAIN=" + domain,
		"AUTH0_CLIENT_ID=" + t.own.ID,
		"AUTH0_CLIENT_SECRET=" + t.own.Secret,
		"TF_VAR_domain=" + domain,
		"TF_VAR_ada_password=Correct-Horse-9-Battery",
	}, nil
}

// objects describes what the tenant holds, except for the provider's own client.
func (t *tenant) objects() []string {
	var lines []string
	for _, client := range t.Clients() {
		if client.ID != t.own.ID {
			lines = append(lines, fmt.Sprintf("application       %s: %s", client.Name, strings.Join(t.scopes(client.ID), ", ")))
		}
	}
	for _, v := range t.VaultConnections() {
		lines = append(lines, fmt.Sprintf("vault connection  %s: uses %s", v.Name, t.name(v.Setup["client_id"])))
	}
	for _, u := range t.Users() {
		line := fmt.Sprintf("user              %s: user_metadata %s", u.Email, compactJSON(u.UserMetadata))
		if u.Blocked != nil && *u.Blocked {
			line += ", blocked"
		}
		lines = append(lines, line)
	}
	for _, f := range t.Flows() {
		lines = append(lines, fmt.Sprintf("flow              %s: %d actions", f.Name, len(f.Actions)))
	}
	return lines
}

// scopes returns what a client is granted.
func (t *tenant) scopes(clientID string) (scopes []string) {
	for _, grant := range t.Grants() {
		if grant.ClientID == clientID {
			scopes = append(scopes, grant.Scope...)
		}
	}
	return scopes
}

// log describes the requests since the last ForgetRequests, each with the client whose token authorized it.
func (t *tenant) log() []string {
	var lines []string
	for _, r := range t.Requests() {
		lines = append(lines, fmt.Sprintf("%-13s%-5s %s", t.name(r.ClientID), r.Method, r.Path))
	}
	return lines
}

// throughConnection reports whether there were requests about users since the last ForgetRequests, and the provider's own
// client sent none of them.
func (t *tenant) throughConnection() bool {
	found := false
	for _, r := range t.Requests() {
		if strings.HasPrefix(r.Path, "/api/v2/users") {
			found = true
			if r.ClientID == t.own.ID {
				return false
			}
		}
	}
	return found
}

// name returns the name of a client, or its ID if the client does not exist.
func (t *tenant) name(clientID any) string {
	if id, ok := clientID.(string); ok {
		if client, ok := t.Client(id); ok {
			return client.Name
		}
	}
	return fmt.Sprint(clientID)
}

func compactJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
