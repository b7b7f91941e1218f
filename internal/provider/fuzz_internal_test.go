package provider

import (
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// FuzzDomain: an accepted domain is the host of every URL with it, and a refusal has a reason.
func FuzzDomain(f *testing.F) {
	for _, seed := range []string{
		"acme.eu.auth0.com", "https://acme.eu.auth0.com/", "HTTPS://ACME.eu.auth0.com", "acme.eu.auth0.com:8443", "localhost:3000",
		"http://acme.eu.auth0.com",
		"acme.eu.auth0.com/api/v2/", "user:password@evil.com", "acme.eu.auth0.com#@evil.com",
		"acme.eu.auth0.com:443:443", "[::1]:443", "127.0.0.1",
		"", " ", "a..b", "acme.eu.auth0.com:0", "acme.eu.auth0.com:+1", "acme.eu.auth0.com:08443", "https://https://acme.eu.auth0.com",
		"b\u00fccher.example", "\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		host := bareDomain(domain)
		problem := domainProblem(domain)
		if problem != "" {
			if strings.ContainsFunc(problem, unicode.IsControl) {
				t.Errorf("%q has control characters", problem)
			}
			return
		}
		u, err := url.Parse("https://" + host + "/oauth/token")
		if err != nil || u.Host != host || u.User != nil || u.Path != "/oauth/token" || !validate.IsHostName(u.Hostname()) {
			t.Errorf("%q is accepted as %q, and makes %v, %v", domain, host, u, err)
		}
		if again := bareDomain(host); again != host || domainProblem(host) != "" {
			t.Errorf("%q is accepted as %q, and that is not", domain, host)
		}
	})
}

// FuzzSecretKey: a key of connection_secrets that is accepted is for one client of one host, and for no other.
func FuzzSecretKey(f *testing.F) {
	for _, seed := range []string{
		"AbC123", "acme.eu.auth0.com/AbC123", "https://acme.eu.auth0.com/AbC123", "ACME.eu.auth0.com/AbC123", "/AbC123",
		"acme.eu.auth0.com/", "a/b/c",
		" acme.eu.auth0.com / AbC123 ", "localhost/AbC123", "127.0.0.1/AbC123", "acme.eu.auth0.com:443/AbC123", "", "/", "https://", "\x00/\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		problem := secretKeyProblem(key)
		if problem != "" {
			if strings.ContainsFunc(problem, unicode.IsControl) {
				t.Errorf("%q has control characters", problem)
			}
			return
		}
		domain, clientID := splitSecretKey(key)
		if clientID == "" || strings.Contains(clientID, "/") || domain != "" && validate.TenantDomainProblem(domain) != "" {
			t.Errorf("%q is accepted for client %q of %q", key, clientID, domain)
		}
		if (domain == "") != !strings.Contains(key, "/") {
			t.Errorf("%q is accepted for the domain %q", key, domain)
		}
		normalized := providerdata.SecretKey(domain, clientID)
		if again := providerdata.SecretKey(splitSecretKey(normalized)); again != normalized {
			t.Errorf("%q is %q, and that is %q", key, normalized, again)
		}
	})
}

// FuzzCredentials: an access token that is accepted can be sent in a header, a private key is the same however often it is
// unwrapped, and an audience that is accepted is a URL.
func FuzzCredentials(f *testing.F) {
	for _, seed := range []string{
		"eyJhbGciOiJub25lIn0.e30.c2ln", "Bearer eyJ", "a b", "a\nb", "\u00e9",
		"-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----", "  -----BEGIN\r\n  x\r\n",
		"https://acme.eu.auth0.com/api/v2/", "https://acme.eu.auth0.com/api/v2", "acme.eu.auth0.com/api/v2/", "https://%zz", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if trimmed := strings.TrimSpace(text); tokenProblem(text) == "" &&
			strings.ContainsFunc(trimmed, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("the token %q is accepted", text)
		}
		if once := privateKey(text); privateKey(once) != once {
			t.Errorf("the private key %q is %q, and that is %q", text, once, privateKey(once))
		}
		if problem := audienceProblem(text); problem == "" {
			if u, err := url.Parse(strings.TrimSpace(text)); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("the audience %q is accepted", text)
			}
		} else if strings.ContainsFunc(problem, unicode.IsControl) {
			t.Errorf("%q has control characters", problem)
		}
	})
}
