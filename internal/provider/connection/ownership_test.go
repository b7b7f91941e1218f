package connection_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// argument says how one argument of the resource is owned.
type argument struct {
	// other is a value that differs from that of the full configuration. Sent or
	// verified, it would fail or be seen.
	other any
	// kinds are the kinds of the secret with which the argument can be set; nil is all.
	kinds []string
	// removed are the writes when the argument leaves the configuration, and left is
	// its value in the state after that.
	removed []string
	left    any
	// stays says that it cannot leave the configuration alone.
	stays bool
}

// arguments has each argument of the resource.
var arguments = map[string]argument{
	"name":                     {other: "other", stays: true},
	"domain":                   {other: "other.eu.auth0.com", stays: true},
	"client_id":                {other: "other", stays: true},
	"client_secret":            {other: "other", kinds: []string{"in state"}, stays: true},
	"client_secret_wo":         {other: "other", kinds: []string{"write-only", "versioned"}, stays: true},
	"client_secret_wo_version": {other: 2, kinds: []string{"versioned"}, removed: sentSetup},
	"audience":                 {other: "https://other.example.com/", removed: sentSetup, left: "DEFAULT"},
	"actions":                  {other: []string{"UPDATE_USER"}, removed: none},
	"required_scopes":          {other: []string{"read:roles"}, removed: none},
	"verify_credentials":       {other: false, removed: none, left: true},
	"reconnect_triggers":       {other: map[string]string{"a": "2"}, removed: sentSetup},
	"force_destroy":            {other: false, removed: none, left: false},
}

// TestConnectionResource_arguments fails for an argument without a row.
func TestConnectionResource_arguments(t *testing.T) {
	t.Parallel()
	c, _ := newConnection(t)
	names, _ := c.NewRun().Attributes()
	slices.Sort(names)
	if rows := slices.Sorted(maps.Keys(arguments)); !slices.Equal(names, rows) {
		t.Errorf("the resource has the arguments %v, the table has %v", names, rows)
	}
}

const apiAudience = "https://api.example.com/"

// eachArgument runs a test for every argument and kind of secret, with a vault
// connection whose configuration has everything.
func eachArgument(t *testing.T, test func(t *testing.T, c *acctest.Resource, name string, a argument)) {
	t.Helper()
	t.Parallel()
	for name, a := range arguments {
		for kind, configure := range kinds {
			if a.kinds != nil && !slices.Contains(a.kinds, kind) {
				continue
			}
			acctest.Subtest(t, name+", secret "+kind, func(t *testing.T) {
				c, client := newConnection(t, "read:users", "create:users")
				addAPI(c.Tenant, client)
				c.Base = configure(c.Tenant, client).With(attributes{
					"audience": apiAudience, "actions": []string{"GET_USER", "CREATE_USER"}, "required_scopes": []string{"create:users", "read:users"},
					"verify_credentials": true, "reconnect_triggers": map[string]string{"a": "1"}, "force_destroy": true,
				})
				c.Run(step{})
				test(t, c, name, a)
			})
		}
	}
}

// addAPI adds an API to a tenant, for which the client has a grant.
func addAPI(tenant *acctest.Tenant, client emulator.Client) {
	scopes := []string{"read:users", "create:users"}
	tenant.AddAPI(emulator.API{Identifier: apiAudience, Scopes: scopes})
	tenant.AddGrant(emulator.Grant{ClientID: client.ID, Audience: apiAudience, Scope: scopes})
}

// What ignore_changes names is neither planned nor sent, whatever else changes.
func TestConnectionResource_ignoreChanges(t *testing.T) {
	eachArgument(t, func(t *testing.T, c *acctest.Resource, name string, a argument) {
		before := onlyConnection(t, c.Tenant)
		unrelated, sent := attributes{"name": "renamed"}, sentName
		if name == "name" {
			unrelated, sent = attributes{"required_scopes": []string{"read:users"}}, none
		}
		change, value := attributes{name: a.other}, acctest.Get(c.Object.State, name)
		c.Run(
			step{Ignore: []string{name}, Set: change, Plan: none, Sent: none},
			step{Ignore: []string{name}, Set: change.With(unrelated), Sent: sent, State: attributes{name: value}},
		)
		if after := onlyConnection(t, c.Tenant); fmt.Sprint(after.Setup) != fmt.Sprint(before.Setup) {
			t.Errorf("the tenant holds the setup %v, want %v", after.Setup, before.Setup)
		}
	})
}

// What leaves the configuration is set back; what the configuration never set after
// an import is left alone.
func TestConnectionResource_removed(t *testing.T) {
	eachArgument(t, func(t *testing.T, c *acctest.Resource, name string, a argument) {
		if a.stays {
			if diags := c.NewRun().Validate(c.Base.Without(name)); !acctest.HasError(diags) {
				t.Error("it may leave the configuration")
			}
			return
		}
		if a.left == "DEFAULT" {
			a.left = c.Audience()
		}
		c.Base = c.Base.Without(name)
		left := attributes{name: a.left}
		c.Run(step{Sent: a.removed, State: left})
		id := c.ID()
		c.Object = nil
		c.Run(step{Import: id, Sent: sentSetup, State: left, Warning: at("", "sent once")})
	})
}

// A vault connection that is imported without its setup stays as it is, with
// everything that is in ignore_changes.
func TestConnectionResource_importLeavesAlone(t *testing.T) {
	t.Parallel()
	all := []string{"domain", "client_id", "client_secret", "client_secret_wo", "client_secret_wo_version", "audience"}
	for name, test := range map[string]struct {
		kind    string
		ignored []string
		// warned is what the plan says; it has something to take over then.
		warned string
	}{
		"the setup left out":                   {},
		"the setup ignored":                    {kind: "in state", ignored: all},
		"the setup ignored, write-only secret": {kind: "versioned", ignored: all},
		"the secret ignored":                   {kind: "in state", ignored: []string{"client_secret"}, warned: "is not sent"},
		"the write-only secret ignored":        {kind: "write-only", ignored: []string{"client_secret_wo"}, warned: "is not sent"},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t)
			there := addRemote(c.Tenant, "forms", client)
			c.Base = attributes{"name": "forms"}
			if test.kind != "" {
				c.Base = kinds[test.kind](c.Tenant, client)
			}
			imported := step{Import: there.ID, Ignore: test.ignored, PlanOnly: true}
			renamed := step{Import: there.ID, Ignore: test.ignored, Set: attributes{"name": "renamed"}, Sent: sentName}
			if test.warned != "" {
				imported.Warning = at("", test.warned, there.ID)
				renamed.Warning = imported.Warning
			} else {
				imported.Plan = none
			}
			c.Run(imported, renamed)
		})
	}
}

// A part of a setup, which ignore_changes leaves of the configuration of an imported vault connection, is not sent.
func TestConnectionResource_importIgnoresDomain(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	there := addRemote(c.Tenant, "forms", client)
	c.Run(step{Import: there.ID, Ignore: []string{"domain"}, Set: attributes{"name": "renamed"}, Sent: sentName})
}

// A setup cannot be sent in part. Where the plan shows that it changes, it takes an
// ignored secret along: that of the state, or the write-only one of the configuration.
func TestConnectionResource_setupWithIgnoredSecret(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(*acctest.Tenant, emulator.Client) attributes{"client_secret": inState,
		"client_secret_wo": writeOnly} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t)
			addAPI(c.Tenant, client)
			c.Base = configure(c.Tenant, client)
			c.Run(step{})
			sent := client.Secret
			if name == "client_secret_wo" {
				sent = rotate(c.Tenant, client).Secret
			}
			c.Run(step{
				Ignore: []string{name}, Set: attributes{name: nextSecret, "audience": apiAudience},
				Plan: append(slices.Clone(setupPlan), "audience"), Sent: sentSetup,
				Pending: true,
			})
			if setup := onlyConnection(t, c.Tenant).Setup; setup["client_secret"] != sent || setup["audience"] != apiAudience {
				t.Errorf("the tenant holds %v", setup)
			}
			if !slices.ContainsFunc(c.Tokens(), func(r emulator.Request) bool { return r.ClientID == client.ID }) {
				t.Error("the credentials were not verified")
			}
		})
	}
}
