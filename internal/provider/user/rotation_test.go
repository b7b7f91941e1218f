package user_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// The connection's secret is rotated outside, and the configuration brings the
// new one: the refresh cannot read, and the apply goes through anyway.
func TestUserResource_rotation(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	next := "the-next-secret-0123456789"
	configured := func(secret string) string {
		return tenant.Config(forms(tenant, client, quoted("client_secret", secret)) +
			block("vault_connection = auth0vault_connection.forms", quoted("email", "ada@example.com"), quoted("password_wo", strong)))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: configured(client.Secret)},
			{
				PreConfig: func() {
					tenant.SetClientSecret(client.ID, next)
					tenant.ForgetRequests()
				},
				Config: configured(next),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					plancheck.ExpectResourceAction("auth0vault_connection.forms", plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{
					onlyWrote(tenant),
					has("vault_connection", knownvalue.ObjectPartial(map[string]knownvalue.Check{"client_secret": knownvalue.StringExact(next)})),
				},
			},
		},
	})
	if len(tenant.Users()) > 0 {
		t.Error("the user is still there")
	}
}

// What is wrong with the credentials in the state is a warning, and the state stays.
func TestUserResource_refusedAtRefresh(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(*acctest.Tenant, emulator.Client)
		words []string
	}{
		"rotated": {func(tenant *acctest.Tenant, c emulator.Client) { tenant.SetClientSecret(c.ID, "the-next-secret") },
			[]string{"refused a token", "does not accept client"}},
		"client deleted": {func(tenant *acctest.Tenant, c emulator.Client) { tenant.DeleteClient(c.ID) }, []string{"refused a token"}},
		"grant deleted":  {func(tenant *acctest.Tenant, c emulator.Client) { tenant.Revoke(c.ID) }, []string{"client grant"}},
		"scope withdrawn": {func(tenant *acctest.Tenant, c emulator.Client) { tenant.Grant(c.ID, "create:users", "update:users") },
			[]string{"read:users"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			client := tenant.Client("forms", userScopes...)
			given := ada().With(attributes{"vault_connection": through(tenant, client)})
			made := applied(t, tenant, nil, given)
			test.spoil(tenant, client)
			tenant.EditUser(mustStore(t, tenant).ID, func(u *emulator.User) { u.Nickname = "not seen" })

			r := newRun(t, tenant)
			left, diags := r.TryRead(made)
			acctest.ExpectWarning(t, diags, "vault_connection", append(test.words, "could not be read", client.ID, "state of these users stays as it was")...)
			if left == nil || !left.State.Equal(made.State) {
				t.Fatal("the state was changed")
			}
			// The plan goes on, to the update that brings new credentials.
			fresh := tenant.Client("fresh", userScopes...)
			next := given.With(attributes{"vault_connection": through(tenant, fresh)})
			plan := r.Plan(left, next)
			expectChange(t, plan, "vault_connection")
			tenant.ForgetRequests()
			made, diags = r.TryApply(plan, next)
			acctest.MustSucceed(t, diags)
			mustHaveWritten(t, tenant)
			if got := get(newRun(t, tenant).Read(made).State, "nickname"); got != "not seen" {
				t.Errorf("the next refresh shows the nickname %v", got)
			}
		})
	}
}

// The provider's own client is another matter: nothing in a configuration of
// users could bring new credentials for it.
func TestUserResource_ownRefusedAtRefresh(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := applied(t, tenant, nil, ada())
	tenant.SetClientSecret(tenant.Own.ID, "the-next-secret")
	_, diags := newRun(t, tenant).TryRead(made)
	acctest.ExpectError(t, diags, "", "Unable to read user", tenant.Domain(), tenant.Own.ID, "client_secret", "arguments domain, client_id and client_secret")

	tenant.SetClientSecret(tenant.Own.ID, tenant.Own.Secret)
	tenant.Grant(tenant.Own.ID, "create:users")
	_, diags = newRun(t, tenant).TryRead(made)
	acctest.ExpectError(t, diags, "", "Unable to read user", "read:users", tenant.Own.ID, tenant.Audience())
}

// A plan does not continue because a tenant fails.
func TestUserResource_failureAtRefresh(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", userScopes...)
	made := applied(t, tenant, nil, ada().With(attributes{"vault_connection": through(tenant, client)}))
	tenant.Fail(emulator.Fault{Path: "/api/v2/users*", Status: 503, Times: -1})
	_, diags := newRun(t, tenant).TryRead(made)
	acctest.ExpectError(t, diags, "", "Unable to read user", "503", "Run again later")
}

// A destroy has only the credentials in the state; when they are refused, the
// message says what helps, and each of these helps.
func TestUserResource_refusedAtDestroy(t *testing.T) {
	t.Parallel()
	advice := []string{"Unable to delete user", "credentials in the state", "connection_secrets", `on_destroy = "block"`, "retain"}
	for name, help := range map[string]func(t *testing.T, tenant *acctest.Tenant, made *acctest.Object, given attributes, client emulator.Client) *acctest.Run{
		"the keyring": func(t *testing.T, tenant *acctest.Tenant, _ *acctest.Object, _ attributes, client emulator.Client) *acctest.Run {
			return newRun(t, tenant, keyring(client))
		},
		"an apply first": func(t *testing.T, tenant *acctest.Tenant, made *acctest.Object, given attributes, client emulator.Client) *acctest.Run {
			r := newRun(t, tenant)
			*made = *r.Apply(made, given.With(attributes{"vault_connection": through(tenant, client)}))
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			client := tenant.Client("forms", userScopes...)
			given := ada().With(attributes{"vault_connection": through(tenant, client)})
			made := applied(t, tenant, nil, given)
			client = rotate(tenant, client, "the-next-secret")
			acctest.ExpectError(t, newRun(t, tenant).Destroy(made), "", append(advice, client.ID)...)
			if len(tenant.Users()) != 1 {
				t.Error("the user is gone")
			}
			acctest.MustSucceed(t, help(t, tenant, made, given, client).Destroy(made))
			if len(tenant.Users()) != 0 {
				t.Error("the user is still there")
			}
		})
	}
}

// With Terraform: a destroy that is refused leaves the user in the state.
func TestUserResource_destroyRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users", "create:users", "update:users")
	configured := hcl(tenant, fmt.Sprintf("vault_connection = { domain = %q, client_id = %q, client_secret = %q }", tenant.Domain(), client.ID, client.Secret),
		quoted("email", "ada@example.com"), quoted("password_wo", strong))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: configured},
			{Config: configured, Destroy: true, ExpectError: detail("needs delete:users at the audience")},
			{
				PreConfig:        func() { tenant.Grant(client.ID, userScopes...) },
				Config:           configured,
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			},
		},
	})
}
