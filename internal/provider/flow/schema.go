package flow

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
)

// Lengths.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows
const (
	shortestName = 1
	longestName  = 150
	longestAlias = 100
	// The format of an action's id is not published: this only keeps out what cannot be meant.
	longestActionID = 255
)

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A flow of Auth0 Forms: a name and the actions that run one after the other. " +
			"See [Auth0's documentation](https://auth0.com/docs/customize/forms/flows).\n\n" +
			"Actions are compared by meaning. What Auth0 adds to an action by itself when it is written (a default, say) is no difference, " +
			"then or later; whatever is changed, added, removed or reordered outside of Terraform after that is shown and mended. " +
			"A change of the name alone does not send the actions.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Id of the flow, such as `af_aj9fK5JBVy9Uo1eSnwCeMS`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name, 1 to 150 characters.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(shortestName, longestName)},
			},
			"actions": schema.ListNestedAttribute{
				// A flow without actions has an empty list, whether the configuration or
				// Auth0 says so or says nothing: there is no difference to show.
				Optional: true, Computed: true,
				Default: listdefault.StaticValue(types.ListValueMust(types.ObjectType{AttrTypes: flowaction.AttrTypes}, []attr.Value{})),
				MarkdownDescription: "The actions, in their order. Each has an `id` and exactly one of `get_user`, `create_user`, `update_user`, `send_request`, " +
					"`send_email`, `send_sms`, `make_call` and `json`. Strings may hold templates, `{{…}}`. Default: none.",
				NestedObject: schema.NestedAttributeObject{Attributes: actionAttributes(), Validators: []validator.Object{completeAction{}}},
				Validators:   []validator.List{distinctActions{}},
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When the flow was made (RFC 3339).",
			},
			"updated_at": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "When it was last changed, by whomever (RFC 3339).",
			},
		},
	}
}

// actionAttributes is the schema of an action. What may be left out has a
// default, so that leaving it out means the same as naming it, to Auth0 and here.
func actionAttributes() map[string]schema.Attribute {
	made := map[string]schema.Attribute{
		flowaction.AttrID: schema.StringAttribute{
			// Required, by completeAction. Named so in the schema, the framework would miss it in an
			// action that is not known yet: https://github.com/hashicorp/terraform-plugin-framework/issues/186
			Optional: true,
			MarkdownDescription: "Id of the action. Every action must have one, unique within the flow. Later actions refer to its output as `{{actions.<id>.…}}`. " +
				"It is best made of letters, digits and underscores.",
			Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, longestActionID)},
		},
		flowaction.AttrAlias: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(""),
			MarkdownDescription: "Name of the action in the editor, up to 100 characters. Default: empty.",
			Validators:          []validator.String{stringvalidator.UTF8LengthAtMost(longestAlias)},
		},
		flowaction.AttrAllowFailure: schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether the flow goes on when the action fails. Default: `false`.",
		},
		flowaction.AttrMaskOutput: schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether the action's output is masked in the execution log. Default: `false`.",
		},
		flowaction.AttrJSON: schema.StringAttribute{
			CustomType: jsontypes.NormalizedType{}, Optional: true,
			MarkdownDescription: "Any other action as it is: a JSON object with `type`, `action` and, where the action has some, `params`, as Auth0's API has them. " +
				"`id`, `alias`, `allow_failure` and `mask_output` are attributes beside it and must not be in it.",
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
			CustomType: jsontypes.NormalizedType{},
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
