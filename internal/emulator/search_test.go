package emulator

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/search"
)

// people fills a tenant with five users.
func addUsers(w *fixture) {
	blocked := true
	day := func(d int) time.Time { return time.Date(2024, 1, d, 12, 0, 0, 0, time.UTC) }
	w.tenant.AddDatabase(Database{Name: "staff"})
	w.tenant.AddUser(User{ID: "ada", Email: "ada@example.com", Name: "Ada Lovelace", Username: "ada", CreatedAt: day(1), LoginsCount: 3,
		UserMetadata: map[string]any{"plan": "gold", "tags": []any{"a", "b"}, "empty": []any{}, "none": nil, "deep": map[string]any{"n": 5.0}}})
	w.tenant.AddUser(User{ID: "bob", Email: "bob@example.org", GivenName: "Bob", FamilyName: "Stone", EmailVerified: true,
		CreatedAt: day(2), LoginsCount: 10})
	w.tenant.AddUser(User{ID: "cid", Email: "cid@example.com", Connection: "staff", Blocked: &blocked, CreatedAt: day(3),
		AppMetadata: map[string]any{"level": 7.0}})
	w.tenant.AddUser(User{ID: "auth0|dot|x", Email: "dot@example.net", Username: "Dotty", CreatedAt: day(4), PhoneNumber: "+4917"})
	w.tenant.AddUser(User{ID: "eve", Email: "eve@example.net", Nickname: "Evie", CreatedAt: day(5),
		Linked: []Identity{{UserID: "77", Connection: "google", Provider: "google-oauth2", IsSocial: true}}})
}

func TestSearchQueries(t *testing.T) {
	w := newFixture(t, Options{})
	addUsers(w)
	for q, want := range map[string]string{
		``: "ada bob cid dot eve",
		`user_id:("auth0|ada" OR "auth0|cid" OR "auth0|nobody")`: "ada cid",
		`user_id:"auth0|ada"`:                            "ada",
		`user_id:auth0|bob`:                              "bob",
		`user_id:"auth0|dot|x"`:                          "dot",
		`user_id:"AUTH0|ada"`:                            "",
		`email:"ADA@example.com"`:                        "ada",
		`email:("ADA@example.com" OR "eve@EXAMPLE.net")`: "ada eve",
		`email:ada@example.com OR email:bob@example.org`: "ada bob",
		`email.domain:"example.com"`:                     "ada cid",
		`email:*@example.com`:                            "ada cid",
		`email:a*`:                                       "ada",
		`email:?da@example.com`:                          "ada",
		`name:"ada lovelace"`:                            "ada",
		`name:ada`:                                       "",
		`given_name:bob AND family_name:stone`:           "bob",
		`nickname:evie`:                                  "eve",
		`username:dotty`:                                 "dot",
		`username:DOTTY`:                                 "",
		`identities.connection:"staff"`:                  "cid",
		`identities.connection:STAFF`:                    "",
		`identities.provider:google-oauth2`:              "eve",
		`identities.isSocial:true`:                       "eve",
		`identities.connection:"Username-Password-Authentication" AND NOT email.domain:example.net`: "ada bob",
		`email_verified:true`:                                  "bob",
		`blocked:true`:                                         "cid",
		`NOT blocked:true`:                                     "ada bob dot eve",
		`-blocked:true AND email:*example.net`:                 "dot eve",
		`_exists_:blocked`:                                     "cid",
		`NOT _exists_:username`:                                "bob cid eve",
		`_exists_:user_metadata.empty`:                         "",
		`_exists_:user_metadata.none`:                          "",
		`_exists_:user_metadata.deep`:                          "ada",
		`user_metadata.plan:gold`:                              "ada",
		`user_metadata.plan:GOLD`:                              "",
		`user_metadata.tags:"b"`:                               "ada",
		`user_metadata.deep.n:5`:                               "ada",
		`app_metadata.level:7`:                                 "cid",
		`gold`:                                                 "",
		`"bob@example.org"`:                                    "bob",
		`logins_count:[3 TO 9]`:                                "ada",
		`logins_count:{3 TO *]`:                                "bob",
		`logins_count:>=3`:                                     "ada bob",
		`logins_count:<10`:                                     "ada",
		`created_at:[2024-01-02 TO 2024-01-03]`:                "bob cid",
		`created_at:{2024-01-02 TO 2024-01-04}`:                "cid",
		`created_at:[2024-01-04 TO *]`:                         "dot eve",
		`created_at:2024-01-05`:                                "eve",
		`created_at:"2024-01-05T12:00:00.000Z"`:                "eve",
		`email:[a TO bz]`:                                      "ada bob",
		`(email:ada* OR email:bob*) AND _exists_:logins_count`: "ada bob",
		`email:ada* email:eve*`:                                "ada eve",
		`email:(ada* bob*)`:                                    "ada bob",
		`email:ada* && NOT (name:bob || name:"ada lovelace")`:  "",
		`+email:ada*`:                                          "ada",
		`phone_number:\+4917`:                                  "dot",
		`unknown.field:x`:                                      "",
		`user_id:*`:                                            "ada bob cid dot eve",
		`*`:                                                    "ada bob cid dot eve",
	} {
		a := w.send("GET", usersPath+"?q="+url.QueryEscape(q)+"&search_engine=v3&sort=created_at:1", "")
		if a.status != 200 {
			t.Errorf("%s: %d %s", q, a.status, a.raw)
			continue
		}
		var got []string
		for _, u := range a.list {
			id := strings.TrimPrefix(u.(map[string]any)["user_id"].(string), "auth0|")
			id, _, _ = strings.Cut(id, "|")
			got = append(got, id)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", q, got, want)
		}
	}
}

func TestSearchRefusals(t *testing.T) {
	w := newFixture(t, Options{})
	addUsers(w)
	for query, want := range map[string]string{
		"q=" + url.QueryEscape(`email:*ab`):                   "at least 3 other characters",
		"q=" + url.QueryEscape(`user_metadata.plan:go*`):      "wildcards are not supported on metadata",
		"q=" + url.QueryEscape(`app_metadata.level:[1 TO 9]`): "ranges are not supported on metadata",
		"q=" + url.QueryEscape(`email:`):                      "a value is missing",
		"q=" + url.QueryEscape(`(email:a`):                    "a parenthesis is not closed",
		"q=" + url.QueryEscape(`email:"a`):                    "a quote is not closed",
		"q=" + url.QueryEscape(`a)`):                          "unexpected",
		"q=" + url.QueryEscape(`name:/x/`):                    "unexpected",
		"q=a&search_engine=v1":                                "You are not allowed to use search_engine=v1.",
		"q=a&search_engine=v2":                                "You are not allowed to use search_engine=v2. Use search_engine=v3 instead.",
		"search_engine=v4":                                    "No enum match for: v4",
		"connection=x":                                        "available only if you specify 'search_engine=v1'",
		"sort=email":                                          "format sort",
		"sort=user_metadata.x:1":                              "format sort",
		"per_page=101":                                        "greater than maximum 100",
		"include_totals=yes":                                  "Expected type boolean",
		"filter=x":                                            "Additional properties not allowed: filter",
	} {
		a := w.send("GET", usersPath+"?"+query, "")
		if message, _ := a.body["message"].(string); a.status != 400 || a.body["errorCode"] != "invalid_query_string" ||
			!strings.Contains(message, want) {
			t.Errorf("%s: %d %s", query, a.status, a.raw)
		}
	}
	paging := `{"statusCode":400,"error":"Bad Request",` +
		`"message":"You can only page through the first 1000 records. See ` +
		`https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation","errorCode":"invalid_paging"}`
	for query, status := range map[string]int{"per_page=100&page=9": 200, "per_page=100&page=10": 400, "page=19": 200,
		"page=20": 400, "per_page=0": 200} {
		a := w.send("GET", usersPath+"?"+query, "")
		if a.status != status || status == 400 && a.raw != paging {
			t.Errorf("%s: %d %s", query, a.status, a.raw)
		}
	}
	long := usersPath + "?q=" + url.QueryEscape("user_id:("+strings.Repeat(`"auth0|x" OR `, 500)+"x)")
	w.expect("GET", long, "", 414, "Request-URI Too Large")
	w.tenant.Configure(func(b *Behavior) { b.SearchTimesOut, b.SearchEngineRequired = true, true })
	w.expect("GET", usersPath+"?q=email:a*", "", 400, "The 'q' parameter is available only if you specify 'search_engine=v2|v3'.")
	w.expect("GET", usersPath+"?q=email:a*&search_engine=v3", "", 503, "The query exceeded the timeout.")
	w.expect("GET", usersPath, "", 200, "")
}

func TestSearchShapesAndSorting(t *testing.T) {
	w := newFixture(t, Options{})
	addUsers(w)
	a := w.send("GET", usersPath+"?include_totals=true&per_page=2&page=1&fields=user_id&sort=created_at:-1", "")
	if want := `{"start":2,"limit":2,"length":2,"users":[{"user_id":"auth0|cid"},{"user_id":"auth0|bob"}],"total":5}`; a.raw != want {
		t.Error(a.raw)
	}
	if a := w.send("GET", usersPath+"?page=7&include_totals=true", ""); a.body["length"] != 0.0 || a.body["total"] != 5.0 {
		t.Error(a.raw)
	}
	for sort, want := range map[string][]string{
		"email:-1": {"eve", "dot|x", "cid", "bob", "ada"}, "logins_count:1": {"ada", "bob", "cid", "dot|x", "eve"},
		"logins_count:-1": {"bob", "ada", "cid", "dot|x", "eve"}, "name:1": {"ada", "bob", "cid", "dot|x", "eve"},
	} {
		var got []string
		for _, u := range w.send("GET", usersPath+"?sort="+sort, "").list {
			got = append(got, strings.TrimPrefix(u.(map[string]any)["user_id"].(string), "auth0|"))
		}
		if !reflect.DeepEqual(got, want) {
			t.Error(sort, got)
		}
	}
}

func TestSearchLagsBehindWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture(t, Options{})
		addUsers(w)
		w.tenant.Configure(func(b *Behavior) { b.SearchDelay = 400 * time.Millisecond })
		find := func() []string {
			var got []string
			for _, u := range w.send("GET", usersPath+"?fields=name,user_id", "").list {
				m := u.(map[string]any)
				got = append(got, fmt.Sprint(m["user_id"], " ", m["name"]))
			}
			slices.Sort(got)
			return got
		}
		before := find()
		w.send("PATCH", usersPath+"/auth0%7Cada", `{"name":"New name"}`)
		w.send("DELETE", usersPath+"/auth0%7Cbob", "")
		w.send("POST", usersPath,
			`{"connection":"Username-Password-Authentication","user_id":"fay","email":"fay@example.com","password":"passpass$12$12","name":"Fay"}`)
		if got := find(); !reflect.DeepEqual(got, before) {
			t.Error(got)
		}
		if a := w.send("GET", usersPath+"/auth0%7Cada", ""); a.body["name"] != "New name" {
			t.Error(a.raw)
		}
		if a := w.send("GET", "/api/v2/users-by-email?email=fay@example.com", ""); len(a.list) != 1 {
			t.Error(a.raw)
		}
		time.Sleep(450 * time.Millisecond)
		want := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return strings.HasPrefix(s, "auth0|bob") })
		want[0] = "auth0|ada New name"
		want = append(want, "auth0|fay Fay")
		slices.Sort(want)
		if got := find(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestManyDeletedUsersAreForgotten(t *testing.T) {
	w := newFixture(t, Options{})
	for i := range 3000 {
		id := fmt.Sprint("auth0|", i)
		w.tenant.AddUser(User{ID: id})
		w.tenant.DeleteUser(id)
	}
	if n := len(w.tenant.users.records); n > 1001 {
		t.Error(n)
	}
	w.tenant.AddUser(User{ID: "again"})
	if a := w.send("GET", usersPath, ""); len(a.list) != 1 {
		t.Error(a.raw)
	}
}

func BenchmarkSearchAmong100000(b *testing.B) {
	s := newUserStore()
	for i := range 100_000 {
		s.put(&User{ID: fmt.Sprint("auth0|", i), Connection: DefaultDatabase, Provider: "auth0", Email: fmt.Sprint(i, "@example.com")}, 0)
	}
	var ids []string
	for i := range 100 {
		ids = append(ids, fmt.Sprintf(`"auth0|%d"`, i*1000))
	}
	matches, err := search.Compile("user_id:(" + strings.Join(ids, " OR ") + ")")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found := slices.DeleteFunc(s.visible(), func(u *User) bool { return !matches(u) }); len(found) != 100 {
			b.Fatal(len(found))
		}
	}
}
