// Package snapshot caches a collection that can be listed and read one by one. It
// serves many reads of a run from few requests, and knows neither HTTP nor Auth0.
package snapshot

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Pager reads a list page by page.
type Pager[V any] interface {
	// Next fetches the next page.
	Next(ctx context.Context) ([]V, error)
	// PagesLeft returns how many pages remain, an estimate where the list does not
	// say; 0 means that there are no more.
	PagesLeft() int
}

// Snapshot holds the items of a list as far as it was read, and what the program
// wrote since. What the program writes is seen by the next read: a page or a single
// read that was under way at that time does not replace it. Its methods may be
// called at the same time.
type Snapshot[V any] struct {
	id    func(V) string
	key   func(V) string // what Find finds an item by; nil if it is not used
	pages Pager[V]
	turn  chan struct{} // holds one value: who has it may fetch a page

	mu      sync.Mutex
	items   map[string]V
	byKey   map[string][]string // IDs of the items that have a key
	written map[string]bool     // IDs that were written or deleted by the program
	misses  int                 // reads that the pages did not answer
}

// New returns an empty snapshot of a list, whose items have the given IDs. No page is
// fetched before it is needed.
func New[V any](id func(V) string, pages Pager[V]) *Snapshot[V] { return NewKeyed(id, nil, pages) }

// NewKeyed returns an empty snapshot whose items are also found by a key: see Find.
// Several items may have the same key; an item with an empty key is found by its ID only.
func NewKeyed[V any](id, key func(V) string, pages Pager[V]) *Snapshot[V] {
	s := &Snapshot[V]{
		id: id, key: key, pages: pages, turn: make(chan struct{}, 1),
		items: map[string]V{}, byKey: map[string][]string{}, written: map[string]bool{},
	}
	s.turn <- struct{}{}
	return s
}

// Get returns the item that has an ID. Where the pages do not have it, it is read
// with read, whose error is returned.
func (s *Snapshot[V]) Get(ctx context.Context, id string, read func(context.Context) (V, error)) (V, error) {
	return s.lookup(ctx, func() (V, bool) { v, ok := s.items[id]; return v, ok }, read)
}

// Find returns the item that has a key, one that the program wrote before any other.
// Where the pages have none, it is read with read, whose error is returned.
func (s *Snapshot[V]) Find(ctx context.Context, key string, read func(context.Context) (V, error)) (V, error) {
	return s.lookup(ctx, func() (V, bool) { return s.keyed(key) }, read)
}

// FindListed is Find among all pages, without a read. It reports whether an item has the
// key; the error is that of a page.
func (s *Snapshot[V]) FindListed(ctx context.Context, key string) (v V, ok bool, err error) {
	if err := s.fetchAll(ctx); err != nil {
		return v, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok = s.keyed(key)
	return v, ok, nil
}

// All returns all items in no particular order. The error is that of a page.
func (s *Snapshot[V]) All(ctx context.Context) ([]V, error) {
	if err := s.fetchAll(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.items)), nil
}

// Put takes in an item that the program wrote.
func (s *Snapshot[V]) Put(v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(v)
	s.written[s.id(v)] = true
}

// Delete takes out an item that the program deleted or found deleted.
func (s *Snapshot[V]) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
	s.written[id] = true
}

// DeleteFunc takes out the items that match, as Delete does.
func (s *Snapshot[V]) DeleteFunc(match func(V) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, v := range s.items {
		if match(v) {
			s.remove(id)
			s.written[id] = true
		}
	}
}

// lookup returns what find finds among the items. It fetches pages as long as that
// is likely to take fewer requests than single reads do.
func (s *Snapshot[V]) lookup(ctx context.Context, find func() (V, bool), read func(context.Context) (V, error)) (v V, err error) {
	if err := s.lock(ctx); err != nil {
		return v, err
	}
	for {
		s.mu.Lock()
		v, ok := find()
		s.mu.Unlock()
		if ok {
			s.unlock()
			return v, nil
		}
		if !s.isPageDue() {
			break
		}
		if err := s.fetch(ctx); err != nil {
			s.unlock()
			return v, err
		}
	}
	s.misses++
	s.unlock()

	v, err = read(ctx)
	if err != nil {
		return v, err
	}
	s.add(v)
	return v, nil
}

// isPageDue reports whether to fetch the next page for an item that no page has so
// far. The first page always is: it has all items of most tenants. The others are
// once as many single reads were necessary as there are pages left: a run never
// sends more than twice the requests of the cheaper way. The caller holds the turn.
func (s *Snapshot[V]) isPageDue() bool {
	left := s.pages.PagesLeft()
	return left > 0 && s.misses >= left-1
}

// fetchAll takes in all pages that are left.
func (s *Snapshot[V]) fetchAll(ctx context.Context) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	for s.pages.PagesLeft() > 0 {
		if err := s.fetch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fetch takes in the next page. The caller holds the turn.
func (s *Snapshot[V]) fetch(ctx context.Context) error {
	items, err := s.pages.Next(ctx)
	if err != nil {
		return err
	}
	s.add(items...)
	return nil
}

// add takes in what was read, except for what the program wrote.
func (s *Snapshot[V]) add(items ...V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range items {
		if id := s.id(v); !s.written[id] {
			s.set(v)
		}
	}
}

// set puts an item in the place of any that has its ID. The caller holds mu.
func (s *Snapshot[V]) set(v V) {
	id := s.id(v)
	s.remove(id)
	s.items[id] = v
	if s.key != nil && s.key(v) != "" {
		s.byKey[s.key(v)] = append(s.byKey[s.key(v)], id)
	}
}

// remove takes out the item that has an ID, if there is one. The caller holds mu.
func (s *Snapshot[V]) remove(id string) {
	v, ok := s.items[id]
	if !ok {
		return
	}
	delete(s.items, id)
	if s.key != nil {
		key := s.key(v)
		s.byKey[key] = slices.DeleteFunc(s.byKey[key], func(other string) bool { return other == id })
	}
}

// keyed returns the item that has a key. The caller holds mu.
func (s *Snapshot[V]) keyed(key string) (found V, ok bool) {
	for _, id := range s.byKey[key] {
		if !ok || s.written[id] {
			found, ok = s.items[id], true
		}
	}
	return found, ok
}

// lock waits for the turn to fetch pages.
func (s *Snapshot[V]) lock(ctx context.Context) error {
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Snapshot[V]) unlock() { s.turn <- struct{}{} }
