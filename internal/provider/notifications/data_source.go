// Package notifications holds the data source about the providers that a tenant
// sends e-mails, text messages and calls with.
package notifications

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
)

var (
	_ datasource.DataSource              = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
)

// DataSource is the data source auth0vault_notifications.
type DataSource struct{ providerdata.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{Name: "notifications"}}
}

// The channels of notifications.
const (
	channelEmail = "email"
	channelText  = "text"
	channelVoice = "voice"
)

type model struct {
	Channels types.Set `tfsdk:"channels"`
	Email    *status   `tfsdk:"email"`
	Text     *status   `tfsdk:"text"`
	Voice    *status   `tfsdk:"voice"`
}

// status says whether a channel can be used.
type status struct {
	Configured types.Bool   `tfsdk:"configured"`
	Enabled    types.Bool   `tfsdk:"enabled"`
	Provider   types.String `tfsdk:"provider"`
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	channel := func(description string) schema.Attribute {
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: description + " Null if it is not one of `channels`.",
			Attributes: map[string]schema.Attribute{
				"configured": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the tenant has a provider for it."},
				"enabled": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a provider for it is enabled, so that flows can " +
					"send."},
				"provider": schema.StringAttribute{
					Computed: true, MarkdownDescription: "Name of the provider, such as `sendgrid`, `smtp` or `twilio`. Null if there is none.",
				},
			},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Whether flows can send e-mails (`send_email`), text messages (`send_sms`) and calls (`make_call`): " +
			"they use the e-mail and phone providers of the tenant, not a vault connection. Credentials are not read.\n\n" +
			"The provider's own client needs the scope `read:email_provider` for e-mail, and `read:phone_providers` for text and voice. " +
			"A missing scope is an error. With `channels`, only the scopes for these channels are needed.",
		Attributes: map[string]schema.Attribute{
			"channels": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Channels to read: `email`, `text`, `voice`. Default: all.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.ValueStringsAre(stringvalidator.OneOf(channelEmail, channelText, channelVoice)),
				},
			},
			channelEmail: channel("E-mail."),
			channelText:  channel("Text messages."),
			channelVoice: channel("Calls."),
		},
	}
}

// Read implements datasource.DataSource.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)
	var channels []string
	resp.Diagnostics.Append(state.Channels.ElementsAs(ctx, &channels, false)...)
	if resp.Diagnostics.HasError() {
		return
	}
	const action = "read notification providers"
	client := d.Provider.RequireOwnClient(action, &resp.Diagnostics)
	if client == nil {
		return
	}
	wants := func(channel string) bool { return state.Channels.IsNull() || slices.Contains(channels, channel) }
	if wants(channelEmail) {
		provider, err := client.GetEmailProvider(ctx)
		switch {
		case errors.Is(err, auth0.ErrNoEmailProvider):
			state.Email = newStatus("", false)
		case err != nil:
			client.AddError(&resp.Diagnostics, action, err)
			return
		default:
			state.Email = newStatus(provider.Name, provider.Enabled)
		}
	}
	if wants(channelText) || wants(channelVoice) {
		providers, err := client.ListPhoneProviders(ctx)
		if err != nil {
			client.AddError(&resp.Diagnostics, action, err)
			return
		}
		if wants(channelText) {
			state.Text = phoneStatus(providers, auth0.DeliveryText)
		}
		if wants(channelVoice) {
			state.Voice = phoneStatus(providers, auth0.DeliveryVoice)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// phoneStatus returns the status of the first enabled provider that has a delivery
// method, or else of the first that has it.
func phoneStatus(providers []auth0.PhoneProvider, method string) *status {
	found := newStatus("", false)
	for _, provider := range providers {
		switch {
		case !slices.Contains(provider.Configuration.DeliveryMethods, method):
		case !provider.Disabled:
			return newStatus(provider.Name, true)
		case !found.Configured.ValueBool():
			found = newStatus(provider.Name, false)
		}
	}
	return found
}

// newStatus returns the status of a provider, of none if the name is empty.
func newStatus(name string, enabled bool) *status {
	if name == "" {
		return &status{Configured: types.BoolValue(false), Enabled: types.BoolValue(false), Provider: types.StringNull()}
	}
	return &status{Configured: types.BoolValue(true), Enabled: types.BoolValue(enabled), Provider: types.StringValue(name)}
}
