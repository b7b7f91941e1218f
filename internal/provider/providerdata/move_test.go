package providerdata_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// TestMoveFromOfficial: which states are moved, and the error for one that cannot be moved.
func TestMoveFromOfficial(t *testing.T) {
	t.Parallel()
	const official = "registry.terraform.io/auth0/auth0"
	for name, test := range map[string]struct {
		address, kind, state string
		moved                bool
		err                  string
	}{
		"official":             {official, "auth0_user", `{"id":"auth0|1"}`, true, ""},
		"from a mirror":        {"terraform.example.com/auth0/auth0", "auth0_user", `{"id":"auth0|1"}`, true, ""},
		"OpenTofu's registry":  {"registry.opentofu.org/auth0/auth0", "auth0_user", `{"id":"auth0|1"}`, true, ""},
		"older OpenTofu":       {"auth0", "auth0_user", `{"id":"auth0|1"}`, true, ""},
		"another type":         {official, "auth0_role", `{"id":"rol_1"}`, false, ""},
		"another provider":     {"registry.terraform.io/acme/auth0", "auth0_user", `{"id":"auth0|1"}`, false, ""},
		"a namesake's":         {"registry.terraform.io/not-auth0/auth0", "auth0_user", `{"id":"auth0|1"}`, false, ""},
		"a namesake's type":    {"not-auth0", "auth0_user", `{"id":"auth0|1"}`, false, ""},
		"our own":              {"registry.terraform.io/auth0vault/auth0vault", "auth0_user", `{"id":"auth0|1"}`, false, ""},
		"no id":                {official, "auth0_user", `{"name":"a"}`, false, "has no id"},
		"no object":            {official, "auth0_user", `[]`, false, "not a JSON object"},
		"another's, no object": {official, "auth0_role", `[]`, false, ""},
		"nothing":              {official, "auth0_user", ``, false, "not a JSON object"},
	} {
		moved := false
		mover := providerdata.MoveFromOfficial("auth0_user", func(_ context.Context, old providerdata.Official, _ *resource.MoveStateResponse) {
			moved = true
			if old.String("id").ValueString() != "auth0|1" {
				t.Errorf("%s: got %s", name, old.String("id"))
			}
		})
		request := resource.MoveStateRequest{SourceProviderAddress: test.address, SourceTypeName: test.kind}
		if test.state != "" {
			request.SourceRawState = &tfprotov6.RawState{JSON: []byte(test.state)}
		}
		var response resource.MoveStateResponse
		mover.StateMover(t.Context(), request, &response)
		if moved != test.moved || response.Diagnostics.HasError() != (test.err != "") || !strings.Contains(text(response.Diagnostics), test.err) {
			t.Errorf("%s: moved: %v, %v", name, moved, response.Diagnostics)
		}
	}
}

// TestOfficialShapes: the official provider's states have several shapes.
func TestOfficialShapes(t *testing.T) {
	t.Parallel()
	var old providerdata.Official
	if err := json.Unmarshal([]byte(`{
		"text": "a", "empty": "", "null": null, "number": 1, "yes": true, "no": false, "texts": "true", "maybe": "perhaps",
		"object": {"a":"1"}, "list": [{"a":"1"}], "encoded": "{\"a\":\"1\"}", "encoded_list": "[{\"a\":\"1\"}]",
		"two": [{"a":"1"},{"a":"2"}], "none": [], "nested": [[{"a":"1"}]], "word": "a"
	}`), &old); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"text": `"a"`, "empty": "<null>", "null": "<null>", "number": "<null>",
		"object": "<null>", "missing": "<null>"} {
		if got := old.String(name).String(); got != want {
			t.Errorf("string %s: got %s, expected %s", name, got, want)
		}
	}
	for name, want := range map[string]string{"yes": "true", "no": "false", "texts": "true", "maybe": "<null>", "null": "<null>",
		"number": "<null>", "missing": "<null>"} {
		if got := old.Bool(name).String(); got != want {
			t.Errorf("bool %s: got %s, expected %s", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"object": "1", "list": "1", "encoded": "1", "encoded_list": "1", "two": "", "none": "", "null": "", "word": "",
		"number": "", "missing": "",
	} {
		if got := old.Object(name).String("a").ValueString(); got != want {
			t.Errorf("object %s: got %q, expected %q", name, got, want)
		}
	}
	secret := providerdata.Official{"client_secret": json.RawMessage(`"s3cret"`)}
	if got := fmt.Sprintf("%#v", secret); strings.Contains(got, "s3cret") {
		t.Errorf("it shows its secrets: %s", got)
	}
}
