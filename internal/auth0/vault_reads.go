package auth0

import (
	"cmp"
	"context"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
)

func newVaultConnectionSnapshot(c *Client) *snapshot.Snapshot[VaultConnection] {
	return snapshot.New(VaultConnection.objectID, c.vaultConnectionPages())
}

// LookupVaultConnection returns a vault connection, if possible from a list that is
// fetched once per run. An ID that the list does not have is read alone, with
// the errors of GetVaultConnection.
func (c *Client) LookupVaultConnection(ctx context.Context, id string) (*VaultConnection, error) {
	found, err := c.vaultConnections.Get(ctx, id, func(ctx context.Context) (VaultConnection, error) {
		v, err := c.GetVaultConnection(ctx, id)
		if err != nil {
			return VaultConnection{}, err
		}
		return *v, nil
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// LookupVaultConnections returns all vault connections of all apps, oldest first,
// from a list that is fetched once per run. The errors are those of any request.
func (c *Client) LookupVaultConnections(ctx context.Context) ([]VaultConnection, error) {
	all, err := c.vaultConnections.All(ctx)
	slices.SortFunc(all, func(a, b VaultConnection) int {
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// LookupVaultConnectionByName returns the vault connection of the app AUTH0 that has a
// name, from the same list. The error is a *NoSuchNameError if none has, a
// *MultipleMatchesError if several have, or that of any request.
func (c *Client) LookupVaultConnectionByName(ctx context.Context, name string) (*VaultConnection, error) {
	all, err := c.LookupVaultConnections(ctx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(all, func(v VaultConnection) bool { return v.AppID != AppAuth0 || v.Name != name })
	return onlyMatch(found, "vault connection of the app "+AppAuth0, "vault connections", name)
}
