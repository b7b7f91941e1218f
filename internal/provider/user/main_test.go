package user

import (
	"os"
	"testing"
	"time"
)

// theirs is how long the provider waits for what was made a moment ago.
var theirs = patience

// TestMain shortens that: many tests are about refusals that do not heal.
func TestMain(m *testing.M) {
	patience = time.Second
	os.Exit(m.Run())
}

func TestPatience(t *testing.T) {
	t.Parallel()
	if theirs != 10*time.Second {
		t.Errorf("a refusal is tried again for %s, and must be for 10 s", theirs)
	}
}
