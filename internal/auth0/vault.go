package auth0

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
)

// AppAuth0 is the app id of the vault connections that authorize the Auth0
// actions of a flow.
const AppAuth0 = "AUTH0"

// VaultConnection is a vault connection as Auth0 shows it: its setup, the
// credentials, can be written but never read.
type VaultConnection struct {
	ID    string `json:"id"`
	AppID string `json:"app_id"`
	Name  string `json:"name"`
	// AccountName is derived by Auth0 from the setup. Lists and some answers leave it out.
	AccountName string `json:"account_name"`
	// Ready is true once a setup is stored.
	Ready     bool      `json:"ready"`
	CreatedAt Timestamp `json:"created_at"`
	// UpdatedAt moves with every change by any client.
	UpdatedAt Timestamp `json:"updated_at"`
	// RefreshedAt is when Auth0 last renewed the token it stores with the connection.
	RefreshedAt Timestamp `json:"refreshed_at"`
	// Fingerprint is a hash of UpdatedAt; it says nothing about the secret.
	Fingerprint string `json:"fingerprint"`
}

// VaultConnectionSetup is the setup of a vault connection of the app AUTH0.
type VaultConnectionSetup struct {
	Domain, ClientID, ClientSecret string
	// Audience may be empty: Auth0 then derives it from Domain.
	Audience string
}

// Timestamp is a date exactly as Auth0 wrote it; empty if there is none.
type Timestamp string

// UnmarshalJSON accepts a string. null, and the objects that older answers had for
// some dates, leave the timestamp empty.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = ""
	}
	*t = Timestamp(text)
	return nil
}

// Time returns the date, or the zero time if it is none.
func (t Timestamp) Time() time.Time {
	parsed, err := time.Parse(time.RFC3339Nano, string(t))
	if err != nil {
		return time.Time{}
	}
	return parsed
}

func (s *VaultConnectionSetup) request() *management.FlowsVaultConnectioSetupOauthApp {
	r := &management.FlowsVaultConnectioSetupOauthApp{
		Type:         management.FlowsVaultConnectioSetupTypeOauthAppEnumOauthApp,
		Domain:       s.Domain,
		ClientID:     s.ClientID,
		ClientSecret: s.ClientSecret,
	}
	if s.Audience != "" {
		r.Audience = &s.Audience
	}
	return r
}

// CreateVaultConnection creates a vault connection of the app AUTH0; without a
// setup (nil) it is an empty one.
//
// Auth0 has no room for a mark in a vault connection. One whose answer was lost is
// found again if it is the only one of its name that was created since and that this
// run does not know; otherwise the error is an *UnknownOutcomeError. The other errors
// are those of any request.
func (c *Client) CreateVaultConnection(ctx context.Context, name string, setup *VaultConnectionSetup) (*VaultConnection, error) {
	op := operation{name: "create vault connection " + quote(name), once: true}
	variant := &management.CreateFlowsVaultConnectionAuth0{}
	if setup == nil {
		variant.CreateFlowsVaultConnectionAuth0Uninitialized = &management.CreateFlowsVaultConnectionAuth0Uninitialized{
			Name: name, AppID: management.FlowsVaultConnectionAppIDAuth0EnumAuth0,
		}
	} else {
		op.secrets = []string{setup.ClientSecret}
		variant.CreateFlowsVaultConnectionAuth0OauthApp = &management.CreateFlowsVaultConnectionAuth0OauthApp{
			Name: name, AppID: management.FlowsVaultConnectionAppIDAuth0EnumAuth0, Setup: setup.request(),
		}
	}
	body := &management.CreateFlowsVaultConnectionRequestContent{CreateFlowsVaultConnectionAuth0: variant}
	create := &creation[VaultConnection]{
		what: "vault connections", name: name, ambiguousName: true,
		send: func(ctx context.Context) (*VaultConnection, error) {
			return call[*VaultConnection](ctx, c, op, func(sdk option.RequestOption) error {
				_, err := c.vault.Create(ctx, body, sdk)
				return err
			})
		},
		find: func(ctx context.Context, since time.Time) (found []VaultConnection, lags bool, err error) {
			for v, err := range c.EachVaultConnection(ctx) {
				if err != nil {
					return nil, false, err
				}
				if v.AppID == AppAuth0 && v.Name == name && !v.CreatedAt.Time().Before(since) {
					found = append(found, *v)
				}
			}
			return found, false, nil
		},
	}
	made, _, err := create.do(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	c.vaultConnections.Put(*made)
	return made, nil
}

// UpdateVaultConnection changes the name, the setup or both of a vault connection;
// nil leaves one as it is. A setup is replaced whole. The errors are those of
// GetVaultConnection.
func (c *Client) UpdateVaultConnection(
	ctx context.Context, id string, name *string, setup *VaultConnectionSetup,
) (*VaultConnection, error) {
	op := operation{name: "update vault connection " + quote(id), id: id}
	body := &management.UpdateFlowsVaultConnectionRequestContent{Name: name}
	if setup != nil {
		op.secrets = []string{setup.ClientSecret}
		body.Setup = &management.UpdateFlowsVaultConnectionSetup{FlowsVaultConnectioSetupOauthApp: setup.request()}
	}
	changed, err := call[*VaultConnection](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.vault.Update(ctx, id, body, sdk)
		return err
	})
	if err != nil {
		if IsNotFound(err) {
			c.vaultConnections.Delete(id)
		}
		return nil, err
	}
	c.vaultConnections.Put(*changed)
	return changed, nil
}

// DeleteVaultConnection deletes a vault connection. That it does not exist is not an
// error; the errors are those of any request.
func (c *Client) DeleteVaultConnection(ctx context.Context, id string) error {
	op := operation{name: "delete vault connection " + quote(id), id: id}
	_, err := call[struct{}](ctx, c, op, func(sdk option.RequestOption) error { return c.vault.Delete(ctx, id, sdk) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.vaultConnections.Delete(id)
	return nil
}

// GetVaultConnection returns a vault connection as it is now, in one request. The
// error is a 404 (see IsNotFound) if there is none of that ID, or that of any request.
func (c *Client) GetVaultConnection(ctx context.Context, id string) (*VaultConnection, error) {
	op := operation{name: "read vault connection " + quote(id), id: id}
	return call[*VaultConnection](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.vault.Get(ctx, id, sdk)
		return err
	})
}

// EachVaultConnection yields the vault connections of all apps as Auth0 lists them,
// page by page as they are used. The errors are those of any request.
func (c *Client) EachVaultConnection(ctx context.Context) iter.Seq2[*VaultConnection, error] {
	return c.vaultConnectionPages().each(ctx)
}

func (c *Client) vaultConnectionPages() *pager[VaultConnection] {
	op := operation{name: "list vault connections"}
	return &pager[VaultConnection]{
		fetch: func(ctx context.Context, at cursor) (page[VaultConnection], error) {
			type list struct {
				Total       int               `json:"total"`
				Connections []VaultConnection `json:"connections"`
			}
			got, err := paged(&c.tenant.connectionPages, at.page, func(perPage int) (list, error) {
				return call[list](ctx, c, op, func(sdk option.RequestOption) error {
					_, err := c.vault.List(ctx, &management.ListFlowsVaultConnectionsRequestParameters{
						Page: &at.page, PerPage: &perPage, IncludeTotals: ptr(true),
					}, sdk)
					return err
				})
			})
			return page[VaultConnection]{items: got.Connections, total: got.Total}, err
		},
	}
}
