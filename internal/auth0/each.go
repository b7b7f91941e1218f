package auth0

import (
	"context"
	"iter"
)

// each yields the items of a list one by one. A page is fetched when the items
// before it are used up, and none after the caller has stopped. An error is
// yielded once, and ends the list. most bounds how many items there can be; 0
// means that nothing does.
func each[T any](most int, fetch func(page int) (items []T, total int, err error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, seen := 0, 0; ; page++ {
			items, total, err := fetch(page)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range items {
				if !yield(&items[i], nil) {
					return
				}
			}
			seen += len(items)
			if len(items) == 0 || seen >= total || most > 0 && seen >= most {
				return
			}
		}
	}
}

// EachVaultConnection yields the vault connections of all apps as Auth0 lists them,
// page by page as they are used.
func (c *Client) EachVaultConnection(ctx context.Context) iter.Seq2[*VaultConnection, error] {
	return each(0, func(page int) ([]VaultConnection, int, error) {
		got, err := c.connectionPage(ctx, page)
		return got.Connections, got.Total, err
	})
}

// EachFlow yields the flows as Auth0 lists them, without their actions, page by
// page as they are used.
func (c *Client) EachFlow(ctx context.Context) iter.Seq2[*Flow, error] {
	return each(0, func(page int) ([]Flow, int, error) {
		got, err := c.flowPage(ctx, page)
		return got.Flows, got.Total, err
	})
}

// EachUser yields the users that match a query as SearchUsers gives them, page by
// page as they are used.
func (c *Client) EachUser(ctx context.Context, query string) iter.Seq2[*User, error] {
	return each(MaxSearchResults, func(page int) ([]User, int, error) {
		got, err := c.userPage(ctx, userQuery{q: query, sort: "created_at:1", page: page})
		return got.Users, got.Total, err
	})
}
