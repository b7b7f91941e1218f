package tfkit

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ReleaseRequestContexts wraps a framework's server so that it does not retain the
// contexts of requests that have ended. The framework remembers a function to
// cancel each request with until the server is stopped, and with it the request's
// context and the loggers in it: about 10 KB for each request. A plan of 200 users
// had 18 MiB in use with it and 10 MiB without, measured every 200 ms after a
// garbage collection.
//
// What still runs after its request, such as a goroutine that writes to the log,
// finds the values of root in its context. Where nothing is logged, requests do so
// from the start: all that a request's own values are for is the log, and the
// framework prepares a line for each attribute if it finds a logger. A server that
// is not the framework's is returned unchanged.
func ReleaseRequestContexts(root context.Context, server tfprotov6.ProviderServer, logging bool) tfprotov6.ProviderServer {
	if framework, ok := server.(frameworkServer); ok {
		return &releasingServer{frameworkServer: framework, root: root, logging: logging}
	}
	return server
}

// frameworkServer is everything that the framework's server implements.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// releasingServer passes releasable contexts to the requests that Terraform sends
// once or more for each resource. Other requests are few.
type releasingServer struct {
	frameworkServer

	root    context.Context //nolint:containedctx // where the values of a released context come from
	logging bool
}

// requestContext is the context of a request: it ends with the request, and has
// its values until it is released.
type requestContext struct {
	// Context ends with the request or with its release. Its values are those of the root.
	context.Context //nolint:containedctx // this is a context

	request atomic.Pointer[context.Context]
}

// newRequestContext returns a context for a request and a function that releases
// it: it then is canceled, and refers to the request no longer.
func newRequestContext(root, request context.Context) (ctx *requestContext, release func()) {
	inner, cancel := context.WithCancel(root)
	if deadline, ok := request.Deadline(); ok {
		inner, cancel = context.WithDeadline(root, deadline) //nolint:govet // the one before has nothing to cancel
	}
	ctx = &requestContext{Context: inner}
	ctx.request.Store(&request)
	stop := context.AfterFunc(request, func() {
		if !errors.Is(request.Err(), context.DeadlineExceeded) { // which inner finds out itself
			cancel()
		}
	})
	return ctx, func() { //nolint:contextcheck // it ends the context
		stop()
		cancel()
		ctx.request.Store(nil)
	}
}

// Value returns a value of the request, or of the root once the context is released.
func (c *requestContext) Value(key any) any {
	if request := c.request.Load(); request != nil {
		return (*request).Value(key)
	}
	return c.Context.Value(key)
}

// AfterFunc lets contexts that are derived from this one wait for its end without
// a goroutine for each.
func (c *requestContext) AfterFunc(f func()) func() bool { return context.AfterFunc(c.Context, f) }

// call calls a method of the server with a context that is released when it returns.
func call[Req, Resp any](ctx context.Context, s *releasingServer, method func(context.Context, Req) (Resp, error), req Req) (Resp, error) {
	requestCtx, release := newRequestContext(s.root, ctx)
	defer release()
	if !s.logging {
		requestCtx.request.Store(nil) //nolint:contextcheck // it only drops the values of the request
	}
	return method(requestCtx, req) //nolint:contextcheck // it is ctx, releasable
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (s *releasingServer) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, s, s.frameworkServer.ValidateResourceConfig, req)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (s *releasingServer) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return call(ctx, s, s.frameworkServer.UpgradeResourceState, req)
}

// UpgradeResourceIdentity implements tfprotov6.ProviderServer.
func (s *releasingServer) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, s, s.frameworkServer.UpgradeResourceIdentity, req)
}

// ReadResource implements tfprotov6.ProviderServer.
func (s *releasingServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, s, s.frameworkServer.ReadResource, req)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s *releasingServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, s, s.frameworkServer.PlanResourceChange, req)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (s *releasingServer) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, s, s.frameworkServer.ApplyResourceChange, req)
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (s *releasingServer) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return call(ctx, s, s.frameworkServer.ImportResourceState, req)
}
