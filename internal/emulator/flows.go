package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// Flow is a flow with its actions.
type Flow struct {
	ID        string    `json:"id,omitzero"`
	Name      string    `json:"name,omitzero"`
	Actions   []any     `json:"actions,omitzero"` // JSON values
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

func (f *Flow) copy() Flow {
	c := *f
	c.Actions = clone(f.Actions)
	return c
}

// maxFlows is the documented limit of a tenant.
const maxFlows = 500

var flowOperations = []operation{
	{method: "GET", path: "/api/v2/flows", scopes: []string{"read:flows"}, mark: ";", run: listFlows},
	{method: "POST", path: "/api/v2/flows", scopes: []string{"create:flows"}, mark: ";", run: createFlow},
	{method: "GET", path: "/api/v2/flows/{id}", scopes: []string{"read:flows"}, mark: ";", run: readFlow},
	{method: "PATCH", path: "/api/v2/flows/{id}", scopes: []string{"update:flows"}, mark: ";", run: updateFlow},
	{method: "DELETE", path: "/api/v2/flows/{id}", scopes: []string{"delete:flows"}, mark: ";", run: deleteFlow},
}

var (
	flowName    = schema.Text("The name of the flow", 1, 150)
	flowActions = schema.Schema{Types: []string{"array"}, Description: "The actions of the flow"}
	flowCreate  = schema.Closed("", []string{"name"}, schema.Prop("name", flowName), schema.Prop("actions", flowActions))
	flowUpdate  = schema.Closed("", nil, schema.Prop("name", flowName), schema.Prop("actions", schema.OrNull(flowActions)))

	listFlowsQuery = []schema.Property{
		schema.Prop("hydrate", schema.ArrayOf("What else to show", schema.OneOf("", "form_count"))),
		schema.Prop("synchronous", schema.Boolean("Synchronous flows only")),
	}
	readFlowQuery = schema.Closed("", nil,
		schema.Prop("hydrate", schema.ArrayOf("What else to show", schema.OneOf("", "form_count", "forms"))))
)

func listFlows(c *call) (*response, *apiError) {
	var items []object
	for _, f := range c.tenant.flows {
		items = append(items, append(object{{"id", f.ID}, {"name", f.Name}}, f.times(&c.tenant.behavior)...))
	}
	return c.flowsPage("flows", items, listFlowsQuery...)
}

func createFlow(c *call) (*response, *apiError) {
	in, bad := c.body(&flowCreate)
	if bad != nil {
		return nil, bad
	}
	t := c.tenant
	f := &Flow{ID: shortUUID("af_"), Name: str(in, "name"), CreatedAt: now()}
	f.UpdatedAt = f.CreatedAt
	if f.Actions, bad = c.actions(in); bad != nil {
		return nil, bad
	}
	if bad := t.uniqueFlowName(f.Name, ""); bad != nil {
		return nil, bad
	}
	if len(t.flows) >= maxFlows {
		return nil, limitReached()
	}
	t.flows = append(t.flows, f)
	return reply(t.behavior.createdStatus(), f.body(&t.behavior)), nil
}

func readFlow(c *call) (*response, *apiError) {
	f, bad := c.flow()
	if bad != nil {
		return nil, bad
	}
	if _, bad := c.query(&readFlowQuery); bad != nil {
		return nil, bad
	}
	return reply(http.StatusOK, f.body(&c.tenant.behavior)), nil
}

func updateFlow(c *call) (*response, *apiError) {
	if bad := c.checkID("flow-id", "The id of the flow"); bad != nil {
		return nil, bad
	}
	in, bad := c.body(&flowUpdate)
	if bad != nil {
		return nil, bad
	}
	f, bad := c.flow()
	if bad != nil {
		return nil, bad
	}
	actions, bad := c.actions(in)
	if bad != nil {
		return nil, bad
	}
	if name, ok := in["name"].(string); ok {
		if bad := c.tenant.uniqueFlowName(name, f.ID); bad != nil {
			return nil, bad
		}
		f.Name = name
	}
	if _, given := in["actions"]; given {
		f.Actions = actions
	}
	f.UpdatedAt = after(f.UpdatedAt)
	return reply(http.StatusOK, f.body(&c.tenant.behavior)), nil
}

func deleteFlow(c *call) (*response, *apiError) {
	f, bad := c.flow()
	if bad != nil {
		return nil, bad
	}
	c.tenant.flows = slices.DeleteFunc(c.tenant.flows, func(o *Flow) bool { return o == f })
	return reply(http.StatusNoContent, nil), nil
}

func (c *call) flow() (*Flow, *apiError) {
	if bad := c.checkID("flow-id", "The id of the flow"); bad != nil {
		return nil, bad
	}
	for _, f := range c.tenant.flows {
		if f.ID == c.params["id"] {
			return f, nil
		}
	}
	return nil, notFound("", "Flow not found")
}

func (t *Tenant) uniqueFlowName(name, except string) *apiError {
	if t.behavior.UniqueNames {
		for _, f := range t.flows {
			if f.Name == name && f.ID != except {
				return badRequest("invalid_body", "A flow with this name exists already")
			}
		}
	}
	return nil
}

func limitReached() *apiError {
	return forbidden("", "You reached the limit of entities of this type for this tenant.")
}

// body is the flow as the API shows it. A flow without actions has no such key.
func (f *Flow) body(b *Behavior) object {
	o := object{{"id", f.ID}, {"name", f.Name}}
	if len(f.Actions) > 0 || b.EmptyActions {
		o = append(o, field{"actions", append([]any{}, f.Actions...)})
	}
	return append(o, f.times(b)...)
}

func (f *Flow) times(b *Behavior) object {
	o := object{{"created_at", f.CreatedAt}, {"updated_at", f.UpdatedAt}}
	if b.ExecutedAtNull {
		o = append(o, field{"executed_at", nil})
	}
	return o
}

// actions checks the actions of a body, and adds what the server adds.
func (c *call) actions(in map[string]any) ([]any, *apiError) {
	list, _ := in["actions"].([]any)
	b := &c.tenant.behavior
	seen := map[any]int{}
	for i, a := range list {
		path := fmt.Sprintf("actions[%d]", i)
		if bad := c.refuse(checkAction(path, a, b)); bad != nil {
			return nil, bad
		}
		action, _ := a.(map[string]any) // as checked
		if first, twice := seen[action["id"]]; twice && !b.DuplicateActionIDs {
			return nil, invalidBody(&schema.Violation{
				What: fmt.Sprintf("Array items are not unique (indexes %d and %d)", first, i), Path: "actions",
				Description: "Each action needs an id of its own",
			})
		}
		seen[action["id"]] = i
		if b.ChecksActionConnections {
			for _, id := range connectionsIn(action, nil) {
				if c.tenant.vaultConnection(id) == nil {
					bad := schema.Violation{What: "Connection not found: " + id, Path: path + ".params.connection_id", Description: ""}
					return nil, badRequest("invalid_body", bad.Message("Payload"))
				}
			}
		}
		if b.ActionDefaults {
			for k, v := range map[string]any{"alias": "", "allow_failure": false, "mask_output": false} {
				if _, given := action[k]; !given {
					action[k] = v
				}
			}
		}
	}
	return list, nil
}

// connectionsIn finds every connection_id in an action, nested ones too.
func connectionsIn(v any, found []string) []string {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if id, ok := e.(string); ok && k == "connection_id" {
				found = append(found, id)
			} else {
				found = connectionsIn(e, found)
			}
		}
	case []any:
		for _, e := range v {
			found = connectionsIn(e, found)
		}
	}
	return found
}

// flowUsing reports whether an action of a flow names a vault connection.
func (t *Tenant) flowUsing(connection string) bool {
	return slices.ContainsFunc(t.flows, func(f *Flow) bool {
		return slices.Contains(connectionsIn(f.Actions, nil), connection)
	})
}

// Flows returns copies of all flows, oldest first.
func (t *Tenant) Flows() []Flow {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Flow, 0, len(t.flows))
	for _, f := range t.flows {
		out = append(out, f.copy())
	}
	return out
}

// AddFlow stores a flow as it is; an empty id and times are filled in.
func (t *Tenant) AddFlow(f Flow) Flow {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := f.copy()
	if c.ID == "" {
		c.ID = shortUUID("af_")
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now()
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = c.CreatedAt
	}
	t.flows = append(t.flows, &c)
	return c.copy()
}

// EditFlow is a write by another client: it moves updated_at. It panics if the flow does not exist.
func (t *Tenant) EditFlow(id string, f func(*Flow)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, flow := range t.flows {
		if flow.ID == id {
			before := flow.UpdatedAt
			c := flow.copy()
			f(&c)
			if c.UpdatedAt.Equal(before) {
				c.UpdatedAt = after(before)
			}
			*flow = c
			return
		}
	}
	panic("emulator: no flow " + id)
}

// DeleteFlow removes a flow, if it is there.
func (t *Tenant) DeleteFlow(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flows = slices.DeleteFunc(t.flows, func(f *Flow) bool { return f.ID == id })
}
