package emulator

import (
	"cmp"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/search"
)

// maxSearch is how many users one search can reach.
const maxSearch = 1000

func searchUsers(c *call) (*response, *apiError) {
	b := &c.tenant.behavior
	s := c.pagingQuery(1e9, 0, append([]schema.Property{
		schema.Prop("sort", schema.Text("The order, as field:1 or field:-1", 0, 0)),
		schema.Prop("connection", schema.Text("The connection", 1, 0)),
		schema.Prop("q", schema.Text("The query", 0, 0)),
		schema.Prop("search_engine", schema.OneOf("The search engine", "v1", "v2", "v3")),
		schema.Prop("primary_order", schema.Boolean("Whether the order is stable")),
	}, fieldsQuery...)...)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	if bad := checkEngine(str(q, "q"), str(q, "search_engine"), str(q, "connection"), b); bad != nil {
		return nil, bad
	}
	number, size, totals := c.paging(q)
	if (number+1)*size > maxSearch {
		return nil, badRequest("invalid_paging",
			"You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation")
	}
	order, bad := userOrder(str(q, "sort"))
	if bad != nil {
		return nil, bad
	}
	matches, err := search.Compile(str(q, "q"))
	if err != nil {
		return nil, badRequest("invalid_query_string", "Query validation error: '"+err.Error()+"' on property q (The query).")
	}
	found := c.tenant.users.visible()
	if strings.TrimSpace(str(q, "q")) != "" {
		if b.SearchTimesOut {
			return nil, &apiError{status: http.StatusServiceUnavailable,
				message: "The query exceeded the timeout. Please try refining your search criteria to get a more performant query."}
		}
		found = slices.DeleteFunc(found, func(u *User) bool { return !matches(u) })
	}
	slices.SortStableFunc(found, order)
	from, to := page(len(found), number, size)
	keys, include := fieldsOf(q)
	shown := make([]object, 0, to-from)
	for _, u := range found[from:to] {
		shown = append(shown, u.body().pick(keys, include))
	}
	if !totals {
		return reply(http.StatusOK, shown), nil
	}
	return reply(http.StatusOK, object{
		{"start", number * size}, {"limit", size}, {"length", len(shown)}, {"users", shown}, {"total", len(found)},
	}), nil
}

// userOrder is the order that a search asks for.
func userOrder(sort string) (func(a, b *User) int, *apiError) {
	if sort == "" {
		return byLastLogin, nil
	}
	order, ok := search.Order(sort)
	if !ok {
		return nil, invalidQuery(&schema.Violation{
			What: "Object didn't pass validation for format sort: " + sort, Path: "sort", Description: "The order, as field:1 or field:-1",
		})
	}
	return func(a, b *User) int { return order(a, b) }, nil
}

// byLastLogin is the order of a search without sort: the latest login first, then the latest change.
func byLastLogin(a, b *User) int {
	return cmp.Or(b.LastLogin.Compare(a.LastLogin), b.UpdatedAt.Compare(a.UpdatedAt))
}

// checkEngine: version 3 is the only search engine left, and the one that is used when none is named.
func checkEngine(q, engine, connection string, b *Behavior) *apiError {
	switch {
	case engine == "v1":
		return badRequest("invalid_query_string", "You are not allowed to use search_engine=v1.")
	case engine == "v2":
		return badRequest("invalid_query_string", "You are not allowed to use search_engine=v2. Use search_engine=v3 instead.")
	case engine == "" && q != "" && b.SearchEngineRequired:
		return badRequest("invalid_query_string", "The 'q' parameter is available only if you specify 'search_engine=v2|v3'.")
	case connection != "":
		return badRequest("invalid_query_string", "The 'connection' parameter is available only if you specify 'search_engine=v1'.")
	}
	return nil
}

// Values yields what a user has in a field: strings, numbers, booleans and times, of arrays each element.
func (u *User) Values(field string) iter.Seq[any] {
	return func(yield func(any) bool) {
		date := func(t time.Time) {
			if !t.IsZero() {
				yield(t)
			}
		}
		if text, ok := u.text(field); ok {
			if text != "" {
				yield(text)
			}
			return
		}
		switch field {
		case "email_verified":
			if u.Email != "" {
				yield(u.EmailVerified)
			}
		case "phone_verified":
			if u.PhoneVerified != nil {
				yield(*u.PhoneVerified)
			}
		case "blocked":
			if u.Blocked != nil {
				yield(*u.Blocked)
			}
		case "created_at":
			date(u.CreatedAt)
		case "updated_at":
			date(u.UpdatedAt)
		case "last_login":
			date(u.LastLogin)
		case "last_password_reset":
			date(u.LastPasswordReset)
		case "logins_count":
			if u.LoginsCount > 0 {
				yield(float64(u.LoginsCount))
			}
		case "identities.user_id", "identities.connection", "identities.provider", "identities.isSocial":
			u.identityValues(strings.TrimPrefix(field, "identities."), yield)
		default:
			if rest, ok := strings.CutPrefix(field, "user_metadata."); ok {
				leaves(u.UserMetadata, rest, yield)
			} else if rest, ok := strings.CutPrefix(field, "app_metadata."); ok {
				leaves(u.AppMetadata, rest, yield)
			} else {
				leaves(u.Extra, field, yield)
			}
		}
	}
}

// text returns a field that is a string.
func (u *User) text(field string) (value string, ok bool) {
	switch field {
	case "user_id":
		return u.ID, true
	case "email":
		return u.Email, true
	case "email.domain":
		_, domain, _ := strings.Cut(u.Email, "@")
		return domain, true
	case "username":
		return u.Username, true
	case "phone_number":
		return u.PhoneNumber, true
	case "name":
		return u.Name, true
	case "nickname":
		return u.Nickname, true
	case "given_name":
		return u.GivenName, true
	case "family_name":
		return u.FamilyName, true
	case "picture":
		return u.Picture, true
	case "last_ip":
		return u.LastIP, true
	}
	return "", false
}

func (u *User) identityValues(key string, yield func(any) bool) {
	all := append([]Identity{{UserID: u.bareID(), Connection: u.Connection, Provider: u.Provider}}, u.Linked...)
	for _, i := range all {
		v := map[string]any{"user_id": i.UserID, "connection": i.Connection, "provider": i.Provider, "isSocial": i.IsSocial}[key]
		if !yield(v) {
			return
		}
	}
}

// leaves yields the scalars under a dotted path. Null, empty arrays and empty objects are nothing.
func leaves(v any, path string, yield func(any) bool) bool {
	switch v := v.(type) {
	case map[string]any:
		if path == "" {
			for _, e := range v {
				if !leaves(e, "", yield) {
					return false
				}
			}
			return true
		}
		key, rest, _ := strings.Cut(path, ".")
		e, ok := v[key]
		return !ok || leaves(e, rest, yield)
	case []any:
		for _, e := range v {
			if !leaves(e, path, yield) {
				return false
			}
		}
		return true
	case nil:
		return true
	default:
		return path != "" || yield(v)
	}
}
