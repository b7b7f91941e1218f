package provider_test

import (
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// TestIdentities: every resource has an identity of an ID and a domain through all operations, whether or not Terraform keeps
// identities. Imports by identity with Terraform itself are in the tests of each resource.
func TestIdentities(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	forms := tenant.Client("forms", "read:users")
	for typeName, object := range faultSubjects() {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			for _, forgets := range []bool{false, true} { // as a Terraform before 1.12 does
				r := acctest.NewRun(t, tenant, typeName)
				config, changed := object.config(forms, tenant.Domain()), object.changed(forms, tenant.Domain())
				if typeName == "auth0vault_user" && forgets {
					config["email"], changed["email"] = "bob@example.com", "bob@example.com"
				}
				var id any
				check := func(when string, o *acctest.Object) *acctest.Object {
					t.Helper()
					if id == nil {
						id = acctest.Get(o.State, "id")
						if typeName == "auth0vault_application" {
							id = acctest.Get(o.State, "client_id")
						}
					}
					if got := r.Identified(o.Identity); id == nil || got["id"] != id || got["domain"] != tenant.Domain() || len(got) != 2 {
						t.Errorf("%s: the identity is %v, want %v in %s", when, got, id, tenant.Domain())
					}
					if forgets {
						o.Identity = nil
					}
					return o
				}
				made := check("created", r.Apply(nil, config))
				made = check("read", r.Read(made))
				unknown := acctest.NewRun(t, tenant, typeName, attributes{"client_secret": acctest.Unknown})
				made = check("read while the client is unknown", unknown.Read(made))
				made = check("updated", r.Apply(made, changed))

				for how, domain := range map[string]any{"right": tenant.Domain(), "in capitals": strings.ToUpper(tenant.Domain()), "none": nil} {
					imported, diags := r.TryImport("", attributes{"id": id, "domain": domain})
					acctest.RequireNoError(t, diags)
					if got := r.Identified(imported.Identity); got["id"] != id || domain == nil && got["domain"] != tenant.Domain() {
						t.Errorf("imported with the domain %s: the identity is %v", how, got)
					}
				}
				_, diags := r.TryImport("", attributes{"id": id, "domain": "other.eu.auth0.com"})
				acctest.ExpectError(t, diags, "", "other.eu.auth0.com", tenant.Domain())

				object.remove(tenant, id.(string))
				later := acctest.NewRun(t, tenant, typeName)
				if gone, diags := later.TryRead(made); gone != nil || acctest.HasError(diags) { // fails the test without an identity
					t.Errorf("read as %v, saying %s", gone, acctest.Format(diags))
				}
			}
		})
	}
}
