package user

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_user: one user, by id or by e-mail
// address. Both are read consistently, not from the search.
type DataSource struct{ providerdata.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{providerdata.DataSource{Name: "user"}} }

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := remoteAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Full ID of the user, such as `auth0|65a1f0c2d3e4b5a697887766`. Exactly one of `id` and `email` must be set.",
		Validators:          []validator.String{notEmpty()},
	}
	attributes["email"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "E-mail address. If several users have it, the error lists their IDs; " +
			"`connection_name` chooses between them.",
		Validators: []validator.String{validate.Matches("an e-mail address, such as ada@example.com", emailProblem)},
	}
	attributes["connection_name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the connection that holds the user; with `email`, only users of this connection are searched.",
		Validators:          []validator.String{notEmpty(), stringvalidator.AlsoRequires(path.MatchRoot("email"))},
	}
	attributes["vault_connection"] = vaultConnectionAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user, by ID or by e-mail address. The state contains the user's profile and all metadata in clear text.",
		Attributes:          attributes,
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	providerdata.ValidateLookup(ctx, req.Config, "email", &resp.Diagnostics)
}

func vaultConnectionAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: providerdata.VaultConnectionDescription,
		// The values are validated where they are used.
		Attributes: map[string]schema.Attribute{
			"domain":    schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionDomainDescription},
			"client_id": schema.StringAttribute{Required: true, MarkdownDescription: providerdata.VaultConnectionClientIDDescription},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: providerdata.VaultConnectionSecretDescription,
			},
			"audience": schema.StringAttribute{Optional: true, MarkdownDescription: providerdata.VaultConnectionAudienceDescription},
		},
	}
}

// remoteAttributes are the attributes that Auth0 returns of a user; see remoteModel.
func remoteAttributes() map[string]schema.Attribute {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	all := map[string]schema.Attribute{
		"id":              computed("Full ID of the user."),
		"user_id":         computed("ID of the user in its connection, without the prefix that Auth0 adds."),
		"connection_name": computed("Name of the connection that holds the user."),
		"user_metadata":   computed("Metadata that the user can see and change, as a JSON object: all keys."),
		"app_metadata":    computed("Metadata that the user cannot see, as a JSON object: all keys."),
		"created_at":      computed("Time of the creation of the user (RFC 3339)."),
		"updated_at":      computed("Time of the last change by any client (RFC 3339)."),
	}
	for i := range attributes {
		switch a := &attributes[i]; {
		case a.remote == nil:
		case a.kind == types.BoolType:
			all[a.name] = schema.BoolAttribute{Computed: true, MarkdownDescription: a.remoteDescription}
		default:
			all[a.name] = computed(a.remoteDescription)
		}
	}
	return all
}

// remoteTypes are the types of remoteAttributes.
func remoteTypes() map[string]attr.Type {
	all := map[string]attr.Type{}
	for name, a := range remoteAttributes() {
		all[name] = a.GetType()
	}
	return all
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var by lookup
	var connection types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &by.id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("email"), &by.email)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("connection_name"), &by.connection)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, providerdata.VaultConnectionPath, &connection)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := d.Provider.RequireClient(ctx, connection, "read user", &resp.Diagnostics)
	if client == nil {
		return
	}
	found := by.find(ctx, client, &resp.Diagnostics)
	if found == nil {
		return
	}
	state := remoteModel(found)
	if sameIgnoringCase(by.email, state["email"]) {
		state["email"] = by.email // Terraform keeps what is configured
	}
	state["vault_connection"] = connection
	all := remoteTypes()
	all["vault_connection"] = types.ObjectType{AttrTypes: providerdata.VaultConnectionTypes}
	object, diags := types.ObjectValue(all, state)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, object)...)
}

// lookup says which user a data source means.
type lookup struct{ id, email, connection types.String }

// find returns the one user that is meant, or adds an error.
func (l lookup) find(ctx context.Context, client *providerdata.Client, diags *diag.Diagnostics) *auth0.User {
	if !l.id.IsNull() {
		found, err := client.GetUser(ctx, l.id.ValueString())
		if auth0.IsNotFound(err) {
			diags.AddAttributeError(path.Root("id"), "No such user", client.Explain(err))
		} else if err != nil {
			client.AddError(diags, "read user", err)
		}
		return found
	}
	all, err := client.UsersByEmail(ctx, l.email.ValueString())
	if err != nil {
		client.AddError(diags, "read user", err)
		return nil
	}
	var found []auth0.User
	var ids []string
	for _, user := range all {
		connection, _ := user.Primary()
		if l.connection.IsNull() || l.connection.ValueString() == connection {
			found, ids = append(found, user), append(ids, fmt.Sprintf("%s (%s)", user.ID, connection))
		}
	}
	switch len(found) {
	case 0:
		where := "the tenant " + client.Domain()
		if !l.connection.IsNull() {
			where = fmt.Sprintf("the connection %q of %s", l.connection.ValueString(), where)
		}
		diags.AddAttributeError(path.Root("email"), "No such user", fmt.Sprintf("No user of %s has the e-mail address "+
			"%q.", where, l.email.ValueString()))
		return nil
	case 1:
		return &found[0]
	}
	diags.AddAttributeError(path.Root("email"), "Several users have this e-mail address",
		fmt.Sprintf("%q belongs to: %s.\n\nChoose one by its id, or by connection_name.", l.email.ValueString(), strings.Join(ids, ", ")))
	return nil
}
