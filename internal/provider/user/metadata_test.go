package user_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// metadataStep is one state of a configuration's user_metadata, on top of the one before.
type metadataStep struct {
	// outside is what another client does before.
	outside func(metadata map[string]any)
	// config is the attribute; nil if it is not there.
	config any
	// sent is the metadata that is written, empty for no request.
	sent string
	// left is what the tenant holds after it; config if empty.
	left string
	// state is the attribute in the state after it; config if empty.
	state any
}

// Only the keys in the configuration are owned.
func TestUserResource_metadata(t *testing.T) {
	t.Parallel()
	set := func(key string, value any) func(map[string]any) {
		return func(metadata map[string]any) { metadata[key] = value }
	}
	remove := func(key string) func(map[string]any) { return func(metadata map[string]any) { delete(metadata, key) } }
	const (
		text    = `{"":"empty key","näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\"}`
		escaped = `{"n\u00e4me \ud83d\udd11":"\u003cb\u003eZo\u00eb \u0026 \"Ada\"\u003c/b\u003e\u2028\\","":"empty key"}`
		numbers = `{"n":1.0,"big":12345678901234567890,"small":0.1,"e":1e21}`
		// Auth0 keeps numbers as JavaScript does: one beyond 2^53 loses digits.
		stored = `{"big":12345678901234567000,"e":1e+21,"n":1,"small":0.1}`
	)
	for name, steps := range map[string][]metadataStep{
		"foreign keys": {
			{config: `{"plan":"gold"}`, sent: `{"plan":"gold"}`},
			{outside: set("seen", []any{"tour"}), config: `{"plan":"gold"}`, left: `{"plan":"gold","seen":["tour"]}`},
			{config: `{"plan":"silver"}`, sent: `{"plan":"silver"}`, left: `{"plan":"silver","seen":["tour"]}`},
			{config: nil, sent: `{"plan":null}`, left: `{"seen":["tour"]}`},
			{outside: set("plan", "theirs"), config: nil, left: `{"plan":"theirs","seen":["tour"]}`},
		},
		"a key leaves": {
			{config: `{"a":1,"b":{"c":2}}`, sent: `{"a":1,"b":{"c":2}}`},
			{config: `{"a":1}`, sent: `{"b":null}`},
			{outside: set("b", "theirs"), config: `{"a":1}`, left: `{"a":1,"b":"theirs"}`},
			{config: `{"a":2}`, sent: `{"a":2}`, left: `{"a":2,"b":"theirs"}`},
			// A foreign key comes into the configuration, and leaves it.
			{config: `{"a":2,"b":"theirs"}`, sent: `{"b":"theirs"}`},
			{config: `{"a":2}`, sent: `{"b":null}`},
			{config: `{"b":3,"c":4}`, sent: `{"a":null,"b":3,"c":4}`}, // one comes, one changes, one goes
		},
		"nested objects are replaced whole": {
			{config: `{"n":{"x":1,"y":{"z":2}},"k":1}`, sent: `{"k":1,"n":{"x":1,"y":{"z":2}}}`},
			{config: `{"n":{"x":1},"k":1}`, sent: `{"n":{"x":1}}`},
			{outside: set("n", map[string]any{"x": 1, "theirs": true}), config: `{"n":{"x":1},"k":1}`, sent: `{"n":{"x":1}}`},
			{config: `{"n":{},"k":1}`, sent: `{"n":{}}`},
		},
		"null values": {
			{config: `{"a":null}`, left: `null`},
			{outside: set("a", 1), config: `{"a":null}`, sent: `{"a":null}`, left: `{}`},
			{outside: set("b", "theirs"), config: `{"a":1,"b":null}`, sent: `{"a":1,"b":null}`, left: `{"a":1}`},
			{config: `{"a":null,"b":null}`, sent: `{"a":null}`, left: `{}`},
			{config: `{"a":{"b":null}}`, sent: `{"a":{"b":null}}`},
			{config: nil, sent: `{"a":null}`, left: `{}`},
		},
		"an empty object is never sent": {
			{config: `{}`, left: `null`},
			{outside: set("theirs", 1), config: `{}`, left: `{"theirs":1}`},
			{config: `{"a":1}`, sent: `{"a":1}`, left: `{"a":1,"theirs":1}`},
			{config: `{}`, sent: `{"a":null}`, left: `{"theirs":1}`},
			{config: nil, left: `{"theirs":1}`},
			{config: `{}`, left: `{"theirs":1}`},
		},
		"drift of owned keys": {
			{config: `{"a":1,"b":2}`, sent: `{"a":1,"b":2}`},
			{outside: set("a", "theirs"), config: `{"a":1,"b":2}`, sent: `{"a":1}`},
			{outside: remove("b"), config: `{"a":1,"b":2}`, sent: `{"b":2}`},
			{outside: func(m map[string]any) { clear(m) }, config: `{"a":1,"b":2}`, sent: `{"a":1,"b":2}`},
		},
		"the same in another form": {
			{config: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`, sent: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`},
			{config: `{ "c": {"y":2.0, "x":1e0}, "b":[1, 2], "a":1.0 }`, state: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`},
			{config: `{"a":1,"b":[2,1],"c":{"x":1,"y":2}}`, sent: `{"b":[2,1]}`},
		},
		"numbers": {
			{config: numbers, sent: stored, left: stored},
			{config: `{"n":1,"big":12345678901234567890,"small":0.10,"e":1000000000000000000000}`, state: numbers, left: stored},
			{config: `{"n":-0.5,"big":2,"small":0.1,"e":1e21}`, sent: `{"big":2,"n":-0.5}`},
		},
		"text": {
			{config: text, sent: text}, {config: escaped, state: text}, {config: `{"näme 🔑":"<i>"}`, sent: `{"":null,"näme 🔑":"<i>"}`},
		},
		"values of every kind": {
			{config: `{"f":false,"l":[],"o":{},"s":"","t":true,"z":0}`, sent: `{"f":false,"l":[],"o":{},"s":"","t":true,"z":0}`},
			{config: `{"f":0,"l":{},"o":[],"s":false,"t":"true","z":"0"}`, sent: `{"f":0,"l":{},"o":[],"s":false,"t":"true","z":"0"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUser(t)
			for i, s := range steps {
				next := step{Set: attributes{"user_metadata": s.config}, State: attributes{"user_metadata": s.state}, Sent: none}
				if s.state == nil {
					next.State["user_metadata"] = s.config
				}
				if s.outside != nil {
					next.Before = func() {
						u.EditUser(u.ID(), func(user *emulator.User) {
							if user.UserMetadata == nil {
								user.UserMetadata = map[string]any{}
							}
							s.outside(user.UserMetadata)
						})
					}
				}
				switch {
				case i == 0 && s.sent == "":
					next.Sent = post("")
				case i == 0:
					next.Sent = post(`,"user_metadata":` + s.sent)
				case s.sent != "":
					next.Sent = patch(`{"user_metadata":` + s.sent + `}`)
				}
				u.Run(next)
				if config, ok := s.config.(string); ok && s.left == "" {
					s.left = normalize([]byte(config))
				}
				if got := toJSON(onlyUser(t, u.Tenant).UserMetadata); got != s.left {
					t.Fatalf("after step %d the tenant holds %s, want %s", i, got, s.left)
				}
			}
		})
	}
}

// Both kinds go in one request, and are owned apart.
func TestUserResource_bothMetadata(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	others := func() {
		u.EditUser(u.ID(), func(user *emulator.User) { user.AppMetadata["theirs"], user.UserMetadata["theirs"] = true, true })
	}
	u.Run(
		step{Set: attributes{"user_metadata": `{"a":1,"b":2}`, "app_metadata": `{"a":1,"b":2}`}},
		step{Before: others, Set: attributes{"user_metadata": `{"a":1}`, "app_metadata": `{"b":3}`},
			Sent: patch(`{"app_metadata":{"a":null,"b":3},"user_metadata":{"b":null}}`)},
		step{Set: attributes{"user_metadata": `{"a":1}`}, Sent: patch(`{"app_metadata":{"b":null}}`)},
	)
	user := onlyUser(t, u.Tenant)
	if got := toJSON(user.UserMetadata) + toJSON(user.AppMetadata); got != `{"a":1,"theirs":true}{"theirs":true}` {
		t.Errorf("the tenant holds %s", got)
	}
}

// Metadata that depends on something that is applied first.
func TestUserResource_metadataUnknown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		before, after any
		sent          []string
	}{
		{nil, `{"a":1}`, patch(`{"user_metadata":{"a":1}}`)},
		{`{"a":1}`, `{"a":2,"b":3}`, patch(`{"user_metadata":{"a":2,"b":3}}`)},
		{`{"a":1,"b":2}`, `{"b":2.0,"a":1}`, none},
		{`{"a":1,"b":2}`, `{"a":1}`, patch(`{"user_metadata":{"b":null}}`)},
		{`{"a":1}`, nil, patch(`{"user_metadata":{"a":null}}`)},
	} {
		u, later := newUser(t), attributes{"user_metadata": unknown}
		u.Run(
			step{Set: later, Known: attributes{"user_metadata": test.before}},
			step{Set: later, Known: attributes{"user_metadata": test.after}, Plan: []string{"user_metadata"}, Sent: test.sent},
		)
	}
}

// After an import all keys are shown, a configuration of some of them plans
// empty, and the first apply removes none.
func TestUserResource_metadataImported(t *testing.T) {
	t.Parallel()
	const all = `{"a":1,"b":{"c":2},"d":"e"}`
	for _, test := range []struct {
		config any
		// sent is what the first apply writes, empty if there is none to do; left is what the tenant holds after it.
		sent, left string
	}{
		{config: all}, {config: `{"a":1}`}, {config: `{"b":{"c":2.0},"a":1.0}`}, {config: `{"a":1,"x":null}`}, {config: nil}, {config: `{}`},
		{`{"a":2}`, `{"a":2}`, `{"a":2,"b":{"c":2},"d":"e"}`},
		{`{"a":1,"new":true}`, `{"new":true}`, `{"a":1,"b":{"c":2},"d":"e","new":true}`},
		{`{"a":null}`, `{"a":null}`, `{"b":{"c":2},"d":"e"}`},
		{`{"b":{}}`, `{"b":{}}`, `{"a":1,"b":{},"d":"e"}`},
	} {
		u := newUser(t)
		u.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com",
			UserMetadata: map[string]any{"a": 1, "b": map[string]any{"c": 2}, "d": "e"}})
		u.Run(step{Import: "auth0|1", RefreshOnly: true, State: attributes{"user_metadata": all}})
		u.Base = attributes{"email": "ada@example.com", "user_metadata": test.config}
		first := step{Plan: none, Sent: none}
		if test.sent == "" {
			test.left = all
		} else {
			first = step{Plan: []string{"user_metadata"}, Sent: patch(`{"user_metadata":` + test.sent + `}`), Warning: at("user_metadata", "kept")}
		}
		// Another change is the first apply for the rest: it removes nothing either.
		u.Run(first, step{Set: attributes{"nickname": "countess"}, Sent: patch(`{"nickname":"countess"}`)})
		if got := toJSON(onlyUser(t, u.Tenant).UserMetadata); got != test.left {
			t.Errorf("%v: the tenant holds %s, want %s", test.config, got, test.left)
		}
		// From then on the configuration's keys are owned, and what leaves it is removed.
		if test.config != nil {
			u.Run(step{Set: attributes{"user_metadata": `{"z":1}`}}, step{Set: attributes{"user_metadata": nil}})
			if got := toJSON(onlyUser(t, u.Tenant).UserMetadata); len(got) > len(test.left) {
				t.Errorf("%v: in the end the tenant holds %s", test.config, got)
			}
		}
	}
}

// Servers differ in what they do with null at creation; none is sent. A key that
// another client has stored as null is one that is absent.
func TestUserResource_metadataReadings(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	u.Configure(func(b *emulator.Behavior) { b.KeepNullMetadata, b.StoreUnknownKeys = true, true })
	u.Base["user_metadata"] = `{"a":null,"b":{"c":null}}`
	u.Run(
		step{Set: attributes{"app_metadata": `{"a":null}`}},
		step{Set: attributes{"app_metadata": `{"a":1}`}},
		step{Before: func() { u.EditUser(u.ID(), func(user *emulator.User) { user.UserMetadata["a"] = nil }) },
			Set: attributes{"app_metadata": `{"a":1}`}, Plan: none},
	)
}
