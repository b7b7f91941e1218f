package auth0

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
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
	// SubjectType is client for use on its own behalf; empty in older responses.
	SubjectType string `json:"subject_type"`
	// Recovered is set by CreateGrant where the answer was lost and the grant was found
	// again. It must not be deleted by a rollback.
	Recovered bool `json:"-"`
}

// ownClientID returns the application that uses the API on its own behalf by this grant,
// or "" for a grant of another kind. Older responses have no subject type; they were all
// of that kind.
func ownClientID(g Grant) string {
	if g.SubjectType != "" && g.SubjectType != subjectClient {
		return ""
	}
	return g.ClientID
}

// isOwn reports whether an application uses the API on its own behalf by the grant.
func (g *Grant) isOwn(clientID string) bool { return clientID != "" && ownClientID(*g) == clientID }

// ErrNoGrant means that an application has no grant for an API.
var ErrNoGrant = errors.New("the application has no client grant for the API")

// LookupGrant returns the client grant that lets an application use an API on its own
// behalf. If possible it comes from a list that is fetched once per run and API; a grant
// that the list does not have is requested. The error is ErrNoGrant, or that of any
// request.
func (c *Client) LookupGrant(ctx context.Context, clientID, audience string) (*Grant, error) {
	found, err := c.grantSnapshots.of(audience).Find(ctx, clientID,
		func(ctx context.Context) (Grant, error) {
			grant, err := c.findGrant(ctx, clientID, audience)
			if err != nil {
				return Grant{}, err
			}
			return *grant, nil
		})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// ListedGrant is LookupGrant without a request for what the list does not have: for a
// list of many applications, most of which have no grant. The errors are the same.
func (c *Client) ListedGrant(ctx context.Context, clientID, audience string) (*Grant, error) {
	found, ok, err := c.grantSnapshots.of(audience).FindListed(ctx, clientID)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrNoGrant
	}
	return &found, nil
}

// findGrant requests the grant that LookupGrant returns.
func (c *Client) findGrant(ctx context.Context, clientID, audience string) (*Grant, error) {
	for grant, err := range c.grantPages(grantFilter{clientID: clientID, audience: audience}).each(ctx) {
		if err != nil {
			return nil, err
		}
		if grant.isOwn(clientID) && grant.Audience == audience {
			return grant, nil
		}
	}
	return nil, ErrNoGrant
}

// CreateGrant authorizes an application for an API with these scopes and no others.
//
// If Auth0's answer is lost, a grant that has exactly these scopes is what was asked
// for, and has Recovered set. Any other grant that is there is left as it is, and the
// error is an *AlreadyExistsError. If the search fails, it is an *UnknownOutcomeError.
// The other errors are those of any request.
func (c *Client) CreateGrant(ctx context.Context, clientID, audience string, scopes []string) (*Grant, error) {
	op := operation{name: fmt.Sprintf("authorize application %q for the API %q", clientID, audience), once: true}
	scopes = scopeList(scopes)
	body := &management.CreateClientGrantRequestContent{ClientID: &clientID, Audience: audience}
	body.SetScope(scopes)
	create := &creation[Grant]{
		what: "client grants", name: clientID,
		send: func(ctx context.Context) (*Grant, error) {
			return call[*Grant](ctx, c, op, func(sdk option.RequestOption) error {
				_, err := c.clientGrants.Create(ctx, body, sdk)
				return err
			})
		},
		find: func(ctx context.Context, _ time.Time) ([]Grant, bool, error) {
			found, err := c.findGrant(ctx, clientID, audience)
			switch {
			case errors.Is(err, ErrNoGrant):
				return nil, false, nil
			case err != nil || found.System || found.AllowAllScopes || !slices.Equal(scopeList(found.Scopes), scopes):
				return nil, false, err
			}
			return []Grant{*found}, false, nil
		},
	}
	made, recovered, err := create.do(ctx, c.tenant)
	if isConflict(err) {
		if existing, findErr := c.findGrant(ctx, clientID, audience); findErr == nil {
			err = &AlreadyExistsError{What: "client grant", ID: existing.ID, Err: err}
		}
	}
	if err != nil {
		return nil, err
	}
	made.Recovered = recovered
	c.grantSnapshots.put(made)
	return made, nil
}

// scopeList returns the scopes as they are sent: sorted, and an empty list for none,
// since null is another thing.
func scopeList(scopes []string) []string { return append([]string{}, sortedSet(scopes)...) }

// UpdateGrant replaces the scopes of a grant. limit says that the grant allows all
// scopes, which ends with it. The error is a 404 (see IsNotFound) if the grant does not
// exist, or that of any request.
func (c *Client) UpdateGrant(ctx context.Context, id string, scopes []string, limit bool) (*Grant, error) {
	op := operation{name: "update client grant " + quote(id), id: id}
	body := &management.UpdateClientGrantRequestContent{}
	body.SetScope(scopeList(scopes))
	if limit {
		body.AllowAllScopes = ptr(false)
	}
	changed, err := call[*Grant](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.clientGrants.Update(ctx, id, body, sdk)
		return err
	})
	if err != nil {
		if IsNotFound(err) {
			c.grantSnapshots.delete(id)
		}
		return nil, err
	}
	c.grantSnapshots.put(changed)
	return changed, nil
}

// DeleteGrant deletes a grant. That it does not exist is not an error; the errors are
// those of any request.
func (c *Client) DeleteGrant(ctx context.Context, id string) error {
	op := operation{name: "delete client grant " + quote(id), id: id}
	_, err := call[struct{}](ctx, c, op, func(sdk option.RequestOption) error { return c.clientGrants.Delete(ctx, id, sdk) })
	if err != nil && !IsNotFound(err) {
		return err
	}
	c.grantSnapshots.delete(id)
	return nil
}

// grantFilter says which grants to list; an empty part is any.
type grantFilter struct{ clientID, audience string }

func (c *Client) grantPages(filter grantFilter) *pager[Grant] {
	op := operation{name: "list client grants"}
	return &pager[Grant]{
		checkpoints: true,
		fetch: func(ctx context.Context, at cursor) (page[Grant], error) {
			type list struct {
				Next   string  `json:"next"`
				Grants []Grant `json:"client_grants"`
			}
			request := &management.ListClientGrantsRequestParameters{}
			if filter.clientID != "" {
				request.ClientID = &filter.clientID
			}
			if filter.audience != "" {
				request.Audience = &filter.audience
			}
			if at.from != "" {
				request.From = &at.from
			}
			got, err := paged(&c.tenant.grantPages, at.page, func(perPage int) (list, error) {
				request.Take = &perPage
				return call[list](ctx, c, op, func(sdk option.RequestOption) error {
					_, err := c.clientGrants.List(ctx, request, sdk)
					return err
				})
			})
			return page[Grant]{items: got.Grants, next: got.Next}, err
		},
	}
}

// grantSnapshots are snapshots of client grants, one for each API: a list of all of
// them would be longer than what a run needs.
type grantSnapshots struct {
	client *Client

	mu    sync.Mutex
	byAPI map[string]*snapshot.Snapshot[Grant]
}

// of returns the snapshot of the grants for an API.
func (s *grantSnapshots) of(audience string) *snapshot.Snapshot[Grant] {
	s.mu.Lock()
	defer s.mu.Unlock()
	grants := s.byAPI[audience]
	if grants == nil {
		grants = snapshot.NewKeyed(Grant.objectID, ownClientID, s.client.grantPages(grantFilter{audience: audience}))
		s.byAPI[audience] = grants
	}
	return grants
}

// put takes in the answer to a write. An application has one grant for its own
// behalf: any other that the snapshot has of it does not exist any more.
func (s *grantSnapshots) put(grant *Grant) {
	grants := s.of(grant.Audience)
	grants.DeleteFunc(func(g Grant) bool { return g.isOwn(grant.ClientID) && g.ID != grant.ID })
	grants.Put(*grant)
}

// each calls f for every snapshot.
func (s *grantSnapshots) each(f func(*snapshot.Snapshot[Grant])) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, grants := range s.byAPI {
		f(grants)
	}
}

// delete takes out a grant that was deleted.
func (s *grantSnapshots) delete(id string) {
	s.each(func(grants *snapshot.Snapshot[Grant]) { grants.Delete(id) })
}

// deleteClient takes out the grants of an application that was deleted, which are gone with it.
func (s *grantSnapshots) deleteClient(clientID string) {
	s.each(func(grants *snapshot.Snapshot[Grant]) {
		grants.DeleteFunc(func(g Grant) bool { return g.ClientID == clientID })
	})
}
