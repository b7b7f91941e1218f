package application

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/privatestate"
)

// MoveState implements resource.ResourceWithMoveState: a moved block takes an
// auth0_client of the official provider over. The next refresh reads its client grant:
// the official provider manages that with a resource of its own, and a moved block
// has one source only. The secret is read as after an import.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{
		providerdata.MoveFromOfficial("auth0_client", func(ctx context.Context, old providerdata.Official, resp *resource.MoveStateResponse) {
			id := old.String("id")
			if kind := old.String("app_type").ValueString(); kind != auth0.AppTypeMachine && kind != "" {
				resp.Diagnostics.AddError("Unable to move auth0_client",
					fmt.Sprintf("The application %s has the type %q, and auth0vault_application manages only applications of the type %s. "+
						"Leave it with the official provider.", id.ValueString(), kind, auth0.AppTypeMachine))
				return
			}
			for attribute, value := range map[string]any{
				"id": id, "client_id": id, "name": old.String("name"), attrDescription: old.String(attrDescription),
			} {
				resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(attribute), value)...)
			}
			resp.Diagnostics.Append(privatestate.Write(ctx, resp.TargetPrivate, importedKey, true)...)
		}),
	}
}
