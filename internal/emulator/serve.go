package emulator

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxBody is the size of the largest request body.
	maxBody = 1 << 20
	// maxURI is the length of the longest path with query.
	maxURI = 8192
)

// call is one request on its way through an operation.
type call struct {
	*Request
	tenant *Tenant
	host   string // the tenant's domain, or one of its custom domains
	asked  string // the host that the client named: another one at the direct listener
	// rawQuery is the query string as it was sent.
	rawQuery string
	params   map[string]string // of the path
	token    accessToken
}

// serve answers one request to the tenant under one of its names, over the network.
func (t *Tenant) serve(w http.ResponseWriter, r *http.Request, host string) {
	t.answer(r, host).send(w, r)
}

// answer handles one request, with the faults that strike it, and logs it.
func (t *Tenant) answer(r *http.Request, host string) *delivery {
	start := time.Now()
	body, tooLarge := readBody(r)
	entry := Request{
		Time: start, Host: host, Method: r.Method, Path: r.URL.Path, RawPath: r.URL.EscapedPath(), Query: r.URL.Query(),
		Header: r.Header.Clone(), RequestBody: body, ClientID: t.clientOf(r, body),
	}

	t.mu.Lock()
	hook := t.hook
	t.mu.Unlock()
	if hook != nil {
		hook(entry)
	}

	t.mu.Lock()
	fault, struck := t.fault(entry.Method, entry.Path)
	pause := t.behavior.Latency.pause()
	noGzip := t.behavior.NoGzip
	t.mu.Unlock()
	sleep(r.Context(), fault.Delay)
	sleep(r.Context(), pause)

	answer, raw := (*response)(nil), []byte(nil)
	if !struck || !fault.replaces() {
		c := &call{Request: &entry, tenant: t, host: host, asked: hostName(r.Host), rawQuery: r.URL.RawQuery}
		if fault.Endless {
			first := *c.Request
			first.Query = withoutPage(entry.Query)
			c.Request = &first
		}
		t.mu.Lock()
		answer = t.handle(c, tooLarge)
		t.mu.Unlock()
		answer, raw = answer.encode()
	}
	d := &delivery{}
	if struck {
		entry.Fault = fault.name()
		answer, raw = fault.distort(answer, raw, entry.Query)
		d.drop, d.reset, d.hang, d.trickle = fault.Drop, fault.Reset, fault.Hang, fault.Trickle
		d.partial = fault.Drop && fault.Truncate
	}
	if !d.silent() {
		d.status, d.header, d.body = answer.status, answer.headers(), raw
		entry.Status, entry.ResponseBody = d.status, raw
		if len(raw) > maxBody && struck { // the log need not hold a body that is huge on purpose
			entry.ResponseBody = bytes.Clone(raw[:maxBody])
		}
		if !struck && !noGzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			d.compress()
		}
	}
	entry.Duration = time.Since(start)
	t.mu.Lock()
	t.requests = append(t.requests, entry)
	t.mu.Unlock()
	return d
}

// withoutPage is a query for the first page of a list.
func withoutPage(q url.Values) url.Values {
	first := maps.Clone(q)
	first.Del("page")
	first.Del("from")
	return first
}

func readBody(r *http.Request) (body []byte, tooLarge bool) {
	if r.Body == nil {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, false
	}
	if len(body) > maxBody {
		return body[:maxBody], true
	}
	return body, false
}

// handle finds the operation and runs it: rate limit, path, token, scope, then the operation itself. The
// tenant's lock is held.
func (t *Tenant) handle(c *call, tooLarge bool) *response {
	header, ok := http.Header(nil), true
	if strings.HasPrefix(c.Path, "/api/") || strings.HasPrefix(c.Path, "/oauth/") {
		header, ok = t.limiter.Take(c.Method, c.Path, time.Now())
	}
	answer := (*response)(nil)
	switch {
	case !ok && strings.HasPrefix(c.Path, "/api/"):
		answer = (&apiError{status: 429, code: "too_many_requests", message: "Global limit has been reached"}).response()
	case !ok:
		answer = oauthError(429, "too_many_requests", "Rate limit exceeded. Please retry after some time.")
	default:
		answer = t.operate(c, tooLarge)
	}
	for k, vs := range header {
		if answer.header == nil {
			answer.header = http.Header{}
		}
		answer.header[k] = vs
	}
	return answer
}

func (t *Tenant) operate(c *call, tooLarge bool) *response {
	if len(c.RawPath)+1+len(c.rawQuery) > maxURI {
		return (&apiError{status: http.StatusRequestURITooLong, message: "Request-URI Too Large"}).response()
	}
	op, bad := t.route(c)
	if bad != nil {
		return bad.response()
	}
	if op.open != nil {
		return op.open(c)
	}
	if c.token, bad = t.authorize(c); bad != nil {
		return bad.response()
	}
	if !c.token.hasAny(op.scopes) {
		return insufficientScope(op.mark, op.scopes...).response()
	}
	if tooLarge {
		return (&apiError{
			status: http.StatusRequestEntityTooLarge, message: "Payload content length greater than maximum allowed: 1048576",
		}).response()
	}
	answer, bad := op.run(c)
	if bad != nil {
		return bad.response()
	}
	return answer
}

// operation is one method of one path.
type operation struct {
	method string
	path   string // segments in braces are parameters
	scopes []string
	mark   string // between "Insufficient scope" and "expected"
	run    func(*call) (*response, *apiError)
	open   func(*call) *response // needs no token
	parts  []string
}

// route finds the operation. The path is split before it is decoded, so that an id may contain a slash.
func (t *Tenant) route(c *call) (*operation, *apiError) {
	var segments []string
	for _, s := range strings.Split(c.RawPath, "/") {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return nil, badRequest("", "Bad Request")
		}
		segments = append(segments, decoded)
	}
	for i := range operations {
		op := &operations[i]
		if params, ok := match(op.parts, segments); ok && op.method == c.Method {
			c.params = params
			return op, nil
		}
	}
	return nil, notFound("", "Not Found") // also for a method that the path does not have
}

func match(parts, segments []string) (map[string]string, bool) {
	if len(parts) != len(segments) {
		return nil, false
	}
	var params map[string]string
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			if segments[i] == "" {
				return nil, false
			}
			if params == nil {
				params = map[string]string{}
			}
			params[strings.Trim(p, "{}")] = segments[i]
		} else if p != segments[i] {
			return nil, false
		}
	}
	return params, true
}

// operations are all that a tenant can do.
var operations []operation

func init() {
	operations = append(operations, tokenOperations...)
	operations = append(operations, vaultOperations...)
	operations = append(operations, userOperations...)
	operations = append(operations, relatedOperations...)
	operations = append(operations, accessOperations...)
	operations = append(operations, roleOperations...)
	operations = append(operations, connectionOperations...)
	operations = append(operations, notificationOperations...)
	operations = append(operations, clientOperations...)
	operations = append(operations, grantOperations...)
	operations = append(operations, apiOperations...)
	operations = append(operations, flowOperations...)
	for i := range operations {
		operations[i].parts = strings.Split(operations[i].path, "/")
	}
}
