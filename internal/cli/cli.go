// Package cli runs Terraform or OpenTofu with the provider of this repository: offline, and apart from the user's own settings.
// The demo, the benchmarks and tests of whole configurations use it.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	// Source is the provider's source address, as configurations name it.
	Source = "auth0vault/auth0vault"
	// Version is the version under which a freshly built provider is installed. It is not a pre-release, which no version
	// constraint would select by default.
	Version = "0.1.0"

	module = "github.com/auth0vault/terraform-provider-auth0vault"
	// binaryName is how the program of a provider must begin.
	binaryName = "terraform-provider-auth0vault"
	// stopTimeout bounds how long an interrupted command may take to stop.
	stopTimeout = 20 * time.Second
)

// registries are the hosts that a source address without a host stands for: Terraform's and OpenTofu's.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// CLI is a Terraform or an OpenTofu, and the environment in which it finds the provider.
type CLI struct {
	// Path is the program.
	Path string
	// OpenTofu is true for OpenTofu.
	OpenTofu bool
	// Major and Minor are its version.
	Major, Minor int
	// Env is the environment of its commands.
	Env []string
}

// Find returns the program that TF_ACC_TERRAFORM_PATH names, or else the Terraform on PATH. The error says that it is missing,
// or that it does not run.
func Find(ctx context.Context) (*CLI, error) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			return nil, fmt.Errorf("no terraform on PATH: %w", err)
		}
		path = found
	}
	return At(ctx, path)
}

// At returns the Terraform or OpenTofu at a path. The error says that it does not run.
func At(ctx context.Context, path string) (*CLI, error) {
	c := &CLI{Path: path, Env: append(Environment(false), "TF_INPUT=0", "CHECKPOINT_DISABLE=1")}
	printed, err := Output(ctx, c.Command(ctx, "", "version"))
	if err != nil {
		return nil, err
	}
	c.OpenTofu = strings.HasPrefix(printed, "OpenTofu")
	printed, err = Output(ctx, c.Command(ctx, "", "version", "-json"))
	if err != nil {
		return nil, err
	}
	var about struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal([]byte(printed), &about); err != nil {
		return nil, fmt.Errorf("%s does not tell its version: %w", path, err)
	}
	if _, err := fmt.Sscanf(about.Version, "%d.%d", &c.Major, &c.Minor); err != nil {
		return nil, fmt.Errorf("%s has the version %q: %w", path, about.Version, err)
	}
	return c, nil
}

// AtLeast reports whether the version is this one or a later one.
func (c *CLI) AtLeast(major, minor int) bool {
	return slices.Compare([]int{c.Major, c.Minor}, []int{major, minor}) >= 0
}

// InstallFrom makes the commands install providers from a filesystem mirror and from nowhere else. It writes the CLI
// configuration file into dir.
func (c *CLI) InstallFrom(mirror, dir string) error {
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	file := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	c.Env = append(c.Env, "TF_CLI_CONFIG_FILE="+file)
	return nil
}

// Command returns a command of the program, to be run in a folder.
func (c *CLI) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Path, args...)
	cmd.Dir = dir
	cmd.Env = slices.Clone(c.Env)
	isolate(cmd, false)
	return cmd
}

// Build compiles the provider into a filesystem mirror of both registries. It must run in a clone of the repository.
func Build(ctx context.Context, mirror string) error {
	root, err := Root(ctx)
	if err != nil {
		return err
	}
	binary := MirrorPath(mirror, registries[0])
	if _, err := Go(ctx, root, "build", "-buildvcs=false", "-o", binary, "."); err != nil {
		return fmt.Errorf("the provider does not build: %w", err)
	}
	for _, host := range registries[1:] {
		other := MirrorPath(mirror, host)
		if err := os.MkdirAll(filepath.Dir(other), 0o755); err != nil {
			return err
		}
		if err := os.Link(binary, other); err != nil {
			return err
		}
	}
	return nil
}

// MirrorPath returns where a filesystem mirror of a registry holds the provider for this platform.
func MirrorPath(mirror, host string) string {
	name := binaryName + "_v" + Version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(mirror, host, filepath.FromSlash(Source), Version, runtime.GOOS+"_"+runtime.GOARCH, name)
}

// Root returns the folder of the repository.
func Root(ctx context.Context) (string, error) {
	root, err := Go(ctx, "", "list", "-f", "{{.Dir}}", module)
	if err != nil {
		return "", fmt.Errorf("this must run in a clone of the provider's repository: %w", err)
	}
	return root, nil
}

// Go runs the go command in a folder, and returns what it prints.
func Go(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = Environment(true)
	isolate(cmd, true)
	return Output(ctx, cmd)
}

// Environment returns the user's environment without what configures Terraform or names a tenant and, unless the network is
// needed, without proxies.
func Environment(network bool) []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "AUTH0_") || !network && strings.HasSuffix(name, "_PROXY")
	})
}

// Output runs a command and returns what it prints. The error of a command that fails contains all of that.
func Output(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := Run(ctx, cmd); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, stdout.String(), stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// Run runs a command to its end. When ctx is canceled, the command is interrupted and gets 20 seconds to stop.
func Run(ctx context.Context, cmd *exec.Cmd) error {
	cmd.WaitDelay = stopTimeout
	err := cmd.Run()
	if ctx.Err() != nil {
		killGroup(cmd)
	}
	return err
}

// ExitStatus returns the status of a command that ran and failed, and -1 for any other error.
func ExitStatus(err error) int {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}
