package provider_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestFaults_otherKinds tries every data source, list resource, ephemeral resource and action with every fault of every request,
// once and from there on. It expects no panic, a message that helps and contains no secret, the right result or an error, no write,
// and a next call that succeeds, in the same run and in another one.
func TestFaults_otherKinds(t *testing.T) {
	t.Parallel()
	m := newFaultMatrix(t)
	for kind, names := range registered(t) {
		if kind == "resource" || kind == "function" {
			continue // TestFaults is about resources, and functions send no requests
		}
		for _, name := range names {
			variants := 1
			inVirtualTime(t, func(t *testing.T) { variants += len(newTestObjects(t).row(t, kind, name).others) })
			for variant := range variants {
				m.tryAll(t, fmt.Sprintf("%s %s/%d", kind, name, variant),
					func(t *testing.T) int { return newUse(t, kind, name, variant).requests },
					func(t *testing.T, fault emulator.Fault) { newUse(t, kind, name, variant).try(fault) })
			}
		}
	}
}

// objectUse is one use of an object that is not a resource, in a tenant of its own.
type objectUse struct {
	t          *testing.T
	kind, name string
	objects    *testObjects
	config     attributes
	// want is the result without a fault, and requests how many requests it takes.
	want     any
	requests int
}

func newUse(t *testing.T, kind, name string, variant int) *objectUse {
	u := &objectUse{t: t, kind: kind, name: name, objects: newTestObjects(t)}
	row := u.objects.row(t, kind, name)
	u.config = append([]attributes{row.config}, row.others...)[variant]
	want, diags := u.do(u.run())
	acctest.RequireNoError(t, diags)
	u.want, u.requests = want, len(u.objects.tenant.Requests())
	return u
}

func (u *objectUse) run() *acctest.Run { return acctest.NewRun(u.t, u.objects.tenant, u.name) }

// do does what Terraform does, and returns the result without what differs in every response.
func (u *objectUse) do(run *acctest.Run) (any, []*tfprotov6.Diagnostic) {
	result, diags := use(run, u.kind, u.name, u.config)
	switch result := result.(type) {
	case attributes:
		if result["access_token"] != nil {
			return result.Without("access_token", "expires_at").With(attributes{"has a token": true}), diags
		}
	case []string: // the last message of an action can have the ID of a job
		if len(result) > 0 {
			result[len(result)-1], _, _ = strings.Cut(result[len(result)-1], "(job ")
		}
	}
	return result, diags
}

func (u *objectUse) try(fault emulator.Fault) {
	tenant := u.objects.tenant
	before := contents(tenant)
	tenant.ForgetRequests()
	tenant.Fail(fault)
	run := u.run()
	started := time.Now()
	got, diags := u.do(run)
	if took := time.Since(started); took > maxOperation {
		u.t.Errorf("it took %v", took)
	}
	tenant.ForgetFaults()

	checkMessages(u.t, diags, u.objects.client.Secret, tenant.Own.Secret, tokenPrefix)
	switch {
	case acctest.HasError(diags):
	case !reflect.DeepEqual(got, u.want) && !u.believed(fault):
		u.t.Errorf("got %v and %s, want %v", got, acctest.Format(diags), u.want)
	}
	if !reflect.DeepEqual(contents(tenant), before) {
		u.t.Error("the tenant was changed")
	}
	u.checkRequests()

	time.Sleep(time.Minute) // what failed a moment ago is not tried at once
	for which, run := range map[string]*acctest.Run{"same": run, "next": u.run()} {
		if which == "same" && u.believed(fault) {
			continue // it may have cached the false response
		}
		again, diags := u.do(run)
		if acctest.HasError(diags) || !reflect.DeepEqual(again, u.want) {
			u.t.Errorf("afterwards, the %s run got %v and %s, want %v", which, again, acctest.Format(diags), u.want)
		}
	}
}

// believed reports whether a fault is a valid response, so that the provider cannot detect it: a list of other objects, a wrong
// total, or the response for an object that was deleted meanwhile, a tenant without a provider, or a success.
func (u *objectUse) believed(fault emulator.Fault) bool {
	switch fault.Kind {
	case "other-object":
		return true
	case "404":
		return strings.HasSuffix(u.name, "_notifications") || u.kind == "list resource" && strings.HasSuffix(u.name, "_flow")
	case "endless-list":
		return strings.HasSuffix(u.name, "_users") // its total is the server's word
	case "204-with-body":
		return strings.HasSuffix(u.name, "_revoke_user_access")
	}
	return false
}

// checkRequests fails for a write that is not of an action, and for a second e-mail after a request that may have reached Auth0.
func (u *objectUse) checkRequests() {
	writes := slices.DeleteFunc(u.objects.tenant.Requests(), func(r emulator.Request) bool {
		return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Path == "/oauth/token"
	})
	if u.kind != "action" && len(writes) > 0 {
		u.t.Errorf("it wrote: %s", u.objects.tenant.Summary())
	}
	sent := slices.DeleteFunc(writes, func(r emulator.Request) bool {
		return !strings.HasPrefix(r.Path, "/api/v2/jobs/") || r.Status == 429 || r.Status == 401
	})
	if len(sent) > 1 {
		u.t.Errorf("more than one e-mail may have been sent: %s", u.objects.tenant.Summary())
	}
}

// contents returns all objects of a tenant.
func contents(t *acctest.Tenant) []any {
	return []any{t.Users(), t.VaultConnections(), t.Flows(), t.Clients(), t.Grants()}
}
