// Package tfkit avoids work of the Terraform plugin framework that costs much of a
// plan: it reads models without reflection for each attribute, releases the contexts
// of requests, and matches the log level of a provider with Terraform's. Like the
// packages below it, it knows nothing of Auth0.
package tfkit
