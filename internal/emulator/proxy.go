package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// serve starts the three servers: the proxy, the TLS server behind its tunnels, and the direct listener.
func (e *Emulator) serve() {
	quiet := log.New(io.Discard, "", 0)
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: e.certificate}
	e.tunnels = newTunnelListener(e.proxy.Addr())

	e.proxySrv = &http.Server{Handler: http.HandlerFunc(e.serveProxy), ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
	e.tlsSrv = &http.Server{Handler: http.HandlerFunc(e.serveTunnelled), ErrorLog: quiet, TLSConfig: tlsConfig.Clone(), ReadHeaderTimeout: time.Minute, ConnContext: keepConnection}
	e.dirSrv = &http.Server{Handler: http.HandlerFunc(e.serveDirect), ErrorLog: quiet, TLSConfig: tlsConfig.Clone(), ReadHeaderTimeout: time.Minute, ConnContext: keepConnection}

	e.run(func() error { return e.proxySrv.Serve(e.proxy) })
	e.run(func() error { return e.tlsSrv.ServeTLS(e.tunnels, "", "") })
	e.run(func() error { return e.dirSrv.ServeTLS(e.direct, "", "") })
}

func (e *Emulator) run(f func() error) {
	e.running.Go(func() { _ = f() }) // ends with http.ErrServerClosed
}

// certificate signs for whatever name the client asks: a client that does not expect it will refuse by itself.
func (e *Emulator) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if name == "" {
		name = "localhost" // clients send no name for an IP address; this certificate covers the loopback ones
	}
	return e.ca.leaf(strings.ToLower(name))
}

func (e *Emulator) serveProxy(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		e.connect(w, r)
	case r.URL.IsAbs():
		http.Error(w, "The emulator answers over https only; it does not forward "+r.URL.Scheme+" requests.", http.StatusForbidden)
	case r.URL.Path == controlPrefix || strings.HasPrefix(r.URL.Path, controlPrefix+"/"):
		e.serveControl(w, r)
	default:
		http.Error(w, "This is an HTTPS proxy that answers for Auth0 tenants. Set it as HTTPS_PROXY; its control endpoint is "+controlPrefix+".", http.StatusNotFound)
	}
}

// connect opens a tunnel that ends in this process, or refuses hosts that are no tenants.
func (e *Emulator) connect(w http.ResponseWriter, r *http.Request) {
	name := hostName(r.Host)
	if _, ok := e.answersFor(name); !ok {
		if e.opts.PassThrough {
			e.passThrough(w, r)
			return
		}
		http.Error(w, "The emulator has no tenant "+name+". It answers for *.auth0.com and for the hosts it was told about.", http.StatusForbidden)
		return
	}
	conn, err := hijack(w)
	if err != nil {
		return
	}
	if !e.tunnels.hand(conn) {
		_ = conn.Close()
	}
}

// passThrough connects the client with a real host.
func (e *Emulator) passThrough(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second)
	defer cancel()
	target, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	conn, err := hijack(w)
	if err != nil {
		_ = target.Close()
		return
	}
	ended := make(chan struct{})
	closeBoth := sync.OnceFunc(func() { _ = conn.Close(); _ = target.Close(); close(ended) })
	pump := func(dst, src net.Conn) {
		defer closeBoth()
		_, _ = io.Copy(dst, src)
	}
	e.running.Go(func() { pump(target, conn) })
	e.running.Go(func() { pump(conn, target) })
	e.running.Go(func() {
		// Tunnels are closed with the emulator; until then either side ends them.
		select {
		case <-e.done:
		case <-ended:
		}
		closeBoth()
	})
}

// hijack takes the connection over and tells the client that its tunnel stands.
func hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = conn.Close()
		return nil, err
	}
	if n := buf.Reader.Buffered(); n > 0 { // a client that did not wait for the answer
		early, _ := buf.Reader.Peek(n)
		return &earlyConn{Conn: conn, early: append([]byte(nil), early...)}, nil
	}
	return conn, nil
}

// earlyConn gives back what was read ahead.
type earlyConn struct {
	net.Conn
	early []byte
}

func (c *earlyConn) Read(p []byte) (int, error) {
	if len(c.early) > 0 {
		n := copy(p, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

func (e *Emulator) serveTunnelled(w http.ResponseWriter, r *http.Request) {
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

// tunnelListener hands the proxy's tunnels to a server as if they had been accepted.
type tunnelListener struct {
	addr  net.Addr
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newTunnelListener(addr net.Addr) *tunnelListener {
	return &tunnelListener{addr: addr, conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *tunnelListener) hand(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.done:
		return false
	}
}

func (l *tunnelListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, errors.New("closed")
	}
}

func (l *tunnelListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *tunnelListener) Addr() net.Addr { return l.addr }
