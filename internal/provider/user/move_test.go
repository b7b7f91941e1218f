package user_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const officialPassword = "Correct-Horse-9-Battery"

// official is a tenant with a user of the official provider's, that user in its
// state file, and the configuration that says the same here.
func official(t *testing.T, changed map[string]any) (*acctest.Tenant, acctest.Source, acctest.Attributes) {
	t.Helper()
	tenant := acctest.NewInProcess(t)
	user := tenant.AddUser(emulator.User{
		ID: "auth0|ada", Email: "ada@example.com", Password: officialPassword, GivenName: "Ada",
		UserMetadata: map[string]any{"plan": "gold"}, AppMetadata: map[string]any{"by": "flow", "deep": map[string]any{"a": []any{1}}},
	})
	// What the old framework could not tell apart, it wrote as empty and false.
	state := map[string]any{
		"id": user.ID, "user_id": user.ID, "connection_name": "Username-Password-Authentication", "email": user.Email, "email_verified": false, "verify_email": false,
		"phone_number": "", "phone_verified": false, "username": "", "password": officialPassword, "name": user.Name, "given_name": "Ada", "family_name": "",
		"nickname": user.Nickname, "picture": user.Picture, "blocked": false, "custom_domain_header": "",
		"user_metadata": `{"plan":"gold"}`, "app_metadata": `{"deep":{"a":[1]},"by":"flow"}`,
	}
	maps.Copy(state, changed)
	config := acctest.Attributes{
		"email": "ada@example.com", "given_name": "Ada", "password": officialPassword,
		"user_metadata": `{ "plan": "gold" }`, "app_metadata": `{"by":"flow","deep":{"a":[1]}}`,
	}
	return tenant, acctest.Source{Type: "auth0_user", State: state}, config
}

func TestUserResource_move(t *testing.T) {
	t.Parallel()
	for name, changed := range map[string]map[string]any{
		"as written":           nil,
		"nulls":                {"phone_number": nil, "username": nil, "phone_verified": nil, "blocked": nil, "verify_email": nil, "family_name": nil},
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
		tenant, source, config := official(t, changed)
		if source.State["password"] == nil {
			config = config.Without("password")
		}
		r := acctest.NewRun(t, tenant, typeName)
		moved, diags := r.Move(source)
		if len(diags) > 0 {
			t.Fatalf("%s: it said %s", name, acctest.Said(diags))
		}
		now := r.Read(moved)
		if identity := r.Identified(now.Identity); identity["id"] != "auth0|ada" || identity["domain"] != tenant.Domain() {
			t.Errorf("%s: the identity is %v", name, identity)
		}
		planned, diags := r.TryPlan(now, config)
		if changed := planned.Changed(); len(changed)+len(diags)+len(planned.Replace) > 0 {
			t.Errorf("%s: the plan changes %v, replaces for %v, and says %s", name, changed, planned.Replace, acctest.Said(diags))
		}
		if strings.Contains(string(moved.Private), officialPassword) {
			t.Errorf("%s: private state holds the password", name)
		}
		if wrote := tenant.Asked(http.MethodPatch, ""); len(wrote) > 0 {
			t.Errorf("%s: it wrote\n%s", name, tenant.Summary())
		}
	}
}

func TestUserResource_moveThenChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(acctest.Attributes) acctest.Attributes
		planned []string
		sent    []string // bodies
	}{
		// It leaves the state, and is not sent: it is the one that is known.
		"the same password, write-only": {
			change: func(config acctest.Attributes) acctest.Attributes {
				return config.Without("password").With(acctest.Attributes{"password_wo": officialPassword})
			},
			planned: []string{"password"},
		},
		"another password, write-only": {
			change: func(config acctest.Attributes) acctest.Attributes {
				return config.Without("password").With(acctest.Attributes{"password_wo": "Other-Horse-9-Battery"})
			},
			planned: []string{"password", "password_set_at", "updated_at"}, sent: []string{`{"password":"Other-Horse-9-Battery"}`},
		},
		"no password": {
			change:  func(config acctest.Attributes) acctest.Attributes { return config.Without("password") },
			planned: []string{"password"},
		},
		// The keys that are there and that the configuration does not speak of stay: nobody knows who wrote them.
		"fewer keys": {
			change: func(config acctest.Attributes) acctest.Attributes {
				return config.With(acctest.Attributes{"app_metadata": `{"by":"flow"}`, "user_metadata": nil})
			},
		},
		"another key": {
			change: func(config acctest.Attributes) acctest.Attributes {
				return config.With(acctest.Attributes{"user_metadata": `{"plan":"platinum"}`})
			},
			planned: []string{"updated_at", "user_metadata"}, sent: []string{`{"user_metadata":{"plan":"platinum"}}`},
		},
		// Who set it is not known, as after an import.
		"an attribute less": {
			change: func(config acctest.Attributes) acctest.Attributes { return config.Without("given_name") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, source, config := official(t, nil)
			config = c.change(config)
			r := acctest.NewRun(t, tenant, typeName)
			moved, diags := r.Move(source)
			acctest.MustSucceed(t, diags)
			now := r.Read(moved)
			planned := r.Plan(now, config)
			if changed := planned.Changed(); !slices.Equal(changed, c.planned) {
				t.Errorf("the plan changes %v, want %v", changed, c.planned)
			}
			made := r.Apply(now, config)
			var sent []string
			for _, request := range tenant.Asked(http.MethodPatch, "") {
				sent = append(sent, normalized(t, request.RequestBody))
			}
			if !slices.Equal(sent, c.sent) {
				t.Errorf("sent %v, want %v", sent, c.sent)
			}
			later := acctest.NewRun(t, tenant, typeName)
			if changed := later.Plan(later.Read(made), config).Changed(); len(changed) > 0 {
				t.Errorf("the next plan changes %v", changed)
			}
		})
	}
}

func normalized(t *testing.T, body []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// With -refresh=false nobody reads what was moved.
func TestUserResource_moveUnread(t *testing.T) {
	t.Parallel()
	tenant, source, config := official(t, nil)
	r := acctest.NewRun(t, tenant, typeName)
	moved, _ := r.Move(source)
	config = config.With(acctest.Attributes{"family_name": "Lovelace"})
	made := r.Apply(moved, config)
	later := acctest.NewRun(t, tenant, typeName)
	if changed := later.Plan(later.Read(made), config).Changed(); len(changed) > 0 {
		t.Errorf("the plan after that changes %v", changed)
	}
}

func TestUserResource_moveRefused(t *testing.T) {
	t.Parallel()
	_, source, _ := official(t, map[string]any{"id": nil})
	r := acctest.NewRun(t, acctest.NewInProcess(t), typeName)
	_, diags := r.Move(source)
	acctest.ExpectError(t, diags, "", "Unable to move auth0_user", "no id")
	for name, source := range map[string]acctest.Source{
		"another type":     {Type: "auth0_user_roles", State: map[string]any{"id": "auth0|ada"}},
		"another provider": {Provider: "registry.terraform.io/other/auth0", Type: "auth0_user", State: map[string]any{"id": "auth0|ada"}},
	} {
		if _, diags := r.Move(source); len(diags) != 1 || diags[0].Summary != "Unable to Move Resource State" {
			t.Errorf("%s: it said %s", name, acctest.Said(diags))
		}
	}
}
