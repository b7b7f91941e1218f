package providerdata

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/transport"
)

// RateLimitWarner tells the user, once for each tenant, that a plan or an apply waited
// for the tenant's rate limit. The zero value warns of nothing.
type RateLimitWarner struct{ pool *auth0.Pool }

// NewRateLimitWarner returns a warner for the tenants of a pool.
func NewRateLimitWarner(pool *auth0.Pool) RateLimitWarner { return RateLimitWarner{pool: pool} }

// AddWarnings adds a warning for each tenant whose rate limit held the run back for
// more than ten seconds, when no request waits for it any longer.
func (w *RateLimitWarner) AddWarnings(diags *diag.Diagnostics) {
	if w.pool == nil {
		return
	}
	for _, slowdown := range w.pool.TakeSlowdowns() {
		diags.AddWarning("Waited for the rate limit of "+slowdown.Tenant, describe(slowdown))
	}
}

// describe says how long, because of which limit, and what helps.
func describe(s transport.Slowdown) string {
	text := []string{fmt.Sprintf("Requests to the tenant were held back for %s in all, a single one for up to %s. %s requests were sent so "+
		"far.",
		rounded(s.Waited), rounded(s.MaxWait), decimal(s.Requests))}
	perSecond := s.PerSecond
	if s.Limit > 0 {
		text = append(text, fmt.Sprintf("The tenant allows %d requests at once, and about %s more per second.", s.Limit, number(perSecond)))
	}
	if s.Cap > 0 {
		text = append(text, fmt.Sprintf("The provider's requests_per_second allows %s requests per second.", number(s.Cap)))
		if perSecond == 0 || s.Cap < perSecond {
			perSecond = s.Cap
		}
	}
	if perSecond > 0 {
		text = append(text, fmt.Sprintf("At this rate, creating or changing 1,000 objects takes about %s.",
			rounded(time.Duration(1000/perSecond*float64(time.Second)))))
	}
	help := "A plan of Auth0 with a higher rate limit helps, and so does running when other clients of the tenant are quiet. " +
		"With rate_limit_headroom = 0 the provider leaves nothing to other clients. Where nothing changes outside of Terraform, plan with " +
		"-refresh=false."
	if s.Cap > 0 {
		help = "Raise requests_per_second, or remove it to follow the tenant's own limit. " + help
	}
	return strings.Join(text, " ") + "\n\n" + help
}

func rounded(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d seconds", int(math.Round(d.Seconds())))
	}
	return fmt.Sprintf("%d minutes", int(math.Round(d.Minutes())))
}

// decimal writes a count with commas.
func decimal(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// number writes a rate with at most one decimal.
func number(n float64) string { return fmt.Sprintf("%.3g", math.Round(n*10)/10) }
