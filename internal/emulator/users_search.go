package emulator

import "net/http"

func searchUsers(c *call) (*response, *apiError) {
	s := c.pagingQuery(1e9, 0, fieldsQuery...)
	q, bad := s.checkQuery(c.Query, c.tenant.behaviour.AllowUnknownQuery)
	if bad != nil {
		return nil, bad
	}
	found := c.tenant.users.seen()
	number, size, totals := c.paging(q)
	from, to := page(len(found), number, size)
	keys, include := fieldsOf(q)
	shown := []object{}
	for _, u := range found[from:to] {
		shown = append(shown, u.body().pick(keys, include))
	}
	if !totals {
		return reply(http.StatusOK, shown), nil
	}
	return reply(http.StatusOK, object{
		{"start", number * size}, {"limit", size}, {"length", len(shown)}, {"users", shown}, {"total", len(found)},
	}), nil
}
