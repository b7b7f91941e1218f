package user_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// userScopes are all that managing users takes.
var userScopes = []string{"read:users", "create:users", "update:users", "delete:users"}

// through is the vault_connection of a client.
func through(tenant *acctest.Tenant, client emulator.Client) attributes {
	return attributes{"domain": tenant.Domain(), "client_id": client.ID, "client_secret": client.Secret}
}

// secretless is the vault_connection of a connection whose secret is write-only.
func secretless(tenant *acctest.Tenant, client emulator.Client) attributes {
	return through(tenant, client).Without("client_secret")
}

// keyring is the provider's argument with the secrets of these clients.
func keyring(clients ...emulator.Client) attributes {
	secrets := map[string]string{}
	for _, client := range clients {
		secrets[client.ID] = client.Secret
	}
	return attributes{"connection_secrets": secrets}
}

// rotate gives a client a new secret.
func rotate(tenant *acctest.Tenant, client emulator.Client, secret string) emulator.Client {
	tenant.SetClientSecret(client.ID, secret)
	client.Secret = secret
	return client
}

// askedBy fails unless there were requests for users since the log was last
// forgotten, and all carried the token of one client.
func askedBy(tenant *acctest.Tenant, clientID string) error {
	asked := tenant.Asked("", usersPath)
	if len(asked) == 0 {
		return fmt.Errorf("no user was asked for")
	}
	for _, r := range asked {
		if r.ClientID != clientID {
			return fmt.Errorf("%s %s carried the token of %q, want %q", r.Method, r.Path, r.ClientID, clientID)
		}
	}
	return nil
}

func onlyAskedBy(tenant *acctest.Tenant, clientID string) statecheck.StateCheck {
	return acctest.AtTenant(func() error { return askedBy(tenant, clientID) })
}

// forms is a configuration of a vault connection.
func forms(tenant *acctest.Tenant, client emulator.Client, secret string) string {
	return fmt.Sprintf(`
resource "auth0vault_connection" "forms" {
  name      = "forms"
  domain    = %q
  client_id = %q
  %s
}
`, tenant.Domain(), client.ID, secret)
}

// One apply makes the connection and the user; every request for the user, from
// the first to the last, carries the token of the connection's client.
func TestUserResource_throughConnection(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	configured := func(name string) string {
		return tenant.Config(forms(tenant, client, quoted("client_secret", client.Secret)) +
			block("vault_connection = auth0vault_connection.forms", quoted("email", "ada@example.com"), quoted("password_wo", strong), quoted("name", name)))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           configured("Ada"),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					onlyAskedBy(tenant, client.ID),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("vault_connection"), knownvalue.ObjectExact(map[string]knownvalue.Check{
						"domain": knownvalue.StringExact(tenant.Domain()), "client_id": knownvalue.StringExact(client.ID),
						"client_secret": knownvalue.StringExact(client.Secret), "audience": knownvalue.StringExact(tenant.Audience()),
					})),
					statecheck.ExpectSensitiveValue(address, tfjsonpath.New("vault_connection").AtMapKey("client_secret")),
				},
			},
			{
				Config:            configured("Countess"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{onlyAskedBy(tenant, client.ID)},
			},
		},
	})
	if err := askedBy(tenant, client.ID); err != nil {
		t.Error(err)
	}
	for _, method := range []string{"POST", "PATCH", "GET", "DELETE"} {
		if len(tenant.Asked(method, usersPath)) == 0 {
			t.Errorf("there was no %s of a user in the log", method)
		}
	}
	for _, r := range tenant.Asked("", "/flows") {
		if r.ClientID != tenant.Own.ID {
			t.Errorf("%s %s carried the token of %q", r.Method, r.Path, r.ClientID)
		}
	}
}

// A connection with a write-only secret: the keyring has the secret, which is
// ephemeral and in no state, plan or private state.
func TestUserResource_keyring(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	configured := func(name string) string {
		return "variable \"secret\" {\n  type = string\n  ephemeral = true\n}\n" + tenant.Config(
			forms(tenant, client, "client_secret_wo = var.secret")+
				block("vault_connection = auth0vault_connection.forms", quoted("email", "ada@example.com"), quoted("password_wo", strong), quoted("name", name)),
			fmt.Sprintf("connection_secrets = { %q = var.secret }", client.ID))
	}
	next := "the-next-secret-0123456789"
	secrets := []string{client.Secret, next, strong}
	folder := t.TempDir()
	step := func(name, secret string, action plancheck.ResourceActionType) resource.TestStep {
		return resource.TestStep{
			PreConfig:        func() { tenant.SetClientSecret(client.ID, secret) },
			Config:           configured(name),
			ConfigVariables:  config.Variables{"secret": config.StringVariable(secret)},
			ConfigPlanChecks: planned(action, acctest.NotInPlan(secrets...)),
			ConfigStateChecks: []statecheck.StateCheck{
				onlyAskedBy(tenant, client.ID), acctest.NotInState(secrets...),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("vault_connection").AtMapKey("client_secret"), knownvalue.Null()),
				acctest.AtTenant(func() error { return acctest.NotInFolder(folder, secrets...) }),
			},
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		WorkingDir:               folder,
		Steps: []resource.TestStep{
			step("Ada", client.Secret, plancheck.ResourceActionCreate),
			step("Countess", client.Secret, plancheck.ResourceActionUpdate),
			// A rotation concerns the connection alone: the user finds the new secret in the keyring.
			step("Countess", next, plancheck.ResourceActionNoop),
		},
	})
}

// A keyring that depends on something that is applied first.
func TestUserResource_keyringUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	configured := func(secret string, lines ...string) string {
		return tenant.Config(fmt.Sprintf("resource \"terraform_data\" \"secret\" {\n  input = %q\n}\n", secret)+
			block(append(lines, fmt.Sprintf("vault_connection = { domain = %q, client_id = %q }", tenant.Domain(), client.ID),
				quoted("email", "ada@example.com"), quoted("password_wo", strong))...),
			fmt.Sprintf("connection_secrets = { %q = terraform_data.secret.output }", client.ID))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            configured(client.Secret),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{onlyAskedBy(tenant, client.ID)},
			},
			{
				// Not known at plan again: the state stands, and the apply has the new secret.
				PreConfig:        func() { tenant.SetClientSecret(client.ID, "the-next-secret") },
				Config:           configured("the-next-secret", quoted("name", "Ada")),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{holds(tenant, func(u emulator.User) string {
					if u.Name != "Ada" {
						return "it is named " + u.Name
					}
					return ""
				})},
			},
		},
	})
}

// The keyring at the protocol: what is missing is an error of the plan.
func TestUserResource_keyringMissing(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client, other := tenant.Client("forms", userScopes...), tenant.Client("other", userScopes...)
	given := ada().With(attributes{"vault_connection": secretless(tenant, client)})
	words := []string{"No secret for the vault connection's client", client.ID, "connection_secrets"}

	for name, arguments := range map[string]attributes{
		"no keyring":            {},
		"another client's":      keyring(other),
		"an empty secret":       {"connection_secrets": map[string]string{client.ID: ""}},
		"an empty keyring":      {"connection_secrets": map[string]string{}},
		"no secret, other open": {"connection_secrets": map[string]any{other.ID: nil}},
	} {
		_, diags := newRun(t, tenant, arguments).TryPlan(nil, given)
		if acctest.ExpectError(t, diags, "vault_connection", words...); t.Failed() {
			t.Fatalf("with %s", name)
		}
	}
	// What is not known yet waits for the apply.
	for _, arguments := range []attributes{
		{"connection_secrets": unknown}, {"connection_secrets": map[string]any{client.ID: unknown}},
		{"connection_secrets": map[string]any{other.ID: unknown}}, // a key may be unknown as well
	} {
		newRun(t, tenant, arguments).Plan(nil, given)
	}
	if err := wrote(tenant); err != nil {
		t.Error(err)
	}

	made := applied(t, tenant, nil, given, keyring(client))
	if err := askedBy(tenant, client.ID); err != nil {
		t.Error(err)
	}
	// Gone from the keyring: the refresh leaves the state alone, the plan says what is missing, the destroy as well.
	r := newRun(t, tenant)
	left, diags := r.TryRead(made)
	acctest.ExpectWarning(t, diags, "vault_connection", client.ID, "connection_secrets")
	if !left.State.Equal(made.State) {
		t.Error("the state was changed")
	}
	_, diags = r.TryPlan(left, given)
	acctest.ExpectError(t, diags, "vault_connection", words...)
	acctest.ExpectError(t, r.Destroy(left), "vault_connection", words...)
	// Not known yet at refresh: nothing to say.
	if left, diags = newRun(t, tenant, attributes{"connection_secrets": unknown}).TryRead(made); len(diags) > 0 || !left.State.Equal(made.State) {
		t.Errorf("an unknown keyring changed the state or said %s", acctest.Said(diags))
	}
	acctest.MustSucceed(t, newRun(t, tenant, keyring(client)).Destroy(made))
}

// The keyring of one provider may hold what the state has in an older form.
func TestUserResource_keyringBeside(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	made := applied(t, tenant, nil, given)
	client = rotate(tenant, client, "the-next-secret")
	tenant.EditUser(mustStore(t, tenant).ID, func(u *emulator.User) { u.Nickname = "seen" })
	left, diags := newRun(t, tenant, keyring(client)).TryRead(made)
	if len(diags) > 0 || get(left.State, "nickname") != "seen" {
		t.Errorf("the keyring's secret was not tried: %s", acctest.Said(diags))
	}
	acctest.MustSucceed(t, newRun(t, tenant, keyring(client)).Destroy(left))
	if len(tenant.Users()) > 0 {
		t.Error("the user is still there")
	}
}

// Without the object, the provider's own client does everything.
func TestUserResource_ownClient(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Client("forms", userScopes...)
	made := applied(t, tenant, nil, ada())
	made = applied(t, tenant, made, ada().With(attributes{"name": "Ada"}))
	acctest.MustSucceed(t, newRun(t, tenant).Destroy(made))
	if err := askedBy(tenant, tenant.Own.ID); err != nil {
		t.Error(err)
	}
	if n := len(tenant.Tokens()); n > 5 { // one for each of the runs above
		t.Errorf("%d tokens were asked for in 5 runs", n)
	}
}

// A provider that has no client of its own is enough where every user has a connection.
func TestUserResource_noOwnClient(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	nothing := attributes{"domain": nil, "client_id": nil, "client_secret": nil}
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	made := applied(t, tenant, nil, given, nothing)
	acctest.MustSucceed(t, newRun(t, tenant, nothing).Destroy(made))

	_, diags := newRun(t, tenant, attributes{"client_id": nil}).TryPlan(nil, ada())
	acctest.ExpectError(t, diags, "", "Missing provider argument: client_id", "AUTH0_CLIENT_ID", "provider's own client")
}

// Which connection is used is nothing that Auth0 keeps: changing it sends nothing.
func TestUserResource_connectionChanges(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client, other := tenant.Client("forms", userScopes...), tenant.Client("other", userScopes...)
	made := applied(t, tenant, nil, ada())
	for _, next := range []any{
		through(tenant, client),
		through(tenant, client).With(attributes{"audience": tenant.Audience()}),
		secretless(tenant, client),
		through(tenant, other).With(attributes{"domain": strings.ToUpper(tenant.Domain()), "audience": tenant.Audience()}),
		nil,
	} {
		ring := keyring(client)
		r := newRun(t, tenant, ring)
		before := r.Read(made)
		tenant.ForgetRequests()
		given := ada().With(attributes{"vault_connection": next})
		plan := r.Plan(before, given)
		if expectChange(t, plan, "vault_connection"); t.Failed() {
			t.Fatalf("with %v", next)
		}
		made, _ = r.TryApply(plan, given)
		if n := len(tenant.Requests()); n > 0 {
			t.Errorf("a change to %v took %d requests:\n%s", next, n, tenant.Summary())
		}
		expectEmptyPlan(t, tenant, made, given, ring)
		who := tenant.Own.ID
		if next, ok := next.(attributes); ok {
			who = next["client_id"].(string)
		}
		if err := askedBy(tenant, who); err != nil {
			t.Errorf("after a change to %v: %v", next, err)
		}
	}
}

// What the connection's object says is not known until the apply.
func TestUserResource_connectionUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	for _, later := range []any{
		unknown,
		through(tenant, client).With(attributes{"client_id": unknown, "client_secret": unknown}),
		through(tenant, client).With(attributes{"domain": unknown, "audience": unknown}),
	} {
		r := newRun(t, tenant)
		plan := r.Plan(nil, ada().With(attributes{"vault_connection": later}))
		made, diags := r.TryApply(plan, given)
		acctest.MustSucceed(t, diags)
		// And in an update.
		changed := given.With(attributes{"nickname": "countess"})
		plan = r.Plan(made, changed.With(attributes{"vault_connection": later}))
		made, diags = r.TryApply(plan, changed)
		acctest.MustSucceed(t, diags)
		expectEmptyPlan(t, tenant, made, changed)
		acctest.MustSucceed(t, r.Destroy(made))
	}
	if err := askedBy(tenant, client.ID); err != nil {
		t.Error(err)
	}
}

// A client, a grant or a secret made in the same apply may not be seen at once.
func TestUserResource_connectionMadeAMomentAgo(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.PropagationDelay = 400_000_000 })
	client := tenant.Client("forms", userScopes...)
	given := ada().With(attributes{"vault_connection": through(tenant, client)})
	r := newRun(t, tenant)
	made := r.Apply(nil, given)
	expectEmptyPlan(t, tenant, made, given)

	client = rotate(tenant, client, "the-next-secret")
	next := given.With(attributes{"vault_connection": through(tenant, client), "name": "Ada"})
	expectEmptyPlan(t, tenant, newRun(t, tenant).Apply(made, next), next)
}
