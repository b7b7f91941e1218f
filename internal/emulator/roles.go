package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// Role is a role of a tenant, which users can have.
type Role struct {
	ID          string `json:"id,omitzero"`
	Name        string `json:"name,omitzero"`
	Description string `json:"description,omitzero"`
}

// Permission is a scope of an API that a user has directly, without a role.
type Permission struct {
	Name string `json:"permission_name"`
	API  string `json:"resource_server_identifier"`
}

var roleOperations = []operation{
	{method: "GET", path: "/api/v2/roles", scopes: []string{"read:roles"}, mark: ",", run: listRoles},
	{method: "POST", path: "/api/v2/roles", scopes: []string{"create:roles"}, mark: ",", run: createRole},
	{method: "GET", path: "/api/v2/roles/{id}", scopes: []string{"read:roles"}, mark: ",", run: readRole},
	{method: "PATCH", path: "/api/v2/roles/{id}", scopes: []string{"update:roles"}, mark: ",", run: updateRole},
	{method: "DELETE", path: "/api/v2/roles/{id}", scopes: []string{"delete:roles"}, mark: ",", run: deleteRole},
}

var (
	roleCreate = schema.Closed("", []string{"name"}, schema.Prop("name", schema.Text("The name", 1, 50)), schema.Prop("description", schema.Text("The description", 0, 255)))
	roleUpdate = schema.Closed("", nil, schema.Prop("name", schema.Text("The name", 1, 50)), schema.Prop("description", schema.Text("The description", 0, 255)))
)

// AddRole stores a role, or replaces the one with its id.
func (t *Tenant) AddRole(r Role) Role {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *t.addRole(r)
}

// Roles returns copies of all roles, oldest first.
func (t *Tenant) Roles() []Role {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []Role
	for _, r := range t.roles {
		out = append(out, *r)
	}
	return out
}

func (t *Tenant) addRole(r Role) *Role {
	if r.ID == "" {
		r.ID = randomID("rol_", 16)
	}
	t.roles = append(slices.DeleteFunc(t.roles, func(o *Role) bool { return o.ID == r.ID }), &r)
	return &r
}

// role finds a role by its id, or, for seeds, by its name.
func (t *Tenant) role(id string) *Role {
	for _, r := range t.roles {
		if r.ID == id || r.Name == id {
			return r
		}
	}
	return nil
}

func (r *Role) body() object {
	return object{{"id", r.ID}, {"name", r.Name}, {"description", r.Description}}
}

func noSuchRole() *apiError { return notFound("", "The role does not exist.") }

func (c *call) role() (*Role, *apiError) {
	if r := c.tenant.role(c.params["id"]); r != nil && r.ID == c.params["id"] {
		return r, nil
	}
	return nil, noSuchRole()
}

func listRoles(c *call) (*response, *apiError) {
	s := c.pagingQuery(1e9, 0, schema.Prop("name_filter", schema.Text("A part of the name", 0, 0)))
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	items := []object{}
	for _, r := range c.tenant.roles {
		if strings.Contains(strings.ToLower(r.Name), strings.ToLower(str(q, "name_filter"))) {
			items = append(items, r.body())
		}
	}
	return c.offsetPage(q, "roles", items), nil
}

func createRole(c *call) (*response, *apiError) {
	in, bad := c.body(&roleCreate)
	if bad != nil {
		return nil, bad
	}
	if slices.ContainsFunc(c.tenant.roles, func(r *Role) bool { return r.Name == str(in, "name") }) {
		return nil, &apiError{status: http.StatusConflict, message: "There already exists a role with the same name."}
	}
	r := c.tenant.addRole(Role{Name: str(in, "name"), Description: str(in, "description")})
	return reply(http.StatusOK, r.body()), nil // 200, as recorded
}

func readRole(c *call) (*response, *apiError) {
	r, bad := c.role()
	if bad != nil {
		return nil, bad
	}
	return reply(http.StatusOK, r.body()), nil
}

func updateRole(c *call) (*response, *apiError) {
	in, bad := c.body(&roleUpdate)
	if bad != nil {
		return nil, bad
	}
	r, bad := c.role()
	if bad != nil {
		return nil, bad
	}
	if name, given := in["name"].(string); given {
		r.Name = name
	}
	if description, given := in["description"].(string); given {
		r.Description = description
	}
	return reply(http.StatusOK, r.body()), nil
}

func deleteRole(c *call) (*response, *apiError) {
	r, bad := c.role()
	if bad != nil {
		return nil, bad
	}
	c.tenant.roles = slices.DeleteFunc(c.tenant.roles, func(o *Role) bool { return o == r })
	return reply(http.StatusOK, object{}), nil
}
