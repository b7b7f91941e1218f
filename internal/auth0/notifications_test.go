package auth0

import (
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestNotificationProviders(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	email, err := client.GetEmailProvider(t.Context())
	if !errors.Is(err, ErrNoEmailProvider) {
		t.Errorf("none is configured: %v, %v", email, err)
	}
	phone, err := client.ListPhoneProviders(t.Context())
	if err != nil || len(phone) != 0 {
		t.Errorf("none is configured: %v, %v", phone, err)
	}

	tenant.SetEmailProvider(&emulator.EmailProvider{Name: "smtp", Enabled: true, Credentials: map[string]any{"smtp_pass": "secret"}})
	tenant.AddPhoneProvider(emulator.PhoneProvider{Name: "custom", Disabled: true,
		Configuration: map[string]any{"delivery_methods": []any{"voice"}}})
	email, err = client.GetEmailProvider(t.Context())
	if want := (&EmailProvider{Name: "smtp", Enabled: true}); err != nil || !reflect.DeepEqual(email, want) {
		t.Errorf("got %v, %v", email, err)
	}
	want := PhoneProvider{Name: "custom", Disabled: true}
	want.Configuration.DeliveryMethods = []string{DeliveryVoice}
	phone, err = client.ListPhoneProviders(t.Context())
	if err != nil || !reflect.DeepEqual(phone, []PhoneProvider{want}) {
		t.Errorf("got %v, %v", phone, err)
	}
}

// TestNotificationProviders_otherAnswers: an answer to another question does not say
// that there is no provider.
func TestNotificationProviders_otherAnswers(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() (*http.Response, error){
		"no members": func() (*http.Response, error) { return reply(http.StatusOK, `{}`) },
		"a proxy's page": func() (*http.Response, error) {
			return reply(http.StatusNotFound, `<html>`, "Content-Type", "text/html")
		},
		"another service": func() (*http.Response, error) { return reply(http.StatusNotFound, `{"error":"no route"}`) },
	} {
		client := fakeClient(t, &fakeTenant{api: func(*http.Request, int) (*http.Response, error) { return answer() }})
		if email, err := client.GetEmailProvider(t.Context()); err == nil || errors.Is(err, ErrNoEmailProvider) {
			t.Errorf("%s: got %v", name, email)
		}
		if phone, err := client.ListPhoneProviders(t.Context()); err == nil {
			t.Errorf("%s: got %v", name, phone)
		}
	}
}
