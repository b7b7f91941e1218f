package transport

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// Log is an http.RoundTripper that writes one line for each request, at DEBUG: method,
// host, path, status, and the time until the body of the response was read. A query may
// hold an e-mail address: it is not logged, and neither are headers and bodies.
type Log struct {
	// Base sends the requests.
	Base http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The error is Base's.
func (t *Log) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, started := req.Context(), time.Now()
	fields := map[string]any{"method": req.Method, "host": req.URL.Host, "path": req.URL.Path}
	resp, err := t.Base.RoundTrip(req)
	if err != nil {
		fields["duration_ms"] = time.Since(started).Milliseconds()
		tflog.Debug(ctx, "Auth0 gave no answer", fields)
		return nil, err
	}
	fields["status"] = resp.StatusCode
	resp.Body = &loggedBody{ReadCloser: resp.Body, log: sync.OnceFunc(func() {
		fields["duration_ms"] = time.Since(started).Milliseconds()
		tflog.Debug(context.WithoutCancel(ctx), "Auth0 answered", fields)
	})}
	return resp, nil
}

// loggedBody writes the line when the body is closed.
type loggedBody struct {
	io.ReadCloser
	log func()
}

func (b *loggedBody) Close() error {
	b.log()
	return b.ReadCloser.Close()
}
