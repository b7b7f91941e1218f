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
	// AccountNameMask shows a masked credential for every setup.
	AccountNameMask AccountNameMode = "mask"
	// AccountNameAbsent never shows one.
	AccountNameAbsent AccountNameMode = "absent"
)

// Behavior holds every switch of a tenant. The zero value is the strict reading of everything that Auth0's
// documentation and recorded traffic leave open; doc.go lists the readings one by one.
type Behavior struct {
	// Time and limits.

	// Limits are the tenant's rate limits; see Plan. The zero value has those of an enterprise tenant in production.
	Limits Limits `json:"limits"`
	// Latency delays each answer.
	Latency Latency `json:"latency"`
	// SearchDelay keeps GET /users this far behind writes made while it is set.
	SearchDelay time.Duration `json:"search_delay"`
	// PropagationDelay keeps changes of clients, secrets and grants, made while it is set, from the token endpoint.
	PropagationDelay time.Duration `json:"propagation_delay"`
	// TokenLifetime of access tokens; a day when zero. Full seconds.
	TokenLifetime time.Duration `json:"token_lifetime"`

	// Transport.

	// NoGzip sends every body plain, even to clients that take gzip.
	NoGzip bool `json:"no_gzip"`
	// MaxPerPage is the largest per_page and take; 100 when zero. The default page is half of it.
	MaxPerPage int `json:"max_per_page"`
	// OldestFirst lists flows and vault connections in the order of creation instead of newest first.
	OldestFirst bool `json:"oldest_first"`
	// CreatedStatus is the status of POST on flows and vault connections; 201 when zero.
	CreatedStatus int `json:"created_status"`
	// UnionErrors words a failed choice between schemas in general terms instead of naming the property.
	UnionErrors bool `json:"union_errors"`

	// The token endpoint.

	// InvalidClientError answers wrong credentials with invalid_client instead of access_denied.
	InvalidClientError bool `json:"invalid_client_error"`
	// NewGrantError words a missing grant in the newer way, which names the client.
	NewGrantError bool `json:"new_grant_error"`
	// AudienceRequired refuses a token request without audience instead of giving an opaque token.
	AudienceRequired bool `json:"audience_required"`
	// StrictAuthMethod refuses credentials sent by Basic to a client with client_secret_post, and the reverse.
	StrictAuthMethod bool `json:"strict_auth_method"`

	// Vault connections.

	// AccountName says what account_name shows.
	AccountName AccountNameMode `json:"account_name"`
	// AnyID lets path ids and connection ids of actions be any string within the length limit, so that an unknown one is 404.
	AnyID bool `json:"any_id"`
	// SetupMerges keeps optional keys of the stored setup that a PATCH leaves out, instead of dropping them.
	SetupMerges bool `json:"setup_merges"`
	// ChecksCredentials exchanges the credentials of an AUTH0 setup for a token before storing them, and refuses wrong ones with 400.
	ChecksCredentials bool `json:"checks_credentials"`
	// RefreshedAtWithSetup shows refreshed_at in answers to POST and PATCH from the moment a setup is stored.
	RefreshedAtWithSetup bool `json:"refreshed_at_with_setup"`
	// RenewalKeepsUpdatedAt lets a renewed token move refreshed_at only, not updated_at and fingerprint.
	RenewalKeepsUpdatedAt bool `json:"renewal_keeps_updated_at"`
	// UniqueNames refuses a second flow or vault connection of the same name with 400.
	UniqueNames bool `json:"unique_names"`
	// RefuseDeleteInUse refuses to delete a vault connection that an action of a flow names, with 400.
	RefuseDeleteInUse bool `json:"refuse_delete_in_use"`

	// Users.

	// CustomDomains are the verified custom domains. The emulator answers for them as the tenant itself; with two or
	// more, POST and PATCH of users need the header Auth0-Custom-Domain.
	CustomDomains []string `json:"custom_domains"`
	// SearchTimesOut answers every search that has a query with 503.
	SearchTimesOut bool `json:"search_times_out"`
	// SearchEngineRequired refuses a search with a query that does not name search_engine=v3.
	SearchEngineRequired bool `json:"search_engine_required"`
	// RefuseNull refuses null for the profile attributes of database users with 400 instead of removing them.
	RefuseNull bool `json:"refuse_null"`
	// KeepNullMetadata stores null values of metadata at creation instead of dropping them.
	KeepNullMetadata bool `json:"keep_null_metadata"`
	// StoreUnknownKeys keeps and returns unknown keys of PATCH instead of ignoring them.
	StoreUnknownKeys bool `json:"store_unknown_keys"`
	// EmailChangeUnverifies sets email_verified to false when PATCH changes the e-mail without saying so.
	EmailChangeUnverifies bool `json:"email_change_unverifies"`
	// ConflictOnUpdate answers 409 instead of 400 when PATCH names an e-mail or username that is taken.
	ConflictOnUpdate bool `json:"conflict_on_update"`

	// Flows.

	// EmptyActions returns "actions":[] for a flow that has none, instead of leaving the key out.
	EmptyActions bool `json:"empty_actions"`
	// ActionDefaults adds alias "", allow_failure false and mask_output false to actions that lack them.
	ActionDefaults bool `json:"action_defaults"`
	// ExecutedAtNull returns "executed_at":null for a flow that never ran, instead of leaving the key out.
	ExecutedAtNull bool `json:"executed_at_null"`
	// ChecksActionConnections refuses an action whose connection_id names no vault connection, with 400.
	ChecksActionConnections bool `json:"checks_action_connections"`
	// AnyActionID accepts every non-empty action id, instead of identifiers only.
	AnyActionID bool `json:"any_action_id"`
	// LooseActions lets the params of every action be any object, also those of the AUTH0 actions.
	LooseActions bool `json:"loose_actions"`
	// DuplicateActionIDs accepts two actions of one flow with the same id.
	DuplicateActionIDs bool `json:"duplicate_action_ids"`
}

// Latency is how long an answer takes: always Median, or log-normally distributed around it.
type Latency struct {
	Median time.Duration `json:"median"`
	// Sigma is the standard deviation of the logarithm; 0 for a fixed latency. 0.4 fits Auth0's recorded traffic.
	Sigma float64 `json:"sigma"`
}

func (b *Behavior) validate() error {
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

func (b *Behavior) maxPerPage() int {
	if b.MaxPerPage == 0 {
		return 100
	}
	return b.MaxPerPage
}

func (b *Behavior) createdStatus() int {
	if b.CreatedStatus == 0 {
		return 201
	}
	return b.CreatedStatus
}

func (b *Behavior) tokenLifetime() time.Duration {
	if b.TokenLifetime == 0 {
		return 24 * time.Hour
	}
	return b.TokenLifetime
}
