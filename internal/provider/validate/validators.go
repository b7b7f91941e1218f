// Package validate has validators of strings, and the functions that they call. If
// a value is wrong but its meaning is clear, the message suggests the right one.
package validate

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// check is a validator with one function. It returns what is wrong with a
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

// IsEmail reports whether s is one e-mail address and nothing else.
func IsEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	if err != nil || address.Address != s || len(s) > 254 {
		return false
	}
	at := strings.LastIndexByte(s, '@')
	return at <= 64 && IsHostName(s[at+1:]) && strings.Contains(s[at+1:], ".")
}

// JSONObject accepts the text of one JSON object.
func JSONObject() validator.String {
	return Matches(`a JSON object, best written with jsonencode({ … })`, func(value string) string {
		if jsontext.ParseObject(value) == nil {
			return "is not a JSON object"
		}
		return ""
	})
}

// Matches accepts what the function finds no problem with; wants completes "It
// must be …".
func Matches(wants string, problem func(value string) string) validator.String {
	return check{wants: wants, problem: problem}
}
