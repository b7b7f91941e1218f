package flow

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// Lengths.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows
const (
	maxNameLength  = 150
	maxAliasLength = 100
	// The format of an action's ID is not published: the limit only rejects what cannot be meant.
	maxActionIDLength = 255
)

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A flow of Auth0 Forms: a name and the actions that run one after the other. " +
			"See [Auth0's documentation](https://auth0.com/docs/customize/forms/flows).\n\n" +
			"Actions are compared by meaning: white space, the order of keys and defaults that Auth0 adds are not differences. " +
			"Actions that are changed, added, removed or reordered outside of Terraform appear as drift and are corrected. " +
			"A change of the name alone does not send the actions.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "ID of the flow, such as `af_aj9fK5JBVy9Uo1eSnwCeMS`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, 1 to 150 characters.",
				Validators:          []validator.String{flowaction.Length(1, maxNameLength)},
			},
			"actions": schema.ListNestedAttribute{
				// A flow without actions has an empty list, whether the configuration or
				// Auth0 has an empty list or none.
				Optional: true, Computed: true,
				MarkdownDescription: "The actions, in their order. Each has an `id` and exactly one of `get_user`, `create_user`, `update_user`, " +
					"`send_request`, `send_email`, `send_sms`, `make_call` and `json`. Strings may contain templates, `{{…}}`. " +
					"Default: no actions for a new flow. An existing flow keeps its actions if this argument was never set.",
				NestedObject: schema.NestedAttributeObject{Attributes: actionAttributes(), Validators: []validator.Object{completeAction{}}},
			},
			"required_scopes": schema.MapAttribute{
				ElementType: scopeSet, Computed: true,
				MarkdownDescription: "For the ID of each vault connection, the scopes that the actions `GET_USER`, `CREATE_USER` and `UPDATE_USER` " +
					"of this flow need, including actions in `json` and within conditions. It is known at plan time if the IDs of the vault " +
					"connections are. Custom API requests (`send_request`) are not covered: their scopes depend on the request.",
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Time of creation (RFC 3339).",
			},
			"updated_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Time of the last change by any client (RFC 3339).",
			},
		},
	}
}

// actionAttributes returns the schema of an action. ModifyPlan plans what is left out
// of a configuration.
func actionAttributes() map[string]schema.Attribute {
	made := map[string]schema.Attribute{
		flowaction.AttrID: schema.StringAttribute{
			// Required, by completeAction. Named so in the schema, the framework would miss it in an
			// action that is not known yet: https://github.com/hashicorp/terraform-plugin-framework/issues/186
			Optional: true,
			MarkdownDescription: "ID of the action. Every action must have one, unique within the flow. Later actions refer to its output as " +
				"`{{actions.<id>.…}}`. Use letters, digits and underscores.",
			Validators: []validator.String{flowaction.Length(1, maxActionIDLength)},
		},
		flowaction.AttrAlias: schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Name of the action in the editor, up to 100 characters. An alias that was set outside of Terraform is kept if " +
				"this argument was never set. Default: empty.",
			Validators: []validator.String{flowaction.Length(0, maxAliasLength)},
		},
		flowaction.AttrAllowFailure: schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether the flow continues when the action fails. A value that was set outside of Terraform is kept if this " +
				"argument was never set. Default: `false`.",
		},
		flowaction.AttrMaskOutput: schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether the action's output is masked in the execution log. A value that was set outside of Terraform is kept " +
				"if this argument was never set. Default: `false`.",
		},
		flowaction.AttrJSON: schema.StringAttribute{
			CustomType: jsontext.Type{}, Optional: true,
			MarkdownDescription: "Any other action: a JSON object with `type`, `action` and, where the action has some, `params`, as Auth0's API " +
				"has them. It must not contain `id`, `alias`, `allow_failure` and `mask_output`, which are attributes of the action.",
			Validators:    []validator.String{jsonAction()},
			PlanModifiers: []planmodifier.String{sameJSON{}},
		},
	}
	for _, t := range flowaction.Types {
		made[t.Attribute] = schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: t.Description,
			Attributes: attributes(t.Params),
		}
	}
	return made
}

// attributes returns the schema of params.
func attributes(params []flowaction.Param) map[string]schema.Attribute {
	made := make(map[string]schema.Attribute, len(params))
	for _, p := range params {
		made[p.Name] = paramAttribute(p)
	}
	return made
}

// paramAttribute returns the schema of a param.
func paramAttribute(p flowaction.Param) schema.Attribute {
	switch {
	case p.Parts != nil:
		return schema.SingleNestedAttribute{
			Required: p.Required, Optional: !p.Required, MarkdownDescription: p.Description,
			Attributes: attributes(p.Parts),
		}
	case p.JSON != nil:
		return schema.StringAttribute{
			CustomType: jsontext.Type{},
			Required:   p.Required, Optional: !p.Required, MarkdownDescription: p.Description,
			Validators:    append([]validator.String{jsonOf(p.JSON...)}, p.Validators...),
			PlanModifiers: []planmodifier.String{sameJSON{}},
		}
	}
	return schema.StringAttribute{
		Required: p.Required, Optional: !p.Required, MarkdownDescription: p.Description,
		Validators: p.Validators,
	}
}
