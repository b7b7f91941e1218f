package application

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// model is the resource: an application and its client grant.
type model struct {
	ID             types.String `tfsdk:"id"`
	ClientID       types.String `tfsdk:"client_id"`
	Name           types.String `tfsdk:"name"`
	Description    types.String `tfsdk:"description"`
	Actions        types.Set    `tfsdk:"actions"`
	Scopes         types.Set    `tfsdk:"scopes"`
	Audience       types.String `tfsdk:"audience"`
	Store          types.Bool   `tfsdk:"store_client_secret"`
	ClientSecret   types.String `tfsdk:"client_secret"`
	RotateTriggers types.Map    `tfsdk:"rotate_triggers"`
	clientSettings
	clientGrant
}

// clientSettings are what makes the application a machine-to-machine application.
// They cannot be configured; they are in the schema so that a plan shows drift.
type clientSettings struct {
	AppType    types.String `tfsdk:"app_type"`
	GrantTypes types.Set    `tfsdk:"grant_types"`
	AuthMethod types.String `tfsdk:"token_endpoint_auth_method"`
}

// clientGrant is the client grant. All of it is null where there is none.
type clientGrant struct {
	GrantID types.String `tfsdk:"grant_id"`
	// GrantedScopes is null for a grant of all scopes as well.
	GrantedScopes types.Set `tfsdk:"granted_scopes"`
}

// machineSettings returns the settings of a machine-to-machine application.
func machineSettings() clientSettings {
	return clientSettings{
		AppType:    types.StringValue(auth0.AppTypeMachine),
		GrantTypes: setOf([]string{auth0.GrantTypeClientCredentials}),
		AuthMethod: types.StringValue(auth0.AuthMethodSecretPost),
	}
}

func (s clientSettings) equal(other clientSettings) bool {
	return s.AppType.Equal(other.AppType) && s.GrantTypes.Equal(other.GrantTypes) && s.AuthMethod.Equal(other.AuthMethod)
}

// authenticatesWithoutSecret reports whether the application has methods that need
// no secret.
func (s clientSettings) authenticatesWithoutSecret() bool {
	switch s.AuthMethod.ValueString() {
	case "", "none", auth0.AuthMethodSecretPost, "client_secret_basic":
		return false
	}
	return true
}

// noGrant stands for a grant that does not exist.
func noGrant() clientGrant {
	return clientGrant{GrantID: types.StringNull(), GrantedScopes: types.SetNull(types.StringType)}
}

// setApplication sets what Auth0 shows of the application, except its secret.
func (m *model) setApplication(a *auth0.Application) {
	m.ID = types.StringValue(a.ID)
	m.ClientID = types.StringValue(a.ID)
	m.Name = types.StringValue(a.Name)
	m.Description = orNull(a.Description)
	if a.GrantTypes == nil && !m.GrantTypes.IsNull() {
		return // a client with read:client_summary alone is not shown the rest
	}
	m.clientSettings = clientSettings{
		AppType:    orNull(a.AppType),
		GrantTypes: setOf(a.GrantTypes),
		AuthMethod: orNull(a.Authentication()),
	}
}

// setGrant sets what Auth0 shows of the grant; nil for none.
func (m *model) setGrant(g *auth0.Grant) {
	m.clientGrant = noGrant()
	if g == nil {
		return
	}
	m.GrantID = types.StringValue(g.ID)
	if !g.AllowAllScopes {
		m.GrantedScopes = setOf(orEmpty(g.Scopes))
	}
}

// importedModel returns what an import reads of an application and of its grant for
// an API. The secret is not put into the state before the configuration says so.
func importedModel(a *auth0.Application, g *auth0.Grant, audience string) *model {
	m := &model{
		Store: types.BoolValue(false), Audience: types.StringValue(audience),
		ClientSecret: types.StringNull(), RotateTriggers: types.MapNull(types.StringType),
	}
	m.setApplication(a)
	m.setGrant(g)
	m.inferActions(g)
	return m
}

// inferActions sets actions and scopes from the granted scopes, as a configuration
// would: an action for its scope, the other scopes as they are.
func (m *model) inferActions(g *auth0.Grant) {
	scopes := []string{}
	if g != nil {
		scopes = slices.Clone(orEmpty(g.Scopes))
	}
	var actions []string
	for _, action := range auth0.Actions() {
		needed, _ := auth0.ScopesFromActions(action)
		if missing, _ := auth0.CompareScopes(scopes, needed); len(missing) == 0 {
			actions = append(actions, action)
			scopes = slices.DeleteFunc(scopes, func(scope string) bool { return slices.Contains(needed, scope) })
		}
	}
	m.Actions = setOf(actions)
	m.Scopes = types.SetNull(types.StringType)
	if len(scopes) > 0 || len(actions) == 0 {
		m.Scopes = setOf(scopes)
	}
}

// neededScopes returns the scopes that actions and scopes name together. It is
// unknown as long as one of them is.
func (m *model) neededScopes(ctx context.Context) (types.Set, diag.Diagnostics) {
	unknown := types.SetUnknown(types.StringType)
	var named [2][]string
	var diags diag.Diagnostics
	for i, set := range []types.Set{m.Actions, m.Scopes} {
		if set.IsUnknown() || slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown) {
			return unknown, diags
		}
		diags.Append(set.ElementsAs(ctx, &named[i], false)...)
	}
	needed, _ := auth0.ScopesFromActions(named[0]...) // the schema lets no other names in
	return setOf(orEmpty(append(needed, named[1]...))), diags
}

// setOf returns a set of strings without repetition; null for nil.
func setOf(in []string) types.Set {
	if in == nil {
		return types.SetNull(types.StringType)
	}
	in = slices.Clone(in)
	slices.Sort(in)
	elements := make([]attr.Value, 0, len(in))
	for _, element := range slices.Compact(in) {
		elements = append(elements, types.StringValue(element))
	}
	return types.SetValueMust(types.StringType, elements)
}

// stringsIn returns the elements of a known set.
func stringsIn(set types.Set) []string {
	out := []string{}
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			out = append(out, text.ValueString())
		}
	}
	return out
}

func orNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
