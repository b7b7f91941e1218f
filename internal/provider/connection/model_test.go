package connection

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
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
