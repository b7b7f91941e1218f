package emulator

import (
	"net/http"
	"slices"
)

// API is a resource server: something that tokens are for.
type API struct {
	ID         string   `json:"id,omitzero"`
	Name       string   `json:"name,omitzero"`
	Identifier string   `json:"identifier,omitzero"`
	Scopes     []string `json:"scopes,omitzero"`
	System     bool     `json:"system,omitzero"`
}

var apiOperations = []operation{
	{method: "GET", path: "/api/v2/resource-servers", scopes: []string{"read:resource_servers"}, mark: ",", run: listAPIs},
	{method: "GET", path: "/api/v2/resource-servers/{id}", scopes: []string{"read:resource_servers"}, mark: ",", run: readAPI},
}

// AddAPI stores a resource server, or replaces the one with its identifier. The Management API is there from the start.
func (t *Tenant) AddAPI(a API) API {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *t.addAPI(a)
}

func (t *Tenant) addAPI(a API) *API {
	if a.ID == "" {
		a.ID = objectID(now())
	}
	if a.Name == "" {
		a.Name = a.Identifier
	}
	a.Scopes = slices.Clone(a.Scopes)
	t.apis = append(slices.DeleteFunc(t.apis, func(o *API) bool { return o.Identifier == a.Identifier }), &a)
	return &a
}

// api finds a resource server by its id or its identifier.
func (t *Tenant) api(id string) *API {
	for _, a := range t.apis {
		if a.Identifier == id || a.ID == id {
			return a
		}
	}
	return nil
}

func (a *API) body() object {
	o := object{{"id", a.ID}, {"name", a.Name}, {"identifier", a.Identifier}}
	if a.System {
		o = append(o, field{"is_system", true})
	}
	o = append(o, field{"allow_offline_access", false}, field{"skip_consent_for_verifiable_first_party_clients", false},
		field{"token_lifetime", 86400}, field{"token_lifetime_for_web", 7200}, field{"signing_alg", "RS256"})
	if a.Scopes != nil {
		scopes := []object{}
		for _, s := range a.Scopes {
			scopes = append(scopes, object{{"value", s}})
		}
		o = append(o, field{"scopes", scopes})
	}
	return o
}

func listAPIs(c *call) (*response, *apiError) {
	s := c.checkpointQuery(0, property{"identifiers", arrayOf("", text("", 0, 0))}, property{"include_fields", boolean("")})
	q, bad := s.checkQuery(c.Query, c.tenant.behaviour.AllowUnknownQuery)
	if bad != nil {
		return nil, bad
	}
	wanted := stringsOf(q["identifiers"])
	var items []object
	var ids []string
	for _, a := range c.tenant.apis {
		if len(wanted) == 0 || slices.Contains(wanted, a.Identifier) {
			items = append(items, a.body())
			ids = append(ids, a.ID)
		}
	}
	return c.checkpointPage(q, "resource_servers", items, ids)
}

func readAPI(c *call) (*response, *apiError) {
	if a := c.tenant.api(c.params["id"]); a != nil {
		return reply(http.StatusOK, a.body()), nil
	}
	return nil, notFound("inexistent_resource_server", "The resource server does not exist")
}
