package auth0

import (
	"cmp"
	"context"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
)

// newFlowList returns a snapshot of the flows as Auth0 lists them. It costs one
// request per page, where newFlowSnapshot costs one more per flow.
func newFlowList(c *Client) *snapshot.Snapshot[Flow] {
	return snapshot.New(Flow.objectID, c.flowPages())
}

// putFlow takes in a flow that this client wrote.
func (c *Client) putFlow(f Flow) {
	c.flowSnapshot.Put(f)
	c.flowList.Put(f)
}

// forgetFlow takes out a flow that this client deleted or found deleted.
func (c *Client) forgetFlow(id string) {
	c.flowSnapshot.Delete(id)
	c.flowList.Delete(id)
}

// LookupFlows returns all flows without their actions, oldest first, from a list that
// is fetched once per run. The errors are those of any request.
func (c *Client) LookupFlows(ctx context.Context) ([]Flow, error) {
	all, err := c.flowList.All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Actions = nil // only those that this client wrote have some
	}
	slices.SortFunc(all, func(a, b Flow) int { return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// LookupFlowByName is FindFlowByName from the list that LookupFlows fetches.
func (c *Client) LookupFlowByName(ctx context.Context, name string) (*Flow, error) {
	all, err := c.LookupFlows(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(f Flow) bool { return f.Name != name })
	return onlyMatch(all, "flow", "flows", name)
}
