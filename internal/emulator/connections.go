package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

var connectionOperations = []operation{
	{method: "GET", path: "/api/v2/connections", scopes: []string{"read:connections"}, mark: ",", run: listConnections},
	{method: "GET", path: "/api/v2/connections/{id}", scopes: []string{"read:connections"}, mark: ",", run: readConnection},
}

// body is the connection as the API shows it. What the emulator does not keep, such as the options of other identity
// providers, is left out.
func (d *Database) body(t *Tenant) object {
	options := object{}
	if d.Strategy == "auth0" {
		policy := d.PasswordPolicy
		if policy == "" {
			policy = "good"
		}
		options = append(options,
			field{"passwordPolicy", policy}, field{"requires_username", d.RequiresUsername}, field{"brute_force_protection", true},
			field{"password_history", object{{"size", d.PasswordHistory}, {"enable", d.PasswordHistory > 0}}},
			field{"password_no_personal_info", object{{"enable", d.NoPersonalInfo}}},
			field{"enabledDatabaseCustomization", d.Custom}, field{"import_mode", false},
			field{"validation", object{{"username", object{{"min", max(1, d.UsernameMin)}, {"max", d.maxUsername()}}}}})
	}
	if d.SyncOnCreation {
		options = append(options, field{"set_user_root_attributes", "on_first_login"})
	}
	clients := d.EnabledClients
	if clients == nil {
		clients = t.liveClients()
	}
	return object{
		{"id", d.ID}, {"options", options}, {"strategy", d.Strategy}, {"name", d.Name}, {"is_domain_connection", false},
		{"realms", []string{d.Name}}, {"enabled_clients", append([]string{}, clients...)},
	}
}

func (d *Database) maxUsername() int {
	if d.UsernameMax == 0 {
		return 15
	}
	return d.UsernameMax
}

// listConnections pages by number or by checkpoint. enabled_clients is shown: it is deprecated, not gone.
func listConnections(c *call) (*response, *apiError) {
	s := c.checkpointQuery(0, append([]schema.Property{
		schema.Prop("name", schema.Text("The name", 0, 0)),
		schema.Prop("strategy", schema.ArrayOf("The strategies", schema.Text("", 0, 0))),
	}, fieldsQuery...)...)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	names, include := fieldsOf(q)
	strategies := stringsOf(q["strategy"])
	var items []object
	var ids []string
	for _, d := range c.tenant.databases {
		if name := str(q, "name"); name != "" && name != d.Name || len(strategies) > 0 && !slices.Contains(strategies, d.Strategy) {
			continue
		}
		items = append(items, d.body(c.tenant).pick(names, include))
		ids = append(ids, d.ID)
	}
	return c.checkpointPage(q, "connections", items, ids)
}

func readConnection(c *call) (*response, *apiError) {
	q, bad := c.query(&readUserQuery)
	if bad != nil {
		return nil, bad
	}
	for _, d := range c.tenant.databases {
		if d.ID == c.params["id"] {
			names, include := fieldsOf(q)
			return reply(http.StatusOK, d.body(c.tenant).pick(names, include)), nil
		}
	}
	return nil, notFound("inexistent_connection", "The connection does not exist")
}

// label is the tenant's name, the first part of its domain.
func (t *Tenant) label() string {
	label, _, _ := strings.Cut(t.domain, ".")
	return label
}
