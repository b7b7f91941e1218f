package connection_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// The audience is known at plan as soon as the domain is.
func TestPlan_audience(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	base := minimalConfig(tenant, client)
	upper := strings.ToUpper(tenant.Domain())
	r := newRun(t, tenant)
	for _, test := range []struct {
		edit acctest.Attributes
		want any
	}{
		{acctest.Attributes{}, tenant.Audience()},
		{acctest.Attributes{"domain": upper}, tenant.Audience()},
		{acctest.Attributes{"domain": acctest.Unknown}, acctest.Unknown},
		{acctest.Attributes{"audience": "https://api.example.com/"}, "https://api.example.com/"},
		{acctest.Attributes{"domain": acctest.Unknown, "audience": "https://api.example.com/"}, "https://api.example.com/"},
		{acctest.Attributes{"audience": acctest.Unknown}, acctest.Unknown},
	} {
		if got := get(t, r.Plan(nil, base.With(test.edit)).State, "audience"); got != test.want {
			t.Errorf("%v: the audience is planned as %v, want %v", test.edit, got, test.want)
		}
	}

	// It follows a changed domain, keeps an explicit value, and comes back to the default.
	elsewhere := acctest.Attributes{"domain": "elsewhere.eu.auth0.com", "verify_credentials": false}
	created := r.Apply(nil, base.With(acctest.Attributes{"verify_credentials": false}))
	for _, test := range []struct{ edit, want acctest.Attributes }{
		{elsewhere, acctest.Attributes{"domain": "elsewhere.eu.auth0.com", "audience": "https://elsewhere.eu.auth0.com/api/v2/"}},
		{elsewhere.With(acctest.Attributes{"audience": "https://api.example.com/"}), acctest.Attributes{"domain": "elsewhere.eu.auth0.com", "audience": "https://api.example.com/"}},
		{elsewhere.With(acctest.Attributes{"domain": "third.eu.auth0.com", "audience": "https://api.example.com/"}), acctest.Attributes{"domain": "third.eu.auth0.com", "audience": "https://api.example.com/"}},
		{acctest.Attributes{"verify_credentials": false}, acctest.Attributes{"domain": tenant.Domain(), "audience": tenant.Audience()}},
	} {
		config := base.With(test.edit)
		tenant.ForgetRequests()
		r := newRun(t, tenant)
		created = r.Apply(r.Read(created), config)
		mustHaveWritten(t, tenant, "PATCH setup 200")
		c, err := stored(tenant)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range test.want {
			if c.Setup[name] != want || get(t, created.State, name) != want {
				t.Errorf("%v: the tenant holds %s %v, the state %v, want %v", test.edit, name, c.Setup[name], get(t, created.State, name), want)
			}
		}
		expectEmptyPlan(t, tenant, created, config)
	}
}

// An unknown domain, client or secret turns out to be what it was: nothing to do.
func TestPlan_unknownTurnsOutTheSame(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	base := minimalConfig(tenant, client).With(acctest.Attributes{"actions": []string{"GET_USER"}})
	created := newRun(t, tenant).Apply(nil, base)
	for _, name := range []string{"name", "domain", "client_id", "client_secret", "audience", "actions", "required_scopes", "verify_credentials", "reconnect_triggers"} {
		tenant.ForgetRequests()
		r := newRun(t, tenant)
		after, diags := r.TryApply(r.Plan(r.Read(created), base.With(acctest.Attributes{name: acctest.Unknown})), base)
		acctest.MustSucceed(t, diags)
		mustHaveWritten(t, tenant)
		expectEmptyPlan(t, tenant, after, base)
	}
}

// What needs a provider that is not configured yet waits where it can.
func TestPlan_unknownProvider(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)
	created := newRun(t, tenant).Apply(nil, config)
	tenant.ForgetRequests()
	forgotten := *created
	forgotten.Identity = nil // of a Terraform that knows no identities
	for _, argument := range []string{"domain", "client_id", "client_secret", "audience", "ca_cert_file"} {
		r := newRun(t, tenant, acctest.Attributes{argument: acctest.Unknown})
		now := r.Read(created)
		if !now.State.Equal(created.State) {
			t.Errorf("unknown %s: the refresh changed the state", argument)
		}
		r.Plan(nil, config)
		r.Plan(created, config.With(acctest.Attributes{"name": "renamed"}))
		_, diags := r.TryImport("name:forms", nil)
		acctest.ExpectError(t, diags, "", "Unable to import vault connection", "not known before they are applied")
		if n := len(tenant.Requests()); n > 0 {
			t.Errorf("unknown %s: %d requests were sent", argument, n)
		}
		// An identity never changes, not even where the domain was not known at first.
		newRun(t, tenant).Read(r.Read(&forgotten))
		tenant.ForgetRequests()
	}
}

// A rename alone touches neither the scopes nor the account in the plan.
func TestPlan_rename(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)
	r := newRun(t, tenant)
	created := r.Apply(nil, config)
	plan := r.Plan(created, config.With(acctest.Attributes{"name": "renamed"}))
	for _, name := range plan.Changed() {
		switch name {
		case "name", "fingerprint", "updated_at", "refreshed_at":
		default:
			t.Errorf("the plan changes %s", name)
		}
	}
}
