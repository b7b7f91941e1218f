package provider

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

const (
	defaultHeadroom        = 0.2
	mostHeadroom           = 0.9
	leastRequestsPerSecond = 0.01
)

// Configure implements provider.Provider. It makes no request, and takes a value
// that is not known yet for no error: what needs it waits.
func (p *vaultProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := &providerdata.Data{}
	p.setPool(data, config, req.TerraformVersion, &resp.Diagnostics)
	setOwn(data, config, &resp.Diagnostics)
	setKeyring(ctx, data, config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// setting returns an argument, or the environment variable that stands in for
// it, and the words to name where it came from.
func setting(argument types.String, name, env string) (value, source string) {
	if !argument.IsNull() {
		return argument.ValueString(), "The argument " + name
	}
	return os.Getenv(env), "The environment variable " + env
}

// setPool makes the pool from everything that concerns all clients.
func (p *vaultProvider) setPool(data *providerdata.Data, config model, terraformVersion string, diags *diag.Diagnostics) {
	if config.CustomDomainHeader.IsUnknown() || config.RequestsPerSecond.IsUnknown() ||
		config.RateLimitHeadroom.IsUnknown() || config.CACertFile.IsUnknown() {
		return
	}
	options := auth0.Options{
		UserAgent:         fmt.Sprintf("terraform-provider-auth0vault/%s (Terraform/%s)", p.version, terraformVersion),
		RequestsPerSecond: number(config.RequestsPerSecond, envRequestsPerSecond, 0, leastRequestsPerSecond, 1e6, diags),
		Headroom:          number(config.RateLimitHeadroom, envRateLimitHeadroom, defaultHeadroom, 0, mostHeadroom, diags),
	}
	var source string
	if options.CustomDomain, source = setting(config.CustomDomainHeader, "custom_domain_header", envCustomDomainHeader); options.CustomDomain != "" && !tfkit.IsHostName(options.CustomDomain) {
		diags.AddAttributeError(path.Root("custom_domain_header"), "Invalid custom domain", fmt.Sprintf("%s is no host name: %q.", source, options.CustomDomain))
	}
	file, source := setting(config.CACertFile, "ca_cert_file", envCACertFile)
	if file != "" {
		pem, err := os.ReadFile(file) //nolint:gosec // the user's own choice
		if err != nil {
			diags.AddAttributeError(path.Root("ca_cert_file"), "Unable to read the certificates", fmt.Sprintf("%s names a file that cannot be read: %v.", source, err))
			return
		}
		options.CACert = pem
	}
	for _, option := range p.options {
		option(&options)
	}
	pool, err := auth0.NewPool(options)
	if err != nil {
		diags.AddAttributeError(path.Root("ca_cert_file"), "Unable to read the certificates", fmt.Sprintf("%s names the file %s, which cannot be used: %v.", source, file, err))
		return
	}
	data.Pool = pool
}

// number returns a number from an argument, the environment or a default. The
// argument's bounds are the schema's to check, the variable's are checked here.
func number(argument types.Float64, env string, otherwise, least, most float64, diags *diag.Diagnostics) float64 {
	if !argument.IsNull() {
		return argument.ValueFloat64()
	}
	text := os.Getenv(env)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= least && n <= most) {
		diags.AddError("Invalid environment variable", fmt.Sprintf("%s must be a number from %s to %s, not %q.", env, decimal(least), decimal(most), text))
		return otherwise
	}
	return n
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// setOwn collects the provider's own credentials. What is missing is remembered:
// a configuration whose users all have a vault_connection needs none.
func setOwn(data *providerdata.Data, config model, diags *diag.Diagnostics) {
	domain, source := setting(config.Domain, "domain", envDomain)
	domain = bareDomain(domain)
	data.Credentials.Domain = domain // identities have it, also while the rest is not known
	for _, value := range []types.String{
		config.Domain, config.ClientID, config.ClientSecret, config.PrivateKey, config.SigningAlg, config.APIToken, config.Audience,
	} {
		if value.IsUnknown() {
			data.CredentialsUnknown = true
			return
		}
	}
	if domain == "" {
		data.MissingArguments.Append(missing("domain", "Set the argument domain, or the environment variable "+envDomain+", to the tenant's domain, such as acme.eu.auth0.com."))
	} else if problem := domainProblem(domain); problem != "" {
		diags.AddAttributeError(path.Root("domain"), "Invalid domain", fmt.Sprintf("%s %s.", source, problem))
	}
	data.Credentials.Audience, source = setting(config.Audience, "audience", envAudience)
	if data.Credentials.Audience != "" && !tfkit.IsHTTPSURL(data.Credentials.Audience) {
		diags.AddAttributeError(path.Root("audience"), "Invalid audience", fmt.Sprintf("%s is no https URL: %q.", source, data.Credentials.Audience))
	}
	setClient(data, config, diags)
}

// setClient chooses how the provider's own client authenticates: as the arguments
// say, and where they say nothing, as the environment does.
func setClient(data *providerdata.Data, config model, diags *diag.Diagnostics) {
	own := &data.Credentials
	client := !config.ClientID.IsNull() || !config.ClientSecret.IsNull() || !config.PrivateKey.IsNull()
	if token, _ := setting(config.APIToken, "api_token", envAPIToken); token != "" && !client {
		own.Token = token
		return
	}
	own.ClientID, _ = setting(config.ClientID, "client_id", envClientID)
	if config.ClientSecret.IsNull() {
		var source string
		own.PrivateKey, source = setting(config.PrivateKey, "client_assertion_private_key", envPrivateKey)
		if own.PrivateKey != "" {
			if err := auth0.CheckPrivateKey(own.PrivateKey, ""); err != nil {
				diags.AddAttributeError(path.Root("client_assertion_private_key"), "Invalid private key", fmt.Sprintf("%s cannot be used: %v.", source, err))
			} else if own.SigningAlg, source = setting(config.SigningAlg, "client_assertion_signing_alg", envSigningAlg); auth0.CheckPrivateKey(own.PrivateKey, own.SigningAlg) != nil {
				diags.AddAttributeError(path.Root("client_assertion_signing_alg"), "Invalid signing algorithm",
					fmt.Sprintf("%s names an unknown signing algorithm: %q. Auth0 accepts %s.", source, own.SigningAlg, strings.Join(auth0.SigningAlgorithms(), ", ")))
			}
		}
	}
	if own.PrivateKey == "" {
		own.ClientSecret, _ = setting(config.ClientSecret, "client_secret", envClientSecret)
	}
	if own.ClientID == "" {
		data.MissingArguments.Append(missing("client_id", "Set the argument client_id, or the environment variable "+envClientID+
			", to the id of a machine-to-machine application; or give a ready access token with api_token or "+envAPIToken+"."))
	}
	if own.ClientSecret == "" && own.PrivateKey == "" {
		data.MissingArguments.Append(missing("client_secret", "Set the argument client_secret, or the environment variable "+envClientSecret+
			"; or sign in with client_assertion_private_key or "+envPrivateKey+"; or give a ready access token with api_token or "+envAPIToken+"."))
	}
}

func missing(argument, advice string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Missing provider argument: "+argument, "This is done with the provider's own client, and the provider does not know its "+
		strings.ReplaceAll(argument, "_", " ")+".\n\n"+advice)
}

// setKeyring takes the secrets of vault connections that are known.
func setKeyring(ctx context.Context, data *providerdata.Data, config model, diags *diag.Diagnostics) {
	if config.ConnectionSecrets.IsUnknown() {
		data.ConnectionSecretsUnknown = true
		return
	}
	secrets := map[string]types.String{}
	diags.Append(config.ConnectionSecrets.ElementsAs(ctx, &secrets, false)...)
	data.ConnectionSecrets = make(map[string]string, len(secrets))
	for clientID, secret := range secrets {
		switch {
		case secret.IsUnknown():
			data.ConnectionSecretsUnknown = true
		case secret.ValueString() != "":
			data.ConnectionSecrets[clientID] = secret.ValueString()
		}
	}
}

// bareDomain drops what people paste along with a domain.
func bareDomain(domain string) string {
	domain = strings.TrimSpace(domain)
	if scheme, rest, ok := strings.Cut(domain, "://"); ok && strings.EqualFold(scheme, "https") {
		domain = rest
	}
	return strings.TrimSuffix(domain, "/")
}

// domainProblem says what is wrong with the provider's domain, which unlike a
// vault connection's may have a port.
func domainProblem(domain string) string {
	host := bareDomain(domain)
	if name, port, err := net.SplitHostPort(host); err == nil {
		if n, err := strconv.Atoi(port); err == nil && n > 0 && n < 65536 {
			host = name
		}
	}
	if tfkit.IsHostName(host) {
		return ""
	}
	return tfkit.HostNameProblem(domain)
}
