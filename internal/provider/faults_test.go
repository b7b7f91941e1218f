package provider_test

import (
	"fmt"
	"hash/fnv"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
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

// tokenPrefix is how every access token begins.
const tokenPrefix = "eyJhbGci"

// advice is what a message says that tells what to do; not all of it is at the end.
var advice = regexp.MustCompile(`(?i)\b(check|copy|run|look|import|choose|create|set|give|lower|apply|destroy|enable|use|add|come ` +
	`from|nothing of it is left)\b`)

// subject is a resource type under faults.
type subject struct {
	typeName string
	// config returns a configuration; changed is what an update makes of it.
	config, changed func(forms emulator.Client, domain string) acctest.Attributes
	// importBy is what the object is imported by if not by its ID.
	importBy string
	// names returns the names of the tenant's objects of this type that do not belong to anybody else.
	names func(*acctest.Tenant) []string
	// remove deletes the objects of these names, as a person does who looks after an unknown outcome.
	remove func(*acctest.Tenant)
	// share lets another client set what no configuration here has; shared returns it. Both are nil for an object without such.
	share  func(t *acctest.Tenant, id string)
	shared func(t *acctest.Tenant) string
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
			return acctest.Attributes{"email": "ada@example.com", "password": faultPassword, "nickname": nickname,
				"user_metadata": `{"a":"` + nickname + `"}`}
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
		"auth0vault_connection": {
			typeName: "auth0vault_connection", config: connection("ours"), changed: connection("ours, renamed"), importBy: "name:ours",
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
		"auth0vault_user": {
			typeName: "auth0vault_user", config: user("first"), changed: user("second"), importBy: "email:ada@example.com",
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
			share: func(t *acctest.Tenant, id string) {
				t.EditUser(id, func(u *emulator.User) {
					u.GivenName, u.FamilyName, u.Username, u.PhoneNumber = "Ada", "Lovelace", "ada", "+15550100"
					u.UserMetadata["theirs"], u.AppMetadata = 1.0, map[string]any{"theirs": 1.0}
				})
			},
			shared: func(t *acctest.Tenant) string {
				for _, u := range t.Users() {
					if u.Email == "ada@example.com" {
						return fmt.Sprint(u.GivenName, u.FamilyName, u.Username, u.PhoneNumber, u.UserMetadata["theirs"], u.AppMetadata)
					}
				}
				return ""
			},
		},
		"auth0vault_application": {
			typeName: "auth0vault_application", config: application("ours", "GET_USER"),
			changed: application("ours, renamed", "GET_USER", "UPDATE_USER"), importBy: "name:ours",
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
			share: func(t *acctest.Tenant, id string) {
				t.EditClient(id, func(c *emulator.Client) {
					c.Settings["description"], c.Settings["logo_uri"] = "theirs", "https://example.com/logo.png"
				})
			},
			shared: func(t *acctest.Tenant) string {
				for _, c := range t.Clients() {
					if strings.HasPrefix(c.Name, "ours") {
						return fmt.Sprint(c.Settings["description"], c.Settings["logo_uri"])
					}
				}
				return ""
			},
		},
		"auth0vault_flow": {
			typeName: "auth0vault_flow", config: flow("ours"), changed: flow("ours, renamed"), importBy: "name:ours",
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
			share: func(t *acctest.Tenant, id string) {
				t.EditFlow(id, func(f *emulator.Flow) {
					if action, ok := f.Actions[0].(map[string]any); ok {
						action["alias"] = "theirs"
					}
				})
			},
			shared: func(t *acctest.Tenant) string {
				for _, f := range t.Flows() {
					if f.Name != foreign {
						action, _ := f.Actions[0].(map[string]any)
						return fmt.Sprint(action["alias"])
					}
				}
				return ""
			},
		},
	}
}

// faultOperations are what Terraform does with a resource.
var faultOperations = []string{"create", "refresh", "update", "destroy", "import", "import by name", firstUpdate}

// firstUpdate is the first update of what was imported, and which another client has changed before.
const firstUpdate = "first update after an import"

// TestFaults tries every operation with every fault of every request of it, once and from there on. Whatever happens: no panic, a
// message that helps and contains no secret, a state that equals the tenant or an error that says what is unknown, nothing of
// anybody else touched, and a next apply that puts everything right.
func TestFaults(t *testing.T) {
	t.Parallel()
	m := newFaultMatrix(t)
	subjects := faultSubjects()
	for _, typeName := range registered(t)["resource"] {
		s, ok := subjects[typeName]
		if !ok {
			t.Errorf("there is no row for the resource %s", typeName)
		}
		for _, operation := range faultOperations {
			if operation == "import by name" && s.importBy == "" {
				continue
			}
			m.tryAll(t, typeName+"/"+operation,
				func(t *testing.T) int { return newCell(t, s, operation).withoutFault() },
				func(t *testing.T, fault emulator.Fault) { newCell(t, s, operation).try(fault) })
		}
	}
}

// faultMatrix tries operations with faults. It counts what it tries.
type faultMatrix struct {
	all            bool
	tried, skipped atomic.Int64
}

func newFaultMatrix(t *testing.T) *faultMatrix {
	t.Helper()
	if testing.Short() {
		t.Skip("tries many faults")
	}
	m := &faultMatrix{all: os.Getenv(envFaults) == "all"}
	t.Cleanup(func() { t.Logf("%d cells tried, %d left to FAULTS=all", m.tried.Load(), m.skipped.Load()) })
	return m
}

// tryAll tries one operation with every fault of every request of it. count does the operation without a fault, and returns how
// many requests it took.
func (m *faultMatrix) tryAll(t *testing.T, operation string, count func(*testing.T) int, try func(*testing.T, emulator.Fault)) {
	t.Helper()
	t.Run(operation, func(t *testing.T) {
		t.Parallel()
		requests := 0
		inVirtualTime(t, func(t *testing.T) { requests = count(t) })
		for i := range requests {
			for _, kind := range emulator.FaultKinds() {
				for _, times := range []int{1, -1} {
					cell := fmt.Sprintf("%d/%s/%d", i, kind, times)
					if !m.all && hash(operation+"/"+cell)%faultSample != 0 {
						m.skipped.Add(1)
						continue
					}
					m.tried.Add(1)
					t.Run(cell, func(t *testing.T) {
						inVirtualTime(t, func(t *testing.T) { try(t, emulator.Fault{Kind: kind, Skip: i, Times: times}) })
					})
				}
			}
		}
	})
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
	// shared is what another client has set of the object.
	shared string
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
	if operation == firstUpdate {
		if s.share != nil {
			s.share(c.tenant, c.id(c.prior))
			c.shared = s.shared(c.tenant)
		}
		r := c.run()
		imported, diags := r.TryImport(c.id(c.prior), nil)
		acctest.RequireNoError(t, diags)
		c.prior = r.Read(imported)
	}
	if operation == "update" || operation == firstUpdate {
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
	if _, diags := c.do(); acctest.HasError(diags) {
		c.t.Fatalf("fails without a fault: %s", acctest.Format(diags))
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
		if acctest.HasError(diags) {
			return c.prior, diags
		}
		return nil, diags
	case "import":
		return r.TryImport(c.id(c.prior), nil)
	case "import by name":
		return r.TryImport(c.subject.importBy, nil)
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

// ours returns how many objects the tenant holds that belong to this resource.
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
	checkMessages(c.t, diags, faultSecret, faultPassword, c.tenant.Own.Secret, tokenPrefix)
	c.checkForeign()

	if (c.operation == "create" || c.operation == "import by name") && fault.Kind == "other-object" {
		return // they did not ask for an ID, so nothing can tell that the answer is about another object
	}
	failed := acctest.HasError(diags)
	announced := strings.Contains(acctest.Format(diags), "may have been")
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
			c.t.Errorf("the object was forgotten: %s", acctest.Format(diags))
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
			if diags := c.run().Destroy(c.prior); acctest.HasError(diags) {
				c.t.Errorf("a second destroy fails: %s", acctest.Format(diags))
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
		if diags := c.run().Destroy(kept); acctest.HasError(diags) {
			c.t.Errorf("what a failed create left cannot be destroyed: %s", acctest.Format(diags))
		}
		kept = nil
	}
	if strings.HasPrefix(c.operation, "import") && kept == nil {
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
		if !acctest.HasError(diags) {
			break
		}
		if saysGone {
			return // the object that was said to be gone is in the way
		}
		if attempt == 2 {
			c.t.Fatalf("a second apply fails: %s", acctest.Format(diags))
		}
	}
	r := c.run()
	if changed := r.Plan(r.Read(kept), c.config).Changed(); len(changed) > 0 {
		c.t.Errorf("the plan after the next apply changes %v", changed)
	}
	if n := c.ours(); n != 1 && !saysGone {
		c.t.Errorf("the tenant holds %d objects, want 1", n)
	}
	if c.shared != "" && c.id(kept) == c.id(c.prior) {
		if now := c.subject.shared(c.tenant); now != c.shared {
			c.t.Errorf("another client's %q became %q", c.shared, now)
		}
	}
	c.checkForeign()
}

// checkMessages fails for a message that does not help, or that says too much.
func checkMessages(t *testing.T, diags []*tfprotov6.Diagnostic, secrets ...string) {
	t.Helper()
	for _, d := range diags {
		text := d.Summary + ": " + d.Detail
		if d.Summary == "" || len(d.Detail) < 25 || strings.Contains(text, "%!") || strings.Contains(text, "nil pointer") {
			t.Errorf("no useful message: %q", text)
		}
		if d.Severity == tfprotov6.DiagnosticSeverityError && !advice.MatchString(text) && !strings.Contains(text, "(400") &&
			!strings.Contains(text, "(409)") {
			t.Errorf("the message does not say what to do: %q", text)
		}
		if strings.Contains(d.Summary, "Provider produced") || strings.Contains(d.Summary, "Missing Resource") {
			t.Errorf("the framework complains: %s", text)
		}
		if err := acctest.NotIn("the message", []byte(text), secrets...); err != nil {
			t.Error(err)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) {
			t.Errorf("the message contains control characters: %q", text)
		}
	}
}

// checkForeign fails if an object of another client is gone.
func (c *cell) checkForeign() {
	if names := c.subject.names(c.tenant); !slices.Contains(names, foreign) && !slices.Contains(names, "foreign@example.com") {
		c.t.Errorf("an object of another client is gone; there are %v", names)
	}
}
