package connection

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/digest"
)

// lastWriteKey is where private state keeps the lastWrite.
const lastWriteKey = "last_write"

// lastWrite is what this resource remembers of its own last write since it sent a
// setup, which cannot be read back. There is none after an import, nor for an
// empty vault connection.
type lastWrite struct {
	Fingerprint string          `json:"fingerprint"`
	UpdatedAt   auth0.Timestamp `json:"updated_at"`
	RefreshedAt auth0.Timestamp `json:"refreshed_at,omitempty"`
	// Ready is whether the setup counted as stored after that write.
	Ready bool `json:"ready"`
	// Secret recognizes the last client_secret_wo, if it has no version. For other
	// secrets there is none: they are compared by their version or with the state.
	// States of earlier versions have one in any case.
	Secret *digest.Digest `json:"secret,omitempty"`
}

func newLastWrite(answer *auth0.VaultConnection, secret *digest.Digest) *lastWrite {
	return &lastWrite{
		Fingerprint: answer.Fingerprint, UpdatedAt: answer.UpdatedAt, RefreshedAt: answer.RefreshedAt, Ready: answer.Ready, Secret: secret,
	}
}

// secret returns the digest of the last secret, nil if there is none.
func (w *lastWrite) secret() *digest.Digest {
	if w == nil {
		return nil
	}
	return w.Secret
}

// comparesDigest reports whether a changed secret is found by its digest: it has no
// version and is not in the state. m is the plan.
func (m *model) comparesDigest() bool { return m.ClientSecret.IsNull() && m.SecretVersion.IsNull() }

// digestOf returns the digest that private state keeps of a secret, if any; m is
// the plan.
func digestOf(m *model, secret types.String) *digest.Digest {
	if !m.comparesDigest() || secret.IsNull() {
		return nil
	}
	digest := digest.New(secret.ValueString())
	return &digest
}

// renewalWindow is how close updated_at and refreshed_at are when Auth0 renewed
// the token that it keeps. Whether a renewal moves updated_at at all is not documented.
const renewalWindow = 5 * time.Second

// changedByOthers reports whether another client wrote the vault connection since.
// Only the dates can tell: the fingerprint is a digest of updated_at, and the setup
// is not shown. What Auth0 moved by renewing its token does not count.
func (w *lastWrite) changedByOthers(now *remoteAttributes) bool {
	sameDate := w.UpdatedAt == "" || now.UpdatedAt.ValueString() == string(w.UpdatedAt) // a moved resource has none
	if now.Fingerprint.ValueString() == w.Fingerprint && sameDate {
		return false
	}
	refreshed := auth0.Timestamp(now.RefreshedAt.ValueString())
	if refreshed == w.RefreshedAt || refreshed.Time().IsZero() {
		return true
	}
	updated := auth0.Timestamp(now.UpdatedAt.ValueString())
	return updated.Time().Sub(refreshed.Time()).Abs() > renewalWindow
}
