package auth0

import (
	"context"

	management "github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
)

// accepted is the response to a request that Auth0 carries out without content.
type accepted struct{}

// AccessOptions narrow what RevokeUserAccess revokes.
type AccessOptions struct {
	// SessionID is the only session to end; empty for all of them.
	SessionID string
	// PreserveRefreshTokens keeps the refresh tokens that belong to the sessions.
	PreserveRefreshTokens bool
}

// RevokeUserAccess ends a user's sessions and revokes the refresh tokens. Access
// tokens that were issued stay valid until they expire. The errors are those of
// any request; it is canceled at once with ctx.
// Source: https://auth0.com/docs/api/management/v2/users/user-revoke-access
func (c *Client) RevokeUserAccess(ctx context.Context, id string, options AccessOptions) error {
	op := operation{name: "revoke the access of user " + quote(id), id: id, interruptible: true}
	request := &management.RevokeUserAccessRequestContent{}
	if options.SessionID != "" {
		request.SetSessionID(&options.SessionID)
	}
	if options.PreserveRefreshTokens {
		request.SetPreserveRefreshTokens(&options.PreserveRefreshTokens)
	}
	_, err := call[accepted](ctx, c, op, func(sdk option.RequestOption) error { return c.users.RevokeAccess(ctx, id, request, sdk) })
	return err
}

// job is what Auth0 returns of a job that it carries out later.
type job struct {
	ID string `json:"id"`
}

func (j job) objectID() string { return j.ID }

// SendVerificationEmail lets Auth0 send a user the e-mail that asks to verify the
// address. clientID is the application whose settings the e-mail uses; empty for
// the tenant's. It returns the ID of the job. A request whose response was lost is
// not repeated, since that would send a second e-mail: IsAmbiguous tells such errors
// from others.
// Source: https://auth0.com/docs/api/management/v2/jobs/post-verification-email
func (c *Client) SendVerificationEmail(ctx context.Context, userID, clientID string) (string, error) {
	op := operation{name: "send a verification e-mail to user " + quote(userID), once: true, interruptible: true, customDomain: true}
	request := &management.CreateVerificationEmailRequestContent{UserID: userID}
	if clientID != "" {
		request.ClientID = &clientID
	}
	created, err := call[job](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.verificationEmail.Create(ctx, request, sdk)
		return err
	})
	return created.ID, err
}
