package providerdata

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// longWait is how long one read may be held back for a rate limit before the
// user is told.
const longWait = 30 * time.Second

// RateLimitWarner tells the user, once in a run, that reads wait for a tenant's rate limit.
type RateLimitWarner struct{ told atomic.Bool }

// Watch returns the context for a read, and a function to call after it that
// adds the warning if the read was held back for long.
func (w *RateLimitWarner) Watch(ctx context.Context, diags *diag.Diagnostics) (context.Context, func()) {
	ctx, meter := auth0.MeterWaits(ctx)
	return ctx, func() {
		if waited := meter.Waited(); waited > longWait && w.told.CompareAndSwap(false, true) {
			diags.AddWarning("Reads wait for the tenant's rate limit",
				fmt.Sprintf("This read was held back for %d seconds, because the tenant allows no more requests at a time, or other clients use its limit up. "+
					"The provider has sent no request that would have been refused.\n\n"+
					"A higher rate limit helps, or a quieter time. So do fewer reads: plan with -refresh=false where nothing changes outside of Terraform, "+
					"or split the configuration. With rate_limit_headroom = 0 nothing is left to other clients.", int(waited.Seconds())))
		}
	}
}
