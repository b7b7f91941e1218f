package user

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// patience is how long the client of a vault connection that was made in the
// same apply may take to be seen by the token endpoint. Tests shorten it.
var patience = 10 * time.Second

// addError adds the error for a write that failed, on the attribute that Auth0's
// message is about, if it is about one.
func addError(diags *diag.Diagnostics, client *providerdata.Client, action string, err error, config *model) {
	var refusal *auth0.Error
	if errors.As(err, &refusal) {
		if attribute := concerned(refusal, config); attribute != "" {
			diags.AddAttributeError(path.Root(attribute), "Unable to "+action, client.Explain(err))
			return
		}
	}
	if auth0.IsDenied(err) && !config.VaultConnection.IsNull() {
		diags.AddAttributeError(providerdata.VaultConnectionPath, "Unable to "+action, client.Explain(err))
		return
	}
	client.AddError(diags, action, err)
}

// hints tell from Auth0's texts, in lower case, which attribute they are about.
// The first that is found counts.
var hints = []struct{ words, attribute string }{
	{"connection is disabled", "connection_name"},
	{"in a disabled connection", "connection_name"},
	{"must be enabled for this client", "connection_name"},
	{"does not support user creation", "connection_name"},
	{"email verification", "email_verified"},
	{"password", "password"},
	{"username", "username"},
	{"phone", "phone_number"},
	{"email", "email"},
	{"connection", "connection_name"},
}

// named finds the attributes that Auth0 names in its texts.
var named = regexp.MustCompile(`(?:on property |missing required property: |attributes cannot be (?:removed|updated): )([a-z_]+)`)

// attributeOf gives the attributes for the API's names; all others are the same.
var attributeOf = map[string]string{"connection": "connection_name"}

// concerned returns the attribute that a refusal is about, or nothing. Auth0
// names it only in its texts.
func concerned(e *auth0.Error, config *model) string {
	if e.Code == "custom_domain_conflict" || e.Kind() != auth0.Invalid && e.Kind() != auth0.Conflict {
		return ""
	}
	attribute := hinted(e, config)
	if attribute == "" && e.Kind() == auth0.Conflict {
		attribute = identifier(config)
	}
	if attribute == "password" && !config.PasswordWO.IsNull() {
		return "password_wo"
	}
	return attribute
}

func hinted(e *auth0.Error, config *model) string {
	// The names of connections are full of words that mean something else.
	connection := defaultConnection
	if isKnown(config.ConnectionName) {
		connection = config.ConnectionName.ValueString()
	}
	text := strings.NewReplacer(strings.ToLower(connection), "", "passwordless", "").Replace(strings.ToLower(e.Message))
	if found := named.FindStringSubmatch(text); found != nil {
		if attribute, ok := attributeOf[found[1]]; ok {
			return attribute
		}
		if slices.Contains(writable, found[1]) {
			return found[1]
		}
	}
	for _, hint := range hints {
		if strings.Contains(text, hint.words) {
			return hint.attribute
		}
	}
	return ""
}

// writable are the attributes that the API calls by the same name.
var writable = []string{
	"email", "email_verified", "verify_email", "phone_number", "phone_verified", "username", "name", "given_name", "family_name", "nickname", "picture",
	"blocked", "password", "user_id", "user_metadata", "app_metadata",
}

// identifier returns the attribute by which a user is most likely to exist already.
func identifier(config *model) string {
	switch {
	case !config.Email.IsNull():
		return "email"
	case !config.Username.IsNull():
		return "username"
	}
	return "phone_number"
}
