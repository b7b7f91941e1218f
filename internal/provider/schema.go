package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/providervalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// model is the provider's configuration.
type model struct {
	Domain             types.String  `tfsdk:"domain"`
	ClientID           types.String  `tfsdk:"client_id"`
	ClientSecret       types.String  `tfsdk:"client_secret"`
	PrivateKey         types.String  `tfsdk:"client_assertion_private_key"`
	SigningAlg         types.String  `tfsdk:"client_assertion_signing_alg"`
	Assertion          types.String  `tfsdk:"client_assertion"`
	APIToken           types.String  `tfsdk:"api_token"`
	CLILogin           types.Bool    `tfsdk:"cli_login"`
	Audience           types.String  `tfsdk:"audience"`
	ConnectionSecrets  types.Map     `tfsdk:"connection_secrets"`
	CustomDomainHeader types.String  `tfsdk:"custom_domain_header"`
	RequestsPerSecond  types.Float64 `tfsdk:"requests_per_second"`
	RateLimitHeadroom  types.Float64 `tfsdk:"rate_limit_headroom"`
	CACertFile         types.String  `tfsdk:"ca_cert_file"`
}

// The environment variables that stand in for arguments.
const (
	envDomain             = "AUTH0_DOMAIN"
	envClientID           = "AUTH0_CLIENT_ID"
	envClientSecret       = "AUTH0_CLIENT_SECRET" //nolint:gosec // the name of a variable
	envPrivateKey         = "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"
	envSigningAlg         = "AUTH0_CLIENT_ASSERTION_SIGNING_ALG"
	envAssertion          = "AUTH0_CLIENT_ASSERTION"
	envAPIToken           = "AUTH0_API_TOKEN" //nolint:gosec // the name of a variable
	envCLILogin           = "AUTH0_CLI_LOGIN"
	envAudience           = "AUTH0_AUDIENCE"
	envCustomDomainHeader = "AUTH0_CUSTOM_DOMAIN_HEADER"
	envRequestsPerSecond  = "AUTH0_REQUESTS_PER_SECOND"
	envRateLimitHeadroom  = "AUTH0_RATE_LIMIT_HEADROOM"
	envCACertFile         = "AUTH0_CA_CERT_FILE"
)

// Schema implements provider.Provider.
func (p *vaultProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages Auth0 vault connections, which authorize flow actions, and users through them.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Tenant domain: a host name, with a port if needed. A leading `https://` and a trailing slash are ignored. " +
					"Environment: `" + envDomain + "`.",
				Validators: []validator.String{validate.Matches("a host such as acme.eu.auth0.com, or a host and a port", domainProblem)},
			},
			"client_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of the provider's own client, a machine-to-machine application. Environment: `" + envClientID + "`.",
				Validators:          []validator.String{validate.NotEmpty()},
			},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Secret of the provider's own client. Environment: `" + envClientSecret + "`.",
				Validators:          []validator.String{validate.NotEmpty()},
			},
			"client_assertion_private_key": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "RSA private key (PEM): the provider's own client authenticates with a signed assertion instead of a secret. " +
					"Environment: `" + envPrivateKey + "`.",
				Validators: []validator.String{validate.Matches("an RSA private key in PEM form", func(key string) string {
					if err := auth0.CheckPrivateKey(privateKey(key), ""); err != nil {
						return "cannot be used: " + err.Error()
					}
					return ""
				})},
			},
			"client_assertion_signing_alg": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Algorithm of the signed assertion: `RS256` (default), `RS384` or `PS256`. " +
					"Environment: `" + envSigningAlg + "`.",
				Validators: []validator.String{stringvalidator.OneOf(auth0.SigningAlgorithms()...)},
			},
			"client_assertion": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Assertion (JWT) that was signed elsewhere, for example by a KMS or a secrets manager, instead of a private " +
					"key. It can be ephemeral. Environment: `" + envAssertion + "`.",
				Validators: []validator.String{validate.NotEmpty()},
			},
			"api_token": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Access token for the Management API, instead of client credentials. Environment: `" + envAPIToken + "`.",
				Validators:          []validator.String{validate.Matches("an access token for the Management API", tokenProblem)},
			},
			"cli_login": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Use the session of the Auth0 CLI on this machine for the tenant `domain` (`auth0 login`), read from the system " +
					"keyring or, if there is none, from the CLI's configuration file. Environment: `" + envCLILogin + "` (`true`, `1` or `on`).",
			},
			"audience": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Identifier of the Management API. Default: `https://<domain>/api/v2/`. Required with a custom domain: " +
					"the identifier keeps the tenant's canonical domain. Environment: `" + envAudience + "`.",
				Validators: []validator.String{validate.Matches("the identifier of the Management API, a URL that begins with https://",
					audienceProblem)},
			},
			"connection_secrets": schema.MapAttribute{
				ElementType: types.StringType, Optional: true, Sensitive: true,
				MarkdownDescription: "Secrets for every `vault_connection` whose secret is not in the state. A key is a client ID, for connections " +
					"whose `domain` is the provider's own, or `<domain>/<client id>` for any other. A secret is never sent to a host that its key does " +
					"not name. The map can be ephemeral.",
				Validators: []validator.Map{mapvalidator.KeysAre(validate.Matches(
					"a client ID, or a tenant domain and a client ID with a slash between them: acme.eu.auth0.com/<client id>", secretKeyProblem))},
			},
			"custom_domain_header": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Custom domain that is sent as `Auth0-Custom-Domain` with every write of a user, " +
					"for tenants that have several. Environment: `" + envCustomDomainHeader + "`.",
				Validators: []validator.String{validate.HostName(), stringvalidator.LengthBetween(3, 255)},
			},
			"requests_per_second": schema.Float64Attribute{
				Optional: true,
				MarkdownDescription: "Maximum number of requests per second and tenant. Default: as many as the tenant's own rate limit allows. " +
					"Environment: `" + envRequestsPerSecond + "`.",
				Validators: []validator.Float64{float64validator.AtLeast(minRequestsPerSecond)},
			},
			"rate_limit_headroom": schema.Float64Attribute{
				Optional: true,
				MarkdownDescription: "Share of the tenant's rate limit, from 0 to 0.9, that the provider leaves to other clients. Default: 0.2. " +
					"Environment: `" + envRateLimitHeadroom + "`.",
				Validators: []validator.Float64{float64validator.Between(0, maxHeadroom)},
			},
			"ca_cert_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "File with certificates (PEM) that are trusted in addition to the system's, for proxies that inspect TLS. " +
					"Environment: `" + envCACertFile + "`.",
				Validators: []validator.String{validate.NotEmpty()},
			},
		},
	}
}

// ConfigValidators implements provider.ProviderWithConfigValidators.
func (p *vaultProvider) ConfigValidators(context.Context) []provider.ConfigValidator {
	return []provider.ConfigValidator{
		providervalidator.Conflicting(path.MatchRoot("api_token"), path.MatchRoot("client_id")),
		providervalidator.Conflicting(path.MatchRoot("api_token"), path.MatchRoot("client_secret")),
		providervalidator.Conflicting(path.MatchRoot("api_token"), path.MatchRoot("client_assertion_private_key")),
		providervalidator.Conflicting(path.MatchRoot("api_token"), path.MatchRoot("client_assertion")),
		providervalidator.Conflicting(path.MatchRoot("client_secret"), path.MatchRoot("client_assertion_private_key")),
		providervalidator.Conflicting(path.MatchRoot("client_secret"), path.MatchRoot("client_assertion")),
		providervalidator.Conflicting(path.MatchRoot("client_assertion_private_key"), path.MatchRoot("client_assertion")),
	}
}
