package user_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// grace is a user that Terraform does not know yet.
func grace(tenant *acctest.Tenant) emulator.User {
	blocked := true
	return tenant.AddUser(emulator.User{
		ID: "auth0|grace", Email: "grace@example.com", EmailVerified: true, Username: "grace", Name: "Grace Hopper", GivenName: "Grace", FamilyName: "Hopper",
		PhoneNumber: "+15550100", Blocked: &blocked, Password: strong,
		UserMetadata: map[string]any{"plan": "gold", "seen": []any{"tour", map[string]any{"b": 1.0, "a": nil}}}, AppMetadata: map[string]any{"roles": []any{"admin"}},
	})
}

// graceHCL is the configuration of that user.
func graceHCL(tenant *acctest.Tenant, more ...string) string {
	return hcl(tenant, append([]string{
		quoted("user_id", "grace"), quoted("email", "grace@example.com"), "email_verified = true", quoted("username", "grace"), quoted("name", "Grace Hopper"),
		quoted("given_name", "Grace"), quoted("family_name", "Hopper"), quoted("phone_number", "+15550100"), "blocked = true",
		`user_metadata = jsonencode({ seen = ["tour", { a = null, b = 1 }], plan = "gold" })`, `app_metadata = jsonencode({ roles = ["admin"] })`,
	}, more...)...)
}

// forget takes the user out of the state without touching it.
func forget(tenant *acctest.Tenant) resource.TestStep {
	return resource.TestStep{Config: "removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n" + tenant.Config("")}
}

func TestUserResource_import(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	before := grace(tenant)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: graceHCL(tenant), ResourceName: address, ImportState: true, ImportStateId: before.ID, ImportStatePersist: true,
			},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            graceHCL(tenant),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				ConfigStateChecks: []statecheck.StateCheck{onlyWrote(tenant)},
			},
			forget(tenant),
		},
	})
	if after := mustStore(t, tenant); !after.UpdatedAt.Equal(before.UpdatedAt) {
		t.Error("the user was changed")
	}
}

// An import block plans the import and nothing else.
func TestUserResource_importBlock(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	before := grace(tenant)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            graceHCL(tenant) + "import {\n  to = " + address + "\n  id = \"" + before.ID + "\"\n}\n",
				ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{onlyWrote(tenant)},
			},
			forget(tenant),
		},
	})
}

func TestUserResource_importByIdentity(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Identities came with Terraform 1.12. The next test runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				// A password would be set once by the import.
				Config: hcl(tenant, quoted("email", "ada@example.com"), quoted("password_wo", strong), "password_wo_version = 1"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
				},
			},
			{
				ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
				ExpectNonEmptyPlan: true, // the version of the password
			},
		},
	})
}

func TestUserResource_importForms(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	there := grace(tenant)
	tenant.AddUser(emulator.User{ID: "samlp|okta|grace", Email: "grace@sso.example.com", Connection: "okta", Provider: "samlp"})
	for how, request := range map[string]struct {
		id       string
		identity attributes
	}{
		"by id":                       {id: there.ID},
		"by e-mail address":           {id: "email:grace@example.com"},
		"by e-mail, in capitals":      {id: "email:Grace@Example.com"},
		"by identity":                 {identity: attributes{"id": there.ID}},
		"by identity with its tenant": {identity: attributes{"id": there.ID, "domain": tenant.Domain()}},
		"by identity in capitals":     {identity: attributes{"id": there.ID, "domain": strings.ToUpper(tenant.Domain())}},
	} {
		t.Run(how, func(t *testing.T) {
			r := newRun(t, tenant)
			imported, diags := r.TryImport(request.id, request.identity)
			acctest.MustSucceed(t, diags)
			for name, want := range map[string]any{
				"id": "auth0|grace", "user_id": "grace", "connection_name": "Username-Password-Authentication", "email": "grace@example.com",
				"email_verified": true, "username": "grace", "name": "Grace Hopper", "phone_number": "+15550100", "blocked": true,
				"user_metadata": `{"plan":"gold","seen":["tour",{"a":null,"b":1}]}`, "app_metadata": `{"roles":["admin"]}`,
				"on_destroy": "delete", "vault_connection": nil, "password": nil, "verify_email": nil,
			} {
				if got := get(imported.State, name); got != want {
					t.Errorf("%s = %v, want %v", name, got, want)
				}
			}
			// A later read finds the identity as it was left.
			imported = newRun(t, tenant).Read(imported)
			identity := r.Identified(imported.Identity)
			if domain, _ := identity["domain"].(string); identity["id"] != there.ID || !strings.EqualFold(domain, tenant.Domain()) {
				t.Errorf("the identity is %v", identity)
			}
		})
	}
}

func TestUserResource_importRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	there := grace(tenant)
	r := newRun(t, tenant)

	_, diags := r.TryImport("grace", nil)
	acctest.ExpectError(t, diags, "", "Unable to import user", "not a full user ID", `did you mean "auth0|grace"?`)

	_, diags = r.TryImport("grace@example.com", nil)
	acctest.ExpectError(t, diags, "", "Unable to import user", `did you mean "email:grace@example.com"?`)

	_, diags = r.TryImport("email:nobody@example.com", nil)
	acctest.ExpectError(t, diags, "", "Unable to import user", "No user", "nobody@example.com")

	other := tenant.AddUser(emulator.User{Email: "grace@example.com", Connection: "okta", Provider: "samlp"})
	_, diags = r.TryImport("email:grace@example.com", nil)
	acctest.ExpectError(t, diags, "", "Unable to import user", there.ID, other.ID, "Import by ID")

	_, diags = r.TryImport("", attributes{"id": "grace"})
	acctest.ExpectError(t, diags, "", "Unable to import user", `"auth0|grace"`)

	_, diags = r.TryImport("", attributes{"id": there.ID, "domain": "other.eu.auth0.com"})
	acctest.ExpectError(t, diags, "", "Another tenant's object cannot be imported", "other.eu.auth0.com", tenant.Domain())

	// Nothing there: Terraform itself says that it does not exist.
	if imported, diags := r.TryImport("auth0|nobody", nil); imported != nil || acctest.Failed(diags) {
		t.Errorf("imported %v, said %s", imported, acctest.Said(diags))
	}

	_, diags = newRun(t, tenant, attributes{"client_id": nil, "client_secret": nil}).TryImport(there.ID, nil)
	if !acctest.Failed(diags) || !strings.Contains(acctest.Said(diags), "AUTH0_CLIENT_ID") {
		t.Errorf("an import without a client of its own said %s", acctest.Said(diags))
	}

	_, diags = newRun(t, tenant, attributes{"client_id": unknown}).TryImport(there.ID, nil)
	acctest.ExpectError(t, diags, "", "Unable to import user", "not known before")
}

func TestUserResource_importUnknownID(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{{
			Config:       hcl(tenant, quoted("email", "ada@example.com")),
			ResourceName: address, ImportState: true, ImportStateId: "auth0|nobody",
			ExpectError: detail("Cannot import non-existent remote object"),
		}},
	})
}

// What is imported is taken over by a connection without a request, and a
// password is set once, with a warning, unless a version is in charge.
func TestUserResource_importThenApply(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	there := grace(tenant)
	client := tenant.Client("forms", userScopes...)
	given := attributes{
		"email": "grace@example.com", "username": "grace", "given_name": "Grace", "family_name": "Hopper", "phone_number": "+15550100", "blocked": true,
		"vault_connection": through(tenant, client),
	}
	r := newRun(t, tenant)
	imported, diags := r.TryImport(there.ID, nil)
	acctest.MustSucceed(t, diags)
	tenant.ForgetRequests()
	plan := r.Plan(imported, given)
	expectChange(t, plan, "vault_connection")
	made, diags := r.TryApply(plan, given)
	acctest.MustSucceed(t, diags)
	mustHaveWritten(t, tenant)
	expectEmptyPlan(t, tenant, made, given)
	if err := askedBy(tenant, client.ID); err != nil {
		t.Error(err)
	}

	for name, password := range map[string]attributes{
		"password":    {"password": "Another-horse-7"},
		"password_wo": {"password_wo": "Another-horse-8"},
	} {
		made, diags = newRun(t, tenant).TryImport(there.ID, nil)
		acctest.MustSucceed(t, diags)
		next := given.With(password)
		plan, diags = r.TryPlan(made, next)
		acctest.MustSucceed(t, diags)
		acctest.ExpectWarning(t, diags, name, "is set", there.ID)
		tenant.ForgetRequests()
		made, diags = r.TryApply(plan, next)
		acctest.MustSucceed(t, diags)
		mustHaveWritten(t, tenant, `PATCH {"password":"`+password[name].(string)+`"} 200`)
		expectEmptyPlan(t, tenant, made, next)
	}

	imported, diags = newRun(t, tenant).TryImport(there.ID, nil)
	acctest.MustSucceed(t, diags)
	versioned := given.With(attributes{"password_wo": "Third-horse-7", "password_wo_version": 1})
	plan, diags = r.TryPlan(imported, versioned)
	if len(diags) > 0 {
		t.Errorf("a password with a version says %s", acctest.Said(diags))
	}
	tenant.ForgetRequests()
	made, diags = r.TryApply(plan, versioned)
	acctest.MustSucceed(t, diags)
	mustHaveWritten(t, tenant, `PATCH {"password":"Third-horse-7"} 200`)
	expectEmptyPlan(t, tenant, made, versioned)
}

// Users of other connections than the default one are imported with the name of theirs.
func TestUserResource_importPasswordless(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	there := tenant.AddUser(emulator.User{ID: "sms|1", Connection: "sms", PhoneNumber: "+15550100"})
	r := newRun(t, tenant)
	imported, diags := r.TryImport(there.ID, nil)
	acctest.MustSucceed(t, diags)
	expectEmptyPlan(t, tenant, imported, attributes{"connection_name": "sms", "phone_number": "+15550100"})
	if plan := r.Plan(imported, attributes{"phone_number": "+15550100"}); strings.Join(plan.Replace, " ") != "connection_name" {
		t.Errorf("another connection replaces because of %v", plan.Replace)
	}
}

// Identity is set by create, update and read, also by the read that finds
// nothing and by the one that has nobody to ask.
func TestUserResource_identity(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	for name, given := range map[string]attributes{
		"own client":       ada(),
		"vault connection": {"email": "grace@example.com", "password_wo": strong, "vault_connection": secretless(tenant, client)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := keyring(client)
			r := newRun(t, tenant, ring)
			check := func(when string, o *acctest.Object) {
				t.Helper()
				if o.Identity == nil {
					t.Fatalf("%s set no identity", when)
				}
				if identity := r.Identified(o.Identity); identity["id"] != idOf(o) || identity["domain"] != tenant.Domain() {
					t.Errorf("%s set the identity %v", when, identity)
				}
			}
			made := r.Apply(nil, given)
			check("create", made)

			// A Terraform that knows no identities brings none along, and neither does
			// the first run of one that does.
			forgotten := *made
			forgotten.Identity = nil
			check("read", r.Read(&forgotten))
			check("read with identity", r.Read(made))
			check("update", r.Apply(&forgotten, given.With(attributes{"nickname": "other"})))
			check("update without request", r.Apply(&forgotten, given.With(attributes{"on_destroy": "retain"})))

			// A read that has nobody to ask must not leave an identity that later ones would have to change.
			if given["vault_connection"] != nil {
				blind, diags := newRun(t, tenant).TryRead(&forgotten)
				acctest.ExpectWarning(t, diags, "vault_connection", client.ID)
				check("read without a secret", blind)
				check("the read after it", r.Read(blind))
			} else {
				blind := newRun(t, tenant, attributes{"client_id": unknown}).Read(&forgotten)
				check("read while the client is not known", blind)
				check("the read after it", r.Read(blind))
			}

			tenant.DeleteUser(get(made.State, "id").(string))
			_, diags := newRun(t, tenant, ring).TryRead(&forgotten) // fails itself without an identity
			acctest.MustSucceed(t, diags)
		})
	}
}
