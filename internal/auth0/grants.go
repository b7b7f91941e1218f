package auth0

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/auth0/go-auth0/v3/management"
)

// subjectClient is the subject type of a grant for an application's own use of
// an API. There can be another one for its use in a user's name.
const subjectClient = "client"

// Grant is a client grant: it lets an application use an API on its own behalf.
type Grant struct {
	ID       string `json:"id"`
	ClientID string `json:"client_id"`
	Audience string `json:"audience"`
	// Scopes are what is granted; nil while AllowAllScopes is true.
	Scopes []string `json:"scope"`
	// AllowAllScopes grants every scope that the API has or will have.
	AllowAllScopes bool `json:"allow_all_scopes"`
	// System marks a grant of Auth0's own, which cannot be changed or deleted.
	System bool `json:"is_system"`
	// SubjectType is client, or empty in older answers.
	SubjectType string `json:"subject_type"`
}

// ownBehalf reports whether the grant is one for an application's own use. Older
// answers have no subject type; they were all of that kind.
func (g *Grant) ownBehalf() bool {
	return g.ClientID != "" && (g.SubjectType == "" || g.SubjectType == subjectClient)
}

// LookupGrant returns the client grant that lets an application use an API on its own
// behalf, or nil if there is none. It is read from a list that is fetched once
// per run and API; a grant that the list does not have is asked for before it is
// believed to be missing.
func (c *Client) LookupGrant(ctx context.Context, clientID, audience string) (*Grant, error) {
	r := &c.grants
	r.loading.Lock()
	for {
		if grant, ok := r.get(clientID, audience); ok {
			r.loading.Unlock()
			return &grant, nil
		}
		from, worth := r.worthPaging(audience)
		if !worth {
			break
		}
		page, err := c.grantPage(ctx, grantFilter{audience: audience}, from)
		if err != nil {
			r.loading.Unlock()
			return nil, err
		}
		r.took(audience, page)
	}
	r.missed(audience)
	r.loading.Unlock()

	found, err := c.findGrant(ctx, clientID, audience)
	if err != nil || found == nil {
		return nil, err
	}
	r.add(*found)
	return found, nil
}

// findGrant asks for the one grant that there can be, past everything remembered.
func (c *Client) findGrant(ctx context.Context, clientID, audience string) (*Grant, error) {
	all, err := c.listGrants(ctx, grantFilter{clientID: clientID, audience: audience})
	if err != nil {
		return nil, err
	}
	for _, grant := range all {
		if grant.ownBehalf() && grant.ClientID == clientID && grant.Audience == audience {
			return &grant, nil
		}
	}
	return nil, nil
}

// CreateGrant authorizes an application for an API with these scopes and no
// others. A grant that is there already, because the answer to the attempt got
// lost or because somebody made it meanwhile, is taken over and gets the same
// scopes, unless it is Auth0's own.
func (c *Client) CreateGrant(ctx context.Context, clientID, audience string, scopes []string) (*Grant, error) {
	op := operation{name: fmt.Sprintf("authorize application %q for the API %q", clientID, audience), once: true}
	scopes = scopeList(scopes)
	body := &management.CreateClientGrantRequestContent{ClientID: &clientID, Audience: audience}
	body.SetScope(scopes)
	adopted := false
	find := func(ctx context.Context, _ time.Time) (*Grant, error) {
		found, err := c.findGrant(ctx, clientID, audience)
		adopted = found != nil
		return found, err
	}

	made, err := createOnce(ctx, c.tenant,
		func(ctx context.Context) (*Grant, error) {
			return call[*Grant](ctx, op, func(ctx context.Context) error {
				_, err := c.clientGrants.Create(ctx, body)
				return err
			})
		}, find)
	if isConflict(err) {
		existing, findErr := find(ctx, time.Time{})
		if findErr != nil {
			return nil, errors.Join(err, findErr)
		}
		if existing == nil {
			return nil, err
		}
		made, err = existing, nil
	}
	if err != nil {
		return nil, err
	}
	if adopted && made.System {
		return nil, fmt.Errorf("the application %q has the client grant %s for the API %q already, and that is Auth0's own: it cannot be changed",
			clientID, made.ID, audience)
	}
	if adopted && (made.AllowAllScopes || !slices.Equal(scopeList(made.Scopes), scopes)) {
		return c.UpdateGrant(ctx, made.ID, scopes, made.AllowAllScopes)
	}
	c.grants.wrote(*made)
	return made, nil
}

// scopeList returns the scopes as they are sent: sorted, and an empty list for none,
// since null is another thing.
func scopeList(scopes []string) []string { return append([]string{}, sortedSet(scopes)...) }

// UpdateGrant gives a grant these scopes instead of its own. limit says that it
// allowed all scopes, which ends with it.
func (c *Client) UpdateGrant(ctx context.Context, id string, scopes []string, limit bool) (*Grant, error) {
	op := operation{name: "update client grant " + quote(id)}
	body := &management.UpdateClientGrantRequestContent{}
	body.SetScope(scopeList(scopes))
	if limit {
		body.AllowAllScopes = ptr(false)
	}
	changed, err := call[*Grant](ctx, op, func(ctx context.Context) error {
		_, err := c.clientGrants.Update(ctx, id, body)
		return err
	})
	if err != nil {
		if IsNotFound(err) {
			c.grants.deleted(id)
		}
		return nil, err
	}
	c.grants.wrote(*changed)
	return changed, nil
}

// DeleteGrant deletes a grant. One that is gone is no error.
func (c *Client) DeleteGrant(ctx context.Context, id string) error {
	op := operation{name: "delete client grant " + quote(id)}
	_, err := call[struct{}](ctx, op, func(ctx context.Context) error { return c.clientGrants.Delete(ctx, id) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.grants.deleted(id)
	return nil
}

// grantFilter says which grants to list; an empty part is any.
type grantFilter struct{ clientID, audience string }

type grantPage struct {
	// Next is where the next page begins; empty on the last one.
	Next   string  `json:"next"`
	Grants []Grant `json:"client_grants"`
}

// listGrants returns all grants that a filter lets through, as they are now.
func (c *Client) listGrants(ctx context.Context, filter grantFilter) (all []Grant, err error) {
	for from := ""; ; {
		page, err := c.grantPage(ctx, filter, from)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Grants...)
		if from = page.Next; from == "" {
			return all, nil
		}
	}
}

// grantPage fetches the page that begins at a checkpoint, the first for an empty
// one. A page may be only partly filled and still have a next.
func (c *Client) grantPage(ctx context.Context, filter grantFilter, from string) (grantPage, error) {
	op := operation{name: "list client grants"}
	request := &management.ListClientGrantsRequestParameters{}
	if filter.clientID != "" {
		request.ClientID = &filter.clientID
	}
	if filter.audience != "" {
		request.Audience = &filter.audience
	}
	page := 0
	if from != "" {
		page, request.From = 1, &from
	}
	return paged(&c.tenant.grantPages, page, func(perPage int) (grantPage, error) {
		request.Take = &perPage
		return call[grantPage](ctx, op, func(ctx context.Context) error {
			_, err := c.clientGrants.List(ctx, request)
			return err
		})
	})
}

// grantReads serves all reads of client grants in a run from as few lists as
// possible, one for each API. What the run writes itself is seen by the next read.
type grantReads struct {
	// loading lets one caller fetch at a time.
	loading sync.Mutex

	mu    sync.Mutex
	lists map[string]*grantList
	own   map[string]bool // written by this run: newer than any page
}

// grantList is what is known of the grants for one API.
type grantList struct {
	known  map[string]Grant // by client id
	pages  int
	next   string // where the next page begins; empty once pages > 0 and there is none
	misses int    // reads that no page could serve
}

// list returns the list of an API; the caller holds mu.
func (r *grantReads) list(audience string) *grantList {
	if r.lists == nil {
		r.lists = map[string]*grantList{}
	}
	l := r.lists[audience]
	if l == nil {
		l = &grantList{known: map[string]Grant{}}
		r.lists[audience] = l
	}
	return l
}

func (r *grantReads) get(clientID, audience string) (Grant, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	grant, ok := r.list(audience).known[clientID]
	return grant, ok
}

// worthPaging reports whether the next page, which begins at from, is the cheaper
// way to an unknown grant: the first always is; nobody says how many others there
// are, so one more is fetched once as many reads have gone past the list as it has pages.
func (r *grantReads) worthPaging(audience string) (from string, worth bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.list(audience)
	return l.next, l.pages == 0 || l.next != "" && l.misses >= l.pages
}

func (r *grantReads) missed(audience string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list(audience).misses++
}

func (r *grantReads) took(audience string, page grantPage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.list(audience)
	l.pages++
	l.next = page.Next
	for _, grant := range page.Grants {
		if grant.ownBehalf() && !r.own[grant.ID] && !r.own[l.known[grant.ClientID].ID] {
			l.known[grant.ClientID] = grant
		}
	}
}

func (r *grantReads) add(grant Grant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.list(grant.Audience); !r.own[l.known[grant.ClientID].ID] {
		l.known[grant.ClientID] = grant
	}
}

// wrote takes in the answer to a write of our own.
func (r *grantReads) wrote(grant Grant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list(grant.Audience).known[grant.ClientID] = grant
	r.owns(grant.ID)
}

// owns notes a write; the caller holds mu.
func (r *grantReads) owns(id string) {
	if r.own == nil {
		r.own = map[string]bool{}
	}
	r.own[id] = true
}

func (r *grantReads) deleted(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lists {
		for clientID, grant := range l.known {
			if grant.ID == id {
				delete(l.known, clientID)
			}
		}
	}
	r.owns(id) // a page on its way may still hold it
}

// deletedClient forgets the grants of an application that was deleted: they are
// worth nothing any more.
func (r *grantReads) deletedClient(clientID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lists {
		delete(l.known, clientID)
	}
}
