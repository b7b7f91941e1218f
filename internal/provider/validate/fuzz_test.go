package validate

import (
	"context"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var suggestion = regexp.MustCompile(`did you mean ("(?:[^"\\]|\\.)*")\?`)

// FuzzValidators: no value breaks a validator, each refusal says why, and what a refusal suggests is accepted.
func FuzzValidators(f *testing.F) {
	for _, seed := range []string{
		"", " ", "acme.eu.auth0.com", "https://acme.eu.auth0.com/", "acme.eu.auth0.com/api/v2", "acme:443", "127.0.0.1", "localhost", "[::1]",
		"ada@example.com", "root@localhost", "jösé@exämple.com", "+49 (0)151 12345678", "004915112345678", "http://",
		"https://%zz", "{", `{"a":{"b":1}}`,
		"\x00", "\u202e", "a..b", "xn--bcher-kva.example",
	} {
		f.Add(seed)
	}
	validators := map[string]validator.String{
		"host": HostName(), "tenant domain": TenantDomain(), "https URL": HTTPSURL(),
		"not empty": NotEmpty(), "required": RequiredText(), "JSON object": JSONObject(),
	}
	validate := func(v validator.String, value string) *validator.StringResponse {
		resp := new(validator.StringResponse)
		v.ValidateString(context.Background(), validator.StringRequest{Path: path.Root("a"), ConfigValue: types.StringValue(value)}, resp)
		return resp
	}
	f.Fuzz(func(t *testing.T, value string) {
		for name, v := range validators {
			for _, d := range validate(v, value).Diagnostics {
				if d.Summary() == "" || d.Detail() == "" {
					t.Errorf("%s: %q is refused without a reason", name, value)
				}
				found := suggestion.FindStringSubmatch(d.Detail())
				if found == nil {
					continue
				}
				meant, err := strconv.Unquote(found[1])
				if err != nil {
					continue // the value itself contains such a question
				}
				if again := validate(v, meant); again.Diagnostics.HasError() {
					t.Errorf("%s: %q is suggested for %q, and refused: %v", name, meant, value, again.Diagnostics)
				}
			}
		}
	})
}
