package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

const typeName = "auth0vault_flow"

// attributes are a configuration or a part of one.
type attributes = acctest.Attributes

// run is a run of Terraform about flows, which never warn and are never replaced:
// whatever a step says that must succeed fails the test.
type run struct {
	*acctest.Run
	t testing.TB
}

func newRun(t testing.TB, tenant *acctest.Tenant, arguments ...attributes) run {
	t.Helper()
	return run{acctest.NewRun(t, tenant, typeName, arguments...), t}
}

// plan validates and plans a configuration on top of what there is; nil is nothing.
func (r run) plan(prior *acctest.Object, config attributes) *acctest.Change {
	r.t.Helper()
	expectNoDiagnostics(r.t, r.Validate(config))
	planned, diags := r.TryPlan(prior, config)
	expectNoDiagnostics(r.t, diags)
	if len(planned.Replace) > 0 {
		r.t.Errorf("the plan replaces because of %v", planned.Replace)
	}
	given := acctest.Value(r.t, planned.State.Type(), config)
	for _, path := range unasked(acctest.Get(given), acctest.Get(planned.State), "") {
		r.t.Errorf("invalid plan: %s is planned and not configured", strings.TrimPrefix(path, "."))
	}
	return planned
}

// unasked returns the paths of what is planned and not configured, of which the
// harness lets through what was so before. Computed attributes may be planned.
func unasked(given, planned any, at string) []string {
	var paths []string
	switch planned := planned.(type) {
	case attributes:
		given, _ := given.(attributes)
		for name, value := range planned {
			switch configured, ok := given[name]; {
			case ok:
				paths = append(paths, unasked(configured, value, at+"."+name)...)
			case at == "" && slices.Contains([]string{"id", "actions", "required_scopes", "created_at", "updated_at"}, name):
			case at != "" && slices.Contains([]string{"alias", "allow_failure", "mask_output"}, name):
			default:
				paths = append(paths, at+"."+name)
			}
		}
	case []any:
		given, _ := given.([]any)
		for i := range min(len(given), len(planned)) {
			paths = append(paths, unasked(given[i], planned[i], fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return paths
}

// apply applies what was planned. In case of an error it returns what the provider
// left: nil is nothing, in whose place Terraform keeps what there was.
func (r run) apply(first *acctest.Change, config attributes) (*acctest.Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	made, diags := r.TryApply(first, config)
	if acctest.HasError(diags) && made == first.Prior {
		return nil, diags
	}
	return made, diags
}

// make plans and applies; both must succeed.
func (r run) make(prior *acctest.Object, config attributes) *acctest.Object {
	r.t.Helper()
	made, diags := r.apply(r.plan(prior, config), config)
	expectNoDiagnostics(r.t, diags)
	return made
}

// read refreshes a flow, which must be there.
func (r run) read(o *acctest.Object) *acctest.Object {
	r.t.Helper()
	now, diags := r.TryRead(o)
	return r.there(now, diags)
}

// imports imports by an id, which must succeed.
func (r run) imports(id string) *acctest.Object {
	r.t.Helper()
	imported, diags := r.TryImport(id, nil)
	return r.there(imported, diags)
}

func (r run) there(o *acctest.Object, diags []*tfprotov6.Diagnostic) *acctest.Object {
	r.t.Helper()
	expectNoDiagnostics(r.t, diags)
	if o == nil {
		r.t.Fatal("the flow does not exist")
	}
	return o
}

// expectEmptyPlan plans in a new run, with a refresh, and fails unless there is nothing to
// do. It returns what the refresh found.
func expectEmptyPlan(t testing.TB, tenant *acctest.Tenant, o *acctest.Object, config attributes) *acctest.Object {
	t.Helper()
	r := newRun(t, tenant)
	now := r.read(o)
	if changed := r.plan(now, config).Changed(); len(changed) > 0 {
		t.Errorf("the plan is not empty: %v", changed)
	}
	return now
}

// expectNoDiagnostics ends the test if there is any diagnostic.
func expectNoDiagnostics(t testing.TB, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(diags) > 0 {
		t.Fatalf("got %s", acctest.Format(diags))
	}
}

// expect wants one error, at a path, that has all the words, and no warning.
func expect(t testing.TB, diags []*tfprotov6.Diagnostic, path string, words ...string) {
	t.Helper()
	acctest.ExpectError(t, diags, path, words...)
	if len(diags) > 1 {
		t.Errorf("want nothing but one error, got:\n%s", acctest.Format(diags))
	}
}
