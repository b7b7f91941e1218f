package auth0

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
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
	// Metadata is the client_metadata, if Auth0 was asked for it.
	Metadata map[string]any `json:"client_metadata"`
	// Recovered is set by CreateApplication where the answer was lost and the
	// application was found again. It must not be deleted by a rollback.
	Recovered bool `json:"-"`
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

// CreateMark is the key in an application's client_metadata under which a create leaves
// a random value. If Auth0's answer is lost, the application that has the value is the
// one that was created; a name proves nothing. The mark stays: nothing reads it later,
// and to remove it would take another request.
const CreateMark = "terraform_create"

// CreateApplication creates a machine-to-machine application. One whose answer was lost
// is found again by its mark and has Recovered set; its secret is missing then if Auth0
// does not show it. If that search fails, the error is an *UnknownOutcomeError. The
// other errors are those of any request.
func (c *Client) CreateApplication(ctx context.Context, name, description string) (*Application, error) {
	op := operation{name: "create application " + quote(name), once: true}
	mark := rand.Text()
	body := &management.CreateClientRequestContent{
		Name:                    name,
		AppType:                 ptr(management.ClientAppTypeEnumNonInteractive),
		GrantTypes:              []string{GrantTypeClientCredentials},
		TokenEndpointAuthMethod: ptr(management.ClientTokenEndpointAuthMethodEnumClientSecretPost),
		IsFirstParty:            ptr(true),
		// The API's default, false, is Auth0's legacy pipeline; the dashboard sets true as well.
		OidcConformant: ptr(true),
		ClientMetadata: &management.ClientMetadata{CreateMark: mark},
	}
	if description != "" {
		body.Description = &description
	}
	create := &creation[Application]{
		what: "applications", name: name,
		send: func(ctx context.Context) (*Application, error) {
			return call[*Application](ctx, c, op, func(sdk option.RequestOption) error {
				_, err := c.apps.Create(ctx, body, sdk)
				return err
			})
		},
		find: func(ctx context.Context, _ time.Time) ([]Application, bool, error) {
			found, err := c.applicationsMarked(ctx, mark, name)
			return found, false, err
		},
	}
	made, recovered, err := create.do(ctx, c.tenant)
	if err == nil && recovered { // lists leave the secret out
		// If that fails, the caller can still rotate the secret.
		_ = retrySearch(ctx, func() error {
			whole, err := c.GetApplication(ctx, made.ID)
			if err == nil {
				made = whole
			}
			return err
		})
		made.Recovered = true
	}
	return made, err
}

// applicationsMarked returns the applications that have a create's mark. One of its
// name whose metadata Auth0 does not show could be one of them, which is an error.
func (c *Client) applicationsMarked(ctx context.Context, mark, name string) (found []Application, err error) {
	for application, err := range c.applicationPages(applicationFields + ",client_metadata").each(ctx) {
		switch {
		case err != nil:
			return nil, err
		case application.Metadata[CreateMark] == mark:
			found = append(found, *application)
		case application.Name == name && application.GrantTypes == nil:
			return nil, fmt.Errorf("it may be the application %q, of which Auth0 does not show enough without the scope read:clients",
				application.ID)
		}
	}
	return found, nil
}

// GetApplication returns an application by its client ID, with its secret if Auth0
// shows that. The error is a 404 (see IsNotFound) if it does not exist, or that of any
// request.
func (c *Client) GetApplication(ctx context.Context, id string) (*Application, error) {
	op := operation{name: "read application " + quote(id), id: id}
	return call[*Application](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.apps.Get(ctx, id, &management.GetClientRequestParameters{}, sdk)
		return err
	})
}

// FindApplicationByName returns the machine-to-machine application that has a name. The
// error is a *NoSuchNameError if none has, a *MultipleMatchesError if several have, or
// that of any request.
func (c *Client) FindApplicationByName(ctx context.Context, name string) (*Application, error) {
	var found []Application
	for application, err := range c.EachApplication(ctx) { // Auth0 cannot filter by name
		if err != nil {
			return nil, err
		}
		if application.Name == name && !application.Global {
			found = append(found, *application)
		}
	}
	return onlyMatch(found, "machine-to-machine application", "applications", name)
}

// EachApplication yields the machine-to-machine applications as Auth0 lists them,
// without their secrets, page by page as they are used. The errors are those of any request.
func (c *Client) EachApplication(ctx context.Context) iter.Seq2[*Application, error] {
	return c.applicationPages(applicationFields).each(ctx)
}

// applicationFields are what lists show of an application. The secrets are not asked for.
const applicationFields = "client_id,name,description,app_type,grant_types,token_endpoint_auth_method,global"

func (c *Client) applicationPages(fields string) *pager[Application] {
	op := operation{name: "list applications"}
	return &pager[Application]{
		fetch: func(ctx context.Context, at cursor) (page[Application], error) {
			type list struct {
				Total   int           `json:"total"`
				Clients []Application `json:"clients"`
			}
			got, err := paged(&c.tenant.applicationPages, at.page, func(perPage int) (list, error) {
				return call[list](ctx, c, op, func(sdk option.RequestOption) error {
					_, err := c.apps.List(ctx, &management.ListClientsRequestParameters{
						Page: &at.page, PerPage: &perPage, IncludeTotals: ptr(true), AppType: ptr(AppTypeMachine),
						Fields: &fields, IncludeFields: ptr(true),
					}, sdk)
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

// UpdateApplication changes an application in one request and returns it as it is then.
// The error is a 404 (see IsNotFound) if it does not exist, or that of any request.
func (c *Client) UpdateApplication(ctx context.Context, id string, change ApplicationUpdate) (*Application, error) {
	op := operation{name: "update application " + quote(id), id: id}
	// Auth0 accepts an empty description; whether it accepts null is not documented.
	body := &management.UpdateClientRequestContent{Name: change.Name, Description: change.Description}
	if change.Machine {
		body.AppType = ptr(management.ClientAppTypeEnumNonInteractive)
		body.GrantTypes = []string{GrantTypeClientCredentials}
		body.TokenEndpointAuthMethod = ptr(management.ClientTokenEndpointAuthMethodOrNullEnumClientSecretPost)
	}
	if change.DropAuthMethods {
		body.SetClientAuthenticationMethods(nil)
	}
	return call[*Application](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.apps.Update(ctx, id, body, sdk)
		return err
	})
}

// RotateSecret gives an application a new secret and returns the application with it. The
// old secret stops working. Sent twice, the second secret counts, so the request is
// repeated when its answer is lost. The errors are those of UpdateApplication.
func (c *Client) RotateSecret(ctx context.Context, id string) (*Application, error) {
	op := operation{name: "rotate the secret of application " + quote(id), id: id}
	return call[*Application](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.apps.RotateSecret(ctx, id, sdk)
		return err
	})
}

// DeleteApplication deletes an application. That it does not exist is not an error; the
// errors are those of any request.
func (c *Client) DeleteApplication(ctx context.Context, id string) error {
	op := operation{name: "delete application " + quote(id), id: id}
	_, err := call[struct{}](ctx, c, op, func(sdk option.RequestOption) error { return c.apps.Delete(ctx, id, sdk) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.grantSnapshots.deleteClient(id)
	return nil
}
