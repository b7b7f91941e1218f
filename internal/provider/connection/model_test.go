package connection

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

const moment = "2026-03-04T10:00:00.000Z"

func later(d time.Duration) string {
	return auth0.Timestamp(moment).Time().Add(d).UTC().Format("2006-01-02T15:04:05.000Z")
}

func TestRecord_changedByOthers(t *testing.T) {
	t.Parallel()
	last := record{Fingerprint: "f0", UpdatedAt: moment}
	renewed := record{Fingerprint: "f0", UpdatedAt: moment, RefreshedAt: moment}
	for name, test := range map[string]struct {
		last                            record
		fingerprint, updated, refreshed string
		want                            bool
	}{
		"nothing moved":                         {last, "f0", moment, "", false},
		"nothing moved, was renewed before":     {renewed, "f0", moment, moment, false},
		"written":                               {last, "f1", later(time.Hour), "", true},
		"written, renewed before":               {renewed, "f1", later(time.Hour), moment, true},
		"written, only the date tells":          {last, "f0", later(time.Millisecond), "", true},
		"written, only the fingerprint tells":   {last, "f1", moment, "", true},
		"renewed for the first time":            {last, "f1", later(time.Hour + 3*time.Millisecond), later(time.Hour), false},
		"renewed again":                         {renewed, "f1", later(time.Hour + 3*time.Millisecond), later(time.Hour), false},
		"renewed, dates the other way round":    {renewed, "f1", later(time.Hour), later(time.Hour + time.Second), false},
		"renewed, updated_at stays":             {renewed, "f0", moment, later(time.Hour), false},
		"renewed, then written":                 {renewed, "f2", later(2 * time.Hour), later(time.Hour), true},
		"written, then refreshed_at was lost":   {renewed, "f1", later(time.Hour), "", true},
		"renewed, and refreshed_at is no date":  {renewed, "f1", later(time.Hour), "yesterday", true},
		"renewed at the edge of the window":     {last, "f1", later(time.Hour), later(time.Hour - renewalWindow), false},
		"written just outside the window":       {last, "f1", later(time.Hour), later(time.Hour - renewalWindow - time.Millisecond), true},
		"everything empty is nothing moved":     {record{}, "", "", "", false},
		"refreshed_at lost, everything else is": {renewed, "f0", moment, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := shown{
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

// settled is a connection that needs nothing: configuration, plan, state and record agree.
func settled(t *testing.T) (config, plan, state model, last record) {
	t.Helper()
	digest := tfkit.NewDigest("secret")
	m := model{
		shown: shown{
			ID: types.StringValue("ac_1"), Name: types.StringValue("forms"), Ready: types.BoolValue(true),
			Fingerprint: types.StringValue("f0"), UpdatedAt: types.StringValue(moment),
		},
		Domain: types.StringValue("acme.eu.auth0.com"), ClientID: types.StringValue("client"), ClientSecret: types.StringValue("secret"),
		Audience: types.StringValue("https://acme.eu.auth0.com/api/v2/"), Verify: types.BoolValue(true),
		Actions: types.SetNull(types.StringType), RequiredScopes: types.SetNull(types.StringType),
		ReconnectTriggers: types.MapNull(types.StringType), GrantedScopes: texts("read:users"),
	}
	return m, m, m, record{Fingerprint: "f0", UpdatedAt: moment, Ready: true, Secret: digest}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	setup := change{setup: true, verify: true}
	for name, test := range map[string]struct {
		edit func(config, plan, state *model, last *record)
		want change
	}{
		"nothing":        {func(_, _, _ *model, _ *record) {}, change{}},
		"name":           {func(_, p, _ *model, _ *record) { p.Name = types.StringValue("new") }, change{name: true}},
		"domain":         {func(_, p, _ *model, _ *record) { p.Domain = types.StringValue("b.auth0.com") }, setup},
		"unknown domain": {func(_, p, _ *model, _ *record) { p.Domain = types.StringUnknown() }, setup},
		"client":         {func(_, p, _ *model, _ *record) { p.ClientID = types.StringValue("other") }, setup},
		"audience":       {func(_, p, _ *model, _ *record) { p.Audience = types.StringValue("https://b/") }, setup},
		"secret":         {func(c, _, _ *model, _ *record) { c.ClientSecret = types.StringValue("new") }, setup},
		"unknown secret": {func(c, _, _ *model, _ *record) { c.ClientSecret = types.StringUnknown() }, setup},
		"the same secret, now write-only": {func(c, p, _ *model, _ *record) {
			c.ClientSecret, c.ClientSecretWO, p.ClientSecret = types.StringNull(), types.StringValue("secret"), types.StringNull()
		}, change{}},
		"another secret, same version": {func(c, p, s *model, _ *record) {
			c.ClientSecret, c.ClientSecretWO = types.StringNull(), types.StringValue("new")
			c.SecretVersion, p.SecretVersion, s.SecretVersion = types.Int64Value(1), types.Int64Value(1), types.Int64Value(1)
		}, change{}},
		"the same secret, next version": {func(c, _, s *model, _ *record) {
			c.ClientSecret, c.ClientSecretWO = types.StringNull(), types.StringValue("secret")
			c.SecretVersion, s.SecretVersion = types.Int64Value(2), types.Int64Value(1)
		}, setup},
		"a version is given up": {func(c, _, s *model, _ *record) {
			c.ClientSecret, c.ClientSecretWO = types.StringNull(), types.StringValue("secret")
			s.SecretVersion = types.Int64Value(1)
		}, change{}},
		"triggers": {func(_, p, _ *model, _ *record) {
			p.ReconnectTriggers = types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("1")})
		}, setup},
		"actions":                      {func(_, p, _ *model, _ *record) { p.Actions = texts("GET_USER") }, change{verify: true}},
		"scopes":                       {func(_, p, _ *model, _ *record) { p.RequiredScopes = texts("read:roles") }, change{verify: true}},
		"verification is switched on":  {func(_, _, s *model, _ *record) { s.Verify = types.BoolValue(false) }, change{verify: true}},
		"verification is switched off": {func(_, p, _ *model, _ *record) { p.Verify = types.BoolValue(false) }, change{}},
		"verification is not known":    {func(_, p, _ *model, _ *record) { p.Verify = types.BoolUnknown() }, change{}},
		"verification was off and is not known": {func(_, p, s *model, _ *record) {
			p.Verify, s.Verify = types.BoolUnknown(), types.BoolValue(false)
		}, change{verify: true}},
		"a secret without verification": {func(c, p, s *model, _ *record) {
			c.ClientSecret, p.Verify, s.Verify = types.StringValue("new"), types.BoolValue(false), types.BoolValue(false)
		}, change{setup: true}},
		"the setup was reset":     {func(_, _, s *model, _ *record) { s.Ready = types.BoolValue(false) }, setup},
		"it never became ready":   {func(_, _, s *model, l *record) { s.Ready, l.Ready = types.BoolValue(false), false }, change{}},
		"written by someone else": {func(_, _, s *model, _ *record) { s.Fingerprint = types.StringValue("f1") }, change{setup: true, verify: true, drifted: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, plan, state, last := settled(t)
			test.edit(&config, &plan, &state, &last)
			if got := changes(&config, &plan, &state, &last); got != test.want {
				t.Errorf("changes = %+v, want %+v", got, test.want)
			}
		})
	}
	t.Run("imported", func(t *testing.T) {
		t.Parallel()
		config, plan, state, _ := settled(t)
		if got, want := changes(&config, &plan, &state, nil), (change{setup: true, verify: true, imported: true}); got != want {
			t.Errorf("changes = %+v, want %+v", got, want)
		}
	})
}

func TestDefaultAudience(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ domain, want types.String }{
		{types.StringValue("acme.eu.auth0.com"), types.StringValue("https://acme.eu.auth0.com/api/v2/")},
		{types.StringValue("ACME.eu.auth0.com"), types.StringValue("https://acme.eu.auth0.com/api/v2/")},
		{types.StringUnknown(), types.StringUnknown()},
		{types.StringNull(), types.StringUnknown()},
	} {
		if got := defaultAudience(test.domain); !got.Equal(test.want) {
			t.Errorf("defaultAudience(%s) = %s, want %s", test.domain, got, test.want)
		}
	}
}

func TestModel_refresh(t *testing.T) {
	t.Parallel()
	answer := auth0.VaultConnection{ID: "ac_1", Name: "forms", AccountName: "acme", Ready: true, Fingerprint: "f0", CreatedAt: moment, UpdatedAt: moment}
	var m model
	m.refresh(&answer)
	if m.AccountName.ValueString() != "acme" || !m.RefreshedAt.IsNull() || m.CreatedAt.ValueString() != moment {
		t.Errorf("took %+v", m.shown)
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

func TestModel_secret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kept, writeOnly, want types.String }{
		{types.StringValue("a"), types.StringNull(), types.StringValue("a")},
		{types.StringNull(), types.StringValue("b"), types.StringValue("b")},
		{types.StringUnknown(), types.StringNull(), types.StringUnknown()},
		{types.StringNull(), types.StringUnknown(), types.StringUnknown()},
		{types.StringNull(), types.StringNull(), types.StringNull()},
	} {
		m := model{ClientSecret: test.kept, ClientSecretWO: test.writeOnly}
		if got := m.secret(); !got.Equal(test.want) {
			t.Errorf("secret of %s and %s = %s, want %s", test.kept, test.writeOnly, got, test.want)
		}
	}
}

func TestModel_setup(t *testing.T) {
	t.Parallel()
	_, plan, _, _ := settled(t)
	want := auth0.VaultConnectionSetup{Domain: "acme.eu.auth0.com", ClientID: "client", ClientSecret: "other", Audience: "https://acme.eu.auth0.com/api/v2/"}
	if got := plan.setup(types.StringValue("other")); got != want {
		t.Errorf("setup = %+v, want %+v", got, want)
	}
}
