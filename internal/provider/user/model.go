package user

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// model is a user as a configuration, plan or state has it: values by attribute.
// It is read and written as a whole. The framework's own ways, by path or into a
// struct, took most of the time of a plan.
type model map[string]attr.Value

// text returns an attribute that is a string; null if there is none.
func (m model) text(name string) types.String {
	value, _ := m[name].(types.String)
	return value
}

// vaultConnection returns the object that says how requests are authorized.
func (m model) vaultConnection() types.Object {
	value, _ := m["vault_connection"].(types.Object)
	return value
}

// passwordVersion returns the version of the write-only password.
func (m model) passwordVersion() types.Int64 {
	value, _ := m["password_wo_version"].(types.Int64)
	return value
}

// readModel reads a configuration, plan or state of the resource. Null gives nil.
func readModel(ctx context.Context, raw tftypes.Value, diags *diag.Diagnostics) model {
	if raw.IsNull() {
		return nil
	}
	var members map[string]tftypes.Value
	if err := raw.As(&members); err != nil {
		addModelError(diags, err)
		return nil
	}
	m := make(model, len(members))
	for name, kind := range resourceTypes() {
		value, err := kind.ValueFromTerraform(ctx, members[name])
		if err != nil {
			addModelError(diags, err)
			return nil
		}
		m[name] = value
	}
	return m
}

// raw returns the model as Terraform has it; attributes that it lacks are null.
func (m model) raw(ctx context.Context, diags *diag.Diagnostics) tftypes.Value {
	members := make(map[string]tftypes.Value, len(m))
	for name, kind := range resourceTypes() {
		value := m[name]
		if value == nil {
			members[name] = tftypes.NewValue(kind.TerraformType(ctx), nil)
			continue
		}
		var err error
		if members[name], err = value.ToTerraformValue(ctx); err != nil {
			addModelError(diags, err)
		}
	}
	return tftypes.NewValue(resourceTerraformType(), members)
}

// object returns the model as a framework value; attributes that it lacks are null.
func (m model) object(ctx context.Context, diags *diag.Diagnostics) attr.Value {
	value, err := types.ObjectType{AttrTypes: resourceTypes()}.ValueFromTerraform(ctx, m.raw(ctx, diags))
	if err != nil {
		addModelError(diags, err)
	}
	return value
}

func addModelError(diags *diag.Diagnostics, err error) {
	diags.AddError("Unable to convert a user", err.Error()+"\n\nPlease report this issue to the provider developers.")
}

// remoteModel returns what Auth0 returns of a user, all metadata keys included.
func remoteModel(u *auth0.User) model {
	connection, userID := u.Primary()
	m := model{
		"id":              types.StringValue(u.ID),
		"user_id":         types.StringValue(userID),
		"connection_name": stringOrNull(&connection),
		"user_metadata":   allKeys(u.UserMetadata),
		"app_metadata":    allKeys(u.AppMetadata),
		"created_at":      stringOrNull((*string)(&u.CreatedAt)),
		"updated_at":      stringOrNull((*string)(&u.UpdatedAt)),
	}
	for i := range attributes {
		if a := &attributes[i]; a.remote != nil {
			m[a.name] = a.remote(u)
		}
	}
	return m
}

// stringOrNull turns what is missing or empty into null: no attribute of a user
// can be configured as empty.
func stringOrNull(s *string) types.String {
	if s == nil || *s == "" {
		return types.StringNull()
	}
	return types.StringValue(*s)
}

func allKeys(metadata map[string]json.RawMessage) types.String {
	if len(metadata) == 0 {
		return types.StringNull()
	}
	return types.StringValue(jsontext.FormatObject(metadata))
}

// withRemote returns a state with what Auth0 returns of a user, metadata aside, and
// values as the state writes them where that means the same.
func (m model) withRemote(u *auth0.User) model {
	after := maps.Clone(m)
	maps.Copy(after, remoteModel(u))
	for i := range attributes {
		if a := &attributes[i]; a.ignoresCase && a.same(m[a.name], after[a.name]) {
			after[a.name] = m[a.name]
		}
	}
	if after["connection_name"].IsNull() {
		after["connection_name"] = m["connection_name"]
	}
	after["user_metadata"], after["app_metadata"] = m["user_metadata"], m["app_metadata"]
	return after
}

// withMetadata returns a state with the owned metadata of a user.
func (m model) withMetadata(u *auth0.User, owned *ownership) model {
	m["user_metadata"] = refreshMetadata(m.text("user_metadata"), u.UserMetadata, owned.userKeys())
	m["app_metadata"] = refreshMetadata(m.text("app_metadata"), u.AppMetadata, owned.appKeys())
	return m
}

// withRequest returns a state after a request of an update, which may be one of several.
func (m model) withRequest(sent auth0.UserAttributes, plan model, answer *auth0.User) model {
	after := m.withRemote(answer)
	after["vault_connection"] = plan["vault_connection"]
	if len(sent.UserMetadata)+len(sent.AppMetadata) > 0 {
		after["user_metadata"], after["app_metadata"] = plan["user_metadata"], plan["app_metadata"]
	}
	if sent.VerifyEmail != nil {
		after["verify_email"] = plan["verify_email"] // not a second e-mail when a later request fails
	}
	if sent.Password != nil {
		after["password"], after["password_wo_version"] = plan["password"], plan["password_wo_version"]
		after["password_set_at"] = after["updated_at"]
	}
	return after
}

// equal reports whether two models have the same values.
func (m model) equal(other model) bool {
	return maps.EqualFunc(m, other, func(a, b attr.Value) bool { return a.Equal(b) })
}

// complete fills what a plan left unknown with what Auth0 computed. Configured
// values stay as they are planned: if Auth0 has changed one, the next read shows it.
func (m model) complete(remote model) {
	for name, value := range m {
		if value.IsUnknown() {
			m[name] = remote[name]
		}
	}
}

// isKnown reports whether a value is neither null nor unknown.
func isKnown(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// sameIgnoringCase reports whether two strings differ only in their case. Null and
// unknown values are the same as nothing but themselves.
func sameIgnoringCase(x, y attr.Value) bool {
	a, okA := x.(types.String)
	b, okB := y.(types.String)
	if !okA || !okB || !isKnown(a) || !isKnown(b) {
		return okA && okB && a.Equal(b)
	}
	return strings.EqualFold(a.ValueString(), b.ValueString())
}
