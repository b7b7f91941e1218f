package emulator

import (
	"fmt"
	"time"
)

// AccountNameMode says what account_name of a vault connection shows.
type AccountNameMode string

// The readings of account_name.
const (
	// AccountNameDomain shows the domain of an AUTH0 connection, the masked token of an HTTP BEARER one, and
	// nothing for the rest.
	AccountNameDomain AccountNameMode = ""
	// AccountNameMask shows a masked credential for every set-up.
	AccountNameMask AccountNameMode = "mask"
	// AccountNameAbsent never shows one.
	AccountNameAbsent AccountNameMode = "absent"
)

// Behaviour holds every switch of a tenant. The zero value is the strict reading of everything that Auth0's
// documentation and recorded traffic leave open; doc.go lists the readings one by one.
type Behaviour struct {
	// Time and limits.

	// Limits are the tenant's rate limits; see Plan. The zero value has none, and sends no X-RateLimit headers.
	Limits Limits
	// Latency delays each answer.
	Latency Latency
	// SearchDelay keeps GET /users this far behind writes made while it is set.
	SearchDelay time.Duration
	// PropagationDelay keeps changes of clients, secrets and grants, made while it is set, from the token endpoint.
	PropagationDelay time.Duration
	// TokenLifetime of access tokens; a day when zero. Full seconds.
	TokenLifetime time.Duration

	// Transport.

	// NoGzip sends every body plain, even to clients that take gzip.
	NoGzip bool
	// NotFoundForMethod answers 404 instead of 405 to a method that a known path does not have.
	NotFoundForMethod bool
	// AllowUnknownQuery ignores unknown query parameters instead of refusing them.
	AllowUnknownQuery bool
	// MaxPerPage is the largest per_page and take; 100 when zero. The default page is half of it.
	MaxPerPage int
	// MaxURI is the longest path with query, in bytes, that is not answered with 414; 8192 when zero.
	MaxURI int
	// OldestFirst lists flows and vault connections in the order of creation instead of newest first.
	OldestFirst bool
	// CreatedStatus is the status of POST on flows and vault connections; 201 when zero.
	CreatedStatus int
	// UnionErrors words a failed choice between schemas in general terms instead of naming the property.
	UnionErrors bool

	// The token endpoint.

	// InvalidClientError answers wrong credentials with invalid_client instead of access_denied.
	InvalidClientError bool
	// NewGrantError words a missing grant in the newer way, which names the client.
	NewGrantError bool
	// AudienceRequired refuses a token request without audience instead of giving an opaque token.
	AudienceRequired bool
	// StrictAuthMethod refuses credentials sent by Basic to a client with client_secret_post, and the reverse.
	StrictAuthMethod bool

	// Vault connections.

	// AccountName says what account_name shows.
	AccountName AccountNameMode
	// AnyID lets path ids and connection ids of actions be any string within the length limit, so that an unknown one is 404.
	AnyID bool
	// IgnoreReadOnly accepts environment, account_name, ready and fingerprint in vault bodies, without effect.
	IgnoreReadOnly bool
	// SetupOfAnyApp lets PATCH store a setup whose type does not belong to the connection's app.
	SetupOfAnyApp bool
	// SetupMerges keeps optional keys of the stored setup that a PATCH leaves out, instead of dropping them.
	SetupMerges bool
	// ChecksCredentials exchanges the credentials of an AUTH0 setup for a token before storing them, and refuses wrong ones with 400.
	ChecksCredentials bool
	// RefreshedAtWithSetup shows refreshed_at in answers to POST and PATCH from the moment a setup is stored.
	RefreshedAtWithSetup bool
	// RenewalKeepsUpdatedAt lets a renewed token move refreshed_at only, not updated_at and fingerprint.
	RenewalKeepsUpdatedAt bool
	// UniqueNames refuses a second flow or vault connection of the same name with 400.
	UniqueNames bool
	// RefuseDeleteInUse refuses to delete a vault connection that an action of a flow names, with 400.
	RefuseDeleteInUse bool

	// Users.

	// CustomDomains are the verified custom domains. The emulator answers for them as the tenant itself; with two or
	// more, POST and PATCH of users need the header Auth0-Custom-Domain, unless DefaultCustomDomain is set.
	CustomDomains []string
	// DefaultCustomDomain is used when the header is missing.
	DefaultCustomDomain string
	// SearchTimesOut answers every search that has a query with 503.
	SearchTimesOut bool
	// SearchEngineRequired refuses a search with a query that does not name search_engine=v3.
	SearchEngineRequired bool
	// SearchWords lets a value match one word of name, nickname, given_name and family_name, instead of the whole.
	SearchWords bool
	// RefuseNull refuses null for the profile attributes of database users with 400 instead of removing them.
	RefuseNull bool
	// KeepNullMetadata stores null values of metadata at creation instead of dropping them.
	KeepNullMetadata bool
	// StoreUnknownKeys keeps and returns unknown keys of PATCH instead of ignoring them.
	StoreUnknownKeys bool
	// EmailChangeUnverifies sets email_verified to false when PATCH changes the e-mail without saying so.
	EmailChangeUnverifies bool
	// ConflictOnUpdate answers 409 instead of 400 when PATCH names an e-mail or username that is taken.
	ConflictOnUpdate bool

	// Clients and grants.

	// MaxClients and MaxClientGrants are the entity limits of the plan; none when zero.
	MaxClients, MaxClientGrants int
	// GrantTypesNeedAuthMethod refuses client_credentials among the grant_types sent for any client that has no
	// token_endpoint_auth_method, instead of for public ones only.
	GrantTypesNeedAuthMethod bool

	// Flows.

	// EmptyActions returns "actions":[] for a flow that has none, instead of leaving the key out.
	EmptyActions bool
	// ActionDefaults adds alias "", allow_failure false and mask_output false to actions that lack them.
	ActionDefaults bool
	// ExecutedAtNull returns "executed_at":null for a flow that never ran, instead of leaving the key out.
	ExecutedAtNull bool
	// ChecksActionConnections refuses an action whose connection_id names no vault connection, with 400.
	ChecksActionConnections bool
	// AnyActionID accepts every non-empty action id, instead of identifiers only.
	AnyActionID bool
	// LooseActions lets the params of every action be any object, also those of the AUTH0 actions.
	LooseActions bool
	// DuplicateActionIDs accepts two actions of one flow with the same id.
	DuplicateActionIDs bool
}

// Latency is how long an answer takes: always Median, or log-normally distributed around it.
type Latency struct {
	Median time.Duration
	// Sigma is the standard deviation of the logarithm; 0 for a fixed latency. 0.4 fits Auth0's recorded traffic.
	Sigma float64
}

func (b *Behaviour) validate() error {
	if b.MaxPerPage < 0 || b.MaxPerPage > 1000 {
		return fmt.Errorf("MaxPerPage must be within 1 and 1000 (or 0 for the default), not %d", b.MaxPerPage)
	}
	if b.CreatedStatus != 0 && b.CreatedStatus != 200 && b.CreatedStatus != 201 {
		return fmt.Errorf("CreatedStatus must be 200 or 201, not %d", b.CreatedStatus)
	}
	switch b.AccountName {
	case AccountNameDomain, AccountNameMask, AccountNameAbsent:
	default:
		return fmt.Errorf("AccountName must be %q, %q or %q, not %q", AccountNameDomain, AccountNameMask, AccountNameAbsent, b.AccountName)
	}
	return nil
}

func (b *Behaviour) maxPerPage() int {
	if b.MaxPerPage == 0 {
		return 100
	}
	return b.MaxPerPage
}

func (b *Behaviour) maxURI() int {
	if b.MaxURI == 0 {
		return 8192
	}
	return b.MaxURI
}

func (b *Behaviour) createdStatus() int {
	if b.CreatedStatus == 0 {
		return 201
	}
	return b.CreatedStatus
}

func (b *Behaviour) tokenLifetime() time.Duration {
	if b.TokenLifetime == 0 {
		return 24 * time.Hour
	}
	return b.TokenLifetime
}
