package user_test

import (
	"encoding/json"
	"maps"
	"os"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// moved is a user that is in the state of the official provider, with some attributes
// changed there.
func moved(t *testing.T, changed map[string]any) (*acctest.Resource, *acctest.Source) {
	t.Helper()
	u := newUser(t)
	user := u.AddUser(emulator.User{ID: "auth0|ada", Email: "ada@example.com", Password: strong, GivenName: "Ada",
		UserMetadata: map[string]any{"plan": "gold"}, AppMetadata: map[string]any{"by": "flow", "deep": map[string]any{"a": []any{1}}}})
	// The official provider writes null as empty or false.
	state := map[string]any{
		"id": user.ID, "user_id": user.ID, "connection_name": "Username-Password-Authentication", "email": user.Email,
		"email_verified": false, "verify_email": false, "phone_number": "", "phone_verified": false, "username": "", "password": strong,
		"name": user.Name, "given_name": "Ada", "family_name": "", "nickname": user.Nickname, "picture": user.Picture, "blocked": false,
		"user_metadata": `{"plan":"gold"}`, "app_metadata": `{"deep":{"a":[1]},"by":"flow"}`,
	}
	maps.Copy(state, changed)
	u.Base = attributes{
		"email": "ada@example.com", "given_name": "Ada", "password": state["password"],
		"user_metadata": `{ "plan": "gold" }`, "app_metadata": `{"by":"flow","deep":{"a":[1]}}`,
	}
	return u, &acctest.Source{Type: "auth0_user", State: state}
}

func TestUserResource_move(t *testing.T) {
	t.Parallel()
	for name, changed := range map[string]map[string]any{
		"as written":           nil,
		"nulls":                {"phone_number": nil, "username": nil, "phone_verified": nil, "verify_email": nil, "family_name": nil},
		"verify_email":         {"verify_email": true},
		"after an import":      {"connection_name": "", "password": nil},
		"no metadata":          {"user_metadata": "", "app_metadata": ""},
		"null metadata":        {"user_metadata": nil, "app_metadata": nil},
		"metadata as objects":  {"user_metadata": map[string]any{"plan": "gold"}, "app_metadata": map[string]any{"by": "flow"}},
		"metadata is not JSON": {"user_metadata": "{", "app_metadata": "[]"},
		"booleans as texts":    {"email_verified": "false", "blocked": "false"},
		"attributes of later":  {"roles": []any{"x"}, "timeouts": map[string]any{}},
		"an id of another way": {"user_id": "ada"},
	} {
		t.Log(name)
		u, source := moved(t, changed)
		u.Run(step{Move: source, Plan: none, Sent: none})
		if identity := u.NewRun().Identified(u.Object.Identity); identity["id"] != "auth0|ada" || identity["domain"] != u.Domain() {
			t.Errorf("%s: the identity is %v", name, identity)
		}
	}
}

func TestUserResource_moveThenUpdate(t *testing.T) {
	t.Parallel()
	for _, s := range []step{
		// A password that is known leaves the state, and is not sent.
		{Set: attributes{"password": nil, "password_wo": strong}, Plan: []string{"password"}, Sent: none, State: attributes{"password": nil}},
		{Set: attributes{"password": nil, "password_wo": second}, Plan: []string{"password", "password_set_at"}, Sent: passwordSent(second)},
		{Set: attributes{"password": nil}, Plan: []string{"password"}, Sent: none},
		// As after an import, nothing is owned: what is not configured stays.
		{Set: attributes{"app_metadata": `{"by":"flow"}`, "user_metadata": nil}, Plan: none, Sent: none},
		{Set: attributes{"user_metadata": `{"plan":"tin"}`}, Plan: []string{"user_metadata"}, Sent: patch(`{"user_metadata":{"plan":"tin"}}`)},
		{Set: attributes{"given_name": nil}, Plan: none, Sent: none},
		{Set: attributes{"family_name": "Lovelace"}, NoRefresh: true, Sent: patch(`{"family_name":"Lovelace"}`)},
	} {
		u, source := moved(t, nil)
		s.Move = source
		u.Run(s)
	}
}

func TestUserResource_moveRefused(t *testing.T) {
	t.Parallel()
	u, source := moved(t, map[string]any{"id": nil})
	u.Run(
		step{Move: source, Error: at("", "Unable to move auth0_user", "no id")},
		step{Move: &acctest.Source{Type: "auth0_user_roles", State: source.State}, Error: at("", "Unable to Move Resource State")},
		step{Move: &acctest.Source{Provider: "registry.terraform.io/other/auth0", Type: "auth0_user", State: source.State},
			Error: at("", "Unable to Move Resource State")},
	)
}

// States that commit bb92271 wrote plan empty, and what it owned is still cleared
// when it leaves the configuration.
func TestUserResource_upgrade(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/state-bb92271.json")
	if err != nil {
		t.Fatal(err)
	}
	var saved map[string]struct {
		acctest.SavedObject

		Config attributes
		User   emulator.User
	}
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string][]string{
		"full":     patch(`{"given_name":null,"phone_number":null,"user_metadata":{"plan":null}}`),
		"password": patch(`{"given_name":null}`),
		"minimal":  none,
		"version":  none,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, old := newUser(t), saved[name]
			u.AddUser(old.User)
			if version, ok := old.Config["password_wo_version"].(float64); ok {
				old.Config["password_wo_version"] = int(version)
			}
			u.Base, u.Object = old.Config, u.NewRun().Upgrade(old.SavedObject)
			u.Run(
				step{NoRefresh: true, Plan: none, Sent: none},
				step{Plan: none, Sent: none},
				step{Set: attributes{"on_destroy": "retain"}, PlanOnly: true, Plan: []string{"on_destroy"}},
				// Another client's attribute is not taken for one that the old version set.
				step{Before: func() {
					u.EditUser(old.User.ID, func(user *emulator.User) {
						if user.FamilyName == "" {
							user.FamilyName = "theirs"
						}
					})
				}, Config: old.Config.Without("given_name", "phone_number", "phone_verified", "name", "user_metadata"), Sent: sent},
			)
		})
	}
}
