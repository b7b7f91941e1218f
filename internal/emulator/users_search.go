package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxSearch is how many users one search can reach.
	maxSearch = 1000
	// leastLiterals is how many plain characters a value with a leading wildcard needs.
	leastLiterals = 3
)

func searchUsers(c *call) (*response, *apiError) {
	b := &c.tenant.behaviour
	s := c.pagingQuery(1e9, 0, append([]property{
		{"sort", text("The order, as field:1 or field:-1", 0, 0)},
		{"connection", text("The connection", 1, 0)},
		{"q", text("The query", 0, 0)},
		{"search_engine", oneOf("The search engine", "v1", "v2", "v3")},
		{"primary_order", boolean("Whether the order is stable")},
	}, fieldsQuery...)...)
	q, bad := s.checkQuery(c.Query, b.AllowUnknownQuery)
	if bad != nil {
		return nil, bad
	}
	if bad := checkEngine(str(q, "q"), str(q, "search_engine"), str(q, "connection"), b); bad != nil {
		return nil, bad
	}
	number, size, totals := c.paging(q)
	beyond := (number+1)*size > maxSearch
	if beyond && !b.CapOnlyBeyond {
		return nil, tooManyRecords()
	}
	order, bad := sortOrder(str(q, "sort"))
	if bad != nil {
		return nil, bad
	}
	wanted, err := parseQuery(str(q, "q"), b.ImplicitAnd)
	matches := func(*User) bool { return true }
	if err == nil && wanted != nil {
		matches, err = compile(wanted, b)
	}
	if err != nil {
		return nil, badRequest("invalid_query_string", "Query validation error: '"+err.Error()+"' on property q (The query).")
	}
	if b.SearchTimesOut && wanted != nil {
		return nil, &apiError{status: http.StatusServiceUnavailable,
			message: "The query exceeded the timeout. Please try refining your search criteria to get a more performant query."}
	}
	found := c.tenant.users.seen()
	if wanted != nil {
		found = slices.DeleteFunc(found, func(u *User) bool { return !matches(u) })
	}
	if beyond && len(found) > maxSearch {
		return nil, tooManyRecords()
	}
	if order == nil {
		order = byLastLogin
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
	total := len(found)
	if b.TotalCapped {
		total = min(total, maxSearch)
	}
	return reply(http.StatusOK, object{
		{"start", number * size}, {"limit", size}, {"length", len(shown)}, {"users", shown}, {"total", total},
	}), nil
}

// byLastLogin is the order of a search without sort: the latest login first, then the latest change.
func byLastLogin(a, b *User) int {
	return cmp.Or(b.LastLogin.Compare(a.LastLogin), b.UpdatedAt.Compare(a.UpdatedAt))
}

func tooManyRecords() *apiError {
	return badRequest("invalid_paging",
		"You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation")
}

// checkEngine: version 3 is the only search engine left, and the one that is used when none is named.
func checkEngine(q, engine, connection string, b *Behaviour) *apiError {
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

// sortOrder reads field:1 or field:-1. Users without the field come last.
func sortOrder(s string) (func(a, b *User) int, *apiError) {
	if s == "" {
		return nil, nil
	}
	field, way, _ := strings.Cut(s, ":")
	metadata := strings.HasPrefix(field, "user_metadata") || strings.HasPrefix(field, "app_metadata")
	if field == "" || metadata || way != "1" && way != "-1" {
		bad := violation{what: "Object didn't pass validation for format sort: " + s, path: "sort", desc: "The order, as field:1 or field:-1"}
		return nil, badRequest("invalid_query_string", bad.message("Query"))
	}
	key := func(u *User) (any, bool) {
		for v := range u.values(field) {
			if s, ok := v.(string); ok && caseless(field) {
				return strings.ToLower(s), true
			}
			return v, true
		}
		return nil, false
	}
	return func(a, b *User) int {
		x, okX := key(a)
		y, okY := key(b)
		switch {
		case !okX || !okY:
			return cmp.Compare(boolInt(okY), boolInt(okX))
		case way == "-1":
			return compareValues(y, x)
		default:
			return compareValues(x, y)
		}
	}, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b)
		}
	case float64:
		if b, ok := b.(float64); ok {
			return cmp.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok {
			return cmp.Compare(boolInt(a), boolInt(b))
		}
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

// caseless fields are compared without regard to case.
func caseless(field string) bool {
	switch field {
	case "email", "name", "given_name", "family_name", "nickname":
		return true
	}
	return false
}

// isMetadata: fields that take neither wildcards nor ranges.
func isMetadata(field string) bool {
	return strings.HasPrefix(field, "user_metadata.") || strings.HasPrefix(field, "app_metadata.")
}

// values yields what a user has in a field: strings, numbers, booleans and times, of arrays each element.
func (u *User) values(field string) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		plain := func(s string) {
			if s != "" {
				yield(s)
			}
		}
		date := func(t time.Time) {
			if !t.IsZero() {
				yield(t)
			}
		}
		switch field {
		case "user_id":
			plain(u.ID)
		case "email":
			plain(u.Email)
		case "email.domain":
			_, domain, _ := strings.Cut(u.Email, "@")
			plain(domain)
		case "email_verified":
			if u.Email != "" {
				yield(u.EmailVerified)
			}
		case "username":
			plain(u.Username)
		case "phone_number":
			plain(u.PhoneNumber)
		case "phone_verified":
			if u.PhoneVerified != nil {
				yield(*u.PhoneVerified)
			}
		case "name":
			plain(u.Name)
		case "nickname":
			plain(u.Nickname)
		case "given_name":
			plain(u.GivenName)
		case "family_name":
			plain(u.FamilyName)
		case "picture":
			plain(u.Picture)
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
		case "last_ip":
			plain(u.LastIP)
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

// bareFields are searched by a term without a field; user_metadata is not among them.
var bareFields = []string{
	"user_id", "email", "username", "name", "nickname", "given_name", "family_name", "phone_number",
	"identities.connection", "identities.provider", "identities.user_id",
}

// compile turns a query into a test.
func compile(q query, b *Behaviour) (func(*User) bool, error) {
	switch q := q.(type) {
	case queryAnd:
		all, err := compileAll(q, b)
		return func(u *User) bool {
			for _, f := range all {
				if !f(u) {
					return false
				}
			}
			return true
		}, err
	case queryOr:
		if field, set := sameField(q); set != nil {
			return func(u *User) bool { return u.hasOneOf(field, set) }, nil
		}
		all, err := compileAll(q, b)
		return func(u *User) bool {
			for _, f := range all {
				if f(u) {
					return true
				}
			}
			return false
		}, err
	case queryNot:
		f, err := compile(q.of, b)
		return func(u *User) bool { return !f(u) }, err
	case queryExists:
		return func(u *User) bool { return u.has(q.field) }, nil
	case queryRange:
		return compileRange(q)
	case queryTerm:
		return compileTerm(q, b)
	default:
		return nil, fmt.Errorf("unknown kind of query %T", q)
	}
}

func compileAll(qs []query, b *Behaviour) ([]func(*User) bool, error) {
	var all []func(*User) bool
	for _, q := range qs {
		f, err := compile(q, b)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func (u *User) has(field string) bool {
	if field == "user_metadata" || field == "app_metadata" {
		field += "."
	}
	for range u.values(field) {
		return true
	}
	return false
}

// sameField collects alternatives of exact values of one plain field, so that long lists of ids are looked up at once.
func sameField(qs queryOr) (string, map[string]bool) {
	first, ok := qs[0].(queryTerm)
	if !ok || first.field == "" || caseless(first.field) && first.field != "email" {
		return "", nil
	}
	set := make(map[string]bool, len(qs))
	for _, q := range qs {
		t, ok := q.(queryTerm)
		if !ok || t.field != first.field || t.pattern != nil {
			return "", nil
		}
		if t.field == "email" {
			t.value = strings.ToLower(t.value)
		}
		set[t.value] = true
	}
	return first.field, set
}

func (u *User) hasOneOf(field string, set map[string]bool) bool {
	if field == "user_id" {
		return set[u.ID]
	}
	for v := range u.values(field) {
		s, ok := v.(string)
		if !ok {
			s = scalar(v)
		}
		if field == "email" {
			s = strings.ToLower(s)
		}
		if set[s] {
			return true
		}
	}
	return false
}

func scalar(v any) string {
	switch v := v.(type) {
	case time.Time:
		return timestamp(v)
	case float64:
		return number(v)
	default:
		return fmt.Sprint(v)
	}
}

func compileTerm(q queryTerm, b *Behaviour) (func(*User) bool, error) {
	fields := bareFields
	if q.field != "" {
		fields = []string{q.field}
	}
	if q.pattern != nil {
		if q.value == "*" {
			return func(u *User) bool { return slices.ContainsFunc(fields, u.has) }, nil
		}
		if isMetadata(q.field) {
			return nil, fmt.Errorf("wildcards are not supported on metadata fields")
		}
		if q.pattern[0].wild && q.pattern.literals() < leastLiterals {
			return nil, fmt.Errorf("a value with a leading wildcard needs at least %d other characters", leastLiterals)
		}
	}
	when, isDate := parseDate(q.value)
	lower, lowerPattern := strings.ToLower(q.value), q.pattern.lower()
	one := func(field string, v any) bool {
		switch v := v.(type) {
		case string:
			want, wildcards, got := q.value, q.pattern, v
			if caseless(field) {
				want, wildcards, got = lower, lowerPattern, strings.ToLower(v)
			}
			switch {
			case q.pattern != nil:
				return wildcards.match(got)
			case b.SearchWords && caseless(field) && field != "email":
				return strings.Contains(" "+got+" ", " "+want+" ")
			default:
				return got == want
			}
		case time.Time:
			return isDate && !v.Before(when.from) && v.Before(when.to)
		default:
			return scalar(v) == q.value
		}
	}
	return func(u *User) bool {
		for _, field := range fields {
			for v := range u.values(field) {
				if one(field, v) {
					return true
				}
			}
		}
		return false
	}, nil
}

func compileRange(q queryRange) (func(*User) bool, error) {
	if q.field == "" {
		return nil, fmt.Errorf("a range needs a field")
	}
	if isMetadata(q.field) {
		return nil, fmt.Errorf("ranges are not supported on metadata fields")
	}
	inside := func(v any) bool {
		return (q.from == "*" || compareBound(v, q.from, q.fromOpen, true)) && (q.to == "*" || compareBound(v, q.to, q.toOpen, false))
	}
	return func(u *User) bool {
		for v := range u.values(q.field) {
			if inside(v) {
				return true
			}
		}
		return false
	}, nil
}

// compareBound tells whether a value lies on the right side of one end of a range. A date that names a whole day
// (or month, or year) includes all of it.
func compareBound(v any, bound string, exclusive, isFrom bool) bool {
	var c int
	switch v := v.(type) {
	case time.Time:
		d, ok := parseDate(bound)
		if !ok {
			return false
		}
		switch {
		case isFrom && exclusive:
			return !v.Before(d.to)
		case isFrom:
			return !v.Before(d.from)
		case exclusive:
			return v.Before(d.from)
		default:
			return v.Before(d.to)
		}
	case float64:
		f, err := strconv.ParseFloat(bound, 64)
		if err != nil {
			return false
		}
		c = cmp.Compare(v, f)
	default:
		c = cmp.Compare(scalar(v), bound)
	}
	switch {
	case c == 0:
		return !exclusive
	case isFrom:
		return c > 0
	default:
		return c < 0
	}
}

// dateSpan is the time that a date names, from its first moment to the first one after it.
type dateSpan struct{ from, to time.Time }

func parseDate(s string) (dateSpan, bool) {
	for _, layout := range []struct {
		form string
		next func(time.Time) time.Time
	}{
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04:05.999Z07:00", func(t time.Time) time.Time { return t.Add(time.Millisecond) }},
	} {
		if t, err := time.Parse(layout.form, s); err == nil {
			return dateSpan{t.UTC(), layout.next(t.UTC())}, true
		}
	}
	return dateSpan{}, false
}
