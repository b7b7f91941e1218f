package connection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_connection: one vault connection of
// the app AUTH0, by ID or by name.
type DataSource struct{ providerdata.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{Name: "connection"}}
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := remoteSchema()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "ID of the vault connection. Exactly one of `id` and `name` must be set.",
		Validators:          []validator.String{validate.NotEmpty()},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the vault connection. If several vault connections have it, the error lists their IDs.",
		Validators:          []validator.String{name()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A vault connection of the app `AUTH0`, by ID or by name. Its setup is not included: Auth0 does not reveal it.",
		Attributes:          attributes,
	}
}

// remoteSchema returns the attributes that the API returns of a vault connection.
func remoteSchema() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":           text("ID of the vault connection."),
		"name":         text("Name of the vault connection."),
		"account_name": text("Name that Auth0 computes from the setup."),
		"ready":        schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a setup is stored."},
		"fingerprint":  text("Digest of `updated_at`, computed by Auth0."),
		"created_at":   text("Time of creation (RFC 3339)."),
		"updated_at":   text("Time of the last change by any client (RFC 3339)."),
		"refreshed_at": text("Time at which Auth0 last renewed the token that it keeps with the vault connection (RFC 3339)."),
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	providerdata.ValidateLookup(ctx, req.Config, "name", &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config remoteAttributes
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.Provider.RequireOwnClient("read vault connection", &resp.Diagnostics)
	if client == nil {
		return
	}
	defer d.Provider.RateLimitWarner.AddWarnings(&resp.Diagnostics)
	found, err := d.find(ctx, client, config)
	switch {
	case err != nil:
		client.AddLookupError(&resp.Diagnostics, "vault connection", config.ID, err)
	case found.AppID != auth0.AppAuth0:
		resp.Diagnostics.Append(wrongApp(found))
	default:
		var state remoteAttributes
		state.fromAPI(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

func (d *DataSource) find(ctx context.Context, client *providerdata.Client, config remoteAttributes) (*auth0.VaultConnection, error) {
	if !config.ID.IsNull() {
		return client.LookupVaultConnection(ctx, config.ID.ValueString())
	}
	return client.LookupVaultConnectionByName(ctx, config.Name.ValueString())
}
