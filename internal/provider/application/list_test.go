package application_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestApplicationList_failures(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	app := tenant.AddClient(emulator.Client{Name: "app", TokenEndpointAuthMethod: "client_secret_post"})
	tenant.Grant(app.ID, "read:users")
	forbidden := `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: a:b","errorCode":"insufficient_scope"}`
	for path, message := range map[string]string{"/api/v2/clients": "Unable to list applications",
		"/api/v2/client-grants": "Unable to read the client grant"} {
		tenant.Fail(emulator.Fault{Method: http.MethodGet, Path: path, Status: http.StatusForbidden, Body: forbidden})
		listed := slices.Collect(newRun(t, tenant).List(attributes{"name_prefix": "app"}, acctest.ListOptions{IncludeResource: true}))
		if len(listed) != 1 {
			t.Fatalf("%s: listed %v", path, listed)
		}
		acctest.ExpectError(t, listed[0].Diagnostics, "", message, "a:b")
	}
}
