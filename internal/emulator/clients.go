package emulator

import (
	"maps"
	"slices"
	"time"
)

// Client is an application.
type Client struct {
	ID     string `json:"id,omitzero"`
	Secret string `json:"secret,omitzero"`
	Name   string `json:"name,omitzero"`
	// AppType is non_interactive for a machine-to-machine application.
	AppType                 string   `json:"app_type,omitzero"`
	TokenEndpointAuthMethod string   `json:"token_endpoint_auth_method,omitzero"`
	GrantTypes              []string `json:"grant_types,omitzero"`
	// PublicKeys are PEM keys. A client that has some authenticates with a JWT it signed, and never with its secret.
	PublicKeys []string `json:"public_keys,omitzero"`
	// Settings are all other properties, as the API returns them.
	Settings map[string]any `json:"settings,omitzero"`
}

func (c Client) copy() Client {
	c.GrantTypes = slices.Clone(c.GrantTypes)
	c.PublicKeys = slices.Clone(c.PublicKeys)
	c.Settings = clone(c.Settings)
	return c
}

// clientRecord is a client, and what the token endpoint knows of it.
type clientRecord struct {
	Client
	gone bool
	line timeline[Client]
}

// AddClient stores a client, or replaces the one with its id. Without an id or a secret it gets one; without
// grant types it may ask for tokens by client credentials.
func (t *Tenant) AddClient(c Client) Client {
	t.mu.Lock()
	defer t.mu.Unlock()
	c = c.copy()
	if c.ID == "" {
		c.ID = randomID("", 32)
	}
	if c.Secret == "" {
		c.Secret = randomID("", 64)
	}
	if c.AppType == "" {
		c.AppType = "non_interactive"
	}
	if c.Name == "" {
		c.Name = c.ID
	}
	if c.GrantTypes == nil {
		c.GrantTypes = []string{"client_credentials"}
	}
	c.addDefaults()
	t.putClient(c, false)
	return c.copy()
}

// Clients returns copies of all clients, oldest first.
func (t *Tenant) Clients() []Client {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []Client
	for _, id := range t.clientIDs {
		if r := t.clients[id]; !r.gone {
			out = append(out, r.Client.copy())
		}
	}
	return out
}

// Client returns a copy of one client.
func (t *Tenant) Client(id string) (Client, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.client(id); r != nil {
		return r.Client.copy(), true
	}
	return Client{}, false
}

// SetClientSecret changes the secret of a client. Like every change it reaches the token endpoint after
// Behavior.PropagationDelay. It panics if the client does not exist.
func (t *Tenant) SetClientSecret(clientID, secret string) {
	t.EditClient(clientID, func(c *Client) { c.Secret = secret })
}

// EditClient changes a client. It panics if the client does not exist.
func (t *Tenant) EditClient(id string, f func(*Client)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.client(id)
	if r == nil {
		panic("emulator: no client " + id)
	}
	c := r.Client.copy()
	f(&c)
	c.ID = id
	t.putClient(c, false)
}

// DeleteClient removes a client and its grants, if it is there.
func (t *Tenant) DeleteClient(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.deleteClient(id)
}

func (t *Tenant) deleteClient(id string) {
	if r := t.client(id); r != nil {
		t.putClient(r.Client, true)
		for _, g := range slices.Clone(t.grants) {
			if g.ClientID == id {
				t.removeGrant(g)
			}
		}
	}
}

func (t *Tenant) client(id string) *clientRecord {
	if r := t.clients[id]; r != nil && !r.gone {
		return r
	}
	return nil
}

func (t *Tenant) putClient(c Client, gone bool) {
	r := t.clients[c.ID]
	if r == nil {
		r = &clientRecord{}
		t.clients[c.ID] = r
		t.clientIDs = append(t.clientIDs, c.ID)
	}
	if r.gone && !gone { // it comes back as a new one
		t.clientIDs = append(slices.DeleteFunc(t.clientIDs, func(id string) bool { return id == c.ID }), c.ID)
	}
	r.Client, r.gone = c, gone
	n := time.Now()
	r.line.add(c, gone, n, n.Add(t.behavior.PropagationDelay))
}

// visibleClient is the client as the token endpoint knows it.
func (t *Tenant) visibleClient(id string) (Client, bool) {
	if r := t.clients[id]; r != nil {
		return r.line.visible(time.Now())
	}
	return Client{}, false
}

// Grant allows a client to use an API.
type Grant struct {
	ID       string   `json:"id,omitzero"`
	ClientID string   `json:"client_id,omitzero"`
	Audience string   `json:"audience,omitzero"`
	Scope    []string `json:"scope,omitzero"` // nil while AllowAllScopes is true
	// SubjectType is client, user or anonymous_user.
	SubjectType string `json:"subject_type,omitzero"`
	// Settings are the other properties that were sent: organization_usage, allow_any_organization,
	// authorization_details_types, allow_all_scopes, default_for, is_system.
	Settings map[string]any `json:"settings,omitzero"`
}

func (g Grant) copy() Grant {
	g.Scope = slices.Clone(g.Scope)
	g.Settings = maps.Clone(g.Settings)
	return g
}

type grantRecord struct {
	Grant
	gone bool
	line timeline[Grant]
}

// Grant gives a client these scopes of the tenant's Management API. A grant that exists gets them instead of its own.
func (t *Tenant) Grant(clientID string, scopes ...string) Grant {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.grantOf(clientID, t.Audience(), "client")
	if r == nil {
		r = &grantRecord{Grant: Grant{ID: randomID("cgr_", 16), ClientID: clientID, Audience: t.Audience(), SubjectType: "client"}}
		t.grants = append(t.grants, r)
	}
	r.Scope = append([]string{}, scopes...)
	delete(r.Settings, "allow_all_scopes")
	t.touchGrant(r)
	return r.Grant.copy()
}

// AddGrant stores a grant as it is, or replaces the one of the same client, audience and subject type.
func (t *Tenant) AddGrant(g Grant) Grant {
	t.mu.Lock()
	defer t.mu.Unlock()
	g = g.copy()
	if g.ID == "" {
		g.ID = randomID("cgr_", 16)
	}
	if g.Audience == "" {
		g.Audience = t.Audience()
	}
	if g.SubjectType == "" {
		g.SubjectType = "client"
	}
	r := t.grantOf(g.ClientID, g.Audience, g.SubjectType)
	if r == nil {
		r = &grantRecord{}
		t.grants = append(t.grants, r)
	}
	r.Grant = g
	t.touchGrant(r)
	return g.copy()
}

// Revoke removes every grant of a client. Tokens given out before stay valid, as at Auth0.
func (t *Tenant) Revoke(clientID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range slices.Clone(t.grants) {
		if g.ClientID == clientID {
			t.removeGrant(g)
		}
	}
}

// Grants returns copies of all grants, oldest first.
func (t *Tenant) Grants() []Grant {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []Grant
	for _, g := range t.grants {
		if !g.gone {
			out = append(out, g.Grant.copy())
		}
	}
	return out
}

func (t *Tenant) grantOf(clientID, audience, subject string) *grantRecord {
	for _, g := range t.grants {
		if !g.gone && g.ClientID == clientID && g.Audience == audience && g.SubjectType == subject {
			return g
		}
	}
	return nil
}

func (t *Tenant) touchGrant(g *grantRecord) {
	n := time.Now()
	g.line.add(g.Grant.copy(), g.gone, n, n.Add(t.behavior.PropagationDelay))
}

// removeGrant marks a grant as gone, and drops those that are gone for the token endpoint too.
func (t *Tenant) removeGrant(g *grantRecord) {
	g.gone = true
	t.touchGrant(g)
	t.grants = slices.DeleteFunc(t.grants, func(g *grantRecord) bool { return g.gone && g.line.over(time.Now()) })
}

// visibleGrant is the grant as the token endpoint knows it.
func (t *Tenant) visibleGrant(clientID, audience string) (Grant, bool) {
	for _, g := range t.grants {
		if g.ClientID == clientID && g.Audience == audience && g.SubjectType == "client" {
			if seen, ok := g.line.visible(time.Now()); ok {
				return seen, true
			}
		}
	}
	return Grant{}, false
}

// Scopes are those of the Management API that the emulator knows.
func Scopes() []string { return slices.Clone(managementScopes) }

var managementScopes = []string{
	"read:users", "create:users", "update:users", "delete:users", "read:users_app_metadata", "update:users_app_metadata",
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"read:client_credentials", "create:client_credentials", "update:client_credentials", "delete:client_credentials",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:resource_servers", "create:resource_servers", "update:resource_servers", "delete:resource_servers",
	"read:roles", "create:roles", "update:roles", "delete:roles", "create:role_members", "delete:role_members",
	"read:connections", "read:organizations", "read:organization_members", "read:email_provider", "read:phone_providers",
	"read:flows", "create:flows", "update:flows", "delete:flows",
	"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections",
}
