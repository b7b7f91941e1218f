package auth0

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Credentials say who asks, and where: a client of a tenant, or a ready token.
type Credentials struct {
	// Domain is the tenant's host name; a port is allowed.
	Domain string
	// ClientID names the client. It is empty only with Token.
	ClientID string
	// ClientSecret authenticates the client, unless PrivateKey, Assertion or Token does.
	ClientSecret string
	// PrivateKey is a PEM encoded private key: the client authenticates with a
	// signed assertion instead of a secret.
	PrivateKey string
	// SigningAlg is the algorithm of that assertion: RS256 (the default), RS384 or PS256.
	SigningAlg string
	// Assertion is an assertion that was signed elsewhere, instead of PrivateKey. It
	// expires, and then no further token can be requested with it.
	Assertion string
	// Token is a ready Management API access token. It is used as it is and never renewed.
	Token string
	// Audience is the identifier of the Management API; empty means AudienceFromDomain(Domain).
	Audience string
}

// AudienceFromDomain returns the identifier of a tenant's Management API:
// https://<domain>/api/v2/, with the slash at its end. Identifiers are compared
// exactly, and a tenant's is in lower case, however its host name is written.
func AudienceFromDomain(domain string) string {
	return "https://" + strings.ToLower(domain) + "/api/v2/"
}

func (c Credentials) audience() string {
	if c.Audience != "" {
		return c.Audience
	}
	return AudienceFromDomain(c.Domain)
}

// key tells credentials apart without keeping a secret as a map key.
func (c Credentials) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{
		strings.ToLower(c.Domain), c.ClientID, c.ClientSecret, c.PrivateKey, c.SigningAlg, c.Assertion, c.Token, c.audience(),
	}))
	return hex.EncodeToString(sum[:])
}

// secrets lists what must never be seen in a message.
func (c Credentials) secrets() []string {
	return []string{c.ClientSecret, c.PrivateKey, c.Assertion, c.Token}
}
