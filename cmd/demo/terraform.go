package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

const (
	module = "github.com/auth0vault/terraform-provider-auth0vault"
	// version is what the freshly built provider is installed as. Terraform would not choose a pre-release by itself.
	version = "0.0.1"
	// patience is how long an interrupted command may take to end by itself.
	patience = 20 * time.Second
)

// workshop is where Terraform runs.
type workshop struct {
	terraform string // the program
	config    string // the folder with the configuration
	env       []string
}

// newWorkshop builds the provider, puts it where "terraform init" will find it, and copies the
// configuration. All of it goes into dir.
func newWorkshop(ctx context.Context, dir string) (*workshop, error) {
	root, err := output(ctx, "", "go", "list", "-f", "{{.Dir}}", module)
	if err != nil {
		return nil, fmt.Errorf("the demo must run in a clone of the provider's repository: %w", err)
	}
	terraform, err := findTerraform(ctx, root, filepath.Join(dir, "bin"))
	if err != nil {
		return nil, err
	}

	w := &workshop{terraform: terraform, config: filepath.Join(dir, "demo")}
	if err := os.CopyFS(w.config, os.DirFS(filepath.Join(root, "examples", "demo"))); err != nil {
		return nil, err
	}

	mirror, cli := filepath.Join(dir, "mirror"), filepath.Join(dir, "terraform.tfrc")
	if err := build(ctx, root, mirror); err != nil {
		return nil, err
	}
	// The mirror is all there is: no registry is asked.
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	if err := os.WriteFile(cli, []byte(text), 0o600); err != nil {
		return nil, err
	}
	w.env = append(environment(false), "TF_CLI_CONFIG_FILE="+cli, "TF_INPUT=0", "CHECKPOINT_DISABLE=1")

	// Locked beforehand, a provider from a mirror does not make "terraform init" warn of other platforms.
	_, err = capture(ctx, w.command(ctx, "providers", "lock", "-fs-mirror="+mirror))

	return w, err
}

// build compiles the provider into a mirror of the registry.
func build(ctx context.Context, root, mirror string) error {
	name := "terraform-provider-auth0vault_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	binary := filepath.Join(mirror, filepath.FromSlash(provider.Address), version, runtime.GOOS+"_"+runtime.GOARCH, name)

	if _, err := output(ctx, root, "go", "build", "-buildvcs=false", "-o", binary, "."); err != nil {
		return fmt.Errorf("the provider does not build: %w", err)
	}

	return nil
}

// findTerraform returns the Terraform on PATH, or fetches one into dir if that is missing or too old.
func findTerraform(ctx context.Context, root, dir string) (string, error) {
	if _, err := output(ctx, root, "go", "run", "./internal/cmd/terraform", dir); err != nil {
		return "", err
	}
	if fetched, err := exec.LookPath(filepath.Join(dir, "terraform")); err == nil {
		return fetched, nil
	}

	return exec.LookPath("terraform")
}

// environment returns the user's environment without what would change the story: how Terraform is set up, which tenant is
// meant, and, unless the network is needed, the way to it.
func environment(network bool) []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")

		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "AUTH0_") || !network && strings.HasSuffix(name, "_PROXY")
	})
}

// command makes Terraform ready to run.
func (w *workshop) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.terraform, args...)
	cmd.Dir = w.config
	cmd.Env = w.env
	isolate(cmd, false)

	return cmd
}

// output runs a program in a folder, and returns what it prints.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = environment(true)
	isolate(cmd, true)

	return capture(ctx, cmd)
}

// capture runs a command and returns what it prints. If it fails, all of that is in the error.
func capture(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr

	if err := wait(ctx, cmd); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, stdout.String(), stderr.String())
	}

	return strings.TrimSpace(stdout.String()), nil
}

// wait runs a command to its end. If the demo is interrupted, so is the command, and gets time to end by itself.
func wait(ctx context.Context, cmd *exec.Cmd) error {
	cmd.WaitDelay = patience
	err := cmd.Run()
	if ctx.Err() != nil {
		sweep(cmd)
	}

	return err
}

// exitStatus returns the status of a command that ran and failed, -1 for any other error.
func exitStatus(err error) int {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}

	return -1
}
