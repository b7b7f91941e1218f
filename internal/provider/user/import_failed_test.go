package user_test

import (
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// The first update after an import fails. Nothing of the user is owned by that: the
// next apply clears only what the configuration had set.
func TestUserResource_firstUpdateAfterImportFails(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	before := grace(tenant)
	r := newRun(t, tenant)
	imported, diags := r.TryImport(before.ID, nil)
	acctest.MustSucceed(t, diags)
	config := attributes{"email": "grace@example.com", "name": "Rear Admiral"}
	tenant.Fail(emulator.Fault{Method: "PATCH", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Not today"}`})
	left, _ := r.Fail(r.Read(imported), config)
	tenant.ForgetRequests()
	applied(t, tenant, left, config)
	mustHaveWritten(t, tenant, `PATCH {"name":"Rear Admiral"} 200`)
}
