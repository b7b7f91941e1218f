package tfkit

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// nameKey is the key of a context's value in these tests.
type nameKey struct{}

func named(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, nameKey{}, &name)
}

func nameOf(ctx context.Context) string {
	name, _ := ctx.Value(nameKey{}).(*string)
	if name == nil {
		return ""
	}
	return *name
}

func TestRequestContext(t *testing.T) {
	t.Parallel()
	ctx, release := newRequestContext(named(context.Background(), "root"), named(t.Context(), "request"))
	done := ctx.Done()
	child, cancel := context.WithCancel(ctx)
	defer cancel()
	if ctx.Err() != nil || nameOf(ctx) != "request" || nameOf(child) != "request" {
		t.Errorf("before its release: %v, the values of %q", ctx.Err(), nameOf(ctx))
	}
	release()
	<-done
	<-child.Done()
	if !errors.Is(ctx.Err(), context.Canceled) || nameOf(ctx) != "root" || nameOf(child) != "root" {
		t.Errorf("after its release: %v, the values of %q", ctx.Err(), nameOf(ctx))
	}
	if ctx.Done() != done {
		t.Error("Done returns another channel")
	}
	if background := context.WithoutCancel(ctx); background.Err() != nil || nameOf(background) != "root" {
		t.Errorf("without cancel: %v, the values of %q", background.Err(), nameOf(background))
	}
}

func TestRequestContext_ends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		request, cancel := context.WithCancel(t.Context())
		ctx, release := newRequestContext(context.Background(), request)
		defer release()
		cancel()
		<-ctx.Done()
		if !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("canceled: %v", ctx.Err())
		}

		request, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ctx, release = newRequestContext(context.Background(), request)
		defer release()
		want, _ := request.Deadline()
		if got, ok := ctx.Deadline(); !ok || !got.Equal(want) {
			t.Errorf("the deadline is %v, expected %v", got, want)
		}
		<-ctx.Done()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("timed out: %v", ctx.Err())
		}
	})
}

// A request finds the values of its own context where something is logged, and those
// of the root, a logger that writes nothing, otherwise.
func TestReleaseRequestContexts_logging(t *testing.T) {
	t.Parallel()
	for logging, want := range map[bool]string{true: "request", false: "root"} {
		server := &releasingServer{root: named(t.Context(), "root"), logging: logging}
		_, _ = call(named(t.Context(), "request"), server, func(ctx context.Context, _ int) (int, error) {
			if got := nameOf(ctx); got != want {
				t.Errorf("logging %v: the values of %q, expected those of %q", logging, got, want)
			}
			return 0, nil
		}, 0)
	}
}

// The framework retains the contexts of requests, which is why ReleaseRequestContexts
// exists. When this fails for the bare server, remove it.
func TestReleaseRequestContexts(t *testing.T) {
	t.Parallel()
	retains := func(server tfprotov6.ProviderServer) bool {
		big := make([]byte, 1<<20)
		retained := weak.Make(&big[0])
		ctx := context.WithValue(t.Context(), nameKey{}, &big[0])
		if _, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "test_nothing",
			RawState: &tfprotov6.RawState{JSON: []byte(`{}`)}}); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		runtime.GC()
		alive := retained.Value() != nil
		runtime.KeepAlive(server)
		return alive
	}
	framework := providerserver.NewProtocol6(emptyProvider{})
	if !retains(framework()) {
		t.Error("the framework does not retain the contexts of requests any more: remove ReleaseRequestContexts")
	}
	if retains(ReleaseRequestContexts(t.Context(), framework(), true)) {
		t.Error("the context of a request is retained")
	}
}

// emptyProvider has one resource that does nothing.
type emptyProvider struct{ provider.Provider }

func (emptyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (emptyProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (emptyProvider) DataSources(context.Context) []func() datasource.DataSource               { return nil }
func (emptyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return emptyResource{} }}
}

type emptyResource struct{ resource.Resource }

func (emptyResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "test_nothing"
}
func (emptyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{}
}
