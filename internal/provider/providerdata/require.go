package providerdata

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

// RequireOwnClient returns the provider's own client for an action that cannot
// wait, such as "create flow". Without one, it returns nil and adds the reason to
// diags.
func (p *Data) RequireOwnClient(action string, diags *diag.Diagnostics) *Client {
	client, d := p.OwnClient()
	return require(client, d, action, diags)
}

// RequireClient returns the client for an action that cannot wait on an object
// with this vault_connection. Without one, it returns nil and adds the reason to
// diags.
func (p *Data) RequireClient(ctx context.Context, connection types.Object, action string, diags *diag.Diagnostics) *Client {
	client, d := p.Client(ctx, connection)
	return require(client, d, action, diags)
}

// RequireVaultCredentials returns the credentials of a vault_connection for an action
// that cannot wait. Without them, it returns nil and adds the reason to diags.
func (p *Data) RequireVaultCredentials(
	ctx context.Context, connection types.Object, action string, diags *diag.Diagnostics,
) *auth0.Credentials {
	credentials, d := p.vaultCredentials(ctx, connection)
	diags.Append(d...)
	if len(credentials) == 0 && !d.HasError() {
		AddUnknownProviderConfigError(diags, action)
	}
	if diags.HasError() {
		return nil
	}
	return &credentials[0].Credentials
}

func require(client *Client, d diag.Diagnostics, action string, diags *diag.Diagnostics) *Client {
	diags.Append(d...)
	if client.IsUnknown() && !d.HasError() {
		AddUnknownProviderConfigError(diags, action)
	}
	if diags.HasError() {
		return nil
	}
	return client
}

// AddGoneError adds the error for an update of an object that was deleted since
// it was last read. Terraform keeps the prior state of an object whose update
// fails; the refresh of the next plan removes it. object is a noun such as "flow".
func AddGoneError(diags *diag.Diagnostics, action, object, id string) {
	diags.AddError("Unable to "+action,
		fmt.Sprintf("The %s %s no longer exists: it was deleted outside of Terraform after it was last read.\n\n"+
			"Run terraform plan again: the refresh removes it from the state, and the plan creates it again.", object, id))
}

// AddDeletedWarning adds the warning for a refresh that found an object deleted,
// which Terraform itself reports only together with other changes. err is Auth0's
// answer.
func AddDeletedWarning(diags *diag.Diagnostics, object, id string, err error) {
	diags.AddWarning("The "+object+" was deleted outside of Terraform",
		fmt.Sprintf("The %s %s no longer exists. %s\n\nIt is removed from the state, and the plan creates it again if it is still in the "+
			"configuration.",
			object, id, validate.Sentence(capitalize(err.Error()))))
}
