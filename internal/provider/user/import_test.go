package user_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func importByID(id string) *tfprotov6.ImportResourceStateRequest {
	return &tfprotov6.ImportResourceStateRequest{ID: id}
}

func (r *run) identityType() tftypes.Type {
	r.t.Helper()
	schemas, err := r.server.GetResourceIdentitySchemas(r.ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	return schemas.IdentitySchemas[typeName].ValueType()
}

// importByIdentity imports a user of a tenant; the domain may be nil.
func (r *run) importByIdentity(id string, domain any) *tfprotov6.ImportResourceStateRequest {
	r.t.Helper()
	identity := r.value(r.identityType(), attributes{"id": id, "domain": domain})
	return &tfprotov6.ImportResourceStateRequest{Identity: &tfprotov6.ResourceIdentityData{IdentityData: r.dynamic(identity)}}
}

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
	tenant := acctest.New(t)
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
	tenant := acctest.New(t)
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
	tenant := acctest.New(t)
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
	tenant := acctest.New(t)
	there := grace(tenant)
	var r *run
	for how, request := range map[string]func() *tfprotov6.ImportResourceStateRequest{
		"by id":                       func() *tfprotov6.ImportResourceStateRequest { return importByID(there.ID) },
		"by identity":                 func() *tfprotov6.ImportResourceStateRequest { return r.importByIdentity(there.ID, nil) },
		"by identity with its tenant": func() *tfprotov6.ImportResourceStateRequest { return r.importByIdentity(there.ID, tenant.Domain()) },
		"by identity in capitals": func() *tfprotov6.ImportResourceStateRequest {
			return r.importByIdentity(there.ID, strings.ToUpper(tenant.Domain()))
		},
	} {
		t.Run(how, func(t *testing.T) {
			r = newRun(t, tenant)
			imported, diags := r.tryImport(request())
			mustSucceed(t, diags)
			for name, want := range map[string]any{
				"id": "auth0|grace", "user_id": "grace", "connection_name": "Username-Password-Authentication", "email": "grace@example.com",
				"email_verified": true, "username": "grace", "name": "Grace Hopper", "phone_number": "+15550100", "blocked": true,
				"user_metadata": `{"plan":"gold","seen":["tour",{"a":null,"b":1}]}`, "app_metadata": `{"roles":["admin"]}`,
				"on_destroy": "delete", "vault_connection": nil, "password": nil, "verify_email": nil,
			} {
				if got := get(t, imported.state, name); got != want {
					t.Errorf("%s = %v, want %v", name, got, want)
				}
			}
			// A later read finds the identity as it was left.
			imported = newRun(t, tenant).read(imported)
			identity := r.undynamic(imported.identity.IdentityData, r.identityType())
			if id, domain := get(t, identity, "id"), get(t, identity, "domain"); id != there.ID || !strings.EqualFold(domain.(string), tenant.Domain()) {
				t.Errorf("the identity is %v at %v", id, domain)
			}
		})
	}
}

func TestUserResource_importRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	there := grace(tenant)
	r := newRun(t, tenant)

	_, diags := r.tryImport(importByID("grace"))
	expectError(t, diags, "", "Unable to import user", "no full user id", `"auth0|grace"`)

	_, diags = r.tryImport(r.importByIdentity("grace", nil))
	expectError(t, diags, "", "Unable to import user", `"auth0|grace"`)

	_, diags = r.tryImport(r.importByIdentity(there.ID, "other.eu.auth0.com"))
	expectError(t, diags, "", "Another tenant's object cannot be imported", "other.eu.auth0.com", tenant.Domain())

	// Nothing there: Terraform itself says that it does not exist.
	if imported, diags := r.tryImport(importByID("auth0|nobody")); imported != nil || hasError(diags) {
		t.Errorf("imported %v, said %s", imported, said(diags))
	}

	_, diags = newRun(t, tenant, attributes{"client_id": nil, "client_secret": nil}).tryImport(importByID(there.ID))
	if !hasError(diags) || !strings.Contains(said(diags), "AUTH0_CLIENT_ID") {
		t.Errorf("an import without a client of its own said %s", said(diags))
	}

	_, diags = newRun(t, tenant, attributes{"client_id": unknown}).tryImport(importByID(there.ID))
	expectError(t, diags, "", "Unable to import user", "not known before")
}

func TestUserResource_importUnknownID(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
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
	tenant := acctest.New(t)
	there := grace(tenant)
	client := tenant.Client("forms", userScopes...)
	given := attributes{
		"email": "grace@example.com", "username": "grace", "given_name": "Grace", "family_name": "Hopper", "phone_number": "+15550100", "blocked": true,
		"vault_connection": through(tenant, client),
	}
	r := newRun(t, tenant)
	imported, diags := r.tryImport(importByID(there.ID))
	mustSucceed(t, diags)
	tenant.ForgetRequests()
	plan := r.plan(imported, given)
	plan.expectChange(t, "vault_connection")
	made, diags := r.tryApply(plan, given)
	mustSucceed(t, diags)
	mustHaveWritten(t, tenant)
	quiet(t, tenant, made, given)
	if err := askedBy(tenant, client.ID); err != nil {
		t.Error(err)
	}

	for name, password := range map[string]attributes{
		"password":    {"password": "Another-horse-7"},
		"password_wo": {"password_wo": "Another-horse-8"},
	} {
		made, diags = newRun(t, tenant).tryImport(importByID(there.ID))
		mustSucceed(t, diags)
		next := given.with(password)
		plan, diags = r.tryPlan(made, next)
		mustSucceed(t, diags)
		expectWarning(t, diags, name, "is set", there.ID)
		tenant.ForgetRequests()
		made, diags = r.tryApply(plan, next)
		mustSucceed(t, diags)
		mustHaveWritten(t, tenant, `PATCH {"password":"`+password[name].(string)+`"} 200`)
		quiet(t, tenant, made, next)
	}

	imported, diags = newRun(t, tenant).tryImport(importByID(there.ID))
	mustSucceed(t, diags)
	versioned := given.with(attributes{"password_wo": "Third-horse-7", "password_wo_version": 1})
	plan, diags = r.tryPlan(imported, versioned)
	if len(diags) > 0 {
		t.Errorf("a password with a version says %s", said(diags))
	}
	tenant.ForgetRequests()
	made, diags = r.tryApply(plan, versioned)
	mustSucceed(t, diags)
	mustHaveWritten(t, tenant, `PATCH {"password":"Third-horse-7"} 200`)
	quiet(t, tenant, made, versioned)
}

// Users of other connections than the default one are imported with the name of theirs.
func TestUserResource_importPasswordless(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.AddDatabase(emulator.Database{Name: "sms", Strategy: "sms"})
	there := tenant.AddUser(emulator.User{ID: "sms|1", Connection: "sms", PhoneNumber: "+15550100"})
	r := newRun(t, tenant)
	imported, diags := r.tryImport(importByID(there.ID))
	mustSucceed(t, diags)
	quiet(t, tenant, imported, attributes{"connection_name": "sms", "phone_number": "+15550100"})
	if plan := r.plan(imported, attributes{"phone_number": "+15550100"}); strings.Join(plan.replace, " ") != "connection_name" {
		t.Errorf("another connection replaces because of %v", plan.replace)
	}
}

// Identity is set by create, update and read, also by the read that finds
// nothing and by the one that has nobody to ask.
func TestUserResource_identity(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", userScopes...)
	for name, given := range map[string]attributes{
		"own client":       ada(),
		"vault connection": {"email": "grace@example.com", "password_wo": strong, "vault_connection": secretless(tenant, client)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := keyring(client)
			r := newRun(t, tenant, ring)
			check := func(when string, o *object) {
				t.Helper()
				if o.identity == nil {
					t.Fatalf("%s set no identity", when)
				}
				identity := r.undynamic(o.identity.IdentityData, r.identityType())
				if id, domain := get(t, identity, "id"), get(t, identity, "domain"); id != get(t, o.state, "id") || domain != tenant.Domain() {
					t.Errorf("%s set the identity %v at %v", when, id, domain)
				}
			}
			made := r.apply(nil, given)
			check("create", made)

			// A Terraform that knows no identities brings none along, and neither does
			// the first run of one that does.
			forgotten := *made
			forgotten.identity = nil
			check("read", r.read(&forgotten))
			check("read with identity", r.read(made))
			check("update", r.apply(&forgotten, given.with(attributes{"nickname": "other"})))
			check("update without request", r.apply(&forgotten, given.with(attributes{"on_destroy": "retain"})))

			// A read that has nobody to ask must not leave an identity that later ones would have to change.
			if given["vault_connection"] != nil {
				blind, diags := newRun(t, tenant).tryRead(&forgotten)
				expectWarning(t, diags, "vault_connection", client.ID)
				check("read without a secret", blind)
				check("the read after it", r.read(blind))
			} else {
				blind := newRun(t, tenant, attributes{"client_id": unknown}).read(&forgotten)
				check("read while the client is not known", blind)
				check("the read after it", r.read(blind))
			}

			tenant.DeleteUser(get(t, made.state, "id").(string))
			_, diags := newRun(t, tenant, ring).tryRead(&forgotten) // fails itself without an identity
			mustSucceed(t, diags)
		})
	}
}
