package emulator

import "net/http"

// The tenant has neither roles nor organizations; clients that ask for those of a user get empty lists.
var relatedOperations = []operation{
	{method: "GET", path: "/api/v2/users/{id}/roles", scopes: []string{"read:users", "read:roles"}, mark: ",", run: related("roles")},
	{method: "GET", path: "/api/v2/users/{id}/permissions", scopes: []string{"read:users"}, mark: ",", run: related("permissions")},
	{method: "GET", path: "/api/v2/users/{id}/organizations", scopes: []string{"read:organizations", "read:users"}, mark: ",", run: related("organizations")},
	{method: "GET", path: "/api/v2/users/{id}/connected-accounts", scopes: []string{"read:users"}, mark: ",", run: connectedAccounts},
}

func related(key string) func(*call) (*response, *apiError) {
	return func(c *call) (*response, *apiError) {
		if bad := c.checkUserID(); bad != nil {
			return nil, bad
		}
		s := c.pagingQuery(1e9, 0)
		q, bad := s.checkQuery(c.Query, c.tenant.behaviour.AllowUnknownQuery)
		if bad != nil {
			return nil, bad
		}
		if c.tenant.users.get(c.params["id"]) == nil {
			return nil, noSuchUser()
		}
		number, size, totals := c.paging(q)
		if !totals {
			return reply(http.StatusOK, []object{}), nil
		}
		return reply(http.StatusOK, object{{key, []object{}}, {"start", number * size}, {"limit", size}, {"total", 0}}), nil
	}
}

func connectedAccounts(c *call) (*response, *apiError) {
	if bad := c.checkUserID(); bad != nil {
		return nil, bad
	}
	if c.tenant.users.get(c.params["id"]) == nil {
		return nil, noSuchUser()
	}
	return reply(http.StatusOK, object{{"connected_accounts", []object{}}}), nil
}
