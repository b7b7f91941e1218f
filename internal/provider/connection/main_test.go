package connection_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain keeps the environment's credentials away from the tests.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AUTH0_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}
