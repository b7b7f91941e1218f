package auth0

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
)

// LookupFlowsUsing returns the flows that have an action with a vault connection,
// by name. Auth0 has no request for that: all flows are listed and read one by one,
// once per run, when this is first called. What this client writes to flows
// afterwards is taken into account. The errors are those of any request; without
// the scope read:flows it is one for which IsDenied is true.
func (c *Client) LookupFlowsUsing(ctx context.Context, vaultConnectionID string) ([]Flow, error) {
	all, err := c.flowSnapshot.All(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(f Flow) bool { return !f.uses(vaultConnectionID) })
	slices.SortFunc(all, func(a, b Flow) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// uses reports whether an action of the flow names a vault connection.
func (f *Flow) uses(vaultConnectionID string) bool {
	return slices.ContainsFunc(f.Actions, func(action json.RawMessage) bool {
		var v any
		return json.Unmarshal(action, &v) == nil && namesVaultConnection(v, vaultConnectionID)
	})
}

// namesVaultConnection looks for a member connection_id with that value: actions of
// most types have it among their parameters, and some contain other actions.
func namesVaultConnection(v any, id string) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			if key == "connection_id" && member == id || namesVaultConnection(member, id) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return namesVaultConnection(item, id) })
	}
	return false
}

// newFlowSnapshot returns a snapshot of the flows with their actions.
func newFlowSnapshot(c *Client) *snapshot.Snapshot[Flow] {
	return snapshot.New(Flow.objectID, wholeFlowPages{c.flowPages(), c})
}

// wholeFlowPages adds to each page what lists leave out.
type wholeFlowPages struct {
	*pager[Flow]

	client *Client
}

// maxFlowReads is how many flows are read at the same time: as many requests as
// Terraform's default parallelism sends. The rate limit may allow fewer.
const maxFlowReads = 10

// Next implements snapshot.Pager. A flow that was deleted after it was listed is left out. A client that may not read flows is
// refused once per run.
func (p wholeFlowPages) Next(ctx context.Context) ([]Flow, error) {
	if refusal := p.client.flowsDenied.Load(); refusal != nil {
		return nil, *refusal
	}
	items, err := p.next(ctx)
	if refusal := (*Error)(nil); errors.As(err, &refusal) && refusal.lacksScope() {
		p.client.flowsDenied.Store(&err)
	}
	return items, err
}

func (p wholeFlowPages) next(ctx context.Context) ([]Flow, error) {
	listed := *p.pager
	listed.seen = maps.Clone(listed.seen)
	items, err := listed.Next(ctx)
	if err != nil {
		return nil, err
	}
	var reads errgroup.Group
	reads.SetLimit(maxFlowReads)
	for i := range items {
		reads.Go(func() error {
			whole, err := p.client.GetFlow(ctx, items[i].ID)
			switch {
			case IsNotFound(err):
				items[i] = Flow{}
				return nil
			case err != nil:
				return err
			}
			items[i] = *whole
			return nil
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, err
	}
	*p.pager = listed // a page counts as read once its flows are
	return slices.DeleteFunc(items, func(f Flow) bool { return f.ID == "" }), nil
}
