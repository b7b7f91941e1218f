package auth0

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/auth0/go-auth0/v3/management"
)

// What makes an application a machine-to-machine application: it asks for
// tokens on its own behalf, with its secret, and in no other way.
const (
	AppTypeMachine             = "non_interactive"
	GrantTypeClientCredentials = "client_credentials"
	// AuthMethodSecretPost is always sent along: without it Auth0 has refused the
	// grant type above ("Invalid grant types: client_credentials").
	AuthMethodSecretPost = "client_secret_post"
)

// Application is an application as Auth0 shows it. Auth0's API calls it a client;
// here that is what talks to Auth0.
type Application struct {
	// ID is the client id.
	ID          string `json:"client_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// Secret is empty when Auth0 does not show it: that takes the scope
	// read:client_keys (or read:client_credentials).
	Secret  string `json:"client_secret"`
	AppType string `json:"app_type"`
	// GrantTypes is nil when Auth0 does not show it: with read:client_summary alone
	// it shows nothing but client_id, app_type, name and description.
	GrantTypes []string `json:"grant_types"`
	AuthMethod string   `json:"token_endpoint_auth_method"`
	// AuthMethods holds the methods that need no secret, private_key_jwt for
	// instance, by name. AuthMethod is empty then.
	AuthMethods map[string]json.RawMessage `json:"client_authentication_methods"`
	// Global marks the one "application" that stands for the tenant as a whole.
	Global bool `json:"global"`
}

// Authentication returns how the application authenticates at the token
// endpoint, by whichever property Auth0 says so; empty if it says nothing.
func (a *Application) Authentication() string {
	if a.AuthMethod == "" {
		for _, method := range slices.Sorted(maps.Keys(a.AuthMethods)) {
			return method
		}
	}
	return a.AuthMethod
}

// isMachine reports whether the application is shaped as CreateApplication shapes it.
func (a *Application) isMachine() bool {
	return a.AppType == AppTypeMachine && a.AuthMethod == AuthMethodSecretPost &&
		slices.Equal(a.GrantTypes, []string{GrantTypeClientCredentials})
}

// CreateApplication makes a machine-to-machine application. One whose answer got
// lost is found again rather than made twice; its secret may be missing then.
func (c *Client) CreateApplication(ctx context.Context, name, description string) (*Application, error) {
	op := operation{name: "create application " + quote(name), once: true}
	body := &management.CreateClientRequestContent{
		Name:                    name,
		AppType:                 ptr(management.ClientAppTypeEnumNonInteractive),
		GrantTypes:              []string{GrantTypeClientCredentials},
		TokenEndpointAuthMethod: ptr(management.ClientTokenEndpointAuthMethodEnumClientSecretPost),
		IsFirstParty:            ptr(true),
		// The API's default, false, is Auth0's legacy pipeline; the dashboard sets true as well.
		OidcConformant: ptr(true),
	}
	if description != "" {
		body.Description = &description
	}
	made, err := createOnce(ctx, c.tenant,
		func(ctx context.Context) (*Application, error) {
			return call[*Application](ctx, op, func(ctx context.Context) error {
				_, err := c.apps.Create(ctx, body)
				return err
			})
		},
		func(ctx context.Context, _ time.Time) (*Application, error) {
			return c.findApplication(ctx, name, description)
		})
	if err != nil {
		return nil, err
	}
	c.tenant.created.add(made.ID)
	return made, nil
}

// findApplication looks for an application that may just have been made. Auth0
// keeps no date of an application, and names need not be unique: the one that is
// looked for has all that was asked for, and no grant, which is made after it.
// Several of that kind are no answer.
func (c *Client) findApplication(ctx context.Context, name, description string) (*Application, error) {
	named, err := c.applicationsByName(ctx, name)
	if err != nil {
		return nil, err
	}
	var found []Application
	for _, application := range named {
		if application.GrantTypes == nil {
			return nil, fmt.Errorf("whether it is the application %q cannot be told from what Auth0 shows of that one without the scope read:clients", application.ID)
		}
		if !application.isMachine() || application.Description != description || c.tenant.created.has(application.ID) {
			continue
		}
		grants, err := c.grantPages(grantFilter{clientID: application.ID}).Next(ctx)
		if err != nil {
			return nil, err
		}
		if len(grants) == 0 {
			found = append(found, application)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		if !c.tenant.created.claim(found[0].ID) {
			return nil, nil
		}
		return &found[0], nil
	}
	return nil, ambiguousApplications(name, found)
}

func ambiguousApplications(name string, found []Application) *MultipleMatchesError {
	e := &MultipleMatchesError{What: "applications", Name: name}
	for _, application := range found {
		e.IDs = append(e.IDs, application.ID)
	}
	return e
}

// GetApplication returns an application by its client id, with its secret if Auth0
// shows that.
func (c *Client) GetApplication(ctx context.Context, id string) (*Application, error) {
	op := operation{name: "read application " + quote(id), id: id}
	return call[*Application](ctx, op, func(ctx context.Context) error {
		_, err := c.apps.Get(ctx, id, &management.GetClientRequestParameters{})
		return err
	})
}

// FindApplicationByName returns the machine-to-machine application that has a name, a
// *NoSuchNameError if none has, or an *AmbiguousError if several have.
func (c *Client) FindApplicationByName(ctx context.Context, name string) (*Application, error) {
	found, err := c.applicationsByName(ctx, name)
	if err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, &NoSuchNameError{What: "machine-to-machine application", Name: name}
	case 1:
		return &found[0], nil
	}
	return nil, ambiguousApplications(name, found)
}

// applicationsByName goes through all machine-to-machine applications: the API
// has no filter by name.
func (c *Client) applicationsByName(ctx context.Context, name string) (named []Application, err error) {
	for application, err := range c.EachApplication(ctx) {
		if err != nil {
			return nil, err
		}
		if application.Name == name && !application.Global {
			named = append(named, *application)
		}
	}
	return named, nil
}

// EachApplication yields the machine-to-machine applications as Auth0 lists them,
// without their secrets, page by page as they are used. The errors are those of any request.
func (c *Client) EachApplication(ctx context.Context) iter.Seq2[*Application, error] {
	return c.applicationPages().each(ctx)
}

func (c *Client) applicationPages() *pager[Application] {
	op := operation{name: "list applications"}
	return &pager[Application]{
		id: func(a *Application) string { return a.ID },
		fetch: func(ctx context.Context, at cursor) (page[Application], error) {
			type list struct {
				Total   int           `json:"total"`
				Clients []Application `json:"clients"`
			}
			got, err := paged(&c.tenant.applicationPages, at.page, func(perPage int) (list, error) {
				return call[list](ctx, op, func(ctx context.Context) error {
					_, err := c.apps.List(ctx, &management.ListClientsRequestParameters{
						Page: &at.page, PerPage: &perPage, IncludeTotals: ptr(true), AppType: ptr(AppTypeMachine),
						// The secrets are not asked for.
						Fields:        ptr("client_id,name,description,app_type,grant_types,token_endpoint_auth_method,global"),
						IncludeFields: ptr(true),
					})
					return err
				})
			})
			return page[Application]{items: got.Clients, total: got.Total}, err
		},
	}
}

// ApplicationUpdate is what an update changes; nil and false leave a part alone.
type ApplicationUpdate struct {
	Name *string
	// Description removes the description if it is empty.
	Description *string
	// Machine makes it a machine-to-machine application again. What makes it one is
	// sent together: Auth0 checks grant types against the rest.
	Machine bool
	// DropAuthMethods takes away the methods that need no secret, which exclude the one that does.
	DropAuthMethods bool
}

// Empty reports whether there is nothing to change.
func (a ApplicationUpdate) Empty() bool { return a == ApplicationUpdate{} }

// UpdateApplication changes an application in one request.
func (c *Client) UpdateApplication(ctx context.Context, id string, change ApplicationUpdate) (*Application, error) {
	op := operation{name: "update application " + quote(id), id: id}
	// An empty description was seen to be taken; whether null is, nobody wrote down.
	body := &management.UpdateClientRequestContent{Name: change.Name, Description: change.Description}
	if change.Machine {
		body.AppType = ptr(management.ClientAppTypeEnumNonInteractive)
		body.GrantTypes = []string{GrantTypeClientCredentials}
		body.TokenEndpointAuthMethod = ptr(management.ClientTokenEndpointAuthMethodOrNullEnumClientSecretPost)
	}
	if change.DropAuthMethods {
		body.SetClientAuthenticationMethods(nil)
	}
	return call[*Application](ctx, op, func(ctx context.Context) error {
		_, err := c.apps.Update(ctx, id, body)
		return err
	})
}

// RotateSecret gives an application a new secret; the old one is not valid any
// more. Sent twice, the second secret counts, so a lost answer does no harm.
func (c *Client) RotateSecret(ctx context.Context, id string) (*Application, error) {
	op := operation{name: "rotate the secret of application " + quote(id), id: id}
	return call[*Application](ctx, op, func(ctx context.Context) error {
		_, err := c.apps.RotateSecret(ctx, id)
		return err
	})
}

// DeleteApplication deletes an application. One that is gone is no error.
func (c *Client) DeleteApplication(ctx context.Context, id string) error {
	op := operation{name: "delete application " + quote(id), id: id}
	_, err := call[struct{}](ctx, op, func(ctx context.Context) error { return c.apps.Delete(ctx, id) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.grantSnapshots.deleteClient(id)
	return nil
}
