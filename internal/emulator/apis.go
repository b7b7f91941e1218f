package emulator

import (
	"maps"
	"net/http"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// API is a resource server: something that tokens are for.
type API struct {
	ID         string   `json:"id,omitzero"`
	Name       string   `json:"name,omitzero"`
	Identifier string   `json:"identifier,omitzero"`
	Scopes     []string `json:"scopes,omitzero"`
	// Descriptions are those of scopes, by scope.
	Descriptions map[string]string `json:"descriptions,omitzero"`
	System       bool              `json:"system,omitzero"`
	// Settings are all other properties, as the API returns them.
	Settings map[string]any `json:"settings,omitzero"`
}

var apiOperations = []operation{
	{method: "GET", path: "/api/v2/resource-servers", scopes: []string{"read:resource_servers"}, mark: ",", run: listAPIs},
	{method: "POST", path: "/api/v2/resource-servers", scopes: []string{"create:resource_servers"}, mark: ",", run: createAPI},
	{method: "GET", path: "/api/v2/resource-servers/{id}", scopes: []string{"read:resource_servers"}, mark: ",", run: readAPI},
	{method: "PATCH", path: "/api/v2/resource-servers/{id}", scopes: []string{"update:resource_servers"}, mark: ",", run: updateAPI},
	{method: "DELETE", path: "/api/v2/resource-servers/{id}", scopes: []string{"delete:resource_servers"}, mark: ",", run: deleteAPI},
}

var (
	apiUpdate = schema.Closed("", nil, append([]schema.Property{
		schema.Prop("name", schema.Text("The name", 1, 200)),
		schema.Prop("scopes", schema.ArrayOf("The scopes", schema.Closed("", []string{"value"},
			schema.Prop("value", schema.Text("The scope", 1, 280)), schema.Prop("description", schema.Text("The description", 0, 500))))),
		schema.Prop("signing_alg", schema.OneOf("The algorithm", "HS256", "RS256", "RS512", "PS256")),
		schema.Prop("signing_secret", schema.Text("The secret of HS256", 16, 0)),
		schema.Prop("allow_offline_access", schema.Boolean("Whether refresh tokens are issued")),
		schema.Prop("skip_consent_for_verifiable_first_party_clients", schema.Boolean("Whether first-party clients need no consent")),
		schema.Prop("token_lifetime", schema.Integer("The lifetime of tokens in seconds", 0, 2592000)),
		schema.Prop("token_lifetime_for_web", schema.Integer("The lifetime of tokens of browsers in seconds", 0, 2592000)),
		schema.Prop("enforce_policies", schema.Boolean("Whether authorization policies are enforced")),
	}, schema.AnyProps(`allow_online_access allow_online_access_with_ephemeral_sessions token_dialect token_encryption consent_policy
		authorization_details proof_of_possession subject_type_authorization authorization_policy`)...)...)
	apiCreate = func() schema.Schema {
		s := apiUpdate.With(schema.Prop("identifier", schema.Text("The identifier", 1, 600)))
		s.Required = []string{"identifier"}
		return s
	}()
)

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
	a.Scopes, a.Descriptions, a.Settings = slices.Clone(a.Scopes), maps.Clone(a.Descriptions), clone(a.Settings)
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

// set takes properties over from a body; null removes.
func (a *API) set(in map[string]any) {
	if a.Settings == nil {
		a.Settings = map[string]any{}
	}
	for k, v := range in {
		switch k {
		case "name":
			a.Name, _ = v.(string)
		case "identifier":
			a.Identifier, _ = v.(string)
		case "scopes":
			a.setScopes(v)
		default:
			if v == nil {
				delete(a.Settings, k)
			} else {
				a.Settings[k] = cloneValue(v)
			}
		}
	}
}

func (a *API) setScopes(v any) {
	a.Scopes, a.Descriptions = []string{}, map[string]string{}
	list, _ := v.([]any)
	for _, e := range list {
		scope, _ := e.(map[string]any)
		a.Scopes = append(a.Scopes, str(scope, "value"))
		if d := str(scope, "description"); d != "" {
			a.Descriptions[str(scope, "value")] = d
		}
	}
}

// body is the API as it is shown. Scopes are absent until they are set.
func (a *API) body() object {
	settings := map[string]any{
		"allow_offline_access": false, "skip_consent_for_verifiable_first_party_clients": false,
		"token_lifetime": 86400, "token_lifetime_for_web": 7200, "signing_alg": "RS256",
	}
	maps.Copy(settings, a.Settings)
	o := object{{"id", a.ID}, {"name", a.Name}, {"identifier", a.Identifier}}
	if a.System {
		o = append(o, field{"is_system", true})
	}
	for _, k := range slices.Sorted(maps.Keys(settings)) {
		o = append(o, field{k, settings[k]})
	}
	if a.Scopes != nil {
		scopes := []object{}
		for _, s := range a.Scopes {
			scope := object{{"value", s}}
			scope.set("description", a.Descriptions[s])
			scopes = append(scopes, scope)
		}
		o = append(o, field{"scopes", scopes})
	}
	return o
}

func listAPIs(c *call) (*response, *apiError) {
	s := c.checkpointQuery(0,
		schema.Prop("identifiers", schema.ArrayOf("", schema.Text("", 0, 0))), schema.Prop("include_fields", schema.Boolean("")))
	q, bad := c.query(&s)
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
	return nil, noSuchAPI()
}

func createAPI(c *call) (*response, *apiError) {
	in, bad := c.body(&apiCreate)
	if bad != nil {
		return nil, bad
	}
	if slices.ContainsFunc(c.tenant.apis, func(a *API) bool { return a.Identifier == in["identifier"] }) {
		return nil, &apiError{status: http.StatusConflict, message: "A resource server with the same identifier already exists."}
	}
	a := API{}
	a.set(in)
	return reply(http.StatusCreated, c.tenant.addAPI(a).body()), nil
}

func updateAPI(c *call) (*response, *apiError) {
	in, bad := c.body(&apiUpdate)
	if bad != nil {
		return nil, bad
	}
	a := c.tenant.api(c.params["id"])
	switch {
	case a == nil:
		return nil, noSuchAPI()
	case a.System:
		return nil, badRequest("operation_not_supported", "System resource servers cannot be changed.")
	}
	a.set(in)
	return reply(http.StatusOK, a.body()), nil
}

func deleteAPI(c *call) (*response, *apiError) {
	t := c.tenant
	a := t.api(c.params["id"])
	switch {
	case a == nil:
		return reply(http.StatusNoContent, nil), nil
	case a.System:
		return nil, badRequest("operation_not_supported", "System resource servers cannot be deleted.")
	}
	t.apis = slices.DeleteFunc(t.apis, func(o *API) bool { return o == a })
	for _, g := range slices.Clone(t.grants) {
		if !g.gone && g.Audience == a.Identifier {
			t.removeGrant(g)
		}
	}
	return reply(http.StatusNoContent, nil), nil
}

func noSuchAPI() *apiError {
	return notFound("inexistent_resource_server", "The resource server does not exist")
}
