package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// setCredentials collects the provider's own credentials. What is missing is
// remembered: a configuration whose users all have a vault_connection needs none.
func setCredentials(ctx context.Context, data *providerdata.Data, config model, diags *diag.Diagnostics) {
	domain := lookup(config.Domain, "domain", envDomain)
	domain.value = bareDomain(domain.value)
	data.Credentials.Domain = domain.value // identities need it, also while the rest is not known
	data.DomainUnknown = config.Domain.IsUnknown()
	if config.credentialsUnknown() {
		data.CredentialsUnknown = true
		return
	}
	if !domain.given() {
		data.MissingArguments.Append(missing("domain",
			"Set the argument domain, or the environment variable "+envDomain+", to the tenant's domain, such as acme.eu.auth0.com."))
	} else if problem := domainProblem(domain.value); problem != "" {
		diags.AddAttributeError(path.Root("domain"), "Invalid domain", domain.problem(problem))
	}
	audience := lookup(config.Audience, "audience", envAudience)
	if problem := audienceProblem(audience.value); audience.given() && problem != "" {
		diags.AddAttributeError(path.Root("audience"), "Invalid audience", audience.problem(problem))
	}
	data.Credentials.Audience = audience.value
	used := append([]input{domain}, setClient(ctx, data, config, diags)...)
	data.CredentialsSource = sources(used)
}

// credentialsUnknown reports whether an argument that setCredentials reads is not
// known yet.
func (m model) credentialsUnknown() bool {
	for _, value := range []types.String{
		m.Domain, m.ClientID, m.ClientSecret, m.PrivateKey, m.SigningAlg, m.Assertion, m.APIToken, m.Audience,
	} {
		if value.IsUnknown() {
			return true
		}
	}
	return m.CLILogin.IsUnknown()
}

// setClient chooses how the provider's own client authenticates: as the arguments
// say; if no argument does, as the environment does. It returns what it used.
func setClient(ctx context.Context, data *providerdata.Data, config model, diags *diag.Diagnostics) []input {
	own := &data.Credentials
	id := lookup(config.ClientID, "client_id", envClientID)
	secret := lookupSecret(config.ClientSecret, "client_secret", envClientSecret)
	key := lookup(config.PrivateKey, "client_assertion_private_key", envPrivateKey)
	assertion := lookup(config.Assertion, "client_assertion", envAssertion)
	token := lookup(config.APIToken, "api_token", envAPIToken)
	all := []input{id, secret, key, assertion, token}
	fromArguments := slices.ContainsFunc(all, func(in input) bool { return in.argument })

	if cli := cliLogin(config, fromArguments); cli.given() {
		if fromArguments {
			diags.AddAttributeError(path.Root("cli_login"), "Conflicting credentials",
				"The argument cli_login = true uses the session of the Auth0 CLI. Leave out the other credentials of the provider block, or cli_login.")
		}
		setCLISession(ctx, data)
		return []input{cli}
	}
	checkConflicts(id, token, []input{secret, key, assertion}, diags)
	// The arguments decide; the environment fills in what they leave open.
	if token.given() && (token.argument || !fromArguments) {
		if problem := tokenProblem(token.value); problem != "" {
			diags.AddAttributeError(path.Root("api_token"), "Invalid access token", token.problem(problem))
		}
		own.Token = token.value
		return []input{token}
	}
	own.ClientID = id.value
	if !id.given() {
		data.MissingArguments.Append(missing("client_id", "Set the argument client_id, or the environment variable "+envClientID+
			", to the ID of a machine-to-machine application; or give an access token with api_token or "+envAPIToken+"."))
	}
	method, ok := firstGiven(secret, key, assertion)
	if !ok {
		data.MissingArguments.Append(missing("client_secret", "Set the argument client_secret, or the environment variable "+envClientSecret+
			"; or sign in with client_assertion_private_key or "+envPrivateKey+", with client_assertion or "+envAssertion+
			", or with cli_login or "+envCLILogin+"; or give an access token with api_token or "+envAPIToken+"."))
		return []input{id}
	}
	switch method {
	case secret:
		own.ClientSecret = secret.value
	case key:
		own.PrivateKey = privateKey(key.value)
		setSigningAlg(own, config, key, diags)
	case assertion:
		own.Assertion = assertion.value
		if err := auth0.CheckAssertion(own.Assertion, own.ClientID, time.Now()); err != nil && id.given() {
			diags.AddAttributeError(path.Root("client_assertion"), "Invalid client assertion",
				assertion.problem(fmt.Sprintf("cannot be used: %v", err)))
		}
	}
	return []input{id, method}
}

// firstGiven returns the first input that is an argument, or else the first from
// the environment.
func firstGiven(inputs ...input) (input, bool) {
	for _, argument := range []bool{true, false} {
		for _, in := range inputs {
			if in.given() && in.argument == argument {
				return in, true
			}
		}
	}
	return input{}, false
}

// cliLogin returns the argument or environment variable that asks for the CLI's
// session, if one does. In the environment it takes precedence over other
// variables, as in the official provider, but not over arguments.
func cliLogin(config model, fromArguments bool) input {
	switch {
	case config.CLILogin.ValueBool():
		return input{value: "true", name: "cli_login (the session of the Auth0 CLI)", argument: true}
	case config.CLILogin.IsNull() && !fromArguments && isOn(os.Getenv(envCLILogin)):
		return input{value: "true", name: envCLILogin + " (the session of the Auth0 CLI)"}
	}
	return input{}
}

// setCLISession takes the token of the CLI's session. A missing session is an error
// only for objects that need the provider's own client.
func setCLISession(ctx context.Context, data *providerdata.Data) {
	if data.Credentials.Domain == "" {
		return // which is an error already
	}
	token, err := auth0cli.Token(ctx, data.Credentials.Domain)
	if err != nil {
		data.MissingArguments.AddError("No session of the Auth0 CLI",
			validate.Sentence("Unable to use the session of the Auth0 CLI: "+err.Error()))
		return
	}
	data.Credentials.Token = token
}

// setSigningAlg checks the private key and the algorithm that goes with it.
func setSigningAlg(own *auth0.Credentials, config model, key input, diags *diag.Diagnostics) {
	if err := auth0.CheckPrivateKey(own.PrivateKey, ""); err != nil {
		diags.AddAttributeError(path.Root("client_assertion_private_key"), "Invalid private key",
			key.problem(fmt.Sprintf("cannot be used: %v", err)))
		return
	}
	alg := lookup(config.SigningAlg, "client_assertion_signing_alg", envSigningAlg)
	if auth0.CheckPrivateKey(own.PrivateKey, alg.value) != nil {
		diags.AddAttributeError(path.Root("client_assertion_signing_alg"), "Invalid signing algorithm",
			alg.problem(fmt.Sprintf("names an unknown signing algorithm: %q. Auth0 accepts %s",
				alg.value, strings.Join(auth0.SigningAlgorithms(), ", "))))
	}
	own.SigningAlg = alg.value
}

// checkConflicts adds an error if the environment holds two kinds of credentials
// and no argument decides between them. The schema checks the arguments.
func checkConflicts(id, token input, methods []input, diags *diag.Diagnostics) {
	decided := token.argument || slices.ContainsFunc(methods, func(in input) bool { return in.argument })
	set := slices.DeleteFunc(methods, func(in input) bool { return !in.given() })
	var conflicting []input
	switch {
	case decided:
		return
	case token.given() && !id.argument && (id.given() || len(set) > 0):
		conflicting = append([]input{token}, id)
		conflicting = append(conflicting, set...)
	case len(set) > 1:
		conflicting = set
	default:
		return
	}
	diags.AddError("Conflicting credentials in the environment",
		fmt.Sprintf("The provider authenticates in one way, and the environment has credentials for more than one: %s.\n\n"+
			"Unset those that are not meant, or give the credentials as arguments of the provider, which take precedence over the "+
			"environment.", sources(conflicting)))
}

// sources lists where values come from: "the argument domain and the environment
// variables AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET".
func sources(inputs []input) string {
	var arguments, variables []string
	for _, in := range inputs {
		switch {
		case !in.given():
		case in.argument:
			arguments = append(arguments, in.name)
		default:
			variables = append(variables, in.name)
		}
	}
	var parts []string
	for _, group := range []struct {
		kind  string
		names []string
	}{{"argument", arguments}, {"environment variable", variables}} {
		if len(group.names) == 0 {
			continue
		}
		kind := group.kind
		if len(group.names) > 1 {
			kind += "s"
		}
		parts = append(parts, "the "+kind+" "+enumerate(group.names))
	}
	return enumerate(parts)
}

// enumerate writes words as a list: "a, b and c".
func enumerate(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func missing(argument, advice string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Missing provider argument: "+argument,
		"This object uses the provider's own client, and the provider has no "+argument+".\n\n"+advice)
}

// tokenProblem returns what is wrong with an access token, which is sent in a
// header.
func tokenProblem(token string) string {
	token = strings.TrimSpace(token)
	switch {
	case token == "":
		return "is empty; leave it out or write null"
	case strings.HasPrefix(strings.ToLower(token), "bearer "):
		return "begins with \"Bearer\"; give the access token alone"
	case !auth0.IsTokenText(token):
		return "contains white space, a line break or another character that an access token cannot have"
	}
	return ""
}

// privateKey returns a PEM encoded key as it was before it went through an
// environment variable or an indented text: with line breaks instead of the two
// characters \n, and without white space at the ends of its lines.
func privateKey(text string) string {
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	var out strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		out.WriteString(strings.TrimSpace(line) + "\n")
	}
	return out.String()
}

// isOn reports whether the value of an environment variable switches something on,
// by the same words as in the official provider.
func isOn(value string) bool {
	return slices.Contains([]string{"1", "true", "on"}, strings.ToLower(strings.TrimSpace(value)))
}
