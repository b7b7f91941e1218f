package user

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_user: one user, by id or by e-mail
// address. Both are read consistently, not from the search.
type DataSource struct{ provider *providerdata.Data }

// NewDataSource makes an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

type dataModel struct {
	shown

	VaultConnection types.Object `tfsdk:"vault_connection"`
}

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	provider, diags := providerdata.FromProviderData(req.ProviderData)
	d.provider = provider
	resp.Diagnostics.Append(diags...)
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := shownAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Full id of the user, such as `auth0|65a1f0c2d3e4b5a697887766`. Exactly one of `id` and `email` must be given.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.ExactlyOneOf(path.MatchRoot("email"))},
	}
	attributes["email"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "E-mail address. One that several users have is an error that lists their ids; `connection_name` chooses between them.",
		Validators:          []validator.String{tfkit.Email()},
	}
	attributes["connection_name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the connection that holds the user; with `email`, only a user of this connection is looked for.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("email"))},
	}
	attributes["vault_connection"] = vaultConnectionAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user, by id or by e-mail address.",
		Attributes:          attributes,
	}
}

func vaultConnectionAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: providerdata.VaultConnectionDescription,
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Required: true, MarkdownDescription: providerdata.VaultConnectionDomainDescription,
				Validators: []validator.String{tfkit.HostName()},
			},
			"client_id": schema.StringAttribute{
				Required: true, MarkdownDescription: providerdata.VaultConnectionClientIDDescription,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"client_secret": schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: providerdata.VaultConnectionSecretDescription},
			"audience": schema.StringAttribute{
				Optional: true, MarkdownDescription: providerdata.VaultConnectionAudienceDescription,
				Validators: []validator.String{tfkit.HTTPSURL()},
			},
		},
	}
}

// shownAttributes are the attributes that Auth0 shows of a user.
func shownAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	object := func(description string) schema.Attribute {
		return schema.StringAttribute{CustomType: jsontypes.NormalizedType{}, Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":              text("Full id of the user."),
		"user_id":         text("Id of the user without the prefix."),
		"connection_name": text("Name of the connection that holds the user."),
		"email":           text("E-mail address."),
		"email_verified":  flag("Whether the e-mail address is verified."),
		"phone_number":    text("Phone number in E.164 form."),
		"phone_verified":  flag("Whether the phone number is verified."),
		"username":        text("Username."),
		"name":            text("Full name."),
		"given_name":      text("Given name."),
		"family_name":     text("Family name."),
		"nickname":        text("Nickname."),
		"picture":         text("URL of a picture."),
		"blocked":         flag("Whether the user is blocked. Null if nobody ever said so or otherwise."),
		"user_metadata":   object("Metadata that the user may see and change, as a JSON object: all keys."),
		"app_metadata":    object("Metadata that the user may not see, as a JSON object: all keys."),
		"created_at":      text("When the user was created (RFC 3339)."),
		"updated_at":      text("When the user was last changed, by whomever (RFC 3339)."),
	}
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := readClient(ctx, d.provider, state.VaultConnection, "read user", &resp.Diagnostics)
	if client == nil {
		return
	}
	found := find(ctx, client, &state.shown, &resp.Diagnostics)
	if found == nil {
		return
	}
	email := state.Email
	state.fromAPI(found)
	state.Email = sameButForCase(email, state.Email)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// readClient returns the client for a data source, or adds the error why there is none.
func readClient(ctx context.Context, provider *providerdata.Data, connection types.Object, action string, diags *diag.Diagnostics) *providerdata.Client {
	client, d := provider.Client(ctx, connection)
	diags.Append(d...)
	if client == nil && !diags.HasError() {
		providerdata.AddUnknownProviderConfigError(diags, action)
	}
	return client
}

// find returns the one user that the configuration means, or adds an error.
func find(ctx context.Context, client *providerdata.Client, config *shown, diags *diag.Diagnostics) *auth0.User {
	if !config.ID.IsNull() {
		found, err := client.GetUser(ctx, config.ID.ValueString())
		if auth0.IsNotFound(err) {
			diags.AddAttributeError(path.Root("id"), "No such user", client.Explain(err))
		} else if err != nil {
			client.AddError(diags, "read user", err)
		}
		return found
	}
	all, err := client.UsersByEmail(ctx, config.Email.ValueString())
	if err != nil {
		client.AddError(diags, "read user", err)
		return nil
	}
	var found []auth0.User
	var ids []string
	for _, user := range all {
		connection, _ := user.Primary()
		if config.ConnectionName.IsNull() || config.ConnectionName.ValueString() == connection {
			found, ids = append(found, user), append(ids, fmt.Sprintf("%s (%s)", user.ID, connection))
		}
	}
	switch len(found) {
	case 0:
		where := "the tenant " + client.Domain()
		if !config.ConnectionName.IsNull() {
			where = fmt.Sprintf("the connection %q of %s", config.ConnectionName.ValueString(), where)
		}
		diags.AddAttributeError(path.Root("email"), "No such user", fmt.Sprintf("No user of %s has the e-mail address %q.", where, config.Email.ValueString()))
		return nil
	case 1:
		return &found[0]
	}
	diags.AddAttributeError(path.Root("email"), "Several users have this e-mail address",
		fmt.Sprintf("%q belongs to: %s.\n\nChoose one by its id, or by connection_name.", config.Email.ValueString(), strings.Join(ids, ", ")))
	return nil
}
