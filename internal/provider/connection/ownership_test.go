package connection_test

import (
	"fmt"
	"slices"
	"testing"

	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/connection"
)

// attributes is what must be known about every attribute that a configuration can
// set: an attribute without a row fails TestOwnership_complete.
var attributes = map[string]struct {
	// other is a value that differs from that of the base configuration. Sent or
	// verified, it would fail or be seen.
	other any
	// kinds are the kinds of the secret with which the attribute can be set; nil is all.
	kinds []string
	// removed is what Terraform writes when the attribute leaves the configuration,
	// and left is its value in the state after that.
	removed []string
	left    any
	// stays says that it cannot leave the configuration alone.
	stays bool
}{
	"name":                     {other: "other", stays: true},
	"domain":                   {other: "other.eu.auth0.com", stays: true},
	"client_id":                {other: "other", stays: true},
	"client_secret":            {other: "other", kinds: []string{"in state"}, stays: true},
	"client_secret_wo":         {other: "other", kinds: []string{"write-only", "versioned"}, stays: true},
	"client_secret_wo_version": {other: 2, kinds: []string{"versioned"}, removed: []string{"PATCH setup 200"}},
	"audience":                 {other: "https://other.example.com/", removed: []string{"PATCH setup 200"}, left: "DEFAULT"},
	"actions":                  {other: []string{"UPDATE_USER"}},
	"required_scopes":          {other: []string{"read:roles"}},
	"verify_credentials":       {other: false, left: true},
	"reconnect_triggers":       {other: map[string]string{"a": "2"}, removed: []string{"PATCH setup 200"}},
	"force_destroy":            {other: false, left: false},
}

// computed are the attributes that no configuration can set.
var computed = []string{
	"id", "client_secret_set_at", "granted_scopes", "account_name", "ready", "fingerprint", "created_at", "updated_at", "refreshed_at",
}

func TestOwnership_complete(t *testing.T) {
	t.Parallel()
	var resp fwresource.SchemaResponse
	connection.NewResource().Schema(t.Context(), fwresource.SchemaRequest{}, &resp)
	for name, attribute := range resp.Schema.Attributes {
		_, configured := attributes[name]
		if settable := attribute.IsRequired() || attribute.IsOptional(); settable != configured || settable == slices.Contains(computed, name) {
			t.Errorf("%s is in the wrong table, or in none", name)
		}
	}
}

// fullConfig sets every attribute, with a secret of the given kind.
func fullConfig(tenant *acctest.Tenant, client emulator.Client, kind string) acctest.Attributes {
	config := minimalConfig(tenant, client)
	if kind != "in state" {
		config = writeOnly(tenant, client)
	}
	if kind == "versioned" {
		config["client_secret_wo_version"] = 1
	}
	return config.With(acctest.Attributes{
		"audience": "https://api.example.com/", "actions": []string{"GET_USER"}, "required_scopes": []string{"create:users"},
		"verify_credentials": true, "reconnect_triggers": map[string]string{"a": "1"}, "force_destroy": true,
	})
}

// forEachAttribute runs a test for every attribute and kind of secret, with a tenant
// that knows the audience of fullConfig.
func forEachAttribute(t *testing.T, test func(t *testing.T, tenant *acctest.Tenant, client emulator.Client, name, kind string)) {
	t.Helper()
	for name, attribute := range attributes {
		for _, kind := range []string{"in state", "write-only", "versioned"} {
			if attribute.kinds != nil && !slices.Contains(attribute.kinds, kind) {
				continue
			}
			inBubble(t, name+", secret "+kind, func(t *testing.T, tenant *acctest.Tenant) {
				t.Helper()
				client := tenant.Client("forms", "read:users", "create:users")
				tenant.AddAPI(emulator.API{Identifier: "https://api.example.com/", Scopes: []string{"read:users", "create:users"}})
				tenant.AddGrant(emulator.Grant{ClientID: client.ID, Audience: "https://api.example.com/", Scope: []string{"read:users", "create:users"}})
				test(t, tenant, client, name, kind)
			})
		}
	}
}

// What ignore_changes names is neither planned nor sent, whatever else changes.
func TestOwnership_ignored(t *testing.T) {
	t.Parallel()
	forEachAttribute(t, func(t *testing.T, tenant *acctest.Tenant, client emulator.Client, name, kind string) {
		t.Helper()
		base := fullConfig(tenant, client, kind)
		created := newRun(t, tenant).Apply(nil, base)
		before, err := stored(tenant)
		if err != nil {
			t.Fatal(err)
		}
		edited := base.With(acctest.Attributes{name: attributes[name].other})
		run := func() *acctest.Run { return newRun(t, tenant).Ignoring(name) }

		tenant.ForgetRequests()
		r := run()
		planned, diags := r.TryPlan(r.Read(created), edited)
		if changed := planned.Changed(); len(changed)+len(diags) > 0 {
			t.Errorf("the plan changes %v and says %s", changed, acctest.Said(diags))
		}

		unrelated, want := acctest.Attributes{"name": "renamed"}, []string{"PATCH name 200"}
		if name == "name" {
			unrelated, want = acctest.Attributes{"required_scopes": []string{"read:users"}}, nil
		}
		edited = edited.With(unrelated)
		r = run()
		after := r.Apply(r.Read(created), edited)
		mustHaveWritten(t, tenant, want...)
		got, err := stored(tenant)
		if err != nil || fmt.Sprint(got.Setup) != fmt.Sprint(before.Setup) {
			t.Errorf("the tenant holds the setup %v, want %v", got.Setup, before.Setup)
		}
		if got, want := get(t, after.State, name), get(t, created.State, name); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v in the state, want %v", name, got, want)
		}
		r = run()
		if changed := r.Plan(r.Read(after), edited).Changed(); len(changed) > 0 {
			t.Errorf("the plan after that changes %v", changed)
		}
	})
}

// What leaves the configuration is set back; what the configuration never set after
// an import is left alone.
func TestOwnership_removed(t *testing.T) {
	t.Parallel()
	forEachAttribute(t, func(t *testing.T, tenant *acctest.Tenant, client emulator.Client, name, kind string) {
		t.Helper()
		base, attribute := fullConfig(tenant, client, kind), attributes[name]
		without := base.Without(name)
		if attribute.stays {
			if diags := newRun(t, tenant).Validate(without); !acctest.Failed(diags) {
				t.Error("it may leave the configuration")
			}
			return
		}
		if attribute.left == "DEFAULT" {
			attribute.left = tenant.Audience()
		}
		left := func(o *acctest.Object) {
			t.Helper()
			if got := get(t, o.State, name); got != attribute.left {
				t.Errorf("%s is %v in the state, want %v", name, got, attribute.left)
			}
			expectEmptyPlan(t, tenant, o, without)
		}
		created := newRun(t, tenant).Apply(nil, base)
		tenant.ForgetRequests()
		r := newRun(t, tenant)
		created = r.Apply(r.Read(created), without)
		mustHaveWritten(t, tenant, attribute.removed...)
		left(created)

		tenant.ForgetRequests()
		r = newRun(t, tenant)
		imported, diags := r.TryImport(get(t, created.State, "id").(string), nil)
		acctest.MustSucceed(t, diags)
		created = r.Apply(imported, without)
		mustHaveWritten(t, tenant, "PATCH setup 200")
		left(created)
	})
}

// A vault connection that is imported without its setup stays as it is, with
// everything that is in ignore_changes.
func TestOwnership_imported(t *testing.T) {
	t.Parallel()
	all := []string{"domain", "client_id", "client_secret", "client_secret_wo", "client_secret_wo_version", "audience"}
	for name, test := range map[string]struct {
		kind    string
		ignored []string
		edit    func(acctest.Attributes) acctest.Attributes
		// warned is what the plan says; it has something to take over then.
		warned string
	}{
		"the setup left out":                   {kind: "in state", edit: func(c acctest.Attributes) acctest.Attributes { return acctest.Attributes{"name": c["name"]} }},
		"the setup ignored":                    {kind: "in state", ignored: all},
		"the setup ignored, write-only secret": {kind: "versioned", ignored: all},
		"the secret ignored":                   {kind: "in state", ignored: []string{"client_secret"}, warned: "is not sent"},
		"the write-only secret ignored":        {kind: "write-only", ignored: []string{"client_secret_wo"}, warned: "is not sent"},
	} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			there := addRemote(tenant, "forms", client)
			config := minimalConfig(tenant, client)
			if test.kind != "in state" {
				config = writeOnly(tenant, client)
			}
			if test.kind == "versioned" {
				config["client_secret_wo_version"] = 1
			}
			if test.edit != nil {
				config = test.edit(config)
			}
			r := newRun(t, tenant).Ignoring(test.ignored...)
			imported, diags := r.TryImport(there.ID, nil)
			acctest.MustSucceed(t, diags)
			planned, diags := r.TryPlan(imported, config)
			acctest.MustSucceed(t, diags)
			if test.warned != "" {
				acctest.ExpectWarning(t, diags, "", test.warned, there.ID)
			} else if changed := planned.Changed(); len(changed)+len(diags) > 0 {
				t.Errorf("the plan changes %v and says %s", changed, acctest.Said(diags))
			}
			// Another name sends no setup, and no more does the plan after that.
			config = config.With(acctest.Attributes{"name": "renamed"})
			created := r.Apply(imported, config)
			mustHaveWritten(t, tenant, "PATCH name 200")
			r = newRun(t, tenant).Ignoring(test.ignored...)
			planned, diags = r.TryPlan(r.Read(created), config)
			if changed := planned.Changed(); len(changed)+len(diags) > 0 {
				t.Errorf("the plan after that changes %v and says %s", changed, acctest.Said(diags))
			}
		})
	}
}

// A setup cannot be sent in part. Where the plan shows that it changes, it takes an
// ignored secret along: that of the state, or the write-only one of the configuration.
func TestOwnership_setupWithIgnoredSecret(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(*acctest.Tenant, emulator.Client) acctest.Attributes{"client_secret": minimalConfig, "client_secret_wo": writeOnly} {
		inBubble(t, name, func(t *testing.T, tenant *acctest.Tenant) {
			t.Helper()
			client := tenant.Client("forms", "read:users")
			tenant.AddAPI(emulator.API{Identifier: "https://api.example.com/"})
			tenant.AddGrant(emulator.Grant{ClientID: client.ID, Audience: "https://api.example.com/"})
			created := newRun(t, tenant).Apply(nil, configure(tenant, client))
			sent := client.Secret
			if name == "client_secret_wo" {
				sent = rotate(tenant, client, "another-secret-0123456789").Secret
			}
			tenant.ForgetRequests()
			r := newRun(t, tenant).Ignoring(name)
			planned := r.Plan(r.Read(created), configure(tenant, client).With(acctest.Attributes{name: "another-secret-0123456789", "audience": "https://api.example.com/"}))
			if !slices.Contains(planned.Changed(), "client_secret_set_at") {
				t.Errorf("the plan does not show that the secret is sent, but %v", planned.Changed())
			}
			r.Apply(planned.Prior, configure(tenant, client).With(acctest.Attributes{name: "another-secret-0123456789", "audience": "https://api.example.com/"}))
			mustHaveWritten(t, tenant, "PATCH setup 200")
			if c, err := stored(tenant); err != nil || c.Setup["client_secret"] != sent || c.Setup["audience"] != "https://api.example.com/" {
				t.Errorf("the tenant holds %v, %v", c.Setup, err)
			}
		})
	}
}
