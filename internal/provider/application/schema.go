package application

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// Limits of Auth0's.
// Source: https://auth0.com/docs/api/management/v2/clients/post-clients and
// https://auth0.com/docs/api/management/v2/client-grants/post-client-grants
const (
	longestDescription = 140
	longestScope       = 280
)

var (
	namePath        = path.Root("name")
	descriptionPath = path.Root("description")
	actionsPath     = path.Root("actions")
	scopesPath      = path.Root("scopes")
	audiencePath    = path.Root("audience")
	storePath       = path.Root("store_client_secret")
	triggersPath    = path.Root("rotate_triggers")
)

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A machine-to-machine application together with its client grant for the Management API: the client behind a vault connection, " +
			"with exactly the scopes that its flow actions need. " +
			"See [Auth0's documentation](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants).\n\n" +
			"Application and grant are made together and deleted together. Whatever else becomes of them outside of Terraform, a grant that is gone, other scopes, " +
			"another type of application, is shown in the plan and mended in place.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Id of the application: its client id.",
			},
			"client_id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Client id of the application, for the `client_id` of a vault connection.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, at least one character, without `<` and `>`.",
				Validators:          []validator.String{tfkit.Matches("at least one character, and neither < nor >", nameProblem)},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the application is for, up to 140 characters.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, longestDescription)},
			},
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "The flow actions that the application is for: `GET_USER`, `CREATE_USER`, `UPDATE_USER`. Each adds the one scope that it needs. " +
					"At least one of `actions` and `scopes` must be given.",
				Validators: []validator.Set{
					setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...)),
					setvalidator.AtLeastOneOf(path.MatchRoot("scopes")),
				},
			},
			"scopes": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Scopes of the API that the application gets besides those of `actions`, for custom API requests. " +
					"An application that is to be allowed nothing at all says so with `[]`.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(tfkit.Matches("a scope such as read:users, 1 to 280 characters without white space", scopeProblem))},
			},
			"audience": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Identifier of the API that the application is authorized for. Default: the provider's audience, which is that of its own tenant's Management API.",
				Validators:          []validator.String{tfkit.HTTPSURL()},
			},
			"store_client_secret": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "Whether `client_secret` is kept in the state. With `false` it is in no state and no plan, and the ephemeral resource " +
					"`auth0vault_client_secret` can hand it to a write-only argument. Default: `true`.",
			},
			"client_secret": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "Secret of the application. Null if `store_client_secret` is `false`. An import does not bring it: the first apply after that does, unless the configuration says `false`.",
			},
			"rotate_triggers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Any values. A change gives the application a new secret, in place; the old one is not valid any more. A vault connection that refers to " +
					"`client_secret` gets the new one in the same apply. Taking the argument away rotates nothing, and neither do the first triggers of an imported application.",
			},
			"grant_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the client grant, such as `cgr_gMPSrk4tTFqWgoVm`.",
			},
			"granted_scopes": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "The scopes that the application is granted: those of `actions` and `scopes` together. " +
					"A vault connection can be set up anew when they change: `reconnect_triggers = { scopes = join(\" \", auth0vault_application.example.granted_scopes) }`.",
			},
			"app_type": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Type of the application: `non_interactive`. Another one, set outside of Terraform, is set back.",
			},
			"grant_types": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "How the application may get tokens: `client_credentials` and nothing else. What was added or taken away outside of Terraform is set back.",
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "How the application authenticates when it gets a token: `client_secret_post`. Another method, set outside of Terraform, is set back.",
			},
		},
	}
}

func nameProblem(name string) string {
	switch {
	case name == "":
		return "is empty"
	case strings.ContainsAny(name, "<>"):
		return "holds a character that Auth0 does not allow in a name"
	}
	return ""
}

// scopeProblem says what is wrong with one scope. The API allows white space,
// but a token lists its scopes with white space in between.
func scopeProblem(scope string) string {
	switch {
	case scope == "":
		return "is empty"
	case len(scope) > longestScope:
		return "is too long"
	case strings.ContainsFunc(scope, isSpace):
		return "holds white space; give each scope by itself"
	}
	return ""
}

func isSpace(r rune) bool { return strings.ContainsRune(" \t\r\n\v\f", r) }
