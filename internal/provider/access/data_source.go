// Package access holds the data source that measures what a client may do
// against what it needs.
package access

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/validate"
)

var (
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_access. It reads client grants, and
// needs no secret of the client that it is about.
type DataSource struct{ providerdata.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{Name: "access"}}
}

type model struct {
	ClientID       types.String `tfsdk:"client_id"`
	Audience       types.String `tfsdk:"audience"`
	Actions        types.Set    `tfsdk:"actions"`
	RequiredScopes types.Set    `tfsdk:"required_scopes"`
	Granted        types.Bool   `tfsdk:"granted"`
	AllScopes      types.Bool   `tfsdk:"all_scopes"`
	GrantedScopes  types.Set    `tfsdk:"granted_scopes"`
	MissingScopes  types.Set    `tfsdk:"missing_scopes"`
	ExcessScopes   types.Set    `tfsdk:"excess_scopes"`
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	scopes := func(description string) schema.Attribute {
		return schema.SetAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Compares the scopes that a client is granted for an API with those that flow actions need. " +
			"It reads the client grant with the provider's own client (scope `read:client_grants`) and needs no secret.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the client.",
				Validators:          []validator.String{validate.RequiredText()},
			},
			"audience": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Identifier of the API. Default: that of the Management API of the provider's tenant.",
				Validators:          []validator.String{validate.NotEmpty()},
			},
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Flow actions that use the client: `GET_USER`, `CREATE_USER`, `UPDATE_USER`.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(auth0.Actions()...))},
			},
			"required_scopes": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Scopes that are needed in addition to those of `actions`.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 280))},
			},
			"granted": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the client has a grant for the API.",
			},
			"all_scopes": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether the grant allows every scope of the API, now and in the future. Auth0 does not list the scopes of such " +
					"a grant: `granted_scopes` and `excess_scopes` are empty, and nothing is missing.",
			},
			"granted_scopes": scopes("Scopes that the client is granted."),
			"missing_scopes": scopes("Scopes that are needed and not granted."),
			"excess_scopes":  scopes("Scopes that are granted and not needed."),
		},
	}
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)
	var actions, required []string
	resp.Diagnostics.Append(state.Actions.ElementsAs(ctx, &actions, false)...)
	resp.Diagnostics.Append(state.RequiredScopes.ElementsAs(ctx, &required, false)...)
	client := d.Provider.RequireOwnClient("read access", &resp.Diagnostics)
	if client == nil {
		return
	}
	if state.Audience.IsNull() {
		state.Audience = types.StringValue(client.Audience())
	}
	grant, err := client.LookupGrant(ctx, state.ClientID.ValueString(), state.Audience.ValueString())
	switch {
	case errors.Is(err, auth0.ErrNoGrant):
		grant = &auth0.Grant{}
	case err != nil:
		client.AddError(&resp.Diagnostics, "read access", err)
		return
	}
	needed, _ := auth0.ScopesFromActions(actions...) // the schema lets no other names in
	missing, excess := auth0.CompareScopes(grant.Scopes, slices.Concat(needed, required))
	if grant.AllowAllScopes {
		missing, excess = nil, nil
	}
	state.Granted = types.BoolValue(grant.ID != "")
	state.AllScopes = types.BoolValue(grant.AllowAllScopes)
	for target, scopes := range map[*types.Set][]string{
		&state.GrantedScopes: grant.Scopes, &state.MissingScopes: missing, &state.ExcessScopes: excess,
	} {
		set, diags := types.SetValueFrom(ctx, types.StringType, append([]string{}, scopes...))
		resp.Diagnostics.Append(diags...)
		*target = set
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}
