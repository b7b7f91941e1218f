package application_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const address = "auth0vault_application.test"

// application is the configuration of the resource that most tests are about.
func application(tenant *acctest.Tenant, arguments string) string {
	return tenant.Config("\nresource \"auth0vault_application\" \"test\" {\n" + arguments + "\n}\n")
}

func value(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

func set(elements ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, element := range elements {
		checks = append(checks, knownvalue.StringExact(element))
	}
	return knownvalue.SetExact(checks)
}

// planned expects an action before the apply and a quiet plan after it.
func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, more...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// stored returns what the tenant holds under a name: the application and its grants.
func stored(tenant *acctest.Tenant, name string) (emulator.Client, []emulator.Grant, error) {
	var found []emulator.Client
	for _, client := range tenant.Clients() {
		if client.Name == name {
			found = append(found, client)
		}
	}
	if len(found) != 1 {
		return emulator.Client{}, nil, fmt.Errorf("the tenant has %d applications named %q", len(found), name)
	}
	return found[0], grantsOf(tenant, found[0].ID), nil
}

func grantsOf(tenant *acctest.Tenant, clientID string) []emulator.Grant {
	return slices.DeleteFunc(tenant.Grants(), func(g emulator.Grant) bool { return g.ClientID != clientID })
}

// only returns the application of a name; there must be one.
func only(tenant *acctest.Tenant, name string) emulator.Client {
	client, _, err := stored(tenant, name)
	if err != nil {
		panic(err)
	}
	return client
}

// holds checks that the tenant holds one application of the name, a
// machine-to-machine application with one grant of exactly these scopes.
func holds(tenant *acctest.Tenant, name string, scopes ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		client, grants, err := stored(tenant, name)
		if err != nil {
			return err
		}
		if client.AppType != "non_interactive" || !slices.Equal(client.GrantTypes, []string{"client_credentials"}) || client.TokenEndpointAuthMethod != "client_secret_post" {
			return fmt.Errorf("it is no machine-to-machine application: %s, %v, %s", client.AppType, client.GrantTypes, client.TokenEndpointAuthMethod)
		}
		if methods := client.Settings["client_authentication_methods"]; methods != nil {
			return fmt.Errorf("it authenticates by %v as well", methods)
		}
		if len(grants) != 1 {
			return fmt.Errorf("it has %d grants", len(grants))
		}
		want := slices.Sorted(slices.Values(scopes))
		if got := grants[0]; got.Audience != tenant.Audience() || !slices.Equal(slices.Sorted(slices.Values(got.Scope)), want) || got.Settings["allow_all_scopes"] == true {
			return fmt.Errorf("its grant is %+v, want the scopes %v", got, want)
		}
		return nil
	})
}

// empty checks that the tenant has nothing but the provider's own client and its grant.
func empty(tenant *acctest.Tenant) func() error {
	return func() error {
		if clients, grants := len(tenant.Clients()), len(tenant.Grants()); clients != 1 || grants != 1 {
			return fmt.Errorf("the tenant has %d applications and %d grants, want the provider's own", clients, grants)
		}
		return nil
	}
}

// expectRequests checks the requests to the Management API since the log was last
// emptied, without their order; ids are shown as a star. It empties the log.
func expectRequests(tenant *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.AtTenant(func() error {
		got := requests(tenant)
		tenant.ForgetRequests()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the tenant was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	})
}

// requests lists the requests to the Management API by method and path.
func requests(tenant *acctest.Tenant) (lines []string) {
	for _, r := range tenant.Asked("", "") {
		lines = append(lines, request(r))
	}
	return lines
}

func request(r emulator.Request) string {
	parts := strings.Split(strings.TrimPrefix(r.Path, "/api/v2/"), "/")
	if len(parts) > 1 {
		parts[1] = "*"
	}
	return r.Method + " " + strings.Join(parts, "/")
}

// writes are the requests among them that change something.
func writes(tenant *acctest.Tenant) []string {
	return slices.DeleteFunc(requests(tenant), func(line string) bool { return strings.HasPrefix(line, "GET ") })
}

// stateCheck is a state check that sees both the state and the tenant.
type stateCheck func(state string) error

// CheckState implements statecheck.StateCheck.
func (f stateCheck) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	text, err := json.Marshal(req.State)
	resp.Error = errors.Join(err, f(string(text)))
}

// inState checks whether the secret that the tenant holds now is in the state.
func inState(tenant *acctest.Tenant, name string, want bool) statecheck.StateCheck {
	return stateCheck(func(state string) error {
		client, _, err := stored(tenant, name)
		if err != nil {
			return err
		}
		if got := strings.Contains(state, client.Secret); got != want {
			return fmt.Errorf("the secret of the tenant is in the state: %t, want %t", got, want)
		}
		return nil
	})
}

// planCheck is a plan check made of a function of the plan as JSON.
type planCheck func(plan string) error

// CheckPlan implements plancheck.PlanCheck.
func (f planCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	text, err := json.Marshal(req.Plan)
	resp.Error = errors.Join(err, f(string(text)))
}

// expectWrites fails unless these requests were the ones that write, with their
// bodies; IDs are written as a star.
func expectWrites(t *testing.T, tenant *acctest.Tenant, want []string) {
	t.Helper()
	var got []string
	for _, r := range tenant.Asked("", "") {
		if r.Method == http.MethodGet {
			continue
		}
		body := string(r.RequestBody)
		for _, client := range tenant.Clients() {
			body = strings.ReplaceAll(body, client.ID, "*")
		}
		got = append(got, request(r)+" "+body)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the tenant was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
