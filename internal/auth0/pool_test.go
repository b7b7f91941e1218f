package auth0

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestCACert: the transport that is made without one given trusts the certificate
// besides the system's, through a proxy as well as directly.
func TestCACert(t *testing.T) {
	t.Parallel()
	e, err := startEmulator()
	if err != nil {
		t.Fatal(err)
	}
	_, client := newTenant(t)
	proxy, err := url.Parse(e.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		pem     []byte
		trusted bool
	}{
		"trusted":             {e.CACertPEM(), true},
		"not trusted":         {nil, false},
		"among others":        {append([]byte("# a comment\n"+otherCertificate), e.CACertPEM()...), true},
		"another certificate": {[]byte(otherCertificate), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := NewPool(Options{CACert: test.pem})
			if err != nil {
				t.Fatal(err)
			}
			transport := pool.http.Transport.(*http.Transport)
			transport.Proxy = http.ProxyURL(proxy) // as HTTPS_PROXY, which Go reads once per process
			t.Cleanup(transport.CloseIdleConnections)
			_, err = pool.Client(client.credentials).GetUser(t.Context(), "auth0|nobody")
			var unreachable *UnreachableError
			if test.trusted && !IsNotFound(err) || !test.trusted && (!errors.As(err, &unreachable) || !isCertificateError(err)) {
				t.Errorf("got %v", err)
			}
		})
	}
	for _, pem := range []string{"no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ourKey().public} {
		if _, err := NewPool(Options{CACert: []byte(pem)}); err == nil {
			t.Errorf("%.40q was taken for certificates", pem)
		}
	}
}

// TestTransport: it is the environment's, keeps as many connections as Terraform
// works on, and speaks HTTP/2.
func TestTransport(t *testing.T) {
	t.Parallel()
	e, err := startEmulator()
	if err != nil {
		t.Fatal(err)
	}
	for _, pem := range [][]byte{nil, e.CACertPEM()} {
		made, err := newTransport(pem)
		if err != nil {
			t.Fatal(err)
		}
		transport := made.(*http.Transport)
		if transport.Proxy == nil || transport.MaxIdleConnsPerHost < 10 || !transport.ForceAttemptHTTP2 || transport.TLSHandshakeTimeout == 0 {
			t.Errorf("got %+v", transport)
		}
	}
}

// TestOwnCapIsPerTenant: requests_per_second holds for each tenant by itself, and
// for all clients of a tenant together.
func TestOwnCapIsPerTenant(t *testing.T) {
	t.Parallel()
	tenant, first := newTenant(t)
	_, elsewhere := newTenant(t)
	app := tenant.AddClient(emulator.Client{})
	tenant.Grant(app.ID, "read:users")
	pool := newPool(t, func(o *Options) { o.RequestsPerSecond = 5 })
	clients := []*Client{
		pool.Client(first.credentials), pool.Client(Credentials{Domain: tenant.Domain(), ClientID: app.ID, ClientSecret: app.Secret}),
	}
	other := pool.Client(elsewhere.credentials)
	for _, c := range append(clients, other) {
		if _, err := c.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	started := time.Now()
	for i := range 4 {
		if _, err := clients[i%2].GetUser(t.Context(), "auth0|nobody"); !IsNotFound(err) {
			t.Error(err)
		}
	}
	if took := time.Since(started); took < 550*time.Millisecond {
		t.Errorf("four requests of two clients took %v at five a second", took)
	}
}

// otherCertificate signs nothing.
const otherCertificate = `-----BEGIN CERTIFICATE-----
MIIBRTCB66ADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBk5vYm9keTAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGTm9i
b2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbpkBD1wxNPqXYKUhg2Ah/TQh
CdJhS01udAzglCyqbtslX48gCL/5bh8YrPZVZReNEk5A7O38jR0a++O1Vb3MoaMy
MDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUkjks0fqt4EDO2v7b/P4yBiLD
yS8wCgYIKoZIzj0EAwIDSQAwRgIhAK7x2Sd9ZNop40boxivyaFPSMbBkLtUGrcqA
rdm3fRXtAiEAivrFBxk4gQgY8urZwFli8w51kqc0Gd8HzHkvAmJCbzA=
-----END CERTIFICATE-----
`
