package connection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// writeOnly is a configuration whose secret is write-only.
func writeOnly(tenant *acctest.Tenant, client emulator.Client) acctest.Attributes {
	return minimalConfig(tenant, client).With(acctest.Attributes{"client_secret": nil, "client_secret_wo": client.Secret})
}

// rotate gives a client a new secret, and the configuration with it.
func rotate(tenant *acctest.Tenant, client emulator.Client, secret string) emulator.Client {
	tenant.SetClientSecret(client.ID, secret)
	client.Secret = secret
	return client
}

func mustHold(t *testing.T, tenant *acctest.Tenant, name string, client emulator.Client) {
	t.Helper()
	if err := checkStored(tenant, name, setupOf(tenant, client.ID, client.Secret)); err != nil {
		t.Error(err)
	}
}

func mustHaveWritten(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	if err := wrote(tenant, want...); err != nil {
		t.Error(err)
	}
}

// A write-only secret from an ephemeral variable, from the first apply to the last.
func TestConnectionResource_writeOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	secrets := []string{client.Secret, "second-secret-0123456789", "third-secret-0123456789"}
	body := func(name string, more ...string) string {
		return "variable \"secret\" {\n  type = string\n  ephemeral = true\n}\n" + hcl(tenant, append([]string{
			quoted("name", name), quoted("domain", tenant.Domain()), quoted("client_id", client.ID), "client_secret_wo = var.secret",
		}, more...)...)
	}
	variables := func(secret string) config.Variables {
		return config.Variables{"secret": config.StringVariable(secret)}
	}
	nowhere := []statecheck.StateCheck{
		acctest.NotInState(secrets...), has("client_secret", knownvalue.Null()), has("client_secret_wo", knownvalue.Null()),
	}
	step := func(text, secret string, action plancheck.ResourceActionType, checks ...statecheck.StateCheck) resource.TestStep {
		checks = append(checks, nowhere...)
		return resource.TestStep{
			PreConfig: func() {
				tenant.ForgetRequests()
				tenant.SetClientSecret(client.ID, secret)
			},
			Config: text, ConfigVariables: variables(secret),
			ConfigPlanChecks:  planned(action, acctest.NotInPlan(secrets...)),
			ConfigStateChecks: checks,
		}
	}
	const ignored = "lifecycle {\n    ignore_changes = [client_secret_wo]\n  }"
	folder := t.TempDir()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		WorkingDir:               folder,
		Steps: []resource.TestStep{
			step(body("forms"), secrets[0], plancheck.ResourceActionCreate,
				holds(tenant, "forms", setupOf(tenant, client.ID, secrets[0])), onlyWrote(tenant, "POST app_id name setup 201")),
			// An unrelated change sends no secret.
			step(body("renamed", `actions = ["GET_USER"]`), secrets[0], plancheck.ResourceActionUpdate,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[0])), onlyWrote(tenant, "PATCH name 200")),
			// A new value is noticed automatically.
			step(body("renamed"), secrets[1], plancheck.ResourceActionUpdate,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[1])), onlyWrote(tenant, "PATCH setup 200")),
			// With a version, the version decides.
			step(body("renamed", "client_secret_wo_version = 1"), secrets[1], plancheck.ResourceActionUpdate,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[1])), onlyWrote(tenant, "PATCH setup 200")),
			step(body("renamed", "client_secret_wo_version = 1"), secrets[2], plancheck.ResourceActionNoop,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[1])), onlyWrote(tenant)),
			step(body("renamed", "client_secret_wo_version = 2"), secrets[2], plancheck.ResourceActionUpdate,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[2])), onlyWrote(tenant, "PATCH setup 200")),
			// With ignore_changes, a new value is neither planned nor sent, with another name neither.
			step(body("renamed", "client_secret_wo_version = 2", ignored), secrets[0], plancheck.ResourceActionNoop, onlyWrote(tenant)),
			step(body("forms", "client_secret_wo_version = 2", ignored), secrets[0], plancheck.ResourceActionUpdate,
				holds(tenant, "forms", setupOf(tenant, client.ID, secrets[2])), onlyWrote(tenant, "PATCH name 200")),
			step(body("renamed", ignored), secrets[0], plancheck.ResourceActionUpdate,
				holds(tenant, "renamed", setupOf(tenant, client.ID, secrets[2])), onlyWrote(tenant, "PATCH name 200"),
				acctest.AtTenant(func() error { return acctest.NotInFolder(folder, secrets...) })),
		},
	})
}

// The secret moves between the two attributes without being sent: it is the same one.
func TestConnectionResource_secretMoves(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	kept, hidden := minimalConfig(tenant, client), writeOnly(tenant, client)

	created := newRun(t, tenant).Apply(nil, kept)
	tenant.ForgetRequests()
	r := newRun(t, tenant)
	created = r.Apply(r.Read(created), hidden)
	if got := get(t, created.State, "client_secret"); got != nil {
		t.Errorf("the state keeps the secret %v", got)
	}
	expectEmptyPlan(t, tenant, created, hidden)

	r = newRun(t, tenant)
	created = r.Apply(r.Read(created), kept)
	if got := get(t, created.State, "client_secret"); got != client.Secret {
		t.Errorf("the state has the secret %v", got)
	}
	expectEmptyPlan(t, tenant, created, kept)
	mustHaveWritten(t, tenant)

	// Moved and changed at once: sent.
	client = rotate(tenant, client, "the-next-secret")
	r = newRun(t, tenant)
	created = r.Apply(r.Read(created), writeOnly(tenant, client))
	expectEmptyPlan(t, tenant, created, writeOnly(tenant, client))
	mustHaveWritten(t, tenant, "PATCH setup 200")
	mustHold(t, tenant, "forms", client)
}

// A write-only value that only the apply knows: each plan has to announce what
// the apply may have to do, and the apply does it only where it must.
func TestConnectionResource_writeOnlyUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	known := writeOnly(tenant, client)
	notYet := known.With(acctest.Attributes{"client_secret_wo": acctest.Unknown})

	r := newRun(t, tenant)
	created, diags := r.TryApply(r.Plan(nil, notYet), known)
	acctest.MustSucceed(t, diags)
	mustHold(t, tenant, "forms", client)
	expectEmptyPlan(t, tenant, created, known)

	// It turns out to be the same: no request.
	tenant.ForgetRequests()
	r = newRun(t, tenant)
	plan := r.Plan(r.Read(created), notYet)
	if len(plan.Changed()) == 0 {
		t.Error("the plan does not show that the secret may change")
	}
	same, diags := r.TryApply(plan, known)
	acctest.MustSucceed(t, diags)
	mustHaveWritten(t, tenant)

	// It turns out to be a new one.
	client = rotate(tenant, client, "the-next-secret")
	r = newRun(t, tenant)
	created, diags = r.TryApply(r.Plan(r.Read(same), notYet), writeOnly(tenant, client))
	acctest.MustSucceed(t, diags)
	mustHaveWritten(t, tenant, "PATCH setup 200")
	mustHold(t, tenant, "forms", client)
	expectEmptyPlan(t, tenant, created, writeOnly(tenant, client))
}

// A failed update never counts the new secret as stored: the next plan shows it
// again, and once the cause is gone the next apply sends it.
func TestConnectionResource_failedRotation(t *testing.T) {
	t.Parallel()
	inState := func(tenant *acctest.Tenant, c emulator.Client, _ int) acctest.Attributes {
		return minimalConfig(tenant, c)
	}
	hidden := func(tenant *acctest.Tenant, c emulator.Client, _ int) acctest.Attributes { return writeOnly(tenant, c) }
	versioned := func(tenant *acctest.Tenant, c emulator.Client, version int) acctest.Attributes {
		return writeOnly(tenant, c).With(acctest.Attributes{"client_secret_wo_version": version})
	}
	refused := emulator.Fault{Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: ECHO","errorCode":"invalid_body"}`}
	failed := emulator.Fault{Status: 500, Times: -1, Body: `{"statusCode":500,"error":"Internal Server Error","message":"ECHO"}`}
	for name, test := range map[string]struct {
		configure func(*acctest.Tenant, emulator.Client, int) acctest.Attributes
		fault     emulator.Fault
	}{
		"refused, in state":            {inState, refused},
		"refused, write-only":          {hidden, refused},
		"refused, versioned":           {versioned, refused},
		"failed, not done, in state":   {inState, failed},
		"failed, not done, write-only": {hidden, failed},
		"failed, but done, versioned":  {versioned, emulator.Fault{Status: 500, Times: -1, AfterCommit: true}},
		"no answer, but done":          {hidden, emulator.Fault{Drop: true, Times: -1, AfterCommit: true}},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			created := newRun(t, tenant).Apply(nil, test.configure(tenant, client, 1))
			client = rotate(tenant, client, "the-next-secret")
			next := test.configure(tenant, client, 2)
			strike := test.fault
			strike.Method = "PATCH"
			strike.Body = strings.ReplaceAll(strike.Body, "ECHO", "secret the-next-secret is bad")
			tenant.Fail(strike)

			r := newRun(t, tenant)
			left, diags := r.Fail(r.Read(created), next)
			acctest.ExpectError(t, diags, "", "Unable to update vault connection")
			if strings.Contains(acctest.Said(diags), "the-next-secret") {
				t.Errorf("the message holds the secret:\n%s", acctest.Said(diags))
			}
			if !left.State.Equal(created.State) {
				t.Errorf("the state was changed from %v to %v", created.State, left.State)
			}
			tenant.ForgetFaults()

			r = newRun(t, tenant)
			before := r.Read(left)
			if changed := r.Plan(before, next).Changed(); !slices.Contains(changed, "updated_at") {
				t.Fatalf("the next plan does not show the rotation, but %v", changed)
			}
			tenant.ForgetRequests()
			created = r.Apply(before, next)
			mustHaveWritten(t, tenant, "PATCH setup 200")
			mustHold(t, tenant, "forms", client)
			expectEmptyPlan(t, tenant, created, next)
		})
	}
}

// A secret that the token endpoint refuses is neither sent nor remembered.
func TestConnectionResource_refusedRotation(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	created := newRun(t, tenant).Apply(nil, writeOnly(tenant, client))
	tenant.ForgetRequests()
	wrong := client
	wrong.Secret = "not-the-secret"
	r := newRun(t, tenant)
	left, diags := r.Fail(r.Read(created), writeOnly(tenant, wrong))
	acctest.ExpectError(t, diags, "client_secret_wo", "were refused", client.ID)
	mustHaveWritten(t, tenant)
	if changed := newRun(t, tenant).Plan(left, writeOnly(tenant, wrong)).Changed(); len(changed) == 0 {
		t.Error("the next plan does not show the rotation")
	}
	expectEmptyPlan(t, tenant, left, writeOnly(tenant, client))
}

// Neither state, plan nor private state holds a write-only secret, nor anything
// that two connections with the same secret would share.
func TestConnectionResource_privateState(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	r := newRun(t, tenant)
	plan := r.Plan(nil, writeOnly(tenant, client))
	created := r.Apply(nil, writeOnly(tenant, client))
	second := r.Apply(nil, writeOnly(tenant, client))
	changed := r.Apply(created, writeOnly(tenant, client).With(acctest.Attributes{"name": "renamed"}))
	imported, diags := r.TryImport(get(t, created.State, "id").(string), nil)
	acctest.MustSucceed(t, diags)
	for what, o := range map[string]*acctest.Object{"created": created, "updated": changed, "imported": imported} {
		if err := acctest.NotIn(what, []byte(o.State.String()+string(o.Private)), client.Secret); err != nil {
			t.Error(err)
		}
	}
	if err := acctest.NotIn("the plan", []byte(plan.State.String()+string(plan.Private)), client.Secret); err != nil {
		t.Error(err)
	}
	if string(created.Private) == "" || string(created.Private) == string(second.Private) {
		t.Error("the same secret looks the same in private state")
	}
}
