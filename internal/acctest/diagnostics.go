package acctest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// HasError reports whether there is an error among diagnostics.
func HasError(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// RequireNoError ends the test if there is an error among diagnostics.
func RequireNoError(t testing.TB, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if HasError(diags) {
		t.Fatal(Format(diags))
	}
}

// Format returns diagnostics as a text: severity, attribute, summary and detail.
func Format(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%s at %q: %s: %s", d.Severity, PathText(d.Attribute), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// ExpectError fails unless exactly one diagnostic is an error, at a path (empty:
// at none), and has all the words.
func ExpectError(t testing.TB, diags []*tfprotov6.Diagnostic, path string, words ...string) {
	t.Helper()
	expect(t, diags, tfprotov6.DiagnosticSeverityError, path, words)
}

// ExpectWarning fails unless exactly one diagnostic is a warning, at a path
// (empty: at none), and has all the words.
func ExpectWarning(t testing.TB, diags []*tfprotov6.Diagnostic, path string, words ...string) {
	t.Helper()
	expect(t, diags, tfprotov6.DiagnosticSeverityWarning, path, words)
}

func expect(t testing.TB, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, path string, words []string) {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(diags), func(d *tfprotov6.Diagnostic) bool { return d.Severity != severity })
	if len(found) != 1 || PathText(found[0].Attribute) != path {
		t.Errorf("want one %s at %q, got:\n%s", severity, path, Format(diags))
		return
	}
	for _, word := range words {
		if text := found[0].Summary + ": " + found[0].Detail; !strings.Contains(text, word) {
			t.Errorf("the message does not say %q:\n%s", word, text)
		}
	}
}
