package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

// Run is one run of Terraform at the protocol, about objects of one type: a
// provider server of its own, configured once. It sees what the command line
// hides, warnings, private state and identities, it needs no Terraform of any
// version, and it makes the checks that Terraform makes of a provider.
type Run struct {
	t          testing.TB
	ctx        context.Context //nolint:containedctx // a run has one
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
	typeName   string
	exact      bool
	ignored    []string
}

// Object is a resource as Terraform remembers it between runs.
type Object struct {
	State    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Change is a planned object.
type Change struct {
	// Prior is what there was before; nil for nothing.
	Prior    *Object
	State    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	// Replace are the paths because of which the object is replaced.
	Replace []string
}

// NewRun starts a run with the tenant's own client. The arguments change the
// provider's configuration.
func NewRun(t testing.TB, tenant *Tenant, typeName string, arguments ...Attributes) *Run {
	t.Helper()
	return NewRunIn(t.Context(), t, tenant, typeName, arguments...)
}

// NewRunIn is NewRun with a context, which may have a logger.
func NewRunIn(ctx context.Context, t testing.TB, tenant *Tenant, typeName string, arguments ...Attributes) *Run {
	t.Helper()
	r := NewBareRun(ctx, t, tenant, typeName)
	config := Attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}
	for _, more := range arguments {
		config = config.With(more)
	}
	resp, err := r.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: r.dynamic(Value(t, r.schemas.Provider.ValueType(), config)),
	})
	r.must(err)
	RequireNoError(t, resp.Diagnostics)
	return r
}

// NewBareRun starts a run whose provider is not configured, as that of "terraform
// validate" is.
func NewBareRun(ctx context.Context, t testing.TB, tenant *Tenant, typeName string) *Run {
	t.Helper()
	//nolint:contextcheck // a server has requests with contexts of their own
	r := &Run{t: t, ctx: ctx, server: tenant.Server(), typeName: typeName}
	r.schemas, r.identities = schemas()
	return r
}

// schemas are the provider's, which are the same in each run.
var schemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, map[string]*tfprotov6.ResourceIdentitySchema) {
	ctx, server := context.Background(), provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || HasError(schemas.Diagnostics) {
		panic(fmt.Sprint("no schemas: ", err, Format(schemas.Diagnostics)))
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil || HasError(identities.Diagnostics) {
		panic(fmt.Sprint("no identity schemas: ", err, Format(identities.Diagnostics)))
	}
	return schemas, identities.IdentitySchemas
})

// Of returns the same run, about objects of another type.
func (r *Run) Of(typeName string) *Run {
	other := *r
	other.typeName = typeName
	return &other
}

// For returns the same run for another test, such as one input of a fuzz test.
func (r *Run) For(t testing.TB) *Run {
	other := *r
	other.t, other.ctx = t, t.Context()
	return &other
}

// Exactly returns the same run with stricter checks of plans: for a resource that
// is never replaced, and none of whose values has a second form that means the same.
func (r *Run) Exactly() *Run {
	other := *r
	other.exact = true
	return &other
}

// Ignoring returns the same run for a resource whose lifecycle names attributes, such
// as name or actions[0].alias, in ignore_changes. As Terraform does, a plan of an
// update gets their prior values in place of the configuration's, and an apply gets
// the configuration as it is.
func (r *Run) Ignoring(paths ...string) *Run {
	other := *r
	other.ignored = paths
	return &other
}

func (r *Run) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *Run) schema() *tfprotov6.Schema { return r.schemas.ResourceSchemas[r.typeName] }

func (r *Run) kind() tftypes.Type { return r.schema().ValueType() }

func (r *Run) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	r.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	r.must(err)
	return &d
}

func (r *Run) undynamic(d *tfprotov6.DynamicValue, kind tftypes.Type) tftypes.Value {
	r.t.Helper()
	v, err := d.Unmarshal(kind)
	r.must(err)
	return v
}

// parts returns what requests say of an object; nil is nothing.
func (r *Run) parts(o *Object) (state tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) {
	if o == nil {
		return tftypes.NewValue(r.kind(), nil), nil, nil
	}
	return o.State, o.Private, o.Identity
}

// Attributes returns the names of the attributes that a configuration can have, those
// of list elements as list.attribute, and of those that are only computed.
func (r *Run) Attributes() (configurable, computed []string) {
	for _, a := range r.schema().Block.Attributes {
		if !a.Optional && !a.Required {
			computed = append(computed, a.Name)
			continue
		}
		configurable = append(configurable, a.Name)
		if a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeList {
			for _, inner := range a.NestedType.Attributes {
				configurable = append(configurable, a.Name+"."+inner.Name)
			}
		}
	}
	slices.Sort(computed)
	return configurable, computed
}

// Validate checks a configuration as "terraform validate" does.
func (r *Run) Validate(config Attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.typeName, Config: r.dynamic(Value(r.t, r.kind(), config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	r.must(err)
	return resp.Diagnostics
}

// TryPlan plans a configuration on top of what there is; nil is nothing.
func (r *Run) TryPlan(prior *Object, config Attributes) (*Change, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	state, private, identity := r.parts(prior)
	given := r.withoutIgnored(Value(r.t, r.kind(), config), state)
	resp, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.dynamic(state), PriorPrivate: private, PriorIdentity: identity,
		Config: r.dynamic(given), ProposedNewState: r.dynamic(r.proposed(state, given)),
	})
	r.must(err)
	if HasError(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	change := &Change{
		Prior: prior, State: r.undynamic(resp.PlannedState, r.kind()), Private: resp.PlannedPrivate, Identity: resp.PlannedIdentity,
	}
	r.checkPlan(r.schema().Block.Attributes, state, given, change.State, "")
	if r.exact && len(resp.RequiresReplace) > 0 {
		r.t.Errorf("the plan replaces because of %v", resp.RequiresReplace)
	}
	for _, path := range resp.RequiresReplace {
		change.Replace = append(change.Replace, PathText(path))
	}
	return change, resp.Diagnostics
}

// withoutIgnored returns a configuration with the prior values of what is ignored,
// which is none at all for a write-only attribute.
func (r *Run) withoutIgnored(config, prior tftypes.Value) tftypes.Value {
	r.t.Helper()
	if prior.IsNull() || len(r.ignored) == 0 {
		return config
	}
	out, err := tftypes.Transform(config, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if !slices.Contains(r.ignored, PathText(path)) {
			return value, nil
		}
		was, _, _ := tftypes.WalkAttributePath(prior, path)
		if before, ok := was.(tftypes.Value); ok {
			return before, nil
		}
		return value, nil // the state lacks the element
	})
	r.must(err)
	return out
}

// Plan is a TryPlan that must succeed.
func (r *Run) Plan(prior *Object, config Attributes) *Change {
	r.t.Helper()
	planned, diags := r.TryPlan(prior, config)
	RequireNoError(r.t, diags)
	return planned
}

// proposed is what Terraform proposes: the configuration, and where it says
// nothing about a computed attribute, the state.
func (r *Run) proposed(prior, config tftypes.Value) tftypes.Value {
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
// is as it was before, for values that mean the same.
func (r *Run) checkPlan(attributes []*tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value, at string) {
	r.t.Helper()
	before, given, got := members(prior), members(config), members(planned)
	for _, a := range attributes {
		was, ok := before[a.Name]
		if !ok {
			was = tftypes.NewValue(a.ValueType(), nil)
		}
		wants, gets, where := given[a.Name], got[a.Name], at+a.Name
		var had, listed, made []tftypes.Value
		switch {
		case a.WriteOnly:
			if !gets.IsNull() {
				r.t.Errorf("the plan holds the write-only attribute %s", where)
			}
		case wants.IsNull() && a.Computed, gets.Equal(wants), !r.exact && !prior.IsNull() && gets.Equal(was):
		case a.NestedType != nil && wants.IsKnown() && gets.Type().Is(tftypes.Object{}):
			r.checkPlan(a.NestedType.Attributes, was, wants, gets, where+".")
		case a.NestedType != nil && wants.IsKnown() && wants.As(&listed) == nil && gets.As(&made) == nil && len(listed) == len(made):
			_ = was.As(&had)
			for i := range listed {
				earlier := tftypes.NewValue(listed[i].Type(), nil)
				if i < len(had) {
					earlier = had[i]
				}
				r.checkPlan(a.NestedType.Attributes, earlier, listed[i], made[i], fmt.Sprintf("%s[%d].", where, i))
			}
		default:
			r.t.Errorf("invalid plan: %s is configured as %v and planned as %v", where, plain(wants), plain(gets))
		}
	}
}

// conforms makes Terraform's check that what was known stays as it was.
func (r *Run) conforms(before, after tftypes.Value, what string) {
	r.t.Helper()
	diffs, err := before.Diff(after)
	r.must(err)
	for _, d := range diffs {
		if d.Value1 != nil && d.Value1.IsFullyKnown() {
			r.t.Errorf("%s: %s", what, d)
		}
	}
}

// TryApply plans again, as Terraform does with what has become known, and
// applies. In case of an error it returns what Terraform keeps.
func (r *Run) TryApply(first *Change, config Attributes) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	if len(first.Replace) > 0 {
		r.t.Fatalf("the plan replaces because of %v", first.Replace)
	}
	final, diags := r.TryPlan(first.Prior, config)
	if final == nil {
		return first.Prior, diags
	}
	r.conforms(first.State, final.State, "inconsistent final plan")
	state, _, _ := r.parts(first.Prior)
	if final.State.Equal(state) {
		return first.Prior, diags
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.dynamic(state), PlannedState: r.dynamic(final.State),
		PlannedPrivate: final.Private, PlannedIdentity: final.Identity, Config: r.dynamic(Value(r.t, r.kind(), config)),
	})
	r.must(err)
	after := r.undynamic(resp.NewState, r.kind())
	if HasError(resp.Diagnostics) {
		if after.IsNull() {
			return first.Prior, resp.Diagnostics
		}
		return &Object{after, resp.Private, resp.NewIdentity}, resp.Diagnostics
	}
	r.conforms(final.State, after, "inconsistent result after apply")
	if !after.IsFullyKnown() {
		r.t.Errorf("unknown after apply: %v", after)
	}
	if resp.NewIdentity == nil {
		r.t.Error("the apply set no identity")
	}
	return &Object{after, resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// Apply plans and applies a configuration; both must succeed.
func (r *Run) Apply(prior *Object, config Attributes) *Object {
	r.t.Helper()
	made, diags := r.TryApply(r.Plan(prior, config), config)
	RequireNoError(r.t, diags)
	return made
}

// Fail plans and applies a configuration; the apply must fail.
func (r *Run) Fail(prior *Object, config Attributes) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	left, diags := r.TryApply(r.Plan(prior, config), config)
	if !HasError(diags) {
		r.t.Fatal("the apply succeeded")
	}
	return left, diags
}

// TryRead refreshes an object; nil is one that is gone.
func (r *Run) TryRead(o *Object) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	resp, err := r.server.ReadResource(r.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.typeName, CurrentState: r.dynamic(o.State), Private: o.Private, CurrentIdentity: o.Identity,
	})
	r.must(err)
	if !HasError(resp.Diagnostics) && resp.NewIdentity == nil {
		r.t.Error("the read set no identity")
	}
	state := r.undynamic(resp.NewState, r.kind())
	if state.IsNull() {
		return nil, resp.Diagnostics
	}
	return &Object{state, resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// Read is a TryRead that must succeed and find something.
func (r *Run) Read(o *Object) *Object {
	r.t.Helper()
	now, diags := r.TryRead(o)
	RequireNoError(r.t, diags)
	if now == nil {
		r.t.Fatal("it is gone")
	}
	return now
}

// Destroy plans and applies the end of an object.
func (r *Run) Destroy(o *Object) []*tfprotov6.Diagnostic {
	r.t.Helper()
	gone := r.dynamic(tftypes.NewValue(r.kind(), nil))
	planned, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.dynamic(o.State), ProposedNewState: gone, Config: gone,
		PriorPrivate: o.Private, PriorIdentity: o.Identity,
	})
	r.must(err)
	if HasError(planned.Diagnostics) {
		return planned.Diagnostics
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.dynamic(o.State), PlannedState: planned.PlannedState, Config: gone,
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	r.must(err)
	return append(planned.Diagnostics, resp.Diagnostics...)
}

// TryImport imports, by id or, if that is empty, by identity, and reads what was
// imported, as Terraform does.
func (r *Run) TryImport(id string, identity Attributes) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: id}
	if id == "" {
		kind := r.identities[r.typeName].ValueType()
		req.Identity = &tfprotov6.ResourceIdentityData{IdentityData: r.dynamic(Value(r.t, kind, identity))}
	}
	resp, err := r.server.ImportResourceState(r.ctx, req)
	r.must(err)
	if HasError(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	return r.TryRead(&Object{r.undynamic(imported.State, r.kind()), imported.Private, imported.Identity})
}

// Identified returns the identity of an object, nil if it has none.
func (r *Run) Identified(identity *tfprotov6.ResourceIdentityData) Attributes {
	r.t.Helper()
	if identity == nil || identity.IdentityData == nil {
		return nil
	}
	attributes, _ := plain(r.undynamic(identity.IdentityData, r.identities[r.typeName].ValueType())).(Attributes)
	return attributes
}

// Source is a resource that a moved block takes over from another type.
type Source struct {
	// Provider is the address of its provider; empty: that of the official one.
	Provider string
	// Type is its resource type.
	Type string
	// State is its state as it is in a state file.
	State map[string]any
}

// Move takes a resource over from another type, as a moved block does. The result
// is not read yet; Terraform does that next, unless told not to.
func (r *Run) Move(from Source) (*Object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	if from.Provider == "" {
		from.Provider = "registry.terraform.io/auth0/auth0"
	}
	state, err := json.Marshal(from.State)
	r.must(err)
	resp, err := r.server.MoveResourceState(r.ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: from.Provider, SourceTypeName: from.Type,
		SourceState: &tfprotov6.RawState{JSON: state}, TargetTypeName: r.typeName,
	})
	r.must(err)
	if HasError(resp.Diagnostics) {
		return nil, resp.Diagnostics
	}
	return &Object{r.undynamic(resp.TargetState, r.kind()), resp.TargetPrivate, resp.TargetIdentity}, resp.Diagnostics
}

// ValidateData checks the configuration of a data source.
func (r *Run) ValidateData(name string, config Attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateDataResourceConfig(r.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name, Config: r.dynamic(Value(r.t, r.schemas.DataSourceSchemas[name].ValueType(), config)),
	})
	r.must(err)
	return resp.Diagnostics
}

// Data reads a data source.
func (r *Run) Data(name string, config Attributes) (tftypes.Value, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	kind := r.schemas.DataSourceSchemas[name].ValueType()
	given := r.dynamic(Value(r.t, kind, config))
	if diags := r.ValidateData(name, config); HasError(diags) {
		return tftypes.Value{}, diags
	}
	resp, err := r.server.ReadDataSource(r.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: given})
	r.must(err)
	if HasError(resp.Diagnostics) {
		return tftypes.Value{}, resp.Diagnostics
	}
	return r.undynamic(resp.State, kind), resp.Diagnostics
}

// ValidateEphemeral checks the configuration of an ephemeral resource.
func (r *Run) ValidateEphemeral(name string, config Attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.server.ValidateEphemeralResourceConfig(r.ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: name, Config: r.dynamic(Value(r.t, r.schemas.EphemeralResourceSchemas[name].ValueType(), config)),
	})
	r.must(err)
	return resp.Diagnostics
}

// Open opens an ephemeral resource, renews it once if it asks for that, and closes
// it, as Terraform does in one run.
func (r *Run) Open(name string, config Attributes) (tftypes.Value, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	kind := r.schemas.EphemeralResourceSchemas[name].ValueType()
	given := r.dynamic(Value(r.t, kind, config))
	resp, err := r.server.OpenEphemeralResource(r.ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: given})
	r.must(err)
	if HasError(resp.Diagnostics) {
		return tftypes.Value{}, resp.Diagnostics
	}
	diags, private := resp.Diagnostics, resp.Private
	if !resp.RenewAt.IsZero() {
		time.Sleep(time.Until(resp.RenewAt))
		renewed, err := r.server.RenewEphemeralResource(r.ctx, &tfprotov6.RenewEphemeralResourceRequest{TypeName: name, Private: private})
		r.must(err)
		diags, private = append(diags, renewed.Diagnostics...), renewed.Private
	}
	closed, err := r.server.CloseEphemeralResource(r.ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: private})
	r.must(err)
	return r.undynamic(resp.Result, kind), append(diags, closed.Diagnostics...)
}

// Invoked is what an action has reported.
type Invoked struct {
	Progress    []string
	Diagnostics []*tfprotov6.Diagnostic
}

// Invoke validates, plans and invokes an action, as Terraform does in one run.
func (r *Run) Invoke(name string, config Attributes) Invoked {
	r.t.Helper()
	server, ok := r.server.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // to be merged into ProviderServer
	if !ok {
		r.t.Fatal("the provider has no actions")
	}
	given := r.dynamic(Value(r.t, r.schemas.ActionSchemas[name].Schema.ValueType(), config))
	valid, err := server.ValidateActionConfig(r.ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: given})
	r.must(err)
	if HasError(valid.Diagnostics) {
		return Invoked{Diagnostics: valid.Diagnostics}
	}
	planned, err := server.PlanAction(r.ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: given})
	r.must(err)
	if HasError(planned.Diagnostics) {
		return Invoked{Diagnostics: planned.Diagnostics}
	}
	stream, err := server.InvokeAction(r.ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: given})
	r.must(err)
	var invoked Invoked
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			invoked.Progress = append(invoked.Progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			invoked.Diagnostics = append(invoked.Diagnostics, event.Diagnostics...)
		}
	}
	return invoked
}

// Listed is an object as "terraform query" shows it.
type Listed struct {
	DisplayName string
	Identity    Attributes
	// Resource is the zero value where it was not asked for.
	Resource    tftypes.Value
	Diagnostics []*tfprotov6.Diagnostic
}

// ListOptions are the arguments that every list block has.
type ListOptions struct {
	IncludeResource bool
	// Limit is how many objects are wanted; 0 is how a request without a limit
	// arrives.
	Limit int64
}

// List lists objects of the run's type. Nothing is fetched before the first is
// asked for.
func (r *Run) List(config Attributes, options ListOptions) iter.Seq[Listed] {
	r.t.Helper()
	server, ok := r.server.(tfprotov6.ProviderServerWithListResource) //nolint:staticcheck // to be merged into ProviderServer
	if !ok {
		r.t.Fatal("the provider lists nothing")
	}
	kind := r.schemas.ListResourceSchemas[r.typeName].ValueType()
	given := r.dynamic(Value(r.t, kind, config))
	valid, err := server.ValidateListResourceConfig(r.ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: r.typeName, Config: given})
	r.must(err)
	if HasError(valid.Diagnostics) {
		return func(yield func(Listed) bool) { yield(Listed{Diagnostics: valid.Diagnostics}) }
	}
	stream, err := server.ListResource(r.ctx, &tfprotov6.ListResourceRequest{
		TypeName: r.typeName, Config: given, IncludeResource: options.IncludeResource, Limit: options.Limit,
	})
	r.must(err)
	return func(yield func(Listed) bool) {
		for result := range stream.Results {
			listed := Listed{DisplayName: result.DisplayName, Identity: r.Identified(result.Identity), Diagnostics: result.Diagnostics}
			if result.Resource != nil {
				listed.Resource = r.undynamic(result.Resource, r.kind())
			}
			if !yield(listed) {
				return
			}
		}
	}
}

// Changed returns the paths that a plan changes, as Terraform writes them, sorted.
func (c *Change) Changed() []string {
	if c.Prior == nil {
		return []string{"everything"}
	}
	paths := differences(c.Prior.State, c.State, "")
	slices.Sort(paths)
	return paths
}

// Generated returns the configuration that Terraform generates for an object: all
// that a configuration can have and that is not null. Secrets are for the user to
// add.
func (r *Run) Generated(v tftypes.Value) Attributes {
	r.t.Helper()
	return generated(r.schema().Block.Attributes, v)
}

func generated(attributes []*tfprotov6.SchemaAttribute, v tftypes.Value) Attributes {
	config := Attributes{}
	inside := members(v)
	for _, a := range attributes {
		value := inside[a.Name]
		if value.IsNull() || a.Sensitive || !a.Optional && !a.Required {
			continue
		}
		var elements []tftypes.Value
		switch {
		case a.NestedType == nil:
			config[a.Name] = value
		case value.As(&elements) == nil:
			list := []any{}
			for _, element := range elements {
				list = append(list, generated(a.NestedType.Attributes, element))
			}
			config[a.Name] = list
		default:
			config[a.Name] = generated(a.NestedType.Attributes, value)
		}
	}
	return config
}

// SavedObject is an object as an earlier version of the provider wrote it: the
// attributes that are not null, and private state.
type SavedObject struct {
	State   json.RawMessage `json:"state"`
	Private json.RawMessage `json:"private"`
}

// ReadSaved reads objects by name from a JSON file in which TENANT stands for the
// tenant's domain.
func ReadSaved(t testing.TB, tenant *Tenant, file string) map[string]SavedObject {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	saved := map[string]SavedObject{}
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("TENANT"), []byte(tenant.Domain())), &saved); err != nil {
		t.Fatal(err)
	}
	return saved
}

// Upgrade upgrades the state of an object that an earlier version of the provider
// wrote, as Terraform does before anything else.
func (r *Run) Upgrade(saved SavedObject) *Object {
	r.t.Helper()
	resp, err := r.server.UpgradeResourceState(r.ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: r.typeName, Version: r.schema().Version, RawState: &tfprotov6.RawState{JSON: saved.State},
	})
	r.must(err)
	RequireNoError(r.t, resp.Diagnostics)
	object := &Object{State: r.undynamic(resp.UpgradedState, r.kind())}
	if string(saved.Private) != "null" {
		object.Private = saved.Private
	}
	return object
}
