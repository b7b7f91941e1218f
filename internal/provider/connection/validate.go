package connection

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// ValidateConfig implements resource.ResourceWithValidateConfig: the setup is
// given as a whole or not at all, with one secret.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	given := false
	for _, value := range []attr.Value{config.Domain, config.ClientID, config.ClientSecret, config.ClientSecretWO, config.Audience} {
		given = given || !value.IsNull() && !value.IsUnknown()
	}
	if !given {
		return // an empty vault connection, or it is not known yet whether it is one
	}
	for _, required := range []struct {
		name  string
		value types.String
	}{{"domain", config.Domain}, {"client_id", config.ClientID}} {
		if required.value.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root(required.name), "Incomplete setup",
				fmt.Sprintf("A setup is given as a whole: domain, client_id, and client_secret or client_secret_wo. The attribute %s is missing.\n\n"+
					"To get an empty vault connection, whose credentials are entered in the dashboard, leave all of them and audience "+
					"out.", required.name))
		}
	}
	inState, writeOnly := config.ClientSecret, config.ClientSecretWO
	if inState.IsUnknown() || writeOnly.IsUnknown() || inState.IsNull() != writeOnly.IsNull() {
		return
	}
	found := "Neither is set."
	if !inState.IsNull() {
		found = "Both are set."
	}
	resp.Diagnostics.AddAttributeError(path.Root("client_secret"), "One secret is needed",
		"Exactly one of client_secret and client_secret_wo must be given. "+found+
			"\n\nThe first is kept in the state. The second is write-only: it is in no plan and no state.")
}

// mocked is the form of the strings that mocked providers compute: 8 characters in
// Terraform, 4 to 15 in OpenTofu. What looks like one is validated by the plan, which
// a mocked provider never makes.
var mocked = regexp.MustCompile(`^[A-Za-z0-9]{4,15}$`)

// unlessMocked returns the problem with a value of the configuration, which may be
// computed by a mocked provider.
func unlessMocked(problem func(string) string) func(string) string {
	return func(value string) string {
		if mocked.MatchString(value) && value != "localhost" {
			return ""
		}
		return problem(value)
	}
}

// emptyProblem is how messages name an empty string.
const emptyProblem = "is empty; leave it out or write null"

func domainProblem(value string) string {
	if value == "" {
		return emptyProblem
	}
	return validate.TenantDomainProblem(value)
}

func audienceProblem(value string) string {
	if value == "" {
		return emptyProblem
	}
	return validate.HTTPSURLProblem(value)
}

// credentialProblem is for client IDs and secrets. They are not trimmed: the plan
// has to show what is configured. The value is not repeated.
func credentialProblem(value string) string {
	switch {
	case value == "":
		return emptyProblem
	case strings.TrimSpace(value) != value:
		return "has white space, such as a line break, at its beginning or end; remove it, for example with trimspace()"
	}
	return ""
}

func credential(wants string) []validator.String {
	return []validator.String{validate.Matches(wants, credentialProblem)}
}

// name accepts the name of a vault connection.
func name() validator.String {
	return validate.Matches(fmt.Sprintf("between 1 and %d characters long", maxNameLength), func(value string) string {
		switch length := utf8.RuneCountInString(value); {
		case length == 0:
			return "is empty"
		case length > maxNameLength:
			return fmt.Sprintf("has %d characters", length)
		}
		return ""
	})
}

func scopeProblem(value string) string {
	switch {
	case value == "":
		return "is empty"
	case len(value) > maxScopeLength:
		return fmt.Sprintf("is longer than %d characters", maxScopeLength)
	case strings.ContainsFunc(value, unicode.IsSpace):
		return fmt.Sprintf("has white space in it: %q. Each scope is an element of its own", value)
	}
	return ""
}

// validateValues checks what the validators of the schema leave to the plan.
func validateValues(plan *model, diags *diag.Diagnostics) {
	for _, check := range []struct {
		name    string
		value   types.String
		problem func(string) string
	}{{"domain", plan.Domain, domainProblem}, {"audience", plan.Audience, audienceProblem}} {
		if check.value.IsNull() || check.value.IsUnknown() {
			continue
		}
		if problem := check.problem(check.value.ValueString()); problem != "" {
			diags.AddAttributeError(path.Root(check.name), "Invalid value", validate.Sentence(fmt.Sprintf("The attribute %s %s",
				check.name, problem)))
		}
	}
}
