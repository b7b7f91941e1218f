package emulator

import (
	"net/http"
	"net/url"
	"time"
)

// Request is one entry of a tenant's request log.
type Request struct {
	Time    time.Time
	Host    string // the name that was asked for: the tenant's domain, or one of its custom domains
	Method  string
	Path    string // decoded
	RawPath string // as it was sent
	Query   url.Values
	// ClientID is the client whose token authorized the request; for the token endpoint the client that asked.
	ClientID    string
	Header      http.Header
	RequestBody []byte
	// Fault is the kind of the fault that struck the request, "unnamed" for one without a kind, empty for none.
	Fault string

	// Set when the request is over.
	Status       int // 0 if the connection was cut
	ResponseBody []byte
	Duration     time.Duration
}

// Requests returns the log: all requests that have been answered, in the order of their answers.
func (t *Tenant) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Request(nil), t.requests...)
}

// ForgetRequests empties the log.
func (t *Tenant) ForgetRequests() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests = nil
}

// OnRequest sets a hook that is called before a request is handled, so that a test can play another actor who
// changes things in between. It may call every method of the tenant. Nil removes it.
func (t *Tenant) OnRequest(f func(Request)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hook = f
}
