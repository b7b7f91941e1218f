package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It plans all computed
// values, so that the plan shows what the apply sends, and writes the plan once.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	diags := &resp.Diagnostics
	config, plan, state := readModel(ctx, req.Config.Raw, diags), readModel(ctx, req.Plan.Raw, diags), readModel(ctx, req.State.Raw, diags)
	if diags.HasError() {
		return
	}
	_, d := r.Provider.Client(ctx, plan.vaultConnection())
	diags.Append(d...)

	changed := false
	set := func(name string, value attr.Value) {
		if !value.Equal(plan[name]) {
			plan[name] = value
			changed = true
		}
	}
	if state == nil {
		planCreate(config, set)
		checkNewUser(plan, diags)
		warnOfReplaced(plan, readReplaced(ctx, req.Private, diags), diags)
	} else {
		prior := readPrior(ctx, req.Private, state, diags)
		decision := decidePassword(config, state, prior.password)
		planUpdate(config, plan, prior, decision, set)
		warnOfUpdate(config, plan, prior, decision, diags)
		diags.Append(privatestate.PlanDecision(ctx, resp.Private, passwordKey, decision)...)
		planReplacement(ctx, plan, state, resp)
	}
	checkSent(plan, state, diags)
	if changed && !diags.HasError() {
		resp.Plan.Raw = plan.raw(ctx, diags)
	}
}

// prior is what is known from the last apply and read.
type prior struct {
	state    model
	owned    *ownership
	password lastPassword
}

func readPrior(ctx context.Context, private privatestate.Reader, state model, diags *diag.Diagnostics) prior {
	return prior{
		state:    state,
		owned:    readOwnership(ctx, private, state, diags),
		password: readLastPassword(ctx, private, state, diags),
	}
}

// planCreate plans a new user: only what Auth0 generates is unknown.
func planCreate(config model, set func(string, attr.Value)) {
	for i := range attributes {
		if a := &attributes[i]; a.kind == types.StringType && len(a.derivedFrom) == 0 && config[a.name].IsNull() {
			set(a.name, types.StringNull())
		}
	}
	set("user_metadata", config["user_metadata"])
	set("app_metadata", config["app_metadata"])
	if _, password := configuredPassword(config); password.IsNull() {
		set("password_set_at", types.StringNull())
	}
}

// planUpdate plans the result of an update: configured values, the state's for what
// is not configured, and nothing for owned attributes that have left the configuration.
func planUpdate(config, plan model, prior prior, decision privatestate.Decision, set func(string, attr.Value)) {
	state := prior.state
	for _, name := range []string{"id", "created_at", "updated_at", "password_set_at"} {
		set(name, state[name])
	}
	if config["user_id"].IsNull() {
		set("user_id", state["user_id"])
	}
	for i := range attributes {
		a := &attributes[i]
		switch {
		case !config[a.name].IsNull():
			if a.ignoresCase && !state[a.name].IsNull() && a.same(config[a.name], state[a.name]) {
				set(a.name, state[a.name])
			}
		case prior.owned.owns(a.name):
			set(a.name, a.cleared(state[a.name]))
		case a.remote != nil:
			set(a.name, state[a.name])
		}
	}
	// Auth0 does not document whether what it derived from an address follows that.
	for i := range attributes {
		a := &attributes[i]
		for _, address := range a.derivedFrom {
			if !plan[address].Equal(state[address]) && config[a.name].IsNull() && !prior.owned.owns(a.name) {
				set(a.name, unknown(a.kind))
			}
		}
	}
	set("user_metadata", planMetadata(config.text("user_metadata"), state.text("user_metadata"), prior.owned.userKeys()))
	set("app_metadata", planMetadata(config.text("app_metadata"), state.text("app_metadata"), prior.owned.appKeys()))
	if decision != privatestate.DoNotSend {
		set("password_set_at", types.StringUnknown())
	}
	if decision != privatestate.DoNotSend || maySend(config, plan, prior) {
		set("updated_at", types.StringUnknown())
	}
}

func unknown(kind attr.Type) attr.Value {
	if kind == types.BoolType {
		return types.BoolUnknown()
	}
	return types.StringUnknown()
}

// maySend reports whether an update sends a request, or may do so when the values
// that are unknown in the plan are known.
func maySend(config, plan model, prior prior) bool {
	for i := range attributes {
		if a := &attributes[i]; plan[a.name].IsUnknown() {
			return true
		}
	}
	return plan["user_metadata"].IsUnknown() || plan["app_metadata"].IsUnknown() || !updates(config, plan, prior, nil).Empty()
}

func warnOfUpdate(config, plan model, prior prior, decision privatestate.Decision, diags *diag.Diagnostics) {
	warnOfPassword(config, prior.state, prior.password, decision, diags)
	warnOfMetadata("user_metadata", plan, prior.state, prior.owned.userKeys(), diags)
	warnOfMetadata("app_metadata", plan, prior.state, prior.owned.appKeys(), diags)
}

func warnOfMetadata(name string, plan, state model, owned ownedKeys, diags *diag.Diagnostics) {
	warnOfKeptKeys(name, plan.text(name), state.text(name), owned, diags)
	warnOfKeys(name, metadataUpdates(plan.text(name), state.text(name), owned), diags)
}

// checkNewUser checks what Auth0 demands of new users only.
func checkNewUser(plan model, diags *diag.Diagnostics) {
	if plan["email"].IsNull() && plan["phone_number"].IsNull() && plan["username"].IsNull() {
		diags.AddAttributeError(path.Root("email"), "Missing e-mail address, phone number or username",
			"A new user needs at least one of email, phone_number and username.")
	}
	if id := plan.text("user_id"); isKnown(id) {
		addProblem(diags, "user_id", newUserIDProblem(id.ValueString()))
	}
	warnOfMetadata("user_metadata", plan, nil, ownedKeys{}, diags)
	warnOfMetadata("app_metadata", plan, nil, ownedKeys{}, diags)
}

// updates returns what an update sends, and what it clears. All of it follows from
// the plan. Of config, the configuration, only whether it agrees with the plan
// counts: in an apply, it has also what ignore_changes took out of the plan.
func updates(config, plan model, prior prior, password *string) auth0.UserAttributes {
	request := auth0.UserAttributes{Password: password}
	state := prior.state
	sends := func(name string) bool { return isKnown(plan[name]) && !plan[name].Equal(state[name]) }
	for i := range attributes {
		a := &attributes[i]
		planned := plan[a.name]
		switch {
		case planned.IsUnknown():
		case planned.IsNull():
			if a.clearing == clearWithNull && !state[a.name].IsNull() {
				request.Clear = append(request.Clear, a.name)
			}
		case a.remote == nil && !planned.Equal(types.BoolValue(true)) && !sends(a.sentWith):
			// What Auth0 does not keep is asked for once, by true.
		case sends(a.name), a.sentWith != "" && sends(a.sentWith) && planned.Equal(config[a.name]):
			a.send(&request, planned)
		}
	}
	request.UserMetadata = metadataUpdates(plan.text("user_metadata"), state.text("user_metadata"), prior.owned.userKeys())
	request.AppMetadata = metadataUpdates(plan.text("app_metadata"), state.text("app_metadata"), prior.owned.appKeys())
	return request
}

// creation returns what a create sends.
func creation(config, plan model) auth0.UserAttributes {
	var request auth0.UserAttributes
	for i := range attributes {
		if a := &attributes[i]; isKnown(plan[a.name]) {
			a.send(&request, plan[a.name])
		}
	}
	if _, password := configuredPassword(config); isKnown(password) {
		request.Password = password.ValueStringPointer()
	}
	request.UserMetadata = metadataUpdates(plan.text("user_metadata"), types.StringNull(), ownedKeys{})
	request.AppMetadata = metadataUpdates(plan.text("app_metadata"), types.StringNull(), ownedKeys{})
	return request
}

// replacedKey is where planned private state keeps a user that a replacement may
// leave in place. Terraform plans a replacement twice, the second time without a
// prior state but with the private state of the first plan; so does the destroy.
// It shows no such thing for a tainted user.
const replacedKey = "replaced"

// replaced is a user that its on_destroy keeps, and by what Auth0 knows it.
type replaced struct {
	ID         string `json:"id"`
	OnDestroy  string `json:"on_destroy"`
	Connection string `json:"connection"`
	Email      string `json:"email,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Username   string `json:"username,omitempty"`
}

func readReplaced(ctx context.Context, private privatestate.Reader, diags *diag.Diagnostics) *replaced {
	user, d := privatestate.Read[replaced](ctx, private, replacedKey)
	diags.Append(d...)
	return user
}

// planReplacement marks what makes a user another one, and keeps what a replacement
// has to know of a user that stays.
func planReplacement(ctx context.Context, plan, state model, resp *resource.ModifyPlanResponse) {
	for _, name := range []string{"user_id", "connection_name"} {
		if !plan[name].Equal(state[name]) {
			resp.RequiresReplace.Append(path.Root(name))
		}
	}
	if state.text("on_destroy").ValueString() == onDestroyDelete {
		return
	}
	user := &replaced{
		ID:         state.text("id").ValueString(),
		OnDestroy:  state.text("on_destroy").ValueString(),
		Connection: state.text("connection_name").ValueString(),
		Email:      state.text("email").ValueString(),
		Phone:      state.text("phone_number").ValueString(),
		Username:   state.text("username").ValueString(),
	}
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.Private, replacedKey, user)...)
	if len(resp.RequiresReplace) > 0 {
		warnOfReplaced(plan, user, &resp.Diagnostics)
	}
}

// warnOfReplaced warns that a user who is replaced and stays is in the way of the
// new one.
func warnOfReplaced(plan model, user *replaced, diags *diag.Diagnostics) {
	if user == nil || isKnown(plan["connection_name"]) && plan.text("connection_name").ValueString() != user.Connection {
		return
	}
	for name, address := range map[string]string{"email": user.Email, "phone_number": user.Phone, "username": user.Username} {
		if address != "" && (plan[name].IsUnknown() || sameIgnoringCase(plan[name], types.StringValue(address))) {
			diags.AddAttributeWarning(path.Root("on_destroy"), "The replaced user keeps its address", user.conflict())
			return
		}
	}
}

// conflict says why Auth0 refuses the new user.
func (u *replaced) conflict() string {
	return fmt.Sprintf("The user %s is to be replaced. Its on_destroy = %q does not delete it, so it keeps its e-mail address, "+
		"phone number and username, "+
		"and Auth0 refuses a new user with the same ones.\n\nApply on_destroy = \"delete\" first, or change the address of one of "+
		"the two.", u.ID, u.OnDestroy)
}
