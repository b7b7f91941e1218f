package user

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// Validators of the schema see each value of a configuration, also those that
// Terraform generates from what Auth0 has, and identity providers put nearly
// anything into profiles. So the schema refuses only what is wrong for every user;
// the checks below are made by a plan, of values that it is about to send.

// notEmpty refuses "", which csvdecode and the like give for a missing value. White
// space is a value.
func notEmpty() validator.String {
	return validate.Matches("a text of at least one character", func(value string) string {
		if value == "" {
			return emptyProblem
		}
		return ""
	})
}

const emptyProblem = "is empty; leave it out or write null"

func lengthProblem(maxLength int) func(string) string {
	return func(value string) string {
		if n := utf8.RuneCountInString(value); n > maxLength {
			return fmt.Sprintf("has %d characters; Auth0 accepts at most %d", n, maxLength)
		}
		return ""
	}
}

// emailProblem accepts addresses as Auth0's format "email" does, those of local
// hosts and internationalized ones included.
func emailProblem(value string) string {
	at := strings.LastIndexByte(value, '@')
	switch {
	case at < 1 || at == len(value)-1 || strings.ContainsFunc(value, unicode.IsSpace) || strings.ContainsAny(value, "<>"):
		return fmt.Sprintf("is not an e-mail address: %q", value)
	case at > 64 || len(value) > 254:
		return fmt.Sprintf("is too long: an e-mail address has at most 254 characters, and 64 before the @: %q", value)
	}
	return ""
}

var (
	e164   = regexp.MustCompile(`^\+[0-9]{1,15}$`)
	digits = regexp.MustCompile(`^[0-9]{1,15}$`)
)

func phoneNumberProblem(value string) string {
	if e164.MatchString(value) {
		return ""
	}
	if digits.MatchString(value) && !strings.HasPrefix(value, "00") {
		return fmt.Sprintf("has no plus: %q; did you mean %q? YAML and spreadsheets drop the plus of a number: quote it there", value, "+"+value)
	}
	// The zero in +49 (0)151 is left out where the country is named.
	meant := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -/().", r) {
			return -1
		}
		return r
	}, strings.Replace(value, "(0)", "", 1))
	if rest, ok := strings.CutPrefix(meant, "00"); ok {
		meant = "+" + rest
	}
	problem := fmt.Sprintf("is not a phone number in E.164 form, such as +4915112345678: %q", value)
	if e164.MatchString(meant) {
		problem += fmt.Sprintf("; did you mean %q?", meant)
	}
	return problem
}

func pictureProblem(value string) string {
	if u, err := url.Parse(value); err != nil || u.Scheme == "" || strings.ContainsFunc(value, unicode.IsSpace) {
		return fmt.Sprintf("is not an absolute URL: %q", value)
	}
	return ""
}

// unusualUsername warns of what a database refuses unless it is set up otherwise.
// Source: https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
func unusualUsername(value string) string {
	const others = "@^$.!`-#+'~_"
	for _, r := range value {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(others, r) {
			return fmt.Sprintf("has the character %q, which usernames of Auth0's databases cannot have by default: %q", r, value)
		}
	}
	if validate.IsEmail(value) {
		return fmt.Sprintf("is an e-mail address, which only databases accept that allow it: %q; did you mean email", value)
	}
	return ""
}

// newUserIDProblem finds the prefix that Auth0 adds. Another pipe is part of the
// ID: with several custom databases, Auth0 recommends "<connection name>|<id>".
func newUserIDProblem(value string) string {
	prefix, rest, _ := strings.Cut(value, "|")
	if slices.Contains([]string{"auth0", "email", "sms"}, prefix) && rest != "" {
		return fmt.Sprintf("has the prefix that Auth0 adds: %q; did you mean %q?", value, rest)
	}
	return ""
}

// userID accepts what the API's schema does.
func userID() validator.String {
	return validate.Matches("at most 255 characters without white space", func(value string) string {
		switch {
		case value == "":
			return emptyProblem
		case strings.ContainsFunc(value, unicode.IsSpace):
			return fmt.Sprintf("has a space in it: %q", value)
		case len(value) > 255:
			return fmt.Sprintf("has %d characters", len(value))
		}
		return ""
	})
}

// checkSent checks what a plan is about to send: the attributes that differ from
// the state, all of them for a new user.
func checkSent(plan, state model, diags *diag.Diagnostics) {
	for i := range attributes {
		a := &attributes[i]
		value, ok := plan[a.name].(types.String)
		if !ok || !isKnown(value) || state != nil && value.Equal(state[a.name]) {
			continue
		}
		if a.check != nil {
			addProblem(diags, a.name, a.check(value.ValueString()))
		}
		if a.warn != nil {
			if warning := a.warn(value.ValueString()); warning != "" {
				diags.AddAttributeWarning(path.Root(a.name), "Auth0 may refuse this value", sentence(a.name, warning))
			}
		}
	}
}

func addProblem(diags *diag.Diagnostics, name, problem string) {
	if problem != "" {
		diags.AddAttributeError(path.Root(name), "Invalid value", sentence(name, problem))
	}
}

func sentence(name, problem string) string {
	return validate.Sentence(fmt.Sprintf("The attribute %s %s", name, problem))
}

// warnOfKeys warns of metadata keys that are about to be sent and that Auth0's
// documentation forbids. Its API's schema does not, and existing users have them.
// Source: https://auth0.com/docs/manage-users/user-accounts/metadata/metadata-fields-data
func warnOfKeys(name string, updates map[string]json.RawMessage, diags *diag.Diagnostics) {
	var refused []string
	for key, value := range updates {
		if isNull(value) {
			continue
		}
		if name == "app_metadata" && slices.Contains(reservedKeys, key) || hasUnsupportedKey(key, value) {
			refused = append(refused, fmt.Sprintf("%q", key))
		}
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		diags.AddAttributeWarning(path.Root(name), "Auth0 may refuse these metadata keys",
			"Auth0's documentation does not allow keys with . or $, nor some names in app_metadata. Look at: "+strings.Join(refused, ", ")+".")
	}
}

// hasUnsupportedKey reports whether a key, or one inside its value, has a . or a $.
func hasUnsupportedKey(key string, value json.RawMessage) bool {
	if strings.ContainsAny(key, ".$") {
		return true
	}
	if !strings.ContainsAny(string(value), ".$") {
		return false
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		return slices.ContainsFunc(list, func(element json.RawMessage) bool { return hasUnsupportedKey("", element) })
	}
	for key, value := range jsontext.ParseObject(string(value)) {
		if hasUnsupportedKey(key, value) {
			return true
		}
	}
	return false
}

// reservedKeys are the keys that app_metadata must not have; same source.
var reservedKeys = []string{
	"__tenant", "_id", "blocked", "clientID", "created_at", "email_verified", "email", "globalClientID", "global_client_id",
	"identities", "lastIP", "lastLogin", "loginsCount", "metadata", "multifactor_last_modified", "multifactor", "updated_at", "user_id",
}
