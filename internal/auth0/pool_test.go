package auth0

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestCACert: the transport that is made without one given trusts the certificate
// in addition to the system's, through a proxy as well as directly.
func TestCACert(t *testing.T) {
	t.Parallel()
	e, err := startEmulator()
	if err != nil {
		t.Fatal(err)
	}
	_, client := newTenantOf(t, e, "certificates.eu.auth0.com")
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
			base := pool.transport.(*transport.Log).Base.(*http.Transport)
			base.Proxy = http.ProxyURL(proxy) // as HTTPS_PROXY, which Go reads once per process
			t.Cleanup(base.CloseIdleConnections)
			_, err = pool.Client(client.credentials).GetUser(t.Context(), "auth0|nobody")
			var unreachable *UnreachableError
			if test.trusted && !IsNotFound(err) || !test.trusted && (!errors.As(err, &unreachable) || !transport.IsCertificateError(err)) {
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
		base, err := transport.NewBase(pem)
		if err != nil {
			t.Fatal(err)
		}
		if base.Proxy == nil || base.MaxIdleConnsPerHost < 10 || !base.ForceAttemptHTTP2 || base.TLSHandshakeTimeout == 0 {
			t.Errorf("got %+v", base)
		}
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

// TestTakeSlowdowns: a tenant that held the run back for more than ten seconds is
// reported once.
func TestTakeSlowdowns(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		tenant.Configure(func(b *emulator.Behavior) { b.Limits.Management = emulator.Bucket{Burst: 10, Sustained: 2} })
		read := func(times int) {
			for range times {
				together(10, func() error { _, err := client.GetUser(t.Context(), "auth0|nobody"); return err })
			}
		}
		read(2)
		if got := client.pool.TakeSlowdowns(); len(got) != 0 {
			t.Errorf("reported after a few seconds: %+v", got)
		}
		read(4)
		got := client.pool.TakeSlowdowns()
		if len(got) != 1 || got[0].Tenant != tenant.Domain() || got[0].Limit != 10 || got[0].Requests != 60 ||
			got[0].PerSecond < 1.8 || got[0].PerSecond > 2.2 {
			t.Errorf("got %+v", got)
		}
		for _, r := range tenant.Requests() {
			if r.Status == http.StatusTooManyRequests {
				t.Error("a request was answered with 429")
			}
		}
		if got := client.pool.TakeSlowdowns(); len(got) != 0 {
			t.Errorf("reported twice: %+v", got)
		}
	})
}
