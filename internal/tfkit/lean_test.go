package tfkit

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type keeper struct {
	frameworkServer
	kept context.Context //nolint:containedctx // that is what it is about
}

type nameKey struct{}

func (k *keeper) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	k.kept = ctx
	if ctx.Err() != nil || ctx.Value(nameKey{}) == nil {
		panic("a request without its context")
	}
	return nil, nil
}

// TestLean: what a server keeps of a request's context is nothing of that request.
func TestLean(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	server := ReleaseRequestContexts(k)
	read := func(name string) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), nameKey{}, name))
		if _, err := server.ReadResource(ctx, nil); err != nil {
			t.Fatal(err)
		}
		return k.kept, cancel
	}
	first, cancel := read("first")
	defer cancel()
	if first.Err() == nil {
		t.Error("the request is over and its context is not")
	}
	select {
	case <-first.Done():
	default:
		t.Error("the context of a request that is over is not done")
	}
	_, cancel = read("second")
	defer cancel()
	if name := first.Value(nameKey{}); name != "second" {
		t.Errorf("the first context still has the values of %v", name)
	}
}

// TestLean_cancelled: while a request lasts, its end is seen.
func TestLean_cancelled(t *testing.T) {
	t.Parallel()
	s := &leanServer{}
	ctx, cancel := context.WithCancel(t.Context())
	l := s.lend(ctx)
	derived, stop := context.WithCancel(l)
	defer stop()
	cancel()
	<-derived.Done()
	if l.Err() == nil {
		t.Error("a cancelled request goes on")
	}
}
