// Package auth0 is a small client for the parts of Auth0 that this provider
// manages. It knows Auth0 and nothing of Terraform.
//
// A [Pool] serves one run of the provider. It hands out one [Client] per
// [Credentials]; everything that belongs to a tenant as a whole, its rate limit
// above all, is shared between the clients that talk to it:
//
//	Pool.Client(credentials) ──► Client ──► typed calls of go-auth0
//	                               │
//	         token  one per credentials, asked for by the first request, again after a 401
//	         reads  snapshots of the vault connections and client grants, users read together
//	         pace   one per tenant: obeys the limit it is told, never runs into a 429 it can foresee
//	         retry  only what cannot happen twice, or what can be found again
//	         log    method, path, status and time; never a body, a secret or a token
//
// The endpoints and the request types are those of go-auth0. Its retries, its
// tokens and its decoding of answers are left aside: it retries a POST after any
// server error, hides a failed token request behind the 401 that follows, and
// loses data where a type has several shapes. Answers are therefore decoded
// here, from the bytes that Auth0 sent.
//
// Every refusal is an [*Error] (the Management API), a [*TokenError] (the token
// endpoint) or an [*UnreachableError] (no answer at all).
package auth0
