package connection_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// expectRequests fails unless the tenant was asked exactly this often since the log was
// last forgotten. The requests are those that acctest.Tenant.Summary shows.
func expectRequests(t *testing.T, tenant *acctest.Tenant, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.SplitSeq(tenant.Summary(), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			got = append(got, line)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the tenant was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	tenant.ForgetRequests()
}

// One request for each write and none after it; one token for the provider, one
// for each set of credentials that is verified.
func TestRequests_lifecycle(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	config := minimalConfig(tenant, client)

	created := newRun(t, tenant).Apply(nil, config)
	expectRequests(t, tenant, "1 POST /flows/vault/connections 201", "2 POST /oauth/token 200")

	r := newRun(t, tenant)
	r.Plan(r.Read(created), config)
	expectRequests(t, tenant, "1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")

	config = config.With(acctest.Attributes{"name": "renamed"})
	r = newRun(t, tenant)
	created = r.Apply(r.Read(created), config)
	expectRequests(t, tenant, "1 GET /flows/vault/connections 200", "1 PATCH /flows/vault/connections/{id} 200", "1 POST /oauth/token 200")

	client = rotate(tenant, client, "the-next-secret")
	config = config.With(acctest.Attributes{"client_secret": client.Secret})
	r = newRun(t, tenant)
	created = r.Apply(r.Read(created), config)
	expectRequests(t, tenant, "1 GET /flows/vault/connections 200", "1 PATCH /flows/vault/connections/{id} 200", "2 POST /oauth/token 200")

	r = newRun(t, tenant)
	acctest.MustSucceed(t, r.Destroy(r.Read(created)))
	expectRequests(t, tenant, "1 DELETE /flows/vault/connections/{id} 204", "1 GET /flows 200", "1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")

	// A configuration and a plan of something new need no request.
	r = newRun(t, tenant)
	r.Validate(config)
	r.Plan(nil, config)
	expectRequests(t, tenant)
}

// A plan of ten connections, refreshed at the same time as Terraform does, is one
// list request.
func TestRequests_planOfTen(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = 50 * time.Millisecond })
	client := tenant.Client("forms", "read:users")
	r := newRun(t, tenant)
	var wait sync.WaitGroup
	created := make([]*acctest.Object, 10)
	for i := range created {
		wait.Go(func() {
			created[i] = r.Apply(nil, minimalConfig(tenant, client).With(acctest.Attributes{"name": fmt.Sprint("forms-", i)}))
		})
	}
	wait.Wait()
	if n := len(tenant.Asked("POST", vaultPath)); n != 10 || len(tenant.VaultConnections()) != 10 {
		t.Errorf("created %d connections with %d requests", len(tenant.VaultConnections()), n)
	}

	tenant.ForgetRequests()
	r = newRun(t, tenant)
	for i := range created {
		wait.Go(func() {
			plan := r.Plan(r.Read(created[i]), minimalConfig(tenant, client).With(acctest.Attributes{"name": fmt.Sprint("forms-", i)}))
			if changed := plan.Changed(); len(changed) > 0 {
				t.Errorf("the plan changes %v", changed)
			}
		})
	}
	wait.Wait()
	expectRequests(t, tenant, "1 GET /flows/vault/connections 200", "1 POST /oauth/token 200")
}
