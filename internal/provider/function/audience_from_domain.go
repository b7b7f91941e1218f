// Package function holds the provider's functions: small computations that need
// neither a tenant nor a configured provider.
package function

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var _ function.Function = (*AudienceFromDomain)(nil)

// AudienceFromDomain is the function audience_from_domain.
type AudienceFromDomain struct{}

// NewAudienceFromDomain makes the function.
func NewAudienceFromDomain() function.Function { return &AudienceFromDomain{} }

// Metadata implements function.Function.
func (f *AudienceFromDomain) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "audience_from_domain"
}

// Definition implements function.Function.
func (f *AudienceFromDomain) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Identifier of a tenant's Management API",
		MarkdownDescription: "Returns the identifier of a tenant's Management API, which is the audience of its access tokens: " +
			"`https://<domain>/api/v2/`, with the slash at its end. The domain is the tenant's canonical one: the identifier keeps it even where " +
			"a custom domain is used.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "domain",
				MarkdownDescription: "Tenant domain: a host name without scheme, port or path, such as `acme.eu.auth0.com`.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements function.Function.
func (f *AudienceFromDomain) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var domain string
	if resp.Error = req.Arguments.Get(ctx, &domain); resp.Error != nil {
		return
	}
	if problem := validate.HostNameProblem(domain); problem != "" {
		resp.Error = argumentError(0, fmt.Sprintf("The domain %s.", problem))
		return
	}
	resp.Error = resp.Result.Set(ctx, auth0.AudienceFromDomain(strings.ToLower(domain)))
}
