package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestApply_rateLimited: an apply that waits for the tenant's rate limit warns about it, and gets no 429.
func TestApply_rateLimited(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T) {
		tenant := acctest.NewInProcess(t)
		tenant.Configure(func(b *emulator.Behavior) {
			b.Limits = emulator.Limits{Management: emulator.Bucket{Burst: 10, Sustained: 2}}
		})
		r := acctest.NewRun(t, tenant, "auth0vault_flow")
		var warnings []string
		for i := range 60 {
			config := attributes{"name": fmt.Sprint("flow ", i)}
			_, diags := r.TryApply(r.Plan(nil, config), config)
			acctest.RequireNoError(t, diags)
			for _, d := range diags {
				if strings.HasPrefix(d.Summary, "Waited for the rate limit") {
					warnings = append(warnings, d.Detail)
				}
			}
		}
		if len(warnings) == 0 || !strings.Contains(warnings[0], "10 requests at once") || !strings.Contains(warnings[0], "1,000 objects") {
			t.Errorf("the warnings are %q", warnings)
		}
		for _, request := range tenant.Requests() {
			if request.Status == 429 {
				t.Error("a request was answered with 429")
			}
		}
	})
}
