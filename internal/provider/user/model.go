package user

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// shown are the attributes that Auth0 shows of a user. The resource and both
// data sources have them.
type shown struct {
	ID             types.String         `tfsdk:"id"`
	UserID         types.String         `tfsdk:"user_id"`
	ConnectionName types.String         `tfsdk:"connection_name"`
	Email          types.String         `tfsdk:"email"`
	EmailVerified  types.Bool           `tfsdk:"email_verified"`
	PhoneNumber    types.String         `tfsdk:"phone_number"`
	PhoneVerified  types.Bool           `tfsdk:"phone_verified"`
	Username       types.String         `tfsdk:"username"`
	Name           types.String         `tfsdk:"name"`
	GivenName      types.String         `tfsdk:"given_name"`
	FamilyName     types.String         `tfsdk:"family_name"`
	Nickname       types.String         `tfsdk:"nickname"`
	Picture        types.String         `tfsdk:"picture"`
	Blocked        types.Bool           `tfsdk:"blocked"`
	UserMetadata   jsontypes.Normalized `tfsdk:"user_metadata"`
	AppMetadata    jsontypes.Normalized `tfsdk:"app_metadata"`
	CreatedAt      types.String         `tfsdk:"created_at"`
	UpdatedAt      types.String         `tfsdk:"updated_at"`
}

// fromAPI takes in what Auth0 shows, all keys of the metadata included.
func (m *shown) fromAPI(u *auth0.User) {
	connection, userID := u.Primary()
	*m = shown{
		ID:             types.StringValue(u.ID),
		UserID:         types.StringValue(userID),
		ConnectionName: orNull(&connection),
		Email:          orNull(u.Email),
		EmailVerified:  types.BoolPointerValue(u.EmailVerified),
		PhoneNumber:    orNull(u.PhoneNumber),
		PhoneVerified:  types.BoolPointerValue(u.PhoneVerified),
		Username:       orNull(u.Username),
		Name:           orNull(u.Name),
		GivenName:      orNull(u.GivenName),
		FamilyName:     orNull(u.FamilyName),
		Nickname:       orNull(u.Nickname),
		Picture:        orNull(u.Picture),
		Blocked:        types.BoolPointerValue(u.Blocked),
		UserMetadata:   allKeys(u.UserMetadata),
		AppMetadata:    allKeys(u.AppMetadata),
		CreatedAt:      orNull((*string)(&u.CreatedAt)),
		UpdatedAt:      orNull((*string)(&u.UpdatedAt)),
	}
}

// orNull makes null of what is missing or empty: the configuration cannot have
// an empty value for any of these.
func orNull(s *string) types.String {
	if s == nil || *s == "" {
		return types.StringNull()
	}
	return types.StringValue(*s)
}

func allKeys(metadata map[string]json.RawMessage) jsontypes.Normalized {
	if len(metadata) == 0 {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(tfkit.FormatObject(metadata))
}

// model is the resource: what Auth0 shows, and what only the configuration knows.
type model struct {
	shown

	VerifyEmail     types.Bool   `tfsdk:"verify_email"`
	Password        types.String `tfsdk:"password"`
	PasswordWO      types.String `tfsdk:"password_wo"`
	PasswordVersion types.Int64  `tfsdk:"password_wo_version"`
	OnDestroy       types.String `tfsdk:"on_destroy"`
	VaultConnection types.Object `tfsdk:"vault_connection"`
}

// password returns the password that the configuration gives, from whichever
// attribute. m must be the configuration: only that has write-only values.
func (m *model) password() types.String {
	if !m.Password.IsNull() {
		return m.Password
	}
	return m.PasswordWO
}

// refresh takes in what Auth0 shows: of the metadata the owned keys, and in the
// writing that the model has already where that means the same.
func (m *model) refresh(u *auth0.User, owned *ownership) {
	before := m.shown
	m.fromAPI(u)
	m.Email = sameButForCase(before.Email, m.Email)
	m.Username = sameButForCase(before.Username, m.Username)
	if m.ConnectionName.IsNull() {
		m.ConnectionName = before.ConnectionName
	}
	m.UserMetadata = refreshMetadata(before.UserMetadata, u.UserMetadata, owned.user())
	m.AppMetadata = refreshMetadata(before.AppMetadata, u.AppMetadata, owned.app())
}

// complete fills what a plan left open with what Auth0 computed. What was asked
// for stays as it was asked for: should Auth0 have made something else of it, the
// next read shows that as a difference.
func (m *model) complete(reached *shown) {
	fillString(&m.ID, reached.ID)
	fillString(&m.CreatedAt, reached.CreatedAt)
	fillString(&m.UserID, reached.UserID)
	fillString(&m.Name, reached.Name)
	fillString(&m.Nickname, reached.Nickname)
	fillString(&m.Picture, reached.Picture)
	fillString(&m.UpdatedAt, reached.UpdatedAt)
	fillBool(&m.EmailVerified, reached.EmailVerified)
	fillBool(&m.PhoneVerified, reached.PhoneVerified)
	fillBool(&m.Blocked, reached.Blocked)
}

func fillString(planned *types.String, after types.String) {
	if planned.IsUnknown() {
		*planned = after
	}
}

func fillBool(planned *types.Bool, after types.Bool) {
	if planned.IsUnknown() {
		*planned = after
	}
}
