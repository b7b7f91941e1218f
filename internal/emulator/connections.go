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
	{method: "GET", path: "/api/v2/connections/{id}/clients", scopes: []string{"read:connections"}, mark: ",", run: listConnectionClients},
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
	return object{
		{"id", d.ID}, {"options", options}, {"strategy", d.Strategy}, {"name", d.Name}, {"is_domain_connection", false},
		{"realms", []string{d.Name}}, {"enabled_clients", append([]string{}, d.clients(t)...)},
	}
}

// clients are the IDs of the clients for which the connection is enabled.
func (d *Database) clients(t *Tenant) []string {
	if d.EnabledClients == nil {
		return t.liveClients()
	}
	return d.EnabledClients
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
	d, bad := c.connection()
	if bad != nil {
		return nil, bad
	}
	names, include := fieldsOf(q)
	return reply(http.StatusOK, d.body(c.tenant).pick(names, include)), nil
}

// listConnectionClients pages by checkpoint only.
func listConnectionClients(c *call) (*response, *apiError) {
	s := c.checkpointQuery(0)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	d, bad := c.connection()
	if bad != nil {
		return nil, bad
	}
	ids := d.clients(c.tenant)
	items := make([]object, len(ids))
	for i, id := range ids {
		items[i] = object{{"client_id", id}}
	}
	if q["take"] == nil {
		_, size, _ := c.paging(q)
		q["take"] = float64(size)
	}
	return c.checkpointPage(q, "clients", items, ids)
}

// connection finds the connection that the path names.
func (c *call) connection() (*Database, *apiError) {
	i := slices.IndexFunc(c.tenant.databases, func(d *Database) bool { return d.ID == c.params["id"] })
	if i < 0 {
		return nil, notFound("inexistent_connection", "The connection does not exist")
	}
	return c.tenant.databases[i], nil
}

// label is the tenant's name, the first part of its domain.
func (t *Tenant) label() string {
	label, _, _ := strings.Cut(t.domain, ".")
	return label
}
