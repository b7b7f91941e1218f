package emulator

import (
	"net/http"
	"strings"
	"time"
)

// Fault makes requests fail, or slow.
type Fault struct {
	Method string `json:"method,omitzero"` // empty: any
	// Path is the decoded path, such as "/api/v2/users/auth0|1"; * stands for anything, slashes included. Empty: any.
	Path string `json:"path,omitzero"`
	// Skip lets that many matching requests through first.
	Skip int `json:"skip,omitzero"`
	// Times is how often it strikes: 0 or 1 once, -1 always.
	Times int `json:"times,omitzero"`

	// Delay is waited before anything else happens. A client that gives up meanwhile does not stop its request.
	Delay time.Duration `json:"delay,omitzero"`
	// Status, Body and Header are the answer. Status 0 without Drop leaves the real answer as it is.
	Status int         `json:"status,omitzero"`
	Body   string      `json:"body,omitzero"`
	Header http.Header `json:"header,omitzero"`
	// AfterCommit handles the request first, so that its effect is there although the answer says otherwise.
	AfterCommit bool `json:"after_commit,omitzero"`
	// Drop sends no answer at all: it closes the connection (HTTP/1.1) or resets the stream (HTTP/2).
	Drop bool `json:"drop,omitzero"`
}

// Fail arms a fault. Of several that match a request, the one armed first strikes.
func (t *Tenant) Fail(f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	t.faults = append(t.faults, &f)
}

// Faults lists the faults that are still armed.
func (t *Tenant) Faults() []Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Fault, 0, len(t.faults))
	for _, f := range t.faults {
		out = append(out, *f)
	}
	return out
}

// ForgetFaults disarms all faults.
func (t *Tenant) ForgetFaults() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = nil
}

// fault finds the fault that strikes a request, and counts it.
func (t *Tenant) fault(method, path string) (Fault, bool) {
	for i, f := range t.faults {
		if f.Method != "" && !strings.EqualFold(f.Method, method) || f.Path != "" && !glob(f.Path, path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				t.faults = append(t.faults[:i:i], t.faults[i+1:]...)
			}
		}
		return *f, true
	}
	return Fault{}, false
}
