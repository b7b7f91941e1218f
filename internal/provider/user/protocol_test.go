package user_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// typeName is the resource, and the data source, that these tests are about.
const typeName = "auth0vault_user"

type attributes = acctest.Attributes

var unknown = acctest.Unknown

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, typeName, arguments...)
}

// get returns an attribute as Go has it.
func get(v tftypes.Value, name string) any { return acctest.Get(v, name) }

// idOf returns the full ID of a user.
func idOf(o *acctest.Object) string {
	id, _ := get(o.State, "id").(string)
	return id
}

// expectChange fails unless a plan changes these attributes and no others, aside
// from updated_at, which any request moves.
func expectChange(t *testing.T, plan *acctest.Change, names ...string) {
	t.Helper()
	got := plan.Changed()
	for i, name := range got {
		got[i], _, _ = strings.Cut(name, ".")
	}
	got = slices.DeleteFunc(slices.Compact(got), func(name string) bool { return name == "updated_at" })
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("the plan changes %v, want %v", got, names)
	}
}

// expectEmptyPlan plans in a new run, with a refresh, and fails unless there is
// nothing to do. The arguments are the provider's.
func expectEmptyPlan(t *testing.T, tenant *acctest.Tenant, o *acctest.Object, config attributes, arguments ...attributes) {
	t.Helper()
	r := newRun(t, tenant, arguments...)
	planned, diags := r.TryPlan(r.Read(o), config)
	if len(diags) > 0 {
		t.Fatalf("the plan says %s", acctest.Said(diags))
	}
	if names := planned.Changed(); len(names) > 0 {
		t.Errorf("the plan is not empty: it changes %v", names)
	}
}

// applied refreshes and applies in a new run, and expects the plan after it to be
// empty.
func applied(t *testing.T, tenant *acctest.Tenant, before *acctest.Object, config attributes, arguments ...attributes) *acctest.Object {
	t.Helper()
	r := newRun(t, tenant, arguments...)
	if before != nil {
		before = r.Read(before)
	}
	made := r.Apply(before, config)
	expectEmptyPlan(t, tenant, made, config, arguments...)
	return made
}
