package auth0

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// rawActions are what the SDK's own types would lose: params and free objects of
// actions that they take for others.
var rawActions = []json.RawMessage{
	[]byte(`{"id":"change","type":"AUTH0","action":"UPDATE_USER","params":{"connection_id":"ac_driHxZHbTWt3zCyXRqsDFo","user_id":"u",` +
		`"changes":{"a":[1,null,"<&>"]}}}`),
	[]byte(`{"id":"later","alias":"","type":"FLOW","action":"STORE_VARS","mask_output":true,"params":{"vars":{"deep":{"x":1.5}}}}`),
}

func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal(got, &a), json.Unmarshal(want, &b)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func lastBody(tenant *emulator.Tenant) []byte {
	requests := tenant.Requests()
	return requests[len(requests)-1].RequestBody
}

func TestFlow_lifeCycle(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	ctx := t.Context()
	made, err := client.CreateFlow(ctx, "One", rawActions)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, lastBody(tenant), fmt.Appendf(nil, `{"name":"One","actions":[%s,%s]}`, rawActions[0], rawActions[1]))
	found, err := client.GetFlow(ctx, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(found, made) || len(found.Actions) != 2 || found.CreatedAt == "" {
		t.Errorf("found %v, made %v", found, made)
	}
	for i := range rawActions {
		sameJSON(t, found.Actions[i], rawActions[i])
	}

	name := "Two"
	for _, step := range []struct {
		name    *string
		actions []json.RawMessage
		body    string
		left    int
	}{
		{&name, nil, `{"name":"Two"}`, 2},
		{nil, rawActions[:1], `{"actions":[` + string(rawActions[0]) + `]}`, 1},
		{nil, []json.RawMessage{}, `{"actions":[]}`, 0},
		{&name, rawActions, `{"name":"Two","actions":[` + string(rawActions[0]) + `,` + string(rawActions[1]) + `]}`, 2},
	} {
		changed, err := client.UpdateFlow(ctx, made.ID, step.name, step.actions)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, lastBody(tenant), []byte(step.body))
		if len(changed.Actions) != step.left || changed.Name != "Two" || changed.UpdatedAt.Time().Before(made.UpdatedAt.Time()) {
			t.Errorf("the answer to %s is %v", step.body, changed)
		}
	}
	if err := client.DeleteFlow(ctx, made.ID); err != nil || len(tenant.Flows()) > 0 {
		t.Errorf("the tenant holds %v: %v", tenant.Flows(), err)
	}
}

// A flow without actions is made without such a key, and shown in two ways.
func TestFlow_withoutActions(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
	for _, actions := range [][]json.RawMessage{nil, {}} {
		for _, shown := range []bool{false, true} {
			tenant.Configure(func(b *emulator.Behavior) { b.EmptyActions = shown })
			made, err := client.CreateFlow(t.Context(), "Empty", actions)
			if err != nil || len(made.Actions) != 0 {
				t.Errorf("made %v, %v", made, err)
			}
			sameJSON(t, lastBody(tenant), []byte(`{"name":"Empty"}`))
		}
	}
}

// A name is looked for on every page, of either size.
func TestFindFlowByName(t *testing.T) {
	t.Parallel()
	for _, perPage := range []int{50, 100} {
		tenant, client := newTenant(t)
		tenant.Configure(func(b *emulator.Behavior) { b.MaxPerPage = perPage })
		first := tenant.AddFlow(emulator.Flow{Name: "first"})
		for i := range 210 {
			tenant.AddFlow(emulator.Flow{Name: fmt.Sprint("flow ", i)})
		}
		last := tenant.AddFlow(emulator.Flow{Name: "last"})
		for _, want := range []emulator.Flow{first, last} {
			found, err := client.FindFlowByName(t.Context(), want.Name)
			if err != nil || found.ID != want.ID {
				t.Errorf("found %v, %v; want %s", found, err, want.ID)
			}
		}
		var nobody *NoSuchNameError
		if _, err := client.FindFlowByName(t.Context(), "flow"); !errors.As(err, &nobody) || err.Error() != `no flow is named "flow"` {
			t.Errorf("no such name: %v", err)
		}
		twin := tenant.AddFlow(emulator.Flow{Name: "first"})
		var several *MultipleMatchesError
		if _, err := client.FindFlowByName(t.Context(), "first"); !errors.As(err, &several) ||
			!slices.Contains(several.IDs, first.ID) || !slices.Contains(several.IDs, twin.ID) {
			t.Errorf("two of a name: %v", err)
		}
		tenant.Fail(emulator.Fault{Method: http.MethodGet, Status: http.StatusBadRequest, Times: 2})
		if _, err := client.FindFlowByName(t.Context(), "first"); err == nil || !strings.Contains(err.Error(), "list flows") {
			t.Errorf("a failure: %v", err)
		}
	}
}
