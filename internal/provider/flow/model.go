package flow

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// model is the resource. When a flow was last executed is left out: that is no
// matter of configuration, and would change the state of flows that are in use
// with every refresh.
type model struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	Actions   types.List   `tfsdk:"actions"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// complete takes in what Auth0 makes up itself, after a write. Name and actions
// are what was written; how Auth0 shows the actions is kept apart, as echoes.
func (m *model) complete(f *auth0.Flow) {
	m.ID = types.StringValue(f.ID)
	m.CreatedAt = orNull(f.CreatedAt)
	m.UpdatedAt = orNull(f.UpdatedAt)
}

// refresh takes in a flow as it is now, and returns the echoes that go with the
// new state. last are those of the state before, nil after an import.
func (m *model) refresh(f *auth0.Flow, last *echoes) (echoes, diag.Diagnostics) {
	m.complete(f)
	m.Name = types.StringValue(f.Name)
	var before echoes
	if last != nil {
		before = *last
	}
	actions, now, diags := decode(f.Actions, m.Actions, before)
	if !diags.HasError() {
		m.Actions = actions
	}
	return now, diags
}

func orNull(t auth0.Timestamp) types.String {
	if t == "" {
		return types.StringNull()
	}
	return types.StringValue(string(t))
}
