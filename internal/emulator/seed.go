package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Seed is what a tenant is filled with.
type Seed struct {
	// Tenant is its host name; empty: the one that is asked, or the program's.
	Tenant string `json:"tenant,omitzero"`
	// Behavior sets the switches that it names, by their JSON names; durations as "1.5s".
	Behavior map[string]any `json:"behavior,omitzero"`
	// Plan names rate limits; see Plans.
	Plan             string            `json:"plan,omitzero"`
	Databases        []Database        `json:"databases,omitzero"`
	Roles            []Role            `json:"roles,omitzero"`
	EmailProvider    *EmailProvider    `json:"email_provider,omitzero"`
	PhoneProviders   []PhoneProvider   `json:"phone_providers,omitzero"`
	APIs             []API             `json:"apis,omitzero"`
	Clients          []SeedClient      `json:"clients,omitzero"`
	Grants           []Grant           `json:"grants,omitzero"`
	VaultConnections []VaultConnection `json:"vault_connections,omitzero"`
	Flows            []Flow            `json:"flows,omitzero"`
	Users            []User            `json:"users,omitzero"`
}

// SeedClient is a client with the scopes that it is granted for the Management API. Nil: no grant.
type SeedClient struct {
	Client
	Scopes []string `json:"scopes,omitzero"`
}

// ReadSeeds reads one seed, or an array of them, from JSON. Unknown keys are errors.
func ReadSeeds(r io.Reader) ([]Seed, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		var all []Seed
		err := decode(raw, &all)
		return all, err
	}
	var one Seed
	if err := decode(raw, &one); err != nil {
		return nil, err
	}
	return []Seed{one}, nil
}

// Seed fills the tenant: things are added, or replaced where their id or name is known. Data comes before the
// behavior, so that delays do not hold it back.
func (t *Tenant) Seed(s Seed) error {
	for _, d := range s.Databases {
		if d.Name == "" {
			return errors.New("a database needs a name")
		}
		t.AddDatabase(d)
	}
	for _, r := range s.Roles {
		t.AddRole(r)
	}
	if s.EmailProvider != nil {
		t.SetEmailProvider(s.EmailProvider)
	}
	for _, p := range s.PhoneProviders {
		t.AddPhoneProvider(p)
	}
	for _, a := range s.APIs {
		if a.Identifier == "" {
			return errors.New("an API needs an identifier")
		}
		t.AddAPI(a)
	}
	for _, c := range s.Clients {
		client := t.AddClient(c.Client)
		if c.Scopes != nil {
			t.Grant(client.ID, c.Scopes...)
		}
	}
	for _, g := range s.Grants {
		t.AddGrant(g)
	}
	for _, v := range s.VaultConnections {
		if v.Name == "" || setups[v.AppID] == nil {
			return fmt.Errorf("the vault connection %q needs a name and a known app_id", v.Name)
		}
		t.DeleteVaultConnection(v.ID)
		t.AddVaultConnection(v)
	}
	for _, f := range s.Flows {
		t.DeleteFlow(f.ID)
		t.AddFlow(f)
	}
	for _, u := range s.Users {
		t.AddUser(u)
	}
	if s.Plan != "" {
		limits, err := Plan(s.Plan)
		if err != nil {
			return err
		}
		t.Configure(func(b *Behavior) { b.Limits = limits })
	}
	return t.Set(s.Behavior)
}

// Set changes the switches that are named, by their JSON names. Durations are strings such as "1.5s".
func (t *Tenant) Set(switches map[string]any) error {
	if len(switches) == 0 {
		return nil
	}
	raw, err := json.Marshal(switches)
	if err != nil {
		return err
	}
	return t.configure(func(b *Behavior) error { return decode(raw, b) })
}

// durationKeys are the keys of durations in the control endpoint's JSON.
var durationKeys = map[string]bool{
	"search_delay": true, "propagation_delay": true, "token_lifetime": true, "median": true, "per": true,
	"delay": true, "duration": true, "trickle": true,
}

// opaqueKeys are the keys of what users and actions hold, in which nothing is a duration.
var opaqueKeys = map[string]bool{
	"user_metadata": true, "app_metadata": true, "actions": true, "setup": true, "settings": true, "configuration": true,
	"credentials": true, "extra": true, "profile": true,
}

// decode reads strict JSON in which durations are written as text.
func decode(raw []byte, into any) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	v, err := durations(v, func(v any) (any, error) {
		if s, ok := v.(string); ok {
			d, err := time.ParseDuration(s)
			return int64(d), err
		}
		return v, nil
	})
	if err != nil {
		return err
	}
	if raw, err = json.Marshal(v); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// encode is the reverse.
func encode(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, err
	}
	plain, err = durations(plain, func(v any) (any, error) {
		if f, ok := v.(float64); ok {
			return time.Duration(f).String(), nil
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(plain)
	return buf.Bytes(), err
}

// durations converts every duration in a JSON value. What users and actions hold is left alone.
func durations(v any, convert func(any) (any, error)) (any, error) {
	var err error
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			switch {
			case durationKeys[k]:
				v[k], err = convert(e)
			case opaqueKeys[k]:
			default:
				v[k], err = durations(e, convert)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
		}
	case []any:
		for i := range v {
			if v[i], err = durations(v[i], convert); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
