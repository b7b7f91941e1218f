package application_test

import (
	"bytes"
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const typeName = "auth0vault_application"

// attributes are arguments as a configuration gives them: strings, booleans,
// lists and maps of strings, or a value as the protocol has it.
type attributes map[string]any

// unknown stands for a string that is known only after the apply of something else.
var unknown = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// run is one run of Terraform at the protocol. It sees what the command line
// hides: private state, identities and logs.
type run struct {
	t      *testing.T
	ctx    context.Context //nolint:containedctx // a run has one
	server tfprotov6.ProviderServer
	schema *tfprotov6.Schema
	logs   *bytes.Buffer
}

// object is a resource as Terraform remembers it between runs.
type object struct {
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

func newRun(t *testing.T, tenant *acctest.Tenant, arguments attributes) *run {
	t.Helper()
	r := &run{t: t, server: tenant.Server(), logs: &bytes.Buffer{}}
	r.ctx = tflogtest.RootLogger(t.Context(), r.logs)
	schemas, err := r.server.GetProviderSchema(r.ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	r.schema = schemas.ResourceSchemas[typeName]
	config := attributes{"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret}
	maps.Copy(config, arguments)
	resp, err := r.server.ConfigureProvider(r.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: r.dynamic(r.object(schemas.Provider.ValueType(), config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	r.succeeded(resp.Diagnostics)
	return r
}

// object turns attributes into an object of a type.
func (r *run) object(kind tftypes.Type, in attributes) tftypes.Value {
	out := map[string]tftypes.Value{}
	for name, attribute := range kind.(tftypes.Object).AttributeTypes {
		switch v := in[name].(type) {
		case tftypes.Value:
			out[name] = v
		case []string:
			elements := []tftypes.Value{}
			for _, element := range v {
				elements = append(elements, tftypes.NewValue(tftypes.String, element))
			}
			out[name] = tftypes.NewValue(attribute, elements)
		case map[string]string:
			elements := map[string]tftypes.Value{}
			for key, element := range v {
				elements[key] = tftypes.NewValue(tftypes.String, element)
			}
			out[name] = tftypes.NewValue(attribute, elements)
		default:
			out[name] = tftypes.NewValue(attribute, v)
		}
	}
	return tftypes.NewValue(kind, out)
}

func (r *run) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	r.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		r.t.Fatal(err)
	}
	return &d
}

func (r *run) value(d *tfprotov6.DynamicValue) tftypes.Value {
	r.t.Helper()
	v, err := d.Unmarshal(r.schema.ValueType())
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *run) succeeded(diags []*tfprotov6.Diagnostic) {
	r.t.Helper()
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			r.t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// members returns a copy of an object's attributes.
func members(v tftypes.Value) map[string]tftypes.Value {
	inside := map[string]tftypes.Value{}
	if !v.IsNull() {
		_ = v.As(&inside)
	}
	return maps.Clone(inside)
}

// plan plans a configuration on top of what there is; nil is nothing.
func (r *run) plan(prior *object, config attributes) *tfprotov6.PlanResourceChangeResponse {
	r.t.Helper()
	given := r.object(r.schema.ValueType(), config)
	before := tftypes.NewValue(r.schema.ValueType(), nil)
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: typeName, Config: r.dynamic(given)}
	if prior != nil {
		before, req.PriorPrivate, req.PriorIdentity = prior.state, prior.private, prior.identity
	}
	req.PriorState = r.dynamic(before)
	proposed, was := members(given), members(before)
	for _, a := range r.schema.Block.Attributes {
		switch {
		case a.Computed && proposed[a.Name].IsNull() && prior != nil:
			proposed[a.Name] = was[a.Name]
		case a.Computed && proposed[a.Name].IsNull():
			proposed[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		}
	}
	req.ProposedNewState = r.dynamic(tftypes.NewValue(r.schema.ValueType(), proposed))
	resp, err := r.server.PlanResourceChange(r.ctx, req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.succeeded(resp.Diagnostics)
	return resp
}

// apply plans and applies a configuration.
func (r *run) apply(prior *object, config attributes) *object {
	r.t.Helper()
	planned := r.plan(prior, config)
	before := tftypes.NewValue(r.schema.ValueType(), nil)
	if prior != nil {
		before = prior.state
	}
	resp, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: r.dynamic(before), PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity, Config: r.dynamic(r.object(r.schema.ValueType(), config)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.succeeded(resp.Diagnostics)
	return &object{state: r.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}
}

// read refreshes an object and returns the warnings.
func (r *run) read(o *object) (*object, []string) {
	r.t.Helper()
	resp, err := r.server.ReadResource(r.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: r.dynamic(o.state), Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.succeeded(resp.Diagnostics)
	return &object{state: r.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}, summaries(resp.Diagnostics)
}

func summaries(diags []*tfprotov6.Diagnostic) (out []string) {
	for _, d := range diags {
		out = append(out, d.Summary)
	}
	return out
}

// imported imports an application and reads it, as Terraform does.
func (r *run) imported(req *tfprotov6.ImportResourceStateRequest) (*object, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	req.TypeName = typeName
	resp, err := r.server.ImportResourceState(r.ctx, req)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(resp.ImportedResources) == 0 {
		return nil, resp.Diagnostics
	}
	one := resp.ImportedResources[0]
	o, _ := r.read(&object{state: r.value(one.State), private: one.Private, identity: one.Identity})
	return o, resp.Diagnostics
}

// identity makes an identity as a configuration gives it; an empty domain is left out.
func (r *run) identity(id, domain string) *tfprotov6.ResourceIdentityData {
	r.t.Helper()
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "domain": tftypes.String}}
	values := map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, id), "domain": tftypes.NewValue(tftypes.String, nil)}
	if domain != "" {
		values["domain"] = tftypes.NewValue(tftypes.String, domain)
	}
	d := r.dynamic(tftypes.NewValue(kind, values))
	return &tfprotov6.ResourceIdentityData{IdentityData: d}
}

// identified checks an object's identity.
func (r *run) identified(o *object, id, domain string) {
	r.t.Helper()
	if o.identity == nil {
		r.t.Fatal("there is no identity")
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "domain": tftypes.String}}
	got, err := o.identity.IdentityData.Unmarshal(kind)
	if err != nil {
		r.t.Fatal(err)
	}
	if want := r.object(kind, attributes{"id": id, "domain": domain}); !got.Equal(want) {
		r.t.Errorf("the identity is %v, want %v", got, want)
	}
}

var formsConfig = attributes{"name": "forms", "actions": []string{"GET_USER"}, "store_client_secret": true}

func with(changed attributes) attributes {
	out := maps.Clone(formsConfig)
	maps.Copy(out, changed)
	return out
}

// Bad input is refused on the attribute that it is about, before a provider is configured.
func TestProtocol_invalid(t *testing.T) {
	t.Parallel()
	r := newRun(t, acctest.New(t), nil)
	anything := []string{}
	for name, test := range map[string]struct {
		config    attributes
		attribute string
		message   string
	}{
		"no scopes at all":     {attributes{"name": "x"}, "actions", "At least one attribute out of [scopes,actions]"},
		"an empty name":        {attributes{"name": "", "actions": anything}, "name", "is empty"},
		"brackets in the name": {attributes{"name": "<b>", "actions": anything}, "name", "neither < nor >"},
		"an empty description": {attributes{"name": "x", "actions": anything, "description": ""}, "description", "between 1 and 140"},
		"a long description":   {attributes{"name": "x", "actions": anything, "description": strings.Repeat("ä", 141)}, "description", "between 1 and 140"},
		"an unknown action":    {attributes{"name": "x", "actions": []string{"DELETE_USER"}}, "actions", `"GET_USER" "CREATE_USER" "UPDATE_USER"`},
		"an empty scope":       {attributes{"name": "x", "scopes": []string{""}}, "scopes", "is empty"},
		"two scopes in one":    {attributes{"name": "x", "scopes": []string{"read:users update:users"}}, "scopes", "give each scope by itself"},
		"a long scope":         {attributes{"name": "x", "scopes": []string{strings.Repeat("a", 281)}}, "scopes", "is too long"},
		"an audience, no URL": {attributes{"name": "x", "actions": anything, "audience": "acme.eu.auth0.com/api/v2/"}, "audience",
			`did you mean "https://acme.eu.auth0.com/api/v2/"?`},
		"an audience by http": {attributes{"name": "x", "actions": anything, "audience": "http://acme.eu.auth0.com/api/v2/"}, "audience", "is no https URL"},
		"nothing wrong":       {attributes{"name": "x", "actions": anything, "description": strings.Repeat("ä", 140), "scopes": []string{strings.Repeat("a", 280)}}, "", ""},
		"not known yet": {attributes{
			"name": unknown, "description": unknown, "audience": unknown,
			"scopes": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, tftypes.UnknownValue),
		}, "", ""},
	} {
		resp, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{
			TypeName: typeName, Config: r.dynamic(r.object(r.schema.ValueType(), test.config)),
		})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case test.message == "" && len(resp.Diagnostics) > 0:
			t.Errorf("%s: %s", name, resp.Diagnostics[0].Detail)
		case test.message == "":
		case len(resp.Diagnostics) != 1:
			t.Errorf("%s: %d diagnostics: %v", name, len(resp.Diagnostics), summaries(resp.Diagnostics))
		case resp.Diagnostics[0].Attribute == nil || resp.Diagnostics[0].Attribute.Steps()[0] != tftypes.AttributeName(test.attribute):
			t.Errorf("%s: the error is on %v", name, resp.Diagnostics[0].Attribute)
		case !strings.Contains(resp.Diagnostics[0].Detail, test.message):
			t.Errorf("%s: %s", name, resp.Diagnostics[0].Detail)
		}
	}
}

func TestProtocol_identity(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant, nil)
	made := r.apply(nil, formsConfig)
	id := only(tenant, "forms").ID
	r.identified(made, id, tenant.Domain())

	// A Terraform that knows no identities sends none, and must get one all the same.
	made.identity = nil
	now, _ := r.read(made)
	r.identified(now, id, tenant.Domain())
	now.identity = nil
	changed := r.apply(now, with(attributes{"description": "changed"}))
	r.identified(changed, id, tenant.Domain())

	for name, identity := range map[string]*tfprotov6.ResourceIdentityData{
		"with the tenant": r.identity(id, strings.ToUpper(tenant.Domain())), "alone": r.identity(id, ""),
	} {
		o, diags := r.imported(&tfprotov6.ImportResourceStateRequest{Identity: identity})
		r.succeeded(diags)
		if got := members(o.state)["name"]; !got.Equal(tftypes.NewValue(tftypes.String, "forms")) {
			t.Errorf("imported by an identity %s: the name is %v", name, got)
		}
	}
	if _, diags := r.imported(&tfprotov6.ImportResourceStateRequest{Identity: r.identity(id, "other.eu.auth0.com")}); len(diags) == 0 || !strings.Contains(diags[0].Detail, "other.eu.auth0.com") {
		t.Errorf("imported from another tenant: %v", summaries(diags))
	}

	// It is set before what is gone is found to be gone.
	tenant.DeleteClient(id)
	changed.identity = nil
	gone, _ := r.read(changed)
	if !gone.state.IsNull() {
		t.Errorf("what is gone is read as %v", gone.state)
	}
}

func TestProtocol_secretIsNowhere(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	r := newRun(t, tenant, nil)
	config := with(attributes{"store_client_secret": false, "rotate_triggers": map[string]string{"when": "2025"}})
	var secrets []string
	check := func(when string, o *object, plans ...*tfprotov6.PlanResourceChangeResponse) {
		t.Helper()
		secrets = append(secrets, only(tenant, "forms").Secret)
		places := map[string]string{"state": o.state.String(), "private state": string(o.private), "log": r.logs.String()}
		for _, p := range plans {
			places["plan"] += r.value(p.PlannedState).String() + string(p.PlannedPrivate)
		}
		for place, text := range places {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s: the %s holds the secret", when, place)
				}
			}
		}
	}
	made := r.apply(nil, config)
	check("created", made)
	now, _ := r.read(made)
	check("read", now, r.plan(now, config))
	config["rotate_triggers"] = map[string]string{"when": "2026"}
	rotated := r.apply(now, config)
	check("rotated", rotated, r.plan(rotated, config))
	if secrets[0] == secrets[len(secrets)-1] {
		t.Error("the secret was not rotated")
	}
	// What is kept in the state is nowhere else.
	config["store_client_secret"] = true
	kept := r.apply(rotated, config)
	secret := only(tenant, "forms").Secret
	if !strings.Contains(kept.state.String(), secret) || strings.Contains(r.logs.String(), secret) || strings.Contains(string(kept.private), secret) {
		t.Error("the secret is not in the state, or in the log or in private state")
	}
	if !strings.Contains(r.logs.String(), "/api/v2/clients") {
		t.Error("nothing was logged: this test sees nothing")
	}
	// Dropping it leaves nothing either.
	config["store_client_secret"] = false
	check("dropped", r.apply(kept, config))
}

func TestProtocol_warnings(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	app := tenant.AddClient(emulator.Client{Name: "forms", TokenEndpointAuthMethod: "client_secret_post"})
	tenant.AddGrant(emulator.Grant{ClientID: app.ID, Settings: map[string]any{"allow_all_scopes": true}})
	r := newRun(t, tenant, nil)
	o, diags := r.imported(&tfprotov6.ImportResourceStateRequest{ID: app.ID})
	r.succeeded(diags)
	if _, warnings := r.read(o); len(warnings) != 1 || !strings.Contains(warnings[0], "all scopes") {
		t.Errorf("a grant of all scopes is read with the warnings %v", warnings)
	}
	planned := r.plan(o, with(attributes{"rotate_triggers": map[string]string{"a": "b"}}))
	if got := summaries(planned.Diagnostics); len(got) != 1 || !strings.Contains(got[0], "not rotated") {
		t.Errorf("triggers for an imported application are planned with the warnings %v", got)
	}
	if got := summaries(r.plan(o, formsConfig).Diagnostics); len(got) != 0 {
		t.Errorf("without triggers there are the warnings %v", got)
	}
}

func TestProtocol_providerKnownLater(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	made := newRun(t, tenant, nil).apply(nil, formsConfig)
	tenant.ForgetRequests()

	r := newRun(t, tenant, attributes{"client_secret": unknown})
	planned := members(r.value(r.plan(nil, formsConfig).PlannedState))
	if planned["audience"].IsKnown() || !planned["granted_scopes"].IsFullyKnown() {
		t.Errorf("planned %v", planned)
	}
	now, _ := r.read(made)
	if !now.state.Equal(made.state) {
		t.Errorf("the state did not stand: %v", now.state)
	}
	if changed := r.value(r.plan(now, formsConfig).PlannedState); !changed.Equal(made.state) {
		t.Errorf("a plan that knows no better changes something: %v", changed)
	}
	if n := len(tenant.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// With the scope read:client_summary alone Auth0 shows too little to see drift: what is known stands.
func TestProtocol_summaryOnly(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	made := newRun(t, tenant, nil).apply(nil, formsConfig)
	tenant.Grant(tenant.Own.ID, "read:client_summary", "read:client_grants")
	r := newRun(t, tenant, nil)
	now, _ := r.read(made)
	if !now.state.Equal(made.state) {
		t.Errorf("read as %v", now.state)
	}
	if planned := r.value(r.plan(now, formsConfig).PlannedState); !planned.Equal(made.state) {
		t.Errorf("planned as %v", planned)
	}
}
