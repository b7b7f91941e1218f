package connection

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

const moment = "2026-03-04T10:00:00.000Z"

func later(d time.Duration) string {
	return auth0.Timestamp(moment).Time().Add(d).UTC().Format("2006-01-02T15:04:05.000Z")
}

func TestLastWrite_changedByOthers(t *testing.T) {
	t.Parallel()
	last := lastWrite{Fingerprint: "f0", UpdatedAt: moment}
	renewed := lastWrite{Fingerprint: "f0", UpdatedAt: moment, RefreshedAt: moment}
	for name, test := range map[string]struct {
		last                            lastWrite
		fingerprint, updated, refreshed string
		want                            bool
	}{
		"nothing moved":                           {last, "f0", moment, "", false},
		"nothing moved, was renewed before":       {renewed, "f0", moment, moment, false},
		"written":                                 {last, "f1", later(time.Hour), "", true},
		"written, renewed before":                 {renewed, "f1", later(time.Hour), moment, true},
		"written, only the date tells":            {last, "f0", later(time.Millisecond), "", true},
		"written, only the fingerprint tells":     {last, "f1", moment, "", true},
		"renewed for the first time":              {last, "f1", later(time.Hour + 3*time.Millisecond), later(time.Hour), false},
		"renewed again":                           {renewed, "f1", later(time.Hour + 3*time.Millisecond), later(time.Hour), false},
		"renewed, dates the other way round":      {renewed, "f1", later(time.Hour), later(time.Hour + time.Second), false},
		"renewed, updated_at stays":               {renewed, "f0", moment, later(time.Hour), false},
		"renewed, then written":                   {renewed, "f2", later(2 * time.Hour), later(time.Hour), true},
		"written, then refreshed_at was lost":     {renewed, "f1", later(time.Hour), "", true},
		"renewed, and refreshed_at is not a date": {renewed, "f1", later(time.Hour), "yesterday", true},
		"renewed at the edge of the window":       {last, "f1", later(time.Hour), later(time.Hour - renewalWindow), false},
		"written just outside the window":         {last, "f1", later(time.Hour), later(time.Hour - renewalWindow - time.Millisecond), true},
		"everything empty is nothing moved":       {lastWrite{}, "", "", "", false},
		"refreshed_at lost, everything else is":   {renewed, "f0", moment, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := remoteAttributes{
				Fingerprint: types.StringValue(test.fingerprint), UpdatedAt: types.StringValue(test.updated), RefreshedAt: orNull(test.refreshed),
			}
			if got := test.last.changedByOthers(&now); got != test.want {
				t.Errorf("changedByOthers = %v, want %v", got, test.want)
			}
		})
	}
}

func texts(elements ...string) types.Set {
	values := []attr.Value{}
	for _, e := range elements {
		values = append(values, types.StringValue(e))
	}
	return types.SetValueMust(types.StringType, values)
}

// unchanged is a plan and a state that agree, with a secret of the given kind.
func unchanged(kind string) (secretWO types.String, plan, state model, last *lastWrite) {
	m := newModel(remoteAttributes{
		ID: types.StringValue("ac_1"), Name: types.StringValue("forms"), Ready: types.BoolValue(true),
		Fingerprint: types.StringValue("f0"), UpdatedAt: types.StringValue(moment),
	})
	m.Domain, m.ClientID = types.StringValue("acme.eu.auth0.com"), types.StringValue("client")
	m.Audience, m.GrantedScopes = types.StringValue("https://acme.eu.auth0.com/api/v2/"), texts("read:users")
	last = &lastWrite{Fingerprint: "f0", UpdatedAt: moment, Ready: true}
	switch kind {
	case "in state":
		m.ClientSecret = types.StringValue("secret")
	case "versioned":
		secretWO, m.SecretVersion = types.StringValue("secret"), types.Int64Value(1)
	case "write-only":
		secretWO = types.StringValue("secret")
		last.Secret = digestOf(&m, secretWO)
	}
	return secretWO, m, m, last
}

func TestCompareModels(t *testing.T) {
	t.Parallel()
	sends := updates{setup: privatestate.Send, verify: true}
	compares := updates{setup: privatestate.CompareAtApply, verify: true}
	type edit = func(secretWO *types.String, plan, state *model, last *lastWrite)
	for name, test := range map[string]struct {
		kind string // of the secret: in state, write-only, versioned
		edit edit
		want updates
	}{
		"nothing, in state":   {"in state", func(*types.String, *model, *model, *lastWrite) {}, updates{}},
		"nothing, write-only": {"write-only", func(*types.String, *model, *model, *lastWrite) {}, updates{}},
		"nothing, versioned":  {"versioned", func(*types.String, *model, *model, *lastWrite) {}, updates{}},

		"name":           {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Name = types.StringValue("new") }, updates{}},
		"domain":         {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Domain = types.StringValue("b.auth0.com") }, sends},
		"unknown domain": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Domain = types.StringUnknown() }, sends},
		"client":         {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.ClientID = types.StringValue("other") }, sends},
		"audience":       {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Audience = types.StringValue("https://b/") }, sends},
		"triggers": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) {
			p.ReconnectTriggers = types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("1")})
		}, sends},

		"secret in the state": {"in state", func(_ *types.String, p, _ *model,
			_ *lastWrite) {
			p.ClientSecret = types.StringValue("new")
		}, sends},
		"unknown secret in the state": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.ClientSecret = types.StringUnknown() },
			compares},
		"write-only secret":         {"write-only", func(s *types.String, _, _ *model, _ *lastWrite) { *s = types.StringValue("new") }, sends},
		"unknown write-only secret": {"write-only", func(s *types.String, _, _ *model, _ *lastWrite) { *s = types.StringUnknown() }, compares},
		"another secret, same version": {"versioned", func(s *types.String, _, _ *model, _ *lastWrite) {
			*s = types.StringUnknown()
		}, updates{}},
		"next version": {"versioned", func(_ *types.String, p, _ *model, _ *lastWrite) { p.SecretVersion = types.Int64Value(2) }, sends},
		"version is given up: nothing to compare with": {"versioned", func(_ *types.String, p, _ *model, _ *lastWrite) {
			p.SecretVersion = types.Int64Null()
		}, sends},
		"version is given up: the digest of an earlier provider": {"versioned", func(s *types.String, p, _ *model, l *lastWrite) {
			p.SecretVersion = types.Int64Null()
			l.Secret = digestOf(p, *s)
		}, updates{}},
		"same secret leaves the state": {"in state", func(s *types.String, p, _ *model, _ *lastWrite) {
			*s, p.ClientSecret = types.StringValue("secret"), types.StringNull()
		}, updates{}},
		"other secret leaves the state": {"in state", func(s *types.String, p, _ *model, _ *lastWrite) {
			*s, p.ClientSecret = types.StringValue("new"), types.StringNull()
		}, sends},
		"same secret comes into the state": {"write-only", func(s *types.String, p, _ *model, _ *lastWrite) {
			*s, p.ClientSecret = types.StringNull(), types.StringValue("secret")
		}, updates{}},

		"actions": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Actions = texts("GET_USER") },
			updates{verify: true}},
		"scopes": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.RequiredScopes = texts("read:roles") },
			updates{verify: true}},
		"verification is switched on": {"in state", func(_ *types.String, _, s *model, _ *lastWrite) { s.Verify = types.BoolValue(false) },
			updates{verify: true}},
		"verification is switched off": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Verify = types.BoolValue(false) },
			updates{}},
		"verification is unknown": {"in state", func(_ *types.String, p, _ *model, _ *lastWrite) { p.Verify = types.BoolUnknown() },
			updates{}},
		"verification was off and is unknown": {"in state", func(_ *types.String, p, s *model, _ *lastWrite) {
			p.Verify, s.Verify = types.BoolUnknown(), types.BoolValue(false)
		}, updates{verify: true}},
		"a secret without verification": {"in state", func(_ *types.String, p, s *model, _ *lastWrite) {
			p.ClientSecret, p.Verify, s.Verify = types.StringValue("new"), types.BoolValue(false), types.BoolValue(false)
		}, updates{setup: privatestate.Send}},

		"the setup was reset": {"in state", func(_ *types.String, _, s *model, _ *lastWrite) { s.Ready = types.BoolValue(false) }, sends},
		"it never became ready": {"in state", func(_ *types.String, _, s *model, l *lastWrite) {
			s.Ready,
				l.Ready = types.BoolValue(false), false
		}, updates{}},
		"written by another client": {"in state", func(_ *types.String, _, s *model, _ *lastWrite) {
			s.Fingerprint = types.StringValue("f1")
		}, updates{setup: privatestate.Send, verify: true, drifted: true}},

		// What ignore_changes leaves of the configuration.
		"ignored": {"write-only", ignored(func(_, _ *model, _ *lastWrite) {}), updates{ignored: true}},
		"ignored, and a domain": {"write-only", ignored(func(p, _ *model, _ *lastWrite) { p.Domain = types.StringValue("b.auth0.com") }),
			updates{setup: privatestate.Send, verify: true, ignored: true}},
		"ignored, and actions": {"write-only", ignored(func(p, _ *model, _ *lastWrite) { p.Actions = texts("GET_USER") }),
			updates{ignored: true}},
		"ignored, and written by another client": {"write-only", ignored(func(_, s *model, _ *lastWrite) {
			s.Fingerprint = types.StringValue("f1")
		}), updates{ignored: true}},
		"ignored, with a version": {"versioned", ignored(func(_, _ *model, _ *lastWrite) {}), updates{ignored: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secretWO, plan, state, last := unchanged(test.kind)
			test.edit(&secretWO, &plan, &state, last)
			if got := compareModels(secretWO, &plan, &state, last); got != test.want {
				t.Errorf("compareModels = %+v, want %+v", got, test.want)
			}
		})
	}
}

func ignored(edit func(plan, state *model, last *lastWrite)) func(*types.String, *model, *model, *lastWrite) {
	return func(secretWO *types.String, plan, state *model, last *lastWrite) {
		*secretWO = types.StringNull()
		edit(plan, state, last)
	}
}

// Before this resource has sent a setup, and for an empty vault connection.
func TestCompareModels_withoutLastWrite(t *testing.T) {
	t.Parallel()
	secret := types.StringValue("secret")
	for name, test := range map[string]struct {
		ready    bool
		secretWO types.String
		edit     func(plan, state *model)
		want     updates
	}{
		"imported": {true, secret, func(_, s *model) { s.Domain = types.StringNull() },
			updates{setup: privatestate.Send, verify: true, imported: true}},
		"imported, the secret ignored": {true, types.StringNull(), func(_, s *model) { s.Domain = types.StringNull() }, updates{ignored: true}},
		"then another domain": {true, types.StringNull(), func(p, _ *model) { p.Domain = types.StringValue("b.auth0.com") },
			updates{setup: privatestate.Send, verify: true, ignored: true}},
		"then the secret": {true, secret, func(_, _ *model) {}, updates{setup: privatestate.Send, verify: true, imported: true}},
		"setup of an empty one": {false, secret, func(_, s *model) { s.Domain = types.StringNull() },
			updates{setup: privatestate.Send, verify: true}},
		"setup of an empty one, the secret ignored": {
			false, types.StringNull(), func(_, s *model) { s.Domain = types.StringNull() },
			updates{setup: privatestate.Send, verify: true, ignored: true},
		},
		"empty": {false, types.StringNull(), func(p, s *model) { p.Domain, s.Domain = types.StringNull(), types.StringNull() }, updates{}},
		"empty, filled in the dashboard": {true, types.StringNull(), func(p, s *model) {
			p.Domain, s.Domain = types.StringNull(), types.StringNull()
		}, updates{}},
		"a part of a setup, the rest ignored": {true, secret,
			func(p, s *model) { p.Domain, s.Domain = types.StringNull(), types.StringNull() }, updates{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, plan, state, _ := unchanged("write-only")
			plan.Ready, state.Ready = types.BoolValue(test.ready), types.BoolValue(test.ready)
			test.edit(&plan, &state)
			if got := compareModels(test.secretWO, &plan, &state, nil); got != test.want {
				t.Errorf("compareModels = %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestModel_refresh(t *testing.T) {
	t.Parallel()
	answer := auth0.VaultConnection{ID: "ac_1", Name: "forms", AccountName: "acme", Ready: true, Fingerprint: "f0",
		CreatedAt: moment, UpdatedAt: moment}
	var m model
	m.refresh(&answer)
	if m.AccountName.ValueString() != "acme" || !m.RefreshedAt.IsNull() || m.CreatedAt.ValueString() != moment {
		t.Errorf("took %+v", m.remoteAttributes)
	}
	answer.AccountName = ""
	if m.refresh(&answer); m.AccountName.ValueString() != "acme" {
		t.Error("the account name that a list leaves out was given up")
	}
	answer.Fingerprint = "f1"
	if m.refresh(&answer); !m.AccountName.IsNull() {
		t.Error("the account name of another setup was kept")
	}
}
