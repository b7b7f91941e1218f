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

// ownScopes are those of the provider's own client. That there are none for users is the point of the story.
var ownScopes = []string{
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
	"read:flows", "create:flows", "update:flows", "delete:flows",
}

// cast is the tenant and who acts in it.
type cast struct {
	*emulator.Tenant

	own emulator.Client // the provider's own client
}

func newCast(e *emulator.Emulator) *cast {
	c := &cast{Tenant: e.Tenant(domain)}
	c.own = c.AddClient(emulator.Client{Name: "Terraform", AppType: "non_interactive"})
	c.Grant(c.own.ID, ownScopes...)

	return c
}

// environment leads the provider to the tenant, as it would to one at Auth0 behind a company's proxy, and gives the configuration its variables.
func (c *cast) environment(e *emulator.Emulator, dir string) ([]string, error) {
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, e.CACertPEM(), 0o600); err != nil {
		return nil, err
	}

	return []string{
		"HTTPS_PROXY=" + e.ProxyURL(),
		"AUTH0_CA_CERT_FILE=" + ca,
		"AUTH0_DOMAIN=" + domain,
		"AUTH0_CLIENT_ID=" + c.own.ID,
		"AUTH0_CLIENT_SECRET=" + c.own.Secret,
		"TF_VAR_domain=" + domain,
		"TF_VAR_ada_password=Correct-Horse-9-Battery",
	}, nil
}

// holds describes what is in the tenant, besides the provider's own client.
func (c *cast) holds() []string {
	var lines []string
	for _, client := range c.Clients() {
		if client.ID != c.own.ID {
			lines = append(lines, fmt.Sprintf("application       %s: %s", client.Name, strings.Join(c.scopes(client.ID), ", ")))
		}
	}
	for _, v := range c.VaultConnections() {
		lines = append(lines, fmt.Sprintf("vault connection  %s: works as %s", v.Name, c.name(v.Setup["client_id"])))
	}
	for _, u := range c.Users() {
		line := fmt.Sprintf("user              %s: user_metadata %s", u.Email, compact(u.UserMetadata))
		if u.Blocked != nil && *u.Blocked {
			line += ", blocked"
		}
		lines = append(lines, line)
	}
	for _, f := range c.Flows() {
		lines = append(lines, fmt.Sprintf("flow              %s: %d actions", f.Name, len(f.Actions)))
	}

	return lines
}

// scopes returns what a client is granted.
func (c *cast) scopes(clientID string) (scopes []string) {
	for _, grant := range c.Grants() {
		if grant.ClientID == clientID {
			scopes = append(scopes, grant.Scope...)
		}
	}

	return scopes
}

// log describes the requests since they were last forgotten, and whose token authorized each.
func (c *cast) log() []string {
	var lines []string
	for _, r := range c.Requests() {
		lines = append(lines, fmt.Sprintf("%-13s%-5s %s", c.name(r.ClientID), r.Method, r.Path))
	}

	return lines
}

// throughConnection reports whether users were asked for or written since the log was last emptied, and by the vault
// connection's client alone.
func (c *cast) throughConnection() bool {
	asked := false
	for _, r := range c.Requests() {
		if strings.HasPrefix(r.Path, "/api/v2/users") {
			asked = true
			if r.ClientID == c.own.ID {
				return false
			}
		}
	}

	return asked
}

// name returns the name of a client; its id if there is no such client.
func (c *cast) name(clientID any) string {
	if id, ok := clientID.(string); ok {
		if client, ok := c.Client(id); ok {
			return client.Name
		}
	}

	return fmt.Sprint(clientID)
}

// compact is a value as JSON on one line.
func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}

	return string(text)
}
