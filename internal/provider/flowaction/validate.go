package flowaction

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// HasTemplate reports whether a text contains a template, whose value is known only
// when the flow runs.
func HasTemplate(value string) bool {
	_, rest, opened := strings.Cut(value, "{{")
	return opened && strings.Contains(rest, "}}")
}

// Length accepts a text of so many characters.
func Length(minimum, maximum int) validator.String { return length(minimum, maximum, "is empty") }

// optionalLength is Length for an attribute that can be left out.
func optionalLength(maximum int) []validator.String {
	return []validator.String{length(1, maximum, "is empty; leave it out or write null")}
}

func length(minimum, maximum int, empty string) validator.String {
	return validate.Matches(fmt.Sprintf("%d to %d characters long", minimum, maximum), func(value string) string {
		switch length := utf8.RuneCountInString(value); {
		case length >= minimum && length <= maximum:
			return ""
		case length == 0:
			return empty
		default:
			return fmt.Sprintf("has %d characters", length)
		}
	})
}

// emailOrTemplate accepts one e-mail address, or any text that contains a template.
func emailOrTemplate() validator.String {
	return validate.Matches("one e-mail address, such as ada@example.com, or a template, such as {{context.user.email}}",
		func(value string) string {
			if HasTemplate(value) || isAddress(value) {
				return ""
			}
			return fmt.Sprintf("is neither an e-mail address nor a template: %q", value)
		})
}

// isAddress reports whether a text is one e-mail address without a display name, in
// any form that Auth0's format accepts, internationalized ones included.
func isAddress(value string) bool {
	at := strings.LastIndexByte(value, '@')
	return at > 0 && at < len(value)-1 && !strings.ContainsFunc(value, unicode.IsSpace) && !strings.ContainsAny(value, "<>,;")
}

// simpleValues accepts a JSON object whose values are numbers, strings and nulls.
func simpleValues() validator.String {
	return validate.Matches("a JSON object of numbers, strings and nulls", func(value string) string {
		fields := jsontext.ParseObject(value)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			switch k := KindOf(fields[name]); k {
			case Number, String, Null:
			default:
				return fmt.Sprintf("has the key %q, which is %s", name, k)
			}
		}
		return ""
	})
}
