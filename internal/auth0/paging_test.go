package auth0

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// number is an item of a list.
type number int

func (n number) objectID() string { return fmt.Sprint(int(n)) }

// TestPager_ends: a list ends, whatever the server says of its length.
func TestPager_ends(t *testing.T) {
	t.Parallel()
	const perPage = 3
	// pages returns the items 0 to n-1 in pages, with a total.
	pages := func(n, total int) func(cursor) page[number] {
		return func(at cursor) page[number] {
			got := page[number]{total: total}
			for i := at.page * perPage; i < min(n, (at.page+1)*perPage); i++ {
				got.items = append(got.items, number(i))
			}
			return got
		}
	}
	checkpoints := func(next func(page int) string) func(cursor) page[number] {
		return func(at cursor) page[number] {
			got := pages(7, 0)(at)
			got.next = next(at.page)
			return got
		}
	}
	for name, test := range map[string]struct {
		fetch    func(cursor) page[number]
		style    pager[number]
		items    int
		requests int
	}{
		"nothing":                {fetch: pages(0, 0), items: 0, requests: 1},
		"one page":               {fetch: pages(3, 3), items: 3, requests: 1},
		"three pages":            {fetch: pages(7, 7), items: 7, requests: 3},
		"the total is too large": {fetch: pages(7, 1000), items: 7, requests: 4},
		"the total is too small": {fetch: pages(7, 1), items: 7, requests: 4},
		"the total is negative":  {fetch: pages(7, -1), items: 7, requests: 4},
		"a page is repeated for ever": {fetch: func(cursor) page[number] { return page[number]{items: []number{1, 2}, total: 1000} }, items: 2,
			requests: 2},
		"items move to a later page": {
			fetch: func(at cursor) page[number] {
				return page[number]{items: [][]number{{0, 1, 2}, {2, 3, 4}, {5}}[at.page], total: 7}
			},
			items: 6, requests: 3,
		},
		"bounded": {fetch: pages(100, 100), style: pager[number]{maxItems: 6}, items: 6, requests: 2},
		"checkpoints": {
			fetch: checkpoints(func(page int) string { return []string{"a", "b", ""}[page] }),
			style: pager[number]{checkpoints: true}, items: 7, requests: 3,
		},
		"a checkpoint after the last page": {
			fetch: checkpoints(func(int) string { return "more" }),
			style: pager[number]{checkpoints: true}, items: 7, requests: 4,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			p := test.style
			p.fetch = func(_ context.Context, at cursor) (page[number], error) {
				if requests++; requests > 20 {
					return page[number]{}, errors.New("the list does not end")
				}
				return test.fetch(at), nil
			}
			var items []number
			for item, err := range p.each(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				items = append(items, *item)
			}
			if len(items) != test.items || requests != test.requests || !slices.IsSorted(items) {
				t.Errorf("got %v from %d requests, expected %d items from %d", items, requests, test.items, test.requests)
			}
		})
	}
}

// TestPager_lazy: the next page is fetched when it is needed, and a
// page that failed is fetched again.
func TestPager_lazy(t *testing.T) {
	t.Parallel()
	var fetched []int
	p := &pager[number]{
		fetch: func(_ context.Context, at cursor) (page[number], error) {
			fetched = append(fetched, at.page)
			if len(fetched) == 2 {
				return page[number]{}, errors.New("lost")
			}
			return page[number]{items: []number{number(2 * at.page), number(2*at.page + 1)}, total: 100}, nil
		},
	}
	var items []number
	for range 2 {
		for item, err := range p.each(t.Context()) {
			if err != nil {
				break
			}
			if items = append(items, *item); len(items) == 4 {
				break
			}
		}
	}
	if fmt.Sprint(items, fetched) != "[0 1 2 3] [0 1 1]" {
		t.Errorf("got the items %v from the pages %v", items, fetched)
	}
}
