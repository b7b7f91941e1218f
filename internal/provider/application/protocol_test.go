package application_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const typeName = "auth0vault_application"

type attributes = acctest.Attributes

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration. An application is never replaced, and is planned as it
// is configured.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, typeName, arguments...).Exactly()
}

// refreshed refreshes an object in a new run, which it returns as well.
func refreshed(t *testing.T, tenant *acctest.Tenant, o *acctest.Object) (*acctest.Run, *acctest.Object) {
	t.Helper()
	r := newRun(t, tenant)
	return r, r.Read(o)
}

// expectEmptyPlan plans in a new run, with a refresh. It returns what the refresh found.
func expectEmptyPlan(t *testing.T, tenant *acctest.Tenant, o *acctest.Object, config attributes) *acctest.Object {
	t.Helper()
	r, now := refreshed(t, tenant, o)
	if changed := r.Plan(now, config).Changed(); len(changed) > 0 {
		t.Errorf("the plan is not empty: it changes %v", changed)
	}
	return now
}

func minimalConfig() attributes {
	return attributes{"name": "forms", "actions": []string{"GET_USER"}, "store_client_secret": true}
}

// Bad input is refused on the attribute that it is about, before a provider is configured.
func TestProtocol_invalid(t *testing.T) {
	t.Parallel()
	r := acctest.NewBareRun(t.Context(), t, acctest.NewInProcess(t), typeName)
	none := []string{}
	for name, test := range map[string]struct {
		config    attributes
		attribute string
		message   string
	}{
		"no scopes at all":     {attributes{"name": "x"}, "actions", "At least one attribute out of [scopes,actions]"},
		"an empty name":        {attributes{"name": "", "actions": none}, "name", "is empty"},
		"brackets in the name": {attributes{"name": "<b>", "actions": none}, "name", "neither < nor >"},
		"an empty description": {attributes{"name": "x", "actions": none, "description": ""}, "description", "is empty; leave it out or write null."},
		"a long description":   {attributes{"name": "x", "actions": none, "description": strings.Repeat("ä", 141)}, "description", "has 141 characters."},
		"an unknown action":    {attributes{"name": "x", "actions": []string{"DELETE_USER"}}, `actions["DELETE_USER"]`, `"GET_USER" "CREATE_USER" "UPDATE_USER"`},
		"an empty scope":       {attributes{"name": "x", "scopes": []string{""}}, `scopes[""]`, "a scope of 0 characters"},
		"a long scope": {
			attributes{"name": "x", "scopes": []string{strings.Repeat("a", 281)}}, `scopes["` + strings.Repeat("a", 281) + `"]`, "a scope of 281 characters",
		},
		"an empty audience": {attributes{"name": "x", "actions": none, "audience": ""}, "audience", "is empty; leave it out or write null."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, r.Validate(test.config), test.attribute, test.message)
		})
	}
}

func TestProtocol_valid(t *testing.T) {
	t.Parallel()
	r := acctest.NewBareRun(t.Context(), t, acctest.NewInProcess(t), typeName)
	for name, config := range map[string]attributes{
		"the limits": {
			"name": "x", "actions": []string{}, "description": strings.Repeat("ä", 140), "scopes": []string{strings.Repeat("ä", 280)},
		},
		"an identifier that is not a URL": {"name": "x", "actions": []string{}, "audience": "urn:acme:api"},
		"not known yet":                   {"name": acctest.Unknown, "description": acctest.Unknown, "audience": acctest.Unknown, "scopes": acctest.Unknown},
	} {
		if diags := r.Validate(config); len(diags) > 0 {
			t.Errorf("%s: %s", name, acctest.Said(diags))
		}
	}
	diags := r.Validate(attributes{"name": "x", "scopes": []string{"read:users update:users"}})
	acctest.ExpectWarning(t, diags, `scopes["read:users update:users"]`, "write each as an element")
}

func TestProtocol_identity(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	created := r.Apply(nil, minimalConfig())
	id := only(tenant, "forms").ID
	expectIdentity := func(o *acctest.Object) {
		t.Helper()
		if got := r.Identified(o.Identity); got["id"] != id || got["domain"] != tenant.Domain() {
			t.Errorf("the identity is %v", got)
		}
	}
	expectIdentity(created)

	// A Terraform that knows no identities sends none, and must get one.
	created.Identity = nil
	now := r.Read(created)
	expectIdentity(now)
	now.Identity = nil
	updated := r.Apply(now, minimalConfig().With(attributes{"description": "changed"}))
	expectIdentity(updated)

	// While the credentials are not known yet, the domain is.
	updated.Identity = nil
	expectIdentity(newRun(t, tenant, attributes{"client_secret": acctest.Unknown}).Read(updated))

	for name, identity := range map[string]attributes{
		"with the tenant": {"id": id, "domain": strings.ToUpper(tenant.Domain())}, "alone": {"id": id},
	} {
		imported, diags := r.TryImport("", identity)
		acctest.MustSucceed(t, diags)
		if got := acctest.Get(imported.State, "name"); got != "forms" {
			t.Errorf("imported by an identity %s: the name is %v", name, got)
		}
	}
	_, diags := r.TryImport("", attributes{"id": id, "domain": "other.eu.auth0.com"})
	acctest.ExpectError(t, diags, "", "other.eu.auth0.com")

	// It is set before the application is found to be gone.
	tenant.DeleteClient(id)
	updated.Identity = nil
	gone, diags := r.TryRead(updated)
	if gone != nil {
		t.Errorf("a deleted application is read as %v", acctest.Get(gone.State))
	}
	acctest.ExpectWarning(t, diags, "", id)
}

func TestProtocol_secretIsNowhere(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	log := &acctest.Log{}
	r := acctest.NewRunIn(tflogtest.RootLogger(t.Context(), log), t, tenant, typeName).Exactly()
	config := minimalConfig().With(attributes{"store_client_secret": false, "rotate_triggers": map[string]string{"when": "2025"}})
	var secrets []string
	check := func(when string, o *acctest.Object, plans ...*acctest.Change) {
		t.Helper()
		secrets = append(secrets, only(tenant, "forms").Secret)
		places := map[string]string{"state": o.State.String(), "private state": string(o.Private), "log": log.String()}
		for _, p := range plans {
			places["plan"] += p.State.String() + string(p.Private)
		}
		for place, text := range places {
			if err := acctest.NotIn(place, []byte(text), secrets...); err != nil {
				t.Errorf("%s: %v", when, err)
			}
		}
	}
	created := r.Apply(nil, config)
	check("created", created)
	now := r.Read(created)
	check("read", now, r.Plan(now, config))
	config["rotate_triggers"] = map[string]string{"when": "2026"}
	rotated := r.Apply(now, config)
	check("rotated", rotated, r.Plan(rotated, config))
	if secrets[0] == secrets[len(secrets)-1] {
		t.Error("the secret was not rotated")
	}
	// A secret that is kept in the state is nowhere else.
	config["store_client_secret"] = true
	kept := r.Apply(rotated, config)
	secret := only(tenant, "forms").Secret
	if !strings.Contains(kept.State.String(), secret) || strings.Contains(log.String(), secret) || strings.Contains(string(kept.Private), secret) {
		t.Error("the secret is not in the state, or is in the log or in private state")
	}
	if !strings.Contains(log.String(), "/api/v2/clients") {
		t.Error("nothing was logged: this test does not see the log")
	}
	config["store_client_secret"] = false
	check("dropped", r.Apply(kept, config))
}

func TestProtocol_warnings(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	app := tenant.AddClient(emulator.Client{Name: "forms", TokenEndpointAuthMethod: "client_secret_post"})
	tenant.AddGrant(emulator.Grant{ClientID: app.ID, Settings: map[string]any{"allow_all_scopes": true}})
	r := newRun(t, tenant)
	o, diags := r.TryImport(app.ID, nil)
	acctest.ExpectWarning(t, diags, "scopes", "all scopes")
	_, diags = r.TryPlan(o, minimalConfig().With(attributes{"rotate_triggers": map[string]string{"a": "b"}}))
	acctest.ExpectWarning(t, diags, "rotate_triggers", "is not rotated")
	if _, diags := r.TryPlan(o, minimalConfig()); len(diags) > 0 {
		t.Errorf("without triggers there are warnings: %s", acctest.Said(diags))
	}
}

func TestProtocol_providerKnownLater(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	tenant.ForgetRequests()

	r := newRun(t, tenant, attributes{"client_secret": acctest.Unknown})
	planned := r.Plan(nil, minimalConfig())
	if acctest.Get(planned.State, "audience") != acctest.Unknown || acctest.Get(planned.State, "granted_scopes") == acctest.Unknown {
		t.Errorf("planned %v", acctest.Get(planned.State))
	}
	now := r.Read(created)
	if !now.State.Equal(created.State) {
		t.Errorf("the state was not kept: %v", acctest.Get(now.State))
	}
	if changed := r.Plan(now, minimalConfig()).Changed(); len(changed) > 0 {
		t.Errorf("the plan changes %v", changed)
	}
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// With the scope read:client_summary alone Auth0 shows too little to see drift: what is known is kept.
func TestProtocol_summaryOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	tenant.Grant(tenant.Own.ID, "read:client_summary", "read:client_grants")
	if now := expectEmptyPlan(t, tenant, created, minimalConfig()); !now.State.Equal(created.State) {
		t.Errorf("read as %v", acctest.Get(now.State))
	}
}

// A conflict names the application that has the name, and how to import it.
func TestProtocol_conflict(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	existing := tenant.AddClient(emulator.Client{Name: "forms", AppType: "non_interactive"})
	tenant.Fail(emulator.Fault{Method: "POST", Path: "/api/v2/clients", Status: 409,
		Body: `{"statusCode":409,"error":"Conflict","message":"Another client exists with the same alias."}`})
	_, diags := newRun(t, tenant).Fail(nil, minimalConfig())
	acctest.ExpectError(t, diags, "", "Unable to create application", "same alias.\n\n", "terraform import auth0vault_application.<name> "+existing.ID)
}
