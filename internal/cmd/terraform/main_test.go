package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestEnsure(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins for Terraform are shell scripts")
	}

	for name, test := range map[string]struct {
		onPath, fetched string
		fetchErr        error
		want, wantErr   string
	}{
		"new enough":      {onPath: script("1.11.0"), want: "Terraform 1.11.0:"},
		"newer major":     {onPath: script("2.0.1"), want: "Terraform 2.0.1:"},
		"too old":         {onPath: script("1.10.5"), fetched: script("1.15.2"), want: "Terraform 1.15.2:"},
		"before JSON":     {onPath: "#!/bin/sh\necho Terraform v0.12.31\n", fetched: script("1.15.2"), want: "Terraform 1.15.2:"},
		"broken":          {onPath: "#!/bin/sh\nexit 3\n", fetched: script("1.15.2"), want: "Terraform 1.15.2:"},
		"missing":         {fetched: script("1.15.2"), want: "Terraform 1.15.2:"},
		"no network":      {fetchErr: errors.New("no route"), wantErr: "no Terraform on PATH, and it could not be fetched: no route"},
		"fetched unsound": {fetched: "#!/bin/sh\nexit 3\n", wantErr: "was fetched, but does not run"},
	} {
		t.Run(name, func(t *testing.T) {
			pathDir, fetchDir := t.TempDir(), t.TempDir()
			t.Setenv("PATH", pathDir)

			if test.onPath != "" {
				install(t, pathDir, test.onPath)
			}

			got, err := ensure(t.Context(), fetchDir, func(_ context.Context, dir string) (string, error) {
				if test.fetched == "" && test.fetchErr == nil {
					t.Error("fetched, although the one on PATH will do")
				}
				if test.fetchErr != nil {
					return "", test.fetchErr
				}
				return install(t, dir, test.fetched), nil
			})

			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Errorf("got %q and error %v, want an error with %q", got, err, test.wantErr)
				}
				return
			}

			if err != nil || !strings.HasPrefix(got, test.want) {
				t.Errorf("got %q and error %v, want %q", got, err, test.want)
			}
		})
	}
}

func install(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "terraform")
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// script is a Terraform that can tell its version and nothing else.
func script(version string) string {
	return fmt.Sprintf("#!/bin/sh\necho '{\"terraform_version\": %q}'\n", version)
}
