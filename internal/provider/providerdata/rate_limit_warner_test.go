package providerdata

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// TestDescribeSlowdown: how long, because of which limit, how many requests, how long
// 1,000 objects take, and what helps.
func TestDescribeSlowdown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		slowdown transport.Slowdown
		want     []string
		not      []string
	}{
		"the tenant's limit": {
			transport.Slowdown{Waited: 26 * time.Second, MaxWait: 4600 * time.Millisecond, Requests: 1060, Limit: 10, PerSecond: 1.98},
			[]string{"26 seconds in all", "up to 5 seconds", "1,060 requests", "10 requests at once", "2 more per second", "8 minutes",
				"rate_limit_headroom = 0"},
			[]string{"requests_per_second"},
		},
		"our own cap": {
			transport.Slowdown{Waited: 3 * time.Minute, MaxWait: time.Second, Requests: 400, Cap: 2.5, PerSecond: 2.5},
			[]string{"3 minutes in all", "requests_per_second allows 2.5", "7 minutes", "Raise requests_per_second"},
			[]string{"at once"},
		},
	} {
		text := describe(test.slowdown)
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q does not say %q", name, text, want)
			}
		}
		for _, not := range test.not {
			if strings.Contains(text, not) {
				t.Errorf("%s: %q says %q", name, text, not)
			}
		}
	}
	var none RateLimitWarner
	var diags diag.Diagnostics
	if none.AddWarnings(&diags); len(diags) != 0 {
		t.Errorf("got %v", diags)
	}
}
