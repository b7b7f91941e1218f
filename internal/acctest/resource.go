package acctest

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Resource is a resource under test: a tenant, the state that Terraform has of the
// resource between runs, and what its configurations have in common.
type Resource struct {
	*Tenant
	// Type is the resource type.
	Type string
	// Base is the configuration that the steps change.
	Base Attributes
	// Provider are the provider's arguments that differ from those of the tenant's
	// own client.
	Provider Attributes
	// Secrets are in no message and no private state, and in plans and states only
	// where an attribute that is not write-only has them.
	Secrets []string
	// Volatile are the attributes that change with every write. Step.Plan leaves them out.
	Volatile []string
	// Exactly makes the stricter checks of Run.Exactly.
	Exactly bool
	// Writes returns the writes that the tenant has received, as Step.Sent has them.
	Writes func(*Tenant) []string
	// Object is what Terraform has in its state; nil for nothing.
	Object *Object
}

// Step is one run of Terraform about a resource: it refreshes, plans and applies. A
// second run must have nothing to do and nothing to say.
type Step struct {
	// Before is called first, to change the tenant.
	Before func()
	// Config is the configuration, Base if it is nil; Set changes it.
	Config, Set Attributes
	// Known are the values that unknown ones of the configuration turn out to be
	// when it is applied.
	Known Attributes
	// Provider changes the provider's arguments.
	Provider Attributes
	// Ignore are the attributes in ignore_changes.
	Ignore []string

	// Import is the ID of an import before the plan, ImportIdentity its identity, and
	// Move the resource of another type that a moved block names.
	Import         string
	ImportIdentity Attributes
	Move           *Source
	// NoRefresh plans without a refresh, RefreshOnly and PlanOnly end the run after
	// the refresh and the plan, and Destroy is a destroy.
	NoRefresh, RefreshOnly, PlanOnly, Destroy bool

	// Plan are the attributes that the plan changes, without Volatile ones; nil is not
	// checked. Replace are the ones because of which it replaces the object.
	Plan, Replace []string
	// Warning and Error are the only ones of the run; nil is none.
	Warning, Error *Message
	// Sent are the writes that the tenant receives, see Resource.Writes; nil is not
	// checked, see None.
	Sent []string
	// State are attributes after the step, or as they are planned with PlanOnly.
	State Attributes
	// Unchanged says that the state stays as it was before the step.
	Unchanged bool
	// Gone says that the refresh finds nothing.
	Gone bool
	// Pending says that the next plan is not empty.
	Pending bool
}

// None says that nothing is written or planned.
var None = []string{}

// Message is an expected diagnostic.
type Message struct {
	// Path is the attribute, empty for none.
	Path string
	// Words are parts of its text.
	Words []string
}

// At returns a message on an attribute, or on none if the path is empty.
func At(path string, words ...string) *Message { return &Message{path, words} }

// NewRun starts a run of Terraform about the resource.
func (r *Resource) NewRun(arguments ...Attributes) *Run {
	r.t.Helper()
	run := NewRun(r.t, r.Tenant, r.Type, append([]Attributes{r.Provider}, arguments...)...)
	if r.Exactly {
		return run.Exactly()
	}
	return run
}

// ID returns the ID of the object.
func (r *Resource) ID() string {
	id, _ := Get(r.Object.State, "id").(string)
	return id
}

// Run runs Terraform for each step.
func (r *Resource) Run(steps ...Step) {
	r.t.Helper()
	for i := range steps {
		if r.run(&steps[i]); r.t.Failed() {
			r.t.Fatalf("step %d of %d failed", i+1, len(steps))
		}
	}
}

func (r *Resource) run(s *Step) {
	r.t.Helper()
	if s.Before != nil {
		s.Before()
	}
	r.ForgetRequests()
	config := s.Config
	if config == nil {
		config = r.Base
	}
	config = config.With(s.Set)
	known, before := config.With(s.Known), r.Object
	diags := r.apply(s, r.NewRun(s.Provider).Ignoring(s.Ignore...), config)
	r.checkDiagnostics(s, diags)
	if s.Unchanged && (before == nil) != (r.Object == nil) || s.Unchanged && before != nil && !before.State.Equal(r.Object.State) {
		r.t.Errorf("the state was changed from %v to %v", before, r.Object)
	}
	if s.Sent != nil {
		if got := r.Writes(r.Tenant); !slices.Equal(got, s.Sent) {
			r.t.Errorf("the tenant received\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(s.Sent, "\n\t"))
		}
	}
	if !s.PlanOnly && r.Object != nil {
		r.checkState(s, r.Object.State)
		r.checkSecrets("private state", string(r.Object.Private))
		r.checkStored("the state", r.Object.State, before, known)
	}
	if !HasError(diags) && !s.PlanOnly && !s.RefreshOnly && !s.Destroy && !s.Pending {
		r.ExpectEmptyPlan(known, *s)
	}
}

// apply does what a step says and returns all diagnostics.
func (r *Resource) apply(s *Step, run *Run, config Attributes) (all []*tfprotov6.Diagnostic) {
	r.t.Helper()
	failed := func(diags []*tfprotov6.Diagnostic) bool {
		for _, d := range diags {
			same := func(o *tfprotov6.Diagnostic) bool {
				return Format([]*tfprotov6.Diagnostic{o}) == Format([]*tfprotov6.Diagnostic{d})
			}
			if !slices.ContainsFunc(all, same) { // an apply plans again
				all = append(all, d)
			}
		}
		return HasError(diags)
	}
	if s.Destroy {
		if !failed(run.Destroy(r.Object)) {
			r.Object = nil
		}
		return all
	}
	prior, diags := r.prior(s, run)
	if failed(diags) {
		return all
	}
	if gone := prior == nil && r.Object != nil; gone != s.Gone {
		r.t.Errorf("gone at the refresh: %v", gone)
	}
	if s.RefreshOnly {
		r.Object = prior
		return all
	}
	if failed(run.Validate(config)) {
		return all
	}
	plan, diags := run.TryPlan(prior, config)
	if failed(diags) {
		return all
	}
	if got := r.planned(plan); s.Plan != nil && !slices.Equal(got, slices.Sorted(slices.Values(s.Plan))) {
		r.t.Errorf("the plan changes %v, want %v", got, s.Plan)
	}
	if !slices.Equal(plan.Replace, s.Replace) {
		r.t.Errorf("the plan replaces because of %v, want %v", plan.Replace, s.Replace)
	}
	r.checkSecrets("planned private state", string(plan.Private))
	r.checkStored("the plan", plan.State, prior, config)
	if s.PlanOnly {
		r.checkState(s, plan.State)
		return all
	}
	r.Object, diags = run.TryApply(plan, config.With(s.Known))
	failed(diags)
	return all
}

// prior returns what a step plans on top of.
func (r *Resource) prior(s *Step, run *Run) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	switch {
	case s.Import != "" || s.ImportIdentity != nil:
		return run.TryImport(s.Import, s.ImportIdentity)
	case s.Move != nil:
		moved, diags := run.Move(*s.Move)
		if HasError(diags) || s.NoRefresh {
			return moved, diags
		}
		read, more := run.TryRead(moved)
		return read, append(diags, more...)
	case r.Object == nil || s.NoRefresh:
		return r.Object, nil
	}
	return run.TryRead(r.Object)
}

// planned returns the attributes that a plan changes, without volatile ones.
func (r *Resource) planned(plan *Change) []string {
	names := plan.Changed()
	for i, name := range names {
		names[i], _, _ = strings.Cut(name, ".")
	}
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(r.Volatile, name) })
}

func (r *Resource) checkDiagnostics(s *Step, diags []*tfprotov6.Diagnostic) {
	r.t.Helper()
	for severity, want := range map[tfprotov6.DiagnosticSeverity]*Message{
		tfprotov6.DiagnosticSeverityError: s.Error, tfprotov6.DiagnosticSeverityWarning: s.Warning,
	} {
		if want != nil {
			expect(r.t, diags, severity, want.Path, want.Words)
		} else if slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == severity }) {
			r.t.Errorf("unexpected %s:\n%s", severity, Format(diags))
		}
	}
	r.checkSecrets("a message", Format(diags))
}

func (r *Resource) checkState(s *Step, state tftypes.Value) {
	r.t.Helper()
	for name, want := range s.State {
		if got := Get(state, name); !reflect.DeepEqual(got, want) {
			r.t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func (r *Resource) checkSecrets(what, text string) {
	r.t.Helper()
	if err := NotIn(what, []byte(text), r.Secrets...); err != nil {
		r.t.Error(err)
	}
}

// checkStored is checkSecrets for a state or plan. It accepts what was in the state
// before and what the configuration has in an attribute that is not write-only.
func (r *Resource) checkStored(what string, state tftypes.Value, before *Object, config Attributes) {
	r.t.Helper()
	kept := fmt.Sprint(stored(config))
	if before != nil {
		kept += before.State.String()
	}
	for _, secret := range r.Secrets {
		if !strings.Contains(kept, secret) && strings.Contains(state.String(), secret) {
			r.t.Errorf("%s holds the secret %q", what, secret)
		}
	}
}

// stored returns a configuration without write-only attributes.
func stored(config Attributes) Attributes {
	out := config.With(nil)
	maps.DeleteFunc(out, func(name string, _ any) bool { return strings.HasSuffix(name, "_wo") })
	return out
}

// ExpectEmptyPlan plans a configuration in a new run and fails unless there is nothing
// to do and nothing to say. Of the step, it takes the provider's arguments and what is
// in ignore_changes.
func (r *Resource) ExpectEmptyPlan(config Attributes, s Step) {
	r.t.Helper()
	run := r.NewRun(s.Provider).Ignoring(s.Ignore...)
	now, diags := run.TryRead(r.Object)
	if len(diags) > 0 || now == nil {
		r.t.Fatalf("the refresh after the apply finds %v and says %s", now, Format(diags))
	}
	plan, diags := run.TryPlan(now, config)
	if len(diags) > 0 {
		r.t.Fatalf("the plan after the apply says %s", Format(diags))
	}
	if changed := plan.Changed(); len(changed)+len(plan.Replace) > 0 {
		r.t.Errorf("the plan after the apply changes %v", cmp.Or(strings.Join(changed, ", "), strings.Join(plan.Replace, ", ")))
	}
}
