package emulator

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

var grantOperations = []operation{
	{method: "GET", path: "/api/v2/client-grants", scopes: []string{"read:client_grants"}, mark: ",", run: listGrants},
	{method: "POST", path: "/api/v2/client-grants", scopes: []string{"create:client_grants"}, mark: ",", run: createGrant},
	{method: "GET", path: "/api/v2/client-grants/{id}", scopes: []string{"read:client_grants"}, mark: ",", run: readGrant},
	{method: "PATCH", path: "/api/v2/client-grants/{id}", scopes: []string{"update:client_grants"}, mark: ",", run: updateGrant},
	{method: "DELETE", path: "/api/v2/client-grants/{id}", scopes: []string{"delete:client_grants"}, mark: ",", run: removeGrantByID},
}

var (
	scopeList   = schema.ArrayOf("The scopes", schema.Text("", 1, 280))
	detailTypes = schema.ArrayOf("The kinds of authorization details", schema.Text("", 1, 255))
	usage       = schema.OneOf("The use of organizations", "deny", "allow", "require")
	subjectType = schema.OneOf("The subject of the grant", "client", "user", "anonymous_user")

	grantCreate = schema.Closed("", []string{"audience"},
		schema.Prop("client_id", schema.Text("The client", 1, 0)),
		schema.Prop("audience", schema.Text("The audience", 1, 0)),
		schema.Prop("scope", scopeList), schema.Prop("subject_type", subjectType), schema.Prop("organization_usage", usage),
		schema.Prop("allow_any_organization", schema.Boolean("Whether any organization may be used")),
		schema.Prop("authorization_details_types", detailTypes),
		schema.Prop("allow_all_scopes", schema.Boolean("Whether all scopes are granted")),
		schema.Prop("default_for", schema.OneOf("The clients that it is the default for", "third_party_clients")),
	)
	grantUpdate = func() schema.Schema {
		s := schema.Closed("", nil,
			schema.Prop("scope", schema.OrNull(scopeList)), schema.Prop("organization_usage", schema.OrNull(usage)),
			schema.Prop("allow_any_organization", schema.OrNull(schema.Boolean(""))), schema.Prop("authorization_details_types", detailTypes),
			schema.Prop("allow_all_scopes", schema.OrNull(schema.Boolean(""))))
		s.MinProperties = 1
		return s
	}()
	grantFilters = []schema.Property{
		schema.Prop("audience", schema.Text("The audience", 0, 0)),
		schema.Prop("client_id", schema.Text("The client", 0, 0)),
		schema.Prop("allow_any_organization", schema.Boolean("Whether any organization may be used")),
		schema.Prop("subject_type", subjectType),
		schema.Prop("default_for", schema.OneOf("The clients that it is the default for", "third_party_clients")),
	}

	// grantSettings are shown only if they were sent.
	grantSettings = []string{
		"organization_usage", "allow_any_organization", "authorization_details_types", "allow_all_scopes", "default_for", "is_system",
	}
)

func (g *Grant) body() object {
	o := object{{"id", g.ID}}
	o.set("client_id", g.ClientID)
	o.set("audience", g.Audience)
	if g.Settings["allow_all_scopes"] != true {
		o = append(o, field{"scope", append([]string{}, g.Scope...)})
	}
	o.set("subject_type", g.SubjectType)
	for _, k := range grantSettings {
		if v, ok := g.Settings[k]; ok {
			o = append(o, field{k, v})
		}
	}
	return o
}

func noSuchGrant() *apiError {
	return notFound("inexistent_client_grant", "The grant does not exist.")
}

func listGrants(c *call) (*response, *apiError) {
	s := c.checkpointQuery(1, grantFilters...)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	if q["allow_any_organization"] == false {
		return nil, invalidQuery(&schema.Violation{
			What: "No enum match for: false", Path: "allow_any_organization", Description: "Whether any organization may be used",
		})
	}
	var items []object
	var ids []string
	byID := slices.SortedFunc(slices.Values(c.tenant.grants), func(a, b *grantRecord) int { return strings.Compare(a.ID, b.ID) })
	for _, g := range byID {
		if g.gone || !g.fits(q) {
			continue
		}
		items = append(items, g.body())
		ids = append(ids, g.ID)
	}
	return c.checkpointPage(q, "client_grants", items, ids)
}

func (g *Grant) fits(q map[string]any) bool {
	same := func(key string, v any) bool {
		want, given := q[key]
		return !given || want == v
	}
	return same("audience", g.Audience) && same("client_id", g.ClientID) && same("subject_type", g.SubjectType) &&
		same("default_for", g.Settings["default_for"]) && same("allow_any_organization", g.Settings["allow_any_organization"])
}

func createGrant(c *call) (*response, *apiError) {
	in, bad := c.body(&grantCreate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	g := &grantRecord{Grant: Grant{
		ID: randomID("cgr_", 16), ClientID: str(in, "client_id"), Audience: str(in, "audience"), SubjectType: str(in, "subject_type"),
		Scope: stringsOf(in["scope"]), Settings: map[string]any{},
	}}
	if g.SubjectType == "" {
		g.SubjectType = "client"
	}
	switch {
	case g.ClientID == "" && str(in, "default_for") == "":
		return nil, badRequest("invalid_body", "Payload validation error: 'Missing required property: client_id'.")
	case g.ClientID != "" && str(in, "default_for") != "":
		return nil, badRequest("invalid_body", "Payload validation error: 'Additional properties not allowed: client_id'.")
	case t.api(g.Audience) == nil:
		return nil, notFound("inexistent_resource_server", "Resource server not found")
	}
	if g.ClientID != "" {
		client := t.client(g.ClientID)
		if client == nil {
			return nil, notFound("inexistent_client", "Client not found")
		}
		if client.AppType == "express_configuration" {
			return nil, badRequest("validation_error", "Client of type express_configuration cannot be used")
		}
	}
	for _, other := range t.grants {
		if !other.gone && other.ClientID == g.ClientID && other.Audience == g.Audience && other.SubjectType == g.SubjectType {
			return nil, &apiError{status: http.StatusConflict, message: "A resource server with the same identifier already exists."}
		}
	}
	for _, k := range grantSettings {
		if v, given := in[k]; given {
			g.Settings[k] = v
		}
	}
	if g.Settings["allow_all_scopes"] == true {
		g.Scope = nil
	}
	t.grants = append(t.grants, g)
	t.touchGrant(g)
	return reply(http.StatusCreated, g.body()), nil
}

func (c *call) grant() *grantRecord {
	for _, g := range c.tenant.grants {
		if !g.gone && g.ID == c.params["id"] {
			return g
		}
	}
	return nil
}

func readGrant(c *call) (*response, *apiError) {
	g := c.grant()
	if g == nil {
		return nil, noSuchGrant()
	}
	return reply(http.StatusOK, g.body()), nil
}

func updateGrant(c *call) (*response, *apiError) {
	in, bad := c.body(&grantUpdate)
	if bad != nil {
		return nil, bad
	}
	g := c.grant()
	switch {
	case g == nil:
		return nil, noSuchGrant()
	case g.Settings["is_system"] == true:
		return nil, badRequest("operation_not_supported", "System grants cannot be changed.")
	}
	changed := g.Grant.copy()
	if changed.Settings == nil {
		changed.Settings = map[string]any{}
	}
	for k, v := range in {
		switch {
		case k == "scope":
			changed.Scope = stringsOf(v)
		case v == nil:
			delete(changed.Settings, k)
		default:
			changed.Settings[k] = v
		}
	}
	if changed.Settings["allow_all_scopes"] == true {
		changed.Scope = nil
	}
	g.Grant = changed
	c.tenant.touchGrant(g)
	return reply(http.StatusOK, g.body()), nil
}

func removeGrantByID(c *call) (*response, *apiError) {
	g := c.grant()
	if g != nil && g.Settings["is_system"] == true {
		return nil, badRequest("operation_not_supported", "System grants cannot be deleted.")
	}
	if g != nil {
		c.tenant.removeGrant(g)
	}
	return reply(http.StatusNoContent, nil), nil
}

// checkpointQuery is the schema of lists that page both by number and by checkpoint.
func (c *call) checkpointQuery(minPerPage float64, more ...schema.Property) schema.Schema {
	maxPageSize := float64(c.tenant.behavior.maxPerPage())
	return c.pagingQuery(1e9, minPerPage, append([]schema.Property{
		schema.Prop("from", schema.Text("Where to go on", 0, 0)),
		schema.Prop("take", schema.Integer("The size of a page", 1, maxPageSize)),
	}, more...)...)
}

// checkpointPage answers such a list. The ids are those of the items, in the same order.
func (c *call) checkpointPage(q map[string]any, key string, items []object, ids []string) (*response, *apiError) {
	take, taking := q["take"].(float64)
	from, continued := q["from"].(string)
	number, size, totals := c.paging(q)
	if taking || continued {
		if taking {
			size = int(take)
		}
		start := 0
		if continued {
			last, err := base64.StdEncoding.DecodeString(from)
			if start = slices.Index(ids, string(last)) + 1; err != nil || start == 0 {
				return nil, invalidQuery(&schema.Violation{
					What: "Object didn't pass validation for format checkpoint: " + from, Path: "from", Description: "Where to go on",
				})
			}
		}
		end := min(len(items), start+size)
		body := object{{key, append([]object{}, items[start:end]...)}}
		if end < len(items) {
			body = append(body, field{"next", base64.StdEncoding.EncodeToString([]byte(ids[end-1]))})
		}
		return reply(http.StatusOK, body), nil
	}
	start, end := page(len(items), number, size)
	shown := append([]object{}, items[start:end]...)
	if !totals {
		return reply(http.StatusOK, shown), nil
	}
	return reply(http.StatusOK, object{{"total", len(items)}, {"start", number * size}, {"limit", size}, {key, shown}}), nil
}
