package emulator

import (
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// actionsOf are the actions of each type.
var actionsOf = map[string][]string{
	"ACTIVECAMPAIGN": strings.Fields("LIST_CONTACTS UPSERT_CONTACT"),
	"AIRTABLE":       strings.Fields("CREATE_RECORD LIST_RECORDS UPDATE_RECORD"),
	"AUTH0":          strings.Fields("CREATE_USER GET_USER UPDATE_USER SEND_REQUEST SEND_EMAIL SEND_SMS MAKE_CALL"),
	"BIGQUERY":       strings.Fields("INSERT_ROWS"),
	"CLEARBIT":       strings.Fields("FIND_COMPANY FIND_PERSON"),
	"EMAIL":          strings.Fields("VERIFY_EMAIL"),
	"FLOW":           strings.Fields("BOOLEAN_CONDITION DELAY_FLOW DO_NOTHING ERROR_MESSAGE MAP_VALUE RETURN_JSON STORE_VARS"),
	"GOOGLE_SHEETS":  strings.Fields("ADD_ROW"),
	"HTTP":           strings.Fields("SEND_REQUEST"),
	"HUBSPOT":        strings.Fields("ENROLL_CONTACT GET_CONTACT UPSERT_CONTACT"),
	"JSON":           strings.Fields("CREATE_JSON PARSE_JSON SERIALIZE_JSON"),
	"JWT":            strings.Fields("DECODE_JWT SIGN_JWT VERIFY_JWT"),
	"MAILCHIMP":      strings.Fields("UPSERT_MEMBER"),
	"MAILJET":        strings.Fields("SEND_EMAIL"),
	// The API's description has GENERATE_CODE and VERIFY_CODE, exports of forms have the longer names.
	"OTP":        strings.Fields("GENERATE_CODE GENERATE_OTP_CODE VERIFY_CODE VERIFY_OTP_CODE"),
	"PIPEDRIVE":  strings.Fields("ADD_DEAL ADD_ORGANIZATION ADD_PERSON"),
	"SALESFORCE": strings.Fields("CREATE_LEAD GET_LEAD SEARCH_LEADS UPDATE_LEAD"),
	"SENDGRID":   strings.Fields("SEND_EMAIL"),
	"SLACK":      strings.Fields("POST_MESSAGE"),
	"STRIPE":     strings.Fields("ADD_TAX_ID CREATE_CUSTOMER CREATE_PORTAL_SESSION DELETE_TAX_ID FIND_CUSTOMERS GET_CUSTOMER UPDATE_CUSTOMER"),
	"TELEGRAM":   strings.Fields("SEND_MESSAGE"),
	"TWILIO":     strings.Fields("MAKE_CALL SEND_SMS"),
	"WHATSAPP":   strings.Fields("SEND_MESSAGE"),
	"XML":        strings.Fields("PARSE_XML SERIALIZE_XML"),
	"ZAPIER":     strings.Fields("TRIGGER_WEBHOOK"),
}

// auth0Params are the params of the AUTH0 actions.
var auth0Params = func() map[string]schema.Schema {
	connection := schema.Prop("connection_id", schema.Schema{
		Types: []string{"string"}, MaxLength: 30, Formats: []string{"flows-vault-connections-id"}, Description: "The vault connection",
	})
	userID := schema.Prop("user_id", schema.Text("The user", 0, 0))
	customVars := schema.Prop("custom_vars", schema.FreeObject("Variables of the template"))
	message := func(required ...string) schema.Schema {
		return schema.Closed("", required,
			schema.Prop("from", schema.Text("The sender", 1, 255)), schema.Prop("to", schema.Text("The recipient", 1, 255)),
			schema.Prop("message", schema.Text("The message", 1, 1024)), customVars)
	}
	address := schema.Formatted("An e-mail address", "email", "forms-expression")
	return map[string]schema.Schema{
		"CREATE_USER": schema.Closed("", []string{"connection_id", "payload"},
			connection, schema.Prop("payload", schema.FreeObject("The new user"))),
		"GET_USER": schema.Closed("", []string{"connection_id", "user_id"}, connection, userID),
		"UPDATE_USER": schema.Closed("", []string{"connection_id", "user_id", "changes"},
			connection, userID, schema.Prop("changes", schema.FreeObject("What changes"))),
		"SEND_REQUEST": schema.Closed("", []string{"connection_id", "pathname"}, connection,
			schema.Prop("pathname", schema.Text("The path of the request", 0, 0)),
			schema.Prop("method", schema.OneOf("The method of the request", "GET", "POST", "PUT", "PATCH", "DELETE")),
			schema.Prop("headers", schema.FreeObject("The headers of the request")),
			schema.Prop("params", schema.Schema{
				Types: []string{"object"}, Open: true, Values: &schema.Schema{Types: []string{"number", "string", "null"}},
			}),
			schema.Prop("payload", schema.Schema{Types: []string{"string", "array", "object"}, Open: true})),
		"SEND_EMAIL": schema.Closed("", []string{"to", "subject", "body"},
			schema.Prop("from", schema.Closed("The sender", []string{"email"},
				schema.Prop("name", schema.Text("The sender's name", 1, 125)), schema.Prop("email", address))),
			schema.Prop("to", address), schema.Prop("subject", schema.Text("The subject", 1, 255)),
			schema.Prop("body", schema.Text("The body", 1, 102400)), customVars),
		"SEND_SMS":  message("to", "message"),
		"MAKE_CALL": message("to", "message"),
	}
}()

// checkAction checks one action: its shape, whether its type has such an action, and the params of AUTH0 actions.
func checkAction(path string, v any, b *Behavior) *schema.Violation {
	id := schema.Text("The id of the action", 1, 0)
	if !b.AnyActionID {
		id.Formats = []string{"forms-custom-identifier"}
	}
	types := make([]string, 0, len(actionsOf))
	for t := range actionsOf {
		types = append(types, t)
	}
	slices.Sort(types)
	action, _ := v.(map[string]any)
	kind, _ := action["type"].(string)
	name, _ := action["action"].(string)

	shape := schema.Closed("", []string{"id", "type", "action", "params"},
		schema.Prop("id", id), schema.Prop("alias", schema.Text("The alias of the action", 0, 100)),
		schema.Prop("type", schema.OneOf("The type of the action", types...)),
		schema.Prop("action", schema.OneOf("The action", actionsOf[kind]...)),
		schema.Prop("allow_failure", schema.Boolean("Whether the flow goes on after a failure")),
		schema.Prop("mask_output", schema.Boolean("Whether the output is masked")),
		schema.Prop("params", schema.FreeObject("The parameters of the action")))
	if name == "DO_NOTHING" {
		shape.Required = shape.Required[:3]
	}
	if bad := shape.Check(path, v); bad != nil {
		return bad
	}
	if params, strict := auth0Params[name]; strict && kind == "AUTH0" && !b.LooseActions {
		if b.AnyID {
			if c := params.Property("connection_id"); c != nil {
				params.Properties = slices.Clone(params.Properties)
				params.Property("connection_id").Formats = nil
			}
		}
		return params.Check(path+".params", action["params"])
	}
	return nil
}
