package emulator

import (
	"net/http"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// What belongs to a user. The tenant has no organizations and no connected accounts: those lists are empty.
var relatedOperations = []operation{
	{method: "GET", path: "/api/v2/users/{id}/roles", scopes: []string{"read:users", "read:roles"}, mark: ",", run: related("roles", rolesOf)},
	{method: "POST", path: "/api/v2/users/{id}/roles", scopes: []string{"update:users", "create:role_members"}, mark: ",", run: assignRoles},
	{method: "DELETE", path: "/api/v2/users/{id}/roles", scopes: []string{"update:users", "delete:role_members"}, mark: ",", run: assignRoles},
	{
		method: "GET", path: "/api/v2/users/{id}/permissions",
		scopes: []string{"read:users"}, mark: ",", run: related("permissions", permissionsOf),
	},
	{method: "POST", path: "/api/v2/users/{id}/permissions", scopes: []string{"update:users"}, mark: ",", run: assignPermissions},
	{method: "DELETE", path: "/api/v2/users/{id}/permissions", scopes: []string{"update:users"}, mark: ",", run: assignPermissions},
	{
		method: "GET", path: "/api/v2/users/{id}/organizations",
		scopes: []string{"read:organizations", "read:users"}, mark: ",", run: related("organizations", nil),
	},
	{method: "GET", path: "/api/v2/users/{id}/connected-accounts", scopes: []string{"read:users"}, mark: ",", run: connectedAccounts},
}

var (
	rolesBody = schema.Closed("", []string{"roles"}, schema.Prop("roles", schema.ArrayOf("The roles", schema.Text("", 1, 0))))

	permissionsBody = schema.Closed("", []string{"permissions"}, schema.Prop("permissions", schema.ArrayOf("The permissions",
		schema.Closed("", []string{"permission_name", "resource_server_identifier"},
			schema.Prop("permission_name", schema.Text("The scope", 1, 0)),
			schema.Prop("resource_server_identifier", schema.Text("The API", 1, 0))))))
)

// user finds the user that the path names.
func (c *call) user() (*User, *apiError) {
	if bad := c.checkUserID(); bad != nil {
		return nil, bad
	}
	if u := c.tenant.users.get(c.params["id"]); u != nil {
		return u, nil
	}
	return nil, noSuchUser()
}

func related(key string, of func(*Tenant, *User) []object) func(*call) (*response, *apiError) {
	return func(c *call) (*response, *apiError) {
		s := c.pagingQuery(1e9, 0)
		q, bad := c.query(&s)
		if bad != nil {
			return nil, bad
		}
		u, bad := c.user()
		if bad != nil {
			return nil, bad
		}
		items := []object{}
		if of != nil {
			items = append(items, of(c.tenant, u)...)
		}
		return c.offsetPage(q, key, items), nil
	}
}

func rolesOf(t *Tenant, u *User) (items []object) {
	for _, id := range u.Roles {
		if r := t.role(id); r != nil {
			items = append(items, r.body())
		}
	}
	return items
}

func permissionsOf(t *Tenant, u *User) (items []object) {
	for _, p := range u.Permissions {
		sources := []object{{{"source_id", ""}, {"source_name", ""}, {"source_type", "DIRECT"}}}
		items = append(items, append(t.permissionBody(p), field{"sources", sources}))
	}
	return items
}

// store puts a user back after a change that does not move updated_at.
func (c *call) store(u *User) { c.tenant.users.put(u, c.tenant.behavior.SearchDelay) }

// assignRoles is POST, which adds, and DELETE, which removes.
func assignRoles(c *call) (*response, *apiError) {
	in, bad := c.body(&rolesBody)
	if bad != nil {
		return nil, bad
	}
	stored, bad := c.user()
	if bad != nil {
		return nil, bad
	}
	u := stored.copy()
	for _, id := range stringsOf(in["roles"]) {
		u.Roles = slices.DeleteFunc(u.Roles, func(had string) bool { return had == id })
		if c.Method == http.MethodDelete {
			continue
		}
		if r := c.tenant.role(id); r == nil || r.ID != id {
			return nil, noSuchRole()
		}
		u.Roles = append(u.Roles, id)
	}
	c.store(u)
	return reply(http.StatusNoContent, nil), nil
}

// assignPermissions is POST, which adds, and DELETE, which removes.
func assignPermissions(c *call) (*response, *apiError) {
	stored, bad := c.user()
	if bad != nil {
		return nil, bad
	}
	u := stored.copy()
	if u.Permissions, bad = c.assignPermissions(u.Permissions); bad != nil {
		return nil, bad
	}
	c.store(u)
	return c.assigned(), nil
}

func connectedAccounts(c *call) (*response, *apiError) {
	if _, bad := c.user(); bad != nil {
		return nil, bad
	}
	return reply(http.StatusOK, object{{"connected_accounts", []object{}}}), nil
}
