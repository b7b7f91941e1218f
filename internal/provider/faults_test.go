package provider_test

import (
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// FAULTS=all tries every cell of the matrix. Otherwise one in faultSample is tried, always the same ones.
const (
	envFaults   = "FAULTS"
	faultSample = 16
)

// maxOperation bounds the virtual time of one operation under faults: one that is bounded, and for a create the search
// for what a lost answer may have created.
const maxOperation = 15 * time.Minute

const (
	faultSecret   = "Xq7-the-secret-of-the-matrix-w9"
	faultPassword = "Correct-Horse-Matrix-9"
)

// subject is a resource type under faults.
type subject struct {
	typeName string
	// config returns a configuration; changed is what an update makes of it.
	config, changed func(forms emulator.Client, domain string) acctest.Attributes
	// names returns the names of the tenant's objects of this type that do not belong to anybody else.
	names func(*acctest.Tenant) []string
	// remove deletes the objects of these names, as a person does who looks after an unknown outcome.
	remove func(*acctest.Tenant)
}

const foreign = "not ours"

func faultSubjects() map[string]subject {
	connection := func(name string) func(emulator.Client, string) acctest.Attributes {
		return func(forms emulator.Client, domain string) acctest.Attributes {
			return acctest.Attributes{
				"name": name, "domain": domain, "client_id": forms.ID, "client_secret": forms.Secret, "actions": []string{"GET_USER"},
			}
		}
	}
	user := func(nickname string) func(emulator.Client, string) acctest.Attributes {
		return func(emulator.Client, string) acctest.Attributes {
			return acctest.Attributes{"email": "ada@example.com", "password": faultPassword, "nickname": nickname, "user_metadata": `{"a":"` + nickname + `"}`}
		}
	}
	application := func(name string, actions ...string) func(emulator.Client, string) acctest.Attributes {
		return func(emulator.Client, string) acctest.Attributes {
			return acctest.Attributes{"name": name, "actions": actions}
		}
	}
	flow := func(name string) func(emulator.Client, string) acctest.Attributes {
		return func(emulator.Client, string) acctest.Attributes {
			return acctest.Attributes{"name": name, "actions": []any{acctest.Attributes{
				"id": "tell", "send_email": acctest.Attributes{"to": "{{context.user.email}}", "subject": name, "body": "Hello"},
			}}}
		}
	}
	return map[string]subject{
		"connection": {
			typeName: "auth0vault_connection", config: connection("ours"), changed: connection("ours, renamed"),
			names: func(t *acctest.Tenant) (names []string) {
				for _, c := range t.VaultConnections() {
					names = append(names, c.Name)
				}
				return names
			},
			remove: func(t *acctest.Tenant) {
				for _, c := range t.VaultConnections() {
					if c.Name != foreign {
						t.DeleteVaultConnection(c.ID)
					}
				}
			},
		},
		"user": {
			typeName: "auth0vault_user", config: user("first"), changed: user("second"),
			names: func(t *acctest.Tenant) (names []string) {
				for _, u := range t.Users() {
					names = append(names, u.Email)
				}
				return names
			},
			remove: func(t *acctest.Tenant) {
				for _, u := range t.Users() {
					if u.Email != "foreign@example.com" {
						t.DeleteUser(u.ID)
					}
				}
			},
		},
		"application": {
			typeName: "auth0vault_application", config: application("ours", "GET_USER"), changed: application("ours, renamed", "GET_USER", "UPDATE_USER"),
			names: func(t *acctest.Tenant) (names []string) {
				for _, c := range t.Clients() {
					if strings.HasPrefix(c.Name, "ours") || c.Name == foreign {
						names = append(names, c.Name)
					}
				}
				return names
			},
			remove: func(t *acctest.Tenant) {
				for _, c := range t.Clients() {
					if strings.HasPrefix(c.Name, "ours") {
						t.DeleteClient(c.ID)
					}
				}
			},
		},
		"flow": {
			typeName: "auth0vault_flow", config: flow("ours"), changed: flow("ours, renamed"),
			names: func(t *acctest.Tenant) (names []string) {
				for _, f := range t.Flows() {
					names = append(names, f.Name)
				}
				return names
			},
			remove: func(t *acctest.Tenant) {
				for _, f := range t.Flows() {
					if f.Name != foreign {
						t.DeleteFlow(f.ID)
					}
				}
			},
		},
	}
}

// faultOperations are what Terraform does with a resource.
var faultOperations = []string{"create", "refresh", "update", "destroy", "import"}

// TestFaults tries every operation with every fault of every request of it, once and from there on. Whatever happens: no panic, a
// message that helps and contains no secret, a state that equals the tenant or an error that says what is unknown, nothing of
// anybody else touched, and a next apply that puts everything right.
func TestFaults(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("tries many faults")
	}
	all := os.Getenv(envFaults) == "all"
	var mu sync.Mutex
	tried, skipped := 0, 0
	t.Cleanup(func() { t.Logf("%d cells tried, %d left to FAULTS=all", tried, skipped) })
	for name, s := range faultSubjects() {
		for _, operation := range faultOperations {
			t.Run(name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				requests := 0
				inVirtualTime(t, func(t *testing.T) { requests = newCell(t, s, operation).withoutFault() })
				for i := range requests {
					for _, kind := range emulator.FaultKinds() {
						for _, times := range []int{1, -1} {
							cell := fmt.Sprintf("%s/%s/%d/%s/%d", name, operation, i, kind, times)
							run := all || hash(cell)%faultSample == 0
							mu.Lock()
							if run {
								tried++
							} else {
								skipped++
							}
							mu.Unlock()
							if !run {
								continue
							}
							t.Run(fmt.Sprintf("%d/%s/%d", i, kind, times), func(t *testing.T) {
								inVirtualTime(t, func(t *testing.T) {
									newCell(t, s, operation).try(emulator.Fault{Kind: kind, Skip: i, Times: times})
								})
							})
						}
					}
				}
			})
		}
	}
}

// inVirtualTime runs a test in virtual time, and lets what still runs in the background end.
func inVirtualTime(t *testing.T, test func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { time.Sleep(time.Hour) })
		test(t)
	})
}

func hash(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32()
}

// cell is one operation on one resource, in a tenant of its own.
type cell struct {
	t         *testing.T
	subject   subject
	operation string
	tenant    *acctest.Tenant
	forms     emulator.Client

	prior  *acctest.Object
	config acctest.Attributes
}

func newCell(t *testing.T, s subject, operation string) *cell {
	c := &cell{t: t, subject: s, operation: operation, tenant: acctest.NewInProcess(t)}
	c.forms = c.tenant.AddClient(emulator.Client{Name: "forms", Secret: faultSecret})
	c.tenant.Grant(c.forms.ID, "read:users")
	c.tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: foreign})
	c.tenant.AddUser(emulator.User{Email: "foreign@example.com"})
	c.tenant.AddFlow(emulator.Flow{Name: foreign})
	c.tenant.AddClient(emulator.Client{Name: foreign})

	c.config = s.config(c.forms, c.tenant.Domain())
	if operation != "create" {
		c.prior = c.run().Apply(nil, c.config)
	}
	if operation == "update" {
		c.config = s.changed(c.forms, c.tenant.Domain())
	}
	// What was created a moment ago is not what a search for a lost create may find.
	time.Sleep(time.Hour)
	c.tenant.ForgetRequests()
	return c
}

// run starts another run of Terraform.
func (c *cell) run() *acctest.Run { return acctest.NewRun(c.t, c.tenant, c.subject.typeName) }

// withoutFault does the operation, and returns how many requests it took.
func (c *cell) withoutFault() int {
	if _, diags := c.do(); acctest.Failed(diags) {
		c.t.Fatalf("fails without a fault: %s", acctest.Said(diags))
	}
	return len(c.tenant.Requests())
}

// do does the operation, and returns what Terraform keeps.
func (c *cell) do() (*acctest.Object, []*tfprotov6.Diagnostic) {
	r := c.run()
	switch c.operation {
	case "refresh":
		return r.TryRead(c.prior)
	case "destroy":
		diags := r.Destroy(c.prior)
		if acctest.Failed(diags) {
			return c.prior, diags
		}
		return nil, diags
	case "import":
		return r.TryImport(c.id(c.prior), nil)
	}
	change, diags := r.TryPlan(c.prior, c.config)
	if change == nil {
		return c.prior, diags
	}
	return r.TryApply(change, c.config)
}

func (c *cell) id(o *acctest.Object) string {
	var attributes map[string]tftypes.Value
	var id string
	if o == nil || o.State.As(&attributes) != nil || attributes["id"].As(&id) != nil {
		return ""
	}
	return id
}

// ours returns how many objects the tenant holds that nobody else owns.
func (c *cell) ours() (n int) {
	for _, name := range c.subject.names(c.tenant) {
		if name != foreign && name != "foreign@example.com" {
			n++
		}
	}
	return n
}

func (c *cell) try(fault emulator.Fault) {
	c.tenant.Fail(fault)
	started := time.Now()
	kept, diags := c.do()
	if took := time.Since(started); took > maxOperation {
		c.t.Errorf("it took %v", took)
	}
	c.tenant.ForgetFaults()
	c.checkMessages(diags)
	c.checkForeign()

	if c.operation == "create" && fault.Kind == "other-object" {
		return // a create was not asked for an ID, so nothing can tell that the answer is about another object
	}
	failed := acctest.Failed(diags)
	announced := strings.Contains(acctest.Said(diags), "may have been")
	// A 404 as Auth0 writes it, and a 204 to a delete, are the answers that mean that the object is gone. A server that lies with
	// them is believed.
	saysGone := fault.Kind == "404" || fault.Kind == "204-with-body"
	switch {
	case failed:
	case c.operation == "destroy":
		if n := c.ours(); n > 0 && !saysGone {
			c.t.Errorf("destroyed, says the provider, and %d are still there", n)
		}
	case kept == nil:
		if !saysGone {
			c.t.Errorf("the object was forgotten: %s", acctest.Said(diags))
		}
	case c.prior != nil && c.id(kept) != c.id(c.prior):
		c.t.Errorf("the ID changed from %s to %s", c.id(c.prior), c.id(kept))
	}
	if c.t.Failed() {
		return
	}
	c.heal(kept, failed, announced, saysGone)
}

// heal does what a person does next: apply again, or destroy again.
func (c *cell) heal(kept *acctest.Object, failed, announced, saysGone bool) {
	if c.operation == "destroy" {
		if failed {
			if diags := c.run().Destroy(c.prior); acctest.Failed(diags) {
				c.t.Errorf("a second destroy fails: %s", acctest.Said(diags))
			}
		}
		if n := c.ours(); n > 0 && !saysGone {
			c.t.Errorf("%d are left", n)
		}
		return
	}
	if announced {
		c.subject.remove(c.tenant) // as the message advises
		kept = nil
	}
	if c.operation == "create" && failed && kept != nil { // Terraform marks it as tainted
		if diags := c.run().Destroy(kept); acctest.Failed(diags) {
			c.t.Errorf("what a failed create left cannot be destroyed: %s", acctest.Said(diags))
		}
		kept = nil
	}
	if c.operation == "import" && kept == nil {
		kept = c.prior
	}
	for attempt := 1; ; attempt++ {
		r := c.run()
		if kept != nil {
			kept, _ = r.TryRead(kept)
		}
		change, diags := r.TryPlan(kept, c.config)
		if change != nil {
			kept, diags = r.TryApply(change, c.config)
		}
		if !acctest.Failed(diags) {
			break
		}
		if saysGone {
			return // the object that was said to be gone is in the way
		}
		if attempt == 2 {
			c.t.Fatalf("a second apply fails: %s", acctest.Said(diags))
		}
	}
	r := c.run()
	if changed := r.Plan(r.Read(kept), c.config).Changed(); len(changed) > 0 {
		c.t.Errorf("the plan after the next apply changes %v", changed)
	}
	if n := c.ours(); n != 1 && !saysGone {
		c.t.Errorf("the tenant holds %d objects, want 1", n)
	}
	c.checkForeign()
}

// checkMessages fails for a message that does not help, or that says too much.
func (c *cell) checkMessages(diags []*tfprotov6.Diagnostic) {
	for _, d := range diags {
		if d.Summary == "" || len(d.Detail) < 30 || strings.Contains(d.Detail, "%!") || strings.Contains(d.Detail, "nil pointer") {
			c.t.Errorf("no useful message: %q: %q", d.Summary, d.Detail)
		}
		if strings.Contains(d.Summary, "Provider produced") || strings.Contains(d.Summary, "Missing Resource") {
			c.t.Errorf("the framework complains: %s: %s", d.Summary, d.Detail)
		}
		for _, secret := range []string{faultSecret, faultPassword, c.tenant.Own.Secret} {
			if strings.Contains(d.Summary+d.Detail, secret) {
				c.t.Errorf("the message contains a secret: %s", d.Detail)
			}
		}
		if strings.ContainsFunc(d.Summary+d.Detail, func(r rune) bool { return r < ' ' && r != '\n' }) {
			c.t.Errorf("the message contains control characters: %q", d.Detail)
		}
	}
}

// checkForeign fails if an object of another client is gone.
func (c *cell) checkForeign() {
	if names := c.subject.names(c.tenant); !slices.Contains(names, foreign) && !slices.Contains(names, "foreign@example.com") {
		c.t.Errorf("an object of another client is gone; there are %v", names)
	}
}
