package schema

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// formats are the string formats that the API's contract names. Those whose definition Auth0 does not publish
// are the strict guess that doc.go lists.
var formats = map[string]func(string) bool{
	"email":                      IsEmail,
	"hostname-rfc2181":           IsHostname,
	"forms-url-https":            isHTTPSURL,
	"strict-uri":                 isURI,
	"forms-expression":           isTemplate,
	"forms-custom-identifier":    regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`).MatchString,
	"flows-vault-connections-id": shortID("ac_").MatchString,
	"flow-id":                    shortID("af_").MatchString,
	"user-id":                    isUserID,
}

var (
	emailDomain = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+([a-zA-Z]{2,63}|xn--[a-zA-Z0-9-]{2,59})$`)
	emailLocal  = regexp.MustCompile(`^[^\s@"(),:;<>\[\\\].]+(\.[^\s@"(),:;<>\[\\\].]+)*$`)
	hostLabel   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

// IsEmail reports whether a text is an e-mail address: at most 254 bytes, 64 before the @, a domain with a dot.
func IsEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 || at > 64 {
		return false
	}
	return emailLocal.MatchString(s[:at]) && emailDomain.MatchString(s[at+1:])
}

// IsHostname reports whether a text is labels of letters, digits and inner hyphens; no scheme, port, path or underscore.
func IsHostname(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}

func isHTTPSURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && IsHostname(u.Hostname()) && !strings.ContainsFunc(s, unicode.IsSpace)
}

// isURI: absolute, with a scheme and something behind it.
func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && !strings.ContainsFunc(s, unicode.IsSpace)
}

// isTemplate: holds at least one {{…}}.
func isTemplate(s string) bool {
	open := strings.Index(s, "{{")
	return open >= 0 && strings.Contains(s[open+2:], "}}")
}

// isUserID: provider, a bar, and the id at that provider.
func isUserID(s string) bool {
	provider, id, ok := strings.Cut(s, "|")
	return ok && provider != "" && id != ""
}

// shortID matches an id such as ac_driHxZHbTWt3zCyXRqsDFo: a UUID in base58.
func shortID(prefix string) *regexp.Regexp {
	return regexp.MustCompile(`^` + prefix + `[1-9a-km-zA-HJ-NP-Z]{22}$`)
}
