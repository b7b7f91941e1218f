package emulator

import "github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/ratelimit"

// Limits are the rate limits of a tenant.
type Limits = ratelimit.Limits

// Bucket is one token bucket of a rate limit.
type Bucket = ratelimit.Bucket

// Plan returns the limits of one of Auth0's plans; Plans lists the names. "none" has no limits, and no headers.
func Plan(name string) (Limits, error) { return ratelimit.Plan(name) }

// Plans lists the names that Plan knows.
func Plans() []string { return ratelimit.Plans() }
