package connection

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain shortens the retries of refusals, since many tests are about refusals
// that stay, and keeps the environment's credentials away from the tests.
func TestMain(m *testing.M) {
	retryRefusals = time.Second
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AUTH0_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}
