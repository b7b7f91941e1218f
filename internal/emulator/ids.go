package emulator

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"time"
)

const (
	alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	// flickr is the base58 alphabet of short-uuid: no 0, no capital I and O, no small l.
	flickr = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
	// shortLen is the length of a 128-bit number in base58.
	shortLen = 22
)

// shortUUID makes an id such as ac_driHxZHbTWt3zCyXRqsDFo: a version 4 UUID in base58.
func shortUUID(prefix string) string {
	id := randomBytes(16)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	n, base, digit := new(big.Int).SetBytes(id), big.NewInt(int64(len(flickr))), new(big.Int)
	out := make([]byte, shortLen)
	for i := range out {
		n.DivMod(n, base, digit)
		out[shortLen-1-i] = flickr[digit.Int64()]
	}
	return prefix + string(out)
}

// randomID makes an id of n letters and digits, such as a client id (32) or cgr_… (16).
func randomID(prefix string, n int) string {
	out := make([]byte, 0, n)
	for len(out) < n {
		for _, b := range randomBytes(n) {
			if int(b) < 256-256%len(alphanumerics) && len(out) < n { // no modulo bias
				out = append(out, alphanumerics[int(b)%len(alphanumerics)])
			}
		}
	}
	return prefix + string(out)
}

// objectID makes a Mongo id: four bytes of time and eight of chance, in hex.
func objectID(created time.Time) string {
	id := randomBytes(12)
	binary.BigEndian.PutUint32(id, uint32(created.Unix()))
	return hex.EncodeToString(id)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never fails: it ends the program instead
	return b
}
