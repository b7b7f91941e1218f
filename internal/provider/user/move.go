package user

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// MoveState implements resource.ResourceWithMoveState: a moved block takes an
// auth0_user of the official provider over. The plan that follows reads the user
// anew; what cannot be read, the password, comes from the old state. Nobody knows
// which keys of the metadata were written by whom: as after an import, all are
// shown and none is removed.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{providerdata.MoveFromOfficial("auth0_user", move)}
}

func move(ctx context.Context, old providerdata.Official, resp *resource.MoveStateResponse) {
	_, userID, _ := strings.Cut(old.String("id").ValueString(), "|")
	connection := old.String("connection_name")
	if connection.IsNull() {
		connection = types.StringValue(defaultConnection) // it does not survive an import there
	}
	target := model{
		shown: shown{
			ID: old.String("id"), UserID: types.StringValue(userID), ConnectionName: connection,
			Email: old.String("email"), EmailVerified: old.Bool("email_verified"),
			PhoneNumber: old.String("phone_number"), PhoneVerified: old.Bool("phone_verified"), Username: old.String("username"),
			Name: old.String("name"), GivenName: old.String("given_name"), FamilyName: old.String("family_name"),
			Nickname: old.String("nickname"), Picture: old.String("picture"), Blocked: old.Bool("blocked"),
			UserMetadata: metadataOf(old, "user_metadata"), AppMetadata: metadataOf(old, "app_metadata"),
		},
		Password:        old.String("password"),
		OnDestroy:       types.StringValue(onDestroyDelete),
		VaultConnection: types.ObjectNull(providerdata.VaultConnectionTypes),
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &target)...)
	if digest := digestOf(&target); digest != nil {
		resp.Diagnostics.Append(tfkit.WritePrivate(ctx, resp.TargetPrivate, passwordKey, digest)...)
	}
}

func metadataOf(old providerdata.Official, name string) jsontypes.Normalized {
	return allKeys(old.Object(name))
}
