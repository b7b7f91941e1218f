package flow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// unusualActions are actions that Auth0 may have and that people rarely write. A typed attribute holds those that it
// accepts itself.
var unusualActions = map[string]struct{ action, attribute string }{
	"an internationalized address": {`"type":"AUTH0","action":"SEND_EMAIL","params":{"to":"jürgen@bücher.example","subject":"S","body":"B"}`,
		"send_email"},
	"an address of a local host": {`"type":"AUTH0","action":"SEND_EMAIL","params":{"to":"root@localhost","subject":"S","body":"B"}`,
		"send_email"},
	"an address with a name": {`"type":"AUTH0","action":"SEND_EMAIL","params":{"to":"Ada <ada@example.com>","subject":"S","body":"B"}`,
		"json"},
	"an empty subject": {`"type":"AUTH0","action":"SEND_EMAIL","params":{"to":"a@example.com","subject":"","body":"B"}`, "json"},
	"a sender without a name": {`"type":"AUTH0","action":"SEND_EMAIL","params":{"from":{"name":"","email":"a@example.com"},` +
		`"to":"a@example.com","subject":"S","body":"B"}`, "json"},
	"another method": {`"type":"AUTH0","action":"SEND_REQUEST","params":{"connection_id":"` + connectionID +
		`","pathname":"/x","method":"HEAD"}`, "json"},
	"a nested query": {`"type":"AUTH0","action":"SEND_REQUEST","params":{"connection_id":"` + connectionID +
		`","pathname":"/x","params":{"a":[1]}}`, "json"},
	"no user ID": {`"type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + connectionID + `","user_id":""}`,
		"json"},
	"a long message": {`"type":"AUTH0","action":"SEND_SMS","params":{"to":"1","message":"` + strings.Repeat("x", 1025) + `"}`,
		"json"},
	"null params":           {`"type":"AUTH0","action":"SEND_SMS","params":{"from":null,"to":"1","message":"m"}`, "send_sms"},
	"null members":          {`"alias":null,"allow_failure":null,"mask_output":null,"type":"FLOW","action":"DO_NOTHING"`, "json"},
	"an action of tomorrow": {`"type":"NEW_APP","action":"DO_IT","params":{"n":1e30},"more":{"a":null}`, "json"},
}

// What exists is accepted: the configuration that Terraform generates for an imported flow is valid, and plans empty.
func TestFlowResource_generated(t *testing.T) {
	t.Parallel()
	for name, unusual := range unusualActions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := acctest.NewInProcess(t)
			tenant.Configure(func(b *emulator.Behavior) { b.LooseActions = true })
			var action any
			if err := json.Unmarshal(fmt.Appendf(nil, `{"id":"odd id",%s}`, unusual.action), &action); err != nil {
				t.Fatal(err)
			}
			id := tenant.AddFlow(emulator.Flow{Name: name, Actions: []any{action}}).ID
			r := newRun(t, tenant)
			imported := r.imports(id)
			if acctest.Get(imported.State, "actions", 0, unusual.attribute) == nil {
				t.Errorf("it is not in the attribute %s: %v", unusual.attribute, acctest.Get(imported.State, "actions"))
			}
			config := r.Generated(imported.State)
			if changed := r.plan(imported, config).Changed(); len(changed) > 0 {
				t.Errorf("the plan changes %v", changed)
			}
		})
	}
}
