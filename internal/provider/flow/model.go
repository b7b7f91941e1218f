package flow

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// model is the resource. The time of the last execution is left out: it is not part
// of the configuration, and would change the state of flows that are in use with
// every refresh.
type model struct {
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	Actions        types.List   `tfsdk:"actions"`
	RequiredScopes types.Map    `tfsdk:"required_scopes"`
	CreatedAt      types.String `tfsdk:"created_at"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
}

// setComputed sets the computed attributes after a create. Name and actions stay as
// they were written; how Auth0 normalizes the actions is kept in private state.
func (m *model) setComputed(f *auth0.Flow) {
	m.ID = types.StringValue(f.ID)
	m.CreatedAt = orNull(f.CreatedAt)
	m.UpdatedAt = orNull(f.UpdatedAt)
	m.setRequiredScopes()
}

// setRequiredScopes sets the scopes of an applied plan in which they were unknown.
func (m *model) setRequiredScopes() {
	if m.RequiredScopes.IsUnknown() {
		m.RequiredScopes = requiredScopes(m.Actions)
	}
}

// refresh sets all attributes from a flow of Auth0, and returns the normalized
// actions that belong to the new state. last are those of the prior state, nil after
// an import.
func (m *model) refresh(f *auth0.Flow, last *normalized) (normalized, diag.Diagnostics) {
	m.setComputed(f)
	m.Name = types.StringValue(f.Name)
	var before normalized
	if last != nil {
		before = *last
	}
	actions, now, diags := decode(f.Actions, m.Actions, before)
	if !diags.HasError() {
		m.Actions, m.RequiredScopes = actions, requiredScopes(actions)
	}
	return now, diags
}

func orNull(t auth0.Timestamp) types.String {
	if t == "" {
		return types.StringNull()
	}
	return types.StringValue(string(t))
}
