package emulator

import (
	"net"
	"net/http"
)

// inProcess is a transport that calls the emulator instead of sending requests to it.
type inProcess struct{ *Emulator }

// RoundTrip implements http.RoundTripper. The errors are those that a network gives: a host without a tenant does not
// resolve, a dropped connection ends with io.EOF, and a client that gives up gets the error of its context.
func (e inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	host := hostName(r.URL.Host)
	t, ok := e.answersFor(host)
	if !ok || r.URL.Scheme != "https" {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return t.answer(r, host).response(r)
}
