package tfkit

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// Digest recognizes a value that is not kept: private state is not encrypted, and
// a write-only value must not be found there. It is salted, so that equal secrets
// do not look equal, and slow to make, so that a weak one is not simply tried out.
type Digest struct {
	Salt       []byte `json:"salt"`
	Iterations int    `json:"iterations"`
	Hash       []byte `json:"hash"`
}

// digestIterations costs about two milliseconds: plans compare one digest for
// each write-only value, hundreds of them in one run.
const digestIterations = 10_000

// NewDigest makes the digest of a value, with a salt of its own.
func NewDigest(value string) (Digest, error) {
	d := Digest{Salt: make([]byte, 16), Iterations: digestIterations}
	if _, err := rand.Read(d.Salt); err != nil {
		return Digest{}, err
	}
	var err error
	d.Hash, err = d.hash(value)
	return d, err
}

// Matches reports whether the digest is that of the value. The zero Digest
// matches none.
func (d Digest) Matches(value string) bool {
	if len(d.Hash) == 0 || d.Iterations < 1 {
		return false
	}
	hash, err := d.hash(value)
	return err == nil && subtle.ConstantTimeCompare(hash, d.Hash) == 1
}

func (d Digest) hash(value string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, value, d.Salt, d.Iterations, sha256.Size)
}
