package auth0

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options are what all clients of a run have in common.
type Options struct {
	// Transport carries the requests; nil means one made from the environment
	// (HTTPS_PROXY, SSL_CERT_FILE) that trusts CACert as well.
	Transport http.RoundTripper
	// CACert is a PEM bundle that is trusted besides the system's.
	CACert []byte
	// UserAgent names the program to Auth0.
	UserAgent string
	// CustomDomain is sent as Auth0-Custom-Domain with every write of a user; empty sends none.
	CustomDomain string
	// RequestsPerSecond is the most that any one tenant is asked; 0 means as fast as its rate limit allows.
	RequestsPerSecond float64
	// Headroom is the share of a tenant's rate limit, from 0 to 0.9, that is left to its other clients.
	Headroom float64
}

// Pool holds the clients of one run and what they share. Its methods may be
// called at the same time.
type Pool struct {
	options Options
	http    *http.Client

	mu      sync.Mutex
	tenants map[string]*tenant
	clients map[string]*Client
}

// tenant is what all clients of one tenant share.
type tenant struct {
	domain string
	pace   *pacer
	// api and tokenEndpoint are what is known of whether they answer.
	api, tokenEndpoint availability
	created            created
	names              keyedLock // of creates that are told apart by the name
	// pages of the lists that are read in pages
	connectionPages, userPages, applicationPages, grantPages pageSize
}

// NewPool returns an empty pool. It makes no request. The error says that
// CACert holds no certificate.
func NewPool(options Options) (*Pool, error) {
	transport := options.Transport
	if transport == nil {
		made, err := newTransport(options.CACert)
		if err != nil {
			return nil, err
		}
		transport = made
	}
	return &Pool{
		options: options,
		// A redirect is no answer of an API: following one could carry a secret elsewhere.
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		tenants: map[string]*tenant{},
		clients: map[string]*Client{},
	}, nil
}

func newTransport(caCert []byte) (http.RoundTripper, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	// Terraform works on ten resources at a time: keep as many connections.
	transport.MaxIdleConnsPerHost = 16
	// A host that cannot be connected to is given up sooner than one that is slow.
	transport.DialContext = (&net.Dialer{Timeout: 8 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	transport.TLSHandshakeTimeout = 8 * time.Second
	transport.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &proxyError{host: proxy.Host, status: resp.StatusCode}
	}
	if len(caCert) == 0 {
		return transport, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(caCert) {
		return nil, fmt.Errorf("no PEM certificate found")
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return transport, nil
}

// proxyError means that a proxy does not connect to the tenant: no request has left.
type proxyError struct {
	host   string
	status int
}

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy %s does not connect to it: %d %s", e.host, e.status, http.StatusText(e.status))
}

// probe asks a tenant's API for nothing in particular, without a token. Whatever it
// answers, it is there.
func (p *Pool) probe(ctx context.Context, domain string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, "https://"+domain+"/api/v2/", http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", p.options.UserAgent)
	var unshared availability
	_, err = roundTrip(p.http.Transport, req, responseLimits{response: probeTimeout, whole: probeTimeout, body: maxErrorBody}, &unshared)
	if isPartial(err) {
		return nil
	}
	return err
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
		t = &tenant{domain: domain, pace: newPacer(domain, p.options.RequestsPerSecond, p.options.Headroom)}
		t.api.probe = func(ctx context.Context) error { return p.probe(ctx, credentials.Domain) }
		p.tenants[domain] = t
	}
	client := newClient(p, t, credentials)
	p.clients[key] = client
	return client
}
