// Package digest recognizes secret values that are not stored.
package digest

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"

	"golang.org/x/crypto/argon2"
)

// Digest recognizes a write-only value without keeping it. Private state is not
// encrypted, so a digest is salted, and expensive enough that a weak password
// cannot simply be guessed from it.
type Digest struct {
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
	// Memory in KiB and Time in passes are the cost of Argon2id.
	Memory uint32 `json:"memory,omitempty"`
	Time   uint32 `json:"time,omitempty"`
	// Iterations is set instead of them in digests of earlier versions, which
	// were made with PBKDF2 and SHA-256.
	Iterations int `json:"iterations,omitempty"`
}

// The cost of a new digest: one of the settings that OWASP's Password Storage
// Cheat Sheet recommends for Argon2id, the one with the least memory. It takes
// about 15 ms.
const (
	digestMemory = 7 * 1024
	digestTime   = 5
)

// A digest that asks for more than this was not written by this provider, and
// is not worth the memory.
const (
	maxDigestMemory = 64 * 1024
	maxDigestTime   = 16
)

// digestSlots bounds how many digests are computed at the same time, and with
// them the memory: Terraform plans ten objects in parallel.
var digestSlots = make(chan struct{}, 2)

// New returns the digest of a value, with a new salt.
func New(value string) Digest {
	d := Digest{Salt: make([]byte, 16), Memory: digestMemory, Time: digestTime}
	_, _ = rand.Read(d.Salt) // never fails
	d.Hash = d.hash(value)
	return d
}

// Matches reports whether the digest is that of the value. The zero Digest
// matches no value.
func (d Digest) Matches(value string) bool {
	return len(d.Hash) > 0 && subtle.ConstantTimeCompare(d.hash(value), d.Hash) == 1
}

// hash returns nil for a digest whose cost is not valid.
func (d Digest) hash(value string) []byte {
	digestSlots <- struct{}{}
	defer func() { <-digestSlots }()
	switch {
	case d.Memory > 0 && d.Memory <= maxDigestMemory && d.Time > 0 && d.Time <= maxDigestTime:
		return argon2.IDKey([]byte(value), d.Salt, d.Time, d.Memory, 1, sha256.Size)
	case d.Memory == 0 && d.Iterations > 0:
		hash, _ := pbkdf2.Key(sha256.New, value, d.Salt, d.Iterations, sha256.Size) // fails for a negative length only
		return hash
	}
	return nil
}
