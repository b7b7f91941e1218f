package auth0

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// forbiddenPairs are the attributes that Auth0 refuses to change together.
// Source: https://auth0.com/docs/api/management/v2/users/patch-users-by-id
var forbiddenPairs = [][2]string{
	{"password", "email"}, {"password", "email_verified"}, {"username", "email"}, {"username", "email_verified"}, {"username", "password"},
}

var wordStart = regexp.MustCompile(`\B[A-Z]`)

// changed returns what a change sends, by the names in the API: that of a field is its own.
func changed(a UserAttributes) map[string]string {
	out := map[string]string{}
	fields := reflect.ValueOf(a)
	for _, f := range reflect.VisibleFields(fields.Type()) {
		name := strings.ToLower(wordStart.ReplaceAllString(f.Name, "_$0"))
		switch field := fields.FieldByIndex(f.Index).Interface().(type) {
		case *string:
			if field != nil {
				out[name] = *field
			}
		case *bool:
			if field != nil {
				out[name] = fmt.Sprint(*field)
			}
		case map[string]json.RawMessage:
			for key, value := range field {
				out[name+"."+key] = string(value)
			}
		case []string:
			for _, cleared := range field {
				out[cleared] = "null"
			}
		}
	}
	return out
}

// anyChange makes a change of anything, each attribute with the given odds.
func anyChange(r *rand.Rand, odds float64) UserAttributes {
	var a UserAttributes
	fields := reflect.ValueOf(&a).Elem()
	for i, f := range reflect.VisibleFields(fields.Type()) {
		if f.Anonymous || r.Float64() > odds {
			continue
		}
		switch field := fields.FieldByIndex(f.Index).Addr().Interface().(type) {
		case **string:
			*field = ptr(fmt.Sprintf("value %d", i))
		case **bool:
			*field = ptr(r.IntN(2) == 0)
		case *map[string]json.RawMessage:
			*field = map[string]json.RawMessage{"plan": json.RawMessage(`"gold"`), "old": nil}
		case *[]string:
			for _, cleared := range []struct {
				name string
				set  *string
			}{
				{"email", a.Email}, {"phone_number", a.PhoneNumber}, {"username", a.Username}, {"name", a.Name},
				{"given_name", a.GivenName}, {"family_name", a.FamilyName}, {"nickname", a.Nickname}, {"picture", a.Picture},
			} {
				if cleared.set == nil && r.IntN(2) == 0 {
					*field = append(*field, cleared.name)
				}
			}
		default:
			panic(fmt.Sprintf("no values for a field of type %T", field))
		}
	}
	return a
}

// TestSplit: no request changes what may not be changed together, all of them carry
// the change and nothing else, and there are no more of them than it takes.
func TestSplit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 4_000 {
		a := anyChange(r, []float64{0.1, 0.3, 0.5, 0.9}[i%4])
		before := changed(a)
		requests := a.Split()
		carried := map[string]string{}
		for _, request := range requests {
			if request.Empty() {
				t.Errorf("%+v: an empty request", before)
			}
			sent := changed(request)
			for _, pair := range forbiddenPairs {
				_, first := sent[pair[0]]
				_, second := sent[pair[1]]
				if first && second {
					t.Errorf("%+v: a request changes %s and %s", before, pair[0], pair[1])
				}
			}
			for name, value := range sent {
				if _, twice := carried[name]; twice {
					t.Errorf("%+v: %s is sent twice", before, name)
				}
				carried[name] = value
			}
		}
		if !reflect.DeepEqual(carried, before) {
			t.Errorf("%+v: the requests carry %+v", before, carried)
		}
		if least := minRequests(before); len(requests) != least {
			t.Errorf("%+v: %d requests, %d would do", before, len(requests), least)
		}
		if !reflect.DeepEqual(changed(a), before) {
			t.Errorf("%+v: the change itself was changed", before)
		}
		if t.Failed() {
			return
		}
	}
}

// minRequests is how many requests a change takes if no request changes both attributes of a pair: one
// for each of three groups.
func minRequests(change map[string]string) (n int) {
	for _, group := range [][]string{{"email", "email_verified"}, {"username"}, {"password"}} {
		if slices.ContainsFunc(group, func(name string) bool { _, ok := change[name]; return ok }) {
			n++
		}
	}
	return max(n, min(len(change), 1))
}

// TestSplitAtTheTenant: it takes the requests one after the other.
func TestSplitAtTheTenant(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.AddDatabase(emulator.Database{Name: emulator.DefaultDatabase, OptionalUsername: true})
	user := tenant.AddUser(emulator.User{Email: "ada@example.com", Username: "ada", GivenName: "Ada"})
	change := UserAttributes{
		Profile: Profile{
			Email: ptr("countess@example.com"), EmailVerified: ptr(true), Username: ptr("countess"), Nickname: ptr("countess"),
		},
		Password:     ptr("correct horse battery 1A"),
		UserMetadata: map[string]json.RawMessage{"plan": json.RawMessage(`{"name":"gold","since":[1,2.50]}`)},
		Clear:        []string{"given_name"},
	}
	requests := change.Split()
	for _, request := range requests {
		if _, err := client.UpdateUser(t.Context(), user.ID, request); err != nil {
			t.Error(err)
		}
	}
	after, _ := tenant.User(user.ID)
	if len(requests) != 3 || after.Email != "countess@example.com" || after.Username != "countess" ||
		after.Nickname != "countess" || after.GivenName != "" {
		t.Errorf("after %d requests the user is %+v", len(requests), after)
	}
	// All at once is what the tenant refuses.
	if _, err := client.UpdateUser(t.Context(), user.ID,
		UserAttributes{Profile: Profile{Username: ptr("a")}, Password: ptr("correct horse battery 2B")}); err == nil {
		t.Error("username and password were changed together")
	}
}

// TestUserRequests: the exact body: nil leaves alone, Clear sends null,
// an empty map of metadata is not sent.
func TestUserRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change UserAttributes
		want   string
	}{
		"text and flags": {UserAttributes{Profile: Profile{Email: ptr("a@example.com"), Blocked: ptr(false)}},
			`{"blocked":false,"email":"a@example.com"}`},
		"cleared": {UserAttributes{Profile: Profile{Name: ptr("Ada")}, Clear: []string{"nickname", "phone_number"}},
			`{"name":"Ada","nickname":null,"phone_number":null}`},
		"all cleared": {
			UserAttributes{Clear: []string{"email", "phone_number", "username", "name", "given_name", "family_name", "nickname", "picture"}},
			`{"email":null,"family_name":null,"given_name":null,"name":null,"nickname":null,"phone_number":null,"picture":null,"username":null}`,
		},
		"empty metadata": {
			UserAttributes{Clear: []string{"name"}, UserMetadata: map[string]json.RawMessage{}, AppMetadata: map[string]json.RawMessage{}},
			`{"name":null}`,
		},
		"metadata": {
			UserAttributes{UserMetadata: map[string]json.RawMessage{"a": json.RawMessage(`{"n":12345678901234567890.10,"t":"<&>"}`), "b": nil}},
			`{"user_metadata":{"a":{"n":12345678901234567890.10,"t":"\u003c\u0026\u003e"},"b":null}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{api: func(*http.Request, int) (*http.Response, error) { return reply(http.StatusOK, userBody) }}
			if _, err := fakeClient(t, fake).UpdateUser(t.Context(), "auth0|1", test.change); err != nil {
				t.Fatal(err)
			}
			sent := fake.sent[len(fake.sent)-1]
			if got := inOrder(t, sent.body); got != inOrder(t, test.want) {
				t.Errorf("sent %s, expected %s", got, test.want)
			}
			if sent.path != "/api/v2/users/auth0|1" {
				t.Errorf("sent to %s", sent.path)
			}
		})
	}
	fake := &fakeTenant{api: func(*http.Request, int) (*http.Response, error) { return reply(http.StatusCreated, userBody) }}
	_, err := fakeClient(t, fake).CreateUser(t.Context(), UserOptions{Connection: "db", UserID: "ada"},
		UserAttributes{Profile: Profile{Email: ptr("a@example.com")}, VerifyEmail: ptr(false)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"connection":"db","email":"a@example.com","user_id":"ada","verify_email":false}`
	if got := inOrder(t, fake.sent[len(fake.sent)-1].body); got != want {
		t.Errorf("sent %s, expected %s", got, want)
	}
}

// inOrder writes JSON with its keys in order, and numbers as they are.
func inOrder(t *testing.T, text string) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestUserIDsInPaths: an id may hold anything.
func TestUserIDsInPaths(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	for _, id := range []string{"auth0|1", "auth0|a/b", "oauth2|x|y", "samlp|acme|ada@example.com", "auth0|ümläut%20",
		"auth0|a?b#c", "auth0|..", "auth0|a+b"} {
		tenant.AddUser(emulator.User{ID: id, Email: fmt.Sprintf("%x@example.com", id)})
		if got, err := client.GetUser(t.Context(), id); err != nil || got.ID != id {
			t.Errorf("%q: got %+v, %v", id, got, err)
		}
		if err := client.DeleteUser(t.Context(), id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
		if _, ok := tenant.User(id); ok {
			t.Errorf("%q is still there", id)
		}
		if err := client.DeleteUser(t.Context(), id); err != nil {
			t.Errorf("%q, once more: %v", id, err)
		}
	}
}

// TestUserShapes: what Auth0 is known to answer, and what it may answer one day, is
// read as far as it makes sense.
func TestUserShapes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		check func(*User) string // what is wrong
	}{
		"as recorded": {
			`{"created_at":"2023-07-11T16:30:16.596Z","email":"ada@example.com","email_verified":false,"identities":[{"user_id":"ada",` +
				`"connection":"db","provider":"auth0","isSocial":false}],"name":"ada@example.com","updated_at":"2023-07-11T16:30:16.596Z",` +
				`"user_id":"auth0|ada"}`,
			func(u *User) string {
				connection, id := u.Primary()
				switch {
				case u.ID != "auth0|ada" || *u.Email != "ada@example.com" || *u.EmailVerified || u.Username != nil || u.Blocked != nil:
					return "attributes"
				case connection != "db" || id != "ada":
					return "identity"
				case u.CreatedAt != "2023-07-11T16:30:16.596Z" || u.CreatedAt.Time().IsZero() || u.UserMetadata != nil:
					return "dates, metadata"
				}
				return ""
			},
		},
		"further keys": {
			`{"user_id":"auth0|ada","multifactor":["guardian"],"https://acme.com/roles":{"a":[1,{"b":null}]},"last_ip":"::1",` +
				`"email":"a@example.com"}`,
			func(u *User) string { return differs(*u.Email, "a@example.com") },
		},
		"almost nothing": {
			`{"user_id":"auth0|ada"}`,
			func(u *User) string {
				connection, id := u.Primary()
				return differs(connection+"/"+id, "/ada")
			},
		},
		"null": {`{"user_id":"auth0|ada","email":null,"blocked":null,"user_metadata":null,"identities":null,"created_at":null,` +
			`"logins_count":null}`, func(u *User) string {
			return differs(fmt.Sprint(u.Email == nil, u.Blocked == nil, u.UserMetadata == nil), "true true true")
		}},
		"numeric id": {
			`{"user_id":"github|1","identities":[{"user_id":123456789012345678901234567890,"connection":"github","provider":"github",` +
				`"isSocial":true,"profileData":{"email":"x"}}]}`,
			func(u *User) string {
				connection, id := u.Primary()
				return differs(connection+"/"+id, "github/123456789012345678901234567890")
			},
		},
		"escaped id": {
			`{"user_id":"oauth2|1","identities":[{"user_id":"a\/b\u00e9\ud83d\ude00\"c\"","connection":"x"}]}`,
			func(u *User) string { _, id := u.Primary(); return differs(id, `a/bé😀"c"`) },
		},
		"id that is null": {
			`{"user_id":"oauth2|1","identities":[{"user_id":null,"connection":"x"}]}`,
			func(u *User) string { _, id := u.Primary(); return differs(id, "") },
		},
		"dates as objects": {
			`{"user_id":"auth0|ada","created_at":{"$date":"2023-07-11T16:30:16.596Z"},"updated_at":"2023-07-11T16:30:16.596Z","last_login":12}`,
			func(u *User) string {
				return differs(words(u.CreatedAt, u.UpdatedAt, u.LastLogin.Time().IsZero()), " 2023-07-11T16:30:16.596Z true")
			},
		},
		"attributes of an enterprise connection": {
			`{"user_id":"samlp|x|ada","name":["Ada","Countess"],"email":"ada@example.com","email_verified":"true","logins_count":"3",` +
				`"given_name":{"first":"Ada"},"nickname":"ada"}`,
			func(u *User) string {
				return differs(words(u.Name == nil, *u.Email, *u.Nickname, u.EmailVerified == nil, u.LoginsCount == nil),
					"true ada@example.com ada true true")
			},
		},
		"metadata": {
			`{"user_id":"auth0|ada","user_metadata":{},"app_metadata":{"n":1.50,"deep":{"b":1,"a":2}}}`,
			func(u *User) string {
				return differs(words(len(u.UserMetadata), string(u.AppMetadata["n"]), string(u.AppMetadata["deep"])), `0 1.50 {"b":1,"a":2}`)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTenant{api: func(r *http.Request, _ int) (*http.Response, error) {
				switch r.URL.Path {
				case "/api/v2/users":
					return reply(http.StatusOK,
						`{"start":0,"limit":100,"length":2,"total":2,"users":[`+test.body+`,{"user_id":"auth0|next","email":"next@example.com"}]}`)
				case "/api/v2/users-by-email":
					return reply(http.StatusOK, `[`+test.body+`,{"user_id":"auth0|next","email":"next@example.com"}]`)
				}
				return reply(http.StatusOK, test.body)
			}}
			client := fakeClient(t, fake)
			var asked struct {
				ID string `json:"user_id"`
			}
			_ = json.Unmarshal([]byte(test.body), &asked)
			one, err := client.GetUser(t.Context(), asked.ID)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := test.check(one); wrong != "" {
				t.Errorf("%s: %+v", wrong, one)
			}
			found, total, err := client.SearchUsers(t.Context(), "")
			if err != nil || total != 2 || len(found) != 2 {
				t.Fatalf("got %d of %d users, %v", len(found), total, err)
			}
			byEmail, err := client.UsersByEmail(t.Context(), "ada@example.com")
			if err != nil || len(byEmail) != 2 {
				t.Fatalf("got %d users by e-mail, %v", len(byEmail), err)
			}
			for _, list := range [][]User{found, byEmail} {
				if wrong := test.check(&list[0]); wrong != "" {
					t.Errorf("in a list: %s: %+v", wrong, list[0])
				}
				if list[1].ID != "auth0|next" || *list[1].Email != "next@example.com" {
					t.Errorf("the next one was read as %+v", list[1])
				}
			}
		})
	}
}

func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

func differs(got, want string) string {
	if got != want {
		return fmt.Sprintf("got %q, expected %q", got, want)
	}
	return ""
}

// TestUsersOfNoShape: an answer that is not a list of users is an error, not an empty list.
func TestUsersOfNoShape(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`"text"`, "17", `{"total":1,"users":{}}`, `{"total":1,"users":[1]}`, `{"total":"1","users":[]}`, "[1]"} {
		client := fakeClient(t, &fakeTenant{api: func(*http.Request, int) (*http.Response, error) { return reply(http.StatusOK, body) }})
		if got, total, err := client.SearchUsers(t.Context(), ""); err == nil {
			t.Errorf("%q was read as %d users: %+v", body, total, got)
		}
		if got, err := client.UsersByEmail(t.Context(), "a@example.com"); err == nil {
			t.Errorf("%q was read as users %+v", body, got)
		}
	}
}

// TestUsersByEmail: addresses are looked for in lower case, as Auth0 keeps them.
func TestUsersByEmail(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	tenant.AddUser(emulator.User{Email: "ada+forms@example.com"})
	found, err := client.UsersByEmail(t.Context(), "Ada+Forms@Example.COM")
	if err != nil || len(found) != 1 {
		t.Errorf("got %+v, %v", found, err)
	}
	found, err = client.UsersByEmail(t.Context(), "nobody@example.com")
	if err != nil || len(found) != 0 {
		t.Errorf("got %+v, %v", found, err)
	}
}
