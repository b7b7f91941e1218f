package connection

import (
	"context"
	"fmt"
	"maps"

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
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// maxNameLength is in characters.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows-vault-connections
const maxNameLength = 150

// maxScopeLength is in bytes. A scope has no space in it: a token lists its scopes
// with spaces between them.
// Source: https://auth0.com/docs/api/management/v2/client-grants/post-client-grants
const maxScopeLength = 280

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A vault connection of the app `AUTH0`: the tenant domain, client ID, client secret and audience with which Auth0 " +
			"Forms and Flows authorize their *Get user*, *Create user* and *Update user* actions. " +
			"See [Auth0's documentation](https://auth0.com/docs/customize/forms/vaults/auth0).\n\n" +
			"The credentials (`domain`, `client_id`, the secret and `audience`) are the *setup* of the vault connection. Configure all of them or " +
			"none. Without a setup, the vault connection is *empty*: its credentials are entered in the dashboard, and Terraform does not know " +
			"or change them.\n\n" +
			"Before a setup is written to the vault, its credentials are exchanged for a token. A wrong secret, a missing client grant or a " +
			"missing scope is therefore an error of the apply, before a flow fails.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "ID of the vault connection, such as `ac_driHxZHbTWt3zCyXRqsDFo`. Flow actions refer to it as `connection_id`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, 1 to 150 characters. Changing it alone never sends the secret.",
				Validators:          []validator.String{name()},
			},
			"reconnect_triggers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Arbitrary map of values that, when changed, sends the setup again. Auth0 asks for this when the scopes of the " +
					"client have changed.",
			},
			"force_destroy": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether to delete the vault connection even if flows use it. Default: `false`: the deletion fails and names " +
					"the flows. The search needs the scope `read:flows`, and takes one list of the flows and one request for each flow, once per run. " +
					"Without the scope, the vault connection is deleted with a warning.",
			},
		},
	}
	for _, attributes := range []map[string]schema.Attribute{setupAttributes(), verificationAttributes(), remoteAttributesSchema()} {
		maps.Copy(resp.Schema.Attributes, attributes)
	}
}

// setupAttributes returns the attributes of the setup.
func setupAttributes() map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"domain": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Domain of the tenant whose users the actions work on: a host name without scheme, port or path. " +
				"It cannot be removed from the configuration, because Auth0 cannot remove a setup.",
			Validators: []validator.String{validate.Matches("a tenant's host name alone, such as acme.eu.auth0.com, without scheme, port or path",
				unlessMocked(domainProblem))},
		},
		"client_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Client ID of a machine-to-machine application that is authorized for the Management API.",
			Validators:          credential("a client ID"),
		},
		"client_secret": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Client secret of that application. It is stored in the state. To avoid that, use `client_secret_wo`. " +
				"A setup has exactly one of the two.",
			Validators: credential("a client secret"),
		},
		"client_secret_wo": schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "Client secret of that application, write-only: it is in no plan and no state, and can come from an ephemeral " +
				"resource. A new value is detected with a salted digest in the resource's private state, unless `client_secret_wo_version` is set.",
			Validators: credential("a client secret"),
		},
		"client_secret_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Version of `client_secret_wo`. If it is set, the secret is sent when the version changes, and only then.",
			Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("client_secret_wo"))},
		},
		"client_secret_set_at": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Time at which this resource last sent the setup, and with it the secret (RFC 3339). It is unknown in a plan " +
				"that sends the secret, or may send it. Null if this resource has not sent a setup, or if an earlier version of the provider did.",
		},
		"audience": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Identifier of the API that the actions call. Default: `https://<domain>/api/v2/`. " +
				"Required with a custom domain: the identifier contains the tenant's canonical domain.",
			Validators: []validator.String{validate.Matches("a URL that begins with https://", unlessMocked(audienceProblem))},
		},
	}
}

// verificationAttributes returns the attributes of the exchange of the credentials for a token.
func verificationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"actions": schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Flow actions that use the vault connection: `GET_USER`, `CREATE_USER`, `UPDATE_USER`. A missing scope for one " +
				"of them is an error. A scope that none of them needs is a warning.",
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...))},
		},
		"required_scopes": schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Scopes that the vault connection's client must have in addition to those of `actions`, for custom API requests.",
			Validators: []validator.Set{
				setvalidator.NoNullValues(),
				setvalidator.ValueStringsAre(validate.Matches(fmt.Sprintf("one scope of 1 to %d characters", maxScopeLength), scopeProblem)),
			},
		},
		"verify_credentials": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether to exchange the credentials for a token before they are written. Default: `true`.",
		},
		"granted_scopes": schema.SetAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "Scopes of the token for which the credentials were last exchanged. Null if they never were.",
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		},
	}
}

// remoteAttributesSchema returns the attributes that only Auth0 sets.
func remoteAttributesSchema() map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"account_name": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Name that Auth0 computes from the setup.",
		},
		"ready": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether a setup is stored.",
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"fingerprint": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Digest of `updated_at`, computed by Auth0. It changes with any change and says nothing about the secret.",
		},
		"created_at": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Time of creation (RFC 3339).",
		},
		"updated_at": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Time of the last change by any client (RFC 3339).",
		},
		"refreshed_at": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Time at which Auth0 last renewed the token that it keeps with the vault connection (RFC 3339).",
		},
	}
}
