package user

import (
	"os"
	"testing"
	"time"
)

// productTimeout is how long the provider waits for what was created a moment ago.
var productTimeout = authRetryTimeout

// TestMain shortens that: many tests are about refusals that stay.
func TestMain(m *testing.M) {
	authRetryTimeout = time.Second
	os.Exit(m.Run())
}

func TestAuthRetryTimeout(t *testing.T) {
	t.Parallel()
	if productTimeout != 10*time.Second {
		t.Errorf("a refusal is tried again for %s, want 10 s", productTimeout)
	}
}
