package connection

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// MoveState implements resource.ResourceWithMoveState: a moved block takes an
// auth0_flow_vault_connection of the official provider over, its setup included.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{providerdata.MoveFromOfficial("auth0_flow_vault_connection", move)}
}

func move(ctx context.Context, old providerdata.Official, resp *resource.MoveStateResponse) {
	if app := old.String("app_id").ValueString(); app != auth0.AppAuth0 {
		resp.Diagnostics.AddError("Unable to move auth0_flow_vault_connection",
			fmt.Sprintf("The vault connection %s is for the app %q. This provider manages those for the app %s; leave the others where they are.",
				old.String("id").ValueString(), app, auth0.AppAuth0))
		return
	}
	setup := old.Object("setup")
	target := newModel(remoteAttributes{
		ID: old.String("id"), Name: old.String("name"), AccountName: old.String("account_name"),
		Ready: old.Bool("ready"), Fingerprint: old.String("fingerprint"),
	})
	target.Domain, target.ClientID, target.ClientSecret = setup.String("domain"), setup.String("client_id"), setup.String("client_secret")
	target.Audience = setup.String("audience")
	if target.Audience.IsNull() {
		target.Audience = defaultAudience(target.Domain) // which is what Auth0 takes, too
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &target)...)
	if target.ClientSecret.IsNull() || target.Fingerprint.IsNull() {
		return // as after an import: the setup has to be sent
	}
	last := lastWrite{Fingerprint: target.Fingerprint.ValueString()}
	resp.Diagnostics.Append(privatestate.Write(ctx, resp.TargetPrivate, lastWriteKey, last)...)
}
