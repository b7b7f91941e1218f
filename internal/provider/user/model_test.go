package user

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// text is a metadata attribute; nil is null.
func text(v any) jsontypes.Normalized {
	if s, ok := v.(string); ok {
		return jsontypes.NewNormalizedValue(s)
	}
	return jsontypes.NewNormalizedNull()
}

func parse(t *testing.T, s string) map[string]json.RawMessage {
	t.Helper()
	object := tfkit.ParseObject(s)
	if object == nil {
		t.Fatalf("%s is no object", s)
	}
	return object
}

func TestShown_fromAPI(t *testing.T) {
	t.Parallel()
	var u auth0.User
	if err := json.Unmarshal([]byte(`{"user_id":"auth0|1","email":"a@example.com","name":"","blocked":false,"user_metadata":{},"app_metadata":{"b":2,"a":{"d":1,"c":1.50}},
		"identities":[{"connection":"Staff","user_id":12,"provider":"auth0","isSocial":false},{"connection":"google","user_id":"9"}],
		"created_at":"2026-03-04T10:00:00.000Z","unknown":[1]}`), &u); err != nil {
		t.Fatal(err)
	}
	var m shown
	m.fromAPI(&u)
	for name, test := range map[string]struct{ got, want fmt.Stringer }{
		"id":                      {m.ID, types.StringValue("auth0|1")},
		"user_id":                 {m.UserID, types.StringValue("12")},
		"connection_name":         {m.ConnectionName, types.StringValue("Staff")},
		"email":                   {m.Email, types.StringValue("a@example.com")},
		"an absent flag":          {m.EmailVerified, types.BoolNull()},
		"a flag that is false":    {m.Blocked, types.BoolValue(false)},
		"an empty text":           {m.Name, types.StringNull()},
		"an absent text":          {m.Nickname, types.StringNull()},
		"an empty object":         {m.UserMetadata, jsontypes.NewNormalizedNull()},
		"an object, in order":     {m.AppMetadata, jsontypes.NewNormalizedValue(`{"a":{"c":1.50,"d":1},"b":2}`)},
		"a date as it is written": {m.CreatedAt, types.StringValue("2026-03-04T10:00:00.000Z")},
		"an absent date":          {m.UpdatedAt, types.StringNull()},
	} {
		if test.got.String() != test.want.String() {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
	}
	m.fromAPI(&auth0.User{ID: "email|1"})
	if m.UserID.ValueString() != "1" || !m.ConnectionName.IsNull() {
		t.Errorf("a user without identities is %s of %s", m.UserID, m.ConnectionName)
	}
}

func TestModel_refresh(t *testing.T) {
	t.Parallel()
	email, connection := "ada@example.com", types.StringValue("Staff")
	m := model{shown: shown{Email: types.StringValue("Ada@Example.com"), ConnectionName: connection, Username: types.StringValue("ADA")}}
	m.refresh(&auth0.User{ID: "auth0|1", Email: &email}, nil)
	if m.Email.ValueString() != "Ada@Example.com" || !m.Username.IsNull() || !m.ConnectionName.Equal(connection) {
		t.Errorf("became %s, %s, %s", m.Email, m.Username, m.ConnectionName)
	}
	other := "grace@example.com"
	if m.refresh(&auth0.User{ID: "auth0|1", Email: &other}, nil); m.Email.ValueString() != other {
		t.Errorf("became %s", m.Email)
	}
}

func TestRefreshMetadata(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before any
		now    string
		owned  claim
		want   any
	}{
		"imported":                     {nil, `{"b":2,"a":1}`, claim{}, `{"a":1,"b":2}`},
		"imported, none":               {nil, `{}`, claim{}, nil},
		"not owned yet, the same":      {`{ "a": 1.0 }`, `{"a":1}`, claim{}, `{ "a": 1.0 }`},
		"not owned yet, more":          {`{"a":1}`, `{"a":1,"b":2}`, claim{}, `{"a":1,"b":2}`},
		"foreign keys":                 {`{"a":1}`, `{"a":1,"b":2}`, claim{true, []string{"a"}}, `{"a":1}`},
		"an owned key changed":         {`{"a":1}`, `{"a":2,"b":2}`, claim{true, []string{"a"}}, `{"a":2}`},
		"an owned key is gone":         {`{"a":1,"b":1}`, `{"a":1}`, claim{true, []string{"a", "b"}}, `{"a":1}`},
		"all are gone":                 {`{"a":1}`, `{}`, claim{true, []string{"a"}}, `{}`},
		"none, and none wanted":        {nil, `{"a":1}`, claim{true, nil}, nil},
		"an empty object":              {`{}`, `{"a":1}`, claim{true, []string{}}, `{}`},
		"all keys before, none owned":  {`{"a":1}`, `{"a":1}`, claim{true, nil}, nil},
		"all keys before, {} wanted":   {`{"a":1}`, `{"a":1}`, claim{true, []string{}}, `{}`},
		"all keys before, some owned":  {`{"a":1,"b":2}`, `{"a":1,"b":2}`, claim{true, []string{"b"}}, `{"b":2}`},
		"null is absent":               {`{"a":null}`, `{}`, claim{true, []string{"a"}}, `{"a":null}`},
		"null is absent, stored so":    {`{"a":null}`, `{"a":null}`, claim{true, []string{"a"}}, `{"a":null}`},
		"null, and somebody set it":    {`{"a":null}`, `{"a":0}`, claim{true, []string{"a"}}, `{"a":0}`},
		"numbers in double precision":  {`{"a":12345678901234567890}`, `{"a":12345678901234567000}`, claim{true, []string{"a"}}, `{"a":12345678901234567890}`},
		"a number that is another one": {`{"a":1}`, `{"a":"1"}`, claim{true, []string{"a"}}, `{"a":"1"}`},
	} {
		if got, want := refreshMetadata(text(test.before), parse(t, test.now), test.owned), text(test.want); got.String() != want.String() {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// A model of Auth0's merging and of Terraform's runs: whatever is configured, and
// whatever others write, owned keys are as configured, foreign keys are left
// alone, and a plan after an apply is empty.
func TestMetadata_ownership(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "b", "c", "d"}
	values := []string{`1`, `1.0`, `2`, `"x"`, `null`, `{"n":1,"m":[1,{"k":null}]}`, `{"m":[1,{"k":null}],"n":1e0}`, `{"n":1}`, `[]`, `{}`, `false`}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // no secret
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		configure := func() jsontypes.Normalized {
			if random.IntN(5) == 0 {
				return jsontypes.NewNormalizedNull()
			}
			var members []string
			for _, key := range keys[:random.IntN(len(keys)+1)] {
				members = append(members, fmt.Sprintf("%q:%s", key, pick(values)))
			}
			return jsontypes.NewNormalizedValue("{" + strings.Join(members, ",") + "}")
		}
		server := map[string]json.RawMessage{}
		var owned claim
		state := jsontypes.NewNormalizedNull()
		imported := random.IntN(2) == 0
		if imported {
			server["a"], server["d"] = json.RawMessage(pick(values)), json.RawMessage(`"theirs"`)
			maps.DeleteFunc(server, func(_ string, v json.RawMessage) bool { return isNull(v) })
			state = refreshMetadata(state, server, owned)
		}
		var log []string
		for step := range 6 {
			// Somebody else writes.
			if key := pick(keys); random.IntN(2) == 0 {
				if value := json.RawMessage(pick(values)); isNull(value) {
					delete(server, key)
				} else {
					server[key] = value
				}
			}
			before := maps.Clone(server)
			state = refreshMetadata(state, server, owned)
			config := configure()
			log = append(log, fmt.Sprintf("server %s, state %s, owned %v, config %s", tfkit.FormatObject(before), state, owned, config))
			plan := planMetadata(config, state, owned)
			if !config.IsNull() && !plan.Equal(config) && !plan.Equal(state) {
				t.Fatalf("seed %d: Terraform refuses the plan %s\n%s", seed, plan, strings.Join(log, "\n"))
			}
			changes := metadataChanges(config, state, owned)
			if plan.Equal(state) && len(changes) == 0 {
				continue // nothing to do, nothing is remembered
			}
			first := !owned.known
			previous := owned.keys
			for key, value := range changes {
				if isNull(value) {
					delete(server, key)
				} else {
					server[key] = value
				}
			}
			owned = claim{known: true, keys: keysOf(config)}
			state = refreshMetadata(plan, server, owned)

			wanted := withoutNulls(config)
			for _, key := range owned.keys {
				if value, ok := wanted[key]; ok != (server[key] != nil) || ok && !tfkit.JSONEqual(server[key], value) {
					t.Fatalf("seed %d, step %d: %q is %s\n%s", seed, step, key, server[key], strings.Join(log, "\n"))
				}
			}
			for key, value := range before {
				foreign := !slices.Contains(owned.keys, key) && (first || !slices.Contains(previous, key))
				if foreign && !tfkit.JSONEqual(server[key], value) {
					t.Fatalf("seed %d, step %d: the foreign key %q was changed from %s to %s\n%s", seed, step, key, value, server[key], strings.Join(log, "\n"))
				}
			}
			if again := planMetadata(config, state, owned); !again.Equal(state) || len(metadataChanges(config, state, owned)) > 0 {
				t.Fatalf("seed %d, step %d: the next plan has %s instead of %s and sends %v\n%s", seed, step, again, state,
					metadataChanges(config, state, owned), strings.Join(log, "\n"))
			}
		}
	}
}

func TestOwnership_roundTrip(t *testing.T) {
	t.Parallel()
	for _, config := range []model{
		{}, {shown: shown{UserMetadata: text(`{}`), AppMetadata: text(`{"a":1,"b":null}`)}}, {shown: shown{UserMetadata: text(`{"":1}`)}},
	} {
		raw, err := json.Marshal(owns(&config))
		if err != nil {
			t.Fatal(err)
		}
		var got ownership
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if keys := got.user().keys; (keys == nil) != config.UserMetadata.IsNull() || !got.user().known {
			t.Errorf("%s became %#v", config.UserMetadata, keys)
		}
		if keys := got.app().keys; (keys == nil) != config.AppMetadata.IsNull() {
			t.Errorf("%s became %#v", config.AppMetadata, keys)
		}
	}
	var none *ownership
	if none.user().known || none.app().known {
		t.Error("an import is taken for ownership of nothing")
	}
}

func TestPasswordChanged(t *testing.T) {
	t.Parallel()
	digest := tfkit.NewDigest("secret")
	value, one, two := types.StringValue("secret"), types.Int64Value(1), types.Int64Value(2)
	for name, test := range map[string]struct {
		config, state model
		last          *tfkit.Digest
		want          bool
	}{
		"none":                   {model{}, model{}, &digest, false},
		"the same":               {model{Password: value}, model{Password: value}, &digest, false},
		"the same, write-only":   {model{PasswordWO: value}, model{}, &digest, false},
		"another":                {model{PasswordWO: types.StringValue("x")}, model{}, &digest, true},
		"another in state":       {model{Password: types.StringValue("x")}, model{Password: value}, &digest, true},
		"not known yet":          {model{PasswordWO: types.StringUnknown()}, model{}, &digest, true},
		"never written":          {model{PasswordWO: value}, model{}, nil, true},
		"the same version":       {model{PasswordWO: types.StringValue("x"), PasswordVersion: one}, model{PasswordVersion: one}, &digest, false},
		"the next version":       {model{PasswordWO: value, PasswordVersion: two}, model{PasswordVersion: one}, &digest, true},
		"the first version":      {model{PasswordWO: value, PasswordVersion: one}, model{}, &digest, true},
		"the version is gone":    {model{PasswordWO: value}, model{PasswordVersion: one}, &digest, false},
		"not known, but as is":   {model{PasswordWO: types.StringUnknown(), PasswordVersion: one}, model{PasswordVersion: one}, &digest, false},
		"an unknown version":     {model{PasswordWO: value, PasswordVersion: types.Int64Unknown()}, model{PasswordVersion: one}, &digest, true},
		"out of the state":       {model{PasswordWO: value}, model{Password: value}, &digest, false},
		"version without secret": {model{PasswordVersion: two}, model{PasswordVersion: one}, &digest, false},
	} {
		if got := passwordChanged(&test.config, &test.state, test.last); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// Texts as Auth0 gives them, also where the name of a connection gets in the way.
func TestConcerned(t *testing.T) {
	t.Parallel()
	both := &model{shown: shown{Email: types.StringValue("a@example.com"), Username: types.StringValue("a")}, PasswordWO: types.StringValue("x")}
	for _, test := range []struct {
		status        int
		code, message string
		config        *model
		want          string
	}{
		{400, "", "PasswordStrengthError: Password is too weak", both, "password_wo"},
		{400, "", "PasswordStrengthError: Password is too weak", &model{Password: types.StringValue("x")}, "password"},
		{400, "invalid_body", "Payload validation error: 'Object didn't pass validation for format email: a b' on property email (The user's email).", both, "email"},
		{400, "invalid_body", "Payload validation error: 'String is too long' on property user_metadata.a.b (…).", both, "user_metadata"},
		{400, "invalid_body", "Payload validation error: 'Expected type string but found type null' on property connection (…).", both, "connection_name"},
		{400, "invalid_body", "Payload validation error: 'Missing required property: username'.", both, "username"},
		{400, "invalid_body", "Payload validation error: 'Additional properties not allowed: nonsense'.", both, ""},
		{400, "invalid_body", "Connection must be enabled for this client to perform single user creation and signup operations (client_id: x - connection: Username-Password-Authentication)", both, "connection_name"},
		{400, "invalid_body", "The following user attributes cannot be removed: picture. The connection (Username-Password-Authentication) must …", both, "picture"},
		{400, "", "Connection is disabled.", both, "connection_name"},
		{400, "", "Cannot change email or password for users in a disabled connection.", both, "connection_name"},
		{400, "", "Email verification is not supported for enterprise users.", both, "email_verified"},
		{400, "auth0_idp_error", "The specified new email already exists", both, "email"},
		{400, "", "Something else", both, ""},
		{409, "auth0_idp_error", "The user already exists.", both, "email"},
		{409, "auth0_idp_error", "The user already exists.", &model{shown: shown{Username: types.StringValue("a")}}, "username"},
		{409, "auth0_idp_error", "The user already exists.", &model{shown: shown{PhoneNumber: types.StringValue("+1")}}, "phone_number"},
		{409, "", "The username provided is in use already.", both, "username"},
		{409, "custom_domain_conflict", "The tenant has multiple verified custom domains.", both, ""},
		{403, "insufficient_scope", "Insufficient scope, expected any of: update:users", both, ""},
		{404, "inexistent_user", "The user does not exist.", both, ""},
		{500, "", "password", both, ""},
	} {
		if got := concerned(&auth0.Error{Status: test.status, Code: test.code, Message: test.message}, test.config); got != test.want {
			t.Errorf("%d %s: on %q, want %q", test.status, test.message, got, test.want)
		}
	}
}
