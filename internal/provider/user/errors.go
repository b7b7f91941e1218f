package user

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/tenant"
)

// patience is how long the client of a vault connection that was made in the
// same apply may take to be seen by the token endpoint. Tests shorten it.
var patience = 10 * time.Second

// addError adds the error for a write that failed, on the attribute that Auth0's
// message is about, if it is about one.
func addError(diags *diag.Diagnostics, client *tenant.Client, action string, err error, config *model) {
	var refusal *auth0.Error
	if errors.As(err, &refusal) {
		if attribute := concerned(refusal, config); attribute != "" {
			diags.AddAttributeError(path.Root(attribute), "Unable to "+action, client.Explain(err))
			return
		}
	}
	if auth0.IsDenied(err) && !config.VaultConnection.IsNull() {
		diags.AddAttributeError(tenant.VaultConnectionPath, "Unable to "+action, client.Explain(err))
		return
	}
	client.AddError(diags, action, err)
}

// concerned returns the attribute that a refusal is about. Auth0 names it only
// in its texts.
func concerned(e *auth0.Error, config *model) string {
	text := strings.ToLower(e.Message)
	password := "password"
	if config.Password.IsNull() {
		password = "password_wo"
	}
	switch {
	case e.Code == "custom_domain_conflict":
		return ""
	case e.Status == http.StatusConflict && !config.Email.IsNull():
		return "email"
	case e.Status == http.StatusConflict && !config.Username.IsNull():
		return "username"
	case e.Status == http.StatusConflict:
		return "phone_number"
	case e.Status != http.StatusBadRequest:
		return ""
	}
	if _, property, ok := strings.Cut(text, "on property "); ok {
		name, _, _ := strings.Cut(property, " ")
		name, _, _ = strings.Cut(name, ".")
		switch name {
		case "password":
			return password
		case "connection":
			return "connection_name"
		case "email", "username", "phone_number", "name", "given_name", "family_name", "nickname", "picture", "user_id", "user_metadata", "app_metadata":
			return name
		}
	}
	switch {
	case strings.Contains(text, "password"):
		return password
	case strings.Contains(text, "username"):
		return "username"
	case strings.Contains(text, "email"):
		return "email"
	case strings.Contains(text, "phone"):
		return "phone_number"
	case strings.Contains(text, "connection"):
		return "connection_name"
	}
	return ""
}
