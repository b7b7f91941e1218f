package user

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// What happens to the user when the resource is destroyed.
const (
	onDestroyDelete = "delete"
	onDestroyBlock  = "block"
	onDestroyRetain = "retain"
)

const defaultConnection = "Username-Password-Authentication"

// Schema implements resource.Resource. Computed values are planned by ModifyPlan.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

func resourceSchema() schema.Schema {
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Full ID of the user, such as `auth0|65a1f0c2d3e4b5a697887766`.",
		},
		"user_id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "ID of the user in its connection, without the prefix that Auth0 adds. By default, Auth0 generates one. " +
				"Changing it replaces the user.",
			Validators: []validator.String{userID()},
		},
		"connection_name": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(defaultConnection),
			MarkdownDescription: "Name of the connection that holds the user; new users can be created in database and passwordless connections. " +
				"Default: `" + defaultConnection + "`. Changing it replaces the user.",
			Validators: []validator.String{notEmpty()},
		},
		"password": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Password. It is stored in the state. To avoid that, use `password_wo`. At most one of the two can be set.",
			Validators:          []validator.String{notEmpty(), stringvalidator.ConflictsWith(path.MatchRoot("password_wo"))},
		},
		"password_wo": schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "Password, write-only: it is in no plan and no state, and can come from an ephemeral resource. " +
				"A new value is detected with " +
				"a salted digest in the resource's private state, unless `password_wo_version` is set.",
			Validators: []validator.String{notEmpty()},
		},
		"password_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Version of `password_wo`. If it is set, the password is sent when the version changes, and only then.",
			Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
		},
		"password_set_at": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Time at which this resource last set the password (RFC 3339). A plan that shows it as known after " +
				"apply sets the password. " +
				"Null if this resource has not set one.",
		},
		"user_metadata": metadataAttribute("Metadata that the user can see and change, as a JSON object."),
		"app_metadata":  metadataAttribute("Metadata that the user cannot see, as a JSON object."),
		"on_destroy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
			MarkdownDescription: "What happens to the user when the resource is destroyed: `delete` (default; needs the scope `delete:users`), " +
				"`block` (needs `update:users`) or `retain` (needs no scope).",
			Validators: []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyBlock, onDestroyRetain)},
		},
		"vault_connection": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: providerdata.VaultConnectionDescription +
				" Changing `vault_connection` does not change the user. It only changes which credentials later requests use.",
			// The values are validated where they are used: they usually come from a resource.
			Attributes: map[string]schema.Attribute{
				"domain":    schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionDomainDescription},
				"client_id": schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionClientIDDescription},
				"client_secret": schema.StringAttribute{
					Optional: true, Sensitive: true, MarkdownDescription: providerdata.VaultConnectionSecretDescription,
				},
				"audience": schema.StringAttribute{Optional: true, MarkdownDescription: providerdata.VaultConnectionAudienceDescription},
			},
		},
		"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "Time of the creation of the user (RFC 3339)."},
		"updated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "Time of the last change by any client (RFC 3339)."},
	}
	for i := range attributes {
		a := &attributes[i]
		if a.kind == types.BoolType {
			all[a.name] = schema.BoolAttribute{Optional: true, Computed: a.remote != nil, MarkdownDescription: a.description}
		} else {
			all[a.name] = schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: a.description, Validators: []validator.String{notEmpty()},
			}
		}
	}
	return schema.Schema{
		MarkdownDescription: "A user that is managed **through a vault connection**: every request is authorized with its client. " +
			"What the client is not granted, this resource cannot do.\n\n" +
			"The resource owns what its configuration sets: each attribute, and each top-level key of the metadata. What it never " +
			"set is left alone, " +
			"whoever wrote it. What it set is cleared when it leaves the configuration, if Auth0 can clear it.",
		Attributes: all,
	}
}

func metadataAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: description + " Only its top-level keys are owned: other keys are left alone, and a key that leaves " +
			"the configuration " +
			"is removed if this resource wrote it.",
		Validators: []validator.String{validate.JSONObject()},
	}
}

// resourceTypes are the types of the resource's attributes.
var resourceTypes = sync.OnceValue(func() map[string]attr.Type {
	all := map[string]attr.Type{}
	for name, a := range resourceSchema().Attributes {
		all[name] = a.GetType()
	}
	return all
})

// resourceTerraformType is the type of the resource as Terraform has it.
var resourceTerraformType = sync.OnceValue(func() tftypes.Type {
	return types.ObjectType{AttrTypes: resourceTypes()}.TerraformType(context.Background())
})
