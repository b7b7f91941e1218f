package auth0

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"sync/atomic"
)

// The documentation allows pages of 50 on public tenants, the API's description
// and the recorded traffic 100: the larger is tried first.
const (
	largePage = 100
	smallPage = 50
)

// pageSize is the page size that a list of a tenant is known to allow.
type pageSize struct{ n atomic.Int64 }

func (s *pageSize) get() int {
	if n := s.n.Load(); n != 0 {
		return int(n)
	}
	return largePage
}

// paged fetches a page of a list. The first page finds out which page size is
// allowed, and the others go by that.
func paged[T any](size *pageSize, page int, fetch func(perPage int) (T, error)) (T, error) {
	perPage := size.get()
	got, err := fetch(perPage)
	var refusal *Error
	if page == 0 && perPage > smallPage && errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest {
		smaller, errSmaller := fetch(smallPage)
		if errSmaller == nil {
			size.n.Store(smallPage)
			return smaller, nil
		}
	}
	return got, err
}

// page is one page of a list.
type page[T any] struct {
	items []T
	// total is how many items the whole list has, as the server says.
	total int
	// next is the checkpoint at which the next page begins. A list has either totals
	// or checkpoints; the last page of one with checkpoints has none.
	next string
}

// cursor says which page of a list to fetch: by its number, or from a checkpoint.
type cursor struct {
	page int
	from string
}

// pager reads a list page by page. The list ends where the server says so, and
// with a page that brings nothing new, whatever the server says: totals can be
// wrong, and a page may be repeated.
type pager[T object] struct {
	fetch       func(context.Context, cursor) (page[T], error)
	checkpoints bool
	maxItems    int // that the list can have; 0 for any number

	at    cursor
	items int // received
	seen  map[string]bool
	left  int // items after the pages that were read; -1 if that is unknown
}

// Next fetches the next page and returns the items that no page before it had. After
// a checkpoint that Auth0 refuses, because it has expired or a proxy made it up, the list begins
// again.
func (p *pager[T]) Next(ctx context.Context) ([]T, error) {
	got, err := p.fetch(ctx, p.at)
	if err != nil {
		var refused *Error
		if p.at.from != "" && errors.As(err, &refused) && refused.Status == http.StatusBadRequest {
			p.at, p.items, p.seen, p.left = cursor{}, 0, nil, 0
		}
		return nil, err
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	var fresh []T
	for _, item := range got.items {
		if id := item.objectID(); !p.seen[id] {
			p.seen[id] = true
			fresh = append(fresh, item)
		}
	}
	p.at.page++
	p.at.from = got.next
	p.items += len(got.items)
	switch {
	case len(fresh) == 0, p.checkpoints && got.next == "", p.maxItems > 0 && p.items >= p.maxItems:
		p.left = 0
	case p.checkpoints, got.total < p.items: // the total is wrong
		p.left = -1
	default:
		p.left = got.total - p.items
	}
	return fresh, nil
}

// PagesLeft returns how many pages remain. A list that does not say how long it is
// counts as twice as long as what was read of it.
func (p *pager[T]) PagesLeft() int {
	switch {
	case p.at.page == 0:
		return 1
	case p.left < 0:
		return p.at.page + 1
	}
	perPage := max(p.items/p.at.page, 1)
	return (p.left + perPage - 1) / perPage
}

// each yields the items of a list one by one. A page is fetched when the items
// before it are used up, and none after the caller has stopped. An error is
// yielded once, and ends the list.
func (p *pager[T]) each(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for p.PagesLeft() > 0 {
			items, err := p.Next(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range items {
				if !yield(&items[i], nil) {
					return
				}
			}
		}
	}
}
