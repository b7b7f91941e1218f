package connection_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// One request for each write and none after it; one token for the provider, one for
// each set of credentials that is verified.
func TestConnectionResource_lifecycle(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	run := func(config attributes) {
		r := c.NewRun()
		if c.Object != nil {
			c.Object = r.Read(c.Object)
		}
		c.Object = r.Apply(c.Object, config)
	}
	run(c.Base)
	expectRequests(t, c.Tenant, "1 POST /flows/vault/connections 201", "2 POST /oauth/token 200")
	run(c.Base)
	expectRequests(t, c.Tenant, "1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")
	run(c.Base.With(attributes{"name": "renamed"}))
	expectRequests(t, c.Tenant, "1 GET /flows/vault/connections 200", "1 PATCH /flows/vault/connections/{id} 200", "1 POST /oauth/token 200")
	client = rotate(c.Tenant, client)
	run(c.Base.With(attributes{"client_secret": client.Secret}))
	expectRequests(t, c.Tenant, "1 GET /flows/vault/connections 200", "1 PATCH /flows/vault/connections/{id} 200", "2 POST /oauth/token 200")
	expectStored(t, c.Tenant, "forms", client)

	r := c.NewRun()
	acctest.RequireNoError(t, r.Destroy(r.Read(c.Object)))
	expectRequests(t, c.Tenant, "1 DELETE /flows/vault/connections/{id} 204", "1 GET /flows 200",
		"1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")
	if n := len(c.VaultConnections()); n > 0 {
		t.Errorf("the destroy left %d vault connections", n)
	}
	// A configuration and a plan of something new need no request.
	r = c.NewRun()
	r.Validate(c.Base)
	r.Plan(nil, c.Base)
	expectRequests(t, c.Tenant)
}

// Ten vault connections that are refreshed at the same time take one list request.
func TestConnectionResource_refreshTogether(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		c, _ := newConnection(t)
		c.Configure(func(b *emulator.Behavior) { b.Latency.Median = 50 * time.Millisecond })
		objects := make([]*acctest.Object, 10)
		each := func(do func(r *acctest.Run, i int, config attributes)) {
			r := c.NewRun()
			var group sync.WaitGroup
			for i := range objects {
				group.Go(func() { do(r, i, c.Base.With(attributes{"name": fmt.Sprint("forms-", i)})) })
			}
			group.Wait()
		}
		each(func(r *acctest.Run, i int, config attributes) { objects[i] = r.Apply(nil, config) })
		if n := len(c.Asked("POST", vaultPath)); n != 10 || len(c.VaultConnections()) != 10 {
			t.Errorf("created %d vault connections with %d requests", len(c.VaultConnections()), n)
		}
		c.ForgetRequests()
		each(func(r *acctest.Run, i int, config attributes) {
			if changed := r.Plan(r.Read(objects[i]), config).Changed(); len(changed) > 0 {
				t.Errorf("the plan changes %v", changed)
			}
		})
		expectRequests(t, c.Tenant, "1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")
	})
}

// What is gone at a refresh leaves the state, with a warning that says how that was
// found out. What goes between refresh and update, or belongs to another app, is an error.
func TestConnectionResource_changedOutside(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.Run(step{})
	first := c.ID()
	c.Run(step{Before: edit(c, func(v *emulator.VaultConnection) { v.AppID = "HTTP" }), RefreshOnly: true, Unchanged: true,
		Error: at("", "Not a vault connection for Auth0", "for the app HTTP")})
	c.DeleteVaultConnection(first)
	c.Run(
		step{NoRefresh: true, Set: attributes{"name": "renamed"}, Unchanged: true,
			Error: at("", "Unable to update vault connection", "no longer exists", "plan again")},
		step{Gone: true, Sent: []string{"POST app_id name setup 201"},
			Warning: at("", "was deleted outside of Terraform", first, "404", "Connection not found")},
	)
}

// Whatever of Auth0's answers is not documented, plans stay empty.
func TestConnectionResource_readings(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"strict":                     func(*emulator.Behavior) {},
		"created with 200":           func(b *emulator.Behavior) { b.CreatedStatus = 200 },
		"created with 201":           func(b *emulator.Behavior) { b.CreatedStatus = 201 },
		"account name is masked":     func(b *emulator.Behavior) { b.AccountName = emulator.AccountNameMask },
		"account name is absent":     func(b *emulator.Behavior) { b.AccountName = emulator.AccountNameAbsent },
		"refreshed with the setup":   func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true },
		"setups are merged":          func(b *emulator.Behavior) { b.SetupMerges = true },
		"the server checks too":      func(b *emulator.Behavior) { b.ChecksCredentials = true },
		"pages of 50":                func(b *emulator.Behavior) { b.MaxPerPage = 50 },
		"oldest first":               func(b *emulator.Behavior) { b.OldestFirst = true },
		"plain bodies":               func(b *emulator.Behavior) { b.NoGzip = true },
		"ids of any form":            func(b *emulator.Behavior) { b.AnyID = true },
		"renewals move one date":     func(b *emulator.Behavior) { b.RenewalKeepsUpdatedAt = true },
		"one authentication method":  func(b *emulator.Behavior) { b.StrictAuthMethod = true },
		"token requests need a goal": func(b *emulator.Behavior) { b.AudienceRequired = true },
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, _ := newConnection(t)
			c.Configure(behavior)
			other := c.Client("other", "read:users")
			c.Run(
				step{},
				step{Set: attributes{"name": "renamed"}, Sent: sentName},
				step{Set: attributes{"name": "renamed", "client_id": other.ID, "client_secret": other.Secret}, Sent: sentSetup},
			)
			expectStored(t, c.Tenant, "renamed", other)
			c.Run(step{Destroy: true})
		})
	}
}

// The audience is known at plan as soon as the domain is. It follows a changed domain,
// keeps an explicit value, and comes back to the default.
func TestConnectionResource_audience(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	const explicit = "https://api.example.com/"
	for _, test := range []struct {
		change attributes
		want   any
	}{
		{attributes{}, c.Audience()},
		{attributes{"domain": strings.ToUpper(c.Domain())}, c.Audience()},
		{attributes{"domain": unknown}, unknown},
		{attributes{"audience": explicit}, explicit},
		{attributes{"domain": unknown, "audience": explicit}, explicit},
		{attributes{"audience": unknown}, unknown},
	} {
		c.Run(step{Set: test.change, PlanOnly: true, State: attributes{"audience": test.want}})
	}
	c.Base["verify_credentials"] = false
	c.Run(step{})
	for _, test := range []struct{ domain, audience, want any }{
		{"elsewhere.eu.auth0.com", nil, "https://elsewhere.eu.auth0.com/api/v2/"},
		{"elsewhere.eu.auth0.com", explicit, explicit},
		{"third.eu.auth0.com", explicit, explicit},
		{c.Domain(), nil, c.Audience()},
	} {
		c.Run(step{Set: attributes{"domain": test.domain, "audience": test.audience}, Sent: sentSetup,
			State: attributes{"domain": test.domain, "audience": test.want}})
		if setup := onlyConnection(t, c.Tenant).Setup; setup["domain"] != test.domain || setup["audience"] != test.want {
			t.Errorf("the tenant holds %v", setup)
		}
	}
}

// Each argument alone: the setup is sent if it changes, and the credentials are verified if that can matter. A value that is
// unknown at plan and turns out to be what it was changes nothing.
func TestConnectionResource_update(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t, "read:users", "create:users")
	c.Base["actions"] = []string{"GET_USER", "CREATE_USER"}
	c.Run(step{})
	other := rotate(c.Tenant, c.Client("other", "read:users", "create:users"))
	for _, test := range []struct {
		change   attributes
		sent     []string
		verified bool
	}{
		{attributes{"name": "renamed"}, sentName, false},
		{attributes{"client_id": other.ID, "client_secret": other.Secret}, sentSetup, true},
		{attributes{"reconnect_triggers": map[string]string{"a": "1"}}, sentSetup, true},
		{attributes{"actions": []string{"CREATE_USER"}, "required_scopes": []string{"read:users"}}, none, true},
		{attributes{"required_scopes": []string{"read:users"}}, none, true},
		{attributes{"verify_credentials": false}, none, false},
	} {
		c.Run(step{Set: test.change, Sent: test.sent})
		verified := slices.ContainsFunc(c.Tokens(), func(r emulator.Request) bool { return r.ClientID == client.ID || r.ClientID == other.ID })
		if verified != test.verified {
			t.Errorf("%v: the credentials were verified: %v", test.change, verified)
		}
		c.Run(step{})
	}
	for _, name := range []string{"name", "domain", "client_id", "client_secret", "audience", "actions", "required_scopes",
		"verify_credentials", "reconnect_triggers"} {
		c.Run(step{Set: attributes{name: unknown}, Known: attributes{name: c.Base[name]}, Sent: none})
	}
}

// notReady is a tenant that answers that no vault connection is ready.
type notReady struct{ next http.RoundTripper }

func (n notReady) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := n.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	body = bytes.ReplaceAll(body, []byte(`"ready":true`), []byte(`"ready":false`))
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, err
}

// A vault connection that was not ready after the write is not drift later.
func TestConnectionResource_neverReady(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.Wrap = func(next http.RoundTripper) http.RoundTripper { return notReady{next} }
	c.Run(
		step{Sent: []string{"POST app_id name setup 201"}, State: attributes{"ready": false}},
		step{Plan: none, Sent: none},
		step{Set: attributes{"name": "renamed"}, Sent: sentName},
	)
}

// addFlow adds a flow with an action that uses a vault connection.
func addFlow(tenant *acctest.Tenant, name, connectionID string) emulator.Flow {
	return tenant.AddFlow(emulator.Flow{Name: name, Actions: []any{map[string]any{
		"id": "load", "type": "AUTH0", "action": "GET_USER",
		"params": map[string]any{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"},
	}}})
}

// A vault connection that flows use is not deleted, unless it is forced.
func TestConnectionResource_destroyInUse(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.Run(step{})
	first, second := addFlow(c.Tenant, "profile", c.ID()), addFlow(c.Tenant, "consent", c.ID())
	addFlow(c.Tenant, "other", unknownID)
	diags := c.NewRun().Destroy(c.Object)
	acctest.ExpectError(t, diags, "force_destroy", "was not deleted", c.ID(),
		fmt.Sprintf("- \"consent\" (%s)\n  - \"profile\" (%s)\n", second.ID, first.ID), "force_destroy = true")
	if strings.Contains(acctest.Format(diags), `"other"`) {
		t.Errorf("it names a flow that uses another vault connection:\n%s", acctest.Format(diags))
	}
	onlyConnection(t, c.Tenant)
	c.Run(step{Set: attributes{"force_destroy": true}}, step{Destroy: true})
	expectRequests(t, c.Tenant, "1 DELETE /flows/vault/connections/{id} 204", "1 POST /oauth/token 200")
}

// The flows of a tenant are read once in a run, and those that the run deletes or
// changes do not count.
func TestConnectionResource_destroyTogether(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	flow := func(connectionID any) attributes {
		return attributes{"name": "profile", "actions": []any{attributes{
			"id": "load", "get_user": attributes{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"},
		}}}
	}
	r := c.NewRun()
	var connections, flows []*acctest.Object
	for i := range 3 {
		created := r.Apply(nil, c.Base.With(attributes{"name": fmt.Sprint("forms-", i)}))
		connections = append(connections, created)
		flows = append(flows, r.Of("auth0vault_flow").Apply(nil, flow(acctest.Get(created.State, "id"))))
	}
	r = c.NewRun()
	c.ForgetRequests()
	acctest.ExpectError(t, r.Destroy(connections[0]), "force_destroy", "in use")
	acctest.RequireNoError(t, r.Of("auth0vault_flow").Destroy(flows[0]))
	acctest.RequireNoError(t, r.Of("auth0vault_flow").Destroy(flows[1]))
	r.Of("auth0vault_flow").Apply(flows[2], flow(unknownID))
	var group sync.WaitGroup
	for _, o := range connections {
		group.Go(func() { acctest.RequireNoError(t, r.Destroy(o)) })
	}
	group.Wait()
	if n := len(c.Asked("GET", "/flows")); n != 4 { // the list, and each of the three
		t.Errorf("the flows were read with %d requests:\n%s", n, c.Summary())
	}
}

// Without read:flows there is a warning. When the flows cannot be listed for another reason, or the delete fails, the vault
// connection stays. One that is gone is deleted.
func TestConnectionResource_destroyFails(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	c.Run(step{})
	fail := func(method, path string) func() {
		return func() {
			c.ForgetFaults()
			c.Fail(emulator.Fault{Method: method, Path: path, Status: 400, Times: -1,
				Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
		}
	}
	c.Run(
		step{Before: fail("GET", "/api/v2/flows"), Destroy: true, Error: at("", "could not be looked for", "was not deleted", c.ID())},
		step{Before: fail("DELETE", ""), Destroy: true, Error: at("", "Unable to delete vault connection", "Not today")},
		step{Before: func() { c.ForgetFaults(); c.Grant(c.Own.ID, "delete:flows_vault_connections") }, Destroy: true,
			Warning: at("force_destroy", "were not looked for", c.ID(), "read:flows")},
		step{Before: func() { c.Grant(c.Own.ID, acctest.ProviderScopes...) }},
	)
	c.Run(step{Before: func() { c.DeleteVaultConnection(c.ID()) }, Destroy: true})
}
