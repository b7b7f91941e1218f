// Package proxy is an HTTPS proxy that answers for some hosts itself, with certificates of an authority of its own. It is
// what lets any client talk to the emulator as it would to the real hosts.
package proxy

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

// Options say what a Server answers.
type Options struct {
	// Authority signs the certificates.
	Authority *Authority
	// Proxy and Direct are the listeners of the HTTPS proxy and of plain HTTPS.
	Proxy, Direct net.Listener
	// Answers reports whether the server answers for a host, in lower case and without port 443.
	Answers func(host string) bool
	// PassThrough connects a client of the proxy to the network for every other host, instead of a refusal.
	PassThrough bool
	// Tunneled answers requests through the proxy, and Straight those to the direct listener.
	Tunneled, Straight http.Handler
	// Plain answers requests for paths at the proxy itself.
	Plain http.Handler
}

// Server is an HTTPS proxy that answers for some hosts itself, and an HTTPS server beside it.
type Server struct {
	o                      Options
	tunnels                *tunnelListener
	proxy, tunneled, plain *http.Server
	done                   chan struct{}
	running                sync.WaitGroup
}

// Serve starts a server. It owns the listeners until Close.
func Serve(o Options) *Server {
	s := &Server{o: o, tunnels: newTunnelListener(o.Proxy.Addr()), done: make(chan struct{})}
	silent := log.New(io.Discard, "", 0)
	secure := func(h http.Handler) *http.Server {
		return &http.Server{
			Handler: h, ErrorLog: silent, ReadHeaderTimeout: time.Minute, ConnContext: keepConnection,
			TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: o.Authority.certificate},
		}
	}
	s.proxy = &http.Server{Handler: http.HandlerFunc(s.serveProxy), ErrorLog: silent, ReadHeaderTimeout: time.Minute}
	s.tunneled, s.plain = secure(o.Tunneled), secure(o.Straight)
	s.run(func() error { return s.proxy.Serve(o.Proxy) })
	s.run(func() error { return s.tunneled.ServeTLS(s.tunnels, "", "") })
	s.run(func() error { return s.plain.ServeTLS(o.Direct, "", "") })
	return s
}

func (s *Server) run(f func() error) {
	s.running.Go(func() { _ = f() }) // ends with http.ErrServerClosed
}

// Close stops the server, cuts open connections and waits until nothing runs anymore.
func (s *Server) Close() error {
	close(s.done)
	err := errors.Join(s.proxy.Close(), s.plain.Close(), s.tunneled.Close())
	s.running.Wait()
	return err
}

func (s *Server) serveProxy(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r)
	case r.URL.IsAbs():
		http.Error(w, "The emulator answers over https only; it does not forward "+r.URL.Scheme+" requests.", http.StatusForbidden)
	default:
		s.o.Plain.ServeHTTP(w, r)
	}
}

// connect opens a tunnel that ends in this process, or refuses.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(strings.ToLower(r.Host), ":443")
	if !s.o.Answers(name) {
		if s.o.PassThrough {
			s.passThrough(w, r)
			return
		}
		http.Error(w, "The emulator has no tenant "+name+". It answers for *.auth0.com and for the hosts that were added. "+
			"With -pass-through it connects clients to other hosts.", http.StatusForbidden)
		return
	}
	conn, err := hijack(w)
	if err != nil {
		return
	}
	if !s.tunnels.hand(conn) {
		_ = conn.Close()
	}
}

// passThrough connects the client with a real host.
func (s *Server) passThrough(w http.ResponseWriter, r *http.Request) {
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
	s.running.Go(func() { pump(target, conn) })
	s.running.Go(func() { pump(conn, target) })
	s.running.Go(func() {
		// Tunnels are closed with the emulator; until then either side ends them.
		select {
		case <-s.done:
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
