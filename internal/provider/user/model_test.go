package user

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit/jsontext"
)

// str is a string attribute; nil is null.
func str(v any) types.String {
	if s, ok := v.(string); ok {
		return types.StringValue(s)
	}
	return types.StringNull()
}

func TestRemoteModel(t *testing.T) {
	t.Parallel()
	var u auth0.User
	if err := json.Unmarshal([]byte(`{"user_id":"auth0|1","email":"a@example.com","name":"","blocked":false,"user_metadata":{},
		"app_metadata":{"b":2,"a":{"d":1,"c":1.50}},
		"identities":[{"connection":"Staff","user_id":12,"provider":"auth0","isSocial":false},{"connection":"google","user_id":"9"}],
		"created_at":"2026-03-04T10:00:00.000Z","unknown":[1]}`), &u); err != nil {
		t.Fatal(err)
	}
	m := remoteModel(&u)
	for name, test := range map[string]struct{ got, want fmt.Stringer }{
		"id":                      {m["id"], types.StringValue("auth0|1")},
		"user_id":                 {m["user_id"], types.StringValue("12")},
		"connection_name":         {m["connection_name"], types.StringValue("Staff")},
		"email":                   {m["email"], types.StringValue("a@example.com")},
		"an absent flag":          {m["email_verified"], types.BoolNull()},
		"a flag that is false":    {m["blocked"], types.BoolValue(false)},
		"an empty text":           {m["name"], types.StringNull()},
		"an absent text":          {m["nickname"], types.StringNull()},
		"an empty object":         {m["user_metadata"], types.StringNull()},
		"an object, in order":     {m["app_metadata"], types.StringValue(`{"a":{"c":1.50,"d":1},"b":2}`)},
		"a date as it is written": {m["created_at"], types.StringValue("2026-03-04T10:00:00.000Z")},
		"an absent date":          {m["updated_at"], types.StringNull()},
	} {
		if test.got.String() != test.want.String() {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
	}
	m = remoteModel(&auth0.User{ID: "email|1"})
	if m.text("user_id").ValueString() != "1" || !m["connection_name"].IsNull() {
		t.Errorf("a user without identities is %s of %s", m["user_id"], m["connection_name"])
	}
	if got := (model{"connection_name": str("Staff")}).withRemote(&auth0.User{ID: "email|1"})["connection_name"]; !got.Equal(str("Staff")) {
		t.Errorf("without identities, the connection became %s", got)
	}
}

// A model of Auth0's merging and of Terraform's runs: whatever is configured, and
// whatever others write, owned keys are as configured, foreign keys are left
// alone, and a plan after an apply is empty.
func TestMetadata_ownership(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "b", "c", "d"}
	values := []string{`1`, `1.0`, `2`, `"x"`, `null`, `{"n":1,"m":[1,{"k":null}]}`, `{"m":[1,{"k":null}],"n":1e0}`,
		`{"n":1}`, `[]`, `{}`, `false`}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // no secret
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		configure := func() types.String {
			if random.IntN(5) == 0 {
				return types.StringNull()
			}
			var members []string
			for _, key := range keys[:random.IntN(len(keys)+1)] {
				members = append(members, fmt.Sprintf("%q:%s", key, pick(values)))
			}
			return types.StringValue("{" + strings.Join(members, ",") + "}")
		}
		server := map[string]json.RawMessage{}
		var owned ownedKeys
		state := types.StringNull()
		imported := random.IntN(2) == 0
		if imported {
			server["a"], server["d"] = json.RawMessage(pick(values)), json.RawMessage(`"theirs"`)
			maps.DeleteFunc(server, func(_ string, v json.RawMessage) bool { return isNull(v) })
			state = refreshMetadata(state, server, owned)
		}
		var log []string
		for step := range 6 {
			// Another client writes.
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
			log = append(log, fmt.Sprintf("server %s, state %s, owned %v, config %s", jsontext.FormatObject(before), state, owned, config))
			plan := planMetadata(config, state, owned)
			if !config.IsNull() && !plan.Equal(config) && !plan.Equal(state) {
				t.Fatalf("seed %d: Terraform refuses the plan %s\n%s", seed, plan, strings.Join(log, "\n"))
			}
			changes := metadataUpdates(config, state, owned)
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
			owned = ownedKeys{known: true, keys: owned.afterApply(config, plan)}
			state = refreshMetadata(plan, server, owned)

			wanted := withoutNulls(config)
			for _, key := range owned.keys {
				if value, ok := wanted[key]; ok != (server[key] != nil) || ok && !jsontext.Equal(server[key], value) {
					t.Fatalf("seed %d, step %d: %q is %s\n%s", seed, step, key, server[key], strings.Join(log, "\n"))
				}
			}
			for key, value := range before {
				foreign := !slices.Contains(owned.keys, key) && (first || !slices.Contains(previous, key))
				if foreign && !jsontext.Equal(server[key], value) {
					t.Fatalf("seed %d, step %d: the foreign key %q was changed from %s to %s\n%s", seed, step, key, value,
						server[key], strings.Join(log, "\n"))
				}
			}
			if again := planMetadata(config, state, owned); !again.Equal(state) || len(metadataUpdates(config, state, owned)) > 0 {
				t.Fatalf("seed %d, step %d: the next plan has %s instead of %s and sends %v\n%s", seed, step, again, state,
					metadataUpdates(config, state, owned), strings.Join(log, "\n"))
			}
		}
	}
}

func TestOwnership(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before       *ownership
		config, plan model
		want         string
	}{
		"nothing": {config: model{}, plan: model{}, want: `{}`},
		"created": {
			config: model{"given_name": str("Ada"), "email": str("A@example.com"), "blocked": types.BoolValue(true),
				"email_verified": types.BoolValue(true),
				"user_metadata":  str(`{}`), "app_metadata": str(`{"b":null,"a":1}`)},
			plan: model{"given_name": str("Ada"), "email": str("a@example.com"), "blocked": types.BoolValue(true),
				"email_verified": types.BoolValue(true),
				"user_metadata":  str(`{}`), "app_metadata": str(`{"b":null,"a":1}`)},
			want: `{"user_metadata":[],"app_metadata":["a","b"],"attributes":["email","blocked"]}`,
		},
		"not blocked": {config: model{"blocked": types.BoolValue(false)}, plan: model{"blocked": types.BoolValue(false)}, want: `{}`},
		"of another":  {config: model{}, plan: model{"given_name": str("Ada")}, want: `{}`},
		"ignored": {config: model{"given_name": str("Ada"), "user_metadata": str(`{"a":1}`)},
			plan: model{"given_name": str("Grace"), "user_metadata": str(`{"a":2}`)}, want: `{"user_metadata":[]}`},
		"owned, ignored": {before: &ownership{User: []string{"a"}, Attributes: []string{"given_name"}}, config: model{"given_name": str("Ada")},
			plan: model{"given_name": str("Grace"), "user_metadata": str(`{"a":2}`)}, want: `{"user_metadata":["a"],"attributes":["given_name"]}`},
		"cleared": {before: &ownership{User: []string{"a"}, Attributes: []string{"given_name", "blocked"}}, config: model{},
			plan: model{"given_name": str(nil), "blocked": types.BoolValue(false)}, want: `{}`},
		"imported, merged": {config: model{"user_metadata": str(`{"a":1.0}`)}, plan: model{"user_metadata": str(`{"a":1,"b":2}`)},
			want: `{"user_metadata":["a"]}`},
	} {
		for _, m := range []model{test.config, test.plan} {
			for i := range attributes {
				if a := &attributes[i]; m[a.name] == nil {
					m[a.name] = map[bool]attr.Value{true: types.BoolNull(), false: str(nil)}[a.kind == types.BoolType]
				}
			}
		}
		got, err := json.Marshal(test.before.afterApply(test.config, test.plan))
		if err != nil {
			t.Fatal(err)
		}
		if name == "created" {
			test.want = strings.Replace(test.want, `"email","blocked"`, `"email","given_name","blocked"`, 1)
		}
		if string(got) != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	var none *ownership
	if none.userKeys().known || none.appKeys().known || none.owns("email") {
		t.Error("an import is taken for ownership of nothing")
	}
}

// Texts as Auth0 gives them, also where the name of a connection gets in the way.
func TestAttributeForError(t *testing.T) {
	t.Parallel()
	both := model{"email": str("a@example.com"), "username": str("a"), "password_wo": str("x")}
	for _, test := range []struct {
		status        int
		code, message string
		config        model
		want          string
	}{
		{400, "", "PasswordStrengthError: Password is too weak", both, "password_wo"},
		{400, "", "PasswordStrengthError: Password is too weak", model{"password": str("x")}, "password"},
		{400, "invalid_body",
			"Payload validation error: 'Object didn't pass validation for format email: a b' on property email (The user's email).", both, "email"},
		{400, "invalid_body", "Payload validation error: 'String is too long' on property user_metadata.a.b (…).", both, "user_metadata"},
		{400, "invalid_body", "Payload validation error: 'Expected type string but found type null' on property connection (…).", both,
			"connection_name"},
		{400, "invalid_body", "Payload validation error: 'Missing required property: username'.", both, "username"},
		{400, "invalid_body", "Payload validation error: 'Additional properties not allowed: nonsense'.", both, ""},
		{400, "invalid_body",
			"Connection must be enabled for this client to perform single user creation and signup operations (client_id: x - connection: " +
				"Username-Password-Authentication)", both, "connection_name"},
		{400, "invalid_body",
			"The following user attributes cannot be removed: picture. The connection (Username-Password-Authentication) must …", both, "picture"},
		{400, "", "Connection is disabled.", both, "connection_name"},
		{400, "", "Cannot change email or password for users in a disabled connection.", both, "connection_name"},
		{400, "", "Email verification is not supported for enterprise users.", both, "email_verified"},
		{400, "auth0_idp_error", "The specified new email already exists", both, "email"},
		{400, "", "Something else", both, ""},
		{409, "auth0_idp_error", "The user already exists.", both, "email"},
		{409, "auth0_idp_error", "The user already exists.", model{"username": str("a")}, "username"},
		{409, "auth0_idp_error", "The user already exists.", model{"phone_number": str("+1")}, "phone_number"},
		{409, "", "The username provided is in use already.", both, "username"},
		{409, "custom_domain_conflict", "The tenant has multiple verified custom domains.", both, ""},
		{403, "insufficient_scope", "Insufficient scope, expected any of: update:users", both, ""},
		{404, "inexistent_user", "The user does not exist.", both, ""},
		{500, "", "password", both, ""},
	} {
		if got := attributeForError(&auth0.Error{Status: test.status, Code: test.code, Message: test.message}, test.config); got != test.want {
			t.Errorf("%d %s: on %q, want %q", test.status, test.message, got, test.want)
		}
	}
}
