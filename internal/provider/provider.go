// Package provider is what Terraform sees of auth0vault: it registers every
// resource, data source, list, ephemeral resource, action and function, and turns the
// provider's arguments and the environment into access to tenants.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/access"
	actions "github.com/auth0vault/terraform-provider-auth0vault/internal/provider/action"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/application"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/connection"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flow"
	functions "github.com/auth0vault/terraform-provider-auth0vault/internal/provider/function"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/notifications"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/token"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/user"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/auth0vault/" + typeName

// typeName is what the names of all its objects begin with.
const typeName = "auth0vault"

var (
	_ provider.Provider                       = (*vaultProvider)(nil)
	_ provider.ProviderWithActions            = (*vaultProvider)(nil)
	_ provider.ProviderWithConfigValidators   = (*vaultProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*vaultProvider)(nil)
	_ provider.ProviderWithFunctions          = (*vaultProvider)(nil)
	_ provider.ProviderWithListResources      = (*vaultProvider)(nil)
)

type vaultProvider struct {
	version string
	options []func(*auth0.Options)
}

// New returns a function that makes the provider, as the plugin server wants it.
// version is shown to Auth0 in the user agent. The options change how tenants are
// reached; tests hand over a transport with them.
func New(version string, options ...func(*auth0.Options)) func() provider.Provider {
	return func() provider.Provider { return &vaultProvider{version: version, options: options} }
}

// Metadata implements provider.Provider.
func (p *vaultProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

// Resources implements provider.Provider.
func (p *vaultProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		application.NewResource,
		connection.NewResource,
		flow.NewResource,
		user.NewResource,
	}
}

// DataSources implements provider.Provider.
func (p *vaultProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		access.NewDataSource,
		connection.NewDataSource,
		connection.NewListDataSource,
		flow.NewDataSource,
		flow.NewListDataSource,
		notifications.NewDataSource,
		user.NewDataSource,
		user.NewListDataSource,
	}
}

// Actions implements provider.ProviderWithActions.
func (p *vaultProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		actions.NewRevokeUserAccess,
		actions.NewSendVerificationEmail,
		actions.NewVerifyConnection,
	}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *vaultProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		token.NewAccessToken,
		token.NewClientSecret,
	}
}

// Functions implements provider.ProviderWithFunctions.
func (p *vaultProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		functions.NewAudienceFromDomain,
		functions.NewFlowActions,
		functions.NewFormParts,
		functions.NewScopesFromActions,
	}
}

// ListResources implements provider.ProviderWithListResources.
func (p *vaultProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		application.NewList,
		connection.NewList,
		flow.NewList,
		user.NewList,
	}
}
