package flow_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

const typeName = "auth0vault_flow"

// attributes are a configuration or a part of one: strings, booleans, lists of
// type []any, objects of type attributes, nil, or unknown.
type attributes = map[string]any

type unknownValue struct{}

// unknown stands for a value that is known only after the apply of something else.
var unknown = unknownValue{}

// run is one run of Terraform at the protocol: a provider server of its own,
// configured once. It makes the checks that Terraform makes of a provider.
type run struct {
	t      *testing.T
	ctx    context.Context //nolint:containedctx // a run has one
	server tfprotov6.ProviderServer
	kind   tftypes.Type
	schema *tfprotov6.Schema
}

// remembered is a resource as Terraform remembers it between runs.
type remembered struct {
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// plan is what a run means to do.
type plan struct {
	prior    *remembered
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

func newRun(t *testing.T, tenant *acctest.Tenant) *run {
	t.Helper()
	r := &run{t: t, ctx: t.Context(), server: tenant.Server()}
	schemas, err := r.server.GetProviderSchema(r.ctx, &tfprotov6.GetProviderSchemaRequest{})
	r.must(err)
	r.schema = schemas.ResourceSchemas[typeName]
	r.kind = r.schema.ValueType()
	resp, err := r.server.ConfigureProvider(r.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config: r.dynamic(r.value(schemas.Provider.ValueType(), attributes{
			"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret,
		})),
	})
	r.must(err)
	r.succeeded(resp.Diagnostics)
	return r
}

func (r *run) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// value turns Go values into those of a type.
func (r *run) value(kind tftypes.Type, v any) tftypes.Value {
	r.t.Helper()
	if v == nil {
		return tftypes.NewValue(kind, nil)
	}
	if v == unknown {
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		in := v.(attributes)
		out := map[string]tftypes.Value{}
		for name, attribute := range kind.AttributeTypes {
			out[name] = r.value(attribute, in[name])
		}
		for name := range in {
			if _, ok := out[name]; !ok {
				r.t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(kind, out)
	case tftypes.List:
		var out []tftypes.Value
		for _, element := range v.([]any) {
			out = append(out, r.value(kind.ElementType, element))
		}
		return tftypes.NewValue(kind, out)
	}
	return tftypes.NewValue(kind, v)
}

func (r *run) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	r.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	r.must(err)
	return &d
}

func (r *run) undynamic(d *tfprotov6.DynamicValue) tftypes.Value {
	r.t.Helper()
	v, err := d.Unmarshal(r.kind)
	r.must(err)
	return v
}

// in returns what is at a path, such as "actions", 0, "send_email", "to".
func in(v tftypes.Value, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = inside(v)[step]
		case int:
			var list []tftypes.Value
			if v.As(&list) != nil || step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return plain(v)
}

func inside(v tftypes.Value) map[string]tftypes.Value {
	out := map[string]tftypes.Value{}
	if !v.IsNull() && v.IsKnown() {
		_ = v.As(&out)
	}
	return maps.Clone(out)
}

// plain returns a value as Go has it; null attributes are left out of objects.
func plain(v tftypes.Value) any {
	var text string
	var boolean bool
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case v.Type() == nil || v.IsNull():
		return nil
	case !v.IsKnown():
		return unknown
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&list) == nil:
		out := []any{}
		for _, element := range list {
			out = append(out, plain(element))
		}
		return out
	case v.As(&object) == nil:
		out := attributes{}
		for name, attribute := range object {
			if p := plain(attribute); p != nil {
				out[name] = p
			}
		}
		return out
	}
	return fmt.Sprint(v)
}

// validate checks a configuration as "terraform validate" does.
func (r *run) validate(config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: r.dynamic(r.value(r.kind, config)),
	})
	r.must(err)
	return resp.Diagnostics
}

func (r *run) before(prior *remembered) (state tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) {
	if prior == nil {
		return tftypes.NewValue(r.kind, nil), nil, nil
	}
	return prior.state, prior.private, prior.identity
}

// plan validates and plans a configuration on top of what there is; nil is nothing.
func (r *run) plan(prior *remembered, config attributes) *plan {
	r.t.Helper()
	r.succeeded(r.validate(config))
	state, private, identity := r.before(prior)
	given := r.value(r.kind, config)
	resp, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(state), PriorPrivate: private, PriorIdentity: identity,
		Config: r.dynamic(given), ProposedNewState: r.dynamic(r.proposed(state, given)),
	})
	r.must(err)
	r.succeeded(resp.Diagnostics)
	if len(resp.RequiresReplace) > 0 {
		r.t.Errorf("the plan replaces because of %v", resp.RequiresReplace)
	}
	planned := r.undynamic(resp.PlannedState)
	r.valid(planned, given, state, "plan")
	return &plan{prior: prior, state: planned, private: resp.PlannedPrivate, identity: resp.PlannedIdentity}
}

// proposed is what Terraform proposes: the configuration, and where it says
// nothing about a computed attribute, the state.
func (r *run) proposed(prior, config tftypes.Value) tftypes.Value {
	out, before := inside(config), inside(prior)
	for _, a := range r.schema.Block.Attributes {
		if a.Computed && out[a.Name].IsNull() {
			if !prior.IsNull() {
				out[a.Name] = before[a.Name]
			} else {
				out[a.Name] = tftypes.NewValue(out[a.Name].Type(), tftypes.UnknownValue)
			}
		}
	}
	return tftypes.NewValue(config.Type(), out)
}

// valid makes Terraform's check of a plan: what is configured is planned, or is as
// it was. Computed attributes of actions have defaults, and are let through.
func (r *run) valid(planned, config, prior tftypes.Value, at string) {
	r.t.Helper()
	if config.IsNull() {
		free := slices.Contains([]string{"plan.id", "plan.created_at", "plan.updated_at", "plan.actions"}, at) ||
			strings.HasSuffix(at, ".alias") || strings.HasSuffix(at, ".allow_failure") || strings.HasSuffix(at, ".mask_output")
		if !free && !planned.IsNull() {
			r.t.Errorf("invalid plan: %s is not configured and planned as %v", at, plain(planned))
		}
		return
	}
	if planned.Equal(config) || !prior.IsNull() && planned.Equal(prior) {
		return
	}
	var list, configured, had []tftypes.Value
	switch {
	case planned.Type().Is(tftypes.Object{}):
		before := inside(prior)
		given := inside(config)
		for name, attribute := range inside(planned) {
			was, ok := before[name]
			if !ok {
				was = tftypes.NewValue(attribute.Type(), nil)
			}
			r.valid(attribute, given[name], was, at+"."+name)
		}
	case planned.As(&list) == nil && config.As(&configured) == nil && len(list) == len(configured):
		_ = prior.As(&had)
		for i := range list {
			was := tftypes.NewValue(list[i].Type(), nil)
			if i < len(had) {
				was = had[i]
			}
			r.valid(list[i], configured[i], was, fmt.Sprintf("%s[%d]", at, i))
		}
	default:
		r.t.Errorf("invalid plan: %s is configured as %v and planned as %v", at, plain(config), plain(planned))
	}
}

// apply plans again, as Terraform does with what has become known, and applies.
// In case of an error it returns what Terraform keeps.
func (r *run) apply(first *plan, config attributes) (*remembered, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	final := r.plan(first.prior, config)
	r.conforms(first.state, final.state, "inconsistent final plan")
	state, _, _ := r.before(first.prior)
	if final.state.Equal(state) {
		return first.prior, nil
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(state), PlannedState: r.dynamic(final.state),
		PlannedPrivate: final.private, PlannedIdentity: final.identity, Config: r.dynamic(r.value(r.kind, config)),
	})
	r.must(err)
	after := r.undynamic(resp.NewState)
	if failed(resp.Diagnostics) {
		if after.IsNull() {
			return nil, resp.Diagnostics
		}
		return &remembered{after, resp.Private, resp.NewIdentity}, resp.Diagnostics
	}
	r.conforms(final.state, after, "inconsistent result after apply")
	if !after.IsFullyKnown() {
		r.t.Errorf("unknown after apply: %v", after)
	}
	if resp.NewIdentity == nil {
		r.t.Error("the apply set no identity")
	}
	return &remembered{after, resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// conforms makes Terraform's check that what was known stays as it was.
func (r *run) conforms(before, after tftypes.Value, what string) {
	r.t.Helper()
	diffs, err := before.Diff(after)
	r.must(err)
	for _, d := range diffs {
		if d.Value1 != nil && d.Value1.IsFullyKnown() {
			r.t.Errorf("%s: %s", what, d)
		}
	}
}

// make plans and applies; both must succeed.
func (r *run) make(prior *remembered, config attributes) *remembered {
	r.t.Helper()
	made, diags := r.apply(r.plan(prior, config), config)
	r.succeeded(diags)
	return made
}

// tryRead refreshes; nil is a resource that is gone.
func (r *run) tryRead(o *remembered) (*remembered, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	resp, err := r.server.ReadResource(r.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: r.dynamic(o.state), Private: o.private, CurrentIdentity: o.identity,
	})
	r.must(err)
	if !failed(resp.Diagnostics) && resp.NewIdentity == nil {
		r.t.Error("the read set no identity")
	}
	state := r.undynamic(resp.NewState)
	if state.IsNull() {
		return nil, resp.Diagnostics
	}
	return &remembered{state, resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// read is a tryRead that must succeed.
func (r *run) read(o *remembered) *remembered {
	r.t.Helper()
	now, diags := r.tryRead(o)
	r.succeeded(diags)
	if now == nil {
		r.t.Fatal("it is gone")
	}
	return now
}

// tryImport imports and reads what was imported, as Terraform does.
func (r *run) tryImport(req *tfprotov6.ImportResourceStateRequest) (*remembered, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	req.TypeName = typeName
	resp, err := r.server.ImportResourceState(r.ctx, req)
	r.must(err)
	if failed(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	return r.tryRead(&remembered{r.undynamic(imported.State), imported.Private, imported.Identity})
}

// imports imports by an id, which must succeed.
func (r *run) imports(id string) *remembered {
	r.t.Helper()
	imported, diags := r.tryImport(&tfprotov6.ImportResourceStateRequest{ID: id})
	r.succeeded(diags)
	if imported == nil {
		r.t.Fatal("there is nothing to import")
	}
	return imported
}

// destroy plans and applies the end of a resource.
func (r *run) destroy(o *remembered) []*tfprotov6.Diagnostic {
	r.t.Helper()
	gone := r.dynamic(tftypes.NewValue(r.kind, nil))
	planned, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(o.state), ProposedNewState: gone, Config: gone,
		PriorPrivate: o.private, PriorIdentity: o.identity,
	})
	r.must(err)
	r.succeeded(planned.Diagnostics)
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(o.state), PlannedState: planned.PlannedState, Config: gone,
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	r.must(err)
	return resp.Diagnostics
}

// changed returns the paths that a plan changes, as Terraform writes them. Of what
// comes or goes as a whole it returns the one path.
func (r *run) changed(p *plan) []string {
	r.t.Helper()
	before, _, _ := r.before(p.prior)
	paths := differences(before, p.state, "")
	slices.Sort(paths)
	return paths
}

func differences(a, b tftypes.Value, at string) []string {
	if a.Equal(b) {
		return nil
	}
	if a.IsNull() || b.IsNull() || !a.IsKnown() || !b.IsKnown() {
		return []string{at}
	}
	var paths []string
	var was, is []tftypes.Value
	switch {
	case a.Type().Is(tftypes.Object{}):
		before := inside(a)
		for name, attribute := range inside(b) {
			paths = append(paths, differences(before[name], attribute, strings.TrimPrefix(at+"."+name, "."))...)
		}
	case a.As(&was) == nil && b.As(&is) == nil:
		for i := range max(len(was), len(is)) {
			if path := fmt.Sprintf("%s[%d]", at, i); i < min(len(was), len(is)) {
				paths = append(paths, differences(was[i], is[i], path)...)
			} else {
				paths = append(paths, path)
			}
		}
	default:
		paths = append(paths, at)
	}
	return paths
}

// quiet plans in a new run, with a refresh, and fails unless there is nothing to
// do. It returns what the refresh found.
func quiet(t *testing.T, tenant *acctest.Tenant, o *remembered, config attributes) *remembered {
	t.Helper()
	r := newRun(t, tenant)
	now := r.read(o)
	if changed := r.changed(r.plan(now, config)); len(changed) > 0 {
		t.Errorf("the plan is not empty: %v", changed)
	}
	return now
}

// pathOf writes a path as Terraform does: actions[1].send_email.to.
func pathOf(p *tftypes.AttributePath) string {
	if p == nil {
		return ""
	}
	var out strings.Builder
	for _, step := range p.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if out.Len() > 0 {
				out.WriteByte('.')
			}
			out.WriteString(string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&out, "[%d]", int64(step))
		}
	}
	return out.String()
}

func failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

func (r *run) succeeded(diags []*tfprotov6.Diagnostic) {
	r.t.Helper()
	if len(diags) > 0 {
		r.t.Fatalf("it said %s", said(diags))
	}
}

func said(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%s at %q: %s: %s", d.Severity, pathOf(d.Attribute), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// expect wants one error, at a path, that has all the words.
func expect(t *testing.T, diags []*tfprotov6.Diagnostic, path string, words ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || pathOf(diags[0].Attribute) != path {
		t.Errorf("want one error at %q, got:\n%s", path, said(diags))
		return
	}
	for _, word := range words {
		if !strings.Contains(diags[0].Summary+"\n"+diags[0].Detail, word) {
			t.Errorf("%q is not in:\n%s", word, said(diags))
		}
	}
}
