// Command terraform makes sure that there is a Terraform for the tests and the demo.
//
//	go run ./internal/cmd/terraform DIR
//
// A Terraform on PATH is used if it is new enough. Otherwise the newest release is fetched from HashiCorp, its signature
// checked, and put into DIR, which the makefile keeps first on PATH.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// minimum is the first Terraform with write-only arguments.
var minimum = []int{1, 11, 0}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: terraform DIR")
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	found, err := ensure(ctx, os.Args[1], fetch)
	stop()

	if err != nil {
		fmt.Fprintf(os.Stderr,
			"%v\nPut a Terraform of 1.11 or later on PATH (https://developer.hashicorp.com/terraform/install) and try again.\n", err)
		os.Exit(1)
	}

	fmt.Println(found)
}

// ensure returns the version and path of the Terraform on PATH. If it is missing or too old, ensure calls fetch with dir.
func ensure(ctx context.Context, dir string, fetch func(context.Context, string) (string, error)) (string, error) {
	why := "no Terraform on PATH"

	if path, err := exec.LookPath("terraform"); err == nil {
		version, err := product.Terraform.GetVersion(ctx, path)

		switch {
		case err != nil:
			why = fmt.Sprintf("%s does not tell its version (%v)", path, err)
		case slices.Compare(version.Segments(), minimum) < 0:
			why = fmt.Sprintf("%s is version %s, 1.11 or later is needed", path, version)
		default:
			return fmt.Sprintf("Terraform %s: %s", version, path), nil
		}
	}

	fmt.Fprintf(os.Stderr, "%s: fetching the newest release\n", why)

	path, err := fetch(ctx, dir)
	if err != nil {
		return "", fmt.Errorf("%s, and it could not be fetched: %w", why, err)
	}

	version, err := product.Terraform.GetVersion(ctx, path)
	if err != nil {
		return "", fmt.Errorf("%s was fetched, but does not run: %w", path, err)
	}
	return fmt.Sprintf("Terraform %s: %s", version, path), nil
}

func fetch(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}

	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return (&releases.LatestVersion{Product: product.Terraform, InstallDir: dir}).Install(ctx)
}
