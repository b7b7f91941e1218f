package auth0

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestVaultConnection_bodies: the exact body. A name alone never brings the
// secret along, and a setup is always whole.
func TestVaultConnection_bodies(t *testing.T) {
	t.Parallel()
	setup := VaultConnectionSetup{Domain: "acme.eu.auth0.com", ClientID: "c", ClientSecret: `s"e<c>r&et`}
	withAudience := setup
	withAudience.Audience = "https://acme.eu.auth0.com/api/v2/"
	const whole = `{"client_id":"c","client_secret":"s\"e<c>r&et","domain":"acme.eu.auth0.com","type":"OAUTH_APP"}`
	for name, test := range map[string]struct {
		run  func(*Client) error
		want string
	}{
		"create": {
			func(c *Client) error { return errorOf(c.CreateVaultConnection(t.Context(), "forms", &setup)) },
			`{"app_id":"AUTH0","name":"forms","setup":` + whole + `}`,
		},
		"create without a setup": {
			func(c *Client) error { return errorOf(c.CreateVaultConnection(t.Context(), "forms", nil)) },
			`{"app_id":"AUTH0","name":"forms"}`,
		},
		"create with an audience": {
			func(c *Client) error { return errorOf(c.CreateVaultConnection(t.Context(), "forms", &withAudience)) },
			`{"app_id":"AUTH0","name":"forms","setup":{"audience":"https://acme.eu.auth0.com/api/v2/","client_id":"c",` +
				`"client_secret":"s\"e<c>r&et","domain":"acme.eu.auth0.com","type":"OAUTH_APP"}}`,
		},
		"rename": {
			func(c *Client) error { return errorOf(c.UpdateVaultConnection(t.Context(), "ac_1", ptr("new"), nil)) },
			`{"name":"new"}`,
		},
		"rotate": {
			func(c *Client) error { return errorOf(c.UpdateVaultConnection(t.Context(), "ac_1", nil, &setup)) },
			`{"setup":` + whole + `}`,
		},
		"both": {
			func(c *Client) error {
				return errorOf(c.UpdateVaultConnection(t.Context(), "ac_1", ptr("new"), &setup))
			},
			`{"name":"new","setup":` + whole + `}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{api: func(*http.Request, int) (*http.Response, error) { return reply(http.StatusOK, `{"id":"ac_1"}`) }}
			if err := test.run(fakeClient(t, fake)); err != nil {
				t.Fatal(err)
			}
			if got := inOrder(t, fake.sent[len(fake.sent)-1].body); got != inOrder(t, test.want) {
				t.Errorf("sent %s, expected %s", got, test.want)
			}
		})
	}
}

// TestVaultConnection_shapes: the recorded answers, and others that may come.
func TestVaultConnection_shapes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"as recorded": {
			`{"id":"ac_driHxZHbTWt3zCyXRqsDFo","app_id":"HTTP","name":"forms","ready":false,"created_at":"2024-09-30T10:30:24.834Z",` +
				`"updated_at":"2024-09-30T10:30:24.834Z","refreshed_at":null,"fingerprint":"6879858e37a98f15e5bd92ff4d480967"}`,
			"ac_driHxZHbTWt3zCyXRqsDFo HTTP forms  false 2024-09-30T10:30:24.834Z 2024-09-30T10:30:24.834Z  6879858e37a98f15e5bd92ff4d480967",
		},
		"with a setup": {
			`{"id":"ac_1","app_id":"AUTH0","name":"forms","account_name":"acme.eu.auth0.com","ready":true,` +
				`"created_at":"2024-09-12T12:52:15.805Z","updated_at":"2024-09-12T12:52:15.805Z","refreshed_at":"2024-09-12T12:52:15.800Z",` +
				`"fingerprint":"f"}`,
			"ac_1 AUTH0 forms acme.eu.auth0.com true 2024-09-12T12:52:15.805Z 2024-09-12T12:52:15.805Z 2024-09-12T12:52:15.800Z f",
		},
		"further keys":     {`{"id":"ac_1","environment":"production","setup":{"type":"OAUTH_APP"},"owner":null}`, "ac_1    false    "},
		"dates as objects": {`{"id":"ac_1","created_at":{"$date":1},"updated_at":17,"refreshed_at":[]}`, "ac_1    false    "},
		"missing keys":     {`{"id":"ac_1"}`, "ac_1    false    "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{api: func(r *http.Request, n int) (*http.Response, error) {
				if r.URL.Path == vaultPath && r.Method == http.MethodGet {
					return reply(http.StatusOK, `{"limit":100,"start":0,"total":1,"connections":[`+test.body+`],"more":true}`)
				}
				return reply(http.StatusCreated, test.body)
			}}
			client := fakeClient(t, fake)
			made, err := client.CreateVaultConnection(t.Context(), "forms", &VaultConnectionSetup{})
			if err != nil {
				t.Fatal(err)
			}
			all, err := another(client).LookupVaultConnections(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("got %v, %v", all, err)
			}
			one, err := another(client).LookupVaultConnection(t.Context(), made.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []VaultConnection{*made, all[0], *one} {
				got := fmt.Sprintf("%s %s %s %s %v %s %s %s %s", c.ID, c.AppID, c.Name, c.AccountName, c.Ready, c.CreatedAt, c.UpdatedAt,
					c.RefreshedAt, c.Fingerprint)
				if got != test.want {
					t.Errorf("got %q, expected %q", got, test.want)
				}
			}
		})
	}
}

func TestTimestamp(t *testing.T) {
	t.Parallel()
	for text, want := range map[Timestamp]time.Time{
		"2024-09-30T10:30:24.834Z":         time.Date(2024, 9, 30, 10, 30, 24, 834e6, time.UTC),
		"2024-09-30T10:30:24Z":             time.Date(2024, 9, 30, 10, 30, 24, 0, time.UTC),
		"2024-09-30T12:30:24.834567+02:00": time.Date(2024, 9, 30, 10, 30, 24, 834567e3, time.UTC),
		"":                                 {},
		"yesterday":                        {},
		"2024-09-30":                       {},
	} {
		if got := text.Time(); !got.Equal(want) {
			t.Errorf("%q: got %v, expected %v", text, got, want)
		}
	}
}
