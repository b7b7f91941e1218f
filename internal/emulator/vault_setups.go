package emulator

import (
	"sort"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// variant is one way to set up the connection of an app.
type variant struct {
	kind string // the value of type
	// typeOptional: type itself may be left out.
	typeOptional bool
	schema.Schema
}

// setups holds the variants of every app, in the order of the contract.
var setups = map[string][]variant{
	"ACTIVECAMPAIGN": {way("API_KEY", "api_key*", "base_url* forms-url-https")},
	"AIRTABLE":       {way("API_KEY", "api_key*")},
	"AUTH0":          {way("OAUTH_APP", "client_id*", "client_secret*", "domain* hostname-rfc2181", "audience 1.. forms-url-https")},
	"BIGQUERY":       {loose(way("OAUTH_JWT", "project_id", "private_key", "client_email email"))},
	"CLEARBIT":       {way("API_KEY", "secret_key*")},
	"DOCUSIGN":       {oauthCode},
	"GOOGLE_SHEETS":  {oauthCode},
	"HTTP": {
		way("BEARER", "token*"),
		way("BASIC_AUTH", "username* 1..155", "password 1..155"),
		way("API_KEY", "name* 1..55", "value* 1..255", "in* HEADER|QUERY"),
		way("OAUTH_CLIENT_CREDENTIALS", "client_id* 1..255", "client_secret* 1..255", "token_endpoint* 1..500 forms-url-https",
			"audience 1..255", "resource 1..255", "scope 1..1024"),
	},
	"HUBSPOT":    {way("API_KEY", "api_key*"), oauthCode},
	"JWT":        {open(way("JWT", "algorithm* HS256|HS384|HS512|RS256|RS384|RS512|ES256|ES384|ES512|PS256|PS384|PS512"))},
	"MAILCHIMP":  {way("API_KEY", "secret_key*"), oauthCode},
	"MAILJET":    {way("API_KEY", "api_key*", "secret_key*")},
	"PIPEDRIVE":  {way("TOKEN", "token*"), oauthCode},
	"SALESFORCE": {oauthCode},
	"SENDGRID":   {way("API_KEY", "api_key*")},
	"SLACK":      {way("WEBHOOK", "url* forms-url-https"), oauthCode},
	"STRIPE":     {way("KEY_PAIR", "private_key*", "public_key*"), oauthCode},
	"TELEGRAM":   {way("TOKEN", "token*")},
	"TWILIO":     {way("API_KEY", "account_id*", "api_key*")},
	"WHATSAPP":   {way("TOKEN", "token*")},
	"ZAPIER":     {way("WEBHOOK", "url* forms-url-https")},
}

var oauthCode = open(loose(way("OAUTH_CODE", "code")))

// way describes a variant. A field is a name, with * if it is required, then its length, format or values.
func way(kind string, fields ...string) variant {
	v := variant{kind: kind, Schema: schema.Closed("", []string{"type"}, schema.Prop("type", schema.OneOf("Kind of setup", kind)))}
	for _, f := range fields {
		words := strings.Fields(f)
		name, required := strings.CutSuffix(words[0], "*")
		s := schema.Schema{Types: []string{"string"}}
		for _, w := range words[1:] {
			switch minLength, maxLength, isRange := strings.Cut(w, ".."); {
			case isRange:
				s.MinLength, s.MaxLength = atoi(minLength), atoi(maxLength)
			case strings.ToUpper(w) == w:
				s.Enum = strings.Split(w, "|")
			default:
				s.Formats = []string{w}
			}
		}
		if required {
			v.Required = append(v.Required, name)
		}
		v.Properties = append(v.Properties, schema.Prop(name, s))
	}
	return v
}

// loose lets a variant do without its type.
func loose(v variant) variant {
	v.typeOptional = true
	v.Required = nil
	return v
}

// open lets a variant take further properties.
func open(v variant) variant {
	v.Open = true
	return v
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// appIDs lists the apps in order.
func appIDs() []string {
	ids := make([]string, 0, len(setups))
	for id := range setups {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// checkSetup finds the variant that a setup means, by its type, and checks the setup against it.
func checkSetup(variants []variant, setup map[string]any) *schema.Violation {
	var kinds []string
	for i := range variants {
		v := &variants[i]
		if setup["type"] == v.kind {
			return v.Check("setup", setup)
		}
		kinds = append(kinds, v.kind)
	}
	if _, given := setup["type"]; !given {
		for i := range variants {
			if variants[i].typeOptional {
				return variants[i].Check("setup", setup)
			}
		}
	}
	s := schema.Closed("", []string{"type"}, schema.Prop("type", schema.OneOf("Kind of setup", kinds...)))
	s.Open = true
	return s.Check("setup", setup)
}
