package user_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// attributeCase says how one argument of the resource is owned.
type attributeCase struct {
	// value and other are two configured values; with is what has to be configured beside them.
	value, other any
	with         attributes
	// cleared is the request when the argument leaves the configuration after this
	// resource has set it; empty for none.
	cleared string
	// shown is the state's value after that.
	shown any
	// byOthers is another client's write of the attribute; nil where there is none.
	byOthers func(*emulator.User)
	// replaces says that another value replaces the user.
	replaces bool
}

// arguments has a row for each argument of the resource.
var arguments = map[string]attributeCase{
	"email": {
		value: "ada@example.com", other: "countess@example.com", with: attributes{"username": "ada"},
		cleared: `{"email":null}`, byOthers: func(u *emulator.User) { u.Email = "x@example.com" },
	},
	"phone_number": {
		value: "+4915112345678", other: "+4915187654321",
		cleared: `{"phone_number":null}`, byOthers: func(u *emulator.User) { u.PhoneNumber = "+15550100" },
	},
	"username":    {value: "ada", other: "countess", cleared: `{"username":null}`, byOthers: func(u *emulator.User) { u.Username = "x" }},
	"name":        {value: "Ada", other: "Countess", cleared: `{"name":null}`, byOthers: func(u *emulator.User) { u.Name = "x" }},
	"given_name":  {value: "Ada", other: "Augusta", cleared: `{"given_name":null}`, byOthers: func(u *emulator.User) { u.GivenName = "x" }},
	"family_name": {value: "Lovelace", other: "Byron", cleared: `{"family_name":null}`, byOthers: func(u *emulator.User) { u.FamilyName = "x" }},
	"nickname":    {value: "countess", other: "ada1", cleared: `{"nickname":null}`, byOthers: func(u *emulator.User) { u.Nickname = "x" }},
	"picture": {
		value: "https://example.com/1.png", other: "https://example.com/2.png",
		cleared: `{"picture":null}`, byOthers: func(u *emulator.User) { u.Picture = "/relative.png" },
	},
	"blocked": {value: true, other: false, cleared: `{"blocked":false}`, shown: false, byOthers: func(u *emulator.User) { yes := true; u.Blocked = &yes }},
	// What is true of an address stays true when nobody says so any more.
	"email_verified": {value: true, other: false, shown: true, byOthers: func(u *emulator.User) { u.EmailVerified = true }},
	"phone_verified": {
		value: true, other: false, shown: true, with: attributes{"phone_number": "+4915112345678"},
		byOthers: func(u *emulator.User) { yes := true; u.PhoneVerified = &yes },
	},
	"verify_email": {value: false, other: true},
	"user_metadata": {
		value: `{"plan":"gold"}`, other: `{"plan":"tin"}`,
		cleared: `{"user_metadata":{"plan":null}}`, byOthers: func(u *emulator.User) { u.UserMetadata = map[string]any{"theirs": "x"} },
	},
	"app_metadata": {
		value: `{"seats":1}`, other: `{"seats":2}`,
		cleared: `{"app_metadata":{"seats":null}}`, byOthers: func(u *emulator.User) { u.AppMetadata = map[string]any{"theirs": "x"} },
	},
	"password":    {value: strong, other: second, with: attributes{"password_wo": nil}},
	"password_wo": {value: strong, other: second},
	// There is no digest of a password with a version: without it, the password is sent once.
	"password_wo_version": {value: 1, other: 2, with: attributes{"password_wo": strong}, cleared: `{"password":"` + strong + `"}`},
	"user_id":             {value: "ada-1", other: "ada-2", shown: "ada-1", replaces: true},
	"connection_name":     {value: "Username-Password-Authentication", other: "Staff", shown: "Username-Password-Authentication", replaces: true},
	"on_destroy":          {value: "block", other: "retain", shown: "delete"},
	"vault_connection":    {}, // see vault_connection_test.go: it is not the user's
}

// base is a configuration with an argument and what it needs.
func (c attributeCase) base(name string, value any) attributes {
	return attributes{"email": "ada@example.com", "password_wo": strong}.With(c.with).With(attributes{name: value})
}

// TestUserResource_arguments fails for an argument without a row.
func TestUserResource_arguments(t *testing.T) {
	t.Parallel()
	schemas, err := acctest.NewInProcess(t).Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range schemas.ResourceSchemas[typeName].Block.Attributes {
		if a.Optional || a.Required {
			names = append(names, a.Name)
		}
	}
	slices.Sort(names)
	if rows := slices.Sorted(maps.Keys(arguments)); !slices.Equal(names, rows) {
		t.Errorf("the resource has the arguments %v, the table has %v", names, rows)
	}
}

// An argument that is ignored and changed, together with an unrelated change: only
// the latter is planned and sent. Nor is anything sent for the ignored change alone.
func TestUserResource_ignoreChanges(t *testing.T) {
	t.Parallel()
	for name, c := range arguments {
		if c.value == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			made := applied(t, tenant, nil, c.base(name, c.value))
			unrelated := attributes{"family_name": "King"}
			if name == "family_name" {
				unrelated = attributes{"given_name": "King"}
			}
			for _, value := range []any{c.other, nil} {
				given := c.base(name, value)
				tenant.ForgetRequests()
				ignoring := newRun(t, tenant).Ignoring(name)
				if plan := ignoring.Plan(ignoring.Read(made), given); len(plan.Changed())+len(plan.Replace) > 0 {
					t.Errorf("%v alone: the plan changes %v and replaces because of %v", value, plan.Changed(), plan.Replace)
				}
				plan := ignoring.Plan(ignoring.Read(made), given.With(unrelated))
				expectChange(t, plan, slices.Collect(maps.Keys(unrelated))...)
				after, diags := ignoring.TryApply(plan, given.With(unrelated))
				acctest.MustSucceed(t, diags)
				for attribute, value := range unrelated {
					mustHaveWritten(t, tenant, fmt.Sprintf(`PATCH {%q:%q} 200`, attribute, value))
				}
				// Nothing is left to do for the configuration that was applied.
				if value != nil {
					expectEmptyPlan(t, tenant, after, c.base(name, c.value).With(unrelated))
				}
				made = ignoring.Apply(ignoring.Read(after), given) // the unrelated one leaves again
			}
		})
	}
}

// Beside a new address, an ignored flag is not sent, and one that is configured is.
func TestUserResource_ignoreFlags(t *testing.T) {
	t.Parallel()
	for flag, test := range map[string]struct {
		before, after attributes
		flags         [2]bool
		sent, ignored string
	}{
		"email_verified": {
			before: attributes{}, after: attributes{"email": "new@example.com"}, flags: [2]bool{true, false},
			sent: `PATCH {"email":"new@example.com","email_verified":false} 200`, ignored: `PATCH {"email":"new@example.com"} 200`,
		},
		"verify_email": {
			before: attributes{}, after: attributes{"email": "new@example.com"}, flags: [2]bool{false, true},
			sent: `PATCH {"email":"new@example.com","verify_email":true} 200`, ignored: `PATCH {"email":"new@example.com"} 200`,
		},
		"phone_verified": {
			before: attributes{"phone_number": "+15550100"}, after: attributes{"phone_number": "+15550199"}, flags: [2]bool{true, false},
			sent: `PATCH {"phone_number":"+15550199","phone_verified":false} 200`, ignored: `PATCH {"phone_number":"+15550199"} 200`,
		},
	} {
		for _, ignore := range []bool{false, true} {
			tenant := acctest.NewInProcess(t)
			r := newRun(t, tenant)
			made := r.Apply(nil, ada().With(test.before).With(attributes{flag: test.flags[0]}))
			tenant.ForgetRequests()
			want := test.sent
			if ignore {
				r, want = r.Ignoring(flag), test.ignored
			}
			r.Apply(made, ada().With(test.before).With(test.after).With(attributes{flag: test.flags[1]}))
			mustHaveWritten(t, tenant, want)
		}
	}
}

// everybody is a user with every attribute, whom no configuration has written.
func everybody(tenant *acctest.Tenant) emulator.User {
	yes := true
	return tenant.AddUser(emulator.User{
		ID: "auth0|ada-1", Email: "ada@example.com", EmailVerified: true, Username: "ada", Name: "Ada", GivenName: "Ada", FamilyName: "Lovelace",
		Nickname: "countess", Picture: "https://example.com/1.png", PhoneNumber: "+4915112345678", PhoneVerified: &yes, Blocked: &yes, Password: third,
		UserMetadata: map[string]any{"plan": "gold"}, AppMetadata: map[string]any{"seats": 1},
	})
}

// After an import, what the configuration leaves out stays as it is, also through
// later applies.
func TestUserResource_importLeavesAlone(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	before := everybody(tenant)
	imported, diags := newRun(t, tenant).TryImport(before.ID, nil)
	acctest.MustSucceed(t, diags)
	tenant.ForgetRequests()
	expectEmptyPlan(t, tenant, imported, attributes{})
	made := applied(t, tenant, imported, attributes{"on_destroy": "retain"})
	mustHaveWritten(t, tenant)
	made = applied(t, tenant, made, attributes{"on_destroy": "retain", "family_name": "King"})
	mustHaveWritten(t, tenant, `PATCH {"family_name":"King"} 200`)
	tenant.ForgetRequests()
	applied(t, tenant, made, attributes{"on_destroy": "retain"})
	mustHaveWritten(t, tenant, `PATCH {"family_name":null} 200`)
	after, _ := tenant.User(before.ID)
	after.FamilyName, after.UpdatedAt = before.FamilyName, before.UpdatedAt
	if got, want := jsonOf(t, after), jsonOf(t, before); got != want {
		t.Errorf("the user became\n%s\nfrom\n%s", got, want)
	}
}

// What this resource has set is cleared when it leaves the configuration, whoever
// changed it since. What it has not set, and another client has, is not drift.
func TestUserResource_attributeOwnership(t *testing.T) {
	t.Parallel()
	for name, c := range arguments {
		if c.value == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.AddDatabase(emulator.Database{Name: "Staff", OptionalUsername: true})
			without := c.base(name, nil)
			made := applied(t, tenant, nil, c.base(name, c.value))
			tenant.ForgetRequests()
			made = applied(t, tenant, made, without)
			var want []string
			if c.cleared != "" {
				want = []string{"PATCH " + c.cleared + " 200"}
			}
			mustHaveWritten(t, tenant, want...)
			if got := get(made.State, name); got != c.shown {
				t.Errorf("the state shows %v, want %v", got, c.shown)
			}
			if c.replaces {
				return
			}
			if c.byOthers == nil {
				return
			}
			tenant.EditUser(idOf(made), c.byOthers)
			tenant.ForgetRequests()
			expectEmptyPlan(t, tenant, made, without)
			made = applied(t, tenant, made, without.With(attributes{"on_destroy": "retain"}))
			mustHaveWritten(t, tenant)
			// It is not ours until the configuration sets it.
			made = applied(t, tenant, made, without.With(attributes{"on_destroy": "delete"}))
			mustHaveWritten(t, tenant)
			applied(t, tenant, made, c.base(name, c.value))
		})
	}
}

// Whoever was blocked by another client stays blocked, and a block that this
// resource has lifted before is not lifted again.
func TestUserResource_blockedByOthers(t *testing.T) {
	t.Parallel()
	yes := true
	tenant := acctest.NewInProcess(t)
	made := applied(t, tenant, nil, ada().With(attributes{"blocked": false}))
	block := func() { tenant.EditUser(idOf(made), func(u *emulator.User) { u.Blocked = &yes }) }
	made = applied(t, tenant, made, ada())
	block()
	expectEmptyPlan(t, tenant, made, ada())
	tenant.ForgetRequests()
	made = applied(t, tenant, made, ada().With(attributes{"blocked": false}))
	mustHaveWritten(t, tenant, `PATCH {"blocked":false} 200`)
	block()
	expectEmptyPlan(t, tenant, made, ada()) // false was ours, this true is not
	tenant.ForgetRequests()
	applied(t, tenant, made, ada().With(attributes{"name": "Ada"}))
	mustHaveWritten(t, tenant, `PATCH {"name":"Ada"} 200`)
}

// What another client has removed is not owned any more: when it sets it again, it
// is that client's.
func TestUserResource_ownershipEnds(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	given := ada().With(attributes{"given_name": "Ada", "user_metadata": `{"a":1,"b":2}`})
	made := applied(t, tenant, nil, given)
	tenant.EditUser(idOf(made), func(u *emulator.User) { u.GivenName = ""; delete(u.UserMetadata, "b") })
	given = ada().With(attributes{"user_metadata": `{"a":1}`})
	made = newRun(t, tenant).Read(made)
	expectEmptyPlan(t, tenant, made, given)
	tenant.EditUser(idOf(made), func(u *emulator.User) { u.GivenName = "theirs"; u.UserMetadata["b"] = "theirs" })
	expectEmptyPlan(t, tenant, made, given)
}

// A user of another identity provider has attributes that Auth0 refuses to change.
// Only what is configured is sent, and a refusal says how to leave it alone.
func TestUserResource_federated(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.AddDatabase(emulator.Database{Name: "google-oauth2", Strategy: "google-oauth2"})
	tenant.AddUser(emulator.User{
		ID: "google-oauth2|1087", Connection: "google-oauth2", Email: "g@gmail.com", GivenName: "Grace", FamilyName: "Hopper", Name: "Grace Hopper",
		Picture: "https://lh3.example.com/a.png", UserMetadata: map[string]any{"theirs": "x"},
	})
	r := newRun(t, tenant)
	imported, diags := r.TryImport("google-oauth2|1087", nil)
	acctest.MustSucceed(t, diags)
	given := attributes{"connection_name": "google-oauth2", "email": "g@gmail.com", "user_metadata": `{"ours":1}`}
	tenant.ForgetRequests()
	plan, diags := r.TryPlan(imported, given)
	expectChange(t, plan, "user_metadata")
	acctest.ExpectWarning(t, diags, "user_metadata", "kept", "theirs", "does not remove")
	made := applied(t, tenant, imported, given)
	mustHaveWritten(t, tenant, `PATCH {"user_metadata":{"ours":1}} 200`)
	if user, _ := tenant.User("google-oauth2|1087"); jsonOf(t, user.UserMetadata) != `{"ours":1,"theirs":"x"}` {
		t.Errorf("the tenant holds %v", user.UserMetadata)
	}

	tenant.ForgetRequests()
	_, diags = r.Fail(made, given.With(attributes{"family_name": "Murray", "user_metadata": `{"ours":2}`}))
	acctest.ExpectError(t, diags, "family_name", "cannot be updated: family_name", "remove family_name from the configuration", "Sync user profile attributes")
	mustHaveWritten(t, tenant, `PATCH {"family_name":"Murray","user_metadata":{"ours":2}} 400`)
}

// varied are users as a tenant has them that has grown for years.
func varied(tenant *acctest.Tenant) []emulator.User {
	for _, database := range []emulator.Database{
		{Name: "legacy-db", OptionalUsername: true}, {Name: "google-oauth2", Strategy: "google-oauth2"}, {Name: "okta", Strategy: "samlp"},
		{Name: "github", Strategy: "github"}, {Name: "sms", Strategy: "sms"}, {Name: "email", Strategy: "email"},
	} {
		tenant.AddDatabase(database)
	}
	var users []emulator.User
	for _, user := range []emulator.User{
		{ID: "google-oauth2|1087", Connection: "google-oauth2", Email: "G@gmail.com", GivenName: strings.Repeat("G", 200), FamilyName: "Hopper"},
		{ID: "samlp|okta|ada", Connection: "okta", Provider: "samlp", Email: "ada@corp.example.com", Picture: "/avatars/ada.png"},
		{ID: "github|99", Connection: "github", Nickname: "octo", Name: "Octo Cat"},
		{ID: "auth0|legacy-db|4711", Connection: "legacy-db", Email: "root@localhost", Username: "ada lovelace"},
		{ID: "auth0|auth0|4712", Connection: "legacy-db", Email: "müller@bücher.example", Username: "zoë"},
		{ID: "auth0|3", Email: "a@example.com", Username: "ada@example.com"},
		{ID: "auth0|4", Email: "b@example.com", UserMetadata: map[string]any{"email": "x", "a.b": 1, "$c": []any{}}, AppMetadata: map[string]any{"email": "x", "blocked": true}},
		{ID: "sms|5", Connection: "sms", PhoneNumber: "+15550100"},
		{ID: "email|6", Connection: "email", Email: "c@example.com", EmailVerified: true},
		{ID: "samlp|okta|7", Connection: "okta", Provider: "samlp", PhoneNumber: "(555) 0100", Name: " "},
		everybodyAt("auth0|8"),
	} {
		users = append(users, tenant.AddUser(user))
	}
	return users
}

func everybodyAt(id string) emulator.User {
	yes := true
	return emulator.User{
		ID: id, Email: "d@example.com", EmailVerified: true, Username: "d", Name: "D", GivenName: "D", FamilyName: "D", Nickname: "d",
		Picture: "data:image/png;base64,aGk=", PhoneNumber: "+15550111", PhoneVerified: &yes, Blocked: &yes,
	}
}

// The configuration that Terraform generates for whatever exists is valid, plans
// empty, and can be applied.
func TestUserResource_generated(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	for _, user := range varied(tenant) {
		r := newRun(t, tenant)
		imported, diags := r.TryImport(user.ID, nil)
		acctest.MustSucceed(t, diags)
		config := r.Generated(imported.State)
		if diags := r.Validate(config); len(diags) > 0 {
			t.Errorf("%s: %s", user.ID, acctest.Said(diags))
			continue
		}
		plan, diags := r.TryPlan(imported, config)
		if len(diags) > 0 {
			t.Errorf("%s: the plan says %s", user.ID, acctest.Said(diags))
			continue
		}
		if changed := plan.Changed(); len(changed)+len(plan.Replace) > 0 {
			t.Errorf("%s: the plan changes %v and replaces because of %v", user.ID, changed, plan.Replace)
		}
		if connection, _ := config["connection_name"].(interface{ Equal(any) bool }); connection != nil && config["user_id"] == nil {
			t.Errorf("%s: no user_id in %v", user.ID, config)
		}
		tenant.ForgetRequests()
		r.Apply(imported, config.With(attributes{"on_destroy": "retain"}))
		mustHaveWritten(t, tenant)
	}
}

// What only a new user must have is asked of new users only.
func TestUserResource_rulesOfACreate(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	varied(tenant)
	r := newRun(t, tenant)
	for _, test := range []struct {
		given attributes
		on    string
		words string
	}{
		{attributes{"connection_name": "github"}, "email", "at least one of email, phone_number and username"},
		{attributes{"email": "a@b.example", "user_id": "auth0|auth0|4712"}, "user_id", `did you mean "auth0|4712"?`},
	} {
		_, diags := r.TryPlan(nil, test.given)
		acctest.ExpectError(t, diags, test.on, test.words)
	}
	if _, diags := r.TryPlan(nil, attributes{"connection_name": "legacy-db", "email": "a@b.example", "user_id": "legacy-db|4711"}); len(diags) > 0 {
		t.Errorf("an ID with a pipe: %s", acctest.Said(diags))
	}
	for attribute, value := range map[string]any{"username": "ada lovelace", "user_metadata": `{"a":{"b.c":1}}`, "app_metadata": `{"email":"x"}`} {
		_, diags := r.TryPlan(nil, ada().With(attributes{attribute: value}))
		acctest.ExpectWarning(t, diags, attribute, "Auth0 may refuse")
	}
}

// With Terraform, whose apply has the ignored values in its configuration.
func TestUserResource_ignoreChangesByTerraform(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	configured := func(name, password, plan string) string {
		return hcl(tenant, quoted("email", "ada@example.com"), quoted("name", name), quoted("password_wo", password),
			fmt.Sprintf("user_metadata = jsonencode({ plan = %q })", plan), "lifecycle {\n    ignore_changes = [password_wo, user_metadata]\n  }")
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		Steps: []resource.TestStep{
			{Config: configured("Ada", strong, "gold")},
			{
				PreConfig:         tenant.ForgetRequests,
				Config:            configured("Ada", second, "tin"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{onlyWrote(tenant)},
			},
			{
				Config:            configured("Countess", second, "tin"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{onlyWrote(tenant, `PATCH {"name":"Countess"} 200`)},
			},
		},
	})
}
