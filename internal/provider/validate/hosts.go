package validate

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	label = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	// numericLabel is what the last label of an IPv4 address looks like, in any of
	// the forms that resolvers accept.
	numericLabel = regexp.MustCompile(`^([0-9]+|0[xX][0-9a-fA-F]*)$`)
)

// IsHostName reports whether s is a host name without a port: labels of letters,
// digits and hyphens, at most 253 characters.
func IsHostName(s string) bool {
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !label.MatchString(part) {
			return false
		}
	}
	return true
}

// IsTenantDomain reports whether s is a host name that a tenant can have: one
// with a dot in it that is neither an IP address nor localhost.
func IsTenantDomain(s string) bool {
	at := strings.LastIndexByte(s, '.')
	if at < 0 || !IsHostName(s) {
		return false
	}
	last := s[at+1:]
	return !numericLabel.MatchString(last) && !strings.EqualFold(last, "localhost") && !strings.EqualFold(last, "localdomain")
}

// HostName accepts a host name without scheme, port or path.
func HostName() validator.String {
	return check{
		wants:   "a host name alone, such as acme.eu.auth0.com, without scheme, port or path",
		problem: HostNameProblem,
	}
}

// TenantDomain accepts a host name that a tenant can have; see IsTenantDomain.
func TenantDomain() validator.String {
	return check{
		wants:   "a tenant's host name alone, such as acme.eu.auth0.com, without scheme, port or path",
		problem: TenantDomainProblem,
	}
}

// HostNameProblem returns what is wrong with a host name, with the corrected
// value where there is one, or an empty string. The text follows the value's name.
func HostNameProblem(value string) string {
	if IsHostName(value) {
		return ""
	}
	return fmt.Sprintf("is not a valid host name: %q%s", value, didYouMean(hostIn(value)))
}

// TenantDomainProblem is HostNameProblem for the domain of a tenant.
func TenantDomainProblem(value string) string {
	switch {
	case IsTenantDomain(value):
		return ""
	case IsHostName(value):
		return fmt.Sprintf("is not a tenant domain: %q. IP addresses, localhost and names without a dot are not accepted", value)
	}
	meant := hostIn(value)
	if !IsTenantDomain(meant) {
		meant = "" // it would be refused as well
	}
	return fmt.Sprintf("is not a valid host name: %q%s", value, didYouMean(meant))
}

// hostIn returns the host name in a value such as a URL, or an empty string.
func hostIn(value string) string {
	value = strings.TrimSpace(value)
	if _, rest, ok := strings.Cut(value, "://"); ok {
		value = rest
	}
	value, _, _ = strings.Cut(value, "/")
	value, _, _ = strings.Cut(value, ":")
	value = strings.TrimSuffix(value, ".")
	if IsHostName(value) {
		return value
	}
	return ""
}

func didYouMean(value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", value)
}

// HTTPSURL accepts an absolute URL with the scheme https.
func HTTPSURL() validator.String {
	return check{wants: "a URL that begins with https://", problem: HTTPSURLProblem}
}

// HTTPSURLProblem returns what is wrong with an https URL, with the corrected
// value where there is one, or an empty string. The text follows the value's name.
func HTTPSURLProblem(value string) string {
	if IsHTTPSURL(value) {
		return ""
	}
	meant := strings.TrimSpace(value)
	if _, rest, ok := strings.Cut(meant, "://"); ok {
		meant = rest
	}
	if meant = "https://" + meant; !IsHTTPSURL(meant) {
		meant = ""
	}
	if strings.HasSuffix(meant, "/api/v2") {
		meant += "/" // the identifier of the Management API ends with it
	}
	return fmt.Sprintf("is not an https URL: %q%s", value, didYouMean(meant))
}

// IsHTTPSURL reports whether a value is an absolute URL with the scheme https.
func IsHTTPSURL(value string) bool {
	u, err := url.Parse(value)
	return err == nil && u.Scheme == "https" && u.User == nil && IsHostName(u.Hostname()) && !hasSpace(value)
}

func hasSpace(value string) bool { return strings.ContainsFunc(value, unicode.IsSpace) }
