package user_test

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// BenchmarkUser is what a user costs the provider: a plan without a change, a plan
// of one attribute, a refresh and a create. The latter two include the emulator's
// part. Processor time is less noisy than wall time on a busy machine.
func BenchmarkUser(b *testing.B) {
	ctx := b.Context()
	tenant := acctest.New(b)
	server := tenant.Server()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	kind := schemas.ResourceSchemas[typeName].ValueType()
	dynamic := func(v tftypes.Value) *tfprotov6.DynamicValue {
		d, err := tfprotov6.NewDynamicValue(v.Type(), v)
		if err != nil {
			b.Fatal(err)
		}
		return &d
	}
	object := func(kind tftypes.Type, given map[string]any, otherwise any) tftypes.Value {
		members := map[string]tftypes.Value{}
		for name, attribute := range kind.(tftypes.Object).AttributeTypes {
			members[name] = tftypes.NewValue(attribute, otherwise)
			if value, ok := given[name]; ok {
				members[name] = tftypes.NewValue(attribute, value)
			}
		}
		return tftypes.NewValue(kind, members)
	}
	check := func(b *testing.B, diags []*tfprotov6.Diagnostic, err error) {
		b.Helper()
		for _, d := range diags {
			b.Fatalf("%s: %s", d.Summary, d.Detail)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	_, err = server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: dynamic(object(schemas.Provider.ValueType(),
		map[string]any{
			"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret,
		}, nil))})
	check(b, nil, err)

	given := func(i int) map[string]any {
		return map[string]any{
			"email": fmt.Sprintf("u%d@example.com", i), "password": "Correct-Horse-42", "name": "Ada", "user_metadata": `{"plan":"gold"}`,
			"connection_name": "Username-Password-Authentication", "on_destroy": "delete",
		}
	}
	// computed are proposed as unknown for a new user, and as they are for another.
	computed := map[string]bool{}
	for _, a := range schemas.ResourceSchemas[typeName].Block.Attributes {
		computed[a.Name] = a.Computed
	}
	propose := func(config, prior tftypes.Value) tftypes.Value {
		var members, before map[string]tftypes.Value
		_ = config.As(&members)
		_ = prior.As(&before)
		out := map[string]tftypes.Value{}
		for name, v := range members {
			out[name] = v
			if v.IsNull() && computed[name] {
				if out[name] = before[name]; prior.IsNull() {
					out[name] = tftypes.NewValue(v.Type(), tftypes.UnknownValue)
				}
			}
		}
		return tftypes.NewValue(kind, out)
	}
	plan := func(b *testing.B, config, prior tftypes.Value, private []byte) *tfprotov6.PlanResourceChangeResponse {
		resp, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: typeName, PriorState: dynamic(prior), PriorPrivate: private, Config: dynamic(config),
			ProposedNewState: dynamic(propose(config, prior)),
		})
		check(b, resp.Diagnostics, err)
		return resp
	}
	users := 0
	create := func(b *testing.B) (tftypes.Value, *tfprotov6.ApplyResourceChangeResponse) {
		users++
		config, none := object(kind, given(users), nil), tftypes.NewValue(kind, nil)
		planned := plan(b, config, none, nil)
		resp, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
			TypeName: typeName, PriorState: dynamic(none), PlannedState: planned.PlannedState,
			PlannedPrivate: planned.PlannedPrivate, Config: dynamic(config),
		})
		check(b, resp.Diagnostics, err)
		return config, resp
	}
	config, created := create(b)
	state, err := created.NewState.Unmarshal(kind)
	check(b, nil, err)
	changed := given(1)
	changed["name"] = "Countess"
	for name, run := range map[string]func(b *testing.B){
		"plan nothing": func(b *testing.B) { plan(b, config, state, created.Private) },
		"plan a name":  func(b *testing.B) { plan(b, object(kind, changed, nil), state, created.Private) },
		"read": func(b *testing.B) {
			resp, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
				TypeName: typeName, CurrentState: created.NewState, Private: created.Private, CurrentIdentity: created.NewIdentity,
			})
			check(b, resp.Diagnostics, err)
		},
		"create": func(b *testing.B) { create(b) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			started := processorTime()
			for b.Loop() {
				run(b)
			}
			b.ReportMetric(float64(processorTime()-started)/float64(b.N)/1000, "cpu-µs/op")
		})
	}
}

// processorTime returns the processor time of this process in nanoseconds.
func processorTime() int64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}
