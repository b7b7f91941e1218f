// Package action holds the provider's actions: things to do now, which are in no
// state and change no plan. Terraform has actions since 1.14.
package action

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// vaultConnectionAttribute returns the attribute vault_connection.
func vaultConnectionAttribute(required bool) schema.Attribute {
	return schema.SingleNestedAttribute{
		Required: required, Optional: !required,
		MarkdownDescription: providerdata.VaultConnectionDescription,
		Attributes: map[string]schema.Attribute{
			"domain":        schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionDomainDescription},
			"client_id":     schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionClientIDDescription},
			"client_secret": schema.StringAttribute{Optional: true, MarkdownDescription: providerdata.VaultConnectionSecretDescription},
			"audience":      schema.StringAttribute{Optional: true, MarkdownDescription: providerdata.VaultConnectionAudienceDescription},
		},
	}
}

// planVaultConnection adds the error for a vault_connection that the invocation
// could not use.
func planVaultConnection(ctx context.Context, provider *providerdata.Data, config tfsdk.Config, diags *diag.Diagnostics) {
	var connection types.Object
	diags.Append(config.GetAttribute(ctx, providerdata.VaultConnectionPath, &connection)...)
	if diags.HasError() {
		return
	}
	_, d := provider.Client(ctx, connection)
	diags.Append(d...)
}

// progress sends a message to Terraform.
func progress(resp *action.InvokeResponse, format string, args ...any) {
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
}
