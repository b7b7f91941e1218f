package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// connectTimeout bounds a connection and its TLS handshake: a host that cannot be
// connected to is given up sooner than one that is slow.
const connectTimeout = 8 * time.Second

// NewBase returns the transport that sends requests: one made from the environment
// (HTTPS_PROXY, SSL_CERT_FILE) that trusts a PEM bundle in addition to the system's. The
// error says that the bundle holds no certificate.
func NewBase(caCert []byte) (*http.Transport, error) {
	base := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	// Terraform works on ten resources at a time: keep as many connections.
	base.MaxIdleConnsPerHost = 16
	base.DialContext = (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext
	base.TLSHandshakeTimeout = connectTimeout
	base.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &ProxyError{Proxy: proxy.Host, Status: resp.StatusCode}
	}
	if len(caCert) == 0 {
		return base, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(caCert) {
		return nil, errors.New("no PEM certificate found")
	}
	base.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return base, nil
}
