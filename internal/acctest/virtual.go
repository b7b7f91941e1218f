package acctest

import (
	"testing"
	"testing/synctest"
)

// Virtual runs a parallel test in virtual time, where waiting takes no time. Its
// tenants come from NewInProcess.
func Virtual(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// Subtest runs a parallel subtest in virtual time.
func Subtest(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { Virtual(t, test) })
}
