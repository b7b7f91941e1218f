package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// NewServer returns a function that makes the provider's server, as Terraform's
// plugin protocol wants it; see New for the arguments.
func NewServer(version string, options ...func(*auth0.Options)) func() tfprotov6.ProviderServer {
	server := providerserver.NewProtocol6(New(version, options...)())
	return func() tfprotov6.ProviderServer { return tfkit.ReleaseRequestContexts(server()) }
}

// Serve serves the provider to Terraform until Terraform ends it, and writes the
// account of what was asked of tenants. With debug it waits for a Terraform that
// is told where to find it.
func Serve(version string, debug bool) error {
	defer auth0.FlushStats()
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		tfkit.MatchTerraformLogLevel(typeName)
	}
	return tf6server.Serve(Address, NewServer(version), options...)
}
