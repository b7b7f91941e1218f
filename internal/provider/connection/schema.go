package connection

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// The lengths of a name.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows-vault-connections
const (
	shortestName = 1
	longestName  = 150
)

// The longest name of a scope, and what none holds: a token lists its scopes with
// spaces between them.
// Source: https://auth0.com/docs/api/management/v2/client-grants/post-client-grants
const longestScope = 280

var noSpace = regexp.MustCompile(`^\S*$`)

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A vault connection of the app `AUTH0`: the tenant domain, client id, client secret and audience with which Auth0 Forms and Flows " +
			"authorize their *Get user*, *Create user* and *Update user* actions. " +
			"See [Auth0's documentation](https://auth0.com/docs/customize/forms/vaults/auth0).\n\n" +
			"Before anything is written to the vault, the credentials are exchanged for a token: a wrong secret, a missing grant or a missing scope is found " +
			"when the connection is made, not when a user's flow fails.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Id of the vault connection, such as `ac_driHxZHbTWt3zCyXRqsDFo`. Flow actions refer to it as `connection_id`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, 1 to 150 characters. Changing it alone never sends the secret.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(shortestName, longestName)},
			},
			"domain": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Domain of the tenant whose users the actions work on: a host name without scheme, port or path.",
				Validators:          []validator.String{tfkit.HostName()},
			},
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Id of a machine-to-machine application that is authorized for the Management API.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Secret of that application. It is kept in the state; see `client_secret_wo` for one that is not. Exactly one of the two must be given.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"client_secret_wo": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "Secret of that application, write-only: it is in no plan and no state, and may come from an ephemeral resource. " +
					"A new value is noticed by itself, from a salted digest in the resource's private state, unless `client_secret_wo_version` is given.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"client_secret_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `client_secret_wo`. When it is given, the secret is sent again when the version changes, and only then.",
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("client_secret_wo"))},
			},
			"audience": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Identifier of the API that the actions call. Default: `https://<domain>/api/v2/`. " +
					"With a custom domain it must be given: the identifier keeps the tenant's canonical domain.",
				Validators: []validator.String{tfkit.HTTPSURL()},
			},
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "What the connection's client must be allowed to do: `GET_USER`, `CREATE_USER`, `UPDATE_USER`. A scope that is missing for one of them is an error, " +
					"one that none of them needs a warning.",
				Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...))},
			},
			"required_scopes": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Scopes that the connection's client must have besides those of `actions`, for custom API requests.",
				Validators: []validator.Set{
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, longestScope)),
					setvalidator.ValueStringsAre(stringvalidator.RegexMatches(noSpace, "must not hold a space: each scope is an element of its own")),
				},
			},
			"verify_credentials": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "Whether to exchange the credentials for a token before they are written. Default: `true`.",
			},
			"reconnect_triggers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Any values. A change sends the setup again, which Auth0 asks for when the scopes of the client have changed.",
			},
			"granted_scopes": schema.SetAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "The scopes of the token for which the credentials were exchanged last. Null if they never were.",
				PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			},
			"account_name": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Name that Auth0 makes from the setup.",
			},
			"ready": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether a setup is stored.",
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"fingerprint": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Digest of `updated_at`, made by Auth0. It moves with any change and says nothing about the secret.",
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When the connection was made (RFC 3339).",
			},
			"updated_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When it was last changed, by whomever (RFC 3339).",
			},
			"refreshed_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When Auth0 last renewed the token that it keeps with the connection (RFC 3339).",
			},
		},
	}
}
