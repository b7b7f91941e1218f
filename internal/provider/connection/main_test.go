package connection

import (
	"os"
	"strings"
	"testing"
	"time"
)

// usualPatience is how long the provider waits for what was made a moment ago.
var usualPatience = patience

// TestMain shortens that, since many tests are about refusals that do not heal,
// and keeps the environment's credentials away from the tests.
func TestMain(m *testing.M) {
	patience = time.Second
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AUTH0_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

func TestPatience(t *testing.T) {
	t.Parallel()
	if usualPatience != 10*time.Second {
		t.Errorf("a refusal is tried again for %s, and must be for 10 s", usualPatience)
	}
}
