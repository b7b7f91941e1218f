package providerdata

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
)

// Action is embedded by actions: it keeps the provider's configuration.
type Action struct{ Provider *Data }

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	provider, diags := FromProviderData(req.ProviderData)
	a.Provider = provider
	resp.Diagnostics.Append(diags...)
}

// Ephemeral is embedded by ephemeral resources: it keeps the provider's configuration.
type Ephemeral struct{ Provider *Data }

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	provider, diags := FromProviderData(req.ProviderData)
	e.Provider = provider
	resp.Diagnostics.Append(diags...)
}

// DataSource is embedded by data sources: it keeps the provider's configuration.
type DataSource struct{ Provider *Data }

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	provider, diags := FromProviderData(req.ProviderData)
	d.Provider = provider
	resp.Diagnostics.Append(diags...)
}
