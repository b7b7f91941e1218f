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
//	         reads  batch/: users read together; snapshot/: lists of the other objects
//	         pace   one per tenant: obeys the limit it is told, never runs into a 429 it can foresee
//	         retry  only what cannot happen twice, or what can be found again
//	         log    method, path, status and time; never a body, a secret or a token
//
// Methods are named alike. Get… is one request. Lookup… may answer from a batch or a
// snapshot of the run, in which the run's own writes are seen. Find…, Each… and Search…
// read a list as far as it is needed. Create… is carried out once: see
// [UnknownOutcomeError].
//
// The endpoints and the request types are those of go-auth0. Its retries, its
// tokens and its decoding of answers are left aside: it retries a POST after any
// server error, hides a failed token request behind the 401 that follows, and
// loses data where a type has several shapes. Answers are therefore decoded
// here, from the bytes that Auth0 sent.
//
// The errors of any request are an [*Error] (the Management API refused it), a
// [*TokenError] (the token endpoint refused a token), an [*UnreachableError] (no answer),
// an [*UnexpectedResponseError] (an answer that is not Auth0's), and the context's.
package auth0
