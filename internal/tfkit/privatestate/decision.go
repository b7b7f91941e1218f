package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Decision is what a plan decides about a write-only value. Terraform removes the
// attributes that ignore_changes names from the configuration of the plan call, and
// not from that of the apply call: an update that compared the configuration itself
// would send what the plan did not show. So the plan decides, and planned private
// state carries the decision to the apply, which takes only the value from the
// configuration. A create needs none: nothing is ignored there.
type Decision string

// The decisions. The zero value does not send the value.
const (
	// DoNotSend leaves the stored value alone.
	DoNotSend Decision = ""
	// Send sends the value.
	Send Decision = "send"
	// CompareAtApply is for a value that is unknown in the plan: the apply sends it
	// unless it is the one that was sent last.
	CompareAtApply Decision = "compare"
)

// PlanDecision keeps the decision about an attribute in planned private state. It
// has to be called by each plan of an update, also to remove an older decision.
func PlanDecision(ctx context.Context, private Writer, attribute string, d Decision) diag.Diagnostics {
	if d == DoNotSend {
		return private.SetKey(ctx, decisionKey(attribute), nil)
	}
	return Write(ctx, private, decisionKey(attribute), d)
}

// TakeDecision returns the decision about an attribute, and removes it from the
// private state that the apply will leave.
func TakeDecision(ctx context.Context, planned Reader, left Writer, attribute string) (Decision, diag.Diagnostics) {
	d, diags := Read[Decision](ctx, planned, decisionKey(attribute))
	if d == nil {
		return DoNotSend, diags
	}
	diags.Append(left.SetKey(ctx, decisionKey(attribute), nil)...)
	return *d, diags
}

func decisionKey(attribute string) string { return "planned_" + attribute }
