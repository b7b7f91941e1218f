package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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
	"api_token":                    "AUTH0_API_TOKEN",
	"audience":                     "AUTH0_AUDIENCE",
	"custom_domain_header":         "AUTH0_CUSTOM_DOMAIN_HEADER",
	"requests_per_second":          "AUTH0_REQUESTS_PER_SECOND",
	"rate_limit_headroom":          "AUTH0_RATE_LIMIT_HEADROOM",
	"ca_cert_file":                 "AUTH0_CA_CERT_FILE",
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
var privateKey, publicKey = func() (private, public string) {
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
}()

// outcome is what a configuration comes to.
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

// said is all that the diagnostics say, with their paths.
func (o outcome) said() string {
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
	p.Configure(t.Context(), fwprovider.ConfigureRequest{TerraformVersion: "1.11.4", Config: tfsdk.Config{Raw: raw, Schema: s.Schema}}, &o.response)
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

// complete are arguments with which there is nothing left to say.
var complete = acctest.Attributes{"domain": "acme.eu.auth0.com", "client_id": "id", "client_secret": "secret"}

// TestConfigureFillsEveryKind: a kind that is forgotten meets a nil at run time.
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
		t.Errorf("got %s", o.said())
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
	key := func(data *providerdata.Data) string {
		if data.Credentials.PrivateKey == "" {
			return ""
		}
		return fmt.Sprintf("a key of %d lines", strings.Count(data.Credentials.PrivateKey, "\n"))
	}
	longKey := privateKey + "\n\n"
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
			without("client_secret"), longKey, privateKey,
			func(data *providerdata.Data, _ auth0.Options) string { return key(data) },
			"", fmt.Sprintf("a key of %d lines", strings.Count(privateKey, "\n")), fmt.Sprintf("a key of %d lines", strings.Count(longKey, "\n")),
		},
		"client_assertion_signing_alg": {
			without("client_secret").With(acctest.Attributes{"client_assertion_private_key": privateKey}), "PS256", "RS384",
			func(data *providerdata.Data, _ auth0.Options) string { return data.Credentials.SigningAlg },
			"", "RS384", "PS256",
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
				if diags := validate(t, arguments); acctest.Failed(diags) {
					t.Errorf("%s: %s", when.name, acctest.Said(diags))
				}
				o := configure(t, arguments)
				if o.response.Diagnostics.HasError() {
					t.Errorf("%s: %s", when.name, o.said())
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
	secret := []string{"api_token", "client_assertion_private_key", "client_secret", "connection_secrets"}
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
		"domain, empty":              {"domain", "", "is no host"},
		"domain, http":               {"domain", "http://acme.eu.auth0.com", "is no host"},
		"domain, path":               {"domain", "acme.eu.auth0.com/api/v2", "is no host"},
		"domain, space":              {"domain", "acme eu", "is no host"},
		"domain, underscore":         {"domain", "acme_test.auth0.com", "is no host"},
		"domain, port out of range":  {"domain", "acme.eu.auth0.com:65536", "is no host"},
		"domain, port 0":             {"domain", "acme.eu.auth0.com:0", "is no host"},
		"domain, named port":         {"domain", "acme.eu.auth0.com:https", "is no host"},
		"domain, user":               {"domain", "user@acme.eu.auth0.com", "is no host"},
		"domain, scheme alone":       {"domain", "https://", "is no host"},
		"domain, two slashes":        {"domain", "https://acme.eu.auth0.com//", "is no host"},
		"client id, empty":           {"client_id", "", "at least 1"},
		"client secret, empty":       {"client_secret", "", "at least 1"},
		"key, no PEM":                {"client_assertion_private_key", "no key", "no PEM encoded key"},
		"key, public":                {"client_assertion_private_key", publicKey, "no RSA private key"},
		"algorithm":                  {"client_assertion_signing_alg", "HS256", "RS256"},
		"token, empty":               {"api_token", "", "at least 1"},
		"audience, no URL":           {"audience", "acme.eu.auth0.com/api/v2/", `did you mean "https://acme.eu.auth0.com/api/v2/"?`},
		"audience, http":             {"audience", "http://acme.eu.auth0.com/api/v2/", "is no https URL"},
		"custom domain, URL":         {"custom_domain_header", "https://login.acme.com", `did you mean "login.acme.com"?`},
		"custom domain, short":       {"custom_domain_header", "ab", "between 3 and 255"},
		"requests, none":             {"requests_per_second", 0, "at least"},
		"requests, negative":         {"requests_per_second", -1, "at least"},
		"headroom, negative":         {"rate_limit_headroom", -0.1, "between 0"},
		"headroom, nearly all":       {"rate_limit_headroom", 0.91, "between 0"},
		"certificates, no file name": {"ca_cert_file", "", "at least 1"},
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
			t.Errorf("%v: %s", arguments, acctest.Said(diags))
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
		"domain":                  {"domain", "acme.eu.auth0.com/path", nil, "is no host"},
		"key":                     {"client_assertion_private_key", "no key", nil, "no PEM encoded key"},
		"algorithm":               {"client_assertion_signing_alg", "HS256", map[string]string{"client_assertion_private_key": privateKey}, `unknown signing algorithm: "HS256"`},
		"audience":                {"audience", "acme.eu.auth0.com", nil, "is no https URL"},
		"audience, half a URL":    {"audience", "https://", nil, "is no https URL"},
		"custom domain":           {"custom_domain_header", "https://login.acme.com", nil, "is no host name"},
		"custom domain, newline":  {"custom_domain_header", "login.acme.com\nX-Other: 1", nil, "is no host name"},
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
			said := o.said()
			if o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(said, variables[test.argument]) || !strings.Contains(said, test.want) {
				t.Errorf("got %s\nexpected one error that names %s and says %q", said, variables[test.argument], test.want)
			}
			for argument, variable := range variables {
				if argument != test.argument && strings.Contains(strings.ReplaceAll(said, variables[test.argument], ""), variable) {
					t.Errorf("the error names %s as well: %s", variable, said)
				}
			}
			if o.response.ResourceData != nil {
				t.Error("the provider is configured all the same")
			}
		})
	}
}

// TestCertificatesOfAnArgument: what is wrong with the file is said on the argument, with its name.
func TestCertificatesOfAnArgument(t *testing.T) {
	setEnv(t, map[string]string{"ca_cert_file": "not-this-one.pem"})
	noPEM := filepath.Join(t.TempDir(), "no.pem")
	write(t, noPEM, publicKey)
	for _, file := range []string{filepath.Join(t.TempDir(), "missing.pem"), noPEM, os.TempDir()} {
		o := configure(t, complete.With(acctest.Attributes{"ca_cert_file": file}))
		if said := o.said(); o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(said, `at "ca_cert_file"`) || !strings.Contains(said, file) || strings.Contains(said, "AUTH0_CA_CERT_FILE") {
			t.Errorf("%s: %s", file, said)
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
			t.Errorf("%q as an argument: %s", given, acctest.Said(diags))
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
	ways := map[string]any{"api_token": "token", "client_id": "id", "client_secret": "secret", "client_assertion_private_key": privateKey}
	together := func(a, b string) bool {
		return a == "client_id" && b != "api_token" || b == "client_id" && a != "api_token"
	}
	for a := range ways {
		for b := range ways {
			if a >= b {
				continue
			}
			diags := validate(t, acctest.Attributes{a: ways[a], b: ways[b]})
			if acctest.Failed(diags) == together(a, b) {
				t.Errorf("%s and %s: %s", a, b, acctest.Said(diags))
			}
			if diags := validate(t, acctest.Attributes{a: ways[a], b: acctest.Unknown}); acctest.Failed(diags) {
				t.Errorf("%s and %s, which is not known: %s", a, b, acctest.Said(diags))
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
		"secret":                              {acctest.Attributes{"client_id": "a", "client_secret": "a"}, nil, "id a, secret a"},
		"key":                                 {acctest.Attributes{"client_id": "a", "client_assertion_private_key": privateKey}, nil, "id a, key"},
		"token":                               {acctest.Attributes{"api_token": "a"}, nil, "token a"},
		"all of the environment":              {nil, map[string]string{"client_id": "e", "client_secret": "e"}, "id e, secret e"},
		"key of the environment":              {nil, map[string]string{"client_id": "e", "client_assertion_private_key": privateKey}, "id e, key"},
		"key and secret of the environment":   {nil, map[string]string{"client_id": "e", "client_secret": "e", "client_assertion_private_key": privateKey}, "id e, key"},
		"token and client of the environment": {nil, map[string]string{"client_id": "e", "client_secret": "e", "api_token": "e"}, "token e"},
		"token, a client in the environment":  {acctest.Attributes{"api_token": "a"}, map[string]string{"client_id": "e", "client_secret": "e", "client_assertion_private_key": privateKey}, "token a"},
		"client, a token in the environment":  {acctest.Attributes{"client_id": "a", "client_secret": "a"}, map[string]string{"api_token": "e"}, "id a, secret a"},
		"id, a token and a secret there":      {acctest.Attributes{"client_id": "a"}, map[string]string{"api_token": "e", "client_secret": "e"}, "id a, secret e"},
		"secret, a token and an id there":     {acctest.Attributes{"client_secret": "a"}, map[string]string{"api_token": "e", "client_id": "e"}, "id e, secret a"},
		"key, a secret in the environment":    {acctest.Attributes{"client_id": "a", "client_assertion_private_key": privateKey}, map[string]string{"client_secret": "e"}, "id a, key"},
		"secret, a key in the environment":    {acctest.Attributes{"client_id": "a", "client_secret": "a"}, map[string]string{"client_assertion_private_key": privateKey}, "id a, secret a"},
		"secret, a broken key there":          {acctest.Attributes{"client_id": "a", "client_secret": "a"}, map[string]string{"client_assertion_private_key": "broken"}, "id a, secret a"},
		"token, a broken key there":           {acctest.Attributes{"api_token": "a"}, map[string]string{"client_assertion_private_key": "broken"}, "token a"},
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

// TestMissing: what is missing is no error yet, and is told with both places where
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
			t.Errorf("%s: %s", name, o.said())
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

// TestKeyring: what is known of it is used.
func TestKeyring(t *testing.T) {
	setEnv(t, nil)
	for name, test := range map[string]struct {
		given   any
		want    string
		unknown bool
	}{
		"none":       {nil, "map[]", false},
		"empty":      {map[string]any{}, "map[]", false},
		"some":       {map[string]any{"c1": "s1", "c2": "s2"}, "map[c1:s1 c2:s2]", false},
		"not known":  {acctest.Unknown, "map[]", true},
		"partly":     {map[string]any{"c1": "s1", "c2": acctest.Unknown}, "map[c1:s1]", true},
		"null in it": {map[string]any{"c1": nil, "c2": "s2", "c3": ""}, "map[c2:s2]", false},
	} {
		data := configure(t, complete.With(acctest.Attributes{"connection_secrets": test.given})).data(t)
		if got := fmt.Sprint(data.ConnectionSecrets); got != test.want || data.ConnectionSecretsUnknown != test.unknown {
			t.Errorf("%s: got %s, unknown: %v; expected %s, unknown: %v", name, got, data.ConnectionSecretsUnknown, test.want, test.unknown)
		}
		if data.CredentialsUnknown || data.Pool == nil {
			t.Errorf("%s: the rest of the configuration is known: %+v", name, data)
		}
	}
}

// TestUnknownArguments: none is an error, also where the environment has something else.
func TestUnknownArguments(t *testing.T) {
	setEnv(t, map[string]string{
		"domain": "environment.eu.auth0.com", "client_id": "e", "client_secret": "e", "audience": "https://e/", "custom_domain_header": "login.acme.com",
		"requests_per_second": "1", "rate_limit_headroom": "0.1",
	})
	for argument := range providerAttributes(t) {
		arguments := acctest.Attributes{argument: acctest.Unknown}
		if diags := validate(t, arguments); len(diags) != 0 {
			t.Errorf("%s: %s", argument, acctest.Said(diags))
		}
		o := configure(t, arguments)
		if len(o.response.Diagnostics) != 0 {
			t.Errorf("%s: %s", argument, o.said())
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
	world := acctest.New(t)
	user := world.AddUser(emulator.User{Email: "ada@example.com"})
	keyed := world.AddClient(emulator.Client{PublicKeys: []string{publicKey}})
	world.Grant(keyed.ID, "read:users")
	custom := "login-" + world.Domain()
	world.Tenant.Configure(func(b *emulator.Behaviour) { b.CustomDomains = []string{custom} })
	nothing := acctest.Attributes{"domain": nil, "client_id": nil, "client_secret": nil}
	for name, test := range map[string]struct {
		arguments acctest.Attributes
		env       map[string]string
		client    string
		check     func(form url.Values, read emulator.Request) string
	}{
		"a secret": {
			acctest.Attributes{"domain": world.Domain(), "client_id": world.Own.ID, "client_secret": world.Own.Secret}, nil, world.Own.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"the environment": {
			nil, map[string]string{"domain": "https://" + world.Domain() + "/", "client_id": world.Own.ID, "client_secret": world.Own.Secret}, world.Own.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"a key": {
			acctest.Attributes{"client_assertion_private_key": privateKey, "client_assertion_signing_alg": "PS256"},
			map[string]string{"domain": world.Domain(), "client_id": keyed.ID, "client_secret": "not this one"}, keyed.ID,
			func(form url.Values, _ emulator.Request) string {
				return form.Get("client_secret") + " " + form.Get("audience")
			},
		},
		"a token": {
			nil, map[string]string{"domain": world.Domain(), "api_token": world.Token(keyed.ID, "read:users")}, keyed.ID, nil,
		},
		"a custom domain": {
			acctest.Attributes{"domain": custom, "audience": world.Audience()}, map[string]string{"client_id": world.Own.ID, "client_secret": world.Own.Secret}, world.Own.ID,
			func(form url.Values, read emulator.Request) string { return read.Host + " " + form.Get("audience") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			world.ForgetRequests()
			run := acctest.NewRun(t, world, "auth0vault_user", nothing, test.arguments)
			if n := len(world.Requests()); n != 0 {
				t.Errorf("%d requests were made for the configuration alone", n)
			}
			state, diags := run.Data("auth0vault_user", acctest.Attributes{"id": user.ID})
			acctest.MustSucceed(t, diags)
			if got := acctest.Get(state, "email"); got != "ada@example.com" {
				t.Errorf("got %v", got)
			}
			requests := world.Requests()
			if len(requests) == 0 || requests[len(requests)-1].ClientID != test.client {
				t.Fatalf("the user was not read by %s:\n%s", test.client, world.Summary())
			}
			if agent := requests[0].Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-auth0vault/test (Terraform/") {
				t.Errorf("the user agent is %q", agent)
			}
			if test.check == nil {
				if len(requests) != 1 {
					t.Errorf("a token was asked for:\n%s", world.Summary())
				}
				return
			}
			form, err := url.ParseQuery(string(requests[0].RequestBody))
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{
				"a secret": world.Own.Secret + " " + world.Audience(), "the environment": world.Own.Secret + " " + world.Audience(),
				"a key": " " + world.Audience(), "a custom domain": custom + " " + world.Audience(),
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
