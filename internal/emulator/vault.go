package emulator

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// VaultConnection is a connection in the vault of Forms and Flows.
type VaultConnection struct {
	ID          string `json:"id,omitzero"`
	AppID       string `json:"app_id,omitzero"`
	Name        string `json:"name,omitzero"`
	AccountName string `json:"account_name,omitzero"` // made by the server
	Environment string `json:"environment,omitzero"`  // never set by the server
	// Setup holds the credentials, secrets included. The API never returns it. Nil: not set up.
	Setup     map[string]any `json:"setup,omitzero"`
	Ready     bool           `json:"ready,omitzero"`
	CreatedAt time.Time      `json:"created_at,omitzero"`
	UpdatedAt time.Time      `json:"updated_at,omitzero"`
	// RefreshedAt is when Auth0 last renewed the stored token; zero: never.
	RefreshedAt time.Time `json:"refreshed_at,omitzero"`
}

func (v *VaultConnection) copy() VaultConnection {
	c := *v
	c.Setup = clone(v.Setup)
	return c
}

// Fingerprint is a digest of updated_at, and of nothing else.
func (v *VaultConnection) Fingerprint() string {
	sum := md5.Sum([]byte(timestamp(v.UpdatedAt)))
	return hex.EncodeToString(sum[:])
}

var vaultOperations = []operation{
	{method: "GET", path: "/api/v2/flows/vault/connections", scopes: []string{"read:flows_vault_connections"}, mark: ";", run: listVault},
	{method: "POST", path: "/api/v2/flows/vault/connections", scopes: []string{"create:flows_vault_connections"}, mark: ";", run: createVault},
	{method: "GET", path: "/api/v2/flows/vault/connections/{id}", scopes: []string{"read:flows_vault_connections"}, mark: ";", run: readVault},
	{method: "PATCH", path: "/api/v2/flows/vault/connections/{id}", scopes: []string{"update:flows_vault_connections"}, mark: ";", run: updateVault},
	{method: "DELETE", path: "/api/v2/flows/vault/connections/{id}", scopes: []string{"delete:flows_vault_connections"}, mark: ";", run: deleteVault},
}

var (
	vaultName   = schema.Text("The name of the connection", 1, 150)
	vaultCreate = schema.Closed("", []string{"name", "app_id"},
		schema.Prop("name", vaultName), schema.Prop("app_id", schema.OneOf("The app", appIDs()...)), schema.Prop("setup", schema.FreeObject("")))
	vaultUpdate = schema.Closed("", nil, schema.Prop("name", vaultName), schema.Prop("setup", schema.FreeObject("")))
)

// vaultBody reads a body. The keys that only the server sets are an error, or are ignored.
func (c *call) vaultBody(s *schema.Schema) (map[string]any, *apiError) {
	in, bad := c.parse(s)
	if bad != nil {
		return nil, bad
	}
	return in, c.refuse(s.Check("", in))
}

// refuse turns a violation of a body into an answer. Where the contract is a choice between schemas, Auth0 may
// not say more than that.
func (c *call) refuse(bad *schema.Violation) *apiError {
	switch {
	case bad == nil:
		return nil
	case c.tenant.behaviour.UnionErrors:
		return badRequest("invalid_body", "Payload validation error: 'None of the valid schemas were met'. Inner errors: [ "+bad.Message("Payload")+" ]")
	default:
		return badRequest("invalid_body", bad.InOrder(c.RequestBody).Message("Payload"))
	}
}

func listVault(c *call) (*response, *apiError) {
	var items []object
	for _, v := range c.tenant.vault {
		item := object{{"id", v.ID}, {"name", v.Name}, {"app_id", v.AppID}}
		item.set("account_name", v.AccountName)
		item.set("ready", v.Ready)
		items = append(items, append(item, v.times(false)...))
	}
	return c.flowsPage("connections", items)
}

func createVault(c *call) (*response, *apiError) {
	in, bad := c.vaultBody(&vaultCreate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	v := &VaultConnection{ID: shortUUID("ac_"), AppID: str(in, "app_id"), Name: str(in, "name"), CreatedAt: now()}
	v.UpdatedAt = v.CreatedAt
	if setup, given := in["setup"].(map[string]any); given {
		if bad := c.refuse(checkSetup(setups[v.AppID], setup)); bad != nil {
			return nil, bad
		}
		if bad := t.checkCredentials(v.AppID, setup); bad != nil {
			return nil, bad
		}
		v.store(setup, t)
	}
	if bad := t.uniqueVaultName(v.Name, ""); bad != nil {
		return nil, bad
	}
	t.vault = append(t.vault, v)
	return reply(t.behaviour.createdStatus(), v.body(true)), nil
}

func readVault(c *call) (*response, *apiError) {
	v, bad := c.vaultConnection()
	if bad != nil {
		return nil, bad
	}
	return reply(http.StatusOK, v.body(false)), nil
}

func updateVault(c *call) (*response, *apiError) {
	if bad := c.checkID("flows-vault-connections-id", "The id of the connection"); bad != nil {
		return nil, bad
	}
	in, bad := c.vaultBody(&vaultUpdate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	v := t.vaultConnection(c.params["id"])
	if v == nil {
		return nil, vaultNotFound()
	}
	setup, given := in["setup"].(map[string]any)
	if given {
		if bad := c.refuse(checkSetup(setups[v.AppID], setup)); bad != nil {
			return nil, bad
		}
		if bad := t.checkCredentials(v.AppID, setup); bad != nil {
			return nil, bad
		}
	}
	name, rename := in["name"].(string)
	if rename {
		if bad := t.uniqueVaultName(name, v.ID); bad != nil {
			return nil, bad
		}
		v.Name = name
	}
	v.UpdatedAt = after(v.UpdatedAt)
	if given {
		v.store(setup, t)
	}
	return reply(http.StatusOK, v.body(true)), nil
}

func deleteVault(c *call) (*response, *apiError) {
	v, bad := c.vaultConnection()
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	if t.behaviour.RefuseDeleteInUse && t.flowUsing(v.ID) {
		return nil, badRequest("operation_not_supported", "The connection is used by a flow")
	}
	t.vault = slices.DeleteFunc(t.vault, func(o *VaultConnection) bool { return o == v })
	return reply(http.StatusNoContent, nil), nil
}

// vaultConnection finds the connection that the path names.
func (c *call) vaultConnection() (*VaultConnection, *apiError) {
	if bad := c.checkID("flows-vault-connections-id", "The id of the connection"); bad != nil {
		return nil, bad
	}
	if v := c.tenant.vaultConnection(c.params["id"]); v != nil {
		return v, nil
	}
	return nil, vaultNotFound()
}

func vaultNotFound() *apiError { return notFound("", "Connection not found") }

// checkID refuses path ids that are too long or out of form.
func (c *call) checkID(format, desc string) *apiError {
	s := schema.Text(desc, 0, 30)
	if !c.tenant.behaviour.AnyID {
		s.Formats = []string{format}
	}
	if bad := s.Check("id", c.params["id"]); bad != nil {
		return badRequest("invalid_uri", bad.Message("Path"))
	}
	return nil
}

func (t *Tenant) uniqueVaultName(name, except string) *apiError {
	if t.behaviour.UniqueNames {
		for _, v := range t.vault {
			if v.Name == name && v.ID != except {
				return badRequest("invalid_body", "A connection with this name exists already")
			}
		}
	}
	return nil
}

// store keeps a setup, whole: keys that it leaves out are gone, unless the tenant merges.
func (v *VaultConnection) store(setup map[string]any, t *Tenant) {
	kept := clone(setup)
	if t.behaviour.SetupMerges && v.Setup != nil && v.Setup["type"] == setup["type"] {
		for k, old := range v.Setup {
			if _, given := kept[k]; !given {
				kept[k] = old
			}
		}
	}
	v.Setup, v.Ready = kept, true
	v.AccountName = accountName(t.behaviour.AccountName, v.AppID, kept)
	if t.behaviour.RefreshedAtWithSetup {
		v.RefreshedAt = v.UpdatedAt
	}
}

// body is the answer about one connection. Answers to writes show refreshed_at as null while nothing is set up.
func (v *VaultConnection) body(write bool) object {
	o := object{{"id", v.ID}, {"app_id", v.AppID}}
	o.set("environment", v.Environment)
	o.set("name", v.Name)
	o.set("account_name", v.AccountName)
	o.set("ready", v.Ready)
	return append(o, v.times(write && v.Setup == nil)...)
}

func (v *VaultConnection) times(null bool) object {
	o := object{{"created_at", v.CreatedAt}, {"updated_at", v.UpdatedAt}}
	switch {
	case !v.RefreshedAt.IsZero():
		o = append(o, field{"refreshed_at", v.RefreshedAt})
	case null:
		o = append(o, field{"refreshed_at", nil})
	}
	return append(o, field{"fingerprint", v.Fingerprint()})
}

// secretKeys are the fields of setups that are masked, the first that is there.
var secretKeys = []string{"token", "client_secret", "api_key", "secret_key", "private_key", "password", "value", "code", "url"}

// accountName is what the server makes of a setup.
func accountName(mode AccountNameMode, app string, setup map[string]any) string {
	kind := str(setup, "type")
	if mode == AccountNameAbsent {
		return ""
	}
	if token, ok := setup["token"].(string); ok && kind == "BEARER" {
		return "Bearer " + mask(token)
	}
	if mode == AccountNameMask {
		for _, k := range secretKeys {
			if s, ok := setup[k].(string); ok && s != "" {
				return mask(s)
			}
		}
		return ""
	}
	if domain, ok := setup["domain"].(string); ok && app == "AUTH0" {
		return domain
	}
	return ""
}

// mask shows the first and the last three characters.
func mask(s string) string {
	r := []rune(s)
	head, tail := r[:min(3, len(r))], r[max(0, len(r)-3):]
	return string(head) + "***" + string(tail)
}

// checkCredentials tries AUTH0 credentials if the tenant is told to. Hosts outside the emulator cannot be asked.
func (t *Tenant) checkCredentials(app string, setup map[string]any) *apiError {
	if !t.behaviour.ChecksCredentials || app != "AUTH0" {
		return nil
	}
	if domain := str(setup, "domain"); !strings.EqualFold(domain, t.domain) {
		return nil // another tenant's lock must not be taken while this one's is held
	}
	id, secret, aud := str(setup, "client_id"), str(setup, "client_secret"), str(setup, "audience")
	if aud == "" {
		aud = t.Audience()
	}
	client, known := t.seenClient(id)
	_, granted := t.seenGrant(id, aud)
	if !known || client.Secret != secret || !granted {
		return badRequest("invalid_body", "The credentials of the connection were refused")
	}
	return nil
}
