package connection_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// typeName is the resource, and the data source, that these tests are about.
const typeName = "auth0vault_connection"

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration. A connection is never replaced, and is planned as it
// is configured.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...acctest.Attributes) *acctest.Run {
	t.Helper()
	return acctest.NewRun(t, tenant, typeName, arguments...).Exactly()
}

// get returns an attribute, which must exist, as Go has it.
func get(t *testing.T, v tftypes.Value, name string) any {
	t.Helper()
	var inside map[string]tftypes.Value
	if err := v.As(&inside); err != nil {
		t.Fatal(err)
	}
	if _, ok := inside[name]; !ok {
		t.Fatalf("there is no attribute %s", name)
	}
	return acctest.Get(v, name)
}

// expectEmptyPlan plans in a new run, with a refresh, and fails unless there is nothing to do.
func expectEmptyPlan(t *testing.T, tenant *acctest.Tenant, o *acctest.Object, config acctest.Attributes) {
	t.Helper()
	r := newRun(t, tenant)
	planned, diags := r.TryPlan(r.Read(o), config)
	acctest.MustSucceed(t, diags)
	if len(diags) > 0 {
		t.Errorf("the plan says %s", acctest.Said(diags))
	}
	if names := planned.Changed(); len(names) > 0 {
		t.Errorf("the plan is not empty: it changes %v", names)
	}
}

// onAttributes moves diagnostics on elements to the attribute that holds them.
func onAttributes(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	for _, d := range diags {
		if d.Attribute != nil && len(d.Attribute.Steps()) > 1 {
			d.Attribute = tftypes.NewAttributePathWithSteps(d.Attribute.Steps()[:1])
		}
	}
	return diags
}

// privateText returns the private state of an object in clear text.
func privateText(t *testing.T, o *acctest.Object) string {
	t.Helper()
	var values map[string][]byte
	if err := json.Unmarshal(o.Private, &values); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for key, value := range values {
		fmt.Fprintf(&text, "%s=%s\n", key, value)
	}
	return text.String()
}

// virtually runs a test with a tenant in virtual time: a refusal that is tried again
// for 10 seconds takes none.
func virtually(t *testing.T, test func(t *testing.T, tenant *acctest.Tenant)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, acctest.NewInProcess(t)) })
}

// inBubble runs a parallel subtest with a tenant in virtual time.
func inBubble(t *testing.T, name string, test func(t *testing.T, tenant *acctest.Tenant)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		virtually(t, test)
	})
}
