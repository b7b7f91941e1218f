package user

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// MoveState implements resource.ResourceWithMoveState: a moved block takes over an
// auth0_user of the official provider. The refresh that follows reads the user; what
// cannot be read, the password, comes from the old state. Which client wrote which
// attribute is not known: as after an import, nothing is owned.
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
		"id":              old.String("id"),
		"user_id":         types.StringValue(userID),
		"connection_name": connection,
		"password":        old.String("password"),
		"user_metadata":   allKeys(old.Object("user_metadata")),
		"app_metadata":    allKeys(old.Object("app_metadata")),
		"on_destroy":      types.StringValue(onDestroyDelete),
	}
	for i := range attributes {
		switch a := &attributes[i]; {
		case a.remote == nil:
		case a.kind == types.BoolType:
			target[a.name] = old.Bool(a.name)
		default:
			target[a.name] = old.String(a.name)
		}
	}
	resp.TargetState.Raw = target.raw(ctx, &resp.Diagnostics)
}
