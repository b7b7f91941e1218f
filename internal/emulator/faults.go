package emulator

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/search"
)

// Fault lets requests fail, or be slow. Kind names a ready-made one; the other fields say which requests it strikes
// and how often, or describe a fault that has no name.
//
// A fault that sets a Status, or that sends no answer, replaces the operation: the request has no effect unless
// AfterCommit is set. Any other fault lets the request have its effect and changes the answer.
type Fault struct {
	// Kind is one of FaultKinds; empty for a fault that is described by the fields below.
	Kind string `json:"kind,omitzero"`

	Method string `json:"method,omitzero"` // empty: any
	// Path is the decoded path, such as "/api/v2/users/auth0|1"; * stands for anything, slashes included. Empty: any.
	Path string `json:"path,omitzero"`
	// Skip lets that many matching requests through first.
	Skip int `json:"skip,omitzero"`
	// Times is how often it strikes: 0 or 1 once (with a Probability: always), -1 always.
	Times int `json:"times,omitzero"`
	// Probability is the share of the matching requests that it strikes at random; 0: all. The shares of several faults
	// add up: with 0.1 and 0.2, three requests in ten fail. SeedFaults makes the choice repeatable.
	Probability float64 `json:"probability,omitzero"`

	// Delay is waited before anything else happens. A client that gives up meanwhile does not stop its request.
	Delay time.Duration `json:"delay,omitzero"`
	// AfterCommit handles the request first, so that its effect is there although the answer says otherwise.
	AfterCommit bool `json:"after_commit,omitzero"`

	// Drop sends no answer: it closes the connection (HTTP/1.1) or resets the stream (HTTP/2). With Truncate, it does so
	// in the middle of the body.
	Drop bool `json:"drop,omitzero"`
	// Reset sends no answer: it resets the TCP connection, and with it all other requests on it.
	Reset bool `json:"reset,omitzero"`
	// Hang sends no answer, and keeps the connection open until the client gives up.
	Hang bool `json:"hang,omitzero"`

	// Status, Body and Header replace those of the answer. With a Status, an empty Body is an empty one.
	Status int         `json:"status,omitzero"`
	Body   string      `json:"body,omitzero"`
	Header http.Header `json:"header,omitzero"`
	// NoBody sends an empty body with the real status.
	NoBody bool `json:"no_body,omitzero"`
	// Truncate sends the first half of the body.
	Truncate bool `json:"truncate,omitzero"`
	// Size fills the body up to that many bytes with spaces, which JSON allows.
	Size int `json:"size,omitzero"`
	// Trickle sends the body one byte at a time, with that pause before each.
	Trickle time.Duration `json:"trickle,omitzero"`
	// OtherObject changes the IDs in the answer, so that it is about another object of the same type.
	OtherObject bool `json:"other_object,omitzero"`
	// Endless answers every page of a list with the first page, filled up, and announces more.
	Endless bool `json:"endless,omitzero"`
}

// silent reports whether no answer is sent at all.
func (f *Fault) silent() bool { return (f.Drop || f.Reset || f.Hang) && !f.Truncate }

// replaces reports whether the operation does not run.
func (f *Fault) replaces() bool { return !f.AfterCommit && (f.Status != 0 || f.silent()) }

// name is how the request log shows the fault.
func (f *Fault) name() string {
	if f.Kind != "" {
		return f.Kind
	}
	return "unnamed"
}

// maxFaultSize bounds the body that a fault makes, which is kept in the request log.
const maxFaultSize = 256 << 20

const htmlPage = "<!DOCTYPE html>\n<html><head><title>Proxy</title></head><body><h1>This page is not from Auth0</h1></body></html>\n"

// faultKinds are the ready-made faults.
var faultKinds = func() []Fault {
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	kinds := []Fault{
		{Kind: "drop", Drop: true},
		{Kind: "drop-after-commit", Drop: true, AfterCommit: true},
		{Kind: "reset", Reset: true},
		{Kind: "reset-after-commit", Reset: true, AfterCommit: true},
		{Kind: "hang", Hang: true},
		{Kind: "hang-after-commit", Hang: true, AfterCommit: true},
		{Kind: "slow", Delay: 5 * time.Second},
		{Kind: "trickle", Trickle: time.Second},
		{Kind: "cut-body", Truncate: true, Drop: true},
		{Kind: "truncated-json", Truncate: true},
		{Kind: "html-200", Status: 200, Body: htmlPage, Header: html},
		{Kind: "html-404", Status: 404, Body: htmlPage, Header: html},
		{Kind: "html-502", Status: 502, Body: htmlPage, Header: html},
		{Kind: "empty-object", Body: "{}"},
		{Kind: "null", Body: "null"},
		{Kind: "empty-body", NoBody: true},
		{Kind: "wrong-content-type", Header: http.Header{"Content-Type": {"text/plain"}}},
		{Kind: "other-object", OtherObject: true},
		{Kind: "huge-body", Size: 16 << 20},
		{Kind: "redirect", Status: 302, Header: http.Header{"Location": {"https://elsewhere.example.com/"}}},
		{Kind: "endless-list", Endless: true},
		{Kind: "204-with-body", Status: 204, Body: `{"unexpected":true}`},
		{Kind: "200-without-effect", Status: 200, Body: "{}"},
	}
	for _, status := range []int{400, 401, 403, 404, 409, 429, 500, 502, 503, 504} {
		message := map[int]string{429: "Global limit has been reached", 500: "An internal server error occurred"}[status]
		if message == "" {
			message = reason(status)
		}
		body, _ := appendJSON(nil, (&apiError{status: status, message: message}).response().body)
		kinds = append(kinds, Fault{Kind: fmt.Sprint(status), Status: status, Body: string(body)})
		if status >= 500 {
			kinds = append(kinds, Fault{Kind: fmt.Sprint(status, "-after-commit"), Status: status, Body: string(body), AfterCommit: true})
		}
	}
	return kinds
}()

// FaultKinds lists the ready-made faults by name: "500" is a status before the commit, "500-after-commit" one after it.
func FaultKinds() []string {
	var names []string
	for _, f := range faultKinds {
		names = append(names, f.Kind)
	}
	return names
}

// resolve fills a fault in from its kind, and checks it.
func (f Fault) resolve() (Fault, error) {
	if f.Kind != "" {
		i := slices.IndexFunc(faultKinds, func(k Fault) bool { return k.Kind == f.Kind })
		if i < 0 {
			return f, fmt.Errorf("unknown kind of fault %q; known are %s", f.Kind, strings.Join(FaultKinds(), ", "))
		}
		kind := faultKinds[i]
		kind.Method, kind.Path, kind.Skip, kind.Times, kind.Probability = f.Method, f.Path, f.Skip, f.Times, f.Probability
		if f.Delay > 0 {
			kind.Delay = f.Delay
		}
		if f.Trickle > 0 {
			kind.Trickle = f.Trickle
		}
		if f.Size > 0 {
			kind.Size = f.Size
		}
		f = kind
	}
	switch {
	case f.Probability < 0 || f.Probability > 1:
		return f, fmt.Errorf("the probability of a fault must be within 0 and 1, not %g", f.Probability)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return f, fmt.Errorf("the status of a fault must be within 200 and 599, not %d", f.Status)
	case f.Size > maxFaultSize:
		return f, fmt.Errorf("the size of a fault must be at most %d, not %d", maxFaultSize, f.Size)
	}
	if f.Times == 0 {
		f.Times = 1
		if f.Probability > 0 {
			f.Times = -1
		}
	}
	return f, nil
}

// Fail arms a fault. Of several that match a request, the one armed first strikes. It panics if the kind is unknown.
func (t *Tenant) Fail(f Fault) {
	if err := t.fail(f); err != nil {
		panic("emulator: " + err.Error())
	}
}

func (t *Tenant) fail(f Fault) error {
	f, err := f.resolve()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, &f)
	return nil
}

// Chaos arms a mix of random faults on every request: one in ten is lost after its commit, one in ten fails with 500
// before it, one in twenty has its connection reset, and one in twenty is answered with 429.
func (t *Tenant) Chaos(seed uint64) {
	t.SeedFaults(seed)
	t.Fail(Fault{Kind: "drop-after-commit", Probability: 0.1})
	t.Fail(Fault{Kind: "500", Probability: 0.1})
	t.Fail(Fault{Kind: "reset", Probability: 0.05})
	t.Fail(Fault{Kind: "429", Probability: 0.05})
}

// SeedFaults makes the choice of random faults repeatable, for requests that arrive in the same order.
func (t *Tenant) SeedFaults(seed uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dice = rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // a repeatable choice is what is wanted
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

// fault finds the fault that strikes a request, and counts it. The tenant's lock is held.
func (t *Tenant) fault(method, path string) (Fault, bool) {
	rolled, share := -1.0, 0.0
	for i, f := range t.faults {
		if f.Method != "" && !strings.EqualFold(f.Method, method) || f.Path != "" && !search.Glob(f.Path, path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Probability > 0 {
			if rolled < 0 {
				rolled = t.roll()
			}
			if share += f.Probability; rolled >= share {
				continue
			}
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

func (t *Tenant) roll() float64 {
	if t.dice == nil {
		return rand.Float64() //nolint:gosec // nothing secret
	}
	return t.dice.Float64()
}

// distort changes the answer of an operation, or replaces it.
func (f *Fault) distort(a *response, raw []byte, query url.Values) (*response, []byte) {
	changed := &response{}
	if a != nil {
		*changed = *a
	}
	if f.Status != 0 {
		changed = &response{status: f.Status}
		raw = []byte(f.Body)
	} else if f.Body != "" {
		raw = []byte(f.Body)
	}
	if len(f.Header) > 0 {
		merged := http.Header{}
		for _, h := range []http.Header{changed.header, f.Header} {
			for k, vs := range h {
				merged[http.CanonicalHeaderKey(k)] = vs
			}
		}
		changed.header = merged
	}
	if f.NoBody {
		raw = nil
	}
	if f.OtherObject || f.Endless {
		raw = f.rewrite(raw, pageSize(query))
	}
	if f.Truncate && !f.Drop { // with Drop, the delivery cuts it
		raw = raw[:len(raw)/2]
	}
	if n := f.Size - len(raw); n > 0 {
		raw = append(slices.Clip(raw), strings.Repeat(" ", n)...)
	}
	return changed, raw
}

// rewrite changes the objects in a JSON answer: a single one, those of a list, or those of a page with totals.
func (f *Fault) rewrite(raw []byte, pageSize int) []byte {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return raw
	}
	switch v := v.(type) {
	case []any:
		raw, _ = appendJSON(nil, f.items(v, pageSize))
	case map[string]any:
		for k, e := range v {
			if list, ok := e.([]any); ok && isPage(v) {
				v[k] = f.items(list, pageSize)
			}
		}
		if f.OtherObject {
			otherIDs(v)
		}
		if f.Endless && isPage(v) {
			if _, totals := v["total"]; totals {
				v["total"] = 1_000_000
			} else {
				v["next"] = endlessCheckpoint
			}
		}
		raw, _ = appendJSON(nil, v)
	}
	return raw
}

// endlessCheckpoint continues a list that has no end.
const endlessCheckpoint = "ZW5kbGVzcw=="

// pageSize is the size of a page that a request asks for.
func pageSize(query url.Values) int {
	for _, k := range []string{"take", "per_page"} {
		if n, err := strconv.Atoi(query.Get(k)); err == nil {
			return min(n, 1000)
		}
	}
	return 50
}

// isPage tells a page of a list with totals, or with a checkpoint, from an object.
func isPage(v map[string]any) bool {
	_, totals := v["total"]
	_, identified := v["id"]
	_, user := v["user_id"]
	return totals || !identified && !user && len(v) <= 2
}

// items rewrites the items of a list.
func (f *Fault) items(list []any, pageSize int) []any {
	if f.OtherObject {
		for _, e := range list {
			if item, ok := e.(map[string]any); ok {
				otherIDs(item)
			}
		}
	}
	if n := len(list); f.Endless && n > 0 {
		for i := n; i < pageSize; i++ {
			list = append(list, list[i%n])
		}
	}
	return list
}

// otherIDs makes the IDs of an object those of another one, in a form that is still valid.
func otherIDs(o map[string]any) {
	for _, k := range []string{"id", "user_id", "client_id"} {
		if id := str(o, k); id != "" {
			last := "2"
			if strings.HasSuffix(id, last) {
				last = "3"
			}
			o[k] = id[:len(id)-1] + last
		}
	}
}
