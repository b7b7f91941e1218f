package auth0

import (
	"fmt"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwt"
)

// AssertionError means that an assertion that was signed elsewhere is of no use:
// no request was sent with it.
type AssertionError struct{ reason string }

// Error returns the reason. It does not quote the assertion.
func (e *AssertionError) Error() string { return "the client assertion " + e.reason }

// CheckAssertion returns an *AssertionError for an assertion that is not a JWT, is
// not about the client, or has expired, or nil. The signature is for Auth0 to verify.
func CheckAssertion(assertion, clientID string, now time.Time) error {
	token, err := jwt.ParseInsecure([]byte(assertion))
	switch {
	case err != nil || !IsTokenText(assertion) || strings.Count(assertion, ".") != 2: // the parser also takes bare claims
		return &AssertionError{"is not a JWT"}
	case token.Subject() != clientID || token.Issuer() != clientID:
		return &AssertionError{fmt.Sprintf("is about another client: its sub is %q and its iss %q, and both must be the client ID %q",
			token.Subject(), token.Issuer(), clientID)}
	case token.Expiration().IsZero():
		return &AssertionError{"has no expiration time (exp)"}
	case !now.Before(token.Expiration()):
		return &AssertionError{fmt.Sprintf("expired at %s, %s ago: sign a new one",
			token.Expiration().UTC().Format(time.RFC3339), now.Sub(token.Expiration()).Round(time.Second))}
	}
	return nil
}
