package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
)

// signingKeys are the RSA keys of tenants. Making one takes a tenth of a second, so the nth tenants of all
// emulators of a process share one; tenants of one emulator never do.
var signingKeys struct {
	sync.Mutex
	byNumber map[int]func() *signingKey
}

type signingKey struct {
	private *rsa.PrivateKey
	id      string
}

// tenantKey returns the key of the nth tenants, and makes it at first use.
func tenantKey(number int) *signingKey {
	signingKeys.Lock()
	key := signingKeys.byNumber[number]
	if key == nil {
		if signingKeys.byNumber == nil {
			signingKeys.byNumber = map[int]func() *signingKey{}
		}
		key = sync.OnceValue(newSigningKey)
		signingKeys.byNumber[number] = key
	}
	signingKeys.Unlock()
	return key()
}

func newSigningKey() *signingKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // only a broken random source
	}
	sum := sha256.Sum256(private.N.Bytes())
	return &signingKey{private, base64.RawURLEncoding.EncodeToString(sum[:15])}
}

// jwks is the key set that the tenant publishes.
func (k *signingKey) jwks() object {
	exponent := binary.BigEndian.AppendUint32(nil, uint32(k.private.E))
	for exponent[0] == 0 {
		exponent = exponent[1:]
	}
	return object{{"keys", []object{{
		{"kty", "RSA"},
		{"use", "sig"},
		{"n", base64.RawURLEncoding.EncodeToString(k.private.N.Bytes())},
		{"e", base64.RawURLEncoding.EncodeToString(exponent)},
		{"kid", k.id},
		{"alg", "RS256"},
	}}}}
}
