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
	// Permissions are those that come with the role.
	Permissions []Permission `json:"permissions,omitzero"`
}

// Permission is a scope of an API that a role or a user has.
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
	{method: "GET", path: "/api/v2/roles/{id}/permissions", scopes: []string{"read:roles"}, mark: ",", run: listRolePermissions},
	{method: "POST", path: "/api/v2/roles/{id}/permissions", scopes: []string{"update:roles"}, mark: ",", run: assignRolePermissions},
	{method: "DELETE", path: "/api/v2/roles/{id}/permissions", scopes: []string{"update:roles"}, mark: ",", run: assignRolePermissions},
}

var (
	roleUpdate = schema.Closed("", nil,
		schema.Prop("name", schema.Text("The name", 1, 50)), schema.Prop("description", schema.Text("The description", 0, 255)))
	roleCreate = schema.Closed("", []string{"name"}, roleUpdate.Properties...)
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
		c := *r
		c.Permissions = slices.Clone(r.Permissions)
		out = append(out, c)
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
	s := c.pagingQuery(1e9, 0, schema.Prop("name_filter", schema.Text("A part of the name", 0, 0)),
		schema.Prop("type", schema.Text("The type of the role", 0, 0))) // without effect: auth0-deploy-cli sends it
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

func listRolePermissions(c *call) (*response, *apiError) {
	s := c.pagingQuery(1e9, 0)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	r, bad := c.role()
	if bad != nil {
		return nil, bad
	}
	items := []object{}
	for _, p := range r.Permissions {
		items = append(items, c.tenant.permissionBody(p))
	}
	return c.offsetPage(q, "permissions", items), nil
}

// assignRolePermissions is POST, which adds, and DELETE, which removes.
func assignRolePermissions(c *call) (*response, *apiError) {
	r, bad := c.role()
	if bad != nil {
		return nil, bad
	}
	changed, bad := c.assignPermissions(r.Permissions)
	if bad != nil {
		return nil, bad
	}
	r.Permissions = changed
	return c.assigned(), nil
}

// permissionBody is a permission as it is shown.
func (t *Tenant) permissionBody(p Permission) object {
	o := object{{"permission_name", p.Name}, {"description", ""}}
	if a := t.api(p.API); a != nil {
		o = object{{"permission_name", p.Name}, {"description", a.Descriptions[p.Name]}, {"resource_server_name", a.Name}}
	}
	return append(o, field{"resource_server_identifier", p.API})
}

// assignPermissions adds the permissions of a body to a list (POST), or removes them from it (DELETE).
func (c *call) assignPermissions(list []Permission) ([]Permission, *apiError) {
	in, bad := c.body(&permissionsBody)
	if bad != nil {
		return nil, bad
	}
	list = slices.Clone(list)
	items, _ := in["permissions"].([]any)
	for _, e := range items {
		m, _ := e.(map[string]any)
		p := Permission{Name: str(m, "permission_name"), API: str(m, "resource_server_identifier")}
		list = slices.DeleteFunc(list, func(had Permission) bool { return had == p })
		if c.Method == http.MethodDelete {
			continue
		}
		if a := c.tenant.api(p.API); a == nil || !slices.Contains(a.Scopes, p.Name) {
			return nil, notFound("inexistent_resource_server", "The resource server or the permission does not exist")
		}
		list = append(list, p)
	}
	return list, nil
}

// assigned is the answer to that.
func (c *call) assigned() *response {
	if c.Method == http.MethodDelete {
		return reply(http.StatusNoContent, nil)
	}
	return reply(http.StatusCreated, object{})
}
