package auth0

import (
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"
)

func TestCheckAssertion(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	signed := func(iss, sub string, exp time.Time) string {
		builder := jwt.NewBuilder().Issuer(iss).Subject(sub)
		if !exp.IsZero() {
			builder = builder.Expiration(exp)
		}
		token, err := builder.Build()
		if err != nil {
			t.Fatal(err)
		}
		text, err := jwt.Sign(token, jwt.WithKey(jwa.HS256, []byte("any key")))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, test := range map[string]struct{ assertion, want string }{
		"valid":          {signed("c1", "c1", now.Add(time.Minute)), ""},
		"expired":        {signed("c1", "c1", now.Add(-90*time.Second)), "expired at 2026-01-01T11:58:30Z, 1m30s ago"},
		"expires now":    {signed("c1", "c1", now), "expired at 2026-01-01T12:00:00Z"},
		"no expiration":  {signed("c1", "c1", time.Time{}), "no expiration time"},
		"another client": {signed("c2", "c2", now.Add(time.Minute)), `its sub is "c2"`},
		"another issuer": {signed("c2", "c1", now.Add(time.Minute)), `its iss "c2"`},
		"not a JWT":      {"an-assertion", "is not a JWT"},
		"empty":          {"", "is not a JWT"},
	} {
		err := CheckAssertion(test.assertion, "c1", now)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, expected %q", name, err, test.want)
		}
		if err != nil && test.assertion != "" && strings.Contains(err.Error(), test.assertion) {
			t.Errorf("%s: the error quotes the assertion: %v", name, err)
		}
	}
}
