package application

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

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
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// Auth0's limits.
// Source: https://auth0.com/docs/api/management/v2/clients/post-clients and
// https://auth0.com/docs/api/management/v2/client-grants/post-client-grants
const (
	maxDescriptionLength = 140
	maxScopeLength       = 280
)

const attrDescription = "description"

var (
	namePath        = path.Root("name")
	descriptionPath = path.Root(attrDescription)
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
		MarkdownDescription: "A machine-to-machine application and its client grant for the Management API: the client of a vault connection, " +
			"with exactly the scopes that its flow actions need. See [Auth0's " +
			"documentation](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants).\n\n" +
			"The application and its client grant are created and deleted together. A change outside of Terraform (a deleted grant, other scopes, " +
			"another type of application) appears as drift and is corrected in place.\n\n" +
			"The create leaves a random value under the key `" + auth0.CreateMark + "` of the application's `client_metadata`. If the answer to " +
			"the create is lost, the provider finds the application by it. The value stays, is not in the state, and is not drift.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "ID of the application: its client ID.",
			},
			"client_id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Client ID of the application, for the `client_id` of a vault connection.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, at least one character, without `<` and `>`.",
				Validators:          []validator.String{validate.Matches("at least one character, and neither < nor >", nameProblem)},
			},
			attrDescription: schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the application is for, up to 140 characters. A description that was set outside of Terraform is kept if " +
					"this argument was never set. Removing the argument clears it.",
				Validators: []validator.String{validate.Matches("1 to 140 characters long", descriptionProblem)},
			},
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "The flow actions that the application is for: `GET_USER`, `CREATE_USER`, `UPDATE_USER`. Each adds the one " +
					"scope that it needs. At least one of `actions` and `scopes` is required.",
				Validators: []validator.Set{
					setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...)),
					setvalidator.AtLeastOneOf(path.MatchRoot("scopes")),
				},
			},
			"scopes": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Scopes in addition to those of `actions`, for custom API requests. " +
					"Use `[]` for an application without any scope.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(scopeValidator{})},
			},
			"audience": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Identifier of the API that the application is authorized for. Default: the provider's audience, which is that " +
					"of its own tenant's Management API.",
				Validators: []validator.String{validate.Matches("the identifier of an API, such as https://acme.eu.auth0.com/api/v2/ or urn:acme:api",
					emptyProblem)},
			},
			"store_client_secret": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "Whether `client_secret` is stored in the state. With `false` it is in no plan and no state, and the ephemeral " +
					"resource `auth0vault_client_secret` can pass it to a write-only argument. Default: `true`.",
			},
			"client_secret": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "Secret of the application. Null if `store_client_secret` is `false`, and after an import until the next apply.",
			},
			"rotate_triggers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Arbitrary map of values that, when changed, rotates the client secret in place. The old secret stops working " +
					"immediately. A vault connection that refers to `client_secret` gets the new one in the same apply. Adding the first triggers to " +
					"an imported application, and removing the argument, do not rotate the secret.",
			},
			"grant_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the client grant, such as `cgr_gMPSrk4tTFqWgoVm`.",
			},
			"granted_scopes": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "The scopes that the application is granted: those of `actions` and `scopes` together. " +
					"A vault connection can send its setup again when they change: `reconnect_triggers = { scopes = join(\" \", " +
					"auth0vault_application.example.granted_scopes) }`.",
			},
			"app_type": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "Type of the application: `non_interactive`. Another type, set outside of Terraform, appears as drift and is " +
					"corrected.",
			},
			"grant_types": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Grant types of the application: only `client_credentials`. Other grant types, set outside of Terraform, appear " +
					"as drift and are corrected.",
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "How the application authenticates at the token endpoint: `client_secret_post`. Another method, set outside of " +
					"Terraform, appears as drift and is corrected.",
			},
		},
	}
}

// emptyMessage completes "The attribute name …".
const emptyMessage = "is empty; leave it out or write null"

func emptyProblem(value string) string {
	if value == "" {
		return emptyMessage
	}
	return ""
}

func nameProblem(name string) string {
	switch {
	case name == "":
		return "is empty"
	case strings.ContainsAny(name, "<>"):
		return "contains a character that Auth0 does not allow in a name"
	}
	return ""
}

func descriptionProblem(description string) string {
	switch length := utf8.RuneCountInString(description); {
	case length == 0:
		return emptyMessage
	case length > maxDescriptionLength:
		return fmt.Sprintf("has %d characters", length)
	}
	return ""
}

// scopeValidator accepts one scope. Auth0's API allows white space in a scope, and an
// access token lists its scopes with white space in between: that is worth a warning.
type scopeValidator struct{}

var _ validator.String = scopeValidator{}

// Description returns what a scope has to be.
func (scopeValidator) Description(context.Context) string {
	return "a scope such as read:users, 1 to 280 characters long"
}

// MarkdownDescription returns what a scope has to be.
func (v scopeValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v scopeValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	scope := req.ConfigValue.ValueString()
	length := utf8.RuneCountInString(scope)
	switch {
	case req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown():
	case length == 0 || length > maxScopeLength:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
			fmt.Sprintf("The attribute %s has a scope of %d characters.\n\nIt must be %s.", req.Path.ParentPath(), length, v.Description(ctx)))
	case strings.ContainsFunc(scope, unicode.IsSpace):
		resp.Diagnostics.AddAttributeWarning(req.Path, "A scope contains white space",
			fmt.Sprintf("The attribute %s has the scope %q. Access tokens separate scopes with white space.\n\n"+
				"If several scopes are meant, write each as an element of the set.", req.Path.ParentPath(), scope))
	}
}
