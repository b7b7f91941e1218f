package emulator

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/proxy"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// Options says how an emulator is started. The zero value suits tests.
type Options struct {
	// Addr is where the proxy listens; "127.0.0.1:0" when empty.
	Addr string
	// DirectAddr is where the direct HTTPS listener listens; "127.0.0.1:0" when empty.
	DirectAddr string
	// Direct names the tenant that the direct listener serves; "localhost:<port>" when empty. A client that uses the listener's
	// address as the tenant's domain gets tokens for the named tenant's Management API.
	Direct string
	// AllowPublic lets the emulator listen on addresses that other machines can reach. Without it, Start refuses them:
	// whoever reaches the emulator can get tokens, and with PassThrough use it as a proxy into the network.
	AllowPublic bool
	// Advertise is the host by which clients reach the proxy and the control endpoint; the listener's address when empty,
	// and 127.0.0.1 if it listens on all addresses.
	Advertise string
	// ControlToken is what the control endpoint asks for; a random one when empty.
	ControlToken string
	// Hosts are further host names to answer for, in addition to *.auth0.com.
	Hosts []string
	// PassThrough lets the proxy tunnel every other host to the network. By default such a host is
	// refused with 403, so that a misspelt domain is not swallowed.
	PassThrough bool
	// Behavior is what every new tenant starts with. The zero value is the strict reading of everything.
	Behavior Behavior
}

// Emulator is a set of in-memory Auth0 tenants behind one HTTPS proxy.
type Emulator struct {
	opts Options

	// Of an emulator that listens.
	ca            *proxy.Authority
	proxy, direct net.Listener
	server        *proxy.Server

	// named tells that Options.Direct was given.
	named bool

	mu         sync.Mutex
	hosts      map[string]*Tenant // every name a tenant answers for, custom domains included
	tenants    []*Tenant          // oldest first
	transports []*http.Transport
	closed     bool
}

// Start makes a CA, listens and serves until Close.
//
// The proxy answers itself for every *.auth0.com host (port 443), each a tenant of its own that exists from
// the first contact on, for Options.Hosts, and for every tenant created by Tenant. It also answers plain requests
// for /emulator/…, the control endpoint. The direct listener serves one tenant as https://localhost:<port>.
func Start(o Options) (*Emulator, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.DirectAddr == "" {
		o.DirectAddr = "127.0.0.1:0"
	}
	for _, addr := range []string{o.Addr, o.DirectAddr} {
		if !o.AllowPublic && !isLoopback(addr) {
			return nil, fmt.Errorf("emulator: %s may be reached by other machines, which has to be allowed explicitly; "+
				"127.0.0.1 and localhost need no permission", addr)
		}
	}
	e, err := create(o)
	if err != nil {
		return nil, err
	}
	if e.opts.ControlToken == "" {
		e.opts.ControlToken = randomID("", 32)
	}
	if e.ca, err = proxy.NewAuthority(); err != nil {
		return nil, fmt.Errorf("emulator: create the CA: %w", err)
	}
	if e.proxy, err = listen(o.Addr); err != nil {
		return nil, fmt.Errorf("emulator: listen as a proxy: %w", err)
	}
	if e.direct, err = listen(o.DirectAddr); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: listen directly: %w", err), e.proxy.Close())
	}
	if e.opts.Direct == "" {
		e.opts.Direct = directName(e.direct.Addr())
	}
	e.addTenants()
	e.server = proxy.Serve(proxy.Options{
		Authority: e.ca, Proxy: e.proxy, Direct: e.direct, PassThrough: o.PassThrough,
		Answers:  func(host string) bool { _, ok := e.answersFor(host); return ok },
		Tunneled: http.HandlerFunc(e.serveTunneled), Straight: http.HandlerFunc(e.serveDirect), Plain: http.HandlerFunc(e.servePlain),
	})
	return e, nil
}

// New returns an emulator that listens nowhere: only Transport reaches it, without a network. It needs no Close, and
// works in virtual time if it is created inside of synctest.Test. Options about addresses have no effect.
func New(o Options) (*Emulator, error) {
	e, err := create(o)
	if err != nil {
		return nil, err
	}
	if e.opts.Direct == "" {
		e.opts.Direct = "localhost"
	}
	e.addTenants()
	return e, nil
}

func create(o Options) (*Emulator, error) {
	if err := o.Behavior.validate(); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	return &Emulator{opts: o, named: o.Direct != "", hosts: map[string]*Tenant{}}, nil
}

// addTenants creates the tenants that the options name.
func (e *Emulator) addTenants() {
	e.opts.Direct = hostName(e.opts.Direct)
	for _, h := range append([]string{e.opts.Direct}, e.opts.Hosts...) {
		e.Tenant(h)
	}
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return true // net.Listen says what is wrong
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func listen(addr string) (net.Listener, error) {
	return net.Listen("tcp", addr) //nolint:noctx // it ends with Close, not with whoever started it
}

// directName is how a client names the direct listener. The certificate's name matters: localhost for a loopback address.
func directName(a net.Addr) string {
	host, port, _ := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() || ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// ProxyURL is what a client sets as HTTPS_PROXY; empty if the emulator listens nowhere.
func (e *Emulator) ProxyURL() string {
	if e.proxy == nil {
		return ""
	}
	return "http://" + e.proxyHost()
}

// ControlURL is the root of the control endpoint, with its token as the password of Basic authentication.
func (e *Emulator) ControlURL() string {
	u := url.URL{Scheme: "http", User: url.UserPassword("emulator", e.opts.ControlToken), Host: e.proxyHost(), Path: controlPrefix}
	return u.String()
}

// ControlToken is what the control endpoint asks for, as a bearer token or as the password of Basic authentication.
func (e *Emulator) ControlToken() string { return e.opts.ControlToken }

// proxyHost is the address by which clients reach the proxy.
func (e *Emulator) proxyHost() string {
	if e.proxy == nil {
		return ""
	}
	host, port, _ := net.SplitHostPort(e.proxy.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if e.opts.Advertise != "" {
		host = e.opts.Advertise
	}
	return net.JoinHostPort(host, port)
}

// DirectURL reaches the direct tenant without a proxy.
func (e *Emulator) DirectURL() string {
	if e.direct == nil {
		return "https://" + e.opts.Direct
	}
	return "https://" + directName(e.direct.Addr())
}

// CACertPEM is the certificate that clients must trust; empty if the emulator listens nowhere.
func (e *Emulator) CACertPEM() []byte {
	if e.ca == nil {
		return nil
	}
	return e.ca.PEM()
}

// Transport reaches every host of this emulator: through its proxy, whose CA it trusts, or, if the emulator listens
// nowhere, by calling it.
func (e *Emulator) Transport() http.RoundTripper {
	if e.proxy == nil {
		return inProcess{e}
	}
	t := &http.Transport{
		Proxy:               http.ProxyURL(&url.URL{Scheme: "http", Host: e.proxy.Addr().String()}),
		TLSClientConfig:     &tls.Config{RootCAs: e.ca.Pool(), MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 100,
	}
	e.mu.Lock()
	e.transports = append(e.transports, t)
	e.mu.Unlock()
	return t
}

// Tenant returns the tenant of a host name. It is created on first use, with the default database
// "Username-Password-Authentication"; from then on the proxy answers for the name.
func (e *Emulator) Tenant(host string) *Tenant {
	name := hostName(host)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tenant(name)
}

// Tenants returns all tenants, oldest first.
func (e *Emulator) Tenants() []*Tenant {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]*Tenant(nil), e.tenants...)
}

func (e *Emulator) tenant(name string) *Tenant {
	if t, ok := e.hosts[name]; ok {
		return t
	}
	t := newTenant(e, name, len(e.tenants), e.opts.Behavior)
	e.hosts[name] = t
	e.tenants = append(e.tenants, t)
	return t
}

// answersFor finds the tenant of a name that a client asked for: a known one, or any *.auth0.com host.
func (e *Emulator) answersFor(name string) (*Tenant, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t, ok := e.hosts[name]; ok {
		return t, true
	}
	label, ok := strings.CutSuffix(name, ".auth0.com")
	if !ok || !schema.IsHostname(name) || label == "" {
		return nil, false
	}
	return e.tenant(name), true
}

// addAlias lets a custom domain lead to its tenant. A name that is taken already stays with its owner.
func (e *Emulator) addAlias(host string, t *Tenant) {
	name := hostName(host)
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, taken := e.hosts[name]; !taken {
		e.hosts[name] = t
	}
}

// Close stops everything and cuts open connections.
func (e *Emulator) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	transports := e.transports
	e.mu.Unlock()

	if e.server == nil {
		return nil
	}
	err := e.server.Close()
	for _, t := range transports {
		t.CloseIdleConnections()
	}
	return err
}

// hostName brings a host to the form it is looked up by: lower case, without the default port.
func hostName(host string) string {
	host = strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(host)), "https://"), "/")
	return strings.TrimSuffix(host, ":443")
}

// servePlain answers requests to the proxy itself.
func (e *Emulator) servePlain(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == controlPrefix || strings.HasPrefix(r.URL.Path, controlPrefix+"/") {
		e.serveControl(w, r)
		return
	}
	http.Error(w, "This is an HTTPS proxy that answers for Auth0 tenants. Set it as HTTPS_PROXY; its control endpoint is "+
		controlPrefix+".", http.StatusNotFound)
}

func (e *Emulator) serveTunneled(w http.ResponseWriter, r *http.Request) {
	if t, ok := e.answersFor(hostName(r.Host)); ok {
		t.serve(w, r, hostName(r.Host))
		return
	}
	http.Error(w, "Misdirected Request", http.StatusMisdirectedRequest)
}

// serveDirect serves the tenant that the client names, if it names one (curl --connect-to), else the direct one.
func (e *Emulator) serveDirect(w http.ResponseWriter, r *http.Request) {
	name := hostName(r.Host)
	if bare, _, err := net.SplitHostPort(name); err == nil && strings.HasSuffix(bare, ".auth0.com") {
		name = bare
	}
	t, ok := e.answersFor(name)
	if !ok {
		name = e.opts.Direct
		t = e.Tenant(name)
	}
	t.serve(w, r, name)
}
