package proxy

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// start serves "known.example.com" and returns a client that goes through the proxy.
func start(t *testing.T, passThrough bool) (*http.Client, *Authority, Options) {
	t.Helper()
	ca, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Authority: ca, PassThrough: passThrough,
		Answers: func(host string) bool { return host == "known.example.com" },
		Tunneled: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/reset" {
				ResetConnection(r.Context())
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, "tunneled "+r.Host)
		}),
		Straight: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "straight") }),
		Plain:    http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "plain") }),
	}
	for _, l := range []*net.Listener{&o.Proxy, &o.Direct} {
		if *l, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	s := Serve(o)
	address := &url.URL{Scheme: "http", Host: o.Proxy.Addr().String()}
	transport := &http.Transport{Proxy: http.ProxyURL(address), TLSClientConfig: &tls.Config{RootCAs: ca.Pool()}, ForceAttemptHTTP2: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}, ca, o
}

func TestServer(t *testing.T) {
	client, ca, o := start(t, false)
	get := func(client *http.Client, address string) string {
		resp, err := client.Get(address)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err.Error()
		}
		return string(body)
	}
	direct := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.Pool()}}}
	_, port, _ := net.SplitHostPort(o.Direct.Addr().String())
	for name, c := range map[string]struct {
		client        *http.Client
		address, want string
	}{
		"a host that it answers for": {client, "https://known.example.com/", "tunneled known.example.com"},
		"another host":               {client, "https://other.example.com/", "Forbidden"},
		"another port":               {client, "https://known.example.com:8443/", "Forbidden"},
		"plain HTTP":                 {client, "http://known.example.com/", "answers over https only"},
		"the proxy itself":           {direct, "http://" + o.Proxy.Addr().String() + "/", "plain"},
		"without the proxy":          {direct, "https://localhost:" + port + "/", "straight"},
		"by address":                 {direct, "https://127.0.0.1:" + port + "/", "straight"},
		"a reset connection":         {client, "https://known.example.com/reset", "reset"},
	} {
		if got := get(c.client, c.address); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	direct.CloseIdleConnections()
}

// TestPassThrough is with a client that does not wait for the tunnel.
func TestPassThrough(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "real") }))
	defer target.Close()
	_, _, o := start(t, true)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", o.Proxy.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	host := strings.TrimPrefix(target.URL, "http://")
	if _, err := io.WriteString(conn, "CONNECT "+host+" HTTP/1.1\r\nHost: "+host+"\r\n\r\nGET / HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil || !strings.HasSuffix(string(all), "real") {
		t.Errorf("%s %v", all, err)
	}
}
