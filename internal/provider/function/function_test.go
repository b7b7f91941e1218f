package function_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

func TestAudienceFromDomain(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]string{
		"acme.eu.auth0.com": "https://acme.eu.auth0.com/api/v2/", "ACME.eu.auth0.com": "https://acme.eu.auth0.com/api/v2/",
	} {
		if got := acctest.Get(mustCall(t, "audience_from_domain", domain)); got != want {
			t.Errorf("%s: got %v, want %s", domain, got, want)
		}
	}
	for domain, word := range map[string]string{
		"https://acme.eu.auth0.com/": `did you mean "acme.eu.auth0.com"`, "acme.eu.auth0.com:443": `did you mean "acme.eu.auth0.com"`,
		"acme_eu.auth0.com": `is not a valid host name: "acme_eu.auth0.com"`, "": `is not a valid host name: ""`,
	} {
		_, err := call(t, "audience_from_domain", domain)
		expectError(t, err, 0, []string{word})
		if strings.HasSuffix(err.Text, ".") { // Terraform adds one
			t.Errorf("the message ends with a period: %s", err.Text)
		}
	}
}
