package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// FuzzImport: whatever is given to an import, as an ID or as an identity, nothing is written, no request goes to a collection in
// place of an object, and an error says why, without control characters.
func FuzzImport(f *testing.F) {
	f.Add("", "", "")
	for _, seed := range []string{
		".", "..", "/", "a/b", "%2e%2e", "ac_5vJk2mQe8sTn1xWb7cYdRf", "name:ours", "name:", "email:ada@example.com", "email:",
		"email:a@b\r\nc", "auth0|1", "auth0|..",
		"auth0|1/roles", "auth0|1?fields=a", "name:\u202e", "\x00", " ac_1 ", "ID:x", "name:a\"b", strings.Repeat("a", 5000),
	} {
		f.Add(seed, "", "")
		f.Add("", seed, "")
	}
	f.Add("", "ac_1", "other.eu.auth0.com")
	f.Add("", "ac_1", "\x00")
	tenant := acctest.NewInProcess(f)
	tenant.AddUser(emulator.User{ID: "auth0|1", Email: "ada@example.com"})
	tenant.AddFlow(emulator.Flow{Name: "ours"})
	run := acctest.NewRun(f, tenant, "auth0vault_user")
	f.Fuzz(func(t *testing.T, id, identityID, domain string) {
		for _, typeName := range []string{"auth0vault_application", "auth0vault_connection", "auth0vault_flow", "auth0vault_user"} {
			tenant.ForgetRequests()
			imported, diags := run.For(t).Of(typeName).TryImport(id, attributes{"id": identityID, "domain": domain})
			checkMessages(t, diags, tenant.Own.Secret, tokenPrefix)
			if !acctest.HasError(diags) && imported != nil && acctest.Get(imported.State, "id") == "" {
				t.Errorf("%s: imported without an ID", typeName)
			}
			for _, r := range tenant.Requests() {
				parts := strings.Split(strings.Trim(r.RawPath, "/"), "/")
				if r.Path != "/oauth/token" && r.Method != http.MethodGet || slices.Contains(parts, "") || slices.Contains(parts, "..") ||
					slices.Contains(parts, ".") {
					t.Errorf("%s: sent %s %s", typeName, r.Method, r.RawPath)
				}
			}
		}
	})
}
