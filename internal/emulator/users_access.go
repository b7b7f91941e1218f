package emulator

import (
	"net/http"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// What ends a user's sessions and what sends an e-mail. The tenant has no sessions
// and sends nothing; the requests are checked and answered.
var accessOperations = []operation{
	{
		method: "POST", path: "/api/v2/users/{id}/revoke-access", scopes: []string{"delete:sessions", "delete:refresh_tokens"}, mark: ",",
		run: revokeAccess,
	},
	{method: "POST", path: "/api/v2/jobs/verification-email", scopes: []string{"update:users"}, mark: ",", run: sendVerificationEmail},
}

var (
	revokeAccessBody = schema.Closed("", nil,
		schema.Prop("session_id", schema.Text("ID of the session", 1, 50)), schema.Prop("preserve_refresh_tokens", schema.Boolean("")))

	verificationEmailBody = schema.Closed("", []string{"user_id"},
		schema.Prop("user_id", schema.Text("The user", 1, 0)), schema.Prop("client_id", schema.Text("The application", 1, 0)),
		schema.Prop("organization_id", schema.Text("The organization", 1, 50)))
)

func revokeAccess(c *call) (*response, *apiError) {
	if _, bad := c.body(&revokeAccessBody); bad != nil {
		return nil, bad
	}
	if _, bad := c.user(); bad != nil {
		return nil, bad
	}
	return reply(http.StatusAccepted, nil), nil
}

func sendVerificationEmail(c *call) (*response, *apiError) {
	in, bad := c.body(&verificationEmailBody)
	if bad != nil {
		return nil, bad
	}
	u := c.tenant.users.get(str(in, "user_id"))
	switch id := str(in, "client_id"); {
	case u == nil:
		return nil, noSuchUser()
	case u.Email == "":
		return nil, badRequest("invalid_body", "The user does not have an email address.")
	case id != "" && c.tenant.client(id) == nil:
		return nil, notFound("inexistent_client", "The client does not exist.")
	}
	return reply(http.StatusCreated, object{
		{"type", "verification_email"}, {"status", "pending"}, {"created_at", time.Now().UTC()}, {"id", randomID("job_", 16)},
	}), nil
}
