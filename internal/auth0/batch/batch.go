// Package batch collects calls that arrive together, so that they can be answered
// together. It knows nothing of what is called.
package batch

import (
	"context"
	"sync"
	"time"
)

// Timing says how long calls are collected. Callers are expected to be workers, each of
// which makes its next call soon after it has an answer.
type Timing struct {
	// FirstSize is how many calls the first batch has at most; it does not wait for more.
	// A later batch does not wait for more than there ever were at a time.
	FirstSize int
	// FirstQuiet and Quiet end the first and a later batch when no call has come for so long.
	FirstQuiet, Quiet time.Duration
	// Max bounds how long a batch is collected.
	Max time.Duration
}

// Loader collects calls with a key and answers each with a value. Its methods may be
// called at the same time. Batches are loaded one after the other.
type Loader[K, V any] struct {
	load   func(context.Context, []*Call[K, V])
	timing Timing

	arrival chan struct{} // a call has come

	mu      sync.Mutex
	waiting []*Call[K, V]
	serving bool
	active  int // calls without an answer
	peak    int // the highest number of them at a time
	batches int
}

// Call is a call that waits for its answer.
type Call[K, V any] struct {
	// Key is what was called with.
	Key K

	canceled <-chan struct{}
	answer   chan V
	once     sync.Once
}

// Answer answers the call. Only the first answer counts.
func (c *Call[K, V]) Answer(v V) { c.once.Do(func() { c.answer <- v }) }

// New returns a loader. load answers the calls of a batch; those that it leaves out are
// answered with the zero value when it returns. Its context has the values of the first
// caller's, and ends when the contexts of all callers have ended.
func New[K, V any](timing Timing, load func(context.Context, []*Call[K, V])) *Loader[K, V] {
	return &Loader[K, V]{load: load, timing: timing, arrival: make(chan struct{}, 1)}
}

// Load returns the answer to a call with a key, or the error of the context if that ends before.
func (l *Loader[K, V]) Load(ctx context.Context, key K) (V, error) {
	call := &Call[K, V]{Key: key, canceled: ctx.Done(), answer: make(chan V, 1)}
	l.mu.Lock()
	l.waiting = append(l.waiting, call)
	l.active++
	l.peak = max(l.peak, l.active)
	if !l.serving {
		l.serving = true
		go l.serve(context.WithoutCancel(ctx))
	}
	l.mu.Unlock()
	select {
	case l.arrival <- struct{}{}:
	default: // one that was not noticed yet is enough
	}
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.active--
	}()
	select {
	case v := <-call.answer:
		return v, nil
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// serve loads batches until no call is waiting.
func (l *Loader[K, V]) serve(ctx context.Context) {
	for l.keepServing() {
		calls := l.collect()
		batchCtx, cancel := whileAnyWaits(ctx, calls)
		l.load(batchCtx, calls)
		cancel()
		for _, call := range calls {
			var none V
			call.Answer(none)
		}
	}
}

// keepServing reports whether calls wait. If none does, the next one starts serving again.
func (l *Loader[K, V]) keepServing() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serving = len(l.waiting) > 0
	return l.serving
}

// collect waits for the calls of a batch and returns them.
func (l *Loader[K, V]) collect() []*Call[K, V] {
	l.mu.Lock()
	quiet, size := l.timing.FirstQuiet, l.timing.FirstSize
	if l.batches > 0 {
		quiet, size = l.timing.Quiet, 0
	}
	l.batches++
	l.mu.Unlock()
	silence := time.NewTimer(quiet)
	defer silence.Stop()
	deadline := time.NewTimer(l.timing.Max)
	defer deadline.Stop()
	for collecting := true; collecting && !l.isComplete(size); {
		select {
		case <-l.arrival:
			silence.Reset(quiet)
		case <-silence.C:
			collecting = false
		case <-deadline.C:
			collecting = false
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := l.waiting
	l.waiting = nil
	return calls
}

// isComplete reports whether so many calls wait; 0 is the highest number there ever was.
func (l *Loader[K, V]) isComplete(size int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size == 0 {
		size = l.peak
	}
	return len(l.waiting) >= size
}

// whileAnyWaits returns a context that ends when every caller of a batch is canceled.
func whileAnyWaits[K, V any](ctx context.Context, calls []*Call[K, V]) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for _, call := range calls {
			select {
			case <-call.canceled:
			case <-ctx.Done():
				return
			}
		}
		cancel()
	}()
	return ctx, cancel
}
