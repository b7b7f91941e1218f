package tfkit

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"

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
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
			fmt.Sprintf("%s\n\nIt must be %s.", Sentence(fmt.Sprintf("The attribute %s %s", req.Path, problem)), c.wants))
	}
}

// Sentence ends a text with a period, unless it ends with a period or a question
// mark already.
func Sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// NotEmpty accepts a text with something other than white space in it, for an
// optional attribute.
func NotEmpty() validator.String { return notEmpty("is empty; leave it out or write null") }

// RequiredText is NotEmpty for a required attribute.
func RequiredText() validator.String { return notEmpty("is empty") }

func notEmpty(problem string) validator.String {
	return check{
		wants: "a text of at least one character",
		problem: func(value string) string {
			if strings.TrimSpace(value) != "" {
				return ""
			}
			return problem
		},
	}
}

// Email accepts one e-mail address without a display name: at most 254
// characters, 64 of them before the @.
func Email() validator.String {
	return check{
		wants: "one e-mail address, such as ada@example.com",
		problem: func(value string) string {
			if IsEmail(value) {
				return ""
			}
			return fmt.Sprintf("is not an e-mail address: %q", value)
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
			return fmt.Sprintf("is not a phone number in E.164 form: %q%s", value, didYouMean(digits))
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
				return "is not a JSON object"
			}
			object, err := decode([]byte(value))
			if err != nil {
				return "is not a JSON object"
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
