package user

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// authRetryTimeout is how long the token endpoint may take to accept the client of a
// vault connection that was created in the same apply.
const authRetryTimeout = 10 * time.Second

// addCreateError adds the error for a create that failed. Of a conflict, it looks
// for the user that exists already.
func addCreateError(ctx context.Context, diags *diag.Diagnostics, client *providerdata.Client, err error, config, plan model) {
	var refusal *auth0.Error
	if !errors.As(err, &refusal) || refusal.Kind() != auth0.Conflict || refusal.Code == customDomainConflict {
		addError(diags, client, "create user", err, config, "")
		return
	}
	existing := "It"
	command := "terraform import <address> <id>"
	if id := existingUser(ctx, client, plan); id != "" {
		existing = "The user " + id
		command = fmt.Sprintf("terraform import <address> '%s'", id)
	}
	addError(diags, client, "create user", err, config, fmt.Sprintf("%s exists already in the connection %q, for one of two reasons:\n\n"+
		"  - It was created by another client. To manage it with this resource, import it: %s\n"+
		"  - It is a user that this configuration has replaced or removed, and that its on_destroy = \"block\" or \"retain\" kept. "+
		"Import it, delete it, or change the address of one of the two.",
		existing, plan.text("connection_name").ValueString(), command))
}

// existingUser returns the ID of the user that a new one conflicts with, or nothing.
// It sends one request.
func existingUser(ctx context.Context, client *providerdata.Client, plan model) string {
	var found []auth0.User
	var err error
	switch email, username, phone := plan.text("email"), plan.text("username"), plan.text("phone_number"); {
	case isKnown(email):
		found, err = client.UsersByEmail(ctx, email.ValueString())
	case isKnown(username):
		found, _, err = client.SearchUsers(ctx, searchTerm("username", strings.ToLower(username.ValueString())))
	case isKnown(phone):
		found, _, err = client.SearchUsers(ctx, searchTerm("phone_number", phone.ValueString()))
	}
	if err != nil {
		return ""
	}
	for _, user := range found {
		if connection, _ := user.Primary(); connection == plan.text("connection_name").ValueString() {
			return user.ID
		}
	}
	return ""
}

func searchTerm(name, value string) string {
	return name + `:"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// addUpdateError adds the error for one request of an update.
func addUpdateError(diags *diag.Diagnostics, client *providerdata.Client, err error, config model, id string) {
	if auth0.IsNotFound(err) {
		providerdata.AddGoneError(diags, "update user", "user", id)
		return
	}
	addError(diags, client, "update user", err, config, "")
}

// addError adds the error for a write that failed, on the attribute that Auth0's
// message is about, if it is about one. advice takes the place of the usual one.
func addError(diags *diag.Diagnostics, client *providerdata.Client, action string, err error, config model, advice string) {
	detail := client.Explain(err)
	var refusal *auth0.Error
	attribute := ""
	if errors.As(err, &refusal) {
		attribute = attributeForError(refusal, config)
		if rootAttributesRE.MatchString(refusal.Message) {
			advice = fmt.Sprintf("The identity provider sets the profile of this user at each login. To leave it alone, "+
				"remove %s from the configuration: attributes that the configuration does not set are not touched. "+
				"To manage it here, disable \"Sync user profile attributes at each login\" "+
				"in the settings of the connection.", attribute)
		}
		if advice != "" {
			first, _, _ := strings.Cut(detail, "\n\n")
			detail = first + "\n\n" + advice
		}
	}
	switch {
	case attribute != "":
		diags.AddAttributeError(path.Root(attribute), "Unable to "+action, detail)
	case auth0.IsDenied(err) && !config.vaultConnection().IsNull():
		diags.AddAttributeError(providerdata.VaultConnectionPath, "Unable to "+action, detail)
	default:
		diags.AddError("Unable to "+action, detail)
	}
}

// customDomainConflict is the code of a conflict that does not mean that a user exists.
const customDomainConflict = "custom_domain_conflict"

// connectionMessages are parts of Auth0's messages about the connection, in lower case.
var connectionMessages = []string{
	"connection is disabled", "in a disabled connection", "must be enabled for this client", "does not support user creation",
}

var (
	// propertyRE finds the attributes that Auth0 names in its messages.
	propertyRE = regexp.MustCompile(`(?:on property |missing required property: |attributes(?: cannot be (?:removed|updated))?: )([a-z_]+)`)
	// rootAttributesRE finds the refusal to change what an identity provider sets.
	rootAttributesRE = regexp.MustCompile(`(?i)attributes cannot be updated: |not allowed to update the following user attributes: `)
)

// attributeForError returns the attribute that a refusal is about, or nothing. Auth0
// names it only in its messages.
func attributeForError(e *auth0.Error, config model) string {
	if e.Code == customDomainConflict || e.Kind() != auth0.Invalid && e.Kind() != auth0.Conflict {
		return ""
	}
	attribute := attributeFromMessage(e, config)
	if attribute == "" && e.Kind() == auth0.Conflict {
		attribute = identifier(config)
	}
	if attribute == "password" && isKnown(config.text("password_wo")) {
		return "password_wo"
	}
	return attribute
}

func attributeFromMessage(e *auth0.Error, config model) string {
	// The names of connections are full of words that mean something else.
	connection := defaultConnection
	if name := config.text("connection_name"); isKnown(name) {
		connection = name.ValueString()
	}
	message := strings.NewReplacer(strings.ToLower(connection), "", "passwordless", "").Replace(strings.ToLower(e.Message))
	if found := propertyRE.FindStringSubmatch(message); found != nil {
		if found[1] == "connection" {
			return "connection_name"
		}
		if _, ok := resourceTypes()[found[1]]; ok {
			return found[1]
		}
	}
	contains := func(words string) bool { return strings.Contains(message, words) }
	if slices.ContainsFunc(connectionMessages, contains) {
		return "connection_name"
	}
	for _, hint := range messageWords() {
		if contains(hint.words) {
			return hint.attribute
		}
	}
	return ""
}

type messageHint struct{ words, attribute string }

// messageWords are the words by which Auth0's messages are about an attribute, the
// longest first: "email verification" is not about the address. "Connection" is last,
// because it stands in messages about anything.
var messageWords = sync.OnceValue(func() []messageHint {
	hints := []messageHint{{"password", "password"}}
	for i := range attributes {
		if a := &attributes[i]; a.words != "" {
			hints = append(hints, messageHint{a.words, a.name})
		}
	}
	slices.SortStableFunc(hints, func(x, y messageHint) int { return len(y.words) - len(x.words) })
	return append(hints, messageHint{"connection", "connection_name"})
})

// identifier returns the attribute by which a user is most likely to exist already.
func identifier(config model) string {
	for _, name := range []string{"email", "username"} {
		if !config.text(name).IsNull() {
			return name
		}
	}
	return "phone_number"
}
