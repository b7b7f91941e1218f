package connection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig implements resource.ResourceWithValidateConfig: it sees to it
// that there is one secret. The library's own validator says the same of "one (and
// only one) of [client_secret_wo]", which leaves people guessing.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	kept, hidden := config.ClientSecret, config.ClientSecretWO
	if resp.Diagnostics.HasError() || kept.IsUnknown() || hidden.IsUnknown() || kept.IsNull() != hidden.IsNull() {
		return
	}
	found := "Neither is."
	if !kept.IsNull() {
		found = "Both are."
	}
	resp.Diagnostics.AddAttributeError(path.Root("client_secret"), "One secret is needed",
		"Exactly one of client_secret and client_secret_wo must be given. "+found+
			"\n\nThe first is kept in the state. The second is write-only: it is in no plan and no state.")
}
