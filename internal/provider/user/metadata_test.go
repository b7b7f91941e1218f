package user_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// created is the body of the request that makes ada, with more in it.
func created(more string) string {
	return `POST {` + more + `"connection":"Username-Password-Authentication","email":"ada@example.com","password":"Correct-horse-7"} 201`
}

// metadataStep is one state of a configuration's user_metadata, on top of the one before.
type metadataStep struct {
	// outside is what another client does before.
	outside func(metadata map[string]any)
	// config is the attribute; nil if it is not there.
	config any
	// sent is the metadata that is written, empty for no request.
	sent string
	// shown is the attribute in the state after it; config if empty.
	shown any
	// left is what the tenant holds after it.
	left string
}

// Only the keys in the configuration are owned.
func TestUserResource_metadata(t *testing.T) {
	t.Parallel()
	set := func(key string, value any) func(map[string]any) {
		return func(metadata map[string]any) { metadata[key] = value }
	}
	remove := func(key string) func(map[string]any) { return func(metadata map[string]any) { delete(metadata, key) } }
	for name, steps := range map[string][]metadataStep{
		"foreign keys": {
			{config: `{"plan":"gold"}`, sent: `{"plan":"gold"}`, left: `{"plan":"gold"}`},
			{outside: set("seen", []any{"tour"}), config: `{"plan":"gold"}`, left: `{"plan":"gold","seen":["tour"]}`},
			{config: `{"plan":"silver"}`, sent: `{"plan":"silver"}`, left: `{"plan":"silver","seen":["tour"]}`},
			{config: nil, sent: `{"plan":null}`, left: `{"seen":["tour"]}`},
			{outside: set("plan", "theirs"), config: nil, left: `{"plan":"theirs","seen":["tour"]}`},
		},
		"a key leaves": {
			{config: `{"a":1,"b":{"c":2}}`, sent: `{"a":1,"b":{"c":2}}`, left: `{"a":1,"b":{"c":2}}`},
			{config: `{"a":1}`, sent: `{"b":null}`, left: `{"a":1}`},
			{outside: set("b", "theirs"), config: `{"a":1}`, left: `{"a":1,"b":"theirs"}`},
			{config: `{"a":2}`, sent: `{"a":2}`, left: `{"a":2,"b":"theirs"}`},
			// A foreign key comes into the configuration, and leaves it.
			{config: `{"a":2,"b":"theirs"}`, sent: `{"b":"theirs"}`, left: `{"a":2,"b":"theirs"}`},
			{config: `{"a":2}`, sent: `{"b":null}`, left: `{"a":2}`},
		},
		"a key comes, goes and changes at once": {
			{config: `{"a":1,"b":2}`, sent: `{"a":1,"b":2}`, left: `{"a":1,"b":2}`},
			{config: `{"b":3,"c":4}`, sent: `{"a":null,"b":3,"c":4}`, left: `{"b":3,"c":4}`},
		},
		"nested objects are replaced whole": {
			{config: `{"n":{"x":1,"y":{"z":2}},"k":1}`, sent: `{"k":1,"n":{"x":1,"y":{"z":2}}}`, left: `{"k":1,"n":{"x":1,"y":{"z":2}}}`},
			{config: `{"n":{"x":1},"k":1}`, sent: `{"n":{"x":1}}`, left: `{"k":1,"n":{"x":1}}`},
			{outside: set("n", map[string]any{"x": 1, "theirs": true}), config: `{"n":{"x":1},"k":1}`, sent: `{"n":{"x":1}}`, left: `{"k":1,"n":{"x":1}}`},
			{config: `{"n":{},"k":1}`, sent: `{"n":{}}`, left: `{"k":1,"n":{}}`},
		},
		"null values": {
			{config: `{"a":null}`, left: `null`},
			{outside: set("a", 1), config: `{"a":null}`, sent: `{"a":null}`, left: `{}`},
			{outside: set("b", "theirs"), config: `{"a":1,"b":null}`, sent: `{"a":1,"b":null}`, left: `{"a":1}`},
			{config: `{"a":null,"b":null}`, sent: `{"a":null}`, left: `{}`},
			{config: `{"a":{"b":null}}`, sent: `{"a":{"b":null}}`, left: `{"a":{"b":null}}`},
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
			{config: `{"a":1,"b":2}`, sent: `{"a":1,"b":2}`, left: `{"a":1,"b":2}`},
			{outside: set("a", "theirs"), config: `{"a":1,"b":2}`, sent: `{"a":1}`, left: `{"a":1,"b":2}`},
			{outside: remove("b"), config: `{"a":1,"b":2}`, sent: `{"b":2}`, left: `{"a":1,"b":2}`},
			{outside: func(m map[string]any) { clear(m) }, config: `{"a":1,"b":2}`, sent: `{"a":1,"b":2}`, left: `{"a":1,"b":2}`},
		},
		"the same in other words": {
			{config: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`, sent: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`, left: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`},
			{config: `{ "c": {"y":2.0, "x":1e0}, "b":[1, 2], "a":1.0 }`, shown: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`, left: `{"a":1,"b":[1,2],"c":{"x":1,"y":2}}`},
			{config: `{"a":1,"b":[2,1],"c":{"x":1,"y":2}}`, sent: `{"b":[2,1]}`, left: `{"a":1,"b":[2,1],"c":{"x":1,"y":2}}`},
		},
		"numbers": {
			// Auth0 keeps numbers as JavaScript does: what is larger than 2^53 loses digits there.
			{config: `{"n":1.0,"big":12345678901234567890,"small":0.1,"e":1e21}`,
				sent: `{"big":12345678901234567000,"e":1e+21,"n":1,"small":0.1}`, left: `{"big":12345678901234567000,"e":1e+21,"n":1,"small":0.1}`},
			{config: `{"n":1,"big":12345678901234567890,"small":0.10,"e":1000000000000000000000}`, shown: `{"n":1.0,"big":12345678901234567890,"small":0.1,"e":1e21}`,
				left: `{"big":12345678901234567000,"e":1e+21,"n":1,"small":0.1}`},
			{config: `{"n":-0.5,"big":2,"small":0.1,"e":1e21}`, sent: `{"big":2,"n":-0.5}`, left: `{"big":2,"e":1e+21,"n":-0.5,"small":0.1}`},
		},
		"text": {
			{config: `{"näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\","":"empty key"}`, sent: `{"":"empty key","näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\"}`,
				left: `{"":"empty key","näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\"}`},
			{config: `{"n\u00e4me \ud83d\udd11":"\u003cb\u003eZo\u00eb \u0026 \"Ada\"\u003c/b\u003e\u2028\\","":"empty key"}`,
				shown: `{"näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\","":"empty key"}`, left: `{"":"empty key","näme 🔑":"<b>Zoë & \"Ada\"</b>\u2028\\"}`},
			{config: `{"näme 🔑":"<i>"}`, sent: `{"":null,"näme 🔑":"<i>"}`, left: `{"näme 🔑":"<i>"}`},
		},
		"values of every kind": {
			{config: `{"s":"","t":true,"f":false,"z":0,"l":[],"o":{}}`, sent: `{"f":false,"l":[],"o":{},"s":"","t":true,"z":0}`,
				left: `{"f":false,"l":[],"o":{},"s":"","t":true,"z":0}`},
			{config: `{"s":false,"t":"true","f":0,"z":"0","l":{},"o":[]}`, sent: `{"f":0,"l":{},"o":[],"s":false,"t":"true","z":"0"}`,
				left: `{"f":0,"l":{},"o":[],"s":false,"t":"true","z":"0"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			var made *acctest.Object
			for i, step := range steps {
				if step.outside != nil {
					tenant.EditUser(mustStore(t, tenant).ID, func(u *emulator.User) {
						if u.UserMetadata == nil {
							u.UserMetadata = map[string]any{}
						}
						step.outside(u.UserMetadata)
					})
				}
				given := ada().With(attributes{"user_metadata": step.config})
				tenant.ForgetRequests()
				made = applied(t, tenant, made, given)
				switch {
				case i == 0 && step.sent == "":
					mustHaveWritten(t, tenant, created(""))
				case i == 0:
					body := created("")
					mustHaveWritten(t, tenant, body[:len(body)-len("} 201")]+`,"user_metadata":`+step.sent+"} 201")
				case step.sent == "":
					mustHaveWritten(t, tenant)
				default:
					mustHaveWritten(t, tenant, `PATCH {"user_metadata":`+step.sent+`} 200`)
				}
				want := step.shown
				if want == nil {
					want = step.config
				}
				if got := get(made.State, "user_metadata"); got != want {
					t.Errorf("the state shows %v, want %v", got, want)
				}
				if got := ordered([]byte(jsonOf(t, mustStore(t, tenant).UserMetadata))); got != step.left {
					t.Errorf("the tenant holds %s, want %s", got, step.left)
				}
				if t.Failed() {
					t.Fatalf("in step %d: %+v", i, step)
				}
			}
		})
	}
}

// Both kinds go in one request, and are owned apart.
func TestUserResource_bothMetadata(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	made := applied(t, tenant, nil, ada().With(attributes{"user_metadata": `{"a":1,"b":2}`, "app_metadata": `{"a":1,"b":2}`}))
	tenant.EditUser(mustStore(t, tenant).ID, func(u *emulator.User) { u.AppMetadata["theirs"], u.UserMetadata["theirs"] = true, true })
	tenant.ForgetRequests()
	made = applied(t, tenant, made, ada().With(attributes{"user_metadata": `{"a":1}`, "app_metadata": `{"b":3}`}))
	mustHaveWritten(t, tenant, `PATCH {"app_metadata":{"a":null,"b":3},"user_metadata":{"b":null}} 200`)
	applied(t, tenant, made, ada().With(attributes{"user_metadata": `{"a":1}`}))
	mustHaveWritten(t, tenant, `PATCH {"app_metadata":{"b":null}} 200`)
	user := mustStore(t, tenant)
	if got := jsonOf(t, user.UserMetadata) + jsonOf(t, user.AppMetadata); got != `{"a":1,"theirs":true}{"theirs":true}` {
		t.Errorf("the tenant holds %s", got)
	}
}

// Metadata that depends on something that is applied first.
func TestUserResource_metadataUnknown(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for name, test := range map[string]struct {
		before, after any
		want          []string
	}{
		"set":          {nil, `{"a":1}`, []string{`PATCH {"user_metadata":{"a":1}} 200`}},
		"changed":      {`{"a":1}`, `{"a":2,"b":3}`, []string{`PATCH {"user_metadata":{"a":2,"b":3}} 200`}},
		"the same":     {`{"a":1}`, `{"a":1}`, nil},
		"other words":  {`{"a":1,"b":2}`, `{"b":2.0,"a":1}`, nil},
		"a key leaves": {`{"a":1,"b":2}`, `{"a":1}`, []string{`PATCH {"user_metadata":{"b":null}} 200`}},
		"null after":   {`{"a":1}`, nil, []string{`PATCH {"user_metadata":{"a":null}} 200`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, tenant)
			given := ada().With(attributes{"user_metadata": test.before})
			plan := r.Plan(nil, given.With(attributes{"user_metadata": unknown}))
			if got := get(plan.State, "user_metadata"); got != unknown {
				t.Errorf("planned %v", got)
			}
			made, diags := r.TryApply(plan, given)
			acctest.MustSucceed(t, diags)

			tenant.ForgetRequests()
			given = given.With(attributes{"user_metadata": test.after})
			plan = r.Plan(made, given.With(attributes{"user_metadata": unknown}))
			expectChange(t, plan, "user_metadata")
			made, diags = r.TryApply(plan, given)
			acctest.MustSucceed(t, diags)
			mustHaveWritten(t, tenant, test.want...)
			expectEmptyPlan(t, tenant, made, given)
			acctest.MustSucceed(t, r.Destroy(made))
		})
	}
}

// After an import all keys are shown, a configuration of some of them plans
// empty, and the first apply removes none.
func TestUserResource_metadataImported(t *testing.T) {
	t.Parallel()
	const all = `{"a":1,"b":{"c":2},"d":"e"}`
	for name, test := range map[string]struct {
		config any
		// sent is what the first apply writes, empty if there is none to do.
		sent, left string
	}{
		"all keys":        {config: all},
		"some keys":       {config: `{"a":1}`},
		"some, other way": {config: `{"b":{"c":2.0},"a":1.0}`},
		"a null":          {config: `{"a":1,"x":null}`},
		"none":            {config: nil},
		"an empty object": {config: `{}`},
		"another value":   {`{"a":2}`, `{"a":2}`, `{"a":2,"b":{"c":2},"d":"e"}`},
		"another key":     {`{"a":1,"new":true}`, `{"new":true}`, `{"a":1,"b":{"c":2},"d":"e","new":true}`},
		"a null for one":  {`{"a":null}`, `{"a":null}`, `{"b":{"c":2},"d":"e"}`},
		"part of nested":  {`{"b":{}}`, `{"b":{}}`, `{"a":1,"b":{},"d":"e"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com", UserMetadata: map[string]any{"a": 1, "b": map[string]any{"c": 2}, "d": "e"}})
			r := newRun(t, tenant)
			imported, diags := r.TryImport("auth0|1", nil)
			acctest.MustSucceed(t, diags)
			if got := get(imported.State, "user_metadata"); got != all {
				t.Errorf("the import shows %v", got)
			}
			given := attributes{"email": "ada@example.com", "user_metadata": test.config}
			tenant.ForgetRequests()
			made := imported
			if test.sent == "" {
				expectEmptyPlan(t, tenant, imported, given)
				test.left = all
			} else {
				made = applied(t, tenant, imported, given)
				mustHaveWritten(t, tenant, `PATCH {"user_metadata":`+test.sent+`} 200`)
			}
			// Another change is the first apply for the rest: it removes nothing either.
			given["nickname"] = "countess"
			tenant.ForgetRequests()
			made = applied(t, tenant, made, given)
			mustHaveWritten(t, tenant, `PATCH {"nickname":"countess"} 200`)
			if got := jsonOf(t, mustStore(t, tenant).UserMetadata); got != test.left {
				t.Errorf("the tenant holds %s, want %s", got, test.left)
			}
			// From then on the configuration's keys are owned, and what leaves it goes.
			if test.config != nil {
				given["user_metadata"] = `{"z":1}`
				made = applied(t, tenant, made, given)
				delete(given, "user_metadata")
				applied(t, tenant, made, given)
				if got := jsonOf(t, mustStore(t, tenant).UserMetadata); len(got) > len(test.left) {
					t.Errorf("in the end the tenant holds %s", got)
				}
			}
		})
	}
}

// Servers differ in what they do with null at creation; we send none.
func TestUserResource_metadataReadings(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.KeepNullMetadata, b.StoreUnknownKeys = true, true })
	given := ada().With(attributes{"user_metadata": `{"a":null,"b":{"c":null}}`, "app_metadata": `{"a":null}`})
	made := applied(t, tenant, nil, given)
	applied(t, tenant, made, given.With(attributes{"app_metadata": `{"a":1}`}))
	// One that another client has stored as null is one that is absent.
	tenant.EditUser(mustStore(t, tenant).ID, func(u *emulator.User) { u.UserMetadata["a"] = nil })
	expectEmptyPlan(t, tenant, made, given.With(attributes{"app_metadata": `{"a":1}`}).Without("app_metadata").With(attributes{"app_metadata": `{"a":1}`}))
}
