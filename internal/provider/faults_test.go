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
	// config returns a configuration, and changed another one for an update.
	config, changed func(forms emulator.Client, domain string) attributes
	importBy        string // in place of the ID
	objects         func(*acctest.Tenant) []remoteObject
	remove          func(t *acctest.Tenant, id string)
	// share lets another client set what no configuration here has. It is nil for an object without such.
	share func(t *acctest.Tenant, id string)
}

// remoteObject is an object of a tenant. shared is what share has set.
type remoteObject struct{ id, name, shared string }

func (o remoteObject) isForeign() bool { return o.name == foreign || o.name == foreignEmail }

// foreign and foreignEmail name the objects that do not belong to the configuration.
const foreign, foreignEmail = "not ours", "foreign@example.com"

func faultSubjects() map[string]subject {
	connection := func(name string) func(emulator.Client, string) attributes {
		return func(c emulator.Client, domain string) attributes {
			return attributes{"name": name, "domain": domain, "client_id": c.ID, "client_secret": c.Secret, "actions": []string{"GET_USER"}}
		}
	}
	user := func(nickname string) func(emulator.Client, string) attributes {
		return func(emulator.Client, string) attributes {
			metadata := `{"a":"` + nickname + `"}`
			return attributes{"email": "ada@example.com", "password": faultPassword, "nickname": nickname, "user_metadata": metadata}
		}
	}
	application := func(name string, actions ...string) func(emulator.Client, string) attributes {
		return func(emulator.Client, string) attributes {
			return attributes{"name": name, "actions": actions}
		}
	}
	flow := func(name string) func(emulator.Client, string) attributes {
		return func(emulator.Client, string) attributes {
			return attributes{"name": name, "actions": []any{attributes{
				"id": "tell", "send_email": attributes{"to": "{{context.user.email}}", "subject": name, "body": "Hello"},
			}}}
		}
	}
	return map[string]subject{
		"auth0vault_connection": {
			config: connection("ours"), changed: connection("ours, renamed"), importBy: "name:ours",
			objects: func(t *acctest.Tenant) (all []remoteObject) {
				for _, c := range t.VaultConnections() {
					all = append(all, remoteObject{id: c.ID, name: c.Name})
				}
				return all
			},
			remove: func(t *acctest.Tenant, id string) { t.DeleteVaultConnection(id) },
		},
		"auth0vault_user": {
			config: user("first"), changed: user("second"), importBy: "email:ada@example.com",
			objects: func(t *acctest.Tenant) (all []remoteObject) {
				for _, u := range t.Users() {
					shared := fmt.Sprint(u.GivenName, u.FamilyName, u.Username, u.PhoneNumber, u.UserMetadata["theirs"], u.AppMetadata)
					all = append(all, remoteObject{u.ID, u.Email, shared})
				}
				return all
			},
			remove: func(t *acctest.Tenant, id string) { t.DeleteUser(id) },
			share: func(t *acctest.Tenant, id string) {
				t.EditUser(id, func(u *emulator.User) {
					u.GivenName, u.FamilyName, u.Username, u.PhoneNumber = "Ada", "Lovelace", "ada", "+15550100"
					u.UserMetadata["theirs"], u.AppMetadata = 1.0, map[string]any{"theirs": 1.0}
				})
			},
		},
		"auth0vault_application": {
			config:  application("ours", "GET_USER"),
			changed: application("ours, renamed", "GET_USER", "UPDATE_USER"), importBy: "name:ours",
			objects: func(t *acctest.Tenant) (all []remoteObject) {
				for _, c := range t.Clients() {
					if strings.HasPrefix(c.Name, "ours") || c.Name == foreign {
						all = append(all, remoteObject{c.ID, c.Name, fmt.Sprint(c.Settings["description"], c.Settings["logo_uri"])})
					}
				}
				return all
			},
			remove: func(t *acctest.Tenant, id string) { t.DeleteClient(id) },
			share: func(t *acctest.Tenant, id string) {
				t.EditClient(id, func(c *emulator.Client) {
					c.Settings["description"], c.Settings["logo_uri"] = "theirs", "https://example.com/logo.png"
				})
			},
		},
		"auth0vault_flow": {
			config: flow("ours"), changed: flow("ours, renamed"), importBy: "name:ours",
			objects: func(t *acctest.Tenant) (all []remoteObject) {
				for _, f := range t.Flows() {
					o := remoteObject{id: f.ID, name: f.Name}
					if len(f.Actions) > 0 {
						o.shared = fmt.Sprint(f.Actions[0].(map[string]any)["alias"])
					}
					all = append(all, o)
				}
				return all
			},
			remove: func(t *acctest.Tenant, id string) { t.DeleteFlow(id) },
			share: func(t *acctest.Tenant, id string) {
				t.EditFlow(id, func(f *emulator.Flow) { f.Actions[0].(map[string]any)["alias"] = "theirs" })
			},
		},
	}
}

// faultOperations are what Terraform does with a resource.
var faultOperations = []string{"create", "refresh", "update", "destroy", "import", "import by name", firstUpdate}

// firstUpdate is the first update of what was imported, and which another client has changed before.
const firstUpdate = "first update after an import"

// TestFaults tries every operation with every fault of every request of it, once and from there on. It expects no panic, a message
// that helps and contains no secret, a state that equals the tenant or an error that says what is unknown, no change of the objects
// of other clients, and a next apply that corrects everything.
func TestFaults(t *testing.T) {
	t.Parallel()
	m := newFaultMatrix(t)
	subjects := faultSubjects()
	for _, typeName := range registered(t)["resource"] {
		s, ok := subjects[typeName]
		if !ok {
			t.Errorf("the resource %s has no row", typeName)
		}
		s.typeName = typeName
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
	config attributes
	// shared is what another client has set of the object.
	shared string
}

func newCell(t *testing.T, s subject, operation string) *cell {
	c := &cell{t: t, subject: s, operation: operation, tenant: acctest.NewInProcess(t)}
	c.forms = c.tenant.AddClient(emulator.Client{Name: "forms", Secret: faultSecret})
	c.tenant.Grant(c.forms.ID, "read:users")
	c.tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: foreign})
	c.tenant.AddUser(emulator.User{Email: foreignEmail})
	c.tenant.AddFlow(emulator.Flow{Name: foreign})
	c.tenant.AddClient(emulator.Client{Name: foreign})

	c.config = s.config(c.forms, c.tenant.Domain())
	if operation != "create" {
		c.prior = c.run().Apply(nil, c.config)
	}
	if operation == firstUpdate {
		if s.share != nil {
			s.share(c.tenant, c.id(c.prior))
			c.shared = c.ours()[0].shared
		}
		r := c.run()
		imported, diags := r.TryImport(c.id(c.prior), nil)
		acctest.RequireNoError(t, diags)
		c.prior = r.Read(imported)
	}
	if operation == "update" || operation == firstUpdate {
		c.config = s.changed(c.forms, c.tenant.Domain())
	}
	// A search for a lost create must not find what was created a moment ago.
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

// ours returns the objects of the tenant that belong to this resource.
func (c *cell) ours() []remoteObject {
	return slices.DeleteFunc(c.subject.objects(c.tenant), remoteObject.isForeign)
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
		return // they request no ID, so nothing shows that the response is about another object
	}
	failed := acctest.HasError(diags)
	announced := strings.Contains(acctest.Format(diags), "may have been")
	// A 404 as Auth0 writes it and a 204 to a delete mean that the object is gone. The provider cannot tell that a server lies.
	saysGone := fault.Kind == "404" || fault.Kind == "204-with-body"
	switch {
	case failed:
	case c.operation == "destroy":
		if n := len(c.ours()); n > 0 && !saysGone {
			c.t.Errorf("the destroy succeeded, and %d are left", n)
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

// heal does what a user does next: apply again, or destroy again.
func (c *cell) heal(kept *acctest.Object, failed, announced, saysGone bool) {
	if c.operation == "destroy" {
		if failed {
			if diags := c.run().Destroy(c.prior); acctest.HasError(diags) {
				c.t.Errorf("a second destroy fails: %s", acctest.Format(diags))
			}
		}
		if n := len(c.ours()); n > 0 && !saysGone {
			c.t.Errorf("%d are left", n)
		}
		return
	}
	if announced {
		for _, o := range c.ours() { // as the message advises
			c.subject.remove(c.tenant, o.id)
		}
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
			return // the object still exists
		}
		if attempt == 2 {
			c.t.Fatalf("a second apply fails: %s", acctest.Format(diags))
		}
	}
	r := c.run()
	if changed := r.Plan(r.Read(kept), c.config).Changed(); len(changed) > 0 {
		c.t.Errorf("the plan after the next apply changes %v", changed)
	}
	if n := len(c.ours()); n != 1 && !saysGone {
		c.t.Errorf("the tenant holds %d objects, want 1", n)
	}
	if c.shared != "" && c.id(kept) == c.id(c.prior) {
		if now := c.ours()[0].shared; now != c.shared {
			c.t.Errorf("another client's %q became %q", c.shared, now)
		}
	}
	c.checkForeign()
}

// checkMessages fails for a message that does not help, or that shows a secret.
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
	if all := c.subject.objects(c.tenant); !slices.ContainsFunc(all, remoteObject.isForeign) {
		c.t.Errorf("an object of another client is gone; what is left: %v", all)
	}
}
