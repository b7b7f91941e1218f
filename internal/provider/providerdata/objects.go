package providerdata

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

// The types below are embedded by the objects of the provider. Name is the name of
// the object's type without "auth0vault_". Provider is nil until the provider is
// configured: Terraform validates configurations without it.

// Resource is embedded by resources.
type Resource struct {
	Name string
	// IDDescription describes the ID in the resource's identity.
	IDDescription string
	Provider      *Data
}

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Name
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Provider = fromProviderData(req.ProviderData, &resp.Diagnostics)
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = IdentitySchema(r.IDDescription)
}

// StartRead sets the identity of an object and returns the client to read it with. It
// returns nil if the object cannot be read: for an error, which is in resp, or while the
// provider's configuration is unknown. The state stays as it is then.
func (r *Resource) StartRead(ctx context.Context, id types.String, resp *resource.ReadResponse) *Client {
	client, diags := r.Provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return nil
	}
	resp.Diagnostics.Append(SetIdentity(ctx, resp.Identity, r.Provider.OwnDomain(), id.ValueString())...)
	return client
}

// AddReadError handles the error of reading an object, such as a "flow". One that was
// deleted is removed from the state, with a warning unless it is being imported. Any
// other error is added to resp.
func (c *Client) AddReadError(ctx context.Context, resp *resource.ReadResponse, object string, id types.String, imported bool, err error) {
	if !auth0.IsNotFound(err) {
		c.AddError(&resp.Diagnostics, "read "+object, err)
		return
	}
	if !imported {
		AddDeletedWarning(&resp.Diagnostics, object, id.ValueString(), err)
	}
	resp.State.RemoveResource(ctx)
}

// DataSource is embedded by data sources.
type DataSource struct {
	Name     string
	Provider *Data
}

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Name
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Provider = fromProviderData(req.ProviderData, &resp.Diagnostics)
}

// Ephemeral is embedded by ephemeral resources.
type Ephemeral struct {
	Name     string
	Provider *Data
}

// Metadata implements ephemeral.EphemeralResource.
func (e *Ephemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Name
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.Provider = fromProviderData(req.ProviderData, &resp.Diagnostics)
}

// Action is embedded by actions.
type Action struct {
	Name     string
	Provider *Data
}

// Metadata implements action.Action.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.Name
}

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.Provider = fromProviderData(req.ProviderData, &resp.Diagnostics)
}

// fromProviderData returns the provider data of a Configure request, or nil before the
// provider is configured.
func fromProviderData(data any, diags *diag.Diagnostics) *Data {
	if data == nil {
		return nil
	}
	provider, ok := data.(*Data)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("Expected *providerdata.Data, got: %T. Please report this issue to the provider developers.", data))
	}
	return provider
}
