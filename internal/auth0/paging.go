package auth0

import (
	"errors"
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
