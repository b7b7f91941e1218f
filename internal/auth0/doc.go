// Package auth0 is a small client for the parts of Auth0 that this provider
// manages. It knows Auth0 and nothing of Terraform.
//
// A [Pool] serves one run of the provider. It hands out one [Client] per
// [Credentials]. What belongs to a tenant as a whole, its rate limit above all, is
// shared between the clients that talk to it:
//
//	Pool.Client(credentials) ──► Client   one file per object, one method per request
//	                               │
//	         batch, snapshot       │      users read together; lists of the other objects
//	                               ▼
//	         call                         go-auth0 builds the request, decode reads the response
//	                               ▼
//	         transport                    authorization, retry, rate limit, log
//
// Methods are named alike. Get… is one request. Lookup… may answer from a batch or a
// snapshot of the run, in which the run's own writes are seen. Find…, Each… and Search…
// read a list as far as it is needed. Create… is carried out once: see
// [UnknownOutcomeError].
//
// go-auth0 gives the endpoints and the types of requests. It sends nothing: it retries
// a POST after any server error, hides a failed token request behind the 401 that
// follows, and loses data where a type has several shapes. Responses are decoded and
// checked in one place, from the bytes that Auth0 sent.
//
// The errors of any request are an [*Error] (the Management API refused it), a
// [*TokenError] (the token endpoint refused a token), an [*UnreachableError] (no answer),
// an [*UnexpectedResponseError] (an answer that is not Auth0's), and the context's.
package auth0
