package tfkit

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// check is a validator made of one function. It returns what is wrong with a
// value, as a sentence that follows the value's name, or nothing.
type check struct {
	wants   string
	problem func(value string) string
}

var _ validator.String = check{}

// Description says what is wanted.
func (c check) Description(context.Context) string { return c.wants }

// MarkdownDescription says what is wanted.
func (c check) MarkdownDescription(context.Context) string { return c.wants }

// ValidateString adds an error on the attribute for a known value that is wrong.
func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := c.problem(req.ConfigValue.ValueString()); problem != "" {
		if !strings.HasSuffix(problem, "?") {
			problem += "."
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
			fmt.Sprintf("The attribute %s %s\n\nIt must be %s.", req.Path, problem, c.wants))
	}
}

var label = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// IsHostName reports whether s is a host name without a port: labels of letters,
// digits and hyphens, 253 characters at the most.
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

// HostName accepts a host name without scheme, port or path.
func HostName() validator.String {
	return check{
		wants:   "a host name alone, such as acme.eu.auth0.com, without scheme, port or path",
		problem: HostNameProblem,
	}
}

// HostNameProblem returns what is wrong with a host name, with the corrected
// value where there is one, or nothing. The text follows the value's name.
func HostNameProblem(value string) string {
	if IsHostName(value) {
		return ""
	}
	return fmt.Sprintf("is no host name: %q%s", value, didYouMean(hostIn(value)))
}

// hostIn returns the host name that somebody meant who wrote more than that, or nothing.
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
	return check{
		wants: "a URL that begins with https://",
		problem: func(value string) string {
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
			return fmt.Sprintf("is no https URL: %q%s", value, didYouMean(meant))
		},
	}
}

// IsHTTPSURL reports whether a value is an absolute URL with the scheme https.
func IsHTTPSURL(value string) bool {
	u, err := url.Parse(value)
	return err == nil && u.Scheme == "https" && u.User == nil && IsHostName(u.Hostname()) && !hasSpace(value)
}

func hasSpace(value string) bool { return strings.ContainsFunc(value, unicode.IsSpace) }

// URL accepts an absolute URL of the scheme http or https.
func URL() validator.String {
	return check{
		wants: "an absolute URL that begins with https:// or http://",
		problem: func(value string) string {
			u, err := url.Parse(value)
			if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && !hasSpace(value) {
				return ""
			}
			return fmt.Sprintf("is no absolute URL: %q", value)
		},
	}
}

// Email accepts one e-mail address without a display name: 254 characters at
// the most, 64 of them before the @.
func Email() validator.String {
	return check{
		wants: "one e-mail address, such as ada@example.com",
		problem: func(value string) string {
			if IsEmail(value) {
				return ""
			}
			return fmt.Sprintf("is no e-mail address: %q", value)
		},
	}
}

// IsEmail reports whether s is one e-mail address and nothing else.
func IsEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	if err != nil || address.Address != s || len(s) > 254 {
		return false
	}
	at := strings.LastIndexByte(s, '@')
	return at <= 64 && IsHostName(s[at+1:]) && strings.Contains(s[at+1:], ".")
}

var e164 = regexp.MustCompile(`^\+[0-9]{1,15}$`)

// PhoneNumber accepts a number in E.164 form: a plus and 1 to 15 digits.
func PhoneNumber() validator.String {
	return check{
		wants: "a phone number in E.164 form: a plus and up to 15 digits, such as +4915112345678",
		problem: func(value string) string {
			if e164.MatchString(value) {
				return ""
			}
			// The zero in +49 (0)151 is left out where the country is named.
			digits := strings.Map(func(r rune) rune {
				if strings.ContainsRune(" -/().", r) {
					return -1
				}
				return r
			}, strings.Replace(value, "(0)", "", 1))
			if rest, ok := strings.CutPrefix(digits, "00"); ok {
				digits = "+" + rest
			}
			if !e164.MatchString(digits) {
				digits = ""
			}
			return fmt.Sprintf("is no phone number in E.164 form: %q%s", value, didYouMean(digits))
		},
	}
}

// JSONObject accepts the text of one JSON object whose keys, at every depth, pass
// checkKey. That returns what is wrong with a key, or nothing; depth is 0 at the top.
func JSONObject(checkKey func(key string, depth int) string) validator.String {
	return check{
		wants: `a JSON object, best written with jsonencode({ … })`,
		problem: func(value string) string {
			if ParseObject(value) == nil {
				return "is no JSON object"
			}
			object, err := decode([]byte(value))
			if err != nil {
				return "is no JSON object"
			}
			return keyProblem(object, 0, checkKey)
		},
	}
}

func keyProblem(v any, depth int, checkKey func(key string, depth int) string) string {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			if problem := checkKey(key, depth); problem != "" {
				return fmt.Sprintf("has the key %q, %s", key, problem)
			}
			if problem := keyProblem(v[key], depth+1, checkKey); problem != "" {
				return problem
			}
		}
	case []any:
		for _, element := range v {
			if problem := keyProblem(element, depth+1, checkKey); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// Matches accepts what the function finds no problem with; wants completes "It
// must be …".
func Matches(wants string, problem func(value string) string) validator.String {
	return check{wants: wants, problem: problem}
}
