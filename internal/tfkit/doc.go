// Package tfkit extends the Terraform plugin framework, for any provider:
// validators whose messages show the corrected value, a type for JSON texts, models
// without reflection for each attribute, typed private state and digests of
// write-only values in it, request contexts that are released, and log levels that
// match Terraform's. It knows Terraform and nothing of Auth0.
package tfkit
