package privatestate

import "testing"

func TestDecision(t *testing.T) {
	t.Parallel()
	state := privateState{}
	for _, want := range []Decision{Send, CompareAtApply, DoNotSend} {
		if diags := PlanDecision(t.Context(), state, "secret", Send); diags.HasError() {
			t.Fatal(diags) // that of an earlier plan
		}
		if diags := PlanDecision(t.Context(), state, "secret", want); diags.HasError() {
			t.Fatal(diags)
		}
		got, diags := TakeDecision(t.Context(), state, state, "secret")
		if diags.HasError() || got != want {
			t.Errorf("got %q, want %q; %v", got, want, diags)
		}
		for key, value := range state {
			if value != nil {
				t.Errorf("%s is left: %s", key, value)
			}
		}
	}
}
