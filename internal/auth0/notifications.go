package auth0

import (
	"context"
	"errors"
	"net/http"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
)

// EmailProvider is the tenant's own e-mail provider.
type EmailProvider struct {
	// Name is the kind of provider, such as "sendgrid" or "smtp".
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

// PhoneProvider is a provider of text messages and calls.
type PhoneProvider struct {
	// Name is the kind of provider: "twilio" or "custom".
	Name          string `json:"name"`
	Disabled      bool   `json:"disabled"`
	Configuration struct {
		// DeliveryMethods are the methods that it is set up for.
		DeliveryMethods []string `json:"delivery_methods"`
	} `json:"configuration"`
}

// The delivery methods of a phone provider.
const (
	DeliveryText  = "text"
	DeliveryVoice = "voice"
)

// objectID is the name: a tenant has one e-mail provider, which has no ID.
func (p EmailProvider) objectID() string { return p.Name }

// ErrNoEmailProvider means that a tenant has no e-mail provider of its own.
var ErrNoEmailProvider = errors.New("the tenant has no e-mail provider")

// GetEmailProvider returns the tenant's e-mail provider without its credentials. It
// needs the scope read:email_provider. The error is ErrNoEmailProvider, or that of any
// request.
func (c *Client) GetEmailProvider(ctx context.Context) (*EmailProvider, error) {
	op := operation{name: "read the e-mail provider"}
	found, err := call[*EmailProvider](ctx, c, op, func(sdk option.RequestOption) error {
		// Without fields, Auth0 returns name and enabled only.
		_, err := c.emailProvider.Get(ctx, &management.GetEmailProviderRequestParameters{}, sdk)
		return err
	})
	var refusal *Error
	if errors.As(err, &refusal) && refusal.Status == http.StatusNotFound && !refusal.Foreign {
		return nil, ErrNoEmailProvider
	}
	return found, err
}

// ListPhoneProviders returns the tenant's phone providers without their credentials.
// It needs the scope read:phone_providers.
func (c *Client) ListPhoneProviders(ctx context.Context) ([]PhoneProvider, error) {
	type list struct {
		Providers []PhoneProvider `json:"providers"`
	}
	op := operation{name: "list the phone providers"}
	found, err := call[list](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.phoneProviders.List(ctx, &management.ListBrandingPhoneProvidersRequestParameters{}, sdk)
		return err
	})
	return found.Providers, err
}
