package user

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// bareUserID accepts an id without the prefix that names the kind of connection.
func bareUserID() validator.String {
	return tfkit.Matches("the part of the id after the |, without spaces; Auth0 adds the prefix", func(value string) string {
		if _, rest, ok := strings.Cut(value, "|"); ok {
			return fmt.Sprintf("has a prefix: %q; did you mean %q?", value, rest)
		}
		if strings.ContainsAny(value, " \t\r\n\v\f\u0085\u00a0") {
			return fmt.Sprintf("has a space in it: %q", value)
		}
		return ""
	})
}

// username accepts what Auth0 takes for a username.
// Source: https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
func username() validator.String {
	const others = "@^$.!`-#+'~_"
	return tfkit.Matches("letters, digits and the characters "+others+", and no e-mail address", func(value string) string {
		for _, r := range value {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(others, r) {
				return fmt.Sprintf("has a character that usernames cannot have: %q in %q", r, value)
			}
		}
		if tfkit.IsEmail(value) {
			return fmt.Sprintf("is an e-mail address: %q; that belongs into email", value)
		}
		return ""
	})
}

// metadataKeyProblem says what is wrong with a key of metadata.
// Source: https://auth0.com/docs/manage-users/user-accounts/metadata/metadata-fields-data
func metadataKeyProblem(key string, _ int) string {
	if strings.ContainsAny(key, ".$") {
		return "which has a . or a $ in it"
	}
	return ""
}

// reserved are the keys that app_metadata must not have; same source.
var reserved = []string{
	"__tenant", "_id", "blocked", "clientID", "created_at", "email_verified", "email", "globalClientID", "global_client_id",
	"identities", "lastIP", "lastLogin", "loginsCount", "metadata", "multifactor_last_modified", "multifactor", "updated_at", "user_id",
}

func appMetadataKeyProblem(key string, depth int) string {
	if depth == 0 && slices.Contains(reserved, key) {
		return "which Auth0 keeps for itself in app_metadata"
	}
	return metadataKeyProblem(key, depth)
}
