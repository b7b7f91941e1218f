package user_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// 200 users through 10 connections: one request each, and one token for each
// client. Nothing is read after a write.
func TestUserResource_many(t *testing.T) {
	t.Parallel()
	const connections, people = 10, 200
	tenant := acctest.NewInProcess(t)
	var clients strings.Builder
	owner := map[string]string{}
	for i := range connections {
		client := tenant.Client(fmt.Sprint("forms ", i), userScopes...)
		fmt.Fprintf(&clients, "    { id = %q, secret = %q },\n", client.ID, client.Secret)
		for user := i; user < people; user += connections {
			owner[fmt.Sprintf("u%d@example.com", user)] = client.ID
		}
	}
	config := tenant.Config(fmt.Sprintf(`
locals {
  clients = [
%s  ]
}

resource "auth0vault_connection" "forms" {
  count         = %d
  name          = "forms ${count.index}"
  domain        = "TENANT"
  client_id     = local.clients[count.index].id
  client_secret = local.clients[count.index].secret
}

resource "auth0vault_user" "test" {
  count            = %d
  vault_connection = auth0vault_connection.forms[count.index %% %[2]d]
  email            = "u${count.index}@example.com"
  password         = %[4]q
  user_metadata    = jsonencode({ seat = count.index })
}
`, clients.String(), connections, people, strong))
	asked := func(want map[string]int) statecheck.StateCheck {
		return acctest.AtTenant(func() error {
			got := map[string]int{"tokens": len(tenant.Tokens())}
			for _, r := range tenant.Requests() {
				switch {
				case r.Method != "POST" && r.Method != "PATCH" && r.Method != "GET":
					got["other"]++
				case strings.HasPrefix(r.Path, "/api/v2/users"):
					got[r.Method+" user"]++
				case strings.HasPrefix(r.Path, "/api/v2/flows/vault/connections"):
					got[r.Method+" connection"]++
				}
			}
			for what, n := range got {
				if limit, ok := want[what]; !ok || n > limit {
					return fmt.Errorf("%d of %s, want %d:\n%s", n, what, limit, tenant.Summary())
				}
			}
			for what, n := range want {
				if !strings.HasPrefix(what, "GET") && got[what] != n {
					return fmt.Errorf("%d of %s, want %d:\n%s", got[what], what, n, tenant.Summary())
				}
			}
			return nil
		})
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					asked(map[string]int{"tokens": connections + 1, "POST user": people, "POST connection": connections}),
					acctest.AtTenant(func() error {
						for _, r := range tenant.Asked("POST", usersPath) {
							if email := strings.Split(strings.SplitN(string(r.RequestBody), `"email":"`, 2)[1], `"`)[0]; owner[email] != r.ClientID {
								return fmt.Errorf("%s was made by %s, want %s", email, r.ClientID, owner[email])
							}
						}
						return nil
					}),
				},
			},
		},
	})
	if n := len(tenant.Users()) + len(tenant.VaultConnections()); n > 0 {
		t.Errorf("the destroy left %d objects", n)
	}
	if n := len(tenant.Asked("DELETE", usersPath)); n != people {
		t.Errorf("%d users were deleted in %d requests", people, n)
	}
	for _, r := range tenant.Asked("", usersPath) {
		if r.ClientID == tenant.Own.ID {
			t.Fatalf("%s %s carried the token of the provider's own client", r.Method, r.Path)
		}
	}
}
