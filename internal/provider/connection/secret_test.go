package connection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// When the setup is sent because of its secret, and when not.
func TestConnectionResource_secret(t *testing.T) {
	t.Parallel()
	inState := func(secret string) attributes { return attributes{"client_secret": secret} }
	writeOnly := func(secret string) attributes { return attributes{"client_secret_wo": secret} }
	versioned := func(secret string, version int) attributes {
		return attributes{"client_secret_wo": secret, "client_secret_wo_version": version}
	}
	const first = "FIRST" // stands for the client's first secret
	for name, steps := range map[string][]step{
		"a new value is noticed": {
			{Set: writeOnly(first)},
			{Set: writeOnly(first).With(attributes{"name": "renamed", "actions": []string{"GET_USER"}}), Sent: sentName},
			{Set: writeOnly(nextSecret).With(attributes{"name": "renamed"}), Sent: sentSetup},
		},
		"a version decides": {
			{Set: writeOnly(first)}, {Set: versioned(first, 1), Sent: sentSetup}, {Set: versioned(nextSecret, 1), Sent: none},
			{Set: versioned(nextSecret, 2), Sent: sentSetup},
			{Set: writeOnly(nextSecret), Sent: sentSetup}, // one with a version has no digest
		},
		"it moves between the attributes": {
			{Set: inState(first)}, {Set: writeOnly(first), Sent: none}, {Set: inState(first), Sent: none},
			{Set: writeOnly(nextSecret), Sent: sentSetup}, {Set: inState(nextSecret), Sent: none},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, client := newConnection(t)
			delete(c.Base, "client_secret")
			for _, s := range steps {
				for attribute, value := range s.Set {
					if value == first {
						s.Set[attribute] = client.Secret
					} else if value == nextSecret && client.Secret != nextSecret {
						client = rotate(c.Tenant, client)
					}
				}
				s.State = attributes{"client_secret": s.Set["client_secret"], "client_secret_wo": nil}
				if c.Run(s); s.Sent == nil || slices.Equal(s.Sent, sentSetup) {
					expectStored(t, c.Tenant, onlyConnection(t, c.Tenant).Name, client)
				}
			}
		})
	}
}

// A write-only value that only the apply knows: each plan announces what the apply may
// have to do, and the apply does it only where it must.
func TestConnectionResource_secretUnknown(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	c.Base = writeOnly(c.Tenant, client)
	notYet := attributes{"client_secret_wo": unknown}
	c.Run(
		step{Set: notYet, Known: attributes{"client_secret_wo": client.Secret}},
		step{Set: notYet, Known: attributes{"client_secret_wo": client.Secret}, Plan: setupPlan, Sent: none},
	)
	client = rotate(c.Tenant, client)
	c.Run(step{Set: notYet, Known: attributes{"client_secret_wo": client.Secret}, Sent: sentSetup})
	expectStored(t, c.Tenant, "forms", client)
}

// A failed update never counts the new secret as stored: the next plan shows it again,
// and once the cause is gone the next apply sends it.
func TestConnectionResource_failedRotation(t *testing.T) {
	t.Parallel()
	echo := `{"statusCode":400,"error":"Bad Request","message":"secret ` + nextSecret + ` is bad","errorCode":"invalid_body"}`
	refused, failed := emulator.Fault{Status: 400, Body: echo}, emulator.Fault{Status: 500, Times: -1, Body: echo}
	for name, test := range map[string]struct {
		kind  string
		fault emulator.Fault
	}{
		"refused, in state":   {"in state", refused},
		"refused, versioned":  {"versioned", refused},
		"failed, not done":    {"write-only", failed},
		"failed, but done":    {"versioned", emulator.Fault{Status: 500, Times: -1, AfterCommit: true}},
		"no answer, but done": {"write-only", emulator.Fault{Drop: true, Times: -1, AfterCommit: true}},
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t)
			c.Run(step{Config: kinds[test.kind](c.Tenant, client)})
			client = rotate(c.Tenant, client)
			next := kinds[test.kind](c.Tenant, client)
			if test.kind == "versioned" {
				next["client_secret_wo_version"] = 2
			}
			test.fault.Method = "PATCH"
			c.Fail(test.fault)
			c.Run(step{Config: next, Unchanged: true, Error: at("", "Unable to update vault connection")})
			c.ForgetFaults()
			// One that was done is a change that this resource knows nothing of.
			again := step{Config: next, Sent: sentSetup}
			if test.fault.AfterCommit {
				again.Warning = at("", "changed outside of Terraform")
			}
			c.Run(again)
			expectStored(t, c.Tenant, "forms", client)
		})
	}
}

// A secret that the token endpoint refuses is neither sent nor remembered.
func TestConnectionResource_refusedRotation(t *testing.T) {
	acctest.Virtual(t, func(t *testing.T) {
		c, client := newConnection(t)
		c.Base = writeOnly(c.Tenant, client)
		wrong := attributes{"client_secret_wo": "not-the-secret"}
		c.Run(
			step{},
			step{Set: wrong, Sent: none, Unchanged: true, Error: at("client_secret_wo", "were refused", client.ID)},
			step{Set: wrong, PlanOnly: true, Plan: setupPlan},
			step{Plan: none},
		)
	})
}

// Two vault connections with the same secret share nothing in private state.
func TestConnectionResource_secretDigest(t *testing.T) {
	t.Parallel()
	c, client := newConnection(t)
	c.Base = writeOnly(c.Tenant, client)
	c.Run(step{})
	first := string(c.Object.Private)
	c.Object = nil
	if c.Run(step{}); first == "" || first == string(c.Object.Private) {
		t.Error("the same secret looks the same in private state")
	}
}

// A write by another client is found, explained, and corrected by sending the setup again.
func TestConnectionResource_drift(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*emulator.VaultConnection){
		"secret":      func(v *emulator.VaultConnection) { v.Setup["client_secret"] = "theirs" },
		"client":      func(v *emulator.VaultConnection) { v.Setup["client_id"] = "theirs" },
		"reset":       func(v *emulator.VaultConnection) { v.Setup, v.Ready, v.AccountName = nil, false, "" },
		"to the same": func(*emulator.VaultConnection) {},
		"name":        func(v *emulator.VaultConnection) { v.Name = "theirs" }, // whoever renamed it may have changed more
	} {
		for kind, configure := range kinds {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				c, client := newConnection(t)
				c.Base = configure(c.Tenant, client)
				c.Run(step{})
				found := step{Before: edit(c, change), Sent: sentSetup, Warning: at("", "changed outside of Terraform", c.ID())}
				if name == "name" {
					found.Sent = []string{"PATCH name setup 200"}
				} else {
					found.Plan = setupPlan
				}
				c.Run(found, found) // each time
				expectStored(t, c.Tenant, "forms", client)
			})
		}
	}
}

// What Auth0 changes by renewing its token is not drift, whether it changes
// updated_at or not; what another client writes after that is.
func TestConnectionResource_tokenRenewal(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]func(*emulator.Behavior){
		"changes both dates":             func(*emulator.Behavior) {},
		"changes refreshed_at only":      func(b *emulator.Behavior) { b.RenewalKeepsUpdatedAt = true },
		"both, refreshed from the start": func(b *emulator.Behavior) { b.RefreshedAtWithSetup = true },
	} {
		acctest.Subtest(t, name, func(t *testing.T) {
			c, client := newConnection(t)
			c.Configure(behavior)
			c.Base = writeOnly(c.Tenant, client)
			renewed := step{Before: func() { c.RefreshVaultToken(c.ID()) }, Plan: none}
			c.Run(step{}, renewed, renewed, step{RefreshOnly: true}, step{Plan: none}) // with and without it in the state
			if acctest.Get(c.Object.State, "refreshed_at") == nil {
				t.Error("the refresh does not show refreshed_at")
			}
			c.Run(step{Before: edit(c, func(v *emulator.VaultConnection) {
				v.Setup["client_secret"] = "theirs"
				v.UpdatedAt = v.RefreshedAt.Add(time.Hour)
			}), Sent: sentSetup, Warning: at("", "changed outside of Terraform")})
			expectStored(t, c.Tenant, "forms", client)
		})
	}
}

// An empty vault connection from its creation to its setup. Credentials that are
// entered in the dashboard are left alone until the configuration has a setup.
func TestConnectionResource_empty(t *testing.T) {
	t.Parallel()
	for name, dashboard := range map[string]bool{"still empty": false, "entered in the dashboard": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, client := newConnection(t)
			setup := c.Base
			c.Base = attributes{"name": "forms"}
			c.Run(step{Sent: []string{"POST app_id name 201"}, State: attributes{
				"domain": nil, "audience": nil, "client_secret_set_at": nil, "granted_scopes": nil, "ready": false,
			}})
			if private := string(c.Object.Private); strings.Contains(private, "last_write") {
				t.Errorf("private state holds %s", private)
			}
			added := step{Config: setup, Set: attributes{"name": "renamed"},
				Plan: append(slices.Clone(setupPlan), "audience", "client_id", "client_secret", "domain"), Sent: sentSetup}
			if dashboard {
				edit(c, func(v *emulator.VaultConnection) {
					v.Setup, v.Ready = setupOf(c.Tenant, emulator.Client{ID: "entered", Secret: "in-the-dashboard"}), true
				})()
				added.Warning = at("", "sent once", "does not reveal the stored setup")
			}
			c.Run(
				step{Plan: none, Sent: none, State: attributes{"ready": dashboard}},
				step{Set: attributes{"name": "renamed"}, Sent: sentName, State: attributes{"ready": dashboard}},
				step{Import: c.ID(), Set: attributes{"name": "renamed"}, Plan: none},
				added,
				// A setup that leaves the configuration is an error of the plan.
				step{PlanOnly: true, Error: at("domain", "cannot be removed", "stay in the vault", c.ID(), "terraform state rm", "terraform taint")},
			)
			expectStored(t, c.Tenant, "renamed", client)
		})
	}
}
