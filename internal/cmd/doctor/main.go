// Command doctor says what this machine lacks for work on the provider.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// requirement is a program that some targets of the makefile need.
type requirement struct {
	program string
	args    []string // print its version
	use     string
	// optional requirements do not fail the check.
	optional bool
	advice   string
}

var requirements = []requirement{
	{"go", []string{"version"}, "everything", false, "Install Go in the version of go.mod or later."},
	{"make", []string{"--version"}, "the targets of GNUmakefile", false, "Install GNU make."},
	{"git", []string{"--version"}, ".ci/run", false, "Install git."},
	{"gcc", []string{"--version"}, "the race detector in .ci/run", true, "Install a C compiler."},
	{"terraform", []string{"version"}, "tests, the demo, make fmt", true, "Nothing to do: make fetches Terraform into build/bin."},
	{"tofu", []string{"version"}, "make test-opentofu", true, "Install OpenTofu, or name its binary in TOFU."},
	{"node", []string{"--version"}, "the tests of the emulator with node-auth0", true, "Install Node.js."},
	{"goreleaser", []string{"--version"}, "goreleaser check", true, "Install GoReleaser, if you work on releases."},
}

func main() {
	fmt.Printf("%s on %s/%s, %d cores\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	failed := false
	for _, r := range requirements {
		version, err := firstLine(r.program, r.args)
		switch {
		case err == nil:
			fmt.Printf("  ok       %-11s %s\n", r.program, version)
		case r.optional:
			fmt.Printf("  missing  %-11s only for %s. %s\n", r.program, r.use, r.advice)
		default:
			failed = true
			fmt.Printf("  MISSING  %-11s needed for %s. %s\n", r.program, r.use, r.advice)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func firstLine(program string, args []string) (string, error) {
	printed, err := exec.Command(program, args...).Output() //nolint:gosec,noctx // from the table above
	line, _, _ := strings.Cut(string(printed), "\n")
	return strings.TrimSpace(line), err
}
