package emulator

import (
	"slices"
	"strings"
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
var auth0Params = func() map[string]schema {
	connection := property{"connection_id", schema{kinds: []string{"string"}, max: 30, formats: []string{"flows-vault-connections-id"}, desc: "The vault connection"}}
	userID := property{"user_id", text("The user", 0, 0)}
	customVars := property{"custom_vars", freeObject("Variables of the template")}
	message := func(required ...string) schema {
		return closed("", required,
			property{"from", text("The sender", 1, 255)}, property{"to", text("The recipient", 1, 255)},
			property{"message", text("The message", 1, 1024)}, customVars)
	}
	address := formatted("An e-mail address", "email", "forms-expression")
	return map[string]schema{
		"CREATE_USER": closed("", []string{"connection_id", "payload"}, connection, property{"payload", freeObject("The new user")}),
		"GET_USER":    closed("", []string{"connection_id", "user_id"}, connection, userID),
		"UPDATE_USER": closed("", []string{"connection_id", "user_id", "changes"}, connection, userID, property{"changes", freeObject("What changes")}),
		"SEND_REQUEST": closed("", []string{"connection_id", "pathname"}, connection,
			property{"pathname", text("The path of the request", 0, 0)},
			property{"method", oneOf("The method of the request", "GET", "POST", "PUT", "PATCH", "DELETE")},
			property{"headers", freeObject("The headers of the request")},
			property{"params", schema{kinds: []string{"object"}, open: true, values: &schema{kinds: []string{"number", "string", "null"}}}},
			property{"payload", schema{kinds: []string{"string", "array", "object"}, open: true}}),
		"SEND_EMAIL": closed("", []string{"to", "subject", "body"},
			property{"from", closed("The sender", []string{"email"}, property{"name", text("The sender's name", 1, 125)}, property{"email", address})},
			property{"to", address}, property{"subject", text("The subject", 1, 255)},
			property{"body", text("The body", 1, 102400)}, customVars),
		"SEND_SMS":  message("to", "message"),
		"MAKE_CALL": message("to", "message"),
	}
}()

// checkAction checks one action: its shape, whether its type has such an action, and the params of AUTH0 actions.
func checkAction(path string, v any, b *Behaviour) *violation {
	id := text("The id of the action", 1, 0)
	if !b.AnyActionID {
		id.formats = []string{"forms-custom-identifier"}
	}
	types := make([]string, 0, len(actionsOf))
	for t := range actionsOf {
		types = append(types, t)
	}
	slices.Sort(types)
	action, _ := v.(map[string]any)
	kind, _ := action["type"].(string)
	name, _ := action["action"].(string)

	shape := closed("", []string{"id", "type", "action", "params"},
		property{"id", id}, property{"alias", text("The alias of the action", 0, 100)},
		property{"type", oneOf("The type of the action", types...)},
		property{"action", oneOf("The action", actionsOf[kind]...)},
		property{"allow_failure", boolean("Whether the flow goes on after a failure")},
		property{"mask_output", boolean("Whether the output is masked")},
		property{"params", freeObject("The parameters of the action")})
	if name == "DO_NOTHING" {
		shape.required = shape.required[:3]
	}
	if bad := shape.check(path, v); bad != nil {
		return bad
	}
	if params, strict := auth0Params[name]; strict && kind == "AUTH0" && !b.LooseActions {
		if b.AnyID {
			if c := params.prop("connection_id"); c != nil {
				params.props = slices.Clone(params.props)
				params.prop("connection_id").formats = nil
			}
		}
		return params.check(path+".params", action["params"])
	}
	return nil
}
