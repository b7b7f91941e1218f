package tfkit

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

func TestURL(t *testing.T) {
	t.Parallel()
	testValidator(t, URL(), []valueTest{
		{value: "https://s.gravatar.com/avatar/0?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fch.png"},
		{value: "http://example.com/a.png"},
		{value: "https://ümläut.example/a.png"},
		{"example.com/a.png", "is not an absolute URL", ""},
		{"/a.png", "is not an absolute URL", ""},
		{"ftp://example.com/a.png", "is not an absolute URL", ""},
		{"data:image/png;base64,AAAA", "is not an absolute URL", ""},
		{"javascript:alert(1)", "is not an absolute URL", ""},
		{"https://", "is not an absolute URL", ""},
		{"https://:443/", "is not an absolute URL", ""},
		{"https://example.com/a b.png", "is not an absolute URL", ""},
		{"https://exa mple.com/", "is not an absolute URL", ""},
		{"", "is not an absolute URL", ""},
	})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	local := strings.Repeat("a", 64)
	domain := strings.Repeat("b", 60)
	testValidator(t, Email(), []valueTest{
		{value: "ada@example.com"},
		{value: "Ada.Lovelace+forms@mail.example.co.uk"},
		{value: "o'hara!#$%&*/=?^_`{|}~-@example.com"},
		{value: "1@2.example"},
		{value: local + "@example.com"},
		{value: local + "@" + domain + "." + domain + "." + domain + ".exampl"},
		{"ada", "is not an e-mail address", ""},
		{"ada@", "is not an e-mail address", ""},
		{"@example.com", "is not an e-mail address", ""},
		{"ada@localhost", "is not an e-mail address", ""},
		{"ada@example..com", "is not an e-mail address", ""},
		{"ada@-example.com", "is not an e-mail address", ""},
		{"ada@exa_mple.com", "is not an e-mail address", ""},
		{"ada lovelace@example.com", "is not an e-mail address", ""},
		{"ada@example.com ", "is not an e-mail address", ""},
		{" ada@example.com", "is not an e-mail address", ""},
		{"Ada <ada@example.com>", "is not an e-mail address", ""},
		{"<ada@example.com>", "is not an e-mail address", ""},
		{"ada@example.com, grace@example.com", "is not an e-mail address", ""},
		{"mailto:ada@example.com", "is not an e-mail address", ""},
		{"ada@[127.0.0.1]", "is not an e-mail address", ""},
		{"ada@@example.com", "is not an e-mail address", ""},
		{"ada.@example.com", "is not an e-mail address", ""},
		{`"ada lovelace"@example.com`, "is not an e-mail address", ""},
		{local + "a@example.com", "is not an e-mail address", ""},
		{local + "@" + domain + "." + domain + "." + domain + ".example", "is not an e-mail address", ""},
		{"", "is not an e-mail address", ""},
	})
}

func TestPhoneNumber(t *testing.T) {
	t.Parallel()
	testValidator(t, PhoneNumber(), []valueTest{
		{value: "+4915112345678"},
		{value: "+1"},
		{value: "+123456789012345"},
		{"+1234567890123456", "is not a phone number in E.164 form", ""},
		{"004915112345678", "is not a phone number in E.164 form", "+4915112345678"},
		{"+49 151 / 123-456.78", "is not a phone number in E.164 form", "+4915112345678"},
		{"+1 (555) 010-9999", "is not a phone number in E.164 form", "+15550109999"},
		{"0049 (0)151 12345678", "is not a phone number in E.164 form", "+4915112345678"},
		{"+49 (0) 151 12345678", "is not a phone number in E.164 form", "+4915112345678"},
		{"015112345678", "is not a phone number in E.164 form", ""}, // of which country?
		{"(0)151 12345678", "is not a phone number in E.164 form", ""},
		{"4915112345678", "is not a phone number in E.164 form", ""},
		{"+", "is not a phone number in E.164 form", ""},
		{"+49151abc", "is not a phone number in E.164 form", ""},
		{"++49151", "is not a phone number in E.164 form", ""},
		{"+٤٩١٥١", "is not a phone number in E.164 form", ""},
		{"", "is not a phone number in E.164 form", ""},
		{"+4915112345678\n", "is not a phone number in E.164 form", ""},
	})
}

func TestJSONObject(t *testing.T) {
	t.Parallel()
	v := JSONObject(func(key string, depth int) string {
		switch {
		case strings.ContainsAny(key, ".$"):
			return "which must hold no . and no $"
		case key == "top" && depth > 0:
			return "which belongs to the top"
		}
		return ""
	})
	testValidator(t, v, []valueTest{
		{value: `{}`},
		{value: ` { "a" : { "b-c" : 1 } } `},
		{value: `{"":null}`},
		{value: `{"top":[{"a":[]}]}`},
		{`{"a.b":1}`, `has the key "a.b", which must hold no . and no $`, ""},
		{`{"z":1,"$a":1,"b.":2}`, `has the key "$a", which must hold no . and no $`, ""},
		{`{"a":[1,[{"b":{"c.d":1}}]]}`, `has the key "c.d", which must hold no . and no $`, ""},
		{`{"a":[{"top":1}]}`, `has the key "top", which belongs to the top`, ""},
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
	if detail := validate(t, v, types.StringValue(`{"note":"private"`)); strings.Contains(detail, "private") {
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
