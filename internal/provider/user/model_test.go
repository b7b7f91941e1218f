package user

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

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

// Whatever is configured, and whatever other clients write, owned keys are as configured, foreign keys are left alone, and a
// plan after an apply is empty. The test plays Auth0, which merges, and Terraform, which refreshes, plans and applies.
func TestMetadata_ownership(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "b", "c", "d"}
	values := []string{`1`, `1.0`, `2`, `"x"`, `null`, `{"n":1,"m":[1,{"k":null}]}`, `{"m":[1,{"k":null}],"n":1e0}`,
		`{"n":1}`, `[]`, `{}`, `false`}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // no secret
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		remote := map[string]json.RawMessage{}
		merge := func(key string, value json.RawMessage) {
			if remote[key] = value; isNull(value) {
				delete(remote, key)
			}
		}
		var owned ownedKeys
		var log []string
		state := types.StringNull()
		fail := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("seed %d: %s\n%s", seed, fmt.Sprintf(format, args...), strings.Join(log, "\n"))
		}
		if random.IntN(2) == 0 { // an import
			merge("a", json.RawMessage(pick(values)))
			merge("d", json.RawMessage(`"theirs"`))
		} else {
			owned.known = true
		}
		for range 6 {
			if random.IntN(2) == 0 {
				merge(pick(keys), json.RawMessage(pick(values)))
			}
			before := maps.Clone(remote)
			state = refreshMetadata(state, remote, owned)
			config := types.StringNull()
			if random.IntN(5) > 0 {
				var members []string
				for _, key := range keys[:random.IntN(len(keys)+1)] {
					members = append(members, fmt.Sprintf("%q:%s", key, pick(values)))
				}
				config = types.StringValue("{" + strings.Join(members, ",") + "}")
			}
			log = append(log, fmt.Sprintf("remote %s, state %s, owned %v, config %s", jsontext.FormatObject(before), state, owned, config))
			plan, updates := planMetadata(config, state, owned), metadataUpdates(config, state, owned)
			if !config.IsNull() && !plan.Equal(config) && !plan.Equal(state) {
				fail("Terraform refuses the plan %s", plan)
			}
			if plan.Equal(state) && len(updates) == 0 {
				continue // Terraform does not apply
			}
			for key, value := range updates {
				merge(key, value)
			}
			previous := owned.keys
			owned = ownedKeys{known: true, keys: owned.afterApply(config, plan)}
			state = refreshMetadata(plan, remote, owned)
			for _, key := range owned.keys {
				if value, ok := withoutNulls(config)[key]; ok != (remote[key] != nil) || ok && !jsontext.Equal(remote[key], value) {
					fail("the owned key %q is %s", key, remote[key])
				}
			}
			for key, value := range before {
				if !slices.Contains(owned.keys, key) && !slices.Contains(previous, key) && !jsontext.Equal(remote[key], value) {
					fail("the foreign key %q was changed from %s to %s", key, value, remote[key])
				}
			}
			if again := planMetadata(config, state, owned); !again.Equal(state) || len(metadataUpdates(config, state, owned)) > 0 {
				fail("the next plan has %s instead of %s", again, state)
			}
		}
	}
}

// Messages of Auth0 that other tests do not cause, and some that mention an attribute that they are not about.
func TestAttributeForError(t *testing.T) {
	t.Parallel()
	config := model{"email": str("a@example.com"), "username": str("a"), "password_wo": str("x")}
	for message, want := range map[string]string{
		"Payload validation error: 'String is too long' on property user_metadata.a.b (…).":                                  "user_metadata",
		"Payload validation error: 'Expected type string but found type null' on property connection (…).":                   "connection_name",
		"Payload validation error: 'Additional properties not allowed: nonsense'.":                                           "",
		"The following user attributes cannot be removed: picture. The connection (Username-Password-Authentication) must …": "picture",
		"Cannot change email or password for users in a disabled connection.":                                                "connection_name",
		"Something else": "",
	} {
		if got := attributeForError(&auth0.Error{Status: 400, Message: message}, config); got != want {
			t.Errorf("%s: on %q, want %q", message, got, want)
		}
	}
	for _, refusal := range []auth0.Error{
		{Status: 403, Code: "insufficient_scope", Message: "Insufficient scope, expected any of: update:users"},
		{Status: 404, Code: "inexistent_user", Message: "The user does not exist."}, {Status: 500, Message: "password"},
	} {
		if got := attributeForError(&refusal, config); got != "" {
			t.Errorf("%s: on %q", refusal.Message, got)
		}
	}
	conflict := auth0.Error{Status: 409, Message: "The user already exists."}
	if got := attributeForError(&conflict, model{"username": str("a")}); got != "username" {
		t.Errorf("a conflict of a user without an address is on %q", got)
	}
}
