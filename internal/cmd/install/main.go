// Command install builds the provider, and puts it into the folder of the user in which Terraform and OpenTofu look for
// providers before they ask a registry. "terraform init" then works without a CLI configuration file.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := install(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "install: %v\n", err)
		os.Exit(1)
	}
}

func install(ctx context.Context) error {
	plugins, err := pluginFolder(runtime.GOOS, os.Getenv, os.UserHomeDir)
	if err != nil {
		return err
	}
	if err := cli.Build(ctx, plugins); err != nil {
		return err
	}
	fmt.Printf(`Installed version %s into %s, for Terraform and OpenTofu.

Put this into a configuration and run terraform init (or tofu init):

terraform {
  required_providers {
    auth0vault = {
      source  = %q
      version = %q
    }
  }
}

After another install, remove .terraform.lock.hcl and run init again, because the checksum has changed.
`, cli.Version, plugins, cli.Source, cli.Version)
	return nil
}

// pluginFolder returns the implied local mirror of a user.
// Source: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
func pluginFolder(goos string, getenv func(string) string, home func() (string, error)) (string, error) {
	if goos == "windows" {
		if roaming := getenv("APPDATA"); roaming != "" {
			return filepath.Join(roaming, "terraform.d", "plugins"), nil
		}
		return "", fmt.Errorf("the environment variable APPDATA is not set")
	}
	dir, err := home()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, ".terraform.d", "plugins"), nil
}
