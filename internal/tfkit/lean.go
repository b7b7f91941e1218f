package tfkit

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ReleaseRequestContexts wraps a framework's server so that it does not keep what belongs to
// requests that are over. The framework remembers a function to cancel each
// request by until it is stopped, and with it the request's context and the
// loggers in there: 20 KB for each of thousands of requests, which the garbage
// collector then goes through again and again. A server that is not the
// framework's is returned as it is.
func ReleaseRequestContexts(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	if whole, ok := server.(frameworkServer); ok {
		return &leanServer{frameworkServer: whole}
	}
	return server
}

// frameworkServer is all that the framework's server can do.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// leanServer lends contexts for the requests that come once or more for each
// resource. The rest are few.
type leanServer struct {
	frameworkServer

	// latest is the context of the latest request, which stands in for those that are over.
	latest atomic.Pointer[context.Context]
}

// lend returns a context that can be taken back from whoever keeps it.
func (s *leanServer) lend(ctx context.Context) *lent {
	s.latest.Store(&ctx)
	l := &lent{server: s}
	l.ctx.Store(&ctx)
	return l
}

// lent is a context while its request lasts. After that it is done, and has the
// values of the latest request, for what is still logged.
type lent struct {
	ctx    atomic.Pointer[context.Context]
	server *leanServer
}

// over takes the context back.
func (l *lent) over() { l.ctx.Store(nil) }

// closed is the channel of a context that is done.
var closed = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// Deadline implements context.Context.
func (l *lent) Deadline() (deadline time.Time, ok bool) {
	if ctx := l.ctx.Load(); ctx != nil {
		return (*ctx).Deadline()
	}
	return time.Time{}, false
}

// Done implements context.Context.
func (l *lent) Done() <-chan struct{} {
	if ctx := l.ctx.Load(); ctx != nil {
		return (*ctx).Done()
	}
	return closed
}

// Err implements context.Context.
func (l *lent) Err() error {
	if ctx := l.ctx.Load(); ctx != nil {
		return (*ctx).Err()
	}
	return context.Canceled
}

// Value implements context.Context.
func (l *lent) Value(key any) any {
	ctx := l.ctx.Load()
	if ctx == nil {
		ctx = l.server.latest.Load()
	}
	return (*ctx).Value(key)
}

// during calls a method of the server with a lent context.
func during[Req, Resp any](ctx context.Context, s *leanServer, method func(context.Context, Req) (Resp, error), req Req) (Resp, error) {
	l := s.lend(ctx)
	defer l.over()        //nolint:contextcheck // l is the context
	return method(l, req) //nolint:contextcheck // it is ctx, lent
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (s *leanServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, s, s.frameworkServer.ValidateResourceConfig, req)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (s *leanServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, s, s.frameworkServer.UpgradeResourceState, req)
}

// UpgradeResourceIdentity implements tfprotov6.ProviderServer.
func (s *leanServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, s, s.frameworkServer.UpgradeResourceIdentity, req)
}

// ReadResource implements tfprotov6.ProviderServer.
func (s *leanServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, s, s.frameworkServer.ReadResource, req)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s *leanServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, s, s.frameworkServer.PlanResourceChange, req)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (s *leanServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, s, s.frameworkServer.ApplyResourceChange, req)
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (s *leanServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, s, s.frameworkServer.ImportResourceState, req)
}
