package connection

import (
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// recordKey is where private state keeps the record.
const recordKey = "last_write"

// record is what is remembered of the resource's own last write, since the setup
// can never be read back. It is missing after an import.
type record struct {
	Fingerprint string          `json:"fingerprint"`
	UpdatedAt   auth0.Timestamp `json:"updated_at"`
	RefreshedAt auth0.Timestamp `json:"refreshed_at,omitempty"`
	// Ready is whether the setup counted as stored after that write.
	Ready bool `json:"ready"`
	// Secret recognizes the secret that was written last.
	Secret tfkit.Digest `json:"secret"`
}

// newRecord remembers an answer of Auth0's; the digest is carried along unless a
// new secret was written.
func newRecord(c *auth0.VaultConnection, secret tfkit.Digest) record {
	return record{Fingerprint: c.Fingerprint, UpdatedAt: c.UpdatedAt, RefreshedAt: c.RefreshedAt, Ready: c.Ready, Secret: secret}
}

// renewalWindow is how close updated_at and refreshed_at are when Auth0 renewed
// the token that it keeps. Whether a renewal moves updated_at at all is not documented.
const renewalWindow = 5 * time.Second

// changedByOthers reports whether somebody else wrote the connection since. Only
// the dates can tell: the fingerprint is a digest of updated_at, and the setup is
// not shown. What Auth0 moved by renewing its token does not count.
func (r *record) changedByOthers(now *shown) bool {
	sameDate := r.UpdatedAt == "" || now.UpdatedAt.ValueString() == string(r.UpdatedAt) // a moved resource has none
	if now.Fingerprint.ValueString() == r.Fingerprint && sameDate {
		return false
	}
	refreshed := auth0.Timestamp(now.RefreshedAt.ValueString())
	if refreshed == r.RefreshedAt || refreshed.Time().IsZero() {
		return true
	}
	updated := auth0.Timestamp(now.UpdatedAt.ValueString())
	return updated.Time().Sub(refreshed.Time()).Abs() > renewalWindow
}
