// Package flowaction knows the actions of a flow: the types that have an attribute
// of their own, and the conversion between the attributes of an action and Auth0's
// JSON. The flow and the functions share it.
package flowaction

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// The attributes that all actions have, which are also members of an action in
// Auth0's JSON; and the attribute for actions that have none of their own.
const (
	AttrID           = "id"
	AttrAlias        = "alias"
	AttrAllowFailure = "allow_failure"
	AttrMaskOutput   = "mask_output"
	AttrJSON         = "json"
)

// The members of an action in Auth0's JSON that say what it does.
const (
	KeyType   = "type"
	KeyAction = "action"
	KeyParams = "params"
)

// Type is an action of the app AUTH0 that has an attribute of its own. Schema,
// requests, state and functions all follow the list of them.
type Type struct {
	// Attribute is the attribute's name, Action is Auth0's.
	Attribute, Action string
	Description       string
	Params            []Param
}

// Param is one of the params of an action.
type Param struct {
	// Name is the name of the attribute as well as Auth0's.
	Name        string
	Description string
	Required    bool
	Validators  []validator.String
	// JSON are the kinds of JSON that it may be; the attribute holds it as a text.
	// Without any, and without Parts, it is a string.
	JSON []Kind
	// Parts are the attributes of an object.
	Parts []Param
}

// Types are the actions of the app AUTH0, in the order of the documentation.
// Source: https://auth0.com/docs/api/management/v2/flows/post-flows
var Types = func() []Type {
	length := func(minimum, maximum int) []validator.String {
		return []validator.String{Length(minimum, maximum)}
	}
	atLeastOne := []validator.String{validate.Matches("a text of at least one character", func(value string) string {
		if value == "" {
			return "is empty"
		}
		return ""
	})}
	address := []validator.String{emailOrTemplate()}
	connection := Param{
		Name: "connection_id", Required: true, Validators: length(1, 30),
		Description: "ID of the vault connection that authorizes the action.",
	}
	user := Param{Name: "user_id", Required: true, Validators: atLeastOne, Description: "Full ID of the user, usually a template such as " +
		"`{{context.user.user_id}}`."}
	customVars := Param{Name: "custom_vars", JSON: []Kind{Object}, Description: "Variables of the template, as a JSON object."}
	message := func(what string) []Param {
		return []Param{
			{Name: "from", Validators: optionalLength(255), Description: "Sender. Default: that of the tenant's phone provider."},
			{Name: "to", Required: true, Validators: length(1, 255), Description: "Recipient's phone number, or a template."},
			{Name: "message", Required: true, Validators: length(1, 1024), Description: what},
			customVars,
		}
	}
	return []Type{
		{"get_user", "GET_USER", "Reads a user through a vault connection, whose client needs `read:users`.", []Param{connection, user}},
		{"create_user", "CREATE_USER", "Creates a user through a vault connection, whose client needs `create:users`.", []Param{
			connection, {Name: "payload", Required: true, JSON: []Kind{Object}, Description: "The user, as a JSON object."},
		}},
		{"update_user", "UPDATE_USER", "Updates a user through a vault connection, whose client needs `update:users`.", []Param{
			connection, user, {Name: "changes", Required: true, JSON: []Kind{Object}, Description: "What changes, as a JSON object."},
		}},
		{"send_request", "SEND_REQUEST", "Sends a request to the Management API through a vault connection.", []Param{
			connection,
			{Name: "pathname", Required: true, Validators: atLeastOne, Description: "Absolute path, such as `/api/v2/organizations`. Its parts " +
				"must be URI-encoded."},
			{
				Name: "method", Validators: []validator.String{stringvalidator.OneOf("GET", "POST", "PUT", "PATCH", "DELETE")},
				Description: "Method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.",
			},
			{Name: "headers", JSON: []Kind{Object}, Description: "Headers, as a JSON object."},
			{
				Name: "params", JSON: []Kind{Object}, Validators: []validator.String{simpleValues()},
				Description: "Parameters of the query, as a JSON object of numbers, strings and nulls. They are encoded for you.",
			},
			{Name: "payload", JSON: []Kind{Object, Array, String}, Description: "Body, as JSON: an object, an array or a string."},
		}},
		{"send_email", "SEND_EMAIL", "Sends an e-mail with the tenant's e-mail provider. It needs no vault connection.", []Param{
			{Name: "from", Description: "Sender. Default: that of the tenant's e-mail provider.", Parts: []Param{
				{Name: "name", Validators: optionalLength(125), Description: "Name of the sender."},
				{Name: "email", Required: true, Validators: address, Description: "E-mail address of the sender, or a template."},
			}},
			{Name: "to", Required: true, Validators: address, Description: "Recipient's e-mail address, or a template."},
			{Name: "subject", Required: true, Validators: length(1, 255), Description: "Subject, 1 to 255 characters."},
			{Name: "body", Required: true, Validators: length(1, 102400), Description: "Body, 1 to 102400 characters of HTML."},
			customVars,
		}},
		{"send_sms", "SEND_SMS", "Sends a text message with the tenant's phone provider. It needs no vault connection.",
			message("Text, 1 to 1024 characters.")},
		{"make_call", "MAKE_CALL", "Makes a call with the tenant's phone provider. It needs no vault connection.",
			message("Text to speak, 1 to 1024 characters.")},
	}
}()

// attrTypes returns the types of params.
func attrTypes(params []Param) map[string]attr.Type {
	made := make(map[string]attr.Type, len(params))
	for _, p := range params {
		switch {
		case p.Parts != nil:
			made[p.Name] = types.ObjectType{AttrTypes: attrTypes(p.Parts)}
		case p.JSON != nil:
			made[p.Name] = jsontext.Type{}
		default:
			made[p.Name] = types.StringType
		}
	}
	return made
}

// AttrTypes are the types of an action's attributes.
var AttrTypes = func() map[string]attr.Type {
	made := map[string]attr.Type{
		AttrID: types.StringType, AttrAlias: types.StringType, AttrAllowFailure: types.BoolType, AttrMaskOutput: types.BoolType,
		AttrJSON: jsontext.Type{},
	}
	for _, t := range Types {
		made[t.Attribute] = types.ObjectType{AttrTypes: attrTypes(t.Params)}
	}
	return made
}()
