// Package transport carries requests to the Management API of a tenant. It is a chain
// of http.RoundTrippers, each of which can be used alone:
//
//	Authorization  adds an access token, and another one after it was refused
//	     ▼
//	Retry          sends again what failed, where that cannot do harm
//	     ▼
//	Pace           lets requests out as the tenant's rate limit allows
//	     ▼
//	Attempt        sends a request once, within bounds of time and size
//	     ▼
//	Log            method, path, status, duration; never a body, a secret or a token
//
// What the requests of a tenant find out is shared: its rate limit is kept by a
// [Pacer], and whether it answers at all by an [Availability].
//
// The package knows HTTP and rate limits, and no object of Auth0.
package transport
