package auth0

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

func TestLookupFlowsUsing(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	var connections []string
	for i := range 3 {
		connections = append(connections, tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: fmt.Sprint(i)}).ID)
	}
	load := func(connection string) json.RawMessage {
		return json.RawMessage(`{"id":"load","type":"AUTH0","action":"GET_USER","params":{"connection_id":"` + connection + `","user_id":"x"}}`)
	}
	add := func(name string, actions ...json.RawMessage) *Flow {
		t.Helper()
		flow, err := client.CreateFlow(t.Context(), name, actions)
		if err != nil {
			t.Fatal(err)
		}
		return flow
	}
	add("of none")
	add("of both", load(connections[0]), json.RawMessage(strings.Replace(string(load(connections[1])), "load", "again", 1)))
	first := add("of the first", load(connections[0]))
	client = another(client) // another run

	uses := func(connection string) string {
		t.Helper()
		flows, err := client.LookupFlowsUsing(t.Context(), connection)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range flows {
			names = append(names, f.Name)
		}
		return strings.Join(names, ", ")
	}
	sent := len(tenant.Requests())
	for i, want := range []string{"of both, of the first", "of both", ""} {
		if got := uses(connections[i]); got != want {
			t.Errorf("the vault connection %d is used by %q, expected %q", i, got, want)
		}
	}
	asked := slices.DeleteFunc(tenant.Requests()[sent:], func(r emulator.Request) bool { return r.Path == "/oauth/token" })
	if len(asked) != 4 {
		t.Errorf("%d requests, expected one list and one read of each flow", len(asked))
	}

	// What is written afterwards counts, without another request.
	if _, err := client.UpdateFlow(t.Context(), first.ID, nil, []json.RawMessage{load(connections[2])}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateFlow(t.Context(), "late", []json.RawMessage{load(connections[2])}); err != nil {
		t.Fatal(err)
	}
	if got := uses(connections[2]); got != "late, of the first" {
		t.Errorf("used by %q", got)
	}
	if err := client.DeleteFlow(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	if got := uses(connections[0]) + "; " + uses(connections[2]); got != "of both; late" {
		t.Errorf("used by %q", got)
	}
}

// TestLookupFlowsUsing_failures: a flow that is deleted between the list and its read is
// left out. A failure is not remembered; a missing scope can be told from others.
func TestLookupFlowsUsing_failures(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	ids := make([]string, 3)
	for i := range ids {
		ids[i] = tenant.AddFlow(emulator.Flow{Name: fmt.Sprint(i),
			Actions: []any{map[string]any{"params": map[string]any{"connection_id": "ac_1"}}}}).ID
	}
	tenant.Fail(emulator.Fault{Kind: "400", Method: "GET", Path: "/api/v2/flows/*"})
	if _, err := client.LookupFlowsUsing(t.Context(), "ac_1"); err == nil {
		t.Error("a flow that could not be read was left out")
	}
	tenant.Fail(emulator.Fault{Kind: "404", Method: "GET", Path: "/api/v2/flows/" + ids[1]})
	found, err := client.LookupFlowsUsing(t.Context(), "ac_1")
	if err != nil || len(found) != 2 || found[0].ID != ids[0] || found[1].ID != ids[2] {
		t.Errorf("got %v, %v", found, err)
	}

	denied, other := newTenant(t)
	denied.Grant(other.ClientID(), "read:users")
	for range 3 {
		if _, err := other.LookupFlowsUsing(t.Context(), "ac_1"); !IsDenied(err) {
			t.Errorf("got %v without the scope", err)
		}
	}
	lists := slices.DeleteFunc(denied.Requests(), func(r emulator.Request) bool { return r.Path != "/api/v2/flows" })
	if len(lists) != 1 {
		t.Errorf("%d lists were requested without the scope, want 1", len(lists))
	}
}
