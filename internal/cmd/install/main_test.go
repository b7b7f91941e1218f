package main

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestPluginFolder(t *testing.T) {
	t.Parallel()
	home := func() (string, error) { return "home", nil }
	for name, test := range map[string]struct {
		goos, appData, want string
		home                func() (string, error)
	}{
		"linux":                  {"linux", "", filepath.Join("home", ".terraform.d", "plugins"), home},
		"mac":                    {"darwin", "ignored", filepath.Join("home", ".terraform.d", "plugins"), home},
		"windows":                {"windows", "roaming", filepath.Join("roaming", "terraform.d", "plugins"), home},
		"windows without folder": {"windows", "", "", home},
		"no home":                {"linux", "", "", func() (string, error) { return "", errors.New("no home") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pluginFolder(test.goos, func(string) string { return test.appData }, test.home)
			if got != test.want || (err != nil) != (test.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}
