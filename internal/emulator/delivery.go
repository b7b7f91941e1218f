package emulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/proxy"
)

// delivery is an answer on its way to the client, or the way in which there is none.
type delivery struct {
	status int
	header http.Header
	body   []byte

	drop, reset, hang bool
	partial           bool // drop in the middle of the body
	trickle           time.Duration
}

// silent reports whether the client gets no answer.
func (d *delivery) silent() bool { return (d.drop || d.reset || d.hang) && !d.partial }

// encode writes the body of an answer as JSON.
func (a *response) encode() (*response, []byte) {
	if a.body == nil {
		return a, nil
	}
	raw, err := appendJSON(nil, a.body)
	if err != nil {
		failed := (&apiError{status: http.StatusInternalServerError, message: "An internal server error occurred"}).response()
		raw, _ = appendJSON(nil, failed.body)
		return failed, raw
	}
	return a, raw
}

// headers are those of an answer, with what every answer has, as recorded.
func (a *response) headers() http.Header {
	h := http.Header{
		"Content-Type": {"application/json; charset=utf-8"}, "Cache-Control": {"no-cache"}, "Vary": {"origin,accept-encoding"},
		"Strict-Transport-Security": {"max-age=31536000; includeSubDomains"}, "X-Content-Type-Options": {"nosniff"},
	}
	for k, vs := range a.header {
		h[http.CanonicalHeaderKey(k)] = vs
	}
	return h
}

var gzips = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return w
}}

// compress compresses the body of 200, 403 and 404, as observed at Auth0.
func (d *delivery) compress() {
	if len(d.body) == 0 || d.status != 200 && d.status != 403 && d.status != 404 {
		return
	}
	var buf bytes.Buffer
	z, _ := gzips.Get().(*gzip.Writer) // as the pool creates them
	z.Reset(&buf)
	_, _ = z.Write(d.body)
	_ = z.Close()
	gzips.Put(z)
	d.body = buf.Bytes()
	d.header.Set("Content-Encoding", "gzip")
}

// send delivers over the network.
func (d *delivery) send(w http.ResponseWriter, r *http.Request) {
	if d.silent() {
		switch {
		case d.hang:
			<-r.Context().Done()
		case d.reset:
			proxy.ResetConnection(r.Context())
		}
		panic(http.ErrAbortHandler)
	}
	for k, vs := range d.header {
		w.Header()[k] = vs
	}
	body := d.body
	if d.partial {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	}
	w.WriteHeader(d.status)
	if d.trickle == 0 {
		_, _ = w.Write(body) // of a 204, net/http drops the body
	}
	for i := 0; d.trickle > 0 && i < len(body) && r.Context().Err() == nil; i++ {
		_ = http.NewResponseController(w).Flush()
		sleep(r.Context(), d.trickle)
		_, _ = w.Write(body[i : i+1])
	}
	if d.partial {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// response delivers without a network, with the errors that a network would give.
func (d *delivery) response(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if d.silent() {
		switch {
		case d.hang:
			<-ctx.Done()
			return nil, ctx.Err()
		case d.reset:
			return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
		default:
			return nil, io.EOF
		}
	}
	if err := ctx.Err(); err != nil { // the client gave up meanwhile
		return nil, err
	}
	body := &bodyReader{ctx: ctx, data: d.body, trickle: d.trickle, end: io.EOF}
	if d.partial {
		body.data, body.end = d.body[:len(d.body)/2], io.ErrUnexpectedEOF
	}
	return &http.Response{
		Status: strconv.Itoa(d.status) + " " + http.StatusText(d.status), StatusCode: d.status,
		Proto: "HTTP/2.0", ProtoMajor: 2, Header: d.header, Body: body, ContentLength: int64(len(d.body)), Request: r,
	}, nil
}

// bodyReader is the body of an answer that comes without a network.
type bodyReader struct {
	ctx     context.Context //nolint:containedctx // that of the request, as in net/http
	data    []byte
	trickle time.Duration
	end     error // after the data
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if len(b.data) == 0 {
		return 0, b.end
	}
	if b.trickle > 0 && len(p) > 0 {
		p = p[:1]
		sleep(b.ctx, b.trickle)
		if err := b.ctx.Err(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func (b *bodyReader) Close() error { return nil }

// sleep waits, but not longer than the client does.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
