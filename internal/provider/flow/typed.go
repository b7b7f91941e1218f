package flow

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// typed is an action of the app AUTH0, for which actions have an attribute of its
// own. Schema, requests and state all go by the list of them.
type typed struct {
	// attribute is the attribute's name, action Auth0's.
	attribute, action string
	description       string
	params            []param
}

// param is one of the params of an action.
type param struct {
	// name is the name of the attribute as well as Auth0's.
	name        string
	description string
	required    bool
	validators  []validator.String
	// json are the kinds of JSON that it may be; the attribute holds it as a text.
	// Without any, and without parts, it is a string.
	json []kind
	// parts are the attributes of an object.
	parts []param
}

// typedActions are the actions of the app AUTH0.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows
var typedActions = func() []typed {
	length := func(shortest, longest int) []validator.String {
		return []validator.String{stringvalidator.UTF8LengthBetween(shortest, longest)}
	}
	atLeastOne := []validator.String{stringvalidator.LengthAtLeast(1)}
	address := []validator.String{emailOrTemplate()}
	connection := param{
		name: "connection_id", required: true, validators: length(1, 30),
		description: "Id of the vault connection that authorizes the action.",
	}
	user := param{name: "user_id", required: true, validators: atLeastOne, description: "Full id of the user, usually a template such as `{{context.user.user_id}}`."}
	customVars := param{name: "custom_vars", json: []kind{object}, description: "Variables of the template, as a JSON object."}
	message := func(what string) []param {
		return []param{
			{name: "from", validators: length(1, 255), description: "Sender. Default: that of the tenant's phone provider."},
			{name: "to", required: true, validators: length(1, 255), description: "Recipient's phone number, or a template."},
			{name: "message", required: true, validators: length(1, 1024), description: what},
			customVars,
		}
	}
	return []typed{
		{"get_user", "GET_USER", "Reads a user through a vault connection, whose client needs `read:users`.", []param{connection, user}},
		{"create_user", "CREATE_USER", "Creates a user through a vault connection, whose client needs `create:users`.", []param{
			connection, {name: "payload", required: true, json: []kind{object}, description: "The user, as a JSON object."},
		}},
		{"update_user", "UPDATE_USER", "Updates a user through a vault connection, whose client needs `update:users`.", []param{
			connection, user, {name: "changes", required: true, json: []kind{object}, description: "What changes, as a JSON object."},
		}},
		{"send_request", "SEND_REQUEST", "Sends a request to the Management API through a vault connection.", []param{
			connection,
			{name: "pathname", required: true, validators: atLeastOne, description: "Absolute path, such as `/api/v2/organizations`. Its parts must be URI-encoded."},
			{
				name: "method", validators: []validator.String{stringvalidator.OneOf("GET", "POST", "PUT", "PATCH", "DELETE")},
				description: "Method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.",
			},
			{name: "headers", json: []kind{object}, description: "Headers, as a JSON object."},
			{
				name: "params", json: []kind{object}, validators: []validator.String{scalarValues()},
				description: "Parameters of the query, as a JSON object of numbers, strings and nulls. They are encoded for you.",
			},
			{name: "payload", json: []kind{object, array, text}, description: "Body, as JSON: an object, an array or a string."},
		}},
		{"send_email", "SEND_EMAIL", "Sends an e-mail with the tenant's e-mail provider. It needs no vault connection.", []param{
			{name: "from", description: "Sender. Default: that of the tenant's e-mail provider.", parts: []param{
				{name: "name", validators: length(1, 125), description: "Name of the sender."},
				{name: "email", required: true, validators: address, description: "E-mail address of the sender, or a template."},
			}},
			{name: "to", required: true, validators: address, description: "Recipient's e-mail address, or a template."},
			{name: "subject", required: true, validators: length(1, 255), description: "Subject, 1 to 255 characters."},
			{name: "body", required: true, validators: length(1, 102400), description: "Body, 1 to 102400 characters of HTML."},
			customVars,
		}},
		{"send_sms", "SEND_SMS", "Sends a text message with the tenant's phone provider. It needs no vault connection.", message("Text, 1 to 1024 characters.")},
		{"make_call", "MAKE_CALL", "Makes a call with the tenant's phone provider. It needs no vault connection.", message("What is said, 1 to 1024 characters.")},
	}
}()

// attributes returns the schema of params.
func attributes(params []param) map[string]schema.Attribute {
	made := make(map[string]schema.Attribute, len(params))
	for _, p := range params {
		made[p.name] = p.schema()
	}
	return made
}

func (p *param) schema() schema.Attribute {
	switch {
	case p.parts != nil:
		return schema.SingleNestedAttribute{
			Required: p.required, Optional: !p.required, MarkdownDescription: p.description,
			Attributes: attributes(p.parts),
		}
	case p.json != nil:
		return schema.StringAttribute{
			CustomType: jsontypes.NormalizedType{},
			Required:   p.required, Optional: !p.required, MarkdownDescription: p.description,
			Validators:    append([]validator.String{jsonOf(p.json...)}, p.validators...),
			PlanModifiers: []planmodifier.String{sameJSON{}},
		}
	}
	return schema.StringAttribute{
		Required: p.required, Optional: !p.required, MarkdownDescription: p.description,
		Validators: p.validators,
	}
}

// attrTypes returns the types of params.
func attrTypes(params []param) map[string]attr.Type {
	made := make(map[string]attr.Type, len(params))
	for _, p := range params {
		switch {
		case p.parts != nil:
			made[p.name] = types.ObjectType{AttrTypes: attrTypes(p.parts)}
		case p.json != nil:
			made[p.name] = jsontypes.NormalizedType{}
		default:
			made[p.name] = types.StringType
		}
	}
	return made
}

// actionTypes are the types of an action's attributes.
var actionTypes = func() map[string]attr.Type {
	made := map[string]attr.Type{
		attrID: types.StringType, attrAlias: types.StringType, attrAllowFailure: types.BoolType, attrMaskOutput: types.BoolType,
		attrJSON: jsontypes.NormalizedType{},
	}
	for _, t := range typedActions {
		made[t.attribute] = types.ObjectType{AttrTypes: attrTypes(t.params)}
	}
	return made
}()

// The attributes that all actions have, in the schema as well as at Auth0; and
// the one for actions that have none of their own.
const (
	attrID           = "id"
	attrAlias        = "alias"
	attrAllowFailure = "allow_failure"
	attrMaskOutput   = "mask_output"
	attrJSON         = "json"
)
