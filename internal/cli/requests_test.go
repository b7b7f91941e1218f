package cli_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// requestsPage has a table for each kind of object: what is done, the requests to the Management API, and those for tokens.
const requestsPage = "../../templates/guides/requests-per-operation.md.tmpl"

type (
	attributes = acctest.Attributes
	// config returns the configuration of the object of a number.
	config = func(*lab, int) attributes
	// prepare prepares a tenant, and returns the run whose requests are counted.
	prepare = func(*lab) func()
	// reading reads an object that exists in another way than a refresh does.
	reading = func(*lab, *acctest.Run, *acctest.Object)
)

// lab is a tenant, a vault connection's client, and what was created there for a measurement.
type lab struct {
	t      *testing.T
	tenant *acctest.Tenant
	client emulator.Client
}

func (l *lab) run(typeName string) *acctest.Run { return acctest.NewRun(l.t, l.tenant, typeName) }

// setup returns the credentials of a vault connection, as a user's vault_connection has them as well.
func (l *lab) setup() attributes {
	return attributes{"domain": l.tenant.Domain(), "client_id": l.client.ID, "client_secret": l.client.Secret}
}

func (l *lab) connection(i int) attributes {
	return l.setup().With(attributes{"name": fmt.Sprint("forms ", i)})
}

func (l *lab) user(i int) attributes {
	return attributes{"vault_connection": l.setup(), "email": fmt.Sprintf("u%d@example.com", i), "password": password}
}

func (l *lab) flow(i int) attributes {
	return attributes{"name": fmt.Sprint("Flow ", i), "actions": []any{
		attributes{"id": "tell", "send_sms": attributes{"to": "+15005550006", "message": "Hello"}},
	}}
}

func (l *lab) application(i int) attributes {
	return attributes{"name": fmt.Sprint("App ", i), "actions": []any{"GET_USER"}}
}

// parallelism is how many objects Terraform works on at a time by default.
const parallelism = 10

// inParallel calls f for 0 to n-1, as Terraform walks through resources that do not depend on each other.
func inParallel(n int, f func(int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, parallelism)
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	wait.Wait()
}

// create creates n objects in one run.
func (l *lab) create(typeName string, n int, config func(int) attributes) []*acctest.Object {
	r, created := l.run(typeName), make([]*acctest.Object, n)
	inParallel(n, func(i int) { created[i] = r.Apply(nil, config(i)) })
	l.tenant.ForgetRequests()
	return created
}

type measurement struct {
	name    string
	prepare prepare
}

// but returns a config with a change.
func but(of config, change attributes) config {
	return func(l *lab, i int) attributes { return of(l, i).With(change) }
}

func created(typeName string, config config) prepare {
	return func(l *lab) func() { return func() { l.run(typeName).Apply(nil, config(l, 0)) } }
}

// planned plans n objects that exist, after a refresh.
func planned(typeName string, n int, config config) prepare {
	return func(l *lab) func() {
		of := func(i int) attributes { return config(l, i) }
		objects := l.create(typeName, n, of)
		return func() {
			r := l.run(typeName)
			inParallel(n, func(i int) { r.Plan(r.Read(objects[i]), of(i)) })
		}
	}
}

func updated(typeName string, config config, change func(*lab) attributes) prepare {
	return func(l *lab) func() {
		object := l.create(typeName, 1, func(i int) attributes { return config(l, i) })[0]
		return func() {
			next := config(l, 0).With(change(l))
			l.tenant.ForgetRequests() // the change may be one of the tenant
			r := l.run(typeName)
			r.Apply(r.Read(object), next)
		}
	}
}

func with(change attributes) func(*lab) attributes {
	return func(*lab) attributes { return change }
}

func destroyed(typeName string, n int, config config) prepare {
	return func(l *lab) func() {
		objects := l.create(typeName, n, func(i int) attributes { return config(l, i) })
		return func() {
			r := l.run(typeName)
			inParallel(n, func(i int) { objects[i] = r.Read(objects[i]) })
			inParallel(n, func(i int) { acctest.RequireNoError(l.t, r.Destroy(objects[i])) })
		}
	}
}

// imported imports an object by its ID or, with a prefix such as name:, by the attribute of that name.
func imported(typeName, by string, config config) prepare {
	return func(l *lab) func() {
		object := l.create(typeName, 1, func(i int) attributes { return config(l, i) })[0]
		id := acctest.Get(object.State, by).(string)
		if by != "id" && by != "client_id" {
			id = by + ":" + id
		}
		return func() {
			_, diags := l.run(typeName).TryImport(id, nil)
			acctest.RequireNoError(l.t, diags)
		}
	}
}

// existing creates an object, adds others to the tenant until it has n, and reads them in another way in a run of its own.
func existing(typeName string, n int, config config, read reading) prepare {
	return func(l *lab) func() {
		object := l.create(typeName, 1, func(i int) attributes { return config(l, i) })[0]
		for i := 1; i < n; i++ {
			switch name := fmt.Sprint("other ", i); typeName {
			case connectionType:
				l.tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: name})
			case userType:
				l.tenant.AddUser(emulator.User{Email: fmt.Sprintf("other%d@example.com", i)})
			case flowType:
				l.tenant.AddFlow(emulator.Flow{Name: name})
			case applicationType:
				l.tenant.Grant(l.tenant.AddClient(emulator.Client{Name: name, AppType: "non_interactive"}).ID, "read:users")
			}
		}
		return func() { read(l, l.run(typeName), object) }
	}
}

func data(name string, config func(*acctest.Object) attributes) reading {
	return func(l *lab, r *acctest.Run, o *acctest.Object) {
		_, diags := r.Data(name, config(o))
		acctest.RequireNoError(l.t, diags)
	}
}

func attribute(name, of string) func(*acctest.Object) attributes {
	return func(o *acctest.Object) attributes { return attributes{name: acctest.Get(o.State, of)} }
}

func everything(*acctest.Object) attributes { return attributes{} }

func list(includeResource bool) reading {
	return func(l *lab, r *acctest.Run, _ *acctest.Object) {
		for found := range r.List(attributes{}, acctest.ListOptions{IncludeResource: includeResource, Limit: 1000}) {
			acctest.RequireNoError(l.t, found.Diagnostics)
		}
	}
}

func invoke(name string, config func(*lab, *acctest.Object) attributes) reading {
	return func(l *lab, r *acctest.Run, o *acctest.Object) {
		acctest.RequireNoError(l.t, r.Invoke(name, config(l, o)).Diagnostics)
	}
}

func open(name string, config func(*lab, *acctest.Object) attributes) reading {
	return func(l *lab, r *acctest.Run, o *acctest.Object) {
		_, diags := r.Open(name, config(l, o))
		acctest.RequireNoError(l.t, diags)
	}
}

const (
	connectionType  = "auth0vault_connection"
	userType        = "auth0vault_user"
	flowType        = "auth0vault_flow"
	applicationType = "auth0vault_application"
)

// withFlows adds flows to the tenant, among which a deletion of a vault connection looks for those that use it.
func withFlows(n int, next prepare) prepare {
	return func(l *lab) func() {
		for i := range n {
			l.tenant.AddFlow(emulator.Flow{Name: fmt.Sprint("Flow ", i)})
		}
		return next(l)
	}
}

func measurements() map[string][]measurement {
	connection, user, flow, application := (*lab).connection, (*lab).user, (*lab).flow, (*lab).application
	ownUser := func(l *lab, i int) attributes { return user(l, i).Without("vault_connection") }
	clientID := func(_ *lab, o *acctest.Object) attributes {
		return attributes{"client_id": acctest.Get(o.State, "client_id")}
	}
	vaultConnection := func(l *lab, _ *acctest.Object) attributes { return l.setup() }
	verify := func(l *lab, _ *acctest.Object) attributes {
		return attributes{"vault_connection": l.setup(), "actions": []any{"GET_USER"}}
	}
	rotation := func(version string) attributes { return attributes{"rotate_triggers": attributes{"version": version}} }
	userOf := func(l *lab, o *acctest.Object) attributes {
		return attributes{"user_id": acctest.Get(o.State, "id"), "vault_connection": l.setup()}
	}
	return map[string][]measurement{
		connectionType: {
			{"create", created(connectionType, connection)},
			{"create, empty", created(connectionType, func(*lab, int) attributes { return attributes{"name": "forms"} })},
			{"create, `verify_credentials = false`", created(connectionType, but(connection, attributes{"verify_credentials": false}))},
			{"plan of 1", planned(connectionType, 1, connection)},
			{"plan of 10", planned(connectionType, 10, connection)},
			{"plan of 150", planned(connectionType, 150, connection)},
			{"change the name", updated(connectionType, connection, with(attributes{"name": "renamed"}))},
			{"change the secret", updated(connectionType, connection, func(l *lab) attributes {
				l.client.Secret = "the-next-secret-of-the-client"
				l.tenant.SetClientSecret(l.client.ID, l.client.Secret)
				return l.setup()
			})},
			{"delete 1, with 20 flows in the tenant", withFlows(20, destroyed(connectionType, 1, connection))},
			{"delete 10, with 20 flows in the tenant", withFlows(20, destroyed(connectionType, 10, connection))},
			{"import by ID", imported(connectionType, "id", connection)},
			{"import by name", imported(connectionType, "name", connection)},
		},
		userType: {
			{"create", created(userType, user)},
			{"plan of 1", planned(userType, 1, user)},
			{"plan of 10", planned(userType, 10, user)},
			{"plan of 200", planned(userType, 200, user)},
			{"change metadata", updated(userType, user, with(attributes{"user_metadata": `{"plan":"gold"}`}))},
			{"change the password and the e-mail address", updated(userType, user,
				with(attributes{"password": password + "!", "email": "new@example.com"}))},
			{"change `vault_connection`", updated(userType, user, with(attributes{"vault_connection": nil}))},
			{"delete", destroyed(userType, 1, user)},
			{"delete, `on_destroy = \"block\"`", destroyed(userType, 1, but(user, attributes{"on_destroy": "block"}))},
			{"delete, `on_destroy = \"retain\"`", destroyed(userType, 1, but(user, attributes{"on_destroy": "retain"}))},
			{"import by ID", imported(userType, "id", ownUser)},
			{"import by e-mail address", imported(userType, "email", ownUser)},
		},
		flowType: {
			{"create", created(flowType, flow)},
			{"plan of 1", planned(flowType, 1, flow)},
			{"plan of 20", planned(flowType, 20, flow)},
			{"change the actions", updated(flowType, flow, with(attributes{"actions": []any{}}))},
			{"delete", destroyed(flowType, 1, flow)},
			{"import by ID", imported(flowType, "id", flow)},
			{"import by name", imported(flowType, "name", flow)},
		},
		applicationType: {
			{"create", created(applicationType, application)},
			{"create, `store_client_secret = false`", created(applicationType, but(application, attributes{"store_client_secret": false}))},
			{"plan of 1", planned(applicationType, 1, application)},
			{"plan of 20", planned(applicationType, 20, application)},
			{"change the name", updated(applicationType, application, with(attributes{"name": "Renamed"}))},
			{"change the scopes", updated(applicationType, application, with(attributes{"actions": []any{"GET_USER", "UPDATE_USER"}}))},
			{"rotate the secret", updated(applicationType, but(application, rotation("1")), with(rotation("2")))},
			{"delete", destroyed(applicationType, 1, application)},
			{"import by client ID", imported(applicationType, "client_id", application)},
			{"import by name", imported(applicationType, "name", application)},
		},
		"Data sources": {
			{"`auth0vault_access`", existing(applicationType, 1, application, data("auth0vault_access", attribute("client_id", "client_id")))},
			{"`auth0vault_connection`", existing(connectionType, 1, connection, data("auth0vault_connection", attribute("name", "name")))},
			{"`auth0vault_connections`, 150 in the tenant", existing(connectionType, 150, connection, data("auth0vault_connections", everything))},
			{"`auth0vault_flow` by ID", existing(flowType, 1, flow, data("auth0vault_flow", attribute("id", "id")))},
			{"`auth0vault_flow` by name", existing(flowType, 1, flow, data("auth0vault_flow", attribute("name", "name")))},
			{"`auth0vault_flows`, 100 in the tenant", existing(flowType, 100, flow, data("auth0vault_flows", everything))},
			{"`auth0vault_notifications`", existing(flowType, 1, flow, data("auth0vault_notifications", everything))},
			{"`auth0vault_user` by ID", existing(userType, 1, user, data("auth0vault_user", attribute("id", "id")))},
			{"`auth0vault_user` by e-mail address", existing(userType, 1, user, data("auth0vault_user", attribute("email", "email")))},
			{"`auth0vault_users`, 150 in the tenant", existing(userType, 150, user, data("auth0vault_users", everything))},
		},
		"Ephemeral resources": {
			{"`auth0vault_access_token`", existing(flowType, 1, flow, open("auth0vault_access_token", vaultConnection))},
			{"`auth0vault_client_secret`", existing(applicationType, 1, application, open("auth0vault_client_secret", clientID))},
		},
		"List resources": {
			{"`auth0vault_connection`, 150 in the tenant", existing(connectionType, 150, connection, list(false))},
			{"`auth0vault_user`, 150 in the tenant", existing(userType, 150, user, list(false))},
			{"`auth0vault_user`, 150 in the tenant, `include_resource`", existing(userType, 150, user, list(true))},
			{"`auth0vault_flow`, 100 in the tenant", existing(flowType, 100, flow, list(false))},
			{"`auth0vault_flow`, 100 in the tenant, `include_resource`", existing(flowType, 100, flow, list(true))},
			{"`auth0vault_application`, 100 in the tenant", existing(applicationType, 100, application, list(false))},
			{"`auth0vault_application`, 100 in the tenant, `include_resource`", existing(applicationType, 100, application, list(true))},
		},
		"Actions": {
			{"`auth0vault_revoke_user_access`", existing(userType, 1, user, invoke("auth0vault_revoke_user_access", userOf))},
			{"`auth0vault_send_verification_email`", existing(userType, 1, user, invoke("auth0vault_send_verification_email", userOf))},
			{"`auth0vault_verify_connection`", existing(connectionType, 1, connection, invoke("auth0vault_verify_connection", verify))},
		},
	}
}

// objectID is a part of a path that is the ID of an object.
var objectID = regexp.MustCompile(`^(a[cf]_\w+|cgr_\w+|[A-Za-z0-9]{32}|.*\|.*)$`)

// counted returns the two cells of a row: the requests to the Management API, and the number of those for tokens.
func counted(requests []emulator.Request) (string, int) {
	counts, tokens := map[string]int{}, 0
	for _, r := range requests {
		path, ok := strings.CutPrefix(r.Path, "/api/v2")
		if !ok {
			tokens++
			continue
		}
		parts := strings.Split(path, "/")
		for i, part := range parts {
			if objectID.MatchString(part) {
				parts[i] = "{id}"
			}
		}
		counts[r.Method+" "+strings.Join(parts, "/")]++
	}
	cells := make([]string, 0, len(counts))
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		cells = append(cells, fmt.Sprintf("%d × `%s`", counts[what], what))
	}
	if len(cells) == 0 {
		return "none", tokens
	}
	return strings.Join(cells, ", "), tokens
}

// TestRequestsPerOperation: the page says how many requests each operation takes, as they are counted here, and has no other rows.
func TestRequestsPerOperation(t *testing.T) {
	t.Parallel()
	page := map[string]bool{} // the rows, and whether they were measured
	section := ""
	for line := range strings.Lines(read(t, requestsPage)) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.Trim(title, "`")
		}
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| Operation ") {
			page[section+": "+line] = false
		}
	}
	var lock sync.Mutex
	t.Cleanup(func() {
		for row, measured := range page {
			if !measured {
				t.Errorf("no measurement has this result:\n%s", row)
			}
		}
	})
	for section, operations := range measurements() {
		for _, operation := range operations {
			t.Run(section+" "+operation.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					l := &lab{t: t, tenant: acctest.NewInProcess(t)}
					l.tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = 50 * time.Millisecond })
					l.client = l.tenant.Client("forms", "read:users", "create:users", "update:users", "delete:users",
						"delete:sessions", "delete:refresh_tokens")
					count := operation.prepare(l)
					l.tenant.ForgetRequests()
					count()
					requests, tokens := counted(l.tenant.Requests())
					row := fmt.Sprintf("%s: | %s | %s | %d |", section, operation.name, requests, tokens)
					lock.Lock()
					defer lock.Unlock()
					if _, ok := page[row]; !ok {
						t.Errorf("the page must have this row:\n%s", row)
					}
					page[row] = true
				})
			})
		}
	}
}
