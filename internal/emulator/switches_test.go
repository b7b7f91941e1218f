package emulator

import (
	"reflect"
	"strings"
	"testing"
)

// TestEverySwitchIsExplained holds doc.go and Behavior together.
func TestEverySwitchIsExplained(t *testing.T) {
	doc := docText(t)
	for _, name := range fieldNames(reflect.TypeFor[Behavior]()) {
		switch name {
		case "Limits", "Latency", "SearchDelay", "PropagationDelay", "TokenLifetime", "CustomDomains":
			continue // no readings, but settings
		}
		if !strings.Contains(doc, name) {
			t.Errorf("doc.go does not say what %s is for", name)
		}
	}
}
