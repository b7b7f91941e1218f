package emulator

import (
	"net/http"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// What ends a user's sessions, lifts blocks of brute-force protection and sends an e-mail. The tenant has no sessions and no
// such blocks, and sends nothing; the requests are checked and answered.
var accessOperations = []operation{
	{
		method: "POST", path: "/api/v2/users/{id}/revoke-access", scopes: []string{"delete:sessions", "delete:refresh_tokens"}, mark: ",",
		run: revokeAccess,
	},
	{method: "POST", path: "/api/v2/jobs/verification-email", scopes: []string{"update:users"}, mark: ",", run: sendVerificationEmail},
	{method: "GET", path: "/api/v2/user-blocks", scopes: []string{"read:users"}, mark: ",", run: listUserBlocks},
	{method: "DELETE", path: "/api/v2/user-blocks", scopes: []string{"update:users"}, mark: ",", run: liftUserBlocks},
	{method: "GET", path: "/api/v2/user-blocks/{id}", scopes: []string{"read:users"}, mark: ",", run: listUserBlocks},
	{method: "DELETE", path: "/api/v2/user-blocks/{id}", scopes: []string{"update:users"}, mark: ",", run: liftUserBlocks},
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

// Blocks are those of a user, or those of an identifier, which needs no user.
func listUserBlocks(c *call) (*response, *apiError) {
	if bad := c.blocked(schema.Prop("consider_brute_force_enablement", schema.Boolean(""))); bad != nil {
		return nil, bad
	}
	return reply(http.StatusOK, object{{"blocked_for", []object{}}}), nil
}

func liftUserBlocks(c *call) (*response, *apiError) {
	if bad := c.blocked(); bad != nil {
		return nil, bad
	}
	return reply(http.StatusNoContent, nil), nil
}

// blocked checks the request and the user that its path names.
func (c *call) blocked(query ...schema.Property) *apiError {
	s := schema.Closed("", nil, query...)
	_, byID := c.params["id"]
	if !byID {
		s = schema.Closed("", []string{"identifier"}, append(query, schema.Prop("identifier", schema.Text("The identifier", 1, 0)))...)
	}
	if _, bad := c.query(&s); bad != nil || !byID {
		return bad
	}
	_, bad := c.user()
	return bad
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
