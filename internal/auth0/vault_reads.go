package auth0

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// connectionReads serves all reads of vault connections in a run from as few
// lists as possible. What the run writes itself is seen by the next read.
type connectionReads struct {
	// loading lets one caller fetch at a time.
	loading sync.Mutex

	mu     sync.Mutex
	known  map[string]VaultConnection
	own    map[string]bool // written by this run: newer than any page
	loaded int             // connections listed so far
	pages  int             // pages fetched, of the tenant's page size
	total  int
	misses int // reads that no page could serve
}

// LookupVaultConnection returns a vault connection. It is read from a list that is fetched
// once per run; an id that the list does not have is asked for before it is
// believed to be missing.
func (c *Client) LookupVaultConnection(ctx context.Context, id string) (*VaultConnection, error) {
	r := &c.connections
	r.loading.Lock()
	for {
		if connection, ok := r.get(id); ok {
			r.loading.Unlock()
			return &connection, nil
		}
		if !r.worthPaging() {
			break
		}
		if err := c.loadPage(ctx); err != nil {
			r.loading.Unlock()
			return nil, err
		}
	}
	r.missed()
	r.loading.Unlock()

	connection, err := c.GetVaultConnection(ctx, id)
	if err != nil {
		return nil, err
	}
	r.add(*connection)
	return connection, nil
}

// LookupVaultConnections returns all vault connections of all apps, oldest first.
func (c *Client) LookupVaultConnections(ctx context.Context) ([]VaultConnection, error) {
	r := &c.connections
	r.loading.Lock()
	defer r.loading.Unlock()
	for r.more() {
		if err := c.loadPage(ctx); err != nil {
			return nil, err
		}
	}
	return r.all(), nil
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

// loadPage fetches the next page; the caller holds loading.
func (c *Client) loadPage(ctx context.Context) error {
	r := &c.connections
	page, err := c.connectionPage(ctx, r.pages)
	if err != nil {
		return err
	}
	r.took(page)
	return nil
}

func (r *connectionReads) took(page connectionPage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pages++
	r.loaded += len(page.Connections)
	r.total = page.Total
	if len(page.Connections) == 0 {
		r.total = r.loaded // some were deleted meanwhile: there are no more
	}
	for _, connection := range page.Connections {
		if !r.own[connection.ID] {
			r.put(connection)
		}
	}
}

// more reports whether there are pages that were not fetched.
func (r *connectionReads) more() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pages == 0 || r.loaded < r.total
}

// worthPaging reports whether the next page is the cheaper way to an unknown id:
// the first always is; later ones are once that many reads have gone past the list.
func (r *connectionReads) worthPaging() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pages == 0 {
		return true
	}
	if r.loaded >= r.total {
		return false
	}
	perPage := max(r.loaded/r.pages, 1)
	left := (r.total - r.loaded + perPage - 1) / perPage
	return r.misses >= left-1
}

func (r *connectionReads) missed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.misses++
}

func (r *connectionReads) get(id string) (VaultConnection, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	connection, ok := r.known[id]
	return connection, ok
}

func (r *connectionReads) add(connection VaultConnection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(connection)
}

func (r *connectionReads) put(connection VaultConnection) {
	if r.known == nil {
		r.known, r.own = map[string]VaultConnection{}, map[string]bool{}
	}
	r.known[connection.ID] = connection
}

// wrote takes in the answer to a write of our own.
func (r *connectionReads) wrote(connection VaultConnection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(connection)
	r.own[connection.ID] = true
}

func (r *connectionReads) deleted(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, id)
	if r.own != nil {
		r.own[id] = true // a page on its way may still hold it
	}
}

func (r *connectionReads) all() []VaultConnection {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]VaultConnection, 0, len(r.known))
	for _, connection := range r.known {
		all = append(all, connection)
	}
	slices.SortFunc(all, func(a, b VaultConnection) int {
		if order := strings.Compare(string(a.CreatedAt), string(b.CreatedAt)); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}
