package user_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// typeName is the resource, and the data source, that these tests are about.
const typeName = "auth0vault_user"

// attributes are arguments as a configuration gives them: strings, numbers,
// booleans, maps of strings, objects (attributes again), nil, or unknown.
type attributes map[string]any

type unknownValue struct{}

// unknown stands for a value that is known only after the apply of something else.
var unknown = unknownValue{}

// with returns a copy with some attributes changed.
func (a attributes) with(changed attributes) attributes {
	out := maps.Clone(a)
	maps.Copy(out, changed)
	return out
}

// without returns a copy that lacks some attributes.
func (a attributes) without(names ...string) attributes {
	out := maps.Clone(a)
	for _, name := range names {
		delete(out, name)
	}
	return out
}

// run is one run of Terraform at the protocol: a provider server of its own,
// configured once. It sees what the command line hides, warnings, private state
// and identities, and it makes the checks that Terraform makes of a provider.
type run struct {
	t       *testing.T
	ctx     context.Context
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// object is a resource as Terraform remembers it between runs.
type object struct {
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// plannedChange is a planned object.
type plannedChange struct {
	prior    *object
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replace  []string
}

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *run {
	t.Helper()
	return newRunIn(t.Context(), t, tenant, arguments...)
}

// newRunIn is newRun with a context, which may have a logger.
func newRunIn(ctx context.Context, t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *run {
	t.Helper()
	r := &run{t: t, ctx: ctx, server: tenant.Server()}
	var err error
	if r.schemas, err = r.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	config := attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}
	for _, more := range arguments {
		config = config.with(more)
	}
	resp, err := r.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: r.dynamic(r.value(r.schemas.Provider.ValueType(), config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	mustSucceed(t, resp.Diagnostics)
	return r
}

func (r *run) schema() *tfprotov6.Schema { return r.schemas.ResourceSchemas[typeName] }

// value turns what a test writes down into a value of a type.
func (r *run) value(kind tftypes.Type, v any) tftypes.Value {
	r.t.Helper()
	switch v := v.(type) {
	case unknownValue:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(kind, big.NewFloat(float64(v)))
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, element := range v {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(kind, elements)
	case map[string]any:
		elements := map[string]tftypes.Value{}
		for key, element := range v {
			elements[key] = r.value(tftypes.String, element)
		}
		return tftypes.NewValue(kind, elements)
	case attributes:
		types := kind.(tftypes.Object).AttributeTypes
		out := map[string]tftypes.Value{}
		for name, attribute := range types {
			out[name] = r.value(attribute, v[name])
		}
		for name := range v {
			if _, ok := types[name]; !ok {
				r.t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(kind, out)
	}
	return tftypes.NewValue(kind, v)
}

func (r *run) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	r.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		r.t.Fatal(err)
	}
	return &d
}

func (r *run) undynamic(d *tfprotov6.DynamicValue, kind tftypes.Type) tftypes.Value {
	r.t.Helper()
	v, err := d.Unmarshal(kind)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func members(v tftypes.Value) map[string]tftypes.Value {
	shared := map[string]tftypes.Value{}
	if v.IsKnown() && !v.IsNull() {
		_ = v.As(&shared)
	}
	return maps.Clone(shared)
}

// get returns an attribute as Go has it: a string, a bool, an int, a slice or a
// map, nil, or unknown.
func get(t *testing.T, v tftypes.Value, name string) any {
	t.Helper()
	attribute, ok := members(v)[name]
	if !ok {
		t.Fatalf("there is no attribute %s", name)
	}
	return plain(attribute)
}

func plain(v tftypes.Value) any {
	switch {
	case !v.IsKnown():
		return unknown
	case v.IsNull():
		return nil
	}
	var text string
	var boolean bool
	var number big.Float
	var list []tftypes.Value
	var dictionary map[string]tftypes.Value
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&number) == nil:
		n, _ := number.Int64()
		return int(n)
	case v.As(&list) == nil:
		out := []any{}
		for _, element := range list {
			out = append(out, plain(element))
		}
		return out
	case v.As(&dictionary) == nil:
		out := map[string]any{}
		for key, element := range dictionary {
			out[key] = plain(element)
		}
		return out
	}
	return v
}

// validate checks a configuration without a configured provider, as
// "terraform validate" does.
func (r *run) validate(config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: r.dynamic(r.value(r.schema().ValueType(), config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.Diagnostics
}

// tryPlan plans a configuration on top of what there is; nil is nothing.
func (r *run) tryPlan(prior *object, config attributes) (*plannedChange, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	kind := r.schema().ValueType()
	before := tftypes.NewValue(kind, nil)
	var private []byte
	var identity *tfprotov6.ResourceIdentityData
	if prior != nil {
		before, private, identity = prior.state, prior.private, prior.identity
	}
	given := r.value(kind, config)
	resp, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(before), PriorPrivate: private, PriorIdentity: identity,
		Config: r.dynamic(given), ProposedNewState: r.dynamic(r.proposed(before, given)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	planned := r.undynamic(resp.PlannedState, kind)
	r.checkPlan(before, given, planned)
	change := &plannedChange{prior: prior, state: planned, private: resp.PlannedPrivate, identity: resp.PlannedIdentity}
	for _, path := range resp.RequiresReplace {
		change.replace = append(change.replace, attributeOf(path))
	}
	return change, resp.Diagnostics
}

// proposed is what Terraform proposes: the configuration, and where it says
// nothing about a computed attribute, the state.
func (r *run) proposed(prior, config tftypes.Value) tftypes.Value {
	out, before := members(config), members(prior)
	for _, a := range r.schema().Block.Attributes {
		switch {
		case a.WriteOnly:
			out[a.Name] = tftypes.NewValue(a.ValueType(), nil)
		case a.Computed && out[a.Name].IsNull() && !prior.IsNull():
			out[a.Name] = before[a.Name]
		case a.Computed && out[a.Name].IsNull():
			out[a.Name] = tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(config.Type(), out)
}

// checkPlan makes Terraform's check of a plan: what is configured is planned, or
// what there was before, for values that mean the same.
func (r *run) checkPlan(prior, config, planned tftypes.Value) {
	r.t.Helper()
	given, before, got := members(config), members(prior), members(planned)
	for _, a := range r.schema().Block.Attributes {
		name := a.Name
		switch {
		case a.WriteOnly:
			if !got[name].IsNull() {
				r.t.Errorf("the plan holds the write-only attribute %s", name)
			}
		case given[name].IsNull() && a.Computed, given[name].Equal(got[name]):
		case !prior.IsNull() && before[name].Equal(got[name]):
		default:
			r.t.Errorf("invalid plan: %s is configured as %v and planned as %v", name, plain(given[name]), plain(got[name]))
		}
	}
}

// conforms makes Terraform's check that what was known stays as it was.
func (r *run) conforms(before, after tftypes.Value, what string) {
	r.t.Helper()
	was, is := members(before), members(after)
	for name, v := range was {
		if v.IsFullyKnown() && !v.Equal(is[name]) {
			r.t.Errorf("%s: %s was %v and is %v", what, name, plain(v), plain(is[name]))
		}
	}
}

// tryApply plans again, as Terraform does with what has become known, and
// applies. The error case returns what Terraform keeps.
func (r *run) tryApply(first *plannedChange, config attributes) (*object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	if len(first.replace) > 0 {
		r.t.Fatalf("the plan replaces because of %v", first.replace)
	}
	final, diags := r.tryPlan(first.prior, config)
	if final == nil {
		return first.prior, diags
	}
	r.conforms(first.state, final.state, "inconsistent final plan")
	kind := r.schema().ValueType()
	before := tftypes.NewValue(kind, nil)
	if first.prior != nil {
		before = first.prior.state
	}
	if final.state.Equal(before) {
		return first.prior, diags
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(before), PlannedState: r.dynamic(final.state),
		PlannedPrivate: final.private, PlannedIdentity: final.identity, Config: r.dynamic(r.value(kind, config)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	state := r.undynamic(resp.NewState, kind)
	if hasError(resp.Diagnostics) {
		if state.IsNull() {
			return first.prior, resp.Diagnostics // Terraform keeps what it had
		}
		return &object{state: state, private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
	}
	r.conforms(final.state, state, "inconsistent result after apply")
	if !state.IsFullyKnown() {
		r.t.Errorf("unknown after apply: %v", state)
	}
	if resp.NewIdentity == nil {
		r.t.Error("the apply set no identity")
	}
	return &object{state: state, private: resp.Private, identity: resp.NewIdentity}, append(diags, resp.Diagnostics...)
}

// plan is a tryPlan that must succeed.
func (r *run) plan(prior *object, config attributes) *plannedChange {
	r.t.Helper()
	planned, diags := r.tryPlan(prior, config)
	mustSucceed(r.t, diags)
	return planned
}

// apply plans and applies a configuration; both must succeed.
func (r *run) apply(prior *object, config attributes) *object {
	r.t.Helper()
	made, diags := r.tryApply(r.plan(prior, config), config)
	mustSucceed(r.t, diags)
	return made
}

// fail plans and applies a configuration; the apply must fail.
func (r *run) fail(prior *object, config attributes) (*object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	left, diags := r.tryApply(r.plan(prior, config), config)
	if !hasError(diags) {
		r.t.Fatal("the apply succeeded")
	}
	return left, diags
}

// tryRead refreshes an object; nil is one that is gone.
func (r *run) tryRead(o *object) (*object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	resp, err := r.server.ReadResource(r.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: r.dynamic(o.state), Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	state := r.undynamic(resp.NewState, r.schema().ValueType())
	if !hasError(resp.Diagnostics) && resp.NewIdentity == nil {
		r.t.Error("the read set no identity")
	}
	if state.IsNull() {
		return nil, resp.Diagnostics
	}
	return &object{state: state, private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
}

// read is a tryRead that must succeed.
func (r *run) read(o *object) *object {
	r.t.Helper()
	now, diags := r.tryRead(o)
	mustSucceed(r.t, diags)
	if now == nil {
		r.t.Fatal("the read found nothing")
	}
	return now
}

// destroy plans and applies the end of an object.
func (r *run) destroy(o *object) []*tfprotov6.Diagnostic {
	r.t.Helper()
	gone := r.dynamic(tftypes.NewValue(r.schema().ValueType(), nil))
	planned, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(o.state), ProposedNewState: gone, Config: gone,
		PriorPrivate: o.private, PriorIdentity: o.identity,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(planned.Diagnostics) {
		return planned.Diagnostics
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(o.state), PlannedState: planned.PlannedState, Config: gone,
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.Diagnostics
}

// tryImport imports and reads what was imported, as Terraform does.
func (r *run) tryImport(req *tfprotov6.ImportResourceStateRequest) (*object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	req.TypeName = typeName
	resp, err := r.server.ImportResourceState(r.ctx, req)
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	return r.tryRead(&object{
		state: r.undynamic(imported.State, r.schema().ValueType()), private: imported.Private, identity: imported.Identity,
	})
}

// data reads a data source.
func (r *run) data(name string, config attributes) (tftypes.Value, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	kind := r.schemas.DataSourceSchemas[name].ValueType()
	given := r.dynamic(r.value(kind, config))
	valid, err := r.server.ValidateDataResourceConfig(r.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: given})
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(valid.Diagnostics) {
		return tftypes.Value{}, valid.Diagnostics
	}
	resp, err := r.server.ReadDataSource(r.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: given})
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(resp.Diagnostics) {
		return tftypes.Value{}, resp.Diagnostics
	}
	return r.undynamic(resp.State, kind), resp.Diagnostics
}

// changed returns the names of the attributes that a plan changes, sorted.
func (c *plannedChange) changed() []string {
	if c.prior == nil {
		return []string{"everything"}
	}
	var names []string
	before := members(c.prior.state)
	for name, v := range members(c.state) {
		if !v.Equal(before[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// expectChange fails unless a plan changes these attributes and no others, aside
// from updated_at, which any request moves.
func (c *plannedChange) expectChange(t *testing.T, names ...string) {
	t.Helper()
	got := slices.DeleteFunc(c.changed(), func(name string) bool { return name == "updated_at" })
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("the plan changes %v, want %v", got, names)
	}
}

// quiet plans in a new run, with a refresh, and fails unless there is nothing to
// do. The arguments are the provider's.
func quiet(t *testing.T, tenant *acctest.Tenant, o *object, config attributes, arguments ...attributes) {
	t.Helper()
	r := newRun(t, tenant, arguments...)
	planned, diags := r.tryPlan(r.read(o), config)
	if len(diags) > 0 {
		t.Fatalf("the plan says %s", said(diags))
	}
	if names := planned.changed(); len(names) > 0 {
		t.Errorf("the plan is not empty: it changes %v", names)
	}
}

// applied refreshes and applies in a new run, and expects the plan after it to be
// empty.
func applied(t *testing.T, tenant *acctest.Tenant, before *object, config attributes, arguments ...attributes) *object {
	t.Helper()
	r := newRun(t, tenant, arguments...)
	if before != nil {
		before = r.read(before)
	}
	made := r.apply(before, config)
	quiet(t, tenant, made, config, arguments...)
	return made
}

func hasError(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

func mustSucceed(t *testing.T, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if hasError(diags) {
		t.Fatal(said(diags))
	}
}

// attributeOf returns a path as it is written in a configuration.
func attributeOf(path *tftypes.AttributePath) string {
	var steps []string
	for _, step := range path.Steps() {
		steps = append(steps, fmt.Sprint(step))
		if name, ok := step.(tftypes.AttributeName); ok {
			steps[len(steps)-1] = string(name)
		}
	}
	return strings.Join(steps, ".")
}

// said returns diagnostics as a text: severity, attribute, summary and detail.
func said(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", d.Severity, attributeOf(d.Attribute), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// expect fails unless exactly one diagnostic is of a severity, that one is on the
// attribute (empty: on none), and it holds all the words.
func expect(t *testing.T, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, attribute string, words ...string) {
	t.Helper()
	var found []*tfprotov6.Diagnostic
	for _, d := range diags {
		if d.Severity == severity {
			found = append(found, d)
		}
	}
	if len(found) != 1 || attributeOf(found[0].Attribute) != attribute {
		t.Errorf("got %d of severity %s, want one on the attribute %q:\n%s", len(found), severity, attribute, said(diags))
		return
	}
	for _, word := range words {
		if text := found[0].Summary + ": " + found[0].Detail; !strings.Contains(text, word) {
			t.Errorf("the message does not say %q:\n%s", word, text)
		}
	}
}

func expectError(t *testing.T, diags []*tfprotov6.Diagnostic, attribute string, words ...string) {
	t.Helper()
	expect(t, diags, tfprotov6.DiagnosticSeverityError, attribute, words...)
}

func expectWarning(t *testing.T, diags []*tfprotov6.Diagnostic, attribute string, words ...string) {
	t.Helper()
	expect(t, diags, tfprotov6.DiagnosticSeverityWarning, attribute, words...)
}

// id returns the full id of the user.
func (o *object) id(t *testing.T) string {
	t.Helper()
	return get(t, o.state, "id").(string)
}
