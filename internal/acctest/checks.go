package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// check is a state check, a plan check, or both, made of a function.
type check struct {
	state func(*tfjson.State) error
	plan  func(*tfjson.Plan) error
}

// CheckState implements statecheck.StateCheck.
func (c check) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c.state(req.State)
}

// CheckPlan implements plancheck.PlanCheck.
func (c check) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c.plan(req.Plan)
}

// Has checks an attribute of a resource after a step.
func Has(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

// Planned checks what a step plans for a resource, and that the plan after it is empty.
func Planned(address string, action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(more, plancheck.ExpectResourceAction(address, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// AtTenant runs a check of the tenant, its store or its request log, after a step.
func AtTenant(f func() error) statecheck.StateCheck {
	return check{state: func(*tfjson.State) error { return f() }}
}

// NotInState fails if any of the secrets is anywhere in the state.
func NotInState(secrets ...string) statecheck.StateCheck {
	return check{state: func(state *tfjson.State) error { return absent("state", state, secrets) }}
}

// NotInPlan fails if any of the secrets is anywhere in the plan, the
// configuration aside, where it was written down.
func NotInPlan(secrets ...string) plancheck.PlanCheck {
	return check{plan: func(plan *tfjson.Plan) error {
		bare := *plan
		bare.Config = nil
		return absent("plan", &bare, secrets)
	}}
}

func absent(where string, v any, secrets []string) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	for _, secret := range secrets {
		if strings.Contains(string(text), secret) {
			return fmt.Errorf("the %s holds the secret %q", where, secret)
		}
	}
	return nil
}
