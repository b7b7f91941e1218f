package provider_test

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
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

type (
	attributes = acctest.Attributes
	env        = map[string]string // by argument
)

// assertionFor returns a JWT about a client that another program signed. A negative lifetime has ended.
func assertionFor(t *testing.T, clientID string, lifetime time.Duration) string {
	t.Helper()
	token := jwt.NewBuilder().Issuer(clientID).Subject(clientID).Expiration(time.Now().Add(lifetime))
	return sign(t, token, jwt.WithKey(jwa.HS256, []byte("any key")))
}

func sign(t *testing.T, builder *jwt.Builder, key jwt.SignOption) string {
	t.Helper()
	token, err := builder.Build()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jwt.Sign(token, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// signedAssertion returns an assertion that is signed with privateKey for a tenant.
func signedAssertion(t *testing.T, clientID, domain string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(privateKey))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return sign(t, jwt.NewBuilder().Issuer(clientID).Subject(clientID).Audience([]string{"https://" + domain + "/"}).
		JwtID("1").IssuedAt(time.Now()).Expiration(time.Now().Add(time.Minute)), jwt.WithKey(jwa.RS256, key))
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

// setEnv makes these the only variables of the provider in the environment. A test that calls it cannot be parallel.
func setEnv(t *testing.T, values env) {
	t.Helper()
	for argument, variable := range variables {
		t.Setenv(variable, values[argument])
	}
}

// privateKey is an RSA key, and publicKey its public half.
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

// text returns the diagnostics with their paths.
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
func configure(t *testing.T, arguments attributes) outcome {
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

// validate validates these arguments at the protocol.
func validate(t *testing.T, arguments attributes) []*tfprotov6.Diagnostic {
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
var complete = attributes{"domain": "acme.eu.auth0.com", "client_id": "id", "client_secret": "secret"}

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

// settings returns what a configuration set, by argument.
func (o outcome) settings(t *testing.T) map[string]string {
	t.Helper()
	c := o.data(t).Credentials
	certificates, _, _ := strings.Cut(string(o.options.CACert), "\n")
	return map[string]string{
		"domain": c.Domain, "client_id": c.ClientID, "client_secret": c.ClientSecret, "client_assertion_private_key": c.PrivateKey,
		"client_assertion_signing_alg": c.SigningAlg, "client_assertion": c.Assertion, "api_token": c.Token, "cli_login": c.Token,
		"audience": c.Audience, "custom_domain_header": o.options.CustomDomain, "ca_cert_file": certificates,
		"requests_per_second": fmt.Sprint(o.options.RequestsPerSecond), "rate_limit_headroom": fmt.Sprint(o.options.Headroom),
	}
}

// TestArguments: each has a default and a variable, takes precedence over the variable, and reaches the client or its options.
func TestArguments(t *testing.T) {
	files := t.TempDir()
	bundle := func(name string) string {
		file := filepath.Join(files, name)
		write(t, file, "# "+name+"\n"+certificate)
		return file
	}
	otherKey, _ := newKeys()
	cliToken := assertionFor(t, "auth0-cli", time.Hour)
	cliSession(t, "acme.eu.auth0.com", cliToken)
	noClient, noSecret := complete.Without("client_id", "client_secret"), complete.Without("client_secret")
	withKey := noSecret.With(attributes{"client_assertion_private_key": privateKey})
	for argument, test := range map[string]struct {
		others            attributes // the other arguments
		argument          any
		env               string
		byDefault         string
		fromEnv, fromArgs string // what is set; empty for the value itself
	}{
		"domain":                       {complete.Without("domain"), "argument.eu.auth0.com", "variable.eu.auth0.com", "", "", ""},
		"client_id":                    {complete.Without("client_id"), "argument", "variable", "", "", ""},
		"client_secret":                {noSecret, "argument", "variable", "", "", ""},
		"client_assertion_private_key": {noSecret, otherKey, privateKey, "", "", ""},
		"client_assertion_signing_alg": {withKey, "PS256", "RS384", "", "", ""},
		"client_assertion":             {noSecret, assertionFor(t, "id", time.Minute), assertionFor(t, "id", 2*time.Minute), "", "", ""},
		"cli_login":                    {noClient, true, "true", "", cliToken, cliToken},
		"api_token":                    {noClient, "argument", "variable", "", "", ""},
		"audience":                     {complete, "https://a.eu.auth0.com/api/v2/", "https://b.eu.auth0.com/api/v2/", "", "", ""},
		"custom_domain_header":         {complete, "argument.acme.com", "variable.acme.com", "", "", ""},
		"requests_per_second":          {complete, 2.5, "0.5", "0", "", ""},
		"rate_limit_headroom":          {complete, 0, "0.9", "0.2", "", ""},
		"ca_cert_file":                 {complete, bundle("argument.pem"), bundle("variable.pem"), "", "# variable.pem", "# argument.pem"},
	} {
		t.Run(argument, func(t *testing.T) {
			fromEnv, fromArgs := cmp.Or(test.fromEnv, test.env), cmp.Or(test.fromArgs, fmt.Sprint(test.argument))
			for _, when := range []struct {
				name      string
				argument  any
				env, want string
			}{
				{"neither", nil, "", test.byDefault},
				{"the variable", nil, test.env, fromEnv},
				{"the argument", test.argument, "", fromArgs},
				{"both", test.argument, test.env, fromArgs},
			} {
				setEnv(t, env{argument: when.env})
				arguments := test.others.With(attributes{argument: when.argument})
				diags, o := validate(t, arguments), configure(t, arguments)
				if acctest.HasError(diags) || o.response.Diagnostics.HasError() {
					t.Errorf("%s: %s %s", when.name, acctest.Format(diags), o.text())
					continue
				}
				if got := o.settings(t)[argument]; got != when.want {
					t.Errorf("%s: got %q, expected %q", when.name, got, when.want)
				}
			}
		})
	}
}

func providerAttributes(t *testing.T) map[string]schema.Attribute {
	t.Helper()
	var s fwprovider.SchemaResponse
	provider.New("test")().Schema(t.Context(), fwprovider.SchemaRequest{}, &s)
	return s.Schema.Attributes
}

// TestArgumentsAreDescribed: each names its variable, and secrets are sensitive.
func TestArgumentsAreDescribed(t *testing.T) {
	t.Parallel()
	for argument := range variables {
		if _, ok := providerAttributes(t)[argument]; !ok {
			t.Errorf("the argument %s does not exist", argument)
		}
	}
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

// TestInvalidArguments: the error is on the argument, at validation.
func TestInvalidArguments(t *testing.T) {
	setEnv(t, nil)
	type row struct {
		argument string
		value    any
		want     string
	}
	audience := `did you mean "https://acme.eu.auth0.com/api/v2/"?`
	rows := []row{
		{"client_id", "", "is empty"},
		{"client_secret", "", "is empty"},
		{"client_assertion_private_key", "no key", "not a PEM encoded key"},
		{"client_assertion_private_key", publicKey, "not an RSA private key"},
		{"client_assertion_signing_alg", "HS256", "RS256"},
		{"api_token", "", "is empty"},
		{"api_token", "Bearer abc", "Bearer"},
		{"api_token", "abc\ndef", "line break"},
		{"audience", "acme.eu.auth0.com/api/v2/", audience},
		{"audience", "acme.eu.auth0.com/api/v2", audience},
		{"audience", "https://acme.eu.auth0.com/api/v2", audience},
		{"audience", "http://acme.eu.auth0.com/api/v2/", "is not an https URL"},
		{"custom_domain_header", "https://login.acme.com", `did you mean "login.acme.com"?`},
		{"custom_domain_header", "ab", "between 3 and 255"},
		{"requests_per_second", 0, "at least"},
		{"requests_per_second", -1, "at least"},
		{"rate_limit_headroom", -0.1, "between 0"},
		{"rate_limit_headroom", 0.91, "between 0"},
		{"ca_cert_file", "", "is empty"},
	}
	for _, domain := range []string{
		"", "http://acme.eu.auth0.com", "acme.eu.auth0.com/api/v2", "acme eu", "acme_test.auth0.com", "acme.eu.auth0.com:65536",
		"acme.eu.auth0.com:0", "acme.eu.auth0.com:https", "user@acme.eu.auth0.com", "https://", "https://acme.eu.auth0.com//",
	} {
		rows = append(rows, row{"domain", domain, "is not a valid host"})
	}
	for _, test := range rows {
		t.Run(fmt.Sprint(test.argument, " ", test.value), func(t *testing.T) {
			acctest.ExpectError(t, validate(t, attributes{test.argument: test.value}), test.argument, test.want)
		})
	}
	for _, atBound := range []attributes{
		{"requests_per_second": 0.01}, {"requests_per_second": 1000}, {"rate_limit_headroom": 0}, {"rate_limit_headroom": 0.9},
		{"domain": "a"}, {"domain": "localhost:65535"}, {"domain": "https://acme.eu.auth0.com/"}, {},
	} {
		if diags := validate(t, atBound); len(diags) != 0 {
			t.Errorf("%v: %s", atBound, acctest.Format(diags))
		}
	}
}

// TestInvalidVariables: the error names the variable, and no other.
func TestInvalidVariables(t *testing.T) {
	files := t.TempDir()
	noPEM := filepath.Join(files, "no.pem")
	write(t, noPEM, "no certificate")
	for _, test := range []struct{ argument, value, want string }{
		{"domain", "acme.eu.auth0.com/path", "is not a valid host"},
		{"client_assertion_private_key", "no key", "not a PEM encoded key"},
		{"client_assertion_signing_alg", "HS256", `unknown signing algorithm: "HS256"`},
		{"audience", "acme.eu.auth0.com", "is not an https URL"},
		{"audience", "https://", "is not an https URL"},
		{"custom_domain_header", "https://login.acme.com", "is not a valid host name"},
		{"custom_domain_header", "login.acme.com\nX-Other: 1", "is not a valid host name"},
		{"requests_per_second", "many", `a number from 0.01 to 1000000, not "many"`},
		{"requests_per_second", "0,5", `not "0,5"`},
		{"requests_per_second", "-1", `not "-1"`},
		{"requests_per_second", "0", `not "0"`},
		{"requests_per_second", "NaN", `not "NaN"`},
		{"requests_per_second", "Inf", `not "Inf"`},
		{"rate_limit_headroom", "20%", `not "20%"`},
		{"rate_limit_headroom", "1", `not "1"`},
		{"rate_limit_headroom", "-0.1", `not "-0.1"`},
		{"rate_limit_headroom", "NaN", `not "NaN"`},
		{"ca_cert_file", filepath.Join(files, "missing.pem"), "missing.pem"},
		{"ca_cert_file", noPEM, "no.pem"},
		{"ca_cert_file", files, files},
	} {
		t.Run(test.argument+" "+test.value, func(t *testing.T) {
			values := env{"domain": "acme.eu.auth0.com", "client_id": "id", test.argument: test.value}
			if test.argument == "client_assertion_signing_alg" {
				values["client_assertion_private_key"] = privateKey
			}
			setEnv(t, values)
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

// TestCertificatesOfAnArgument: an error is on the argument and names the file.
func TestCertificatesOfAnArgument(t *testing.T) {
	setEnv(t, env{"ca_cert_file": "not-this-one.pem"})
	noPEM := filepath.Join(t.TempDir(), "no.pem")
	write(t, noPEM, publicKey)
	for _, file := range []string{filepath.Join(t.TempDir(), "missing.pem"), noPEM, os.TempDir()} {
		o := configure(t, complete.With(attributes{"ca_cert_file": file}))
		if text := o.text(); o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(text, `at "ca_cert_file"`) ||
			!strings.Contains(text, file) || strings.Contains(text, "AUTH0_CA_CERT_FILE") {
			t.Errorf("%s: %s", file, text)
		}
	}
}

// TestDomain: a scheme, a slash at the end and white space are removed.
func TestDomain(t *testing.T) {
	for given, want := range map[string]string{
		"https://acme.eu.auth0.com": "acme.eu.auth0.com", "https://acme.eu.auth0.com/": "acme.eu.auth0.com",
		"acme.eu.auth0.com/": "acme.eu.auth0.com", " acme.eu.auth0.com\n": "acme.eu.auth0.com", //nolint:gocritic // the space is tested
		"acme.eu.auth0.com:8443": "acme.eu.auth0.com:8443", "https://localhost:3000/": "localhost:3000", "127.0.0.1:3000": "127.0.0.1:3000",
		"a": "a", "HTTPS://Acme.eu.auth0.com/": "Acme.eu.auth0.com", "https://xn--mller-kva.example/": "xn--mller-kva.example",
	} {
		setEnv(t, nil)
		argument := complete.With(attributes{"domain": given})
		if diags := validate(t, argument); len(diags) != 0 {
			t.Errorf("%q as an argument: %s", given, acctest.Format(diags))
		}
		fromArgument := configure(t, argument).data(t).Credentials.Domain
		setEnv(t, env{"domain": given})
		if fromEnv := configure(t, complete.Without("domain")).data(t).Credentials.Domain; fromArgument != want || fromEnv != want {
			t.Errorf("%q: got %q as an argument and %q as a variable, expected %q", given, fromArgument, fromEnv, want)
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
			diags := validate(t, attributes{a: ways[a], b: ways[b]})
			if acctest.HasError(diags) == together(a, b) {
				t.Errorf("%s and %s: %s", a, b, acctest.Format(diags))
			}
			if diags := validate(t, attributes{a: ways[a], b: acctest.Unknown}); acctest.HasError(diags) {
				t.Errorf("%s and %s, which is not known: %s", a, b, acctest.Format(diags))
			}
		}
	}
}

// TestHowItAuthenticates: the arguments take precedence over the environment as a whole. The halves of two clients are not combined.
// Messages name the arguments and variables that the credentials came from.
func TestHowItAuthenticates(t *testing.T) {
	const key, variable, secretVariable = "client_assertion_private_key", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"
	client, anyKey := attributes{"client_id": "a", "client_secret": "a"}, env{key: privateKey}
	for name, test := range map[string]struct {
		arguments attributes // with the domain
		env       env
		want      string
		source    string // after "the arguments domain"
	}{
		"secret":                {client, nil, "id a, secret a", ", client_id and client_secret"},
		"key":                   {attributes{"client_id": "a", key: privateKey}, nil, "id a, key", ", client_id and " + key},
		"token":                 {attributes{"api_token": "a"}, nil, "token a", " and api_token"},
		"token of the env":      {nil, env{"api_token": "e"}, "token e", " and the environment variable AUTH0_API_TOKEN"},
		"client of the env":     {nil, env{"client_id": "e", "client_secret": "e"}, "id e, secret e", variable + " and " + secretVariable},
		"key of the env":        {nil, env{"client_id": "e", key: privateKey}, "id e, key", "and AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"},
		"token, client in env":  {attributes{"api_token": "a"}, env{"client_id": "e", key: privateKey}, "token a", " and api_token"},
		"client, token in env":  {client, env{"api_token": "e"}, "id a, secret a", ", client_id and client_secret"},
		"id, secret in env":     {attributes{"client_id": "a"}, env{"api_token": "e", "client_secret": "e"}, "id a, secret e", secretVariable},
		"secret, id in env":     {attributes{"client_secret": "a"}, env{"api_token": "e", "client_id": "e"}, "id e, secret a", variable},
		"key, secret in env":    {attributes{"client_id": "a", key: privateKey}, env{"client_secret": "e"}, "id a, key", "and " + key},
		"secret, key in env":    {client, anyKey, "id a, secret a", ", client_id and client_secret"},
		"secret, broken in env": {client, env{key: "broken"}, "id a, secret a", ", client_id and client_secret"},
		"token, broken in env":  {attributes{"api_token": "a"}, env{key: "broken"}, "token a", " and api_token"},
		"white space":           {client.With(attributes{"client_secret": "a "}), nil, "id a, secret a ", "begins or ends with white space)"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			data := configure(t, attributes{"domain": "acme.eu.auth0.com"}.With(test.arguments)).data(t)
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
			if !strings.HasSuffix(data.CredentialsSource, test.source) {
				t.Errorf("the source is %q, expected %q", data.CredentialsSource, test.source)
			}
		})
	}
}

// TestConfigure_credentialsSource: messages name all of the arguments and variables that the credentials came from, and no others.
func TestConfigure_credentialsSource(t *testing.T) {
	domain := attributes{"domain": "a.example.com"}
	for want, test := range map[string]struct {
		arguments attributes
		env       env
	}{
		"the arguments domain, client_id and client_secret": {complete, nil},
		"the environment variables AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET": {
			nil, env{"domain": "a.example.com", "client_id": "e", "client_secret": "e"}},
		"the arguments domain and client_id and the environment variable AUTH0_CLIENT_SECRET": {
			domain.With(attributes{"client_id": "a"}), env{"client_secret": "e"}},
		"the argument domain and the environment variable AUTH0_API_TOKEN": {domain, env{"api_token": "e"}},
	} {
		setEnv(t, test.env)
		if got := configure(t, test.arguments).data(t).CredentialsSource; got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

// TestMissing: a missing argument is not an error of Configure. It is kept, with the argument and the variable to set.
func TestMissing(t *testing.T) {
	setEnv(t, nil)
	for name, test := range map[string]struct {
		arguments attributes
		want      []string
	}{
		"everything":   {nil, []string{"domain", "client_id", "client_secret"}},
		"the client":   {attributes{"domain": "acme.eu.auth0.com"}, []string{"client_id", "client_secret"}},
		"the secret":   {complete.Without("client_secret"), []string{"client_secret"}},
		"the id":       {complete.Without("client_id"), []string{"client_id"}},
		"the domain":   {complete.Without("domain"), []string{"domain"}},
		"a key's id":   {attributes{"domain": "acme.eu.auth0.com", "client_assertion_private_key": privateKey}, []string{"client_id"}},
		"token's host": {attributes{"api_token": "a"}, []string{"domain"}},
		"nothing":      {complete, nil},
		"of a token":   {attributes{"domain": "acme.eu.auth0.com", "api_token": "a"}, nil},
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

// TestConfigure_connectionSecrets: the known part of connection_secrets is used, and keys are normalized.
func TestConfigure_connectionSecrets(t *testing.T) {
	setEnv(t, nil)
	type secrets = map[string]any
	for name, test := range map[string]struct {
		given   any
		want    map[string]string
		unknown bool
	}{
		"none":  {nil, nil, false},
		"empty": {secrets{}, nil, false},
		"some":  {secrets{"c1": "s1", "c2": "s2"}, map[string]string{"c1": "s1", "c2": "s2"}, false},
		"with a domain": {secrets{"B.example.com/c1": "s1", "https://c.example.com/c1": "s3"},
			map[string]string{"b.example.com/c1": "s1", "c.example.com/c1": "s3"}, false},
		"white space":      {secrets{" b.ex.com/c1\n": "s1\n", "c2 ": " s2\r\n"}, map[string]string{"c2": " s2", "b.ex.com/c1": "s1"}, false},
		"unknown":          {acctest.Unknown, nil, true},
		"partly unknown":   {secrets{"c1": "s1", "c2": acctest.Unknown}, map[string]string{"c1": "s1"}, true},
		"null in it":       {secrets{"c1": nil, "c2": "s2", "c3": ""}, map[string]string{"c2": "s2"}, false},
		"the same twice":   {secrets{"a.example.com/c1": "s1", "A.example.com/c1": "s1"}, map[string]string{"a.example.com/c1": "s1"}, false},
		"client ID is URL": {secrets{"c1|x": "s1"}, map[string]string{"c1|x": "s1"}, false},
	} {
		data := configure(t, complete.With(attributes{"connection_secrets": test.given})).data(t)
		if got := data.ConnectionSecrets; !maps.Equal(got, test.want) || data.ConnectionSecretsUnknown != test.unknown {
			t.Errorf("%s: got %v, unknown: %v; expected %v", name, got, data.ConnectionSecretsUnknown, test.want)
		}
		if data.CredentialsUnknown || data.Pool == nil {
			t.Errorf("%s: the rest of the configuration is known: %+v", name, data)
		}
	}
	o := configure(t, complete.With(attributes{"connection_secrets": secrets{"a.example.com/c1": "s1", "A.example.com/c1": "s2"}}))
	if text := o.text(); o.response.Diagnostics.ErrorsCount() != 1 || !strings.Contains(text, "Conflicting secrets") ||
		strings.Contains(text, "s1") {
		t.Errorf("two secrets of one client: %s", text)
	}
	for key, want := range map[string]string{
		"localhost/c1": "is not a tenant domain", "127.0.0.1/c1": "is not a tenant domain", "a b/c1": "is not a valid host name",
		"acme.eu.auth0.com/": "has no client ID", "": "has no client ID", "/c1": "is not a valid host name",
		"acme.eu.auth0.com:8443/c1": "is not a valid host name",
	} {
		text := acctest.Format(validate(t, attributes{"connection_secrets": secrets{key: "the-secret"}}))
		if !strings.Contains(text, want) || strings.Contains(text, "the-secret") {
			t.Errorf("the key %q: %s", key, text)
		}
	}
}

// White space at the ends of a value, as files and pipelines add it, is removed.
func TestConfigure_whiteSpace(t *testing.T) {
	escaped := strings.ReplaceAll(privateKey, "\n", `\n`)
	indented := "  " + strings.ReplaceAll(privateKey, "\n", "\r\n    ")
	client := auth0.Credentials{Domain: "acme.eu.auth0.com", ClientID: "id"}
	withSecret, withKey := client, client
	withSecret.ClientSecret, withKey.PrivateKey = " secret ", privateKey
	for name, test := range map[string]struct {
		values env
		want   auth0.Credentials
	}{
		"client": {
			env{"domain": "acme.eu.auth0.com\n", "client_id": " id\r\n", "client_secret": "s\n", "audience": " https://a.eu.auth0.com/api/v2/\n"},
			auth0.Credentials{Domain: "acme.eu.auth0.com", ClientID: "id", ClientSecret: "s", Audience: "https://a.eu.auth0.com/api/v2/"},
		},
		"token":              {env{"domain": "a.eu.auth0.com", "api_token": "\nt\n"}, auth0.Credentials{Domain: "a.eu.auth0.com", Token: "t"}},
		"secret with spaces": {env{"domain": "acme.eu.auth0.com", "client_id": "id", "client_secret": " secret \n"}, withSecret},
		"key, escaped":       {env{"domain": "acme.eu.auth0.com", "client_id": "id", "client_assertion_private_key": escaped}, withKey},
		"key, indented":      {env{"domain": "acme.eu.auth0.com", "client_id": "id", "client_assertion_private_key": indented}, withKey},
	} {
		arguments := attributes{}
		for argument, value := range test.values {
			arguments[argument] = value
		}
		setEnv(t, nil)
		if diags := validate(t, arguments); len(diags) != 0 {
			t.Errorf("%s as arguments: %s", name, acctest.Format(diags))
		}
		fromArguments := configure(t, arguments).data(t).Credentials
		setEnv(t, test.values)
		if fromEnv := configure(t, nil).data(t).Credentials; fromArguments != test.want || fromEnv != test.want {
			t.Errorf("%s: got %+v from arguments and %+v from the environment, expected %+v", name, fromArguments, fromEnv, test.want)
		}
	}
}

// TestConfigure_clientAssertion: an assertion that cannot be used is an error of Configure. The message does not quote it.
func TestConfigure_clientAssertion(t *testing.T) {
	for assertion, want := range map[string]string{
		assertionFor(t, "id", -time.Minute):   "expired at",
		assertionFor(t, "other", time.Minute): `its sub is "other"`,
		"not-a-jwt":                           "is not a JWT",
	} {
		setEnv(t, nil)
		asArgument := configure(t, complete.Without("client_secret").With(attributes{"client_assertion": assertion})).text()
		setEnv(t, env{"client_assertion": assertion})
		asVariable := configure(t, complete.Without("client_secret")).text()
		for source, text := range map[string]string{
			"The argument client_assertion": asArgument, "The environment variable AUTH0_CLIENT_ASSERTION": asVariable,
		} {
			if !strings.Contains(text, `at "client_assertion"`) || !strings.Contains(text, want) || !strings.Contains(text, source) ||
				strings.Contains(text, assertion) {
				t.Errorf("%s: got %s, expected %q", source, text, want)
			}
		}
	}
}

// TestConfigure_cliLogin: a session of the CLI is for one tenant. A missing session is an error only for objects that need the
// provider's own client.
func TestConfigure_cliLogin(t *testing.T) {
	token := assertionFor(t, "auth0-cli", time.Hour)
	domain, login := attributes{"domain": "acme.eu.auth0.com"}, attributes{"cli_login": true}
	for name, test := range map[string]struct {
		arguments           attributes
		env                 env
		token, missing, err string
	}{
		"argument":                  {domain.With(login), nil, token, "", ""},
		"variable":                  {domain, env{"cli_login": "1"}, token, "", ""},
		"variable before others":    {domain, env{"cli_login": "on", "client_id": "e", "client_secret": "e"}, token, "", ""},
		"arguments before variable": {complete, env{"cli_login": "true"}, "", "", ""},
		"argument is false":         {domain.With(attributes{"cli_login": false}), env{"cli_login": "true", "api_token": "e"}, "e", "", ""},
		"variable is false":         {domain, env{"cli_login": "false", "api_token": "e"}, "e", "", ""},
		"another tenant":            {attributes{"domain": "b.eu.auth0.com"}.With(login), nil, "", "auth0 login --domain b.eu.auth0.com", ""},
		"no domain":                 {login, nil, "", "no domain", ""},
		"credentials as arguments":  {complete.With(login), nil, "", "", "cli_login"},
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

// TestConfigure_conflictsInTheEnvironment: credentials of two kinds in the environment are an error that names both, unless an
// argument decides between them.
func TestConfigure_conflictsInTheEnvironment(t *testing.T) {
	const id, secret, key, assertion, token = "client_id", "client_secret", "client_assertion_private_key", "client_assertion", "api_token"
	ways := env{token: "e", id: "e", secret: "e", key: privateKey, assertion: assertionFor(t, "e", time.Minute)}
	for _, test := range []struct {
		env       []string
		arguments attributes
		conflict  bool
	}{
		{[]string{token, id, secret}, nil, true},
		{[]string{token, id}, nil, true},
		{[]string{token, secret}, nil, true},
		{[]string{token, key}, nil, true},
		{[]string{id, secret, key}, nil, true},
		{[]string{secret, key}, attributes{id: "a"}, true},
		{[]string{token, assertion}, nil, true},
		{[]string{id, secret, assertion}, nil, true},
		{[]string{id, key, assertion}, nil, true},
		{[]string{id, assertion}, nil, false},
		{[]string{token}, nil, false},
		{[]string{id, secret}, nil, false},
		{[]string{token, id, secret}, attributes{token: "a"}, false},
		{[]string{token, id, secret}, attributes{id: "a"}, false},
		{[]string{token, id, key}, attributes{secret: "a"}, false},
		{[]string{id, secret, key}, attributes{key: privateKey}, false},
	} {
		values := env{}
		for _, argument := range test.env {
			values[argument] = ways[argument]
		}
		setEnv(t, values)
		o := configure(t, attributes{"domain": "acme.eu.auth0.com"}.With(test.arguments))
		if o.response.Diagnostics.HasError() != test.conflict {
			t.Errorf("%v and %v: got %s", test.env, test.arguments, o.text())
		}
		for _, argument := range test.env {
			if test.conflict && argument != id && !strings.Contains(o.text(), variables[argument]) {
				t.Errorf("%v: the error does not name %s: %s", test.env, variables[argument], o.text())
			}
		}
	}
}

// TestUnknownArguments: an unknown argument is not an error, whatever the environment has.
func TestUnknownArguments(t *testing.T) {
	setEnv(t, map[string]string{
		"domain": "environment.eu.auth0.com", "client_id": "e", "client_secret": "e", "audience": "https://e/",
		"custom_domain_header": "login.acme.com",
		"requests_per_second":  "1", "rate_limit_headroom": "0.1",
	})
	for argument := range providerAttributes(t) {
		arguments := attributes{argument: acctest.Unknown}
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
	unset := attributes{"domain": nil, "client_id": nil, "client_secret": nil}
	own := env{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}
	keyedClient := env{"domain": tenant.Domain(), "client_id": keyed.ID, "client_secret": "not this one"}
	bySecret, byKey := tenant.Own.Secret+" "+tenant.Audience(), " "+tenant.Audience()
	for name, test := range map[string]struct {
		arguments attributes
		env       env
		client    string
		host      string
		token     string // the secret and audience of the request for a token; empty for none
	}{
		"a secret": {attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}, nil,
			tenant.Own.ID, tenant.Domain(), bySecret},
		"the environment": {attributes{"domain": "https://" + tenant.Domain() + "/"}, own, tenant.Own.ID, tenant.Domain(), bySecret},
		"a key": {attributes{"client_assertion_private_key": privateKey, "client_assertion_signing_alg": "PS256"}, keyedClient,
			keyed.ID, tenant.Domain(), byKey},
		"an assertion": {attributes{"client_assertion": signedAssertion(t, keyed.ID, tenant.Domain())}, keyedClient,
			keyed.ID, tenant.Domain(), byKey},
		"a token": {nil, env{"domain": tenant.Domain(), "api_token": tenant.Token(keyed.ID, "read:users")},
			keyed.ID, tenant.Domain(), ""},
		"a custom domain": {attributes{"domain": custom, "audience": tenant.Audience()}, own, tenant.Own.ID, custom, bySecret},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			tenant.ForgetRequests()
			run := acctest.NewRun(t, tenant, "auth0vault_user", unset, test.arguments)
			if n := len(tenant.Requests()); n != 0 {
				t.Errorf("%d requests were made for the configuration alone", n)
			}
			state, diags := run.Data("auth0vault_user", attributes{"id": user.ID})
			acctest.RequireNoError(t, diags)
			if got := acctest.Get(state, "email"); got != "ada@example.com" {
				t.Errorf("got %v", got)
			}
			requests := tenant.Requests()
			if last := requests[len(requests)-1]; last.ClientID != test.client || last.Host != test.host {
				t.Errorf("the user was not read by %s at %s:\n%s", test.client, test.host, tenant.Summary())
			}
			if agent := requests[0].Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-auth0vault/test (Terraform/") {
				t.Errorf("the user agent is %q", agent)
			}
			if test.token == "" && len(requests) == 1 {
				return
			}
			form, err := url.ParseQuery(string(requests[0].RequestBody))
			if got := form.Get("client_secret") + " " + form.Get("audience"); err != nil || got != test.token {
				t.Errorf("the request for a token has %q, expected %q: %v", got, test.token, err)
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
