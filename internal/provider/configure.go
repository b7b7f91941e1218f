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
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

const (
	defaultHeadroom      = 0.2
	maxHeadroom          = 0.9
	minRequestsPerSecond = 0.01
	maxRequestsPerSecond = 1e6
)

// Configure implements provider.Provider. It makes no request. A value that is not
// known yet is not an error: what needs it waits.
func (p *vaultProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := &providerdata.Data{}
	p.setPool(data, config, req.TerraformVersion, &resp.Diagnostics)
	setCredentials(ctx, data, config, &resp.Diagnostics)
	setConnectionSecrets(ctx, data, config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// input is the value of an argument, or of the environment variable that stands
// in for it.
type input struct {
	value string
	// name is that of the argument or the variable.
	name string
	// argument is true for a value of the provider block.
	argument bool
}

// lookup returns an argument, or the environment variable that stands in for it,
// without the white space at its ends: none of these values can have any there.
func lookup(argument types.String, name, env string) input {
	in := lookupSecret(argument, name, env)
	in.value = strings.TrimSpace(in.value)
	return in
}

// lookupSecret is lookup for a secret that a person has chosen. Of what is at its
// ends only line breaks are removed; the name tells about other white space.
func lookupSecret(argument types.String, name, env string) input {
	in := input{value: os.Getenv(env), name: env}
	if !argument.IsNull() {
		in = input{value: argument.ValueString(), name: name, argument: true}
	}
	in.value = strings.Trim(in.value, "\r\n")
	if in.value != strings.TrimSpace(in.value) {
		in.name += " (which begins or ends with white space)"
	}
	return in
}

// given reports whether there is a value.
func (in input) given() bool { return in.value != "" }

// problem returns the sentence that names the source and what is wrong with its value.
func (in input) problem(what string) string {
	kind := "environment variable"
	if in.argument {
		kind = "argument"
	}
	return validate.Sentence("The " + kind + " " + in.name + " " + what)
}

// setPool creates the pool from the arguments that concern all clients.
func (p *vaultProvider) setPool(data *providerdata.Data, config model, terraformVersion string, diags *diag.Diagnostics) {
	if config.CustomDomainHeader.IsUnknown() || config.RequestsPerSecond.IsUnknown() ||
		config.RateLimitHeadroom.IsUnknown() || config.CACertFile.IsUnknown() {
		return
	}
	options := auth0.Options{
		UserAgent:         fmt.Sprintf("terraform-provider-auth0vault/%s (Terraform/%s)", p.version, terraformVersion),
		RequestsPerSecond: number(config.RequestsPerSecond, envRequestsPerSecond, 0, minRequestsPerSecond, maxRequestsPerSecond, diags),
		Headroom:          number(config.RateLimitHeadroom, envRateLimitHeadroom, defaultHeadroom, 0, maxHeadroom, diags),
	}
	customDomain := lookup(config.CustomDomainHeader, "custom_domain_header", envCustomDomainHeader)
	if problem := validate.HostNameProblem(customDomain.value); customDomain.given() && problem != "" {
		diags.AddAttributeError(path.Root("custom_domain_header"), "Invalid custom domain", customDomain.problem(problem))
	}
	options.CustomDomain = customDomain.value
	file := lookup(config.CACertFile, "ca_cert_file", envCACertFile)
	if file.given() {
		pem, err := os.ReadFile(file.value)
		if err != nil {
			diags.AddAttributeError(path.Root("ca_cert_file"), "Unable to read the certificates",
				file.problem(fmt.Sprintf("names a file that cannot be read: %v", err)))
			return
		}
		options.CACert = pem
	}
	for _, option := range p.options {
		option(&options)
	}
	pool, err := auth0.NewPool(options)
	if err != nil {
		diags.AddAttributeError(path.Root("ca_cert_file"), "Unable to read the certificates",
			file.problem(fmt.Sprintf("names the file %s, which cannot be used: %v", file.value, err)))
		return
	}
	data.Pool = pool
	data.RateLimitWarner = providerdata.NewRateLimitWarner(pool)
}

// number returns a number from an argument, the environment, or a default. The
// schema checks the bounds of the argument, this those of the variable.
func number(argument types.Float64, env string, fallback, low, high float64, diags *diag.Diagnostics) float64 {
	if !argument.IsNull() {
		return argument.ValueFloat64()
	}
	text := strings.TrimSpace(os.Getenv(env))
	if text == "" {
		return fallback
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= low && n <= high) {
		diags.AddError("Invalid environment variable", fmt.Sprintf("The environment variable %s must be a number from %s to %s, not %q.",
			env, decimal(low), decimal(high), text))
		return fallback
	}
	return n
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// setConnectionSecrets takes the secrets of vault connections that are known.
func setConnectionSecrets(ctx context.Context, data *providerdata.Data, config model, diags *diag.Diagnostics) {
	if config.ConnectionSecrets.IsUnknown() {
		data.ConnectionSecretsUnknown = true
		return
	}
	secrets := map[string]types.String{}
	diags.Append(config.ConnectionSecrets.ElementsAs(ctx, &secrets, false)...)
	data.ConnectionSecrets = make(map[string]string, len(secrets))
	for key, value := range secrets {
		if value.IsUnknown() {
			data.ConnectionSecretsUnknown = true
			continue
		}
		secret := strings.Trim(value.ValueString(), "\r\n")
		if secret == "" {
			continue
		}
		normalized := providerdata.SecretKey(splitSecretKey(key))
		if earlier, ok := data.ConnectionSecrets[normalized]; ok && earlier != secret {
			diags.AddAttributeError(path.Root("connection_secrets"), "Conflicting secrets",
				fmt.Sprintf("Two keys of connection_secrets are for the same domain and client, with different secrets: %q is one of them.", key))
		}
		data.ConnectionSecrets[normalized] = secret
	}
}

// splitSecretKey returns the domain and the client ID of a key of
// connection_secrets; the domain is empty in a key that is only a client ID.
func splitSecretKey(key string) (domain, clientID string) {
	key = strings.TrimSpace(key)
	if at := strings.LastIndexByte(key, '/'); at >= 0 {
		return bareDomain(key[:at]), strings.TrimSpace(key[at+1:])
	}
	return "", key
}

// secretKeyProblem returns what is wrong with a key of connection_secrets.
func secretKeyProblem(key string) string {
	domain, clientID := splitSecretKey(key)
	if clientID == "" {
		return fmt.Sprintf("has no client ID: %q", key)
	}
	if domain != "" || strings.Contains(key, "/") {
		if problem := validate.TenantDomainProblem(domain); problem != "" {
			return "has a domain that " + problem
		}
	}
	return ""
}

// bareDomain drops what is often copied along with a domain.
func bareDomain(domain string) string {
	domain = strings.TrimSpace(domain)
	if scheme, rest, ok := strings.Cut(domain, "://"); ok && strings.EqualFold(scheme, "https") {
		domain = rest
	}
	return strings.TrimSuffix(domain, "/")
}

// domainProblem returns what is wrong with the provider's domain, which can have a
// port, unlike a vault connection's.
func domainProblem(domain string) string {
	host := bareDomain(domain)
	if name, port, err := net.SplitHostPort(host); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err == nil && n > 0 {
			host = name
		}
	}
	if validate.IsHostName(host) {
		return ""
	}
	return validate.HostNameProblem(domain)
}

// audienceProblem returns what is wrong with the identifier of the Management API.
func audienceProblem(audience string) string {
	audience = strings.TrimSpace(audience)
	if problem := validate.HTTPSURLProblem(audience); problem != "" {
		return problem
	}
	if strings.HasSuffix(audience, "/api/v2") {
		return fmt.Sprintf("has no slash at its end, as the identifier of the Management API has; did you mean %q?", audience+"/")
	}
	return ""
}
