package notifications_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const typeName = "auth0vault_notifications"

type attributes = acctest.Attributes

var none = attributes{"configured": false, "enabled": false}

func provided(by string, enabled bool) attributes {
	return attributes{"configured": true, "enabled": enabled, "provider": by}
}

func newRun(t *testing.T, tenant *acctest.Tenant, scopes ...string) *acctest.Run {
	t.Helper()
	own := tenant.Client("own", scopes...)
	return acctest.NewRun(t, tenant, "auth0vault_flow", attributes{"client_id": own.ID, "client_secret": own.Secret})
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	methods := func(names ...any) map[string]any { return map[string]any{"delivery_methods": names} }
	for name, test := range map[string]struct {
		email  *emulator.EmailProvider
		phones []emulator.PhoneProvider
		want   attributes
	}{
		"none": {nil, nil, attributes{"email": none, "text": none, "voice": none}},
		"all": {
			&emulator.EmailProvider{Name: "sendgrid", Enabled: true},
			[]emulator.PhoneProvider{{Name: "twilio", Configuration: methods("text", "voice")}},
			attributes{"email": provided("sendgrid", true), "text": provided("twilio", true), "voice": provided("twilio", true)},
		},
		"disabled": {
			&emulator.EmailProvider{Name: "smtp"}, []emulator.PhoneProvider{{Name: "twilio", Disabled: true, Configuration: methods("text")}},
			attributes{"email": provided("smtp", false), "text": provided("twilio", false), "voice": none},
		},
		"the enabled one of several": {
			nil, []emulator.PhoneProvider{
				{ID: "1", Name: "twilio", Disabled: true, Configuration: methods("text", "voice")},
				{ID: "2", Name: "custom", Configuration: methods("text")},
			},
			attributes{"email": none, "text": provided("custom", true), "voice": provided("twilio", false)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.New(t)
			tenant.SetEmailProvider(test.email)
			for _, phone := range test.phones {
				tenant.AddPhoneProvider(phone)
			}
			got, diags := newRun(t, tenant, "read:email_provider", "read:phone_providers").Data(typeName, attributes{})
			acctest.RequireNoError(t, diags)
			if got := acctest.Get(got); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if n := len(tenant.Asked("", "/")); n != 2 {
				t.Errorf("took %d requests\n%s", n, tenant.Summary())
			}
		})
	}
}

// TestNotifications_channels: a channel that is not asked for is null, and needs no scope.
func TestNotifications_channels(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	tenant.SetEmailProvider(&emulator.EmailProvider{Name: "ses", Enabled: true})
	got, diags := newRun(t, tenant, "read:email_provider").Data(typeName, attributes{"channels": []string{"email"}})
	acctest.RequireNoError(t, diags)
	want := attributes{"channels": []any{"email"}, "email": provided("ses", true)}
	if got := acctest.Get(got); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got, diags = newRun(t, tenant, "read:phone_providers").Data(typeName, attributes{"channels": []string{"voice"}})
	acctest.RequireNoError(t, diags)
	if want := (attributes{"channels": []any{"voice"}, "voice": none}); !reflect.DeepEqual(acctest.Get(got), want) {
		t.Errorf("got %v, want %v", got, want)
	}

	_, diags = newRun(t, tenant, "read:email_provider").Data(typeName, attributes{})
	acctest.ExpectError(t, diags, "", "Unable to read notification providers", "read:phone_providers")
	_, diags = newRun(t, tenant, "read:phone_providers").Data(typeName, attributes{})
	acctest.ExpectError(t, diags, "", "Unable to read notification providers", "read:email_provider")
	run := newRun(t, tenant)
	acctest.ExpectError(t, run.ValidateData(typeName, attributes{"channels": []string{"fax"}}), `channels["fax"]`, `"fax"`)
	acctest.ExpectError(t, run.ValidateData(typeName, attributes{"channels": []string{}}), "channels", "at least 1")
}

// TestNotifications_failure: a failed request is an error, not a missing provider.
func TestNotifications_failure(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/api/v2/emails/provider", "/api/v2/branding/phone/providers"} {
		tenant := acctest.New(t)
		tenant.Fail(emulator.Fault{Path: path, Status: http.StatusBadRequest, Times: -1})
		_, diags := newRun(t, tenant, "read:email_provider", "read:phone_providers").Data(typeName, attributes{})
		acctest.ExpectError(t, diags, "", "Unable to read notification providers", "400")
	}
}
