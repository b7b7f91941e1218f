package snapshot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

type item struct{ id, text string }

// list is a Pager over items, two to a page, that counts its requests.
type list struct {
	items   []item
	fetched int
	delay   time.Duration
	err     error
}

func (l *list) Next(ctx context.Context) ([]item, error) {
	first := 2 * l.fetched
	page := slices.Clone(l.items[first:min(first+2, len(l.items))])
	select {
	case <-time.After(l.delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.err != nil {
		return nil, l.err
	}
	l.fetched++
	return page, nil
}

func (l *list) PagesLeft() int {
	if l.fetched == 0 {
		return 1
	}
	return (len(l.items)+1)/2 - l.fetched
}

func numbered(n int) *list {
	l := &list{}
	for i := range n {
		l.items = append(l.items, item{fmt.Sprint(i), "listed"})
	}
	return l
}

func of(l *list) *Snapshot[item] {
	return NewKeyed(func(i item) string { return i.id }, func(i item) string { return i.text }, l)
}

// reader returns a read of one item, and what it was asked for.
func reader() (read func(id string) func(context.Context) (item, error), reads *[]string) {
	reads = new([]string)
	return func(id string) func(context.Context) (item, error) {
		return func(context.Context) (item, error) {
			*reads = append(*reads, id)
			if strings.HasPrefix(id, "no") {
				return item{}, errMissing
			}
			return item{id, "read"}, nil
		}
	}, reads
}

var errMissing = errors.New("missing")

// TestGetTakesTheCheaperWay: pages and single reads.
func TestGetTakesTheCheaperWay(t *testing.T) {
	for name, test := range map[string]struct {
		items        int
		gets         string
		pages, reads int
	}{
		"all on one page":                 {2, "0 1 0 1", 1, 0},
		"one, of the second page":         {4, "3", 2, 0},
		"one, of the last of many pages":  {20, "19", 1, 1},
		"the same again":                  {20, "19 19 19", 1, 1},
		"all of many pages, in order":     {20, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", 10, 8},
		"one that exists, but in no list": {2, "7 7", 1, 1},
		"one that does not exist":         {2, "none none", 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			l := numbered(test.items)
			s := of(l)
			read, reads := reader()
			for _, id := range strings.Fields(test.gets) {
				got, err := s.Get(t.Context(), id, read(id))
				if missing := id == "none"; missing != errors.Is(err, errMissing) || !missing && got.id != id {
					t.Errorf("got %v, %v for %s", got, err, id)
				}
			}
			if l.fetched != test.pages || len(*reads) != test.reads {
				t.Errorf("fetched %d pages and read %v; expected %d pages and %d reads", l.fetched, *reads, test.pages, test.reads)
			}
		})
	}
}

func texts(t *testing.T, s *Snapshot[item]) string {
	t.Helper()
	all, err := s.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range all {
		out = append(out, i.id+" "+i.text)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// TestWritesAreSeen: by every read after them, also if a page or a read was under way.
func TestWritesAreSeen(t *testing.T) {
	for _, during := range []bool{false, true} {
		t.Run(fmt.Sprintf("while a page is fetched: %v", during), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := numbered(5)
				l.delay = time.Second
				s := of(l)
				if during {
					go func() { _, _ = s.All(t.Context()) }()
					synctest.Wait()
				} else if got := texts(t, s); got != "0 listed, 1 listed, 2 listed, 3 listed, 4 listed" {
					t.Errorf("got %s", got)
				}
				s.Put(item{"0", "written"})
				s.Put(item{"5", "written"})
				s.Delete("1")
				if during { // it takes out what it finds
					s.Put(item{"2", "written"})
				}
				s.DeleteFunc(func(i item) bool { return i.id == "2" })
				if got := texts(t, s); got != "0 written, 3 listed, 4 listed, 5 written" {
					t.Errorf("got %s", got)
				}
			})
		})
	}
	t.Run("while an item is read", func(t *testing.T) {
		s := of(numbered(0))
		for _, id := range []string{"deleted", "written"} {
			_, err := s.Get(t.Context(), id, func(context.Context) (item, error) {
				if id == "deleted" {
					s.Delete(id)
				} else {
					s.Put(item{id, "written"})
				}
				return item{id, "read"}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := texts(t, s); got != "written written" {
			t.Errorf("got %s", got)
		}
	})
}

// TestFind: an item is found by its key as it is now, one that was written before others.
func TestFind(t *testing.T) {
	s := of(numbered(9))
	find := func(key, want string) {
		t.Helper()
		got, ok, err := s.FindListed(t.Context(), key)
		if err != nil || ok != (want != "") || got.id != want {
			t.Errorf("listed by %s: %v, %v, %v", key, got, ok, err)
		}
		got, err = s.Find(t.Context(), key, func(context.Context) (item, error) { return item{}, errMissing })
		if errors.Is(err, errMissing) != (want == "") || got.id != want {
			t.Errorf("found by %s: %v, %v", key, got, err)
		}
	}
	s.Put(item{"4", "listed"}) // before the others are fetched
	find("listed", "4")
	find("", "")
	s.Put(item{"4", "written"})
	find("written", "4")
	s.Put(item{"4", "listed"})
	find("written", "")
	find("listed", "4")
	s.Delete("4")
	s.DeleteFunc(func(i item) bool { return i.id != "7" })
	find("listed", "7")
	s.Delete("7")
	find("listed", "")
}

// TestFindListed: it reads every page, and nothing else.
func TestFindListed(t *testing.T) {
	l := numbered(9)
	l.items[8].text = "last"
	s := of(l)
	for _, key := range []string{"last", "none", "last"} {
		got, ok, err := s.FindListed(t.Context(), key)
		if err != nil || ok != (key == "last") || ok && got.id != "8" {
			t.Errorf("found %v, %v, %v for %s", got, ok, err, key)
		}
	}
	if l.fetched != 5 {
		t.Errorf("fetched %d pages", l.fetched)
	}
	failing := numbered(2)
	failing.err = errors.New("lost")
	if _, ok, err := of(failing).FindListed(t.Context(), "listed"); ok || err == nil {
		t.Errorf("found %v, %v", ok, err)
	}
}

// TestReadsShareAPage: many at a time fetch one page once. Who gives up does so at
// once, and leaves the page to the others. A page that fails is fetched again.
func TestReadsShareAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := numbered(2)
		l.delay = time.Second
		s := of(l)
		canceled, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		get := func(ctx context.Context, fails bool) {
			if _, err := s.Get(ctx, "0", nil); (err != nil) != fails {
				t.Errorf("got %v, want an error: %v", err, fails)
			}
		}
		for range 3 {
			all.Go(func() { get(canceled, true) })
		}
		for range 7 {
			all.Go(func() { get(t.Context(), false) })
		}
		all.Wait()
		if l.fetched != 1 {
			t.Errorf("fetched %d pages", l.fetched)
		}
	})
	failing := numbered(2)
	failing.err = errors.New("lost")
	s := of(failing)
	_, err := s.Get(t.Context(), "0", nil)
	_, errAll := s.All(t.Context())
	failing.err = nil
	got, errAgain := s.Get(t.Context(), "0", nil)
	if err == nil || errAll == nil || errAgain != nil || got.id != "0" {
		t.Errorf("got %v, %v, %v, %v", err, errAll, got, errAgain)
	}
}
