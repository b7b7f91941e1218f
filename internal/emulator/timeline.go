package emulator

import "time"

// timeline remembers the states of one thing that not everybody has heard of yet: the search index of users,
// and what the token endpoint knows of clients and grants. Each state has a time from which on it is seen; the
// time is fixed by the delay that was set when the state was written.
type timeline[T any] struct {
	states []state[T]
}

type state[T any] struct {
	value T
	gone  bool
	from  time.Time
}

// add writes a state and forgets those that no reader sees anymore.
func (l *timeline[T]) add(value T, gone bool, now, from time.Time) {
	if i := l.index(now); i > 0 {
		l.states = append(l.states[:0], l.states[i:]...)
	}
	l.states = append(l.states, state[T]{value, gone, from})
}

// seen is the newest state that has come through.
func (l *timeline[T]) visible(now time.Time) (T, bool) {
	if i := l.index(now); i >= 0 && !l.states[i].gone {
		return l.states[i].value, true
	}
	var none T
	return none, false
}

// over reports that the thing is gone for everybody.
func (l *timeline[T]) over(now time.Time) bool {
	last := l.states[len(l.states)-1]
	return last.gone && !last.from.After(now)
}

func (l *timeline[T]) index(now time.Time) int {
	for i := len(l.states) - 1; i >= 0; i-- {
		if !l.states[i].from.After(now) {
			return i
		}
	}
	return -1
}
