package connection_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addFlow adds a flow with an action that uses a vault connection.
func addFlow(tenant *acctest.Tenant, name, connectionID string) emulator.Flow {
	return tenant.AddFlow(emulator.Flow{Name: name, Actions: []any{map[string]any{
		"id": "load", "type": "AUTH0", "action": "GET_USER",
		"params": map[string]any{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"},
	}}})
}

// A vault connection that flows use is not deleted, unless it is forced.
func TestDestroy_inUse(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := minimalConfig(tenant, tenant.Client("forms", "read:users"))
	created := newRun(t, tenant).Apply(nil, config)
	id := get(t, created.State, "id").(string)
	first, second := addFlow(tenant, "profile", id), addFlow(tenant, "consent", id)
	addFlow(tenant, "other", "ac_driHxZHbTWt3zCyXRqsDFo")

	diags := newRun(t, tenant).Destroy(created)
	acctest.ExpectError(t, diags, "force_destroy", "was not deleted", id,
		fmt.Sprintf("- \"consent\" (%s)\n  - \"profile\" (%s)\n", second.ID, first.ID), "force_destroy = true")
	if strings.Contains(acctest.Said(diags), `"other"`) {
		t.Errorf("it names a flow that uses another vault connection:\n%s", acctest.Said(diags))
	}
	if n := len(tenant.VaultConnections()); n != 1 {
		t.Fatalf("the tenant holds %d vault connections", n)
	}

	forced := newRun(t, tenant).Apply(created, config.With(acctest.Attributes{"force_destroy": true}))
	tenant.ForgetRequests()
	acctest.MustSucceed(t, newRun(t, tenant).Destroy(forced))
	expectRequests(t, tenant, "1 DELETE /flows/vault/connections/{id} 204", "1 POST /oauth/token 200")
}

// The flows of a tenant are read once in a run, and those that the run deletes or
// changes do not count.
func TestDestroy_together(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	r := newRun(t, tenant)
	flows := r.Of("auth0vault_flow")
	var connections, using []*acctest.Object
	for i := range 3 {
		created := r.Apply(nil, minimalConfig(tenant, client).With(acctest.Attributes{"name": fmt.Sprint("forms-", i)}))
		connections = append(connections, created)
		using = append(using, flows.Apply(nil, flowConfig(get(t, created.State, "id").(string))))
	}
	r = newRun(t, tenant)
	flows = r.Of("auth0vault_flow")
	tenant.ForgetRequests()
	acctest.ExpectError(t, r.Destroy(connections[0]), "force_destroy", "in use")
	acctest.MustSucceed(t, flows.Destroy(using[0]))
	acctest.MustSucceed(t, flows.Destroy(using[1]))
	flows.Apply(using[2], flowConfig("ac_driHxZHbTWt3zCyXRqsDFo"))
	var wait sync.WaitGroup
	for _, o := range connections {
		wait.Go(func() { acctest.MustSucceed(t, r.Destroy(o)) })
	}
	wait.Wait()
	if n := len(tenant.Asked("GET", "/flows")); n != 4 { // the list, and each of the three
		t.Errorf("the flows were read with %d requests:\n%s", n, tenant.Summary())
	}
}

func flowConfig(connectionID string) acctest.Attributes {
	return acctest.Attributes{"name": "profile", "actions": []any{acctest.Attributes{
		"id": "load", "get_user": acctest.Attributes{"connection_id": connectionID, "user_id": "{{context.user.user_id}}"},
	}}}
}

// Without read:flows there is a warning; when the flows cannot be listed for another
// reason, the vault connection stays.
func TestDestroy_flowsNotListed(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	config := minimalConfig(tenant, tenant.Client("forms", "read:users"))
	created := newRun(t, tenant).Apply(nil, config)
	tenant.Fail(emulator.Fault{Method: "GET", Path: "/api/v2/flows", Status: 400, Times: -1, Body: `{"statusCode":400,"error":"Bad Request","message":"no"}`})
	acctest.ExpectError(t, newRun(t, tenant).Destroy(created), "", "could not be looked for", "was not deleted", get(t, created.State, "id").(string))
	tenant.ForgetFaults()

	tenant.Grant(tenant.Own.ID, "delete:flows_vault_connections")
	diags := newRun(t, tenant).Destroy(created)
	acctest.MustSucceed(t, diags)
	acctest.ExpectWarning(t, diags, "force_destroy", "were not looked for", get(t, created.State, "id").(string), "read:flows")
	if n := len(tenant.VaultConnections()); n != 0 {
		t.Errorf("the tenant holds %d vault connections", n)
	}
}

// What is gone counts as deleted. Another failure says what was attempted.
func TestDestroy_gone(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	r := newRun(t, tenant)
	created := r.Apply(nil, minimalConfig(tenant, tenant.Client("forms")))
	tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
	acctest.MustSucceed(t, r.Destroy(created))

	created = r.Apply(nil, minimalConfig(tenant, tenant.Client("forms")))
	tenant.Fail(emulator.Fault{Method: "DELETE", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"The connection is used by a flow"}`})
	acctest.ExpectError(t, r.Destroy(created), "", "Unable to delete vault connection", "The connection is used by a flow")
}
