package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"
	"github.com/zalando/go-keyring"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// variables are the environment variables of the provider, by their arguments.
var variables = map[string]string{
	"domain":                       "AUTH0_DOMAIN",
	"client_id":                    "AUTH0_CLIENT_ID",
	"client_secret":                "AUTH0_CLIENT_SECRET",
	"client_assertion_private_key": "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY",
	"client_assertion_signing_alg": "AUTH0_CLIENT_ASSERTION_SIGNING_ALG",
	"client_assertion":             "AUTH0_CLIENT_ASSERTION",
	"api_token":                    "AUTH0_API_TOKEN",
	"cli_login":                    "AUTH0_CLI_LOGIN",
	"audience":                     "AUTH0_AUDIENCE",
	"custom_domain_header":         "AUTH0_CUSTOM_DOMAIN_HEADER",
	"requests_per_second":          "AUTH0_REQUESTS_PER_SECOND",
	"rate_limit_headroom":          "AUTH0_RATE_LIMIT_HEADROOM",
	"ca_cert_file":                 "AUTH0_CA_CERT_FILE",
}

// assertionFor returns a JWT about a client, as one that was signed elsewhere. A
// negative lifetime has ended.
func assertionFor(t *testing.T, clientID string, lifetime time.Duration) string {
	t.Helper()
	token, err := jwt.NewBuilder().Issuer(clientID).Subject(clientID).Expiration(time.Now().Add(lifetime)).Build()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.HS256, []byte("any key")))
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// signedAssertion returns an assertion that is signed with privateKey for a tenant.
func signedAssertion(t *testing.T, clientID, domain string) string {
	t.Helper()
	token, err := jwt.NewBuilder().Issuer(clientID).Subject(clientID).Audience([]string{"https://" + domain + "/"}).
		JwtID("1").IssuedAt(time.Now()).Expiration(time.Now().Add(time.Minute)).Build()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(privateKey))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.RS256, key))
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// cliSession logs in with the Auth0 CLI on a machine without a keyring.
func cliSession(t *testing.T, domain, token string) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	keyring.MockInitWithError(errors.New("no keyring here"))
	if err := os.MkdirAll(filepath.Join(home, ".config", "auth0"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, ".config", "auth0", "config.json"), fmt.Sprintf(`{"tenants":{%q:{"access_token":%q}}}`, domain, token))
}

// setEnv makes these, by their arguments, the only variables of the provider in
// the environment. A test that calls it cannot be parallel.
func setEnv(t *testing.T, values map[string]string) {
	t.Helper()
	for argument, variable := range variables {
		t.Setenv(variable, values[argument])
	}
}

// privateKey is an RSA key, and publicKey what belongs to it.
var privateKey, publicKey = newKeys()

func newKeys() (private, public string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// outcome is the result of a configuration.
type outcome struct {
	response fwprovider.ConfigureResponse
	options  auth0.Options
}

func (o outcome) data(t *testing.T) *providerdata.Data {
	t.Helper()
	data, ok := o.response.ResourceData.(*providerdata.Data)
	if !ok {
		t.Fatalf("the provider was not configured: %v", o.response.Diagnostics)
	}
	return data
}

// text is the diagnostics as a text, with their paths.
func (o outcome) text() string {
	var lines []string
	for _, d := range o.response.Diagnostics {
		at := ""
		if d, ok := d.(diag.DiagnosticWithPath); ok {
			at = d.Path().String()
		}
		lines = append(lines, fmt.Sprintf("%s at %q: %s: %s", d.Severity(), at, d.Summary(), d.Detail()))
	}
	return strings.Join(lines, "\n")
}

// configure configures the provider with these arguments.
func configure(t *testing.T, arguments acctest.Attributes) outcome {
	t.Helper()
	var o outcome
	p := provider.New("1.2.3", func(options *auth0.Options) { o.options = *options })()
	var s fwprovider.SchemaResponse
	p.Schema(t.Context(), fwprovider.SchemaRequest{}, &s)
	raw := acctest.Value(t, s.Schema.Type().TerraformType(t.Context()), arguments)
	p.Configure(t.Context(), fwprovider.ConfigureRequest{TerraformVersion: "1.11.4", Config: tfsdk.Config{Raw: raw, Schema: s.Schema}},
		&o.response)
	return o
}

// validate checks these arguments as Terraform does before anything else.
func validate(t *testing.T, arguments acctest.Attributes) []*tfprotov6.Diagnostic {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("1.2.3")())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.Provider.ValueType()
	config, err := tfprotov6.NewDynamicValue(kind, acctest.Value(t, kind, arguments))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// complete are all required arguments.
var complete = acctest.Attributes{"domain": "acme.eu.auth0.com", "client_id": "id", "client_secret": "secret"}

// TestConfigureFillsEveryKind: every kind of object gets the provider data.
func TestConfigureFillsEveryKind(t *testing.T) {
	setEnv(t, nil)
	o := configure(t, complete)
	data := o.data(t)
	for kind, got := range map[string]any{
		"resources": o.response.ResourceData, "data sources": o.response.DataSourceData, "ephemeral resources": o.response.EphemeralResourceData,
		"list resources": o.response.ListResourceData, "actions": o.response.ActionData,
	} {
		if got != any(data) {
			t.Errorf("%s get %v", kind, got)
		}
	}
	if len(o.response.Diagnostics) != 0 || o.response.Deferred != nil {
		t.Errorf("got %s", o.text())
	}
	if data.Pool == nil || data.CredentialsUnknown || data.ConnectionSecretsUnknown || len(data.MissingArguments) != 0 {
		t.Errorf("got %+v", data)
	}
	if got, want := o.options.UserAgent, "terraform-provider-auth0vault/1.2.3 (Terraform/1.11.4)"; got != want {
		t.Errorf("the user agent is %q, expected %q", got, want)
	}
}

// TestArguments: each has its default, its variable, wins over it, and is what the
// provider goes by.
func TestArguments(t *testing.T) {
	files := t.TempDir()
	bundle := func(name string) string {
		file := filepath.Join(files, name)
		write(t, file, "# "+name+"\n"+certificate)
		return file
	}
	otherKey, _ := newKeys()
	argumentAssertion, variableAssertion := assertionFor(t, "id", time.Minute), assertionFor(t, "id", 2*time.Minute)
	cliToken := assertionFor(t, "auth0-cli", time.Hour)
	cliSession(t, "acme.eu.auth0.com", cliToken)
	without := func(names ...string) acctest.Attributes { return complete.Without(names...) }
	for argument, test := range map[string]struct {
		others                 acctest.Attributes // the other arguments
		argument               any
		env                    string
		read                   func(*providerdata.Data, auth0.Options) string
		otherwise, byEnv, want string
	}{
		"domain": {
			without("domain"), "argument.eu.auth0.com", "variable.eu.auth0.com",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.Domain },
			"", "variable.eu.auth0.com", "argument.eu.auth0.com",
		},
		"client_id": {
			without("client_id"), "argument", "variable",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.ClientID },
			"", "variable", "argument",
		},
		"client_secret": {
			without("client_secret"), "argument", "variable",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.ClientSecret },
			"", "variable", "argument",
		},
		"client_assertion_private_key": {
			without("client_secret"), otherKey, privateKey,
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.PrivateKey },
			"", privateKey, otherKey,
		},
		"client_assertion_signing_alg": {
			without("client_secret").With(acctest.Attributes{"client_assertion_private_key": privateKey}), "PS256", "RS384",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.SigningAlg },
			"", "RS384", "PS256",
		},
		"client_assertion": {
			without("client_secret"), argumentAssertion, variableAssertion,
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.Assertion },
			"", variableAssertion, argumentAssertion,
		},
		"cli_login": {
			without("client_id", "client_secret"), true, "true",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.Token },
			"", cliToken, cliToken,
		},
		"api_token": {
			without("client_id", "client_secret"), "argument", "variable",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.Token },
			"", "variable", "argument",
		},
		"audience": {
			complete, "https://argument.eu.auth0.com/api/v2/", "https://variable.eu.auth0.com/api/v2/",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.Audience },
			"", "https://variable.eu.auth0.com/api/v2/", "https://argument.eu.auth0.com/api/v2/",
		},
		"custom_domain_header": {
			complete, "argument.acme.com", "variable.acme.com",
			func(_ *providerdata.Data, options auth0.Options) string { return options.CustomDomain },
			"", "variable.acme.com", "argument.acme.com",
		},
		"requests_per_second": {
			complete, 2.5, "0.5",
			func(_ *providerdata.Data, options auth0.Options) string { return fmt.Sprint(options.RequestsPerSecond) },
			"0", "0.5", "2.5",
		},
		"rate_limit_headroom": {
			complete, 0, "0.9",
			func(_ *providerdata.Data, options auth0.Options) string { return fmt.Sprint(options.Headroom) },
			"0.2", "0.9", "0",
		},
		"ca_cert_file": {
			complete, bundle("argument.pem"), bundle("variable.pem"),
			func(_ *providerdata.Data, options auth0.Options) string {
				first, _, _ := strings.Cut(string(options.CACert), "\n")
				return first
			},
			"", "# variable.pem", "# argument.pem",
		},
	} {
		t.Run(argument, func(t *testing.T) {
			for _, when := range []struct {
				name     string
				argument any
				env      string
				want     string
			}{
				{"neither", nil, "", test.otherwise},
				{"the variable", nil, test.env, test.byEnv},
				{"the argument", test.argument, "", test.want},
				{"both", test.argument, test.env, test.want},
			} {
				setEnv(t, map[string]string{argument: when.env})
				arguments := test.others.With(acctest.Attributes{argument: when.argument})
				if diags := validate(t, arguments); acctest.HasError(diags) {
					t.Errorf("%s: %s", when.name, acctest.Format(diags))
				}
				o := configure(t, arguments)
				if o.response.Diagnostics.HasError() {
					t.Errorf("%s: %s", when.name, o.text())
					continue
				}
				if got := test.read(o.data(t), o.options); got != when.want {
					t.Errorf("%s: got %q, expected %q", when.name, got, when.want)
				}
			}
		})
	}
	for argument := range variables {
		if _, ok := providerAttributes(t)[argument]; !ok {
			t.Errorf("there is no argument %s", argument)
		}
	}
}

func providerAttributes(t *testing.T) map[string]schema.Attribute {
	t.Helper()
	var s fwprovider.SchemaResponse
	provider.New("test")().Schema(t.Context(), fwprovider.SchemaRequest{}, &s)
	return s.Schema.Attributes
}

// TestArgumentsAreDescribed: each names its variable, and what is secret is kept so.
func TestArgumentsAreDescribed(t *testing.T) {
	t.Parallel()
	secret := []string{"api_token", "client_assertion", "client_assertion_private_key", "client_secret", "connection_secrets"}
	for name, attribute := range providerAttributes(t) {
		if variable := variables[name]; variable != "" && !strings.Contains(attribute.GetMarkdownDescription(), "`"+variable+"`") {
			t.Errorf("%s: the description does not name %s: %s", name, variable, attribute.GetMarkdownDescription())
		} else if variable == "" && name != "connection_secrets" {
			t.Errorf("%s has no variable", name)
		}
		if attribute.IsSensitive() != slices.Contains(secret, name) {
			t.Errorf("%s: sensitive: %v", name, attribute.IsSensitive())
		}
		if !attribute.IsOptional() || attribute.IsRequired() {
			t.Errorf("%s is not optional", name)
		}
	}
}

// TestInvalidArguments: they are errors on the argument, before anything is done.
func TestInvalidArguments(t *testing.T) {
	setEnv(t, nil)
	for name, test := range map[string]struct {
		argument string
		value    any
		want     string
	}{
		"domain, empty":              {"domain", "", "is not a valid host"},
		"domain, http":               {"domain", "http://acme.eu.auth0.com", "is not a valid host"},
		"domain, path":               {"domain", "acme.eu.auth0.com/api/v2", "is not a valid host"},
		"domain, space":              {"domain", "acme eu", "is not a valid host"},
		"domain, underscore":         {"domain", "acme_test.auth0.com", "is not a valid host"},
		"domain, port out of range":  {"domain", "acme.eu.auth0.com:65536", "is not a valid host"},
		"domain, port 0":             {"domain", "acme.eu.auth0.com:0", "is not a valid host"},
		"domain, named port":         {"domain", "acme.eu.auth0.com:https", "is not a valid host"},
		"domain, user":               {"domain", "user@acme.eu.auth0.com", "is not a valid host"},
		"domain, scheme alone":       {"domain", "https://", "is not a valid host"},
		"domain, two slashes":        {"domain", "https://acme.eu.auth0.com//", "is not a valid host"},
		"client id, empty":           {"client_id", "", "is empty"},
		"client secret, empty":       {"client_secret", "", "is empty"},
		"key, no PEM":                {"client_assertion_private_key", "no key", "not a PEM encoded key"},
		"key, public":                {"client_assertion_private_key", publicKey, "not an RSA private key"},
		"algorithm":                  {"client_assertion_signing_alg", "HS256", "RS256"},
		"token, empty":               {"api_token", "", "is empty"},
		"audience, no URL":           {"audience", "acme.eu.auth0.com/api/v2/", `did you mean "https://acme.eu.auth0.com/api/v2/"?`},
		"token, with its type":       {"api_token", "Bearer abc", "Bearer"},
		"token, line break in it":    {"api_token", "abc\ndef", "line break"},
		"audience, no slash":         {"audience", "acme.eu.auth0.com/api/v2", `did you mean "https://acme.eu.auth0.com/api/v2/"?`},
		"audience, URL, no slash":    {"audience", "https://acme.eu.auth0.com/api/v2", `did you mean "https://acme.eu.auth0.com/api/v2/"?`},
		"audience, http":             {"audience", "http://acme.eu.auth0.com/api/v2/", "is not an https URL"},
		"custom domain, URL":         {"custom_domain_header", "https://login.acme.com", `did you mean "login.acme.com"?`},
		"custom domain, short":       {"custom_domain_header", "ab", "between 3 and 255"},
		"requests, none":             {"requests_per_second", 0, "at least"},
		"requests, negative":         {"requests_per_second", -1, "at least"},
		"headroom, negative":         {"rate_limit_headroom", -0.1, "between 0"},
		"headroom, nearly all":       {"rate_limit_headroom", 0.91, "between 0"},
		"certificates, no file name": {"ca_cert_file", "", "is empty"},
	} {
		diags := validate(t, acctest.Attributes{test.argument: test.value})
		t.Run(name, func(t *testing.T) {
			acctest.ExpectError(t, diags, test.argument, test.want)
		})
	}
	// At the bounds there is nothing to say.
	for _, arguments := range []acctest.Attributes{
		{"requests_per_second": 0.01}, {"requests_per_second": 1000}, {"rate_limit_headroom": 0}, {"rate_limit_headroom": 0.9},
		{"domain": "a"}, {"domain": "localhost:65535"}, {"domain": "https://acme.eu.auth0.com/"}, {},
	} {
		if diags := validate(t, arguments); len(diags) != 0 {
			t.Errorf("%v: %s", arguments, acctest.Format(diags))
		}
	}
}

// TestInvalidVariables: they are errors that name the variable.
func TestInvalidVariables(t *testing.T) {
	files := t.TempDir()
	noPEM := filepath.Join(files, "no.pem")
	write(t, noPEM, "no certificate")
	for name, test := range map[string]struct {
		argument, value string
		others          map[string]string
		want            string
	}{
		"domain": {"domain", "acme.eu.auth0.com/path", nil, "is not a valid host"},
		"key":    {"client_assertion_private_key", "no key", nil, "not a PEM encoded key"},
		"algorithm": {"client_assertion_signing_alg", "HS256", map[string]string{"client_assertion_private_key": privateKey},
			`unknown signing algorithm: "HS256"`},
		"audience":                {"audience", "acme.eu.auth0.com", nil, "is not an https URL"},
		"audience, half a URL":    {"audience", "https://", nil, "is not an https URL"},
		"custom domain":           {"custom_domain_header", "https://login.acme.com", nil, "is not a valid host name"},
		"custom domain, newline":  {"custom_domain_header", "login.acme.com\nX-Other: 1", nil, "is not a valid host name"},
		"requests":                {"requests_per_second", "many", nil, `a number from 0.01 to 1000000, not "many"`},
		"requests, with a comma":  {"requests_per_second", "0,5", nil, `not "0,5"`},
		"requests, negative":      {"requests_per_second", "-1", nil, `not "-1"`},
		"requests, none":          {"requests_per_second", "0", nil, `not "0"`},
		"requests, no number":     {"requests_per_second", "NaN", nil, `not "NaN"`},
		"requests, infinite":      {"requests_per_second", "Inf", nil, `not "Inf"`},
		"headroom":                {"rate_limit_headroom", "20%", nil, `not "20%"`},
		"headroom, too large":     {"rate_limit_headroom", "1", nil, `not "1"`},
		"headroom, negative":      {"rate_limit_headroom", "-0.1", nil, `not "-0.1"`},
		"headroom, no number":     {"rate_limit_headroom", "NaN", nil, `not "NaN"`},
		"certificates":            {"ca_cert_file", filepath.Join(files, "missing.pem"), nil, "missing.pem"},
		"certificates, none":      {"ca_cert_file", noPEM, nil, "no.pem"},
		"certificates, directory": {"ca_cert_file", files, nil, files},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{"domain": "acme.eu.auth0.com", "client_id": "id", test.argument: test.value}
			for argument, value := range test.others {
				env[argument] = value
			}
			setEnv(t, env)
			o := configure(t, nil)
			text := o.text()
			if o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(text, variables[test.argument]) || !strings.Contains(text, test.want) {
				t.Errorf("got %s\nexpected one error that names %s and says %q", text, variables[test.argument], test.want)
			}
			for argument, variable := range variables {
				if argument != test.argument && strings.Contains(strings.ReplaceAll(text, variables[test.argument], ""), variable) {
					t.Errorf("the error names %s as well: %s", variable, text)
				}
			}
			if o.response.ResourceData != nil {
				t.Error("the provider is configured anyway")
			}
		})
	}
}

// TestCertificatesOfAnArgument: what is wrong with the file is text on the argument, with its name.
func TestCertificatesOfAnArgument(t *testing.T) {
	setEnv(t, map[string]string{"ca_cert_file": "not-this-one.pem"})
	noPEM := filepath.Join(t.TempDir(), "no.pem")
	write(t, noPEM, publicKey)
	for _, file := range []string{filepath.Join(t.TempDir(), "missing.pem"), noPEM, os.TempDir()} {
		o := configure(t, complete.With(acctest.Attributes{"ca_cert_file": file}))
		if text := o.text(); o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(text, `at "ca_cert_file"`) ||
			!strings.Contains(text, file) || strings.Contains(text, "AUTH0_CA_CERT_FILE") {
			t.Errorf("%s: %s", file, text)
		}
	}
}

// TestDomain: what people paste along with it is dropped.
func TestDomain(t *testing.T) {
	for given, want := range map[string]string{
		"acme.eu.auth0.com":              "acme.eu.auth0.com",
		"https://acme.eu.auth0.com":      "acme.eu.auth0.com",
		"https://acme.eu.auth0.com/":     "acme.eu.auth0.com",
		"acme.eu.auth0.com/":             "acme.eu.auth0.com",
		" acme.eu.auth0.com\n":           "acme.eu.auth0.com", //nolint:gocritic // the space is what is tested
		"acme.eu.auth0.com:8443":         "acme.eu.auth0.com:8443",
		"https://localhost:3000/":        "localhost:3000",
		"127.0.0.1:3000":                 "127.0.0.1:3000",
		"a":                              "a",
		"login.acme.com":                 "login.acme.com",
		"HTTPS://Acme.eu.auth0.com/":     "Acme.eu.auth0.com",
		"https://xn--mller-kva.example/": "xn--mller-kva.example",
	} {
		setEnv(t, nil)
		if diags := validate(t, complete.With(acctest.Attributes{"domain": given})); len(diags) != 0 {
			t.Errorf("%q as an argument: %s", given, acctest.Format(diags))
		}
		if got := configure(t, complete.With(acctest.Attributes{"domain": given})).data(t).Credentials.Domain; got != want {
			t.Errorf("%q as an argument: got %q, expected %q", given, got, want)
		}
		setEnv(t, map[string]string{"domain": given})
		if got := configure(t, complete.Without("domain")).data(t).Credentials.Domain; got != want {
			t.Errorf("%q as a variable: got %q, expected %q", given, got, want)
		}
	}
}

// TestConflicts: two ways to authenticate in one configuration are an error.
func TestConflicts(t *testing.T) {
	t.Parallel()
	ways := map[string]any{
		"api_token": "token", "client_id": "id", "client_secret": "secret", "client_assertion_private_key": privateKey,
		"client_assertion": "assertion",
	}
	together := func(a, b string) bool {
		return a == "client_id" && b != "api_token" || b == "client_id" && a != "api_token"
	}
	for a := range ways {
		for b := range ways {
			if a >= b {
				continue
			}
			diags := validate(t, acctest.Attributes{a: ways[a], b: ways[b]})
			if acctest.HasError(diags) == together(a, b) {
				t.Errorf("%s and %s: %s", a, b, acctest.Format(diags))
			}
			if diags := validate(t, acctest.Attributes{a: ways[a], b: acctest.Unknown}); acctest.HasError(diags) {
				t.Errorf("%s and %s, which is not known: %s", a, b, acctest.Format(diags))
			}
		}
	}
}

// TestHowItAuthenticates: what the arguments say goes before what the environment
// says, as a whole: no half of one client is taken together with a half of another.
func TestHowItAuthenticates(t *testing.T) {
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		env       map[string]string
		want      string
	}{
		"secret": {acctest.Attributes{"client_id": "a", "client_secret": "a"}, nil, "id a, secret a"},
		"key": {acctest.Attributes{"client_id": "a", "client_assertion_private_key": privateKey}, nil,
			"id a, key"},
		"token":                  {acctest.Attributes{"api_token": "a"}, nil, "token a"},
		"all of the environment": {nil, map[string]string{"client_id": "e", "client_secret": "e"}, "id e, secret e"},
		"key of the environment": {nil, map[string]string{"client_id": "e", "client_assertion_private_key": privateKey}, "id e, key"},
		"token, a client in the environment": {acctest.Attributes{"api_token": "a"},
			map[string]string{"client_id": "e", "client_secret": "e", "client_assertion_private_key": privateKey}, "token a"},
		"client, a token in the environment": {acctest.Attributes{"client_id": "a", "client_secret": "a"},
			map[string]string{"api_token": "e"}, "id a, secret a"},
		"id, a token and a secret there": {acctest.Attributes{"client_id": "a"},
			map[string]string{"api_token": "e", "client_secret": "e"}, "id a, secret e"},
		"secret, a token and an id there": {acctest.Attributes{"client_secret": "a"},
			map[string]string{"api_token": "e", "client_id": "e"}, "id e, secret a"},
		"key, a secret in the environment": {acctest.Attributes{"client_id": "a", "client_assertion_private_key": privateKey},
			map[string]string{"client_secret": "e"}, "id a, key"},
		"secret, a key in the environment": {acctest.Attributes{"client_id": "a", "client_secret": "a"},
			map[string]string{"client_assertion_private_key": privateKey}, "id a, secret a"},
		"secret, a broken key there": {acctest.Attributes{"client_id": "a", "client_secret": "a"},
			map[string]string{"client_assertion_private_key": "broken"}, "id a, secret a"},
		"token, a broken key there": {acctest.Attributes{"api_token": "a"},
			map[string]string{"client_assertion_private_key": "broken"}, "token a"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			data := configure(t, acctest.Attributes{"domain": "acme.eu.auth0.com"}.With(test.arguments)).data(t)
			var parts []string
			for _, part := range []struct{ name, value string }{
				{"id ", data.Credentials.ClientID}, {"secret ", data.Credentials.ClientSecret}, {"token ", data.Credentials.Token},
			} {
				if part.value != "" {
					parts = append(parts, part.name+part.value)
				}
			}
			if data.Credentials.PrivateKey != "" {
				parts = append(parts, "key")
			}
			if got := strings.Join(parts, ", "); got != test.want || data.MissingArguments.HasError() {
				t.Errorf("got %q, expected %q; missing: %v", got, test.want, data.MissingArguments)
			}
		})
	}
}

// TestMissing: what is missing is not an error yet, and is reported with both places where
// it can be given.
func TestMissing(t *testing.T) {
	setEnv(t, nil)
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		want      []string
	}{
		"everything":   {nil, []string{"domain", "client_id", "client_secret"}},
		"the client":   {acctest.Attributes{"domain": "acme.eu.auth0.com"}, []string{"client_id", "client_secret"}},
		"the secret":   {complete.Without("client_secret"), []string{"client_secret"}},
		"the id":       {complete.Without("client_id"), []string{"client_id"}},
		"the domain":   {complete.Without("domain"), []string{"domain"}},
		"a key's id":   {acctest.Attributes{"domain": "acme.eu.auth0.com", "client_assertion_private_key": privateKey}, []string{"client_id"}},
		"token's host": {acctest.Attributes{"api_token": "a"}, []string{"domain"}},
		"nothing":      {complete, nil},
		"of a token":   {acctest.Attributes{"domain": "acme.eu.auth0.com", "api_token": "a"}, nil},
	} {
		o := configure(t, test.arguments)
		if len(o.response.Diagnostics) != 0 {
			t.Errorf("%s: %s", name, o.text())
			continue
		}
		var got []string
		for _, d := range o.data(t).MissingArguments {
			argument := strings.TrimPrefix(d.Summary(), "Missing provider argument: ")
			got = append(got, argument)
			if !strings.Contains(d.Detail(), "argument "+argument) || !strings.Contains(d.Detail(), variables[argument]) {
				t.Errorf("%s: %q does not name the argument and its variable", name, d.Detail())
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: missing %v, expected %v", name, got, test.want)
		}
	}
}

// What is known of connection_secrets is used, and keys are normalized.
func TestConfigure_connectionSecrets(t *testing.T) {
	setEnv(t, nil)
	for name, test := range map[string]struct {
		given   any
		want    string
		unknown bool
	}{
		"none":  {nil, "map[]", false},
		"empty": {map[string]any{}, "map[]", false},
		"some":  {map[string]any{"c1": "s1", "c2": "s2"}, "map[c1:s1 c2:s2]", false},
		"with a domain": {map[string]any{"Other.example.com/c1": "s1", "https://third.example.com/c1": "s3"},
			"map[other.example.com/c1:s1 third.example.com/c1:s3]", false},
		"white space":      {map[string]any{" other.example.com/c1\n": "s1\n", "c2 ": " s2\r\n"}, "map[c2: s2 other.example.com/c1:s1]", false},
		"unknown":          {acctest.Unknown, "map[]", true},
		"partly unknown":   {map[string]any{"c1": "s1", "c2": acctest.Unknown}, "map[c1:s1]", true},
		"null in it":       {map[string]any{"c1": nil, "c2": "s2", "c3": ""}, "map[c2:s2]", false},
		"the same twice":   {map[string]any{"a.example.com/c1": "s1", "A.example.com/c1": "s1"}, "map[a.example.com/c1:s1]", false},
		"client ID is URL": {map[string]any{"c1|x": "s1"}, "map[c1|x:s1]", false},
	} {
		data := configure(t, complete.With(acctest.Attributes{"connection_secrets": test.given})).data(t)
		if got := fmt.Sprint(data.ConnectionSecrets); got != test.want || data.ConnectionSecretsUnknown != test.unknown {
			t.Errorf("%s: got %s, unknown: %v; expected %s, unknown: %v", name, got, data.ConnectionSecretsUnknown, test.want, test.unknown)
		}
		if data.CredentialsUnknown || data.Pool == nil {
			t.Errorf("%s: the rest of the configuration is known: %+v", name, data)
		}
	}
	o := configure(t, complete.With(acctest.Attributes{"connection_secrets": map[string]any{"a.example.com/c1": "s1",
		"A.example.com/c1": "s2"}}))
	if text := o.text(); o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(text, "Conflicting secrets") ||
		strings.Contains(text, "s1") {
		t.Errorf("two secrets of one client: %s", text)
	}
	for key, want := range map[string]string{
		"localhost/c1": "is not a tenant domain", "127.0.0.1/c1": "is not a tenant domain", "a b/c1": "is not a valid host name",
		"acme.eu.auth0.com/": "has no client ID", "": "has no client ID", "/c1": "is not a valid host name",
		"acme.eu.auth0.com:8443/c1": "is not a valid host name",
	} {
		if diags := validate(t, acctest.Attributes{"connection_secrets": map[string]any{key: "the-secret"}}); !acctest.HasError(diags) ||
			!strings.Contains(acctest.Format(diags), want) || strings.Contains(acctest.Format(diags), "the-secret") {
			t.Errorf("the key %q: %s", key, acctest.Format(diags))
		}
	}
}

// White space at the ends of a value, as files and pipelines add it, is removed.
func TestConfigure_whiteSpace(t *testing.T) {
	read := func(data *providerdata.Data) string {
		c := data.Credentials
		return fmt.Sprintf("%q", []string{c.Domain, c.ClientID, c.ClientSecret, c.Token, c.Audience})
	}
	escaped := strings.ReplaceAll(privateKey, "\n", `\n`)
	indented := "  " + strings.ReplaceAll(privateKey, "\n", "\r\n    ")
	for name, test := range map[string]struct {
		values map[string]string
		want   string
	}{
		"client": {
			map[string]string{"domain": "acme.eu.auth0.com\n", "client_id": " id\r\n", "client_secret": "secret\n",
				"audience": " https://a.eu.auth0.com/api/v2/\n"},
			`["acme.eu.auth0.com" "id" "secret" "" "https://a.eu.auth0.com/api/v2/"]`,
		},
		"token": {map[string]string{"domain": "acme.eu.auth0.com", "api_token": "\ntoken\n"},
			`["acme.eu.auth0.com" "" "" "token" ""]`},
		"secret with spaces": {map[string]string{"domain": "acme.eu.auth0.com", "client_id": "id", "client_secret": " secret \n"},
			`["acme.eu.auth0.com" "id" " secret " "" ""]`},
		"key, escaped": {map[string]string{"domain": "acme.eu.auth0.com", "client_id": "id", "client_assertion_private_key": escaped},
			`["acme.eu.auth0.com" "id" "" "" ""]`},
		"key, indented": {map[string]string{"domain": "acme.eu.auth0.com", "client_id": "id", "client_assertion_private_key": indented},
			`["acme.eu.auth0.com" "id" "" "" ""]`},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := acctest.Attributes{}
			for argument, value := range test.values {
				arguments[argument] = value
			}
			setEnv(t, nil)
			if diags := validate(t, arguments); len(diags) != 0 {
				t.Errorf("as arguments: %s", acctest.Format(diags))
			}
			fromArguments := configure(t, arguments).data(t)
			setEnv(t, test.values)
			fromEnvironment := configure(t, nil).data(t)
			for source, data := range map[string]*providerdata.Data{"arguments": fromArguments, "environment": fromEnvironment} {
				if got := read(data); got != test.want {
					t.Errorf("%s: got %s, expected %s", source, got, test.want)
				}
				if test.values["client_assertion_private_key"] != "" && data.Credentials.PrivateKey != privateKey {
					t.Errorf("%s: the key is %q", source, data.Credentials.PrivateKey)
				}
			}
		})
	}
}

// Messages name the arguments and variables that the credentials came from, and no others.
func TestConfigure_credentialsSource(t *testing.T) {
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		env       map[string]string
		want      string
	}{
		"arguments": {complete, nil, "the arguments domain, client_id and client_secret"},
		"environment": {nil, map[string]string{"domain": "a.example.com", "client_id": "e", "client_secret": "e"},
			"the environment variables AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET"},
		"both": {acctest.Attributes{"domain": "a.example.com", "client_id": "a"}, map[string]string{"client_secret": "e"},
			"the arguments domain and client_id and the environment variable AUTH0_CLIENT_SECRET"},
		"token": {acctest.Attributes{"domain": "a.example.com"}, map[string]string{"api_token": "e"},
			"the argument domain and the environment variable AUTH0_API_TOKEN"},
		"key": {acctest.Attributes{"domain": "a.example.com", "client_id": "a", "client_assertion_private_key": privateKey},
			map[string]string{"client_secret": "e"}, "the arguments domain, client_id and client_assertion_private_key"},
		"spaces": {complete.With(acctest.Attributes{"client_secret": "secret "}), nil,
			"the arguments domain, client_id and client_secret (which begins or ends with white space)"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			if got := configure(t, test.arguments).data(t).CredentialsSource; got != test.want {
				t.Errorf("got %q, expected %q", got, test.want)
			}
		})
	}
}

// An assertion that cannot be used is an error at once; the message does not quote it.
func TestConfigure_clientAssertion(t *testing.T) {
	for name, test := range map[string]struct {
		assertion, want string
	}{
		"expired":        {assertionFor(t, "id", -time.Minute), "expired at"},
		"another client": {assertionFor(t, "other", time.Minute), `its sub is "other"`},
		"not a JWT":      {"not-a-jwt", "is not a JWT"},
	} {
		for source, words := range map[string]string{"argument": "The argument client_assertion",
			"variable": "The environment variable AUTH0_CLIENT_ASSERTION"} {
			arguments := complete.Without("client_secret")
			setEnv(t, nil)
			if source == "variable" {
				setEnv(t, map[string]string{"client_assertion": test.assertion})
			} else {
				arguments = arguments.With(acctest.Attributes{"client_assertion": test.assertion})
			}
			text := configure(t, arguments).text()
			if !strings.Contains(text, `at "client_assertion"`) || !strings.Contains(text, test.want) || !strings.Contains(text, words) ||
				strings.Contains(text, test.assertion) {
				t.Errorf("%s, %s: %s", name, source, text)
			}
		}
	}
}

// A session of the CLI is for one tenant, and that there is none is an error only
// for objects that need the provider's own client.
func TestConfigure_cliLogin(t *testing.T) {
	token := assertionFor(t, "auth0-cli", time.Hour)
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		env       map[string]string
		token     string
		missing   string
		err       string
	}{
		"argument": {acctest.Attributes{"domain": "acme.eu.auth0.com", "cli_login": true}, nil, token, "", ""},
		"variable": {acctest.Attributes{"domain": "acme.eu.auth0.com"}, map[string]string{"cli_login": "1"}, token, "", ""},
		"variable before others": {nil, map[string]string{"domain": "acme.eu.auth0.com", "cli_login": "on", "client_id": "e",
			"client_secret": "e"}, token, "", ""},
		"arguments before variable": {complete, map[string]string{"cli_login": "true"}, "", "", ""},
		"switched off by argument": {acctest.Attributes{"domain": "acme.eu.auth0.com", "cli_login": false},
			map[string]string{"cli_login": "true", "api_token": "e"}, "e", "", ""},
		"variable off": {nil, map[string]string{"domain": "acme.eu.auth0.com", "cli_login": "false", "api_token": "e"}, "e", "",
			""},
		"another tenant": {acctest.Attributes{"domain": "other.eu.auth0.com", "cli_login": true}, nil, "",
			"auth0 login --domain other.eu.auth0.com", ""},
		"no domain":                   {acctest.Attributes{"cli_login": true}, nil, "", "no domain", ""},
		"credentials in the argument": {complete.With(acctest.Attributes{"cli_login": true}), nil, "", "", "cli_login"},
	} {
		t.Run(name, func(t *testing.T) {
			cliSession(t, "acme.eu.auth0.com", token)
			setEnv(t, test.env)
			o := configure(t, test.arguments)
			if test.err != "" {
				if text := o.text(); !strings.Contains(text, `at "`+test.err+`"`) || !o.response.Diagnostics.HasError() {
					t.Errorf("got %s", text)
				}
				return
			}
			data := o.data(t)
			if data.Credentials.Token != test.token {
				t.Errorf("got the token %q", data.Credentials.Token)
			}
			var missing string
			for _, d := range data.MissingArguments {
				missing += d.Summary() + ": " + d.Detail()
			}
			if (missing == "") != (test.missing == "") || !strings.Contains(missing, test.missing) {
				t.Errorf("missing: %q", missing)
			}
			if test.token == token && !strings.Contains(data.CredentialsSource, "session of the Auth0 CLI") {
				t.Errorf("the source is %q", data.CredentialsSource)
			}
		})
	}
}

// Credentials of two kinds in the environment are an error that names both, unless
// an argument decides between them.
func TestConfigure_conflictsInTheEnvironment(t *testing.T) {
	ways := map[string]string{
		"api_token": "e", "client_id": "e", "client_secret": "e", "client_assertion_private_key": privateKey,
		"client_assertion": assertionFor(t, "e", time.Minute),
	}
	for _, test := range []struct {
		env       []string
		arguments acctest.Attributes
		conflict  bool
	}{
		{[]string{"api_token", "client_id", "client_secret"}, nil, true},
		{[]string{"api_token", "client_id"}, nil, true},
		{[]string{"api_token", "client_secret"}, nil, true},
		{[]string{"api_token", "client_assertion_private_key"}, nil, true},
		{[]string{"client_id", "client_secret", "client_assertion_private_key"}, nil, true},
		{[]string{"client_secret", "client_assertion_private_key"}, acctest.Attributes{"client_id": "a"}, true},
		{[]string{"api_token", "client_assertion"}, nil, true},
		{[]string{"client_id", "client_secret", "client_assertion"}, nil, true},
		{[]string{"client_id", "client_assertion_private_key", "client_assertion"}, nil, true},
		{[]string{"client_id", "client_assertion"}, nil, false},
		{[]string{"api_token"}, nil, false},
		{[]string{"client_id", "client_secret"}, nil, false},
		{[]string{"api_token", "client_id", "client_secret"}, acctest.Attributes{"api_token": "a"}, false},
		{[]string{"api_token", "client_id", "client_secret"}, acctest.Attributes{"client_id": "a"}, false},
		{[]string{"api_token", "client_id", "client_assertion_private_key"}, acctest.Attributes{"client_secret": "a"}, false},
		{[]string{"client_id", "client_secret", "client_assertion_private_key"},
			acctest.Attributes{"client_assertion_private_key": privateKey}, false},
	} {
		t.Run(strings.Join(test.env, " "), func(t *testing.T) {
			env := map[string]string{}
			for _, argument := range test.env {
				env[argument] = ways[argument]
			}
			setEnv(t, env)
			o := configure(t, acctest.Attributes{"domain": "acme.eu.auth0.com"}.With(test.arguments))
			text := o.text()
			if o.response.Diagnostics.HasError() != test.conflict {
				t.Fatalf("got %s", text)
			}
			for _, argument := range test.env {
				if named := strings.Contains(text, variables[argument]); test.conflict && !named && argument != "client_id" {
					t.Errorf("the error does not name %s: %s", variables[argument], text)
				}
			}
		})
	}
}

// TestUnknownArguments: none is an error, also where the environment has something else.
func TestUnknownArguments(t *testing.T) {
	setEnv(t, map[string]string{
		"domain": "environment.eu.auth0.com", "client_id": "e", "client_secret": "e", "audience": "https://e/",
		"custom_domain_header": "login.acme.com",
		"requests_per_second":  "1", "rate_limit_headroom": "0.1",
	})
	for argument := range providerAttributes(t) {
		arguments := acctest.Attributes{argument: acctest.Unknown}
		if diags := validate(t, arguments); len(diags) != 0 {
			t.Errorf("%s: %s", argument, acctest.Format(diags))
		}
		o := configure(t, arguments)
		if len(o.response.Diagnostics) != 0 {
			t.Errorf("%s: %s", argument, o.text())
		}
		data := o.data(t)
		client, diags := data.OwnClient()
		if waits := argument != "connection_secrets"; (client == nil) != waits || len(diags) != 0 {
			t.Errorf("%s: the provider's own client is %v, %v", argument, client, diags)
		}
	}
}

// TestRequestsOfAConfiguration: the arguments reach the tenant.
func TestRequestsOfAConfiguration(t *testing.T) {
	setEnv(t, nil)
	tenant := acctest.New(t)
	user := tenant.AddUser(emulator.User{Email: "ada@example.com"})
	keyed := tenant.AddClient(emulator.Client{PublicKeys: []string{publicKey}})
	tenant.Grant(keyed.ID, "read:users")
	custom := "login-" + tenant.Domain()
	tenant.Tenant.Configure(func(b *emulator.Behavior) { b.CustomDomains = []string{custom} })
	nothing := acctest.Attributes{"domain": nil, "client_id": nil, "client_secret": nil}
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		env       map[string]string
		client    string
		check     func(form url.Values, read emulator.Request) string
	}{
		"a secret": {
			acctest.Attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}, nil, tenant.Own.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"the environment": {
			nil, map[string]string{"domain": "https://" + tenant.Domain() + "/", "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret},
			tenant.Own.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"a key": {
			acctest.Attributes{"client_assertion_private_key": privateKey, "client_assertion_signing_alg": "PS256"},
			map[string]string{"domain": tenant.Domain(), "client_id": keyed.ID, "client_secret": "not this one"}, keyed.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"an assertion": {
			acctest.Attributes{"client_assertion": signedAssertion(t, keyed.ID, tenant.Domain())},
			map[string]string{"domain": tenant.Domain(), "client_id": keyed.ID, "client_secret": "not this one"}, keyed.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"a token": {
			nil, map[string]string{"domain": tenant.Domain(), "api_token": tenant.Token(keyed.ID, "read:users")}, keyed.ID, nil,
		},
		"a custom domain": {
			acctest.Attributes{"domain": custom, "audience": tenant.Audience()},
			map[string]string{"client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}, tenant.Own.ID,
			func(form url.Values, read emulator.Request) string { return read.Host + " " + form.Get("audience") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			tenant.ForgetRequests()
			run := acctest.NewRun(t, tenant, "auth0vault_user", nothing, test.arguments)
			if n := len(tenant.Requests()); n != 0 {
				t.Errorf("%d requests were made for the configuration alone", n)
			}
			state, diags := run.Data("auth0vault_user", acctest.Attributes{"id": user.ID})
			acctest.RequireNoError(t, diags)
			if got := acctest.Get(state, "email"); got != "ada@example.com" {
				t.Errorf("got %v", got)
			}
			requests := tenant.Requests()
			if len(requests) == 0 || requests[len(requests)-1].ClientID != test.client {
				t.Fatalf("the user was not read by %s:\n%s", test.client, tenant.Summary())
			}
			if agent := requests[0].Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-auth0vault/test (Terraform/") {
				t.Errorf("the user agent is %q", agent)
			}
			if test.check == nil {
				if len(requests) != 1 {
					t.Errorf("a token was asked for:\n%s", tenant.Summary())
				}
				return
			}
			form, err := url.ParseQuery(string(requests[0].RequestBody))
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{
				"a secret": tenant.Own.Secret + " " + tenant.Audience(), "the environment": tenant.Own.Secret + " " + tenant.Audience(),
				"a key": " " + tenant.Audience(), "an assertion": " " + tenant.Audience(), "a custom domain": custom + " " + tenant.Audience(),
			}[name]
			if got := test.check(form, requests[len(requests)-1]); got != want {
				t.Errorf("got %q, expected %q", got, want)
			}
		})
	}
}

// certificate signs nothing.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBRTCB66ADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBk5vYm9keTAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGTm9i
b2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbpkBD1wxNPqXYKUhg2Ah/TQh
CdJhS01udAzglCyqbtslX48gCL/5bh8YrPZVZReNEk5A7O38jR0a++O1Vb3MoaMy
MDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUkjks0fqt4EDO2v7b/P4yBiLD
yS8wCgYIKoZIzj0EAwIDSQAwRgIhAK7x2Sd9ZNop40boxivyaFPSMbBkLtUGrcqA
rdm3fRXtAiEAivrFBxk4gQgY8urZwFli8w51kqc0Gd8HzHkvAmJCbzA=
-----END CERTIFICATE-----
`
