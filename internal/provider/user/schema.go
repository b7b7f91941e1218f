package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// What happens to the user when the resource is destroyed.
const (
	onDestroyDelete = "delete"
	onDestroyBlock  = "block"
	onDestroyRetain = "retain"
)

const defaultConnection = "Username-Password-Authentication"

// Schema implements resource.Resource. Lengths and forms are those of
// https://auth0.com/docs/api/management/v2/users/post-users
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	keepBool := []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user of a database or passwordless connection, managed **through a vault connection**: every request is authorized with that connection's client, " +
			"and with nothing stronger. What the client may not do, this resource cannot do either.\n\n" +
			"Of the metadata, only the keys in the configuration are owned: keys that flows, Actions or others write are left alone.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Full id of the user, such as `auth0|65a1f0c2d3e4b5a697887766`.",
			},
			"user_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id of the user without the prefix. Auth0 makes one if it is not given. Changing it replaces the user.",
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 255), bareUserID()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"connection_name": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(defaultConnection),
				MarkdownDescription: "Name of the database or passwordless connection that holds the user. Default: `" + defaultConnection + "`. Changing it replaces the user.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"email": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "E-mail address. Auth0 keeps it in lower case; upper case in the configuration makes no difference. " +
					"At least one of `email`, `phone_number` and `username` must be given.",
				Validators: []validator.String{
					tfkit.Email(),
					stringvalidator.AtLeastOneOf(path.MatchRoot("phone_number"), path.MatchRoot("username")),
				},
			},
			"email_verified": schema.BoolAttribute{
				Optional: true, Computed: true, PlanModifiers: keepBool,
				MarkdownDescription: "Whether the e-mail address is verified.",
			},
			"verify_email": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether Auth0 sends a verification e-mail when the user is created or the address changes. " +
					"Not given, Auth0 sends one unless `email_verified` is true. It cannot be read back. Changing it to `true` sends one now.",
			},
			"phone_number": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Phone number in E.164 form, such as `+4915112345678`.",
				Validators:          []validator.String{tfkit.PhoneNumber()},
			},
			"phone_verified": schema.BoolAttribute{
				Optional: true, Computed: true, PlanModifiers: keepBool,
				MarkdownDescription: "Whether the phone number is verified.",
			},
			"username": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Username, for connections that require one. Auth0 keeps it in lower case.",
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 128), username()},
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Full name. Auth0 takes the e-mail address if it is not given.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 300)},
			},
			"given_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Given name.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 150)},
			},
			"family_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Family name.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 150)},
			},
			"nickname": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Nickname. Auth0 takes the e-mail address up to the @ if it is not given.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 300)},
			},
			"picture": schema.StringAttribute{
				Optional: true, Computed: true, PlanModifiers: keep,
				MarkdownDescription: "URL of a picture. Auth0 makes one if it is not given.",
				Validators:          []validator.String{tfkit.URL()},
			},
			"blocked": schema.BoolAttribute{
				Optional: true, Computed: true, PlanModifiers: keepBool,
				MarkdownDescription: "Whether the user is blocked. A user who is blocked without this saying so is unblocked.",
			},
			"password": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Password. It is kept in the state; see `password_wo` for one that is not. At most one of the two may be given.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("password_wo")),
				},
			},
			"password_wo": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "Password, write-only: it is in no plan and no state, and may come from an ephemeral resource. A new value is noticed by itself, " +
					"from a salted digest in the resource's private state, unless `password_wo_version` is given.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `password_wo`. When it is given, the password is sent again when the version changes, and only then.",
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
			},
			"user_metadata": schema.StringAttribute{
				CustomType: jsontypes.NormalizedType{}, Optional: true, Computed: true,
				MarkdownDescription: "Metadata that the user may see and change, as a JSON object. Only the keys at its top are owned; a key that leaves the configuration is removed if this resource wrote it.",
				Validators:          []validator.String{tfkit.JSONObject(metadataKeyProblem)},
			},
			"app_metadata": schema.StringAttribute{
				CustomType: jsontypes.NormalizedType{}, Optional: true, Computed: true,
				MarkdownDescription: "Metadata that the user may not see, as a JSON object. Only the keys at its top are owned; a key that leaves the configuration is removed if this resource wrote it.",
				Validators:          []validator.String{tfkit.JSONObject(appMetadataKeyProblem)},
			},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
				MarkdownDescription: "What happens to the user when the resource is destroyed: `delete` (default; needs the scope `delete:users`), " +
					"`block` (needs only `update:users`) or `retain`.",
				Validators: []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyBlock, onDestroyRetain)},
			},
			"vault_connection": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: providerdata.VaultConnectionDescription + " Changing it moves no user: it is an update without a request.",
				Attributes: map[string]schema.Attribute{
					"domain": schema.StringAttribute{
						Required: true, MarkdownDescription: providerdata.VaultConnectionDomainDescription,
						Validators: []validator.String{tfkit.HostName()},
					},
					"client_id": schema.StringAttribute{
						Required: true, MarkdownDescription: providerdata.VaultConnectionClientIDDescription,
						Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
					},
					"client_secret": schema.StringAttribute{
						Optional: true, Sensitive: true, MarkdownDescription: providerdata.VaultConnectionSecretDescription,
					},
					"audience": schema.StringAttribute{
						Optional: true, MarkdownDescription: providerdata.VaultConnectionAudienceDescription,
						Validators: []validator.String{tfkit.HTTPSURL()},
					},
				},
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When the user was created (RFC 3339).",
			},
			"updated_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When the user was last changed, by whomever (RFC 3339).",
			},
		},
	}
}
