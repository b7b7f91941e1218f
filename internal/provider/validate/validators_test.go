package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validate returns the detail of the error that a validator gives for a value.
func validate(t *testing.T, v validator.String, value types.String) string {
	t.Helper()
	var resp validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("subject"), ConfigValue: value}, &resp)
	switch n := resp.Diagnostics.ErrorsCount(); {
	case n == 0:
		return ""
	case n > 1:
		t.Errorf("%v: %d errors: %v", value, n, resp.Diagnostics)
	}
	for _, d := range resp.Diagnostics {
		if withPath, ok := d.(interface{ Path() path.Path }); !ok || !withPath.Path().Equal(path.Root("subject")) {
			t.Errorf("%v: the error is not on the attribute: %v", value, d)
		}
		if d.Summary() != "Invalid value" {
			t.Errorf("%v: summary %q", value, d.Summary())
		}
	}
	detail := resp.Diagnostics[0].Detail()
	if !strings.Contains(detail, "The attribute subject ") || !strings.Contains(detail, "It must be "+v.Description(t.Context())+".") {
		t.Errorf("%v: the detail names neither the attribute nor what is wanted: %q", value, detail)
	}
	return detail
}

// A valueTest is a value that is right, or what the error says of it.
type valueTest struct {
	value string
	// want is the beginning of what is wrong; empty for a right value.
	want string
	// meant is the corrected value that the message shows; empty if it shows none.
	meant string
}

func testValidator(t *testing.T, v validator.String, tests []valueTest) {
	t.Helper()
	for _, test := range tests {
		detail := validate(t, v, types.StringValue(test.value))
		switch {
		case (detail == "") != (test.want == ""):
			t.Errorf("%q: got %q, expected %q", test.value, detail, test.want)
		case !strings.Contains(detail, test.want):
			t.Errorf("%q: %q does not say %q", test.value, detail, test.want)
		case strings.Contains(detail, "did you mean") != (test.meant != ""):
			t.Errorf("%q: got %q, expected the suggestion %q", test.value, detail, test.meant)
		case test.meant != "" && !strings.Contains(detail, fmt.Sprintf("did you mean %q?", test.meant)):
			t.Errorf("%q: got %q, expected the suggestion %q", test.value, detail, test.meant)
		}
		if test.meant != "" {
			if again := validate(t, v, types.StringValue(test.meant)); again != "" {
				t.Errorf("%q: the suggestion is refused as well: %q", test.value, again)
			}
		}
	}
	// A value that is missing or unknown is not an error.
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		if detail := validate(t, v, value); detail != "" {
			t.Errorf("%v: %s", value, detail)
		}
	}
	if v.Description(t.Context()) == "" || v.MarkdownDescription(t.Context()) != v.Description(t.Context()) {
		t.Errorf("described as %q and %q", v.Description(t.Context()), v.MarkdownDescription(t.Context()))
	}
}

func TestHostName(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	longest := strings.Join([]string{label, label, label, strings.Repeat("a", 61)}, ".")
	testValidator(t, HostName(), []valueTest{
		{value: "acme.eu.auth0.com"},
		{value: "ACME.EU.auth0.com"},
		{value: "localhost"},
		{value: "a"},
		{value: "1.2.3.4"},
		{value: "xn--mller-kva.example"},
		{value: label + ".com"},
		{value: longest},
		{"https://acme.eu.auth0.com", "is not a valid host name", "acme.eu.auth0.com"},
		{"https://acme.eu.auth0.com/", "is not a valid host name", "acme.eu.auth0.com"},
		{"http://acme.eu.auth0.com/api/v2/?a=b", "is not a valid host name", "acme.eu.auth0.com"},
		{"acme.eu.auth0.com/", "is not a valid host name", "acme.eu.auth0.com"},
		{"acme.eu.auth0.com:443", "is not a valid host name", "acme.eu.auth0.com"},
		{"https://acme.eu.auth0.com:8443/x", "is not a valid host name", "acme.eu.auth0.com"},
		{" acme.eu.auth0.com ", "is not a valid host name", "acme.eu.auth0.com"},
		{"acme.eu.auth0.com.", "is not a valid host name", "acme.eu.auth0.com"},
		{"acme_test.auth0.com", "is not a valid host name", ""},
		{"acme test.auth0.com", "is not a valid host name", ""},
		{"-acme.auth0.com", "is not a valid host name", ""},
		{"acme-.auth0.com", "is not a valid host name", ""},
		{"acme..auth0.com", "is not a valid host name", ""},
		{".auth0.com", "is not a valid host name", ""},
		{"müller.example", "is not a valid host name", ""},
		{"user@acme.eu.auth0.com", "is not a valid host name", ""},
		{"[::1]", "is not a valid host name", ""},
		{"", "is not a valid host name", ""},
		{".", "is not a valid host name", ""},
		{label + "a.com", "is not a valid host name", ""},
		{longest + "a", "is not a valid host name", ""},
		{"acme.eu.auth0.com\n", "is not a valid host name", "acme.eu.auth0.com"},
	})
}

func TestTenantDomain(t *testing.T) {
	t.Parallel()
	testValidator(t, TenantDomain(), []valueTest{
		{value: "acme.eu.auth0.com"},
		{value: "login.acme.com"},
		{value: "Acme.EU.auth0.com"},
		{value: "1.auth0.com"},
		{"https://acme.eu.auth0.com/", "is not a valid host name", "acme.eu.auth0.com"},
		{"acme.eu.auth0.com:8443", "is not a valid host name", "acme.eu.auth0.com"},
		{"localhost", "is not a tenant domain", ""},
		{"LOCALHOST", "is not a tenant domain", ""},
		{"tenant.localhost", "is not a tenant domain", ""},
		{"localhost.localdomain", "is not a tenant domain", ""},
		{"intranet", "is not a tenant domain", ""},
		{"127.0.0.1", "is not a tenant domain", ""},
		{"127.1", "is not a tenant domain", ""},
		{"2130706433", "is not a tenant domain", ""},
		{"0x7f.0.0.0x1", "is not a tenant domain", ""},
		{"", "is not a valid host name", ""},
	})
}

func TestNotEmpty(t *testing.T) {
	t.Parallel()
	testValidator(t, NotEmpty(), []valueTest{
		{value: "a"},
		{value: " a\n"},
		{"", "is empty; leave it out or write null", ""},
		{" \n", "is empty; leave it out or write null", ""},
	})
	testValidator(t, RequiredText(), []valueTest{{value: "a"}, {"", "is empty.", ""}})
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"A": "A.", "A.": "A.", "A?": "A?"} {
		if got := Sentence(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestHTTPSURL(t *testing.T) {
	t.Parallel()
	testValidator(t, HTTPSURL(), []valueTest{
		{value: "https://acme.eu.auth0.com/api/v2/"},
		{value: "https://acme.eu.auth0.com"},
		{value: "https://acme.eu.auth0.com:8443/a?b=c#d"},
		{value: "HTTPS://acme.eu.auth0.com/"},
		{"http://acme.eu.auth0.com/api/v2/", "is not an https URL", "https://acme.eu.auth0.com/api/v2/"},
		{"acme.eu.auth0.com/api/v2/", "is not an https URL", "https://acme.eu.auth0.com/api/v2/"},
		{"acme.eu.auth0.com", "is not an https URL", "https://acme.eu.auth0.com"},
		{"acme.eu.auth0.com/api/v2", "is not an https URL", "https://acme.eu.auth0.com/api/v2/"},
		{" https://acme.eu.auth0.com ", "is not an https URL", "https://acme.eu.auth0.com"},
		{"htps://acme.eu.auth0.com", "is not an https URL", "https://acme.eu.auth0.com"},
		{"//acme.eu.auth0.com", "is not an https URL", ""},
		{"https://", "is not an https URL", ""},
		{"https:///path", "is not an https URL", ""},
		{"https:acme", "is not an https URL", ""},
		{"https://a b", "is not an https URL", ""},
		{"https://acme.com/a b", "is not an https URL", ""},
		{"https://acme.com/a\tb", "is not an https URL", ""},
		{"https://acme_x.com/", "is not an https URL", ""},
		{"https://user:password@acme.com/", "is not an https URL", ""},
		{"https://acme.com/%zz", "is not an https URL", ""},
		{"urn:acme", "is not an https URL", ""},
		{"", "is not an https URL", ""},
	})
}

func TestIsEmail(t *testing.T) {
	t.Parallel()
	local := strings.Repeat("a", 64)
	domain := strings.Repeat("b", 60)
	for value, want := range map[string]bool{
		"ada@example.com":                       true,
		"Ada.Lovelace+forms@mail.example.co.uk": true,
		"o'hara!#$%&*/=?^_`{|}~-@example.com":   true,
		"1@2.example":                           true,
		local + "@example.com":                  true,
		local + "@" + domain + "." + domain + "." + domain + ".exampl": true,
		"ada":                                false,
		"ada@":                               false,
		"@example.com":                       false,
		"ada@localhost":                      false,
		"ada@example..com":                   false,
		"ada@-example.com":                   false,
		"ada@exa_mple.com":                   false,
		"ada lovelace@example.com":           false,
		"ada@example.com ":                   false,
		" ada@example.com":                   false,
		"Ada <ada@example.com>":              false,
		"<ada@example.com>":                  false,
		"ada@example.com, grace@example.com": false,
		"mailto:ada@example.com":             false,
		"ada@[127.0.0.1]":                    false,
		"ada@@example.com":                   false,
		"ada.@example.com":                   false,
		`"ada lovelace"@example.com`:         false,
		local + "a@example.com":              false,
		local + "@" + domain + "." + domain + "." + domain + ".example": false,
		"": false,
	} {
		if got := IsEmail(value); got != want {
			t.Errorf("%q: got %v", value, got)
		}
	}
}

func TestJSONObject(t *testing.T) {
	t.Parallel()
	testValidator(t, JSONObject(), []valueTest{
		{value: `{}`},
		{value: ` { "a" : { "b-c" : 1 } } `},
		{value: `{"":null}`},
		{`[]`, "is not a JSON object", ""},
		{`null`, "is not a JSON object", ""},
		{`"text"`, "is not a JSON object", ""},
		{`17`, "is not a JSON object", ""},
		{``, "is not a JSON object", ""},
		{`{`, "is not a JSON object", ""},
		{`{a:1}`, "is not a JSON object", ""},
		{`{"a":1} {"b":2}`, "is not a JSON object", ""},
	})
	// Metadata may be private: the message does not quote it.
	if detail := validate(t, JSONObject(), types.StringValue(`{"note":"private"`)); strings.Contains(detail, "private") {
		t.Errorf("the message quotes the value: %s", detail)
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	testValidator(t, Matches("even", func(value string) string {
		if len(value)%2 == 0 {
			return ""
		}
		return "is odd"
	}), []valueTest{{value: ""}, {value: "ab"}, {"a", "The attribute subject is odd.", ""}})
}
