package application_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// strike makes the requests of a kind, such as "PATCH clients/*", fail in a way.
func strike(tenant *acctest.Tenant, request string, fault emulator.Fault) {
	method, path, _ := strings.Cut(request, " ")
	fault.Method, fault.Path = method, "/api/v2/"+path
	tenant.Fail(fault)
}

// refusal is a fault in the shape of Auth0's own errors.
func refusal(status int, message, code string) emulator.Fault {
	return emulator.Fault{Status: status, Body: fmt.Sprintf(`{"statusCode":%d,"error":%q,"message":%q,"errorCode":%q}`, status,
		http.StatusText(status), message, code)}
}

var (
	lostAnswer = emulator.Fault{Drop: true, AfterCommit: true}
	lacksScope = refusal(http.StatusForbidden, "Insufficient scope, expected any of: a:b", "insufficient_scope")
)

// The answer to every request that changes something gets lost once, before or after it
// was carried out: the apply ends as if nothing had been, and the secret is found again.
func TestApplicationResource_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{"before": {Status: http.StatusBadGateway}, "after": lostAnswer} {
		for _, store := range []bool{true, false} {
			virtualRun(t, fmt.Sprintf("%s, secret stored: %t", name, store), func(t *testing.T, tenant *acctest.Tenant) {
				for _, request := range []string{"POST clients", "POST client-grants", "PATCH clients/*", "PATCH client-grants/*",
					"POST clients/*/rotate-secret"} {
					strike(tenant, request, fault)
				}
				now := applied(t, tenant, nil, minimalConfig().With(attributes{"store_client_secret": store}))
				if name == "after" {
					expectWrites(t, tenant, "POST clients", "POST client-grants")
				}
				expectHolds(t, tenant, "forms", "read:users")
				expectSecret(t, tenant, now, store)
				now = applied(t, tenant, now, attributes{
					"name": "changed", "scopes": []string{"update:users"}, "rotate_triggers": map[string]string{"again": "yes"},
					"store_client_secret": store,
				})
				expectHolds(t, tenant, "changed", "update:users")
				expectSecret(t, tenant, now, store)
				if left := tenant.Faults(); len(left) > 0 {
					t.Errorf("faults that did not strike: %v", left)
				}
				acctest.RequireNoError(t, newRun(t, tenant).Destroy(now))
				expectNothing(t, tenant)
			})
		}
	}
}

// A create that fails for good leaves nothing behind, or what it leaves is in the state,
// which Terraform marks as tainted. Nothing that was found, rather than created, is
// deleted by a rollback.
func TestApplicationResource_createFails(t *testing.T) {
	t.Parallel()
	const id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
	limit := refusal(http.StatusForbidden, "You reached the limit of entities of this type for this tenant.", "x")
	no := refusal(http.StatusForbidden, "no", "x")
	broken := emulator.Fault{Status: http.StatusInternalServerError, Times: -1}
	noSecret := emulator.Fault{Status: http.StatusCreated, Body: `{"client_id":"` + id + `","name":"forms","app_type":"non_interactive"}`}
	type faults map[string]emulator.Fault
	for name, test := range map[string]struct {
		faults    faults
		seeded    bool // an application is there that the answer to the create is about
		attribute string
		words     []string
		left      bool // in the tenant and in the state
	}{
		"the application is refused": {
			faults: faults{"POST clients": limit}, words: []string{"Unable to create application",
				"as many applications or client grants as its plan allows"},
		},
		"the grant is refused": {
			faults: faults{"POST client-grants": limit}, words: []string{"Unable to authorize application", "plan allows",
				"nothing of it is left in the tenant"},
		},
		"the grant fails for good": {
			faults: faults{"POST client-grants": broken}, words: []string{"Unable to authorize application", "nothing of it is left in the tenant"},
		},
		"the grant fails, and so does the clean-up": {
			faults: faults{"POST client-grants": broken, "DELETE clients/*": broken},
			words:  []string{"could not be deleted again", "stays in the state"}, left: true,
		},
		"Auth0 grants something else": {
			faults: faults{"POST client-grants": {
				Status: http.StatusCreated, Body: `{"id":"cgr_0000000000000000","client_id":"x","audience":"y","scope":["read:clients"]}`,
			}}, attribute: "actions", words: []string{"left out read:users, it added read:clients", "nothing of it is left"},
		},
		"the scope is refused": {
			faults: faults{"POST client-grants": refusal(http.StatusBadRequest,
				"The following scopes are not defined in the API: read:users", "invalid_body")},
			attribute: "actions", words: []string{"not defined in the API"},
		},
		"the application was recovered": {
			faults: faults{"POST clients": lostAnswer, "POST client-grants": no}, words: []string{"stays in the state"}, left: true,
		},
		"the grant was recovered": {
			faults: faults{"POST clients": noSecret, "POST client-grants": lostAnswer, "POST clients/*/rotate-secret": no}, seeded: true,
			words: []string{"stays in the state"}, left: true,
		},
		"both were created, without a secret": {
			faults: faults{"POST clients": noSecret, "POST clients/*/rotate-secret": no}, seeded: true,
			words: []string{"Unable to get the secret of application"},
		},
	} {
		virtualRun(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			if test.seeded {
				tenant.AddClient(emulator.Client{ID: id, Name: "forms", AppType: "non_interactive"})
			}
			for request, fault := range test.faults {
				strike(tenant, request, fault)
			}
			r := newRun(t, tenant)
			left, diags := r.Fail(nil, minimalConfig())
			acctest.ExpectError(t, diags, test.attribute, test.words...)
			if (left != nil) != test.left {
				t.Errorf("the state is left with %v", left)
			}
			tenant.ForgetFaults()
			if left != nil {
				if got := acctest.Get(left.State, "id"); got != named(t, tenant, "forms").ID {
					t.Errorf("the state is left with %v", got)
				}
				acctest.RequireNoError(t, r.Destroy(left))
			}
			expectNothing(t, tenant)
			applied(t, tenant, nil, minimalConfig())
			expectHolds(t, tenant, "forms", "read:users")
		})
	}
}

// Whether a create was carried out may not be known: it is not repeated. The application
// of a grant stays in the state, and the next refresh finds the grant.
func TestApplicationResource_unknownOutcome(t *testing.T) {
	t.Parallel()
	for kind, words := range map[string]string{"clients": "Look in Auth0's dashboard", "client-grants": "stays in the state"} {
		virtualRun(t, kind, func(t *testing.T, tenant *acctest.Tenant) {
			strike(tenant, "POST "+kind, lostAnswer)
			strike(tenant, "GET "+kind, emulator.Fault{Status: http.StatusInternalServerError, Times: -1})
			r := newRun(t, tenant)
			left, diags := r.Fail(nil, minimalConfig())
			acctest.ExpectError(t, diags, "", "could not be found out", words)
			if created := len(tenant.Asked(http.MethodPost, "/"+kind)); created != 1 || (left == nil) != (kind == "clients") {
				t.Errorf("%d creates left the state with %v", created, left)
			}
			tenant.ForgetFaults()
			if left != nil && acctest.Get(r.Read(left).State, "grant_id") == nil {
				t.Error("the next refresh does not find the grant")
			}
		})
	}
}

// The mark of a create is neither in the state nor drift, also if it is removed.
func TestApplicationResource_createMark(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	app := named(t, tenant, "forms")
	mark := fmt.Sprint(app.Settings["client_metadata"].(map[string]any)[auth0.CreateMark])
	if mark == "" || strings.Contains(created.State.String(), mark) || strings.Contains(string(created.Private), mark) {
		t.Errorf("the mark %q is empty or in the state", mark)
	}
	now := expectEmptyPlan(t, tenant, created, minimalConfig())
	tenant.EditClient(app.ID, func(c *emulator.Client) { delete(c.Settings, "client_metadata") })
	expectEmptyPlan(t, tenant, now, minimalConfig())
}

// A step of an update that fails leaves those before it done, in the tenant and in the state, and the rest to the next apply.
func TestApplicationResource_updateFails(t *testing.T) {
	t.Parallel()
	steps := []string{"PATCH clients/*", "PATCH client-grants/*", "POST clients/*/rotate-secret"}
	for i, test := range []struct{ message, name, scope string }{
		{"Unable to update application", "forms", "read:users"},
		{"Unable to authorize application", "changed", "read:users"},
		{"Unable to get the secret of application", "changed", "update:users"},
	} {
		t.Run(steps[i], func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := newRun(t, tenant).Apply(nil, minimalConfig().With(attributes{"rotate_triggers": map[string]string{"when": "2025"}}))
			old := named(t, tenant, "forms")
			strike(tenant, steps[i], lacksScope)
			config := attributes{"name": "changed", "actions": []string{"UPDATE_USER"}, "rotate_triggers": map[string]string{"when": "2026"}}
			left, diags := newRun(t, tenant).Fail(made, config)
			acctest.ExpectError(t, diags, "", test.message, "lacks the scope", "needs a:b")
			if held := expectHolds(t, tenant, test.name, test.scope); held.ID != old.ID || held.Secret != old.Secret {
				t.Errorf("the tenant holds %+v", held)
			}
			now := applied(t, tenant, left, config)
			expectWrites(t, tenant, steps[i:]...)
			expectHolds(t, tenant, "changed", "update:users")
			expectSecret(t, tenant, now, true)
		})
	}
}

// before runs something just before the tenant handles the first request of a kind.
func before(tenant *acctest.Tenant, method, path string, do func()) {
	tenant.OnRequest(func(r emulator.Request) {
		if r.Method == method && strings.HasPrefix(r.Path, "/api/v2/"+path) {
			tenant.OnRequest(nil)
			do()
		}
	})
}

// What disappears between the refresh and the apply is a clear error and a healed state.
func TestApplicationResource_goneAtUpdate(t *testing.T) {
	t.Parallel()
	for what, message := range map[string]string{"application": " no longer exists", "grant": "The client grant no longer exists"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := newRun(t, tenant).Apply(nil, minimalConfig())
			id := named(t, tenant, "forms").ID
			before(tenant, http.MethodPatch, "", func() {
				if what == "grant" {
					tenant.Revoke(id)
				} else {
					tenant.DeleteClient(id)
				}
			})
			config := attributes{"name": "forms", "actions": []string{"UPDATE_USER"}, "description": "x"}
			left, diags := newRun(t, tenant).Fail(made, config)
			acctest.ExpectError(t, diags, "", message)
			now, _ := newRun(t, tenant).TryRead(left)
			if (now == nil) != (what == "application") {
				t.Errorf("the refresh shows %v", now)
			}
			applied(t, tenant, now, config)
			expectHolds(t, tenant, "forms", "update:users")
		})
	}
}

// A grant that another client, or Auth0 itself, creates just before the apply does is not
// this resource's: it is left alone.
func TestApplicationResource_grantOfOthers(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]any{"of another client": nil, "Auth0's own": {"is_system": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			before(tenant, http.MethodPost, "client-grants", func() {
				tenant.AddGrant(emulator.Grant{
					ID: "cgr_theirs", ClientID: named(t, tenant, "forms").ID, Audience: tenant.Audience(), SubjectType: "client",
					Scope: []string{"read:clients"}, Settings: settings,
				})
			})
			left, diags := newRun(t, tenant).Fail(nil, minimalConfig())
			acctest.ExpectError(t, diags, "", "client grant cgr_theirs exists already and was left")
			if changed := tenant.Asked(http.MethodPatch, "/client-grants"); left != nil || len(changed) > 0 {
				t.Errorf("left %v after %v", left, changed)
			}
			applied(t, tenant, nil, minimalConfig())
			expectHolds(t, tenant, "forms", "read:users")
		})
	}
}

// The provider's own client lacks a scope: the message names it, and whose it is.
func TestApplicationResource_missingScopes(t *testing.T) {
	t.Parallel()
	for lacking, action := range map[string]string{
		"create:clients":       "Unable to create application",
		"create:client_grants": "Unable to authorize application",
	} {
		tenant := acctest.NewInProcess(t)
		tenant.Grant(tenant.Own.ID, slices.DeleteFunc(slices.Clone(acctest.ProviderScopes), func(s string) bool { return s == lacking })...)
		_, diags := newRun(t, tenant).Fail(nil, minimalConfig())
		acctest.ExpectError(t, diags, "", action, "provider's own client lacks the scope", lacking)
		expectNothing(t, tenant)
	}
}

// A conflict names the application that has the name, and how to import it.
func TestApplicationResource_conflict(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	existing := tenant.AddClient(emulator.Client{Name: "forms", AppType: "non_interactive"})
	strike(tenant, "POST clients", refusal(http.StatusConflict, "Another client exists with the same alias.", ""))
	_, diags := newRun(t, tenant).Fail(nil, minimalConfig())
	acctest.ExpectError(t, diags, "", "Unable to create application", "same alias.\n\n",
		"terraform import auth0vault_application.<name> "+existing.ID)
}
