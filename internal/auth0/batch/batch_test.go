package batch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var timing = Timing{FirstSize: 3, FirstQuiet: 10 * time.Millisecond, Quiet: 100 * time.Millisecond, Max: 300 * time.Millisecond}

// recorder answers every key with its double, after a second.
type recorder struct {
	mu      sync.Mutex
	batches [][]int
}

func (r *recorder) load(_ context.Context, calls []*Call[int, int]) {
	var keys []int
	for _, c := range calls {
		keys = append(keys, c.Key)
	}
	slices.Sort(keys)
	r.mu.Lock()
	r.batches = append(r.batches, keys)
	r.mu.Unlock()
	time.Sleep(time.Second)
	for _, c := range calls {
		c.Answer(2 * c.Key)
		c.Answer(-1) // does not count
	}
}

// TestLoadCollects: what arrives together is loaded together, and who waits for it waits
// no longer than it takes.
func TestLoadCollects(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		arrivals []time.Duration // of the keys 0, 1, …
		batches  string
		took     time.Duration
	}{
		"one":                         {[]time.Duration{0}, "[[0]]", time.Second + 10*ms},
		"the first batch is complete": {[]time.Duration{0, 0, 0}, "[[0 1 2]]", time.Second},
		"one comes too late":          {[]time.Duration{0, 5 * ms, 20 * ms}, "[[0 1] [2]]", 2*time.Second + 115*ms},
		"what comes meanwhile is the second batch": {
			// It waits for as many as there were at a time: five.
			[]time.Duration{0, 0, 0, 500 * ms, 600 * ms}, "[[0 1 2] [3 4]]", 2*time.Second + 100*ms,
		},
		"one after the other": {
			[]time.Duration{0, 0, 0, 1010 * ms, 1090 * ms, 1180 * ms, 1270 * ms, 1360 * ms}, "[[0 1 2] [3 4 5] [6 7]]", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{}
				l := New(timing, r.load)
				started := time.Now()
				var all sync.WaitGroup
				for key, arrival := range test.arrivals {
					all.Go(func() {
						time.Sleep(arrival)
						if got, err := l.Load(t.Context(), key); got != 2*key || err != nil {
							t.Errorf("got %d, %v for %d", got, err, key)
						}
					})
				}
				all.Wait()
				if got := fmt.Sprint(r.batches); got != test.batches {
					t.Errorf("loaded %s, expected %s", got, test.batches)
				}
				if took := time.Since(started); test.took > 0 && took != test.took {
					t.Errorf("it took %v, expected %v", took, test.took)
				}
			})
		})
	}
}

// TestLoadIsBounded: calls that keep coming do not hold up those that wait.
func TestLoadIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		l := New(Timing{FirstSize: 1000, FirstQuiet: 10 * time.Millisecond, Max: 300 * time.Millisecond}, r.load)
		var all sync.WaitGroup
		for key := range 100 {
			all.Go(func() { _, _ = l.Load(t.Context(), key) })
			time.Sleep(5 * time.Millisecond)
		}
		all.Wait()
		if len(r.batches) != 2 || len(r.batches[0]) > 61 {
			t.Errorf("loaded %v", r.batches)
		}
	})
}

// TestLoadEnds: a canceled call ends at once, and the batch with the last of them. What
// is not answered has the zero value.
func TestLoadEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended time.Duration
		started := time.Now()
		type key struct{}
		l := New(timing, func(ctx context.Context, _ []*Call[int, string]) {
			if ctx.Value(key{}) == nil {
				t.Error("the caller's values are lost")
			}
			<-ctx.Done()
			ended = time.Since(started)
		})
		var all sync.WaitGroup
		for i := range 2 {
			all.Go(func() {
				limit := time.Duration(i+1) * time.Minute
				ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, true), limit)
				defer cancel()
				if got, err := l.Load(ctx, i); got != "" || err == nil || time.Since(started) != limit {
					t.Errorf("got %q, %v after %v", got, err, time.Since(started))
				}
			})
		}
		all.Wait()
		synctest.Wait()
		if ended != 2*time.Minute {
			t.Errorf("the batch ended after %v", ended)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		l := New(timing, func(context.Context, []*Call[int, string]) {})
		if got, err := l.Load(t.Context(), 1); got != "" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}
