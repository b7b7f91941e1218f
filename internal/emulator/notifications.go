package emulator

import (
	"net/http"
	"slices"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// EmailProvider is the tenant's own e-mail provider.
type EmailProvider struct {
	Name               string         `json:"name,omitzero"` // sendgrid, smtp, …
	Enabled            bool           `json:"enabled"`
	DefaultFromAddress string         `json:"default_from_address,omitzero"`
	Credentials        map[string]any `json:"credentials,omitzero"`
	Settings           map[string]any `json:"settings,omitzero"`
}

// PhoneProvider is a provider of text messages and calls. A tenant may have several.
type PhoneProvider struct {
	ID       string `json:"id,omitzero"`
	Name     string `json:"name,omitzero"` // twilio or custom
	Disabled bool   `json:"disabled,omitzero"`
	Channel  string `json:"channel,omitzero"` // phone
	// Configuration is shown as it is: delivery_methods (text, voice), sid, …
	Configuration map[string]any `json:"configuration,omitzero"`
	CreatedAt     time.Time      `json:"created_at,omitzero"`
	UpdatedAt     time.Time      `json:"updated_at,omitzero"`
}

var notificationOperations = []operation{
	{method: "GET", path: "/api/v2/emails/provider", scopes: []string{"read:email_provider"}, mark: ",", run: readEmailProvider},
	{method: "GET", path: "/api/v2/branding/phone/providers", scopes: []string{"read:phone_providers"}, mark: ",", run: listPhoneProviders},
	{
		method: "GET", path: "/api/v2/branding/phone/providers/{id}",
		scopes: []string{"read:phone_providers"}, mark: ",", run: readPhoneProvider,
	},
}

// SetEmailProvider configures the e-mail provider; nil removes it. A new tenant has none.
func (t *Tenant) SetEmailProvider(p *EmailProvider) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emailProvider = clonePointer(p)
}

// AddPhoneProvider adds a phone provider, or replaces the one with its id. A new tenant has none.
func (t *Tenant) AddPhoneProvider(p PhoneProvider) PhoneProvider {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.ID == "" {
		p.ID = randomID("pro_", 16)
	}
	if p.Name == "" {
		p.Name = "twilio"
	}
	if p.Channel == "" {
		p.Channel = "phone"
	}
	if p.Configuration == nil {
		p.Configuration = map[string]any{"delivery_methods": []any{"text", "voice"}}
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = now()
	}
	if p.UpdatedAt.IsZero() {
		p.UpdatedAt = p.CreatedAt
	}
	t.phoneProviders = append(slices.DeleteFunc(t.phoneProviders, func(o *PhoneProvider) bool { return o.ID == p.ID }), &p)
	return p
}

// DeletePhoneProvider removes a phone provider, if it is there.
func (t *Tenant) DeletePhoneProvider(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phoneProviders = slices.DeleteFunc(t.phoneProviders, func(p *PhoneProvider) bool { return p.ID == id })
}

func (p *PhoneProvider) body(tenant string) object {
	return object{
		{"id", p.ID}, {"tenant", tenant}, {"name", p.Name}, {"channel", p.Channel}, {"disabled", p.Disabled},
		{"configuration", p.Configuration}, {"created_at", p.CreatedAt}, {"updated_at", p.UpdatedAt},
	}
}

// readEmailProvider shows the name and whether it is enabled; other fields have to be asked for.
func readEmailProvider(c *call) (*response, *apiError) {
	q, bad := c.query(&readUserQuery)
	if bad != nil {
		return nil, bad
	}
	p := c.tenant.emailProvider
	if p == nil {
		return nil, notFound("inexistent_email_provider", "The email provider does not exist.")
	}
	o := object{{"name", p.Name}, {"enabled", p.Enabled}}
	names, include := fieldsOf(q)
	if len(names) > 0 {
		o.set("default_from_address", p.DefaultFromAddress)
		o = append(o, field{"credentials", orEmpty(p.Credentials)}, field{"settings", orEmpty(p.Settings)})
	}
	return reply(http.StatusOK, o.pick(names, include)), nil
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func listPhoneProviders(c *call) (*response, *apiError) {
	s := schema.Closed("", nil, schema.Prop("disabled", schema.Boolean("Disabled providers only")))
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	shown := []object{}
	for _, p := range c.tenant.phoneProviders {
		if disabled, given := q["disabled"].(bool); !given || disabled == p.Disabled {
			shown = append(shown, p.body(c.tenant.label()))
		}
	}
	return reply(http.StatusOK, object{{"providers", shown}}), nil
}

func readPhoneProvider(c *call) (*response, *apiError) {
	for _, p := range c.tenant.phoneProviders {
		if p.ID == c.params["id"] {
			return reply(http.StatusOK, p.body(c.tenant.label())), nil
		}
	}
	return nil, notFound("", "Not Found")
}
