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

// cases are values of a validator.
type cases struct {
	valid   []string
	problem string            // what the error says of the values below
	invalid []string          // without a suggestion
	suggest map[string]string // with the valid value that the error suggests
}

func testValidator(t *testing.T, v validator.String, all cases) {
	t.Helper()
	for _, value := range all.valid {
		if detail := validate(t, v, types.StringValue(value)); detail != "" {
			t.Errorf("%q: %s", value, detail)
		}
	}
	for _, value := range all.invalid {
		detail := validate(t, v, types.StringValue(value))
		if !strings.Contains(detail, all.problem) || strings.Contains(detail, "did you mean") {
			t.Errorf("%q: got %q, expected %q without a suggestion", value, detail, all.problem)
		}
	}
	for value, suggestion := range all.suggest {
		detail := validate(t, v, types.StringValue(value))
		if !strings.Contains(detail, all.problem) || !strings.Contains(detail, fmt.Sprintf("did you mean %q?", suggestion)) {
			t.Errorf("%q: got %q, expected %q and the suggestion %q", value, detail, all.problem, suggestion)
		}
		if again := validate(t, v, types.StringValue(suggestion)); again != "" {
			t.Errorf("%q: the suggestion is refused as well: %q", value, again)
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
	suggest := map[string]string{}
	for _, format := range []string{
		"https://%s", "https://%s/", "http://%s/api/v2/?a=b", "%s/", "%s:443", "https://%s:8443/x", " %s ", "%s.", "%s\n",
	} {
		suggest[fmt.Sprintf(format, "acme.eu.auth0.com")] = "acme.eu.auth0.com"
	}
	testValidator(t, HostName(), cases{
		valid: []string{"acme.eu.auth0.com", "ACME.EU.auth0.com", "localhost", "a", "1.2.3.4", "xn--mller-kva.example",
			label + ".com", longest},
		problem: "is not a valid host name",
		invalid: []string{
			"acme_test.auth0.com", "acme test.auth0.com", "-acme.auth0.com", "acme-.auth0.com", "acme..auth0.com", ".auth0.com",
			"müller.example", "user@acme.eu.auth0.com", "[::1]", "", ".", label + "a.com", longest + "a",
		},
		suggest: suggest,
	})
}

func TestTenantDomain(t *testing.T) {
	t.Parallel()
	testValidator(t, TenantDomain(), cases{
		valid:   []string{"acme.eu.auth0.com", "login.acme.com", "Acme.EU.auth0.com", "1.auth0.com"},
		problem: "is not a tenant domain",
		invalid: []string{
			"localhost", "LOCALHOST", "tenant.localhost", "localhost.localdomain", "intranet", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.0x1",
		},
	})
	testValidator(t, TenantDomain(), cases{
		problem: "is not a valid host name", invalid: []string{""},
		suggest: map[string]string{"https://acme.eu.auth0.com/": "acme.eu.auth0.com", "acme.eu.auth0.com:8443": "acme.eu.auth0.com"},
	})
}

func TestNotEmpty(t *testing.T) {
	t.Parallel()
	testValidator(t, NotEmpty(), cases{
		valid: []string{"a", " a\n"}, problem: "is empty; leave it out or write null", invalid: []string{"", " \n"}})
	testValidator(t, RequiredText(), cases{valid: []string{"a"}, problem: "is empty.", invalid: []string{""}})
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
	const site, api = "https://acme.eu.auth0.com", "https://acme.eu.auth0.com/api/v2/"
	testValidator(t, HTTPSURL(), cases{
		valid:   []string{api, site, "https://acme.eu.auth0.com:8443/a?b=c#d", "HTTPS://acme.eu.auth0.com/"},
		problem: "is not an https URL",
		invalid: []string{
			"//acme.eu.auth0.com", "https://", "https:///path", "https:acme", "https://a b", "https://acme.com/a b", "https://acme.com/a\tb",
			"https://acme_x.com/", "https://user:password@acme.com/", "https://acme.com/%zz", "urn:acme", "",
		},
		suggest: map[string]string{
			"http://acme.eu.auth0.com/api/v2/": api, "acme.eu.auth0.com/api/v2/": api, "acme.eu.auth0.com/api/v2": api,
			"acme.eu.auth0.com": site, " " + site + " ": site, "htps://acme.eu.auth0.com": site,
		},
	})
}

func TestIsEmail(t *testing.T) {
	t.Parallel()
	local, domain := strings.Repeat("a", 64), strings.Repeat(strings.Repeat("b", 60)+".", 3)
	for _, address := range []string{
		"ada@example.com", "Ada.Lovelace+forms@mail.example.co.uk", "o'hara!#$%&*/=?^_`{|}~-@example.com", "1@2.example",
		local + "@example.com", local + "@" + domain + "exampl",
	} {
		if !IsEmail(address) {
			t.Errorf("%q is refused", address)
		}
	}
	for _, text := range []string{
		"", "ada", "ada@", "@example.com", "ada@localhost", "ada@example..com", "ada@-example.com", "ada@exa_mple.com",
		"ada lovelace@example.com", "ada@example.com ", " ada@example.com", "Ada <ada@example.com>", "<ada@example.com>",
		"ada@example.com, grace@example.com", "mailto:ada@example.com", "ada@[127.0.0.1]", "ada@@example.com", "ada.@example.com",
		`"ada lovelace"@example.com`, local + "a@example.com", local + "@" + domain + "example",
	} {
		if IsEmail(text) {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestJSONObject(t *testing.T) {
	t.Parallel()
	testValidator(t, JSONObject(), cases{
		valid:   []string{`{}`, ` { "a" : { "b-c" : 1 } } `, `{"":null}`},
		problem: "is not a JSON object",
		invalid: []string{`[]`, `null`, `"text"`, `17`, ``, `{`, `{a:1}`, `{"a":1} {"b":2}`},
	})
	// Metadata may be private: the message does not quote it.
	if detail := validate(t, JSONObject(), types.StringValue(`{"note":"private"`)); strings.Contains(detail, "private") {
		t.Errorf("the message quotes the value: %s", detail)
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	even := Matches("even", func(value string) string {
		if len(value)%2 == 0 {
			return ""
		}
		return "is odd"
	})
	testValidator(t, even, cases{valid: []string{"", "ab"}, problem: "The attribute subject is odd.", invalid: []string{"a"}})
}
