package auth0

import (
	"net/http"
	"strings"
	"sync"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// Options are what all clients of a run have in common.
type Options struct {
	// Transport carries the requests; nil means one made from the environment
	// (HTTPS_PROXY, SSL_CERT_FILE) that trusts CACert as well.
	Transport http.RoundTripper
	// CACert is a PEM bundle that is trusted in addition to the system's.
	CACert []byte
	// UserAgent names the program to Auth0.
	UserAgent string
	// CustomDomain is sent as Auth0-Custom-Domain with every write of a user; empty sends none.
	CustomDomain string
	// Stats, if it is not nil, sums up what the tenants of the run were asked.
	Stats *Stats
	// RequestsPerSecond is the most that any one tenant is asked; 0 means as fast as its rate limit allows.
	RequestsPerSecond float64
	// Headroom is the share of a tenant's rate limit, from 0 to 0.9, that is left to its other clients.
	Headroom float64
}

// Pool holds the clients of one run and what they share. Its methods may be
// called at the same time.
type Pool struct {
	options Options
	// transport sends requests as they are. Redirects are not followed: an API does
	// not answer with them, and following one could send a secret to another host.
	transport http.RoundTripper

	mu      sync.Mutex
	tenants map[string]*tenant
	clients map[string]*Client
}

// tenant is what all clients of one tenant share.
type tenant struct {
	domain string
	pace   *transport.Pacer
	// api and tokenEndpoint are what is known of whether they answer.
	api, tokenEndpoint transport.Availability
	created            created
	names              keyedLock // of creates that are told apart by the name
	// pages of the lists that are read in pages
	connectionPages, userPages, applicationPages, grantPages pageSize
}

// NewPool returns an empty pool. It makes no request. The error says that
// CACert holds no certificate.
func NewPool(options Options) (*Pool, error) {
	base := options.Transport
	if base == nil {
		made, err := transport.NewBase(options.CACert)
		if err != nil {
			return nil, err
		}
		base = made
	}
	return &Pool{
		options:   options,
		transport: &transport.Log{Base: base},
		tenants:   map[string]*tenant{},
		clients:   map[string]*Client{},
	}, nil
}

// Client returns the client for these credentials: always the same one for the
// same credentials. No request is made before the first call of the client.
func (p *Pool) Client(credentials Credentials) *Client {
	key := credentials.key()
	p.mu.Lock()
	defer p.mu.Unlock()
	if client, ok := p.clients[key]; ok {
		return client
	}
	domain := strings.ToLower(credentials.Domain)
	t, ok := p.tenants[domain]
	if !ok {
		t = &tenant{domain: domain, pace: transport.NewPacer(domain, p.options.RequestsPerSecond, p.options.Headroom)}
		t.api.Probe = transport.Probe(p.transport, "https://"+credentials.Domain+"/api/v2/", p.options.UserAgent)
		p.tenants[domain] = t
		if p.options.Stats != nil {
			p.options.Stats.add(t.pace)
		}
	}
	client := newClient(p, t, credentials)
	p.clients[key] = client
	return client
}

// TakeSlowdowns returns how the run was held back by the rate limits of tenants. Each
// tenant is reported once: when it held the run back for more than ten seconds, and no
// request waits for it any longer.
func (p *Pool) TakeSlowdowns() []transport.Slowdown {
	p.mu.Lock()
	defer p.mu.Unlock()
	var slowdowns []transport.Slowdown
	for _, t := range p.tenants {
		if slowdown, ok := t.pace.TakeSlowdown(); ok {
			slowdowns = append(slowdowns, slowdown)
		}
	}
	return slowdowns
}

// Stats sums up what the tenants of all pools were asked that it was given to. It
// writes a line when a tenant was not asked anything for a moment; Flush is for the
// end of the program, which may come sooner.
type Stats struct {
	mu     sync.Mutex
	pacers []*transport.Pacer
}

func (s *Stats) add(p *transport.Pacer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pacers = append(s.pacers, p)
}

// Flush writes the lines that are due: one per tenant, at INFO.
func (s *Stats) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pacers {
		p.FlushStats()
	}
}
