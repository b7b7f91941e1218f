package connection_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// typeName is the resource, and the data source, that these tests are about.
const typeName = "auth0vault_connection"

// attributes are arguments as a configuration gives them: strings, numbers,
// booleans, lists and maps of strings, nil, or unknown.
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

// plannedChange is what a plan makes of an object.
type plannedChange struct {
	prior    *object
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// newRun starts a run with the tenant's own client; the arguments change the
// provider's configuration.
func newRun(t *testing.T, tenant *acctest.Tenant, arguments ...attributes) *run {
	t.Helper()
	r := &run{t: t, ctx: context.Background(), server: tenant.Server()}
	r.configure(tenant, arguments...)
	return r
}

func (r *run) configure(tenant *acctest.Tenant, arguments ...attributes) {
	r.t.Helper()
	var err error
	if r.schemas, err = r.server.GetProviderSchema(r.ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		r.t.Fatal(err)
	}
	config := attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}
	for _, more := range arguments {
		config = config.with(more)
	}
	resp, err := r.server.ConfigureProvider(r.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: r.dynamic(value(r.t, r.schemas.Provider.ValueType(), config)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	mustSucceed(r.t, resp.Diagnostics)
}

func (r *run) schema() *tfprotov6.Schema { return r.schemas.ResourceSchemas[typeName] }

// value turns attributes into an object of a type.
func value(t *testing.T, kind tftypes.Type, in attributes) tftypes.Value {
	t.Helper()
	types := kind.(tftypes.Object).AttributeTypes
	out := map[string]tftypes.Value{}
	for name, attribute := range types {
		out[name] = single(attribute, in[name])
	}
	for name := range in {
		if _, ok := types[name]; !ok {
			t.Fatalf("there is no attribute %s", name)
		}
	}
	return tftypes.NewValue(kind, out)
}

func single(kind tftypes.Type, v any) tftypes.Value {
	switch v := v.(type) {
	case unknownValue:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(kind, big.NewFloat(float64(v)))
	case []string:
		elements := []tftypes.Value{}
		for _, element := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, element))
		}
		return tftypes.NewValue(kind, elements)
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, element := range v {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(kind, elements)
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

// members returns a copy of an object's attributes: As hands out the map itself.
func members(v tftypes.Value) map[string]tftypes.Value {
	inside := map[string]tftypes.Value{}
	if !v.IsNull() {
		_ = v.As(&inside)
	}
	return maps.Clone(inside)
}

// get returns an attribute as Go has it: a string, a bool, an int, a slice or a
// map of strings, nil, or unknown.
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

// validateData checks the configuration of a data source.
func (r *run) validateData(name string, config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateDataResourceConfig(r.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name, Config: r.dynamic(value(r.t, r.schemas.DataSourceSchemas[name].ValueType(), config)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.Diagnostics
}

// validate checks a configuration without a configured provider, as
// "terraform validate" does.
func (r *run) validate(config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: r.dynamic(value(r.t, r.schema().ValueType(), config)),
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
	given := value(r.t, kind, config)
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
	if len(resp.RequiresReplace) > 0 {
		r.t.Errorf("the plan replaces because of %v", resp.RequiresReplace)
	}
	planned := r.undynamic(resp.PlannedState, kind)
	r.checkPlan(given, planned)
	return &plannedChange{prior: prior, state: planned, private: resp.PlannedPrivate, identity: resp.PlannedIdentity}, resp.Diagnostics
}

// proposed is what Terraform proposes: the configuration, and where it says
// nothing about a computed attribute, the state.
func (r *run) proposed(prior, config tftypes.Value) tftypes.Value {
	out, before := members(config), members(prior)
	for _, a := range r.schema().Block.Attributes {
		switch {
		case a.WriteOnly:
			out[a.Name] = tftypes.NewValue(a.Type, nil)
		case a.Computed && out[a.Name].IsNull() && !prior.IsNull():
			out[a.Name] = before[a.Name]
		case a.Computed && out[a.Name].IsNull():
			out[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(config.Type(), out)
}

// checkPlan makes Terraform's check of a plan: what is configured is planned.
func (r *run) checkPlan(config, planned tftypes.Value) {
	r.t.Helper()
	given, got := members(config), members(planned)
	for _, a := range r.schema().Block.Attributes {
		switch {
		case a.WriteOnly && !got[a.Name].IsNull():
			r.t.Errorf("the plan holds the write-only attribute %s", a.Name)
		case !a.WriteOnly && !given[a.Name].IsNull() && !given[a.Name].Equal(got[a.Name]),
			!a.WriteOnly && !a.Computed && !given[a.Name].Equal(got[a.Name]):
			r.t.Errorf("invalid plan: %s is configured as %v and planned as %v", a.Name, given[a.Name], got[a.Name])
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
		PlannedPrivate: final.private, PlannedIdentity: final.identity, Config: r.dynamic(value(r.t, kind, config)),
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
	return &object{state: state, private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
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
	resp, err := r.server.ReadDataSource(r.ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: r.dynamic(value(r.t, kind, config)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if hasError(resp.Diagnostics) {
		return tftypes.Value{}, resp.Diagnostics
	}
	return r.undynamic(resp.State, kind), resp.Diagnostics
}

// changed returns the names of the attributes that a plan changes.
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
	return names
}

// quiet plans in a new run, with a refresh, and fails unless there is nothing to do.
func quiet(t *testing.T, tenant *acctest.Tenant, o *object, config attributes) {
	t.Helper()
	r := newRun(t, tenant)
	planned, diags := r.tryPlan(r.read(o), config)
	if len(diags) > 0 {
		t.Errorf("the plan says %s", said(diags))
	}
	if names := planned.changed(); len(names) > 0 {
		t.Errorf("the plan is not empty: it changes %v", names)
	}
}

func hasError(diags []*tfprotov6.Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

func mustSucceed(t *testing.T, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if hasError(diags) {
		t.Fatal(said(diags))
	}
}

// said returns diagnostics as a text: severity, attribute, summary and detail.
func said(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		attribute := ""
		if d.Attribute != nil {
			attribute = strings.TrimPrefix(d.Attribute.String(), "AttributeName")
		}
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", d.Severity, attribute, d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// expect fails unless exactly one diagnostic is of a severity and on an
// attribute (empty: on none), and it holds all the words.
func expect(t *testing.T, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, attribute string, words ...string) {
	t.Helper()
	var found []*tfprotov6.Diagnostic
	for _, d := range diags {
		on := ""
		if d.Attribute != nil {
			on = fmt.Sprint(d.Attribute.LastStep())
			if name, ok := d.Attribute.LastStep().(tftypes.AttributeName); ok {
				on = string(name)
			}
		}
		if d.Severity == severity && on == attribute {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		t.Errorf("got %d of severity %s on attribute %q, want 1:\n%s", len(found), severity, attribute, said(diags))
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

// onAttributes moves diagnostics on elements to the attribute that holds them.
func onAttributes(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	for _, d := range diags {
		if d.Attribute != nil && len(d.Attribute.Steps()) > 1 {
			d.Attribute = tftypes.NewAttributePathWithSteps(d.Attribute.Steps()[:1])
		}
	}
	return diags
}
