package flow

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/flowaction"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_flow: one flow, by ID or by name.
type DataSource struct{ providerdata.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{providerdata.DataSource{Name: "flow"}} }

// listedModel is a flow as lists have it.
type listedModel struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *listedModel) fromAPI(f *auth0.Flow) {
	m.ID, m.Name = types.StringValue(f.ID), types.StringValue(f.Name)
	m.CreatedAt, m.UpdatedAt = orNull(f.CreatedAt), orNull(f.UpdatedAt)
}

type dataModel struct {
	listedModel

	Actions types.List `tfsdk:"actions"`
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := listedAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "ID of the flow. Exactly one of `id` and `name` must be set.",
		Validators:          []validator.String{stringvalidator.LengthBetween(1, 30)},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the flow. If several flows have it, the error lists their IDs.",
		Validators:          []validator.String{flowaction.Length(1, maxNameLength)},
	}
	attributes["actions"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The actions, in their order, in the same form as in the resource.",
		NestedObject:        schema.NestedAttributeObject{Attributes: dataActionAttributes()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A flow, by ID or by name, such as one that is managed elsewhere.",
		Attributes:          attributes,
	}
}

// listedAttributes is the schema of listedModel.
func listedAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":         text("ID of the flow."),
		"name":       text("Name of the flow."),
		"created_at": text("Time of the creation (RFC 3339)."),
		"updated_at": text("Time of the last change by any client (RFC 3339)."),
	}
}

// dataActionAttributes is the schema of an action.
func dataActionAttributes() map[string]schema.Attribute {
	made := map[string]schema.Attribute{
		flowaction.AttrID:    schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the action."},
		flowaction.AttrAlias: schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the action in the editor."},
		flowaction.AttrAllowFailure: schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the flow continues when the action " +
			"fails."},
		flowaction.AttrMaskOutput: schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the action's output is masked in the " +
			"execution log."},
		flowaction.AttrJSON: schema.StringAttribute{
			CustomType: jsontext.Type{}, Computed: true,
			MarkdownDescription: "Any other action, as a JSON object with `type`, `action` and `params`.",
		},
	}
	for _, t := range flowaction.Types {
		made[t.Attribute] = schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: t.Description, Attributes: dataParamAttributes(t.Params),
		}
	}
	return made
}

func dataParamAttributes(params []flowaction.Param) map[string]schema.Attribute {
	made := make(map[string]schema.Attribute, len(params))
	for _, p := range params {
		switch {
		case p.Parts != nil:
			made[p.Name] = schema.SingleNestedAttribute{Computed: true, MarkdownDescription: p.Description, Attributes: dataParamAttributes(p.Parts)}
		case p.JSON != nil:
			made[p.Name] = schema.StringAttribute{CustomType: jsontext.Type{}, Computed: true, MarkdownDescription: p.Description}
		default:
			made[p.Name] = schema.StringAttribute{Computed: true, MarkdownDescription: p.Description}
		}
	}
	return made
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	providerdata.ValidateLookup(ctx, req.Config, "name", &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)
	client := d.Provider.RequireOwnClient("read flow", &resp.Diagnostics)
	if client == nil {
		return
	}
	found, err := findFlow(ctx, client, &state)
	if err != nil {
		client.AddLookupError(&resp.Diagnostics, "flow", state.ID, err)
		return
	}
	state.fromAPI(found)
	actions, _, diags := decode(found.Actions, types.ListNull(types.ObjectType{AttrTypes: flowaction.AttrTypes}), nil)
	resp.Diagnostics.Append(diags...)
	state.Actions = actions
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// findFlow returns the whole flow: lists leave the actions out.
func findFlow(ctx context.Context, client *providerdata.Client, config *dataModel) (*auth0.Flow, error) {
	id := config.ID.ValueString()
	if config.ID.IsNull() {
		listed, err := client.LookupFlowByName(ctx, config.Name.ValueString())
		if err != nil {
			return nil, err
		}
		id = listed.ID
	}
	return client.GetFlow(ctx, id)
}
