package application_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestApplicationResource_lifecycle(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	minimal := attributes{"name": "forms", "actions": []string{"CREATE_USER", "GET_USER"}}
	r := newRun(t, tenant)
	planned := r.Plan(nil, minimal)
	scopes := []any{"create:users", "read:users"}
	// What depends on the scopes is known before anything is made.
	if got := acctest.Get(planned.State, "granted_scopes"); !reflect.DeepEqual(got, scopes) ||
		acctest.Get(planned.State, "audience") != tenant.Audience() {
		t.Errorf("planned %v", acctest.Get(planned.State))
	}
	created := r.Apply(nil, minimal)
	expectRequests(t, tenant, "POST clients", "POST client-grants")
	app := expectHolds(t, tenant, "forms", "create:users", "read:users")
	want := attributes{
		"id": app.ID, "client_id": app.ID, "client_secret": app.Secret, "grant_id": grantsOf(tenant, app.ID)[0].ID,
		"name": "forms", "actions": []any{"CREATE_USER", "GET_USER"}, "audience": tenant.Audience(), "store_client_secret": true,
		"granted_scopes": scopes, "app_type": "non_interactive", "grant_types": []any{"client_credentials"},
		"token_endpoint_auth_method": "client_secret_post",
	}
	if got := acctest.Get(created.State); !reflect.DeepEqual(got, want) {
		t.Errorf("the state is %v, want %v", got, want)
	}
	expectEmptyPlan(t, tenant, created, minimal)

	imported, diags := r.TryImport(app.ID, nil)
	acctest.RequireNoError(t, diags)
	delete(want, "client_secret")
	want["store_client_secret"] = false
	if got := acctest.Get(imported.State); !reflect.DeepEqual(got, want) {
		t.Errorf("imported %v, want %v", got, want)
	}

	full := attributes{
		"name": "forms", "description": "For forms & flows", "actions": []string{"UPDATE_USER"},
		"scopes": []string{"read:organizations", "update:users"}, "audience": tenant.Audience(),
	}
	r, now := refreshed(t, tenant, created)
	tenant.ForgetRequests()
	updated := r.Apply(now, full)
	expectRequests(t, tenant, "PATCH clients/*", "PATCH client-grants/*")
	if after := expectHolds(t, tenant, "forms", "read:organizations", "update:users"); after.Secret != app.Secret ||
		after.Settings["description"] != "For forms & flows" {
		t.Errorf("the tenant holds %+v", after)
	}
	now = applied(t, tenant, updated, minimal)
	if got := acctest.Get(now.State); !reflect.DeepEqual(got, acctest.Get(created.State)) {
		t.Errorf("the state is %v, want %v", got, acctest.Get(created.State))
	}
	acctest.RequireNoError(t, r.Destroy(now))
	expectNothing(t, tenant)
}

// Twelve applications are refreshed with twelve reads and one list of grants.
func TestApplicationResource_readsOfMany(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	var made []*acctest.Object
	for _, name := range strings.Fields("a b c d e f g h i j k l") {
		made = append(made, newRun(t, tenant).Apply(nil, minimalConfig().With(attributes{"name": name})))
	}
	tenant.ForgetRequests()
	r := newRun(t, tenant)
	for _, o := range made {
		r.Read(o)
	}
	if reads, lists := len(tenant.Asked("GET", "/clients/")), len(tenant.Asked("GET", "/client-grants")); reads != 12 || lists != 1 {
		t.Errorf("%d reads of applications and %d lists of grants", reads, lists)
	}
}

func TestApplicationResource_scopes(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	const orders = "https://orders.example.com/"
	tenant.AddAPI(emulator.API{Identifier: orders, Scopes: []string{"read:orders"}})
	// Nothing at all, said in so many words.
	now := applied(t, tenant, nil, attributes{"name": "forms", "scopes": []string{}})
	expectHolds(t, tenant, "forms")
	if got := acctest.Get(now.State, "granted_scopes"); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("the granted scopes are %v", got)
	}
	// The same scope by either name, or both, is granted once.
	now = applied(t, tenant, now, attributes{"name": "forms", "scopes": []string{"read:users"}, "actions": []string{"GET_USER"}})
	expectWrites(t, tenant, `PATCH client-grants/* {"scope":["read:users"]}`)
	byAction := attributes{"name": "forms", "actions": []string{"GET_USER"}}
	now = applied(t, tenant, now, byAction)
	expectWrites(t, tenant)
	expectHolds(t, tenant, "forms", "read:users")

	// Another API: the grant for the old one is gone.
	other := attributes{"name": "forms", "scopes": []string{"read:orders"}, "audience": orders}
	if got := acctest.Get(newRun(t, tenant).Plan(now, other).State, "grant_id"); got != acctest.Unknown {
		t.Errorf("planned the grant %v", got)
	}
	now = applied(t, tenant, now, other)
	if grants := grantsOf(tenant, named(t, tenant, "forms").ID); len(grants) != 1 || grants[0].Audience != orders {
		t.Errorf("the tenant holds %+v", grants)
	}
	// Without the argument it is the provider's audience again.
	now = applied(t, tenant, now, byAction)
	expectHolds(t, tenant, "forms", "read:users")
	// The failure comes after the old grant was deleted: the next apply goes on from there.
	left, diags := newRun(t, tenant).Fail(now, byAction.With(attributes{"audience": "https://nowhere.example.com/"}))
	acctest.ExpectError(t, diags, "audience", `no API with the identifier "https://nowhere`)
	applied(t, tenant, left, byAction)
	expectHolds(t, tenant, "forms", "read:users")
}

func TestApplicationResource_valuesKnownLater(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	later := attributes{
		"name": acctest.Unknown, "scopes": []any{acctest.Unknown}, "audience": acctest.Unknown, "store_client_secret": acctest.Unknown,
		"rotate_triggers": attributes{"scope": acctest.Unknown},
	}
	var now *acctest.Object
	for _, scope := range []string{"read:users", "update:users"} {
		planned := r.Plan(now, later)
		for _, attribute := range []string{"granted_scopes", "client_secret"} {
			if got := acctest.Get(planned.State, attribute); got != acctest.Unknown {
				t.Errorf("%s is planned as %v", attribute, got)
			}
		}
		known := attributes{
			"name": "forms", "scopes": []string{scope}, "audience": tenant.Audience(), "store_client_secret": true,
			"rotate_triggers": map[string]string{"scope": scope},
		}
		made, diags := r.TryApply(planned, known)
		acctest.RequireNoError(t, diags)
		expectHolds(t, tenant, "forms", scope)
		expectSecret(t, tenant, made, true)
		now = expectEmptyPlan(t, tenant, made, known)
	}
}

// Whatever changes outside of Terraform is shown as it will be, and corrected.
func TestApplicationResource_drift(t *testing.T) {
	t.Parallel()
	granted := attributes{"granted_scopes": []any{"read:users"}}
	edit := func(change func(*emulator.Client)) func(*acctest.Tenant, string) {
		return func(tenant *acctest.Tenant, id string) { tenant.EditClient(id, change) }
	}
	for name, test := range map[string]struct {
		outside func(tenant *acctest.Tenant, id string)
		planned attributes // what the plan changes, as it is planned; nil: it is created again
	}{
		"the application is deleted": {func(tenant *acctest.Tenant, id string) { tenant.DeleteClient(id) }, nil},
		"the grant is deleted":       {func(tenant *acctest.Tenant, id string) { tenant.Revoke(id) }, granted},
		"a scope less":               {func(tenant *acctest.Tenant, id string) { tenant.Grant(id) }, granted},
		"a scope more":               {func(tenant *acctest.Tenant, id string) { tenant.Grant(id, "read:users", "delete:users") }, granted},
		"all scopes": {func(tenant *acctest.Tenant, id string) {
			grant := grantsOf(tenant, id)[0]
			grant.Scope, grant.Settings = nil, map[string]any{"allow_all_scopes": true}
			tenant.AddGrant(grant)
		}, granted},
		"another type": {
			edit(func(c *emulator.Client) {
				c.AppType, c.GrantTypes, c.TokenEndpointAuthMethod = "spa", []string{"implicit"}, "none"
			}),
			attributes{"app_type": "non_interactive", "grant_types": []any{"client_credentials"},
				"token_endpoint_auth_method": "client_secret_post"},
		},
		"a key in place of the secret": {
			edit(func(c *emulator.Client) {
				c.TokenEndpointAuthMethod = ""
				c.Settings["client_authentication_methods"] = map[string]any{"private_key_jwt": map[string]any{}}
			}),
			attributes{"token_endpoint_auth_method": "client_secret_post"},
		},
		"another name": {edit(func(c *emulator.Client) { c.Name = "renamed" }), attributes{"name": "forms"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := applied(t, tenant, nil, minimalConfig())
			id := named(t, tenant, "forms").ID
			test.outside(tenant, id)
			r := newRun(t, tenant)
			now, diags := r.TryRead(made)
			acctest.RequireNoError(t, diags)
			if (now == nil) != (test.planned == nil) {
				t.Fatalf("read %v", now)
			}
			planned := r.Plan(now, minimalConfig())
			for attribute, want := range test.planned {
				if got := acctest.Get(planned.State, attribute); !reflect.DeepEqual(got, want) ||
					reflect.DeepEqual(acctest.Get(now.State, attribute), want) {
					t.Errorf("%s is planned from %v to %v, want %v", attribute, acctest.Get(now.State, attribute), got, want)
				}
			}
			corrected := applied(t, tenant, now, minimalConfig())
			if after := expectHolds(t, tenant, "forms", "read:users"); (after.ID == id) != (test.planned != nil) {
				t.Errorf("the application is %s, it was %s", after.ID, id)
			}
			expectSecret(t, tenant, corrected, true)
		})
	}
}

// A grant that another client deleted and created again counts by what it allows.
func TestApplicationResource_grantCreatedAgain(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := newRun(t, tenant).Apply(nil, minimalConfig())
	id := named(t, tenant, "forms").ID
	tenant.Revoke(id)
	tenant.Grant(id, "read:users")
	expectEmptyPlan(t, tenant, made, minimalConfig())
}

func TestApplicationResource_import(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	app := tenant.AddClient(emulator.Client{Name: "by hand", TokenEndpointAuthMethod: "client_secret_post",
		Settings: map[string]any{"description": "made by hand"}})
	tenant.Grant(app.ID, "read:users", "read:organizations")
	tenant.AddClient(emulator.Client{Name: "twice"})
	tenant.AddClient(emulator.Client{Name: "twice"})
	spa := tenant.AddClient(emulator.Client{Name: "spa", AppType: "spa"})
	r := newRun(t, tenant)
	for id, words := range map[string][]string{
		"name:twice":  {`Several applications are named "twice":`, "import by client ID"},
		"name:nobody": {`No machine-to-machine application is named "nobody"`},
		"name:spa":    {`No machine-to-machine application is named "spa"`},
		spa.ID:        {"Not a machine-to-machine application", `has the type "spa"`},
	} {
		_, diags := r.TryImport(id, nil)
		acctest.ExpectError(t, diags, "", words...)
	}
	// Nothing there: Terraform itself says that it does not exist.
	if imported, diags := r.TryImport("unknown", nil); imported != nil || len(diags) > 0 {
		t.Errorf("imported %v, with %s", imported, acctest.Format(diags))
	}
	// The secret does not get into the state before the configuration says so.
	imported, diags := r.TryImport("name:by hand", nil)
	acctest.RequireNoError(t, diags)
	expectSecret(t, tenant, imported, false)
	config := attributes{"name": "by hand", "description": "made by hand", "actions": []string{"GET_USER"},
		"scopes": []string{"read:organizations"}}
	now := expectEmptyPlan(t, tenant, imported, config.With(attributes{"store_client_secret": false}))
	now = applied(t, tenant, now, config)
	expectWrites(t, tenant)
	expectSecret(t, tenant, now, true)
	expectHolds(t, tenant, "by hand", "read:organizations", "read:users")
}

// A trigger that changes rotates the secret, whether the state has it or not. The
// first triggers after an import are recorded for the secret that there is.
func TestApplicationResource_rotation(t *testing.T) {
	t.Parallel()
	type step struct {
		when    string // "": no triggers
		store   bool
		rotates bool
	}
	for name, steps := range map[string][]step{
		"created": {{"2025", true, false}, {"2026", true, true}, {"", true, false}, {"2026", true, true}, {"2027", false, true},
			{"2028", false, true}, {"2029", true, true}},
		"imported": {{"2025", true, false}, {"2026", true, true}, {"", true, false}, {"2026", true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			var now *acctest.Object
			var last string
			if name == "imported" {
				app := tenant.AddClient(emulator.Client{Name: "forms", TokenEndpointAuthMethod: "client_secret_post"})
				tenant.Grant(app.ID, "read:users")
				last = app.Secret
				now, _ = newRun(t, tenant).TryImport(app.ID, nil)
			}
			for i, step := range steps {
				config := minimalConfig().With(attributes{"store_client_secret": step.store})
				if step.when != "" {
					config["rotate_triggers"] = map[string]string{"when": step.when}
				}
				now = applied(t, tenant, now, config)
				switch {
				case step.rotates:
					expectWrites(t, tenant, "POST clients/*/rotate-secret")
				case last != "":
					expectWrites(t, tenant)
				}
				secret := expectHolds(t, tenant, "forms", "read:users").Secret
				if rotated := secret != last; last != "" && rotated != step.rotates {
					t.Errorf("step %d: the secret was rotated: %t", i, rotated)
				}
				last = secret
				expectSecret(t, tenant, now, step.store)
			}
		})
	}
}

func TestApplicationResource_storeClientSecret(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	with, without := minimalConfig(), minimalConfig().With(attributes{"store_client_secret": false})
	now := applied(t, tenant, nil, without)
	expectSecret(t, tenant, now, false)
	// From now on it is kept: it is read once.
	r := newRun(t, tenant)
	if got := acctest.Get(r.Plan(now, with).State, "client_secret"); got != acctest.Unknown {
		t.Errorf("the secret is planned as %v", got)
	}
	tenant.ForgetRequests()
	stored := r.Apply(now, with)
	expectRequests(t, tenant, "GET clients/*")
	expectSecret(t, tenant, stored, true)
	// No longer: nothing is asked for that.
	r, stored = refreshed(t, tenant, stored)
	tenant.ForgetRequests()
	now = r.Apply(stored, without)
	expectRequests(t, tenant)
	expectSecret(t, tenant, now, false)
	// Auth0 does not show it to everybody.
	tenant.Grant(tenant.Own.ID, slices.DeleteFunc(slices.Clone(acctest.ProviderScopes),
		func(s string) bool { return s == "read:client_keys" })...)
	left, diags := newRun(t, tenant).Fail(now, with)
	acctest.ExpectError(t, diags, "store_client_secret", "does not show the secret", "scope read:client_keys")
	// A new one is shown to whoever made it.
	now = applied(t, tenant, left, with.With(attributes{"rotate_triggers": map[string]string{"shown": "once"}}))
	expectSecret(t, tenant, now, true)
}

// Bad input is refused on the attribute that it is about, before a provider is configured.
func TestApplicationResource_invalid(t *testing.T) {
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
		"an empty description": {attributes{"name": "x", "actions": none, "description": ""}, "description",
			"is empty; leave it out or write null."},
		"a long description": {attributes{"name": "x", "actions": none, "description": strings.Repeat("ä", 141)},
			"description", "has 141 characters."},
		"an unknown action": {attributes{"name": "x", "actions": []string{"DELETE_USER"}}, `actions["DELETE_USER"]`,
			`"GET_USER" "CREATE_USER" "UPDATE_USER"`},
		"an empty scope": {attributes{"name": "x", "scopes": []string{""}}, `scopes[""]`, "a scope of 0 characters"},
		"a long scope": {
			attributes{"name": "x", "scopes": []string{strings.Repeat("a", 281)}}, `scopes["` + strings.Repeat("a", 281) + `"]`,
			"a scope of 281 characters",
		},
		"an empty audience": {attributes{"name": "x", "actions": none, "audience": ""}, "audience", "is empty; leave it out or write null."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, r.Validate(test.config), test.attribute, test.message)
		})
	}
}

func TestApplicationResource_valid(t *testing.T) {
	t.Parallel()
	r := acctest.NewBareRun(t.Context(), t, acctest.NewInProcess(t), typeName)
	for name, config := range map[string]attributes{
		"the limits": {
			"name": "x", "actions": []string{}, "description": strings.Repeat("ä", 140), "scopes": []string{strings.Repeat("ä", 280)},
		},
		"an identifier that is not a URL": {"name": "x", "actions": []string{}, "audience": "urn:acme:api"},
		"not known yet": {"name": acctest.Unknown, "description": acctest.Unknown, "audience": acctest.Unknown,
			"scopes": acctest.Unknown},
	} {
		if diags := r.Validate(config); len(diags) > 0 {
			t.Errorf("%s: %s", name, acctest.Format(diags))
		}
	}
	diags := r.Validate(attributes{"name": "x", "scopes": []string{"read:users update:users"}})
	acctest.ExpectWarning(t, diags, `scopes["read:users update:users"]`, "write each as an element")
}

func TestApplicationResource_secretIsNowhere(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	log := &acctest.Log{}
	r := acctest.NewRunIn(tflogtest.RootLogger(t.Context(), log), t, tenant, typeName).Exactly()
	config := minimalConfig().With(attributes{"store_client_secret": false, "rotate_triggers": map[string]string{"when": "2025"}})
	var secrets []string
	check := func(when string, o *acctest.Object, plans ...*acctest.Change) {
		t.Helper()
		secrets = append(secrets, named(t, tenant, "forms").Secret)
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
	// A secret that is kept in the state is nowhere else.
	config["store_client_secret"] = true
	kept := r.Apply(rotated, config)
	secret := named(t, tenant, "forms").Secret
	if !strings.Contains(kept.State.String(), secret) || strings.Contains(log.String(), secret) ||
		strings.Contains(string(kept.Private), secret) {
		t.Error("the secret is not in the state, or is in the log or in private state")
	}
	if !strings.Contains(log.String(), "/api/v2/clients") {
		t.Error("nothing was logged: this test does not see the log")
	}
	config["store_client_secret"] = false
	check("dropped", r.Apply(kept, config))
}

func TestApplicationResource_warnings(t *testing.T) {
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
		t.Errorf("without triggers there are warnings: %s", acctest.Format(diags))
	}
}

// With the scope read:client_summary alone Auth0 shows too little to see drift: what is known is kept.
func TestApplicationResource_summaryOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	created := newRun(t, tenant).Apply(nil, minimalConfig())
	tenant.Grant(tenant.Own.ID, "read:client_summary", "read:client_grants")
	if now := expectEmptyPlan(t, tenant, created, minimalConfig()); !now.State.Equal(created.State) {
		t.Errorf("read as %v", acctest.Get(now.State))
	}
}
