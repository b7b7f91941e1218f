package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It drops differences
// that are none to Auth0, unblocks who is blocked without the configuration
// saying so, and marks what Auth0 will compute anew.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	var config, plan model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, diags := r.provider.Client(ctx, plan.VaultConnection)
	resp.Diagnostics.Append(diags...)

	if req.State.Raw.IsNull() {
		// Nobody but the configuration has metadata for a user who is not there yet.
		set(ctx, resp, "user_metadata", config.UserMetadata)
		set(ctx, resp, "app_metadata", config.AppMetadata)
		return
	}
	var state model
	resp.Diagnostics.Append(tfkit.GetModel(ctx, req.State, &state)...)
	past, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	settle(&config, &plan, &state, past)
	warnOfPassword(&config, &state, past, &resp.Diagnostics)
	warnOfReplacement(&plan, &state, &resp.Diagnostics)
	for _, attribute := range []struct {
		name          string
		before, after attr.Value
	}{
		{"email", proposed.Email, plan.Email},
		{"email_verified", proposed.EmailVerified, plan.EmailVerified},
		{"phone_verified", proposed.PhoneVerified, plan.PhoneVerified},
		{"username", proposed.Username, plan.Username},
		{"name", proposed.Name, plan.Name},
		{"nickname", proposed.Nickname, plan.Nickname},
		{"picture", proposed.Picture, plan.Picture},
		{"blocked", proposed.Blocked, plan.Blocked},
		{"user_metadata", proposed.UserMetadata, plan.UserMetadata},
		{"app_metadata", proposed.AppMetadata, plan.AppMetadata},
		{"updated_at", proposed.UpdatedAt, plan.UpdatedAt},
	} {
		if !attribute.after.Equal(attribute.before) { // each costs a copy of the whole plan
			set(ctx, resp, attribute.name, attribute.after)
		}
	}
}

func set(ctx context.Context, resp *resource.ModifyPlanResponse, name string, value any) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
}

// settle makes the plan of an update what it will come to.
func settle(config, plan, state *model, past remembered) {
	plan.Email = sameButForCase(state.Email, plan.Email)
	plan.Username = sameButForCase(state.Username, plan.Username)
	plan.UserMetadata = planMetadata(config.UserMetadata, state.UserMetadata, past.owned.user())
	plan.AppMetadata = planMetadata(config.AppMetadata, state.AppMetadata, past.owned.app())
	if config.Blocked.IsNull() && state.Blocked.ValueBool() {
		plan.Blocked = types.BoolValue(false)
	}
	// Whether what Auth0 made from the e-mail address follows it is not documented.
	if !plan.Email.Equal(state.Email) {
		forget(config.Name, &plan.Name)
		forget(config.Nickname, &plan.Nickname)
		forget(config.Picture, &plan.Picture)
		forgetBool(config.EmailVerified, &plan.EmailVerified)
	}
	if !plan.PhoneNumber.Equal(state.PhoneNumber) {
		forget(config.Name, &plan.Name)
		forgetBool(config.PhoneVerified, &plan.PhoneVerified)
	}
	if sendsSomething(config, plan, state, past) {
		plan.UpdatedAt = types.StringUnknown()
	}
}

func forget(config types.String, planned *types.String) {
	if config.IsNull() {
		*planned = types.StringUnknown()
	}
}

func forgetBool(config types.Bool, planned *types.Bool) {
	if config.IsNull() {
		*planned = types.BoolUnknown()
	}
}

// sendsSomething reports whether an update may come to a request.
func sendsSomething(config, plan, state *model, past remembered) bool {
	unknown := plan.UserMetadata.IsUnknown() || plan.AppMetadata.IsUnknown()
	for _, value := range []types.String{plan.Email, plan.PhoneNumber, plan.Username, plan.Name, plan.GivenName, plan.FamilyName, plan.Nickname, plan.Picture} {
		unknown = unknown || value.IsUnknown()
	}
	for _, value := range []types.Bool{plan.EmailVerified, plan.PhoneVerified, plan.VerifyEmail, plan.Blocked} {
		unknown = unknown || value.IsUnknown()
	}
	notKnown := config.password().IsUnknown() && passwordChanged(config, state, past.password)
	if unknown || notKnown || !changes(config, plan, state, past).Empty() {
		return true
	}
	// A write-only password may be another one when it comes to applying what else has changed.
	return !config.PasswordWO.IsNull() && config.PasswordVersion.IsNull() && changesWithoutRequest(plan, state)
}

// changesWithoutRequest reports whether an update concerns Terraform alone.
func changesWithoutRequest(plan, state *model) bool {
	return !(plan.VaultConnection.Equal(state.VaultConnection) && plan.OnDestroy.Equal(state.OnDestroy) &&
		plan.VerifyEmail.Equal(state.VerifyEmail) && plan.Password.Equal(state.Password) && plan.PasswordVersion.Equal(state.PasswordVersion) &&
		plan.UserMetadata.Equal(state.UserMetadata) && plan.AppMetadata.Equal(state.AppMetadata))
}

// warnOfPassword says that a user whose password nobody knows, as after an
// import, gets the configuration's.
func warnOfPassword(config, state *model, past remembered, diags *diag.Diagnostics) {
	if past.password != nil || !config.PasswordVersion.IsNull() || !isKnown(config.password()) {
		return
	}
	attribute := "password"
	if config.Password.IsNull() {
		attribute = "password_wo"
	}
	diags.AddAttributeWarning(path.Root(attribute), "The password of this user is set by the next apply",
		"Auth0 never shows a password, so nobody can tell whether that of the user "+state.ID.ValueString()+
			" is the one in this configuration: this resource has not set it yet. The next apply does; leave the password out of the configuration to keep the user's own.")
}

// warnOfReplacement says that the user who is replaced will be in the way of the
// new one: unless it is deleted, it keeps its address.
func warnOfReplacement(plan, state *model, diags *diag.Diagnostics) {
	if plan.UserID.Equal(state.UserID) || !plan.ConnectionName.Equal(state.ConnectionName) || state.OnDestroy.ValueString() == onDestroyDelete {
		return
	}
	diags.AddAttributeWarning(path.Root("on_destroy"), "The replaced user stays, and keeps its e-mail address",
		fmt.Sprintf("The user %s is to be replaced, and with on_destroy = %q it is not deleted. Auth0 will refuse the new user if it has the same "+
			"e-mail address, phone number or username.\n\nApply on_destroy = \"delete\" first, or change the old user's address.",
			state.ID.ValueString(), state.OnDestroy.ValueString()))
}

// recall reads what private state knows.
func recall(ctx context.Context, private tfkit.PrivateReader) (remembered, diag.Diagnostics) {
	owned, diags := tfkit.ReadPrivate[ownership](ctx, private, ownedKey)
	password, d := tfkit.ReadPrivate[tfkit.Digest](ctx, private, passwordKey)
	diags.Append(d...)
	return remembered{owned: owned, password: password}, diags
}
