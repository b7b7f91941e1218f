package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// TestWhileTheProviderIsNotKnown: with an unknown provider argument, a state stays as it is, a create and an update are planned, an
// apply says why it cannot be done, and a later apply, when all is known, does it.
func TestWhileTheProviderIsNotKnown(t *testing.T) {
	setEnv(t, nil)
	tenant := acctest.New(t)
	forms := tenant.Client("forms", "read:users")
	for kind, subject := range faultSubjects() {
		t.Run(kind, func(t *testing.T) {
			config := subject.config(forms, tenant.Domain())
			made := acctest.NewRun(t, tenant, kind).Apply(nil, config)
			for argument := range providerAttributes(t) {
				if argument == "connection_secrets" {
					continue // only users without a secret need it
				}
				tenant.ForgetRequests()
				unknown := attributes{argument: acctest.Unknown}
				if slices.Contains([]string{"api_token", "client_assertion_private_key", "client_assertion", "cli_login"}, argument) {
					unknown = unknown.With(attributes{"client_id": nil, "client_secret": nil})
				}
				run := acctest.NewRun(t, tenant, kind, unknown)

				read, diags := run.TryRead(made)
				if len(diags) != 0 || read == nil || !read.State.Equal(made.State) {
					t.Errorf("%s: the state did not stay: %v, %s", argument, read, acctest.Format(diags))
				}
				if _, diags := run.TryPlan(nil, config); len(diags) != 0 {
					t.Errorf("%s: a plan to create: %s", argument, acctest.Format(diags))
				}
				change, diags := run.TryPlan(made, config)
				if len(diags) != 0 {
					t.Errorf("%s: a plan on top: %s", argument, acctest.Format(diags))
				} else if moved := change.Changed(); len(moved) != 0 {
					t.Errorf("%s: a plan on top changes %v", argument, moved)
				}
				if n := len(tenant.Requests()); n != 0 {
					t.Errorf("%s: %d requests were sent:\n%s", argument, n, tenant.Summary())
				}
				_, diags = run.TryApply(run.Plan(nil, config), config)
				acctest.ExpectError(t, diags, "", "Unable to create", "not known before they are applied")
				diags = run.Destroy(made)
				acctest.ExpectError(t, diags, "", "Unable to delete", "not known before they are applied")
			}
			acctest.RequireNoError(t, acctest.NewRun(t, tenant, kind).Destroy(made))

			// Planned while nothing was known, applied when everything is.
			planned := acctest.NewRun(t, tenant, kind, attributes{"domain": acctest.Unknown,
				"client_secret": acctest.Unknown}).Plan(nil, config)
			later := acctest.NewRun(t, tenant, kind)
			made, diags := later.TryApply(planned, config)
			acctest.RequireNoError(t, diags)
			acctest.RequireNoError(t, later.Destroy(made))
		})
	}
}

// TestDataWhileTheProviderIsNotKnown: what is read during a plan is an error, and nothing is sent.
func TestDataWhileTheProviderIsNotKnown(t *testing.T) {
	setEnv(t, nil)
	objects := newTestObjects(t)
	for kind, names := range registered(t) {
		if !slices.Contains([]string{"data source", "ephemeral resource", "list resource"}, kind) {
			continue
		}
		for _, name := range names {
			config := objects.row(t, kind, name).config.Without("vault_connection")
			if name == "auth0vault_access_token" {
				config = attributes{} // the token of the provider's own client
			}
			for _, argument := range []string{"domain", "client_secret", "ca_cert_file", "requests_per_second"} {
				run := acctest.NewRun(t, objects.tenant, name, attributes{argument: acctest.Unknown})
				_, diags := use(run, kind, name, config)
				acctest.ExpectError(t, diags, "", "Unable to ", "not known before they are applied", "terraform apply -target")
			}
		}
	}
	if n := len(objects.tenant.Requests()); n != 0 {
		t.Errorf("%d requests were sent:\n%s", n, objects.tenant.Summary())
	}
}

// TestVaultConnectionNeedsNoOwnClient: users with a vault_connection need no credentials of the provider. Other objects report which
// arguments are missing.
func TestVaultConnectionNeedsNoOwnClient(t *testing.T) {
	setEnv(t, nil)
	tenant := acctest.New(t)
	forms := tenant.Client("forms", "read:users", "create:users", "update:users", "delete:users")
	through := attributes{"domain": tenant.Domain(), "client_id": forms.ID, "client_secret": forms.Secret}
	config := attributes{"email": "ada@example.com", "email_verified": true, "password": "correct horse battery 1A",
		"vault_connection": through}
	for name, provided := range map[string]attributes{
		"nothing": {"domain": nil, "client_id": nil, "client_secret": nil},
		"the secrets": {"domain": nil, "client_id": nil, "client_secret": nil,
			"connection_secrets": map[string]any{tenant.Domain() + "/" + forms.ID: forms.Secret}},
		"own, not known": {"domain": acctest.Unknown, "client_secret": acctest.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			tenant.ForgetRequests()
			config := config
			if name == "the secrets" {
				config = config.With(attributes{"vault_connection": through.Without("client_secret")})
			}
			run := acctest.NewRun(t, tenant, "auth0vault_user", provided)
			made := run.Apply(nil, config)
			made = run.Apply(run.Read(made), config.With(attributes{"nickname": "countess"}))
			_, diags := run.Data("auth0vault_user", attributes{"email": "ada@example.com", "vault_connection": config["vault_connection"]})
			acctest.RequireNoError(t, diags)
			acctest.RequireNoError(t, run.Destroy(made))
			for _, r := range tenant.Requests() {
				if r.ClientID != forms.ID {
					t.Errorf("%s %s was authorized by %q", r.Method, r.Path, r.ClientID)
				}
			}
			if name == "own, not known" {
				return
			}
			for kind, subject := range faultSubjects() {
				_, diags := run.Of(kind).TryPlan(nil, subject.config(forms, tenant.Domain()))
				text := acctest.Format(diags)
				for _, argument := range []string{"domain", "client_id", "client_secret"} {
					if want := "Missing provider argument: " + argument; !strings.Contains(text, want) || !strings.Contains(text, variables[argument]) {
						t.Errorf("a plan of %s does not say %q, or not %s:\n%s", kind, want, variables[argument], text)
					}
				}
			}
			_, diags = run.Data("auth0vault_connections", nil)
			if text := acctest.Format(diags); !strings.Contains(text, "Missing provider argument: domain") {
				t.Errorf("data without a client: %s", text)
			}
		})
	}
}

// TestWrongOwnCredentials: the error names the host, the client, and where both are configured.
func TestWrongOwnCredentials(t *testing.T) {
	tenant := acctest.New(t)
	for name, test := range map[string]struct {
		env  env // with the domain
		want []string
	}{
		"wrong secret":   {env{"client_id": tenant.Own.ID, "client_secret": "wrong"}, []string{tenant.Own.ID, "AUTH0_CLIENT_SECRET"}},
		"unknown client": {env{"client_id": "unknown", "client_secret": tenant.Own.Secret}, []string{"unknown", "AUTH0_CLIENT_ID"}},
		"wrong token":    {env{"api_token": "a.b.c"}, []string{"401", "AUTH0_API_TOKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.env["domain"] = tenant.Domain()
			setEnv(t, test.env)
			run := acctest.NewRun(t, tenant, "auth0vault_user", attributes{"domain": nil, "client_id": nil, "client_secret": nil})
			_, diags := run.Data("auth0vault_user", attributes{"email": "ada@example.com"})
			acctest.ExpectError(t, diags, "", append(test.want, "Unable to read user", tenant.Domain())...)
			for _, secret := range []string{tenant.Own.Secret, fmt.Sprintf("%q", "wrong")} {
				if strings.Contains(acctest.Format(diags), secret) {
					t.Errorf("the message holds the secret %s", secret)
				}
			}
		})
	}
}
