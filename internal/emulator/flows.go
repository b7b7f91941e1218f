package emulator

import "time"

// Flow is a flow with its actions.
type Flow struct {
	ID        string
	Name      string
	Actions   []any // as JSON
	CreatedAt time.Time
	UpdatedAt time.Time
}

// flowUsing reports whether an action of a flow names a vault connection.
func (t *Tenant) flowUsing(connection string) bool {
	for _, f := range t.flows {
		for _, a := range f.Actions {
			action, _ := a.(map[string]any)
			params, _ := action["params"].(map[string]any)
			if params["connection_id"] == connection {
				return true
			}
		}
	}
	return false
}
