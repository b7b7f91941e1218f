package flow

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// MoveState implements resource.ResourceWithMoveState: a moved block takes an
// auth0_flow of the official provider over. The next refresh reads its actions.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{
		providerdata.MoveFromOfficial("auth0_flow", func(ctx context.Context, old providerdata.Official, resp *resource.MoveStateResponse) {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), old.String("id"))...)
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("name"), old.String("name"))...)
		}),
	}
}
