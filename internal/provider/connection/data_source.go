package connection

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_connection: one vault connection of
// the app AUTH0, by id or by name.
type DataSource struct{ provider *providerdata.Data }

// NewDataSource makes an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connection"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	d.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := remoteSchema()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Id of the vault connection. Exactly one of `id` and `name` must be given.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the vault connection. Names need not be unique: one that several connections have is an error that lists their ids.",
		Validators:          []validator.String{name()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A vault connection of the app `AUTH0`, by id or by name. Its setup is not shown: Auth0 never gives it out.",
		Attributes:          attributes,
	}
}

// remoteSchema are the attributes that Auth0 shows of a connection.
func remoteSchema() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":           text("Id of the vault connection."),
		"name":         text("Name of the vault connection."),
		"account_name": text("Name that Auth0 made from the setup."),
		"ready":        schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a setup is stored."},
		"fingerprint":  text("Digest of `updated_at`, made by Auth0."),
		"created_at":   text("When the connection was made (RFC 3339)."),
		"updated_at":   text("When it was last changed, by whomever (RFC 3339)."),
		"refreshed_at": text("When Auth0 last renewed the token that it keeps with the connection (RFC 3339)."),
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config remoteAttributes
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.ID.IsUnknown() || config.Name.IsUnknown() || config.ID.IsNull() != config.Name.IsNull() {
		return
	}
	found := "Neither is."
	if !config.ID.IsNull() {
		found = "Both are."
	}
	resp.Diagnostics.AddAttributeError(path.Root("id"), "An id or a name is needed", "Exactly one of id and name must be given. "+found)
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config remoteAttributes
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client, diags := d.provider.OwnClient()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client == nil {
		providerdata.AddUnknownProviderConfigError(&resp.Diagnostics, "read vault connection")
		return
	}
	found, err := d.find(ctx, client, config)
	attribute := path.Root("id")
	if config.ID.IsNull() {
		attribute = path.Root("name")
	}
	var ambiguous *auth0.MultipleMatchesError
	var nobody *auth0.NoSuchNameError
	switch {
	case errors.As(err, &ambiguous):
		resp.Diagnostics.AddAttributeError(attribute, "Several vault connections have this name", ambiguous.Error()+".\n\nChoose one by its id.")
	case errors.As(err, &nobody), auth0.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(attribute, "No such vault connection", client.Explain(err))
	case err != nil:
		client.AddError(&resp.Diagnostics, "read vault connection", err)
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
