// Package tfkit holds what resources, data sources and lists of any provider
// need from the plugin framework and do not find there: validators whose
// messages show the corrected value, plan modifiers, and digests of write-only
// values for private state. It knows Terraform and nothing of Auth0.
package tfkit
