package emulator

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// controlPrefix is where the control endpoint lives, on the proxy's listener. It speaks plain HTTP and JSON:
//
//	GET    /emulator                                  addresses, tenants, and this list
//	GET    /emulator/ca                               the CA certificate (PEM)
//	POST   /emulator/seed[?tenant=…]                  a Seed, or an array of them
//	GET    /emulator/store[?tenant=…]                 what the tenant holds, secrets included, as a Seed
//	POST   /emulator/checkpoint[?tenant=…]            what the tenant holds now is what reset brings back
//	POST   /emulator/reset[?tenant=…]                 back to the checkpoint, without requests and faults
//	GET    /emulator/requests[?tenant=…]              the request log; DELETE forgets it
//	POST   /emulator/faults[?tenant=…][&seed=…]       a Fault, or an array; GET lists, DELETE disarms
//	GET    /emulator/faults/kinds                     the ready-made faults
//	POST   /emulator/chaos?seed=…[&tenant=…]          random faults on every request
//	GET    /emulator/behavior[?tenant=…]             every switch; POST changes those that are named
//	POST   /emulator/plan?name=…[&tenant=…]           the rate limits of a plan
//	POST   /emulator/tokens/expire[?tenant=…]         every token given out so far expires
//	POST   /emulator/vault/refresh?id=…[&tenant=…]    Auth0 renews the token of a vault connection
//	DELETE /emulator/users?id=…[&tenant=…]            another client deletes a user
//
// Every request but the one for the CA needs the token of the emulator, as a bearer token or as the password of Basic
// authentication. A page in a browser cannot use the endpoint: a foreign Origin is refused, and so is a Host that is
// neither an address, localhost nor Options.Advertise.
//
// Without tenant, the request is about Options.Direct, or, if that is not set, about the first tenant that was created
// after the start.
const controlPrefix = "/emulator"

type requestJSON struct {
	Time         time.Time           `json:"time"`
	Host         string              `json:"host"`
	Method       string              `json:"method"`
	Path         string              `json:"path"`
	RawPath      string              `json:"raw_path"`
	Query        map[string][]string `json:"query,omitempty"`
	ClientID     string              `json:"client_id,omitempty"`
	Status       int                 `json:"status"`
	Fault        string              `json:"fault,omitempty"`
	Header       http.Header         `json:"header"`
	RequestBody  string              `json:"request_body,omitempty"`
	ResponseBody string              `json:"response_body,omitempty"`
	Duration     time.Duration       `json:"duration"`
}

// checkControl refuses requests to the control endpoint from pages in browsers, and those without the token.
func (e *Emulator) checkControl(r *http.Request) (status int, err error) {
	host := r.Host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		host = bare
	}
	if net.ParseIP(strings.Trim(host, "[]")) == nil && host != "localhost" && !strings.EqualFold(host, e.opts.Advertise) {
		return http.StatusForbidden, fmt.Errorf("the control endpoint does not answer for the host %q", host)
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return http.StatusForbidden, fmt.Errorf("the control endpoint does not answer requests from %q", origin)
	}
	if r.URL.Path == controlPrefix+"/ca" {
		return 0, nil
	}
	_, token, basic := r.BasicAuth()
	if !basic {
		token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(e.opts.ControlToken)) != 1 {
		return http.StatusUnauthorized, errors.New("the control endpoint needs its token, which is printed at the start: " +
			"send it as \"Authorization: Bearer …\", or use the address in EMULATOR, which contains it")
	}
	return 0, nil
}

func (e *Emulator) serveControl(w http.ResponseWriter, r *http.Request) {
	if status, err := e.checkControl(r); err != nil {
		w.Header().Set("WWW-Authenticate", `Basic realm="emulator"`)
		writeControl(w, status, map[string]string{"error": err.Error()})
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		writeControl(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	t, err := e.controlled(r.URL.Query().Get("tenant"))
	if err != nil {
		writeControl(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		return
	}
	what := strings.Trim(strings.TrimPrefix(r.URL.Path, controlPrefix), "/")
	if what == "ca" && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(e.CACertPEM())
		return
	}
	action, ok := controls[r.Method+" "+what]
	if !ok {
		writeControl(w, http.StatusNotFound, map[string]string{"error": "no " + r.Method + " " + r.URL.Path + "; see GET " + controlPrefix})
		return
	}
	answer, err := action(e, t, r, body)
	if err != nil {
		writeControl(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	writeControl(w, http.StatusOK, answer)
}

func writeControl(w http.ResponseWriter, status int, v any) {
	raw, err := encode(v)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(strconv.Quote(err.Error()))
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// controlled finds the tenant that a control request means.
func (e *Emulator) controlled(name string) (*Tenant, error) {
	if name != "" {
		if t, ok := e.answersFor(hostName(name)); ok {
			return t, nil
		}
		return nil, fmt.Errorf("no tenant %s", name)
	}
	all := e.Tenants()
	if e.named {
		return all[0], nil
	}
	return all[min(1, len(all)-1)], nil
}

type control func(e *Emulator, t *Tenant, r *http.Request, body []byte) (any, error)

var done = map[string]bool{"ok": true}

// controls are what the endpoint can do, by method and path.
var controls map[string]control

func init() {
	controls = map[string]control{
		"GET ":      listControls,
		"POST seed": postSeed,
		"GET store": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) { return t.store(), nil },
		"POST checkpoint": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
			t.Checkpoint()
			return done, nil
		},
		"POST reset": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
			t.Reset()
			return done, nil
		},
		"GET requests": getRequests,
		"DELETE requests": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
			t.ForgetRequests()
			return done, nil
		},
		"POST faults":      postFaults,
		"GET faults/kinds": func(_ *Emulator, _ *Tenant, _ *http.Request, _ []byte) (any, error) { return FaultKinds(), nil },
		"POST chaos":       postChaos,
		"GET faults":       func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) { return t.Faults(), nil },
		"DELETE faults": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
			t.ForgetFaults()
			return done, nil
		},
		"GET behavior":  func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) { return t.Behavior(), nil },
		"POST behavior": postBehavior,
		"POST plan":     postPlan,
		"POST tokens/expire": func(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
			t.ExpireTokens()
			return done, nil
		},
		"POST vault/refresh": postVaultRefresh,
		"DELETE users": func(_ *Emulator, t *Tenant, r *http.Request, _ []byte) (any, error) {
			t.DeleteUser(r.URL.Query().Get("id"))
			return done, nil
		},
	}
}

// listControls lists the tenants and the controls.
func listControls(e *Emulator, _ *Tenant, _ *http.Request, _ []byte) (any, error) {
	var names, known []string
	for _, t := range e.Tenants() {
		names = append(names, t.Domain())
	}
	for c := range controls {
		method, path, _ := strings.Cut(c, " ")
		known = append(known, strings.TrimSuffix(method+" "+controlPrefix+"/"+path, "/"))
	}
	known = append(known, "GET "+controlPrefix+"/ca")
	slices.Sort(known)
	return map[string]any{"proxy": e.ProxyURL(), "direct": e.DirectURL(), "tenants": names, "controls": known}, nil
}

// postSeed fills tenants.
func postSeed(e *Emulator, t *Tenant, _ *http.Request, body []byte) (any, error) {
	seeds, err := ReadSeeds(strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	for _, s := range seeds {
		to := t
		if s.Tenant != "" {
			to = e.Tenant(s.Tenant)
		}
		if err := to.Seed(s); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// getRequests lists the requests that a tenant has received.
func getRequests(_ *Emulator, t *Tenant, _ *http.Request, _ []byte) (any, error) {
	list := []requestJSON{}
	for _, q := range t.Requests() {
		list = append(list, requestJSON{q.Time, q.Host, q.Method, q.Path, q.RawPath, q.Query, q.ClientID, q.Status,
			q.Fault, q.Header, string(q.RequestBody), string(q.ResponseBody), q.Duration})
	}
	return list, nil
}

// postFaults adds a fault, or several.
func postFaults(_ *Emulator, t *Tenant, r *http.Request, body []byte) (any, error) {
	var many []Fault
	if err := decode(body, &many); err != nil {
		var one Fault
		if err := decode(body, &one); err != nil {
			return nil, err
		}
		many = []Fault{one}
	}
	if r.URL.Query().Has("seed") {
		seed, err := seedOf(r)
		if err != nil {
			return nil, err
		}
		t.SeedFaults(seed)
	}
	for _, f := range many {
		if err := t.fail(f); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// postBehavior changes switches.
func postBehavior(_ *Emulator, t *Tenant, _ *http.Request, body []byte) (any, error) {
	var switches map[string]any
	if err := json.Unmarshal(body, &switches); err != nil {
		return nil, err
	}
	if err := t.Set(switches); err != nil {
		return nil, err
	}
	return t.Behavior(), nil
}

// postVaultRefresh refreshes the token of a vault connection.
func postVaultRefresh(_ *Emulator, t *Tenant, r *http.Request, _ []byte) (any, error) {
	id := r.URL.Query().Get("id")
	t.mu.Lock()
	known := t.vaultConnection(id) != nil
	t.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("no vault connection %q", id)
	}
	t.RefreshVaultToken(id)
	return done, nil
}

// postChaos adds random faults.
func postChaos(_ *Emulator, t *Tenant, r *http.Request, _ []byte) (any, error) {
	seed, err := seedOf(r)
	if err != nil {
		return nil, err
	}
	t.Chaos(seed)
	return t.Faults(), nil
}

// postPlan sets the limits of a plan of Auth0.
func postPlan(_ *Emulator, t *Tenant, r *http.Request, _ []byte) (any, error) {
	limits, err := Plan(r.URL.Query().Get("name"))
	if err != nil {
		return nil, err
	}
	t.Configure(func(b *Behavior) { b.Limits = limits })
	return limits, nil
}

// seedOf is the seed of random faults that a request names.
func seedOf(r *http.Request) (uint64, error) {
	seed, err := strconv.ParseUint(r.URL.Query().Get("seed"), 10, 64)
	if err != nil {
		return 0, errors.New("seed is not a whole number")
	}
	return seed, nil
}

// store is the content of the tenant, as a seed that makes the same one.
func (t *Tenant) store() Seed {
	s := Seed{
		Tenant: t.domain, VaultConnections: t.VaultConnections(), Flows: t.Flows(), Users: t.Users(), Grants: t.Grants(),
	}
	for _, c := range t.Clients() {
		s.Clients = append(s.Clients, SeedClient{Client: c})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range t.databases {
		s.Databases = append(s.Databases, *d)
	}
	for _, r := range t.roles {
		s.Roles = append(s.Roles, *r)
	}
	s.EmailProvider = clonePointer(t.emailProvider)
	for _, p := range t.phoneProviders {
		s.PhoneProviders = append(s.PhoneProviders, *p)
	}
	for _, a := range t.apis {
		s.APIs = append(s.APIs, *a)
	}
	return s
}
