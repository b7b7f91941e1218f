package auth0

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
)

// Flow is a flow as Auth0 shows it.
type Flow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Actions are the actions in their order, each as Auth0 wrote it. Lists leave
	// them out, and so do answers about a flow that has none: missing, null and
	// empty mean the same.
	Actions   []json.RawMessage `json:"actions"`
	CreatedAt Timestamp         `json:"created_at"`
	// UpdatedAt moves with every change by any client.
	UpdatedAt Timestamp `json:"updated_at"`
}

// flowBody is the body of a write, which takes the place of the SDK's request:
// that knows actions as a choice between 25 types, and would drop what it does
// not know of one. nil leaves a member out.
func flowBody(name *string, actions []json.RawMessage) option.RequestOption {
	body := map[string]any{}
	if name != nil {
		body["name"] = *name
	}
	if actions != nil {
		body["actions"] = actions
	}
	return option.WithBodyProperties(body)
}

// GetFlow returns a flow with its actions. The error is a 404 (see IsNotFound) if it does
// not exist, or that of any request.
func (c *Client) GetFlow(ctx context.Context, id string) (*Flow, error) {
	op := operation{name: "read flow " + quote(id), id: id}
	return call[*Flow](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.flows.Get(ctx, id, &management.GetFlowRequestParameters{}, sdk)
		return err
	})
}

// CreateFlow creates a flow. One whose answer was lost is found again as
// CreateVaultConnection does it, with the same errors.
func (c *Client) CreateFlow(ctx context.Context, name string, actions []json.RawMessage) (*Flow, error) {
	op := operation{name: "create flow " + quote(name), once: true}
	if len(actions) == 0 {
		actions = nil // none to begin with: no need to say so
	}
	create := &creation[Flow]{
		what: "flows", name: name, ambiguousName: true,
		send: func(ctx context.Context) (*Flow, error) {
			return call[*Flow](ctx, c, op, func(sdk option.RequestOption) error {
				_, err := c.flows.Create(ctx, nil, flowBody(&name, actions), sdk)
				return err
			})
		},
		find: func(ctx context.Context, since time.Time) ([]Flow, bool, error) {
			found, err := c.flowsNamed(ctx, name)
			return slices.DeleteFunc(found, func(f Flow) bool { return f.CreatedAt.Time().Before(since) }), false, err
		},
	}
	made, recovered, err := create.do(ctx, c.tenant)
	if err == nil && recovered { // lists leave the actions out
		id := made.ID
		err = retrySearch(ctx, func() (err error) { made, err = c.GetFlow(ctx, id); return err })
		if err != nil {
			err = &UnknownOutcomeError{Err: fmt.Errorf("the answer to the attempt to create the flow %s was lost", id), Find: err}
		}
	}
	if err != nil {
		return nil, err
	}
	c.putFlow(*made)
	return made, nil
}

// UpdateFlow changes the name, the actions or both of a flow; nil leaves one as it
// is. Actions are replaced whole: an empty list, which is not nil, clears them. The
// errors are those of GetFlow.
func (c *Client) UpdateFlow(ctx context.Context, id string, name *string, actions []json.RawMessage) (*Flow, error) {
	op := operation{name: "update flow " + quote(id), id: id}
	updated, err := call[*Flow](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.flows.Update(ctx, id, nil, flowBody(name, actions), sdk)
		return err
	})
	if err != nil {
		if IsNotFound(err) {
			c.forgetFlow(id)
		}
		return nil, err
	}
	c.putFlow(*updated)
	return updated, nil
}

// DeleteFlow deletes a flow. That it does not exist is not an error; the errors are those
// of any request.
func (c *Client) DeleteFlow(ctx context.Context, id string) error {
	op := operation{name: "delete flow " + quote(id), id: id}
	_, err := call[struct{}](ctx, c, op, func(sdk option.RequestOption) error { return c.flows.Delete(ctx, id, sdk) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.forgetFlow(id)
	return nil
}

// FindFlowByName returns the flow that has a name, without its actions. The error is
// a *NoSuchNameError if none has, a *MultipleMatchesError if several have, or that of
// any request.
func (c *Client) FindFlowByName(ctx context.Context, name string) (*Flow, error) {
	found, err := c.flowsNamed(ctx, name)
	if err != nil {
		return nil, err
	}
	return onlyMatch(found, "flow", "flows", name)
}

// flowsNamed returns the flows of a name. There is no filter by name: all flows are listed.
func (c *Client) flowsNamed(ctx context.Context, name string) (found []Flow, err error) {
	for flow, err := range c.EachFlow(ctx) {
		if err != nil {
			return nil, err
		}
		if flow.Name == name {
			found = append(found, *flow)
		}
	}
	return found, nil
}

// EachFlow yields the flows as Auth0 lists them, without their actions, page by
// page as they are used. The errors are those of any request.
func (c *Client) EachFlow(ctx context.Context) iter.Seq2[*Flow, error] {
	return c.flowPages().each(ctx)
}

func (c *Client) flowPages() *pager[Flow] {
	op := operation{name: "list flows"}
	return &pager[Flow]{
		fetch: func(ctx context.Context, at cursor) (page[Flow], error) {
			type list struct {
				Total int    `json:"total"`
				Flows []Flow `json:"flows"`
			}
			// The same family of lists as the vault connections', with the same pages.
			got, err := paged(&c.tenant.connectionPages, at.page, func(perPage int) (list, error) {
				return call[list](ctx, c, op, func(sdk option.RequestOption) error {
					_, err := c.flows.List(ctx, &management.ListFlowsRequestParameters{
						Page: &at.page, PerPage: &perPage, IncludeTotals: ptr(true),
					}, sdk)
					return err
				})
			})
			return page[Flow]{items: got.Flows, total: got.Total}, err
		},
	}
}
