package main

import (
	"slices"
	"testing"
)

func TestPlatformsOf(t *testing.T) {
	t.Parallel()
	got, err := platformsOf([]byte("builds:\n  - goos: [linux, windows]\n    goarch: [amd64, arm]\n    ignore:\n      - {goos: windows, " +
		"goarch: arm}\n"))
	if want := []string{"linux/amd64", "linux/arm", "windows/amd64"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for _, text := range []string{"builds: [", "builds: []"} {
		if got, err := platformsOf([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

// TestCompile: a platform that Go does not have is an error, as windows/arm is since Go 1.26.
func TestCompile(t *testing.T) {
	t.Parallel()
	if printed, err := compile("windows/arm", []string{"list", "-deps", "../../.."}); err == nil {
		t.Errorf("no error for a platform that does not exist: %s", printed)
	}
}
