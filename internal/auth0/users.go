package auth0

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/option"
)

// Profile are the attributes of a user that Auth0 returns and accepts under the same
// names. A nil pointer means that Auth0 left the attribute out, which it does for what
// was never set; in a request, it leaves the attribute alone.
type Profile struct {
	Email         *string `json:"email,omitempty"`
	EmailVerified *bool   `json:"email_verified,omitempty"`
	PhoneNumber   *string `json:"phone_number,omitempty"`
	PhoneVerified *bool   `json:"phone_verified,omitempty"`
	Username      *string `json:"username,omitempty"`
	Name          *string `json:"name,omitempty"`
	GivenName     *string `json:"given_name,omitempty"`
	FamilyName    *string `json:"family_name,omitempty"`
	Nickname      *string `json:"nickname,omitempty"`
	Picture       *string `json:"picture,omitempty"`
	Blocked       *bool   `json:"blocked,omitempty"`
}

// User is a user as Auth0 returns it.
type User struct {
	Profile

	// ID is the full ID, such as auth0|65a1….
	ID string `json:"user_id"`
	// UserMetadata and AppMetadata are nil if the user has none.
	UserMetadata map[string]json.RawMessage `json:"user_metadata"`
	AppMetadata  map[string]json.RawMessage `json:"app_metadata"`
	Identities   []Identity                 `json:"identities"`
	CreatedAt    Timestamp                  `json:"created_at"`
	UpdatedAt    Timestamp                  `json:"updated_at"`
	LastLogin    Timestamp                  `json:"last_login"`
	LoginsCount  *int64                     `json:"logins_count"`
}

// Identity is one of the accounts that a user signs in with; the first is the primary one.
type Identity struct {
	// Connection is the name of the connection that holds the account.
	Connection string     `json:"connection"`
	UserID     identityID `json:"user_id"`
	Provider   string     `json:"provider"`
	IsSocial   bool       `json:"isSocial"`
}

// identityID is a string, or a number for some social providers.
type identityID string

// UnmarshalJSON accepts either.
func (id *identityID) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
	}
	*id = identityID(text)
	return nil
}

// Primary returns the name of the connection that holds the user's primary
// account and the user's id there, without the prefix.
func (u *User) Primary() (connection, userID string) {
	if len(u.Identities) > 0 {
		return u.Identities[0].Connection, string(u.Identities[0].UserID)
	}
	_, userID, _ = strings.Cut(u.ID, "|")
	return "", userID
}

// UserAttributes are what a request writes of a user.
type UserAttributes struct {
	Profile

	Password    *string `json:"password,omitempty"`
	VerifyEmail *bool   `json:"verify_email,omitempty"`
	// UserMetadata and AppMetadata are merged into what the user has, key by key;
	// a nil value removes the key. An empty map would remove all keys, and is not sent.
	UserMetadata map[string]json.RawMessage `json:"user_metadata,omitempty"`
	AppMetadata  map[string]json.RawMessage `json:"app_metadata,omitempty"`
	// Clear names the attributes of the profile to remove, by their names in the API.
	Clear []string `json:"-"`
}

// Empty reports whether there is nothing to write.
func (a UserAttributes) Empty() bool {
	return a.Profile == Profile{} && a.Password == nil && a.VerifyEmail == nil &&
		len(a.UserMetadata) == 0 && len(a.AppMetadata) == 0 && len(a.Clear) == 0
}

// body returns the body of a request. The SDK would send it as well, but only from a
// struct of its own that repeats the profile for each request.
func (a UserAttributes) body() (map[string]any, error) {
	text, err := json.Marshal(a) //nolint:gosec // the password belongs into the request
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	body := map[string]any{}
	for name, value := range members {
		body[name] = value
	}
	for _, name := range a.Clear {
		body[name] = nil
	}
	return body, nil
}

func (a UserAttributes) secrets() []string {
	if a.Password == nil {
		return nil
	}
	return []string{*a.Password}
}

// Split spreads a change over the requests that it takes: Auth0 refuses to
// change some attributes of a user together (password with email, username or
// email_verified; username with email or email_verified). Everything else goes
// with the first.
// Source: https://auth0.com/docs/api/management/v2/users/patch-users-by-id
func (a UserAttributes) Split() []UserAttributes {
	username := UserAttributes{Profile: Profile{Username: a.Username}}
	if slices.Contains(a.Clear, "username") {
		username.Clear = []string{"username"}
	}
	password := UserAttributes{Password: a.Password}
	rest := a
	rest.Username, rest.Password = nil, nil
	rest.Clear = slices.DeleteFunc(slices.Clone(a.Clear), func(name string) bool { return name == "username" })

	if a.Email == nil && a.EmailVerified == nil && !slices.Contains(a.Clear, "email") {
		// Nothing in the rest keeps one of the others from going with it.
		if !username.Empty() {
			rest.Username, rest.Clear = username.Username, a.Clear
			username = UserAttributes{}
		} else {
			rest.Password, password = password.Password, UserAttributes{}
		}
	}
	return slices.DeleteFunc([]UserAttributes{rest, username, password}, UserAttributes.Empty)
}

// UserOptions are what only a create can say.
type UserOptions struct {
	// Connection is the name of the database or passwordless connection that is to hold the user.
	Connection string
	// UserID is the wanted id without its prefix; empty lets Auth0 make one.
	UserID string
}

// CreateUser creates a user. One whose answer was lost is found again by the given ID,
// the e-mail address, the phone number or the username, if it was created since, in the
// same connection, and is not known to this run. If that cannot be found out, the error
// is an *UnknownOutcomeError. The other errors are those of any request; a user that
// exists is a 409.
func (c *Client) CreateUser(ctx context.Context, options UserOptions, a UserAttributes) (*User, error) {
	op := operation{name: "create the user", secrets: a.secrets(), once: true, customDomain: true}
	body, err := a.body()
	if err != nil {
		return nil, err
	}
	body["connection"] = options.Connection
	if options.UserID != "" {
		body["user_id"] = options.UserID
	}
	create := &creation[User]{
		what: "users", name: options.UserID,
		send: func(ctx context.Context) (*User, error) {
			return call[*User](ctx, c, op, func(sdk option.RequestOption) error {
				_, err := c.users.Create(ctx, nil, sdk, option.WithBodyProperties(body))
				return err
			})
		},
		find: func(ctx context.Context, since time.Time) (created []User, lags bool, err error) {
			found, err := c.usersLike(ctx, options, a)
			found = slices.DeleteFunc(found, func(u User) bool { return !u.wasCreatedWith(options, a) })
			created = slices.DeleteFunc(slices.Clone(found), func(u User) bool { return u.CreatedAt.Time().Before(since) })
			return created, len(found) == 0 && a.Email == nil && options.UserID == "", err
		},
	}
	made, _, err := create.do(ctx, c.tenant)
	return made, err
}

// usersLike returns the users that may be one that was created with these attributes.
// It asks what Auth0 answers consistently where it can: by e-mail address, and by ID.
func (c *Client) usersLike(ctx context.Context, options UserOptions, a UserAttributes) (found []User, err error) {
	switch {
	case a.Email != nil:
		for _, address := range addressForms(*a.Email) {
			users, err := c.usersByExactEmail(ctx, address)
			if err != nil {
				return nil, err
			}
			found = append(found, users...)
		}
		return found, nil
	case options.UserID != "":
		// The prefix says what kind of connection it is: without an address, a database or one for numbers.
		for _, kind := range []string{"auth0", "sms"} {
			user, err := c.GetUser(ctx, kind+"|"+options.UserID)
			switch {
			case err == nil:
				found = append(found, *user)
			case !IsNotFound(err):
				return nil, err
			}
		}
		return found, nil
	}
	var terms []string
	if a.PhoneNumber != nil {
		terms = append(terms, "phone_number:"+quoteTerm(*a.PhoneNumber))
	}
	if a.Username != nil { // stored in lower case
		for _, username := range addressForms(*a.Username) {
			terms = append(terms, "username:"+quoteTerm(username))
		}
	}
	if len(terms) == 0 {
		return nil, errors.New("a user without an e-mail address, a phone number, a username and an ID cannot be searched for")
	}
	users, err := c.userPage(ctx, userQuery{q: strings.Join(terms, " OR ")})
	return users.Users, err
}

// wasCreatedWith reports whether the user has what a create asked for.
func (u *User) wasCreatedWith(options UserOptions, a UserAttributes) bool {
	connection, userID := u.Primary()
	same := func(is, want *string) bool { return is == nil || want == nil || strings.EqualFold(*is, *want) }
	return connection == options.Connection && (options.UserID == "" || options.UserID == userID) &&
		same(u.Email, a.Email) && same(u.PhoneNumber, a.PhoneNumber) && same(u.Username, a.Username)
}

// GetUser returns a user by the full ID. The error is a 404 (see IsNotFound) if the user
// does not exist, or that of any request.
func (c *Client) GetUser(ctx context.Context, id string) (*User, error) {
	op := operation{name: "read user " + quote(id), id: id}
	return call[*User](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.users.Get(ctx, id, &management.GetUserRequestParameters{}, sdk)
		return err
	})
}

// UpdateUser changes a user in one request and returns the user as it is then. See
// UserAttributes.Split for what one request can change. The errors are those of GetUser.
func (c *Client) UpdateUser(ctx context.Context, id string, a UserAttributes) (*User, error) {
	op := operation{
		name: "update user " + quote(id), id: id, secrets: a.secrets(), customDomain: true,
		// A password sent twice may be refused by the second for having been used before.
		once: a.Password != nil,
	}
	body, err := a.body()
	if err != nil {
		return nil, err
	}
	return call[*User](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.users.Update(ctx, id, nil, sdk, option.WithBodyProperties(body))
		return err
	})
}

// DeleteUser deletes a user. That the user does not exist is not an error; the errors are
// those of any request.
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	op := operation{name: "delete user " + quote(id), id: id}
	_, err := call[struct{}](ctx, c, op, func(sdk option.RequestOption) error { return c.users.Delete(ctx, id, sdk) })
	if IsNotFound(err) {
		return nil
	}
	return err
}

// UsersByEmail returns the users of all connections that have an e-mail address: as it
// is written or, if there are none, in lower case. Auth0 compares exactly. Its own
// databases store addresses in lower case, other identity providers as they send them.
// The errors are those of any request; a missing user is not one.
func (c *Client) UsersByEmail(ctx context.Context, email string) (found []User, err error) {
	for _, address := range addressForms(email) {
		if found, err = c.usersByExactEmail(ctx, address); err != nil || len(found) > 0 {
			break
		}
	}
	return found, err
}

// addressForms returns an address or a username as it is written, and in lower case if that differs.
func addressForms(address string) []string {
	return slices.Compact([]string{address, strings.ToLower(address)})
}

func (c *Client) usersByExactEmail(ctx context.Context, email string) ([]User, error) {
	op := operation{name: "read users by e-mail address"}
	found, err := call[[]User](ctx, c, op, func(sdk option.RequestOption) error {
		_, err := c.users.ListUsersByEmail(ctx, &management.ListUsersByEmailRequestParameters{Email: email}, sdk)
		return err
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(u User) bool {
		repeated := seen[u.ID]
		seen[u.ID] = true
		return repeated
	}), err
}

// MaxSearchResults is the number of users that a search returns at most, however many match.
// Source: https://auth0.com/docs/manage-users/user-search
const MaxSearchResults = 1000

// SearchUsers returns the users that match a query in Auth0's search syntax, all
// users for an empty one, oldest first, and how many match in total; at most
// MaxSearchResults are returned. The search lags behind writes. The errors are
// those of any request; a query that Auth0 does not accept is a 400.
func (c *Client) SearchUsers(ctx context.Context, query string) (found []User, total int, err error) {
	pages := c.searchPages(query, &total)
	for pages.PagesLeft() > 0 {
		users, err := pages.Next(ctx)
		if err != nil {
			return nil, 0, err
		}
		found = append(found, users...)
	}
	return found, total, nil
}

// EachUser yields the users that match a query as SearchUsers returns them, page by
// page as they are used, with the same errors.
func (c *Client) EachUser(ctx context.Context, query string) iter.Seq2[*User, error] {
	return c.searchPages(query, new(int)).each(ctx)
}

// searchPages returns the pages of a search, the last of which leaves its total behind.
func (c *Client) searchPages(query string, total *int) *pager[User] {
	return &pager[User]{
		maxItems: MaxSearchResults,
		fetch: func(ctx context.Context, at cursor) (page[User], error) {
			got, err := c.userPage(ctx, userQuery{q: query, sort: "created_at:1", page: at.page})
			*total = got.Total
			return page[User]{items: got.Users, total: got.Total}, err
		},
	}
}

// userQuery is one page of a search.
type userQuery struct {
	q, sort string
	page    int
	// optional says that there is another way if this fails.
	optional bool
}

type userPage struct {
	Total int    `json:"total"`
	Users []User `json:"users"`
}

func (c *Client) userPage(ctx context.Context, query userQuery) (userPage, error) {
	op := operation{name: "search users", optional: query.optional}
	request := &management.ListUsersRequestParameters{Page: &query.page, IncludeTotals: ptr(true)}
	if query.sort != "" {
		request.Sort = &query.sort
	}
	if query.q != "" {
		request.Q = &query.q
		request.SearchEngine = ptr(management.SearchEngineVersionsEnumV3)
	}
	return paged(&c.tenant.userPages, query.page, func(perPage int) (userPage, error) {
		request.PerPage = &perPage
		return call[userPage](ctx, c, op, func(sdk option.RequestOption) error {
			_, err := c.users.List(ctx, request, sdk)
			return err
		})
	})
}
