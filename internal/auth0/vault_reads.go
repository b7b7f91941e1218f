package auth0

import (
	"cmp"
	"context"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
)

func newVaultConnectionSnapshot(c *Client) *snapshot.Snapshot[VaultConnection] {
	return snapshot.New(func(v VaultConnection) string { return v.ID }, c.vaultConnectionPages())
}

// LookupVaultConnection returns a vault connection, if possible from a list that is
// fetched once per run. An ID that the list does not have is read by itself, with
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

// LookupVaultConnectionByName returns the vault connection of the app AUTH0 that has a name,
// a *NoSuchNameError if none has, or an *AmbiguousError if several have.
func (c *Client) LookupVaultConnectionByName(ctx context.Context, name string) (*VaultConnection, error) {
	all, err := c.LookupVaultConnections(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	var found VaultConnection
	for _, connection := range all {
		if connection.AppID == AppAuth0 && connection.Name == name {
			found = connection
			ids = append(ids, connection.ID)
		}
	}
	switch len(ids) {
	case 0:
		return nil, &NoSuchNameError{What: "vault connection of the app " + AppAuth0, Name: name}
	case 1:
		return &found, nil
	}
	return nil, &MultipleMatchesError{What: "vault connections", Name: name, IDs: ids}
}
