package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

var (
	readClientScopes   = []string{"read:clients", "read:client_keys", "read:client_credentials", "read:client_summary"}
	updateClientScopes = []string{"update:clients", "update:client_keys", "update:client_credentials"}
	// allClientScopes show every property of a client but its secret.
	allClientScopes = []string{
		"read:clients", "read:client_keys", "read:client_credentials", "create:clients", "update:clients", "update:client_keys",
	}
)

var clientOperations = []operation{
	{method: "GET", path: "/api/v2/clients", scopes: readClientScopes, mark: ",", run: listClients},
	{method: "POST", path: "/api/v2/clients", scopes: []string{"create:clients"}, mark: ",", run: createClient},
	{method: "GET", path: "/api/v2/clients/{id}", scopes: readClientScopes, mark: ",", run: readClient},
	{method: "PATCH", path: "/api/v2/clients/{id}", scopes: updateClientScopes, mark: ",", run: updateClient},
	{method: "DELETE", path: "/api/v2/clients/{id}", scopes: []string{"delete:clients"}, mark: ",", run: removeClient},
	{method: "POST", path: "/api/v2/clients/{id}/rotate-secret", scopes: []string{"update:client_keys"}, mark: ",", run: rotateSecret},
	{method: "GET", path: "/api/v2/clients/{id}/credentials", scopes: []string{"read:client_credentials"}, mark: ",", run: listCredentials},
}

// uncheckedProperties are the properties of a client that the emulator keeps without looking into them.
const uncheckedProperties = `logo_uri callbacks oidc_logout oidc_backchannel_logout session_transfer allowed_origins web_origins
	client_aliases allowed_clients allowed_logout_urls encryption_key cross_origin_loc custom_login_page custom_login_page_preview
	form_template addons mobile initiate_login_uri native_social_login fedcm_login refresh_token default_organization organization_usage
	organization_require_behavior organization_discovery_methods client_authentication_methods signed_request_object
	token_vault_privileged_access compliance_level token_exchange par_request_expiry third_party_security_mode redirection_policy
	express_configuration my_organization_configuration async_approval_notification_channels`

var flags = strings.Fields(`is_token_endpoint_ip_header_trusted is_first_party oidc_conformant sso cross_origin_authentication sso_disabled
	custom_login_page_on require_pushed_authorization_requests require_proof_of_possession
	skip_non_verifiable_callback_uri_confirmation_prompt`)

var appTypes = strings.Fields(`native spa regular_web non_interactive resource_server express_configuration rms box cloudbees concur dropbox
	mscrm echosign egnyte newrelic office365 salesforce sentry sharepoint slack springcm zendesk zoom sso_integration oag`)

var (
	clientCreate = clientSchema(schema.Prop("resource_server_identifier", schema.Text("The identifier of a resource server", 1, 600)))
	clientUpdate = nullableClient()
)

func clientSchema(more ...schema.Property) schema.Schema {
	name := schema.Text("The name", 1, 0)
	name.Pattern = regexp.MustCompile(`^[^<>]+$`)
	quota := schema.Closed("", nil, schema.Prop("enforce", schema.Boolean("")),
		schema.Prop("per_day", schema.Integer("", 1, 2147483647)), schema.Prop("per_hour", schema.Integer("", 1, 2147483647)))
	quota.MinProperties = 1
	s := schema.Closed("", []string{"name"}, append([]schema.Property{
		schema.Prop("name", name),
		schema.Prop("description", schema.Text("The description", 0, 140)),
		schema.Prop("client_secret", schema.Text("The secret", 1, 0)),
		schema.Prop("app_type", schema.OneOf("The kind of application", appTypes...)),
		schema.Prop("token_endpoint_auth_method",
			schema.OneOf("How the client authenticates", "none", "client_secret_post", "client_secret_basic")),
		schema.Prop("grant_types", schema.ArrayOf("The grant types", schema.Text("", 1, 0))),
		schema.Prop("jwt_configuration", schema.Closed("The JWT settings", nil,
			schema.Prop("lifetime_in_seconds", schema.Integer("", 0, 1e12)), schema.Prop("secret_encoded", schema.Boolean("")),
			schema.Prop("scopes", schema.FreeObject("")), schema.Prop("alg", schema.OneOf("", "HS256", "RS256", "RS512", "PS256")))),
		schema.Prop("client_metadata", schema.Schema{
			Types: []string{"object"}, Open: true, Values: &schema.Schema{Types: []string{"string", "null"}, MaxLength: 255},
			Description: "The client metadata",
		}),
		schema.Prop("token_quota", schema.Closed("", []string{"client_credentials"}, schema.Prop("client_credentials", quota))),
	}, more...)...)
	for _, k := range flags {
		s.Properties = append(s.Properties, schema.Prop(k, schema.Boolean("")))
	}
	s.Properties = append(s.Properties, schema.AnyProps(uncheckedProperties)...)
	return s
}

// nullableClient is the schema of PATCH: null removes most properties.
func nullableClient() schema.Schema {
	s := clientSchema()
	s.Required = nil
	for i := range s.Properties {
		switch p := &s.Properties[i]; p.Name {
		case "name", "client_secret", "grant_types":
		default:
			if len(p.Types) > 0 {
				p.Schema = schema.OrNull(p.Schema)
			}
		}
	}
	return s
}

// defaultGrantTypes are those of a client that is created without any.
func (c *Client) defaultGrantTypes() []string {
	switch {
	case c.AppType == "resource_server":
		return []string{}
	case c.AppType == "express_configuration":
		return []string{"authorization_code", "client_credentials"}
	case c.TokenEndpointAuthMethod == "none":
		return []string{"authorization_code", "implicit", "refresh_token"}
	default:
		return []string{"authorization_code", "implicit", "refresh_token", "client_credentials"}
	}
}

// addDefaults fills in what the server sets on a new client.
func (c *Client) addDefaults() {
	if c.GrantTypes == nil {
		c.GrantTypes = c.defaultGrantTypes()
	}
	lifetime, idle := 2592000.0, 1296000.0
	if c.TokenEndpointAuthMethod == "client_secret_post" {
		lifetime, idle = 31557600, 2592000
	}
	settings := map[string]any{
		"is_first_party": true, "is_token_endpoint_ip_header_trusted": false, "oidc_conformant": false, "sso_disabled": false,
		"cross_origin_authentication": false, "custom_login_page_on": true,
		"jwt_configuration": map[string]any{"secret_encoded": false, "lifetime_in_seconds": 36000.0},
		"refresh_token": map[string]any{
			"rotation_type": "non-rotating", "expiration_type": "non-expiring", "leeway": 0.0, "infinite_token_lifetime": true,
			"infinite_idle_token_lifetime": true, "token_lifetime": lifetime, "idle_token_lifetime": idle,
		},
	}
	maps.Copy(settings, c.Settings)
	withSecretEncoding(settings)
	c.Settings = settings
}

// withSecretEncoding: a jwt_configuration that was sent replaces the default one but for this key.
func withSecretEncoding(settings map[string]any) {
	if jwt, ok := settings["jwt_configuration"].(map[string]any); ok {
		if _, given := jwt["secret_encoded"]; !given {
			jwt["secret_encoded"] = false
		}
	}
}

// mergedSettings are objects of which PATCH changes the keys that are sent.
var mergedSettings = []string{"client_metadata", "jwt_configuration", "mobile", "native_social_login", "session_transfer"}

// merge changes the keys of an object that are sent; null removes one. An object that loses all of them stays, empty.
func merge(old, patch map[string]any) map[string]any {
	merged := map[string]any{}
	maps.Copy(merged, old)
	maps.Copy(merged, patch)
	maps.DeleteFunc(merged, func(_ string, v any) bool { return v == nil })
	return clone(merged)
}

// set takes properties over from a body; null removes.
func (c *Client) set(in map[string]any) {
	if c.Settings == nil {
		c.Settings = map[string]any{}
	}
	for k, v := range in {
		s, _ := v.(string)
		switch k {
		case "name":
			c.Name = s
		case "app_type":
			c.AppType = s
		case "client_secret":
			c.Secret = s
		case "token_endpoint_auth_method":
			c.TokenEndpointAuthMethod = s
		case "grant_types":
			c.GrantTypes = stringsOf(v)
		default:
			c.setSetting(k, v)
		}
	}
	withSecretEncoding(c.Settings)
}

func (c *Client) setSetting(k string, v any) {
	patch, isObject := v.(map[string]any)
	switch {
	case v == nil, k == "initiate_login_uri" && v == "":
		delete(c.Settings, k)
	case isObject && slices.Contains(mergedSettings, k):
		old, _ := c.Settings[k].(map[string]any)
		c.Settings[k] = merge(old, patch)
	default:
		c.Settings[k] = cloneValue(v)
	}
	// The two are one setting.
	for _, pair := range [][2]string{{"oidc_logout", "oidc_backchannel_logout"}, {"oidc_backchannel_logout", "oidc_logout"}} {
		if k != pair[0] {
			continue
		}
		if v, ok := c.Settings[k]; ok {
			c.Settings[pair[1]] = cloneValue(v)
		} else {
			delete(c.Settings, pair[1])
		}
	}
}

// stringsOf reads a JSON array of strings; it is never nil.
func stringsOf(v any) []string {
	out := []string{}
	list, _ := v.([]any)
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// body is the client as the API shows it.
func (c *Client) body(tenant string, secret bool) object {
	o := object{{"tenant", tenant}, {"client_id", c.ID}, {"name", c.Name}}
	o.set("app_type", c.AppType)
	o.set("token_endpoint_auth_method", c.TokenEndpointAuthMethod)
	o = append(o, field{"grant_types", append([]string{}, c.GrantTypes...)}, field{"global", false},
		field{"callback_url_template", false}, field{"cross_origin_auth", false}, field{"signing_keys", signingKeysOf(tenant)})
	for _, k := range slices.Sorted(maps.Keys(c.Settings)) {
		o = append(o, field{k, c.Settings[k]})
	}
	if secret {
		o.set("client_secret", c.Secret)
	}
	return o
}

// signingKeysOf stands for the tenant's certificates, which are not used: tokens are checked with the JWKS.
func signingKeysOf(tenant string) []object {
	return []object{{{"cert", "-----BEGIN CERTIFICATE-----\r\n-----END CERTIFICATE-----\r\n"}, {"subject", "/CN=" + tenant}}}
}

// show is the body that a token may see.
func (c *call) show(client *Client) object {
	o := client.body(c.tenant.label(), c.token.hasAny([]string{"read:client_keys", "read:client_credentials"}))
	if !c.token.hasAny(allClientScopes) {
		return o.pick([]string{"client_id", "app_type", "name", "description"}, true)
	}
	return o
}

func noSuchClient() *apiError { return notFound("inexistent_client", "The client does not exist") }

func listClients(c *call) (*response, *apiError) {
	s := c.checkpointQuery(0, append([]schema.Property{
		schema.Prop("is_global", schema.Boolean("Global clients only")),
		schema.Prop("is_first_party", schema.Boolean("First-party clients only")),
		schema.Prop("app_type", schema.Text("The kinds of application", 0, 0)),
		schema.Prop("external_client_id", schema.Text("The external id", 0, 0)),
		schema.Prop("q", schema.Text("The query", 0, 0)),
	}, fieldsQuery...)...)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	names, include := fieldsOf(q)
	names = withTenant(names, include)
	var items []object
	var ids []string
	for _, id := range c.tenant.clientIDs {
		r := c.tenant.client(id)
		if r == nil || !clientFits(&r.Client, q) {
			continue
		}
		items = append(items, c.show(&r.Client).pick(names, include))
		ids = append(ids, id)
	}
	return c.checkpointPage(q, "clients", items, ids)
}

// withTenant adds the key that comes along with the fields that are asked for, as recorded.
func withTenant(names []string, include bool) []string {
	if len(names) > 0 && include {
		return append(names, "tenant")
	}
	return names
}

func clientFits(c *Client, q map[string]any) bool {
	if types, ok := q["app_type"].(string); ok && types != "" && !slices.Contains(strings.Split(types, ","), c.AppType) {
		return false
	}
	if first, ok := q["is_first_party"].(bool); ok && c.Settings["is_first_party"] != first {
		return false
	}
	return q["is_global"] != true // the emulator has no global client
}

func createClient(c *call) (*response, *apiError) {
	in, bad := c.body(&clientCreate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	client := Client{ID: randomID("", 32), Secret: randomID("", 64)}
	if bad := checkMetadataSize(in); bad != nil {
		return nil, bad
	}
	if _, given := in["client_authentication_methods"]; given && !c.token.hasAny([]string{"create:client_credentials"}) {
		return nil, insufficientScope(",", "create:client_credentials")
	}
	client.set(in)
	if bad := checkGrantTypes(&client, in); bad != nil {
		return nil, bad
	}
	client.addDefaults()
	t.putClient(client, false)
	body := c.show(&client)
	if !slices.ContainsFunc(body, func(f field) bool { return f.key == "client_secret" }) {
		body.set("client_secret", client.Secret) // whoever creates a client gets its secret once
	}
	return reply(http.StatusCreated, append(body, field{"encrypted", true})), nil
}

// checkGrantTypes: a client with the authentication method none cannot have client credentials.
func checkGrantTypes(client *Client, in map[string]any) *apiError {
	_, sent := in["grant_types"]
	machine := sent && slices.Contains(client.GrantTypes, "client_credentials")
	if machine && client.TokenEndpointAuthMethod == "none" && in["client_authentication_methods"] == nil {
		return badRequest("invalid_body", "Invalid grant types: client_credentials")
	}
	return nil
}

func checkMetadataSize(in map[string]any) *apiError {
	if m, ok := in["client_metadata"].(map[string]any); ok && len(m) > 10 {
		return invalidBody(&schema.Violation{
			What: fmt.Sprintf("Too many properties defined (%d), maximum 10", len(m)), Path: "client_metadata", Description: "The client metadata",
		})
	}
	return nil
}

func (t *Tenant) liveClients() []string {
	return slices.DeleteFunc(slices.Clone(t.clientIDs), func(id string) bool { return t.client(id) == nil })
}

func readClient(c *call) (*response, *apiError) {
	q, bad := c.query(&readUserQuery)
	if bad != nil {
		return nil, bad
	}
	r := c.tenant.client(c.params["id"])
	if r == nil {
		return nil, noSuchClient()
	}
	names, include := fieldsOf(q)
	return reply(http.StatusOK, c.show(&r.Client).pick(withTenant(names, include), include)), nil
}

func updateClient(c *call) (*response, *apiError) {
	in, bad := c.body(&clientUpdate)
	if bad != nil {
		return nil, bad
	}
	if bad := checkMetadataSize(in); bad != nil {
		return nil, bad
	}
	r := c.tenant.client(c.params["id"])
	if r == nil {
		return nil, noSuchClient()
	}
	client := r.Client.copy()
	client.set(in)
	if bad := checkMetadataSize(client.Settings); bad != nil {
		return nil, bad
	}
	if bad := checkGrantTypes(&client, in); bad != nil {
		return nil, bad
	}
	c.tenant.putClient(client, false)
	return reply(http.StatusOK, c.show(&client)), nil
}

func removeClient(c *call) (*response, *apiError) {
	c.tenant.deleteClient(c.params["id"])
	return reply(http.StatusNoContent, nil), nil
}

func rotateSecret(c *call) (*response, *apiError) {
	r := c.tenant.client(c.params["id"])
	if r == nil {
		return nil, noSuchClient()
	}
	client := r.Client.copy()
	client.Secret = randomID("", 64)
	c.tenant.putClient(client, false)
	return reply(http.StatusOK, client.body(c.tenant.label(), true)), nil
}

func listCredentials(c *call) (*response, *apiError) {
	if c.tenant.client(c.params["id"]) == nil {
		return nil, noSuchClient()
	}
	return reply(http.StatusOK, []object{}), nil
}
