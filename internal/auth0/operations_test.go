package auth0

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// An apiOperation is a method of the client, the request that it sends, and bodies that answer it.
type apiOperation struct {
	name, method, path string
	own, other         string // about the object asked for, and about another
	run                func(context.Context, *Client) error
}

// errorOf returns the error of a call whose result does not matter.
func errorOf[T any](_ T, err error) error { return err }

var setupUnderTest = VaultConnectionSetup{Domain: "acme.eu.auth0.com", ClientID: "c", ClientSecret: "s"}

var apiOperations = []apiOperation{
	{"GetUser", "GET", "/users/auth0|1", `{"user_id":"auth0|1"}`, `{"user_id":"auth0|2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.GetUser(ctx, "auth0|1"))
	}},
	{"CreateUser", "POST", "/users", `{"user_id":"auth0|1"}`, "", func(ctx context.Context, c *Client) error {
		return errorOf(c.CreateUser(ctx, UserOptions{Connection: "db"},
			UserAttributes{Profile: Profile{Email: ptr("a@example.com")}, Password: ptr("p")}))
	}},
	{"UpdateUser", "PATCH", "/users/auth0|1", `{"user_id":"auth0|1"}`, `{"user_id":"auth0|2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.UpdateUser(ctx, "auth0|1", UserAttributes{Profile: Profile{Nickname: ptr("a")}}))
	}},
	{"UpdateUser, a password", "PATCH", "/users/auth0|1", `{"user_id":"auth0|1"}`, `{"user_id":"auth0|2"}`,
		func(ctx context.Context, c *Client) error {
			return errorOf(c.UpdateUser(ctx, "auth0|1", UserAttributes{Password: ptr("p")}))
		}},
	{"DeleteUser", "DELETE", "/users/auth0|1", "", "", func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, "auth0|1") }},
	{"UsersByEmail", "GET", "/users-by-email", `[]`, "", func(ctx context.Context, c *Client) error {
		return errorOf(c.UsersByEmail(ctx, "a@example.com"))
	}},
	{"SearchUsers", "GET", "/users", `{"total":0,"users":[]}`, "", func(ctx context.Context, c *Client) error {
		_, _, err := c.SearchUsers(ctx, "q")
		return err
	}},
	{"GetVaultConnection", "GET", "/flows/vault/connections/ac_1", `{"id":"ac_1"}`, `{"id":"ac_2"}`,
		func(ctx context.Context, c *Client) error {
			return errorOf(c.GetVaultConnection(ctx, "ac_1"))
		}},
	{"CreateVaultConnection", "POST", "/flows/vault/connections", `{"id":"ac_1"}`, "", func(ctx context.Context, c *Client) error {
		return errorOf(c.CreateVaultConnection(ctx, "forms", &setupUnderTest))
	}},
	{"UpdateVaultConnection", "PATCH", "/flows/vault/connections/ac_1", `{"id":"ac_1"}`, `{"id":"ac_2"}`,
		func(ctx context.Context, c *Client) error {
			return errorOf(c.UpdateVaultConnection(ctx, "ac_1", ptr("n"), &setupUnderTest))
		}},
	{"DeleteVaultConnection", "DELETE", "/flows/vault/connections/ac_1", "", "", func(ctx context.Context, c *Client) error {
		return c.DeleteVaultConnection(ctx, "ac_1")
	}},
	{"LookupVaultConnections", "GET", "/flows/vault/connections", `{"total":0,"connections":[]}`, "",
		func(ctx context.Context, c *Client) error {
			return errorOf(c.LookupVaultConnections(ctx))
		}},
	{"GetFlow", "GET", "/flows/af_1", `{"id":"af_1"}`, `{"id":"af_2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.GetFlow(ctx, "af_1"))
	}},
	{"CreateFlow", "POST", "/flows", `{"id":"af_1"}`, "", func(ctx context.Context, c *Client) error {
		return errorOf(c.CreateFlow(ctx, "n", nil))
	}},
	{"UpdateFlow", "PATCH", "/flows/af_1", `{"id":"af_1"}`, `{"id":"af_2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.UpdateFlow(ctx, "af_1", ptr("n"), nil))
	}},
	{"DeleteFlow", "DELETE", "/flows/af_1", "", "", func(ctx context.Context, c *Client) error { return c.DeleteFlow(ctx, "af_1") }},
	{"GetApplication", "GET", "/clients/app1", `{"client_id":"app1"}`, `{"client_id":"app2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.GetApplication(ctx, "app1"))
	}},
	{"UpdateApplication", "PATCH", "/clients/app1", `{"client_id":"app1"}`, `{"client_id":"app2"}`,
		func(ctx context.Context, c *Client) error {
			return errorOf(c.UpdateApplication(ctx, "app1", ApplicationUpdate{Name: ptr("n")}))
		}},
	{"RotateSecret", "POST", "/clients/app1/rotate-secret", `{"client_id":"app1"}`, `{"client_id":"app2"}`,
		func(ctx context.Context, c *Client) error {
			return errorOf(c.RotateSecret(ctx, "app1"))
		}},
	{"DeleteApplication", "DELETE", "/clients/app1", "", "",
		func(ctx context.Context, c *Client) error { return c.DeleteApplication(ctx, "app1") }},
	{"CreateGrant", "POST", "/client-grants", `{"id":"cgr_1"}`, "", func(ctx context.Context, c *Client) error {
		return errorOf(c.CreateGrant(ctx, "app1", "aud", nil))
	}},
	{"UpdateGrant", "PATCH", "/client-grants/cgr_1", `{"id":"cgr_1"}`, `{"id":"cgr_2"}`, func(ctx context.Context, c *Client) error {
		return errorOf(c.UpdateGrant(ctx, "cgr_1", nil, false))
	}},
	{"DeleteGrant", "DELETE", "/client-grants/cgr_1", "", "",
		func(ctx context.Context, c *Client) error { return c.DeleteGrant(ctx, "cgr_1") }},
	{"LookupGrant", "GET", "/client-grants", `{"client_grants":[]}`, "", func(ctx context.Context, c *Client) error {
		if _, err := c.LookupGrant(ctx, "app1", "aud"); !errors.Is(err, ErrNoGrant) {
			return err
		}
		return nil
	}},
}

// operationsNamed returns the operations of these names.
func operationsNamed(names ...string) []apiOperation {
	return slices.DeleteFunc(slices.Clone(apiOperations), func(o apiOperation) bool { return !slices.Contains(names, o.name) })
}

// oneOfEachKind are a read, writes that can be repeated and such that cannot.
func oneOfEachKind() []apiOperation {
	return operationsNamed("GetUser", "CreateUser", "UpdateUser", "UpdateUser, a password", "CreateVaultConnection", "DeleteVaultConnection")
}

func (o apiOperation) isList() bool     { return strings.Contains(o.own, "[]") }
func (o apiOperation) isRead() bool     { return o.method == http.MethodGet }
func (o apiOperation) isCreate() bool   { return strings.HasPrefix(o.name, "Create") }
func (o apiOperation) isDelete() bool   { return o.method == http.MethodDelete }
func (o apiOperation) isPassword() bool { return strings.HasSuffix(o.name, "password") }

// success answers the operation as Auth0 does.
func (o apiOperation) success() (*http.Response, error) {
	if o.isDelete() {
		return reply(http.StatusNoContent, "")
	}
	return reply(http.StatusOK, o.own)
}

// handles reports whether a request is the operation's own.
func (o apiOperation) handles(r *http.Request) bool {
	return r.Method == o.method && strings.TrimPrefix(r.URL.Path, "/api/v2") == o.path
}

// failing returns a fake that answers so many requests of the operation with the
// failure, and everything else as a tenant would that holds nothing.
func (o apiOperation) failing(times int, fail func(*http.Request) (*http.Response, error)) *fakeTenant {
	failed := 0
	return &fakeTenant{api: func(r *http.Request, _ int) (*http.Response, error) {
		switch {
		case o.handles(r) && failed < times:
			failed++
			return fail(r)
		case o.handles(r):
			return o.success()
		case r.URL.Path == "/api/v2/users-by-email":
			return reply(http.StatusOK, `[]`)
		default:
			return reply(http.StatusOK, `{"total":0,"connections":[],"flows":[],"users":[],"clients":[],"client_grants":[]}`)
		}
	}}
}

// sent counts how often the operation's request was sent, and all others but probes,
// which ask whether the host is there.
func (o apiOperation) sent(f *fakeTenant) (own, others int) {
	for _, request := range f.requests() {
		switch request {
		case "HEAD /":
		case o.method + " " + o.path:
			own++
		default:
			others++
		}
	}
	return own, others
}

// respond returns a client whose operation is answered so, and whose other requests fail.
func (o apiOperation) respond(t testing.TB, status int, body, contentType string) *Client {
	return fakeClient(t, &fakeTenant{api: func(r *http.Request, _ int) (*http.Response, error) {
		if !o.handles(r) {
			return reply(http.StatusForbidden, `{"statusCode":403,"error":"Forbidden","message":"not this one"}`)
		}
		resp, err := reply(status, body, "Content-Type", contentType)
		if contentType == "" {
			resp.Header.Del("Content-Type")
		}
		return resp, err
	}})
}
